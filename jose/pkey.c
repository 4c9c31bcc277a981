/* Keys as OpenSSL holds them: made of parts, looked at and checked. Those of an
 * engine or provider are used and not read. [SE-04] */
#include "jose/key_load.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>

enum { RSA_BITS_MIN = 2048, RSA_BITS_MAX = 8 * PST_RSA_MAX, E_BITS_MAX = 64 };

struct curve {
    int nid;
    enum pst_curve curve;
    size_t size; /* bytes of a coordinate */
};

static const struct curve curves[] = {
    {NID_X9_62_prime256v1, PST_P256, 32},
    {NID_secp384r1, PST_P384, 48},
    {NID_secp521r1, PST_P521, 66},
};

enum { CURVE_COUNT = sizeof curves / sizeof *curves };

postern_status pst_pkey_refuse(const struct pst_key_load *load,
                               const struct pst_node *at, const char *message)
{
    if (ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE) {
        return pst_key_no_memory(load);
    }
    return pst_key_refuse(load, at, message);
}

EVP_PKEY *pst_pkey_make(const char *type, int selection, OSSL_PARAM *parts)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *pkey = NULL;

    if (ctx && EVP_PKEY_fromdata_init(ctx) == 1 &&
        EVP_PKEY_fromdata(ctx, &pkey, selection, parts) != 1) {
        EVP_PKEY_free(pkey);
        pkey = NULL;
    }
    EVP_PKEY_CTX_free(ctx);
    return pkey;
}

/* ---- RSA --------------------------------------------------------------- */

/* NULL: this modulus and exponent are good. [JWT-16] */
static const char *rsa_defect(const BIGNUM *n, const BIGNUM *e)
{
    if (BN_num_bits(n) < RSA_BITS_MIN) {
        return "an RSA key under 2048 bits is too weak";
    }
    if (BN_num_bits(n) > RSA_BITS_MAX) {
        return "an RSA key over 8192 bits is too slow";
    }
    if (!BN_is_odd(n)) {
        return "the modulus is even, which is none of RSA";
    }
    if (!BN_is_odd(e) || BN_is_one(e)) {
        return "the public exponent has to be odd, and 3 or more";
    }
    if (BN_num_bits(e) > E_BITS_MAX) {
        return "a public exponent of more than 64 bits is too slow";
    }
    if (pst_roca(n)) {
        return "this modulus can be factored: it was made by a library with "
               "the ROCA weakness (CVE-2017-15361)";
    }
    return NULL;
}

static postern_status describe_rsa(const struct pst_key_load *load,
                                   struct pst_key_draft *draft)
{
    EVP_PKEY *pkey = draft->key.pkey;
    const char *defect = "the RSA key has no public part";
    BIGNUM *n = NULL;
    BIGNUM *e = NULL;

    draft->key.type = PST_KEY_RSA;
    if (EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
        EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e) == 1) {
        draft->key.size = (size_t)BN_num_bytes(n);
        defect = rsa_defect(n, e);
    }
    BN_free(n);
    BN_free(e);
    return defect ? pst_pkey_refuse(load, draft->at, defect) : POSTERN_OK;
}

/* ---- EC ---------------------------------------------------------------- */

/* A curve that is written out may be a named one in all but its generator
 * (CVE-2020-0601): only names count. */
static bool is_written_out(EVP_PKEY *pkey)
{
    int is = 0;

    return EVP_PKEY_get_int_param(
               pkey, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is) ==
               1 &&
           is;
}

static const struct curve *curve_of(EVP_PKEY *pkey)
{
    char name[64];
    size_t len = 0;
    int nid;

    if (is_written_out(pkey) ||
        EVP_PKEY_get_group_name(pkey, name, sizeof name, &len) != 1) {
        return NULL;
    }
    nid = EC_curve_nist2nid(name);
    nid = nid == NID_undef ? OBJ_txt2nid(name) : nid;
    for (size_t i = 0; i < CURVE_COUNT; i++) {
        if (curves[i].nid == nid) {
            return &curves[i];
        }
    }
    return NULL;
}

static postern_status describe_ec(const struct pst_key_load *load,
                                  struct pst_key_draft *draft)
{
    const struct curve *curve = curve_of(draft->key.pkey);

    if (!curve) {
        return pst_pkey_refuse(load, draft->at,
                               "the curve is none of P-256, P-384 and P-521");
    }
    draft->key.type = PST_KEY_EC;
    draft->key.curve = curve->curve;
    draft->key.size = curve->size;
    return POSTERN_OK;
}

postern_status pst_pkey_describe(const struct pst_key_load *load,
                                 struct pst_key_draft *draft)
{
    if (EVP_PKEY_is_a(draft->key.pkey, "RSA")) {
        return describe_rsa(load, draft);
    }
    if (EVP_PKEY_is_a(draft->key.pkey, "EC")) {
        return describe_ec(load, draft);
    }
    return pst_pkey_refuse(load, draft->at, "the key is neither RSA nor EC");
}

postern_status pst_pkey_check(const struct pst_key_load *load,
                              struct pst_key_draft *draft)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, draft->key.pkey, NULL);
    bool good = false;

    if (ctx && draft->key.is_private) {
        good = EVP_PKEY_check(ctx) == 1;
    } else if (ctx) {
        good = EVP_PKEY_public_check(ctx) == 1;
    }
    EVP_PKEY_CTX_free(ctx);
    if (good) {
        return POSTERN_OK;
    }
    return pst_pkey_refuse(load, draft->at,
                           draft->key.is_private
                               ? "the parts of the private key do not belong "
                                 "together"
                               : "the public key is not a valid one");
}
