/*
 * What code does, counted while it runs: which lines of 64 bytes of a piece of
 * memory it reads, and how many runs of straight code it takes.
 *
 * The code is a copy of the library that the compiler has instrumented: every
 * access to memory and every basic block calls a function of probe.c. Nothing
 * in the sources knows of it, so nothing can be forgotten there.
 */
#ifndef TESTS_SUPPORT_PROBE_H
#define TESTS_SUPPORT_PROBE_H

#include <stddef.h>
#include <stdint.h>

struct probe_count {
    uint64_t lines;
    uint64_t runs;
};

/* Counts from here on; lines only of these bytes. */
void probe_begin(const void *memory, size_t size);

struct probe_count probe_end(void);

#endif
