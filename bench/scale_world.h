/*
 * One CSE as large as one likes: originators, ACPs, resources that link them,
 * drawn from a seed. An ACP can be drawn a second time, so nothing is stored
 * but what the library is given: the compiled set, and one number for each
 * resource.
 *
 * Rules are of the sort that workload.h describes; patterns, domains, groups,
 * roles and conditions come from pools, as partners and shifts are shared by
 * many policies. One huge ACP lists identifiers, groups and roles.
 */
#ifndef BENCH_SCALE_WORLD_H
#define BENCH_SCALE_WORLD_H

#include "bench/names.h"

#include <postern/pdp.h>

enum { SCALE_LINKS = 4, SCALE_GROUPS = 3, SCALE_ROLES = 2, SCALE_TEXT = 40 };

struct scale_mix {
    uint64_t seed;
    uint32_t acps;
    uint32_t rules_of_acp; /* 0: one to ten */
    uint32_t originators;
    uint32_t resources;
    bool unique_conditions; /* no two rules share one */
};

struct scale_world {
    struct scale_mix mix;
    struct bench_population population;
    uint32_t patterns;
    uint32_t conditions;
    postern_cse cse;
    uint32_t rules;
    uint32_t entries;       /* originators of all rules */
    uint32_t *links;        /* of each resource: an ACP, or LINKED | a list */
    postern_acp_ref *lists; /* SCALE_LINKS for each list */
    uint8_t *list_counts;
    postern_acp_set *set;
    double compile_s; /* from rules in memory to the set */
};

/* False when there is no memory, or something was refused; _free is due in
 * either case. */
bool scale_world_make(struct scale_world *world, const struct scale_mix *mix);
void scale_world_free(struct scale_world *world);

/* The rules of one ACP, which last for the call; false to have no more. */
typedef bool scale_take_acp(void *user, uint32_t acp, const postern_rule *rules,
                            uint32_t count);

/* Draws the same ACPs one after the other and compiles nothing; of one to ten
 * rules each. False when there is no memory, or when `take` was. */
bool scale_world_each_acp(const struct scale_mix *mix, scale_take_acp *take,
                          void *user);

/* A request as numbers. */
struct scale_request {
    uint32_t originator; /* from `originators` on: a stranger */
    uint32_t resource;
    uint32_t groups[SCALE_GROUPS];
    uint32_t roles[SCALE_ROLES];
    uint32_t ip;
    uint32_t second; /* of one week */
    uint8_t group_count;
    uint8_t role_count;
    uint8_t operation; /* POSTERN_ACOP_* */
    bool authenticated;
};

/* Half of them aim at a rule of an ACP that the resource links; of those for
 * one huge ACP, a sixth. */
void scale_request_draw(struct scale_request *request,
                        const struct scale_world *world, struct rng *rng);

/* As it is at hand when it was just received. Points into itself. */
struct scale_stage {
    postern_request request;
    uint32_t resource;
    postern_str from;
    postern_id groups[SCALE_GROUPS];
    postern_id roles[SCALE_ROLES];
    char from_text[BENCH_NAME_SIZE];
    char group_texts[SCALE_GROUPS][SCALE_TEXT];
    char role_texts[SCALE_ROLES][SCALE_TEXT];
    const struct scale_world *world;
};

void scale_request_stage(struct scale_stage *stage,
                         const struct scale_world *world,
                         const struct scale_request *request);

/* What the CSE keeps for a resource: the ACPs it links. */
static inline size_t scale_links(const struct scale_world *world,
                                 uint32_t resource, postern_acp_ref *one,
                                 const postern_acp_ref **refs)
{
    uint32_t link = world->links[resource];

    if (link >> 31) {
        uint32_t list = link & 0x7FFFFFFF;

        *refs = world->lists + (size_t)list * SCALE_LINKS;
        return world->list_counts[list];
    }
    *one = (postern_acp_ref){link, POSTERN_PRIVILEGES};
    *refs = one;
    return 1;
}

#endif
