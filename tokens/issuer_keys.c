/*
 * The keys of issuers, and our own: from the nodes of a document to the loader
 * of jose/, and what that says back to where it stands.
 */
#include "tokens/issuers_reader.h"

#include "policy-lang/emit.h"

#include <openssl/crypto.h>

enum {
    SIGNING = 1u << POSTERN_ALG_HS256 | 1u << POSTERN_ALG_HS384 |
              1u << POSTERN_ALG_HS512 | 1u << POSTERN_ALG_RS256 |
              1u << POSTERN_ALG_RS384 | 1u << POSTERN_ALG_RS512 |
              1u << POSTERN_ALG_ES256 | 1u << POSTERN_ALG_ES384 |
              1u << POSTERN_ALG_ES512,
    ENCRYPTING =
        1u << POSTERN_ALG_DIR | 1u << POSTERN_ALG_A128KW |
        1u << POSTERN_ALG_A192KW | 1u << POSTERN_ALG_A256KW |
        1u << POSTERN_ALG_RSA_OAEP_256 | 1u << POSTERN_ALG_ECDH_ES_A128KW |
        1u << POSTERN_ALG_ECDH_ES_A192KW | 1u << POSTERN_ALG_ECDH_ES_A256KW,
    EVERY_ENC = 1u << POSTERN_ENC_A128GCM | 1u << POSTERN_ENC_A192GCM |
                1u << POSTERN_ENC_A256GCM
};

/* Keys of one owner while they are read. */
struct keys_reader {
    const struct pst_issuers_reader *in;
    uint32_t owner;
    uint32_t algs; /* that its keys may have */
    uint32_t encs;
};

/* ---- what is wrong, and where -------------------------------------------- */

/* The child that one step of an RFC 6901 pointer names; names of JWKs need no
 * escapes. */
static const struct pst_node *child_at(const struct pst_node *node,
                                       postern_str step)
{
    uint32_t index = 0;

    if (node->type == PST_NODE_OBJECT) {
        const struct pst_node *child = node->children;

        while (child && !pst_str_equal(child->name, step)) {
            child = child->next;
        }
        return child;
    }
    for (size_t i = 0; i < step.len; i++) {
        if (step.data[i] < '0' || step.data[i] > '9' || index > 99999) {
            return NULL;
        }
        index = index * 10 + (uint32_t)(step.data[i] - '0');
    }
    for (const struct pst_node *child = node->children; child;
         child = child->next) {
        if (child->index == index) {
            return child;
        }
    }
    return NULL;
}

/* The node of a path, or the nearest one around it that is there. */
static const struct pst_node *node_at(const struct pst_node *node,
                                      postern_str path)
{
    size_t from = 1;

    while (from <= path.len) {
        size_t to = pst_str_find(path, from, '/');
        const struct pst_node *child =
            child_at(node, pst_str_slice(path, from, to));

        if (!child) {
            return node;
        }
        node = child;
        from = to + 1;
    }
    return node;
}

/* What the loader refused in the JWKs of a node. A list went to it as the keys
 * of a set. */
static postern_status refuse_jwks(const struct keys_reader *self,
                                  const struct pst_node *node,
                                  const postern_diag *why)
{
    postern_str path = postern_str_of(why->path);

    if (node->type == PST_NODE_LIST) {
        path = pst_str_slice(path, sizeof "/keys" - 1, path.len);
    }
    return pst_node_refuse(self->in->document, node_at(node, path),
                           self->in->diag, why->status, why->message,
                           why->clause);
}

static postern_status refuse_file(const struct keys_reader *self,
                                  const struct pst_node *node, postern_str name,
                                  const postern_diag *why)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, message, sizeof message);
    pst_text_add_quoted(&text, name);
    pst_text_add(&text, why->path[0] ? ", " : "");
    pst_text_add(&text, why->path);
    pst_text_add(&text, ": ");
    pst_text_add(&text, why->message);
    return pst_node_refuse(self->in->document, node, self->in->diag,
                           why->status, message, why->clause);
}

/* ---- every key has one algorithm ----------------------------------------- */

static bool is_single_bit(uint32_t bits)
{
    return bits != 0 && (bits & (bits - 1)) == 0;
}

/* The sentence, or NULL when the key is right. */
static const char *defect_of(const struct keys_reader *self,
                             const struct pst_key *key)
{
    bool ours = self->owner == PST_NO_ISSUER;

    if (!key->kid.data) {
        return "a key needs a kid, by which tokens name it"; /* [JWT-14] */
    }
    if (!is_single_bit(key->algs)) {
        return "several algorithms fit this key: its alg has to say which";
    }
    if (!(key->algs & self->algs)) {
        return ours ? "our own keys decrypt: this one is for signatures"
                    : "the algorithm of this key is not among the algs of its "
                      "issuer";
    }
    if (ours) {
        return key->is_private && key->may_decrypt
                   ? NULL
                   : "a key to decrypt with needs its private part";
    }
    return (key->algs & ENCRYPTING) && key->type != PST_KEY_OCT
               ? "whoever encrypts by a public key is not known by it: keys "
                 "to decrypt with are decryption_keys" /* [JWT-20] */
               : NULL;
}

/* [JWT-15] */
static const char *find_defect(const struct keys_reader *self, size_t from,
                               const struct pst_key **key)
{
    const postern_keys *keys = self->in->out->keys;

    for (size_t i = from; i < keys->count; i++) {
        const char *defect = defect_of(self, &keys->keys[i]);

        if (defect) {
            *key = &keys->keys[i];
            return defect;
        }
    }
    return NULL;
}

/* The JWK with that kid in a node that holds one, some, or a set of them. */
static const struct pst_node *jwk_of(const struct pst_node *node,
                                     const struct pst_key *key)
{
    const struct pst_node *list = pst_node_member(node, "keys");

    list = list ? list : node;
    for (const struct pst_node *jwk = list->children; jwk; jwk = jwk->next) {
        const struct pst_node *kid = pst_node_member(jwk, "kid");

        if (kid ? key->kid.data && pst_str_equal(kid->text, key->kid)
                : !key->kid.data && jwk->type == PST_NODE_OBJECT) {
            return jwk;
        }
    }
    return node;
}

/* ---- JWKs in the document ------------------------------------------------ */

static void set_facts(const struct keys_reader *self, postern_key_facts *facts)
{
    postern_key_facts_init(facts);
    facts->owner = self->owner;
    facts->algs_if_untold = self->algs;
    facts->encs = self->encs;
}

static void write_jwks(struct pst_emitter *out, const struct pst_node *node)
{
    if (node->type == PST_NODE_LIST) {
        pst_emit_object(out, (postern_str){NULL, 0});
        pst_emit_node(out, PST_STR("keys"), node);
        pst_emit_close(out);
    } else {
        pst_emit_node(out, (postern_str){NULL, 0}, node);
    }
}

/* What is wrong with the keys from number `from` on, all of one node. */
static postern_status check_jwks(const struct keys_reader *self,
                                 const struct pst_node *node, size_t from)
{
    const struct pst_key *key = NULL;
    const char *defect = find_defect(self, from, &key);

    return defect ? pst_issuers_refuse(self->in, jwk_of(node, key), defect,
                                       "TS-0003 7.3.2.6.3")
                  : POSTERN_OK;
}

static postern_status add_jwks(const struct keys_reader *self,
                               const struct pst_node *node, postern_str text)
{
    postern_keys *keys = self->in->out->keys;
    size_t from = postern_keys_count(keys);
    postern_diag why = {.status = POSTERN_OK};
    postern_key_facts facts;
    postern_status status;

    set_facts(self, &facts);
    status = postern_keys_add_jwks(keys, text, &facts, &why);
    if (status != POSTERN_OK) {
        why.status = status;
        return refuse_jwks(self, node, &why);
    }
    return check_jwks(self, node, from);
}

static postern_status read_jwks(const struct keys_reader *self,
                                const struct pst_node *node)
{
    struct pst_emitter out;
    postern_status status = POSTERN_ERR_MEMORY;

    if (!node) {
        return POSTERN_OK;
    }
    if (node->type != PST_NODE_LIST && node->type != PST_NODE_OBJECT) {
        return pst_issuers_refuse(self->in, node,
                                  "a list of JWKs, or a JWK set, is expected",
                                  "RFC 7517");
    }
    if (node->count == 0) {
        return POSTERN_OK;
    }
    pst_emit_init(&out, PST_FORMAT_JSON, &self->in->wiper, SIZE_MAX / 2);
    write_jwks(&out, node);
    if (!out.out.failed) {
        status = add_jwks(self, node, (postern_str){out.out.data, out.out.len});
    }
    pst_buffer_release(&out.out);
    return status == POSTERN_ERR_MEMORY ? pst_diag_plain(self->in->diag, status)
                                        : status;
}

/* ---- keys in files ------------------------------------------------------- */

struct key_file {
    postern_str name;
    postern_str kid;
    postern_jose_alg alg;
};

static postern_status read_file_member(const struct keys_reader *self,
                                       const struct pst_node *member,
                                       struct key_file *out)
{
    if (member->type == PST_NODE_STRING && pst_str_is(member->name, "file")) {
        out->name = member->text;
        return POSTERN_OK;
    }
    if (member->type == PST_NODE_STRING && pst_str_is(member->name, "kid")) {
        out->kid = member->text;
        return POSTERN_OK;
    }
    if (member->type == PST_NODE_STRING && pst_str_is(member->name, "alg")) {
        out->alg = postern_jose_alg_of(member->text);
        if (out->alg != POSTERN_ALG_NONE) {
            return POSTERN_OK;
        }
    }
    return pst_issuers_refuse(self->in, member,
                              "a key file has file, kid and alg", NULL);
}

/* "das.json", or {file: das.pem, kid: ..., alg: ...} */
static postern_status read_key_file(const struct keys_reader *self,
                                    const struct pst_node *node,
                                    struct key_file *out)
{
    *out = (struct key_file){.alg = POSTERN_ALG_NONE};
    if (node->type == PST_NODE_STRING) {
        out->name = node->text;
    }
    for (const struct pst_node *member = node->children;
         member && node->type == PST_NODE_OBJECT; member = member->next) {
        PST_TRY(read_file_member(self, member, out));
    }
    if (out->name.len == 0) {
        return pst_issuers_refuse(self->in, node,
                                  "the name of a file is expected", NULL);
    }
    return self->in->options->read_file
               ? POSTERN_OK
               : pst_issuers_refuse(self->in, node, "files cannot be read here",
                                    NULL);
}

static bool is_pem(postern_str text)
{
    static const char mark[] = "-----BEGIN ";
    size_t at = pst_str_find(text, 0, '-');

    return pst_str_is(pst_str_slice(text, at, at + sizeof mark - 1), mark) &&
           pst_str_find(text, 0, '{') > at;
}

static postern_status add_text(const struct keys_reader *self,
                               const struct key_file *file, postern_str text,
                               postern_diag *why)
{
    postern_keys *keys = self->in->out->keys;
    postern_key_facts facts;

    set_facts(self, &facts);
    facts.kid = file->kid;
    facts.alg = file->alg;
    if (!is_pem(text)) {
        return postern_keys_add_jwks(keys, text, &facts, why);
    }
    return file->kid.data
               ? postern_keys_add_pem(keys, text, &facts, why)
               : pst_diag_refuse(why, POSTERN_ERR_POLICY, "",
                                 "a PEM has no kid: write {file: ..., kid: "
                                 "...}",
                                 NULL);
}

static postern_status add_file(const struct keys_reader *self,
                               const struct pst_node *node)
{
    const postern_issuers_options *options = self->in->options;
    size_t from = postern_keys_count(self->in->out->keys);
    postern_diag why = {.status = POSTERN_OK};
    const struct pst_key *key = NULL;
    postern_str text = {NULL, 0};
    struct key_file file;
    const char *defect;
    postern_status status;

    PST_TRY(read_key_file(self, node, &file));
    status = options->read_file(options->user, file.name, &text, &why);
    if (status == POSTERN_OK) {
        status = add_text(self, &file, text, &why);
    }
    if (status == POSTERN_OK) {
        defect = find_defect(self, from, &key);
        status = defect ? pst_diag_refuse(&why, POSTERN_ERR_POLICY, "", defect,
                                          "TS-0003 7.3.2.6.3")
                        : POSTERN_OK;
    }
    if (status == POSTERN_OK) {
        return status;
    }
    (void)pst_diag_plain(&why, status);
    why.status = status;
    return refuse_file(self, node, file.name, &why);
}

static postern_status read_key_files(const struct keys_reader *self,
                                     const struct pst_node *node)
{
    const struct pst_node *entry;

    if (!node) {
        return POSTERN_OK;
    }
    if (node->type != PST_NODE_LIST) {
        return add_file(self, node);
    }
    for (entry = node->children; entry; entry = entry->next) {
        PST_TRY(add_file(self, entry));
    }
    return POSTERN_OK;
}

postern_status pst_issuer_read_keys(const struct pst_issuers_reader *in,
                                    const struct pst_node *node, uint32_t owner)
{
    const struct pst_issuer *issuer = &in->out->issuers[owner];
    struct keys_reader self = {in, owner, issuer->algs, issuer->encs};
    size_t before = postern_keys_count(in->out->keys);

    PST_TRY(read_jwks(&self, pst_node_member(node, "keys")));
    PST_TRY(read_key_files(&self, pst_node_member(node, "key_files")));
    return postern_keys_count(in->out->keys) > before
               ? POSTERN_OK
               : pst_issuers_refuse(in, node,
                                    "an issuer needs keys: its tokens could "
                                    "not be verified",
                                    NULL);
}

postern_status pst_issuers_read_own_keys(const struct pst_issuers_reader *in,
                                         const struct pst_node *trust)
{
    struct keys_reader self = {in, PST_NO_ISSUER, ENCRYPTING, EVERY_ENC};

    PST_TRY(read_jwks(&self, pst_node_member(trust, "decryption_keys")));
    return read_key_files(&self,
                          pst_node_member(trust, "decryption_key_files"));
}

/* ---- keys of different owners -------------------------------------------- */

static bool is_same_secret(const struct pst_key *a, const struct pst_key *b)
{
    return a->secret && b->secret && a->size == b->size &&
           CRYPTO_memcmp(a->secret, b->secret, a->size) == 0;
}

/* The first key whose secret an earlier one of another owner has. */
static const struct pst_key *shared_secret(const postern_keys *keys)
{
    for (size_t i = 1; i < keys->count; i++) {
        for (size_t k = 0; k < i && keys->keys[i].secret; k++) {
            if (keys->keys[i].owner != keys->keys[k].owner &&
                is_same_secret(&keys->keys[i], &keys->keys[k])) {
                return &keys->keys[i];
            }
        }
    }
    return NULL;
}

static const struct pst_key *shared_name(const postern_keys *keys,
                                         const postern_keys *others)
{
    for (size_t i = 0; others && i < keys->count; i++) {
        if (pst_keys_find(others, keys->keys[i].kid)) {
            return &keys->keys[i];
        }
    }
    return NULL;
}

static postern_status refuse_key(const struct pst_issuers_reader *in,
                                 const struct pst_node *trust,
                                 const struct pst_key *key,
                                 const char *sentence)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, "key ");
    pst_text_add_quoted(&text, key->kid);
    pst_text_add(&text, sentence);
    return pst_issuers_refuse(in, trust, message, "TS-0003 8.5.2");
}

postern_status pst_issuers_compare_keys(const struct pst_issuers_reader *in,
                                        const struct pst_node *trust)
{
    const postern_keys *keys = in->out->keys;
    const struct pst_key *key = shared_secret(keys);

    if (key) {
        return refuse_key(in, trust, key,
                          " is a secret that another owner has as well: it "
                          "would prove neither");
    }
    key = shared_name(keys, in->options->decryption_keys);
    return key ? refuse_key(in, trust, key,
                            " has the name of one of the keys to decrypt with")
               : POSTERN_OK;
}
