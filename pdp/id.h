/*
 * What identifiers are made of: characters, domain names, segments, and the
 * hash by which the compiled form finds them.
 *
 * The hash spreads; it never decides: whoever finds something by it compares
 * the texts. It reads eight bytes at a time in the byte order of the machine,
 * so it means nothing outside it.
 */
#ifndef PST_ID_H
#define PST_ID_H

#include "base/str.h"

#include <postern/pdp.h>

/* Unreserved characters of RFC 3986, and nothing else. [ID-04] */
bool pst_is_unreserved(char c);

/* At least one character, all of them unreserved. */
bool pst_is_segment(postern_str text);

/* Labels of letters, digits and hyphens (none at an end of a label), 63 bytes
 * at most, 253 in all; no trailing dot. [ID-01] [ID-03] */
bool pst_is_domain(postern_str text);

/* Without the trailing dot of a rooted name. */
postern_str pst_domain_trim(postern_str text);

uint64_t pst_hash(postern_str text);
uint64_t pst_hash_domain(postern_str text); /* case folded */

/* Hash of an identifier from those of its parts; an absent part has the hash
 * of no bytes. */
uint64_t pst_hash_join(uint32_t kind, uint64_t domain, uint64_t first,
                       uint64_t second);

/* The text cut at its slashes: domain ("//x"), then at most two parts, the
 * second up to the end. `form` says which parts were written. */
enum pst_id_form {
    PST_FORM_ABSOLUTE,    /* //domain/first[/second] */
    PST_FORM_SP_RELATIVE, /* /first[/second] */
    PST_FORM_CSE_RELATIVE /* anything else: all of it in first */
};

struct pst_id_parts {
    enum pst_id_form form;
    postern_str domain;
    postern_str first;
    postern_str second; /* data NULL: there is no second slash */
};

struct pst_id_parts pst_id_split(postern_str text);

#endif
