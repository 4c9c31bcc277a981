#include "cli/explanation.h"

/* Whether the rule has accessControlAttributes; disabled ones are as read. What
 * is not in the policy tells by its result alone. */
static bool limits_attributes(const postern_policy *policy,
                              const postern_rule_explanation *rule)
{
    const struct pst_resource *acp = pst_policy_find(policy, rule->acp_id);
    const struct pst_rule_set *set;

    if (!acp) {
        return rule->attrs != POSTERN_TRUE;
    }
    set = rule->which == POSTERN_SELF_PRIVILEGES ? &acp->self_privileges
                                                 : &acp->privileges;
    return rule->rule < set->count && set->rules[rule->rule].attributes;
}

static void hear_rule(void *user, const char *operation,
                      const postern_rule_explanation *rule)
{
    struct pst_explanation *self = user;
    struct pst_rule_report *report =
        pst_arena_alloc(self->arena, 1, sizeof *report);

    if (!report) {
        return;
    }
    report->rule = *rule;
    report->rule.acp_id = pst_arena_copy(self->arena, rule->acp_id);
    report->operation = operation;
    report->limits_attributes = limits_attributes(self->policy, rule);
    *self->last_rule = report;
    self->last_rule = &report->next;
}

static void hear_remark(void *user, const char *text)
{
    struct pst_explanation *self = user;
    struct pst_remark *remark = pst_arena_alloc(self->arena, 1, sizeof *remark);

    if (!remark) {
        return;
    }
    remark->text = pst_arena_copy(self->arena, postern_str_of(text));
    *self->last_remark = remark;
    self->last_remark = &remark->next;
}

void pst_explanation_init(struct pst_explanation *self,
                          const postern_policy *policy, struct pst_arena *arena)
{
    *self = (struct pst_explanation){.listener = {self, hear_rule, hear_remark},
                                     .policy = policy,
                                     .arena = arena};
    self->last_rule = &self->rules;
    self->last_remark = &self->remarks;
}
