#ifndef BENCH_COUNTRY_H
#define BENCH_COUNTRY_H

#include "bench/report.h"

/* `postern-bench country`; says on standard error why it did not get done. */
enum bench_result bench_country_lookup(const struct bench_options *options);

#endif
