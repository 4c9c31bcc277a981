/*
 * One ACP whose rules list one originator, each with a condition of its own,
 * none of which holds for the requests that go with it; and the crowd of these
 * rules. Optionally a last rule that holds for every request.
 */
#ifndef BENCH_CROWDS_WORLD_H
#define BENCH_CROWDS_WORLD_H

#include "pdp/crowd.h"
#include "support/rng.h"

enum bench_crowd_kind {
    BENCH_CROWD_WINDOWS,
    BENCH_CROWD_PREFIXES,
    BENCH_CROWD_CIRCLES,
    BENCH_CROWD_MIXED,   /* a third each */
    BENCH_CROWD_ONE_SPOT /* circles that all but reach every request */
};

enum { BENCH_CROWD_REQUESTS = 256 };

struct bench_crowd {
    enum bench_crowd_kind kind;
    postern_allocator allocator;
    postern_acp_set *set;
    const struct pst_slot *slot;
    struct pst_crowd_rule *rules;
    uint32_t count;
    struct pst_vec words;
    uint32_t clauses;
    double build_s;
    postern_request requests[BENCH_CROWD_REQUESTS];
};

/* False when memory ran out. */
bool bench_crowd_make(struct bench_crowd *crowd, uint32_t conditions,
                      bool one_holds, uint64_t seed);
void bench_crowd_free(struct bench_crowd *crowd);

/* The first rule that is true for the request, by the crowd and one by one. */
uint32_t bench_crowd_find(const struct bench_crowd *crowd,
                          const postern_request *request);
uint32_t bench_crowd_scan(const struct bench_crowd *crowd,
                          const postern_request *request);

#endif
