/* An allocator over another one that wipes what it gives back: for documents
 * and texts that hold secrets for a while. */
#ifndef PST_WIPING_H
#define PST_WIPING_H

#include "base/memory.h"

struct pst_wiping {
    postern_allocator below;
};

/* The allocator points to `self`, which stays where it is. */
postern_allocator pst_wiping_allocator(struct pst_wiping *self,
                                       const postern_allocator *below);

#endif
