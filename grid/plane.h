/*
 * Planes: one row of the table for all subscriptions of a block, one bit each.
 * Working through them is all that an evaluation does, and it is done by the
 * widest instructions there are. The portable way is what the others are
 * compared with, bit for bit.
 */
#ifndef PST_GRID_PLANE_H
#define PST_GRID_PLANE_H

#include <postern/grid.h>

enum {
    PST_GRID_WORD = 64,      /* bits */
    PST_GRID_LINE_WORDS = 8, /* of a cache line; planes have whole lines */
    PST_GRID_LINE = 64       /* bytes */
};

/* Invariant: `words` is a multiple of LINE_WORDS, all begin at a line, and
 * objections are only where somebody lives. */
struct pst_grid_plane {
    const uint64_t *objections;
    const uint64_t *live;
    uint64_t *red;
    uint64_t *changed; /* gathers where red changes */
    uint32_t words;
    uint64_t keep; /* all bits, or none */
    uint64_t base;
};

struct pst_grid_tally {
    uint64_t red;
    uint64_t reddened;
    uint64_t cleared;
};

/* One way. `compare` says where red changes; `store` does not look at what was
 * red, does not need `changed`, and counts only what is. */
struct pst_grid_way {
    void (*compare)(const struct pst_grid_plane *plane,
                    struct pst_grid_tally *tally);
    void (*store)(const struct pst_grid_plane *plane,
                  struct pst_grid_tally *tally);
};

/* NULL: this build or this processor does not have it. */
const struct pst_grid_way *pst_grid_way_of(postern_grid_path path);

/* The ways of one kind of processor; NULL where it is another one. */
const struct pst_grid_way *pst_grid_way_avx2(void);
const struct pst_grid_way *pst_grid_way_avx512(void);
const struct pst_grid_way *pst_grid_way_neon(void);

static inline uint64_t pst_grid_red(uint64_t objections, uint64_t live,
                                    uint64_t keep, uint64_t base)
{
    return (objections & keep) | (~objections & base & live);
}

#endif
