/* One decision: by the rules of ACPs, which the pdp decides, or by the default
 * policy, which lets one entity in. */
#include "engine/run.h"

#include "base/str.h"

/* What cannot fit is cut: a note, not evidence. */
enum { LISTED_MAX = 8 };

static const char *operation_word(postern_operation operation)
{
    switch (operation) {
    case POSTERN_OP_CREATE:
        return "create";
    case POSTERN_OP_RETRIEVE:
        return "retrieve";
    case POSTERN_OP_UPDATE:
        return "update";
    case POSTERN_OP_DELETE:
        return "delete";
    case POSTERN_OP_NOTIFY:
        return "notify";
    case POSTERN_OP_DISCOVERY:
        return "discover";
    case POSTERN_OP_NONE:
    default:
        return "nothing";
    }
}

bool pst_deny(struct pst_run *run, int rsc, const char *reason,
              const char *message)
{
    struct pst_verdict *verdict = &run->verdict;

    verdict->effect = POSTERN_DENY;
    verdict->rsc = rsc;
    verdict->reason = reason;
    pst_diag_copy(verdict->message, sizeof verdict->message, message);
    verdict->acp = (postern_str){NULL, 0};
    verdict->rule = POSTERN_NO_RULE;
    return false;
}

static int success_code(postern_operation operation)
{
    switch (operation) {
    case POSTERN_OP_CREATE:
        return PST_RSC_CREATED;
    case POSTERN_OP_UPDATE:
        return PST_RSC_UPDATED;
    case POSTERN_OP_DELETE:
        return PST_RSC_DELETED;
    case POSTERN_OP_RETRIEVE:
    case POSTERN_OP_DISCOVERY:
    case POSTERN_OP_NOTIFY:
    case POSTERN_OP_NONE:
    default:
        return PST_RSC_OK;
    }
}

static bool permit(struct pst_run *run, const char *reason)
{
    run->verdict.effect = POSTERN_PERMIT;
    run->verdict.rsc = success_code(run->operation);
    run->verdict.reason = reason;
    return true;
}

struct collector {
    struct pst_run *run;
    const char *operation;
};

/* Whether the rule has accessControlAttributes; disabled ones are as read. */
static bool limits_attributes(const postern_policy *policy,
                              const postern_rule_explanation *rule)
{
    const struct pst_resource *acp = pst_policy_find(policy, rule->acp_id);
    const struct pst_rule_set *set;

    if (!acp) {
        return false;
    }
    set = rule->which == POSTERN_SELF_PRIVILEGES ? &acp->self_privileges
                                                 : &acp->privileges;
    return rule->rule < set->count && set->rules[rule->rule].attributes;
}

/* Without memory the explanation ends early; the decision does not change. */
static void collect(void *user, const postern_rule_explanation *rule)
{
    struct collector *self = user;
    struct pst_rule_report *report =
        pst_arena_alloc(self->run->arena, 1, sizeof *report);

    if (report) {
        report->rule = *rule;
        report->operation = self->operation;
        report->limits_attributes =
            limits_attributes(self->run->engine->policy, rule);
        *self->run->last_report = report;
        self->run->last_report = &report->next;
    }
}

/* True when the slow way agrees, or was not asked for. */
static bool explain(struct pst_run *run, const struct pst_selection *selection,
                    postern_effect effect)
{
    struct collector collector = {run, operation_word(run->request.operation)};

    return !run->options->explain ||
           postern_explain_acps(run->engine->policy->acps, selection->refs,
                                selection->ref_count, &run->request, collect,
                                &collector)
                   .effect == effect;
}

/* "no rule of acpA, acpB lets Cpump7 retrieve this" */
static bool deny_by_rules(struct pst_run *run,
                          const struct pst_selection *selection)
{
    const postern_acp_set *set = run->engine->policy->acps;
    struct pst_text text;

    (void)pst_deny(run, PST_RSC_NO_PRIVILEGE, "no-rule", "");
    pst_text_init(&text, run->verdict.message, sizeof run->verdict.message);
    if (selection->ref_count == 0) {
        pst_text_add(&text, "none of the policies linked can be used");
        return false;
    }
    pst_text_add(&text, "no rule of ");
    for (uint32_t i = 0; i < selection->ref_count && i < LISTED_MAX; i++) {
        pst_text_add(&text, i ? ", " : "");
        pst_text_add_str(&text,
                         postern_acp_set_name(set, selection->refs[i].acp));
    }
    pst_text_add(&text, selection->ref_count > LISTED_MAX ? " ..." : "");
    pst_text_add(&text, selection->refs[0].which == POSTERN_SELF_PRIVILEGES
                            ? " (self-privileges)"
                            : "");
    pst_text_add(&text, " permits to ");
    pst_text_add(&text, operation_word(run->request.operation));
    return false;
}

static bool permit_by_rule(struct pst_run *run, const postern_decision *made)
{
    struct pst_verdict *verdict = &run->verdict;
    struct pst_text text;

    verdict->acp = postern_acp_set_name(run->engine->policy->acps, made->acp);
    verdict->rule = made->rule;
    verdict->which = made->which;
    pst_text_init(&text, verdict->message, sizeof verdict->message);
    pst_text_add_str(&text, verdict->acp);
    pst_text_add(&text, " rule ");
    pst_text_add_uint(&text, made->rule);
    if (made->which == POSTERN_SELF_PRIVILEGES) {
        pst_text_add(&text, " of the self-privileges");
    }
    if (made->reason == POSTERN_REASON_RULES) {
        pst_text_add(&text, " and others, each for its attributes");
        return permit(run, "rules");
    }
    return permit(run, "rule");
}

static bool consult_acps(struct pst_run *run,
                         const struct pst_selection *selection)
{
    postern_decision made =
        postern_decide_acps(run->engine->policy->acps, selection->refs,
                            selection->ref_count, &run->request);

    if (!explain(run, selection, made.effect)) {
        return pst_deny(run, PST_RSC_INTERNAL, "internal",
                        "the decision and its explanation differ: please "
                        "report this");
    }
    return made.effect == POSTERN_PERMIT ? permit_by_rule(run, &made)
                                         : deny_by_rules(run, selection);
}

/* [PRP-04] */
static bool consult_default(struct pst_run *run,
                            const struct pst_selection *selection)
{
    bool match = postern_id_equal(&selection->one, &run->request.originator);
    struct pst_text text;

    if (match) {
        (void)permit(run, selection->role);
    } else {
        (void)pst_deny(run, PST_RSC_NO_PRIVILEGE, "default-policy", "");
    }
    pst_text_init(&text, run->verdict.message, sizeof run->verdict.message);
    pst_text_add_str(&text, selection->decider->ri);
    pst_text_add(&text, " has no policy, ");
    if (!selection->one_text.data) {
        pst_text_add(&text, "and its ");
        pst_text_add(&text, selection->role);
        pst_text_add(&text, " is not known");
        return match;
    }
    pst_text_add(&text, "so only its ");
    pst_text_add(&text, selection->role);
    pst_text_add(&text, " ");
    pst_text_add_quoted(&text, selection->one_text);
    pst_text_add(&text, " has access");
    return match;
}

static void note_links(struct pst_run *run,
                       const struct pst_selection *selection)
{
    for (uint32_t i = 0; i < selection->dropped_count; i++) {
        pst_note(&run->notes, run->arena, "policy link",
                 selection->dropped[i].link, selection->dropped[i].why);
    }
}

/* [PRP-09] The pdp leaves these policies out; here it is told. */
static void note_expired(struct pst_run *run,
                         const struct pst_selection *selection)
{
    const postern_policy *policy = run->engine->policy;

    for (uint32_t i = 0; i < selection->ref_count; i++) {
        postern_str name =
            postern_acp_set_name(policy->acps, selection->refs[i].acp);
        const struct pst_resource *acp = pst_policy_find(policy, name);

        if (!acp || acp->expires_s == INT64_MAX) {
            continue;
        }
        if (!run->request.time_known) {
            pst_note(&run->notes, run->arena, "policy", name,
                     "expires, and the time of the request is not known: it "
                     "has no rules");
        } else if (acp->expires_s <= run->request.time_s) {
            pst_note(&run->notes, run->arena, "policy", name,
                     "has expired: it has no rules");
        }
    }
}

bool pst_consult(struct pst_run *run, const struct pst_selection *selection)
{
    if (run->options->explain) {
        note_links(run, selection);
        note_expired(run, selection);
    }
    switch (selection->kind) {
    case PST_SELECTION_ACPS:
        return consult_acps(run, selection);
    case PST_SELECTION_ONE:
        return consult_default(run, selection);
    case PST_SELECTION_NONE:
    default:
        return pst_deny(run, PST_RSC_NO_PRIVILEGE, "no-policy",
                        selection->why ? selection->why : "");
    }
}
