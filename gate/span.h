/*
 * Stretches of time as terms state them: months are months of the calendar,
 * everything else is seconds. [ANJ-07]
 */
#ifndef PST_GATE_SPAN_H
#define PST_GATE_SPAN_H

#include <postern/base.h>

struct pst_gate_span {
    bool endless; /* the rest is not looked at */
    uint32_t months;
    int64_t seconds;
};

/*
 * The time that is a span after another: of a month that is too short its last
 * day, so that nothing lasts longer than it may. INT64_MAX when it is endless
 * or beyond the calendar; `time_s` is within it.
 */
int64_t pst_gate_after(int64_t time_s, const struct pst_gate_span *span);

/* Whether the calendar has a time. */
bool pst_gate_has_date(int64_t time_s);

#endif
