/* postern-bench gate: the privacy policy manager as a decision point. */
#ifndef BENCH_GATE_H
#define BENCH_GATE_H

#include "bench/report.h"

enum bench_result bench_gate(const struct bench_options *options);

#endif
