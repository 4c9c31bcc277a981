/*
 * An allocator over a block of fixed size for what is soon over: in the block
 * while there is room, on the heap below it after that. What lies in the block
 * is taken back all at once.
 */
#ifndef PST_SCRATCH_H
#define PST_SCRATCH_H

#include "tokens/bump.h"

#include "base/memory.h"

struct pst_scratch {
    struct pst_bump block; /* size 0: everything is on the heap */
    postern_allocator below;
};

/* The allocator points to `self`, which stays where it is. */
postern_allocator pst_scratch_allocator(struct pst_scratch *self);

#endif
