#include "support/faulty.h"
#include "support/sets.h"

static postern_str anybody = {"all", 3};

static postern_rule good_rule(void)
{
    return (postern_rule){.originators = &anybody,
                          .originator_count = 1,
                          .operations = POSTERN_ACOP_RETRIEVE};
}

struct refusal {
    const char *path;
    postern_rule rule;
};

/* Adds the rule, which must be refused at that place, then a good one. */
static void expect_refused(const char *path, const postern_rule *rule)
{
    postern_acp_builder *builder = test_builder();
    postern_rule good = good_rule();
    postern_acp_set *set;
    postern_diag diag;

    cr_assert_eq(postern_acp_builder_add_acp(builder, S("a"), INT64_MAX),
                 POSTERN_OK);
    cr_expect_eq(
        postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, rule, &diag),
        POSTERN_ERR_POLICY, "%s", path);
    cr_expect_str_eq(diag.path, path);
    cr_expect_gt(strlen(diag.message), 10);
    cr_expect_eq(
        postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &good, &diag),
        POSTERN_OK);
    set = test_finish(builder);
    cr_expect_eq(postern_acp_set_rule_count(set, 0, POSTERN_PRIVILEGES), 1);
    postern_acp_set_free(set);
}

/* [REQ-04] */
Test(pdp_builder, refuses_operations_out_of_range)
{
    postern_rule rule = good_rule();

    rule.operations = 0;
    expect_refused("/acop", &rule);
    rule.operations = 64;
    expect_refused("/acop", &rule);
}

/* [CTX-10] [CTX-21] [CTX-24] [CTX-31] [CTX-33] */
Test(pdp_builder, points_at_the_bad_member_of_a_context)
{
    postern_str windows[] = {S("* * * * * * *"), S("every tuesday")};
    postern_str addresses[] = {S("10.0.0.0/8"), S("10.0.0.0/33")};
    postern_str countries[] = {S("NL"), S("NLD")};
    postern_circle circles[] = {{91, 0, 1}};
    postern_context contexts[2] = {{0}};
    postern_rule rule = good_rule();

    rule.contexts = contexts;
    rule.context_count = 2;
    contexts[1] = (postern_context){.windows = windows, .window_count = 2};
    expect_refused("/acco/1/actw/1", &rule);
    contexts[1] = (postern_context){.addresses = addresses, .address_count = 2};
    expect_refused("/acco/1/acip/1", &rule);
    contexts[1] = (postern_context){.addresses = addresses};
    expect_refused("/acco/1/acip", &rule);
    contexts[1] = (postern_context){.countries = countries, .country_count = 2};
    expect_refused("/acco/1/aclr/accc/1", &rule);
    contexts[1] = (postern_context){.circles = circles, .circle_count = 1};
    expect_refused("/acco/1/aclr/accr/0", &rule);
    contexts[1] = (postern_context){.countries = countries};
    expect_refused("/acco/1/aclr", &rule);
}

/* [OBJ-05] [OBJ-07] */
Test(pdp_builder, points_at_bad_object_details)
{
    static const uint32_t types[] = {4, 0};
    postern_object_details details = {.child_types = types};
    postern_rule rule = good_rule();

    rule.object_details = &details;
    rule.object_details_count = 1;
    expect_refused("/acod/0", &rule);
    details.child_type_count = 2;
    expect_refused("/acod/0", &rule);
    details.child_type_count = 1;
    details.resource_type = 28;
    expect_refused("/acod/0", &rule);
    details.specialization_kind = POSTERN_SPECIALIZATION_MGMT;
    expect_refused("/acod/0", &rule);
    details.specialization = S("12x");
    expect_refused("/acod/0", &rule);
}

Test(pdp_builder, refuses_attributes_that_cover_nothing)
{
    postern_str attributes[] = {S("lbl"), S("")};
    postern_rule rule = good_rule();

    rule.attributes = attributes;
    expect_refused("/aca", &rule);
    rule.attribute_count = 2;
    expect_refused("/aca/1", &rule);
}

Test(pdp_builder, points_at_the_bad_originator)
{
    postern_str originators[] = {S("Cx"), S("//*")};
    postern_rule rule = good_rule();

    rule.originators = originators;
    rule.originator_count = 2;
    expect_refused("/acor/1", &rule);
}

Test(pdp_builder, refuses_two_acps_of_one_name)
{
    postern_acp_builder *builder = test_builder();
    postern_acp_set *set;
    postern_diag diag;

    cr_assert_eq(postern_acp_builder_add_acp(builder, S("a"), INT64_MAX),
                 POSTERN_OK);
    cr_assert_eq(postern_acp_builder_add_acp(builder, S("b"), INT64_MAX),
                 POSTERN_OK);
    cr_assert_eq(postern_acp_builder_add_acp(builder, S("a"), INT64_MAX),
                 POSTERN_OK);
    cr_expect_eq(postern_acp_builder_finish(builder, &set, &diag),
                 POSTERN_ERR_POLICY);
    cr_expect_null(set);
    cr_expect_str_eq(diag.message, "two ACPs are named \"a\"");
    postern_acp_builder_free(builder);
}

Test(pdp_builder, keeps_to_its_contract_when_the_caller_does_not)
{
    postern_acp_builder *builder = test_builder();
    postern_cse empty = {0};
    postern_rule rule = good_rule();
    postern_builder_options options[2];
    postern_acp_builder *none;
    postern_acp_set *set;
    postern_cse cse = test_cse();

    cr_expect_eq(
        postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &rule, NULL),
        POSTERN_ERR_ARGUMENT, "no ACP yet");
    cr_assert_eq(postern_acp_builder_finish(builder, &set, NULL), POSTERN_OK);
    cr_expect_eq(postern_acp_set_count(set), 0);
    postern_acp_set_free(set);
    cr_expect_eq(postern_acp_builder_add_acp(builder, S("a"), INT64_MAX),
                 POSTERN_ERR_ARGUMENT, "finished");
    cr_expect_eq(postern_acp_builder_finish(builder, &set, NULL),
                 POSTERN_ERR_ARGUMENT);
    postern_acp_builder_free(builder);
    cr_expect_eq(postern_acp_builder_new(&none, &empty, NULL),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_null(none);

    /* Options from the future are refused when they are in use. */
    memset(options, 0, sizeof options);
    options[0].struct_size = sizeof options;
    cr_assert_eq(postern_acp_builder_new(&none, &cse, options), POSTERN_OK);
    postern_acp_builder_free(none);
    options[1].user = options;
    cr_expect_eq(postern_acp_builder_new(&none, &cse, options),
                 POSTERN_ERR_ARGUMENT);
    postern_acp_builder_free(NULL);
}

Test(pdp_builder, holds_rules_to_the_limit)
{
    postern_builder_options options;
    postern_acp_builder *builder;
    postern_cse cse = test_cse();
    postern_rule rule = good_rule();
    postern_str long_name = {"Cxxxxxxxxx", 10};

    postern_builder_options_init(&options);
    options.limits.rules = 1;
    options.limits.text_length = 9;
    cr_assert_eq(postern_acp_builder_new(&builder, &cse, &options), POSTERN_OK);
    cr_expect_eq(postern_acp_builder_add_acp(builder, long_name, INT64_MAX),
                 POSTERN_ERR_LIMIT);
    cr_assert_eq(postern_acp_builder_add_acp(builder, S("a"), INT64_MAX),
                 POSTERN_OK);
    rule.originators = &long_name;
    cr_expect_eq(postern_acp_builder_add_rule(builder, 0, &rule, NULL),
                 POSTERN_ERR_LIMIT);
    options.limits.text_length = 0;
    postern_acp_builder_free(builder);
    cr_assert_eq(postern_acp_builder_new(&builder, &cse, &options), POSTERN_OK);
    cr_assert_eq(postern_acp_builder_add_acp(builder, S("a"), INT64_MAX),
                 POSTERN_OK);
    rule.originators = &anybody;
    cr_expect_eq(postern_acp_builder_add_rule(builder, 0, &rule, NULL),
                 POSTERN_OK);
    cr_expect_eq(postern_acp_builder_add_rule(builder, 0, &rule, NULL),
                 POSTERN_ERR_LIMIT);
    postern_acp_builder_free(builder);
}

/* Numbers and names of ACPs, and their two attributes. */
Test(pdp_builder, keeps_acps_and_rules_in_order)
{
    static const char *const names[] = {"m", "z", "a", "k"};
    postern_acp_builder *builder = test_builder();
    postern_rule rule = good_rule();
    postern_acp_set *set;

    for (size_t i = 0; i < COUNT(names); i++) {
        cr_assert_eq(
            postern_acp_builder_add_acp(builder, S(names[i]), INT64_MAX),
            POSTERN_OK);
        for (size_t k = 0; k < 2 * i + 1; k++) {
            cr_assert_eq(postern_acp_builder_add_rule(
                             builder, (postern_privileges)(k % 2), &rule, NULL),
                         POSTERN_OK);
        }
    }
    set = test_finish(builder);
    for (uint32_t i = 0; i < COUNT(names); i++) {
        postern_str name = postern_acp_set_name(set, i);

        cr_expect_eq(postern_acp_set_find(set, S(names[i])), i);
        cr_expect(name.len == 1 && name.data[0] == names[i][0]);
        cr_expect_eq(postern_acp_set_rule_count(set, i, POSTERN_PRIVILEGES),
                     i + 1);
        cr_expect_eq(
            postern_acp_set_rule_count(set, i, POSTERN_SELF_PRIVILEGES), i);
    }
    cr_expect_eq(postern_acp_set_find(set, S("b")), POSTERN_NO_ACP);
    cr_expect_eq(postern_acp_set_find(set, S("")), POSTERN_NO_ACP);
    cr_expect_null(postern_acp_set_name(set, 4).data);
    cr_expect_eq(postern_acp_set_rule_count(set, 4, POSTERN_PRIVILEGES), 0);
    postern_acp_set_free(set);
}
