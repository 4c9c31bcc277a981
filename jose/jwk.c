/* JWKs and sets of them (RFC 7517): which members there are, and what they say
 * of the use of a key. The values are read in jose/jwk_value.c. */
#include "base/str.h"
#include "jose/key_load.h"

static const postern_limits limits = {
    .text_bytes = 4 << 20, .depth = 8, .values = 1000000, .text_length = 65535};

/* ---- what it is for ---------------------------------------------------- */

static postern_status read_kid(const struct pst_key_load *load,
                               struct pst_key_draft *draft)
{
    const struct pst_node *node = pst_node_member(draft->at, "kid");

    if (!node) {
        return POSTERN_OK;
    }
    if (node->type != PST_NODE_STRING) {
        return pst_key_refuse(load, node, "\"kid\" is not a string");
    }
    draft->key.kid = node->text;
    return POSTERN_OK;
}

static postern_status read_alg(const struct pst_key_load *load,
                               struct pst_key_draft *draft)
{
    const struct pst_node *node = pst_node_member(draft->at, "alg");
    postern_jose_alg alg;
    postern_jose_enc enc;

    if (!node) {
        return POSTERN_OK;
    }
    if (node->type != PST_NODE_STRING) {
        return pst_key_refuse(load, node, "\"alg\" is not a string");
    }
    alg = postern_jose_alg_of(node->text);
    enc = postern_jose_enc_of(node->text);
    if (enc != POSTERN_ENC_NONE) {
        alg = POSTERN_ALG_DIR; /* a key of content is used directly */
        draft->told.encs = 1u << enc;
    }
    if (alg == POSTERN_ALG_NONE) {
        return pst_key_refuse(load, node,
                              "this algorithm is none that oneM2M uses");
    }
    draft->told.alg_at = node;
    draft->told.algs = 1u << alg;
    return POSTERN_OK;
}

static postern_status read_use(const struct pst_key_load *load,
                               struct pst_key_draft *draft)
{
    const struct pst_node *node = pst_node_member(draft->at, "use");

    if (!node) {
        return POSTERN_OK;
    }
    draft->told.use_at = node;
    if (node->type == PST_NODE_STRING && pst_str_is(node->text, "sig")) {
        draft->told.use_algs = PST_ALGS_SIGNING;
        return POSTERN_OK;
    }
    if (node->type == PST_NODE_STRING && pst_str_is(node->text, "enc")) {
        draft->told.use_algs = PST_ALGS_ENCRYPTING;
        return POSTERN_OK;
    }
    return pst_key_refuse(load, node, "\"use\" is neither sig nor enc");
}

struct operation {
    const char *name;
    uint32_t algs;
    bool sign, verify, encrypt, decrypt;
};

static const struct operation operations[] = {
    {"sign", PST_ALGS_SIGNING, .sign = true},
    {"verify", PST_ALGS_SIGNING, .verify = true},
    {"encrypt", PST_ALGS_DIR | PST_ALGS_OAEP, .encrypt = true},
    {"decrypt", PST_ALGS_DIR | PST_ALGS_OAEP, .decrypt = true},
    {"wrapKey", PST_ALGS_KW | PST_ALGS_OAEP | PST_ALGS_ECDH, .encrypt = true},
    {"unwrapKey", PST_ALGS_KW | PST_ALGS_OAEP | PST_ALGS_ECDH, .decrypt = true},
    {"deriveKey", PST_ALGS_ECDH, .encrypt = true, .decrypt = true},
    {"deriveBits", PST_ALGS_ECDH, .encrypt = true, .decrypt = true},
};

enum { OPERATION_COUNT = sizeof operations / sizeof *operations };

static const struct operation *operation_of(const struct pst_node *node)
{
    for (size_t i = 0; i < OPERATION_COUNT; i++) {
        if (node->type == PST_NODE_STRING &&
            pst_str_is(node->text, operations[i].name)) {
            return &operations[i];
        }
    }
    return NULL;
}

/* Names that the RFC does not have are refused: what they would permit or
 * forbid is not known. */
static postern_status read_operation(const struct pst_key_load *load,
                                     const struct pst_node *node,
                                     uint32_t *seen, struct pst_key_told *told)
{
    const struct operation *operation = operation_of(node);
    uint32_t bit;

    if (!operation) {
        return pst_key_refuse(load, node, "this operation is none of RFC 7517");
    }
    bit = 1u << (operation - operations);
    if (*seen & bit) {
        return pst_key_refuse(load, node, "this operation is there twice");
    }
    *seen |= bit;
    told->ops_algs &= operation->algs;
    told->sign |= operation->sign;
    told->verify |= operation->verify;
    told->encrypt |= operation->encrypt;
    told->decrypt |= operation->decrypt;
    return POSTERN_OK;
}

static postern_status read_ops(const struct pst_key_load *load,
                               struct pst_key_draft *draft)
{
    const struct pst_node *node = pst_node_member(draft->at, "key_ops");
    uint32_t seen = 0;

    if (!node) {
        return POSTERN_OK;
    }
    if (node->type != PST_NODE_LIST) {
        return pst_key_refuse(load, node, "\"key_ops\" is not a list");
    }
    draft->told.ops_at = node;
    draft->told.ops_algs = PST_ALGS_SIGNING | PST_ALGS_ENCRYPTING;
    for (const struct pst_node *entry = node->children; entry;
         entry = entry->next) {
        PST_TRY(read_operation(load, entry, &seen, &draft->told));
    }
    return POSTERN_OK;
}

/* ---- one key ----------------------------------------------------------- */

struct key_type {
    const char *name;
    postern_status (*read)(struct pst_key_load *load,
                           struct pst_key_draft *draft);
};

static const struct key_type key_types[] = {
    {"oct", pst_jwk_secret},
    {"RSA", pst_jwk_rsa},
    {"EC", pst_jwk_ec},
};

enum { KEY_TYPE_COUNT = sizeof key_types / sizeof *key_types };

static postern_status read_value(struct pst_key_load *load,
                                 struct pst_key_draft *draft)
{
    const struct pst_node *node = pst_node_member(draft->at, "kty");

    if (!node) {
        return pst_key_refuse(load, draft->at, "\"kty\" is missing");
    }
    for (size_t i = 0; i < KEY_TYPE_COUNT; i++) {
        if (node->type == PST_NODE_STRING &&
            pst_str_is(node->text, key_types[i].name)) {
            return key_types[i].read(load, draft);
        }
    }
    return pst_key_refuse(load, node, "\"kty\" is none of oct, RSA and EC");
}

static postern_status read_key(struct pst_key_load *load,
                               const struct pst_node *node,
                               struct pst_key_draft *draft)
{
    draft->at = node;
    if (node->type != PST_NODE_OBJECT) {
        return pst_key_refuse(load, node, "a JWK is an object");
    }
    PST_TRY(read_kid(load, draft));
    PST_TRY(read_alg(load, draft));
    PST_TRY(read_use(load, draft));
    PST_TRY(read_ops(load, draft));
    PST_TRY(read_value(load, draft));
    return pst_key_fit(load, draft);
}

/* ---- a set ------------------------------------------------------------- */

/* Where a secret and a public key stand side by side, the one may be taken for
 * the other: the old confusion of HS256 and RS256. [JWT-16] */
static postern_status check_set(const struct pst_key_load *load)
{
    bool secret = load->drafts[0].key.type == PST_KEY_OCT;

    for (size_t i = 1; i < load->count; i++) {
        if ((load->drafts[i].key.type == PST_KEY_OCT) != secret) {
            return pst_key_refuse(load, load->drafts[i].at,
                                  "secrets and public or private keys are "
                                  "mixed in one set");
        }
    }
    return POSTERN_OK;
}

static postern_status read_set(struct pst_key_load *load,
                               const struct pst_node *list)
{
    size_t i = 0;

    if (list->type != PST_NODE_LIST) {
        return pst_key_refuse(load, list, "\"keys\" is not a list");
    }
    if (list->count == 0) {
        return pst_key_refuse(load, list, "the set has no keys");
    }
    PST_TRY(pst_key_load_room(load, list->count));
    for (const struct pst_node *node = list->children; node;
         node = node->next) {
        PST_TRY(read_key(load, node, &load->drafts[i]));
        i++;
    }
    return check_set(load);
}

postern_status pst_jwk_read(struct pst_key_load *load,
                            const struct pst_node *node)
{
    const struct pst_node *list = pst_node_member(node, "keys");

    if (list && !pst_node_member(node, "kty")) {
        return read_set(load, list);
    }
    PST_TRY(pst_key_load_room(load, 1));
    return read_key(load, node, load->drafts);
}

/* ---- calls ------------------------------------------------------------- */

postern_status pst_jwk_document(struct pst_key_load *load, postern_str text,
                                struct pst_document *document)
{
    *document = (struct pst_document){
        .format = PST_FORMAT_JSON, .source = "", .text = text};
    load->document = document;
    return pst_json_read(document, &load->arena, &limits, load->diag);
}

static postern_status add_text(struct pst_key_load *load, postern_str text)
{
    struct pst_document document;

    PST_TRY(pst_jwk_document(load, text, &document));
    PST_TRY(pst_jwk_read(load, document.root));
    return pst_key_load_commit(load);
}

postern_status postern_keys_add_jwks(postern_keys *keys, postern_str text,
                                     const postern_key_facts *facts,
                                     postern_diag *diag)
{
    struct pst_key_load load;
    postern_status status = pst_key_load_begin(&load, keys, facts, diag);

    if (status == POSTERN_OK) {
        status = add_text(&load, text);
    }
    pst_key_load_end(&load);
    return status;
}
