/*
 * What identifiers are made of, and the hash by which the compiled form finds
 * them. Their names are in base/names.h.
 *
 * The hash spreads; it never decides: whoever finds something by it compares
 * the texts. It reads eight bytes at a time in the byte order of the machine,
 * so it means nothing outside it.
 */
#ifndef PST_ID_H
#define PST_ID_H

#include "base/names.h"

#include <postern/pdp.h>

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
