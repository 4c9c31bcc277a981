#include "pdp/rule_terms.h"

#include "base/str.h"

/* One of the windows holds the time: ismember, with "holds" for "equals".
 * [CTX-05] [DEC-08] */
static bool res_time(const postern_acp_set *set,
                     const struct pst_condition *condition,
                     const struct pst_context *context, struct pst_facts *facts)
{
    const struct pst_time_window *windows =
        pst_list_at(condition, context->windows);
    const struct pst_year_set *years =
        PST_TABLE(set, YEARS, struct pst_year_set);
    const struct pst_civil_time *time = pst_facts_civil(facts);

    if (!time) {
        return false;
    }
    for (uint32_t i = 0; i < context->windows.count; i++) {
        const struct pst_year_set *year =
            windows[i].any_year ? NULL : &years[windows[i].years];

        if (pst_time_window_contains(&windows[i], year, time)) {
            return true;
        }
    }
    return false;
}

/* The address, not the location, is compared [CTX-20]; of the other family
 * nothing matches [CTX-23]. */
static bool res_ip(const struct pst_condition *condition,
                   const struct pst_context *context, struct pst_facts *facts)
{
    const postern_ip *ip = pst_facts_ip(facts);

    if (!ip) {
        return false;
    }
    if (ip->family == 4) {
        return pst_ip4_ranges_contain(pst_list_at(condition, context->ranges4),
                                      context->ranges4.count,
                                      pst_ip4_value(ip));
    }
    return pst_ip6_ranges_contain(pst_list_at(condition, context->ranges6),
                                  context->ranges6.count, pst_ip6_value_of(ip));
}

static bool in_circle(const struct pst_condition *condition,
                      const struct pst_context *context,
                      struct pst_facts *facts)
{
    const struct pst_circle *circles = pst_list_at(condition, context->circles);
    const struct pst_point *point =
        context->circles.count ? pst_facts_point(facts) : NULL;

    for (uint32_t i = 0; point && i < context->circles.count; i++) {
        if (pst_circle_contains(&circles[i], point)) {
            return true;
        }
    }
    return false;
}

static bool in_country(const struct pst_condition *condition,
                       const struct pst_context *context,
                       const struct pst_facts *facts)
{
    const uint16_t *countries = pst_list_at(condition, context->countries);
    uint16_t country = context->countries.count ? pst_facts_country(facts) : 0;

    for (uint32_t i = 0; country && i < context->countries.count; i++) {
        if (countries[i] == country) {
            return true;
        }
    }
    return false;
}

/* A location that is not known is in no region. [CTX-34] */
static bool res_loc(const struct pst_condition *condition,
                    const struct pst_context *context, struct pst_facts *facts)
{
    return in_country(condition, context, facts) ||
           in_circle(condition, context, facts);
}

/* Time AND address AND location; what is absent restricts nothing. [CTX-03] */
static bool res_context(const postern_acp_set *set,
                        const struct pst_condition *condition,
                        const struct pst_context *context,
                        struct pst_facts *facts)
{
    return (context->windows.count == 0 ||
            res_time(set, condition, context, facts)) &&
           (!pst_limits_address(context) ||
            res_ip(condition, context, facts)) &&
           (!pst_limits_location(context) ||
            res_loc(condition, context, facts));
}

bool pst_res_ctxts(const postern_acp_set *set,
                   const struct pst_condition *condition,
                   struct pst_facts *facts)
{
    const struct pst_context *contexts = pst_contexts(condition);

    for (uint32_t m = 0; m < condition->contexts; m++) {
        if (res_context(set, condition, &contexts[m], facts)) {
            return true;
        }
    }
    return condition->contexts == 0; /* [CTX-01] */
}

/* [OBJ-06] */
bool pst_res_specialization(const postern_acp_set *set,
                            const struct pst_object_details *details,
                            const postern_request *request)
{
    bool container = request->container_definition.len > 0 &&
                     pst_str_equal(pst_text_at(set, details->specialization),
                                   request->container_definition);
    bool mgmt = request->mgmt_definition != 0 &&
                request->mgmt_definition == details->mgmt_definition;

    switch ((postern_specialization)details->specialization_kind) {
    case POSTERN_SPECIALIZATION_NONE:
        return true;
    case POSTERN_SPECIALIZATION_CONTAINER:
        return container;
    case POSTERN_SPECIALIZATION_MGMT:
        return mgmt;
    case POSTERN_SPECIALIZATION_ANY:
        return container || mgmt;
    default:
        return false;
    }
}

/* [OBJ-11] */
static bool res_child_resource(const struct pst_condition *condition,
                               const struct pst_object_details *details,
                               const postern_request *request)
{
    const uint32_t *types = pst_list_at(condition, details->child_types);

    for (uint32_t j = 0; j < details->child_types.count; j++) {
        if (types[j] == request->child_type) { /* 0, unknown, is no type */
            return true;
        }
    }
    return false;
}

static bool res_objdetails(const postern_acp_set *set,
                           const struct pst_condition *condition,
                           const struct pst_object_details *details,
                           const postern_request *request)
{
    return (details->resource_type == 0 || /* [OBJ-04] */
            details->resource_type == request->target_type) &&
           pst_res_specialization(set, details, request) &&
           res_child_resource(condition, details, request);
}

bool pst_res_objd(const postern_acp_set *set,
                  const struct pst_condition *condition,
                  const struct pst_facts *facts)
{
    const struct pst_object_details *details = pst_details(condition);

    if (facts->operation != POSTERN_ACOP_CREATE) {
        return true;
    }
    for (uint32_t m = 0; m < condition->details; m++) {
        if (res_objdetails(set, condition, &details[m], facts->request)) {
            return true;
        }
    }
    return condition->details == 0; /* [OBJ-02] */
}

static bool lists(const postern_acp_set *set,
                  const struct pst_condition *condition, postern_str name)
{
    const struct pst_text_ref *attributes = pst_attributes(condition);

    for (uint32_t i = 0; i < condition->attributes; i++) {
        if (pst_str_equal(pst_text_at(set, attributes[i]), name)) {
            return true;
        }
    }
    return false;
}

uint64_t pst_attributes_covered(const postern_acp_set *set,
                                const struct pst_condition *condition,
                                const postern_request *request, size_t first)
{
    uint64_t covered = 0;

    for (size_t i = 0; i < PST_ATTRIBUTES_AT_ONCE; i++) {
        if (first + i >= request->attribute_count) {
            break;
        }
        if (lists(set, condition, request->attributes[first + i])) {
            covered |= (uint64_t)1 << i;
        }
    }
    return covered;
}
