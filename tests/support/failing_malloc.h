/*
 * malloc() and its kin for a program that has them fail: the n-th call of all
 * that is linked to it, libraries included. Not for sanitizers, which have a
 * malloc() of their own.
 *
 *   failing_malloc_start(n);
 *   use();
 *   calls = failing_malloc_stop();
 *   claim(failing_malloc.live == 0, ...);
 */
#ifndef TESTS_SUPPORT_FAILING_MALLOC_H
#define TESTS_SUPPORT_FAILING_MALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);

static struct {
    bool counts;
    size_t calls;
    size_t fail_at; /* 0: none */
    size_t live;    /* blocks made while counting; may wrap for a moment when
                       an older one is freed */
} failing_malloc;

static inline void failing_malloc_start(size_t fail_at)
{
    failing_malloc.calls = 0;
    failing_malloc.live = 0;
    failing_malloc.fail_at = fail_at;
    failing_malloc.counts = true;
}

/* How many calls there were. */
static inline size_t failing_malloc_stop(void)
{
    failing_malloc.counts = false;
    return failing_malloc.calls;
}

static inline bool failing_malloc_refuses(void)
{
    failing_malloc.calls += failing_malloc.counts;
    return failing_malloc.counts &&
           failing_malloc.calls == failing_malloc.fail_at;
}

static inline void *failing_malloc_made(void *block)
{
    failing_malloc.live += failing_malloc.counts && block;
    return block;
}

/* The libraries are to find them. */
#define FAILING_MALLOC_FOR_ALL __attribute__((visibility("default")))

FAILING_MALLOC_FOR_ALL void *malloc(size_t size)
{
    return failing_malloc_refuses() ? NULL
                                    : failing_malloc_made(__libc_malloc(size));
}

FAILING_MALLOC_FOR_ALL void *calloc(size_t count, size_t size)
{
    return failing_malloc_refuses()
               ? NULL
               : failing_malloc_made(__libc_calloc(count, size));
}

FAILING_MALLOC_FOR_ALL void *realloc(void *block, size_t size)
{
    void *moved = failing_malloc_refuses() ? NULL : __libc_realloc(block, size);

    return block ? moved : failing_malloc_made(moved);
}

FAILING_MALLOC_FOR_ALL void free(void *block)
{
    failing_malloc.live -= failing_malloc.counts && block;
    __libc_free(block);
}

#endif
