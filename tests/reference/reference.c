/*
 * Clause 7.1.5 as it stands there, name by name. Read it with the clause open
 * beside it.
 */
#include "reference/reference.h"

#include <string.h>

enum { CREATE = 1, RETRIEVE = 2, UPDATE = 3, DELETE = 4, NOTIFY = 5 };

/* Table 7.1.5-1. [DEC-06] */
bool ref_res_authn(const struct ref_rule *acr, const struct ref_request *rq)
{
    bool flag = acr->authentication_flag;
    bool rq_authn = rq->authenticated;

    if (flag && rq_authn) {
        return true;
    }
    if (flag && !rq_authn) {
        return false;
    }
    if (!flag && rq_authn) {
        return true;
    }
    return true;
}

/* ---- Originator ------------------------------------------------------- */

/* Who asks, in canonical form; "" when the request names nobody. [REQ-02] */
bool ref_originator_of(const struct ref_policy *policy,
                       const struct ref_request *rq, char out[REF_TEXT_SIZE])
{
    out[0] = '\0';
    if (rq->from_unknown) {
        return false;
    }
    return rq->from == NULL || ref_entity(&policy->cse, rq->from, out);
}

/* All AE-IDs and CSE-IDs of that very domain. [ORI-03] */
static bool is_of_domain(const char *originator, const char *domain)
{
    return strncmp(originator, domain, strlen(domain)) == 0 &&
           originator[strlen(domain)] == '/';
}

static bool has_role(const struct ref_request *rq, const char *role)
{
    char own[REF_TEXT_SIZE];

    for (size_t i = 0; i < rq->roles.count; i++) {
        if (ref_role(rq->roles.items[i], own) && strcmp(own, role) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_in_group(const struct ref_policy *policy,
                        const struct ref_request *rq, const char *group)
{
    char own[REF_TEXT_SIZE];

    for (size_t i = 0; i < rq->groups.count; i++) {
        if (ref_resource(&policy->cse, rq->groups.items[i], own) &&
            strcmp(own, group) == 0) {
            return true;
        }
    }
    return false;
}

bool ref_fits_by_name(enum ref_kind kind, const char *canonical,
                      const char *originator)
{
    if (kind == REF_KIND_ALL) {
        return true; /* [ORI-02] */
    }
    if (originator[0] == '\0') {
        return false; /* [REQ-02] */
    }
    switch (kind) {
    case REF_KIND_DOMAIN:
        return is_of_domain(originator, canonical);
    case REF_KIND_PATTERN:
        return ref_pattern_fits(canonical, originator);
    case REF_KIND_ENTITY:
        return strcmp(canonical, originator) == 0;
    default:
        return false;
    }
}

static bool matches_entry(const struct ref_policy *policy, const char *entry,
                          const struct ref_request *rq, const char *originator)
{
    char canonical[REF_TEXT_SIZE];
    enum ref_kind kind = ref_originator(policy, entry, canonical);

    if (ref_fits_by_name(kind, canonical, originator)) {
        return true;
    }
    if (originator[0] == '\0') {
        return false; /* [REQ-02] */
    }
    return (kind == REF_KIND_ROLE && has_role(rq, canonical)) || /* [ORI-12] */
           (kind == REF_KIND_GROUP &&
            is_in_group(policy, rq, canonical)); /* [ORI-11] */
}

/* ismember(Originator, acr(k)_accessControlOriginators) */
static bool res_origs(const struct ref_policy *policy,
                      const struct ref_rule *acr, const struct ref_request *rq)
{
    char originator[REF_TEXT_SIZE];

    if (!ref_originator_of(policy, rq, originator)) {
        return false;
    }
    for (size_t i = 0; i < acr->originators.count; i++) {
        if (matches_entry(policy, acr->originators.items[i], rq, originator)) {
            return true;
        }
    }
    return false;
}

/* ---- Operation -------------------------------------------------------- */

/* The bit of the operation; Discover is a Retrieve with filter usage.
 * [REQ-03] [REQ-04] */
static uint32_t operation_bit(const struct ref_request *rq)
{
    switch (rq->operation) {
    case CREATE:
        return 1;
    case RETRIEVE:
        return rq->filter_usage == 1 ? 32 : 2;
    case UPDATE:
        return 4;
    case DELETE:
        return 8;
    case NOTIFY:
        return 16;
    default:
        return 0;
    }
}

/* ismember(Operation, acr(k)_accessControlOperations) */
bool ref_res_ops(const struct ref_rule *acr, const struct ref_request *rq)
{
    return (acr->operations & operation_bit(rq)) != 0;
}

/* ---- Contexts --------------------------------------------------------- */

/* ismember(rq_time, accessControlTimeWindow); no window restricts nothing. */
bool ref_res_time(const struct ref_context *context,
                  const struct ref_request *rq)
{
    if (context->windows.count == 0) {
        return true; /* [CTX-03] */
    }
    for (size_t i = 0; i < context->windows.count; i++) {
        if (rq->time_known &&
            ref_window_holds(context->windows.items[i], rq->time_s)) {
            return true;
        }
    }
    return false;
}

/* ismember(rq_ip, accessControlIpAddress) */
bool ref_res_ip(const struct ref_context *context, const struct ref_request *rq)
{
    if (context->addresses.items == NULL) {
        return true;
    }
    for (size_t i = 0; i < context->addresses.count; i++) {
        if (rq->ip && ref_address_holds(context->addresses.items[i], rq->ip)) {
            return true;
        }
    }
    return false;
}

/* ismember(rq_loc, accessControlLocationRegion): an element is a circle or a
 * country. [CTX-30] */
bool ref_res_loc(const struct ref_context *context,
                 const struct ref_request *rq)
{
    if (context->circles == NULL && context->countries.items == NULL) {
        return true;
    }
    for (size_t i = 0; i < context->circle_count; i++) {
        if (rq->has_point &&
            ref_circle_holds(&context->circles[i], rq->latitude_deg,
                             rq->longitude_deg)) {
            return true;
        }
    }
    for (size_t i = 0; i < context->countries.count; i++) {
        if (rq->country &&
            ref_country_equal(context->countries.items[i], rq->country)) {
            return true;
        }
    }
    return false;
}

static bool res_context(const struct ref_context *context,
                        const struct ref_request *rq)
{
    return ref_res_time(context, rq) && ref_res_ip(context, rq) &&
           ref_res_loc(context, rq);
}

static bool res_ctxts(const struct ref_rule *acr, const struct ref_request *rq)
{
    if (acr->context_count == 0) {
        return true; /* a pair: any context is admissible [CTX-01] */
    }
    for (size_t m = 0; m < acr->context_count; m++) {
        if (res_context(&acr->contexts[m], rq)) {
            return true;
        }
    }
    return false;
}

/* ---- Object details --------------------------------------------------- */

static bool res_resource_type(const struct ref_details *details,
                              const struct ref_request *rq)
{
    return details->resource_type == 0 ||
           details->resource_type == rq->target_type;
}

/* Decimal digits; 0 for any other text and for what is too large. */
static uint32_t mgmt_definition_of(const char *text)
{
    uint64_t value = 0;

    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return 0;
        }
        value = value * 10 + (uint64_t)(*text - '0');
        if (value > UINT32_MAX) {
            return 0;
        }
    }
    return (uint32_t)value;
}

static bool is_container_definition(const char *text,
                                    const struct ref_request *rq)
{
    return rq->container_definition && rq->container_definition[0] != '\0' &&
           strcmp(text, rq->container_definition) == 0;
}

static bool is_mgmt_definition(const char *text, const struct ref_request *rq)
{
    return rq->mgmt_definition != 0 &&
           mgmt_definition_of(text) == rq->mgmt_definition;
}

/* [OBJ-06] */
bool ref_specialization_holds(const struct ref_details *details,
                              const struct ref_request *rq)
{
    const char *text = details->specialization;

    switch (details->specialization_kind) {
    case REF_SPECIALIZATION_NONE:
        return true;
    case REF_SPECIALIZATION_CONTAINER:
        return is_container_definition(text, rq);
    case REF_SPECIALIZATION_MGMT:
        return is_mgmt_definition(text, rq);
    case REF_SPECIALIZATION_ANY:
        return is_container_definition(text, rq) ||
               is_mgmt_definition(text, rq);
    }
    return false;
}

/* ismember(Resource Type, childResourceType(k, m, j)) */
static bool res_child_resource(const struct ref_details *details,
                               const struct ref_request *rq)
{
    for (size_t j = 0; j < details->child_type_count; j++) {
        if (rq->child_type != 0 && details->child_types[j] == rq->child_type) {
            return true;
        }
    }
    return false;
}

/* Applies to Create only. [OBJ-01] */
bool ref_res_objd(const struct ref_rule *acr, const struct ref_request *rq)
{
    if (rq->operation != CREATE || acr->details_count == 0) {
        return true;
    }
    for (size_t m = 0; m < acr->details_count; m++) {
        if (res_resource_type(&acr->details[m], rq) &&
            ref_specialization_holds(&acr->details[m], rq) &&
            res_child_resource(&acr->details[m], rq)) {
            return true;
        }
    }
    return false;
}

/* ---- What a rule may say ---------------------------------------------- */

static bool context_is_valid(const struct ref_context *context)
{
    bool empty = (context->addresses.items && context->addresses.count == 0) ||
                 (context->circles && context->circle_count == 0) ||
                 (context->countries.items && context->countries.count == 0);
    bool valid = !empty; /* [CTX-24] */

    for (size_t i = 0; i < context->windows.count; i++) {
        valid = valid && ref_window_is_valid(context->windows.items[i]);
    }
    for (size_t i = 0; i < context->addresses.count; i++) {
        valid = valid && ref_address_is_valid(context->addresses.items[i]);
    }
    for (size_t i = 0; i < context->circle_count; i++) {
        valid = valid && ref_circle_is_valid(&context->circles[i]);
    }
    for (size_t i = 0; i < context->countries.count; i++) {
        valid = valid && ref_country_is_valid(context->countries.items[i]);
    }
    return valid;
}

/* [OBJ-05] [OBJ-07] */
static bool details_are_valid(const struct ref_details *details)
{
    bool specialized = details->specialization_kind != REF_SPECIALIZATION_NONE;

    for (size_t j = 0; j < details->child_type_count; j++) {
        if (details->child_types[j] == 0) {
            return false; /* no resource type has this number */
        }
    }
    if (details->child_type_count == 0) {
        return false;
    }
    if ((details->resource_type == 13 || details->resource_type == 28) &&
        !specialized) {
        return false;
    }
    if (details->specialization_kind == REF_SPECIALIZATION_MGMT) {
        return mgmt_definition_of(details->specialization) != 0;
    }
    return !specialized || details->specialization[0] != '\0';
}

static bool attributes_are_valid(const struct ref_list *attributes)
{
    for (size_t i = 0; i < attributes->count; i++) {
        if (attributes->items[i][0] == '\0') {
            return false;
        }
    }
    return attributes->items == NULL || attributes->count > 0;
}

bool ref_rule_is_valid(const struct ref_policy *policy,
                       const struct ref_rule *rule)
{
    char canonical[REF_TEXT_SIZE];
    bool valid = !rule->never && rule->operations >= 1 &&
                 rule->operations <= 63 && /* [REQ-04] */
                 attributes_are_valid(&rule->attributes);

    for (size_t i = 0; i < rule->originators.count; i++) {
        valid = valid && ref_originator(policy, rule->originators.items[i],
                                        canonical) != REF_KIND_NONE;
    }
    for (size_t i = 0; i < rule->context_count; i++) {
        valid = valid && context_is_valid(&rule->contexts[i]);
    }
    for (size_t i = 0; i < rule->details_count; i++) {
        valid = valid && details_are_valid(&rule->details[i]);
    }
    return valid;
}

bool ref_request_is_valid(const struct ref_policy *policy,
                          const struct ref_request *rq)
{
    char originator[REF_TEXT_SIZE];

    return ref_originator_of(policy, rq, originator) && operation_bit(rq) != 0;
}

/* ---- Attributes ------------------------------------------------------- */

static bool is_listed(const struct ref_list *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], text) == 0) {
            return true;
        }
    }
    return false;
}

static bool covers_all(const struct ref_rule *acr, const struct ref_request *rq)
{
    if (acr->attributes.items == NULL) {
        return true;
    }
    for (size_t i = 0; i < rq->attributes.count; i++) {
        if (!is_listed(&acr->attributes, rq->attributes.items[i])) {
            return false;
        }
    }
    return rq->attributes.count > 0;
}

/* ---- The rule, the set of rules --------------------------------------- */

/* From its expiry on, or when nobody knows what time it is, an ACP that
 * expires has no rules. [PRP-09] */
bool ref_is_in_force(const struct ref_acp *acp, const struct ref_request *rq)
{
    return acp->expires_s == REF_NEVER_EXPIRES ||
           (rq->time_known && rq->time_s < acp->expires_s);
}

/* Such a rule is evaluated; any other is false. */
static bool is_evaluated(const struct ref_policy *policy,
                         const struct ref_acp *acp, const struct ref_rule *acr,
                         const struct ref_request *rq)
{
    return ref_request_is_valid(policy, rq) && ref_is_in_force(acp, rq) &&
           ref_rule_is_valid(policy, acr);
}

/* [DEC-04] */
static bool res_acr(const struct ref_policy *policy, const struct ref_acp *acp,
                    const struct ref_rule *acr, const struct ref_request *rq)
{
    return ref_res_authn(acr, rq) && res_origs(policy, acr, rq) &&
           ref_res_ops(acr, rq) && res_ctxts(acr, rq) &&
           ref_res_objd(acr, rq) && is_evaluated(policy, acp, acr, rq);
}

struct ref_terms ref_res_terms(const struct ref_policy *policy,
                               const struct ref_acp *acp,
                               const struct ref_rule *rule,
                               const struct ref_request *rq)
{
    return (struct ref_terms){
        .valid = is_evaluated(policy, acp, rule, rq),
        .authn = ref_res_authn(rule, rq),
        .origs = res_origs(policy, rule, rq),
        .ops = ref_res_ops(rule, rq),
        .ctxts = res_ctxts(rule, rq),
        .objd = ref_res_objd(rule, rq),
        .attrs = covers_all(rule, rq),
        .res_acr = res_acr(policy, acp, rule, rq),
    };
}

/* One of the two attributes of the ACP that a link leads to. */
static const struct ref_rules *acrs_of(const struct ref_policy *policy,
                                       const struct ref_link *link)
{
    static const struct ref_rules none;
    const struct ref_acp *acp;

    if (link->acp >= policy->acp_count) {
        return &none; /* [PRP-07] */
    }
    acp = &policy->acps[link->acp];
    return link->self ? &acp->self_privileges : &acp->privileges;
}

/* A rule that holds, and for `attribute` (NULL: for whatever is asked). */
static bool some_rule_holds(const struct ref_policy *policy,
                            const struct ref_link *links, size_t link_count,
                            const struct ref_request *rq, const char *attribute)
{
    for (size_t i = 0; i < link_count; i++) {
        const struct ref_rules *acrs = acrs_of(policy, &links[i]);

        for (size_t k = 0; k < acrs->count; k++) {
            const struct ref_rule *acr = &acrs->rules[k];
            bool wanted = attribute ? is_listed(&acr->attributes, attribute)
                                    : acr->attributes.items == NULL;

            if (wanted &&
                ref_res_terms(policy, &policy->acps[links[i].acp], acr, rq)
                    .res_acr) {
                return true;
            }
        }
    }
    return false;
}

/* res_acr(1) OR ... OR res_acr(K). A rule with accessControlAttributes grants
 * these only: without a true rule that has none, each attribute asked for
 * needs a true rule that lists it. */
bool ref_res_acrs(const struct ref_policy *policy, const struct ref_link *links,
                  size_t link_count, const struct ref_request *rq)
{
    if (some_rule_holds(policy, links, link_count, rq, NULL)) {
        return true;
    }
    for (size_t i = 0; i < rq->attributes.count; i++) {
        if (!some_rule_holds(policy, links, link_count, rq,
                             rq->attributes.items[i])) {
            return false;
        }
    }
    return rq->attributes.count > 0;
}

bool ref_res_all_acrs(const struct ref_policy *policy,
                      const struct ref_request *rq)
{
    struct ref_link links[REF_ACPS_MAX] = {{0}};
    size_t count = 0;

    while (count < policy->acp_count && count < REF_ACPS_MAX) {
        links[count].acp = count;
        count++;
    }
    return ref_res_acrs(policy, links, count, rq);
}
