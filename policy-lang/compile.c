/* Feeding the builder of pdp/ with the rules of a policy, and bringing what it
 * refuses back to where that stands. */
#include "policy-lang/compile.h"

#include "policy-lang/group_index.h"
#include "policy-lang/rule_path.h"
#include "policy-lang/rule_reader.h"

struct compiler {
    struct pst_reader *in; /* NULL: what is refused is never disabled */
    const struct pst_document *document;
    postern_acp_builder *builder;
    postern_diag *diag;
};

static bool may_disable(const struct compiler *self)
{
    return self->in &&
           self->in->options->rule_errors == POSTERN_RULE_ERRORS_DISABLE;
}

/* What the builder does not take, with the place where it stands. */
static postern_status add_rule(const struct compiler *self,
                               postern_privileges which,
                               const struct pst_node *node, postern_rule *rule)
{
    postern_diag why; /* cleared by the builder */
    postern_status status =
        postern_acp_builder_add_rule(self->builder, which, rule, &why);
    const struct pst_node *culprit;

    if (status != POSTERN_ERR_POLICY) {
        return status == POSTERN_OK ? status
                                    : pst_diag_plain(self->diag, status);
    }
    culprit = pst_rule_path_node(node, why.path);
    if (!may_disable(self)) {
        return pst_node_refuse(self->document, culprit, self->diag, why.status,
                               why.message, why.clause);
    }
    PST_TRY(pst_disable_rule(self->in, culprit, "malformed-rule", why.clause,
                             why.message, rule));
    return postern_acp_builder_add_rule(self->builder, which, rule, self->diag);
}

static postern_status add_rules(const struct compiler *self,
                                postern_privileges which,
                                const struct pst_rule_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        PST_TRY(add_rule(self, which, set->nodes[i], &set->rules[i]));
    }
    return POSTERN_OK;
}

static postern_status add_acp(struct compiler *self,
                              const struct pst_resource *resource)
{
    self->document = resource->document;
    if (self->in) {
        self->in->document = resource->document; /* for its findings */
    }
    PST_TRY(postern_acp_builder_add_acp(self->builder, resource->ri,
                                        resource->expires_s));
    PST_TRY(add_rules(self, POSTERN_PRIVILEGES, &resource->privileges));
    return add_rules(self, POSTERN_SELF_PRIVILEGES, &resource->self_privileges);
}

static postern_status add_acps(struct compiler *self, postern_policy *policy)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < policy->resource_count; i++) {
        struct pst_resource *resource = &policy->resources[i];

        resource->acp = POSTERN_NO_ACP;
        if (resource->ty == PST_TY_ACP) {
            PST_TRY(add_acp(self, resource));
            resource->acp = count++;
        }
    }
    return postern_acp_builder_finish(self->builder, &policy->acps, self->diag);
}

postern_status pst_compile(struct pst_reader *in, postern_diag *diag)
{
    struct compiler self = {.in = in, .diag = diag};
    postern_builder_options options;
    struct pst_group_index groups;
    postern_status status;

    PST_TRY(pst_group_index_make(&groups, in->policy));
    postern_builder_options_init(&options);
    options.allocator = &in->policy->allocator;
    options.limits = in->policy->limits;
    options.resolve_group = groups.any ? pst_group_index_resolve : NULL;
    options.user = &groups;
    PST_TRY(postern_acp_builder_new(&self.builder, &in->policy->host.cse,
                                    &options));
    status = add_acps(&self, in->policy);
    postern_acp_builder_free(self.builder);
    return status;
}

postern_status pst_compile_acp(postern_acp_set **set,
                               const struct pst_acp_source *source,
                               const postern_builder_options *options,
                               postern_diag *diag)
{
    struct compiler self = {.in = source->in, .diag = diag};
    postern_status status;

    *set = NULL;
    PST_TRY(postern_acp_builder_new(&self.builder, source->cse, options));
    status = add_acp(&self, source->acp);
    if (status == POSTERN_OK) {
        status = postern_acp_builder_finish(self.builder, set, diag);
    }
    postern_acp_builder_free(self.builder);
    return status;
}
