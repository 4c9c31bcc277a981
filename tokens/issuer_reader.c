/* One issuer of a document: everything but its keys. */
#include "base/names.h"
#include "tokens/issuers_reader.h"

static postern_status no_memory(const struct pst_issuers_reader *in)
{
    return pst_diag_plain(in->diag, POSTERN_ERR_MEMORY);
}

static const struct pst_node *first_entry(const struct pst_node *node)
{
    return node->type == PST_NODE_LIST ? node->children : node;
}

static const struct pst_node *next_entry(const struct pst_node *list,
                                         const struct pst_node *entry)
{
    return list->type == PST_NODE_LIST ? entry->next : NULL;
}

static size_t entry_count(const struct pst_node *node)
{
    return node->type == PST_NODE_LIST ? node->count : 1;
}

/* ---- single values ------------------------------------------------------- */

static postern_status read_bool(const struct pst_issuers_reader *in,
                                const struct pst_node *node, bool *value)
{
    if (node->type != PST_NODE_BOOLEAN) {
        return pst_issuers_refuse(in, node, "true or false is expected", NULL);
    }
    *value = node->boolean;
    return POSTERN_OK;
}

static postern_status read_require_audience(const struct pst_issuers_reader *in,
                                            const struct pst_node *node,
                                            struct pst_issuer *out)
{
    return read_bool(in, node, &out->require_audience); /* [IDA-19] */
}

static postern_status read_any_audience(const struct pst_issuers_reader *in,
                                        const struct pst_node *node,
                                        struct pst_issuer *out)
{
    return read_bool(in, node, &out->any_audience);
}

static postern_status read_single_audience(const struct pst_issuers_reader *in,
                                           const struct pst_node *node,
                                           struct pst_issuer *out)
{
    return read_bool(in, node, &out->single_audience); /* [JWT-04] */
}

static postern_status read_may_grant(const struct pst_issuers_reader *in,
                                     const struct pst_node *node,
                                     struct pst_issuer *out)
{
    return read_bool(in, node, &out->may_grant_privileges); /* [TOK-15] */
}

static postern_status read_unmapped(const struct pst_issuers_reader *in,
                                    const struct pst_node *node,
                                    struct pst_issuer *out)
{
    return read_bool(in, node, &out->unmapped_claims); /* [JWT-22] */
}

/* [TOK-06] */
static postern_status read_leeway(const struct pst_issuers_reader *in,
                                  const struct pst_node *node,
                                  struct pst_issuer *out)
{
    enum { LEEWAY_MAX_S = 60 };

    if (node->type != PST_NODE_INTEGER || node->integer < 0 ||
        node->integer > LEEWAY_MAX_S) {
        return pst_issuers_refuse(in, node, "a leeway is 0 to 60 seconds",
                                  NULL);
    }
    out->leeway_s = node->integer;
    return POSTERN_OK;
}

/* ---- lists of words ------------------------------------------------------ */

/* The bit of a word; 0: there is none. */
typedef uint32_t bit_of_fn(postern_str word);

static uint32_t alg_bit(postern_str word)
{
    postern_jose_alg alg = postern_jose_alg_of(word);

    return alg == POSTERN_ALG_NONE ? 0 : 1u << alg;
}

static uint32_t enc_bit(postern_str word)
{
    postern_jose_enc enc = postern_jose_enc_of(word);

    return enc == POSTERN_ENC_NONE ? 0 : 1u << enc;
}

static uint32_t class_bit(postern_str word)
{
    if (pst_str_is(word, "signed")) {
        return 1u << POSTERN_JOSE_JWS;
    }
    if (pst_str_is(word, "encrypted")) {
        return 1u << POSTERN_JOSE_JWE;
    }
    return pst_str_is(word, "nested") ? 1u << POSTERN_JOSE_NESTED : 0;
}

static postern_status read_bits(const struct pst_issuers_reader *in,
                                const struct pst_node *node, bit_of_fn *bit_of,
                                const char *expected, uint32_t *bits)
{
    *bits = 0;
    for (const struct pst_node *entry = first_entry(node); entry;
         entry = next_entry(node, entry)) {
        uint32_t bit = entry->type == PST_NODE_STRING ? bit_of(entry->text) : 0;

        if (!bit) {
            return pst_issuers_refuse(in, entry, expected, "TS-0003 8.5.3");
        }
        *bits |= bit;
    }
    return *bits ? POSTERN_OK
                 : pst_issuers_refuse(in, node, expected, "TS-0003 8.5.3");
}

/* [JWT-09] [JWT-10]: there is no word for an unsecured token. [JWT-05] */
static postern_status read_algs(const struct pst_issuers_reader *in,
                                const struct pst_node *node,
                                struct pst_issuer *out)
{
    return read_bits(in, node, alg_bit,
                     "algorithms are expected, such as [ES256]", &out->algs);
}

static postern_status read_encs(const struct pst_issuers_reader *in,
                                const struct pst_node *node,
                                struct pst_issuer *out)
{
    return read_bits(in, node, enc_bit,
                     "A128GCM, A192GCM or A256GCM is expected", &out->encs);
}

static postern_status read_classes(const struct pst_issuers_reader *in,
                                   const struct pst_node *node,
                                   struct pst_issuer *out)
{
    return read_bits(in, node, class_bit,
                     "signed, nested or encrypted is expected", &out->kinds);
}

/* ---- lists of texts ------------------------------------------------------ */

static bool is_any_text(postern_str text)
{
    return text.len > 0;
}

typedef bool is_text_fn(postern_str text);

static postern_status read_texts(const struct pst_issuers_reader *in,
                                 const struct pst_node *node,
                                 is_text_fn *is_text, const char *expected,
                                 struct pst_texts *out)
{
    struct pst_arena *arena = &in->out->arena;
    size_t count = entry_count(node);
    postern_str *items = pst_arena_alloc(arena, count, sizeof *items);
    size_t i = 0;

    if (!items) {
        return no_memory(in);
    }
    for (const struct pst_node *entry = first_entry(node); entry;
         entry = next_entry(node, entry), i++) {
        if (entry->type != PST_NODE_STRING || !is_text(entry->text)) {
            return pst_issuers_refuse(in, entry, expected, NULL);
        }
        items[i] = pst_arena_copy(arena, entry->text);
        if (!items[i].data) {
            return no_memory(in);
        }
    }
    *out = (struct pst_texts){items, count};
    return POSTERN_OK;
}

/* [TOK-16] */
static postern_status read_versions(const struct pst_issuers_reader *in,
                                    const struct pst_node *node,
                                    struct pst_issuer *out)
{
    PST_TRY(read_texts(in, node, is_any_text,
                       "versions are texts, such as \"1.0.0\"",
                       &out->versions));
    return out->versions.count
               ? POSTERN_OK
               : pst_issuers_refuse(in, node, "no version is left", NULL);
}

/* [TOK-15] */
static postern_status read_role_domains(const struct pst_issuers_reader *in,
                                        const struct pst_node *node,
                                        struct pst_issuer *out)
{
    return read_texts(in, node, pst_is_domain,
                      "a domain name is expected, such as auth.example",
                      &out->role_domains);
}

static postern_status read_token_domains(const struct pst_issuers_reader *in,
                                         const struct pst_node *node,
                                         struct pst_issuer *out)
{
    out->any_token_domain = false;
    return read_texts(in, node, pst_is_domain,
                      "a domain name is expected, such as das.example",
                      &out->token_domains);
}

/* ---- resources ----------------------------------------------------------- */

/* A CSE stands for all that it hosts. */
static bool parse_scope(const struct pst_issuers_reader *in, postern_str text,
                        postern_id *id)
{
    const postern_cse *cse = &in->out->cse;

    return postern_id_parse_resource(id, cse, text) == POSTERN_OK ||
           (text.len > 0 && text.data[0] == '/' &&
            postern_id_parse_entity(id, cse, text) == POSTERN_OK &&
            id->second.len == 0);
}

/* [TOK-15] */
static postern_status read_resources(const struct pst_issuers_reader *in,
                                     const struct pst_node *node,
                                     struct pst_issuer *out)
{
    size_t count = entry_count(node);
    struct pst_texts texts;
    postern_id *ids;

    PST_TRY(
        read_texts(in, node, is_any_text, "a resource is expected", &texts));
    ids = pst_arena_alloc(&in->out->arena, count, sizeof *ids);
    if (!ids) {
        return no_memory(in);
    }
    for (size_t i = 0; i < count; i++) {
        if (!parse_scope(in, texts.items[i], &ids[i])) {
            return pst_issuers_refuse(in, node,
                                      "resources are addresses such as "
                                      "/plant-cse/base/hall, without wildcards",
                                      "TS-0001 7.2");
        }
    }
    out->any_resource = false;
    out->resources = ids;
    out->resource_count = count;
    return POSTERN_OK;
}

/* ---- the whole ----------------------------------------------------------- */

typedef postern_status read_member_fn(const struct pst_issuers_reader *in,
                                      const struct pst_node *node,
                                      struct pst_issuer *out);

static const struct member {
    const char *name;
    read_member_fn *read; /* NULL: read with the keys */
} members[] = {
    {"algs", read_algs},
    {"classes", read_classes},
    {"encs", read_encs},
    {"keys", NULL},
    {"key_files", NULL},
    {"require_audience", read_require_audience},
    {"any_audience", read_any_audience},
    {"single_audience", read_single_audience},
    {"leeway", read_leeway},
    {"versions", read_versions},
    {"may_grant_privileges", read_may_grant},
    {"role_domains", read_role_domains},
    {"resources", read_resources},
    {"token_domains", read_token_domains},
    {"unmapped_claims", read_unmapped},
};

static const struct member *member_of(postern_str name)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (pst_str_is(name, members[i].name)) {
            return &members[i];
        }
    }
    return NULL;
}

/* A misspelt member would be a limit that is not there. */
static postern_status read_members(const struct pst_issuers_reader *in,
                                   const struct pst_node *node,
                                   struct pst_issuer *out)
{
    for (const struct pst_node *entry = node->children; entry;
         entry = entry->next) {
        const struct member *member = member_of(entry->name);

        if (!member) {
            return pst_issuers_refuse(
                in, entry, "an issuer has no member of this name", NULL);
        }
        if (member->read) {
            PST_TRY(member->read(in, entry, out));
        }
    }
    return POSTERN_OK;
}

/* Signed and nested; any content encryption; any version that is known; roles
 * of its own domain and no privileges. [TOK-15] [TOK-16] */
static postern_status set_defaults(const struct pst_issuers_reader *in,
                                   const postern_id *id, struct pst_issuer *out)
{
    static const postern_str versions[] = {{"1.0", 3}, {"1.0.0", 5}};
    postern_str *domain = pst_arena_alloc(&in->out->arena, 1, sizeof *domain);

    if (!domain) {
        return no_memory(in);
    }
    *domain = id->domain; /* a part of out->id */
    out->kinds = 1u << POSTERN_JOSE_JWS | 1u << POSTERN_JOSE_NESTED;
    out->encs = 1u << POSTERN_ENC_A128GCM | 1u << POSTERN_ENC_A192GCM |
                1u << POSTERN_ENC_A256GCM;
    out->versions = (struct pst_texts){versions, 2};
    out->role_domains = (struct pst_texts){domain, 1};
    out->any_resource = true;
    out->any_token_domain = true;
    return POSTERN_OK;
}

postern_status pst_issuer_read(const struct pst_issuers_reader *in,
                               const struct pst_node *node,
                               struct pst_issuer *issuer)
{
    postern_id id;

    issuer->id = pst_arena_copy(&in->out->arena, node->name);
    if (!issuer->id.data) {
        return no_memory(in);
    }
    if (!pst_str_is(pst_str_slice(issuer->id, 0, 2), "//") ||
        postern_id_parse_entity(&id, &in->out->cse, issuer->id) != POSTERN_OK) {
        return pst_issuers_refuse(in, node,
                                  "an issuer is named by its absolute ID, such "
                                  "as //sp.example/das-cse",
                                  "TS-0003 7.3.2.4");
    }
    if (node->type != PST_NODE_OBJECT) {
        return pst_issuers_refuse(in, node, "an object is expected", NULL);
    }
    PST_TRY(set_defaults(in, &id, issuer));
    PST_TRY(read_members(in, node, issuer));
    return issuer->algs ? POSTERN_OK
                        : pst_issuers_refuse(in, node,
                                             "an issuer needs algs: those that "
                                             "its tokens may use",
                                             "TS-0003 7.3.2.6.3");
}
