/* Whom to trust, as a struct or as the "trust" of a policy document:
 *
 *   role_issuers   AE-IDs and CSE-IDs
 *   credentials    {"id":"12-kpsa@x.example","cse":"/y"}
 *                  {"id":"31-0a1b","aes":["C1","C2"],"expires":"20301231T..."}
 *
 * Members of trust that are not known are somebody else's; in a credential they
 * are refused, since a misspelt end would be no end. What it says about tokens
 * is read by tokens/issuers.h.
 */
#include "engine/engine.h"

#include "base/diag.h"
#include "base/str.h"
#include "base/text.h"
#include "policy-lang/policy.h"
#include "tokens/issuers.h"

/* ---- as a struct --------------------------------------------------------- */

/* "/credentials/2/identities/0" */
static void write_path(const struct pst_trust_fault *fault, char *buffer,
                       size_t size)
{
    static const char *const members[] = {
        [PST_TRUST_ISSUER] = "",
        [PST_TRUST_CREDENTIAL] = "",
        [PST_TRUST_ID] = "/id",
        [PST_TRUST_KIND] = "/kind",
        [PST_TRUST_IDENTITIES] = "/identities",
        [PST_TRUST_IDENTITY] = "/identities/",
    };
    struct pst_text text;

    pst_text_init(&text, buffer, size);
    pst_text_add(&text, fault->part == PST_TRUST_ISSUER ? "/role_issuers/"
                                                        : "/credentials/");
    pst_text_add_uint(&text, fault->number);
    pst_text_add(&text, members[fault->part]);
    if (fault->part == PST_TRUST_IDENTITY) {
        pst_text_add_uint(&text, fault->identity);
    }
}

static postern_status publish(postern_engine *engine, struct pst_trust *trust)
{
    postern_status status = pst_settings_set_trust(&engine->settings, trust);

    if (status != POSTERN_OK) {
        pst_trust_free(trust);
    }
    return status;
}

postern_status postern_engine_set_trust(postern_engine *engine,
                                        const postern_trust *trust,
                                        postern_diag *diag)
{
    struct pst_trust_fault fault = {.message = NULL};
    struct pst_trust *made;
    postern_status status;

    pst_diag_clear(diag);
    status = pst_trust_make(&made, trust, engine->prp.cse, &engine->allocator,
                            &fault);
    if (status == POSTERN_ERR_POLICY) {
        char path[POSTERN_DIAG_PATH_SIZE];

        write_path(&fault, path, sizeof path);
        return pst_diag_refuse(diag, status, path, fault.message,
                               "TS-0003 8.2.1");
    }
    if (status == POSTERN_OK) {
        status = publish(engine, made);
    }
    return status == POSTERN_OK ? status : pst_diag_plain(diag, status);
}

/* ---- as nodes of a document ---------------------------------------------- */

struct trust_reader {
    const struct pst_document *document;
    const struct pst_node *issuers;     /* NULL: absent */
    const struct pst_node *credentials; /* NULL: absent */
    struct pst_arena arena;
    postern_trust out;
    postern_diag *diag;
};

static postern_status refuse(const struct trust_reader *in,
                             const struct pst_node *node, const char *message)
{
    return pst_node_refuse(in->document, node, in->diag, POSTERN_ERR_POLICY,
                           message, NULL);
}

/* A list of texts, or one text. */
static postern_status read_texts(struct trust_reader *in,
                                 const struct pst_node *node,
                                 postern_texts *out)
{
    bool is_list = node->type == PST_NODE_LIST;
    const struct pst_node *entry = is_list ? node->children : node;
    size_t count = is_list ? node->count : 1;
    postern_str *items = pst_arena_alloc(&in->arena, count, sizeof *items);

    if (!items) {
        return POSTERN_ERR_MEMORY;
    }
    for (size_t i = 0; i < count; i++, entry = entry->next) {
        if (entry->type != PST_NODE_STRING) {
            return refuse(in, entry, "an AE-ID or CSE-ID is expected");
        }
        items[i] = entry->text;
    }
    *out = (postern_texts){items, count};
    return POSTERN_OK;
}

static postern_status read_identities(struct trust_reader *in,
                                      const struct pst_node *node,
                                      postern_association_kind kind,
                                      postern_credential *out)
{
    if (out->kind != POSTERN_ASSOCIATION_UNSTATED) {
        return refuse(in, node, "a credential is that of a CSE or of AEs");
    }
    out->kind = kind;
    return read_texts(in, node, &out->identities);
}

static postern_status read_expires(struct trust_reader *in,
                                   const struct pst_node *node,
                                   postern_credential *out)
{
    out->expires = true;
    return node->type == PST_NODE_STRING &&
                   postern_time_parse(&out->expires_s, node->text) == POSTERN_OK
               ? POSTERN_OK
               : refuse(in, node,
                        "a time such as 20301231T235959 (UTC) is expected");
}

static postern_status read_member(struct trust_reader *in,
                                  const struct pst_node *member,
                                  postern_credential *out)
{
    if (pst_str_is(member->name, "id") && member->type == PST_NODE_STRING) {
        out->id = member->text;
        return POSTERN_OK;
    }
    if (pst_str_is(member->name, "cse")) {
        return read_identities(in, member, POSTERN_ASSOCIATION_CSE, out);
    }
    if (pst_str_is(member->name, "aes")) {
        return read_identities(in, member, POSTERN_ASSOCIATION_AE, out);
    }
    if (pst_str_is(member->name, "expires")) {
        return read_expires(in, member, out);
    }
    return refuse(in, member, "a credential has id, cse or aes, and expires");
}

static postern_status read_credential(struct trust_reader *in,
                                      const struct pst_node *node,
                                      postern_credential *out)
{
    if (node->type != PST_NODE_OBJECT) {
        return refuse(in, node,
                      "a credential such as {\"id\":\"31-0a1b2c\","
                      "\"aes\":[\"Cpump7\"]} is expected");
    }
    for (const struct pst_node *member = node->children; member;
         member = member->next) {
        PST_TRY(read_member(in, member, out));
    }
    return POSTERN_OK;
}

static postern_status read_credentials(struct trust_reader *in)
{
    const struct pst_node *list = in->credentials;
    postern_credential *rows;
    size_t count = 0;

    if (!list) {
        return POSTERN_OK;
    }
    if (list->type != PST_NODE_LIST) {
        return refuse(in, list, "a list of credentials is expected");
    }
    rows = pst_arena_alloc(&in->arena, list->count, sizeof *rows);
    if (!rows) {
        return POSTERN_ERR_MEMORY;
    }
    for (const struct pst_node *node = list->children; node;
         node = node->next) {
        PST_TRY(read_credential(in, node, &rows[count++]));
    }
    in->out.credentials = rows;
    in->out.credential_count = count;
    return POSTERN_OK;
}

static postern_status read_trust(struct trust_reader *in)
{
    postern_texts issuers = {NULL, 0};

    if (in->issuers) {
        PST_TRY(read_texts(in, in->issuers, &issuers));
        in->out.role_issuers = issuers.items;
        in->out.role_issuer_count = issuers.count;
    }
    return read_credentials(in);
}

static const struct pst_node *entry_at(const struct pst_node *list,
                                       size_t number)
{
    const struct pst_node *entry =
        list->type == PST_NODE_LIST ? list->children : list;

    while (entry && number-- > 0) {
        entry = entry->next;
    }
    return entry;
}

/* The node that a fault is about, or the one around it that is there. */
static const struct pst_node *node_of(const struct trust_reader *in,
                                      const struct pst_trust_fault *fault)
{
    const struct pst_node *node;
    const struct pst_node *part = NULL;

    if (fault->part == PST_TRUST_ISSUER) {
        return entry_at(in->issuers, fault->number);
    }
    node = entry_at(in->credentials, fault->number);
    if (fault->part == PST_TRUST_ID) {
        part = pst_node_member(node, "id");
    } else if (fault->part != PST_TRUST_CREDENTIAL) {
        part = pst_node_member(node, "cse");
        part = part ? part : pst_node_member(node, "aes");
    }
    if (part && fault->part == PST_TRUST_IDENTITY) {
        part = entry_at(part, fault->identity);
    }
    return part ? part : node;
}

static postern_status make_trust(struct trust_reader *in,
                                 const postern_engine *engine,
                                 struct pst_trust **trust)
{
    struct pst_trust_fault fault = {.message = NULL};
    postern_status status;

    PST_TRY(read_trust(in));
    status = pst_trust_make(trust, &in->out, engine->prp.cse,
                            &engine->allocator, &fault);
    return status == POSTERN_ERR_POLICY
               ? pst_node_refuse(in->document, node_of(in, &fault), in->diag,
                                 status, fault.message, "TS-0003 8.2.1")
               : status;
}

static postern_status make_issuers(const struct trust_reader *in,
                                   const postern_engine *engine,
                                   const struct pst_node *trust,
                                   postern_issuers **issuers)
{
    postern_issuers_options options;

    postern_issuers_options_init(&options);
    options.allocator = &engine->allocator;
    options.cse = engine->prp.cse;
    return pst_issuers_of_trust(issuers, in->document, trust, &options,
                                in->diag);
}

static postern_status publish_both(postern_engine *engine,
                                   struct pst_trust *trust,
                                   postern_issuers *issuers)
{
    postern_status status =
        pst_settings_set_trust_and_issuers(&engine->settings, trust, issuers);

    if (status != POSTERN_OK) {
        pst_trust_free(trust);
        postern_issuers_free(issuers);
    }
    return status;
}

static postern_status set_both(struct trust_reader *in, postern_engine *engine,
                               const struct pst_node *node)
{
    struct pst_trust *trust;
    postern_issuers *issuers;
    postern_status status;

    PST_TRY(make_trust(in, engine, &trust));
    status = make_issuers(in, engine, node, &issuers);
    if (status != POSTERN_OK) {
        pst_trust_free(trust);
        return status;
    }
    return publish_both(engine, trust, issuers);
}

postern_status postern_engine_set_trust_of(postern_engine *engine,
                                           const postern_policy *policy,
                                           postern_diag *diag)
{
    struct trust_reader in = {
        .document = policy->trust_document,
        .issuers = pst_node_member(policy->trust, "role_issuers"),
        .credentials = pst_node_member(policy->trust, "credentials"),
        .diag = diag};
    postern_status status;

    pst_diag_clear(diag);
    pst_arena_init(&in.arena, &engine->allocator, SIZE_MAX);
    status = set_both(&in, engine, policy->trust);
    pst_arena_release(&in.arena);
    return status == POSTERN_OK ? status : pst_diag_plain(diag, status);
}
