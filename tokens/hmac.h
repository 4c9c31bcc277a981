/* HMAC over several pieces, for key derivation. */
#ifndef PST_HMAC_H
#define PST_HMAC_H

#include <postern/credential.h>

size_t pst_hmac_size(postern_hash hash);

/* Writes pst_hmac_size() bytes. POSTERN_OK; POSTERN_ERR_MEMORY: OpenSSL could
 * not, and `out` is wiped. */
POSTERN_NODISCARD postern_status pst_hmac(postern_hash hash, postern_str key,
                                          const postern_str *pieces,
                                          size_t count, uint8_t *out);

#endif
