/*
 * Numbers as they are written in documents, read without regard to the locale.
 * Whether a text has the form of a number is for the reader of its format.
 */
#ifndef PST_NUMBER_H
#define PST_NUMBER_H

#include <postern/base.h>

enum { PST_NUMBER_MAX = 256 }; /* bytes of a real */

/* A sign or none and at least one digit of base 8, 10 or 16. False when the
 * value does not fit. */
bool pst_number_integer(postern_str text, uint32_t base, int64_t *value);

/* A sign or none, digits with a dot or without, an exponent or none: rounded
 * to the nearest double. False when that is infinite or the text longer than
 * PST_NUMBER_MAX. */
bool pst_number_real(postern_str text, double *value);

#endif
