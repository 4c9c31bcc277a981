#include "support/sets.h"

#include <stdio.h>

static postern_str anybody = {"all", 3};

static postern_rule rule_for_all(uint32_t operations)
{
    return (postern_rule){.originators = &anybody,
                          .originator_count = 1,
                          .operations = operations};
}

/* [DEC-02] [DEC-05] */
Test(pdp_decide, denies_when_there_is_no_rule)
{
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *set = test_set(NULL, 0);
    postern_decision decision = postern_decide(set, &request);

    cr_expect_eq(decision.effect, POSTERN_DENY);
    cr_expect_eq(decision.reason, POSTERN_REASON_NO_RULE);
    cr_expect_eq(decision.acp, POSTERN_NO_ACP);
    cr_expect_eq(decision.rule, POSTERN_NO_RULE);
    postern_acp_set_free(set);
}

/* [DEC-02]: what is not known or not understood is denied, even to "all". */
Test(pdp_decide, denies_requests_that_are_none)
{
    struct {
        postern_request request;
        unsigned char future[8];
    } newer = {0};
    postern_cse cse = test_cse();
    postern_rule rule = rule_for_all(POSTERN_ACOP_ALL);
    postern_acp_set *set = test_set(&rule, 1);
    postern_request request = test_request(&cse, "Cx");
    postern_request zero;

    cr_expect(test_permits(set, &request));
    memset(&zero, 0, sizeof zero);
    cr_expect_not(test_permits(set, &zero));
    postern_request_init(&zero);
    cr_expect_not(test_permits(set, &zero));
    cr_expect_eq(postern_decide(set, &zero).reason, POSTERN_REASON_BAD_REQUEST);
    cr_expect_not(test_permits(set, NULL));
    cr_expect_not(test_permits(NULL, &request));
    request.originator.kind = POSTERN_ID_UNSET;
    cr_expect_not(test_permits(set, &request));

    newer.request = test_request(&cse, "Cx");
    newer.request.struct_size = sizeof newer;
    cr_expect(test_permits(set, &newer.request),
              "unused members of the future");
    newer.future[7] = 1;
    cr_expect_not(test_permits(set, &newer.request), "used members");
    postern_acp_set_free(set);
}

/* A caller of an older release has a shorter request: the rest is unknown. */
Test(pdp_decide, takes_the_request_of_an_older_caller)
{
    postern_cse cse = test_cse();
    postern_rule rule = rule_for_all(POSTERN_ACOP_ALL);
    postern_str attribute = S("lbl");
    postern_acp_set *set;
    postern_request request = test_request(&cse, "Cx");

    rule.attributes = &attribute;
    rule.attribute_count = 1;
    set = test_set(&rule, 1);
    request.attributes = &attribute;
    request.attribute_count = 1;
    cr_expect(test_permits(set, &request));
    request.struct_size = offsetof(postern_request, attributes);
    cr_expect_not(test_permits(set, &request));
    request.struct_size = 1;
    cr_expect_not(test_permits(set, &request));
    postern_acp_set_free(set);
}

/* [REQ-03] [REQ-04] [DEC-04] */
Test(pdp_decide, keeps_operations_apart)
{
    static const postern_operation operations[] = {
        POSTERN_OP_CREATE, POSTERN_OP_RETRIEVE, POSTERN_OP_UPDATE,
        POSTERN_OP_DELETE, POSTERN_OP_NOTIFY,   POSTERN_OP_DISCOVERY};
    postern_cse cse = test_cse();

    for (uint32_t mask = 1; mask <= POSTERN_ACOP_ALL; mask++) {
        postern_rule rule = rule_for_all(mask);
        postern_acp_set *set = test_set(&rule, 1);
        postern_request request = test_request(&cse, "Cx");

        for (uint32_t i = 0; i < COUNT(operations); i++) {
            request.operation = operations[i];
            cr_expect_eq(test_permits(set, &request), (mask >> i & 1) != 0,
                         "mask %u operation %u", mask, i);
        }
        postern_acp_set_free(set);
    }
}

/* A number taken from a primitive or an acop by mistake permits nothing. */
Test(pdp_decide, denies_operations_that_are_numbers_of_another_kind)
{
    postern_cse cse = test_cse();
    postern_rule rule = rule_for_all(POSTERN_ACOP_ALL);
    postern_acp_set *set = test_set(&rule, 1);
    postern_request request = test_request(&cse, "Cx");

    for (int number = 0; number <= 64; number++) {
        request.operation = (postern_operation)number;
        cr_expect_not(test_permits(set, &request), "%d", number);
    }
    request.operation = (postern_operation)0x103;
    cr_expect_not(test_permits(set, &request));
    postern_acp_set_free(set);
}

/* [REQ-03] */
Test(pdp_decide, knows_a_discovery_by_its_filter_usage)
{
    cr_expect_eq(postern_operation_of_primitive(1, 0), POSTERN_OP_CREATE);
    cr_expect_eq(postern_operation_of_primitive(2, 0), POSTERN_OP_RETRIEVE);
    cr_expect_eq(postern_operation_of_primitive(2, 1), POSTERN_OP_DISCOVERY);
    cr_expect_eq(postern_operation_of_primitive(2, 2), POSTERN_OP_RETRIEVE);
    cr_expect_eq(postern_operation_of_primitive(3, 1), POSTERN_OP_UPDATE);
    cr_expect_eq(postern_operation_of_primitive(4, 0), POSTERN_OP_DELETE);
    cr_expect_eq(postern_operation_of_primitive(5, 0), POSTERN_OP_NOTIFY);
    cr_expect_eq(postern_operation_of_primitive(0, 0), POSTERN_OP_NONE);
    cr_expect_eq(postern_operation_of_primitive(6, 1), POSTERN_OP_NONE);
}

/* [DEC-06] [REQ-09]: table 7.1.5-1, and that the flag holds for "all" too */
Test(pdp_decide, asks_for_authentication_when_the_flag_is_set)
{
    postern_cse cse = test_cse();

    for (int flag = 0; flag < 2; flag++) {
        for (int authenticated = 0; authenticated < 2; authenticated++) {
            postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);
            postern_request request = test_request(&cse, "Cx");
            postern_acp_set *set;

            rule.authentication_flag = flag;
            set = test_set(&rule, 1);
            request.authenticated = authenticated;
            cr_expect_eq(test_permits(set, &request), !flag || authenticated);
            postern_acp_set_free(set);
        }
    }
}

/* [DEC-08] [CTX-01] [CTX-02] [CTX-03] [CTX-05] [CTX-34] [REQ-05] [REQ-06]
 * [REQ-07] */
Test(pdp_decide, joins_contexts_by_or_and_their_members_by_and)
{
    postern_str windows[] = {S("* * 3 * * * *"), S("* * 10 * * * *")};
    postern_str addresses[] = {S("10.0.0.0/8"), S("2001:db8::/32")};
    postern_str countries[] = {S("NL"), S("BE")};
    postern_context contexts[] = {{.windows = windows,
                                   .window_count = 2,
                                   .addresses = addresses,
                                   .address_count = 2},
                                  {.countries = countries, .country_count = 2}};
    postern_cse cse = test_cse();
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *set;

    rule.contexts = contexts;
    rule.context_count = 2;
    set = test_set(&rule, 1);
    cr_expect_not(test_permits(set, &request), "address unknown");
    cr_assert_eq(postern_ip_parse(&request.ip, S("10.1.2.3")), POSTERN_OK);
    cr_expect(test_permits(set, &request), "time and address");
    request.time_s += 3600;
    cr_expect_not(test_permits(set, &request), "outside the windows");
    request.time_s -= 3600;
    request.time_known = false;
    cr_expect_not(test_permits(set, &request), "time unknown");
    memcpy(request.location.country, "be", 3);
    cr_expect(test_permits(set, &request), "the second context");
    memcpy(request.location.country, "DE", 3);
    cr_expect_not(test_permits(set, &request));
    postern_acp_set_free(set);
}

/* A time outside the calendar is in no window, not even in an open one. */
Test(pdp_decide, takes_an_impossible_time_as_unknown)
{
    postern_str window = S("* * * * * * *");
    postern_context context = {.windows = &window, .window_count = 1};
    postern_cse cse = test_cse();
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *set;

    rule.contexts = &context;
    rule.context_count = 1;
    set = test_set(&rule, 1);
    cr_expect(test_permits(set, &request));
    request.time_s = INT64_MAX;
    cr_expect_not(test_permits(set, &request));
    request.time_s = 253402300799;
    cr_expect(test_permits(set, &request), "the last second of 9999");
    request.time_s++;
    cr_expect_not(test_permits(set, &request));
    request.time_s = 946684799;
    cr_expect_not(test_permits(set, &request), "the last second of 1999");
    postern_acp_set_free(set);
}

/* [CTX-04]: a context that restricts nothing */
Test(pdp_decide, takes_an_empty_context_as_true)
{
    postern_context contexts[] = {{0}};
    postern_cse cse = test_cse();
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *set;

    rule.contexts = contexts;
    rule.context_count = 1;
    set = test_set(&rule, 1);
    cr_expect(test_permits(set, &request));
    postern_acp_set_free(set);
}

/* [CTX-30] [CTX-32] [CTX-34] */
Test(pdp_decide, compares_locations_that_are_known_and_possible)
{
    postern_circle circle = {52.0, 5.0, 1000.0};
    postern_context context = {.circles = &circle, .circle_count = 1};
    postern_cse cse = test_cse();
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *set;

    rule.contexts = &context;
    rule.context_count = 1;
    set = test_set(&rule, 1);
    cr_expect_not(test_permits(set, &request), "unknown");
    request.location = (postern_location){true, 52.005, 5.0, ""};
    cr_expect(test_permits(set, &request));
    request.location.has_point = false;
    cr_expect_not(test_permits(set, &request), "not said to be known");
    request.location = (postern_location){true, 5.0, 52.005, ""};
    cr_expect_not(test_permits(set, &request), "swapped");
    request.location = (postern_location){true, 412.005, 5.0, ""};
    cr_expect_not(test_permits(set, &request), "impossible");
    request.location = (postern_location){true, 52.0, 0.0 / 0.0, ""};
    cr_expect_not(test_permits(set, &request), "no number");
    postern_acp_set_free(set);
}

/* [OBJ-01] [OBJ-02] [OBJ-03] [OBJ-04] [OBJ-11] */
Test(pdp_decide, limits_creates_by_object_details)
{
    static const uint32_t first[] = {4};
    static const uint32_t second[] = {3, 23};
    postern_object_details details[] = {
        {.resource_type = 3, .child_types = first, .child_type_count = 1},
        {.resource_type = 2, .child_types = second, .child_type_count = 2}};
    static const struct {
        postern_operation operation;
        uint32_t parent;
        uint32_t child;
        bool permits;
    } rows[] = {
        {POSTERN_OP_CREATE, 3, 4, true},  {POSTERN_OP_CREATE, 3, 3, false},
        {POSTERN_OP_CREATE, 2, 23, true}, {POSTERN_OP_CREATE, 2, 4, false},
        {POSTERN_OP_CREATE, 5, 4, false}, {POSTERN_OP_CREATE, 0, 4, false},
        {POSTERN_OP_CREATE, 3, 0, false}, {POSTERN_OP_RETRIEVE, 5, 0, true},
        {POSTERN_OP_UPDATE, 3, 3, true},
    };
    postern_cse cse = test_cse();
    postern_rule rule = rule_for_all(POSTERN_ACOP_ALL);
    postern_acp_set *set;

    rule.object_details = details;
    rule.object_details_count = 2;
    set = test_set(&rule, 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        postern_request request = test_request(&cse, "Cx");

        request.operation = rows[i].operation;
        request.target_type = rows[i].parent;
        request.child_type = rows[i].child;
        cr_expect_eq(test_permits(set, &request), rows[i].permits, "row %zu",
                     i);
    }
    postern_acp_set_free(set);
}

/* [OBJ-06] [OBJ-10] */
Test(pdp_decide, compares_the_specialization_with_the_content)
{
    static const uint32_t types[] = {13, 28};
    static const struct {
        postern_specialization kind;
        const char *definition;
        const char *container; /* of the request */
        uint32_t mgmt;
        bool permits;
    } rows[] = {
        {POSTERN_SPECIALIZATION_MGMT, "1006", NULL, 1006, true},
        {POSTERN_SPECIALIZATION_MGMT, "1006", NULL, 1007, false},
        {POSTERN_SPECIALIZATION_MGMT, "1006", NULL, 0, false},
        {POSTERN_SPECIALIZATION_MGMT, "1006", "1006", 0, false},
        {POSTERN_SPECIALIZATION_CONTAINER, "org.valve", "org.valve", 0, true},
        {POSTERN_SPECIALIZATION_CONTAINER, "org.valve", "org.valves", 0, false},
        {POSTERN_SPECIALIZATION_CONTAINER, "org.valve", NULL, 0, false},
        {POSTERN_SPECIALIZATION_CONTAINER, "1006", NULL, 1006, false},
        {POSTERN_SPECIALIZATION_ANY, "1006", NULL, 1006, true},
        {POSTERN_SPECIALIZATION_ANY, "1006", "1006", 0, true},
        {POSTERN_SPECIALIZATION_ANY, "org.valve", NULL, 1006, false},
        {POSTERN_SPECIALIZATION_ANY, "org.valve", NULL, 0, false},
    };
    postern_cse cse = test_cse();

    for (size_t i = 0; i < COUNT(rows); i++) {
        postern_object_details details = {.specialization_kind = rows[i].kind,
                                          .specialization =
                                              S(rows[i].definition),
                                          .child_types = types,
                                          .child_type_count = 2};
        postern_rule rule = rule_for_all(POSTERN_ACOP_CREATE);
        postern_request request = test_request(&cse, "Cx");
        postern_acp_set *set;

        rule.object_details = &details;
        rule.object_details_count = 1;
        set = test_set(&rule, 1);
        request.operation = POSTERN_OP_CREATE;
        request.child_type = 13;
        request.container_definition = S(rows[i].container);
        request.mgmt_definition = rows[i].mgmt;
        cr_expect_eq(test_permits(set, &request), rows[i].permits, "row %zu",
                     i);
        postern_acp_set_free(set);
    }
}

/* A rule said to be false is, whatever else it says. */
Test(pdp_decide, never_takes_a_disabled_rule)
{
    postern_cse cse = test_cse();
    postern_rule rules[] = {rule_for_all(POSTERN_ACOP_ALL),
                            rule_for_all(POSTERN_ACOP_DELETE)};
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *set;

    rules[0].never = "it has an unknown member";
    set = test_set(rules, 2);
    cr_expect_not(test_permits(set, &request));
    request.operation = POSTERN_OP_DELETE;
    cr_expect(test_permits(set, &request), "the next rule counts [DEC-09]");
    cr_expect_eq(postern_decide(set, &request).rule, 1);
    postern_acp_set_free(set);
}

/* accessControlAttributes: the true rules together cover the request. */
Test(pdp_decide, joins_attributes_over_true_rules_only)
{
    postern_str one[] = {S("lbl"), S("mni")};
    postern_str two[] = {S("cni")};
    postern_str asked[] = {S("lbl"), S("cni")};
    postern_str me = S("Cx");
    postern_cse cse = test_cse();
    postern_rule rules[] = {rule_for_all(POSTERN_ACOP_RETRIEVE),
                            rule_for_all(POSTERN_ACOP_RETRIEVE)};
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *set;

    rules[0].attributes = one;
    rules[0].attribute_count = 2;
    rules[1].attributes = two;
    rules[1].attribute_count = 1;
    rules[1].originators = &me;
    set = test_set(rules, 2);
    cr_expect_not(test_permits(set, &request), "attributes unknown");
    request.attributes = asked;
    request.attribute_count = 1;
    cr_expect(test_permits(set, &request));
    cr_expect_eq(postern_decide(set, &request).reason, POSTERN_REASON_RULE);
    request.attribute_count = 2;
    cr_expect(test_permits(set, &request));
    cr_expect_eq(postern_decide(set, &request).reason, POSTERN_REASON_RULES);
    (void)!postern_id_parse_entity(&request.originator, &cse, S("Cy"));
    cr_expect_not(test_permits(set, &request),
                  "the list of another originator's rule does not count");
    postern_acp_set_free(set);
}

/* No cap: 200 attributes are as good as two. */
Test(pdp_decide, covers_any_number_of_attributes)
{
    enum { MANY = 200 };
    static char names[MANY][16];
    static postern_str attributes[MANY + 1];
    postern_cse cse = test_cse();
    postern_rule rules[2] = {rule_for_all(POSTERN_ACOP_RETRIEVE),
                             rule_for_all(POSTERN_ACOP_RETRIEVE)};
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *set;

    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "a%d", i);
        attributes[i] = S(names[i]);
    }
    attributes[MANY] = S("other");
    rules[0].attributes = attributes;
    rules[0].attribute_count = 100;
    rules[1].attributes = attributes + 100;
    rules[1].attribute_count = 100;
    set = test_set(rules, 2);
    request.attributes = attributes;
    for (size_t count = 1; count <= MANY; count++) {
        request.attribute_count = count;
        cr_expect(test_permits(set, &request), "%zu", count);
    }
    request.attribute_count = MANY + 1;
    cr_expect_not(test_permits(set, &request));
    postern_acp_set_free(set);
    rules[1].attributes = NULL;
    rules[1].attribute_count = 0;
    set = test_set(rules, 2);
    cr_expect(test_permits(set, &request), "a rule without a list covers all");
    postern_acp_set_free(set);
}

/* Up to 64 attributes it is known that one rule covers them all. */
Test(pdp_decide, says_whether_it_took_several_rules)
{
    static const struct {
        size_t listed; /* by the first rule; the second one lists the rest */
        size_t asked;
        postern_reason reason;
    } rows[] = {
        {2, 1, POSTERN_REASON_RULE},    {1, 1, POSTERN_REASON_RULE},
        {1, 2, POSTERN_REASON_RULES},   {64, 63, POSTERN_REASON_RULE},
        {64, 64, POSTERN_REASON_RULE},  {63, 64, POSTERN_REASON_RULES},
        {65, 65, POSTERN_REASON_RULES}, {64, 65, POSTERN_REASON_RULES},
    };
    enum { MOST = 66 };
    static char names[MOST][16];
    static postern_str attributes[MOST];
    postern_cse cse = test_cse();

    for (int i = 0; i < MOST; i++) {
        snprintf(names[i], sizeof names[i], "a%d", i);
        attributes[i] = S(names[i]);
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_rule rules[2] = {rule_for_all(POSTERN_ACOP_RETRIEVE),
                                 rule_for_all(POSTERN_ACOP_RETRIEVE)};
        postern_request request = test_request(&cse, "Cx");
        postern_acp_set *set;

        rules[0].attributes = attributes;
        rules[0].attribute_count = rows[i].listed;
        rules[1].attributes = attributes + rows[i].listed;
        rules[1].attribute_count = MOST - rows[i].listed;
        request.attributes = attributes;
        request.attribute_count = rows[i].asked;
        set = test_set(rules, 2);
        cr_expect_eq(postern_decide(set, &request).reason, rows[i].reason,
                     "row %zu", i);
        if (rows[i].asked <= 64) { /* more: the explanation may know better */
            cr_expect_eq(postern_explain(set, &request, NULL, NULL).reason,
                         rows[i].reason, "row %zu, explained", i);
        }
        postern_acp_set_free(set);
    }
}

/* [PRP-01] [PRP-02] [PRP-07] [DEC-03] [ARC-04] [ARC-06] */
Test(pdp_decide, looks_at_the_links_and_nothing_else)
{
    postern_cse cse = test_cse();
    postern_acp_builder *builder = test_builder();
    postern_rule read = rule_for_all(POSTERN_ACOP_RETRIEVE);
    postern_rule write = rule_for_all(POSTERN_ACOP_UPDATE);
    postern_acp_ref refs[] = {{0, POSTERN_PRIVILEGES},
                              {7, POSTERN_PRIVILEGES},
                              {1, POSTERN_PRIVILEGES},
                              {0, (postern_privileges)9}};
    postern_acp_ref self = {0, POSTERN_SELF_PRIVILEGES};
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *set;

    cr_assert_eq(postern_acp_builder_add_acp(builder, S("a"), INT64_MAX),
                 POSTERN_OK);
    cr_assert_eq(postern_acp_builder_add_rule(builder, POSTERN_SELF_PRIVILEGES,
                                              &write, NULL),
                 POSTERN_OK);
    cr_assert_eq(postern_acp_builder_add_acp(builder, S("b"), INT64_MAX),
                 POSTERN_OK);
    cr_assert_eq(
        postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &read, NULL),
        POSTERN_OK);
    set = test_finish(builder);
    cr_expect_eq(postern_decide_acps(set, refs, 2, &request).effect,
                 POSTERN_DENY);
    cr_expect_eq(postern_decide_acps(set, refs, 4, &request).acp, 1);
    cr_expect_eq(postern_decide_acps(set, NULL, 0, &request).effect,
                 POSTERN_DENY);
    cr_expect_eq(
        postern_explain_acps(set, NULL, 0, &request, NULL, NULL).effect,
        POSTERN_DENY);
    cr_expect_eq(postern_decide(set, &request).effect, POSTERN_PERMIT);
    request.operation = POSTERN_OP_UPDATE;
    cr_expect_eq(postern_decide(set, &request).effect, POSTERN_DENY,
                 "self-privileges protect the ACP only");
    cr_expect_eq(postern_decide_acps(set, &self, 1, &request).which,
                 POSTERN_SELF_PRIVILEGES);
    cr_expect_eq(postern_decide_acps(set, &self, 1, &request).effect,
                 POSTERN_PERMIT);
    postern_acp_set_free(set);
}

/* [PRP-09] */
Test(pdp_decide, forgets_an_acp_when_it_expires)
{
    postern_cse cse = test_cse();
    postern_acp_builder *builder = test_builder();
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *set;

    cr_assert_eq(
        postern_acp_builder_add_acp(builder, S("a"), request.time_s + 1),
        POSTERN_OK);
    cr_assert_eq(
        postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &rule, NULL),
        POSTERN_OK);
    set = test_finish(builder);
    cr_expect(test_permits(set, &request));
    request.time_s++;
    cr_expect_not(test_permits(set, &request));
    request.time_s = 0;
    request.time_known = false;
    cr_expect_not(test_permits(set, &request), "time unknown");
    postern_acp_set_free(set);
}

/* [ARC-07]: the block can stand anywhere. */
Test(pdp_decide, works_on_a_copy_of_the_block_elsewhere)
{
    postern_str originators[] = {S("Cx"), S("/gate*"), S("//other.example")};
    postern_str window = S("* * * * * * 2026");
    postern_context context = {.windows = &window, .window_count = 1};
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);
    postern_cse cse = test_cse();
    postern_acp_set *set;
    postern_acp_set *copy;

    rule.originators = originators;
    rule.originator_count = COUNT(originators);
    rule.contexts = &context;
    rule.context_count = 1;
    set = test_set(&rule, 1);
    copy = malloc(postern_acp_set_size(set));
    cr_assert_not_null(copy);
    memcpy(copy, set, postern_acp_set_size(set));
    memset(set, 0xA5, sizeof(void *));
    for (size_t i = 0; i < 4; i++) {
        static const char *const froms[] = {"Cx", "/gate7", "Cy",
                                            "//other.example/Sx"};
        postern_request request = test_request(&cse, froms[i]);

        cr_expect_eq(test_permits(copy, &request), i != 2, "%s", froms[i]);
    }
    memcpy(set, copy, sizeof(void *));
    free(copy);
    postern_acp_set_free(set);
}

/* A rule for any attribute permits by itself, however many there are, and is
 * the one that is named. [DEC-07] */
Test(pdp_decide, names_the_rule_for_any_of_very_many_attributes)
{
    enum { ATTRIBUTES = 65 };
    static char texts[ATTRIBUTES][8];
    postern_str names[ATTRIBUTES];
    postern_str all = S("all");
    postern_rule limited = {.originators = &all,
                            .originator_count = 1,
                            .operations = POSTERN_ACOP_RETRIEVE,
                            .attributes = &names[ATTRIBUTES - 1],
                            .attribute_count = 1};
    postern_rule any = {.originators = &all,
                        .originator_count = 1,
                        .operations = POSTERN_ACOP_RETRIEVE};
    postern_acp_builder *builder = test_builder();
    postern_acp_ref refs[] = {{0, POSTERN_PRIVILEGES}, {1, POSTERN_PRIVILEGES}};
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *set;
    postern_decision decision;

    for (size_t i = 0; i < ATTRIBUTES; i++) {
        (void)snprintf(texts[i], sizeof texts[i], "a%zu", i);
        names[i] = S(texts[i]);
    }
    cr_assert_eq(postern_acp_builder_add_acp(builder, S("acp0"), INT64_MAX),
                 POSTERN_OK);
    cr_assert_eq(postern_acp_builder_add_rule(builder, 0, &limited, NULL),
                 POSTERN_OK);
    cr_assert_eq(postern_acp_builder_add_acp(builder, S("acp1"), INT64_MAX),
                 POSTERN_OK);
    cr_assert_eq(postern_acp_builder_add_rule(builder, 0, &any, NULL),
                 POSTERN_OK);
    set = test_finish(builder);
    request.attributes = names;
    request.attribute_count = ATTRIBUTES;
    decision = postern_decide_acps(set, refs, 2, &request);
    cr_expect_eq(decision.effect, POSTERN_PERMIT);
    cr_expect_eq(decision.acp, 1);
    cr_expect_eq(decision.reason, POSTERN_REASON_RULE);
    cr_expect_eq(postern_decide_acps(set, refs, 1, &request).effect,
                 POSTERN_DENY);
    postern_acp_set_free(set);
}
