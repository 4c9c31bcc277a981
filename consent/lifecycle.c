/* What becomes of consents: withdrawn, over, looked at again; and reading them.
 * [PPM-25] */
#include "consent/again.h"
#include "consent/stored.h"

/* ---- one ----------------------------------------------------------------- */

static postern_status withdraw(postern_ppm_manager *manager,
                               const postern_str pair[2], int64_t now_s,
                               postern_consent *consent, postern_diag *diag)
{
    struct pst_stored_consent *stored;

    PST_TRY(pst_stored_get(manager, pst_manager_memory(manager), pair, 0,
                           &stored, diag));
    if (!stored || !pst_stored_in_force(stored, now_s)) {
        return pst_manager_refuse(diag, "E_NO_CONSENT",
                                  "there is no consent to withdraw");
    }
    stored->head.state = POSTERN_CONSENT_WITHDRAWN;
    stored->head.ended_s = now_s;
    stored->head.open = 0;
    PST_TRY(pst_stored_put(manager, stored, diag));
    *consent = stored->head;
    return pst_manager_prepare(manager, &stored->head, now_s, diag);
}

/* Needs no frame, no key and no document: nothing but the storage may be in the
 * way of a withdrawal. */
postern_status postern_ppm_withdraw(postern_ppm_manager *manager,
                                    postern_str subscriber,
                                    postern_str provider, int64_t now_s,
                                    postern_consent *consent,
                                    postern_diag *diag)
{
    const postern_str pair[2] = {subscriber, provider};
    postern_consent made;
    postern_status status;

    pst_diag_clear(diag);
    PST_TRY(pst_manager_begin(manager, diag));
    status = pst_manager_end(manager,
                             withdraw(manager, pair, now_s, &made, diag), diag);
    if (status == POSTERN_OK && consent) {
        *consent = made;
    }
    return status;
}

static postern_status look_up(postern_ppm_manager *manager,
                              const postern_str pair[2], int64_t now_s,
                              postern_consent *consent, postern_diag *diag)
{
    struct pst_arena *arena = pst_manager_memory(manager);
    struct pst_stored_consent *stored;

    PST_TRY(pst_stored_get(manager, arena, pair, 0, &stored, diag));
    if (stored) {
        *consent = pst_stored_at(stored, now_s);
        return POSTERN_OK;
    }
    *consent = (postern_consent){.subscriber = pst_arena_copy(arena, pair[0]),
                                 .provider = pst_arena_copy(arena, pair[1]),
                                 .from_s = INT64_MAX,
                                 .until_s = INT64_MAX,
                                 .ended_s = INT64_MAX};
    return consent->subscriber.data && consent->provider.data
               ? POSTERN_OK
               : POSTERN_ERR_MEMORY;
}

postern_status postern_ppm_consent_of(postern_ppm_manager *manager,
                                      postern_str subscriber,
                                      postern_str provider, int64_t now_s,
                                      postern_consent *consent,
                                      postern_diag *diag)
{
    const postern_str pair[2] = {subscriber, provider};

    pst_diag_clear(diag);
    *consent = (postern_consent){.state = POSTERN_CONSENT_NONE};
    PST_TRY(pst_manager_begin(manager, diag));
    return pst_manager_end(manager,
                           look_up(manager, pair, now_s, consent, diag), diag);
}

/* ---- all ----------------------------------------------------------------- */

struct enumeration {
    postern_ppm_manager *manager;
    int64_t now_s;
    bool (*take)(void *user, const postern_consent *consent);
    void *user;
    postern_status status; /* of what is read from the storage */
    postern_diag *diag;
};

static bool hand_over(void *user, postern_str key, postern_str value)
{
    struct enumeration *self = user;
    struct pst_stored_consent stored;
    struct pst_arena arena;
    bool goes_on = false;

    (void)key;
    pst_arena_init(&arena, &self->manager->allocator, SIZE_MAX);
    self->status =
        pst_stored_read(self->manager, &arena, value, &stored, self->diag);
    if (self->status == POSTERN_OK) {
        postern_consent consent = pst_stored_at(&stored, self->now_s);

        goes_on = self->take(self->user, &consent);
    }
    pst_arena_release(&arena);
    return goes_on;
}

static postern_status enumerate(struct enumeration *self,
                                postern_str subscriber)
{
    postern_str prefix = PST_STR("");

    if (subscriber.data) {
        prefix = pst_manager_prefix(pst_manager_memory(self->manager),
                                    &subscriber, 1);
    }
    if (!prefix.data) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(pst_manager_each(self->manager, "consent", prefix, hand_over, self,
                             self->diag));
    return self->status;
}

postern_status
postern_ppm_consents(postern_ppm_manager *manager, postern_str subscriber,
                     int64_t now_s,
                     bool (*take)(void *user, const postern_consent *consent),
                     void *user, postern_diag *diag)
{
    struct enumeration self = {.manager = manager,
                               .now_s = now_s,
                               .take = take,
                               .user = user,
                               .status = POSTERN_OK,
                               .diag = diag};

    pst_diag_clear(diag);
    PST_TRY(pst_manager_begin(manager, diag));
    return pst_manager_end(manager, enumerate(&self, subscriber), diag);
}

postern_status postern_ppm_look_again(postern_ppm_manager *manager,
                                      int64_t now_s, uint32_t *changed,
                                      postern_diag *diag)
{
    struct pst_again again = {.now_s = now_s};
    postern_status status;

    pst_diag_clear(diag);
    if (changed) {
        *changed = 0;
    }
    PST_TRY(pst_manager_begin(manager, diag));
    status =
        pst_manager_end(manager, pst_again_all(manager, &again, diag), diag);
    if (status == POSTERN_OK && changed) {
        *changed = again.changed;
    }
    return status;
}
