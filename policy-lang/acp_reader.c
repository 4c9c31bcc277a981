/* privileges and selfPrivileges of an <accessControlPolicy>: TS-0004 7.4.2. */
#include "policy-lang/resource_reader.h"
#include "policy-lang/rule_reader.h"

/* An attribute that cannot be read holds no rules, so it permits nobody. */
static postern_status refuse_or_empty(struct pst_reader *in,
                                      struct pst_rule_set *set)
{
    if (in->options->rule_errors == POSTERN_RULE_ERRORS_REFUSE) {
        return POSTERN_ERR_POLICY;
    }
    set->as_read = true;
    return pst_warn(in, in->defect.node, "malformed-rules", in->defect.clause,
                    in->defect.message);
}

/* The list of rules inside the attribute; an object without one has none. */
static postern_status find_rules(struct pst_reader *in,
                                 const struct pst_node *node,
                                 enum pst_term term,
                                 const struct pst_node **rules)
{
    struct pst_members members;

    *rules = NULL;
    if (node->type == PST_NODE_LIST && pst_for_people(node, term)) {
        *rules = node;
        return POSTERN_OK;
    }
    PST_TRY(pst_read_members(in, node, PST_SCOPE_RULES,
                             "an object with a list of rules (acr)", &members));
    *rules = members.of[PST_TERM_ACR];
    if (*rules && (*rules)->type != PST_NODE_LIST) {
        return pst_defect_expected(in, *rules, "a list of rules");
    }
    return POSTERN_OK;
}

static postern_status read_rules(struct pst_reader *in,
                                 const struct pst_node *rules,
                                 struct pst_rule_set *set)
{
    set->rules = pst_keep(in, rules->count, sizeof *set->rules);
    set->nodes = pst_keep(in, rules->count, sizeof *set->nodes);
    if (!set->rules || !set->nodes) {
        return POSTERN_ERR_MEMORY;
    }
    for (const struct pst_node *rule = rules->children; rule;
         rule = rule->next) {
        set->nodes[set->count] = rule;
        PST_TRY(pst_read_rule(in, rule, &set->rules[set->count]));
        set->count++;
    }
    return POSTERN_OK;
}

/* A member next to the list could limit all its rules: none of them counts. */
static postern_status disable_all(struct pst_reader *in,
                                  const struct pst_foreign *foreign,
                                  struct pst_rule_set *set)
{
    postern_str reason;

    PST_TRY(pst_keep_text(in, postern_str_of(foreign->message), &reason));
    for (uint32_t i = 0; i < set->count; i++) {
        set->rules[i].never = reason.data;
    }
    set->as_read = true;
    return pst_warn(in, foreign->node, foreign->lint, NULL, foreign->message);
}

static postern_status read_set(struct pst_reader *in,
                               const struct pst_node *node, enum pst_term term,
                               struct pst_rule_set *set)
{
    const struct pst_node *rules;
    struct pst_foreign foreign;
    postern_status status;

    if (!node || node->type == PST_NODE_NULL) {
        return POSTERN_OK; /* no rules; decided elsewhere, if at all */
    }
    pst_reader_forget(in);
    set->present = true;
    set->node = node;
    status = find_rules(in, node, term, &rules);
    if (status == POSTERN_ERR_POLICY) {
        return refuse_or_empty(in, set);
    }
    foreign = in->foreign;
    if (rules) {
        PST_TRY(read_rules(in, rules, set));
    }
    return foreign.node ? disable_all(in, &foreign, set) : POSTERN_OK;
}

/* [PRP-08]: nobody could change or delete such a policy. */
static postern_status without_self(struct pst_reader *in,
                                   const struct pst_node *node)
{
    static const char clause[] = "TS-0004 7.4.2";
    static const char message[] =
        "an access control policy needs at least one rule in its "
        "self-privileges (selfPrivileges, pvs)";

    if (in->options->rule_errors == POSTERN_RULE_ERRORS_REFUSE) {
        return pst_defect(in, node, clause, message);
    }
    return pst_warn(in, node, "no-self-privileges", clause, message);
}

postern_status pst_read_acp(struct pst_reader *in, const struct pst_node *node,
                            const struct pst_members *members,
                            struct pst_resource *resource)
{
    const struct pst_node *pvs = members->of[PST_TERM_PVS];

    PST_TRY(read_set(in, members->of[PST_TERM_PV], PST_TERM_PV,
                     &resource->privileges));
    PST_TRY(read_set(in, pvs, PST_TERM_PVS, &resource->self_privileges));
    pst_reader_forget(in);
    if (resource->self_privileges.count == 0) {
        return without_self(in, pvs ? pvs : node);
    }
    return POSTERN_OK;
}
