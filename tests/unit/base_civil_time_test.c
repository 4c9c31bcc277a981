/*
 * Civil time against a calendar that counts days one by one, and against the C
 * library. Windows and expiry hang on it: a day off is a wrong permit.
 */
#define _DEFAULT_SOURCE /* timegm() */

#include "base/civil_time.h"
#include "support/rng.h"

#include <criterion/criterion.h>
#include <time.h>

enum { SEED = 20260317 };

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool is_civil_time(int64_t time_s, const struct pst_civil_time *expected)
{
    struct pst_civil_time civil = pst_civil_time_of(time_s);

    return civil.year == expected->year && civil.month == expected->month &&
           civil.day == expected->day && civil.hour == expected->hour &&
           civil.minute == expected->minute &&
           civil.second == expected->second &&
           civil.weekday == expected->weekday;
}

Test(civil_time, of_known_instants)
{
    static const struct {
        int64_t time_s;
        struct pst_civil_time civil;
    } rows[] = {
        {0, {1970, 1, 1, 0, 0, 0, 4}},
        {-1, {1969, 12, 31, 23, 59, 59, 3}},
        {86399, {1970, 1, 1, 23, 59, 59, 4}},
        {86400, {1970, 1, 2, 0, 0, 0, 5}},
        {951782400, {2000, 2, 29, 0, 0, 0, 2}},
        {951868800, {2000, 3, 1, 0, 0, 0, 3}},
        {1773742830, {2026, 3, 17, 10, 20, 30, 2}},
        {4107542400, {2100, 3, 1, 0, 0, 0, 1}},
        {4107542399, {2100, 2, 28, 23, 59, 59, 0}},
        {PST_CIVIL_MIN_S, {0, 1, 1, 0, 0, 0, 6}},
        {PST_CIVIL_MAX_S, {9999, 12, 31, 23, 59, 59, 5}},
        /* Cut: no overflow, and no year that a window could hold. */
        {PST_CIVIL_MIN_S - 1, {0, 1, 1, 0, 0, 0, 6}},
        {INT64_MIN, {0, 1, 1, 0, 0, 0, 6}},
        {PST_CIVIL_MAX_S + 1, {10000, 1, 1, 0, 0, 0, 6}},
        {INT64_MAX, {10000, 1, 1, 0, 0, 0, 6}},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect(is_civil_time(rows[i].time_s, &rows[i].civil), "%lld",
                  (long long)rows[i].time_s);
    }
}

/* All 3,652,425 days: at midnight, and the second before. */
Test(civil_time, counts_every_day_from_0000_to_9999)
{
    int64_t day_s = PST_CIVIL_MIN_S;
    uint8_t weekday = 6; /* 0000-01-01, a Saturday */

    for (int32_t year = 0; year <= 9999; year++) {
        for (uint8_t month = 1; month <= 12; month++) {
            static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30,
                                              31, 31, 30, 31, 30, 31};
            uint8_t length =
                month == 2 && is_leap(year) ? 29 : lengths[month - 1];

            cr_assert_eq(pst_days_in_month(year, month), length);
            for (uint8_t day = 1; day <= length; day++) {
                struct pst_civil_time first = {year, month, day,    0,
                                               0,    0,     weekday};
                struct pst_civil_time last = {year, month, day,    23,
                                              59,   59,    weekday};

                cr_assert(is_civil_time(day_s, &first) &&
                              is_civil_time(day_s + 86399, &last) &&
                              pst_days_of(year, month, day) * 86400 == day_s,
                          "%d-%d-%d", (int)year, month, day);
                day_s += PST_SECONDS_PER_DAY;
                weekday = (uint8_t)((weekday + 1) % 7);
            }
        }
    }
    cr_assert_eq(day_s, PST_CIVIL_MAX_S + 1);
}

Test(civil_time, is_what_the_c_library_says)
{
    struct rng rng = {SEED};

    for (int i = 0; i < 500000; i++) {
        int64_t time_s = rng_between(&rng, PST_CIVIL_MIN_S, PST_CIVIL_MAX_S);
        struct pst_civil_time expected;
        time_t time = (time_t)time_s;
        struct tm tm;

        gmtime_r(&time, &tm);
        expected = (struct pst_civil_time){
            tm.tm_year + 1900,   (uint8_t)(tm.tm_mon + 1), (uint8_t)tm.tm_mday,
            (uint8_t)tm.tm_hour, (uint8_t)tm.tm_min,       (uint8_t)tm.tm_sec,
            (uint8_t)tm.tm_wday};
        cr_assert(is_civil_time(time_s, &expected), "seed %d: %lld", SEED,
                  (long long)time_s);
        cr_assert_eq((int64_t)timegm(&tm), time_s);
    }
}

Test(civil_time, counts_on_from_a_day_that_a_month_does_not_have)
{
    cr_expect_eq(pst_days_of(2026, 2, 29), pst_days_of(2026, 3, 1));
    cr_expect_eq(pst_days_of(2026, 4, 31), pst_days_of(2026, 5, 1));
    cr_expect_eq(pst_days_of(2026, 12, 32), pst_days_of(2027, 1, 1));
    cr_expect_eq(pst_days_of(2028, 2, 29) + 1, pst_days_of(2028, 3, 1));
}
