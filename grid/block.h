/*
 * A block: up to some ten thousand subscriptions of one run, as planes. For
 * each row of the table one plane of objections and one of red cells, a bit for
 * each slot; beside them who lives in the slot. One piece of memory.
 *
 * Invariant: in a slot where nobody lives all bits are 0.
 */
#ifndef PST_GRID_BLOCK_H
#define PST_GRID_BLOCK_H

#include "base/memory.h"
#include "grid/plane.h"

/* Slots of the first block of a run; each next one has twice as many. */
enum { PST_GRID_LEAST_SLOTS = 512, PST_GRID_MOST_SLOTS = 32768 };

struct pst_grid_block {
    postern_grid_red pending; /* rows that a change may have touched */
    uint32_t run;
    uint32_t first; /* its first slot among those of the run */
    uint32_t slots;
    uint32_t words;  /* of a plane */
    uint32_t stride; /* words from one plane to the next */
    uint64_t *objections;
    uint64_t *red;
    uint64_t *live;
    uint64_t *changed;
    uint32_t *users; /* by slot */
    uint32_t *voices;
    void *memory;
    size_t size; /* of it */
};

/* NULL when there is no memory. */
struct pst_grid_block *pst_grid_block_new(const postern_allocator *allocator,
                                          uint32_t slots);
void pst_grid_block_free(struct pst_grid_block *block,
                         const postern_allocator *allocator);

static inline uint64_t *pst_grid_plane_at(uint64_t *planes,
                                          const struct pst_grid_block *block,
                                          uint32_t row)
{
    return planes + (size_t)row * block->stride;
}

static inline bool pst_grid_is_live(const struct pst_grid_block *block,
                                    uint32_t slot)
{
    return block->live[slot / PST_GRID_WORD] >> slot % PST_GRID_WORD & 1;
}

/* Puts a column of bits, one for each row, into a slot of planes. */
void pst_grid_put_bits(uint64_t *planes, const struct pst_grid_block *block,
                       uint32_t slot, const postern_grid_red *bits);

/* The same for a slot that has none. */
void pst_grid_add_bits(uint64_t *planes, const struct pst_grid_block *block,
                       uint32_t slot, const postern_grid_red *bits);

/* The red cells of one slot; of the 64 slots from a multiple of 64 on. */
void pst_grid_get_red(const struct pst_grid_block *block, uint32_t slot,
                      postern_grid_red *red);
void pst_grid_get_64(const struct pst_grid_block *block, uint32_t from,
                     postern_grid_red red[PST_GRID_WORD]);

#endif
