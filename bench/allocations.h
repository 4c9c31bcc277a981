/*
 * Counts the calls of malloc() and its family in this program, the C library's
 * own included, by standing in front of them.
 */
#ifndef BENCH_ALLOCATIONS_H
#define BENCH_ALLOCATIONS_H

#include <stdbool.h>
#include <stdint.h>

/* False in a build with a sanitizer, which stands there itself. */
bool bench_allocations_are_counted(void);

/* Calls since the program began; 0 when they are not counted. */
uint64_t bench_allocations(void);

#endif
