/* The document that a DAS server is made of: see postern_das_load(). */
#include "dynauth/das.h"

#include "base/str.h"

/* ---- values -------------------------------------------------------------- */

static postern_status read_seconds(struct pst_message *document,
                                   const struct pst_node *node, int64_t *out)
{
    if (node->type != PST_NODE_INTEGER || node->integer < 1 ||
        node->integer > PST_DAS_LIFETIME_MAX_S) {
        return pst_message_refuse(document, node,
                                  "a number of seconds, at most a year,");
    }
    *out = node->integer;
    return POSTERN_OK;
}

/* ---- tokens -------------------------------------------------------------- */

static postern_status read_key_file(struct pst_message *document,
                                    const struct pst_node *node, void *out)
{
    struct pst_das_key *key = out;

    key->node = node;
    return pst_message_text(document, node, &key->file);
}

static postern_status read_kid(struct pst_message *document,
                               const struct pst_node *node, void *out)
{
    struct pst_das_key *key = out;

    return pst_message_text(document, node, &key->kid);
}

static postern_status read_key(struct pst_message *document,
                               const struct pst_node *node,
                               struct pst_das_key *key)
{
    static const struct pst_message_member members[] = {
        {"key_file", read_key_file},
        {"kid", read_kid},
        {NULL, NULL},
    };

    PST_TRY(pst_message_members(document, node, members, key));
    return key->file.data ? POSTERN_OK
                          : pst_message_refuse(document, node, "a key_file");
}

static postern_status read_sign(struct pst_message *document,
                                const struct pst_node *node, void *out)
{
    struct pst_das_settings *settings = out;

    return read_key(document, node, &settings->sign);
}

static postern_status read_encrypt(struct pst_message *document,
                                   const struct pst_node *node, void *out)
{
    struct pst_das_settings *settings = out;

    return read_key(document, node, &settings->encrypt);
}

static postern_status read_domain(struct pst_message *document,
                                  const struct pst_node *node, void *out)
{
    struct pst_das_settings *settings = out;

    return pst_message_text(document, node, &settings->token_domain);
}

static postern_status read_tokens(struct pst_message *document,
                                  const struct pst_node *node, void *out)
{
    static const struct pst_message_member members[] = {
        {"domain", read_domain},
        {"sign", read_sign},
        {"encrypt", read_encrypt},
        {NULL, NULL},
    };
    struct pst_das_settings *settings = out;

    PST_TRY(pst_message_members(document, node, members, settings));
    settings->issues_tokens = true;
    if (!settings->token_domain.data ||
        (!settings->sign.file.data && !settings->encrypt.file.data)) {
        return pst_message_refuse(document, node,
                                  "a domain, and a key to sign or to encrypt "
                                  "with,");
    }
    return POSTERN_OK;
}

/* ---- roles --------------------------------------------------------------- */

static postern_status read_originators(struct pst_message *document,
                                       const struct pst_node *node, void *out)
{
    struct pst_assignment *assignment = out;

    return pst_message_texts(document, node, &assignment->originators);
}

/* One that is no Role-ID would never be asked for. */
static postern_status read_role_ids(struct pst_message *document,
                                    const struct pst_node *node, void *out)
{
    struct pst_assignment *assignment = out;
    const struct pst_node *entry = node->children;

    PST_TRY(pst_message_texts(document, node, &assignment->roles));
    for (size_t i = 0; i < assignment->roles.count; i++, entry = entry->next) {
        postern_id role;

        if (postern_id_parse_role(&role, assignment->roles.items[i]) !=
            POSTERN_OK) {
            return pst_message_refuse(document, entry, "a Role-ID");
        }
    }
    return POSTERN_OK;
}

static postern_status read_token_lifetime(struct pst_message *document,
                                          const struct pst_node *node,
                                          void *out)
{
    struct pst_assignment *assignment = out;

    return read_seconds(document, node, &assignment->lifetime_s);
}

static postern_status read_assignment(struct pst_message *document,
                                      const struct pst_node *node,
                                      struct pst_assignment *assignment)
{
    static const struct pst_message_member members[] = {
        {"originators", read_originators},
        {"roles", read_role_ids},
        {"lifetime", read_token_lifetime},
        {NULL, NULL},
    };

    PST_TRY(pst_message_members(document, node, members, assignment));
    return assignment->originators.items && assignment->roles.items
               ? POSTERN_OK
               : pst_message_refuse(document, node, "originators and roles");
}

static postern_status read_roles(struct pst_message *document,
                                 const struct pst_node *node, void *out)
{
    struct pst_das_settings *settings = out;

    if (node->type != PST_NODE_LIST) {
        return pst_message_refuse(document, node,
                                  "a list of originators with their roles");
    }
    settings->assignments =
        pst_arena_alloc(document->arena, (size_t)node->count + 1,
                        sizeof *settings->assignments);
    if (!settings->assignments) {
        return POSTERN_ERR_MEMORY;
    }
    for (const struct pst_node *entry = node->children; entry;
         entry = entry->next) {
        PST_TRY(read_assignment(
            document, entry,
            &settings->assignments[settings->assignment_count++]));
    }
    return POSTERN_OK;
}

/* ---- the whole ----------------------------------------------------------- */

static postern_status read_identity(struct pst_message *document,
                                    const struct pst_node *node, void *out)
{
    struct pst_das_settings *settings = out;

    settings->identity_node = node;
    return pst_message_text(document, node, &settings->identity);
}

static postern_status read_lifetime(struct pst_message *document,
                                    const struct pst_node *node, void *out)
{
    struct pst_das_settings *settings = out;

    return read_seconds(document, node, &settings->lifetime_s);
}

static postern_status read_das(struct pst_message *document,
                               const struct pst_node *node, void *out)
{
    static const struct pst_message_member members[] = {
        {"identity", read_identity},
        {"lifetime", read_lifetime},
        {"tokens", read_tokens},
        {"roles", read_roles},
        {NULL, NULL},
    };
    struct pst_das_settings *settings = out;

    PST_TRY(pst_message_members(document, node, members, settings));
    return settings->identity.data
               ? POSTERN_OK
               : pst_message_refuse(document, node, "the identity of the DAS");
}

static postern_status read_policy(struct pst_message *document,
                                  const struct pst_node *node, void *out)
{
    struct pst_das_settings *settings = out;

    if (node->type != PST_NODE_OBJECT) {
        return pst_message_refuse(document, node, "a policy document");
    }
    settings->policy = node;
    return POSTERN_OK;
}

postern_status pst_das_settings_read(struct pst_das_settings *settings,
                                     struct pst_message *document)
{
    static const struct pst_message_member members[] = {
        {"das", read_das},
        {"policy", read_policy},
        {NULL, NULL},
    };
    const struct pst_node *root = document->document.root;

    *settings = (struct pst_das_settings){.lifetime_s = PST_DAS_LIFETIME_S};
    PST_TRY(pst_message_members(document, root, members, settings));
    return settings->identity.data && settings->policy
               ? POSTERN_OK
               : pst_message_refuse(document, root,
                                    "an object with das and policy");
}
