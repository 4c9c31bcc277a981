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

static bool name_is(const struct pst_name_texts *texts, const postern_id *id)
{
    return pst_str_equal(texts->first, id->first) &&
           pst_str_equal(texts->second, id->second) &&
           pst_str_fold_equal(texts->domain, id->domain);
}

static bool name_in(const struct pst_name_texts *texts, postern_id_kind kind,
                    const postern_id *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (ids[i].kind == kind && name_is(texts, &ids[i])) {
            return true;
        }
    }
    return false;
}

static bool name_matches(const postern_acp_set *set,
                         const struct pst_name *name,
                         const postern_request *request)
{
    struct pst_name_texts texts = pst_name_texts(set, name);

    if (request->originator.kind != POSTERN_ID_ENTITY) {
        return false; /* [REQ-02] */
    }
    switch ((enum pst_name_kind)name->kind) {
    case PST_NAME_ENTITY:
        return name_is(&texts, &request->originator);
    case PST_NAME_RESOURCE:
        return name_in(&texts, POSTERN_ID_RESOURCE, request->groups,
                       request->group_count);
    case PST_NAME_ROLE:
        return name_in(&texts, POSTERN_ID_ROLE, request->roles,
                       request->role_count);
    case PST_NAME_DOMAIN:
        return pst_str_fold_equal(texts.domain, request->originator.domain);
    default:
        return false;
    }
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

bool pst_originator_matches(const postern_acp_set *set, uint32_t atom,
                            const postern_request *request)
{
    if (atom == PST_ATOM_ALL) {
        return true;
    }
    if (pst_atom_is_pattern(set, atom)) {
        return pattern_fits(set, pst_pattern_of(set, atom),
                            &request->originator);
    }
    return name_matches(set, pst_name_of(set, atom), request);
}

/* ---- contexts ---------------------------------------------------------- */

static bool is_in_windows(const struct pst_time_window *windows, uint32_t count,
                          const struct pst_year_set *years,
                          const struct pst_civil_time *time)
{
    for (uint32_t i = 0; i < count; i++) {
        if (pst_time_window_contains(
                &windows[i],
                windows[i].any_year ? NULL : years + windows[i].years, time)) {
            return true;
        }
    }
    return false;
}

struct pst_truth pst_truth_time(const struct pst_context_of *of,
                                struct pst_facts *facts)
{
    const struct pst_civil_time *time = pst_facts_civil(facts);
    const struct pst_list *windows = &of->context->windows;

    if (windows->count == 0) {
        return PST_TRUE;
    }
    if (!facts->request->time_known) {
        return pst_truth_wants(POSTERN_MISSING_TIME);
    }
    return pst_truth_of(
        time &&
        is_in_windows(pst_list_at(of->condition, *windows), windows->count,
                      PST_TABLE(of->set, YEARS, struct pst_year_set), time));
}

static bool range4_holds(const struct pst_ip4_range *range, uint32_t address)
{
    return range->first <= address && address <= range->last;
}

static bool value6_at_most(struct pst_ip6_value a, struct pst_ip6_value b)
{
    return a.high != b.high ? a.high < b.high : a.low <= b.low;
}

static bool is_in_ranges(const struct pst_context_of *of, const postern_ip *ip)
{
    const struct pst_list *list4 = &of->context->ranges4;
    const struct pst_list *list6 = &of->context->ranges6;
    const struct pst_ip4_range *ranges4 = pst_list_at(of->condition, *list4);
    const struct pst_ip6_range *ranges6 = pst_list_at(of->condition, *list6);
    bool inside = false;

    for (uint32_t i = 0; ip->family == 4 && i < list4->count; i++) {
        inside = inside || range4_holds(&ranges4[i], pst_ip4_value(ip));
    }
    for (uint32_t i = 0; ip->family == 6 && i < list6->count; i++) {
        struct pst_ip6_value address = pst_ip6_value_of(ip);

        inside = inside || (value6_at_most(ranges6[i].first, address) &&
                            value6_at_most(address, ranges6[i].last));
    }
    return inside;
}

struct pst_truth pst_truth_ip(const struct pst_context_of *of,
                              struct pst_facts *facts)
{
    const postern_ip *ip = pst_facts_ip(facts);

    if (!pst_limits_address(of->context)) {
        return PST_TRUE;
    }
    return ip ? pst_truth_of(is_in_ranges(of, ip))
              : pst_truth_wants(POSTERN_MISSING_ADDRESS);
}

static struct pst_truth in_circles(const struct pst_context_of *of,
                                   struct pst_facts *facts)
{
    const struct pst_list *list = &of->context->circles;
    const struct pst_circle *circles = pst_list_at(of->condition, *list);
    const struct pst_point *point;

    if (list->count == 0) {
        return PST_FALSE;
    }
    point = pst_facts_point(facts);
    if (!point) {
        return pst_truth_wants(POSTERN_MISSING_POINT);
    }
    for (uint32_t i = 0; i < list->count; i++) {
        if (pst_circle_contains(&circles[i], point)) {
            return PST_TRUE;
        }
    }
    return PST_FALSE;
}

static struct pst_truth in_countries(const struct pst_context_of *of,
                                     const struct pst_facts *facts)
{
    const struct pst_list *list = &of->context->countries;
    const uint16_t *countries = pst_list_at(of->condition, *list);
    uint16_t country = pst_facts_country(facts);

    if (list->count == 0) {
        return PST_FALSE;
    }
    if (!country) {
        return pst_truth_wants(POSTERN_MISSING_COUNTRY);
    }
    for (uint32_t i = 0; i < list->count; i++) {
        if (countries[i] == country) {
            return PST_TRUE;
        }
    }
    return PST_FALSE;
}

struct pst_truth pst_truth_loc(const struct pst_context_of *of,
                               struct pst_facts *facts)
{
    if (!pst_limits_location(of->context)) {
        return PST_TRUE;
    }
    return pst_truth_or(in_circles(of, facts), in_countries(of, facts));
}

struct pst_truth pst_truth_ctxts(const postern_acp_set *set,
                                 const struct pst_condition *condition,
                                 struct pst_facts *facts)
{
    struct pst_truth result = pst_truth_of(condition->contexts == 0);

    for (uint32_t m = 0; m < condition->contexts; m++) {
        const struct pst_context_of of = {set, condition,
                                          pst_contexts(condition) + m};
        struct pst_truth time = pst_truth_time(&of, facts);
        struct pst_truth ip = pst_truth_ip(&of, facts);
        struct pst_truth loc = pst_truth_loc(&of, facts);

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

static struct pst_truth is_child_type(const struct pst_condition *condition,
                                      const struct pst_object_details *details,
                                      const postern_request *request)
{
    const uint32_t *types = pst_list_at(condition, details->child_types);
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
    const struct pst_object_details *details = pst_details(condition);
    const postern_request *request = facts->request;
    struct pst_truth result = pst_truth_of(
        condition->details == 0 || facts->operation != POSTERN_ACOP_CREATE);

    for (uint32_t m = 0; m < condition->details; m++) {
        uint32_t type = details[m].resource_type;
        struct pst_truth parent =
            type ? is_type(request->target_type, type) : PST_TRUE;
        struct pst_truth child = is_child_type(condition, &details[m], request);
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

struct pst_truth pst_truth_in_force(int64_t expires_s,
                                    const postern_request *request)
{
    if (expires_s == INT64_MAX) {
        return PST_TRUE;
    }
    return request->time_known ? pst_truth_of(request->time_s < expires_s)
                               : pst_truth_wants(POSTERN_MISSING_TIME);
}
