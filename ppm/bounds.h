/*
 * What a frame leaves of a scale, from what it says of all the rows of the tag.
 * What is stated closes the scale: what lies beyond is refused, what lies
 * within is allowed, and a refusal refuses all that lies further.
 *
 * Invariant: room for values when low <= high; `refused` has a bit for each row
 * of the tag that is refused whatever its value, from the first row.
 */
#ifndef PST_PPM_BOUNDS_H
#define PST_PPM_BOUNDS_H

#include "ppm/value.h"

struct pst_ppm_bounds {
    bool states;  /* the frame says something about the scale */
    bool absent;  /* that nothing is done is fine */
    bool nothing; /* nothing else is */
    uint32_t refused;
    int64_t low; /* ranks */
    int64_t high;
};

/* Room for everything. */
struct pst_ppm_bounds pst_ppm_no_bounds(void);

/* `rows`: what the frame says, by number of row. */
struct pst_ppm_bounds
pst_ppm_bounds_of(const struct pst_ppm_statement *const *rows,
                  const postern_ppm_tag *tag);

/* What fits both. */
struct pst_ppm_bounds pst_ppm_bounds_common(const struct pst_ppm_bounds *a,
                                            const struct pst_ppm_bounds *b);

/* When nothing fits both: the values in `room` that come next to what `wish`
 * leaves, which is as much of the wish as can hold. */
struct pst_ppm_bounds pst_ppm_bounds_nearest(const struct pst_ppm_bounds *room,
                                             const struct pst_ppm_bounds *wish,
                                             const postern_ppm_tag *tag);

/* Whether there is anything a provider may do, and be it nothing. */
bool pst_ppm_bounds_hold_any(const struct pst_ppm_bounds *bounds,
                             const postern_ppm_tag *tag);

bool pst_ppm_bounds_hold(const struct pst_ppm_bounds *bounds,
                         const postern_ppm_tag *tag, uint32_t row,
                         int64_t rank);

/* Whether something a provider may do in this tag is refused. */
bool pst_ppm_bounds_restrict(const struct pst_ppm_bounds *bounds,
                             const postern_ppm_tag *tag);

#endif
