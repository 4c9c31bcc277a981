#ifndef BENCH_SCALE_H
#define BENCH_SCALE_H

#include "bench/report.h"

/* The part of `postern-bench decide` that goes from a hundred ACPs to a
 * million: by resource, with a principal, in batches, on two threads, and the
 * scan. Returns whether it got done, and says on standard error why not. */
bool bench_scale(const struct bench_options *options,
                 const struct bench_clock *clock);

/* How many of its cases the options ask for. */
size_t bench_scale_count(const struct bench_options *options);

#endif
