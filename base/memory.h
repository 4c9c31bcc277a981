/* The caller's allocator, or malloc and free when there is none. */
#ifndef PST_MEMORY_H
#define PST_MEMORY_H

#include <postern/base.h>

/* The allocator to use for `given`, which may be NULL. */
postern_allocator pst_allocator_of(const postern_allocator *given);

static inline void *pst_alloc(const postern_allocator *allocator, size_t size)
{
    return allocator->alloc(allocator->user, size);
}

static inline void pst_release(const postern_allocator *allocator, void *block,
                               size_t size)
{
    if (block) {
        allocator->release(allocator->user, block, size);
    }
}

/* Limits with defaults filled in and ceilings applied; NULL: all defaults. */
postern_limits pst_limits_of(const postern_limits *given);

#endif
