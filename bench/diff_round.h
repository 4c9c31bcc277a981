/*
 * One round of the comparison at volume: a policy drawn from seed and number,
 * and requests to it, each decided by the reference evaluator and in every way
 * the library has. [DEC-01]
 */
#ifndef BENCH_DIFF_ROUND_H
#define BENCH_DIFF_ROUND_H

#include "bench/diff_features.h"

#include <stdio.h>

enum {
    DIFF_REQUESTS = 1200 /* of a round, about; some have more, most few */
};

/* At volume: the ways as often as their table says. Thoroughly: few requests
 * to a policy, in nearly all ways. */
enum diff_care { DIFF_AT_VOLUME, DIFF_THOROUGHLY };

struct diff_round;

/* Memory of one thread; NULL when there is none. */
struct diff_round *diff_round_new(enum diff_care care);
void diff_round_free(struct diff_round *round);

/* Counts what it compares; the number modulo DIFF_KINDS says what kind of
 * policy. False at the first difference; the policy and the request are kept
 * to be shown. */
bool diff_round_run(struct diff_round *round, uint64_t seed, uint64_t number,
                    struct diff_counts *counts);

/* After a difference: what it is, the policy and the request. */
void diff_round_show_difference(const struct diff_round *round, FILE *out);

/* After a round: the policy. */
void diff_round_show_policy(const struct diff_round *round, FILE *out);

#endif
