/* The text of an instant: m2m:timestamp of TS-0004 6.3.3. */
#include "base/civil_time.h"

#include <postern/pdp.h>

enum { SECONDS_END = 15, FRACTION_MAX = 6 };

/* Reads `count` digits; false when one of them is none. */
static bool read_digits(postern_str text, size_t from, size_t count,
                        uint32_t *value)
{
    *value = 0;
    for (size_t i = from; i < from + count; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        *value = *value * 10 + (uint32_t)(text.data[i] - '0');
    }
    return true;
}

/* Nothing, or a comma and one to six digits. */
static bool ends_well(postern_str text)
{
    uint32_t fraction;

    if (text.len == SECONDS_END) {
        return true;
    }
    return text.len > SECONDS_END + 1 &&
           text.len <= SECONDS_END + 1 + FRACTION_MAX &&
           text.data[SECONDS_END] == ',' &&
           read_digits(text, SECONDS_END + 1, text.len - SECONDS_END - 1,
                       &fraction);
}

static bool read_day(postern_str text, int64_t *day)
{
    uint32_t year;
    uint32_t month;
    uint32_t day_of_month;

    if (!read_digits(text, 0, 4, &year) || !read_digits(text, 4, 2, &month) ||
        !read_digits(text, 6, 2, &day_of_month) || month < 1 || month > 12 ||
        day_of_month < 1 ||
        day_of_month > pst_days_in_month((int32_t)year, month)) {
        return false;
    }
    *day = pst_days_of((int32_t)year, month, day_of_month);
    return true;
}

/* A leap second counts as the second before it. [CTX-15] */
static bool read_second_of_day(postern_str text, uint32_t *second_of_day)
{
    uint32_t hour;
    uint32_t minute;
    uint32_t second;

    if (!read_digits(text, 9, 2, &hour) || !read_digits(text, 11, 2, &minute) ||
        !read_digits(text, 13, 2, &second) || hour > 23 || minute > 59 ||
        second > 60) {
        return false;
    }
    *second_of_day = hour * 3600 + minute * 60 + (second < 60 ? second : 59);
    return true;
}

postern_status postern_time_parse(int64_t *time_s, postern_str text)
{
    int64_t day;
    uint32_t second;

    if (!time_s) {
        return POSTERN_ERR_ARGUMENT;
    }
    *time_s = 0;
    if (text.len < SECONDS_END || text.data[8] != 'T' || !ends_well(text) ||
        !read_day(text, &day) || !read_second_of_day(text, &second)) {
        return POSTERN_ERR_POLICY;
    }
    *time_s = day * PST_SECONDS_PER_DAY + second;
    return POSTERN_OK;
}
