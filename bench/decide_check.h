/*
 * Whether what is timed is right: decisions against the reference evaluator.
 */
#ifndef BENCH_DECIDE_CHECK_H
#define BENCH_DECIDE_CHECK_H

#include "bench/report.h"
#include "bench/requests.h"

struct bench_check {
    const struct bench_workload *workload;
    const struct bench_clock *clock;
    const struct bench_request *requests;
    size_t count;
    double budget_s; /* for the reference evaluator, and again for the rest */
};

/* Checks up to `wanted` of the requests, spread evenly, and fills in the parts
 * of the subject that tell about it. False, with the request on standard error,
 * when one is decided in two ways. */
bool bench_check_run(const struct bench_check *check, size_t wanted,
                     struct bench_subject *subject);

#endif
