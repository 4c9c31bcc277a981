/* Timestamps as text: m2m:timestamp and what it is not. */
#define _DEFAULT_SOURCE /* timegm() */

#include "base/civil_time.h"
#include "base/str.h"
#include "support/exact.h"
#include "support/rng.h"

#include <postern/pdp.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <time.h>

enum { SEED = 20260317 };

Test(time_text, reads_basic_format_in_utc)
{
    static const struct {
        const char *text;
        int64_t time_s;
    } rows[] = {
        {"19700101T000000", 0},
        {"19700101T000001", 1},
        {"19691231T235959", -1},
        {"20000101T000000", 946684800},
        {"20260317T102030", 1773742830},
        {"00000101T000000", PST_CIVIL_MIN_S},
        {"99991231T235959", PST_CIVIL_MAX_S},
        {"20280229T000000", 1835395200},
        {"20000229T000000", 951782400},
        /* A fraction is cut. [CTX-13] */
        {"20260317T102030,0", 1773742830},
        {"20260317T102030,999999", 1773742830},
        /* A leap second counts as the second before it. [CTX-15] */
        {"20161231T235960", 1483228799},
        {"20161231T235959", 1483228799},
        {"20170101T000000", 1483228800},
        {"20161231T235960,5", 1483228799},
        {"20260317T102060", 1773742859}, /* wherever a clock puts it */
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t time_s = 7;
        postern_str text = exact_copy(rows[i].text);

        cr_expect_eq(postern_time_parse(&time_s, text), POSTERN_OK, "%s",
                     rows[i].text);
        exact_free(text);
        cr_expect_eq(time_s, rows[i].time_s, "%s: %lld", rows[i].text,
                     (long long)time_s);
    }
}

Test(time_text, refuses_every_other_text)
{
    static const char *const rows[] = {
        "",
        "2026",
        "20260317",
        "20260317T",
        "20260317T1020",
        "20260317T10203",
        "20260317T1020300",
        "20260317t102030",
        "20260317 102030",
        "2026-03-17T10:20:30",
        "20260317T102030Z",
        "20260317T102030+01",
        "20260317T102030,",
        "20260317T102030.5",
        "20260317T102030,1234567",
        "20260317T102030,12345a",
        "20260317T102030,-1",
        "20260317T102030,5Z",
        " 20260317T102030",
        "20260317T102030 ",
        "2026a317T102030",
        "2026031aT102030",
        "20260317T1a2030",
        "20260317T10a030",
        "20260317T10203a",
        "+2026317T102030",
        "-0010317T102030",
        "120260317T102030",
        /* Dates and times that do not exist. */
        "20260017T102030",
        "20261317T102030",
        "20260300T102030",
        "20260332T102030",
        "20260431T102030",
        "20260229T102030",
        "21000229T102030",
        "20280230T102030",
        "20260317T240000",
        "20260317T106000",
        "20260317T102061",
        /* Relative times have no base here. */
        "3600000",
        "\xD9\xA2\xD9\xA0\xD9\xA2\xD9\xA6\xD9\xA0\xD9\xA3\xD9\xA1",
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t time_s = 7;
        postern_str text = exact_copy(rows[i]);

        cr_expect_eq(postern_time_parse(&time_s, text), POSTERN_ERR_POLICY,
                     "\"%s\"", rows[i]);
        cr_expect_eq(time_s, 0, "\"%s\"", rows[i]);
        exact_free(text);
    }
}

Test(time_text, refuses_a_nul_byte_an_absent_text_and_no_place_for_the_answer)
{
    int64_t time_s;

    cr_expect_eq(postern_time_parse(&time_s, PST_STR("20260317T102030\0")),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(postern_time_parse(&time_s, (postern_str){NULL, 0}),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(postern_time_parse(NULL, PST_STR("20260317T102030")),
                 POSTERN_ERR_ARGUMENT);
}

Test(time_text, is_what_timegm_makes_of_the_same_fields)
{
    struct rng rng = {SEED};

    for (int i = 0; i < 200000; i++) {
        int64_t expected = rng_between(&rng, PST_CIVIL_MIN_S, PST_CIVIL_MAX_S);
        time_t time = (time_t)expected;
        struct tm tm;
        char text[64];
        int64_t actual;

        gmtime_r(&time, &tm);
        snprintf(text, sizeof text, "%04d%02d%02dT%02d%02d%02d",
                 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
                 tm.tm_min, tm.tm_sec);
        cr_assert_eq(postern_time_parse(&actual, postern_str_of(text)),
                     POSTERN_OK, "seed %d: %s", SEED, text);
        cr_assert_eq(actual, (int64_t)timegm(&tm), "seed %d: %s", SEED, text);
        cr_assert_eq(actual, expected, "seed %d: %s", SEED, text);
    }
}

/* Every text of digits in the right places is a date or is refused, as timegm()
 * keeps its fields or carries them. */
Test(time_text, accepts_the_dates_that_exist_and_no_others)
{
    struct rng rng = {SEED};

    for (int i = 0; i < 200000; i++) {
        struct tm tm = {.tm_year = (int)rng_below(&rng, 10000) - 1900,
                        .tm_mon = (int)rng_below(&rng, 14) - 1,
                        .tm_mday = (int)rng_below(&rng, 33),
                        .tm_hour = (int)rng_below(&rng, 25),
                        .tm_min = (int)rng_below(&rng, 61),
                        .tm_sec = (int)rng_below(&rng, 60)};
        struct tm carried = tm;
        char text[64];
        int64_t time_s;
        bool exists;

        snprintf(text, sizeof text, "%04d%02d%02dT%02d%02d%02d",
                 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
                 tm.tm_min, tm.tm_sec);
        (void)timegm(&carried);
        exists = carried.tm_mon == tm.tm_mon && carried.tm_mday == tm.tm_mday &&
                 carried.tm_hour == tm.tm_hour && carried.tm_min == tm.tm_min;
        cr_assert_eq(postern_time_parse(&time_s, postern_str_of(text)) ==
                         POSTERN_OK,
                     exists, "seed %d: %s", SEED, text);
    }
}
