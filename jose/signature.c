/* HS, RS and ES signatures: RS is PKCS #1 v1.5, ES512 on P-521. [ESD-22]
 * [ESD-23] [JWT-21] [KEY-07] */
#include "jose/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

static bool is_hs(postern_jose_alg alg)
{
    return alg >= POSTERN_ALG_HS256 && alg <= POSTERN_ALG_HS512;
}

static bool is_rs(postern_jose_alg alg)
{
    return alg >= POSTERN_ALG_RS256 && alg <= POSTERN_ALG_RS512;
}

static bool is_es_of(postern_jose_alg alg, enum pst_curve curve)
{
    return (alg == POSTERN_ALG_ES256 && curve == PST_P256) ||
           (alg == POSTERN_ALG_ES384 && curve == PST_P384) ||
           (alg == POSTERN_ALG_ES512 && curve == PST_P521);
}

/* Whatever a key set says: HMAC meets secrets only, and a signature the type of
 * key it is made with. [JWT-15] */
size_t pst_signature_size(const struct pst_key *key, postern_jose_alg alg)
{
    if (key->type == PST_KEY_OCT && is_hs(alg)) {
        return pst_hash_size(pst_hash_of(alg));
    }
    if (key->type == PST_KEY_RSA && is_rs(alg)) {
        return key->size;
    }
    if (key->type == PST_KEY_EC && is_es_of(alg, key->curve)) {
        return 2 * pst_field_size(key->curve);
    }
    return 0;
}

/* ---- HMAC --------------------------------------------------------------- */

static bool mac_elsewhere(const struct pst_key *key, postern_jose_alg alg,
                          postern_str input, uint8_t out[PST_DIGEST_MAX])
{
    size_t expected = pst_hash_size(pst_hash_of(alg));
    size_t size = expected;

    return key->ops.mac &&
           key->ops.mac(key->ops.user, alg, input, out, &size) == POSTERN_OK &&
           size == expected;
}

static bool mac(struct pst_crypto *crypto, const struct pst_key *key,
                postern_jose_alg alg, postern_str input,
                uint8_t out[PST_DIGEST_MAX])
{
    struct pst_slot *slot;
    size_t size = 0;

    if (key->has_ops) {
        return mac_elsewhere(key, alg, input, out);
    }
    slot = pst_crypto_slot(crypto, key, alg, true);
    return slot && EVP_MAC_init(slot->mac, NULL, 0, NULL) == 1 &&
           EVP_MAC_update(slot->mac, (const unsigned char *)input.data,
                          input.len) == 1 &&
           EVP_MAC_final(slot->mac, out, &size, PST_DIGEST_MAX) == 1 &&
           size == pst_hash_size(pst_hash_of(alg));
}

static bool verify_mac(struct pst_crypto *crypto, const struct pst_key *key,
                       postern_jose_alg alg, postern_str input,
                       postern_str signature)
{
    uint8_t expected[PST_DIGEST_MAX];
    bool same = mac(crypto, key, alg, input, expected) &&
                CRYPTO_memcmp(expected, signature.data, signature.len) == 0;

    OPENSSL_cleanse(expected, sizeof expected);
    return same;
}

/* ---- RSA and ECDSA ------------------------------------------------------ */

static bool verify_digest(struct pst_slot *slot, const uint8_t *signature,
                          size_t size, const uint8_t *digest)
{
    return slot && EVP_PKEY_verify(slot->pkey, signature, size, digest,
                                   pst_hash_size(pst_hash_of(slot->alg))) == 1;
}

static bool verify_asymmetric(struct pst_crypto *crypto,
                              const struct pst_key *key, postern_jose_alg alg,
                              postern_str input, postern_str signature)
{
    const uint8_t *bytes = (const uint8_t *)signature.data;
    uint8_t digest[PST_DIGEST_MAX];
    uint8_t der[PST_DER_MAX];
    size_t der_size;

    if (key->type == PST_KEY_EC) {
        if (!pst_ecdsa_to_der(key->curve, bytes, der, &der_size)) {
            return false;
        }
        bytes = der;
    } else {
        der_size = signature.len;
    }
    return pst_crypto_digest(crypto, pst_hash_of(alg), input,
                             (postern_str){NULL, 0}, digest) &&
           verify_digest(pst_crypto_slot(crypto, key, alg, false), bytes,
                         der_size, digest);
}

bool pst_verify(struct pst_crypto *crypto, const struct pst_key *key,
                postern_jose_alg alg, postern_str input, postern_str signature)
{
    size_t expected = pst_signature_size(key, alg);

    if (expected == 0 || signature.len != expected) {
        return false;
    }
    return key->type == PST_KEY_OCT
               ? verify_mac(crypto, key, alg, input, signature)
               : verify_asymmetric(crypto, key, alg, input, signature);
}

static bool sign_elsewhere(const struct pst_key *key, postern_jose_alg alg,
                           postern_str input, uint8_t out[PST_SIGNATURE_MAX])
{
    size_t expected = pst_signature_size(key, alg);
    size_t size = expected;

    return key->ops.sign &&
           key->ops.sign(key->ops.user, alg, input, out, &size) == POSTERN_OK &&
           size == expected;
}

static bool sign_digest(struct pst_slot *slot, const struct pst_key *key,
                        const uint8_t *digest, uint8_t out[PST_SIGNATURE_MAX])
{
    uint8_t der[PST_DER_MAX];
    bool is_ec = key->type == PST_KEY_EC;
    size_t size = is_ec ? sizeof der : PST_SIGNATURE_MAX;

    if (!slot || EVP_PKEY_sign(slot->pkey, is_ec ? der : out, &size, digest,
                               pst_hash_size(pst_hash_of(slot->alg))) != 1) {
        return false;
    }
    return is_ec ? pst_ecdsa_from_der(key->curve, der, size, out)
                 : size == key->size;
}

bool pst_sign(struct pst_crypto *crypto, const struct pst_key *key,
              postern_jose_alg alg, postern_str input,
              uint8_t out[PST_SIGNATURE_MAX])
{
    uint8_t digest[PST_DIGEST_MAX];

    if (pst_signature_size(key, alg) == 0) {
        return false;
    }
    if (key->type == PST_KEY_OCT) {
        return mac(crypto, key, alg, input, out);
    }
    if (key->has_ops) {
        return sign_elsewhere(key, alg, input, out);
    }
    return pst_crypto_digest(crypto, pst_hash_of(alg), input,
                             (postern_str){NULL, 0}, digest) &&
           sign_digest(pst_crypto_slot(crypto, key, alg, true), key, digest,
                       out);
}
