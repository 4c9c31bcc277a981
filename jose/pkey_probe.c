/*
 * Whether a key has a private part cannot be read from a key whose private part
 * is elsewhere. So it is tried: what the private part does, the public one,
 * from memory, has to undo.
 */
#include "jose/key_load.h"

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

static const unsigned char sample[32] = "postern: does this key work?";

static bool verify(EVP_PKEY *copy, const EVP_MD *md,
                   const unsigned char *signature, size_t size)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good =
        ctx && EVP_DigestVerifyInit(ctx, NULL, md, NULL, copy) == 1 &&
        EVP_DigestVerify(ctx, signature, size, sample, sizeof sample) == 1;

    EVP_MD_CTX_free(ctx);
    return good;
}

static bool signs(const struct pst_key *key, EVP_PKEY *copy)
{
    unsigned char signature[PST_RSA_MAX];
    size_t size = sizeof signature;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good =
        ctx &&
        EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key->pkey) == 1 &&
        EVP_DigestSign(ctx, signature, &size, sample, sizeof sample) == 1;

    EVP_MD_CTX_free(ctx);
    return good && verify(copy, EVP_sha256(), signature, size);
}

static bool set_oaep(EVP_PKEY_CTX *ctx)
{
    return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256()) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) == 1;
}

static bool encrypt(EVP_PKEY *copy, unsigned char *out, size_t *size)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, copy, NULL);
    bool good = ctx && EVP_PKEY_encrypt_init(ctx) == 1 && set_oaep(ctx) &&
                EVP_PKEY_encrypt(ctx, out, size, sample, sizeof sample) == 1;

    EVP_PKEY_CTX_free(ctx);
    return good;
}

static bool decrypts(const struct pst_key *key, EVP_PKEY *copy)
{
    unsigned char wrapped[PST_RSA_MAX];
    unsigned char plain[PST_RSA_MAX];
    size_t wrapped_size = sizeof wrapped;
    size_t size = sizeof plain;
    EVP_PKEY_CTX *ctx;
    bool good;

    if (!encrypt(copy, wrapped, &wrapped_size)) {
        return false;
    }
    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
    good = ctx && EVP_PKEY_decrypt_init(ctx) == 1 && set_oaep(ctx) &&
           EVP_PKEY_decrypt(ctx, plain, &size, wrapped, wrapped_size) == 1 &&
           size == sizeof sample &&
           CRYPTO_memcmp(plain, sample, sizeof sample) == 0;
    EVP_PKEY_CTX_free(ctx);
    return good;
}

/* ECDH of a private and a public key. */
static bool derive(EVP_PKEY *own, EVP_PKEY *peer, unsigned char *out,
                   size_t *size)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, own, NULL);
    bool good = ctx && EVP_PKEY_derive_init(ctx) == 1 &&
                EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
                EVP_PKEY_derive(ctx, out, size) == 1;

    EVP_PKEY_CTX_free(ctx);
    return good;
}

static EVP_PKEY *generate_like(EVP_PKEY *copy)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, copy, NULL);
    EVP_PKEY *pkey = NULL;

    if (ctx && EVP_PKEY_keygen_init(ctx) == 1) {
        (void)EVP_PKEY_keygen(ctx, &pkey);
    }
    EVP_PKEY_CTX_free(ctx);
    return pkey;
}

static bool derives(const struct pst_key *key, EVP_PKEY *copy)
{
    unsigned char ours[72];
    unsigned char theirs[72];
    size_t our_size = sizeof ours;
    size_t their_size = sizeof theirs;
    EVP_PKEY *other = generate_like(copy);
    bool good = other && derive(other, copy, theirs, &their_size) &&
                derive(key->pkey, other, ours, &our_size) &&
                our_size == their_size &&
                CRYPTO_memcmp(ours, theirs, our_size) == 0;

    EVP_PKEY_free(other);
    OPENSSL_cleanse(ours, sizeof ours);
    OPENSSL_cleanse(theirs, sizeof theirs);
    return good;
}

bool pst_pkey_has_private(const struct pst_key *key, EVP_PKEY *copy)
{
    if (key->algs & PST_ALGS_SIGNING) {
        return signs(key, copy);
    }
    return key->algs & PST_ALGS_OAEP ? decrypts(key, copy) : derives(key, copy);
}
