/*
 * Begins to bring a line of memory near. Never a fault, whatever the address.
 *
 * The empty statement keeps it: gcc takes a function that does nothing but
 * prefetch for one without effects, and drops the calls.
 */
#ifndef PST_FETCH_H
#define PST_FETCH_H

static inline void pst_fetch(const void *memory)
{
    __builtin_prefetch(memory);
    __asm__ volatile("" : : "r"(memory));
}

#endif
