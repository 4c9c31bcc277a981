#include "consent/standing.h"

#include "consent/frames.h"
#include "consent/openness.h"

/* What is handed out, and what it is made of. */
struct standing {
    struct pst_standing out; /* first */
    postern_allocator allocator;
    struct pst_arena arena;
    struct pst_frames frames;
};

static postern_status copy_texts(struct pst_arena *arena, postern_str pair[2])
{
    for (int i = 0; i < 2; i++) {
        pair[i] = pst_arena_copy(arena, pair[i]);
        if (!pair[i].data) {
            return POSTERN_ERR_MEMORY;
        }
    }
    return POSTERN_OK;
}

/* Nothing is open, unless a consent is in force and has begun. */
static postern_status find_open(postern_ppm_manager *manager,
                                struct standing *self,
                                const struct pst_stored_consent *stored,
                                int64_t now_s)
{
    uint32_t count = postern_ppm_stack_columns(self->out.stack);
    bool *open = pst_arena_alloc(&self->arena, count, sizeof *open);

    if (!open) {
        return POSTERN_ERR_MEMORY;
    }
    self->out.open = open;
    self->out.consent.columns = count;
    self->out.consent.open = 0;
    if (!stored || !pst_stored_in_force(stored, now_s) ||
        now_s < stored->head.from_s) {
        return POSTERN_OK;
    }
    PST_TRY(pst_openness(&self->arena, self->out.stack,
                         manager->options.profile, stored, open));
    for (uint32_t i = 0; i < count; i++) {
        self->out.consent.open += open[i];
    }
    return POSTERN_OK;
}

static postern_status fill(postern_ppm_manager *manager, struct standing *self,
                           postern_str pair[2], int64_t now_s,
                           postern_diag *diag)
{
    struct pst_stored_consent *stored;

    PST_TRY(copy_texts(&self->arena, pair));
    PST_TRY(pst_frames_find(manager, &self->arena, pair, &self->frames, diag));
    self->out.asp = self->frames.asp;
    self->out.subscriber = self->frames.subscriber;
    PST_TRY(pst_frames_stack(manager, &self->frames, now_s, &self->out.stack,
                             diag));
    PST_TRY(pst_stored_get(manager, &self->arena, pair, 0, &stored, diag));
    if (stored) {
        self->out.consent = pst_stored_at(stored, now_s);
    } else {
        self->out.consent = (postern_consent){.subscriber = pair[0],
                                              .provider = pair[1],
                                              .from_s = INT64_MAX,
                                              .until_s = INT64_MAX,
                                              .ended_s = INT64_MAX};
    }
    return find_open(manager, self, stored, now_s);
}

static postern_status load(postern_ppm_manager *manager, postern_str pair[2],
                           int64_t now_s, struct standing **standing,
                           postern_diag *diag)
{
    struct standing *self = pst_alloc(&manager->allocator, sizeof *self);
    postern_status status;

    if (!self) {
        return POSTERN_ERR_MEMORY;
    }
    memset(self, 0, sizeof *self);
    self->allocator = manager->allocator;
    pst_arena_init(&self->arena, &manager->allocator, SIZE_MAX);
    status = fill(manager, self, pair, now_s, diag);
    if (status != POSTERN_OK) {
        pst_standing_free(&self->out);
        return status;
    }
    *standing = self;
    return POSTERN_OK;
}

postern_status pst_standing_load(postern_ppm_manager *manager,
                                 postern_str subscriber, postern_str provider,
                                 int64_t now_s, struct pst_standing **standing,
                                 postern_diag *diag)
{
    postern_str pair[2] = {subscriber, provider};
    struct standing *self = NULL;
    postern_status status;

    *standing = NULL;
    if (manager->within) {
        status = load(manager, pair, now_s, &self, diag);
    } else {
        pst_diag_clear(diag);
        PST_TRY(pst_manager_begin(manager, diag));
        status = load(manager, pair, now_s, &self, diag);
        status = pst_manager_end(manager, status, diag);
    }
    if (status == POSTERN_OK) {
        *standing = &self->out;
        return POSTERN_OK;
    }
    pst_standing_free(self ? &self->out : NULL);
    return pst_diag_plain(diag, status);
}

void pst_standing_free(struct pst_standing *standing)
{
    struct standing *self = (struct standing *)standing;
    postern_allocator allocator;

    if (!self) {
        return;
    }
    allocator = self->allocator;
    postern_ppm_stack_free(self->out.stack);
    pst_frames_release(&self->frames);
    pst_arena_release(&self->arena);
    pst_release(&allocator, self, sizeof *self);
}

/* ---- pairs --------------------------------------------------------------- */

static postern_status each_pair(struct pst_arena *arena,
                                const postern_texts *keys,
                                bool (*take)(void *user, postern_str subscriber,
                                             postern_str provider),
                                void *user)
{
    for (size_t i = 0; i < keys->count; i++) {
        postern_str subscriber = pst_manager_part(arena, keys->items[i], 0);
        postern_str provider = pst_manager_part(arena, keys->items[i], 1);

        if (!subscriber.data || !provider.data) {
            return POSTERN_ERR_MEMORY;
        }
        if (!take(user, subscriber, provider)) {
            break;
        }
    }
    return POSTERN_OK;
}

static postern_status pairs(postern_ppm_manager *manager,
                            bool (*take)(void *user, postern_str subscriber,
                                         postern_str provider),
                            void *user, postern_diag *diag)
{
    struct pst_arena arena;
    postern_texts keys;
    postern_status status;

    pst_arena_init(&arena, &manager->allocator, SIZE_MAX);
    status =
        pst_manager_keys(manager, &arena, "pair", PST_STR(""), &keys, diag);
    if (status == POSTERN_OK) {
        status = each_pair(&arena, &keys, take, user);
    }
    pst_arena_release(&arena);
    return status;
}

postern_status pst_standing_pairs(postern_ppm_manager *manager,
                                  bool (*take)(void *user,
                                               postern_str subscriber,
                                               postern_str provider),
                                  void *user, postern_diag *diag)
{
    if (manager->within) {
        return pst_diag_plain(diag, pairs(manager, take, user, diag));
    }
    pst_diag_clear(diag);
    PST_TRY(pst_manager_begin(manager, diag));
    return pst_manager_end(manager, pairs(manager, take, user, diag), diag);
}
