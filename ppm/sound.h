/*
 * The profile "sound", by kinds of rows. Each walks the frames from front to
 * back with the room that those in front have left: what a frame leaves of it
 * is the room for the next, and a frame that would leave nothing is overruled.
 * Whoever first took the provider's value out of the room has decided.
 *
 *   room = everything a provider may state
 *   for each frame, from front to back:
 *       room and frame have something in common ? room = that : overruled
 *   green: the provider's value is in the room
 */
#ifndef PST_PPM_SOUND_H
#define PST_PPM_SOUND_H

#include "ppm/finding.h"

/* Whether the provider states something about a tag; does something there. */
bool pst_ppm_is_declared(const struct pst_ppm_view *view, uint32_t tag);

/* The provider's value of a row, NULL when it does not do it. */
const struct pst_ppm_value *pst_ppm_practice(const struct pst_ppm_view *view,
                                             uint32_t row);

/* Whether one of the overruled is a user or a parent: that is never silent. */
bool pst_ppm_is_wish(const struct pst_ppm_view *view, uint32_t overruled);

/* Of a refusal: REFUSED, or LAW_FORBIDS of a law. */
postern_ppm_code pst_ppm_refused_by(postern_ppm_kind kind);

/* sound_scale.c: rows that are steps of a scale. */
struct pst_ppm_finding pst_ppm_sound_scale(const struct pst_ppm_view *view,
                                           uint32_t row);

/* sound_row.c: rows that stand for themselves. */
struct pst_ppm_finding pst_ppm_sound_row(const struct pst_ppm_view *view,
                                         uint32_t row);

/* sound_channel.c: rows of which one that is liked is enough. `found` is what
 * sound_row says without that. [ANJ-09] */
struct pst_ppm_finding pst_ppm_sound_channel(const struct pst_ppm_view *view,
                                             uint32_t row,
                                             struct pst_ppm_finding found);

#endif
