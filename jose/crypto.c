/* What one thread needs of OpenSSL whatever its keys are: fetched once, since
 * fetching takes locks and memory. */
#include "jose/crypto.h"

#include <openssl/evp.h>

#include <string.h>

static const char *const hash_names[PST_HASHES] = {"SHA256", "SHA384",
                                                   "SHA512"};
static const char *const gcm_names[PST_SIZES] = {"AES-128-GCM", "AES-192-GCM",
                                                 "AES-256-GCM"};
static const char *const wrap_names[PST_SIZES] = {
    "AES-128-WRAP", "AES-192-WRAP", "AES-256-WRAP"};

static bool fetch_hashes(struct pst_crypto *crypto)
{
    bool all = true;

    for (unsigned i = 0; i < PST_HASHES; i++) {
        crypto->hashes[i] = EVP_MD_fetch(NULL, hash_names[i], NULL);
        crypto->digests[i] = EVP_MD_CTX_new();
        all = all && crypto->hashes[i] && crypto->digests[i] &&
              EVP_DigestInit_ex2(crypto->digests[i], crypto->hashes[i], NULL);
    }
    return all;
}

/* Bound to the cipher here, so that a token only gives the key. */
static bool bind(EVP_CIPHER_CTX *context, const EVP_CIPHER *cipher)
{
    if (!context || !cipher) {
        return false;
    }
    EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    return EVP_CipherInit_ex2(context, cipher, NULL, NULL, 1, NULL) == 1;
}

static bool fetch_ciphers(struct pst_crypto *crypto)
{
    bool all = true;

    for (unsigned i = 0; i < PST_SIZES; i++) {
        crypto->gcms[i] = EVP_CIPHER_fetch(NULL, gcm_names[i], NULL);
        crypto->gcm[i] = EVP_CIPHER_CTX_new();
        crypto->wraps[i] = EVP_CIPHER_fetch(NULL, wrap_names[i], NULL);
        crypto->wrap[i] = EVP_CIPHER_CTX_new();
        all = all && bind(crypto->gcm[i], crypto->gcms[i]) &&
              bind(crypto->wrap[i], crypto->wraps[i]);
    }
    return all;
}

bool pst_crypto_init(struct pst_crypto *crypto)
{
    memset(crypto, 0, sizeof *crypto);
    crypto->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    return crypto->hmac && fetch_hashes(crypto) && fetch_ciphers(crypto);
}

void pst_crypto_release(struct pst_crypto *crypto)
{
    for (unsigned i = 0; i < PST_CRYPTO_SLOTS; i++) {
        EVP_MAC_CTX_free(crypto->slots[i].mac);
        EVP_PKEY_CTX_free(crypto->slots[i].pkey);
    }
    for (unsigned i = 0; i < PST_HASHES; i++) {
        EVP_MD_CTX_free(crypto->digests[i]);
        EVP_MD_free(crypto->hashes[i]);
    }
    for (unsigned i = 0; i < PST_SIZES; i++) {
        EVP_CIPHER_CTX_free(crypto->gcm[i]);
        EVP_CIPHER_free(crypto->gcms[i]);
        EVP_CIPHER_CTX_free(crypto->wrap[i]);
        EVP_CIPHER_free(crypto->wraps[i]);
    }
    for (unsigned i = 0; i < PST_CURVES; i++) {
        EVP_PKEY_free(crypto->curves[i]);
    }
    EVP_MAC_free(crypto->hmac);
    memset(crypto, 0, sizeof *crypto);
}

bool pst_crypto_digest(struct pst_crypto *crypto, unsigned hash,
                       postern_str first, postern_str second,
                       uint8_t digest[PST_DIGEST_MAX])
{
    EVP_MD_CTX *context = crypto->digests[hash];
    unsigned size = 0;

    return EVP_DigestInit_ex2(context, NULL, NULL) == 1 &&
           EVP_DigestUpdate(context, first.data, first.len) == 1 &&
           EVP_DigestUpdate(context, second.data, second.len) == 1 &&
           EVP_DigestFinal_ex(context, digest, &size) == 1 &&
           size == pst_hash_size(hash);
}
