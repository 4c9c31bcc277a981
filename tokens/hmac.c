/* HMAC by OpenSSL. That it cannot is taken for a lack of memory: nothing else
 * makes it fail. */
#include "tokens/hmac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <string.h>

struct hash {
    char name[sizeof "SHA256"]; /* OSSL_PARAM wants it not const */
    size_t size;
};

static const struct hash hashes[] = {
    [POSTERN_SHA256] = {"SHA256", 32},
    [POSTERN_SHA512] = {"SHA512", 64},
};

size_t pst_hmac_size(postern_hash hash)
{
    return hashes[hash].size;
}

static bool run(EVP_MAC_CTX *ctx, postern_str key, const postern_str *pieces,
                size_t count)
{
    static const unsigned char none = 0;
    const void *bytes = key.len ? (const void *)key.data : &none;

    if (EVP_MAC_init(ctx, bytes, key.len, NULL) != 1) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].len &&
            EVP_MAC_update(ctx, (const unsigned char *)pieces[i].data,
                           pieces[i].len) != 1) {
            return false;
        }
    }
    return true;
}

postern_status pst_hmac(postern_hash hash, postern_str key,
                        const postern_str *pieces, size_t count, uint8_t *out)
{
    struct hash kind = hashes[hash];
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, kind.name, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;
    size_t size = 0;
    bool good = ctx && EVP_MAC_CTX_set_params(ctx, params) == 1 &&
                run(ctx, key, pieces, count) &&
                EVP_MAC_final(ctx, out, &size, kind.size) == 1 &&
                size == kind.size;

    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(mac);
    if (!good) {
        OPENSSL_cleanse(out, kind.size);
        return POSTERN_ERR_MEMORY;
    }
    return POSTERN_OK;
}
