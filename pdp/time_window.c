/*
 * Time windows on civil time: whether one is open, and when that changes.
 *
 * The next change is found by jumping over whole hours, minutes, months and
 * years that cannot hold it. A window is the product of dates and times of day,
 * and neither is empty.
 */
#include "pdp/time_window.h"

#define NEVER INT64_MAX

enum {
    MONTHS = 12,
    NO_BIT = 64,
    YEAR_BITS = 64,
    WEEK = 7,
    SECONDS_PER_HOUR = 3600,
    SECONDS_PER_MINUTE = 60
};

static const int64_t FIRST_S = 946684800; /* 2000-01-01T00:00:00 */

/* What a field that leaves nothing out looks like. */
static const uint64_t ALL_60 = (UINT64_C(1) << 60) - 1;
static const uint32_t ALL_DAYS = UINT32_MAX - 1;
static const uint32_t ALL_MONTHS = (1u << 13) - 2;
static const uint32_t ALL_WEEKDAYS = (1u << 7) - 1;
static const uint32_t ALL_KINDS = (1u << 14) - 1; /* see kind_of_year() */

/* One bit per week: multiplied with the weekdays it repeats them for 6 weeks,
 * which is as far as a month that starts on a Saturday reaches. */
static const uint64_t SIX_WEEKS = UINT64_C(0x810204081);

static bool has_bit(uint64_t set, uint32_t bit)
{
    return (set >> bit & 1) != 0;
}

/* Lowest bit of the set from `from` on, or NO_BIT. */
static uint32_t next_bit(uint64_t set, uint32_t from)
{
    while (from < NO_BIT && !has_bit(set, from)) {
        from++;
    }
    return from;
}

static bool holds_year(const struct pst_time_window *window,
                       const struct pst_year_set *years, int32_t year)
{
    uint32_t bit;

    if (year < PST_FIRST_YEAR || year > PST_LAST_YEAR) {
        return false;
    }
    if (window->any_year) {
        return true;
    }
    bit = (uint32_t)(year - PST_FIRST_YEAR);
    return has_bit(years->bits[bit / YEAR_BITS], bit % YEAR_BITS);
}

/* Day of month AND day of week, where POSIX cron has OR. [CTX-12] */
static bool holds_date(const struct pst_time_window *window,
                       const struct pst_year_set *years,
                       const struct pst_civil_time *time)
{
    return has_bit(window->days, time->day) &&
           has_bit(window->months, time->month) &&
           has_bit(window->weekdays, time->weekday) &&
           holds_year(window, years, time->year);
}

bool pst_time_window_contains(const struct pst_time_window *window,
                              const struct pst_year_set *years,
                              const struct pst_civil_time *time)
{
    return has_bit(window->hours, time->hour) &&
           has_bit(window->minutes, time->minute) &&
           has_bit(window->seconds, time->second) &&
           holds_date(window, years, time);
}

static bool holds_day(const struct pst_time_window *window,
                      const struct pst_year_set *years, int64_t day)
{
    struct pst_civil_time time = pst_civil_time_of(day * PST_SECONDS_PER_DAY);

    return holds_date(window, years, &time);
}

/* Both below answer with a second of the day from `second` on, or with
 * PST_SECONDS_PER_DAY when that day has none. */
static uint32_t next_open_second(const struct pst_time_window *window,
                                 uint32_t second)
{
    while (second < PST_SECONDS_PER_DAY) {
        uint32_t in_hour = second % SECONDS_PER_HOUR;
        uint32_t in_minute = second % SECONDS_PER_MINUTE;

        if (!has_bit(window->hours, second / SECONDS_PER_HOUR)) {
            second += SECONDS_PER_HOUR - in_hour;
        } else if (!has_bit(window->minutes, in_hour / SECONDS_PER_MINUTE)) {
            second += SECONDS_PER_MINUTE - in_minute;
        } else if (!has_bit(window->seconds, in_minute)) {
            second++;
        } else {
            return second;
        }
    }
    return PST_SECONDS_PER_DAY;
}

static uint32_t next_closed_second(const struct pst_time_window *window,
                                   uint32_t second)
{
    bool whole_minutes = window->seconds == ALL_60;
    bool whole_hours = whole_minutes && window->minutes == ALL_60;

    while (second < PST_SECONDS_PER_DAY) {
        uint32_t in_hour = second % SECONDS_PER_HOUR;
        uint32_t in_minute = second % SECONDS_PER_MINUTE;

        if (!has_bit(window->hours, second / SECONDS_PER_HOUR) ||
            !has_bit(window->minutes, in_hour / SECONDS_PER_MINUTE) ||
            !has_bit(window->seconds, in_minute)) {
            return second;
        }
        if (whole_hours) {
            second += SECONDS_PER_HOUR - in_hour;
        } else if (whole_minutes) {
            second += SECONDS_PER_MINUTE - in_minute;
        } else {
            second++;
        }
    }
    return PST_SECONDS_PER_DAY;
}

static uint32_t weekday_of(int64_t day) /* since 1970, a Thursday */
{
    return (uint32_t)((day + 4) % WEEK);
}

/* The days of a month that a window holds, as bits 1..31; the year is not
 * looked at but for its calendar. */
static uint32_t open_days(const struct pst_time_window *window, int32_t year,
                          uint32_t month)
{
    uint32_t first_weekday = weekday_of(pst_days_of(year, month, 1));
    uint32_t of_month = (2u << pst_days_in_month(year, month)) - 2;
    uint64_t of_week = window->weekdays * SIX_WEEKS >> first_weekday << 1;

    if (!has_bit(window->months, month)) {
        return 0;
    }
    return window->days & of_month & (uint32_t)of_week;
}

/* Years of one kind have the same calendar: 14 kinds, by weekday of 1 January
 * and by length. */
static uint32_t kind_of_year(int32_t year)
{
    uint32_t leap = pst_days_in_month(year, 2) - 28;

    return 2 * weekday_of(pst_days_of(year, 1, 1)) + leap;
}

/* First day of that year, from that date on, that the window holds, or NEVER.
 */
static int64_t open_day_in_year(const struct pst_time_window *window,
                                int32_t year, uint32_t month, uint32_t day)
{
    for (; month <= MONTHS; month++) {
        uint32_t found = next_bit(open_days(window, year, month), day);

        if (found < NO_BIT) {
            return pst_days_of(year, month, found);
        }
        day = 1;
    }
    return NEVER;
}

/* First day from `day` on whose date the window holds, or NEVER. A kind of year
 * is searched once: 31 February is given up after the 14 there are. */
static int64_t next_open_day(const struct pst_time_window *window,
                             const struct pst_year_set *years, int64_t day)
{
    struct pst_civil_time from = pst_civil_time_of(day * PST_SECONDS_PER_DAY);
    uint32_t barren = 0; /* kinds that were searched in vain */
    int64_t found = NEVER;

    if (holds_year(window, years, from.year)) {
        found = open_day_in_year(window, from.year, from.month, from.day);
    }
    for (int32_t year = from.year + 1;
         found == NEVER && year <= PST_LAST_YEAR && barren != ALL_KINDS;
         year++) {
        uint32_t kind;

        if (!holds_year(window, years, year)) {
            continue;
        }
        kind = kind_of_year(year);
        if (!has_bit(barren, kind)) {
            found = open_day_in_year(window, year, 1, 1);
            barren |= 1u << kind;
        }
    }
    return found;
}

/* First day from `day` on whose date the window does not hold, in the year
 * 10000 at the latest; the day before is one it holds. */
static int64_t next_closed_day(const struct pst_time_window *window,
                               const struct pst_year_set *years, int64_t day)
{
    if (window->days == ALL_DAYS && window->months == ALL_MONTHS &&
        window->weekdays == ALL_WEEKDAYS) {
        int32_t year = window->any_year
                           ? PST_LAST_YEAR
                           : pst_civil_time_of(day * PST_SECONDS_PER_DAY).year;

        while (holds_year(window, years, year)) {
            year++;
        }
        return pst_days_of(year, 1, 1);
    }
    /* One of these fields has a gap, and a year is enough to meet it. */
    while (holds_day(window, years, day)) {
        day++;
    }
    return day;
}

/* For a time at which the window is closed. */
static int64_t next_open(const struct pst_time_window *window,
                         const struct pst_year_set *years, int64_t time_s)
{
    int64_t day = time_s / PST_SECONDS_PER_DAY;
    uint32_t second = (uint32_t)(time_s % PST_SECONDS_PER_DAY);

    if (holds_day(window, years, day)) {
        second = next_open_second(window, second);
        if (second < PST_SECONDS_PER_DAY) {
            return day * PST_SECONDS_PER_DAY + second;
        }
        day++;
    }
    day = next_open_day(window, years, day);
    if (day == NEVER) {
        return NEVER;
    }
    return day * PST_SECONDS_PER_DAY + next_open_second(window, 0);
}

/* For a time at which the window is open. */
static int64_t next_closed(const struct pst_time_window *window,
                           const struct pst_year_set *years, int64_t time_s)
{
    int64_t day = time_s / PST_SECONDS_PER_DAY;
    uint32_t second = (uint32_t)(time_s % PST_SECONDS_PER_DAY);

    second = next_closed_second(window, second);
    if (second < PST_SECONDS_PER_DAY) {
        return day * PST_SECONDS_PER_DAY + second;
    }
    /* Open until midnight. It stays open over whole days, up to the first date
     * or the first second that is not held. */
    second = next_closed_second(window, 0);
    day++;
    if (second == PST_SECONDS_PER_DAY) {
        return next_closed_day(window, years, day) * PST_SECONDS_PER_DAY;
    }
    if (!holds_day(window, years, day)) {
        second = 0;
    }
    return day * PST_SECONDS_PER_DAY + second;
}

int64_t pst_time_window_next_change(const struct pst_time_window *window,
                                    const struct pst_year_set *years,
                                    int64_t time_s)
{
    int64_t from_s = time_s > FIRST_S ? time_s : FIRST_S;
    struct pst_civil_time from = pst_civil_time_of(from_s);
    bool open = pst_time_window_contains(window, years, &from);
    int64_t change_s;

    if (open && time_s < FIRST_S) {
        return FIRST_S;
    }
    change_s = open ? next_closed(window, years, from_s)
                    : next_open(window, years, from_s);
    return change_s <= PST_CIVIL_MAX_S ? change_s : NEVER;
}
