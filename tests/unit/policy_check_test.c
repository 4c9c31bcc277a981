#include <postern/policy.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "support/faulty.h"

/* 2026-03-17T10:20:30Z */
#define NOW_S 1773742830LL

enum { TEXT_SIZE = 4096, FINDINGS_MAX = 16 };

struct findings {
    postern_diag diags[FINDINGS_MAX];
    size_t count;
};

static void collect(void *user, const postern_diag *diag)
{
    struct findings *findings = user;

    if (findings->count < FINDINGS_MAX) {
        findings->diags[findings->count] = *diag;
    }
    findings->count++;
}

static void check_text(struct findings *findings, const char *text,
                       postern_rule_errors errors, int64_t now_s)
{
    postern_load_options options;
    postern_policy *policy;
    postern_diag diag;
    size_t count;

    postern_load_options_init(&options);
    options.rule_errors = errors;
    options.source = "doc";
    cr_assert_eq(
        postern_policy_load(&policy, postern_str_of(text), &options, &diag),
        POSTERN_OK, "%u:%u: %s in %s", diag.line, diag.column, diag.message,
        text);
    findings->count = 0;
    count = postern_policy_check(policy, now_s, collect, findings);
    cr_assert_eq(count, findings->count);
    cr_assert_leq(count, FINDINGS_MAX);
    postern_policy_free(policy);
}

/* The one finding of that lint; NULL when there is none. */
static const postern_diag *find(const struct findings *findings,
                                const char *lint)
{
    const postern_diag *found = NULL;

    for (size_t i = 0; i < findings->count; i++) {
        if (strcmp(findings->diags[i].lint, lint) == 0) {
            cr_expect(!found, "%s is reported twice", lint);
            found = &findings->diags[i];
        }
    }
    return found;
}

/* The place that a "^" in the text marks; the mark is taken out. */
struct mark {
    char text[TEXT_SIZE];
    uint32_t line;
    uint32_t column;
};

static void take_mark(struct mark *mark, const char *text)
{
    uint32_t line = 1;
    uint32_t column = 1;
    size_t len = 0;

    cr_assert_lt(strlen(text), sizeof mark->text);
    for (; *text; text++) {
        if (*text == '^') {
            mark->line = line;
            mark->column = column;
            continue;
        }
        mark->text[len++] = *text;
        line += *text == '\n';
        column = *text == '\n' ? 1 : column + 1;
    }
    mark->text[len] = '\0';
}

static void build(char text[TEXT_SIZE], const char *privileges,
                  const char *resources)
{
    int len = snprintf(
        text, TEXT_SIZE,
        "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\","
        "\"cb_ri\":\"cb0\",\"cb_rn\":\"base\"},\n"
        "\"resources\":[{\"m2m:acp\":{\"ri\":\"acpA\",\"rn\":\"rules\","
        "\"pi\":\"cb0\",\n"
        "%s}},\n"
        "{\"ty\":9,\"ri\":\"grp0\",\"rn\":\"nobody\",\"pi\":\"cb0\","
        "\"mid\":[]},\n"
        "{\"ty\":9,\"ri\":\"grp1\",\"rn\":\"team\",\"pi\":\"cb0\","
        "\"mid\":[\"Cpump7\"]},\n"
        "{\"ty\":2,\"ri\":\"Cpump7\",\"rn\":\"pump\",\"pi\":\"cb0\"}%s]}\n",
        privileges, resources);

    cr_assert(len > 0 && len < TEXT_SIZE);
}

struct row {
    const char *lint;
    const char *path; /* what the pointer of the place ends with */
    const char *bad;
    const char *good; /* nearly the same, and nothing to say */
};

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text);

    return len >= strlen(end) && strcmp(text + len - strlen(end), end) == 0;
}

static void expect_finding(const struct row *row, const char *text,
                           postern_rule_errors errors)
{
    struct findings findings;
    const postern_diag *diag;
    struct mark mark = {.line = 0};

    take_mark(&mark, text);
    check_text(&findings, mark.text, errors, NOW_S);
    diag = find(&findings, row->lint);
    cr_assert(diag, "%s is not reported for %s", row->lint, row->bad);
    cr_expect_eq(diag->line, mark.line, "%s: line %u", row->bad, diag->line);
    cr_expect_eq(diag->column, mark.column, "%s: column %u", row->bad,
                 diag->column);
    cr_expect(ends_with(diag->path, row->path), "%s: %s", row->bad, diag->path);
    cr_expect_str_eq(diag->source, "doc");
    cr_expect_eq(diag->status, POSTERN_OK);
    cr_expect_neq(diag->severity, POSTERN_SEVERITY_ERROR);
    cr_expect(diag->message[0] != '\0');
}

static void expect_silence(const struct row *row, const char *text)
{
    struct findings findings;

    check_text(&findings, text, POSTERN_RULE_ERRORS_REFUSE, NOW_S);
    cr_expect(!find(&findings, row->lint), "%s is reported for %s", row->lint,
              row->good);
}

#define SELF "\"pvs\":{\"acr\":[{\"acor\":[\"Cowner1\"],\"acop\":63}]},\n"

/* Rules of the privileges of a policy that is otherwise fine. */
static void test_rules(const struct row *row, postern_rule_errors errors)
{
    char rules[TEXT_SIZE];
    char text[TEXT_SIZE];

    snprintf(rules, sizeof rules, SELF "\"pv\":{\"acr\":[\n%s]}", row->bad);
    build(text, rules, "");
    expect_finding(row, text, errors);
    snprintf(rules, sizeof rules, SELF "\"pv\":{\"acr\":[\n%s]}", row->good);
    build(text, rules, "");
    expect_silence(row, text);
}

#define CONTEXT(context)                                                       \
    "{\"acor\":[\"Cpump7\"],\"acop\":2,\"acco\":[" context "]}"
#define NAMES(originators) "{\"acor\":" originators ",\"acop\":2}"

Test(policy_check, looks_at_time_windows)
{
    static const struct row rows[] = {
        {"never-opens", "/pv/acr/0/acco/0/actw/0",
         CONTEXT("{\"actw\":[^\"* * * 30 2 * *\"]}"),
         CONTEXT("{\"actw\":[\"* * * 29 2 * *\"]}")},
        {"never-opens", "/pv/acr/0/acco/1/actw/1",
         CONTEXT("{\"actw\":[\"* * * * * * *\"]},{\"actw\":[\"* * * * * * *\","
                 "^\"0 0 0 31 4,6 * *\"]}"),
         CONTEXT("{\"actw\":[\"* * * * * * *\"]},{\"actw\":[\"* * * * * * *\","
                 "\"0 0 0 30 4,6 * *\"]}")},
        {"over", "/pv/acr/0/acco/0/actw/0",
         CONTEXT("{\"actw\":[^\"* * * * * * 2025\"]}"),
         CONTEXT("{\"actw\":[\"* * * * * * 2025-2026\"]}")},
        {"over", "/pv/acr/0/acco/0/actw/0",
         CONTEXT("{\"actw\":[^\"29 20 10 17 3 * 2026\"]}"),
         CONTEXT("{\"actw\":[\"30 20 10 17 3 * 2026\"]}")},
        {"no-match", "/pv/acr/0/acco",
         "{\"acor\":[\"Cpump7\"],\"acop\":2,\"acco\":^[{\"actw\":"
         "[\"* * * 30 2 * *\"]},{\"actw\":[\"* * * * * * 2025\"]}]}",
         CONTEXT("{\"actw\":[\"* * * 30 2 * *\"]},"
                 "{\"acip\":{\"ipv4\":[\"10.0.0.1\"]}}")},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        test_rules(&rows[i], POSTERN_RULE_ERRORS_REFUSE);
    }
}

Test(policy_check, looks_at_originators)
{
    static const struct row rows[] = {
        {"no-match", "/pv/acr/0/acor", NAMES("^[]"), NAMES("[\"all\"]")},
        {"no-match", "/pv/acr/0/acor", NAMES("^[\"grp0\",\"base/pump\"]"),
         NAMES("[\"grp0\",\"base/pump\",\"Cpump7\"]")},
        {"empty-group", "/pv/acr/0/acor/1", NAMES("[\"Cx\",^\"grp0\"]"),
         NAMES("[\"Cx\",\"grp1\"]")},
        {"empty-group", "/pv/acr/0/acor/0", NAMES("[^\"base/nobody\"]"),
         NAMES("[\"base/team\"]")},
        {"not-a-group", "/pv/acr/0/acor/0", NAMES("[^\"base/pump\"]"),
         NAMES("[\"Cpump7\"]")},
        /* [ORI-16] */
        {"duplicate-originator", "/pv/acr/0/acor/2",
         NAMES("[\"Cx\",\"Cy\",^\"Cx\"]"), NAMES("[\"Cx\",\"Cy\",\"Cz\"]")},
        {"duplicate-originator", "/pv/acr/0/acor/1",
         NAMES("[\"Cx\",^\"//SP.example/plant-cse/Cx\"]"),
         NAMES("[\"Cx\",\"//other.example/plant-cse/Cx\"]")},
        {"duplicate-originator", "/pv/acr/0/acor/1",
         NAMES("[\"C9*\",^\"/plant-cse/C9*\"]"),
         NAMES("[\"C9*\",\"/other-cse/C9*\"]")},
        {"duplicate-originator", "/pv/acr/0/acor/1",
         NAMES("[\"grp1\",^\"base/team\"]"),
         NAMES("[\"grp1\",\"base/nobody\"]")},
        {"subsumed-originator", "/pv/acr/0/acor/0",
         NAMES("[^\"Cx\",\"all\",\"grp1\"]"), NAMES("[\"all\"]")},
        {"subsumed-originator", "/pv/acr/0/acor/0",
         NAMES("[^\"/gate-cse\",\"//sp.example\"]"),
         NAMES("[\"//x.example/gate-cse\",\"//sp.example\"]")},
        {"subsumed-originator", "/pv/acr/0/acor/1",
         NAMES("[\"/plant-cse/C*\",^\"Cx\"]"),
         NAMES("[\"/plant-cse/Ca*\",\"Cx\"]")},
        {"subsumed-originator", "/pv/acr/0/acor/0", NAMES("[^\"C98*\",\"C*\"]"),
         NAMES("[\"C98*\",\"C*8\"]")},
        /* No pattern crosses a slash. [ORI-09] */
        {"subsumed-originator", "/pv/acr/0/acor/0",
         NAMES("[^\"/gate7\",\"/gate*\"]"),
         NAMES("[\"/gate7/Cx\",\"/gate*\"]")},
        {"subsumed-originator", "/pv/acr/0/acor/0",
         NAMES("[^\"/gate/Cx\",\"/gate/*\"]"),
         NAMES("[\"/gate\",\"/gate/*\"]")},
        {"subsumed-originator", "/pv/acr/0/acor/0",
         NAMES("[^\"//a.example/gate\",\"//*/gate\"]"),
         NAMES("[\"//a.example/gates\",\"//*/gate\"]")},
        /* Whose members a group has is not known here. */
        {"subsumed-originator", "/pv/acr/0/acor/1",
         NAMES("[\"//sp.example\",^\"Cx\",\"grp1\"]"),
         NAMES("[\"//sp.example\",\"grp1\"]")},
        {"all-without-authentication", "/pv/acr/0/acor",
         "{\"acor\":^[\"all\"],\"acop\":1}",
         "{\"acor\":[\"all\"],\"acop\":1,\"acaf\":true}"},
        {"all-without-authentication", "/pv/acr/0/acor",
         "{\"acor\":^[\"all\"],\"acop\":6}",
         "{\"acor\":[\"all\"],\"acop\":34}"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        test_rules(&rows[i], POSTERN_RULE_ERRORS_REFUSE);
    }
}

Test(policy_check, looks_at_addresses_countries_and_contexts)
{
    static const struct row rows[] = {
        /* [CTX-22] */
        {"host-bits", "/pv/acr/0/acco/0/acip/ipv4/1",
         CONTEXT("{\"acip\":{\"ipv4\":[\"10.0.0.1\",^\"88.77.1.1/16\"]}}"),
         CONTEXT("{\"acip\":{\"ipv4\":[\"10.0.0.1\",\"88.77.0.0/16\"]}}")},
        {"host-bits", "/pv/acr/0/acco/0/acip/ipv4/0",
         CONTEXT("{\"acip\":{\"ipv4\":[^\"10.0.0.1/31\"]}}"),
         CONTEXT("{\"acip\":{\"ipv4\":[\"10.0.0.1/32\"]}}")},
        {"host-bits", "/pv/acr/0/acco/0/acip/ipv4/0",
         CONTEXT("{\"acip\":{\"ipv4\":[^\"10.0.0.1/0\"]}}"),
         CONTEXT("{\"acip\":{\"ipv4\":[\"0.0.0.0/0\"]}}")},
        {"host-bits", "/pv/acr/0/acco/0/acip/ipv6/0",
         CONTEXT("{\"acip\":{\"ipv6\":[^\"2001:db8::1/32\"]}}"),
         CONTEXT("{\"acip\":{\"ipv6\":[\"2001:db8::/32\"]}}")},
        {"host-bits", "/pv/acr/0/acco/0/acip/ipv6/0",
         CONTEXT("{\"acip\":{\"ipv6\":[^\"::ffff:10.1.0.0/104\"]}}"),
         CONTEXT("{\"acip\":{\"ipv6\":[\"::ffff:10.0.0.0/104\"]}}")},
        /* [CTX-33] */
        {"country-unassigned", "/pv/acr/0/acco/0/aclr/accc/1",
         CONTEXT("{\"aclr\":{\"accc\":[\"NL\",^\"UK\"]}}"),
         CONTEXT("{\"aclr\":{\"accc\":[\"nl\",\"gb\"]}}")},
        {"country-unassigned", "/pv/acr/0/acco/0/aclr/accc/0",
         CONTEXT("{\"aclr\":{\"accc\":[^\"XK\"]}}"),
         CONTEXT("{\"aclr\":{\"accc\":[\"ZW\"]}}")},
        /* [CTX-04] */
        {"empty-context", "/pv/acr/0/acco/1",
         CONTEXT("{\"acip\":{\"ipv4\":[\"10.0.0.1\"]}},^{}"),
         CONTEXT("{\"acip\":{\"ipv4\":[\"10.0.0.1\"]}}")},
        {"empty-context", "/pv/acr/0/acco/0", CONTEXT("^{\"actw\":[]}"),
         CONTEXT("{\"actw\":[\"* * * * * * *\"]}")},
        {"empty-context", "/pv/acr/0/acco",
         "{\"acor\":[\"Cx\"],\"acop\":2,\"acco\":^[]}",
         "{\"acor\":[\"Cx\"],\"acop\":2}"},
        /* [OBJ-01] */
        {"details-without-create", "/pv/acr/0/acod",
         "{\"acor\":[\"Cx\"],\"acop\":2,\"acod\":^[{\"chty\":[4]}]}",
         "{\"acor\":[\"Cx\"],\"acop\":3,\"acod\":[{\"chty\":[4]}]}"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        test_rules(&rows[i], POSTERN_RULE_ERRORS_REFUSE);
    }
}

#define ONE "{\"acor\":[\"Cx\",\"Cy\"],\"acop\":3},\n"
#define IN_MAY "\"acco\":[{\"actw\":[\"* * * * 5 * *\"]}]"

Test(policy_check, compares_rules_with_each_other)
{
    static const struct row rows[] = {
        {"duplicate-rule", "/pv/acr/1",
         ONE "^{\"acor\":[\"Cy\",\"/plant-cse/Cx\"],\"acop\":3}",
         ONE "{\"acor\":[\"Cy\",\"/plant-cse/Cz\"],\"acop\":3}"},
        {"duplicate-rule", "/pv/acr/1",
         "{\"acor\":[\"Cx\"],\"acop\":2,\"acaf\":true},\n"
         "^{\"acor\":[\"Cx\"],\"acop\":2,\"acaf\":true}",
         "{\"acor\":[\"Cx\"],\"acop\":2,\"acaf\":true},\n"
         "{\"acor\":[\"Cx\"],\"acop\":2,\"acaf\":false}"},
        {"subsumed-rule", "/pv/acr/1", ONE "^{\"acor\":[\"Cy\"],\"acop\":2}",
         ONE "{\"acor\":[\"Cy\"],\"acop\":4}"},
        {"subsumed-rule", "/pv/acr/0",
         "^{\"acor\":[\"Cy\"],\"acop\":2},\n{\"acor\":[\"all\"],\"acop\":2}",
         "{\"acor\":[\"Cy\"],\"acop\":6},\n{\"acor\":[\"all\"],\"acop\":2}"},
        {"subsumed-rule", "/pv/acr/1",
         "{\"acor\":[\"C*\"],\"acop\":2},\n^{\"acor\":[\"Cy\"],\"acop\":2}",
         "{\"acor\":[\"C*\"],\"acop\":2},\n{\"acor\":[\"Sy\"],\"acop\":2}"},
        {"subsumed-rule", "/pv/acr/1",
         "{\"acor\":[\"//sp.example\"],\"acop\":2},\n"
         "^{\"acor\":[\"Cy\",\"C8*\"],\"acop\":2}",
         "{\"acor\":[\"//sp.example\"],\"acop\":2},\n"
         "{\"acor\":[\"Cy\",\"grp1\"],\"acop\":2}"},
        {"subsumed-rule", "/pv/acr/1",
         ONE "^{\"acor\":[\"Cx\"],\"acop\":3," IN_MAY "}",
         "{\"acor\":[\"Cx\"],\"acop\":3," IN_MAY "},\n"
         "{\"acor\":[\"Cx\"],\"acop\":2,"
         "\"acco\":[{\"actw\":[\"* * * * 6 * *\"]}]}"},
        {"subsumed-rule", "/pv/acr/1",
         ONE "^{\"acor\":[\"Cx\"],\"acop\":3,\"acaf\":true}",
         "{\"acor\":[\"Cx\"],\"acop\":3,\"acaf\":true},\n"
         "{\"acor\":[\"Cx\"],\"acop\":5}"},
        {"subsumed-rule", "/pv/acr/1",
         ONE "^{\"acor\":[\"Cx\"],\"acop\":1,\"acod\":[{\"chty\":[4]}]}",
         "{\"acor\":[\"Cx\"],\"acop\":3,\"acod\":[{\"chty\":[4]}]},\n"
         "{\"acor\":[\"Cx\"],\"acop\":1,\"acod\":[{\"chty\":[3,4]}]}"},
        {"subsumed-rule", "/pv/acr/1",
         ONE "^{\"acor\":[\"Cx\"],\"acop\":2,\"aca\":[\"lbl\"]}",
         "{\"acor\":[\"Cx\"],\"acop\":3,\"aca\":[\"lbl\"]},\n"
         "{\"acor\":[\"Cx\"],\"acop\":2,\"aca\":[\"lbl\",\"et\"]}"},
        {"subsumed-rule", "/pv/acr/1",
         "{\"acor\":[\"Cx\"],\"acop\":3,\"acco\":[{\"aclr\":{\"accc\":[\"NL\","
         "\"BE\"]}}]},\n"
         "^{\"acor\":[\"Cx\"],\"acop\":2,\"acco\":[{\"aclr\":{\"accc\":[\"BE\"]"
         "},\"acip\":{\"ipv4\":[\"10.0.0.1\"]}}]}",
         "{\"acor\":[\"Cx\"],\"acop\":3,\"acco\":[{\"aclr\":{\"accc\":[\"NL\","
         "\"BE\"]}}]},\n"
         "{\"acor\":[\"Cx\"],\"acop\":2,\"acco\":[{\"aclr\":{\"accr\":[1,2,3]}}"
         "]}"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        test_rules(&rows[i], POSTERN_RULE_ERRORS_REFUSE);
    }
}

Test(policy_check, looks_at_rules_that_a_lenient_load_disabled)
{
    static const struct row rows[] = {
        {"no-match", "/pv/acr/0", "^{\"acor\":[\"Cx\"],\"acop\":64}",
         "{\"acor\":[\"Cx\"],\"acop\":63}"},
        {"malformed-rule", "/pv/acr/0/acop", "{\"acor\":[\"Cx\"],\"acop\":^64}",
         "{\"acor\":[\"Cx\"],\"acop\":63}"},
        {"unknown-member", "/pv/acr/0/acox",
         "{\"acor\":[\"Cx\"],\"acop\":2,\"acox\":^1}",
         "{\"acor\":[\"Cx\"],\"acop\":2}"},
        {"unsupported-member", "/pv/acr/0/acl",
         "{\"acor\":[\"Cx\"],\"acop\":2,\"acl\":^1}",
         "{\"acor\":[\"Cx\"],\"acop\":2}"},
        /* [ORI-05] [ORI-10] */
        {"wildcard", "/pv/acr/0/acor/1", NAMES("[\"Cx\",^\"*@auth.example\"]"),
         NAMES("[\"Cx\",\"1@auth.example\"]")},
        {"wildcard", "/pv/acr/0/acor/0", NAMES("[^\"//*\"]"),
         NAMES("[\"//*/gate\"]")},
        {"wildcard", "/pv/acr/0/acor/0", NAMES("[^\"grp*\"]"),
         NAMES("[\"grp1\"]")},
        {"wildcard", "/pv/acr/0/acor/0", NAMES("[^\"*\"]"), NAMES("[\"all\"]")},
        /* [CTX-24] */
        {"no-match", "/pv/acr/0",
         "^{\"acor\":[\"Cx\"],\"acop\":2,\"acco\":[{\"acip\":{}}]}",
         CONTEXT("{\"acip\":{\"ipv4\":[\"10.0.0.1\"]}}")},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        test_rules(&rows[i], POSTERN_RULE_ERRORS_DISABLE);
    }
}

#define EMPTY "\"pv\":{\"acr\":[]}"

/* Attributes of a policy. */
Test(policy_check, looks_at_policies_as_a_whole)
{
    static const struct row rows[] = {
        {"over", "/et", SELF EMPTY ",\"et\":^\"20260317T102030\"",
         SELF EMPTY ",\"et\":\"20260317T102031\""},
        /* [OBJ-09] */
        {"object-details-in-self", "/pvs/acr/0/acod",
         EMPTY ",\"pvs\":{\"acr\":[{\"acor\":[\"Cowner1\"],\"acop\":63,"
               "\"acod\":^[{\"chty\":[4]}]}]}",
         SELF "\"pv\":{\"acr\":[{\"acor\":[\"Cowner1\"],\"acop\":63,"
              "\"acod\":[{\"chty\":[4]}]}]}"},
        {"lock-out", "/pvs",
         EMPTY ",\"pvs\":^{\"acr\":[{\"acor\":[\"Cowner1\"],\"acop\":59}]}",
         EMPTY ",\"pvs\":{\"acr\":[{\"acor\":[\"Cowner1\"],\"acop\":4}]}"},
        {"lock-out", "/pvs",
         EMPTY ",\"pvs\":^{\"acr\":[{\"acor\":[\"grp0\"],\"acop\":63},"
               "{\"acor\":[],\"acop\":63}]}",
         EMPTY ",\"pvs\":{\"acr\":[{\"acor\":[\"grp1\"],\"acop\":63}]}"},
        {"lock-out", "/pvs",
         EMPTY ",\"pvs\":^{\"acr\":[{\"acor\":[\"Cx\"],\"acop\":63,\"acco\":[{"
               "\"actw\":[\"* * * * * * 2025\"]}]}]}",
         EMPTY ",\"pvs\":{\"acr\":[{\"acor\":[\"Cx\"],\"acop\":63,\"acco\":[{"
               "\"actw\":[\"* * * * * * 2027\"]}]}]}"},
        {"distributed", "/adri", SELF EMPTY ",\"adri\":^[\"/in-cse/pdp1\"]",
         SELF EMPTY},
        {"distributed", "/airi", SELF EMPTY ",\"airi\":^[\"/in-cse/pip1\"]",
         SELF EMPTY},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[TEXT_SIZE];

        build(text, rows[i].bad, "");
        expect_finding(&rows[i], text, POSTERN_RULE_ERRORS_REFUSE);
        build(text, rows[i].good, "");
        expect_silence(&rows[i], text);
    }
}

#define RESOURCE(acpi)                                                         \
    ",\n{\"ty\":3,\"ri\":\"cnt1\",\"rn\":\"data\",\"pi\":\"cb0\","             \
    "\"_creator\":\"Cpump7\",\"acpi\":" acpi "}"
#define PERMITS(originators)                                                   \
    SELF "\"pv\":{\"acr\":[{\"acor\":" originators ",\"acop\":2}]}"

/* Resources and what they link to. */
Test(policy_check, follows_the_links_of_resources)
{
    static const struct {
        struct row row; /* bad and good: the resource */
        const char *privileges;
        const char *good_privileges;
    } rows[] = {
        /* [PRP-07] */
        {{"dangling-acpi", "/acpi/1", RESOURCE("[\"acpA\",^\"acpB\"]"),
          RESOURCE("[\"acpA\",\"base/rules\"]")},
         PERMITS("[\"all\"]"),
         PERMITS("[\"all\"]")},
        {{"dangling-acpi", "/acpi/0", RESOURCE("[^\"base/rule\"]"),
          RESOURCE("[\"/plant-cse/-/rules\"]")},
         PERMITS("[\"all\"]"),
         PERMITS("[\"all\"]")},
        {{"dangling-acpi", "/acpi/0",
          RESOURCE("[^\"//sp.example/plant-cse/x\"]"),
          RESOURCE("[\"//sp.example/other-cse/x\"]")},
         PERMITS("[\"all\"]"),
         PERMITS("[\"all\"]")},
        {{"dangling-acpi", "/acpi/0", RESOURCE("[^\"grp1\"]"),
          RESOURCE("[\"acpA\"]")},
         PERMITS("[\"all\"]"),
         PERMITS("[\"all\"]")},
        {{"lock-out", "/acpi", RESOURCE("^[\"acpA\"]"), RESOURCE("[\"acpA\"]")},
         PERMITS("[\"Cother\"]"),
         PERMITS("[\"Cother\",\"Cpump7\"]")},
        {{"lock-out", "/acpi", RESOURCE("^[\"acpA\"]"), RESOURCE("[\"acpA\"]")},
         PERMITS("[\"Cother*\"]"),
         PERMITS("[\"Cpump*\"]")},
        {{"lock-out", "/acpi", RESOURCE("^[\"acpA\"]"), RESOURCE("[\"acpA\"]")},
         PERMITS("[\"//other.example\"]"),
         PERMITS("[\"//sp.example\"]")},
        {{"lock-out", "/acpi", RESOURCE("^[\"acpA\"]"), RESOURCE("[\"acpA\"]")},
         PERMITS("[]"),
         PERMITS("[\"1@auth.example\"]")},
        {{"lock-out", "/acpi", RESOURCE("^[\"acpA\"]"),
          RESOURCE("[\"acpA\",\"acpB\"]")},
         SELF EMPTY,
         SELF EMPTY},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[TEXT_SIZE];

        build(text, rows[i].privileges, rows[i].row.bad);
        expect_finding(&rows[i].row, text, POSTERN_RULE_ERRORS_REFUSE);
        build(text, rows[i].good_privileges, rows[i].row.good);
        expect_silence(&rows[i].row, text);
    }
}

Test(policy_check, finds_places_in_documents_for_people)
{
    static const struct row rows[] = {
        {"host-bits", "/ip", "  ip: ^88.77.1.1/16\n", "  ip: 88.77.0.0/16\n"},
        {"host-bits", "/ip/1", "  ip: [10.0.0.1,\n    ^88.77.1.1/16]\n",
         "  ip: [10.0.0.1]\n"},
        {"never-opens", "/time windows",
         "  time windows: ^\"* * * 31 2 * *\"\n",
         "  time windows: \"* * * 28 2 * *\"\n"},
        {"country-unassigned", "/region/country", "  region: {country: ^UK}\n",
         "  region: {country: GB}\n"},
        {"country-unassigned", "/region/1", "  region: [NO, ^UK]\n",
         "  region: [NO, GB]\n"},
    };
    static const char form[] =
        "cse: {service provider: //sp.example, cse id: /plant-cse}\n"
        "policies:\n"
        "- id: acpA\n"
        "  self privileges: [{originators: Cowner1, operations: all}]\n"
        "  privileges:\n"
        "  - originators: Cpump7\n"
        "    operations: retrieve\n"
        "    contexts:\n"
        "    %s";

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[TEXT_SIZE];

        snprintf(text, sizeof text, form, rows[i].bad);
        expect_finding(&rows[i], text, POSTERN_RULE_ERRORS_REFUSE);
        snprintf(text, sizeof text, form, rows[i].good);
        expect_silence(&rows[i], text);
    }
}

Test(policy_check, says_nothing_of_time_when_the_time_is_not_known)
{
    static const char rules[] =
        SELF "\"et\":\"20200101T000000\",\"pv\":{\"acr\":[" CONTEXT(
            "{\"actw\":[\"* * * * * * 2025\"]}") "]}";
    struct findings findings;
    char text[TEXT_SIZE];

    build(text, rules, "");
    check_text(&findings, text, POSTERN_RULE_ERRORS_REFUSE, INT64_MIN);
    cr_expect_eq(findings.count, 0);
}

/* The count is the answer; nobody has to listen. */
Test(policy_check, counts_without_a_listener)
{
    postern_policy *policy;
    char text[TEXT_SIZE];

    build(text, SELF "\"pv\":{\"acr\":[" NAMES("[]") "]}", "");
    cr_assert_eq(postern_policy_load(&policy, postern_str_of(text), NULL, NULL),
                 POSTERN_OK);
    cr_expect_eq(postern_policy_check(policy, NOW_S, NULL, NULL), 1);
    cr_expect_eq(postern_policy_check(NULL, NOW_S, NULL, NULL), 0);
    postern_policy_free(policy);
}

Test(policy_check, proposes_what_was_meant)
{
    static const struct {
        const char *rule;
        const char *lint;
        const char *words;
    } rows[] = {
        {CONTEXT("{\"acip\":{\"ipv4\":[\"88.77.1.1/16\"]}}"), "host-bits",
         "\"88.77.0.0/16\""},
        {CONTEXT("{\"acip\":{\"ipv6\":[\"2001:DB8:0:5::1/64\"]}}"), "host-bits",
         "\"2001:db8:0:5::/64\""},
        {CONTEXT("{\"acip\":{\"ipv6\":[\"1:2:3:4:5:6:7:8/112\"]}}"),
         "host-bits", "\"1:2:3:4:5:6:7:0/112\""},
        {CONTEXT("{\"acip\":{\"ipv6\":[\"::1/0\"]}}"), "host-bits", "\"::/0\""},
        {CONTEXT("{\"acip\":{\"ipv6\":[\"::ffff:10.1.2.3/120\"]}}"),
         "host-bits", "\"10.1.2.0/24\""},
        {CONTEXT("{\"aclr\":{\"accc\":[\"el\"]}}"), "country-unassigned",
         "did you mean \"GR\"?"},
        {ONE "{\"acor\":[\"Cy\"],\"acop\":2}", "subsumed-rule",
         "by rule 0 (line 5)"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const postern_diag *diag;
        struct findings findings;
        char rules[TEXT_SIZE];
        char text[TEXT_SIZE];

        snprintf(rules, sizeof rules, SELF "\"pv\":{\"acr\":[\n%s]}",
                 rows[i].rule);
        build(text, rules, "");
        check_text(&findings, text, POSTERN_RULE_ERRORS_REFUSE, NOW_S);
        diag = find(&findings, rows[i].lint);
        cr_assert(diag, "%s", rows[i].rule);
        cr_expect(strstr(diag->message, rows[i].words), "%s", diag->message);
    }
}

/* What could not be looked at is said, and nothing is leaked. */
Test(policy_check, reports_that_memory_ran_out)
{
    struct faulty heap = {0};
    postern_allocator allocator = faulty_allocator(&heap);
    postern_load_options options;
    postern_policy *policy;
    char text[TEXT_SIZE];
    size_t live;

    build(text, SELF "\"pv\":{\"acr\":[" NAMES("[]") "]}", "");
    postern_load_options_init(&options);
    options.allocator = &allocator;
    cr_assert_eq(
        postern_policy_load(&policy, postern_str_of(text), &options, NULL),
        POSTERN_OK);
    live = heap.live;
    for (size_t n = 1;; n++) {
        struct findings findings = {.count = 0};

        heap.calls = 0;
        heap.fail_at = n;
        (void)postern_policy_check(policy, NOW_S, collect, &findings);
        cr_assert_eq(heap.live, live);
        if (heap.calls < n) {
            cr_expect(!find(&findings, "incomplete"));
            break;
        }
        cr_expect(find(&findings, "incomplete"), "allocation %zu", n);
    }
    postern_policy_free(policy);
    cr_assert_eq(heap.live, 0);
}
