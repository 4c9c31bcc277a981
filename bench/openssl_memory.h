/*
 * Counts what OpenSSL takes from the heap for itself, so that it is not taken
 * for ours.
 */
#ifndef BENCH_OPENSSL_MEMORY_H
#define BENCH_OPENSSL_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* Before OpenSSL is used for anything; false: too late. */
bool bench_openssl_memory_start(void);

/* Calls of this thread since then. */
uint64_t bench_openssl_allocations(void);

#endif
