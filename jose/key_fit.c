/*
 * What a key may be used for. It begins with all algorithms of its type; what
 * is known of it, one thing after the other, takes some away. What takes the
 * last one away contradicts the rest, and is the reason of the refusal.
 */
#include "base/str.h"
#include "jose/key_load.h"

struct length {
    size_t least, most; /* bytes */
    postern_jose_alg alg;
};

/* HS: no shorter than the hash (RFC 7518 3.2); A*KW: exact. */
static const struct length lengths[] = {
    {32, PST_SECRET_MAX, POSTERN_ALG_HS256},
    {48, PST_SECRET_MAX, POSTERN_ALG_HS384},
    {64, PST_SECRET_MAX, POSTERN_ALG_HS512},
    {16, 16, POSTERN_ALG_A128KW},
    {24, 24, POSTERN_ALG_A192KW},
    {32, 32, POSTERN_ALG_A256KW},
    {16, 16, POSTERN_ALG_DIR},
    {24, 24, POSTERN_ALG_DIR},
    {32, 32, POSTERN_ALG_DIR},
};

enum { LENGTH_COUNT = sizeof lengths / sizeof *lengths, SUID_MAX = 99 };

/* Whole numbers that JSON is exact about. */
static const int64_t number_max = INT64_C(1) << 53;

static bool is_one(uint32_t bits)
{
    return bits && (bits & (bits - 1)) == 0;
}

static postern_status narrow(const struct pst_key_load *load,
                             struct pst_key *key, const struct pst_node *at,
                             uint32_t algs, const char *message)
{
    key->algs &= algs;
    return key->algs ? POSTERN_OK : pst_key_refuse(load, at, message);
}

static uint32_t algs_of_type(enum pst_key_type type)
{
    switch (type) {
    case PST_KEY_OCT:
        return PST_ALGS_HS | PST_ALGS_DIR | PST_ALGS_KW;
    case PST_KEY_RSA:
        return PST_ALGS_RS | PST_ALGS_OAEP;
    case PST_KEY_EC:
    default:
        return PST_ALGS_ES | PST_ALGS_ECDH;
    }
}

/* The JWK's alg, that of the facts, or the one that both name. */
static postern_status fit_alg(const struct pst_key_load *load,
                              struct pst_key_draft *draft)
{
    const struct pst_key_told *told = &draft->told;
    uint32_t configured = 0;

    if (load->facts.alg != POSTERN_ALG_NONE) {
        if (!*postern_jose_alg_name(load->facts.alg)) {
            return pst_diag_plain(load->diag, POSTERN_ERR_ARGUMENT);
        }
        configured = 1u << load->facts.alg;
    }
    if (told->algs) {
        PST_TRY(narrow(load, &draft->key, told->alg_at, told->algs,
                       "this algorithm is not one for keys of this type"));
    }
    if (told->algs && configured) {
        return narrow(load, &draft->key, told->alg_at, configured,
                      "another algorithm is configured for this key");
    }
    if (configured) {
        return narrow(load, &draft->key, draft->at, configured,
                      "the algorithm that is configured for this key is not "
                      "one for keys of its type");
    }
    return POSTERN_OK;
}

static uint32_t algs_of_length(size_t size)
{
    uint32_t algs = 0;

    for (size_t i = 0; i < LENGTH_COUNT; i++) {
        if (size >= lengths[i].least && size <= lengths[i].most) {
            algs |= 1u << lengths[i].alg;
        }
    }
    return algs;
}

static uint32_t algs_of_curve(enum pst_curve curve)
{
    static const postern_jose_alg signing[] = {
        [PST_P256] = POSTERN_ALG_ES256,
        [PST_P384] = POSTERN_ALG_ES384,
        [PST_P521] = POSTERN_ALG_ES512,
    };

    return 1u << signing[curve] | PST_ALGS_ECDH;
}

static postern_status fit_size(const struct pst_key_load *load,
                               struct pst_key_draft *draft)
{
    struct pst_key *key = &draft->key;

    if (key->type == PST_KEY_EC) {
        return narrow(load, key, draft->told.alg_at, algs_of_curve(key->curve),
                      "this algorithm is not one for keys on this curve");
    }
    if (key->type == PST_KEY_OCT && key->secret) {
        return narrow(load, key, draft->at, algs_of_length(key->size),
                      "a secret of this length is none for its algorithm: "
                      "HS256, HS384 and HS512 need 32, 48 and 64 bytes or "
                      "more, key wrap and dir 16, 24 or 32 bytes exactly");
    }
    return POSTERN_OK;
}

static postern_status fit_text(const struct pst_key_load *load,
                               struct pst_key_draft *draft)
{
    const struct pst_key_told *told = &draft->told;

    if (told->use_at) {
        PST_TRY(narrow(load, &draft->key, told->use_at, told->use_algs,
                       "\"use\" contradicts the type or \"alg\" of the key"));
    }
    if (told->ops_at) {
        PST_TRY(narrow(load, &draft->key, told->ops_at, told->ops_algs,
                       "\"key_ops\" contradict each other, or the type, "
                       "\"use\" or \"alg\" of the key"));
    }
    return POSTERN_OK;
}

/* A number of a JWK; *found is NULL when it does not say. */
static postern_status read_number(const struct pst_key_load *load,
                                  const struct pst_key_draft *draft,
                                  const char *name,
                                  const struct pst_node **found)
{
    const struct pst_node *node =
        draft->at ? pst_node_member(draft->at, name) : NULL;

    *found = node;
    if (node && (node->type != PST_NODE_INTEGER || node->integer < 0 ||
                 node->integer > number_max)) {
        return pst_key_refuse(load, node, "a whole number is expected");
    }
    return POSTERN_OK;
}

/* Of the text or of the facts; of both if they agree. [KEY-02] */
static postern_status fit_suid(const struct pst_key_load *load,
                               struct pst_key_draft *draft)
{
    const struct pst_node *told;

    draft->key.suid = load->facts.suid;
    PST_TRY(read_number(load, draft, "suid", &told));
    if (!told) {
        return POSTERN_OK;
    }
    if (load->facts.suid && (uint64_t)told->integer != load->facts.suid) {
        return pst_key_refuse(load, told,
                              "another SUID is configured for this key");
    }
    if (told->integer > SUID_MAX ||
        !pst_suid_algs((postern_suid)told->integer)) {
        return pst_key_refuse(load, told,
                              "a key with this SUID is not for tokens");
    }
    draft->key.suid = (postern_suid)told->integer;
    return POSTERN_OK;
}

/* "nbf" and "exp", seconds since 1970 as in RFC 7519: the narrower of the text
 * and the facts. [KEY-04] */
static postern_status fit_lifetime(const struct pst_key_load *load,
                                   struct pst_key_draft *draft)
{
    struct pst_key *key = &draft->key;
    const struct pst_node *begin;
    const struct pst_node *end;

    key->not_before_s = load->facts.not_before_s;
    key->expires_s = load->facts.expires_s;
    PST_TRY(read_number(load, draft, "nbf", &begin));
    PST_TRY(read_number(load, draft, "exp", &end));
    if (begin && begin->integer > key->not_before_s) {
        key->not_before_s = begin->integer;
    }
    if (end && end->integer < key->expires_s) {
        key->expires_s = end->integer;
    }
    return (begin || end) && key->not_before_s >= key->expires_s
               ? pst_key_refuse(load, end ? end : begin,
                                "the key is over before it begins")
               : POSTERN_OK;
}

/* The kid and the SUID say what a key is for as well. [CRED-03] [KEY-03] */
static postern_status fit_provision(const struct pst_key_load *load,
                                    struct pst_key_draft *draft)
{
    struct pst_key *key = &draft->key;
    uint32_t type;

    PST_TRY(fit_suid(load, draft));
    if (pst_credential_type(key->kid, &type)) {
        key->credential_type = type;
        if (!pst_credential_algs(type)) {
            return pst_key_refuse(load, draft->at,
                                  "the kid is a Credential-ID of a type that "
                                  "is not for tokens");
        }
        if (key->kid.len == sizeof "NN-" - 1) {
            return pst_key_refuse(load, draft->at,
                                  "the kid is a Credential-ID without a value");
        }
        PST_TRY(narrow(load, key, draft->at, pst_credential_algs(type),
                       "the kid is a Credential-ID of another use"));
    }
    if (!key->suid) {
        return POSTERN_OK;
    }
    if (!pst_suid_algs(key->suid)) {
        return pst_key_refuse(load, draft->at,
                              "a key with this SUID is not for tokens");
    }
    if (key->credential_type &&
        !pst_credential_suid(key->credential_type, key->suid)) {
        return pst_key_refuse(load, draft->at,
                              "the SUID is one of another use than the "
                              "Credential-ID");
    }
    return narrow(load, key, draft->at, pst_suid_algs(key->suid),
                  "the SUID of the key is one of another use");
}

/* Nobody named the algorithm: what is left is taken as far as it is permitted,
 * signing before encrypting, and never as two things at once. */
static postern_status fit_untold(const struct pst_key_load *load,
                                 struct pst_key_draft *draft)
{
    struct pst_key *key = &draft->key;
    uint32_t permitted = load->facts.algs_if_untold;

    if (is_one(key->algs) && (draft->told.algs || load->facts.alg)) {
        return POSTERN_OK;
    }
    if (permitted) {
        PST_TRY(narrow(load, key, draft->at, permitted,
                       "none of the algorithms that are permitted is one for "
                       "this key"));
        if (key->algs & PST_ALGS_SIGNING) {
            key->algs &= PST_ALGS_SIGNING;
        }
    }
    /* One secret as the key of a message and of a key is neither's. */
    if (!is_one(key->algs) &&
        (!permitted ||
         (key->type == PST_KEY_OCT && key->algs & PST_ALGS_ENCRYPTING))) {
        return pst_key_refuse(load, draft->at,
                              "this key may be used by several algorithms: "
                              "say which one it is for (\"alg\")");
    }
    return POSTERN_OK;
}

static uint32_t enc_of_length(size_t size)
{
    switch (size) {
    case 16:
        return 1u << POSTERN_ENC_A128GCM;
    case 24:
        return 1u << POSTERN_ENC_A192GCM;
    case 32:
        return 1u << POSTERN_ENC_A256GCM;
    default:
        return 0;
    }
}

static postern_status fit_encs(const struct pst_key_load *load,
                               struct pst_key_draft *draft)
{
    struct pst_key *key = &draft->key;

    key->encs = PST_ENCS_ALL;
    if (key->algs & PST_ALGS_DIR) {
        key->encs = enc_of_length(key->size);
    }
    if (draft->told.encs) {
        key->encs &= draft->told.encs;
        if (!key->encs) {
            return pst_key_refuse(load, draft->told.alg_at,
                                  "the secret has not the length that this "
                                  "algorithm asks for");
        }
    }
    if (load->facts.encs) {
        key->encs &= load->facts.encs;
    }
    return key->encs ? POSTERN_OK
                     : pst_key_refuse(load, draft->at,
                                      "none of the content encryptions that "
                                      "are permitted is one for this key");
}

/* Ways to use a private or secret key that its secure environment offers. */
static postern_status fit_ops(const struct pst_key_load *load,
                              struct pst_key_draft *draft)
{
    const postern_key_ops *ops = load->ops;
    struct pst_key *key = &draft->key;
    uint32_t offered = (ops->sign ? PST_ALGS_RS | PST_ALGS_ES : 0u) |
                       (ops->mac ? PST_ALGS_HS : 0u) |
                       (ops->unwrap ? PST_ALGS_KW | PST_ALGS_OAEP : 0u) |
                       (ops->derive ? PST_ALGS_ECDH : 0u);

    PST_TRY(narrow(load, key, draft->at, offered,
                   "the secure environment does not offer what the algorithm "
                   "of this key needs"));
    key->has_ops = true;
    key->ops = *ops;
    key->is_private = true;
    return POSTERN_OK;
}

static postern_status fit_sides(const struct pst_key_load *load,
                                struct pst_key_draft *draft)
{
    const struct pst_key_told *told = &draft->told;
    struct pst_key *key = &draft->key;
    bool signs = key->algs & PST_ALGS_SIGNING;

    key->may_sign = signs && key->is_private;
    key->may_verify = signs;
    key->may_decrypt = !signs && key->is_private;
    /* To wrap by a secret that is elsewhere, there is no operation. */
    key->may_encrypt = !signs && !(key->has_ops && key->type == PST_KEY_OCT);
    if (told->ops_at) {
        key->may_sign = key->may_sign && told->sign;
        key->may_verify = key->may_verify && told->verify;
        key->may_encrypt = key->may_encrypt && told->encrypt;
        key->may_decrypt = key->may_decrypt && told->decrypt;
    }
    if (key->may_sign || key->may_verify || key->may_encrypt ||
        key->may_decrypt) {
        return POSTERN_OK;
    }
    return pst_key_refuse(load, told->ops_at,
                          "\"key_ops\" leave nothing that this key can do");
}

static postern_status fit_kid(const struct pst_key_load *load,
                              struct pst_key_draft *draft)
{
    postern_str configured = load->facts.kid;
    postern_str kid = draft->key.kid;

    if (configured.data && kid.data && !pst_str_equal(configured, kid)) {
        return pst_key_refuse(load, draft->at,
                              "another kid is configured for this key");
    }
    kid = kid.data ? kid : configured;
    if (kid.data && (kid.len == 0 || kid.len > PST_KID_MAX)) {
        return pst_key_refuse(load, draft->at, "a kid has 1 to 512 bytes");
    }
    draft->key.kid = kid;
    return POSTERN_OK;
}

/* What is told of it: by the text, the facts, its own value. */
static postern_status fit_told(const struct pst_key_load *load,
                               struct pst_key_draft *draft)
{
    PST_TRY(fit_lifetime(load, draft));
    PST_TRY(fit_kid(load, draft));
    PST_TRY(fit_alg(load, draft));
    PST_TRY(fit_size(load, draft));
    PST_TRY(fit_text(load, draft));
    return fit_provision(load, draft);
}

postern_status pst_key_fit(const struct pst_key_load *load,
                           struct pst_key_draft *draft)
{
    struct pst_key *key = &draft->key;

    key->algs = algs_of_type(key->type);
    key->owner = load->facts.owner;
    key->protection = load->facts.protection ? load->facts.protection
                                             : POSTERN_PROTECTION_LOW;
    PST_TRY(fit_told(load, draft));
    if (load->ops) {
        PST_TRY(fit_ops(load, draft));
    }
    PST_TRY(fit_untold(load, draft));
    PST_TRY(fit_encs(load, draft));
    return fit_sides(load, draft);
}
