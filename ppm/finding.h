/*
 * What an evaluator finds out about one cell, with the terms of one frame of
 * the provider. [PPM-10] [PPM-11]
 */
#ifndef PST_PPM_FINDING_H
#define PST_PPM_FINDING_H

#include "ppm/stack.h"

struct pst_ppm_finding {
    bool red;
    postern_ppm_code code;
    int32_t place;      /* of the frame that decided, or NO_FRAME */
    uint32_t overruled; /* 1 << place */
};

/* sound.c: prioritised intersection. */
struct pst_ppm_finding pst_ppm_sound(const struct pst_ppm_view *view,
                                     uint32_t row);

/* by_text.c: 11.4.1.3 by equality, and the fold of annex K. */
struct pst_ppm_finding pst_ppm_literal(const struct pst_ppm_view *view,
                                       uint32_t row);
struct pst_ppm_finding pst_ppm_annex_k(const struct pst_ppm_view *view,
                                       uint32_t row);

#endif
