/* What became of requests to delete: answers are noted, and all are listed.
 * [PPM-25] */
#include "consent/deletion.h"

#include "base/sized.h"

/* ---- answers ------------------------------------------------------------- */

/* What may follow: done and refused are final. */
static bool follows(postern_deletion_state from, postern_deletion_state to)
{
    switch (to) {
    case POSTERN_DELETION_ACKNOWLEDGED:
        return from == POSTERN_DELETION_SENT;
    case POSTERN_DELETION_DONE:
    case POSTERN_DELETION_REFUSED:
        return from == POSTERN_DELETION_SENT ||
               from == POSTERN_DELETION_ACKNOWLEDGED;
    case POSTERN_DELETION_SENT:
    case POSTERN_DELETION_OVERDUE:
    default:
        return false;
    }
}

static postern_status find(postern_ppm_manager *manager, postern_str id,
                           postern_deletion *deletion, postern_diag *diag)
{
    struct pst_arena *memory = pst_manager_memory(manager);
    postern_str text = {NULL, 0};
    uint64_t number = 0;

    if (pst_deletion_number(id, &number)) {
        PST_TRY(pst_manager_get(manager, memory, PST_DELETIONS,
                                pst_manager_digits(memory, number), &text,
                                diag));
    }
    return text.data ? pst_deletion_read(manager, text, deletion, diag)
                     : pst_manager_refuse(diag, "E_NO_DELETION",
                                          "there is no such request to delete");
}

static postern_status note(postern_ppm_manager *manager,
                           const postern_deletion_answer *answer,
                           postern_deletion *deletion, postern_diag *diag)
{
    PST_TRY(find(manager, answer->id, deletion, diag));
    if (!follows(deletion->state, answer->state)) {
        return pst_manager_refuse(diag, "E_STATE",
                                  "that does not follow what was noted "
                                  "before");
    }
    if (answer->state == POSTERN_DELETION_REFUSED) {
        if (!answer->reason.len) {
            return pst_manager_refuse(diag, "E_REASON_MISSING",
                                      "a refusal needs a reason");
        }
        deletion->reason =
            pst_arena_copy(pst_manager_memory(manager), answer->reason);
        if (!deletion->reason.data) {
            return POSTERN_ERR_MEMORY;
        }
    }
    deletion->state = answer->state;
    deletion->changed_s = answer->now_s;
    return pst_deletion_put(manager, deletion, diag);
}

postern_status postern_ppm_note_deletion(postern_ppm_manager *manager,
                                         const postern_deletion_answer *answer,
                                         postern_deletion *deletion,
                                         postern_diag *diag)
{
    postern_deletion found = {.state = POSTERN_DELETION_SENT};
    postern_deletion_answer own;
    postern_status status;

    pst_diag_clear(diag);
    if (!manager || !pst_sized_copy(&own, sizeof own, answer)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    PST_TRY(pst_manager_begin(manager, diag));
    status = note(manager, &own, &found, diag);
    status = pst_manager_end(manager, status, diag);
    if (status == POSTERN_OK && deletion) {
        *deletion = pst_deletion_at(&found, own.now_s);
    }
    return status;
}

/* ---- lists --------------------------------------------------------------- */

struct listing {
    postern_ppm_manager *manager;
    int64_t now_s;
    bool (*take)(void *user, const postern_deletion *deletion);
    void *user;
    postern_status status;
    postern_diag *diag;
};

static bool hand_over(struct listing *self, postern_str text)
{
    postern_deletion deletion;

    self->status =
        pst_deletion_read(self->manager, text, &deletion, self->diag);
    if (self->status != POSTERN_OK) {
        return false;
    }
    deletion = pst_deletion_at(&deletion, self->now_s);
    return self->take(self->user, &deletion);
}

static bool take_stored(void *user, postern_str key, postern_str value)
{
    (void)key;
    return hand_over(user, value);
}

static postern_status list_all(struct listing *self)
{
    PST_TRY(pst_manager_each(self->manager, PST_DELETIONS, PST_STR(""),
                             take_stored, self, self->diag));
    return self->status;
}

/* The number is the part behind the subscriber. */
static postern_status list_one(struct listing *self, postern_str key,
                               bool *goes_on)
{
    struct pst_arena *memory = pst_manager_memory(self->manager);
    postern_str text;

    PST_TRY(pst_manager_get(self->manager, memory, PST_DELETIONS,
                            pst_manager_part(memory, key, 1), &text,
                            self->diag));
    if (!text.data) {
        return pst_diag_refuse(self->diag, POSTERN_ERR_IO, "",
                               "a stored request to delete is missing", NULL);
    }
    *goes_on = hand_over(self, text);
    return self->status;
}

static postern_status list_of(struct listing *self, postern_str subscriber)
{
    struct pst_arena *memory = pst_manager_memory(self->manager);
    postern_str prefix = pst_manager_prefix(memory, &subscriber, 1);
    postern_texts keys;
    bool goes_on = true;

    if (!prefix.data) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(pst_manager_keys(self->manager, memory, PST_DELETIONS_OF, prefix,
                             &keys, self->diag));
    for (size_t i = 0; i < keys.count && goes_on; i++) {
        PST_TRY(list_one(self, keys.items[i], &goes_on));
    }
    return POSTERN_OK;
}

postern_status postern_ppm_deletions(
    postern_ppm_manager *manager, postern_str subscriber, int64_t now_s,
    bool (*take)(void *user, const postern_deletion *deletion), void *user,
    postern_diag *diag)
{
    struct listing self = {.manager = manager,
                           .now_s = now_s,
                           .take = take,
                           .user = user,
                           .status = POSTERN_OK,
                           .diag = diag};
    postern_status status;

    pst_diag_clear(diag);
    if (!manager || !take) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    PST_TRY(pst_manager_begin(manager, diag));
    status = subscriber.data ? list_of(&self, subscriber) : list_all(&self);
    return pst_manager_end(manager, status, diag);
}
