#include "gate/pairs.h"

#include "base/arena.h"
#include "base/sized.h"

struct pair {
    postern_str subscriber;
    postern_str provider;
    struct pair *after;
};

/* The names, while the manager hands them out and may not be called. */
struct listing {
    struct pst_arena arena;
    struct pair *first;
    struct pair **end;
    bool starved;
};

bool pst_gate_options_take(postern_gate_options *own,
                           const postern_gate_options *given)
{
    postern_id id;

    if (!pst_sized_copy(own, sizeof *own, given) || !own->cse ||
        own->sensitive_lifetime_s < 0 || own->personal_lifetime_s < 0 ||
        own->anonymous_lifetime_s < 0) {
        return false;
    }
    return !own->manager_id.data ||
           postern_id_parse_entity(&id, own->cse, own->manager_id) ==
               POSTERN_OK;
}

bool pst_gate_is_unusable(postern_status status)
{
    return status == POSTERN_ERR_POLICY || status == POSTERN_ERR_LIMIT;
}

static bool note_pair(void *user, postern_str subscriber, postern_str provider)
{
    struct listing *self = user;
    struct pair *pair = pst_arena_alloc(&self->arena, 1, sizeof *pair);

    self->starved = true;
    if (!pair) {
        return false;
    }
    pair->subscriber = pst_arena_copy(&self->arena, subscriber);
    pair->provider = pst_arena_copy(&self->arena, provider);
    if (!pair->subscriber.data || !pair->provider.data) {
        return false;
    }
    *self->end = pair;
    self->end = &pair->after;
    self->starved = false;
    return true;
}

static postern_status hand_over(
    const struct listing *self, postern_ppm_manager *manager, int64_t now_s,
    postern_status (*take)(void *user, const struct pst_standing *standing),
    void *user, postern_diag *diag)
{
    for (const struct pair *pair = self->first; pair; pair = pair->after) {
        struct pst_standing *standing;
        postern_status status = pst_standing_load(
            manager, pair->subscriber, pair->provider, now_s, &standing, diag);

        if (pst_gate_is_unusable(status)) {
            pst_diag_clear(diag);
            continue;
        }
        PST_TRY(status);
        status = take(user, standing);
        pst_standing_free(standing);
        PST_TRY(status);
    }
    return POSTERN_OK;
}

postern_status pst_gate_each_pair(
    postern_ppm_manager *manager, int64_t now_s,
    const postern_allocator *allocator,
    postern_status (*take)(void *user, const struct pst_standing *standing),
    void *user, postern_diag *diag)
{
    struct listing self = {.first = NULL};
    postern_status status;

    self.end = &self.first;
    pst_arena_init(&self.arena, allocator, SIZE_MAX);
    status = pst_standing_pairs(manager, note_pair, &self, diag);
    if (status == POSTERN_OK && self.starved) {
        status = POSTERN_ERR_MEMORY;
    }
    if (status == POSTERN_OK) {
        status = hand_over(&self, manager, now_s, take, user, diag);
    }
    pst_arena_release(&self.arena);
    return status;
}
