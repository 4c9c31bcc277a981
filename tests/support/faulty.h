/*
 * An allocator for tests: counts its calls, refuses the one it is told to, and
 * knows what is live. A block that is released with a size other than the one
 * asked for counts in wrong_sizes.
 *
 *   struct faulty heap = {.fail_at = n};          n-th call fails, from 1;
 *   postern_allocator a = faulty_allocator(&heap);  0: none fails
 */
#ifndef TESTS_SUPPORT_FAULTY_H
#define TESTS_SUPPORT_FAULTY_H

#include <postern/base.h>

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

struct faulty {
    size_t fail_at;
    size_t calls;
    size_t live; /* bytes */
    size_t wrong_sizes;
};

struct faulty_header {
    alignas(max_align_t) size_t size;
};

static inline void *faulty_alloc(void *user, size_t size)
{
    struct faulty *heap = user;
    struct faulty_header *header;

    heap->calls++;
    if (heap->calls == heap->fail_at) {
        return NULL;
    }
    header = malloc(sizeof *header + size);
    if (!header) {
        abort();
    }
    header->size = size;
    heap->live += size;
    memset(header + 1, 0xA5, size); /* nobody may count on zeroed memory */
    return header + 1;
}

static inline void faulty_release(void *user, void *block, size_t size)
{
    struct faulty *heap = user;
    struct faulty_header *header = (struct faulty_header *)block - 1;

    heap->wrong_sizes += header->size != size;
    heap->live -= header->size;
    free(header);
}

static inline postern_allocator faulty_allocator(struct faulty *heap)
{
    return (postern_allocator){heap, faulty_alloc, faulty_release};
}

#endif
