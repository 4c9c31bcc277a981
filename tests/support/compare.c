#include "support/compare.h"

#include "support/show.h"
#include "support/translate.h"

#include <stdio.h>
#include <string.h>

/* How a comparison asks: by refs to one set, perhaps with a principal, in a
 * batch, or from the text of the originator; by every ACP of it, which is then
 * what the refs are; by links to sets of one ACP each. */
enum way {
    BY_REFS,
    BY_PRINCIPAL,
    BY_BATCH,
    BY_CALLERS,
    BY_CALLERS_AGAIN,
    BY_ALL,
    BY_LINKS
};

/* Links of one comparison, in all forms. */
struct links {
    const struct ref_link *twin;
    struct compared_links ours;
    size_t count;
};

/* Follows the explanation from rule to rule. */
struct follower {
    const struct pair *pair;
    const struct ref_request *rq;
    const struct links *links;
    enum way way;
    size_t link;
    size_t rule;
    const char *difference; /* NULL so far */
};

static const struct ref_acp *acp_of(const struct pair *pair,
                                    const struct ref_link *link)
{
    return link->acp < pair->policy->acp_count ? &pair->policy->acps[link->acp]
                                               : NULL;
}

static const struct ref_rules *rules_of(const struct pair *pair,
                                        const struct ref_link *link)
{
    static const struct ref_rules none;
    const struct ref_acp *acp = acp_of(pair, link);

    if (!acp) {
        return &none;
    }
    return link->self ? &acp->self_privileges : &acp->privileges;
}

/* An ACP that is over has no rules to be told about. */
static bool is_over(const struct ref_acp *acp, const struct ref_request *rq)
{
    return acp->expires_s != REF_NEVER_EXPIRES &&
           !(rq->time_known && rq->time_s < acp->expires_s);
}

/* Goes on to the next link that still has a rule to be explained. */
static void skip_links_without_rules(struct follower *follower)
{
    while (follower->link < follower->links->count) {
        const struct ref_link *link = &follower->links->twin[follower->link];
        const struct ref_rules *rules = rules_of(follower->pair, link);

        if (follower->rule < rules->count &&
            !is_over(acp_of(follower->pair, link), follower->rq)) {
            return;
        }
        follower->link++;
        follower->rule = 0;
    }
}

static bool same(postern_truth truth, bool expected)
{
    return (truth == POSTERN_TRUE) == expected && truth <= POSTERN_UNKNOWN;
}

static const char *first_failed(const struct ref_terms *res)
{
    if (!res->valid) {
        return "rule";
    }
    if (!res->authn) {
        return "authn";
    }
    if (!res->origs) {
        return "origs";
    }
    if (!res->ops) {
        return "ops";
    }
    if (!res->ctxts) {
        return "ctxts";
    }
    if (!res->objd) {
        return "objd";
    }
    return res->attrs ? NULL : "attrs";
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static const char *differing_term(const postern_rule_explanation *rule,
                                  const struct ref_terms *res)
{
    if (!same(rule->result, res->res_acr && res->attrs)) {
        return "the result of a rule";
    }
    if (!same_text(rule->first_failed, first_failed(res))) {
        return "the first term that failed";
    }
    if (!res->valid) {
        return NULL; /* the terms of such a rule mean nothing */
    }
    if (!same(rule->authn, res->authn)) {
        return "res_authn";
    }
    if (!same(rule->origs, res->origs)) {
        return "res_origs";
    }
    if (!same(rule->ops, res->ops)) {
        return "res_ops";
    }
    if (!same(rule->ctxts, res->ctxts)) {
        return "res_ctxts";
    }
    if (!same(rule->objd, res->objd)) {
        return "res_objd";
    }
    return same(rule->attrs, res->attrs) ? NULL : "the attributes of a rule";
}

static void follow(void *user, const postern_rule_explanation *rule)
{
    struct follower *follower = user;
    const struct ref_link *link;
    const struct ref_rules *rules;
    struct ref_terms res;

    skip_links_without_rules(follower);
    if (follower->difference || follower->link >= follower->links->count) {
        follower->difference = "more rules explained than there are";
        return;
    }
    link = &follower->links->twin[follower->link];
    rules = rules_of(follower->pair, link);
    if (rule->acp != (follower->way == BY_LINKS ? 0 : link->acp) ||
        rule->rule != follower->rule ||
        (rule->which == POSTERN_SELF_PRIVILEGES) != link->self) {
        follower->difference = "the order of the explanation";
        return;
    }
    res = ref_res_terms(follower->pair->policy, acp_of(follower->pair, link),
                        &rules->rules[follower->rule], follower->rq);
    follower->difference = differing_term(rule, &res);
    follower->rule++;
}

/* A permit names a rule that holds; a denial names none. */
static const char *check_named(const struct pair *pair,
                               const struct ref_request *rq,
                               const postern_decision *decision, bool permits)
{
    struct ref_link link = {decision->acp,
                            decision->which == POSTERN_SELF_PRIVILEGES};
    const struct ref_rules *rules = rules_of(pair, &link);
    bool names_none =
        decision->acp == POSTERN_NO_ACP && decision->rule == POSTERN_NO_RULE;
    struct ref_terms res;

    if ((decision->effect == POSTERN_PERMIT) != permits) {
        return "the effect";
    }
    if (!permits) {
        bool bad = !ref_request_is_valid(pair->policy, rq);

        return names_none &&
                       decision->reason == (bad ? POSTERN_REASON_BAD_REQUEST
                                                : POSTERN_REASON_NO_RULE)
                   ? NULL
                   : "the reason of a denial";
    }
    if (decision->rule >= rules->count) {
        return "the rule named is not there";
    }
    res = ref_res_terms(pair->policy, acp_of(pair, &link),
                        &rules->rules[decision->rule], rq);
    if (decision->reason == POSTERN_REASON_RULE) {
        return res.res_acr && res.attrs ? NULL : "the rule named does not hold";
    }
    return decision->reason == POSTERN_REASON_RULES && res.res_acr
               ? NULL
               : "the reason of a permit";
}

static bool report(const struct pair *pair, const struct ref_request *rq,
                   const char *way, const char *difference)
{
    if (!difference) {
        return true;
    }
    fprintf(stderr, "%s and the twin differ: %s\n", way, difference);
    show_policy(stderr, pair->policy);
    show_request(stderr, rq);
    return false;
}

void translate_links(struct compared_links *out, const struct pair *pair,
                     const struct ref_link *links, size_t count)
{
    out->count = count < REF_ACPS_MAX ? count : REF_ACPS_MAX;
    for (size_t i = 0; i < out->count; i++) {
        postern_privileges which =
            links[i].self ? POSTERN_SELF_PRIVILEGES : POSTERN_PRIVILEGES;
        bool is_there = pair->sets && links[i].acp < pair->policy->acp_count;

        out->refs[i] = (postern_acp_ref){(uint32_t)links[i].acp, which};
        out->links[i] = (postern_acp_link){
            is_there ? pair->sets[links[i].acp] : NULL, {0, which}};
    }
}

static void read_links(struct links *out, const struct pair *pair,
                       const struct ref_link *links, size_t count)
{
    out->twin = links;
    translate_links(&out->ours, pair, links, count);
    out->count = out->ours.count;
}

static postern_decision explain(const struct pair *pair,
                                const struct links *links, enum way way,
                                const postern_request *rq,
                                struct follower *follower)
{
    switch (way) {
    case BY_ALL:
        return postern_explain(pair->set, rq, follow, follower);
    case BY_LINKS:
        return postern_explain_links(links->ours.links, links->count, rq,
                                     follow, follower);
    case BY_REFS:
    case BY_PRINCIPAL:
    case BY_BATCH:
    case BY_CALLERS:
    case BY_CALLERS_AGAIN:
    default:
        return postern_explain_acps(pair->set, links->ours.refs, links->count,
                                    rq, follow, follower);
    }
}

/* Of a request that is denied in any case there is no principal; what is left
 * in the request counts no more. */
static postern_decision decide_as(const struct pair *pair,
                                  const struct links *links,
                                  const postern_request *rq)
{
    postern_principal *principal;
    postern_request rest = *rq;
    postern_decision decision;

    if (postern_principal_new(&principal, pair->set, rq, NULL) == POSTERN_OK) {
        postern_id_set_absent(&rest.originator);
        rest.role_count = 0;
        rest.group_count = 0;
    }
    decision = postern_decide_as(pair->set, principal, links->ours.refs,
                                 links->count, &rest);
    postern_principal_free(principal);
    return decision;
}

/* Between two that ask for something else. */
static postern_decision decide_in_batch(const struct pair *pair,
                                        const struct links *links,
                                        const postern_request *rq)
{
    postern_question questions[3] = {
        {.request = NULL, .refs = links->ours.refs, .ref_count = links->count},
        {.request = rq, .refs = links->ours.refs, .ref_count = links->count},
        {.request = rq, .refs = NULL, .ref_count = links->count}};
    postern_decision decisions[3];

    postern_decide_batch(pair->set, questions, 3, decisions);
    return decisions[1];
}

/* From the text of the originator, as somebody who was not seen before, or as
 * one who was. Whoever is unknown has no text that could be read. */
static postern_decision decide_from(const struct pair *pair,
                                    const struct links *links, enum way way,
                                    const struct ref_request *given,
                                    const postern_request *rq)
{
    postern_str from = postern_str_of(given->from_unknown ? "" : given->from);
    postern_callers *callers;
    postern_request rest = *rq;
    postern_decision decision = {.effect = POSTERN_DENY};

    if (postern_callers_new(&callers, pair->cse, 1, NULL) != POSTERN_OK) {
        return decision; /* which is noticed, sooner or later */
    }
    rest.originator = (postern_id){.kind = POSTERN_ID_UNSET};
    for (int i = 0; i <= (way == BY_CALLERS_AGAIN); i++) {
        decision = postern_decide_from(callers, pair->set, from,
                                       links->ours.refs, links->count, &rest);
    }
    postern_callers_free(callers);
    return decision;
}

static postern_decision decide(const struct pair *pair,
                               const struct links *links, enum way way,
                               const struct ref_request *given,
                               const postern_request *rq)
{
    switch (way) {
    case BY_CALLERS:
    case BY_CALLERS_AGAIN:
        return decide_from(pair, links, way, given, rq);
    case BY_PRINCIPAL:
        return decide_as(pair, links, rq);
    case BY_BATCH:
        return decide_in_batch(pair, links, rq);
    case BY_ALL:
        return postern_decide(pair->set, rq);
    case BY_LINKS:
        return postern_decide_links(links->ours.links, links->count, rq);
    case BY_REFS:
    default:
        return postern_decide_acps(pair->set, links->ours.refs, links->count,
                                   rq);
    }
}

/* What a decision by links names, as if it had been one by refs: the link says
 * which set, and the ACP is the only one in it. NULL when that is so. */
static const char *check_link(const struct links *links, enum way way,
                              postern_decision *decision)
{
    const struct ref_link *link;

    if (way != BY_LINKS || decision->effect == POSTERN_DENY) {
        return decision->link == 0 ? NULL : "a link where there is none";
    }
    if (decision->link >= links->count || decision->acp != 0) {
        return "the link that permits";
    }
    link = &links->twin[decision->link];
    decision->acp = (uint32_t)link->acp;
    return (decision->which == POSTERN_SELF_PRIVILEGES) == link->self
               ? NULL
               : "the privileges of the link that permits";
}

static bool compare_explanation(const struct pair *pair,
                                const struct links *links, enum way way,
                                const struct ref_request *rq, bool expected)
{
    struct follower follower = {pair, rq, links, way, 0, 0, NULL};
    struct translated_request translated;
    postern_decision decision;
    const char *difference;

    translate_request(&translated, pair->cse, rq);
    decision = explain(pair, links, way, &translated.rq, &follower);
    difference = follower.difference;
    skip_links_without_rules(&follower);
    if (!difference && follower.link < links->count &&
        decision.reason != POSTERN_REASON_BAD_REQUEST) {
        difference = "fewer rules explained than there are";
    }
    if (!difference) {
        difference = check_link(links, way, &decision);
    }
    if (!difference) {
        difference = check_named(pair, rq, &decision, expected);
    }
    return report(pair, rq, "the explanation", difference);
}

static bool compare_decision(const struct pair *pair, const struct links *links,
                             enum way way, const struct ref_request *rq,
                             bool expected)
{
    struct translated_request translated;
    postern_decision decision;
    const char *difference;

    translate_request(&translated, pair->cse, rq);
    decision = decide(pair, links, way, rq, &translated.rq);
    difference = check_link(links, way, &decision);
    if (!difference) {
        difference = check_named(pair, rq, &decision, expected);
    }
    return report(pair, rq, "the decision", difference);
}

static bool compare_ways(const struct pair *pair, const struct links *links,
                         const struct ref_request *rq, bool expected)
{
    return compare_decision(pair, links, BY_REFS, rq, expected) &&
           compare_decision(pair, links, BY_PRINCIPAL, rq, expected) &&
           compare_decision(pair, links, BY_BATCH, rq, expected) &&
           compare_decision(pair, links, BY_CALLERS, rq, expected) &&
           compare_decision(pair, links, BY_CALLERS_AGAIN, rq, expected) &&
           (!pair->sets ||
            (compare_decision(pair, links, BY_LINKS, rq, expected) &&
             compare_explanation(pair, links, BY_LINKS, rq, expected)));
}

/* Each ACP by itself. */
static bool compare_scan(const struct pair *pair, const struct ref_request *rq)
{
    uint64_t permitted[REF_ACPS_MAX / 64 + 1];
    struct translated_request translated;
    uint32_t count;

    translate_request(&translated, pair->cse, rq);
    count = postern_scan(pair->set, NULL, &translated.rq, permitted);
    for (size_t i = 0; i < pair->policy->acp_count; i++) {
        struct ref_link link = {i, false};
        bool expected = ref_res_acrs(pair->policy, &link, 1, rq);

        count -= expected;
        if ((permitted[i / 64] >> (i % 64) & 1) != expected) {
            return report(pair, rq, "the scan", "the effect of an ACP");
        }
    }
    return report(pair, rq, "the scan", count ? "the number" : NULL);
}

bool compare_links(const struct pair *pair, const struct ref_link *given,
                   size_t link_count, const struct ref_request *rq,
                   bool *permits)
{
    bool expected = ref_res_acrs(pair->policy, given, link_count, rq);
    struct links links;

    if (permits) {
        *permits = expected;
    }
    read_links(&links, pair, given, link_count);
    return compare_ways(pair, &links, rq, expected) &&
           compare_explanation(pair, &links, BY_REFS, rq, expected);
}

bool compare_all(const struct pair *pair, const struct ref_request *rq,
                 bool *permits)
{
    bool expected = ref_res_all_acrs(pair->policy, rq);
    struct ref_link all[REF_ACPS_MAX] = {{0}};
    struct links links;
    size_t count = pair->policy->acp_count;

    if (permits) {
        *permits = expected;
    }
    for (size_t i = 0; i < count && i < REF_ACPS_MAX; i++) {
        all[i].acp = i;
    }
    read_links(&links, pair, all, count);
    return compare_decision(pair, &links, BY_ALL, rq, expected) &&
           compare_scan(pair, rq) && compare_ways(pair, &links, rq, expected) &&
           compare_explanation(pair, &links, BY_ALL, rq, expected);
}
