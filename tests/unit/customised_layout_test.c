/* What the layouts say. Their looks are looked at by tests/cli. */
#include "base/str.h"
#include "customised/layout.h"
#include "support/customised.h"

#include <criterion/criterion.h>

#define TERMS                                                                  \
    "kind: provider\nname: \"Ac<me> & Co\"\nlink: https://acme.example/4\n"    \
    "rows: {6.0/month: 6, 8.0/email: yes, 2.0/medical: yes}\n"
#define USER "kind: user\nrows: {6.0/month: 3, 2.0/medical: no}\n"
#define LAW                                                                    \
    "kind: legal_country\nname: the Act\nlink: https://law.example/\n"         \
    "rows: {6.0/month: {floor: 6}}\n"

enum { ROOM = 64 * 1024 };

struct text {
    char bytes[ROOM];
    size_t len;
};

static postern_status take(void *user, postern_str piece)
{
    struct text *text = user;

    cr_assert_lt(text->len + piece.len, ROOM);
    memcpy(text->bytes + text->len, piece.data, piece.len);
    text->len += piece.len;
    text->bytes[text->len] = '\0';
    return POSTERN_OK;
}

static const char *lay_out(const char *const *texts,
                           postern_customised_layout layout)
{
    static struct text text;
    struct shown shown;

    text.len = 0;
    cr_assert_eq(shown_make(&shown, texts, NULL), POSTERN_OK, "%s",
                 shown.diag.message);
    cr_assert_eq(
        postern_customised_write(shown.document, layout, NULL, take, &text),
        POSTERN_OK);
    shown_end(&shown);
    return text.bytes;
}

Test(customised_layout, text_begins_with_what_needs_the_reader)
{
    static const char *const texts[] = {TERMS, USER, LAW, NULL};
    const char *text = lay_out(texts, POSTERN_LAYOUT_TEXT);

    cr_expect_eq(strncmp(text,
                         "Ac<me> & Co for p-77f1, 2026-11-22\n"
                         "1 of 110 points needs you.\n\n"
                         "You may accept:\n"
                         "  */*/*\n"
                         "    2.0/medical  Medical data: Ac<me> & Co states "
                         "yes; you refuse it. You may accept it.\n",
                         150),
                 0, "%s", text);
    cr_expect_not_null(strstr(text, "Wishes that are overruled:\n"));
    cr_expect_not_null(strstr(text, "the Act: https://law.example/\n"));
    cr_expect_null(strstr(text, "You cannot accept"));
    cr_expect_null(strstr(text, "Changed"));
    cr_expect_not_null(
        strstr(text, "108 OK, 1 conflict, 0 locked, 1 overruled\nhash "));
}

Test(customised_layout, text_of_agreement_is_short)
{
    static const char *const texts[] = {
        "kind: provider\nrows: {6.0/month: 1}\n",
        "kind: user\nrows: {6.0/month: 3}\n", NULL};
    const char *text = lay_out(texts, POSTERN_LAYOUT_TEXT);

    cr_expect_null(strstr(text, "You may accept"), "%s", text);
    cr_expect_not_null(strstr(text, "acme for p-77f1"));
    cr_expect_not_null(strstr(text, "0 of 110 points need you.\n"));
}

Test(customised_layout, html_escapes_names)
{
    static const char *const texts[] = {TERMS, USER, LAW, NULL};
    const char *html = lay_out(texts, POSTERN_LAYOUT_HTML);

    cr_expect_not_null(strstr(html, "Ac&lt;me&gt; &amp; Co"));
    cr_expect_null(strstr(html, "<me>"));
    cr_expect_not_null(strstr(html, "href=\"https://law.example/\""));
    cr_expect_eq(strncmp(html, "<!DOCTYPE html>\n<html lang=\"en\"", 31), 0);
}

Test(customised_layout, takes_only_web_addresses_for_links)
{
    static const struct {
        const char *link;
        bool is_one;
    } cases[] = {
        {"https://law.example/a?b=1&c=2#d", true},
        {"https://x", true},
        {"https://", false},
        {"http://law.example/", false},
        {"HTTPS://law.example/", false},
        {"javascript:alert(1)", false},
        {" https://law.example/", false},
        {"https://law.example/ x", false},
        {"https://law.example/\"x", false},
        {"https://law.example/'x", false},
        {"https://law.example/<", false},
        {"https://law.example/\n", false},
        {"https://law.example/\xE2\x80\xAE", false},
        {"", false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        postern_str link = postern_str_of(cases[i].link);

        cr_expect_eq(pst_customised_address(link).data != NULL, cases[i].is_one,
                     "%s", cases[i].link);
    }
}

Test(customised_layout, leaves_out_a_label_that_stands_in_front)
{
    struct pst_customised_cell cell = {
        .row = postern_ppm_row_find(PST_STR("6.0/month"))};

    cell.sentence = PST_STR("Month: Acme states no.");
    cr_expect(pst_str_is(pst_customised_rest(&cell), "Acme states no."));
    cell.sentence = PST_STR("Months: Acme states no.");
    cr_expect(
        pst_str_is(pst_customised_rest(&cell), "Months: Acme states no."));
    cell.sentence = PST_STR("Mon");
    cr_expect(pst_str_is(pst_customised_rest(&cell), "Mon"));
}

Test(customised_layout, refuses_what_it_cannot_do)
{
    static const char *const texts[] = {TERMS, USER, NULL};
    struct shown shown;

    cr_assert_eq(shown_make(&shown, texts, NULL), POSTERN_OK);
    cr_expect_eq(postern_customised_write(shown.document, POSTERN_LAYOUT_TEXT,
                                          NULL, NULL, NULL),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_eq(
        postern_customised_write(NULL, POSTERN_LAYOUT_TEXT, NULL, take, NULL),
        POSTERN_ERR_ARGUMENT);
    shown_end(&shown);
}
