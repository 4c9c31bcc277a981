/*
 * Subscribers, providers and laws for the bench of the grid: frames put
 * together of what such parties say, tag by tag, and what the evaluator of
 * single cells shows for each combination of them.
 */
#ifndef BENCH_PPM_WORLD_H
#define BENCH_PPM_WORLD_H

#include "support/rng.h"

#include <postern/grid.h>

enum {
    PPM_WORLD_COLUMNS = 20,
    PPM_WORLD_JURISDICTIONS = 32,
    PPM_WORLD_SETS = 8,     /* of laws: jurisdictions share them */
    PPM_WORLD_ERAS = 3,     /* the laws as they are, and two changes */
    PPM_WORLD_VOICES = 256, /* at most */
    PPM_WORLD_LAWS = 3      /* of a set */
};

/* What the laws of an era are: the first; one row forbidden on top; three. */
enum ppm_world_era { PPM_WORLD_NOW, PPM_WORLD_ONE_ROW, PPM_WORLD_THREE_ROWS };

struct ppm_world {
    uint32_t voice_count;
    postern_ppm_frame *users[PPM_WORLD_VOICES];
    postern_ppm_frame *parents[PPM_WORLD_VOICES]; /* or NULL */
    postern_ppm_frame *terms[PPM_WORLD_COLUMNS];
    postern_ppm_frame *laws[PPM_WORLD_SETS][PPM_WORLD_LAWS];
    postern_ppm_frame *changes[PPM_WORLD_ERAS];
    /* By set, column and voice: what single cells show. */
    postern_grid_red *cells;
    double cell_ns; /* of one evaluation of a cell */
};

/* A day on which everything is known. */
#define PPM_WORLD_TIME_S INT64_C(1577836800)

/* False when a frame is refused or there is no memory. */
bool ppm_world_make(struct ppm_world *world, uint32_t voices, uint64_t seed);
void ppm_world_free(struct ppm_world *world);

/* The laws of a jurisdiction; frames[PPM_WORLD_LAWS + 1]. */
size_t ppm_world_laws(const struct ppm_world *world, uint32_t jurisdiction,
                      enum ppm_world_era era, const postern_ppm_frame **frames);

/* Fills world->cells for an era. */
bool ppm_world_evaluate(struct ppm_world *world, enum ppm_world_era era);

const postern_grid_red *ppm_world_red(const struct ppm_world *world,
                                      uint32_t jurisdiction, uint32_t column,
                                      uint32_t voice);

#endif
