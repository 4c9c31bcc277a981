/*
 * Parts of requests for the comparison at volume: half of them as the
 * generator of support/generate.h makes them up, half of them from what some
 * rule of the policy says, so that rules hold often and fail by little.
 */
#ifndef BENCH_DIFF_PARTS_H
#define BENCH_DIFF_PARTS_H

#include "bench/diff_policy.h"
#include "reference/sheet.h"

enum { DIFF_PARTS_LEAST = 7 /* of each kind */ };

/* Parts of the same number are about the same rule, half of them. */
struct diff_parts {
    struct ref_parts parts;
    struct generated_request requests[REF_PARTS_MAX];
    char addresses[REF_PARTS_MAX][GENERATED_TEXT];
    const char *attributes[REF_PARTS_MAX][GENERATED_LIST];
    struct diff_store store; /* names of those who ask */
};

void diff_parts_draw(struct diff_parts *out, struct diff_policy *policy,
                     struct rng *rng);

#endif
