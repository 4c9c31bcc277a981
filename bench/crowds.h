/* Many rules with conditions for one originator: what their index is worth. */
#ifndef BENCH_CROWDS_H
#define BENCH_CROWDS_H

#include "bench/report.h"

/* `postern-bench crowds`; says on standard error why it did not get done. */
enum bench_result bench_crowds(const struct bench_options *options);

#endif
