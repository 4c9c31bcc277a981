#include "base/time_text.h"

#include <criterion/criterion.h>

Test(time_text, writes_every_form)
{
    static const struct {
        const char *form;
        int64_t time_s;
        const char *expected;
    } rows[] = {
        {PST_TIME_BASIC, 1795348805, "20261122T120005"},
        {PST_TIME_ISO, 1795348805, "2026-11-22T12:00:05Z"},
        {PST_TIME_PLAIN, 1795348805, "2026-11-22 12:00:05 UTC"},
        {PST_DATE_ISO, 1795348805, "2026-11-22"},
        {PST_TIME_ISO, 0, "1970-01-01T00:00:00Z"},
        {PST_DATE_ISO, -1, "1969-12-31"},
        {PST_TIME_BASIC, PST_CIVIL_MIN_S, "00000101T000000"},
        {PST_TIME_PLAIN, PST_CIVIL_MAX_S, "9999-12-31 23:59:59 UTC"},
        {PST_TIME_PLAIN, INT64_MAX, "10000-01-01 00:00:00 UTC"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[PST_TIME_TEXT];

        pst_time_text(text, rows[i].form, rows[i].time_s);
        cr_expect_str_eq(text, rows[i].expected, "%zu: %s", i, text);
    }
}
