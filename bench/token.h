#ifndef BENCH_TOKEN_H
#define BENCH_TOKEN_H

#include "bench/report.h"

/* `postern-bench token`; says on standard error why it did not get done. */
enum bench_result bench_token(const struct bench_options *options);

#endif
