/* The decision against the reference evaluator, at volume. */
#ifndef BENCH_DIFF_H
#define BENCH_DIFF_H

#include "bench/report.h"

enum bench_result bench_diff(const struct bench_options *options);

#endif
