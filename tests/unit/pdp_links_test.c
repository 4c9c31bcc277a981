#include "support/sets.h"

/* ACPs compiled one by one: postern_decide_links(), postern_explain_links(). */

enum { MANY = 8 };

/* One ACP of one rule that lists `who` for a Retrieve. */
static postern_rule rule_for(postern_str *who)
{
    return (postern_rule){.originators = who,
                          .originator_count = 1,
                          .operations = POSTERN_ACOP_RETRIEVE};
}

static postern_acp_set *set_for(const char *who)
{
    postern_str entry = S(who);
    postern_rule rule = rule_for(&entry);

    return test_set(&rule, 1);
}

/* The same, for one attribute. */
static postern_acp_set *set_for_attribute(const char *attribute)
{
    postern_str all = S("all");
    postern_str name = S(attribute);
    postern_rule rule = rule_for(&all);

    rule.attributes = &name;
    rule.attribute_count = 1;
    return test_set(&rule, 1);
}

/* The rule is one of the self-privileges, or the ACP expires. */
static postern_acp_set *set_with(const char *who, postern_privileges which,
                                 int64_t expires_s)
{
    postern_acp_builder *builder = test_builder();
    postern_str entry = S(who);
    postern_rule rule = rule_for(&entry);

    cr_assert_eq(postern_acp_builder_add_acp(builder, S("acp"), expires_s),
                 POSTERN_OK);
    cr_assert_eq(postern_acp_builder_add_rule(builder, which, &rule, NULL),
                 POSTERN_OK);
    return test_finish(builder);
}

/* Both ways; they must agree. */
static postern_decision decide(const postern_acp_link *links, size_t count,
                               const postern_request *request)
{
    postern_decision decision = postern_decide_links(links, count, request);
    postern_decision explained =
        postern_explain_links(links, count, request, NULL, NULL);

    cr_assert_eq(decision.effect, explained.effect);
    cr_assert_eq(decision.link, explained.link);
    return decision;
}

static bool permits(const postern_acp_link *links, size_t count,
                    const postern_request *request)
{
    return decide(links, count, request).effect == POSTERN_PERMIT;
}

/* [DEC-03] */
Test(pdp_links, names_the_link_that_permits)
{
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *sets[] = {set_for("Ca"), set_for("Cx"), set_for("Cb")};
    postern_acp_link links[] = {{sets[0], {0, POSTERN_PRIVILEGES}},
                                {sets[1], {0, POSTERN_PRIVILEGES}},
                                {sets[2], {0, POSTERN_PRIVILEGES}}};
    postern_decision decision = decide(links, COUNT(links), &request);

    cr_expect_eq(decision.effect, POSTERN_PERMIT);
    cr_expect_eq(decision.link, 1);
    cr_expect_eq(decision.acp, 0);
    cr_expect_eq(decision.rule, 0);
    links[1].set = sets[0];
    decision = decide(links, COUNT(links), &request);
    cr_expect_eq(decision.effect, POSTERN_DENY);
    cr_expect_eq(decision.reason, POSTERN_REASON_NO_RULE);
    cr_expect_eq(decision.link, 0);
    cr_expect_eq(decision.acp, POSTERN_NO_ACP);
    for (size_t i = 0; i < COUNT(sets); i++) {
        postern_acp_set_free(sets[i]);
    }
}

/* [PRP-07]: such a link contributes nothing; the others still count. */
Test(pdp_links, passes_over_links_that_lead_nowhere)
{
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *set = set_for("Cx");
    postern_acp_link links[] = {{NULL, {0, POSTERN_PRIVILEGES}},
                                {set, {1, POSTERN_PRIVILEGES}},
                                {set, {0, POSTERN_SELF_PRIVILEGES}},
                                {set, {0, (postern_privileges)2}},
                                {set, {0, POSTERN_PRIVILEGES}}};

    cr_expect_not(permits(links, COUNT(links) - 1, &request));
    cr_expect_eq(decide(links, COUNT(links), &request).link, COUNT(links) - 1);
    cr_expect_not(permits(links, 0, &request));
    cr_expect_not(permits(NULL, 3, &request));
    cr_expect_not(permits(&links[4], 1, NULL));
    postern_acp_set_free(set);
}

/* [PRP-01] [PRP-02] */
Test(pdp_links, keeps_privileges_and_self_privileges_apart)
{
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *set = set_with("Cx", POSTERN_SELF_PRIVILEGES, INT64_MAX);
    postern_acp_link link = {set, {0, POSTERN_SELF_PRIVILEGES}};

    cr_expect(permits(&link, 1, &request));
    link.ref.which = POSTERN_PRIVILEGES;
    cr_expect_not(permits(&link, 1, &request));
    postern_acp_set_free(set);
}

/* [PRP-09] */
Test(pdp_links, has_no_rules_of_an_expired_acp)
{
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *set =
        set_with("Cx", POSTERN_PRIVILEGES, request.time_s + 1);
    postern_acp_link link = {set, {0, POSTERN_PRIVILEGES}};

    cr_expect(permits(&link, 1, &request));
    request.time_s++;
    cr_expect_not(permits(&link, 1, &request));
    request.time_s--;
    request.time_known = false;
    cr_expect_not(permits(&link, 1, &request));
    postern_acp_set_free(set);
}

/* Each kind of name is looked for in each set. [ORI-02] [ORI-03] [ORI-04]
 * [ORI-11] [ORI-12] */
Test(pdp_links, finds_the_originator_under_every_name)
{
    static const char *const entries[] = {
        "Cx", "all", "grp5", "7-op@auth.example", "//sp.example", "C*"};
    postern_cse cse = test_cse();

    for (size_t i = 0; i < COUNT(entries); i++) {
        postern_request request = test_request(&cse, "Cx");
        postern_acp_set *other = set_for("Cy");
        postern_acp_set *set = set_for(entries[i]);
        postern_acp_link links[] = {{other, {0, POSTERN_PRIVILEGES}},
                                    {set, {0, POSTERN_PRIVILEGES}}};
        postern_id group;
        postern_id role;

        cr_assert_eq(postern_id_parse_resource(&group, &cse, S("grp5")),
                     POSTERN_OK);
        cr_assert_eq(postern_id_parse_role(&role, S("7-op@auth.example")),
                     POSTERN_OK);
        request.groups = &group;
        request.group_count = 1;
        request.roles = &role;
        request.role_count = 1;
        cr_expect(permits(links, 2, &request), "%s", entries[i]);
        cr_expect_not(permits(links, 1, &request), "%s", entries[i]);
        postern_acp_set_free(other);
        postern_acp_set_free(set);
    }
}

/* Neither of them does alone. */
Test(pdp_links, covers_attributes_together)
{
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_str asked[] = {S("lbl"), S("mni")};
    postern_acp_set *sets[] = {set_for_attribute("lbl"),
                               set_for_attribute("mni")};
    postern_acp_link links[] = {{sets[0], {0, POSTERN_PRIVILEGES}},
                                {sets[1], {0, POSTERN_PRIVILEGES}}};
    postern_decision decision;

    request.attributes = asked;
    request.attribute_count = 2;
    decision = decide(links, 2, &request);
    cr_expect_eq(decision.effect, POSTERN_PERMIT);
    cr_expect_eq(decision.reason, POSTERN_REASON_RULES);
    cr_expect_eq(decision.link, 1);
    cr_expect_not(permits(links, 1, &request));
    cr_expect_not(permits(&links[1], 1, &request));
    request.attribute_count = 1;
    cr_expect(permits(links, 1, &request));
    cr_expect_not(permits(&links[1], 1, &request));
    postern_acp_set_free(sets[0]);
    postern_acp_set_free(sets[1]);
}

/* More than one pass: one link has what the other lacks, on both sides of the
 * 64th attribute. */
Test(pdp_links, covers_more_than_64_attributes_together)
{
    static char texts[130][4];
    postern_str names[130];
    postern_str all = S("all");
    postern_rule rules[2] = {rule_for(&all), rule_for(&all)};
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *sets[2];
    postern_acp_link links[2];

    for (size_t i = 0; i < COUNT(names); i++) {
        texts[i][0] = 'a';
        texts[i][1] = (char)('a' + i / 26);
        texts[i][2] = (char)('a' + i % 26);
        names[i] = S(texts[i]);
    }
    for (size_t i = 0; i < 2; i++) { /* 0 to 99, and 30 to 129 */
        rules[i].attributes = names + 30 * i;
        rules[i].attribute_count = 100;
        sets[i] = test_set(&rules[i], 1);
        links[i] = (postern_acp_link){sets[i], {0, POSTERN_PRIVILEGES}};
    }
    request.attributes = names;
    request.attribute_count = COUNT(names);
    cr_expect(permits(links, 2, &request));
    cr_expect_not(permits(links, 1, &request));
    cr_expect_not(permits(&links[1], 1, &request));
    names[129] = S("zz");
    cr_expect_not(permits(links, 2, &request));
    postern_acp_set_free(sets[0]);
    postern_acp_set_free(sets[1]);
}

/* A set of several ACPs can be one of the links, and be there twice. */
Test(pdp_links, takes_one_acp_of_a_larger_set)
{
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_acp_builder *builder = test_builder();
    postern_str who[] = {S("Ca"), S("Cx")};
    postern_acp_set *set;
    postern_acp_link links[2];

    for (uint32_t i = 0; i < 2; i++) {
        postern_rule rule = rule_for(&who[i]);

        cr_assert_eq(postern_acp_builder_add_acp(builder, who[i], INT64_MAX),
                     POSTERN_OK);
        cr_assert_eq(postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES,
                                                  &rule, NULL),
                     POSTERN_OK);
    }
    set = test_finish(builder);
    for (uint32_t i = 0; i < 2; i++) {
        links[i] = (postern_acp_link){set, {i, POSTERN_PRIVILEGES}};
    }
    cr_expect_eq(decide(links, 2, &request).acp, 1);
    cr_expect_eq(decide(links, 2, &request).link, 1);
    cr_expect_not(permits(links, 1, &request));
    postern_acp_set_free(set);
}

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

/* [DEC-11] [PRP-07] */
Test(pdp_links, explains_link_by_link)
{
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, "Cx");
    postern_acp_set *sets[] = {set_for("Ca"), set_for("Cx")};
    postern_acp_link links[] = {{sets[0], {0, POSTERN_PRIVILEGES}},
                                {NULL, {0, POSTERN_PRIVILEGES}},
                                {sets[1], {0, POSTERN_PRIVILEGES}}};
    struct seen seen = {.count = 0};
    postern_decision decision =
        postern_explain_links(links, COUNT(links), &request, note, &seen);

    cr_expect_eq(decision.effect, POSTERN_PERMIT);
    cr_expect_eq(decision.link, 2);
    cr_assert_eq(seen.count, 2);
    cr_expect_eq(seen.rules[0].acp, 0);
    cr_expect_eq(seen.rules[1].acp, 0);
    cr_expect_eq(seen.rules[0].result, POSTERN_FALSE);
    cr_expect_eq(seen.rules[1].result, POSTERN_TRUE);
    postern_acp_set_free(sets[0]);
    postern_acp_set_free(sets[1]);
}
