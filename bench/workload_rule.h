/* Drawing one rule of a workload. */
#ifndef BENCH_WORKLOAD_RULE_H
#define BENCH_WORKLOAD_RULE_H

#include "bench/workload.h"

/* Zeroed memory that lives as long as the workload; NULL when there is none. */
static inline void *bench_take(struct bench_workload *workload, size_t count,
                               size_t size)
{
    return pst_arena_alloc(&workload->arena, count, size);
}

static inline uint32_t bench_below(struct bench_workload *workload,
                                   uint32_t count)
{
    return rng_below(&workload->rng, count);
}

/* Fills in both forms of a rule, which are zeroed; false without memory. */
bool bench_rule_draw(struct bench_workload *workload, struct bench_rule *rule,
                     struct ref_rule *twin);

/* The same for the first rule of a workload that is for all and about one
 * context. */
bool bench_rule_make_only(struct bench_workload *workload);

#endif
