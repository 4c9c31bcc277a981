/*
 * Which points are red and which columns are open: a consent held against the
 * frames as they are.
 *
 * A point is red when it is so under the profile sound, or under the one that
 * is shown: sound always counts, and nothing opens that was shown as red.
 */
#ifndef PST_CONSENT_OPENNESS_H
#define PST_CONSENT_OPENNESS_H

#include "consent/stored.h"

/* The worse of the two cells, in state; the other members are its own. */
postern_ppm_cell pst_point(const postern_ppm_stack *stack,
                           postern_ppm_profile shown, uint32_t column,
                           uint32_t row);
bool pst_point_is_red(const postern_ppm_cell *point);

/* What the provider states in a point, in words; data NULL: no memory. */
postern_str pst_point_statement(struct pst_arena *arena,
                                const postern_ppm_stack *stack, uint32_t column,
                                uint32_t row);

/*
 * Fills open[] by column of the stack: green in every point or excepted, and
 * not closed by the consent's own list. It does not look at state and time.
 * POSTERN_OK, _MEMORY.
 */
POSTERN_NODISCARD postern_status
pst_openness(struct pst_arena *arena, const postern_ppm_stack *stack,
             postern_ppm_profile shown, const struct pst_stored_consent *stored,
             bool *open);

/* The number of the column of a stack with that name; as many as it has: none.
 */
uint32_t pst_column_find(const postern_ppm_stack *stack,
                         const postern_ppm_column *name);

bool pst_column_same(const postern_ppm_column *a, const postern_ppm_column *b);
bool pst_column_inside(const postern_ppm_column *name,
                       const postern_ppm_column *of);
int pst_column_width(const postern_ppm_column *name);

#endif
