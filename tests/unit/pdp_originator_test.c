#include "support/sets.h"

#include <stdio.h>

/* The examples of the standard's table, each with what it must not match.
 * [ORI-04] [ORI-06] [ORI-07] [ORI-08] [ORI-09] */
Test(pdp_originator, follows_the_table_of_the_standard)
{
    static const struct {
        const char *entry;
        const char *from;
        bool matches;
    } rows[] = {
        {"//m2msp.org/myCSEID", "//m2msp.org/myCSEID", true},
        {"//m2msp.org/myCSEID", "//m2msp.org/myCSEID/C1", false},
        {"//*/myCSEID", "//any.org/myCSEID", true},
        {"//*/myCSEID", "//any.org/myCSEID7", false},
        {"//*/myCSE*", "//any.org/myCSE7", true},
        {"//*/myCSE*", "//any.org/myCSE7/C1", false},
        {"/myCSEID", "/myCSEID", true},
        {"/myCSEID", "//other.org/myCSEID", false},
        {"/myCSE*", "/myCSE", true},
        {"/myCSE*", "//other.org/myCSE1", false},
        {"//m2msp.org/S988", "//m2msp.org/S988", true},
        {"//m2msp.org/S988", "//m2msp.org/S9881", false},
        {"//*/myCSEID/C9886", "//any.org/myCSEID/C9886", true},
        {"//*/myCSEID/C9886", "//any.org/myCSEID/C98867", false},
        {"//*/myCSE*/C9886", "//any.org/myCSE12/C9886", true},
        {"//*/myCSE*/C9886", "//any.org/xmyCSE12/C9886", false},
        {"/myCSEID/C9886", "/myCSEID/C9886", true},
        {"/myCSEID/C9886", "/myCSEID/C9887", false},
        {"/myCSEID/C98*", "//sp.example/myCSEID/C9886", true},
        {"/myCSEID/C98*", "/myCSEID/C9786", false},
        {"/myCSE*/C98*", "/myCSE1/C9886", true},
        {"/myCSE*/C98*", "/xmyCSE1/C9886", false},
        {"/SmyAE*", "/SmyAE77", true},
        {"/SmyAE*", "//rival.example/SmyAE77", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(test_entry_matches(rows[i].entry, rows[i].from),
                     rows[i].matches, "%s ~ %s", rows[i].entry, rows[i].from);
    }
}

/* [ID-02] [ID-03] [ORI-02] [ORI-03] [ORI-07] [ORI-13] */
Test(pdp_originator, compares_identities_and_not_spellings)
{
    static const struct {
        const char *entry;
        const char *from;
        bool matches;
    } rows[] = {
        {"all", "Cx", true},
        {"all", "//rival.example/Sx", true},
        {"all", "not an identifier", false},
        {"//sp.example", "Cx", true},
        {"//sp.example", "/gate-cse", true},
        {"//SP.example.", "//sp.EXAMPLE/Sx", true},
        {"//sp.example", "//a.sp.example/Sx", false},
        {"//example", "//sp.example/Sx", false},
        {"//sp.example", "//sp.examples/Sx", false},
        {"Cx", "/plant-cse/Cx", true},
        {"Cx", "//sp.example/plant-cse/Cx", true},
        {"Cx", "/gate-cse/Cx", false},
        {"/plant-cse/Cx", "Cx", true},
        {"Sx", "//sp.example/Sx", true},
        {"Sx", "//rival.example/Sx", false},
        {"Cx", "CX", false},
        {"//SP.EXAMPLE/Sx", "Sx", true},
        {"//*.example/gate", "//SP.example/gate", true},
        {"//S*.example/gate", "//sp.example/gate", true},
        {"//*.example/gate", "//sp.exampl/gate", false},
        {"//*/gate", "//a.b.c/gate", true},
        {"C*", "Canything", true},
        {"C*", "/gate-cse/Canything", false},
        {"S*", "//sp.example/Sanything", true},
        {"S*", "//rival.example/Sanything", false},
        {"/plant-cse/*", "Cx", true},
        {"/plant-cse/*", "/plant-cse", false},
        {"/*", "/gate-cse", true},
        {"/*", "/gate-cse/Cx", false},
        {"C.a", "Cxa", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(test_entry_matches(rows[i].entry, rows[i].from),
                     rows[i].matches, "%s ~ %s", rows[i].entry, rows[i].from);
    }
}

/* [ORI-01] [ORI-05] [ORI-10] [ID-04] */
Test(pdp_originator, refuses_what_is_no_entry)
{
    static const struct {
        const char *entry;
        bool valid;
    } rows[] = {
        {"all", true},
        {"*", false},
        {"//*", false},
        {"//*.example", false},
        {"//sp.example", true},
        {"//sp.example/", false},
        {"grp*", false},
        {"grp5", true},
        {"base/team", true},
        {"base/te*m", false},
        {"*@auth.example", false},
        {"op@auth.example", true},
        {"op@*", false},
        {"", false},
        {"C x", false},
        {"/cse/S*", false},
        {"/cse/*", true},
        {"/cse/a*/b", false},
        {"C%2A", false},
        {"ALL", true},
        {"//sp.example/cse/Cx?", false},
        {"/", false},
        {"//", false},
        {"//_x/cse*", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(test_entry_status(rows[i].entry),
                     rows[i].valid ? POSTERN_OK : POSTERN_ERR_POLICY, "%s",
                     rows[i].entry);
    }
}

/* "ALL" is not the keyword: it has the form of a group. [ORI-02] */
Test(pdp_originator, takes_the_keyword_in_lower_case_only)
{
    cr_expect_not(test_entry_matches("ALL", "Cx"));
    cr_expect_not(test_entry_matches("All", "Cx"));
}

struct one_entry {
    postern_acp_set *set;
    postern_request request;
};

static struct one_entry one_entry(const char *entry, const char *from)
{
    postern_cse cse = test_cse();
    postern_str originator = S(entry);
    postern_rule rule = {.originators = &originator,
                         .originator_count = 1,
                         .operations = POSTERN_ACOP_RETRIEVE};

    return (struct one_entry){test_set(&rule, 1), test_request(&cse, from)};
}

/* [ORI-12] [REQ-10] */
Test(pdp_originator, matches_a_role_only_by_the_roles_of_the_request)
{
    struct one_entry one = one_entry("12-op@auth.example", "Cx");
    postern_cse cse = test_cse();
    postern_id role;

    cr_expect_not(test_permits(one.set, &one.request));
    cr_assert_eq(postern_id_parse_role(&role, S("12-op@AUTH.example")),
                 POSTERN_OK);
    one.request.roles = &role;
    one.request.role_count = 1;
    cr_expect(test_permits(one.set, &one.request));
    cr_assert_eq(postern_id_parse_role(&role, S("13-op@auth.example")),
                 POSTERN_OK);
    cr_expect_not(test_permits(one.set, &one.request));
    /* neither an entity nor a group that looks alike */
    cr_assert_eq(postern_id_parse_entity(&role, &cse, S("Cx")), POSTERN_OK);
    cr_expect_not(test_permits(one.set, &one.request));
    postern_acp_set_free(one.set);
}

/* [ORI-11] */
Test(pdp_originator, matches_a_group_only_by_the_groups_of_the_request)
{
    struct one_entry one = one_entry("base/team", "Cx");
    postern_cse cse = test_cse();
    postern_id group;

    cr_expect_not(test_permits(one.set, &one.request));
    cr_assert_eq(
        postern_id_parse_resource(&group, &cse, S("/plant-cse/base/team")),
        POSTERN_OK);
    one.request.groups = &group;
    one.request.group_count = 1;
    cr_expect(test_permits(one.set, &one.request));
    cr_assert_eq(
        postern_id_parse_resource(&group, &cse, S("/gate-cse/base/team")),
        POSTERN_OK);
    cr_expect_not(test_permits(one.set, &one.request));
    postern_acp_set_free(one.set);
}

/* An entry of the form of an AE-ID is not matched by a group of that name. */
Test(pdp_originator, does_not_take_a_group_for_an_entity)
{
    struct one_entry one = one_entry("Cteam", "Cx");
    postern_cse cse = test_cse();
    postern_id group;

    cr_assert_eq(postern_id_parse_resource(&group, &cse, S("Cteam")),
                 POSTERN_OK);
    one.request.groups = &group;
    one.request.group_count = 1;
    cr_expect_not(test_permits(one.set, &one.request));
    postern_acp_set_free(one.set);
}

static bool resolve(void *user, postern_str entry, postern_id *group)
{
    postern_cse cse = test_cse();

    if (entry.len != 5 || memcmp(entry.data, "Cteam", 5) != 0) {
        return false;
    }
    return postern_id_parse_resource(group, &cse, S(user)) == POSTERN_OK;
}

/* [ORI-14]: what the CSE knows to be a group is one, and no AE. */
Test(pdp_originator, asks_which_entries_are_groups)
{
    char canonical[] = "grp5";
    postern_builder_options options;
    postern_cse cse = test_cse();
    postern_str entry = S("Cteam");
    postern_rule rule = {.originators = &entry,
                         .originator_count = 1,
                         .operations = POSTERN_ACOP_RETRIEVE};
    postern_request request = test_request(&cse, "Cteam");
    postern_acp_builder *builder;
    postern_acp_set *set;
    postern_id group;

    postern_builder_options_init(&options);
    options.resolve_group = resolve;
    options.user = canonical;
    cr_assert_eq(postern_acp_builder_new(&builder, &cse, &options), POSTERN_OK);
    cr_assert_eq(postern_acp_builder_add_acp(builder, S("a"), INT64_MAX),
                 POSTERN_OK);
    cr_assert_eq(
        postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &rule, NULL),
        POSTERN_OK);
    set = test_finish(builder);
    cr_expect_not(test_permits(set, &request));
    cr_assert_eq(postern_id_parse_resource(&group, &cse, S("grp5")),
                 POSTERN_OK);
    request.groups = &group;
    request.group_count = 1;
    cr_expect(test_permits(set, &request));
    postern_acp_set_free(set);
}

/* [REQ-02]: without From only "all" can match, whatever else is presented. */
Test(pdp_originator, matches_nobody_in_particular_when_from_is_absent)
{
    static const struct {
        const char *entry;
        bool matches;
    } rows[] = {{"all", true},
                {"//sp.example", false},
                {"C*", false},
                {"op@auth.example", false},
                {"grp5", false}};
    postern_cse cse = test_cse();
    postern_id role;
    postern_id group;

    cr_assert_eq(postern_id_parse_role(&role, S("op@auth.example")),
                 POSTERN_OK);
    cr_assert_eq(postern_id_parse_resource(&group, &cse, S("grp5")),
                 POSTERN_OK);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct one_entry one = one_entry(rows[i].entry, "Cx");

        postern_id_set_absent(&one.request.originator);
        one.request.roles = &role;
        one.request.role_count = 1;
        one.request.groups = &group;
        one.request.group_count = 1;
        cr_expect_eq(test_permits(one.set, &one.request), rows[i].matches, "%s",
                     rows[i].entry);
        postern_acp_set_free(one.set);
    }
}

/* [ORI-15]: many literal originators, each found, neighbours not. */
Test(pdp_originator, finds_one_among_a_hundred_thousand)
{
    enum { MANY = 100000, LEN = 16 };
    static char texts[MANY][LEN];
    static postern_str entries[MANY];
    postern_cse cse = test_cse();
    postern_rule rule = {.originators = entries,
                         .originator_count = MANY,
                         .operations = POSTERN_ACOP_RETRIEVE};
    postern_acp_set *set;

    for (int i = 0; i < MANY; i++) {
        snprintf(texts[i], LEN, "C%d", i * 2);
        entries[i] = S(texts[i]);
    }
    set = test_set(&rule, 1);
    for (int i = 0; i < 2 * MANY; i += 97) {
        char from[LEN];
        postern_request request;

        snprintf(from, LEN, "C%d", i);
        request = test_request(&cse, from);
        cr_assert_eq(postern_decide(set, &request).effect == POSTERN_PERMIT,
                     i % 2 == 0, "%s", from);
    }
    postern_acp_set_free(set);
}
