/*
 * What a request lacks: for every rule that is not false and not true, the
 * facts that it waits for. [ARC-03] [DEC-09]
 *
 * Each term is asked the same question: could it hold if facts of these kinds
 * were to turn out well? A term that could not, whatever turns out, is false.
 */
#include "reference/reference.h"

#include <string.h>

/* Facts as a set: bit k for the kind k. */
static const unsigned NOTHING = 0;
static const unsigned ANYTHING = ~0U;

static bool has(unsigned learned, enum ref_fact fact)
{
    return learned >> fact & 1U;
}

/* ---- contexts ---------------------------------------------------------- */

static bool knows_address(const struct ref_request *rq)
{
    return rq->ip && (ref_address_holds("0.0.0.0/0", rq->ip) ||
                      ref_address_holds("::/0", rq->ip));
}

static bool knows_point(const struct ref_request *rq)
{
    return rq->has_point &&
           ref_point_is_valid(rq->latitude_deg, rq->longitude_deg);
}

static bool knows_country(const struct ref_request *rq)
{
    return rq->country && ref_country_is_valid(rq->country);
}

static bool could_time(const struct ref_context *context,
                       const struct ref_request *rq, unsigned learned)
{
    if (context->windows.count == 0) {
        return true;
    }
    if (!rq->time_known) {
        return has(learned, REF_FACT_TIME);
    }
    for (size_t i = 0; i < context->windows.count; i++) {
        if (ref_window_holds(context->windows.items[i], rq->time_s)) {
            return true;
        }
    }
    return false;
}

static bool could_ip(const struct ref_context *context,
                     const struct ref_request *rq, unsigned learned)
{
    if (!context->addresses.items) {
        return true;
    }
    if (!knows_address(rq)) {
        return has(learned, REF_FACT_ADDRESS);
    }
    for (size_t i = 0; i < context->addresses.count; i++) {
        if (ref_address_holds(context->addresses.items[i], rq->ip)) {
            return true;
        }
    }
    return false;
}

static bool could_circle(const struct ref_context *context,
                         const struct ref_request *rq, unsigned learned)
{
    for (size_t i = 0; i < context->circle_count; i++) {
        if (knows_point(rq)
                ? ref_circle_holds(&context->circles[i], rq->latitude_deg,
                                   rq->longitude_deg)
                : has(learned, REF_FACT_POINT)) {
            return true;
        }
    }
    return false;
}

static bool could_country(const struct ref_context *context,
                          const struct ref_request *rq, unsigned learned)
{
    for (size_t i = 0; i < context->countries.count; i++) {
        if (knows_country(rq)
                ? ref_country_equal(context->countries.items[i], rq->country)
                : has(learned, REF_FACT_COUNTRY)) {
            return true;
        }
    }
    return false;
}

static bool could_loc(const struct ref_context *context,
                      const struct ref_request *rq, unsigned learned)
{
    if (!context->circles && !context->countries.items) {
        return true;
    }
    return could_circle(context, rq, learned) ||
           could_country(context, rq, learned);
}

static bool could_context(const struct ref_context *context,
                          const struct ref_request *rq, unsigned learned)
{
    return could_time(context, rq, learned) && could_ip(context, rq, learned) &&
           could_loc(context, rq, learned);
}

static bool could_ctxts(const struct ref_rule *acr,
                        const struct ref_request *rq, unsigned learned)
{
    for (size_t m = 0; m < acr->context_count; m++) {
        if (could_context(&acr->contexts[m], rq, learned)) {
            return true;
        }
    }
    return acr->context_count == 0;
}

/* Of a context that does not hold. */
static bool context_waits_for(const struct ref_context *context,
                              const struct ref_request *rq, enum ref_fact fact)
{
    if (!could_context(context, rq, ANYTHING)) {
        return false;
    }
    switch (fact) {
    case REF_FACT_TIME:
        return context->windows.count > 0 && !rq->time_known;
    case REF_FACT_ADDRESS:
        return context->addresses.items && !knows_address(rq);
    case REF_FACT_POINT:
        return context->circle_count > 0 && !knows_point(rq) &&
               !could_loc(context, rq, NOTHING);
    case REF_FACT_COUNTRY:
        return context->countries.count > 0 && !knows_country(rq) &&
               !could_loc(context, rq, NOTHING);
    default:
        return false;
    }
}

static bool ctxts_wait_for(const struct ref_rule *acr,
                           const struct ref_request *rq, enum ref_fact fact)
{
    if (could_ctxts(acr, rq, NOTHING)) {
        return false;
    }
    for (size_t m = 0; m < acr->context_count; m++) {
        if (context_waits_for(&acr->contexts[m], rq, fact)) {
            return true;
        }
    }
    return false;
}

/* ---- object details ---------------------------------------------------- */

/* A Create whose types are known is known altogether: what it does not have
 * then, it has not. */
static bool could_be_specialized(const struct ref_request *rq, unsigned learned)
{
    bool types_known = rq->target_type != 0 && rq->child_type != 0;
    bool has_one = (rq->container_definition && rq->container_definition[0]) ||
                   rq->mgmt_definition != 0;

    return !types_known && !has_one && has(learned, REF_FACT_TYPES);
}

static bool could_be_type(uint32_t known, uint32_t wanted, unsigned learned)
{
    return known == wanted || (known == 0 && has(learned, REF_FACT_TYPES));
}

static bool could_details(const struct ref_details *details,
                          const struct ref_request *rq, unsigned learned)
{
    bool child = false;

    for (size_t j = 0; j < details->child_type_count; j++) {
        child = child ||
                could_be_type(rq->child_type, details->child_types[j], learned);
    }
    return child &&
           (details->resource_type == 0 ||
            could_be_type(rq->target_type, details->resource_type, learned)) &&
           (ref_specialization_holds(details, rq) ||
            could_be_specialized(rq, learned));
}

/* Applies to Create only. [OBJ-01] */
static bool could_objd(const struct ref_rule *acr, const struct ref_request *rq,
                       unsigned learned)
{
    if (rq->operation != 1 || acr->details_count == 0) {
        return true;
    }
    for (size_t m = 0; m < acr->details_count; m++) {
        if (could_details(&acr->details[m], rq, learned)) {
            return true;
        }
    }
    return false;
}

/* ---- attributes -------------------------------------------------------- */

static size_t attributes_listed(const struct ref_rule *acr,
                                const struct ref_request *rq)
{
    size_t count = 0;

    for (size_t i = 0; i < rq->attributes.count; i++) {
        for (size_t j = 0; j < acr->attributes.count; j++) {
            if (strcmp(acr->attributes.items[j], rq->attributes.items[i]) ==
                0) {
                count++;
                break;
            }
        }
    }
    return count;
}

static bool could_cover(const struct ref_rule *acr,
                        const struct ref_request *rq, unsigned learned)
{
    if (!acr->attributes.items) {
        return true;
    }
    if (rq->attributes.count == 0) {
        return has(learned, REF_FACT_ATTRIBUTES);
    }
    return attributes_listed(acr, rq) == rq->attributes.count;
}

/* With other rules it could. */
static bool could_help_to_cover(const struct ref_rule *acr,
                                const struct ref_request *rq)
{
    return could_cover(acr, rq, ANYTHING) || attributes_listed(acr, rq) > 0;
}

/* ---- one rule ---------------------------------------------------------- */

static bool could_be_in_force(const struct ref_acp *acp,
                              const struct ref_request *rq, unsigned learned)
{
    if (acp->expires_s == REF_NEVER_EXPIRES) {
        return true;
    }
    return rq->time_known ? rq->time_s < acp->expires_s
                          : has(learned, REF_FACT_TIME);
}

/* All that is asked of one rule. */
struct question {
    const struct ref_policy *policy;
    const struct ref_acp *acp;
    const struct ref_rule *acr;
    const struct ref_request *rq;
    struct ref_terms res;
};

/* Terms other than the originators, and the attributes, which are a matter of
 * all rules. */
static bool could_terms(const struct question *q, unsigned learned)
{
    return ref_request_is_valid(q->policy, q->rq) &&
           ref_rule_is_valid(q->policy, q->acr) && q->res.authn && q->res.ops &&
           could_be_in_force(q->acp, q->rq, learned) &&
           could_ctxts(q->acr, q->rq, learned) &&
           could_objd(q->acr, q->rq, learned);
}

static bool waits_for(const struct question *q, enum ref_fact fact)
{
    switch (fact) {
    case REF_FACT_TIME:
        return ctxts_wait_for(q->acr, q->rq, fact) ||
               !could_be_in_force(q->acp, q->rq, NOTHING);
    case REF_FACT_TYPES:
        return !could_objd(q->acr, q->rq, NOTHING);
    case REF_FACT_ATTRIBUTES:
        return q->acr->attributes.items && q->rq->attributes.count == 0;
    default:
        return ctxts_wait_for(q->acr, q->rq, fact);
    }
}

/* ---- all of them ------------------------------------------------------- */

struct list {
    struct ref_missing *out;
    size_t size;
    size_t count;
    size_t link;
    size_t rule;
};

static void add(struct list *list, enum ref_fact fact, const char *entry,
                bool suffices)
{
    if (list->count < list->size) {
        list->out[list->count] =
            (struct ref_missing){fact, entry, list->link, list->rule, suffices};
    }
    list->count++;
}

/* An originator that is in no group and has no role that the rule lists could
 * turn out to. Returns how many entries say so. [ORI-11] [ORI-12] */
static size_t add_memberships(struct list *list, const struct question *q)
{
    const struct ref_list *entries = &q->acr->originators;
    bool suffices =
        could_terms(q, NOTHING) && could_cover(q->acr, q->rq, NOTHING);
    size_t before = list->count;

    for (size_t i = 0; q->rq->from && i < entries->count; i++) {
        char canonical[REF_TEXT_SIZE];
        enum ref_kind kind =
            ref_originator(q->policy, entries->items[i], canonical);

        if (kind == REF_KIND_GROUP) {
            add(list, REF_FACT_GROUP, entries->items[i], suffices);
        } else if (kind == REF_KIND_ROLE) {
            add(list, REF_FACT_ROLE, entries->items[i], suffices);
        }
    }
    return list->count - before;
}

static void add_rule(struct list *list, const struct question *q)
{
    if (!could_terms(q, ANYTHING) || !could_help_to_cover(q->acr, q->rq) ||
        (!q->res.origs && add_memberships(list, q) == 0)) {
        return;
    }
    for (int fact = REF_FACT_TIME; fact <= REF_FACT_ATTRIBUTES; fact++) {
        if (waits_for(q, (enum ref_fact)fact)) {
            add(list, (enum ref_fact)fact, NULL,
                q->res.origs && could_terms(q, 1U << fact) &&
                    could_cover(q->acr, q->rq, 1U << fact));
        }
    }
}

size_t ref_missing(const struct ref_policy *policy,
                   const struct ref_link *links, size_t link_count,
                   const struct ref_request *rq, struct ref_missing *out,
                   size_t size)
{
    struct list list = {.out = out, .size = size};

    for (size_t i = 0; i < link_count; i++) {
        const struct ref_acp *acp = links[i].acp < policy->acp_count
                                        ? &policy->acps[links[i].acp]
                                        : NULL;
        const struct ref_rules *acrs = acp && links[i].self
                                           ? &acp->self_privileges
                                           : (acp ? &acp->privileges : NULL);

        for (size_t k = 0; acrs && k < acrs->count; k++) {
            struct question question = {
                policy, acp, &acrs->rules[k], rq,
                ref_res_terms(policy, acp, &acrs->rules[k], rq)};

            list.link = i;
            list.rule = k;
            add_rule(&list, &question);
        }
    }
    return list.count;
}
