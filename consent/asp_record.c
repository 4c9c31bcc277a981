/* Documents of kind asp: a provider, its keys and its applications. [PPM-18]
 * [PPM-19] [PPM-23] */
#include "consent/record_reader.h"

#include "base/str.h"
#include "policy-lang/emit.h"

enum { APPLICATIONS = 1024, KEYS_BYTES = 1 << 20 };

static const char sharing[] = "7."; /* tags of */

/* ---- applications -------------------------------------------------------- */

static postern_status read_app_id(struct pst_consent_record_reader *in,
                                  const struct pst_node *node, void *out)
{
    struct pst_asp_application *application = out;

    PST_TRY(pst_consent_record_text(in, node, &application->app_id));
    application->name = application->app_id;
    return POSTERN_OK;
}

static postern_status
read_application_name(struct pst_consent_record_reader *in,
                      const struct pst_node *node, void *out)
{
    struct pst_asp_application *application = out;

    return pst_consent_record_text(in, node, &application->name);
}

static postern_status read_originators(struct pst_consent_record_reader *in,
                                       const struct pst_node *node, void *out)
{
    struct pst_asp_application *application = out;

    return pst_consent_record_ids(in, node, &application->originators);
}

static postern_status read_recipient(struct pst_consent_record_reader *in,
                                     const struct pst_node *node,
                                     struct pst_asp_recipients *recipient)
{
    recipient->row = postern_ppm_row_find(node->name);
    if (recipient->row == POSTERN_PPM_ROWS ||
        !pst_str_is(pst_str_slice(node->name, 0, sizeof sharing - 1),
                    sharing)) {
        return pst_consent_record_refuse(
            in, node, "E_ROW",
            "recipients are named by a row of a tag 7.x, "
            "such as 7.0/affiliate");
    }
    return pst_consent_record_ids(in, node, &recipient->originators);
}

static postern_status read_recipients(struct pst_consent_record_reader *in,
                                      const struct pst_node *node, void *out)
{
    struct pst_asp_application *application = out;
    struct pst_asp_recipients *recipients;

    if (node->type != PST_NODE_OBJECT) {
        return pst_consent_record_refuse(
            in, node, "E_TYPE",
            "recipients is an object such as "
            "{7.0/affiliate: [//b.example/in/C1]}");
    }
    recipients =
        pst_arena_alloc(in->arena, node->count + 1, sizeof *recipients);
    if (!recipients) {
        return POSTERN_ERR_MEMORY;
    }
    for (const struct pst_node *entry = node->children; entry;
         entry = entry->next) {
        PST_TRY(read_recipient(in, entry,
                               &recipients[application->recipient_count]));
        application->recipient_count++;
    }
    application->recipients = recipients;
    return POSTERN_OK;
}

static const struct pst_consent_record_member application_members[] = {
    {"app_id", true, read_app_id},
    {"application", false, read_application_name},
    {"originators", false, read_originators},
    {"recipients", false, read_recipients},
};

static postern_status read_applications(struct pst_consent_record_reader *in,
                                        const struct pst_node *node, void *out)
{
    const struct pst_consent_record_members members = {
        application_members,
        sizeof application_members / sizeof *application_members, NULL};
    struct pst_asp *asp = out;
    struct pst_asp_application *applications;

    if (node->type != PST_NODE_LIST) {
        return pst_consent_record_refuse(in, node, "E_TYPE",
                                         "applications is a list");
    }
    if (node->count > APPLICATIONS) {
        return POSTERN_ERR_LIMIT;
    }
    applications =
        pst_arena_alloc(in->arena, node->count + 1, sizeof *applications);
    if (!applications) {
        return POSTERN_ERR_MEMORY;
    }
    for (const struct pst_node *entry = node->children; entry;
         entry = entry->next) {
        PST_TRY(pst_consent_record_object(
            in, entry, &members, &applications[asp->application_count]));
        asp->application_count++;
    }
    asp->applications = applications;
    return pst_consent_record_unique(in, node, "app_id");
}

/* ---- keys ---------------------------------------------------------------- */

/* The manager has no business with what could sign in the provider's name. */
static postern_status check_key(const struct pst_consent_record_reader *in,
                                const struct pst_node *key)
{
    static const char *const secrets[] = {"d",  "p",  "q",   "dp",
                                          "dq", "qi", "oth", "k"};

    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        const struct pst_node *node = pst_node_member(key, secrets[i]);

        if (node) {
            return pst_consent_record_refuse(
                in, node, "E_PRIVATE_KEY",
                "only the public part of a key belongs "
                "here");
        }
    }
    return POSTERN_OK;
}

/* Handed on as JSON, for the reader of keys. */
static postern_status keep_keys(const struct pst_consent_record_reader *in,
                                const struct pst_node *node, postern_str *text)
{
    struct pst_emitter emitter;
    const postern_str none = {NULL, 0};

    pst_emit_init(&emitter, PST_FORMAT_JSON, &in->arena->allocator, KEYS_BYTES);
    pst_emit_node(&emitter, none, node);
    pst_emit_end(&emitter);
    *text = none;
    if (!emitter.out.failed) {
        *text = pst_arena_copy(
            in->arena, (postern_str){emitter.out.data, emitter.out.len});
    }
    pst_buffer_release(&emitter.out);
    return text->data ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

static postern_status read_keys(struct pst_consent_record_reader *in,
                                const struct pst_node *node, void *out)
{
    struct pst_asp *asp = out;
    const struct pst_node *list = pst_node_member(node, "keys");

    if (node->type != PST_NODE_OBJECT) {
        return pst_consent_record_refuse(in, node, "E_TYPE",
                                         "keys is a JWK set: {keys: [...]}");
    }
    PST_TRY(check_key(in, node));
    for (const struct pst_node *key =
             list && list->type == PST_NODE_LIST ? list->children : NULL;
         key; key = key->next) {
        PST_TRY(check_key(in, key));
    }
    return keep_keys(in, node, &asp->keys);
}

/* ---- the document -------------------------------------------------------- */

static postern_status read_name(struct pst_consent_record_reader *in,
                                const struct pst_node *node, void *out)
{
    struct pst_asp *asp = out;

    return pst_consent_record_text(in, node, &asp->name);
}

static postern_status read_owner(struct pst_consent_record_reader *in,
                                 const struct pst_node *node, void *out)
{
    struct pst_asp *asp = out;

    return pst_consent_record_text(in, node, &asp->id);
}

static const struct pst_consent_record_member members[] = {
    {"kind", false, NULL},
    {"owner", false, read_owner},
    {"name", false, read_name},
    {"keys", false, read_keys},
    {"applications", true, read_applications},
};

/* What is missing from the head has a code of its own. */
static postern_status check_owner(const struct pst_consent_record_reader *in)
{
    const struct pst_node *root = in->document->root;

    return pst_node_member(root, "owner")
               ? POSTERN_OK
               : pst_consent_record_refuse(
                     in, root, "E_OWNER_MISSING",
                     "a member owner is expected: the id of the "
                     "provider");
}

postern_status pst_asp_read(struct pst_arena *arena,
                            const struct pst_document *document,
                            struct pst_asp *asp, postern_diag *diag)
{
    const struct pst_consent_record_members all = {
        members, sizeof members / sizeof *members, NULL};
    struct pst_consent_record_reader in = {arena, document, diag};

    memset(asp, 0, sizeof *asp);
    PST_TRY(pst_consent_record_kind(&in, "asp"));
    PST_TRY(check_owner(&in));
    return pst_diag_plain(
        diag, pst_consent_record_object(&in, document->root, &all, asp));
}
