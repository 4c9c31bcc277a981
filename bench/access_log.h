#ifndef BENCH_ACCESS_LOG_H
#define BENCH_ACCESS_LOG_H

#include "bench/report.h"

/* `postern-bench access-log`; says on standard error why it did not get done.
 */
enum bench_result bench_access_log(const struct bench_options *options);

#endif
