/* Keys in files, as the command line names them. */
#ifndef PST_KEY_FILE_H
#define PST_KEY_FILE_H

#include <postern/jose.h>

struct pst_key_file {
    const char *path;        /* a JWK set, one JWK, or PEM; "-" */
    postern_str kid;         /* of a key that has none; absent: it stays so */
    uint32_t algs_if_untold; /* as in postern_key_facts */
};

/* Bits of the algorithms that sign, and of those that encrypt. */
extern const uint32_t pst_signing_algs;
extern const uint32_t pst_encrypting_algs;

/* Reads them; NULL, and reported on standard error, when they are unusable. */
postern_keys *pst_key_file_read(const struct pst_key_file *file);

#endif
