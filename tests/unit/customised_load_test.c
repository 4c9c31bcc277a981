/* Reading a customised privacy policy that somebody else may have written. */
#include "base/str.h"
#include "base/text.h"
#include "support/customised.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define TERMS                                                                  \
    "kind: provider\nname: Acme\nrows:\n  6.0/month: 6\n  2.0/medical: yes\n"  \
    "  7.0/affiliate: {scope: [repair], reason: [improve]}\n"
#define BEFORE                                                                 \
    "kind: provider\nname: Acme\nrows:\n  6.0/month: 3\n"                      \
    "  2.0/sensitive: yes\n"
#define USER "kind: user\nrows: {6.0/month: 3, 2.0/medical: no}\n"
#define LAW                                                                    \
    "kind: legal_country\nname: \"the \\u202e</Act>\"\n"                       \
    "rows: {6.0/month: {floor: 6}, 7.0/affiliate: {forbid: true}}\n"

/* A document with every member there is. */
static void make(struct shown *shown)
{
    struct shown before;

    cr_assert_eq(
        shown_make(&before, (const char *const[]){BEFORE, USER, NULL}, NULL),
        POSTERN_OK);
    cr_assert_eq(shown_make(shown,
                            (const char *const[]){TERMS, USER, LAW, NULL},
                            before.document),
                 POSTERN_OK);
    shown_end(&before);
}

static postern_status load(postern_str text, postern_diag *diag)
{
    postern_customised *document;
    postern_status status =
        postern_customised_load(&document, text, NULL, diag);

    cr_expect_eq(document == NULL, status != POSTERN_OK);
    postern_customised_free(document);
    return status;
}

Test(customised_load, gives_what_was_written)
{
    struct shown shown;
    postern_customised *again;
    postern_customised_head a;
    postern_customised_head b;
    postern_customised_lost lost;

    make(&shown);
    cr_assert_eq(
        postern_customised_load(&again, postern_customised_json(shown.document),
                                NULL, &shown.diag),
        POSTERN_OK, "%s", shown.diag.message);
    cr_expect(pst_str_equal(postern_customised_json(again),
                            postern_customised_json(shown.document)));
    cr_expect_str_eq(postern_customised_hash(again),
                     postern_customised_hash(shown.document));
    postern_customised_look(shown.document, &a);
    postern_customised_look(again, &b);
    cr_expect(a.cells == b.cells && a.changes == b.changes &&
              a.gone == b.gone && a.columns == b.columns);
    cr_expect(a.changes > 3 && a.gone == 1);
    for (uint32_t n = 0; n < a.cells; n++) {
        postern_customised_cell one;
        postern_customised_cell other;

        cr_assert(postern_customised_cell_at(shown.document, n, &one));
        cr_assert(postern_customised_cell_at(again, n, &other));
        cr_expect(one.row == other.row && one.state == other.state &&
                  one.change == other.change && one.before == other.before &&
                  pst_str_equal(one.sentence, other.sentence) &&
                  pst_str_equal(one.decider, other.decider));
    }
    cr_assert(postern_customised_lost_at(again, 0, &lost));
    cr_expect_str_eq(postern_ppm_row_at(lost.row)->key, "2.0/sensitive");
    cr_expect_not(postern_customised_lost_at(again, 1, &lost));
    postern_customised_free(again);
    shown_end(&shown);
}

Test(customised_load, refuses_every_cut)
{
    struct shown shown;
    postern_str json;

    make(&shown);
    json = postern_customised_json(shown.document);
    for (size_t len = 0; len < json.len; len++) {
        cr_expect_neq(load(pst_str_slice(json, 0, len), NULL), POSTERN_OK);
    }
    shown_end(&shown);
}

/* What differs in one byte is refused, or is another document. */
Test(customised_load, takes_no_byte_for_another)
{
    static const char bytes[] = "\"0{\x80";
    struct shown shown;
    postern_str json;
    char *copy;
    uint32_t taken = 0;

    make(&shown);
    json = postern_customised_json(shown.document);
    copy = malloc(json.len);
    cr_assert_not_null(copy);
    memcpy(copy, json.data, json.len);
    for (size_t at = 0; at < json.len; at++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            postern_customised *other;

            copy[at] = bytes[i];
            if (copy[at] == json.data[at]) {
                continue;
            }
            if (postern_customised_load(&other, (postern_str){copy, json.len},
                                        NULL, NULL) == POSTERN_OK) {
                taken++;
                cr_assert_str_neq(postern_customised_hash(other),
                                  postern_customised_hash(shown.document));
            }
            postern_customised_free(other);
        }
        copy[at] = json.data[at];
    }
    cr_expect_gt(taken, 100, "texts may be other texts");
    free(copy);
    shown_end(&shown);
}

static const struct {
    const char *from;
    const char *to;
} contradictions[] = {
    {"\"red\": 1", "\"red\": 0"},
    {"\"green\": 107", "\"green\": 108"},
    {"\"changes\": 4", "\"changes\": 5"},
    {"\"format\": 1", "\"format\": 2"},
    {"\"version\": 1", "\"version\": 2"},
    {"\"kind\": \"customised_privacy_policy\"", "\"kind\": \"other\""},
    {"\"day\": \"2026-11-22\"", "\"day\": \"2026-11-32\""},
    {"\"day\": \"2026-11-22\"", "\"day\": \"22/11/2026\""},
    {"\"profile\": \"sound\"", "\"profile\": \"loud\""},
    {"\"previous\": \"", "\"previous\": \"X"},
    {"\"kind\": \"user\"", "\"kind\": \"parental\""},
    {"\"kind\": \"provider\"", "\"kind\": \"user\""},
    {"\"kind\": \"legal_country\"", "\"kind\": \"nobody\""},
    {"\"name\": \"Acme\"", "\"name\": \"Acne\""},
    {"\"row\": \"2.0/medical\"", "\"row\": \"9.0/medical\""},
    {"\"row\": \"6.0/month\"", "\"row\": \"2.0/medical\""},
    {"\"state\": \"red\"", "\"state\": \"green\""},
    {"\"state\": \"red\"", "\"state\": \"locked\""},
    {"\"state\": \"overruled\"", "\"state\": \"green\""},
    {"\"state\": \"locked\"", "\"state\": \"red\""},
    {"\"accept\": true", "\"accept\": false"},
    {"\"accept\": false", "\"accept\": true"},
    {"\"differs\": false", "\"differs\": 0"},
    {"\"code\": \"LAW_FORBIDS\"", "\"code\": \"MATCH\""},
    {"\"code\": \"LAW_FORBIDS\"", "\"code\": \"LAW\""},
    {"\"decided_by\": \"user\"", "\"decided_by\": \"parental\""},
    {"\"frame\": 0", "\"frame\": 9"},
    {"\"frame\": 0", "\"frame\": 2"},
    {"\"column\": 0", "\"column\": 1"},
    {"\"column\": 0", "\"column\": -1"},
    {"\"change\": \"provider\"", "\"change\": \"none\""},
    {"\"change\": \"provider\"", "\"change\": \"somebody\""},
    {"\"before\": \"green\"", "\"before\": \"blue\""},
    {"\"sentence\": ", "\"sentences\": "},
    {"\"others\": [", "\"others\": {"},
    {"\"gone\": [", "\"lost\": ["},
    {"\"counts\": {", "\"counts\": { "},
    {"  \"cells\"", "  \"more\": 1,\n  \"cells\""},
    {"\"subscriber\": \"p-77f1\"", "\"subscriber\": \"\""},
    {"\"statement\": \"6 months\"", "\"statement\": \"6\\u0020months\""},
};

/* One thing said otherwise than it follows from the rest. */
Test(customised_load, refuses_what_does_not_follow)
{
    struct shown shown;
    postern_str json;
    char *whole;

    make(&shown);
    json = postern_customised_json(shown.document);
    whole = calloc(1, json.len + 1);
    cr_assert_not_null(whole);
    memcpy(whole, json.data, json.len);
    for (size_t i = 0; i < sizeof contradictions / sizeof *contradictions;
         i++) {
        const char *at = strstr(whole, contradictions[i].from);
        size_t size = json.len + 200;
        char *text = malloc(size);
        postern_diag diag;
        postern_status status;

        cr_assert_not_null(at, "%s", contradictions[i].from);
        cr_assert_not_null(text);
        snprintf(text, size, "%.*s%s%s", (int)(at - whole), whole,
                 contradictions[i].to, at + strlen(contradictions[i].from));
        status = load(postern_str_of(text), &diag);
        cr_expect(status == POSTERN_ERR_POLICY || status == POSTERN_ERR_SYNTAX,
                  "%s", contradictions[i].to);
        cr_expect_gt(diag.line, 0, "%s", contradictions[i].to);
        cr_expect_gt(strlen(diag.message), 10);
        free(text);
    }
    free(whole);
    shown_end(&shown);
}

Test(customised_load, says_where)
{
    struct shown shown;
    postern_str json;
    postern_diag diag;

    make(&shown);
    json = postern_customised_json(shown.document);
    cr_expect_eq(load(PST_STR("{\n  \"kind\": 1}"), &diag), POSTERN_ERR_POLICY);
    cr_expect(diag.line == 2 && diag.column == 11, "%u:%u", diag.line,
              diag.column);
    cr_expect_str_eq(diag.path, "/kind");
    cr_expect_eq(load(PST_STR("[1]"), &diag), POSTERN_ERR_POLICY);
    cr_expect_eq(load(PST_STR(""), &diag), POSTERN_ERR_SYNTAX);
    cr_expect_eq(load(PST_STR("kind: user\n"), &diag), POSTERN_ERR_SYNTAX);
    cr_expect_eq(load((postern_str){json.data, json.len - 1}, &diag),
                 POSTERN_ERR_POLICY, "the last line break is part of it");
    shown_end(&shown);
}

Test(customised_load, respects_limits)
{
    struct shown shown;
    postern_ppm_load_options options;
    postern_customised *document;

    make(&shown);
    postern_ppm_load_options_init(&options);
    options.limits.text_bytes = 100;
    cr_expect_eq(
        postern_customised_load(
            &document, postern_customised_json(shown.document), &options, NULL),
        POSTERN_ERR_LIMIT);
    postern_ppm_load_options_init(&options);
    options.struct_size = 0;
    cr_expect_eq(
        postern_customised_load(
            &document, postern_customised_json(shown.document), &options, NULL),
        POSTERN_ERR_ARGUMENT);
    cr_expect_null(document);
    shown_end(&shown);
}
