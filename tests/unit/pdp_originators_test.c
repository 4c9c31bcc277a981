#include "support/sets.h"

#include <string.h>

/* postern_acp_set_originators(): whom the rules of an ACP name. */

enum { MANY = 16, TEXT = 512 };

struct seen {
    postern_originator originators[MANY];
    char texts[MANY][TEXT];
    size_t count;
    size_t wanted;
};

static bool note(void *user, const postern_originator *originator)
{
    struct seen *seen = user;

    cr_assert_lt(seen->count, MANY);
    cr_assert_lt(strlen(originator->text), TEXT);
    seen->originators[seen->count] = *originator;
    memcpy(seen->texts[seen->count], originator->text,
           strlen(originator->text) + 1);
    return ++seen->count < seen->wanted;
}

static struct seen list(const postern_acp_set *set, postern_acp_ref ref,
                        postern_operation operation)
{
    struct seen seen = {.wanted = MANY};

    cr_assert_eq(postern_acp_set_originators(set, ref, operation, note, &seen),
                 seen.count);
    return seen;
}

static const postern_acp_ref first = {0, POSTERN_PRIVILEGES};

/* [ORI-01] [ORI-11] [ORI-12] */
Test(pdp_originators, writes_every_kind_in_its_canonical_form)
{
    static const struct {
        const char *entry;
        const char *kind;
        const char *text;
    } cases[] = {
        {"all", "all", "all"},
        {"//SP.Example.", "domain", "//sp.example"},
        {"Cx", "entity", "//sp.example/plant-cse/Cx"},
        {"/gate", "entity", "//sp.example/gate"},
        {"Sx", "entity", "//sp.example/Sx"},
        {"C*", "pattern", "//sp.example/plant-cse/C*"},
        {"/gate*", "pattern", "//sp.example/gate*"},
        {"//*/gate/C7", "pattern", "//*/gate/C7"},
        {"grp5", "group", "//sp.example/plant-cse/grp5"},
        {"base/a/grp5", "group", "//sp.example/plant-cse/base/a/grp5"},
        {"7-op@AUTH.example", "role", "7-op@auth.example"},
    };
    postern_str entries[COUNT(cases)];
    postern_rule rule = {.originators = entries,
                         .originator_count = COUNT(cases),
                         .operations = POSTERN_ACOP_RETRIEVE};
    postern_acp_set *set;
    struct seen seen;

    for (size_t i = 0; i < COUNT(cases); i++) {
        entries[i] = S(cases[i].entry);
    }
    set = test_set(&rule, 1);
    seen = list(set, first, POSTERN_OP_RETRIEVE);
    cr_assert_eq(seen.count, COUNT(cases));
    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_expect_str_eq(seen.originators[i].kind, cases[i].kind);
        cr_expect_str_eq(seen.texts[i], cases[i].text);
        cr_expect_eq(seen.originators[i].rule, 0);
    }
    postern_acp_set_free(set);
}

static postern_str everybody = {"all", 3};

static postern_rule rule_for_all(uint32_t operations)
{
    return (postern_rule){.originators = &everybody,
                          .originator_count = 1,
                          .operations = operations};
}

/* [REQ-03] [REQ-04] */
Test(pdp_originators, lists_the_rules_that_allow_the_operation)
{
    postern_rule rules[] = {
        rule_for_all(POSTERN_ACOP_UPDATE),
        rule_for_all(POSTERN_ACOP_RETRIEVE | POSTERN_ACOP_NOTIFY),
        rule_for_all(POSTERN_ACOP_ALL)};
    postern_acp_set *set = test_set(rules, COUNT(rules));
    struct seen seen = list(set, first, POSTERN_OP_RETRIEVE);

    cr_assert_eq(seen.count, 2);
    cr_expect_eq(seen.originators[0].rule, 1);
    cr_expect_eq(seen.originators[1].rule, 2);
    cr_expect_eq(list(set, first, POSTERN_OP_DISCOVERY).count, 1);
    cr_expect_eq(list(set, first, POSTERN_OP_NONE).count, 0);
    cr_expect_eq(list(set, first, (postern_operation)2).count, 0);
    postern_acp_set_free(set);
}

Test(pdp_originators, leaves_out_rules_that_can_never_be_true)
{
    postern_rule rules[] = {{.never = "because"},
                            rule_for_all(POSTERN_ACOP_RETRIEVE)};
    postern_acp_set *set = test_set(rules, COUNT(rules));
    struct seen seen = list(set, first, POSTERN_OP_RETRIEVE);

    cr_assert_eq(seen.count, 1);
    cr_expect_eq(seen.originators[0].rule, 1);
    postern_acp_set_free(set);
}

Test(pdp_originators, tells_what_else_a_rule_asks_for)
{
    static const uint32_t types[] = {4};
    const postern_object_details details = {.child_types = types,
                                            .child_type_count = 1};
    postern_str window = S("* * 3 * * * *");
    const postern_context context = {.windows = &window, .window_count = 1};
    postern_str attribute = S("lbl");

    for (unsigned bits = 0; bits < 16; bits++) {
        postern_rule rule = rule_for_all(POSTERN_ACOP_CREATE);
        postern_acp_set *set;
        struct seen seen;

        rule.authentication_flag = bits & 1;
        rule.contexts = &context;
        rule.context_count = bits >> 1 & 1;
        rule.object_details = &details;
        rule.object_details_count = bits >> 2 & 1;
        rule.attributes = bits & 8 ? &attribute : NULL;
        rule.attribute_count = bits >> 3 & 1;
        set = test_set(&rule, 1);
        seen = list(set, first, POSTERN_OP_CREATE);
        cr_assert_eq(seen.count, 1);
        cr_expect_eq(seen.originators[0].needs_authentication, bits & 1);
        cr_expect_eq(seen.originators[0].has_contexts, bits >> 1 & 1);
        cr_expect_eq(seen.originators[0].has_object_details, bits >> 2 & 1);
        cr_expect_eq(seen.originators[0].has_attributes, bits >> 3 & 1);
        postern_acp_set_free(set);
    }
}

/* [PRP-01] [PRP-02] [PRP-07] */
Test(pdp_originators, keeps_to_the_acp_and_the_privileges_asked_for)
{
    postern_acp_builder *builder = test_builder();
    postern_str who[] = {S("Ca"), S("Cb"), S("Cc")};
    postern_acp_set *set;
    struct seen seen;

    for (size_t i = 0; i < COUNT(who); i++) {
        postern_rule rule = rule_for_all(POSTERN_ACOP_ALL);

        rule.originators = &who[i];
        if (i != 1) {
            cr_assert_eq(
                postern_acp_builder_add_acp(builder, who[i], INT64_MAX),
                POSTERN_OK);
        }
        cr_assert_eq(postern_acp_builder_add_rule(
                         builder,
                         i == 1 ? POSTERN_SELF_PRIVILEGES : POSTERN_PRIVILEGES,
                         &rule, NULL),
                     POSTERN_OK);
    }
    set = test_finish(builder);
    seen = list(set, (postern_acp_ref){0, POSTERN_SELF_PRIVILEGES},
                POSTERN_OP_UPDATE);
    cr_assert_eq(seen.count, 1);
    cr_expect_str_eq(seen.texts[0], "//sp.example/plant-cse/Cb");
    seen =
        list(set, (postern_acp_ref){1, POSTERN_PRIVILEGES}, POSTERN_OP_UPDATE);
    cr_assert_eq(seen.count, 1);
    cr_expect_str_eq(seen.texts[0], "//sp.example/plant-cse/Cc");
    cr_expect_eq(seen.originators[0].rule, 0);
    cr_expect_eq(list(set, (postern_acp_ref){1, POSTERN_SELF_PRIVILEGES},
                      POSTERN_OP_UPDATE)
                     .count,
                 0);
    cr_expect_eq(
        list(set, (postern_acp_ref){2, POSTERN_PRIVILEGES}, POSTERN_OP_UPDATE)
            .count,
        0);
    cr_expect_eq(list(set, (postern_acp_ref){0, (postern_privileges)2},
                      POSTERN_OP_UPDATE)
                     .count,
                 0);
    cr_expect_eq(list(NULL, first, POSTERN_OP_UPDATE).count, 0);
    postern_acp_set_free(set);
}

Test(pdp_originators, stops_when_it_is_told_enough)
{
    postern_rule rules[] = {rule_for_all(POSTERN_ACOP_ALL),
                            rule_for_all(POSTERN_ACOP_ALL),
                            rule_for_all(POSTERN_ACOP_ALL)};
    postern_acp_set *set = test_set(rules, COUNT(rules));

    for (size_t wanted = 1; wanted <= 3; wanted++) {
        struct seen seen = {.wanted = wanted};

        cr_expect_eq(postern_acp_set_originators(set, first, POSTERN_OP_UPDATE,
                                                 note, &seen),
                     wanted);
        cr_expect_eq(seen.count, wanted);
    }
    cr_expect_eq(
        postern_acp_set_originators(set, first, POSTERN_OP_UPDATE, NULL, NULL),
        3);
    postern_acp_set_free(set);
}

/* Longer names are cut, and still end. */
Test(pdp_originators, cuts_a_text_that_is_too_long)
{
    char name[600];
    postern_str entry = {name, 0};
    postern_rule rule = rule_for_all(POSTERN_ACOP_ALL);

    rule.originators = &entry;
    memset(name, 'x', sizeof name);
    name[0] = 'C';
    for (size_t len = 480; len < sizeof name; len += 7) {
        postern_acp_set *set;
        struct seen seen;
        size_t whole = strlen("//sp.example/plant-cse/") + len;

        entry.len = len;
        set = test_set(&rule, 1);
        seen = list(set, first, POSTERN_OP_UPDATE);
        cr_assert_eq(seen.count, 1);
        cr_expect_eq(strlen(seen.texts[0]), whole < TEXT ? whole : TEXT - 1);
        postern_acp_set_free(set);
    }
}
