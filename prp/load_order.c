/* Every resource is followed up to the first that is listed already, and the
 * way is then listed from there down: linear, and without recursion. */
#include "prp/load_order.h"

#include "base/str.h"
#include "prp/attribute.h"

#define NO_PARENT UINT32_MAX

enum state {
    UNKNOWN = 0,
    ON_THE_WAY,
    LISTED,     /* among the first */
    LISTED_LATE /* an ACP, or below one: among the last */
};

struct listing {
    const postern_policy *policy;
    enum state *states;
    uint32_t *parents;
    uint32_t *way; /* up from one resource */
    uint32_t *early;
    uint32_t *late;
    size_t early_count;
    size_t late_count;
};

static uint32_t parent_of(const postern_policy *policy, uint32_t number)
{
    postern_str pi = policy->resources[number].pi;
    const struct pst_resource *parent =
        pi.len ? pst_policy_find(policy, pi) : NULL;

    return parent ? (uint32_t)(parent - policy->resources) : NO_PARENT;
}

/* Steps to the first that is listed; 0 when the way is a circle. */
static size_t climb(struct listing *self, uint32_t number)
{
    size_t steps = 0;

    while (number != NO_PARENT && self->states[number] == UNKNOWN) {
        self->states[number] = ON_THE_WAY;
        self->parents[number] = parent_of(self->policy, number);
        self->way[steps++] = number;
        number = self->parents[number];
    }
    return number != NO_PARENT && self->states[number] == ON_THE_WAY ? 0
                                                                     : steps;
}

static void list(struct listing *self, uint32_t number)
{
    uint32_t parent = self->parents[number];
    bool late = self->policy->resources[number].ty == PST_TYPE_ACP ||
                (parent != NO_PARENT && self->states[parent] == LISTED_LATE);

    self->states[number] = late ? LISTED_LATE : LISTED;
    if (late) {
        self->late[self->late_count++] = number;
    } else {
        self->early[self->early_count++] = number;
    }
}

static postern_status refuse_circle(const struct pst_resource *resource,
                                    postern_diag *diag)
{
    return pst_node_refuse(resource->document, pst_universal_in(resource, "pi"),
                           diag, POSTERN_ERR_POLICY,
                           "the parents of this resource go round in a circle",
                           "TS-0001 9.6.1");
}

static postern_status list_all(struct listing *self, postern_diag *diag)
{
    const postern_policy *policy = self->policy;

    for (uint32_t i = 0; i < policy->resource_count; i++) {
        size_t steps;

        if (self->states[i] != UNKNOWN) {
            continue;
        }
        steps = climb(self, i);
        if (steps == 0) {
            return refuse_circle(&policy->resources[i], diag);
        }
        while (steps > 0) {
            list(self, self->way[--steps]);
        }
    }
    return POSTERN_OK;
}

static bool find_room(struct listing *self, struct pst_arena *arena)
{
    size_t count = self->policy->resource_count;

    self->states = pst_arena_alloc(arena, count, sizeof *self->states);
    self->parents = pst_arena_alloc(arena, count, sizeof *self->parents);
    self->way = pst_arena_alloc(arena, count, sizeof *self->way);
    self->early = pst_arena_alloc(arena, count, sizeof *self->early);
    self->late = pst_arena_alloc(arena, count, sizeof *self->late);
    return self->states && self->parents && self->way && self->early &&
           self->late;
}

postern_status pst_load_order_make(struct pst_load_order *order,
                                   const postern_policy *policy,
                                   struct pst_arena *arena, postern_diag *diag)
{
    struct listing listing = {.policy = policy};

    *order = (struct pst_load_order){NULL, false};
    if (!find_room(&listing, arena)) {
        return pst_diag_plain(diag, POSTERN_ERR_MEMORY);
    }
    PST_TRY(list_all(&listing, diag));
    for (size_t i = 0; i < listing.late_count; i++) {
        uint32_t number = listing.late[i];

        listing.early[listing.early_count++] = number;
        if (policy->resources[number].ty == PST_TYPE_GROUP) {
            order->acps_again = true;
        }
    }
    order->numbers = listing.early;
    return POSTERN_OK;
}
