#include "tokens/scratch.h"

static void *take(void *user, size_t size)
{
    struct pst_scratch *self = user;
    void *block = pst_bump_alloc(&self->block, size, 1);

    return block ? block : pst_alloc(&self->below, size);
}

static void give(void *user, void *block, size_t size)
{
    struct pst_scratch *self = user;
    uintptr_t at = (uintptr_t)block - (uintptr_t)self->block.memory;

    if (self->block.size == 0 || at >= self->block.size) {
        pst_release(&self->below, block, size);
    } else if (at + size == self->block.used) {
        self->block.used = at; /* the youngest */
    }
}

postern_allocator pst_scratch_allocator(struct pst_scratch *self)
{
    return (postern_allocator){self, take, give};
}
