#define _POSIX_C_SOURCE 200809L /* gmtime_r */

/*
 * Extended crontab: a field holds a value if one of its items does, an item if
 * the value is in its range and on one of its steps. All seven fields have to
 * hold. [CTX-10] [CTX-11] [CTX-12]
 */
#include "reference/reference.h"

#include <string.h>
#include <time.h>

enum { FIELDS = 7, FIELD_SIZE = REF_TEXT_SIZE };

static const struct range {
    long first;
    long last;
} ranges[FIELDS] = {
    {0, 59},      /* second */
    {0, 59},      /* minute */
    {0, 23},      /* hour */
    {1, 31},      /* day of month */
    {1, 12},      /* month */
    {0, 6},       /* day of week, 0 is Sunday */
    {2000, 9999}, /* year */
};

/* From `first` to `last` in steps of at least 1. */
struct item {
    long first;
    long last;
    long step;
};

/* Digits, at least one, no zero in front. Returns what follows them, or NULL.
 * A number that is larger than any year is as good as any other such. */
static const char *read_number(const char *text, long *number)
{
    *number = 0;
    if (*text < '0' || *text > '9' ||
        (text[0] == '0' && text[1] >= '0' && text[1] <= '9')) {
        return NULL;
    }
    while (*text >= '0' && *text <= '9') {
        if (*number <= 9999) {
            *number = *number * 10 + (*text - '0');
        }
        text++;
    }
    return text;
}

/* "a", "a-b" or the "*" of a step. */
static const char *read_span(const char *text, const struct range *range,
                             struct item *item, bool *may_step)
{
    *may_step = true;
    if (*text == '*') {
        item->first = range->first; /* steps count from here on */
        item->last = range->last;
        return text + 1;
    }
    text = read_number(text, &item->first);
    item->last = item->first;
    if (text && *text == '-') {
        return read_number(text + 1, &item->last);
    }
    *may_step = false;
    return text;
}

/* One item; NULL when it is none. */
static const char *read_item(const char *text, const struct range *range,
                             struct item *item)
{
    bool star = *text == '*';
    bool may_step;

    item->step = 1;
    text = read_span(text, range, item, &may_step);
    if (!text || item->first < range->first || item->last > range->last ||
        item->first > item->last) {
        return NULL;
    }
    if (*text == '/' && may_step) {
        text = read_number(text + 1, &item->step);
        return item->step >= 1 ? text : NULL;
    }
    return star ? NULL : text;
}

static bool item_holds(const struct item *item, long value)
{
    return value >= item->first && value <= item->last &&
           (value - item->first) % item->step == 0;
}

/* False for a malformed field; *holds is whether the value is in it. */
static bool read_field(const char *text, const struct range *range, long value,
                       bool *holds)
{
    struct item item = {range->first, range->last, 1};

    *holds = item_holds(&item, value);
    if (strcmp(text, "*") == 0) {
        return true;
    }
    *holds = false;
    for (;;) {
        text = read_item(text, range, &item);
        if (!text) {
            return false;
        }
        *holds = *holds || item_holds(&item, value);
        if (*text == '\0') {
            return true;
        }
        if (*text != ',') {
            return false;
        }
        text++;
    }
}

/* Copies the next field; NULL when it is too long. */
static const char *next_field(const char *text, char field[FIELD_SIZE])
{
    size_t length = strcspn(text, " ");

    if (length >= FIELD_SIZE) {
        return NULL;
    }
    memcpy(field, text, length);
    field[length] = '\0';
    return text + length;
}

/* Seven fields with spaces between each two. */
static bool read_window(const char *text, const long values[FIELDS],
                        bool *holds)
{
    char field[FIELD_SIZE];
    bool field_holds;

    *holds = true;
    for (size_t i = 0; i < FIELDS; i++) {
        text = next_field(text, field);
        if (!text || !read_field(field, &ranges[i], values[i], &field_holds)) {
            return false;
        }
        *holds = *holds && field_holds;
        if (*text != (i + 1 < FIELDS ? ' ' : '\0')) {
            return false;
        }
        text += strspn(text, " ");
    }
    return true;
}

bool ref_window_is_valid(const char *window)
{
    static const long values[FIELDS];
    bool holds;

    return read_window(window, values, &holds);
}

/* UTC. The C library's calendar, which the library under test does not use. */
bool ref_window_holds(const char *window, int64_t time_s)
{
    time_t when = (time_t)time_s;
    struct tm tm;
    bool holds;

    if (!gmtime_r(&when, &tm)) {
        return false;
    }
    return read_window(window,
                       (const long[FIELDS]){tm.tm_sec, tm.tm_min, tm.tm_hour,
                                            tm.tm_mday, tm.tm_mon + 1,
                                            tm.tm_wday, tm.tm_year + 1900L},
                       &holds) &&
           holds;
}
