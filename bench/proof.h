/* What it takes to prove a compiled set. */
#ifndef BENCH_PROOF_H
#define BENCH_PROOF_H

#include "bench/report.h"

enum bench_result bench_proof(const struct bench_options *options);

#endif
