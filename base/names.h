/*
 * What identifiers are made of: characters, segments, domain names.
 */
#ifndef PST_NAMES_H
#define PST_NAMES_H

#include "base/str.h"

/* Unreserved characters of RFC 3986, and nothing else. [ID-04] */
bool pst_is_unreserved(char c);

/* Position of the first character at or after `from` that is not unreserved, or
 * text.len. */
size_t pst_segment_end(postern_str text, size_t from);

/* At least one character, all of them unreserved. */
bool pst_is_segment(postern_str text);

/* Labels of letters, digits and hyphens (none at an end of a label), 63 bytes
 * at most, 253 in all; no trailing dot. [ID-01] [ID-03] */
bool pst_is_domain(postern_str text);

/* Without the trailing dot of a rooted name. */
postern_str pst_domain_trim(postern_str text);

#endif
