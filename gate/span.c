#include "gate/span.h"

#include "base/civil_time.h"

enum { MONTHS = 12 };

bool pst_gate_has_date(int64_t time_s)
{
    return time_s >= PST_CIVIL_MIN_S && time_s <= PST_CIVIL_MAX_S;
}

static int64_t months_after(int64_t time_s, uint32_t months)
{
    struct pst_civil_time civil = pst_civil_time_of(time_s);
    int64_t month = (int64_t)civil.year * MONTHS + civil.month - 1 + months;
    int64_t year = month / MONTHS;
    int64_t rest = civil.hour * 3600 + civil.minute * 60 + civil.second;
    uint32_t length;
    uint32_t day;

    if (year > 9999) {
        return INT64_MAX;
    }
    length = pst_days_in_month((int32_t)year, (uint32_t)(month % MONTHS) + 1);
    day = civil.day < length ? civil.day : length;
    return pst_days_of((int32_t)year, (uint32_t)(month % MONTHS) + 1, day) *
               PST_SECONDS_PER_DAY +
           rest;
}

int64_t pst_gate_after(int64_t time_s, const struct pst_gate_span *span)
{
    if (span->endless) {
        return INT64_MAX;
    }
    if (span->months) {
        time_s = months_after(time_s, span->months);
    }
    if (time_s == INT64_MAX || span->seconds > PST_CIVIL_MAX_S - time_s) {
        return INT64_MAX;
    }
    return time_s + span->seconds;
}
