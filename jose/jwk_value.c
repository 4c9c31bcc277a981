/* The values of JWKs (RFC 7518 section 6): strict base64url, exact lengths, and
 * then the checks of the key itself. */
#include "base/str.h"
#include "jose/base64url.h"
#include "jose/key_load.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <limits.h>

struct bytes {
    uint8_t *data; /* NULL: the member is not there */
    size_t size;
    const struct pst_node *at;
};

/* "\"d\" is missing": names are ours, never of the text. */
static postern_status refuse_member(const struct pst_key_load *load,
                                    const struct pst_node *at, const char *name,
                                    const char *words)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, "\"");
    pst_text_add(&text, name);
    pst_text_add(&text, "\" ");
    pst_text_add(&text, words);
    return pst_key_refuse(load, at, message);
}

/* Decodes a member where it is there. */
static postern_status read_bytes(struct pst_key_load *load,
                                 const struct pst_node *jwk, const char *name,
                                 struct bytes *out)
{
    const struct pst_node *node = pst_node_member(jwk, name);

    *out = (struct bytes){NULL, 0, node};
    if (!node) {
        return POSTERN_OK;
    }
    if (node->type != PST_NODE_STRING) {
        return refuse_member(load, node, name, "is not a string");
    }
    out->size = pst_base64url_bytes(node->text.len);
    out->data = pst_arena_alloc(&load->arena, out->size + 1, 1);
    if (!out->data) {
        return pst_key_no_memory(load);
    }
    if (!pst_base64url_decode(node->text, out->data)) {
        return refuse_member(load, node, name, "is not base64url");
    }
    return out->size ? POSTERN_OK : refuse_member(load, node, name, "is empty");
}

static postern_status need_bytes(struct pst_key_load *load,
                                 const struct pst_node *jwk, const char *name,
                                 struct bytes *out)
{
    PST_TRY(read_bytes(load, jwk, name, out));
    return out->data ? POSTERN_OK
                     : refuse_member(load, jwk, name, "is missing");
}

/* The public part is all that operations elsewhere may come with. */
static postern_status refuse_private(const struct pst_key_load *load,
                                     const struct pst_node *at)
{
    return pst_key_refuse(load, at,
                          "a key whose private operations are done elsewhere "
                          "is given by its public part alone");
}

/* ---- oct --------------------------------------------------------------- */

postern_status pst_jwk_secret(struct pst_key_load *load,
                              struct pst_key_draft *draft)
{
    struct bytes k;

    PST_TRY(need_bytes(load, draft->at, "k", &k));
    if (load->ops) {
        return refuse_private(load, k.at);
    }
    if (k.size > PST_SECRET_MAX) {
        return refuse_member(load, k.at, "k", "is longer than 512 bytes");
    }
    draft->key.type = PST_KEY_OCT;
    draft->key.secret = k.data;
    draft->key.size = k.size;
    draft->key.is_private = true;
    return POSTERN_OK;
}

/* ---- numbers ----------------------------------------------------------- */

/* OSSL_PARAM wants whole numbers in the byte order of the machine. */
static postern_status add_number(const struct pst_key_load *load,
                                 OSSL_PARAM *part, const char *name,
                                 const struct bytes *value)
{
    BIGNUM *number = NULL;
    int size = value->size <= INT_MAX ? (int)value->size : -1;

    if (size > 0) {
        number = BN_bin2bn(value->data, size, NULL);
    }
    if (!number || BN_bn2nativepad(number, value->data, size) != size) {
        BN_clear_free(number);
        return pst_key_no_memory(load);
    }
    BN_clear_free(number);
    *part = OSSL_PARAM_construct_BN(name, value->data, value->size);
    return POSTERN_OK;
}

/* ---- RSA --------------------------------------------------------------- */

struct rsa_member {
    const char *name;
    const char *part;
};

static const struct rsa_member rsa_members[] = {
    {"n", OSSL_PKEY_PARAM_RSA_N},
    {"e", OSSL_PKEY_PARAM_RSA_E},
    {"d", OSSL_PKEY_PARAM_RSA_D},
    {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
    {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},
    {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
    {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2},
    {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1},
};

enum {
    RSA_PUBLIC = 2, /* the first of them */
    RSA_ALL = sizeof rsa_members / sizeof *rsa_members
};

static bool has_rsa_private(const struct pst_node *jwk)
{
    for (size_t i = RSA_PUBLIC; i < RSA_ALL; i++) {
        if (pst_node_member(jwk, rsa_members[i].name)) {
            return true;
        }
    }
    return false;
}

static postern_status read_rsa(struct pst_key_load *load,
                               struct pst_key_draft *draft, OSSL_PARAM *parts,
                               size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct bytes value;

        PST_TRY(need_bytes(load, draft->at, rsa_members[i].name, &value));
        if (value.data[0] == 0) {
            return refuse_member(load, value.at, rsa_members[i].name,
                                 "has zeros in front");
        }
        PST_TRY(add_number(load, &parts[i], rsa_members[i].part, &value));
    }
    parts[count] = OSSL_PARAM_construct_end();
    return POSTERN_OK;
}

postern_status pst_jwk_rsa(struct pst_key_load *load,
                           struct pst_key_draft *draft)
{
    const struct pst_node *others = pst_node_member(draft->at, "oth");
    bool is_private = has_rsa_private(draft->at);
    OSSL_PARAM parts[RSA_ALL + 1];

    if (others) {
        return refuse_member(load, others, "oth",
                             "belongs to a key of more than two primes, which "
                             "is not supported");
    }
    if (is_private && load->ops) {
        return refuse_private(load, draft->at);
    }
    PST_TRY(read_rsa(load, draft, parts, is_private ? RSA_ALL : RSA_PUBLIC));
    draft->key.is_private = is_private;
    draft->key.pkey = pst_pkey_make(
        "RSA", is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, parts);
    if (!draft->key.pkey) {
        return pst_pkey_refuse(load, draft->at, "these numbers are no RSA key");
    }
    PST_TRY(pst_pkey_describe(load, draft));
    return pst_pkey_check(load, draft);
}

/* ---- EC ---------------------------------------------------------------- */

struct crv {
    const char *name; /* in JOSE and in OpenSSL */
    size_t size;
    const char *words;
};

static const struct crv crvs[] = {
    {"P-256", 32, "has not the 32 bytes of this curve"},
    {"P-384", 48, "has not the 48 bytes of this curve"},
    {"P-521", 66, "has not the 66 bytes of this curve"},
};

enum { CRV_COUNT = sizeof crvs / sizeof *crvs, COORDINATE_MAX = 66 };

static postern_status read_crv(const struct pst_key_load *load,
                               const struct pst_node *jwk,
                               const struct crv **crv)
{
    const struct pst_node *node = pst_node_member(jwk, "crv");

    if (!node) {
        return refuse_member(load, jwk, "crv", "is missing");
    }
    for (size_t i = 0; i < CRV_COUNT; i++) {
        if (node->type == PST_NODE_STRING &&
            pst_str_is(node->text, crvs[i].name)) {
            *crv = &crvs[i];
            return POSTERN_OK;
        }
    }
    return refuse_member(load, node, "crv", "is none of P-256, P-384, P-521");
}

static postern_status check_length(const struct pst_key_load *load,
                                   const struct bytes *value, const char *name,
                                   const struct crv *crv)
{
    return value->size == crv->size
               ? POSTERN_OK
               : refuse_member(load, value->at, name, crv->words);
}

/* 04 x y */
static postern_status read_point(struct pst_key_load *load,
                                 const struct pst_node *jwk,
                                 const struct crv *crv, uint8_t *point)
{
    struct bytes x;
    struct bytes y;

    PST_TRY(need_bytes(load, jwk, "x", &x));
    PST_TRY(check_length(load, &x, "x", crv));
    PST_TRY(need_bytes(load, jwk, "y", &y));
    PST_TRY(check_length(load, &y, "y", crv));
    point[0] = 4;
    memcpy(point + 1, x.data, crv->size);
    memcpy(point + 1 + crv->size, y.data, crv->size);
    return POSTERN_OK;
}

/* The public part alone first, so that the refusal can tell which is wrong. */
static postern_status make_ec(const struct pst_key_load *load,
                              struct pst_key_draft *draft, OSSL_PARAM *parts)
{
    struct pst_key *key = &draft->key;

    key->pkey = pst_pkey_make("EC", EVP_PKEY_PUBLIC_KEY, parts);
    if (!key->pkey) {
        return pst_pkey_refuse(load, draft->at,
                               "the point is not on its curve");
    }
    if (key->is_private) {
        EVP_PKEY_free(key->pkey);
        key->pkey = pst_pkey_make("EC", EVP_PKEY_KEYPAIR, parts);
    }
    if (!key->pkey) {
        return pst_pkey_refuse(load, draft->at,
                               "\"d\" is no private key of this curve");
    }
    PST_TRY(pst_pkey_describe(load, draft));
    return pst_pkey_check(load, draft);
}

postern_status pst_jwk_ec(struct pst_key_load *load,
                          struct pst_key_draft *draft)
{
    uint8_t point[1 + 2 * COORDINATE_MAX];
    char group[sizeof "P-256"];
    OSSL_PARAM parts[4];
    const struct crv *crv = NULL;
    size_t count = 2;
    struct bytes d;

    PST_TRY(read_crv(load, draft->at, &crv));
    PST_TRY(read_point(load, draft->at, crv, point));
    PST_TRY(read_bytes(load, draft->at, "d", &d));
    memcpy(group, crv->name, sizeof group);
    parts[0] =
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
    parts[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point,
                                                 1 + 2 * crv->size);
    if (d.data && load->ops) {
        return refuse_private(load, d.at);
    }
    if (d.data) {
        PST_TRY(check_length(load, &d, "d", crv));
        PST_TRY(add_number(load, &parts[2], OSSL_PKEY_PARAM_PRIV_KEY, &d));
        draft->key.is_private = true;
        count = 3;
    }
    parts[count] = OSSL_PARAM_construct_end();
    return make_ec(load, draft, parts);
}
