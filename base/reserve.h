/*
 * A block that small allocations are cut from, so that what is short-lived and
 * small costs one allocation in all. What does not fit comes from the allocator
 * behind it. Nothing is used twice: releasing a piece of the block does
 * nothing.
 */
#ifndef PST_RESERVE_H
#define PST_RESERVE_H

#include "base/memory.h"

struct pst_reserve {
    postern_allocator behind;
    char *block; /* aligned for any type */
    size_t size;
    size_t used;
};

/* `reserve` and the block stay where they are as long as the allocator is in
 * use. */
postern_allocator pst_reserve_init(struct pst_reserve *reserve,
                                   const postern_allocator *behind, void *block,
                                   size_t size);

#endif
