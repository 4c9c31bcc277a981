#include "support/sets.h"

/* [DEC-11] [DEC-12] */

enum { MANY = 8 };

struct seen {
    postern_rule_explanation rules[MANY];
    size_t count;
};

static void note(void *user, const postern_rule_explanation *rule)
{
    struct seen *seen = user;

    cr_assert_lt(seen->count, MANY);
    seen->rules[seen->count++] = *rule;
}

static postern_str anybody = {"all", 3};

static postern_rule rule_for_all(uint32_t operations)
{
    return (postern_rule){.originators = &anybody,
                          .originator_count = 1,
                          .operations = operations};
}

/* One rule that fails in one term, each time another. */
static struct seen explain_one(const postern_rule *rule,
                               const postern_request *request)
{
    struct seen seen = {.count = 0};
    postern_acp_set *set = test_set(rule, 1);

    postern_explain(set, request, note, &seen);
    cr_assert_eq(seen.count, 1);
    seen.rules[0].acp_id = S("acpA"); /* the set's own text is gone soon */
    postern_acp_set_free(set);
    return seen;
}

static void expect_failed(const postern_rule *rule,
                          const postern_request *request, const char *term,
                          const char *words)
{
    struct seen seen = explain_one(rule, request);

    cr_expect_neq(seen.rules[0].result, POSTERN_TRUE, "%s", term);
    cr_assert_not_null(seen.rules[0].first_failed, "%s", term);
    cr_expect_str_eq(seen.rules[0].first_failed, term);
    cr_expect_str_eq(seen.rules[0].why, words);
}

Test(pdp_explain, names_the_first_term_that_failed)
{
    static const uint32_t types[] = {4};
    postern_object_details details = {.child_types = types,
                                      .child_type_count = 1};
    postern_str window = S("* * 3 * * * *");
    postern_context context = {.windows = &window, .window_count = 1};
    postern_str other = S("Cy");
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);

    rule.authentication_flag = true;
    request.authenticated = false;
    expect_failed(&rule, &request, "authn",
                  "the rule is for authenticated originators and this one is "
                  "not");
    rule = rule_for_all(POSTERN_ACOP_RETRIEVE);
    rule.originators = &other;
    expect_failed(&rule, &request, "origs",
                  "//sp.example/plant-cse/Cx is none of the rule's 1 "
                  "originator");
    rule = rule_for_all(POSTERN_ACOP_UPDATE | POSTERN_ACOP_DELETE);
    expect_failed(&rule, &request, "ops",
                  "Retrieve is not among the rule's operations: Update, "
                  "Delete");
    rule = rule_for_all(POSTERN_ACOP_CREATE | POSTERN_ACOP_NOTIFY |
                        POSTERN_ACOP_DISCOVERY);
    expect_failed(&rule, &request, "ops",
                  "Retrieve is not among the rule's operations: Create, "
                  "Notify, Discovery");
    rule = rule_for_all(POSTERN_ACOP_ALL);
    rule.contexts = &context;
    rule.context_count = 1;
    expect_failed(&rule, &request, "ctxts",
                  "2026-03-17 10:20:30 UTC is outside the time windows");
    rule = rule_for_all(POSTERN_ACOP_ALL);
    rule.object_details = &details;
    rule.object_details_count = 1;
    request.operation = POSTERN_OP_CREATE;
    request.target_type = 3;
    request.child_type = 23;
    expect_failed(&rule, &request, "objd",
                  "creating type 23 under type 3 is not in the object "
                  "details");
    rule.never = "because";
    expect_failed(&rule, &request, "rule", "because");
}

Test(pdp_explain, says_which_fact_is_missing)
{
    postern_str window = S("* * 3 * * * *");
    postern_str prefix = S("10.0.0.0/8");
    postern_str country = S("NL");
    postern_context context = {.windows = &window, .window_count = 1};
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);
    struct seen seen;

    rule.contexts = &context;
    rule.context_count = 1;
    request.time_known = false;
    seen = explain_one(&rule, &request);
    cr_expect_eq(seen.rules[0].ctxts, POSTERN_UNKNOWN);
    expect_failed(&rule, &request, "ctxts",
                  "the time of the request is unknown");
    context = (postern_context){.addresses = &prefix, .address_count = 1};
    expect_failed(&rule, &request, "ctxts",
                  "the originator's IP address is unknown");
    cr_assert_eq(postern_ip_parse(&request.ip, S("2001:db8::1")), POSTERN_OK);
    expect_failed(&rule, &request, "ctxts",
                  "address 2001:db8:0:0:0:0:0:1 is outside the IP prefixes");
    context = (postern_context){.countries = &country, .country_count = 1};
    expect_failed(&rule, &request, "ctxts",
                  "the originator's location is unknown");
}

/* ---- every sentence ------------------------------------------------------
 */

/* A rule and a request, as far as they are not those of all sentences. */
struct told {
    postern_rule rule;
    const char *from;    /* NULL: Cx */
    const char *address; /* NULL: unknown */
    const char *country;
    uint32_t target;
    uint32_t child;
    const char *words;
};

static const uint32_t containers[] = {3};
static const postern_object_details of_containers = {.child_types = containers,
                                                     .child_type_count = 1};
static const postern_str net = {"10.0.0.0/8", 10};
static const postern_str korea = {"KR", 2};
static const postern_str never_open = {"* * * * * * 2025", 16};
static const postern_str label = {"lbl", 3};
static const postern_str others[] = {{"Cy", 2}, {"Cz", 2}};
static const postern_context from_net = {.addresses = &net, .address_count = 1};
static const postern_context from_korea[] = {
    {.countries = &korea, .country_count = 1},
    {.windows = &never_open, .window_count = 1}};

static const struct told sentences[] = {
    {.rule = {.originators = others, .originator_count = 1},
     .words = "//sp.example/plant-cse/Cx is none of the rule's 1 originator"},
    {.rule = {.originators = others, .originator_count = 2},
     .words = "//sp.example/plant-cse/Cx is none of the rule's 2 originators"},
    {.rule = {.contexts = &from_net, .context_count = 1},
     .address = "11.22.33.44",
     .words = "address 11.22.33.44 is outside the IP prefixes"},
    {.rule = {.contexts = &from_net, .context_count = 1},
     .address = "2001:db8::10:f00a",
     .words = "address 2001:db8:0:0:0:0:10:f00a is outside the IP prefixes"},
    {.rule = {.contexts = from_korea, .context_count = 1},
     .country = "NL",
     .words = "the originator is outside the location regions"},
    {.rule = {.contexts = from_korea, .context_count = 2},
     .words = "none of 2 contexts holds; in the first the originator's "
              "location is unknown"},
    {.rule = {.object_details = &of_containers, .object_details_count = 1},
     .target = 2,
     .words = "the type of the resource to create is unknown"},
    {.rule = {.object_details = &of_containers, .object_details_count = 1},
     .target = 2,
     .child = 1,
     .words = "creating type 1 under type 2 is not in the object details"},
    {.rule = {.object_details = &of_containers, .object_details_count = 1},
     .target = 2,
     .child = 3,
     .words = "every term holds for //sp.example/plant-cse/Cx"},
    {.rule = {.attributes = &label, .attribute_count = 1},
     .words = "the rule is limited to attributes and those of the request are "
              "unknown"},
};

Test(pdp_explain, says_why_in_a_sentence)
{
    for (size_t i = 0; i < COUNT(sentences); i++) {
        const struct told *told = &sentences[i];
        postern_cse cse = test_cse();
        postern_request request = test_request(&cse, "Cx");
        postern_rule rule = told->rule;

        rule.operations = POSTERN_ACOP_ALL;
        if (!rule.originators) {
            rule.originators = &anybody;
            rule.originator_count = 1;
        }
        request.operation = POSTERN_OP_CREATE;
        request.target_type = told->target;
        request.child_type = told->child;
        if (told->address) {
            cr_assert_eq(postern_ip_parse(&request.ip, S(told->address)),
                         POSTERN_OK);
        }
        if (told->country) {
            memcpy(request.location.country, told->country, 3);
        }
        cr_expect_str_eq(explain_one(&rule, &request).rules[0].why,
                         told->words);
    }
}

Test(pdp_explain, says_that_an_attribute_is_not_listed)
{
    postern_str asked[] = {S("lbl"), S("et")};
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);

    rule.attributes = &label;
    rule.attribute_count = 1;
    request.attributes = asked;
    request.attribute_count = 1;
    cr_expect_str_eq(explain_one(&rule, &request).rules[0].why,
                     "every term holds for //sp.example/plant-cse/Cx");
    request.attribute_count = 2;
    expect_failed(&rule, &request, "attrs",
                  "the rule does not list every attribute of the request");
}

/* What is said of it has room behind it. */
Test(pdp_explain, gives_an_identifier_half_of_the_sentence)
{
    static const char tail[] = " is none of the rule's 1 originator";
    char from[POSTERN_WHY_SIZE];
    char words[POSTERN_WHY_SIZE] = "//sp.example/plant-cse/";
    size_t begin = strlen(words);
    postern_cse cse = test_cse();
    postern_request request;
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);

    memset(from, 'C', sizeof from - 1);
    from[sizeof from - 1] = '\0';
    memset(words + begin, 'C', POSTERN_WHY_SIZE / 2 - 1 - begin);
    memcpy(words + POSTERN_WHY_SIZE / 2 - 1, tail, sizeof tail);
    rule.originators = others;
    request = test_request(&cse, from);
    expect_failed(&rule, &request, "origs", words);
}

/* ---- originators, by their texts ----------------------------------------- */

/* [ORI-04] [ORI-09]: domains without regard to case, nothing else. */
Test(pdp_explain, compares_patterns_as_they_are_written)
{
    static const struct {
        const char *pattern;
        const char *from;
        postern_truth origs;
    } cases[] = {
        {"//sp.*/plant*/C*y", "//sp.example/plant-cse/Cxy", POSTERN_TRUE},
        {"//sp.*/plant*/C*y", "//SP.Example/plant-cse/Cxy", POSTERN_TRUE},
        {"//SP.*/plant*/C*y", "//sp.example/plant-cse/Cxy", POSTERN_TRUE},
        {"//sp.*/plant*/C*y", "//sq.example/plant-cse/Cxy", POSTERN_FALSE},
        {"//sp.*/plant*/C*y", "//sp.example/Plant-cse/Cxy", POSTERN_FALSE},
        {"//sp.*/Plant*/C*y", "//sp.example/plant-cse/Cxy", POSTERN_FALSE},
        {"//sp.*/plant*/C*y", "//sp.example/plant-cse/CxY", POSTERN_FALSE},
        {"//sp.*/plant*/C*Y", "//sp.example/plant-cse/Cxy", POSTERN_FALSE},
        {"//sp.example/*", "//sp.example/Sx", POSTERN_TRUE},
        {"//sp.example/*", "//sp.example/plant-cse/Cxy", POSTERN_FALSE},
        {"//sp.example/*/*", "//sp.example/Sx", POSTERN_FALSE},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        postern_cse cse = test_cse();
        postern_request request = test_request(&cse, cases[i].from);
        postern_str pattern = S(cases[i].pattern);
        postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);

        rule.originators = &pattern;
        cr_expect_eq(explain_one(&rule, &request).rules[0].origs,
                     cases[i].origs, "case %zu", i);
        cr_expect_eq(test_entry_matches(cases[i].pattern, cases[i].from),
                     cases[i].origs == POSTERN_TRUE, "case %zu", i);
    }
}

/* Such a time is known, and in no window. */
Test(pdp_explain, says_that_a_time_is_in_no_calendar_year)
{
    postern_str window = S("* * * * * * *");
    postern_context context = {.windows = &window, .window_count = 1};
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);

    rule.contexts = &context;
    rule.context_count = 1;
    cr_expect_eq(explain_one(&rule, &request).rules[0].ctxts, POSTERN_TRUE);
    request.time_s = INT64_MAX;
    cr_expect_eq(explain_one(&rule, &request).rules[0].ctxts, POSTERN_FALSE);
    expect_failed(&rule, &request, "ctxts",
                  "the time of the request is in no calendar year");
}

/* One known type that does not fit is enough. [DEC-09] [OBJ-01] */
Test(pdp_explain, judges_object_details_with_three_values)
{
    static const uint32_t types[] = {4};
    postern_object_details details = {
        .resource_type = 3, .child_types = types, .child_type_count = 1};
    const struct {
        uint32_t target;
        uint32_t child;
        postern_truth objd;
    } cases[] = {{3, 4, POSTERN_TRUE},    {3, 0, POSTERN_UNKNOWN},
                 {0, 4, POSTERN_UNKNOWN}, {0, 0, POSTERN_UNKNOWN},
                 {2, 0, POSTERN_FALSE},   {0, 3, POSTERN_FALSE},
                 {2, 4, POSTERN_FALSE}};
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_rule rule = rule_for_all(POSTERN_ACOP_ALL);

    rule.object_details = &details;
    rule.object_details_count = 1;
    request.operation = POSTERN_OP_CREATE;
    for (size_t i = 0; i < COUNT(cases); i++) {
        request.target_type = cases[i].target;
        request.child_type = cases[i].child;
        cr_expect_eq(explain_one(&rule, &request).rules[0].objd, cases[i].objd,
                     "case %zu", i);
    }
}

/* A term that is false beats one that is unknown. [DEC-09] */
Test(pdp_explain, judges_with_three_values)
{
    postern_str window = S("* * 3 * * * *");
    postern_str prefix = S("10.0.0.0/8");
    postern_context contexts[] = {{.windows = &window,
                                   .window_count = 1,
                                   .addresses = &prefix,
                                   .address_count = 1},
                                  {.addresses = &prefix, .address_count = 1}};
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_rule rule = rule_for_all(POSTERN_ACOP_RETRIEVE);

    rule.contexts = contexts;
    rule.context_count = 1;
    cr_expect_eq(explain_one(&rule, &request).rules[0].ctxts, POSTERN_FALSE);
    rule.context_count = 2;
    cr_expect_eq(explain_one(&rule, &request).rules[0].ctxts, POSTERN_UNKNOWN);
    cr_assert_eq(postern_ip_parse(&request.ip, S("10.0.0.1")), POSTERN_OK);
    cr_expect_eq(explain_one(&rule, &request).rules[0].ctxts, POSTERN_TRUE);
}

/* Every rule is reported in order; the first true one is named. The decision
 * may stop there. [DEC-07] */
Test(pdp_explain, reports_every_rule_and_names_the_first_true_one)
{
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_rule rules[] = {rule_for_all(POSTERN_ACOP_UPDATE),
                            rule_for_all(POSTERN_ACOP_RETRIEVE),
                            rule_for_all(POSTERN_ACOP_ALL)};
    postern_acp_set *set = test_set(rules, COUNT(rules));
    struct seen seen = {.count = 0};
    postern_decision decision = postern_explain(set, &request, note, &seen);

    cr_expect_eq(decision.effect, POSTERN_PERMIT);
    cr_expect_eq(decision.rule, 1);
    cr_assert_eq(seen.count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        cr_expect_eq(seen.rules[i].rule, i);
        cr_expect_eq(seen.rules[i].result == POSTERN_TRUE, i > 0);
    }
    cr_expect_str_eq(seen.rules[1].why,
                     "every term holds for //sp.example/plant-cse/Cx");
    postern_acp_set_free(set);
}
