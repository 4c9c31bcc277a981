/* A document of one policy is put together around the content, from copies of
 * its nodes, so that refusals point into the request. */
#include "engine/admission.h"

#include "policy-lang/vocabulary.h"

/* The order of members does not matter, and no list here has two entries. */
static void adopt(struct pst_node *parent, struct pst_node *child)
{
    child->next = parent->children;
    parent->children = child;
    parent->count++;
}

static struct pst_node *add_node(struct pst_arena *arena,
                                 struct pst_node *parent,
                                 enum pst_node_type type, const char *name)
{
    struct pst_node *node = pst_arena_alloc(arena, 1, sizeof *node);

    if (node) {
        node->type = type;
        node->name = postern_str_of(name);
        node->parent = parent;
        if (parent) {
            adopt(parent, node);
        }
    }
    return node;
}

/* The copy keeps the parent of the original, and so its path. */
static bool add_copy(struct pst_arena *arena, struct pst_node *parent,
                     const struct pst_node *original)
{
    struct pst_node *copy = pst_arena_alloc(arena, 1, sizeof *copy);

    if (copy) {
        *copy = *original;
        adopt(parent, copy);
    }
    return copy != NULL;
}

static bool add_text(struct pst_arena *arena, struct pst_node *parent,
                     const char *name, const char *text)
{
    struct pst_node *node = add_node(arena, parent, PST_NODE_STRING, name);

    if (node) {
        node->text = postern_str_of(text);
    }
    return node != NULL;
}

static bool add_integer(struct pst_arena *arena, struct pst_node *parent,
                        const char *name, int64_t value)
{
    struct pst_node *node = add_node(arena, parent, PST_NODE_INTEGER, name);

    if (node) {
        node->integer = value;
        node->real = (double)value;
    }
    return node != NULL;
}

/* Self-privileges in the place of those that an Update leaves as they are. */
static bool add_self_privileges(struct pst_arena *arena,
                                struct pst_node *parent)
{
    struct pst_node *pvs = add_node(arena, parent, PST_NODE_OBJECT, "pvs");
    struct pst_node *acr =
        pvs ? add_node(arena, pvs, PST_NODE_LIST, "acr") : NULL;
    struct pst_node *rule =
        acr ? add_node(arena, acr, PST_NODE_OBJECT, NULL) : NULL;
    struct pst_node *acor =
        rule ? add_node(arena, rule, PST_NODE_LIST, "acor") : NULL;

    return acor && add_text(arena, acor, NULL, "all") &&
           add_integer(arena, rule, "acop", POSTERN_ACOP_ALL);
}

/* What the CSE assigns, and no originator. */
static bool is_assigned(enum pst_term term)
{
    return term == PST_TERM_RI || term == PST_TERM_PI || term == PST_TERM_TY;
}

static bool fill_acp(struct pst_arena *arena, struct pst_node *acp,
                     const struct pst_primitive *primitive)
{
    bool complete = postern_operation_of_primitive(primitive->operation, 0) ==
                    POSTERN_OP_CREATE;

    for (const struct pst_node *member = primitive->content->children; member;
         member = member->next) {
        enum pst_term term = pst_term_of(PST_SCOPE_ACP, member->name);

        complete = complete || term == PST_TERM_PVS;
        if (!is_assigned(term) && !add_copy(arena, acp, member)) {
            return false;
        }
    }
    return add_text(arena, acp, "ri", "new") &&
           add_integer(arena, acp, "ty", PST_TY_ACP) &&
           (complete || add_self_privileges(arena, acp));
}

static struct pst_node *document_around(const struct pst_primitive *primitive,
                                        struct pst_arena *arena)
{
    struct pst_node *root = add_node(arena, NULL, PST_NODE_OBJECT, NULL);
    struct pst_node *list =
        root ? add_node(arena, root, PST_NODE_LIST, "policies") : NULL;
    struct pst_node *acp =
        list ? add_node(arena, list, PST_NODE_OBJECT, NULL) : NULL;

    if (!acp) {
        return NULL;
    }
    acp->line = primitive->content->line;
    acp->column = primitive->content->column;
    return fill_acp(arena, acp, primitive) ? root : NULL;
}

postern_status pst_admit_acp(const postern_policy *policy,
                             const struct pst_primitive *primitive,
                             struct pst_arena *arena, postern_diag *diag)
{
    postern_load_options options;
    struct pst_document document = *primitive->document;
    postern_policy *admitted;
    postern_status status;

    if (primitive->content_type.data &&
        !pst_str_is(primitive->content_type, "m2m:acp")) {
        return pst_node_refuse(
            primitive->document, primitive->content, diag, POSTERN_ERR_POLICY,
            "an <accessControlPolicy> (m2m:acp) is expected", "TS-0004 7.4.2");
    }
    document.root = document_around(primitive, arena);
    if (!document.root) {
        return pst_diag_plain(diag, POSTERN_ERR_MEMORY);
    }
    postern_load_options_init(&options);
    options.allocator = &policy->allocator;
    options.limits = policy->limits;
    options.cse = &policy->host.cse;
    status = pst_policy_load_document(&admitted, &document, &options, diag);
    postern_policy_free(admitted);
    return status;
}
