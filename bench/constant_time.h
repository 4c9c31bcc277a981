#ifndef BENCH_CONSTANT_TIME_H
#define BENCH_CONSTANT_TIME_H

#include "bench/report.h"

/* `postern-bench constant-time`; says on standard error why it did not get
 * done. BENCH_FAILED also when a difference was found. */
enum bench_result bench_constant_time(const struct bench_options *options);

#endif
