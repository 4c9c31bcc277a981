/*
 * Up to 64 time windows at once: when does what they hold together change?
 *
 * Each window, up to the expiry of its policy, is a span and one bit. The
 * values of the calendar's fields (second 0..59 ... year) are words: which
 * spans hold that value. The AND of the words of an instant is the set of spans
 * that are open then, whatever their number; what holds for a whole hour, day
 * or year is found out without looking at its seconds, and once for all hours,
 * days and years in which the same spans may be open. So two windows that take
 * turns every 30 seconds until the year 9999 are seen through in some thousand
 * steps.
 *
 * A value of some 8 KiB for the stack: no allocation, lock or clock.
 */
#ifndef PST_TIMETABLE_H
#define PST_TIMETABLE_H

#include "pdp/time_window.h"

enum {
    PST_SPANS = 64,
    PST_NEEDS = 64,
    PST_BARREN = 64,
    /* Boxes of time and seconds looked at before the search is given up: some
       milliseconds. */
    PST_TIMETABLE_STEPS = 1000000
};

/* What may make a rule true: a window, or any time, before an expiry. */
struct pst_span {
    const struct pst_time_window *window; /* NULL: any time */
    const struct pst_year_set *years;     /* of the window, unless any_year */
    int64_t expires_s;                    /* INT64_MAX: never */
    uint64_t covers; /* what the rule permits: bits of what is wanted */
};

/* Boxes of time, each made of those before it; a minute, of seconds. */
enum pst_box { PST_MINUTE, PST_HOUR, PST_DAY, PST_MONTH, PST_YEAR, PST_BOXES };

struct pst_timetable {
    uint64_t wanted; /* bits, each of which some open span has to cover */
    uint32_t span_count;
    uint32_t need_count;
    struct pst_span spans[PST_SPANS];
    uint64_t needs[PST_NEEDS]; /* spans of which one has to be open */

    /* Bit k: span k holds this value of the field. */
    uint64_t seconds[60];
    uint64_t minutes[60];
    uint64_t hours[24];
    uint64_t days[32];   /* from 1 */
    uint64_t months[13]; /* from 1 */
    uint64_t weekdays[7];
    uint64_t any_time;         /* has no window */
    uint64_t any_year;         /* its window has no years */
    uint64_t whole[PST_BOXES]; /* leaves nothing out inside such a box */

    /* Of a search. */
    bool permits;   /* what it shall differ from */
    bool given_up;  /* there were too many steps */
    uint32_t steps; /* so far */
    uint64_t live;  /* spans that have not expired */
    int32_t year;   /* of the month looked at */
    uint32_t month; /* of the days looked at */
    uint8_t
        kind[PST_BOXES]; /* of the box: what else decides about its inside */
    uint64_t barren[PST_BOXES]
                   [PST_BARREN]; /* 0, or spans, and below a kind of
                                    box, that were searched in vain */
    uint8_t barren_kind[PST_BOXES][PST_BARREN];
};

/* `wanted` is not 0: what the open spans have to cover for a permit. */
void pst_timetable_init(struct pst_timetable *table, uint64_t wanted);

/* Adds a span, unless one that is there says all that it says. False when there
 * is no room. The window and its years are borrowed. */
bool pst_timetable_add(struct pst_timetable *table,
                       const struct pst_span *span);

/*
 * First instant after time_s at which the open spans cover all that is wanted,
 * or, when they do at time_s (`permits`), no longer do. INT64_MAX for never;
 * that the calendar ends with the year 9999 is no change. [CTX-17]
 *
 * With `given_up` set the instant is where the search ended: until then there
 * is surely no change.
 */
int64_t pst_timetable_next_change(struct pst_timetable *table, int64_t time_s,
                                  bool permits);

#endif
