/* How the key of the content reaches the recipient: `dir` with the one key
 * there is, else a random one of its own for each token, encrypted. [ESD-02]
 * [ESD-04] [ESD-05] [ESD-20] */
#include "jose/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <string.h>

static bool is_kw(postern_jose_alg alg)
{
    return alg >= POSTERN_ALG_A128KW && alg <= POSTERN_ALG_A256KW;
}

static bool is_ecdh(postern_jose_alg alg)
{
    return alg >= POSTERN_ALG_ECDH_ES_A128KW &&
           alg <= POSTERN_ALG_ECDH_ES_A256KW;
}

/* PST_SIZE_... of the key that wraps. */
static unsigned wrap_size(postern_jose_alg alg)
{
    return (unsigned)(alg - (is_kw(alg) ? POSTERN_ALG_A128KW
                                        : POSTERN_ALG_ECDH_ES_A128KW));
}

size_t pst_encrypted_key_size(const struct pst_key *key, postern_jose_alg alg,
                              size_t cek_size)
{
    if (key->type == PST_KEY_OCT && alg == POSTERN_ALG_DIR) {
        return key->size == cek_size ? 0 : SIZE_MAX;
    }
    if (key->type == PST_KEY_OCT && is_kw(alg)) {
        return cek_size + PST_WRAP_EXTRA;
    }
    if (key->type == PST_KEY_RSA && alg == POSTERN_ALG_RSA_OAEP_256) {
        return key->size;
    }
    if (key->type == PST_KEY_EC && is_ecdh(alg)) {
        return cek_size + PST_WRAP_EXTRA;
    }
    return SIZE_MAX;
}

/* ---- AES key wrap (RFC 3394) -------------------------------------------- */

/* Writes *size bytes. A context is used again and again: the key is new each
 * time, and none keeps its schedule. */
static bool run_wrap(EVP_CIPHER_CTX *context, const uint8_t *kek, int wraps,
                     postern_str in, uint8_t *out)
{
    size_t expected = wraps ? in.len + PST_WRAP_EXTRA : in.len - PST_WRAP_EXTRA;
    int size = 0;

    return EVP_CipherInit_ex2(context, NULL, kek, NULL, wraps, NULL) == 1 &&
           EVP_CipherUpdate(context, out, &size, (const unsigned char *)in.data,
                            (int)in.len) == 1 &&
           (size_t)size == expected;
}

static bool unwrap(struct pst_crypto *crypto, postern_jose_alg alg,
                   const uint8_t *kek, postern_str encrypted,
                   struct pst_cek *cek)
{
    uint8_t out[PST_CEK_MAX + PST_WRAP_EXTRA];
    bool done = encrypted.len == cek->size + PST_WRAP_EXTRA &&
                run_wrap(crypto->wrap[wrap_size(alg)], kek, 0, encrypted, out);

    if (done) {
        memcpy(cek->bytes, out, cek->size);
    }
    OPENSSL_cleanse(out, sizeof out);
    return done;
}

static bool wrap(struct pst_crypto *crypto, postern_jose_alg alg,
                 const uint8_t *kek, struct pst_new_key *made)
{
    postern_str cek = {(const char *)made->cek.bytes, made->cek.size};

    made->encrypted_size = cek.len + PST_WRAP_EXTRA;
    return run_wrap(crypto->wrap[wrap_size(alg)], kek, 1, cek, made->encrypted);
}

static bool agree_and_unwrap(struct pst_crypto *crypto,
                             const struct pst_key *key,
                             const struct pst_header *header,
                             postern_str encrypted, struct pst_cek *cek)
{
    uint8_t kek[PST_CEK_MAX];
    bool done = pst_agree(crypto, key, header, kek) &&
                unwrap(crypto, header->alg, kek, encrypted, cek);

    OPENSSL_cleanse(kek, sizeof kek);
    return done;
}

static bool agree_and_wrap(struct pst_crypto *crypto, const struct pst_key *key,
                           postern_jose_alg alg, struct pst_new_key *made)
{
    uint8_t kek[PST_CEK_MAX];
    bool done = pst_agree_anew(crypto, key, alg, &made->epk, kek) &&
                wrap(crypto, alg, kek, made);

    OPENSSL_cleanse(kek, sizeof kek);
    return done;
}

/* ---- keys held elsewhere ------------------------------------------------ */

/* Writes at most PST_RSA_MAX bytes. */
static bool unwrap_elsewhere(const struct pst_key *key, postern_jose_alg alg,
                             postern_str encrypted, uint8_t *out, size_t *size)
{
    *size = PST_RSA_MAX;
    return key->ops.unwrap && key->ops.unwrap(key->ops.user, alg, encrypted,
                                              out, size) == POSTERN_OK;
}

static bool open_wrapped_elsewhere(const struct pst_key *key,
                                   postern_jose_alg alg, postern_str encrypted,
                                   struct pst_cek *cek)
{
    uint8_t out[PST_RSA_MAX];
    size_t size = 0;
    bool done =
        unwrap_elsewhere(key, alg, encrypted, out, &size) && size == cek->size;

    if (done) {
        memcpy(cek->bytes, out, cek->size);
    }
    OPENSSL_cleanse(out, sizeof out);
    return done;
}

/* ---- RSA-OAEP-256 ------------------------------------------------------- */

static bool decrypt_rsa(struct pst_crypto *crypto, const struct pst_key *key,
                        postern_str encrypted, uint8_t *out, size_t *size)
{
    struct pst_slot *slot;

    *size = PST_RSA_MAX;
    if (key->has_ops) {
        return unwrap_elsewhere(key, POSTERN_ALG_RSA_OAEP_256, encrypted, out,
                                size);
    }
    slot = pst_crypto_slot(crypto, key, POSTERN_ALG_RSA_OAEP_256, true);
    return slot && EVP_PKEY_decrypt(slot->pkey, out, size,
                                    (const unsigned char *)encrypted.data,
                                    encrypted.len) == 1;
}

/* Takes the one or the other without a branch, so that it is not seen which. */
static void choose(uint8_t *out, const uint8_t *good, size_t size, bool is_good)
{
    volatile uint8_t mask = (uint8_t)(0U - (unsigned)is_good);

    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)((out[i] & ~mask) | (good[i] & mask));
    }
}

static bool open_rsa(struct pst_crypto *crypto, const struct pst_key *key,
                     postern_str encrypted, struct pst_cek *cek)
{
    uint8_t out[PST_RSA_MAX] = {0};
    size_t size = 0;
    bool good;

    if (RAND_bytes(cek->bytes, (int)cek->size) != 1) {
        return false;
    }
    good = decrypt_rsa(crypto, key, encrypted, out, &size);
    choose(cek->bytes, out, cek->size, good & (size == cek->size));
    OPENSSL_cleanse(out, sizeof out);
    return true;
}

static bool encrypt_rsa(struct pst_crypto *crypto, const struct pst_key *key,
                        struct pst_new_key *made)
{
    struct pst_slot *slot =
        pst_crypto_slot(crypto, key, POSTERN_ALG_RSA_OAEP_256, false);

    made->encrypted_size = sizeof made->encrypted;
    return slot &&
           EVP_PKEY_encrypt(slot->pkey, made->encrypted, &made->encrypted_size,
                            made->cek.bytes, made->cek.size) == 1 &&
           made->encrypted_size == key->size;
}

/* ---- all of them -------------------------------------------------------- */

bool pst_open_cek(struct pst_crypto *crypto, const struct pst_key *key,
                  const struct pst_header *header, postern_str encrypted,
                  struct pst_cek *cek)
{
    postern_jose_alg alg = header->alg;

    if (encrypted.len != pst_encrypted_key_size(key, alg, cek->size)) {
        return false;
    }
    if (alg == POSTERN_ALG_RSA_OAEP_256) {
        return open_rsa(crypto, key, encrypted, cek);
    }
    if (is_ecdh(alg)) {
        return agree_and_unwrap(crypto, key, header, encrypted, cek);
    }
    if (alg != POSTERN_ALG_DIR && key->has_ops) {
        return open_wrapped_elsewhere(key, alg, encrypted, cek);
    }
    if (!key->secret) {
        return false;
    }
    if (alg == POSTERN_ALG_DIR) {
        memcpy(cek->bytes, key->secret, cek->size);
        return true;
    }
    return key->size == pst_aes_size(wrap_size(alg)) &&
           unwrap(crypto, alg, key->secret, encrypted, cek);
}

/* A secret that is ours: the content's key itself, or what wraps it. */
static bool make_by_secret(struct pst_crypto *crypto, const struct pst_key *key,
                           postern_jose_alg alg, struct pst_new_key *made)
{
    if (!key->secret) {
        return false;
    }
    if (alg == POSTERN_ALG_DIR) {
        memcpy(made->cek.bytes, key->secret, made->cek.size);
        made->encrypted_size = 0;
        return true;
    }
    return key->size == pst_aes_size(wrap_size(alg)) &&
           wrap(crypto, alg, key->secret, made);
}

bool pst_make_cek(struct pst_crypto *crypto, const struct pst_key *key,
                  postern_jose_alg alg, struct pst_new_key *made)
{
    if (pst_encrypted_key_size(key, alg, made->cek.size) == SIZE_MAX ||
        RAND_bytes(made->cek.bytes, (int)made->cek.size) != 1) {
        return false;
    }
    if (alg == POSTERN_ALG_RSA_OAEP_256) {
        return encrypt_rsa(crypto, key, made);
    }
    return is_ecdh(alg) ? agree_and_wrap(crypto, key, alg, made)
                        : make_by_secret(crypto, key, alg, made);
}
