#ifndef BENCH_PPM_H
#define BENCH_PPM_H

#include "bench/report.h"

/* `postern-bench ppm`; says on standard error why it did not get done. */
enum bench_result bench_ppm(const struct bench_options *options);

#endif
