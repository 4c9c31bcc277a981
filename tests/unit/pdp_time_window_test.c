/*
 * Time windows. What is clever (bit sets, jumps to the next change) is compared
 * with what is not: tables of bool filled by counting, and a clock that ticks.
 */
#define _POSIX_C_SOURCE 200809L

#include "base/str.h"
#include "pdp/time_window.h"
#include "support/exact.h"
#include "support/rng.h"

#include <postern/pdp.h>

#include <criterion/criterion.h>
#include <regex.h>
#include <stdio.h>
#include <time.h>

enum { SEED = 20260317, TEXT_SIZE = 512 };

static int64_t at(const char *text)
{
    int64_t time_s;

    cr_assert_eq(postern_time_parse(&time_s, postern_str_of(text)), POSTERN_OK,
                 "%s", text);
    return time_s;
}

static bool is_open(const char *window, int64_t time_s)
{
    postern_diag diag = {0};
    bool open;

    cr_assert_eq(postern_time_window_is_open(postern_str_of(window), time_s,
                                             &open, &diag),
                 POSTERN_OK, "%s: %s", window, diag.message);
    return open;
}

static int64_t next_change(const char *window, int64_t time_s)
{
    int64_t next_s;

    cr_assert_eq(postern_time_window_next_change(postern_str_of(window), time_s,
                                                 &next_s, NULL),
                 POSTERN_OK, "%s", window);
    return next_s;
}

/* --- the twin of the reader ---------------------------------------------- */

enum { FIELDS = 7, VALUES = 10000 };

static const uint32_t first_of[FIELDS] = {0, 0, 0, 1, 1, 0, 2000};
static const uint32_t last_of[FIELDS] = {59, 59, 23, 31, 12, 6, 9999};

struct twin {
    bool holds[FIELDS][VALUES];
};

static regex_t shape;

/* The grammar of TS-0004 7.4.9.1 as one regular expression. */
#define NUMBER "(0|[1-9][0-9]*)"
#define ELEMENT                                                                \
    "(" NUMBER "|" NUMBER "-" NUMBER "(/" NUMBER ")?|[*]/" NUMBER ")"
#define FIELD "([*]|" ELEMENT "(," ELEMENT ")*)"
#define WINDOW "^" FIELD "( +" FIELD "){6}$"

static void compile_shape(void)
{
    cr_assert_eq(regcomp(&shape, WINDOW, REG_EXTENDED | REG_NOSUB), 0);
}

static void free_shape(void)
{
    regfree(&shape);
}

static uint64_t twin_number(const char **text)
{
    uint64_t number = 0;

    while (**text >= '0' && **text <= '9') {
        number =
            number < 1000000 ? number * 10 + (uint64_t)(**text - '0') : number;
        ++*text;
    }
    return number;
}

static bool twin_element(struct twin *twin, int field, const char **text)
{
    uint64_t first = first_of[field];
    uint64_t last = last_of[field];
    uint64_t step = 1;

    if (**text == '*') {
        ++*text;
    } else {
        first = twin_number(text);
        last = first;
        if (**text == '-') {
            ++*text;
            last = twin_number(text);
        }
    }
    if (**text == '/') {
        ++*text;
        step = twin_number(text);
    }
    if (first < first_of[field] || last > last_of[field] || first > last ||
        step == 0) {
        return false;
    }
    for (uint64_t value = first; value <= last; value += step) {
        twin->holds[field][value] = true;
    }
    return true;
}

static bool twin_read(struct twin *twin, const char *text)
{
    memset(twin, 0, sizeof *twin);
    if (regexec(&shape, text, 0, NULL, 0) != 0) {
        return false;
    }
    for (int field = 0; field < FIELDS; field++) {
        do {
            text += *text == ',';
            if (!twin_element(twin, field, &text)) {
                return false;
            }
        } while (*text == ',');
        while (*text == ' ') {
            text++;
        }
    }
    return true;
}

static bool twin_contains(const struct twin *twin, const struct tm *tm)
{
    int year = tm->tm_year + 1900;

    return year >= 2000 && year <= 9999 && twin->holds[0][tm->tm_sec] &&
           twin->holds[1][tm->tm_min] && twin->holds[2][tm->tm_hour] &&
           twin->holds[3][tm->tm_mday] && twin->holds[4][tm->tm_mon + 1] &&
           twin->holds[5][tm->tm_wday] && twin->holds[6][year];
}

static bool twin_contains_at(const struct twin *twin, int64_t time_s)
{
    time_t time = (time_t)time_s;
    struct tm tm;

    gmtime_r(&time, &tm);
    return twin_contains(twin, &tm);
}

/* --- the twin of the clock ------------------------------------------------ */

static void tick_day(struct tm *tm)
{
    int year = tm->tm_year + 1900;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    int lengths[] = {31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    tm->tm_wday = (tm->tm_wday + 1) % 7;
    tm->tm_mday++;
    if (tm->tm_mday > lengths[tm->tm_mon]) {
        tm->tm_mday = 1;
        tm->tm_mon++;
    }
    if (tm->tm_mon == 12) {
        tm->tm_mon = 0;
        tm->tm_year++;
    }
}

static void tick_minute(struct tm *tm)
{
    tm->tm_min++;
    if (tm->tm_min == 60) {
        tm->tm_min = 0;
        tm->tm_hour++;
    }
    if (tm->tm_hour == 24) {
        tm->tm_hour = 0;
        tick_day(tm);
    }
}

static void tick_second(struct tm *tm)
{
    tm->tm_sec++;
    if (tm->tm_sec == 60) {
        tm->tm_sec = 0;
        tick_minute(tm);
    }
}

struct clock {
    void (*tick)(struct tm *tm);
    int64_t step_s;
    int64_t horizon; /* in ticks */
};

/* First tick after time_s at which the twin flips. INT64_MAX: not within the
 * horizon, or not before the calendar ends. */
static int64_t scan(const struct clock *clock, const struct twin *twin,
                    int64_t time_s)
{
    time_t time = (time_t)time_s;
    struct tm tm;
    bool open;

    gmtime_r(&time, &tm);
    open = twin_contains(twin, &tm);
    for (int64_t i = 0; i < clock->horizon; i++) {
        clock->tick(&tm);
        time_s += clock->step_s;
        if (tm.tm_year + 1900 > 9999) {
            return INT64_MAX;
        }
        if (twin_contains(twin, &tm) != open) {
            return time_s;
        }
    }
    return INT64_MAX;
}

/* --- random windows ------------------------------------------------------- */

struct writer {
    char text[TEXT_SIZE];
    size_t len;
};

static void put_number(struct writer *out, uint32_t number)
{
    out->len += (size_t)snprintf(out->text + out->len, TEXT_SIZE - out->len,
                                 "%u", (unsigned)number);
}

static void put_char(struct writer *out, char c)
{
    out->text[out->len++] = c;
    out->text[out->len] = '\0';
}

/* Years are drawn from a century, or windows would hardly ever be open. */
static void put_element(struct writer *out, struct rng *rng, int field)
{
    uint32_t last = field == 6 ? 2099 : last_of[field];
    uint32_t span = last - first_of[field] + 1;
    uint32_t a = first_of[field] + rng_below(rng, span);
    uint32_t b = a + rng_below(rng, last - a + 1);
    uint32_t form = rng_below(rng, 4);

    if (form == 0) {
        put_number(out, a);
        return;
    }
    if (form == 1) {
        put_char(out, '*');
    } else {
        put_number(out, a);
        put_char(out, '-');
        put_number(out, b);
    }
    if (form != 2) {
        put_char(out, '/');
        put_number(out, 1 + rng_below(rng, rng_below(rng, 2) ? 4 : span + 5));
    }
}

static void put_field(struct writer *out, struct rng *rng, int field)
{
    uint32_t more = rng_below(rng, 4);

    if (rng_below(rng, 3) == 0) {
        put_char(out, '*');
        return;
    }
    put_element(out, rng, field);
    while (more-- > 0) {
        put_char(out, ',');
        put_element(out, rng, field);
    }
}

/* The first `stars` fields are "*". */
static void put_window(struct writer *out, struct rng *rng, int stars)
{
    out->len = 0;
    for (int field = 0; field < FIELDS; field++) {
        if (field > 0) {
            put_char(out, ' ');
        }
        if (field < stars) {
            put_char(out, '*');
        } else {
            put_field(out, rng, field);
        }
    }
}

static int64_t random_time(struct rng *rng)
{
    switch (rng_below(rng, 8)) {
    case 0:
        return rng_between(rng, at("19991230T000000"), at("20000102T000000"));
    case 1:
        return rng_between(rng, at("99991201T000000"), at("99991231T235959"));
    default:
        return rng_between(rng, at("20000101T000000"), at("21001231T235959"));
    }
}

/* Mostly just before or in a window: where changes are. */
static int64_t random_time_near(struct rng *rng, const char *window)
{
    int64_t time_s = random_time(rng);
    int64_t next_s = next_change(window, time_s);

    if (next_s != INT64_MAX && rng_below(rng, 4) != 0) {
        return next_s - 1 + rng_below(rng, 3);
    }
    return time_s;
}

/* --- what a window holds -------------------------------------------------- */

static const struct {
    const char *window;
    const char *time;
    bool open;
} examples[] = {
    {"* * * * * * *", "20000101T000000", true},
    {"* * * * * * *", "99991231T235959", true},
    {"* * * * * * *", "19991231T235959", false},
    /* TS-0004 7.4.9.1, and the corners of each. [CTX-10] */
    {"* 0-5 2,6,10 * * * *", "20260317T020000", true},
    {"* 0-5 2,6,10 * * * *", "20260317T060559", true},
    {"* 0-5 2,6,10 * * * *", "20260317T060600", false},
    {"* 0-5 2,6,10 * * * *", "20260317T030000", false},
    {"* * 8-20 * * * *", "20260317T205959", true},
    {"* * 8-20 * * * *", "20260317T210000", false},
    {"* * 8-20 * * * *", "20260317T080000", true},
    {"* * 8-20 * * * *", "20260317T075959", false},
    {"* * 0-23/2 * * * *", "20260317T040000", true},
    {"* * 0-23/2 * * * *", "20260317T050000", false},
    {"* * 0-23/2 * * * *", "20260317T230000", false},
    {"* * * * * */2 *", "20260319T120000", true},  /* Thursday, 4 */
    {"* * * * * */2 *", "20260320T120000", false}, /* Friday, 5 */
    /* A step counts from the lower end of its range. [CTX-11] */
    {"* * 1-23/2 * * * *", "20260317T030000", true},
    {"* * 1-23/2 * * * *", "20260317T040000", false},
    {"* * * */2 * * *", "20260303T000000", true},
    {"* * * */2 * * *", "20260302T000000", false},
    {"* * * * */3 * *", "20260415T000000", true},
    {"* * * * */3 * *", "20260315T000000", false},
    {"* * * * * * */4", "20280101T000000", true},
    {"* * * * * * */4", "20260101T000000", false},
    {"* * 9-17/100 * * * *", "20260317T095959", true},
    {"* * 9-17/100 * * * *", "20260317T100000", false},
    /* Seconds, granular to one. [CTX-13] */
    {"0-29 * * * * * *", "20260317T102029", true},
    {"0-29 * * * * * *", "20260317T102030", false},
    /* Day of month and day of week, both. [CTX-12] */
    {"* * * 13 * 5 *", "20260213T000000", true},
    {"* * * 13 * 5 *", "20260213T235959", true},
    {"* * * 13 * 5 *", "20260413T120000", false}, /* Monday 13th */
    {"* * * 13 * 5 *", "20260220T120000", false}, /* Friday 20th */
    {"* * * 15 * 1 *", "20260315T120000", false},
    /* Sunday is 0. */
    {"* * * * * 0 *", "20260315T000000", true},
    {"* * * * * 0 *", "20260316T000000", false},
    /* Ends of months. */
    {"* * * 31 * * *", "20260331T235959", true},
    {"* * * 31 * * *", "20260430T235959", false},
    {"* * * 29 2 * *", "20280229T120000", true},
    {"* * * 29 2 * *", "20280301T000000", false},
    /* Years, also with the last bit of the set. */
    {"* * * * * * 2025,2026", "20260317T102030", true},
    {"* * * * * * 2025,2026", "20270101T000000", false},
    {"* * * * * * 9999", "99990101T000000", true},
    {"* * * * * * 9999", "99981231T235959", false},
    {"* * * * * * 2000-2063", "20631231T235959", true},
    {"* * * * * * 2000-2063", "20640101T000000", false},
};

/* [CTX-16] */
Test(time_window, holds_what_the_examples_of_the_standard_say)
{
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        cr_expect_eq(is_open(examples[i].window, at(examples[i].time)),
                     examples[i].open, "%s at %s", examples[i].window,
                     examples[i].time);
    }
}

/* [CTX-12] */
Test(time_window, on_the_13th_and_a_friday_holds_fridays_the_13th_only)
{
    int64_t day_s = PST_SECONDS_PER_DAY;
    size_t held = 0;

    for (int64_t t = at("20200101T120000"); t < at("20400101T000000");
         t += day_s) {
        struct pst_civil_time time = pst_civil_time_of(t);
        bool friday_13 = time.day == 13 && time.weekday == 5;

        cr_assert_eq(is_open("* * * 13 * 5 *", t), friday_13, "%d-%d-%d",
                     (int)time.year, time.month, time.day);
        held += friday_13;
    }
    cr_assert_geq(held, 30);
}

Test(time_window, holds_no_time_outside_the_years_2000_to_9999)
{
    static const int64_t times_s[] = {
        INT64_MIN, PST_CIVIL_MIN_S, -1, 0, PST_CIVIL_MAX_S + 1, INT64_MAX,
    };

    for (size_t i = 0; i < sizeof times_s / sizeof times_s[0]; i++) {
        cr_expect_not(is_open("* * * * * * *", times_s[i]), "%lld",
                      (long long)times_s[i]);
    }
    cr_expect(is_open("* * * * * * *", PST_CIVIL_MAX_S));
}

Test(time_window, is_the_same_as_a_table_filled_by_counting,
     .init = compile_shape, .fini = free_shape)
{
    struct rng rng = {SEED};
    static struct twin twin;
    struct writer window;

    for (int i = 0; i < 1000; i++) {
        put_window(&window, &rng, 0);
        cr_assert(twin_read(&twin, window.text), "%s", window.text);
        for (int k = 0; k < 100; k++) {
            int64_t t = random_time_near(&rng, window.text);

            cr_assert_eq(is_open(window.text, t), twin_contains_at(&twin, t),
                         "seed %d: %s at %lld", SEED, window.text,
                         (long long)t);
        }
    }
}

/* --- what is no window ---------------------------------------------------- */

Test(time_window, takes_each_field_from_its_first_to_its_last_number)
{
    char text[TEXT_SIZE];
    bool open;

    for (int field = 0; field < FIELDS; field++) {
        struct {
            int64_t value;
            postern_status status;
        } rows[] = {
            {(int64_t)first_of[field] - 1, POSTERN_ERR_POLICY},
            {first_of[field], POSTERN_OK},
            {last_of[field], POSTERN_OK},
            {(int64_t)last_of[field] + 1, POSTERN_ERR_POLICY},
        };

        for (size_t i = 0; i < 4; i++) {
            size_t len = 0;

            for (int k = 0; k < FIELDS; k++) {
                len += (size_t)snprintf(text + len, sizeof text - len, "%s",
                                        k ? " " : "");
                len +=
                    k == field
                        ? (size_t)snprintf(text + len, sizeof text - len,
                                           "%lld", (long long)rows[i].value)
                        : (size_t)snprintf(text + len, sizeof text - len, "*");
            }
            cr_expect_eq(postern_time_window_is_open(postern_str_of(text), 0,
                                                     &open, NULL),
                         rows[i].status, "%s", text);
        }
    }
}

static const struct {
    const char *window;
    const char *says;
} no_windows[] = {
    {"", "found 0"},
    {"*", "found 1"},
    {"* * * * * *", "the year is missing"},
    {"* * * * *", "found 5"},
    {"* * * * * * * *", "found 8"},
    {"every tuesday", "found 2"},
    {" * * * * * * *", "no space before"},
    {"* * * * * * * ", "no space before"},
    {" ", "no space before"},
    {"*\t*\t*\t*\t*\t*\t*", "found 1"},
    {"* *\t* * * * * *", "minute field"},
    {"* * * * * MON *", "day of week field"},
    {"* * * * JAN * *", "month field"},
    {"* * * ? * * *", "day of month field"},
    {"* * * L * * *", "day of month field"},
    {"* * * 15W * * *", "day of month field"},
    {"* * * * * 5#2 *", "day of week field"},
    {"* * * * * 7 *", "expected 0 to 6, where 0 is Sunday"},
    {"60 * * * * * *", "expected 0 to 59"},
    {"* 0-60 * * * * *", "expected 0 to 59"},
    {"* * 24 * * * *", "expected 0 to 23"},
    {"* * * 0 * * *", "expected 1 to 31"},
    {"* * * * 13 * *", "expected 1 to 12"},
    {"* * * * * * 1999", "expected 2000 to 9999"},
    {"* * * * * * 10000", "expected 2000 to 9999"},
    {"* * * * * * 26", "expected 2000 to 9999"},
    {"4294967296 * * * * * *", "expected 0 to 59"},
    {"18446744073709551616 * * * * * *", "expected 0 to 59"},
    {"* * 22-4 * * * *", "backwards"},
    {"* * 9-17/0 * * * *", "step of 0"},
    {"* * */0 * * * *", "step of 0"},
    {"* * 9/2 * * * *", "step after a number"},
    {"* * 9,10/2 * * * *", "step after a number"},
    {"* * *,9 * * * *", "\"*\" in a list"},
    {"* * 9,* * * * *", "\"*\" in a list"},
    {"* * *-9 * * * *", "\"*\" in a list"},
    {"* * ** * * * *", "\"*\" in a list"},
    {"* * 9-* * * * *", "malformed"},
    {"* * 05 * * * *", "leading zero"},
    {"* * 00 * * * *", "leading zero"},
    {"* * */02 * * * *", "leading zero"},
    {"* * 1-05 * * * *", "leading zero"},
    {"* * +5 * * * *", "malformed"},
    {"* * -5 * * * *", "malformed"},
    {"* * 5- * * * *", "malformed"},
    {"* * 5-9- * * * *", "malformed"},
    {"* * 5-9-11 * * * *", "malformed"},
    {"* * 5-9/2/2 * * * *", "malformed"},
    {"* * 5-9/ * * * *", "malformed"},
    {"* * */ * * * *", "malformed"},
    {"* * / * * * *", "malformed"},
    {"* * , * * * *", "malformed"},
    {"* * 5, * * * *", "malformed"},
    {"* * ,5 * * * *", "malformed"},
    {"* * 5,,6 * * * *", "malformed"},
    {"* * 5.0 * * * *", "malformed"},
    {"* * 0x5 * * * *", "malformed"},
    {"* * 5\n * * * *", "malformed"},
    {"* * * * * * *\n", "year field"},
    {"* * \xC2\xB2 * * * *", "hour field"},
    {"* * * * * * 2026Z", "year field"},
};

/* [CTX-11] [CTX-14] [CTX-15] */
Test(time_window, refuses_what_the_grammar_does_not_have_and_says_where)
{
    for (size_t i = 0; i < sizeof no_windows / sizeof no_windows[0]; i++) {
        postern_diag diag;
        bool open = true;
        int64_t next_s = 0;
        postern_str text = exact_copy(no_windows[i].window);
        postern_status status = postern_time_window_is_open(
            text, at("20260317T102030"), &open, &diag);

        cr_expect_eq(status, POSTERN_ERR_POLICY, "\"%s\"",
                     no_windows[i].window);
        cr_expect_not(open, "\"%s\"", no_windows[i].window);
        cr_expect_eq(diag.status, POSTERN_ERR_POLICY);
        cr_expect(strstr(diag.message, no_windows[i].says), "\"%s\": %s",
                  no_windows[i].window, diag.message);
        cr_expect_str_eq(diag.clause, "TS-0004 7.4.9.1");
        cr_expect_eq(postern_time_window_next_change(text, 0, &next_s, NULL),
                     POSTERN_ERR_POLICY);
        cr_expect_eq(next_s, INT64_MAX);
        exact_free(text);
    }
}

Test(time_window, refuses_a_nul_byte_and_an_absent_text)
{
    bool open;

    cr_expect_eq(
        postern_time_window_is_open(PST_STR("* * * * * * *\0"), 0, &open, NULL),
        POSTERN_ERR_POLICY);
    cr_expect_eq(
        postern_time_window_is_open((postern_str){NULL, 0}, 0, &open, NULL),
        POSTERN_ERR_POLICY);
}

Test(time_window, takes_several_spaces_between_fields)
{
    cr_expect(is_open("*  * 8-17   * * 1-5 *", at("20260317T102030")));
    cr_expect_not(is_open("*  * 8-17   * * 1-5 *", at("20260317T182030")));
}

Test(time_window, that_was_refused_holds_nothing)
{
    struct pst_civil_time time = pst_civil_time_of(at("20260317T102030"));
    struct pst_time_window window;
    static struct pst_year_set years;

    cr_assert_eq(pst_time_window_parse(&window, &years,
                                       PST_STR("* * * * * * 2026,"), NULL),
                 POSTERN_ERR_POLICY);
    cr_expect_not(pst_time_window_contains(&window, &years, &time));
    cr_assert_eq(pst_time_window_parse(&window, &years,
                                       PST_STR("* * * * * * 2026"), NULL),
                 POSTERN_OK);
    cr_expect(pst_time_window_contains(&window, &years, &time));
}

Test(time_window, is_refused_or_read_as_a_regular_expression_says,
     .init = compile_shape, .fini = free_shape)
{
    static const char alphabet[] = "0123456789*-/,  ?7a\t";
    struct rng rng = {SEED};
    static struct twin twin;
    struct writer window;
    size_t accepted = 0;

    for (int i = 0; i < 20000; i++) {
        uint32_t mutations = 1 + rng_below(&rng, 3);
        postern_str text;
        bool open;
        bool expected;

        put_window(&window, &rng, (int)rng_below(&rng, FIELDS));
        while (mutations-- > 0) {
            window.text[rng_below(&rng, (uint32_t)window.len)] =
                alphabet[rng_below(&rng, sizeof alphabet - 1)];
        }
        expected = twin_read(&twin, window.text);
        accepted += expected;
        text = exact_copy(window.text);
        cr_assert_eq(postern_time_window_is_open(text, 0, &open, NULL) ==
                         POSTERN_OK,
                     expected, "seed %d: \"%s\"", SEED, window.text);
        exact_free(text);
    }
    cr_assert_geq(accepted, 1000, "too few are valid: %zu", accepted);
    cr_assert_leq(accepted, 19000, "too few are not: %zu", accepted);
}

Test(time_window, calls_without_a_place_for_the_answer_are_refused)
{
    postern_diag diag;

    cr_expect_eq(
        postern_time_window_is_open(PST_STR("* * * * * * *"), 0, NULL, &diag),
        POSTERN_ERR_ARGUMENT);
    cr_expect_eq(diag.status, POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_time_window_next_change(PST_STR("* * * * * * *"), 0,
                                                 NULL, NULL),
                 POSTERN_ERR_ARGUMENT);
}

Test(time_window, a_diagnostic_of_an_earlier_call_is_overwritten)
{
    postern_diag diag;
    bool open;

    cr_assert_neq(postern_time_window_is_open(PST_STR("*"), 0, &open, &diag),
                  POSTERN_OK);
    cr_assert_eq(
        postern_time_window_is_open(PST_STR("* * * * * * *"), 0, &open, &diag),
        POSTERN_OK);
    cr_expect_eq(diag.status, POSTERN_OK);
    cr_expect_str_eq(diag.message, "");
}

/* --- the next change [CTX-17] --------------------------------------------- */

static const struct {
    const char *window;
    const char *from;
    const char *next; /* NULL: never */
} changes[] = {
    {"* * 8-17 * * 1-5 *", "20300107T120000", "20300107T180000"},
    {"* * 8-17 * * 1-5 *", "20300107T180000", "20300108T080000"},
    {"* * 8-17 * * 1-5 *", "20300111T180000", "20300114T080000"},
    {"* * * * * * *", "20260317T000000", NULL},
    {"* * * * * * *", "19700101T000000", "20000101T000000"},
    {"* * * * * * *", "00000101T000000", "20000101T000000"},
    {"* * * * * * *", "99991231T235958", NULL},
    {"* * * * * * *", "99991231T235959", NULL},
    {"0-58 * * * * * *", "99991231T235958", "99991231T235959"},
    {"0-58 * * * * * *", "99991231T235959", NULL},
    {"59 59 23 31 12 * 9999", "20260317T000000", "99991231T235959"},
    {"59 59 23 31 12 * 9999", "99991231T235958", "99991231T235959"},
    {"59 59 23 31 12 * 9999", "99991231T235959", NULL},
    {"0 0 0 1 1 * 2000", "19991231T235959", "20000101T000000"},
    {"0 0 0 1 1 * 2000", "20000101T000000", "20000101T000001"},
    {"0 0 0 1 1 * 2000", "20000101T000001", NULL},
    /* Open over midnight, into a day that is held and one that is not. */
    {"* * 0-5,22-23 * * * *", "20260317T230000", "20260318T060000"},
    {"* * 0-5,22-23 * * 2 *", "20260317T230000", "20260318T000000"},
    {"* * 1-23 * * * *", "20260317T230000", "20260318T000000"},
    {"0-58 * * * * * *", "20260317T102030", "20260317T102059"},
    {"* 1-59 * * * * *", "20260317T102030", "20260317T110000"},
    {"1-59 * * * * * *", "20260317T235959", "20260318T000000"},
    /* Over the ends of months and years. */
    {"* * * 31 * * *", "20260401T000000", "20260531T000000"},
    {"* * * 30 * * *", "20260131T000000", "20260330T000000"},
    {"* * * * 1-11 * *", "20260317T000000", "20261201T000000"},
    {"* * * * 12 * *", "20261231T235959", "20270101T000000"},
    {"* * * * * * 2025,2027", "20250101T000000", "20260101T000000"},
    {"* * * * * * 2025,2027", "20260101T000000", "20270101T000000"},
    {"* * * * * * 2025,2027", "20271231T235959", "20280101T000000"},
    {"* * * * * * 2025,2027", "20280101T000000", NULL},
    {"* * * * * * 2026-9999", "20260101T000000", NULL},
    {"* * * * * * 2026-9998", "20260101T000000", "99990101T000000"},
    {"* * * * * * 2000,9999", "20010101T000000", "99990101T000000"},
    /* Leap days, across the years that have none. */
    {"* * * 29 2 * *", "20960301T000000", "21040229T000000"},
    {"* * * 29 2 0 *", "20260101T000000", "20320229T000000"},
    {"* * * 29 2 1 *", "20720301T000000", "21120229T000000"},
    {"* * * 29 2 * 2026-2027", "20260101T000000", NULL},
    {"* * * 29 2 * 2100,2200,2300", "20260101T000000", NULL},
    {"* * * 29 2 * 2100,2200,2300,2400", "20260101T000000", "24000229T000000"},
    /* Dates that do not exist. */
    {"* * * 31 2 * *", "20260101T000000", NULL},
    {"* * * 30 2 * *", "20260101T000000", NULL},
    {"* * * 31 2,4,6,9,11 * *", "20260101T000000", NULL},
    /* Fridays the 13th. */
    {"* * * 13 * 5 *", "20260101T000000", "20260213T000000"},
    {"* * * 13 * 5 *", "20260213T000000", "20260214T000000"},
    {"* * * 13 * 5 *", "20260313T235959", "20260314T000000"},
    {"* * * 13 * 5 *", "20260314T000000", "20261113T000000"},
};

Test(next_change, of_windows_worked_out_by_hand)
{
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        int64_t expected = changes[i].next ? at(changes[i].next) : INT64_MAX;

        cr_expect_eq(next_change(changes[i].window, at(changes[i].from)),
                     expected, "%s from %s", changes[i].window,
                     changes[i].from);
    }
}

Test(next_change, of_times_outside_the_calendar)
{
    cr_expect_eq(next_change("* * * * * * *", INT64_MIN),
                 at("20000101T000000"));
    cr_expect_eq(next_change("* * * * * * 2026", INT64_MIN),
                 at("20260101T000000"));
    cr_expect_eq(next_change("* * * * * * *", INT64_MAX), INT64_MAX);
    cr_expect_eq(next_change("* * * * * * *", PST_CIVIL_MAX_S + 1), INT64_MAX);
}

/* Scans from near the changes and from anywhere. */
static void compare_with_scan(const struct clock *clock, int stars, int count)
{
    struct rng rng = {SEED + (uint64_t)stars};
    static struct twin twin;
    struct writer window;

    for (int i = 0; i < count; i++) {
        int64_t t;
        int64_t expected;
        int64_t actual;

        put_window(&window, &rng, stars);
        cr_assert(twin_read(&twin, window.text), "%s", window.text);
        t = random_time_near(&rng, window.text);
        t -= t % clock->step_s + (t % clock->step_s < 0 ? clock->step_s : 0);
        expected = scan(clock, &twin, t);
        actual = next_change(window.text, t);
        if (expected == INT64_MAX) {
            cr_assert_gt(actual, t + (clock->horizon - 1) * clock->step_s,
                         "seed %d: %s from %lld", SEED, window.text,
                         (long long)t);
        } else {
            cr_assert_eq(actual, expected, "seed %d: %s from %lld", SEED,
                         window.text, (long long)t);
        }
    }
}

Test(next_change, is_what_a_scan_by_seconds_finds, .init = compile_shape,
     .fini = free_shape)
{
    struct clock clock = {tick_second, 1, 2 * 86400};

    compare_with_scan(&clock, 0, 1500);
}

Test(next_change, is_what_a_scan_by_minutes_finds, .init = compile_shape,
     .fini = free_shape)
{
    struct clock clock = {tick_minute, 60, 400 * 1440};

    compare_with_scan(&clock, 1, 1000);
}

/* Up to the end of the calendar: "never" is compared, too. */
Test(next_change, is_what_a_scan_by_days_finds, .init = compile_shape,
     .fini = free_shape)
{
    struct clock clock = {tick_day, 86400, 8001 * 366};

    compare_with_scan(&clock, 3, 200);
}

Test(next_change, of_leap_days_by_weekday_is_what_a_scan_by_days_finds,
     .init = compile_shape, .fini = free_shape)
{
    struct clock clock = {tick_day, 86400, 8001 * 366};
    static struct twin twin;
    char window[TEXT_SIZE];

    for (int weekday = 0; weekday < 7; weekday++) {
        int64_t t = at("20000101T000000");

        snprintf(window, sizeof window, "* * * 29 2 %d *", weekday);
        cr_assert(twin_read(&twin, window));
        while (t < at("24500101T000000")) {
            int64_t next = next_change(window, t);

            cr_assert_eq(next, scan(&clock, &twin, t), "%s from %lld", window,
                         (long long)t);
            t = next;
        }
    }
}

Test(next_change, leaves_the_window_as_it_was_until_then, .init = compile_shape,
     .fini = free_shape)
{
    struct rng rng = {SEED};
    static struct twin twin;
    struct writer window;

    for (int i = 0; i < 5000; i++) {
        int64_t t;
        int64_t end;
        bool open;

        put_window(&window, &rng, (int)rng_below(&rng, FIELDS));
        cr_assert(twin_read(&twin, window.text));
        t = random_time_near(&rng, window.text);
        open = twin_contains_at(&twin, t);
        end = next_change(window.text, t);
        if (end == INT64_MAX) {
            end = PST_CIVIL_MAX_S + 1;
        } else {
            cr_assert_neq(twin_contains_at(&twin, end), open,
                          "seed %d: %s from %lld", SEED, window.text,
                          (long long)t);
        }
        for (int k = 0; k < 50 && t < end; k++) {
            int64_t between = rng_between(&rng, t, end - 1);

            cr_assert_eq(twin_contains_at(&twin, between), open,
                         "seed %d: %s from %lld, at %lld", SEED, window.text,
                         (long long)t, (long long)between);
        }
    }
}

/* A search by days would take hours here, and the test would time out. */
Test(next_change, of_windows_that_never_open_is_found_at_once)
{
    static const char *const windows[] = {
        "0 0 0 31 2 * *",
        "0 0 0 30 2 3 2000-9999",
        "0 0 0 29 2 * 2001-9999/4",
        "0 0 0 31 4,6,9,11 * */2",
    };

    for (int i = 0; i < 20000; i++) {
        cr_assert_eq(next_change(windows[i % 4], at("20260317T102030")),
                     INT64_MAX);
    }
}

Test(time_window, a_long_list_of_long_ranges_is_read_at_once)
{
    static char text[65535];
    size_t len = (size_t)snprintf(text, sizeof text, "* * * * * * *");
    bool open;

    text[len++] = '/';
    text[len++] = '1';
    while (len + 4 < sizeof text) {
        memcpy(text + len, ",*/2", 4);
        len += 4;
    }
    for (int i = 0; i < 20; i++) {
        cr_assert_eq(postern_time_window_is_open((postern_str){text, len},
                                                 at("20260317T102030"), &open,
                                                 NULL),
                     POSTERN_OK);
        cr_assert(open);
    }
}
