/*
 * Characters of UTF-8, and which of them could make a reader see something else
 * than is there.
 */
#ifndef PST_CHARACTER_H
#define PST_CHARACTER_H

#include <postern/base.h>

struct pst_character {
    uint32_t code; /* UINT32_MAX: the byte does not begin one */
    size_t size;   /* in bytes, at least 1 */
};

/* The character that begins at a byte of a text, by RFC 3629: no overlong
 * forms, no surrogates. `at` is less than text.len. */
struct pst_character pst_character_at(postern_str text, size_t at);

/* False of control characters, of marks of direction and line, of what is
 * invisible or is no character: a terminal could obey it, or it could make text
 * look like another. */
bool pst_character_is_harmless(uint32_t code);

/* Whether all of a text is characters, none of them NUL. */
bool pst_is_text(postern_str text);

#endif
