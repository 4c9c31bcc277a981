#include "base/reserve.h"

#include <stdalign.h>

enum { ALIGN = alignof(max_align_t) };

static void *take(void *user, size_t size)
{
    struct pst_reserve *reserve = user;
    void *piece = reserve->block + reserve->used;

    if (size > reserve->size - reserve->used) {
        return pst_alloc(&reserve->behind, size);
    }
    size = (size + ALIGN - 1) / ALIGN * ALIGN;
    reserve->used = size < reserve->size - reserve->used ? reserve->used + size
                                                         : reserve->size;
    return piece;
}

static void give_back(void *user, void *piece, size_t size)
{
    const struct pst_reserve *reserve = user;
    uintptr_t at = (uintptr_t)piece - (uintptr_t)reserve->block;

    if (at >= reserve->size) { /* not in the block */
        pst_release(&reserve->behind, piece, size);
    }
}

postern_allocator pst_reserve_init(struct pst_reserve *reserve,
                                   const postern_allocator *behind, void *block,
                                   size_t size)
{
    *reserve = (struct pst_reserve){*behind, block, size, 0};
    return (postern_allocator){reserve, take, give_back};
}
