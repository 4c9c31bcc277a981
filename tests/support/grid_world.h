/*
 * A small world for the grid: random frames of every kind that speak of every
 * row, and what a stack of some of them shows, cell by cell.
 */
#ifndef TESTS_SUPPORT_GRID_WORLD_H
#define TESTS_SUPPORT_GRID_WORLD_H

#include "support/rng.h"

#include <postern/grid.h>

enum {
    GRID_WORLD_TERMS = 6,
    GRID_WORLD_LAWS = 10,
    GRID_WORLD_PARENTS = 4,
    GRID_WORLD_USERS = 12,
    GRID_WORLD_SOME = 5 /* frames of one side, at most */
};

struct grid_world {
    postern_ppm_frame *terms[GRID_WORLD_TERMS];
    postern_ppm_frame *laws[GRID_WORLD_LAWS];
    postern_ppm_frame *parents[GRID_WORLD_PARENTS];
    postern_ppm_frame *users[GRID_WORLD_USERS];
};

/* Frames of one side. */
struct grid_side {
    const postern_ppm_frame *frames[GRID_WORLD_SOME];
    size_t count;
};

static inline postern_grid_frames grid_frames(const struct grid_side *side)
{
    return (postern_grid_frames){side->frames, side->count};
}

void grid_world_make(struct grid_world *world, struct rng *rng);
void grid_world_free(struct grid_world *world);

/* `count` of `from`, each at most once; those of one kind keep their order. */
void grid_world_draw(struct grid_side *side, postern_ppm_frame *const *from,
                     uint32_t available, uint32_t count, struct rng *rng);

/* What counts for one subscription. */
struct grid_case {
    const struct grid_side *laws;
    const struct grid_side *voice; /* parents, and the user */
    const struct grid_side *terms;
    const postern_ppm_stack_options *options;
    const postern_ppm_column *column; /* NULL: the first */
};

/* Red and locked cells by postern_ppm_evaluate(), rows [from, to). False when
 * there is no such stack. */
bool grid_case_red(const struct grid_case *self, uint32_t from, uint32_t to,
                   postern_grid_red *red);

#endif
