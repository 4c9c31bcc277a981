/*
 * The decision again, by another way: every rule in order, every term of it,
 * with the reason in words. [DEC-11] [DEC-12]
 *
 * Nothing is found by hash or order here: originators are compared one by one,
 * contexts are judged with three values. It shares with the decision only the
 * leaves (does this window hold this time, this prefix this address).
 */
#include "base/diag.h"
#include "pdp/atom.h"
#include "pdp/explain_words.h"
#include "pdp/facts.h"
#include "pdp/rule_terms.h"
#include "pdp/wildcard.h"

struct explanation {
    const postern_acp_set *set;
    struct pst_facts facts;
    postern_explain_fn report;
    void *user;
    size_t first_attribute;
    uint64_t uncovered;
    bool unlimited; /* a true rule without attributes was seen */
    postern_decision decision;
};

static postern_truth truth(bool value)
{
    return value ? POSTERN_TRUE : POSTERN_FALSE;
}

/* Kleene's AND and OR. [DEC-09] */
static postern_truth and_(postern_truth a, postern_truth b)
{
    if (a == POSTERN_FALSE || b == POSTERN_FALSE) {
        return POSTERN_FALSE;
    }
    return a == POSTERN_TRUE && b == POSTERN_TRUE ? POSTERN_TRUE
                                                  : POSTERN_UNKNOWN;
}

static postern_truth or_(postern_truth a, postern_truth b)
{
    if (a == POSTERN_TRUE || b == POSTERN_TRUE) {
        return POSTERN_TRUE;
    }
    return a == POSTERN_FALSE && b == POSTERN_FALSE ? POSTERN_FALSE
                                                    : POSTERN_UNKNOWN;
}

/* ---- originators ------------------------------------------------------- */

static bool atom_is(const postern_acp_set *set, const struct pst_atom *atom,
                    const postern_id *id)
{
    return pst_str_equal(pst_text_at(set, atom->first), id->first) &&
           pst_str_equal(pst_text_at(set, atom->second), id->second) &&
           pst_str_fold_equal(pst_text_at(set, atom->domain), id->domain);
}

static bool atom_in(const postern_acp_set *set, const struct pst_atom *atom,
                    const postern_id *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if ((uint32_t)ids[i].kind == atom->kind &&
            atom_is(set, atom, &ids[i])) {
            return true;
        }
    }
    return false;
}

static bool atom_matches(const postern_acp_set *set,
                         const struct pst_atom *atom,
                         const postern_request *request)
{
    const postern_id *originator = &request->originator;

    if (atom->kind == PST_ATOM_ALL) {
        return true;
    }
    if (originator->kind != POSTERN_ID_ENTITY) {
        return false; /* [REQ-02] */
    }
    if (atom->kind == PST_ATOM_DOMAIN) {
        return pst_str_fold_equal(pst_text_at(set, atom->domain),
                                  originator->domain);
    }
    return atom_in(set, atom, originator, 1) ||
           atom_in(set, atom, request->roles, request->role_count) ||
           atom_in(set, atom, request->groups, request->group_count);
}

static bool segment_fits(const postern_acp_set *set, struct pst_text_ref ref,
                         uint32_t failures, postern_str text, bool fold)
{
    const uint16_t *table = PST_TABLE(set, FAILURES, uint16_t) + failures;
    postern_str pattern = pst_text_at(set, ref);

    return fold ? pst_wildcard_matches_folded(pattern, table, text)
                : pst_wildcard_matches(pattern, table, text);
}

static bool pattern_fits(const postern_acp_set *set,
                         const struct pst_pattern *pattern,
                         const postern_id *id)
{
    uint32_t at = pattern->failures;

    if (id->kind != POSTERN_ID_ENTITY ||
        (pattern->segments == 2) != (id->second.data != NULL)) {
        return false;
    }
    return segment_fits(set, pattern->domain, at, id->domain, true) &&
           segment_fits(set, pattern->first, at + pattern->domain.len,
                        id->first, false) &&
           segment_fits(set, pattern->second,
                        at + pattern->domain.len + pattern->first.len,
                        id->second, false);
}

static bool originator_fits(const postern_acp_set *set,
                            const struct pst_originator_ref *ref,
                            const postern_request *request)
{
    if (ref->is_pattern) {
        return pattern_fits(
            set, PST_TABLE(set, PATTERNS, struct pst_pattern) + ref->index,
            &request->originator);
    }
    return atom_matches(
        set, PST_TABLE(set, ATOMS, struct pst_atom) + ref->index, request);
}

static postern_truth explain_origs(const postern_acp_set *set,
                                   const struct pst_rule *rule,
                                   const postern_request *request)
{
    const struct pst_originator_ref *refs =
        PST_TABLE(set, ORIGINATORS, struct pst_originator_ref) +
        rule->originators.first;

    for (uint32_t i = 0; i < rule->originators.count; i++) {
        if (originator_fits(set, &refs[i], request)) {
            return POSTERN_TRUE;
        }
    }
    return POSTERN_FALSE;
}

/* ---- contexts ---------------------------------------------------------- */

static postern_truth explain_time(const postern_acp_set *set,
                                  const struct pst_context *context,
                                  struct pst_facts *facts)
{
    const struct pst_civil_time *time = pst_facts_civil(facts);

    if (context->windows.count == 0) {
        return POSTERN_TRUE;
    }
    for (uint32_t i = 0; time && i < context->windows.count; i++) {
        const struct pst_time_window *window =
            PST_TABLE(set, WINDOWS, struct pst_time_window) +
            context->windows.first + i;
        const struct pst_year_set *years =
            PST_TABLE(set, YEARS, struct pst_year_set);

        if (pst_time_window_contains(
                window, window->any_year ? NULL : years + window->years,
                time)) {
            return POSTERN_TRUE;
        }
    }
    return time ? POSTERN_FALSE : POSTERN_UNKNOWN;
}

static bool range4_holds(const struct pst_ip4_range *range, uint32_t address)
{
    return range->first <= address && address <= range->last;
}

static bool value6_at_most(struct pst_ip6_value a, struct pst_ip6_value b)
{
    return a.high != b.high ? a.high < b.high : a.low <= b.low;
}

static postern_truth explain_ip(const postern_acp_set *set,
                                const struct pst_context *context,
                                const struct pst_facts *facts)
{
    const postern_ip *ip = &facts->ip;
    bool inside = false;

    if (!context->limits_address) {
        return POSTERN_TRUE;
    }
    for (uint32_t i = 0; ip->family == 4 && i < context->ranges4.count; i++) {
        inside = inside ||
                 range4_holds(PST_TABLE(set, RANGES4, struct pst_ip4_range) +
                                  context->ranges4.first + i,
                              pst_ip4_value(ip));
    }
    for (uint32_t i = 0; ip->family == 6 && i < context->ranges6.count; i++) {
        const struct pst_ip6_range *range =
            PST_TABLE(set, RANGES6, struct pst_ip6_range) +
            context->ranges6.first + i;
        struct pst_ip6_value address = pst_ip6_value_of(ip);

        inside = inside || (value6_at_most(range->first, address) &&
                            value6_at_most(address, range->last));
    }
    if (ip->family != 4 && ip->family != 6) {
        return POSTERN_UNKNOWN;
    }
    return truth(inside);
}

static postern_truth explain_circles(const postern_acp_set *set,
                                     const struct pst_context *context,
                                     struct pst_facts *facts)
{
    const struct pst_point *point =
        context->circles.count ? pst_facts_point(facts) : NULL;

    for (uint32_t i = 0; point && i < context->circles.count; i++) {
        if (pst_circle_contains(PST_TABLE(set, CIRCLES, struct pst_circle) +
                                    context->circles.first + i,
                                point)) {
            return POSTERN_TRUE;
        }
    }
    return context->circles.count && !point ? POSTERN_UNKNOWN : POSTERN_FALSE;
}

static postern_truth explain_countries(const postern_acp_set *set,
                                       const struct pst_context *context,
                                       const struct pst_facts *facts)
{
    uint16_t country = pst_facts_country(facts);

    for (uint32_t i = 0; country && i < context->countries.count; i++) {
        if (PST_TABLE(set, COUNTRIES, uint16_t)[context->countries.first + i] ==
            country) {
            return POSTERN_TRUE;
        }
    }
    return context->countries.count && !country ? POSTERN_UNKNOWN
                                                : POSTERN_FALSE;
}

static postern_truth explain_loc(const postern_acp_set *set,
                                 const struct pst_context *context,
                                 struct pst_facts *facts)
{
    if (!context->limits_location) {
        return POSTERN_TRUE;
    }
    return or_(explain_circles(set, context, facts),
               explain_countries(set, context, facts));
}

static postern_truth explain_ctxts(struct explanation *all,
                                   const struct pst_condition *condition,
                                   struct pst_context_truth *first)
{
    const struct pst_context *contexts =
        PST_TABLE(all->set, CONTEXTS, struct pst_context) +
        condition->contexts.first;
    postern_truth result =
        condition->contexts.count ? POSTERN_FALSE : POSTERN_TRUE;

    for (uint32_t m = 0; m < condition->contexts.count; m++) {
        struct pst_context_truth one = {
            .time = explain_time(all->set, &contexts[m], &all->facts),
            .ip = explain_ip(all->set, &contexts[m], &all->facts),
            .loc = explain_loc(all->set, &contexts[m], &all->facts),
        };

        if (m == 0) {
            *first = one;
        }
        result = or_(result, and_(and_(one.time, one.ip), one.loc));
    }
    return result;
}

/* ---- object details and attributes ------------------------------------- */

static postern_truth explain_objd(struct explanation *all,
                                  const struct pst_condition *condition)
{
    const postern_request *request = all->facts.request;
    bool known = request->child_type != 0 && request->target_type != 0;

    if (pst_res_objd(all->set, condition, &all->facts)) {
        return POSTERN_TRUE;
    }
    return known ? POSTERN_FALSE : POSTERN_UNKNOWN;
}

static postern_truth explain_attrs(struct explanation *all,
                                   const struct pst_rule *rule,
                                   const struct pst_condition *condition)
{
    const postern_request *request = all->facts.request;

    if (!(rule->flags & PST_RULE_ATTRIBUTES)) {
        return POSTERN_TRUE;
    }
    if (request->attribute_count == 0) {
        return POSTERN_UNKNOWN;
    }
    for (size_t i = 0; i < request->attribute_count; i++) {
        if (!(pst_attributes_covered(all->set, condition, request, i) & 1)) {
            return POSTERN_FALSE;
        }
    }
    return POSTERN_TRUE;
}

/* ---- one rule ---------------------------------------------------------- */

static void explain_terms(struct explanation *all, const struct pst_rule *rule,
                          struct pst_rule_words *words)
{
    postern_rule_explanation *out = words->out;
    const postern_request *request = all->facts.request;
    const struct pst_condition *condition =
        PST_TABLE(all->set, CONDITIONS, struct pst_condition) + rule->condition;
    bool plain = (rule->flags & ~PST_RULE_AUTHN) == 0;

    out->authn =
        truth(!(rule->flags & PST_RULE_AUTHN) || request->authenticated);
    out->origs = explain_origs(all->set, rule, request);
    out->ops = truth((rule->operations & all->facts.operation) != 0);
    out->ctxts =
        plain ? POSTERN_TRUE : explain_ctxts(all, condition, &words->context);
    out->objd = plain ? POSTERN_TRUE : explain_objd(all, condition);
    out->attrs = plain ? POSTERN_TRUE : explain_attrs(all, rule, condition);
    words->condition = plain ? NULL : condition;
}

/* The rule without its attributes, which are judged over all rules. */
static postern_truth five_terms(const struct pst_rule *rule,
                                const postern_rule_explanation *out)
{
    if (rule->flags & PST_RULE_NEVER) {
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
    all->decision = (postern_decision){POSTERN_PERMIT, reason, rule->which,
                                       rule->acp, rule->rule};
}

/* What a true rule does for the whole: see decide.c. */
static void count_rule(struct explanation *all, const struct pst_rule *rule,
                       const postern_rule_explanation *out)
{
    const struct pst_condition *condition =
        PST_TABLE(all->set, CONDITIONS, struct pst_condition) + rule->condition;

    if (!(rule->flags & PST_RULE_ATTRIBUTES)) {
        all->unlimited = true;
        note_permit(all, out, POSTERN_REASON_RULE);
        return;
    }
    if (all->uncovered == 0) {
        return;
    }
    all->uncovered &= ~pst_attributes_covered(
        all->set, condition, all->facts.request, all->first_attribute);
    if (out->attrs == POSTERN_TRUE) {
        note_permit(all, out, POSTERN_REASON_RULE);
    } else if (all->uncovered == 0) {
        note_permit(all, out, POSTERN_REASON_RULES);
    }
}

static void explain_rule(struct explanation *all, postern_acp_ref ref,
                         uint32_t number, bool report)
{
    const struct pst_acp *acp =
        PST_TABLE(all->set, ACPS, struct pst_acp) + ref.acp;
    const struct pst_rule *rule = PST_TABLE(all->set, RULES, struct pst_rule) +
                                  acp->sets[ref.which].rules.first + number;
    postern_rule_explanation out = {
        .acp = ref.acp,
        .which = ref.which,
        .rule = number,
        .acp_id = pst_text_at(all->set, acp->id),
    };
    struct pst_rule_words words = {.out = &out, .set = all->set, .rule = rule};
    postern_truth five;

    explain_terms(all, rule, &words);
    five = five_terms(rule, &out);
    out.result = and_(five, out.attrs);
    if (five == POSTERN_TRUE) {
        count_rule(all, rule, &out);
    }
    if (report && all->report) {
        pst_explain_in_words(&words, &all->facts);
        all->report(all->user, &out);
    }
}

/* ---- all rules --------------------------------------------------------- */

static bool is_live(const struct pst_acp *acp, const postern_request *request)
{
    return acp->expires_s == INT64_MAX ||
           (request->time_known && request->time_s < acp->expires_s);
}

static void explain_ref(struct explanation *all, postern_acp_ref ref,
                        bool report)
{
    const struct pst_acp *acp;

    if (ref.acp >= postern_acp_set_count(all->set) ||
        (unsigned)ref.which > POSTERN_SELF_PRIVILEGES) {
        return;
    }
    acp = PST_TABLE(all->set, ACPS, struct pst_acp) + ref.acp;
    if (!is_live(acp, all->facts.request)) {
        return;
    }
    for (uint32_t k = 0; k < acp->sets[ref.which].rules.count; k++) {
        explain_rule(all, ref, k, report);
    }
}

/* One pass over all rules for each 64 attributes; the first one reports. */
static bool explain_pass(struct explanation *all, const postern_acp_ref *refs,
                         size_t ref_count)
{
    size_t rest = all->facts.request->attribute_count - all->first_attribute;

    all->uncovered = rest >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << rest) - 1;
    for (size_t i = 0; i < ref_count; i++) {
        postern_acp_ref ref = {(uint32_t)i, POSTERN_PRIVILEGES};

        explain_ref(all, refs ? refs[i] : ref, all->first_attribute == 0);
    }
    return all->unlimited || (rest && all->uncovered == 0);
}

static postern_decision denied(postern_reason reason)
{
    return (postern_decision){POSTERN_DENY, reason, POSTERN_PRIVILEGES,
                              POSTERN_NO_ACP, POSTERN_NO_RULE};
}

static postern_decision explain(struct explanation *all,
                                const postern_acp_ref *refs, size_t ref_count,
                                const postern_request *request)
{
    postern_request copy;

    if (!pst_facts_init(&all->facts, request, &copy)) {
        return denied(POSTERN_REASON_BAD_REQUEST);
    }
    all->decision = denied(POSTERN_REASON_NO_RULE);
    do {
        if (!explain_pass(all, refs, ref_count)) {
            return denied(POSTERN_REASON_NO_RULE);
        }
        all->first_attribute += 64;
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
    return explain(&all, NULL, postern_acp_set_count(set), request);
}

postern_decision postern_explain_acps(const postern_acp_set *set,
                                      const postern_acp_ref *refs,
                                      size_t ref_count,
                                      const postern_request *request,
                                      postern_explain_fn report, void *user)
{
    struct explanation all = {.set = set, .report = report, .user = user};

    if (!set || !refs) {
        return denied(POSTERN_REASON_NO_RULE);
    }
    return explain(&all, refs, ref_count, request);
}
