#include "pdp/truth.h"

#include "base/str.h"
#include "pdp/rule_terms.h"
#include "pdp/wildcard.h"

struct pst_truth pst_truth_and(struct pst_truth a, struct pst_truth b)
{
    if (pst_is_false(a) || pst_is_false(b)) {
        return PST_FALSE;
    }
    return (struct pst_truth){a.wanted | b.wanted, a.alone & b.alone};
}

struct pst_truth pst_truth_or(struct pst_truth a, struct pst_truth b)
{
    if (pst_truth_value(a) == POSTERN_TRUE ||
        pst_truth_value(b) == POSTERN_TRUE) {
        return PST_TRUE;
    }
    return (struct pst_truth){a.wanted | b.wanted, a.alone | b.alone};
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

bool pst_originator_matches(const postern_acp_set *set,
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

/* ---- contexts ---------------------------------------------------------- */

struct pst_truth pst_truth_time(const postern_acp_set *set,
                                const struct pst_context *context,
                                struct pst_facts *facts)
{
    const struct pst_civil_time *time = pst_facts_civil(facts);

    if (context->windows.count == 0) {
        return PST_TRUE;
    }
    if (!facts->request->time_known) {
        return pst_truth_wants(POSTERN_MISSING_TIME);
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
            return PST_TRUE;
        }
    }
    return PST_FALSE;
}

static bool range4_holds(const struct pst_ip4_range *range, uint32_t address)
{
    return range->first <= address && address <= range->last;
}

static bool value6_at_most(struct pst_ip6_value a, struct pst_ip6_value b)
{
    return a.high != b.high ? a.high < b.high : a.low <= b.low;
}

static bool is_in_ranges(const postern_acp_set *set,
                         const struct pst_context *context,
                         const postern_ip *ip)
{
    bool inside = false;

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
    return inside;
}

struct pst_truth pst_truth_ip(const postern_acp_set *set,
                              const struct pst_context *context,
                              struct pst_facts *facts)
{
    const postern_ip *ip = pst_facts_ip(facts);

    if (!context->limits_address) {
        return PST_TRUE;
    }
    return ip ? pst_truth_of(is_in_ranges(set, context, ip))
              : pst_truth_wants(POSTERN_MISSING_ADDRESS);
}

static struct pst_truth in_circles(const postern_acp_set *set,
                                   const struct pst_context *context,
                                   struct pst_facts *facts)
{
    const struct pst_circle *circles =
        PST_TABLE(set, CIRCLES, struct pst_circle) + context->circles.first;
    const struct pst_point *point;

    if (context->circles.count == 0) {
        return PST_FALSE;
    }
    point = pst_facts_point(facts);
    if (!point) {
        return pst_truth_wants(POSTERN_MISSING_POINT);
    }
    for (uint32_t i = 0; i < context->circles.count; i++) {
        if (pst_circle_contains(&circles[i], point)) {
            return PST_TRUE;
        }
    }
    return PST_FALSE;
}

static struct pst_truth in_countries(const postern_acp_set *set,
                                     const struct pst_context *context,
                                     const struct pst_facts *facts)
{
    const uint16_t *countries =
        PST_TABLE(set, COUNTRIES, uint16_t) + context->countries.first;
    uint16_t country = pst_facts_country(facts);

    if (context->countries.count == 0) {
        return PST_FALSE;
    }
    if (!country) {
        return pst_truth_wants(POSTERN_MISSING_COUNTRY);
    }
    for (uint32_t i = 0; i < context->countries.count; i++) {
        if (countries[i] == country) {
            return PST_TRUE;
        }
    }
    return PST_FALSE;
}

struct pst_truth pst_truth_loc(const postern_acp_set *set,
                               const struct pst_context *context,
                               struct pst_facts *facts)
{
    if (!context->limits_location) {
        return PST_TRUE;
    }
    return pst_truth_or(in_circles(set, context, facts),
                        in_countries(set, context, facts));
}

struct pst_truth pst_truth_ctxts(const postern_acp_set *set,
                                 const struct pst_condition *condition,
                                 struct pst_facts *facts)
{
    const struct pst_context *contexts =
        PST_TABLE(set, CONTEXTS, struct pst_context) +
        condition->contexts.first;
    struct pst_truth result = pst_truth_of(condition->contexts.count == 0);

    for (uint32_t m = 0; m < condition->contexts.count; m++) {
        struct pst_truth time = pst_truth_time(set, &contexts[m], facts);
        struct pst_truth ip = pst_truth_ip(set, &contexts[m], facts);
        struct pst_truth loc = pst_truth_loc(set, &contexts[m], facts);

        result =
            pst_truth_or(result, pst_truth_and(pst_truth_and(time, ip), loc));
    }
    return result;
}

/* ---- object details ---------------------------------------------------- */

/* Zero is not known. */
static struct pst_truth is_type(uint32_t type, uint32_t wanted)
{
    return type ? pst_truth_of(type == wanted)
                : pst_truth_wants(POSTERN_MISSING_TYPES);
}

static struct pst_truth is_child_type(const postern_acp_set *set,
                                      const struct pst_object_details *details,
                                      const postern_request *request)
{
    const uint32_t *types =
        PST_TABLE(set, CHILD_TYPES, uint32_t) + details->child_types.first;
    struct pst_truth result = PST_FALSE;

    for (uint32_t j = 0; j < details->child_types.count; j++) {
        result = pst_truth_or(result, is_type(request->child_type, types[j]));
    }
    return result;
}

static struct pst_truth is_specialized(const postern_acp_set *set,
                                       const struct pst_object_details *details,
                                       const postern_request *request)
{
    bool known = request->target_type && request->child_type;

    if (pst_res_specialization(set, details, request)) {
        return PST_TRUE;
    }
    return known || request->container_definition.len ||
                   request->mgmt_definition
               ? PST_FALSE
               : pst_truth_wants(POSTERN_MISSING_TYPES);
}

struct pst_truth pst_truth_objd(const postern_acp_set *set,
                                const struct pst_condition *condition,
                                const struct pst_facts *facts)
{
    const struct pst_object_details *details =
        PST_TABLE(set, DETAILS, struct pst_object_details) +
        condition->details.first;
    const postern_request *request = facts->request;
    struct pst_truth result =
        pst_truth_of(condition->details.count == 0 ||
                     facts->operation != POSTERN_ACOP_CREATE);

    for (uint32_t m = 0; m < condition->details.count; m++) {
        uint32_t type = details[m].resource_type;
        struct pst_truth parent =
            type ? is_type(request->target_type, type) : PST_TRUE;
        struct pst_truth child = is_child_type(set, &details[m], request);
        struct pst_truth special = is_specialized(set, &details[m], request);

        result = pst_truth_or(
            result, pst_truth_and(pst_truth_and(parent, child), special));
    }
    return result;
}

/* ---- attributes, expiry ------------------------------------------------ */

struct pst_truth pst_truth_attrs(const postern_acp_set *set,
                                 const struct pst_condition *condition,
                                 const postern_request *request)
{
    size_t first = 0;

    if (request->attribute_count == 0) {
        return pst_truth_wants(POSTERN_MISSING_ATTRIBUTES);
    }
    for (; first < request->attribute_count; first += PST_ATTRIBUTES_AT_ONCE) {
        if (pst_attributes_covered(set, condition, request, first) !=
            pst_attributes_asked(request, first)) {
            return PST_FALSE;
        }
    }
    return PST_TRUE;
}

struct pst_truth pst_truth_in_force(const struct pst_acp *acp,
                                    const postern_request *request)
{
    if (acp->expires_s == INT64_MAX) {
        return PST_TRUE;
    }
    return request->time_known ? pst_truth_of(request->time_s < acp->expires_s)
                               : pst_truth_wants(POSTERN_MISSING_TIME);
}
