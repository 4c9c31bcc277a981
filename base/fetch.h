/*
 * Begins to bring a line of memory near. Never a fault, whatever the address.
 *
 * The empty statement keeps it: gcc takes a function that does nothing but
 * prefetch for one without effects, and drops the calls.
 */
#ifndef PST_FETCH_H
#define PST_FETCH_H

#include <stdint.h>

enum { PST_LINE = 64 }; /* bytes */

static inline void pst_fetch(const void *memory)
{
    __builtin_prefetch(memory);
    __asm__ volatile("" : : "r"(memory));
}

/* The line behind it too. Nothing is added to a pointer, which may be NULL. */
static inline void pst_fetch_two(const void *memory)
{
    pst_fetch(memory);
    pst_fetch((const void *)((uintptr_t)memory + PST_LINE));
}

#endif
