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
                                   postern_str text, postern_diag *why)
{
    struct pst_time_window window;
    struct pst_year_set years;
    postern_status status = pst_time_window_parse(&window, &years, text, why);

    if (status != POSTERN_OK) {
        return status;
    }
    window.years = PST_NO_YEARS;
    if (!window.any_year) {
        status =
            pst_draft_push(builder, PST_TABLE_YEARS, &years, 1, &window.years);
    }
    if (status != POSTERN_OK) {
        return status;
    }
    return pst_draft_push(builder, PST_TABLE_WINDOWS, &window, 1, NULL);
}

static postern_status draft_windows(postern_acp_builder *builder,
                                    const postern_context *given, size_t place,
                                    struct pst_context *out, postern_diag *diag)
{
    out->windows.first = pst_draft_count(builder, PST_TABLE_WINDOWS);
    for (size_t i = 0; i < given->window_count; i++) {
        postern_diag why = {.status = POSTERN_OK};
        postern_status status = draft_window(builder, given->windows[i], &why);

        if (status == POSTERN_ERR_POLICY) {
            return move_refusal(
                diag,
                (struct pst_draft_place[]){{"acco", place}, {"actw", i}, {0}},
                &why);
        }
        PST_TRY(status);
    }
    out->windows.count =
        pst_draft_count(builder, PST_TABLE_WINDOWS) - out->windows.first;
    return POSTERN_OK;
}

static postern_status draft_address(postern_acp_builder *builder,
                                    postern_str text, postern_diag *why)
{
    struct pst_ip_prefix prefix;
    postern_status status = pst_ip_prefix_parse(&prefix, text, why);

    if (status != POSTERN_OK) {
        return status;
    }
    if (prefix.address.family == 4) {
        struct pst_ip4_range range = pst_ip4_range_of(&prefix);

        return pst_draft_push(builder, PST_TABLE_RANGES4, &range, 1, NULL);
    } else {
        struct pst_ip6_range range = pst_ip6_range_of(&prefix);

        return pst_draft_push(builder, PST_TABLE_RANGES6, &range, 1, NULL);
    }
}

/* Sorts and joins what was pushed since `first`. */
static struct pst_span join_ranges4(postern_acp_builder *builder,
                                    uint32_t first)
{
    struct pst_vec *vec = &builder->tables[PST_TABLE_RANGES4];
    struct pst_span span = {first, vec->count - first};

    if (span.count) {
        span.count = pst_ip4_ranges_join(
            (struct pst_ip4_range *)vec->data + first, span.count);
        vec->count = first + span.count;
    }
    return span;
}

static struct pst_span join_ranges6(postern_acp_builder *builder,
                                    uint32_t first)
{
    struct pst_vec *vec = &builder->tables[PST_TABLE_RANGES6];
    struct pst_span span = {first, vec->count - first};

    if (span.count) {
        span.count = pst_ip6_ranges_join(
            (struct pst_ip6_range *)vec->data + first, span.count);
        vec->count = first + span.count;
    }
    return span;
}

static postern_status draft_addresses(postern_acp_builder *builder,
                                      const postern_context *given,
                                      size_t place, struct pst_context *out,
                                      postern_diag *diag)
{
    uint32_t first4 = pst_draft_count(builder, PST_TABLE_RANGES4);
    uint32_t first6 = pst_draft_count(builder, PST_TABLE_RANGES6);

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
    for (size_t i = 0; i < given->address_count; i++) {
        postern_diag why = {.status = POSTERN_OK};
        postern_status status =
            draft_address(builder, given->addresses[i], &why);

        if (status == POSTERN_ERR_POLICY) {
            return move_refusal(
                diag,
                (struct pst_draft_place[]){{"acco", place}, {"acip", i}, {0}},
                &why);
        }
        PST_TRY(status);
    }
    out->limits_address = 1;
    out->ranges4 = join_ranges4(builder, first4);
    out->ranges6 = join_ranges6(builder, first6);
    return POSTERN_OK;
}

static postern_status draft_circles(postern_acp_builder *builder,
                                    const postern_context *given, size_t place,
                                    struct pst_context *out, postern_diag *diag)
{
    out->circles.first = pst_draft_count(builder, PST_TABLE_CIRCLES);
    for (size_t i = 0; i < given->circle_count; i++) {
        struct pst_circle circle;
        postern_diag why = {.status = POSTERN_OK};

        if (pst_circle_of(&circle, &given->circles[i], &why) != POSTERN_OK) {
            return move_refusal(
                diag,
                (struct pst_draft_place[]){
                    {"acco", place}, {"aclr", SIZE_MAX}, {"accr", i}, {0}},
                &why);
        }
        PST_TRY(pst_draft_push(builder, PST_TABLE_CIRCLES, &circle, 1, NULL));
        out->circles.count++;
    }
    return POSTERN_OK;
}

static postern_status draft_countries(postern_acp_builder *builder,
                                      const postern_context *given,
                                      size_t place, struct pst_context *out,
                                      postern_diag *diag)
{
    out->countries.first = pst_draft_count(builder, PST_TABLE_COUNTRIES);
    for (size_t i = 0; i < given->country_count; i++) {
        uint16_t country = pst_country_of(given->countries[i]);

        if (country == 0) {
            return pst_draft_refuse(
                diag,
                (struct pst_draft_place[]){
                    {"acco", place}, {"aclr", SIZE_MAX}, {"accc", i}, {0}},
                "a country code of two letters (ISO 3166-1) is expected");
        }
        PST_TRY(
            pst_draft_push(builder, PST_TABLE_COUNTRIES, &country, 1, NULL));
        out->countries.count++;
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
    out->limits_location = 1;
    PST_TRY(draft_circles(builder, given, place, out, diag));
    return draft_countries(builder, given, place, out, diag);
}

static postern_status draft_contexts(postern_acp_builder *builder,
                                     const postern_rule *rule,
                                     struct pst_condition *out,
                                     postern_diag *diag)
{
    out->contexts.first = pst_draft_count(builder, PST_TABLE_CONTEXTS);
    for (size_t i = 0; i < rule->context_count; i++) {
        const postern_context *given = &rule->contexts[i];
        struct pst_context context = {0};

        PST_TRY(draft_windows(builder, given, i, &context, diag));
        PST_TRY(draft_addresses(builder, given, i, &context, diag));
        PST_TRY(draft_location(builder, given, i, &context, diag));
        PST_TRY(pst_draft_push(builder, PST_TABLE_CONTEXTS, &context, 1, NULL));
        out->contexts.count++;
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
                                   const postern_object_details *given)
{
    struct pst_object_details details = {
        .resource_type = given->resource_type,
        .specialization_kind = (uint32_t)given->specialization_kind,
    };

    if (given->specialization_kind != POSTERN_SPECIALIZATION_CONTAINER) {
        details.mgmt_definition = mgmt_definition_of(given->specialization);
    }
    PST_TRY(pst_draft_text(builder, given->specialization, false,
                           &details.specialization));
    details.child_types.count = (uint32_t)given->child_type_count;
    PST_TRY(pst_draft_push(builder, PST_TABLE_CHILD_TYPES, given->child_types,
                           details.child_types.count,
                           &details.child_types.first));
    return pst_draft_push(builder, PST_TABLE_DETAILS, &details, 1, NULL);
}

static postern_status draft_details(postern_acp_builder *builder,
                                    const postern_rule *rule,
                                    struct pst_condition *out,
                                    postern_diag *diag)
{
    out->details.first = pst_draft_count(builder, PST_TABLE_DETAILS);
    for (size_t i = 0; i < rule->object_details_count; i++) {
        const char *why = bad_details(&rule->object_details[i]);

        if (why) {
            return pst_draft_refuse(
                diag, (struct pst_draft_place[]){{"acod", i}, {0}}, why);
        }
        PST_TRY(draft_detail(builder, &rule->object_details[i]));
        out->details.count++;
    }
    return POSTERN_OK;
}

static postern_status draft_attributes(postern_acp_builder *builder,
                                       const postern_rule *rule,
                                       struct pst_condition *out,
                                       postern_diag *diag)
{
    out->attributes.first = pst_draft_count(builder, PST_TABLE_ATTRIBUTES);
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
        PST_TRY(pst_draft_text(builder, rule->attributes[i], false, &ref));
        PST_TRY(pst_draft_push(builder, PST_TABLE_ATTRIBUTES, &ref, 1, NULL));
        out->attributes.count++;
    }
    return POSTERN_OK;
}

static uint8_t condition_flags(const struct pst_condition *condition)
{
    return (uint8_t)((condition->contexts.count ? PST_RULE_CONTEXTS : 0) |
                     (condition->details.count ? PST_RULE_DETAILS : 0) |
                     (condition->attributes.count ? PST_RULE_ATTRIBUTES : 0));
}

postern_status pst_draft_condition(postern_acp_builder *builder,
                                   const postern_rule *rule,
                                   struct pst_rule *out, postern_diag *diag)
{
    struct pst_condition condition = {0};

    if (rule->never) {
        out->flags |= PST_RULE_NEVER;
        PST_TRY(pst_draft_text(builder, postern_str_of(rule->never), false,
                               &condition.never));
    } else {
        PST_TRY(draft_contexts(builder, rule, &condition, diag));
        PST_TRY(draft_details(builder, rule, &condition, diag));
        PST_TRY(draft_attributes(builder, rule, &condition, diag));
        out->flags |= condition_flags(&condition);
    }
    if ((out->flags & ~PST_RULE_AUTHN) == 0) {
        return POSTERN_OK; /* most rules have none */
    }
    return pst_draft_push(builder, PST_TABLE_CONDITIONS, &condition, 1,
                          &out->condition);
}
