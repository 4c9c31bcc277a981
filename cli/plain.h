/* Text from outside on its way to a terminal. */
#ifndef PST_PLAIN_H
#define PST_PLAIN_H

#include <postern/base.h>

#include <stdio.h>

/*
 * Writes text that may hold anything. What a terminal could obey, or what could
 * make it show something else than is there, becomes "?": control characters,
 * marks of direction and line, bytes that are not UTF-8.
 */
void pst_plain(FILE *stream, postern_str text);

/* Length of the character of UTF-8 at `at`; 0 when there is none but a byte. */
size_t pst_character_size(postern_str text, size_t at);

/* Whether colour may be used on a stream: a terminal, and NO_COLOR not set. */
bool pst_may_colour(FILE *stream);

#endif
