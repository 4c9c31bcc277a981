/*
 * The grammars against tables, and against the parsers of pdp/, which read the
 * same texts with code of their own. [ID-01] [ID-02] [ID-04] [ID-07]
 */
#include "pdp/ip_prefix.h"
#include "pdp/originator.h"
#include "pdp/time_window.h"
#include "policy-lang/grammar.h"
#include "support/faulty.h"
#include "support/rng.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct faulty heap;
static struct pst_grammar *grammar;
static postern_cse cse;

static void start(void)
{
    postern_allocator allocator = faulty_allocator(&heap);

    heap = (struct faulty){.fail_at = 0};
    cr_assert_eq(pst_grammar_new(&grammar, &allocator), POSTERN_OK);
    cr_assert_eq(
        postern_cse_init(&cse, PST_STR("//sp.example"), PST_STR("/plant-cse")),
        POSTERN_OK);
}

static void stop(void)
{
    cr_expect_eq(pst_grammar_status(grammar), POSTERN_OK);
    pst_grammar_free(grammar);
    cr_expect_eq(heap.live + heap.wrong_sizes, 0);
}

struct row {
    enum pst_grammar_form form;
    bool matches;
    const char *text;
};

static void check_rows(const struct row *rows, size_t count)
{
    start();
    for (size_t i = 0; i < count; i++) {
        cr_expect_eq(pst_grammar_matches(grammar, rows[i].form,
                                         postern_str_of(rows[i].text)),
                     rows[i].matches, "%d: \"%s\"", (int)rows[i].form,
                     rows[i].text);
    }
    stop();
}

#define CHECK_ROWS(rows) check_rows((rows), sizeof(rows) / sizeof((rows)[0]))

#define L10 "abcdefghij"
#define L60 L10 L10 L10 L10 L10 L10
#define L63 L60 "abc"

static const struct row domains[] = {
    {PST_GRAMMAR_SP_ID, true, "//sp.example"},
    {PST_GRAMMAR_SP_ID, true, "//localhost"},
    {PST_GRAMMAR_SP_ID, true, "//A1.b-2.c--3"},
    {PST_GRAMMAR_SP_ID, true, "//sp.example."},
    {PST_GRAMMAR_SP_ID, true, "//1.2.3.4"},
    {PST_GRAMMAR_SP_ID, true, "//" L63 "." L63},
    {PST_GRAMMAR_SP_ID, false, "//" L63 "d.example"},
    {PST_GRAMMAR_SP_ID, true, "//" L63 "." L63 "." L63 "." L60 "a"},
    {PST_GRAMMAR_SP_ID, true, "//" L63 "." L63 "." L63 "." L60 "a."},
    {PST_GRAMMAR_SP_ID, false, "//" L63 "." L63 "." L63 "." L60 "ab"},
    {PST_GRAMMAR_SP_ID, false, "//" L63 "." L63 "." L63 "." L60 "ab."},
    {PST_GRAMMAR_SP_ID, false, ""},
    {PST_GRAMMAR_SP_ID, false, "//"},
    {PST_GRAMMAR_SP_ID, false, "//."},
    {PST_GRAMMAR_SP_ID, false, "//sp.example.."},
    {PST_GRAMMAR_SP_ID, false, "//.sp.example"},
    {PST_GRAMMAR_SP_ID, false, "//sp..example"},
    {PST_GRAMMAR_SP_ID, false, "//-sp.example"},
    {PST_GRAMMAR_SP_ID, false, "//sp-.example"},
    {PST_GRAMMAR_SP_ID, false, "//sp.example-"},
    {PST_GRAMMAR_SP_ID, false, "//sp_1.example"},
    {PST_GRAMMAR_SP_ID, false, "//sp.example/"},
    {PST_GRAMMAR_SP_ID, false, "//sp.example\n"},
    {PST_GRAMMAR_SP_ID, false, "//sp.ex%61mple"},
    {PST_GRAMMAR_SP_ID, false,
     "//b\xC3\xBC"
     "cher.example"},
    {PST_GRAMMAR_SP_ID, false, "//*.example"},
    {PST_GRAMMAR_SP_ID, false, "sp.example"},
    {PST_GRAMMAR_SP_ID, false, "/sp.example"},
    {PST_GRAMMAR_SP_ID, false, "///sp.example"},
    {PST_GRAMMAR_SP_ID, false, "//sp.example:80"},
    {PST_GRAMMAR_CSE_ID, true, "/plant-cse"},
    {PST_GRAMMAR_CSE_ID, true, "/a.b_c~d-9"},
    {PST_GRAMMAR_CSE_ID, false, "/"},
    {PST_GRAMMAR_CSE_ID, false, "plant-cse"},
    {PST_GRAMMAR_CSE_ID, false, "/plant/cse"},
    {PST_GRAMMAR_CSE_ID, false, "/plant-cse/"},
    {PST_GRAMMAR_CSE_ID, false, "//plant-cse"},
    {PST_GRAMMAR_CSE_ID, false, "/pl%61nt"},
    {PST_GRAMMAR_CSE_ID, false, "/plant cse"},
    {PST_GRAMMAR_CSE_ID, false, "/plant*"},
};

Test(grammar, reads_domains_and_cse_ids)
{
    CHECK_ROWS(domains);
}

static const struct row identifiers[] = {
    {PST_GRAMMAR_ENTITY, true, "Cpump7"},
    {PST_GRAMMAR_ENTITY, true, "C"},
    {PST_GRAMMAR_ENTITY, true, "Smeter9"},
    {PST_GRAMMAR_ENTITY, true, "/x"},
    {PST_GRAMMAR_ENTITY, true, "/Smeter9"},
    {PST_GRAMMAR_ENTITY, true, "/cse/Cpump7"},
    {PST_GRAMMAR_ENTITY, true, "//sp.example/cse"},
    {PST_GRAMMAR_ENTITY, true, "//sp.example/cse/Cpump7"},
    {PST_GRAMMAR_ENTITY, true, "//sp.example./Smeter9"},
    {PST_GRAMMAR_ENTITY, false, ""},
    {PST_GRAMMAR_ENTITY, false, "pump7"},
    {PST_GRAMMAR_ENTITY, false, "cpump7"},
    {PST_GRAMMAR_ENTITY, false, "all"},
    {PST_GRAMMAR_ENTITY, false, "/cse/Smeter9"},
    {PST_GRAMMAR_ENTITY, false, "/cse/pump7"},
    {PST_GRAMMAR_ENTITY, false, "/cse/"},
    {PST_GRAMMAR_ENTITY, false, "/cse/C1/C2"},
    {PST_GRAMMAR_ENTITY, false, "Cpump7/x"},
    {PST_GRAMMAR_ENTITY, false, "//sp.example"},
    {PST_GRAMMAR_ENTITY, false, "//sp.example/"},
    {PST_GRAMMAR_ENTITY, false, "//sp.example//C1"},
    {PST_GRAMMAR_ENTITY, false, "C%41"},
    {PST_GRAMMAR_ENTITY, false, "C98*"},
    {PST_GRAMMAR_ENTITY, false, "C1 "},
    {PST_GRAMMAR_ENTITY, false, " C1"},
    {PST_GRAMMAR_ENTITY, false, "C1\n"},
    {PST_GRAMMAR_RESOURCE, true, "cnt1"},
    {PST_GRAMMAR_RESOURCE, true, "base/ae/c1"},
    {PST_GRAMMAR_RESOURCE, true, "-/ae/c1"},
    {PST_GRAMMAR_RESOURCE, true, "cnt1/la"},
    {PST_GRAMMAR_RESOURCE, true, "/plant-cse/-/ae/c1"},
    {PST_GRAMMAR_RESOURCE, true, "//sp.example/plant-cse/cnt1"},
    {PST_GRAMMAR_RESOURCE, false, ""},
    {PST_GRAMMAR_RESOURCE, false, "/plant-cse"},
    {PST_GRAMMAR_RESOURCE, false, "//sp.example/plant-cse"},
    {PST_GRAMMAR_RESOURCE, false, "base//c1"},
    {PST_GRAMMAR_RESOURCE, false, "base/"},
    {PST_GRAMMAR_RESOURCE, false, "b*"},
    {PST_GRAMMAR_RESOURCE, false, "b?rn=1"},
    {PST_GRAMMAR_RESOURCE_ID, true, "acpA"},
    {PST_GRAMMAR_RESOURCE_ID, true, "~.-_"},
    {PST_GRAMMAR_RESOURCE_ID, false, "a/b"},
    {PST_GRAMMAR_RESOURCE_ID, false, ""},
    {PST_GRAMMAR_RESOURCE_NAME, true, "n-cnt1"},
    {PST_GRAMMAR_RESOURCE_NAME, true, "1.2_3"},
    {PST_GRAMMAR_RESOURCE_NAME, false, "-cnt1"},
    {PST_GRAMMAR_RESOURCE_NAME, false, "a~b"},
    {PST_GRAMMAR_RESOURCE_NAME, false, ""},
    {PST_GRAMMAR_ROLE, true, "12-op@auth.example"},
    {PST_GRAMMAR_ROLE, true, "a.b_c@Auth.Example."},
    {PST_GRAMMAR_ROLE, false, "@auth.example"},
    {PST_GRAMMAR_ROLE, false, "op@"},
    {PST_GRAMMAR_ROLE, false, "op"},
    {PST_GRAMMAR_ROLE, false, "o~p@auth.example"},
    {PST_GRAMMAR_ROLE, false, "o@p@auth.example"},
    {PST_GRAMMAR_ROLE, false, "*@auth.example"},
    {PST_GRAMMAR_ROLE, false, "op@*.example"},
    {PST_GRAMMAR_ROLE, false, "op@auth.example/x"},
};

Test(grammar, reads_identifiers_of_entities_resources_and_roles)
{
    CHECK_ROWS(identifiers);
}

/* The twelve examples of table 7.1.3-2, and what must not pass. [ORI-04]
 * [ORI-05] [ORI-06] [ORI-08] [ORI-10] */
static const struct row originators[] = {
    {PST_GRAMMAR_ORIGINATOR, true, "all"},
    {PST_GRAMMAR_ORIGINATOR, true, "//m2msp.org/myCSEID"},
    {PST_GRAMMAR_ORIGINATOR, true, "//*/myCSEID"},
    {PST_GRAMMAR_ORIGINATOR, true, "//*/myCSE*"},
    {PST_GRAMMAR_ORIGINATOR, true, "/myCSEID"},
    {PST_GRAMMAR_ORIGINATOR, true, "/myCSE*"},
    {PST_GRAMMAR_ORIGINATOR, true, "//m2msp.org/S988"},
    {PST_GRAMMAR_ORIGINATOR, true, "//*/myCSEID/C9886"},
    {PST_GRAMMAR_ORIGINATOR, true, "//*/myCSE*/C9886"},
    {PST_GRAMMAR_ORIGINATOR, true, "/myCSEID/C9886"},
    {PST_GRAMMAR_ORIGINATOR, true, "/myCSEID/C98*"},
    {PST_GRAMMAR_ORIGINATOR, true, "/myCSE*/C98*"},
    {PST_GRAMMAR_ORIGINATOR, true, "/SmyAE*"},
    {PST_GRAMMAR_ORIGINATOR, true, "//sp.example"},
    {PST_GRAMMAR_ORIGINATOR, true, "12-op@auth.example"},
    {PST_GRAMMAR_ORIGINATOR, true, "team-grp-ri"},
    {PST_GRAMMAR_ORIGINATOR, true, "base/groups/g1"},
    {PST_GRAMMAR_ORIGINATOR, true, "//sp.example/cse/base/g1"},
    {PST_GRAMMAR_ORIGINATOR, true, "/*"},
    {PST_GRAMMAR_ORIGINATOR, true, "/*/*"},
    {PST_GRAMMAR_ORIGINATOR, true, "//*/*/*"},
    {PST_GRAMMAR_ORIGINATOR, true, "/cse/*7"},
    {PST_GRAMMAR_ORIGINATOR, true, "C*"},
    {PST_GRAMMAR_ORIGINATOR, true, "S*9*"},
    {PST_GRAMMAR_ORIGINATOR, true, "//*.example/C*"},
    {PST_GRAMMAR_ORIGINATOR, true, "//sp.*.example./cse*/C**"},
    {PST_GRAMMAR_ORIGINATOR, false, ""},
    {PST_GRAMMAR_ORIGINATOR, false, "*"},
    {PST_GRAMMAR_ORIGINATOR, false, "**"},
    {PST_GRAMMAR_ORIGINATOR, false, "*98"},
    {PST_GRAMMAR_ORIGINATOR, false, "al*"},
    {PST_GRAMMAR_ORIGINATOR, false, "//*"},
    {PST_GRAMMAR_ORIGINATOR, false, "//*/"},
    {PST_GRAMMAR_ORIGINATOR, false, "//*.example"},
    {PST_GRAMMAR_ORIGINATOR, false, "//sp.*"},
    {PST_GRAMMAR_ORIGINATOR, false, "//s_p*/cse"},
    {PST_GRAMMAR_ORIGINATOR, false, "//-sp/cse*"},
    {PST_GRAMMAR_ORIGINATOR, false, "op*@auth.example"},
    {PST_GRAMMAR_ORIGINATOR, false, "op@*"},
    {PST_GRAMMAR_ORIGINATOR, false, "base/g*"},
    {PST_GRAMMAR_ORIGINATOR, false, "/cse/base/g*"},
    {PST_GRAMMAR_ORIGINATOR, false, "/cse/g*"},
    {PST_GRAMMAR_ORIGINATOR, false, "/cse*//C1"},
    {PST_GRAMMAR_ORIGINATOR, false, "/c?e"},
    {PST_GRAMMAR_ORIGINATOR, false, "/cse/C1%2A"},
    {PST_GRAMMAR_ORIGINATOR, false, "all "},
    {PST_GRAMMAR_ORIGINATOR, false, "//sp.example/"},
};

Test(grammar, reads_originators_with_wildcards_where_they_may_stand)
{
    CHECK_ROWS(originators);
}

static const struct row others[] = {
    {PST_GRAMMAR_WINDOW, true, "* * * * * * *"},
    {PST_GRAMMAR_WINDOW, true, "0 */5 8-17 1,15,20-25/2 * 1-5 2000-9999"},
    {PST_GRAMMAR_WINDOW, true, "0  0  0  1  1  0  2026"},
    {PST_GRAMMAR_WINDOW, false, "* * * * * *"},
    {PST_GRAMMAR_WINDOW, false, "* * * * * * * *"},
    {PST_GRAMMAR_WINDOW, false, " * * * * * * *"},
    {PST_GRAMMAR_WINDOW, false, "* * * * * * * "},
    {PST_GRAMMAR_WINDOW, false, "*\t* * * * * *"},
    {PST_GRAMMAR_WINDOW, false, "* * * * * MON *"},
    {PST_GRAMMAR_WINDOW, false, "* * * ? * * *"},
    {PST_GRAMMAR_WINDOW, false, "* * * L * * *"},
    {PST_GRAMMAR_WINDOW, false, "* * * 5W * * *"},
    {PST_GRAMMAR_WINDOW, false, "* * * * * 5#2 *"},
    {PST_GRAMMAR_WINDOW, false, "*,1 * * * * * *"},
    {PST_GRAMMAR_WINDOW, false, "1,* * * * * * *"},
    {PST_GRAMMAR_WINDOW, false, "1, * * * * * *"},
    {PST_GRAMMAR_WINDOW, false, "5/2 * * * * * *"},
    {PST_GRAMMAR_WINDOW, false, "1-2-3 * * * * * *"},
    {PST_GRAMMAR_WINDOW, false, "-1 * * * * * *"},
    {PST_GRAMMAR_WINDOW, false, "07 * * * * * *"},
    {PST_GRAMMAR_WINDOW, false, "*/ * * * * * *"},
    {PST_GRAMMAR_ADDRESS, true, "10.0.0.1"},
    {PST_GRAMMAR_ADDRESS, true, "10.0.0.0/8"},
    {PST_GRAMMAR_ADDRESS, true, "2001:db8::/32"},
    {PST_GRAMMAR_ADDRESS, true, "::"},
    {PST_GRAMMAR_ADDRESS, true, "::ffff:10.0.0.1/128"},
    {PST_GRAMMAR_ADDRESS, false, "10.0.0"},
    {PST_GRAMMAR_ADDRESS, false, "10.0.0.0.0"},
    {PST_GRAMMAR_ADDRESS, false, "10.0.0.0/"},
    {PST_GRAMMAR_ADDRESS, false, "fe80::1%eth0"},
    {PST_GRAMMAR_ADDRESS, false, "[::1]"},
    {PST_GRAMMAR_ADDRESS, false, "abcd"},
    {PST_GRAMMAR_ADDRESS, false, "10.0.0.1:80"},
    {PST_GRAMMAR_ADDRESS, false, "example.org"},
    {PST_GRAMMAR_ADDRESS, false, ""},
    {PST_GRAMMAR_COUNTRY, true, "NO"},
    {PST_GRAMMAR_COUNTRY, true, "nl"},
    {PST_GRAMMAR_COUNTRY, false, "NLD"},
    {PST_GRAMMAR_COUNTRY, false, "N"},
    {PST_GRAMMAR_COUNTRY, false, "N1"},
    {PST_GRAMMAR_COUNTRY, false, "NL\n"},
    {PST_GRAMMAR_ATTRIBUTE, true, "con"},
    {PST_GRAMMAR_ATTRIBUTE, true, "_a-1.b"},
    {PST_GRAMMAR_ATTRIBUTE, false, "1con"},
    {PST_GRAMMAR_ATTRIBUTE, false, "m2m:con"},
    {PST_GRAMMAR_ATTRIBUTE, false, "-con"},
    {PST_GRAMMAR_ATTRIBUTE, false, "a b"},
    {PST_GRAMMAR_ATTRIBUTE, false, ""},
};

Test(grammar, reads_windows_addresses_countries_and_attributes)
{
    CHECK_ROWS(others);
}

Test(grammar, takes_a_nul_byte_for_part_of_the_text)
{
    start();
    cr_expect(pst_grammar_matches(grammar, PST_GRAMMAR_ENTITY, PST_STR("C1")));
    cr_expect_not(
        pst_grammar_matches(grammar, PST_GRAMMAR_ENTITY, PST_STR("C1\0")));
    cr_expect_not(
        pst_grammar_matches(grammar, PST_GRAMMAR_ENTITY, PST_STR("C\0x")));
    cr_expect_not(pst_grammar_matches(grammar, PST_GRAMMAR_RESOURCE,
                                      (postern_str){NULL, 0}));
    stop();
}

Test(grammar, has_words_for_every_form)
{
    for (int form = 0; form < PST_GRAMMAR_FORMS; form++) {
        cr_expect_gt(strlen(pst_grammar_expected((enum pst_grammar_form)form)),
                     10);
    }
}

/* ---- Against the parsers of pdp/ ---- */

/* Every disagreement is a bug in one of the two. */
static void compare_identifiers(postern_str text)
{
    postern_builder_options options;
    struct pst_originator originator;
    const char *why;
    postern_id id;
    bool theirs = postern_id_parse_entity(&id, &cse, text) == POSTERN_OK;

    cr_assert_eq(pst_grammar_matches(grammar, PST_GRAMMAR_ENTITY, text), theirs,
                 "entity %.*s", (int)text.len, text.data);
    theirs = postern_id_parse_resource(&id, &cse, text) == POSTERN_OK;
    cr_assert_eq(pst_grammar_matches(grammar, PST_GRAMMAR_RESOURCE, text),
                 theirs, "resource %.*s", (int)text.len, text.data);
    theirs = postern_id_parse_role(&id, text) == POSTERN_OK;
    cr_assert_eq(pst_grammar_matches(grammar, PST_GRAMMAR_ROLE, text), theirs,
                 "role %.*s", (int)text.len, text.data);
    postern_builder_options_init(&options);
    theirs = pst_originator_read(&originator, &cse, text, &options, &why) ==
             POSTERN_OK;
    cr_assert_eq(pst_grammar_matches(grammar, PST_GRAMMAR_ORIGINATOR, text),
                 theirs, "originator %.*s", (int)text.len, text.data);
}

static void compare_table(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        compare_identifiers(postern_str_of(rows[i].text));
    }
}

Test(grammar, agrees_with_the_identifier_parsers_on_the_tables)
{
    start();
    compare_table(domains, sizeof domains / sizeof domains[0]);
    compare_table(identifiers, sizeof identifiers / sizeof identifiers[0]);
    compare_table(originators, sizeof originators / sizeof originators[0]);
    stop();
}

static size_t random_text(struct rng *rng, const char *const *pieces,
                          uint32_t count, char *text, size_t size)
{
    uint32_t drawn = rng_below(rng, 11);
    size_t len = 0;

    for (uint32_t i = 0; i < drawn; i++) {
        for (const char *c = pieces[rng_below(rng, count)]; *c && len < size;
             c++) {
            text[len++] = *c;
        }
    }
    return len;
}

Test(grammar, agrees_with_the_identifier_parsers_on_random_texts)
{
    static const char *const pieces[] = {
        "/",  "/",          "/", "C",    "S", "*",   "@", ".",
        "-",  "a",          "1", "_",    "~", ":",   "%", " ",
        "//", "sp.example", "x", "\xC3", L63, "//a", "/C"};
    struct rng rng = {20250103};
    char text[1024];

    start();
    for (int i = 0; i < 100000; i++) {
        size_t len = random_text(&rng, pieces, sizeof pieces / sizeof pieces[0],
                                 text, sizeof text);

        compare_identifiers((postern_str){text, len});
    }
    stop();
}

/* Seven fields, most of them right. */
static size_t random_window(struct rng *rng, char *text, size_t size)
{
    static const char *const fields[] = {
        "*",    "*",   "*",  "1",   "5",   "1-5", "1-5/2", "*/2", "1,3-5,*/100",
        "2030", "0,2", "07", "5-1", "*,1", "1/2", "x",     "-1",  "*/0"};
    size_t len = 0;

    for (int i = 0; i < 7; i++) {
        const char *field = fields[rng_below(rng, rng_below(rng, 4) ? 9 : 18)];

        len += (size_t)snprintf(text + len, size - len, "%s%s",
                                i == 0              ? ""
                                : rng_below(rng, 9) ? " "
                                                    : "  ",
                                field);
    }
    return len;
}

/* Numbers out of range are found in pdp/ only, so one side implies the other:
 * what the parser takes has the form. */
Test(grammar, takes_every_window_that_the_parser_takes)
{
    struct rng rng = {20250104};
    uint32_t taken = 0;
    uint32_t refused = 0;
    char text[256];

    start();
    for (int i = 0; i < 100000; i++) {
        postern_str drawn = {text, random_window(&rng, text, sizeof text)};
        struct pst_time_window window;
        struct pst_year_set years;
        bool right =
            pst_time_window_parse(&window, &years, drawn, NULL) == POSTERN_OK;
        bool matches = pst_grammar_matches(grammar, PST_GRAMMAR_WINDOW, drawn);

        cr_assert(matches || !right, "%.*s", (int)drawn.len, text);
        taken += right;
        refused += !matches;
    }
    cr_expect_gt(taken, 1000);
    cr_expect_gt(refused, 1000);
    stop();
}

Test(grammar, takes_every_address_that_the_parser_takes)
{
    static const char *const pieces[] = {"10.0.0.1", "10",       "0",   ".",
                                         ":",        "::",       "/24", "/",
                                         "ff",       "2001:db8", "x"};
    struct rng rng = {20250105};
    uint32_t taken = 0;
    uint32_t refused = 0;
    char text[256];

    start();
    for (int i = 0; i < 100000; i++) {
        size_t len = random_text(&rng, pieces, sizeof pieces / sizeof pieces[0],
                                 text, sizeof text);
        postern_str drawn = {text, len};
        struct pst_ip_prefix prefix;
        bool right = pst_ip_prefix_parse(&prefix, drawn, NULL) == POSTERN_OK;
        bool matches = pst_grammar_matches(grammar, PST_GRAMMAR_ADDRESS, drawn);

        cr_assert(matches || !right, "%.*s", (int)len, text);
        taken += right;
        refused += !matches;
    }
    cr_expect_gt(taken, 1000);
    cr_expect_gt(refused, 1000);
    stop();
}

/* What looks alike is asked once: so every character in every place of texts
 * that were asked before. */
Test(grammar, is_not_misled_by_texts_that_look_alike)
{
    static const char *const texts[] = {"C9",       "Sa",          "all",
                                        "/a1/Cb2",  "//a.bc/d/C3", "//a-1.b",
                                        "//a.b./c", "a/bb/c-c",    "//*.b/c/C*",
                                        "r-1@a.b",  "/x*/Cy*"};
    char text[16];

    start();
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t len = strlen(texts[i]);

        for (size_t k = 0; k < len * 256; k++) {
            memcpy(text, texts[i], len);
            text[k / 256] = (char)(k % 256);
            compare_identifiers((postern_str){text, len});
        }
    }
    stop();
}

static const struct row looks[] = {
    {PST_GRAMMAR_WINDOW, true, "* 10-29 1 * * 0 *"},
    {PST_GRAMMAR_WINDOW, false, "* 01-29 1 * * 0 *"},
    {PST_GRAMMAR_WINDOW, true, "* 1-9 1 * * 0 *"},
    {PST_GRAMMAR_WINDOW, false, "* 00 1 * * 0 *"},
    {PST_GRAMMAR_WINDOW, true, "* 1000 1 * * 0 *"},
    {PST_GRAMMAR_ADDRESS, true, "10.0.0.222/24"},
    {PST_GRAMMAR_ADDRESS, false, "10.0.0.2222/24"},
    {PST_GRAMMAR_ADDRESS, true, "ab::1/128"},
    {PST_GRAMMAR_ADDRESS, false, "ab::g/128"},
    {PST_GRAMMAR_ADDRESS, false, "aa.0.0.2/24"},
    {PST_GRAMMAR_COUNTRY, true, "KR"},
    {PST_GRAMMAR_COUNTRY, false, "K1"},
    {PST_GRAMMAR_COUNTRY, false, "KRK"},
    {PST_GRAMMAR_ATTRIBUTE, true, "lbl"},
    {PST_GRAMMAR_ATTRIBUTE, false, "1bl"},
    {PST_GRAMMAR_SP_ID, true, "//aa.bb"},
    {PST_GRAMMAR_SP_ID, false, "//aa..bb"},
    {PST_GRAMMAR_RESOURCE_NAME, true, "aa-1"},
    {PST_GRAMMAR_RESOURCE_NAME, false, "-aa1"},
};

Test(grammar, tells_numbers_and_words_that_look_alike_apart)
{
    CHECK_ROWS(looks);
}

/* ---- Hostile texts and missing memory ---- */

Test(grammar, is_linear_on_the_longest_texts)
{
    static const char *const units[] = {
        "a",  "a/",     "/a", "a.", "a-", "*",  "/*", "-", ".",
        "1,", "1-5/2,", "* ", "//", "a*", "f:", "C*", "@", "//a."};
    static char text[65535];

    start();
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t len = strlen(units[i]);

        for (size_t k = 0; k < sizeof text; k++) {
            text[k] = units[i][k % len];
        }
        for (int form = 0; form < PST_GRAMMAR_FORMS; form++) {
            (void)pst_grammar_matches(grammar, (enum pst_grammar_form)form,
                                      (postern_str){text, sizeof text});
            cr_expect_eq(pst_grammar_status(grammar), POSTERN_OK, "%d on %s",
                         form, units[i]);
        }
    }
    memset(text, 'a', sizeof text);
    for (size_t i = 1; i < sizeof text; i += 2) {
        text[i] = '/';
    }
    cr_expect(pst_grammar_matches(grammar, PST_GRAMMAR_RESOURCE,
                                  (postern_str){text, sizeof text}));
    stop();
}

/* A match that needs memory and gets none is no verdict on the text. */
static postern_status use_with_failure(size_t n, bool *right)
{
    postern_allocator allocator = faulty_allocator(&heap);
    postern_status status;

    heap = (struct faulty){.fail_at = n};
    status = pst_grammar_new(&grammar, &allocator);
    if (status != POSTERN_OK) {
        cr_expect_null(grammar);
        return status;
    }
    *right = pst_grammar_matches(grammar, PST_GRAMMAR_ORIGINATOR,
                                 PST_STR("//*.example/cse/C98*")) &&
             pst_grammar_matches(grammar, PST_GRAMMAR_ADDRESS,
                                 PST_STR("10.0.0.0/8")) &&
             pst_grammar_matches(grammar, PST_GRAMMAR_WINDOW,
                                 PST_STR("* * 8-17 * * 1-5 *"));
    status = pst_grammar_status(grammar);
    cr_expect_eq(*right, status == POSTERN_OK);
    pst_grammar_free(grammar);
    return status;
}

Test(grammar, gives_everything_back_whichever_allocation_fails)
{
    size_t n = 1;
    bool right = false;

    while (use_with_failure(n, &right) != POSTERN_OK || heap.calls >= n) {
        cr_expect_eq(use_with_failure(n, &right), POSTERN_ERR_MEMORY, "%zu", n);
        cr_expect_eq(heap.live + heap.wrong_sizes, 0, "allocation %zu", n);
        n++;
    }
    cr_expect(right);
    cr_expect_eq(heap.live, 0);
    cr_expect_gt(n, 10);
}
