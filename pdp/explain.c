/*
 * The decision again, by another way: every rule in order, every term of it,
 * with the reason in words. [DEC-11] [DEC-12]
 *
 * Nothing is found by hash or order here: originators are compared one by one,
 * terms are judged with three values (truth.h). It shares with the decision
 * only the leaves (does this window hold this time, what is a specialization).
 */
#include "pdp/explain_words.h"
#include "pdp/rule_terms.h"
#include "pdp/truth.h"

struct explanation {
    const postern_acp_link *links; /* NULL: refs of one set */
    const postern_acp_ref *refs;   /* NULL: the privileges of every ACP */
    size_t count;                  /* of links, refs or ACPs */
    size_t link;                   /* the one looked at */
    const postern_acp_set *set;    /* of that link */
    struct pst_facts facts;
    postern_explain_fn report;
    void *user;
    size_t first_attribute;
    uint64_t uncovered;
    bool unlimited; /* a true rule without attributes was seen */
    postern_decision decision;
};

/* ---- the terms --------------------------------------------------------- */

static postern_truth truth(bool value)
{
    return value ? POSTERN_TRUE : POSTERN_FALSE;
}

/* Kleene's AND. [DEC-09] */
static postern_truth and_(postern_truth a, postern_truth b)
{
    if (a == POSTERN_FALSE || b == POSTERN_FALSE) {
        return POSTERN_FALSE;
    }
    return a == POSTERN_TRUE && b == POSTERN_TRUE ? POSTERN_TRUE
                                                  : POSTERN_UNKNOWN;
}

static postern_truth explain_origs(const postern_acp_set *set,
                                   struct pst_lanes originators,
                                   const postern_request *request)
{
    for (uint32_t i = 0; i < originators.count; i++) {
        if (pst_originator_matches(set, pst_lane_atom(originators.lanes[i]),
                                   request)) {
            return POSTERN_TRUE;
        }
    }
    return POSTERN_FALSE;
}

/* What each part of the first context says, for the words. */
static struct pst_context_truth first_context(struct explanation *all,
                                              const struct pst_condition *given)
{
    const struct pst_context_of first = {all->set, given, pst_contexts(given)};

    if (given->contexts == 0) {
        return (struct pst_context_truth){POSTERN_TRUE, POSTERN_TRUE,
                                          POSTERN_TRUE};
    }
    return (struct pst_context_truth){
        .time = pst_truth_value(pst_truth_time(&first, &all->facts)),
        .ip = pst_truth_value(pst_truth_ip(&first, &all->facts)),
        .loc = pst_truth_value(pst_truth_loc(&first, &all->facts)),
    };
}

/* ---- one rule ---------------------------------------------------------- */

/* Of a rule with conditions. */
static void explain_condition(struct explanation *all,
                              struct pst_rule_words *words)
{
    const struct pst_condition *condition = words->rule.condition;
    postern_rule_explanation *out = words->out;

    if (pst_rule_flags(&words->rule) & PST_CONDITION_NEVER) {
        return;
    }
    words->context = first_context(all, condition);
    out->ctxts =
        pst_truth_value(pst_truth_ctxts(all->set, condition, &all->facts));
    out->objd =
        pst_truth_value(pst_truth_objd(all->set, condition, &all->facts));
    if (condition->flags & PST_CONDITION_ATTRIBUTES) {
        out->attrs = pst_truth_value(
            pst_truth_attrs(all->set, condition, all->facts.request));
    }
}

static void explain_terms(struct explanation *all, struct pst_lanes originators,
                          struct pst_rule_words *words)
{
    const struct pst_rule_view *rule = &words->rule;
    postern_rule_explanation *out = words->out;
    const postern_request *request = all->facts.request;

    out->authn = truth(!rule->authn || request->authenticated);
    out->origs = explain_origs(all->set, originators, request);
    out->ops = truth((rule->operations & all->facts.operation) != 0);
    out->ctxts = POSTERN_TRUE;
    out->objd = POSTERN_TRUE;
    out->attrs = POSTERN_TRUE;
    if (rule->condition) {
        explain_condition(all, words);
    }
}

/* The rule without its attributes, which are judged over all rules. */
static postern_truth five_terms(const struct pst_rule_view *rule,
                                const postern_rule_explanation *out)
{
    if (pst_rule_flags(rule) & PST_CONDITION_NEVER) {
        return POSTERN_FALSE;
    }
    return and_(and_(and_(out->authn, out->origs), and_(out->ops, out->ctxts)),
                out->objd);
}

static void note_permit(struct explanation *all,
                        const postern_rule_explanation *rule,
                        postern_reason reason)
{
    if (all->decision.effect == POSTERN_PERMIT &&
        all->decision.reason == POSTERN_REASON_RULE) {
        return; /* the first one is named */
    }
    all->decision = (postern_decision){
        POSTERN_PERMIT, reason,     rule->which,
        rule->acp,      rule->rule, all->links ? (uint32_t)all->link : 0};
}

/* What a true rule does for the whole: see decide.c. */
static void count_rule(struct explanation *all,
                       const struct pst_rule_view *rule,
                       const postern_rule_explanation *out)
{
    if (!(pst_rule_flags(rule) & PST_CONDITION_ATTRIBUTES)) {
        all->unlimited = true;
        note_permit(all, out, POSTERN_REASON_RULE);
        return;
    }
    if (all->uncovered == 0) {
        return;
    }
    all->uncovered &= ~pst_attributes_covered(
        all->set, rule->condition, all->facts.request, all->first_attribute);
    if (out->attrs == POSTERN_TRUE) {
        note_permit(all, out, POSTERN_REASON_RULE);
    } else if (all->uncovered == 0) {
        note_permit(all, out, POSTERN_REASON_RULES);
    }
}

static void explain_rule(struct explanation *all, postern_acp_ref ref,
                         uint32_t number, bool report)
{
    const struct pst_slot *slot = pst_slot_at(all->set, ref);
    struct pst_lanes originators = pst_slot_originators(all->set, slot, number);
    postern_rule_explanation out = {
        .acp = ref.acp,
        .which = ref.which,
        .rule = number,
        .acp_id = pst_text_at(
            all->set, PST_TABLE(all->set, ACPS, struct pst_acp)[ref.acp].id),
    };
    struct pst_rule_words words = {
        .out = &out,
        .set = all->set,
        .rule = pst_slot_rule(all->set, slot, number),
        .originators = originators.count,
    };
    postern_truth five;

    explain_terms(all, originators, &words);
    five = five_terms(&words.rule, &out);
    out.result = and_(five, out.attrs);
    if (five == POSTERN_TRUE) {
        count_rule(all, &words.rule, &out);
    }
    if (report && all->report) {
        pst_explain_in_words(&words, &all->facts);
        all->report(all->user, &out);
    }
}

/* ---- all rules --------------------------------------------------------- */

/* The ACP of number `link`, and its set. */
static postern_acp_ref enter(struct explanation *all, size_t link)
{
    all->link = link;
    if (all->links) {
        all->set = all->links[link].set;
        return all->links[link].ref;
    }
    return all->refs ? all->refs[link]
                     : (postern_acp_ref){(uint32_t)link, POSTERN_PRIVILEGES};
}

static void explain_ref(struct explanation *all, postern_acp_ref ref,
                        bool report)
{
    const struct pst_slot *slot = all->set ? pst_slot_at(all->set, ref) : NULL;
    uint32_t count;

    if (!slot || pst_truth_value(pst_truth_in_force(
                     pst_expires_s(all->set, ref.acp), all->facts.request)) !=
                     POSTERN_TRUE) {
        return;
    }
    count = pst_slot_rule_count(slot);
    for (uint32_t k = 0; k < count; k++) {
        explain_rule(all, ref, k, report);
    }
}

/* One pass over all rules for each 64 attributes; the first one reports. */
static bool explain_pass(struct explanation *all)
{
    const postern_request *request = all->facts.request;
    bool report = all->first_attribute == 0;

    all->uncovered = pst_attributes_asked(request, all->first_attribute);
    for (size_t i = 0; i < all->count; i++) {
        explain_ref(all, enter(all, i), report);
    }
    return all->unlimited || (request->attribute_count && all->uncovered == 0);
}

static postern_decision denied(postern_reason reason)
{
    return (postern_decision){.effect = POSTERN_DENY,
                              .reason = reason,
                              .acp = POSTERN_NO_ACP,
                              .rule = POSTERN_NO_RULE};
}

static postern_decision explain(struct explanation *all,
                                const postern_request *request)
{
    postern_request copy;

    if (!pst_facts_init(&all->facts, request, &copy)) {
        return denied(POSTERN_REASON_BAD_REQUEST);
    }
    all->decision = denied(POSTERN_REASON_NO_RULE);
    do {
        if (!explain_pass(all)) {
            return denied(POSTERN_REASON_NO_RULE);
        }
        all->first_attribute += PST_ATTRIBUTES_AT_ONCE;
    } while (!all->unlimited &&
             all->first_attribute < all->facts.request->attribute_count);
    return all->decision;
}

postern_decision postern_explain(const postern_acp_set *set,
                                 const postern_request *request,
                                 postern_explain_fn report, void *user)
{
    struct explanation all = {.set = set, .report = report, .user = user};

    if (!set) {
        return denied(POSTERN_REASON_NO_RULE);
    }
    all.count = postern_acp_set_count(set);
    return explain(&all, request);
}

postern_decision postern_explain_acps(const postern_acp_set *set,
                                      const postern_acp_ref *refs,
                                      size_t ref_count,
                                      const postern_request *request,
                                      postern_explain_fn report, void *user)
{
    struct explanation all = {.refs = refs,
                              .count = ref_count,
                              .set = set,
                              .report = report,
                              .user = user};

    if (!set || !refs) {
        return denied(POSTERN_REASON_NO_RULE);
    }
    return explain(&all, request);
}

postern_decision postern_explain_links(const postern_acp_link *links,
                                       size_t link_count,
                                       const postern_request *request,
                                       postern_explain_fn report, void *user)
{
    struct explanation all = {
        .links = links, .count = link_count, .report = report, .user = user};

    if (!links) {
        return denied(POSTERN_REASON_NO_RULE);
    }
    return explain(&all, request);
}
