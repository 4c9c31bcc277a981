/*
 * Compiling the conditions of one rule: contexts, object details, attributes.
 * Everything that a request is compared with is parsed and checked here, once.
 */
#include "base/diag.h"
#include "pdp/acp_builder.h"

postern_status pst_draft_refuse(postern_diag *diag,
                                const struct pst_draft_place *place,
                                const char *message)
{
    char path[POSTERN_DIAG_PATH_SIZE];
    struct pst_text text;

    pst_text_init(&text, path, sizeof path);
    for (; place->name; place++) {
        pst_text_add(&text, "/");
        pst_text_add(&text, place->name);
        if (place->index != SIZE_MAX) {
            pst_text_add(&text, "/");
            pst_text_add_uint(&text, place->index);
        }
    }
    return pst_diag_refuse(diag, POSTERN_ERR_POLICY, path, message,
                           "TS-0003 7.1.3");
}

/* A parser's own sentence, moved to the place of what it was given. */
static postern_status move_refusal(postern_diag *diag,
                                   const struct pst_draft_place *place,
                                   const postern_diag *inner)
{
    return pst_draft_refuse(diag, place, inner->message);
}

static postern_status draft_window(postern_acp_builder *builder,
                                   postern_str text, struct pst_list *windows,
                                   postern_diag *why)
{
    struct pst_time_window window;
    struct pst_year_set years;

    PST_TRY(pst_time_window_parse(&window, &years, text, why));
    if (!window.any_year) {
        PST_TRY(pst_condition_years(builder, &years, &window.years));
    }
    return pst_condition_append(builder, windows, &window, 1, sizeof window);
}

static postern_status draft_windows(postern_acp_builder *builder,
                                    const postern_context *given, size_t place,
                                    struct pst_context *out, postern_diag *diag)
{
    for (size_t i = 0; i < given->window_count; i++) {
        postern_diag why;
        postern_status status;

        pst_diag_clear(&why);
        status = draft_window(builder, given->windows[i], &out->windows, &why);
        if (status == POSTERN_ERR_POLICY) {
            return move_refusal(
                diag,
                (struct pst_draft_place[]){{"acco", place}, {"actw", i}, {0}},
                &why);
        }
        PST_TRY(status);
    }
    return POSTERN_OK;
}

/* Kept aside: ranges are joined before they are part of the condition. */
static postern_status draft_address(postern_acp_builder *builder,
                                    postern_str text, postern_diag *why)
{
    struct pst_conditions_draft *draft = &builder->conditions;
    struct pst_ip_prefix prefix;

    PST_TRY(pst_ip_prefix_parse(&prefix, text, why));
    if (prefix.address.family == 4) {
        struct pst_ip4_range range = pst_ip4_range_of(&prefix);

        return pst_vec_push(&draft->ranges4, &builder->allocator, &range, 1);
    } else {
        struct pst_ip6_range range = pst_ip6_range_of(&prefix);

        return pst_vec_push(&draft->ranges6, &builder->allocator, &range, 1);
    }
}

/* Of either family, sorted and joined. */
static postern_status add_ranges(postern_acp_builder *builder,
                                 struct pst_context *out)
{
    struct pst_vec *ranges4 = &builder->conditions.ranges4;
    struct pst_vec *ranges6 = &builder->conditions.ranges6;

    if (ranges4->count) {
        ranges4->count = pst_ip4_ranges_join(ranges4->data, ranges4->count);
    }
    if (ranges6->count) {
        ranges6->count = pst_ip6_ranges_join(ranges6->data, ranges6->count);
    }
    PST_TRY(pst_condition_append(builder, &out->ranges4, ranges4->data,
                                 ranges4->count, sizeof(struct pst_ip4_range)));
    return pst_condition_append(builder, &out->ranges6, ranges6->data,
                                ranges6->count, sizeof(struct pst_ip6_range));
}

static postern_status draft_addresses(postern_acp_builder *builder,
                                      const postern_context *given,
                                      size_t place, struct pst_context *out,
                                      postern_diag *diag)
{
    if (!given->addresses) {
        return POSTERN_OK;
    }
    if (given->address_count == 0) { /* [CTX-24] */
        return pst_draft_refuse(
            diag,
            (struct pst_draft_place[]){
                {"acco", place}, {"acip", SIZE_MAX}, {0}},
            "the list of addresses is empty: nobody could match it");
    }
    builder->conditions.ranges4.count = 0;
    builder->conditions.ranges6.count = 0;
    for (size_t i = 0; i < given->address_count; i++) {
        postern_diag why;
        postern_status status;

        pst_diag_clear(&why);
        status = draft_address(builder, given->addresses[i], &why);
        if (status == POSTERN_ERR_POLICY) {
            return move_refusal(
                diag,
                (struct pst_draft_place[]){{"acco", place}, {"acip", i}, {0}},
                &why);
        }
        PST_TRY(status);
    }
    return add_ranges(builder, out);
}

static postern_status draft_circles(postern_acp_builder *builder,
                                    const postern_context *given, size_t place,
                                    struct pst_context *out, postern_diag *diag)
{
    for (size_t i = 0; i < given->circle_count; i++) {
        struct pst_circle circle;
        postern_diag why;

        pst_diag_clear(&why);
        if (pst_circle_of(&circle, &given->circles[i], &why) != POSTERN_OK) {
            return move_refusal(
                diag,
                (struct pst_draft_place[]){
                    {"acco", place}, {"aclr", SIZE_MAX}, {"accr", i}, {0}},
                &why);
        }
        PST_TRY(pst_condition_append(builder, &out->circles, &circle, 1,
                                     sizeof circle));
    }
    return POSTERN_OK;
}

static postern_status draft_countries(postern_acp_builder *builder,
                                      const postern_context *given,
                                      size_t place, struct pst_context *out,
                                      postern_diag *diag)
{
    for (size_t i = 0; i < given->country_count; i++) {
        uint16_t country = pst_country_of(given->countries[i]);

        if (country == 0) {
            return pst_draft_refuse(
                diag,
                (struct pst_draft_place[]){
                    {"acco", place}, {"aclr", SIZE_MAX}, {"accc", i}, {0}},
                "a country code of two letters (ISO 3166-1) is expected");
        }
        PST_TRY(pst_condition_append(builder, &out->countries, &country, 1,
                                     sizeof country));
    }
    return POSTERN_OK;
}

static postern_status draft_location(postern_acp_builder *builder,
                                     const postern_context *given, size_t place,
                                     struct pst_context *out,
                                     postern_diag *diag)
{
    if (!given->circles && !given->countries) {
        return POSTERN_OK;
    }
    if ((given->circles && given->circle_count == 0) ||
        (given->countries && given->country_count == 0)) {
        return pst_draft_refuse(
            diag,
            (struct pst_draft_place[]){
                {"acco", place}, {"aclr", SIZE_MAX}, {0}},
            "the location region is empty: nobody could be in it");
    }
    PST_TRY(draft_circles(builder, given, place, out, diag));
    return draft_countries(builder, given, place, out, diag);
}

static postern_status draft_contexts(postern_acp_builder *builder,
                                     const postern_rule *rule,
                                     postern_diag *diag)
{
    for (size_t i = 0; i < rule->context_count; i++) {
        const postern_context *given = &rule->contexts[i];
        struct pst_context context = {0};

        PST_TRY(draft_windows(builder, given, i, &context, diag));
        PST_TRY(draft_addresses(builder, given, i, &context, diag));
        PST_TRY(draft_location(builder, given, i, &context, diag));
        pst_condition_put_context(builder, (uint32_t)i, &context);
    }
    return POSTERN_OK;
}

/* A mgmtDefinition is a number; 0 when the text is none or too large. */
static uint32_t mgmt_definition_of(postern_str text)
{
    uint64_t value = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || value > UINT32_MAX) {
            return 0;
        }
        value = value * 10 + (uint64_t)(text.data[i] - '0');
    }
    return value <= UINT32_MAX ? (uint32_t)value : 0;
}

/* mgmtObj and flexContainer are told apart by their specialization. [OBJ-05] */
static bool needs_specialization(const postern_object_details *given)
{
    return (given->resource_type == 13 || given->resource_type == 28) &&
           given->specialization_kind == POSTERN_SPECIALIZATION_NONE;
}

static const char *bad_details(const postern_object_details *given)
{
    bool has_text = given->specialization.len > 0;

    if (given->child_type_count == 0) { /* [OBJ-07] */
        return "object details need the child resource types they allow";
    }
    if (given->child_type_count > UINT16_MAX) {
        return "there are more child resource types than the standard can have";
    }
    if (needs_specialization(given)) {
        return "for resource type 13 or 28 the specialization is needed";
    }
    if ((unsigned)given->specialization_kind > POSTERN_SPECIALIZATION_ANY ||
        has_text !=
            (given->specialization_kind != POSTERN_SPECIALIZATION_NONE)) {
        return "a specialization needs its definition";
    }
    if (given->specialization_kind == POSTERN_SPECIALIZATION_MGMT &&
        mgmt_definition_of(given->specialization) == 0) {
        return "a mgmtDefinition is a number above 0";
    }
    for (size_t i = 0; i < given->child_type_count; i++) {
        if (given->child_types[i] == 0) {
            return "0 is no resource type";
        }
    }
    return NULL;
}

static postern_status draft_detail(postern_acp_builder *builder,
                                   const postern_object_details *given,
                                   struct pst_object_details *out)
{
    *out = (struct pst_object_details){
        .resource_type = given->resource_type,
        .specialization_kind = (uint32_t)given->specialization_kind,
    };
    if (given->specialization_kind != POSTERN_SPECIALIZATION_CONTAINER) {
        out->mgmt_definition = mgmt_definition_of(given->specialization);
    }
    PST_TRY(pst_condition_text(builder, given->specialization,
                               &out->specialization));
    return pst_condition_append(builder, &out->child_types, given->child_types,
                                (uint32_t)given->child_type_count,
                                sizeof given->child_types[0]);
}

static postern_status draft_details(postern_acp_builder *builder,
                                    const postern_rule *rule,
                                    postern_diag *diag)
{
    for (size_t i = 0; i < rule->object_details_count; i++) {
        const char *why = bad_details(&rule->object_details[i]);
        struct pst_object_details details;

        if (why) {
            return pst_draft_refuse(
                diag, (struct pst_draft_place[]){{"acod", i}, {0}}, why);
        }
        PST_TRY(draft_detail(builder, &rule->object_details[i], &details));
        pst_condition_put_details(builder, (uint32_t)i, &details);
    }
    return POSTERN_OK;
}

static postern_status draft_attributes(postern_acp_builder *builder,
                                       const postern_rule *rule,
                                       postern_diag *diag)
{
    if (rule->attributes && rule->attribute_count == 0) {
        return pst_draft_refuse(
            diag, (struct pst_draft_place[]){{"aca", SIZE_MAX}, {0}},
            "the list of attributes is empty: the rule would cover none");
    }
    for (size_t i = 0; i < rule->attribute_count; i++) {
        struct pst_text_ref ref;

        if (rule->attributes[i].len == 0) {
            return pst_draft_refuse(
                diag, (struct pst_draft_place[]){{"aca", i}, {0}},
                "the short name of an attribute is expected");
        }
        PST_TRY(pst_condition_text(builder, rule->attributes[i], &ref));
        pst_condition_put_attribute(builder, (uint32_t)i, ref);
    }
    return POSTERN_OK;
}

/* A rule that is false: the reason is all that is kept of it. */
static postern_status draft_never(postern_acp_builder *builder,
                                  const char *reason, uint32_t *condition)
{
    struct pst_condition head = {.flags = PST_CONDITION_NEVER, .attributes = 1};
    struct pst_text_ref ref;

    PST_TRY(pst_condition_text(builder, postern_str_of(reason), &ref));
    PST_TRY(pst_condition_begin(builder, &head));
    pst_condition_put_attribute(builder, 0, ref);
    return pst_condition_end(builder, condition);
}

static bool has_no_condition(const postern_rule *rule)
{
    return !rule->never && rule->context_count == 0 &&
           rule->object_details_count == 0 && rule->attribute_count == 0 &&
           !rule->attributes;
}

static bool has_too_much(const postern_rule *rule)
{
    return rule->context_count > UINT32_MAX ||
           rule->object_details_count > UINT32_MAX ||
           rule->attribute_count > UINT32_MAX;
}

static struct pst_condition head_of(const postern_rule *rule)
{
    return (struct pst_condition){
        .flags =
            (uint32_t)((rule->context_count ? PST_CONDITION_CONTEXTS : 0) |
                       (rule->object_details_count ? PST_CONDITION_DETAILS
                                                   : 0) |
                       (rule->attribute_count ? PST_CONDITION_ATTRIBUTES : 0)),
        .contexts = (uint32_t)rule->context_count,
        .details = (uint32_t)rule->object_details_count,
        .attributes = (uint32_t)rule->attribute_count,
    };
}

postern_status pst_draft_condition(postern_acp_builder *builder,
                                   const postern_rule *rule,
                                   uint32_t *condition, postern_diag *diag)
{
    struct pst_condition head;

    *condition = PST_NO_CONDITION;
    if (has_no_condition(rule)) {
        return POSTERN_OK; /* most rules */
    }
    if (rule->never) {
        return draft_never(builder, rule->never, condition);
    }
    if (has_too_much(rule)) {
        return POSTERN_ERR_LIMIT;
    }
    head = head_of(rule);
    PST_TRY(pst_condition_begin(builder, &head));
    PST_TRY(draft_contexts(builder, rule, diag));
    PST_TRY(draft_details(builder, rule, diag));
    PST_TRY(draft_attributes(builder, rule, diag));
    return pst_condition_end(builder, condition);
}
