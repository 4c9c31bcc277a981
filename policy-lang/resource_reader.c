/* Resources: what they are, their universal attributes. */
#include "policy-lang/resource_reader.h"

#include "base/text.h"

/* The object with the attributes, and what the name around it says it is. */
struct opened {
    const struct pst_node *node;
    uint32_t ty; /* 0: the name does not tell, or there is none */
    bool listed; /* among the policies, and no name tells the type */
};

/* Attribute names have no colon, names of representations have. */
static struct opened open_entry(const struct pst_node *entry)
{
    const struct pst_node *member = entry->children;

    if (entry->type == PST_NODE_OBJECT && entry->count == 1 &&
        member->type == PST_NODE_OBJECT &&
        pst_str_find(member->name, 0, ':') < member->name.len) {
        return (struct opened){member, pst_type_of_root(member->name), false};
    }
    return (struct opened){entry, 0, false};
}

static const char not_a_policy[] =
    "only access control policies are listed here, other resources under "
    "\"resources\"";

static postern_status read_type(struct pst_reader *in,
                                const struct opened *opened,
                                struct pst_resource *resource)
{
    const struct pst_node *ty = pst_node_member(opened->node, "ty");

    if (!ty) {
        ty = pst_node_member(opened->node, "resourceType");
    }
    if (!ty && opened->ty == 0) {
        return pst_defect(in, opened->node, NULL,
                          "a resource needs its type (ty), or the name of its "
                          "type around it (\"m2m:cnt\")");
    }
    resource->ty = opened->ty;
    if (ty) {
        PST_TRY(pst_read_type(in, ty, &resource->ty));
    }
    if (opened->ty && opened->ty != resource->ty) {
        return pst_defect(in, ty, NULL,
                          opened->listed
                              ? not_a_policy
                              : "this type is not that of the name around the "
                                "resource");
    }
    return POSTERN_OK;
}

/* Only short names: under any other the rest of Postern would miss them. */
static void plain_members(const struct pst_node *node,
                          struct pst_members *members)
{
    static const enum pst_term known[] = {PST_TERM_RI, PST_TERM_RN, PST_TERM_PI,
                                          PST_TERM_ET};

    memset(members, 0, sizeof *members);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        members->of[known[i]] =
            pst_node_member(node, pst_word_of(known[i])->short_name);
    }
}

/* An attribute that is not known is kept and has no effect: not in silence if
 * it looks like one that would have. */
static postern_status warn_misspelt(struct pst_reader *in,
                                    const struct pst_node *member)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;
    const char *near = pst_nearest_word(PST_SCOPE_ACP, member->name);

    if (!near) {
        return POSTERN_OK;
    }
    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, "attribute ");
    pst_text_add_quoted(&text, member->name);
    pst_text_add(&text, " is not known and has no effect, did you mean \"");
    pst_text_add(&text, near);
    pst_text_add(&text, "\"?");
    return pst_warn(in, member, "unknown-member", NULL, message);
}

static postern_status warn_members(struct pst_reader *in,
                                   const struct pst_node *node)
{
    for (const struct pst_node *member = node->children; member;
         member = member->next) {
        enum pst_term term = pst_term_of(PST_SCOPE_ACP, member->name);

        if (term == PST_TERMS) {
            PST_TRY(warn_misspelt(in, member));
        } else if (pst_word_of(term)->unsupported) {
            PST_TRY(pst_warn(in, member, "distributed", NULL,
                             "this attribute is not evaluated: only the rules "
                             "of the policy itself count"));
        }
    }
    return POSTERN_OK;
}

/* A time that cannot be read is over: what expires must not become eternal.
 * [PRP-09] */
static postern_status read_expiry(struct pst_reader *in,
                                  const struct pst_node *node,
                                  struct pst_resource *resource)
{
    static const char expected[] = "a time: YYYYMMDDThhmmss in UTC";

    resource->expires_s = INT64_MAX;
    if (!node) {
        return POSTERN_OK;
    }
    if (node->type == PST_NODE_STRING &&
        postern_time_parse(&resource->expires_s, node->text) == POSTERN_OK) {
        return POSTERN_OK;
    }
    resource->expires_s = INT64_MIN;
    if (in->options->rule_errors == POSTERN_RULE_ERRORS_REFUSE) {
        return pst_defect_expected(in, node, expected);
    }
    return pst_warn(in, node, "malformed-time", "TS-0004 6.3.3",
                    "expected a time, YYYYMMDDThhmmss in UTC: this resource "
                    "counts as expired");
}

static postern_status read_parent(struct pst_reader *in,
                                  const struct pst_node *node,
                                  struct pst_resource *resource)
{
    if (!node || node->type == PST_NODE_NULL) {
        return POSTERN_OK;
    }
    if (node->type != PST_NODE_STRING) {
        return pst_defect_expected(in, node, "the resource ID of the parent");
    }
    resource->pi = node->text;
    return POSTERN_OK;
}

static postern_status read_universal(struct pst_reader *in,
                                     const struct pst_node *node,
                                     const struct pst_members *members,
                                     struct pst_resource *resource)
{
    const struct pst_node *ri = members->of[PST_TERM_RI];
    const struct pst_node *rn = members->of[PST_TERM_RN];

    if (!ri) {
        return pst_defect(in, node, NULL,
                          "a resource needs its resource ID (ri)");
    }
    PST_TRY(pst_read_string(in, ri, PST_GRAMMAR_RESOURCE_ID, &resource->ri));
    if (rn) {
        PST_TRY(
            pst_read_string(in, rn, PST_GRAMMAR_RESOURCE_NAME, &resource->rn));
    }
    PST_TRY(read_parent(in, members->of[PST_TERM_PI], resource));
    return read_expiry(in, members->of[PST_TERM_ET], resource);
}

static postern_status read_policy(struct pst_reader *in,
                                  const struct pst_node *node,
                                  struct pst_resource *resource)
{
    struct pst_members members;

    PST_TRY(pst_read_members(in, node, PST_SCOPE_ACP,
                             "an access control policy", &members));
    PST_TRY(read_universal(in, node, &members, resource));
    PST_TRY(warn_members(in, node));
    return pst_read_acp(in, node, &members, resource);
}

static postern_status read_plain(struct pst_reader *in,
                                 const struct pst_node *node,
                                 struct pst_resource *resource)
{
    struct pst_members members;

    plain_members(node, &members);
    return read_universal(in, node, &members, resource);
}

postern_status pst_read_resource(struct pst_reader *in,
                                 const struct pst_node *entry,
                                 struct pst_resource *resource)
{
    struct opened opened = open_entry(entry);

    pst_reader_forget(in);
    resource->document = in->document;
    resource->node = opened.node;
    if (entry->type != PST_NODE_OBJECT) {
        return pst_defect_expected(in, entry, "a resource, an object");
    }
    PST_TRY(read_type(in, &opened, resource));
    return resource->ty == PST_TY_ACP ? read_policy(in, opened.node, resource)
                                      : read_plain(in, opened.node, resource);
}

postern_status pst_read_policy(struct pst_reader *in,
                               const struct pst_node *entry,
                               struct pst_resource *resource)
{
    struct opened opened = open_entry(entry);

    pst_reader_forget(in);
    resource->document = in->document;
    resource->node = opened.node;
    if (entry->type != PST_NODE_OBJECT) {
        return pst_defect_expected(in, entry, "an access control policy");
    }
    if (opened.ty == 0) {
        opened.ty = PST_TY_ACP;
        opened.listed = true;
    }
    PST_TRY(read_type(in, &opened, resource));
    if (resource->ty != PST_TY_ACP) {
        return pst_defect(in, opened.node, NULL, not_a_policy);
    }
    return read_policy(in, opened.node, resource);
}
