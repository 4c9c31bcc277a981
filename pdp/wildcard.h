/*
 * "*" in one segment of an identifier: zero or more characters, none of them
 * "/" because segments hold none. [ORI-04]
 *
 * Between the first and the last "*" the pieces are searched with the failure
 * function of Knuth, Morris and Pratt, made when the policy is compiled: the
 * time is linear in pattern and text, whatever the pattern. [ORI-04]
 */
#ifndef PST_WILDCARD_H
#define PST_WILDCARD_H

#include <postern/pdp.h>

/* Fills one number per byte of the pattern. */
void pst_wildcard_prepare(postern_str pattern, uint16_t *failures);

/* Whether all of `text` fits the pattern; `failures` as prepared for it. */
bool pst_wildcard_matches(postern_str pattern, const uint16_t *failures,
                          postern_str text);

/* The same for a pattern in lower case and a text in any. [ORI-06] */
bool pst_wildcard_matches_folded(postern_str pattern, const uint16_t *failures,
                                 postern_str text);

#endif
