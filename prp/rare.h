/*
 * Attributes that hardly any resource has: what a <role> and a
 * <dynamicAuthorizationConsultation> say, and which consultations a resource
 * links to. A record keeps them as one piece behind everything else that it
 * counts in words, and has no piece when there are none.
 */
#ifndef PST_RARE_H
#define PST_RARE_H

#include <postern/prp.h>

bool pst_has_rare(const postern_resource *resource);

/* Bytes of the piece, a multiple of 8. UINT64_MAX: more than a record holds. */
uint64_t pst_rare_size(const postern_resource *resource);

/* Writes the piece, for as long as it stays at `place`, aligned to 8 bytes. */
void pst_rare_put(void *place, const postern_resource *resource);

/* Reads it again; returns its size. */
size_t pst_rare_read(const void *place, postern_resource *resource);

#endif
