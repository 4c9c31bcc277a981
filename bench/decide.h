#ifndef BENCH_DECIDE_H
#define BENCH_DECIDE_H

#include "bench/report.h"

/* `postern-bench decide`; says on standard error why it did not get done. */
enum bench_result bench_decide(const struct bench_options *options);

#endif
