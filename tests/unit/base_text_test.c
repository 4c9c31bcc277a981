#include "base/text.h"

#include "base/diag.h"
#include "base/str.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SIZE = 512 };

Test(text, is_what_was_added)
{
    char buffer[SIZE];
    struct pst_text text;

    pst_text_init(&text, buffer, sizeof buffer);
    cr_assert_str_eq(buffer, "");
    pst_text_add(&text, "rule ");
    pst_text_add_uint(&text, 7);
    pst_text_add(&text, " of ");
    pst_text_add_str(&text, (postern_str){"acpAxxx", 4});
    pst_text_add(&text, ", ");
    pst_text_add_int(&text, -42);
    cr_assert_str_eq(buffer, "rule 7 of acpA, -42");
    cr_assert_eq(text.len, strlen(buffer));
}

/* Each size of buffer, down to one byte: no byte is written behind it, and the
 * length is that of the whole text. */
Test(text, is_cut_to_its_buffer_and_ends_in_nul)
{
    static const char whole[] = "twelve \"bytes\" 0042";
    size_t whole_len = sizeof whole - 1;

    for (size_t size = 1; size <= sizeof whole + 2; size++) {
        char buffer[64];
        struct pst_text text;
        size_t kept = size - 1 < whole_len ? size - 1 : whole_len;

        memset(buffer, '#', sizeof buffer);
        pst_text_init(&text, buffer, size);
        pst_text_add(&text, "twelve ");
        pst_text_add_quoted(&text, PST_STR("bytes"));
        pst_text_add_str(&text, PST_STR(" "));
        pst_text_add_padded(&text, 42, 4);
        cr_expect_eq(text.len, whole_len, "size %zu", size);
        cr_expect_eq(strlen(buffer), kept, "size %zu", size);
        cr_expect_eq(memcmp(buffer, whole, kept), 0, "size %zu", size);
        for (size_t i = size; i < sizeof buffer; i++) {
            cr_expect_eq(buffer[i], '#', "size %zu, byte %zu", size, i);
        }
    }
}

Test(text, writes_numbers_as_printf_does)
{
    static const int64_t numbers[] = {
        0,         1,
        -1,        9,
        10,        -10,
        99,        100,
        INT32_MAX, INT32_MIN,
        INT64_MAX, INT64_MIN,
        86400,     1000000000000000000,
    };

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char actual[SIZE];
        char expected[SIZE];
        struct pst_text text;

        pst_text_init(&text, actual, sizeof actual);
        pst_text_add_int(&text, numbers[i]);
        pst_text_add(&text, " ");
        pst_text_add_uint(&text, (uint64_t)numbers[i]);
        for (unsigned width = 0; width < 25; width++) {
            pst_text_add(&text, " ");
            pst_text_add_padded(&text, (uint64_t)numbers[i], width);
        }
        snprintf(expected, sizeof expected, "%" PRId64 " %" PRIu64, numbers[i],
                 (uint64_t)numbers[i]);
        for (int width = 0; width < 25; width++) {
            size_t len = strlen(expected);

            snprintf(expected + len, sizeof expected - len, " %0*" PRIu64,
                     width, (uint64_t)numbers[i]);
        }
        cr_expect_str_eq(actual, expected);
    }
}

Test(text, quotes_bytes_from_outside_in_printable_form)
{
    static const struct {
        postern_str bytes;
        const char *quoted;
    } rows[] = {
        {{NULL, 0}, "\"\""},
        {{"", 0}, "\"\""},
        {{"* * 8-17 *", 10}, "\"* * 8-17 *\""},
        {{"a\0b", 3}, "\"a?b\""},
        {{"\x1b[31m\r\n", 7}, "\"?[31m??\""},
        {{"\x7f\x80\xff ~", 5}, "\"??? ~\""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char buffer[SIZE];
        struct pst_text text;

        pst_text_init(&text, buffer, sizeof buffer);
        pst_text_add_quoted(&text, rows[i].bytes);
        cr_expect_str_eq(buffer, rows[i].quoted);
    }
}

Test(text, quotes_at_most_80_bytes)
{
    char bytes[SIZE];

    memset(bytes, 'a', sizeof bytes);
    for (size_t len = 79; len <= 82; len++) {
        char buffer[SIZE];
        struct pst_text text;

        pst_text_init(&text, buffer, sizeof buffer);
        pst_text_add_quoted(&text, (postern_str){bytes, len});
        cr_expect_eq(strspn(buffer + 1, "a"), len < 80 ? len : 80);
        cr_expect_str_eq(buffer + 1 + strspn(buffer + 1, "a"),
                         len <= 80 ? "\"" : "...\"");
    }
}

/* --- what is built with it ------------------------------------------------ */

Test(diag, keeps_the_first_refusal)
{
    postern_diag diag;

    pst_diag_clear(&diag);
    cr_assert_eq(diag.status, POSTERN_OK);
    cr_assert_eq(pst_diag_refuse(&diag, POSTERN_ERR_POLICY, "/acor/2", "first",
                                 "TS-0003 7.1.3"),
                 POSTERN_ERR_POLICY);
    cr_assert_eq(
        pst_diag_refuse(&diag, POSTERN_ERR_LIMIT, "/acop", "second", NULL),
        POSTERN_ERR_LIMIT);
    pst_diag_locate(&diag, 3, 14);
    pst_diag_locate(&diag, 9, 9);
    cr_expect_eq(diag.status, POSTERN_ERR_POLICY);
    cr_expect_eq(diag.severity, POSTERN_SEVERITY_ERROR);
    cr_expect_str_eq(diag.path, "/acor/2");
    cr_expect_str_eq(diag.message, "first");
    cr_expect_str_eq(diag.clause, "TS-0003 7.1.3");
    cr_expect_eq(diag.line, 3);
    cr_expect_eq(diag.column, 14);
}

Test(diag, cuts_long_texts_to_fit)
{
    char words[1000];
    postern_diag diag;

    memset(words, 'w', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    pst_diag_clear(&diag);
    (void)pst_diag_refuse(&diag, POSTERN_ERR_POLICY, words, words, NULL);
    cr_expect_eq(strlen(diag.path), POSTERN_DIAG_PATH_SIZE - 1);
    cr_expect_eq(strlen(diag.message), POSTERN_DIAG_MESSAGE_SIZE - 1);
}

Test(diag, may_be_absent)
{
    pst_diag_clear(NULL);
    pst_diag_locate(NULL, 1, 1);
    cr_expect_eq(pst_diag_plain(NULL, POSTERN_ERR_MEMORY), POSTERN_ERR_MEMORY);
    cr_expect_eq(pst_diag_refuse(NULL, POSTERN_ERR_POLICY, "", "words", NULL),
                 POSTERN_ERR_POLICY);
}

Test(diag, has_a_sentence_and_a_name_for_every_status)
{
    for (int i = POSTERN_ERR_ARGUMENT; i <= POSTERN_ERR_INTERNAL; i++) {
        postern_diag diag;

        pst_diag_clear(&diag);
        cr_expect_eq(pst_diag_plain(&diag, (postern_status)i),
                     (postern_status)i);
        cr_expect_neq(diag.message[0], '\0', "%d", i);
        cr_expect_eq(
            strncmp(postern_status_name((postern_status)i), "POSTERN_ERR_", 12),
            0);
    }
    cr_expect_str_eq(postern_status_name(POSTERN_OK), "POSTERN_OK");
    cr_expect_str_eq(
        postern_status_name((postern_status)(POSTERN_ERR_INTERNAL + 1)),
        "unknown status");
    cr_expect_str_eq(postern_status_name((postern_status)-1), "unknown status");
}

Test(str, of_null_is_absent)
{
    cr_expect_null(postern_str_of(NULL).data);
    cr_expect_eq(postern_str_of(NULL).len, 0);
    cr_expect_eq(postern_str_of("four").len, 4);
}

Test(str, compares_bytes)
{
    postern_str a = PST_STR("Plant");

    cr_expect(pst_str_equal(a, PST_STR("Plant")));
    cr_expect_not(pst_str_equal(a, PST_STR("plant")));
    cr_expect_not(pst_str_equal(a, PST_STR("Plan")));
    cr_expect(pst_str_equal((postern_str){NULL, 0}, PST_STR("")));
    cr_expect(pst_str_fold_equal(a, PST_STR("pLANT")));
    cr_expect_not(pst_str_fold_equal(a, PST_STR("pLANS")));
    cr_expect_not(pst_str_fold_equal(a, PST_STR("pLAN")));
    cr_expect_not(pst_str_fold_equal(PST_STR("@["), PST_STR("`{")));
    cr_expect(pst_str_is(a, "Plant"));
    cr_expect_not(pst_str_is(a, "Plants"));
    cr_expect_not(pst_str_is(PST_STR("Plant\0"), "Plant"));
    cr_expect_eq(pst_str_order(a, PST_STR("Plant")), 0);
    cr_expect_lt(pst_str_order(a, PST_STR("Plants")), 0);
    cr_expect_gt(pst_str_order(a, PST_STR("Plan")), 0);
    cr_expect_gt(pst_str_order(PST_STR("\x80"), PST_STR("a")), 0);
    cr_expect_lt(pst_str_order((postern_str){NULL, 0}, a), 0);
}

Test(str, finds_and_cuts_within_its_bounds)
{
    postern_str text = {"a/b/cdef", 5}; /* a/b/c */

    cr_expect_eq(pst_str_find(text, 0, '/'), 1);
    cr_expect_eq(pst_str_find(text, 1, '/'), 1);
    cr_expect_eq(pst_str_find(text, 2, '/'), 3);
    cr_expect_eq(pst_str_find(text, 4, '/'), 5);
    cr_expect_eq(pst_str_find(text, 0, 'd'), 5);
    cr_expect_eq(pst_str_find(text, 99, '/'), 5);
    cr_expect_eq(pst_str_find((postern_str){NULL, 0}, 0, '/'), 0);
    cr_expect(pst_str_is(pst_str_slice(text, 2, 3), "b"));
    cr_expect(pst_str_is(pst_str_slice(text, 2, 99), "b/c"));
    cr_expect(pst_str_is(pst_str_slice(text, 3, 2), ""));
    cr_expect(pst_str_is(pst_str_slice(text, 99, 99), ""));
    cr_expect_null(pst_str_slice((postern_str){NULL, 0}, 0, 1).data);
}
