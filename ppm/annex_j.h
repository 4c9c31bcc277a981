/* The table of annex J as it is kept (annex_j.c is made by a script). */
#ifndef PST_ANNEX_J_H
#define PST_ANNEX_J_H

#include <postern/ppm.h>

extern const char pst_ppm_hash[];
extern const postern_ppm_tag pst_ppm_tags[POSTERN_PPM_TAGS];
extern const postern_ppm_row pst_ppm_rows[POSTERN_PPM_ROWS];

#endif
