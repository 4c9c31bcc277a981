/*
 * One accessControlWindow: seven crontab fields as bit sets, all of them ANDed,
 * UTC, one second fine. The grammar is that of m2m:scheduleEntry, not of the
 * clause that TS-0003 cites. [CTX-10] [CTX-11] [CTX-12] [CTX-13] [CTX-16]
 *
 * Written once, tested with every decision: testing is seven ANDs on fields
 * that the decision derives once per request.
 */
#ifndef PST_TIME_WINDOW_H
#define PST_TIME_WINDOW_H

#include "base/civil_time.h"

enum { PST_FIRST_YEAR = 2000, PST_LAST_YEAR = 9999, PST_YEAR_WORDS = 125 };

/* Bit n stands for the year 2000 + n. */
struct pst_year_set {
    uint64_t bits[PST_YEAR_WORDS];
};

/* Invariant: every set holds at least one bit; a field cannot be empty. A
 * zeroed window is none: it holds nothing, and is not for _next_change. */
struct pst_time_window {
    uint64_t seconds; /* bits 0..59 */
    uint64_t minutes; /* bits 0..59 */
    uint32_t hours;   /* bits 0..23 */
    uint32_t days;    /* bits 1..31 */
    uint16_t months;  /* bits 1..12 */
    uint8_t weekdays; /* bits 0..6, 0 is Sunday */
    uint8_t any_year; /* 1: the year field was "*", no year set is needed */
    uint32_t years;   /* place of the year set in the compiled form */
};

/*
 * Reads the seven fields, with one or more spaces between them. `years` is
 * filled unless the year is "*". The grammar is that of the standard and no
 * more: numbers have no sign and no leading zero ("05" is refused, as some
 * readers take it for octal), a step counts from the lower end of its range
 * and may be larger than it.
 *
 * POSTERN_ERR_POLICY with a sentence that names the field; *window is then
 * zeroed.
 */
POSTERN_NODISCARD postern_status pst_time_window_parse(
    struct pst_time_window *window, struct pst_year_set *years,
    postern_str text, postern_diag *diag);

/* `years` is not read when any_year. Years before 2000 and after 9999 match
 * nothing. */
bool pst_time_window_contains(const struct pst_time_window *window,
                              const struct pst_year_set *years,
                              const struct pst_civil_time *time);

/*
 * First instant after time_s at which _contains flips, INT64_MAX for never.
 * That the calendar ends with the year 9999 is no change. [CTX-17]
 *
 * Cost: some tens of steps; for a window that never opens again at most one
 * step per year and 12 per kind of year (14 kinds: leap or not, and the weekday
 * it begins with).
 */
int64_t pst_time_window_next_change(const struct pst_time_window *window,
                                    const struct pst_year_set *years,
                                    int64_t time_s);

#endif
