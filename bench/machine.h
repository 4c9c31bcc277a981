/* On what, and of what, this program runs: one line. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stddef.h>

/* NUL-terminated, cut to `size`. */
void bench_machine(char *buffer, size_t size);

#endif
