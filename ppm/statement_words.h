/*
 * What somebody says of a row, in words: the parts that sentences are made of.
 * A birth date is in none of them.
 */
#ifndef PST_PPM_STATEMENT_WORDS_H
#define PST_PPM_STATEMENT_WORDS_H

#include "base/text.h"
#include "ppm/stack.h"

/* Who says something: "you allow", "the law of the country allows". */
struct pst_ppm_who {
    postern_str name;
    bool plural; /* or "you" */
};

/* Of a frame with a name, or without (absent). */
struct pst_ppm_who pst_ppm_who_is(postern_ppm_kind kind, postern_str name);

/* "24 months", "every 6 hours", a date. */
void pst_ppm_add_number(struct pst_text *text, uint32_t row, int64_t number);

/* "24 months", "NL, DE", "yes". */
void pst_ppm_add_value(struct pst_text *text, uint32_t row,
                       const struct pst_ppm_value *value);

/* Of a preference: "at most 3 months", "refused", "only EU". */
void pst_ppm_add_preference(struct pst_text *text,
                            const struct pst_ppm_statement *said);

/* What the frames of the provider that speak of a column do in a row, each
 * thing once: "24 months", "no"; nothing when they leave the tag out. */
void pst_ppm_add_practice(struct pst_text *text, const postern_ppm_stack *stack,
                          uint32_t column, uint32_t row);

#endif
