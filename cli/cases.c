#include "cli/cases.h"

#include "base/str.h"

static postern_status refuse(const struct pst_document *document,
                             const struct pst_node *node, postern_diag *diag,
                             const char *message)
{
    return pst_node_refuse(document, node, diag, POSTERN_ERR_POLICY, message,
                           NULL);
}

static postern_str text_member(const struct pst_node *object, const char *name)
{
    const struct pst_node *node = pst_node_member(object, name);

    return node && node->type == PST_NODE_STRING ? node->text
                                                 : (postern_str){NULL, 0};
}

static bool reads_effect(const struct pst_node *object, postern_effect *effect)
{
    postern_str word = text_member(object, "expect");

    *effect = pst_str_is(word, "permit") ? POSTERN_PERMIT : POSTERN_DENY;
    return *effect == POSTERN_PERMIT || pst_str_is(word, "deny");
}

/* 0 when it is not there. */
static int code_of(const struct pst_node *object)
{
    const struct pst_node *rsc = pst_node_member(object, "rsc");

    return rsc && rsc->type == PST_NODE_INTEGER && rsc->integer > 0 &&
                   rsc->integer < 10000
               ? (int)rsc->integer
               : 0;
}

struct pst_case pst_case_of(const struct pst_node *node)
{
    return (struct pst_case){node, text_member(node, "name"),
                             text_member(node, "why")};
}

const struct pst_node *pst_case_next(const struct pst_case *self,
                                     const struct pst_node *previous,
                                     struct pst_expectation *expectation)
{
    const struct pst_node *one = pst_node_member(self->node, "request");
    const struct pst_node *many = pst_node_member(self->node, "requests");
    const struct pst_node *next = previous ? previous->next : NULL;

    if (!many) {
        next = previous ? NULL : one;
    } else if (!previous) {
        next = many->children;
    }
    *expectation = (struct pst_expectation){.request = next};
    if (!next) {
        return NULL;
    }
    one = many ? pst_node_member(next, "request") : NULL;
    if (one) {
        expectation->request = one; /* {"request":{...},"expect":"deny"} */
    }
    expectation->rsc = code_of(next);
    if (!reads_effect(next, &expectation->effect)) {
        (void)reads_effect(self->node, &expectation->effect);
        expectation->rsc =
            expectation->rsc ? expectation->rsc : code_of(self->node);
    }
    return next;
}

static postern_status check_requests(const struct pst_document *document,
                                     const struct pst_node *node,
                                     postern_diag *diag)
{
    const struct pst_node *one = pst_node_member(node, "request");
    const struct pst_node *many = pst_node_member(node, "requests");
    struct pst_case self = pst_case_of(node);
    struct pst_expectation expectation;
    const struct pst_node *request = NULL;
    postern_effect effect;
    bool told = reads_effect(node, &effect);

    if (!one == !many || (many && many->type != PST_NODE_LIST)) {
        return refuse(document, node, diag,
                      "a case has a request, or a list of requests");
    }
    while ((request = pst_case_next(&self, request, &expectation)) != NULL) {
        if (!told && !reads_effect(request, &effect)) {
            return refuse(document, request, diag,
                          "what is expected is not told: expect is permit or "
                          "deny");
        }
    }
    return POSTERN_OK;
}

static postern_status check_case(const struct pst_document *document,
                                 const struct pst_node *node,
                                 postern_diag *diag)
{
    static const char *const lists[] = {"policy_resources", "resource_tree"};

    if (node->type != PST_NODE_OBJECT) {
        return refuse(document, node, diag, "a case is an object");
    }
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const struct pst_node *list = pst_node_member(node, lists[i]);

        if (list && list->type != PST_NODE_LIST) {
            return refuse(document, list, diag,
                          "a list of resources is "
                          "expected");
        }
    }
    return check_requests(document, node, diag);
}

postern_status pst_cases_find(const struct pst_document *document,
                              const struct pst_node **list, postern_diag *diag)
{
    const struct pst_node *root = document->root;

    if (root->type == PST_NODE_OBJECT) {
        root = pst_node_member(root, "cases");
    }
    if (!root || root->type != PST_NODE_LIST) {
        return refuse(document, document->root, diag,
                      "a list of cases, or an object with such a list as "
                      "\"cases\", is expected");
    }
    for (const struct pst_node *node = root->children; node;
         node = node->next) {
        PST_TRY(check_case(document, node, diag));
    }
    *list = root;
    return POSTERN_OK;
}

/* Appends copies of nodes; they keep their parents, and so their paths. */
struct assembly {
    struct pst_arena *arena;
    struct pst_node *parent;
    struct pst_node **end;
};

static postern_status append(struct assembly *self,
                             const struct pst_node *original, const char *name)
{
    struct pst_node *copy = pst_arena_alloc(self->arena, 1, sizeof *copy);

    if (!copy) {
        return POSTERN_ERR_MEMORY;
    }
    *copy = *original;
    copy->name = postern_str_of(name);
    copy->next = NULL;
    *self->end = copy;
    self->end = &copy->next;
    self->parent->count++;
    return POSTERN_OK;
}

static postern_status append_all(struct assembly *self,
                                 const struct pst_node *list)
{
    const struct pst_node *entry = list ? list->children : NULL;

    while (entry) {
        PST_TRY(append(self, entry, NULL));
        entry = entry->next;
    }
    return POSTERN_OK;
}

static postern_status assemble(struct pst_node *root,
                               const struct pst_case *self,
                               struct pst_arena *arena)
{
    static const char *const members[] = {"cse", "trust"};
    struct pst_node resources = {.type = PST_NODE_LIST};
    struct assembly list = {arena, &resources, &resources.children};
    struct assembly object = {arena, root, &root->children};

    PST_TRY(append_all(&list, pst_node_member(self->node, "policy_resources")));
    PST_TRY(append_all(&list, pst_node_member(self->node, "resource_tree")));
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const struct pst_node *node = pst_node_member(self->node, members[i]);

        if (node) {
            PST_TRY(append(&object, node, members[i]));
        }
    }
    return append(&object, &resources, "resources");
}

postern_status pst_case_load(postern_policy **policy,
                             const struct pst_case *self,
                             const struct pst_document *document,
                             struct pst_arena *arena, postern_diag *diag)
{
    struct pst_document assembled = *document;
    struct pst_node *root = pst_arena_alloc(arena, 1, sizeof *root);
    postern_load_options options;

    *policy = NULL;
    if (!root) {
        return pst_diag_plain(diag, POSTERN_ERR_MEMORY);
    }
    *root = *self->node;
    root->children = NULL;
    root->count = 0;
    if (assemble(root, self, arena) != POSTERN_OK) {
        return pst_diag_plain(diag, POSTERN_ERR_MEMORY);
    }
    assembled.root = root;
    postern_load_options_init(&options);
    options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    return pst_policy_load_document(policy, &assembled, &options, diag);
}
