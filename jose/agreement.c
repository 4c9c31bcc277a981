/* ECDH-ES (RFC 7518 section 4.6) for the curves P-256, P-384 and P-521. */
#include "jose/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <string.h>

enum { UNCOMPRESSED = 0x04, WORD = 4 };

/* ---- points ------------------------------------------------------------- */

static EVP_PKEY *new_curve(enum pst_curve curve)
{
    char p256[] = "P-256";
    char p384[] = "P-384";
    char p521[] = "P-521";
    char *name = curve == PST_P256 ? p256 : curve == PST_P384 ? p384 : p521;
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name, 0),
        OSSL_PARAM_construct_end()};
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *made = NULL;

    if (!context || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &made, EVP_PKEY_KEY_PARAMETERS,
                          parameters) != 1) {
        made = NULL;
    }
    EVP_PKEY_CTX_free(context);
    return made;
}

/* A key of that curve with nothing in it but the curve. */
static EVP_PKEY *blank(struct pst_crypto *crypto, enum pst_curve curve)
{
    if (!crypto->curves[curve]) {
        crypto->curves[curve] = new_curve(curve);
    }
    if (!crypto->curves[curve]) {
        crypto->lacked_memory = true;
        return NULL;
    }
    return EVP_PKEY_dup(crypto->curves[curve]);
}

/* 04 x y, of a header's key that has the curve and the sizes of `key`. */
static bool point_of(const struct pst_epk *epk, const struct pst_key *key,
                     uint8_t point[PST_POINT_MAX])
{
    size_t field = pst_field_size(key->curve);

    if (epk->curve != key->curve || epk->x_size != field ||
        epk->y_size != field) {
        return false;
    }
    point[0] = UNCOMPRESSED;
    memcpy(point + 1, epk->x, field);
    memcpy(point + 1 + field, epk->y, field);
    return true;
}

/* ---- the secret --------------------------------------------------------- */

/* OpenSSL refused the point when it was put into `peer` unless it is on the
 * curve; as these curves have the cofactor 1, that is all there is to check. A
 * second check costs a multiplication: hence the 0. */
static bool derive(struct pst_slot *slot, EVP_PKEY *peer, uint8_t *out,
                   size_t *size)
{
    return slot && EVP_PKEY_derive_set_peer_ex(slot->pkey, peer, 0) == 1 &&
           EVP_PKEY_derive(slot->pkey, out, size) == 1;
}

static bool derive_by(struct pst_crypto *crypto, const struct pst_key *key,
                      EVP_PKEY *peer, postern_str point,
                      uint8_t secret[PST_FIELD_MAX])
{
    size_t field = pst_field_size(key->curve);
    size_t size = field;

    if (key->has_ops) {
        return key->ops.derive &&
               key->ops.derive(key->ops.user, point, secret, &size) ==
                   POSTERN_OK &&
               size == field;
    }
    return derive(
               pst_crypto_slot(crypto, key, POSTERN_ALG_ECDH_ES_A128KW, true),
               peer, secret, &size) &&
           size == field;
}

/* ---- the key from the secret -------------------------------------------- */

static bool add_word(EVP_MD_CTX *hash, size_t number)
{
    uint8_t word[WORD] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
                          (uint8_t)(number >> 8), (uint8_t)number};

    return EVP_DigestUpdate(hash, word, sizeof word) == 1;
}

static bool add_counted(EVP_MD_CTX *hash, const void *bytes, size_t size)
{
    return add_word(hash, size) && EVP_DigestUpdate(hash, bytes, size) == 1;
}

bool pst_concat_kdf(struct pst_crypto *crypto, const struct pst_concat *concat,
                    uint8_t key[PST_CEK_MAX])
{
    EVP_MD_CTX *hash = crypto->digests[PST_SHA256];
    unsigned size = 0;

    return EVP_DigestInit_ex2(hash, NULL, NULL) == 1 && add_word(hash, 1) &&
           EVP_DigestUpdate(hash, concat->secret, concat->secret_size) == 1 &&
           add_counted(hash, concat->algorithm, strlen(concat->algorithm)) &&
           add_counted(hash, concat->apu->bytes, concat->apu->size) &&
           add_counted(hash, concat->apv->bytes, concat->apv->size) &&
           add_word(hash, 8 * concat->size) &&
           EVP_DigestFinal_ex(hash, key, &size) == 1;
}

static bool derive_kek(struct pst_crypto *crypto,
                       const struct pst_header *header, const uint8_t *secret,
                       size_t secret_size, uint8_t kek[PST_CEK_MAX])
{
    struct pst_concat concat = {
        .secret = secret,
        .secret_size = secret_size,
        .algorithm = postern_jose_alg_name(header->alg),
        .apu = &header->apu,
        .apv = &header->apv,
        .size =
            pst_aes_size((unsigned)(header->alg - POSTERN_ALG_ECDH_ES_A128KW))};

    return pst_concat_kdf(crypto, &concat, kek);
}

static bool agree(struct pst_crypto *crypto, const struct pst_key *key,
                  EVP_PKEY *peer, const struct pst_header *header,
                  uint8_t kek[PST_CEK_MAX])
{
    size_t field = pst_field_size(key->curve);
    uint8_t secret[PST_FIELD_MAX];
    uint8_t bytes[PST_POINT_MAX];
    postern_str point = {(const char *)bytes, 1 + 2 * field};
    bool done = point_of(&header->epk, key, bytes) &&
                EVP_PKEY_set1_encoded_public_key(peer, bytes, point.len) == 1 &&
                derive_by(crypto, key, peer, point, secret) &&
                derive_kek(crypto, header, secret, field, kek);

    OPENSSL_cleanse(secret, sizeof secret);
    return done;
}

bool pst_agree(struct pst_crypto *crypto, const struct pst_key *key,
               const struct pst_header *header, uint8_t kek[PST_CEK_MAX])
{
    EVP_PKEY *peer;
    bool done;

    if (key->type != PST_KEY_EC || header->epk.curve != key->curve) {
        return false;
    }
    peer = blank(crypto, key->curve);
    done = peer && agree(crypto, key, peer, header, kek);
    EVP_PKEY_free(peer);
    return done;
}

/* ---- as the sender ------------------------------------------------------ */

static EVP_PKEY *generate(struct pst_crypto *crypto, enum pst_curve curve)
{
    EVP_PKEY *parameters = blank(crypto, curve);
    EVP_PKEY_CTX *context =
        parameters ? EVP_PKEY_CTX_new_from_pkey(NULL, parameters, NULL) : NULL;
    EVP_PKEY *made = NULL;

    if (!context || EVP_PKEY_keygen_init(context) != 1 ||
        EVP_PKEY_keygen(context, &made) != 1) {
        made = NULL;
    }
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(parameters);
    return made;
}

static bool describe(EVP_PKEY *ephemeral, enum pst_curve curve,
                     struct pst_epk *epk)
{
    size_t field = pst_field_size(curve);
    uint8_t point[PST_POINT_MAX];
    size_t size = 0;

    if (EVP_PKEY_get_octet_string_param(ephemeral, OSSL_PKEY_PARAM_PUB_KEY,
                                        point, sizeof point, &size) != 1 ||
        size != 1 + 2 * field || point[0] != UNCOMPRESSED) {
        return false;
    }
    epk->curve = curve;
    epk->x_size = epk->y_size = field;
    memcpy(epk->x, point + 1, field);
    memcpy(epk->y, point + 1 + field, field);
    return true;
}

static bool derive_anew(EVP_PKEY *ephemeral, const struct pst_key *key,
                        uint8_t secret[PST_FIELD_MAX])
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, ephemeral, NULL);
    size_t field = pst_field_size(key->curve);
    size_t size = field;
    bool done = context && EVP_PKEY_derive_init(context) == 1 &&
                EVP_PKEY_derive_set_peer_ex(context, key->pkey, 0) == 1 &&
                EVP_PKEY_derive(context, secret, &size) == 1 && size == field;

    EVP_PKEY_CTX_free(context);
    return done;
}

bool pst_agree_anew(struct pst_crypto *crypto, const struct pst_key *key,
                    postern_jose_alg alg, struct pst_epk *epk,
                    uint8_t kek[PST_CEK_MAX])
{
    struct pst_header header = {.alg = alg};
    uint8_t secret[PST_FIELD_MAX];
    EVP_PKEY *ephemeral;
    bool done;

    if (key->type != PST_KEY_EC) {
        return false;
    }
    ephemeral = generate(crypto, key->curve);
    done = ephemeral && describe(ephemeral, key->curve, epk) &&
           derive_anew(ephemeral, key, secret) &&
           derive_kek(crypto, &header, secret, pst_field_size(key->curve), kek);
    EVP_PKEY_free(ephemeral);
    OPENSSL_cleanse(secret, sizeof secret);
    return done;
}
