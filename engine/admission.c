/* A document of one policy is put together around the content, from copies of
 * its nodes, so that refusals point into the request. */
#include "engine/admission.h"

#include "base/sized.h"
#include "policy-lang/policy.h"
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

/* What is to be admitted, and how it is read. */
struct admission {
    struct pst_content content;
    bool complete; /* a Create: nothing stays as it was */
    struct pst_arena arena;
    postern_load_options options;
};

static bool fill_acp(struct admission *self, struct pst_node *acp)
{
    struct pst_arena *arena = &self->arena;
    bool complete = self->complete;

    for (const struct pst_node *member = self->content.node->children; member;
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

static struct pst_node *document_around(struct admission *self)
{
    struct pst_arena *arena = &self->arena;
    struct pst_node *root = add_node(arena, NULL, PST_NODE_OBJECT, NULL);
    struct pst_node *list =
        root ? add_node(arena, root, PST_NODE_LIST, "policies") : NULL;
    struct pst_node *acp =
        list ? add_node(arena, list, PST_NODE_OBJECT, NULL) : NULL;

    if (!acp) {
        return NULL;
    }
    acp->line = self->content.node->line;
    acp->column = self->content.node->column;
    return fill_acp(self, acp) ? root : NULL;
}

static postern_status refuse(const struct admission *self, postern_diag *diag,
                             const char *message)
{
    return pst_node_refuse(self->content.document, self->content.node, diag,
                           POSTERN_ERR_POLICY, message, "TS-0004 7.4.2");
}

static postern_status admit(struct admission *self, postern_diag *diag)
{
    struct pst_document document = *self->content.document;
    postern_policy *admitted;
    postern_status status;

    if (self->content.node->type != PST_NODE_OBJECT ||
        (self->content.type.data &&
         !pst_str_is(self->content.type, "m2m:acp"))) {
        return refuse(self, diag,
                      "an <accessControlPolicy> (m2m:acp) is expected");
    }
    document.root = document_around(self);
    if (!document.root) {
        return pst_diag_plain(diag, POSTERN_ERR_MEMORY);
    }
    status =
        pst_policy_load_document(&admitted, &document, &self->options, diag);
    postern_policy_free(admitted);
    return status;
}

enum { CREATE = 1, UPDATE = 3 };

static bool writes_acp(const postern_primitive *primitive,
                       const postern_resource *target)
{
    if (primitive->operation == CREATE) {
        return primitive->child_type == PST_TY_ACP;
    }
    return primitive->operation == UPDATE && target->type == PST_TY_ACP;
}

/* An Update without a content changes what its attributes name: how is not
 * ours to see. */
static postern_status without_content(const postern_primitive *primitive,
                                      postern_diag *diag)
{
    return primitive->operation == UPDATE
               ? POSTERN_OK
               : pst_diag_refuse(diag, POSTERN_ERR_POLICY, "",
                                 "the content is missing", "TS-0004 7.4.2");
}

static postern_status admit_content(const postern_primitive *primitive,
                                    const struct pst_content *content,
                                    const postern_load_options *options,
                                    postern_diag *diag)
{
    struct admission self = {.content = *content,
                             .complete = primitive->operation == CREATE,
                             .options = *options};
    postern_status status;

    pst_arena_init(&self.arena, options->allocator, SIZE_MAX);
    status = admit(&self, diag);
    pst_arena_release(&self.arena);
    return status;
}

postern_status pst_admit_node(void *user, const postern_primitive *primitive,
                              const postern_resource *target,
                              postern_diag *diag)
{
    const postern_policy *policy = user;
    postern_load_options options;

    if (!writes_acp(primitive, target)) {
        return POSTERN_OK;
    }
    if (!primitive->content) {
        return without_content(primitive, diag);
    }
    postern_load_options_init(&options);
    options.allocator = &policy->allocator;
    options.limits = policy->limits;
    options.cse = &policy->host.cse;
    return admit_content(primitive, primitive->content, &options, diag);
}

/* ---- contents as text -------------------------------------------------- */

/* Whether a rule can be a rule does not depend on the CSE. */
static const postern_cse *any_cse(postern_cse *cse)
{
    return postern_cse_init(cse, PST_STR("//cse.invalid"), PST_STR("/cse")) ==
                   POSTERN_OK
               ? cse
               : NULL;
}

static postern_status admit_text(const postern_primitive *primitive,
                                 const postern_load_options *options,
                                 struct pst_arena *arena, postern_diag *diag)
{
    const postern_str *text = primitive->content;
    struct pst_document document = {
        .format = PST_FORMAT_JSON, .source = options->source, .text = *text};
    struct pst_content content;

    PST_TRY(pst_json_read(&document, arena, &options->limits, diag));
    pst_content_open(&content, &document, document.root);
    return admit_content(primitive, &content, options, diag);
}

postern_status postern_admit_json(void *user,
                                  const postern_primitive *primitive,
                                  const postern_resource *target,
                                  postern_diag *diag)
{
    postern_load_options options;
    struct pst_arena arena;
    postern_cse cse;
    postern_status status;

    if (!writes_acp(primitive, target)) {
        return POSTERN_OK;
    }
    if (!primitive->content) {
        return without_content(primitive, diag);
    }
    if (!pst_sized_copy(&options, sizeof options, user)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    options.cse = options.cse ? options.cse : any_cse(&cse);
    options.rule_errors = POSTERN_RULE_ERRORS_REFUSE;
    pst_arena_init(&arena, options.allocator, SIZE_MAX);
    status = admit_text(primitive, &options, &arena, diag);
    pst_arena_release(&arena);
    return status;
}
