/* Conditions as the compiled form keeps them: equal ones once, others apart,
 * each laid out as pdp/condition.h says. */
#include "pdp/acp_builder.h"
#include "support/sets.h"

#include <stdio.h>

static postern_str anybody = {"all", 3};

/* A rule with a condition of every sort. */
struct full_rule {
    postern_str windows[2];
    postern_str addresses[3];
    postern_circle circles[1];
    postern_str countries[3];
    postern_context contexts[2];
    uint32_t child_types[3];
    postern_object_details details[2];
    postern_str attributes[2];
    postern_rule rule;
};

static void fill(struct full_rule *full)
{
    *full = (struct full_rule){
        .windows = {S("0 0 8-17 * * 1-5 *"), S("* * * * * * 2030")},
        .addresses = {S("10.0.0.0/24"), S("2001:db8::/32"), S("192.0.2.7")},
        .circles = {{52, 4, 1000}},
        .countries = {S("NL"), S("BE"), S("LU")},
        .child_types = {3, 4, 23},
        .attributes = {S("lbl"), S("con")},
    };
    full->contexts[0] = (postern_context){.windows = full->windows,
                                          .window_count = 2,
                                          .addresses = full->addresses,
                                          .address_count = 3,
                                          .countries = full->countries,
                                          .country_count = 3};
    full->contexts[1] = (postern_context){.circles = full->circles,
                                          .circle_count = 1,
                                          .countries = full->countries,
                                          .country_count = 1};
    full->details[0] =
        (postern_object_details){.resource_type = 2,
                                 .child_types = full->child_types,
                                 .child_type_count = 3};
    full->details[1] = (postern_object_details){
        .resource_type = 28,
        .specialization_kind = POSTERN_SPECIALIZATION_CONTAINER,
        .specialization = S("org.example.lamp"),
        .child_types = full->child_types,
        .child_type_count = 1};
    full->rule = (postern_rule){.originators = &anybody,
                                .originator_count = 1,
                                .operations = POSTERN_ACOP_CREATE,
                                .contexts = full->contexts,
                                .context_count = 2,
                                .object_details = full->details,
                                .object_details_count = 2,
                                .attributes = full->attributes,
                                .attribute_count = 2};
}

static uint32_t place_of(postern_acp_builder *builder, const postern_rule *rule)
{
    uint32_t place = 0;

    cr_assert_eq(pst_draft_condition(builder, rule, &place, NULL), POSTERN_OK);
    return place;
}

static const struct pst_condition *
condition_at(const postern_acp_builder *builder, uint32_t place)
{
    const uint64_t *words = builder->tables[PST_TABLE_CONDITIONS].data;

    return (const struct pst_condition *)(const void *)(words + place);
}

/* ---- once -------------------------------------------------------------- */

/* Each changes the least that it can. */
static void other_second(struct full_rule *full)
{
    full->windows[0] = S("1 0 8-17 * * 1-5 *");
}

static void other_year(struct full_rule *full)
{
    full->windows[1] = S("* * * * * * 2031");
}

static void any_year(struct full_rule *full)
{
    full->windows[1] = S("* * * * * * *");
}

static void other_prefix(struct full_rule *full)
{
    full->addresses[0] = S("10.0.0.0/25");
}

static void other_prefix6(struct full_rule *full)
{
    full->addresses[1] = S("2001:db8::/33");
}

static void other_radius(struct full_rule *full)
{
    full->circles[0].radius_m = 1000.001;
}

static void other_country(struct full_rule *full)
{
    full->countries[2] = S("LT");
}

static void one_context(struct full_rule *full)
{
    full->rule.context_count = 1;
}

static void other_parent(struct full_rule *full)
{
    full->details[0].resource_type = 3;
}

static void other_child(struct full_rule *full)
{
    full->child_types[2] = 22;
}

static void fewer_children(struct full_rule *full)
{
    full->details[0].child_type_count = 2;
}

static void either_definition(struct full_rule *full)
{
    full->details[1].specialization_kind = POSTERN_SPECIALIZATION_ANY;
}

static void other_definition(struct full_rule *full)
{
    full->details[1].specialization = S("org.example.lamq");
}

static void other_attribute(struct full_rule *full)
{
    full->attributes[1] = S("cob");
}

static void no_attributes(struct full_rule *full)
{
    full->rule.attributes = NULL;
    full->rule.attribute_count = 0;
}

static void reason_instead(struct full_rule *full)
{
    full->rule.never = "lbl";
}

static void other_reason(struct full_rule *full)
{
    full->rule.never = "lbm";
}

static void attribute_like_the_reason(struct full_rule *full)
{
    full->rule =
        (postern_rule){.attributes = full->attributes, .attribute_count = 1};
}

static void (*const changes[])(struct full_rule *) = {
    other_second,     other_year,      any_year,
    other_prefix,     other_prefix6,   other_radius,
    other_country,    one_context,     other_parent,
    other_child,      fewer_children,  either_definition,
    other_definition, other_attribute, no_attributes,
    reason_instead,   other_reason,    attribute_like_the_reason,
};

Test(condition, is_kept_once_and_apart_from_all_others)
{
    postern_acp_builder *builder = test_builder();
    uint32_t places[COUNT(changes) + 1];
    struct full_rule full;

    for (size_t i = 0; i <= COUNT(changes); i++) {
        uint32_t before;

        fill(&full);
        if (i > 0) {
            changes[i - 1](&full);
        }
        before = pst_draft_count(builder, PST_TABLE_CONDITIONS);
        places[i] = place_of(builder, &full.rule);
        cr_expect_eq(places[i], before, "condition %zu was there already", i);
        before = pst_draft_count(builder, PST_TABLE_CONDITIONS);
        cr_expect_eq(place_of(builder, &full.rule), places[i]);
        cr_expect_eq(pst_draft_count(builder, PST_TABLE_CONDITIONS), before,
                     "condition %zu is there twice", i);
    }
    fill(&full);
    cr_expect_eq(place_of(builder, &full.rule), places[0]);
    postern_acp_builder_free(builder);
}

Test(condition, is_kept_once_whoever_spells_it)
{
    postern_acp_builder *builder = test_builder();
    struct full_rule full;
    uint32_t place;

    fill(&full);
    full.addresses[0] = S("10.0.0.0/25");
    full.addresses[2] = S("10.0.0.128/25");
    place = place_of(builder, &full.rule);
    full.windows[0] = S("0 0 8,9,10-17 * * 1,2,3,4,5 *");
    full.windows[1] = S("0-59 * * * * * 2030-2030");
    full.addresses[0] = S("10.0.0.129/25");
    full.addresses[2] = S("10.0.0.1/25");
    full.countries[1] = S("be");
    cr_expect_eq(place_of(builder, &full.rule), place);
    full.addresses[2] = S("10.0.0.129/25");
    cr_expect_neq(place_of(builder, &full.rule), place);
    postern_acp_builder_free(builder);
}

Test(condition, is_found_again_among_very_many)
{
    enum { MANY = 3000 };
    static uint32_t places[MANY];
    postern_acp_builder *builder = test_builder();

    for (int round = 0; round < 2; round++) {
        for (unsigned i = 0; i < MANY; i++) {
            char name[16];
            postern_str attribute = {name, 0};
            postern_rule rule = {.attributes = &attribute,
                                 .attribute_count = 1};
            uint32_t place;

            attribute.len = (size_t)snprintf(name, sizeof name, "a%u", i);
            place = place_of(builder, &rule);
            cr_assert(round == 0 || place == places[i]);
            cr_assert(i == 0 || place != places[i - 1]);
            places[i] = place;
        }
    }
    cr_expect_eq(builder->conditions.texts.count, MANY);
    postern_acp_builder_free(builder);
}

Test(condition, shares_sets_of_years)
{
    postern_acp_builder *builder = test_builder();
    struct full_rule full;

    for (uint32_t second = 0; second < 60; second++) {
        char window[64];

        fill(&full);
        (void)snprintf(window, sizeof window, "%u * * * * * 2030-2040", second);
        full.windows[0] = S(window);
        (void)snprintf(window + 32, 32, "%u * * * * * 2030", second);
        full.windows[1] = S(window + 32);
        (void)place_of(builder, &full.rule);
    }
    cr_expect_eq(pst_draft_count(builder, PST_TABLE_YEARS), 2);
    postern_acp_builder_free(builder);
}

Test(condition, is_none_for_a_rule_without_any)
{
    postern_acp_builder *builder = test_builder();
    postern_context anywhere = {.windows = NULL};
    postern_rule rule = {.operations = POSTERN_ACOP_CREATE};

    cr_expect_eq(place_of(builder, &rule), PST_NO_CONDITION);
    cr_expect_eq(pst_draft_count(builder, PST_TABLE_CONDITIONS), 0);
    rule.contexts = &anywhere;
    rule.context_count = 1;
    cr_expect_eq(place_of(builder, &rule), 0);
    postern_acp_builder_free(builder);
}

/* ---- the layout -------------------------------------------------------- */

/* Bytes of a condition that something stands in. */
struct used {
    const struct pst_condition *condition;
    unsigned char bytes[4096];
};

static void use(struct used *used, const void *start, size_t size)
{
    size_t at = (size_t)((const char *)start - (const char *)used->condition);

    cr_assert_leq(at + size, used->condition->size);
    for (size_t i = at; i < at + size; i++) {
        cr_assert_eq(used->bytes[i], 0, "byte %zu is used twice", i);
        used->bytes[i] = 1;
    }
}

static void use_list(struct used *used, struct pst_list list, size_t size,
                     size_t alignment, uint32_t count)
{
    cr_assert_eq(list.count, count);
    cr_assert(count || list.at == 0);
    cr_assert_eq(list.at % alignment, 0);
    use(used, pst_list_at(used->condition, list), count * size);
}

#define USE_LIST(used, list, type, count)                                      \
    use_list((used), (list), sizeof(type), _Alignof(type), (count))

static void expect_rest_zero(const struct used *used)
{
    const unsigned char *bytes = (const unsigned char *)used->condition;

    for (uint32_t i = 0; i < used->condition->size; i++) {
        cr_expect(used->bytes[i] || bytes[i] == 0, "byte %u", i);
    }
}

static void use_contexts(struct used *used)
{
    const struct pst_context *contexts = pst_contexts(used->condition);

    use(used, contexts, 2 * sizeof *contexts);
    USE_LIST(used, contexts[0].windows, struct pst_time_window, 2);
    USE_LIST(used, contexts[0].ranges4, struct pst_ip4_range, 2);
    USE_LIST(used, contexts[0].ranges6, struct pst_ip6_range, 1);
    USE_LIST(used, contexts[0].circles, struct pst_circle, 0);
    USE_LIST(used, contexts[0].countries, uint16_t, 3);
    USE_LIST(used, contexts[1].windows, struct pst_time_window, 0);
    USE_LIST(used, contexts[1].ranges4, struct pst_ip4_range, 0);
    USE_LIST(used, contexts[1].ranges6, struct pst_ip6_range, 0);
    USE_LIST(used, contexts[1].circles, struct pst_circle, 1);
    USE_LIST(used, contexts[1].countries, uint16_t, 1);
}

static void use_details(struct used *used)
{
    const struct pst_object_details *details = pst_details(used->condition);

    use(used, details, 2 * sizeof *details);
    USE_LIST(used, details[0].child_types, uint32_t, 3);
    USE_LIST(used, details[1].child_types, uint32_t, 1);
}

Test(condition, stands_in_one_piece)
{
    postern_acp_builder *builder = test_builder();
    struct full_rule full;
    struct used used = {NULL, {0}};

    fill(&full);
    used.condition = condition_at(builder, place_of(builder, &full.rule));
    cr_assert_eq(used.condition->size % 8, 0);
    cr_assert_leq(used.condition->size, sizeof used.bytes);
    cr_expect_eq(used.condition->flags, PST_CONDITION_CONTEXTS |
                                            PST_CONDITION_DETAILS |
                                            PST_CONDITION_ATTRIBUTES);
    cr_expect_eq(used.condition->contexts, 2);
    cr_expect_eq(used.condition->details, 2);
    cr_expect_eq(used.condition->attributes, 2);
    use(&used, used.condition, sizeof *used.condition);
    use(&used, pst_attributes(used.condition), 2 * sizeof(struct pst_text_ref));
    use_contexts(&used);
    use_details(&used);
    expect_rest_zero(&used);
    postern_acp_builder_free(builder);
}

Test(condition, of_a_rule_that_is_never_true_is_the_reason)
{
    postern_acp_builder *builder = test_builder();
    const struct pst_condition *condition;
    struct pst_text_ref reason;
    struct full_rule full;

    fill(&full);
    full.rule.never = "it is broken";
    condition = condition_at(builder, place_of(builder, &full.rule));
    cr_expect_eq(condition->flags, PST_CONDITION_NEVER);
    cr_expect_eq(condition->size,
                 sizeof *condition + sizeof(struct pst_text_ref));
    cr_expect_eq(condition->contexts + condition->details, 0);
    cr_assert_eq(condition->attributes, 1);
    reason = *pst_attributes(condition);
    cr_assert_eq(reason.len, 12);
    cr_expect_eq(
        memcmp(pst_draft_texts(builder) + reason.offset, "it is broken", 12),
        0);
    postern_acp_builder_free(builder);
}

/* ---- refusals ---------------------------------------------------------- */

Test(condition, is_not_there_after_a_refusal)
{
    postern_acp_builder *builder = test_builder();
    struct full_rule full;
    uint32_t good;
    uint32_t place;
    uint32_t words;

    fill(&full);
    good = place_of(builder, &full.rule);
    words = pst_draft_count(builder, PST_TABLE_CONDITIONS);
    full.attributes[1] = S("");
    cr_expect_eq(pst_draft_condition(builder, &full.rule, &place, NULL),
                 POSTERN_ERR_POLICY);
    fill(&full);
    full.addresses[2] = S("192.0.2.7/33");
    cr_expect_eq(pst_draft_condition(builder, &full.rule, &place, NULL),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(pst_draft_count(builder, PST_TABLE_CONDITIONS), words);
    fill(&full);
    cr_expect_eq(place_of(builder, &full.rule), good);
    postern_acp_builder_free(builder);
}

Test(condition, refuses_more_than_32_bits_can_count)
{
    postern_acp_builder *builder = test_builder();
    struct full_rule full;
    uint32_t place;

    fill(&full);
    full.rule.context_count = (size_t)UINT32_MAX + 1;
    cr_expect_eq(pst_draft_condition(builder, &full.rule, &place, NULL),
                 POSTERN_ERR_LIMIT);
    full.rule.context_count = UINT32_MAX;
    cr_expect_eq(pst_draft_condition(builder, &full.rule, &place, NULL),
                 POSTERN_ERR_LIMIT);
    fill(&full);
    full.attributes[0].len = 5000;
    cr_expect_eq(pst_draft_condition(builder, &full.rule, &place, NULL),
                 POSTERN_ERR_LIMIT);
    postern_acp_builder_free(builder);
}

/* ---- where lists end ------------------------------------------------------
 *
 * The lists of a condition stand in a row. In each of these rules the list of
 * the first context does not have what the request brings; what stands behind
 * it would, if it were read as one more element.
 */

static const postern_str closed = {"* * * * * * 2025", 16};
static const postern_str closed_at_0 = {"0 * * * * * 2025", 16};
static const postern_str closed_from_32 = {"32-59 * * * * * 2025", 20};
static const postern_str ten = {"10.0.0.0/8", 10};
static const postern_str documentation = {"2001:db8::/32", 13};
static const postern_str all_ones = {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                                     39};
/* As four doubles: nearly 0, nearly 0, nearly 0, more than 4. */
static const postern_str like_a_circle[] = {
    {"0.0.0.0", 7}, {"1.0.0.0", 7}, {"2.0.0.0", 7}, {"64.32.0.0/16", 12}};
static const postern_str four_countries[] = {
    {"AT", 2}, {"BE", 2}, {"CH", 2}, {"DE", 2}};
static const postern_circle far_away = {-45.0, -90.0, 1000.0};
static const uint32_t like_kr[] = {'K' << 8 | 'R'};
static const postern_object_details of_kr = {.child_types = like_kr,
                                             .child_type_count = 1};

static const struct {
    const char *name;
    postern_context contexts[2];
    size_t context_count;
    bool details; /* of_kr */
} ends[] = {
    {"windows",
     {{.windows = &closed, .window_count = 1},
      {.addresses = &all_ones, .address_count = 1}},
     2,
     false},
    {"IPv4 ranges",
     {{.addresses = &ten, .address_count = 1},
      {.windows = &closed_from_32, .window_count = 1}},
     2,
     false},
    {"IPv6 ranges",
     {{.addresses = &documentation, .address_count = 1},
      {.windows = &closed_at_0, .window_count = 1}},
     2,
     false},
    {"circles",
     {{.circles = &far_away, .circle_count = 1},
      {.addresses = like_a_circle, .address_count = 4}},
     2,
     false},
    {"countries", {{.countries = four_countries, .country_count = 4}}, 1, true},
};

Test(condition, has_nothing_from_behind_the_end_of_a_list)
{
    static const char *const addresses[] = {"11.1.1.1", "2001:db9::1"};

    for (size_t i = 0; i < 2 * COUNT(ends); i++) {
        postern_cse cse = test_cse();
        postern_request request = test_request(&cse, "Cx");
        postern_rule rule = {.originators = &anybody,
                             .originator_count = 1,
                             .operations = POSTERN_ACOP_RETRIEVE,
                             .contexts = ends[i / 2].contexts,
                             .context_count = ends[i / 2].context_count,
                             .object_details = &of_kr,
                             .object_details_count = ends[i / 2].details};
        postern_acp_set *set = test_set(&rule, 1);

        cr_assert_eq(postern_ip_parse(&request.ip, S(addresses[i % 2])),
                     POSTERN_OK);
        request.location.has_point = true;
        request.location.latitude_deg = 52.0;
        request.location.longitude_deg = 4.0;
        memcpy(request.location.country, "KR", 3);
        cr_expect_not(test_permits(set, &request), "%s", ends[i / 2].name);
        postern_acp_set_free(set);
    }
}
