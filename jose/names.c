/* The algorithms there are, by name (TS-0003 tables 8.5.3.2-3, 8.5.3.2-4,
 * 8.5.3.3-2). What is not in here does not exist. [ESD-20] [ESD-21] [ESD-22] */
#include "base/str.h"

#include <postern/jose.h>

static const char *const algs[] = {
    [POSTERN_ALG_NONE] = "",
    [POSTERN_ALG_HS256] = "HS256",
    [POSTERN_ALG_HS384] = "HS384",
    [POSTERN_ALG_HS512] = "HS512",
    [POSTERN_ALG_RS256] = "RS256",
    [POSTERN_ALG_RS384] = "RS384",
    [POSTERN_ALG_RS512] = "RS512",
    [POSTERN_ALG_ES256] = "ES256",
    [POSTERN_ALG_ES384] = "ES384",
    [POSTERN_ALG_ES512] = "ES512",
    [POSTERN_ALG_DIR] = "dir",
    [POSTERN_ALG_A128KW] = "A128KW",
    [POSTERN_ALG_A192KW] = "A192KW",
    [POSTERN_ALG_A256KW] = "A256KW",
    [POSTERN_ALG_RSA_OAEP_256] = "RSA-OAEP-256",
    [POSTERN_ALG_ECDH_ES_A128KW] = "ECDH-ES+A128KW",
    [POSTERN_ALG_ECDH_ES_A192KW] = "ECDH-ES+A192KW",
    [POSTERN_ALG_ECDH_ES_A256KW] = "ECDH-ES+A256KW",
};

static const char *const encs[] = {
    [POSTERN_ENC_NONE] = "",
    [POSTERN_ENC_A128GCM] = "A128GCM",
    [POSTERN_ENC_A192GCM] = "A192GCM",
    [POSTERN_ENC_A256GCM] = "A256GCM",
};

enum {
    ALG_COUNT = sizeof algs / sizeof *algs,
    ENC_COUNT = sizeof encs / sizeof *encs
};

const char *postern_jose_alg_name(postern_jose_alg alg)
{
    return (unsigned)alg < ALG_COUNT ? algs[alg] : "";
}

const char *postern_jose_enc_name(postern_jose_enc enc)
{
    return (unsigned)enc < ENC_COUNT ? encs[enc] : "";
}

static unsigned position(const char *const *names, unsigned count,
                         postern_str name)
{
    for (unsigned i = 1; i < count; i++) {
        if (pst_str_is(name, names[i])) {
            return i;
        }
    }
    return 0;
}

postern_jose_alg postern_jose_alg_of(postern_str name)
{
    return (postern_jose_alg)position(algs, ALG_COUNT, name);
}

postern_jose_enc postern_jose_enc_of(postern_str name)
{
    return (postern_jose_enc)position(encs, ENC_COUNT, name);
}
