/* Target functions: postern_keys_add_jwks, postern_keys_add_pem */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "jose/key_load.h"

#include <string.h>

/* What the length of a key permits at most, worked out another way. */
static bool fits(const struct pst_key *key, unsigned alg)
{
    switch (alg) {
    case POSTERN_ALG_HS256:
    case POSTERN_ALG_HS384:
    case POSTERN_ALG_HS512:
        return key->type == PST_KEY_OCT &&
               key->size >= 32 + 16 * (size_t)(alg - POSTERN_ALG_HS256);
    case POSTERN_ALG_A128KW:
    case POSTERN_ALG_A192KW:
    case POSTERN_ALG_A256KW:
        return key->type == PST_KEY_OCT &&
               key->size == 16 + 8 * (size_t)(alg - POSTERN_ALG_A128KW);
    case POSTERN_ALG_DIR:
        return key->type == PST_KEY_OCT &&
               (key->size == 16 || key->size == 24 || key->size == 32);
    case POSTERN_ALG_RS256:
    case POSTERN_ALG_RS384:
    case POSTERN_ALG_RS512:
    case POSTERN_ALG_RSA_OAEP_256:
        return key->type == PST_KEY_RSA && key->size >= 256 &&
               key->size <= PST_RSA_MAX;
    case POSTERN_ALG_ES256:
    case POSTERN_ALG_ES384:
    case POSTERN_ALG_ES512:
        return key->type == PST_KEY_EC &&
               (unsigned)key->curve == PST_P256 + alg - POSTERN_ALG_ES256;
    default:
        return key->type == PST_KEY_EC;
    }
}

/* jose/key.h's invariant. */
static void check_key(const postern_keys *keys, const struct pst_key *key)
{
    bool signs = key->algs & PST_ALGS_SIGNING;

    FUZZ_CLAIM(key->algs && key->encs);
    FUZZ_CLAIM(signs != !!(key->algs & PST_ALGS_ENCRYPTING));
    for (unsigned alg = 0; alg < 32; alg++) {
        FUZZ_CLAIM(!(key->algs >> alg & 1) || fits(key, alg));
    }
    FUZZ_CLAIM((key->type == PST_KEY_OCT) == (key->secret != NULL));
    FUZZ_CLAIM((key->type == PST_KEY_OCT) == (key->pkey == NULL));
    FUZZ_CLAIM(key->may_sign <= (signs && key->is_private));
    FUZZ_CLAIM(key->may_verify <= signs);
    FUZZ_CLAIM(key->may_encrypt <= !signs);
    FUZZ_CLAIM(key->may_decrypt <= (!signs && key->is_private));
    FUZZ_CLAIM(key->kid.data || keys->count == 1);
    FUZZ_CLAIM(pst_keys_find(keys, key->kid) == key);
}

static postern_status add(postern_keys *keys, postern_str text,
                          postern_diag *diag)
{
    postern_key_facts facts;

    postern_key_facts_init(&facts);
    facts.algs_if_untold = UINT32_MAX;
    if (text.len && text.data[0] == '-') {
        facts.kid = PST_STR("a");
        return postern_keys_add_pem(keys, text, &facts, diag);
    }
    return postern_keys_add_jwks(keys, text, &facts, diag);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    postern_str text = {(const char *)data, size};
    postern_diag diag;
    postern_keys *keys;
    postern_status status;
    size_t count;

    FUZZ_CLAIM(postern_keys_new(&keys, NULL) == POSTERN_OK);
    status = add(keys, text, &diag);
    count = postern_keys_count(keys);
    FUZZ_CLAIM((status == POSTERN_OK) == (count > 0));
    FUZZ_CLAIM(diag.status == status);
    FUZZ_CLAIM((status == POSTERN_OK) == (diag.message[0] == '\0'));
    for (size_t i = 0; i < count; i++) {
        check_key(keys, &keys->keys[i]);
    }
    /* No name twice, and no two keys one of which has none. */
    FUZZ_CLAIM(add(keys, text, NULL) != POSTERN_OK);
    FUZZ_CLAIM(postern_keys_count(keys) == count);
    postern_keys_free(keys);
    return 0;
}
