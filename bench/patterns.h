#ifndef BENCH_PATTERNS_H
#define BENCH_PATTERNS_H

#include "bench/report.h"

/* `postern-bench patterns`; says on standard error why it did not get done. */
enum bench_result bench_patterns(const struct bench_options *options);

#endif
