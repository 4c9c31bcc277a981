/*
 * How fast policies get in: from rules in memory, from JSON, from YAML, many at
 * once and one at a time, the latter into a store as well.
 *
 * From text and from rules the same bytes have to come; next to JSON the same
 * text is merely parsed by jansson.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include "bench/report.h"

enum bench_result bench_load(const struct bench_options *options);

#endif
