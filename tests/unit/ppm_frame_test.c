#include "base/str.h"

#include <criterion/criterion.h>
#include <postern/ppm.h>

static postern_status load(const char *text, postern_diag *diag)
{
    postern_ppm_frame *frame;
    postern_status status =
        postern_ppm_frame_load(&frame, postern_str_of(text), NULL, diag);

    cr_expect_eq(status == POSTERN_OK, frame != NULL, "%s", text);
    postern_ppm_frame_free(frame);
    return status;
}

#define TERMS(rows) "kind: provider\nrows: {" rows "}\n"
#define USER(rows) "kind: user\nrows: {" rows "}\n"
#define LAW(rows) "kind: legal_country\nrows: {" rows "}\n"

/* Each with a neighbour that is taken. */
static const struct {
    const char *name;
    const char *refused;
    const char *code;
    const char *taken;
} pairs[] = {
    {"no kind", "rows: {}\n", "E_KIND", TERMS("")},
    {"a kind that is none", "kind: king\nrows: {}\n", "E_KIND", USER("")},
    {"an unknown member", "kind: user\nrowz: {}\n", "E_MEMBER", USER("")},
    {"no rows", "kind: user\n", "E_MEMBER", USER("")},
    {"another table", "kind: user\ntable: 2\nrows: {}\n", "E_TABLE",
     "kind: user\ntable: 1\nrows: {}\n"},
    {"an unknown row", TERMS("6.0/decade: 1"), "E_ROW", TERMS("6.0/year: 1")},
    {"above the range", TERMS("6.0/month: 13"), "E_RANGE",
     TERMS("6.0/month: 12")},
    {"below the range", TERMS("6.0/month: 0"), "E_RANGE",
     TERMS("6.0/month: 1")},
    {"no whole number", TERMS("6.0/month: 1.5"), "E_TYPE",
     TERMS("6.0/month: 1")},
    {"no seconds", TERMS("3.2/seconds: 0"), "E_RANGE",
     TERMS("3.2/seconds: 86400")},
    {"Yes for a number", TERMS("6.0/month: Yes"), "E_TYPE",
     USER("6.0/month: Yes")},
    {"a number for Yes", TERMS("2.0/personal: 1"), "E_TYPE",
     TERMS("2.0/personal: y")},
    {"another level", TERMS("10.0/level3: 4"), "E_RANGE",
     TERMS("10.0/level3: 3")},
    {"an unknown country", TERMS("4.0/nation: [UK]"), "E_NATION",
     TERMS("4.0/nation: [GB]")},
    {"small letters", TERMS("4.0/nation: [de]"), "E_NATION",
     TERMS("4.0/nation: [DE]")},
    {"Norway or no", TERMS("4.0/nation: NO"), "E_NO_AMBIGUOUS",
     TERMS("4.0/nation: [NO]")},
    {"a block as a country", TERMS("1.0/country: EU"), "E_NATION",
     USER("1.0/country: EU")},
    {"two countries", TERMS("1.0/country: [DE, FR]"), "E_TYPE",
     TERMS("1.0/country: [DE]")},
    {"no registered App-ID", TERMS("1.1/app_id: N01.x"), "E_RANGE",
     TERMS("1.1/app_id: [R01.x]")},
    {"no https", TERMS("8.0/url: 'http://a.example/'"), "E_TYPE",
     TERMS("8.0/url: 'https://a.example/'")},
    {"no date", TERMS("11.0/shelf_life: 2026-02-30"), "E_TYPE",
     TERMS("11.0/shelf_life: 28/02/2026")},
    {"ages the wrong way", TERMS("11.0/min_age: {min: 18, max: 12}"), "E_RANGE",
     TERMS("11.0/min_age: {min: 12, max: 18}")},
    {"a scope without a reason", TERMS("7.0/group: {scope: [a]}"), "E_TYPE",
     TERMS("7.0/group: {scope: [a], reason: all}")},
    {"an unknown reason", TERMS("7.0/group: {scope: [a], reason: [fun]}"),
     "E_REASON", TERMS("7.0/group: {scope: [a], reason: [legal]}")},
    {"bodies of a group",
     TERMS("7.0/group: {scope: [a], reason: [legal], bodies: [b]}"), "E_MEMBER",
     TERMS("7.0/public: {scope: [a], reason: [legal], bodies: [b]}")},
    {"free text as a wish", USER("7.0/group: {scope: some}"), "E_TYPE",
     USER("7.0/group: {scope: [some]}")},
    {"a birth date of a provider", TERMS("11.0/dob: 1980-01-01"), "E_OWNER",
     USER("11.0/dob: 01/01/1980")},
    {"a birth date of a law", LAW("11.0/dob: 1980-01-01"), "E_OWNER",
     "kind: parental\nrows: {11.0/dob: 1980-01-01}\n"},
    {"a verb of a provider", TERMS("6.0/month: {cap: 3}"), "E_TYPE",
     USER("6.0/month: {cap: 3}")},
    {"a verb that is none", USER("6.0/month: {most: 3}"), "E_VERB",
     USER("6.0/month: {floor: 3}")},
    {"a verb of other rows", USER("2.0/personal: {cap: 3}"), "E_VERB",
     USER("2.0/personal: {require: true}")},
    {"a verb that is not true", USER("2.0/personal: {allow: false}"), "E_TYPE",
     USER("2.0/personal: {forbid: true}")},
    {"two verbs", USER("6.0/month: {cap: 3, allow: true}"), "E_VERB",
     USER("6.0/month: {cap: 3, floor: 1}")},
    {"a wish about what is shown", USER("1.1/model: [M1]"), "E_VERB",
     USER("1.0/company: {deny: [M1]}")},
    {"a number and no cap", USER("11.0/min_age: {cap: {min: 1, max: 2}}"),
     "E_TYPE", USER("11.0/min_age: {cap: 2}")},
    {"a feed that is none", USER("4.1/feed: weather"), "E_TYPE",
     USER("4.1/feed: substitute")},
    {"forbidding a claim", USER("2.0/na: {forbid: true}"), "E_VERB",
     USER("2.0/na: No")},
    {"a bare Yes of a law", LAW("2.0/personal: Yes"), "E_YES_AMBIGUOUS",
     "kind: legal_country\nyes_means: allow\nrows: {2.0/personal: Yes}\n"},
    {"a bare true of parents", "kind: parental\nrows: {8.0/post: true}\n",
     "E_YES_AMBIGUOUS",
     "kind: parental\nyes_means: require\nrows: {8.0/post: true}\n"},
    {"what Yes means for a user", "kind: user\nyes_means: allow\nrows: {}\n",
     "E_MEMBER", USER("")},
    {"a claim beside a practice", /* [ANJ-04] */
     TERMS("7.0/na: Yes, 7.0/subcontractor: Yes"), "E_NA_MIXED",
     TERMS("7.0/na: Yes, 7.0/subcontractor: No")},
    {"nothing wanted and something allowed",
     USER("2.0/na: Yes, 2.0/personal: Yes"), "E_NA_MIXED",
     USER("2.0/na: Yes, 2.0/personal: No")},
    {"a day in two spellings", /* [ANJ-07] */
     TERMS("6.0/hour: 24, 6.0/day: 1"), "E_TWO_SPELLINGS",
     TERMS("6.0/hour: 23, 6.0/day: 1")},
    {"a year in two spellings", USER("6.0/month: 12, 6.0/year: 1"),
     "E_TWO_SPELLINGS", USER("6.0/month: 12, 6.1/year: 1")},
    {"deleted at once and kept", TERMS("6.0/zero: Yes, 6.0/day: 1"),
     "E_CONTRADICTION", TERMS("6.0/zero: Yes, 6.1/day: 1")},
    {"local only and abroad", TERMS("4.0/local: Yes, 4.0/nation: [DE]"),
     "E_CONTRADICTION", TERMS("4.0/local: No, 4.0/nation: [DE]")},
    {"a level without the lower one", /* [ANJ-06] */
     TERMS("10.0/level2: No, 10.0/level4: Yes"), "E_CONTRADICTION",
     TERMS("10.0/level2: Yes, 10.0/level4: No")},
    {"days refused, months allowed", USER("6.0/day: No, 6.0/month: 3"),
     "E_CONTRADICTION", USER("6.0/day: No, 6.0/hour: 24")},
    {"a floor above the cap", LAW("6.0/month: {floor: 6}, 6.0/week: {cap: 2}"),
     "E_CONTRADICTION", LAW("6.0/month: {floor: 6}, 6.0/year: {cap: 1}")},
    {"two columns alike",
     "kind: user\ncolumns:\n- {data: a, rows: {}}\n- {data: a, rows: {}}\n",
     "E_COLUMNS",
     "kind: user\ncolumns:\n- {data: a, rows: {}}\n- {data: b, rows: {}}\n"},
    {"two columns that cross",
     "kind: user\ncolumns:\n- {data: a, rows: {6.0/day: 1}}\n"
     "- {device: d, rows: {6.0/year: 1}}\n",
     "E_COLUMNS",
     "kind: user\ncolumns:\n- {data: a, rows: {6.0/day: 1}}\n"
     "- {device: d, rows: {6.1/year: 1}}\n"},
};

Test(ppm_frame, refuses_with_a_code_and_a_place) /* [ANJ-03] [PPM-09] */
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        postern_diag diag;

        cr_expect_eq(load(pairs[i].refused, &diag), POSTERN_ERR_POLICY, "%s",
                     pairs[i].name);
        cr_expect_str_eq(diag.lint, pairs[i].code, "%s: %s", pairs[i].name,
                         diag.message);
        cr_expect(diag.line > 0 && diag.column > 0, "%s", pairs[i].name);
        cr_expect_eq(load(pairs[i].taken, &diag), POSTERN_OK, "%s: %s",
                     pairs[i].name, diag.message);
    }
}

Test(ppm_frame, points_at_the_cell) /* [PPM-20] */
{
    postern_diag diag;

    cr_expect_eq(load("kind: provider\nrows:\n  2.0/personal: yes\n"
                      "  6.0/month: 13\n",
                      &diag),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(diag.line, 4);
    cr_expect_eq(diag.column, 14);
    cr_expect_str_eq(diag.path, "/rows/6.0~1month");
    cr_expect_str_eq(diag.message, "6.0/month: a whole number from 1 to 12 "
                                   "(month) is expected, not 13");
}

Test(ppm_frame, tells_what_is_not_text_from_what_is_no_frame)
{
    postern_diag diag;

    cr_expect_eq(load("{\"kind\":", &diag), POSTERN_ERR_SYNTAX);
    cr_expect_eq(load("[]", &diag), POSTERN_ERR_POLICY);
    cr_expect_eq(load("", &diag), POSTERN_ERR_SYNTAX);
    cr_expect_eq(load("{\"kind\":\"user\",\"rows\":{\"6.0/day\":1,"
                      "\"6.0/day\":2}}",
                      &diag),
                 POSTERN_ERR_SYNTAX, "%s", diag.message);
}

static void count(void *user, const postern_diag *diag)
{
    size_t *counts = user;
    static const char *const lints[] = {"undeclared-tag", "undefined-method",
                                        "odd-sensitivity"};

    for (size_t i = 0; i < 3; i++) {
        counts[i] += strcmp(diag->lint, lints[i]) == 0;
    }
}

Test(ppm_frame, reports_what_is_probably_not_meant) /* [PPM-17] */
{
    size_t counts[3] = {0};
    postern_ppm_load_options options;
    postern_ppm_frame *frame;

    postern_ppm_load_options_init(&options);
    options.report = count;
    options.user = counts;
    cr_assert_eq(postern_ppm_frame_load(
                     &frame, PST_STR(TERMS("9.0/onem2m: Yes")), &options, NULL),
                 POSTERN_OK);
    postern_ppm_frame_free(frame);
    cr_assert_eq(postern_ppm_frame_load(
                     &frame,
                     PST_STR(USER("2.0/personal: No, 2.0/medical: Yes")),
                     &options, NULL),
                 POSTERN_OK);
    postern_ppm_frame_free(frame);
    cr_expect(counts[0] == 1 && counts[1] == 1 && counts[2] == 1);
}

Test(ppm_frame, says_whose_it_is) /* [PPM-19] */
{
    postern_ppm_frame *frame;
    postern_ppm_frame_head head;

    cr_assert_eq(postern_ppm_frame_load(
                     &frame,
                     PST_STR("{\"kind\":\"provider\",\"name\":\"Acme\","
                             "\"version\":4,\"rows\":{},\"columns\":["
                             "{\"data\":\"energy\",\"rows\":{}}]}"),
                     NULL, NULL),
                 POSTERN_OK);
    postern_ppm_frame_look(frame, &head);
    cr_expect_eq(head.kind, POSTERN_PPM_PROVIDER);
    cr_expect(pst_str_is(head.name, "Acme") && pst_str_is(head.version, "4"));
    cr_expect_null(head.link.data);
    cr_expect_eq(head.columns, 2);
    postern_ppm_frame_free(frame);
}

Test(ppm_words, fall_back_to_english)
{
    postern_ppm_words *words;

    cr_assert_eq(
        postern_ppm_words_load(&words,
                               PST_STR("kind: descriptor\nlanguage: nl\nrows:\n"
                                       "  6.0/month: {label: Maand}\n"),
                               NULL, NULL),
        POSTERN_OK);
    cr_expect(pst_str_is(postern_ppm_row_label(words, 52), "Maand"));
    cr_expect(pst_str_is(postern_ppm_row_label(words, 53), "Year"));
    cr_expect(pst_str_is(postern_ppm_row_label(NULL, 52), "Month"));
    cr_expect(pst_str_is(postern_ppm_words_language(words), "nl"));
    cr_expect_null(postern_ppm_row_label(words, POSTERN_PPM_ROWS).data);
    postern_ppm_words_free(words);
    cr_expect_eq(
        postern_ppm_words_load(&words,
                               PST_STR("kind: descriptor\nlanguage: nl\n"
                                       "rows: {6.0/decade: {label: x}}\n"),
                               NULL, NULL),
        POSTERN_ERR_POLICY);
    cr_expect_null(words);
}
