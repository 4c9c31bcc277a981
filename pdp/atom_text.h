/* What an atom of a set was made of, for people. */
#ifndef PST_ATOM_TEXT_H
#define PST_ATOM_TEXT_H

#include "pdp/acp_set.h"

/* Writes the canonical text of an originator entry, NUL-terminated and cut to
 * `size` bytes. Returns what kind it is of: "all", "domain", "entity",
 * "pattern", "group" or "role". */
const char *pst_atom_text(const postern_acp_set *set, uint32_t atom, char *text,
                          size_t size);

#endif
