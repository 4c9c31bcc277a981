/*
 * Frames in two forms, the twin's and a document's, and whether the library and
 * the twin agree on what a stack of them shows. [PPM-26]
 */
#ifndef TESTS_SUPPORT_PPM_PAIRS_H
#define TESTS_SUPPORT_PPM_PAIRS_H

#include "ppm_reference/ppm_reference.h"
#include "support/bytes.h"

#include <postern/ppm.h>

enum { PPM_PAIR_TEXT = 16 * 1024, PPM_PAIR_AGE_UNKNOWN = -1 };

/* A day on which whoever was born on 1 January of 2020 - N is N years old. */
#define PPM_PAIR_TODAY_S INT64_C(1577836800)

/* A stack that bytes have chosen. */
struct ppm_pair {
    struct ref_ppm_frame frames[REF_PPM_FRAMES]; /* the provider's last */
    struct ref_ppm_stack stack;
    int tags[2]; /* a row of each that is spoken of */
};

void ppm_pair_choose(struct ppm_pair *pair, struct bytes *bytes);

/* The frame as JSON; of a user also the age, as a birth date. */
void ppm_pair_write(const struct ref_ppm_frame *frame, int age,
                    char text[PPM_PAIR_TEXT]);

/* Loads it: NULL when the library refuses it. */
postern_ppm_frame *ppm_pair_load(const struct ref_ppm_frame *frame, int age);

/* One row of one column under each profile. What differs is written to standard
 * error. */
bool ppm_pair_compare(const struct ref_ppm_stack *reference,
                      const postern_ppm_stack *stack, uint32_t column, int row);

/* Loads the frames, puts them together and compares the rows of both tags.
 * False when something differs. *compared is increased by the cells. */
bool ppm_pair_agree(const struct ppm_pair *pair, uint64_t *compared);

#endif
