/*
 * A wish: what one side (the laws, the provider, or a user with the parents)
 * says about the rows of one tag, for one column. Those who say the same have
 * the same wish, so that what a wish comes to is found out once. Rows of
 * different tags never decide about each other: a wish is all that counts.
 *
 * Wishes are copies; the frames they come from may go.
 */
#ifndef PST_GRID_WISH_H
#define PST_GRID_WISH_H

#include "grid/intern.h"
#include "ppm/value.h"

enum { PST_GRID_PLACES = 16, PST_GRID_TAG_ROWS = 9 };

/* One side, front to back. */
struct pst_grid_side {
    uint32_t count;
    uint32_t kept; /* 1 << place: stands there also when it is silent */
    /* By place and number of row; NULL: says nothing. */
    const struct pst_ppm_statement *rows[PST_GRID_PLACES][POSTERN_PPM_ROWS];
};

struct pst_grid_wish {
    uint32_t places;
    /* By place and position of the row in its tag. */
    const struct pst_ppm_statement *const *rows;
};

/* Those about one tag. Invariant: as many in `list` as in `intern`. */
struct pst_grid_wishes {
    struct pst_grid_intern intern;
    struct pst_vec list; /* struct pst_grid_wish, by number */
};

void pst_grid_wishes_init(struct pst_grid_wishes *wishes);
void pst_grid_wishes_release(struct pst_grid_wishes *wishes,
                             const struct pst_grid_ground *ground);

/* The number of what a side says about a tag. Whoever is silent is left out,
 * which decides nothing, but for those that are kept. */
POSTERN_NODISCARD postern_status pst_grid_wish_number(
    struct pst_grid_wishes *wishes, struct pst_grid_ground *ground,
    uint32_t tag, const struct pst_grid_side *side, uint32_t *number);

static inline const struct pst_grid_wish *
pst_grid_wish_at(const struct pst_grid_wishes *wishes, uint32_t number)
{
    return (const struct pst_grid_wish *)wishes->list.data + number;
}

#endif
