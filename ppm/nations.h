/*
 * Sets of countries, and the blocks of them that a frame may name. Who belongs
 * to a block depends on the day. [ANJ-03]
 */
#ifndef PST_PPM_NATIONS_H
#define PST_PPM_NATIONS_H

#include "ppm/value.h"

enum { PST_PPM_NATION_WORDS = 11 /* 26 * 26 bits */ };

struct pst_ppm_nations {
    uint64_t bits[PST_PPM_NATION_WORDS];
};

/* The newest membership: for days that are not known. */
#define PST_PPM_NO_DAY INT64_MAX

/* Whether a code, in capitals, is an assigned country or a known block. */
bool pst_ppm_is_nation(postern_str code);
bool pst_ppm_is_block(postern_str code);

/* The countries of a list on a day: blocks are expanded. */
struct pst_ppm_nations pst_ppm_nations_of(const struct pst_ppm_list *list,
                                          int64_t day);

struct pst_ppm_nations pst_ppm_nations_all(void);
bool pst_ppm_nations_empty(const struct pst_ppm_nations *set);
bool pst_ppm_nations_cover(const struct pst_ppm_nations *whole,
                           const struct pst_ppm_nations *part);
struct pst_ppm_nations pst_ppm_nations_common(const struct pst_ppm_nations *a,
                                              const struct pst_ppm_nations *b);

#endif
