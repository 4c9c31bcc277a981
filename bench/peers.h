/* Other policy engines on the same rules and requests. */
#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

#include "bench/report.h"

enum bench_result bench_peers(const struct bench_options *options);

#endif
