/* What it takes to write a compiled set and to open it again. */
#ifndef BENCH_IMAGE_H
#define BENCH_IMAGE_H

#include "bench/report.h"

enum bench_result bench_image(const struct bench_options *options);

#endif
