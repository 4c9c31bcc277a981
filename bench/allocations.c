#include "bench/allocations.h"

#include <stdlib.h>

static _Thread_local uint64_t calls; /* of this thread */

bool bench_allocations_are_counted(void)
{
    return BENCH_COUNTS_ALLOCATIONS;
}

uint64_t bench_allocations(void)
{
    return calls;
}

#if BENCH_COUNTS_ALLOCATIONS
/* Names that the GNU C library keeps for programs that do this. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

void *malloc(size_t size)
{
    calls++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    calls++;
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    calls++;
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    calls++;
    return __libc_memalign(alignment, size);
}

void free(void *block)
{
    calls++;
    __libc_free(block);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#endif
