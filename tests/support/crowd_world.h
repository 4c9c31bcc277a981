/*
 * One ACP of many rules for one originator, made by the builder, and a crowd of
 * them; with the answer that a crowd must give, found by trying rule after
 * rule. Policies and requests are drawn from few values, so that they meet.
 */
#ifndef TESTS_SUPPORT_CROWD_WORLD_H
#define TESTS_SUPPORT_CROWD_WORLD_H

#include "pdp/crowd.h"
#include "support/rng.h"

struct crowd_world {
    postern_acp_builder *builder;
    postern_acp_set *set;
    const struct pst_slot *slot;
    struct pst_crowd_rule *rules;
    uint32_t count;
    struct pst_vec words;
    postern_allocator allocator;
};

/* All of them abort when something is refused. */
void crowd_world_start(struct crowd_world *world);
/* The originator is filled in. */
void crowd_world_add(struct crowd_world *world, postern_rule rule);
/* Compiles, and makes the crowd. */
void crowd_world_finish(struct crowd_world *world);
void crowd_world_stop(struct crowd_world *world);

/* A rule with up to two contexts of every form, object details, attributes,
 * some that can never hold. */
void crowd_world_add_random(struct crowd_world *world, struct rng *rng);

/* A request of any operation whose facts may be unknown. Its texts are
 * static. */
postern_request crowd_world_request(struct rng *rng);

const uint64_t *crowd_world_crowd(const struct crowd_world *world);

/* What a decision asks of a rule that lists the originator. */
bool crowd_world_holds(const struct crowd_world *world, uint32_t rule,
                       const postern_request *request);

/* The next true rule from `from` on, by the crowd and one by one. */
uint32_t crowd_world_next(const struct crowd_world *world,
                          const postern_request *request, uint32_t from);
uint32_t crowd_world_scan(const struct crowd_world *world,
                          const postern_request *request, uint32_t from);

#endif
