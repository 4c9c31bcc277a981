#define _DEFAULT_SOURCE /* madvise() */

#include "bench/pages.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { LARGE = 2 << 20 };

/* Aligned to a large page: a mapping with one page too much, cut to size. */
static void *map(size_t size)
{
    size_t whole = (size + LARGE - 1) / LARGE * LARGE;
    char *from = mmap(NULL, whole + LARGE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    size_t skip;

    if (from == MAP_FAILED) {
        return NULL;
    }
    skip = (LARGE - (uintptr_t)from % LARGE) % LARGE;
    if (skip) {
        (void)munmap(from, skip);
    }
    (void)munmap(from + skip + whole, LARGE - skip);
    (void)madvise(from + skip, whole, MADV_HUGEPAGE);
    return from + skip;
}

static void *take(void *user, size_t size)
{
    (void)user;
    return size < LARGE ? malloc(size) : map(size);
}

static void give_back(void *user, void *block, size_t size)
{
    (void)user;
    if (size < LARGE) {
        free(block);
    } else {
        (void)munmap(block, (size + LARGE - 1) / LARGE * LARGE);
    }
}

postern_allocator bench_pages(void)
{
    return (postern_allocator){NULL, take, give_back};
}
