/*
 * SHA-256 of texts, for what is named by its hash: documents and lines of a
 * log. Belongs to one thread at a time.
 */
#ifndef PST_DIGEST_H
#define PST_DIGEST_H

#include <postern/base.h>

enum { PST_DIGEST = 32, PST_DIGEST_HEX = 2 * PST_DIGEST + 1 };

struct pst_digest; /* an algorithm, and room to work in */

/* NULL: no memory. */
struct pst_digest *pst_digest_new(void);
void pst_digest_free(struct pst_digest *digest);

/* Hash of `first` and `second`, one behind the other. Allocates nothing. False
 * when OpenSSL refuses, and *out is zeroed. */
POSTERN_NODISCARD bool pst_digest_of(struct pst_digest *digest,
                                     postern_str first, postern_str second,
                                     uint8_t out[PST_DIGEST]);

/* 64 digits in lower case, and a NUL. */
void pst_digest_hex(const uint8_t bytes[PST_DIGEST], char out[PST_DIGEST_HEX]);

/* The digits of the hash of a text. False: no memory, or OpenSSL refuses. */
POSTERN_NODISCARD bool pst_text_hash(postern_str text,
                                     char out[PST_DIGEST_HEX]);

#endif
