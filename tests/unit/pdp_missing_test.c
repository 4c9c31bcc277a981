#include "support/sets.h"

#include <stdio.h>
#include <string.h>

/* postern_missing_links(): which facts could still make a rule true. [ARC-03]
 * [DEC-09] */

enum { TEXT = 512, MANY = 40 };

/* What is reported, in words: "time! group //sp.example/plant-cse/grp5". The
 * "!" stands after what suffices. */
struct seen {
    char words[TEXT];
    size_t wanted; /* 0: all */
    size_t count;
    uint32_t link; /* of the last one */
    uint32_t rule;
};

static void say(struct seen *seen, const char *words)
{
    size_t len = strlen(seen->words);

    cr_assert_lt(len + strlen(words), TEXT);
    memcpy(seen->words + len, words, strlen(words) + 1);
}

static bool note(void *user, const postern_missing *missing)
{
    static const char *const kinds[] = {
        [POSTERN_MISSING_GROUP] = "group",
        [POSTERN_MISSING_ROLE] = "role",
        [POSTERN_MISSING_TIME] = "time",
        [POSTERN_MISSING_ADDRESS] = "address",
        [POSTERN_MISSING_POINT] = "point",
        [POSTERN_MISSING_COUNTRY] = "country",
        [POSTERN_MISSING_TYPES] = "types",
        [POSTERN_MISSING_ATTRIBUTES] = "attributes",
    };
    struct seen *seen = user;
    char id[TEXT];

    say(seen, seen->count ? " " : "");
    say(seen, kinds[missing->kind]);
    if (missing->id) {
        cr_assert_lt(postern_id_text(missing->id, id, sizeof id), sizeof id);
        say(seen, " ");
        say(seen, id);
    }
    say(seen, missing->suffices ? "!" : "");
    seen->link = missing->link;
    seen->rule = missing->rule;
    return ++seen->count != seen->wanted;
}

static struct seen ask(const postern_acp_link *links, size_t count,
                       const postern_request *request)
{
    struct seen seen = {.count = 0};

    cr_assert_eq(postern_missing_links(links, count, request, note, &seen),
                 seen.count);
    return seen;
}

static struct seen ask_rules(const postern_rule *rules, size_t count,
                             const postern_request *request)
{
    postern_acp_set *set = test_set(rules, count);
    postern_acp_link link = {set, {0, POSTERN_PRIVILEGES}};
    struct seen seen = ask(&link, 1, request);

    postern_acp_set_free(set);
    return seen;
}

/* Of one ACP with one rule. Among many that can never be true, where it is
 * found in another way, the answer is the same. */
static struct seen ask_rule(const postern_rule *rule,
                            const postern_request *request)
{
    postern_rule many[MANY];
    struct seen alone = ask_rules(rule, 1, request);
    struct seen found;

    for (size_t i = 0; i < MANY; i++) {
        many[i] = (postern_rule){.never = "it is broken"};
    }
    many[MANY / 2] = *rule;
    found = ask_rules(many, MANY, request);
    cr_expect_str_eq(found.words, alone.words);
    cr_expect(found.count == 0 || found.rule == MANY / 2);
    return alone;
}

static void expect(const postern_rule *rule, const postern_request *request,
                   const char *words)
{
    cr_expect_str_eq(ask_rule(rule, request).words, words);
}

static postern_str everybody = {"all", 3};

static postern_rule rule_for_all(uint32_t operations)
{
    return (postern_rule){.originators = &everybody,
                          .originator_count = 1,
                          .operations = operations};
}

/* A Retrieve of which nothing is known but who asks. */
static postern_request bare_request(const postern_cse *cse)
{
    postern_request request = test_request(cse, "Cx");

    request.time_known = false;
    return request;
}

/* ---- originators ------------------------------------------------------- */

/* [ORI-11] [ORI-12] */
Test(pdp_missing, names_the_groups_and_roles_that_a_rule_lists)
{
    postern_str who[] = {S("Cy"), S("grp5"), S("7-op@auth.example")};
    postern_rule rule = {.originators = who,
                         .originator_count = 3,
                         .operations = POSTERN_ACOP_RETRIEVE};
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");

    expect(&rule, &request,
           "group //sp.example/plant-cse/grp5! role 7-op@auth.example!");
    rule.originator_count = 1;
    expect(&rule, &request, "");
    rule.originator_count = 3;
    request.operation = POSTERN_OP_UPDATE;
    expect(&rule, &request, "");
}

/* Then the rule is true, or it fails in what no group would change. */
Test(pdp_missing, names_no_group_of_a_rule_that_lists_the_originator_already)
{
    static const char *const entries[] = {
        "Cx", "all", "C*", "//sp.example", "grp6", "8-op@auth.example"};
    postern_cse cse = test_cse();
    postern_id group;
    postern_id role;

    cr_assert_eq(postern_id_parse_resource(&group, &cse, S("grp6")),
                 POSTERN_OK);
    cr_assert_eq(postern_id_parse_role(&role, S("8-op@auth.example")),
                 POSTERN_OK);
    for (size_t i = 0; i < COUNT(entries); i++) {
        postern_str who[] = {S("grp5"), S(entries[i]), S("7-op@auth.example")};
        postern_rule rule = {.originators = who,
                             .originator_count = 3,
                             .operations = POSTERN_ACOP_RETRIEVE};
        postern_request request = test_request(&cse, "Cx");

        request.groups = &group;
        request.group_count = 1;
        request.roles = &role;
        request.role_count = 1;
        expect(&rule, &request, "");
    }
}

/* The identifier can be taken over into the request as it is. */
static bool learn(void *user, const postern_missing *missing)
{
    postern_request *request = user;
    postern_id *ids = (postern_id *)(uintptr_t)request->groups;

    cr_assert_eq(missing->kind, POSTERN_MISSING_GROUP);
    ids[request->group_count++] = *missing->id;
    return false;
}

Test(pdp_missing, reports_identifiers_that_the_decision_takes)
{
    postern_str who = S("//sp.example/plant-cse/base/grp5");
    postern_rule rule = {.originators = &who,
                         .originator_count = 1,
                         .operations = POSTERN_ACOP_RETRIEVE};
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *set = test_set(&rule, 1);
    postern_acp_link link = {set, {0, POSTERN_PRIVILEGES}};
    postern_id groups[2];

    request.groups = groups;
    cr_assert_eq(postern_decide_links(&link, 1, &request).effect, POSTERN_DENY);
    cr_assert_eq(postern_missing_links(&link, 1, &request, learn, &request), 1);
    cr_expect_eq(postern_decide_links(&link, 1, &request).effect,
                 POSTERN_PERMIT);
    cr_expect_eq(ask(&link, 1, &request).count, 0);
    postern_acp_set_free(set);
}

/* [REQ-02] [DEC-02] */
Test(pdp_missing, knows_that_nobody_is_in_no_group)
{
    postern_str group = S("grp5");
    postern_str prefix = S("10.0.0.0/8");
    postern_context context = {.addresses = &prefix, .address_count = 1};
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");

    rule.contexts = &context;
    rule.context_count = 1;
    postern_id_set_absent(&request.originator);
    expect(&rule, &request, "address!");
    rule.originators = &group;
    expect(&rule, &request, "");
    request = test_request(&cse, "Cx");
    expect(&rule, &request, "group //sp.example/plant-cse/grp5 address");
    request.originator.kind = POSTERN_ID_UNSET;
    expect(&rule, &request, "");
}

/* [DEC-06] */
Test(pdp_missing, does_not_wait_for_authentication)
{
    postern_str group = S("grp5");
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");

    rule.originators = &group;
    rule.authentication_flag = true;
    expect(&rule, &request, "group //sp.example/plant-cse/grp5!");
    request.authenticated = false;
    expect(&rule, &request, "");
}

/* ---- contexts ---------------------------------------------------------- */

/* [CTX-03] */
Test(pdp_missing, names_each_fact_that_a_context_needs)
{
    postern_str window = S("* * 10 * * * *");
    postern_str prefix = S("10.0.0.0/8");
    postern_circle circle = {52.0, 5.0, 1000.0};
    postern_str country = S("NL");
    const struct {
        postern_context context;
        const char *words;
    } cases[] = {
        {{.windows = &window, .window_count = 1}, "time!"},
        {{.addresses = &prefix, .address_count = 1}, "address!"},
        {{.circles = &circle, .circle_count = 1}, "point!"},
        {{.countries = &country, .country_count = 1}, "country!"},
        {{.circles = &circle,
          .circle_count = 1,
          .countries = &country,
          .country_count = 1},
         "point! country!"},
        {{.windows = &window,
          .window_count = 1,
          .addresses = &prefix,
          .address_count = 1},
         "time address"},
        {{0}, ""},
    };
    postern_cse cse = test_cse();
    postern_request request = bare_request(&cse);
    postern_request known = test_request(&cse, "Cx");

    cr_assert_eq(postern_ip_parse(&known.ip, S("192.0.2.1")), POSTERN_OK);
    known.time_s += 12 * 3600L;
    known.location.has_point = true;
    memcpy(known.location.country, "DE", 3);
    for (size_t i = 0; i < COUNT(cases); i++) {
        postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);

        rule.contexts = &cases[i].context;
        rule.context_count = 1;
        expect(&rule, &request, cases[i].words);
        expect(&rule, &known, ""); /* false, and so it stays */
    }
}

/* [CTX-02] [DEC-09] */
Test(pdp_missing, looks_only_at_contexts_that_can_still_hold)
{
    postern_str window = S("* * 10 * * * *");
    postern_str prefix = S("10.0.0.0/8");
    postern_str country = S("NL");
    postern_context contexts[] = {
        {.windows = &window,
         .window_count = 1,
         .addresses = &prefix,
         .address_count = 1},
        {.windows = &window,
         .window_count = 1,
         .countries = &country,
         .country_count = 1},
    };
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);
    postern_cse cse = test_cse();
    postern_request request = bare_request(&cse);

    rule.contexts = contexts;
    rule.context_count = 2;
    expect(&rule, &request, "time address country");
    cr_assert_eq(postern_ip_parse(&request.ip, S("192.0.2.1")), POSTERN_OK);
    expect(&rule, &request, "time country");
    memcpy(request.location.country, "DE", 3);
    expect(&rule, &request, "");
    cr_assert_eq(postern_ip_parse(&request.ip, S("10.0.0.1")), POSTERN_OK);
    expect(&rule, &request, "time!");
}

/* A time that is known is not missing, wherever it lies. */
Test(pdp_missing, does_not_wait_for_a_time_outside_the_calendar)
{
    postern_str window = S("* * 10 * * * *");
    postern_context context = {.windows = &window, .window_count = 1};
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);
    postern_cse cse = test_cse();
    postern_request request = bare_request(&cse);

    rule.contexts = &context;
    rule.context_count = 1;
    request.time_s = INT64_MAX;
    expect(&rule, &request, "time!");
    request.time_known = true;
    expect(&rule, &request, "");
}

/* [PRP-09] */
Test(pdp_missing, waits_for_the_time_of_an_acp_that_expires)
{
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);
    postern_cse cse = test_cse();
    postern_request request = bare_request(&cse);
    postern_acp_builder *builder = test_builder();
    postern_acp_set *set;
    postern_acp_link link = {NULL, {0, POSTERN_PRIVILEGES}};

    cr_assert_eq(
        postern_acp_builder_add_acp(builder, S("acp"), request.time_s + 1),
        POSTERN_OK);
    cr_assert_eq(
        postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &rule, NULL),
        POSTERN_OK);
    set = test_finish(builder);
    link.set = set;
    cr_expect_str_eq(ask(&link, 1, &request).words, "time!");
    request.time_known = true;
    cr_expect_eq(ask(&link, 1, &request).count, 0);
    request.time_s++;
    cr_expect_eq(ask(&link, 1, &request).count, 0);
    cr_expect_eq(postern_decide_links(&link, 1, &request).effect, POSTERN_DENY);
    postern_acp_set_free(set);
}

/* ---- object details and attributes ------------------------------------- */

/* [OBJ-01] */
Test(pdp_missing, waits_for_the_types_of_a_create)
{
    static const uint32_t child_types[] = {4, 3};
    const postern_object_details details[] = {
        {.resource_type = 3, .child_types = child_types, .child_type_count = 1},
        {.resource_type = 3,
         .specialization_kind = POSTERN_SPECIALIZATION_CONTAINER,
         .specialization = S("org.example.valve"),
         .child_types = child_types + 1,
         .child_type_count = 1}};
    const struct {
        uint32_t target;
        uint32_t child;
        const char *definition;
        const char *words;
    } cases[] = {
        {0, 0, NULL, "types!"},
        {3, 0, NULL, "types!"},
        {2, 0, NULL, ""},
        {0, 4, NULL, "types!"},
        {0, 23, NULL, ""},
        {3, 4, NULL, ""}, /* true */
        {3, 3, NULL, ""},
        {0, 3, NULL, "types!"},
        {0, 3, "org.example.pump", ""}, /* of another kind than asked for */
        {0, 3, "org.example.valve", "types!"},
    };
    postern_cse cse = test_cse();

    for (size_t i = 0; i < COUNT(cases); i++) {
        postern_rule rule = rule_for_all(POSTERN_ACOP_CREATE);
        postern_request request = test_request(&cse, "Cx");

        rule.object_details = details;
        rule.object_details_count = 2;
        request.operation = POSTERN_OP_CREATE;
        request.target_type = cases[i].target;
        request.child_type = cases[i].child;
        request.container_definition = S(cases[i].definition);
        cr_expect_str_eq(ask_rule(&rule, &request).words, cases[i].words,
                         "case %zu", i);
    }
}

Test(pdp_missing, waits_for_no_types_of_other_operations)
{
    static const uint32_t child_types[] = {4};
    const postern_object_details details = {.child_types = child_types,
                                            .child_type_count = 1};
    postern_str group = S("grp5");
    postern_rule rule = rule_for_all(POSTERN_ACOP_ALL);
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");

    rule.originators = &group;
    rule.object_details = &details;
    rule.object_details_count = 1;
    expect(&rule, &request, "group //sp.example/plant-cse/grp5!");
    request.operation = POSTERN_OP_CREATE;
    expect(&rule, &request, "group //sp.example/plant-cse/grp5 types");
}

Test(pdp_missing, waits_for_attributes_only_when_none_is_known)
{
    postern_str listed = S("lbl");
    postern_str asked[] = {S("lbl"), S("mni")};
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");

    rule.attributes = &listed;
    rule.attribute_count = 1;
    expect(&rule, &request, "attributes!");
    request.attributes = asked;
    request.attribute_count = 1;
    expect(&rule, &request, ""); /* true */
    request.attribute_count = 2;
    expect(&rule, &request, ""); /* others are needed, and no fact */
}

/* A rule for some of the attributes helps; one for none of them does not. */
Test(pdp_missing, counts_on_rules_for_some_of_the_attributes)
{
    postern_str group = S("grp5");
    postern_str listed = S("lbl");
    postern_str asked[] = {S("lbl"), S("mni")};
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");

    rule.originators = &group;
    rule.attributes = &listed;
    rule.attribute_count = 1;
    request.attributes = asked;
    request.attribute_count = 1;
    expect(&rule, &request, "group //sp.example/plant-cse/grp5!");
    request.attribute_count = 2;
    expect(&rule, &request, "group //sp.example/plant-cse/grp5");
    request.attributes = asked + 1;
    request.attribute_count = 1;
    expect(&rule, &request, "");
}

/* ---- rules and links --------------------------------------------------- */

Test(pdp_missing, says_which_rule_of_which_link)
{
    postern_str group = S("grp5");
    postern_rule rules[] = {rule_for_all(POSTERN_ACOP_UPDATE),
                            rule_for_all(POSTERN_ACOP_RETRIEVE)};
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *other;
    postern_acp_set *set;
    struct seen seen;

    rules[0].originators = rules[1].originators = &group;
    other = test_set(rules, 1);
    set = test_set(rules, 2);
    seen = ask((postern_acp_link[]){{other, {0, POSTERN_PRIVILEGES}},
                                    {NULL, {0, POSTERN_PRIVILEGES}},
                                    {set, {1, POSTERN_PRIVILEGES}},
                                    {set, {0, POSTERN_SELF_PRIVILEGES}},
                                    {set, {0, POSTERN_PRIVILEGES}}},
               5, &request);
    cr_expect_str_eq(seen.words, "group //sp.example/plant-cse/grp5!");
    cr_expect_eq(seen.link, 4);
    cr_expect_eq(seen.rule, 1);
    cr_expect_eq(ask(NULL, 1, &request).count, 0);
    postern_acp_set_free(other);
    postern_acp_set_free(set);
}

Test(pdp_missing, has_nothing_to_say_of_rules_that_can_never_be_true)
{
    postern_rule rules[] = {{.never = "because"}};
    postern_cse cse = test_cse();
    postern_request request = bare_request(&cse);

    expect(rules, &request, "");
}

Test(pdp_missing, stops_when_it_is_told_enough)
{
    postern_str who[] = {S("grp1"), S("grp2"), S("grp3")};
    postern_rule rule = {.originators = who,
                         .originator_count = 3,
                         .operations = POSTERN_ACOP_RETRIEVE};
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *set = test_set(&rule, 1);
    postern_acp_link links[] = {{set, {0, POSTERN_PRIVILEGES}},
                                {set, {0, POSTERN_PRIVILEGES}}};

    for (size_t wanted = 1; wanted <= 6; wanted++) {
        struct seen seen = {.wanted = wanted};

        cr_expect_eq(postern_missing_links(links, 2, &request, note, &seen),
                     wanted);
        cr_expect_eq(seen.count, wanted);
    }
    cr_expect_eq(postern_missing_links(links, 2, &request, NULL, NULL), 6);
    postern_acp_set_free(set);
}

/* A rule that lists others by name cannot come to list the originator. */
Test(pdp_missing, passes_over_rules_for_others)
{
    enum { RULES = 200 };
    static char names[RULES][16];
    postern_str who[RULES];
    postern_str window = S("* * 10 * * * *");
    postern_context context = {.windows = &window, .window_count = 1};
    postern_rule rules[RULES];
    postern_cse cse = test_cse();
    postern_request request = bare_request(&cse);
    postern_acp_set *set;
    postern_acp_link link = {NULL, {0, POSTERN_PRIVILEGES}};
    struct seen seen;

    for (int i = 0; i < RULES; i++) {
        (void)snprintf(names[i], sizeof names[i], "C%d", i);
        who[i] = S(names[i]);
        rules[i] = (postern_rule){.originators = &who[i],
                                  .originator_count = 1,
                                  .operations = POSTERN_ACOP_RETRIEVE,
                                  .contexts = &context,
                                  .context_count = 1};
    }
    set = test_set(rules, RULES);
    link.set = set;
    cr_expect_eq(ask(&link, 1, &request).count, 0);
    request = bare_request(&cse);
    cr_assert_eq(postern_id_parse_entity(&request.originator, &cse, S("C117")),
                 POSTERN_OK);
    seen = ask(&link, 1, &request);
    cr_expect_str_eq(seen.words, "time!");
    cr_expect_eq(seen.rule, 117);
    postern_acp_set_free(set);
}
