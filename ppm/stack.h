/*
 * The frames of one stack, side by side: who says what about which cell.
 *
 * Places: 0 to preferences - 1 are those that prefer, from front to back, the
 * last of them the user's; the provider's follow. Made once; evaluation reads.
 */
#ifndef PST_PPM_STACK_H
#define PST_PPM_STACK_H

#include "ppm/frame.h"

struct pst_ppm_grid_column {
    postern_str name[PST_PPM_AXES]; /* absent: whatever no frame names */
    uint32_t providers;             /* 1 << place of those that speak of it */
};

struct postern_ppm_stack {
    postern_allocator allocator;
    struct pst_arena arena;
    const postern_ppm_frame *frames[POSTERN_PPM_MAX_FRAMES];
    size_t numbers[POSTERN_PPM_MAX_FRAMES]; /* of these, as they were given */
    uint32_t frame_count;
    uint32_t preferences;
    int64_t day; /* since 1970, or PST_PPM_NO_DAY */
    struct pst_ppm_grid_column *columns;
    uint32_t column_count;
    /* By column, place and row; NULL: nothing is said. */
    const struct pst_ppm_statement **cells;
};

/* What a frame says of the column with a name, by number of row, over what is
 * in `rows`. True when some column of the frame speaks of it. */
bool pst_ppm_resolve(const struct pst_ppm_statement **rows,
                     const postern_ppm_frame *frame,
                     const postern_str name[PST_PPM_AXES]);

/* One column, seen with the terms of one of the provider's frames. */
struct pst_ppm_view {
    const postern_ppm_stack *stack;
    uint32_t column;
    uint32_t provider; /* its place */
};

/* What the frame at a place says, by number of row. */
static inline const struct pst_ppm_statement *const *
pst_ppm_rows_of(const struct pst_ppm_view *view, uint32_t place)
{
    size_t from = ((size_t)view->column * view->stack->frame_count + place) *
                  POSTERN_PPM_ROWS;

    return view->stack->cells + from;
}

static inline const struct pst_ppm_statement *
pst_ppm_said(const struct pst_ppm_view *view, uint32_t place, uint32_t row)
{
    return pst_ppm_rows_of(view, place)[row];
}

static inline postern_ppm_kind pst_ppm_kind_at(const struct pst_ppm_view *view,
                                               uint32_t place)
{
    return view->stack->frames[place]->head.kind;
}

#endif
