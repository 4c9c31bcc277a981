/* What both files of public key identifiers need. */
#ifndef PST_PUBLIC_KEY_ID_H
#define PST_PUBLIC_KEY_ID_H

#include <postern/credential.h>

struct pst_key_digest {
    const char *name; /* in RFC 6920's registry */
    postern_key_digest digest;
    size_t size; /* bytes */
};

/* By number or name; NULL: it is none that oneM2M uses. */
const struct pst_key_digest *pst_key_digest_of(unsigned number);
const struct pst_key_digest *pst_key_digest_named(postern_str name);

/* Fills in an ID; false, and zeroed, when the bytes are not of that size or
 * there is no such digest. */
bool pst_public_key_id_set(postern_public_key_id *id,
                           const struct pst_key_digest *digest,
                           postern_str bytes);

/* Whether its size is that of its digest. */
bool pst_public_key_id_is_whole(const postern_public_key_id *id);

#endif
