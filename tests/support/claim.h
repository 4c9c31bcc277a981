/*
 * Claims for programs with a main() of their own: what does not hold is printed
 * and counted, and the program goes on to the next.
 *
 *   claim(heap.live == 0, "%zu bytes are left", heap.live);
 *   return claims_failed();
 */
#ifndef TESTS_SUPPORT_CLAIM_H
#define TESTS_SUPPORT_CLAIM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

enum { CLAIMS_PRINTED = 20 };

/* How many claims did not hold; part of each program. */
static int claims_lost;

__attribute__((format(printf, 2, 3))) static inline bool
claim(bool holds, const char *format, ...)
{
    va_list arguments;

    if (holds) {
        return true;
    }
    claims_lost++;
    if (claims_lost <= CLAIMS_PRINTED) {
        va_start(arguments, format);
        vprintf(format, arguments);
        va_end(arguments);
        printf("\n");
    }
    return false;
}

/* The exit status. */
static inline int claims_failed(void)
{
    if (claims_lost) {
        printf("%d claims do not hold\n", claims_lost);
    }
    return claims_lost ? 1 : 0;
}

#endif
