/*
 * Private keys that stay where they are: the same tokens are made and read by
 * keys in memory, by keys in a token of PKCS#11, and by either behind a table
 * of operations. [SE-03] [SE-04]
 *
 * The keys of the token were generated inside, and the attempt to read one
 * fails in every way that there is.
 */
#include "hsm/hsm.h"

#include "base/str.h"
#include "support/claim.h"

#include <postern/jose.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <string.h>

enum { SKIPPED = 77, FIELD = 32, RSA_BITS = 2048 };

static const char payload[] = "{\"iss\":\"//das.example/das\"}";

/* ---- a table of operations around an EVP_PKEY -------------------------- */

static EVP_PKEY_CTX *context_of(void *user)
{
    return EVP_PKEY_CTX_new_from_pkey(NULL, user, NULL);
}

static bool sign_der(EVP_PKEY *pkey, postern_str input, unsigned char *out,
                     size_t *size)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good =
        ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, pkey) == 1 &&
        EVP_DigestSign(ctx, out, size, (const unsigned char *)input.data,
                       input.len) == 1;

    EVP_MD_CTX_free(ctx);
    return good;
}

static bool raw_of(const unsigned char *der, size_t der_size,
                   unsigned char *out)
{
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)der_size);
    bool good =
        signature &&
        BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, FIELD) == FIELD &&
        BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + FIELD, FIELD) == FIELD;

    ECDSA_SIG_free(signature);
    return good;
}

static postern_status ops_sign(void *user, postern_jose_alg alg,
                               postern_str input, uint8_t *out, size_t *size)
{
    unsigned char der[128];
    size_t der_size = sizeof der;

    if (alg == POSTERN_ALG_RS256) {
        return sign_der(user, input, out, size) ? POSTERN_OK
                                                : POSTERN_ERR_INTERNAL;
    }
    if (alg != POSTERN_ALG_ES256 || *size < 2 * FIELD ||
        !sign_der(user, input, der, &der_size) || !raw_of(der, der_size, out)) {
        return POSTERN_ERR_INTERNAL;
    }
    *size = 2 * FIELD;
    return POSTERN_OK;
}

static postern_status ops_unwrap(void *user, postern_jose_alg alg,
                                 postern_str wrapped, uint8_t *out,
                                 size_t *size)
{
    EVP_PKEY_CTX *ctx = context_of(user);
    bool good =
        alg == POSTERN_ALG_RSA_OAEP_256 && ctx &&
        EVP_PKEY_decrypt_init(ctx) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) == 1 &&
        EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256()) == 1 &&
        EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) == 1 &&
        EVP_PKEY_decrypt(ctx, out, size, (const unsigned char *)wrapped.data,
                         wrapped.len) == 1;

    EVP_PKEY_CTX_free(ctx);
    return good ? POSTERN_OK : POSTERN_ERR_INTERNAL;
}

/* A key of the curve, whose public part then becomes that point. */
static EVP_PKEY *peer_of(postern_str point)
{
    EVP_PKEY *peer = EVP_EC_gen("P-256");

    if (peer && EVP_PKEY_set1_encoded_public_key(
                    peer, (const unsigned char *)point.data, point.len) != 1) {
        EVP_PKEY_free(peer);
        return NULL;
    }
    return peer;
}

static postern_status ops_derive(void *user, postern_str point, uint8_t *out,
                                 size_t *size)
{
    EVP_PKEY *peer = peer_of(point);
    EVP_PKEY_CTX *ctx = context_of(user);
    bool good = peer && ctx && EVP_PKEY_derive_init(ctx) == 1 &&
                EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
                EVP_PKEY_derive(ctx, out, size) == 1;

    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(peer);
    return good ? POSTERN_OK : POSTERN_ERR_INTERNAL;
}

static void ops_destroy(void *user)
{
    EVP_PKEY_free(user);
}

/* ---- sets of keys ------------------------------------------------------ */

struct use {
    const char *kid;
    enum hsm_key key;
    postern_jose_alg alg;
};

static const struct use uses[] = {
    {"es256", HSM_SIGN_EC, POSTERN_ALG_ES256},
    {"rs256", HSM_RSA, POSTERN_ALG_RS256},
    {"oaep", HSM_RSA, POSTERN_ALG_RSA_OAEP_256},
    {"ecdh", HSM_AGREE_EC, POSTERN_ALG_ECDH_ES_A128KW},
};

enum { USE_COUNT = sizeof uses / sizeof *uses };

static postern_key_facts facts_of(const struct use *use)
{
    postern_key_facts facts;

    postern_key_facts_init(&facts);
    facts.kid = postern_str_of(use->kid);
    facts.alg = use->alg;
    facts.protection = POSTERN_PROTECTION_HIGH;
    return facts;
}

static EVP_PKEY *public_of(EVP_PKEY *pkey)
{
    unsigned char *der = NULL;
    int size = i2d_PUBKEY(pkey, &der);
    const unsigned char *at = der;
    EVP_PKEY *copy = size > 0 ? d2i_PUBKEY(NULL, &at, size) : NULL;

    OPENSSL_free(der);
    return copy;
}

/* The public part in PEM, as an operator would give it. */
static postern_status add_ops(postern_keys *keys, EVP_PKEY *pkey,
                              const postern_key_facts *facts,
                              postern_diag *diag)
{
    postern_key_ops ops = {.user = pkey,
                           .sign = ops_sign,
                           .unwrap = ops_unwrap,
                           .derive = ops_derive,
                           .destroy = ops_destroy};
    BIO *bio = BIO_new(BIO_s_mem());
    char *pem = NULL;
    long size;
    postern_status status;

    PEM_write_bio_PUBKEY(bio, pkey);
    size = BIO_get_mem_data(bio, &pem);
    EVP_PKEY_up_ref(pkey);
    status = postern_keys_add_ops(keys, (postern_str){pem, (size_t)size}, &ops,
                                  facts, diag);
    if (status != POSTERN_OK) {
        EVP_PKEY_free(pkey);
    }
    BIO_free(bio);
    return status;
}

enum how { PRIVATE, PUBLIC, OPS };

static postern_status add_key(postern_keys *keys, EVP_PKEY *pkey,
                              const struct use *use, enum how how,
                              postern_diag *diag)
{
    postern_key_facts facts = facts_of(use);
    EVP_PKEY *copy;
    postern_status status;

    if (how == OPS) {
        return add_ops(keys, pkey, &facts, diag);
    }
    if (how == PRIVATE) {
        return postern_keys_add_pkey(keys, pkey, &facts, diag);
    }
    copy = public_of(pkey);
    status = postern_keys_add_pkey(keys, copy, &facts, diag);
    EVP_PKEY_free(copy);
    return status;
}

static postern_keys *make_set(EVP_PKEY *const pkeys[HSM_KEYS], enum how how)
{
    postern_keys *keys = NULL;

    claim(postern_keys_new(&keys, NULL) == POSTERN_OK, "no set");
    for (size_t i = 0; i < USE_COUNT; i++) {
        postern_diag diag;
        postern_status status =
            add_key(keys, pkeys[uses[i].key], &uses[i], how, &diag);

        claim(status == POSTERN_OK, "%s: %s", uses[i].kid, diag.message);
    }
    return keys;
}

/* ---- the suite --------------------------------------------------------- */

struct world {
    const char *name;
    postern_jose *jose;
    const postern_keys *own;   /* their private parts work, wherever they are */
    const postern_keys *known; /* public parts alone */
};

static bool is_signature(const struct use *use)
{
    return use->alg <= POSTERN_ALG_ES512;
}

/* A copy of the token: what sealing gives is gone with the next call. */
static size_t seal(struct world *world, const struct use *use,
                   const postern_keys *keys, char *out, size_t size)
{
    postern_jose_recipe recipe;
    postern_str token;
    postern_diag diag;

    postern_jose_recipe_init(&recipe);
    recipe.kind = is_signature(use) ? POSTERN_JOSE_JWS : POSTERN_JOSE_JWE;
    recipe.sign_keys = keys;
    recipe.encrypt_keys = keys;
    recipe.sign_kid = postern_str_of(use->kid);
    recipe.encrypt_kid = postern_str_of(use->kid);
    if (postern_jose_seal(world->jose, &recipe, PST_STR(payload), &token,
                          &diag) != POSTERN_OK ||
        token.len > size) {
        return 0;
    }
    memcpy(out, token.data, token.len);
    return token.len;
}

static bool opens(struct world *world, const postern_keys *keys,
                  postern_str token)
{
    postern_opened opened;

    return postern_jose_open(world->jose, keys, NULL, token, &opened) ==
               POSTERN_REFUSAL_NONE &&
           pst_str_is(opened.payload, payload);
}

/* Changes one of the last characters, which stand for a signature or a tag. */
static void spoil(char *token, size_t len)
{
    char *at = &token[len - 10];

    *at = *at == 'A' ? 'B' : 'A';
}

static void check_use(struct world *world, const struct use *use)
{
    bool signature = is_signature(use);
    const postern_keys *from = signature ? world->own : world->known;
    const postern_keys *to = signature ? world->known : world->own;
    char token[4096];
    size_t len = seal(world, use, from, token, sizeof token);

    if (!claim(len > 0, "%s: %s does not seal", world->name, use->kid)) {
        return;
    }
    claim(opens(world, to, (postern_str){token, len}), "%s: %s does not open",
          world->name, use->kid);
    claim(opens(world, world->own, (postern_str){token, len}),
          "%s: %s does not open its own", world->name, use->kid);
    if (!signature) {
        claim(!opens(world, world->known, (postern_str){token, len}),
              "%s: %s opens by a public key", world->name, use->kid);
    }
    spoil(token, len);
    claim(!opens(world, to, (postern_str){token, len}),
          "%s: %s opens what was changed", world->name, use->kid);
}

static void run_suite(const char *name, EVP_PKEY *const pkeys[HSM_KEYS],
                      enum how how)
{
    postern_keys *own = make_set(pkeys, how);
    postern_keys *known = make_set(pkeys, PUBLIC);
    struct world world = {name, NULL, own, known};
    char token[4096];

    claim(postern_jose_new(&world.jose, NULL) == POSTERN_OK, "no jose");
    for (size_t i = 0; i < USE_COUNT; i++) {
        check_use(&world, &uses[i]);
        if (is_signature(&uses[i])) {
            claim(seal(&world, &uses[i], known, token, sizeof token) == 0,
                  "%s: %s signs by a public key", name, uses[i].kid);
        }
    }
    postern_jose_free(world.jose);
    postern_keys_free(own);
    postern_keys_free(known);
}

/* ---- reading a private key --------------------------------------------- */

/* As a number: where there is none, the engine gives 0 or nothing. */
static bool number_can_be_read(EVP_PKEY *pkey)
{
    const char *name = EVP_PKEY_is_a(pkey, "RSA") ? OSSL_PKEY_PARAM_RSA_D
                                                  : OSSL_PKEY_PARAM_PRIV_KEY;
    BIGNUM *number = NULL;
    bool read =
        EVP_PKEY_get_bn_param(pkey, name, &number) == 1 && !BN_is_zero(number);

    BN_clear_free(number);
    return read;
}

/* As a whole: what is written out and read again is a working key. */
static bool key_can_be_read(EVP_PKEY *pkey)
{
    unsigned char *der = NULL;
    int size = i2d_PrivateKey(pkey, &der);
    const unsigned char *at = der;
    EVP_PKEY *copy =
        size > 0 ? d2i_AutoPrivateKey(NULL, &at, (long)size) : NULL;
    EVP_PKEY_CTX *ctx =
        copy ? EVP_PKEY_CTX_new_from_pkey(NULL, copy, NULL) : NULL;
    bool read = ctx && EVP_PKEY_check(ctx) == 1;

    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(copy);
    OPENSSL_clear_free(der, size > 0 ? (size_t)size : 0);
    return read;
}

static void check_attributes(struct hsm *hsm)
{
    for (int key = 0; key < HSM_KEYS; key++) {
        ck_ulong object = hsm->private_keys[key];
        bool rsa = key == HSM_RSA;

        claim(hsm_attribute(hsm, object,
                            rsa ? CKA_PRIVATE_EXPONENT : CKA_VALUE) ==
                  CKR_ATTRIBUTE_SENSITIVE,
              "%s can be read", hsm_labels[key]);
        claim(hsm_make_extractable(hsm, object) != CKR_OK,
              "%s can be made extractable", hsm_labels[key]);
        claim(hsm_attribute(hsm, hsm->public_keys[key],
                            rsa ? CKA_MODULUS : CKA_EC_POINT) == CKR_OK,
              "%s has no public part", hsm_labels[key]);
    }
}

/* ---- all of it --------------------------------------------------------- */

static void run_both(const char *name, const char *ops_name,
                     EVP_PKEY *const pkeys[HSM_KEYS], bool readable)
{
    for (int key = 0; key < HSM_KEYS; key++) {
        if (!claim(pkeys[key], "%s: no key %s", name, hsm_labels[key])) {
            return;
        }
        claim(number_can_be_read(pkeys[key]) == readable,
              "%s: the number of %s", name, hsm_labels[key]);
        claim(key_can_be_read(pkeys[key]) == readable, "%s: the whole of %s",
              name, hsm_labels[key]);
    }
    run_suite(name, pkeys, PRIVATE);
    run_suite(ops_name, pkeys, OPS);
}

static void release(EVP_PKEY *const pkeys[HSM_KEYS])
{
    for (int key = 0; key < HSM_KEYS; key++) {
        EVP_PKEY_free(pkeys[key]);
    }
}

static void check_software(void)
{
    EVP_PKEY *pkeys[HSM_KEYS] = {EVP_EC_gen("P-256"), EVP_EC_gen("P-256"),
                                 EVP_RSA_gen(RSA_BITS)};

    run_both("memory", "operations around memory", pkeys, true);
    release(pkeys);
}

static void check_engine(void)
{
    EVP_PKEY *pkeys[HSM_KEYS];

    for (int key = 0; key < HSM_KEYS; key++) {
        pkeys[key] = hsm_engine_key((enum hsm_key)key);
    }
    run_both("token", "operations around a token", pkeys, false);
    release(pkeys);
}

static int skip(const char *what)
{
    if (claims_lost) {
        return claims_failed();
    }
    printf("skipped: %s (tools/setup.sh --test)\n", what);
    return SKIPPED;
}

static int check_token(void)
{
    struct hsm hsm;

    if (claim(hsm_open(&hsm), "the token cannot be used")) {
        check_attributes(&hsm);
        hsm_close(&hsm);
    }
    if (!hsm_engine_begin()) {
        return skip("needs libengine-pkcs11-openssl");
    }
    check_engine();
    hsm_engine_end();
    return claims_failed();
}

int main(void)
{
    int answer;

    check_software();
    if (!hsm_module()) {
        return skip("needs softhsm2");
    }
    if (!hsm_begin()) {
        hsm_end();
        return skip("needs softhsm2-util");
    }
    answer = check_token();
    hsm_end();
    return answer;
}
