#ifndef BENCH_STORE_H
#define BENCH_STORE_H

#include "bench/report.h"

/* `postern-bench store`; says on standard error why it did not get done. */
enum bench_result bench_store(const struct bench_options *options);

#endif
