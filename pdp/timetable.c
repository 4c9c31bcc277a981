/*
 * Windows as bit vectors over the fields of the calendar.
 *
 * More open spans never permit less. So a box of time is settled when the spans
 * that leave nothing out inside it permit, or when all that may be open in it
 * together do not; only what lies between is looked at box by box. [CTX-18]
 */
#include "pdp/timetable.h"

#define NEVER INT64_MAX

enum {
    MONTHS = 12,
    WEEK = 7,
    DAYS_MAX = 31,
    HOURS_PER_DAY = 24,
    SECONDS_PER_HOUR = 3600,
    SECONDS_PER_MINUTE = 60,
    MINUTES_PER_HOUR = 60,
    YEAR_BITS = 64,
    YEARS_PER_CYCLE = 400
};

/* No instant of a box. */
#define NONE UINT32_MAX

static const int64_t FIRST_S = 946684800;         /* 2000-01-01T00:00:00 */
static const int64_t END_S = PST_CIVIL_MAX_S + 1; /* of the calendar */

void pst_timetable_init(struct pst_timetable *table, uint64_t wanted)
{
    *table = (struct pst_timetable){.wanted = wanted};
}

/* ---- spans --------------------------------------------------------------- */

static bool years_within(const struct pst_span *inner,
                         const struct pst_span *outer)
{
    if (outer->window->any_year || inner->window->any_year) {
        return outer->window->any_year;
    }
    for (uint32_t i = 0; i < PST_YEAR_WORDS; i++) {
        if (inner->years->bits[i] & ~outer->years->bits[i]) {
            return false;
        }
    }
    return true;
}

static bool window_within(const struct pst_time_window *inner,
                          const struct pst_time_window *outer)
{
    return !(inner->seconds & ~outer->seconds) &&
           !(inner->minutes & ~outer->minutes) &&
           !(inner->hours & ~outer->hours) && !(inner->days & ~outer->days) &&
           !(inner->months & ~outer->months) &&
           !(inner->weekdays & ~outer->weekdays);
}

/* Whatever `inner` permits at any time, `outer` does. */
static bool span_within(const struct pst_span *inner,
                        const struct pst_span *outer)
{
    if (inner->expires_s > outer->expires_s ||
        (inner->covers & ~outer->covers)) {
        return false;
    }
    return !outer->window ||
           (inner->window && window_within(inner->window, outer->window) &&
            years_within(inner, outer));
}

bool pst_timetable_add(struct pst_timetable *table, const struct pst_span *span)
{
    uint32_t kept = 0;

    for (uint32_t k = 0; k < table->span_count; k++) {
        if (span_within(span, &table->spans[k])) {
            return true;
        }
    }
    for (uint32_t k = 0; k < table->span_count; k++) {
        if (!span_within(&table->spans[k], span)) {
            table->spans[kept++] = table->spans[k];
        }
    }
    table->span_count = kept;
    if (kept == PST_SPANS) {
        return false;
    }
    table->spans[table->span_count++] = *span;
    return true;
}

/* ---- the words ----------------------------------------------------------- */

static uint64_t bit_of(uint32_t span)
{
    return (uint64_t)1 << span;
}

/* `values` of the field are those that the span holds. */
static void fill(uint64_t *words, uint32_t count, uint64_t values, uint64_t bit)
{
    for (uint32_t value = 0; value < count; value++) {
        if (values >> value & 1) {
            words[value] |= bit;
        }
    }
}

static void fill_span(struct pst_timetable *table, uint32_t k)
{
    static const struct pst_time_window any = {
        UINT64_MAX, UINT64_MAX, UINT32_MAX, UINT32_MAX,
        UINT16_MAX, UINT8_MAX,  0,          0};
    const struct pst_time_window *window = table->spans[k].window;
    uint64_t bit = bit_of(k);

    if (!window) {
        table->any_time |= bit;
        window = &any;
    }
    table->any_year |= window->any_year ? bit : 0;
    fill(table->seconds, 60, window->seconds, bit);
    fill(table->minutes, 60, window->minutes, bit);
    fill(table->hours, HOURS_PER_DAY, window->hours, bit);
    fill(table->days, DAYS_MAX + 1, window->days, bit);
    fill(table->months, MONTHS + 1, window->months, bit);
    fill(table->weekdays, WEEK, window->weekdays, bit);
}

static uint64_t all_of(const uint64_t *words, uint32_t first, uint32_t count)
{
    uint64_t all = UINT64_MAX;

    for (uint32_t i = first; i < count; i++) {
        all &= words[i];
    }
    return all;
}

static void fill_whole(struct pst_timetable *table)
{
    uint64_t *whole = table->whole;

    whole[PST_MINUTE] = all_of(table->seconds, 0, 60);
    whole[PST_HOUR] = whole[PST_MINUTE] & all_of(table->minutes, 0, 60);
    whole[PST_DAY] = whole[PST_HOUR] & all_of(table->hours, 0, HOURS_PER_DAY);
    whole[PST_MONTH] = whole[PST_DAY] & all_of(table->days, 1, DAYS_MAX + 1) &
                       all_of(table->weekdays, 0, WEEK);
    whole[PST_YEAR] = whole[PST_MONTH] & all_of(table->months, 1, MONTHS + 1);
}

/* Where one of these is open, so is one of those of a need that has them all.
 */
static void add_need(struct pst_timetable *table, uint64_t spans)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < table->need_count; i++) {
        if (!(table->needs[i] & ~spans)) {
            return;
        }
    }
    for (uint32_t i = 0; i < table->need_count; i++) {
        if (spans & ~table->needs[i]) {
            table->needs[kept++] = table->needs[i];
        }
    }
    table->needs[kept++] = spans;
    table->need_count = kept;
}

static void fill_needs(struct pst_timetable *table)
{
    table->need_count = 0;
    for (uint32_t a = 0; a < PST_NEEDS; a++) {
        uint64_t spans = 0;

        for (uint32_t k = 0; k < table->span_count; k++) {
            spans |= (table->spans[k].covers >> a & 1) << k;
        }
        if (table->wanted >> a & 1) {
            add_need(table, spans);
        }
    }
}

static void fill_all(struct pst_timetable *table)
{
    for (uint32_t k = 0; k < table->span_count; k++) {
        fill_span(table, k);
    }
    fill_whole(table);
    fill_needs(table);
}

/* ---- one box ------------------------------------------------------------- */

static bool permits(const struct pst_timetable *table, uint64_t open)
{
    for (uint32_t i = 0; i < table->need_count; i++) {
        if (!(open & table->needs[i])) {
            return false;
        }
    }
    return true;
}

/* Neighbouring kinds of one set of spans do not push each other out. */
static uint32_t barren_place(const struct pst_timetable *table,
                             enum pst_box box, uint64_t open)
{
    uint64_t mixed = open * UINT64_C(0x9e3779b97f4a7c15);

    return ((uint32_t)(mixed >> 32) + table->kind[box]) % PST_BARREN;
}

/* Offset in seconds of the first instant of the inside from `from` on at which
 * the effect differs, or NONE. */
typedef uint32_t (*inside_fn)(struct pst_timetable *table, uint64_t open,
                              uint32_t from);

/* The same for a box in which no spans but `open` can be open. When there were
 * too many steps it is taken to differ where the search has come to. */
static uint32_t look(struct pst_timetable *table, enum pst_box box,
                     uint64_t open, uint32_t from, inside_fn inside)
{
    uint32_t place = barren_place(table, box, open);
    uint32_t found;

    table->given_up = table->given_up || table->steps >= PST_TIMETABLE_STEPS;
    table->steps++;
    if (table->given_up) {
        return from;
    }
    if (permits(table, open & table->whole[box])) {
        return table->permits ? NONE : from;
    }
    if (!permits(table, open)) {
        return table->permits ? from : NONE;
    }
    if (table->barren[box][place] == open &&
        table->barren_kind[box][place] == table->kind[box]) {
        return NONE;
    }
    found = inside(table, open, from);
    if (found == NONE && from == 0) {
        table->barren[box][place] = open; /* not 0, as it may permit */
        table->barren_kind[box][place] = table->kind[box];
    }
    return found;
}

/* ---- boxes inside of boxes ----------------------------------------------- */

static uint32_t in_minute(struct pst_timetable *table, uint64_t open,
                          uint32_t from)
{
    table->steps += SECONDS_PER_MINUTE - from;
    for (uint32_t second = from; second < SECONDS_PER_MINUTE; second++) {
        if (permits(table, open & table->seconds[second]) != table->permits) {
            return second;
        }
    }
    return NONE;
}

/* Boxes of one length that fill another. */
struct parts {
    enum pst_box box;
    uint32_t count;
    uint32_t seconds; /* of each */
    inside_fn inside;
};

/* `spans`: which can be open in each part. */
static uint32_t in_parts(struct pst_timetable *table, uint64_t open,
                         uint32_t from, const uint64_t *spans,
                         const struct parts *parts)
{
    uint32_t found = NONE;

    for (uint32_t part = from / parts->seconds;
         found == NONE && part < parts->count; part++) {
        uint32_t begin = part * parts->seconds;

        found = look(table, parts->box, open & spans[part],
                     from > begin ? from - begin : 0, parts->inside);
        found += found != NONE ? begin : 0;
    }
    return found;
}

static uint32_t in_hour(struct pst_timetable *table, uint64_t open,
                        uint32_t from)
{
    static const struct parts minutes = {PST_MINUTE, MINUTES_PER_HOUR,
                                         SECONDS_PER_MINUTE, in_minute};

    return in_parts(table, open, from, table->minutes, &minutes);
}

static uint32_t in_day(struct pst_timetable *table, uint64_t open,
                       uint32_t from)
{
    static const struct parts hours = {PST_HOUR, HOURS_PER_DAY,
                                       SECONDS_PER_HOUR, in_hour};

    return in_parts(table, open, from, table->hours, &hours);
}

static uint32_t weekday_of(int32_t year, uint32_t month, uint32_t day)
{
    int64_t days = pst_days_of(year, month, day);

    return pst_civil_time_of(days * PST_SECONDS_PER_DAY).weekday;
}

static uint32_t in_month(struct pst_timetable *table, uint64_t open,
                         uint32_t from)
{
    uint32_t length = pst_days_in_month(table->year, table->month);
    uint32_t weekday = weekday_of(table->year, table->month, 1);
    uint32_t found = NONE;

    for (uint32_t day = from / PST_SECONDS_PER_DAY;
         found == NONE && day < length; day++) {
        uint32_t begin = day * PST_SECONDS_PER_DAY;
        uint64_t dated = open & table->days[day + 1] &
                         table->weekdays[(weekday + day) % WEEK];

        found = look(table, PST_DAY, dated, from > begin ? from - begin : 0,
                     in_day);
        found += found != NONE ? begin : 0;
    }
    return found;
}

/* Months of one kind have the same days of the week. */
static uint8_t kind_of_month(int32_t year, uint32_t month)
{
    return (uint8_t)(WEEK * (pst_days_in_month(year, month) - 28) +
                     weekday_of(year, month, 1));
}

static uint32_t in_year(struct pst_timetable *table, uint64_t open,
                        uint32_t from)
{
    uint32_t found = NONE;
    uint32_t begin = 0;

    for (uint32_t month = 1; found == NONE && month <= MONTHS; month++) {
        uint32_t length =
            pst_days_in_month(table->year, month) * PST_SECONDS_PER_DAY;

        table->month = month;
        table->kind[PST_MONTH] = kind_of_month(table->year, month);
        if (from < begin + length) {
            found = look(table, PST_MONTH, open & table->months[month],
                         from > begin ? from - begin : 0, in_month);
            found += found != NONE ? begin : 0;
        }
        begin += length;
    }
    return found;
}

/* ---- years ----------------------------------------------------------------
 */

static uint64_t open_in_year(const struct pst_timetable *table, int32_t year)
{
    uint32_t number = (uint32_t)(year - PST_FIRST_YEAR);
    uint64_t open = table->any_time | table->any_year;

    for (uint32_t k = 0; k < table->span_count; k++) {
        const struct pst_year_set *years = table->spans[k].years;

        if (!(open & bit_of(k))) {
            open |= (years->bits[number / YEAR_BITS] >> number % YEAR_BITS & 1)
                    << k;
        }
    }
    return open & table->live;
}

/* Years of one kind have the same calendar. */
static uint8_t kind_of_year(int32_t year)
{
    return (uint8_t)(WEEK * (pst_days_in_month(year, 2) - 28) +
                     weekday_of(year, 1, 1));
}

/* Where no window has a year field, a cycle of the calendar shows it all. */
static int32_t last_year(const struct pst_timetable *table, int32_t first)
{
    int32_t cycle = first + YEARS_PER_CYCLE;
    bool any_year = !(table->live & ~(table->any_time | table->any_year));

    return any_year && cycle < PST_LAST_YEAR ? cycle : PST_LAST_YEAR;
}

/* From `from_s`, in the calendar, to some time after `end_s`. */
static int64_t in_calendar(struct pst_timetable *table, int64_t from_s,
                           int64_t end_s)
{
    int32_t first = pst_civil_time_of(from_s).year;
    int32_t last = last_year(table, first);
    int64_t begin_s = from_s;
    int64_t found_s = NEVER;

    for (int32_t year = first;
         found_s == NEVER && begin_s < end_s && year <= last; year++) {
        int64_t year_s = pst_days_of(year, 1, 1) * PST_SECONDS_PER_DAY;
        uint32_t found;

        table->year = year;
        table->kind[PST_YEAR] = kind_of_year(year);
        found = look(table, PST_YEAR, open_in_year(table, year),
                     (uint32_t)(begin_s - year_s), in_year);
        found_s = found != NONE ? year_s + found : NEVER;
        begin_s = pst_days_of(year + 1, 1, 1) * PST_SECONDS_PER_DAY;
    }
    return found_s;
}

/* ---- stretches in which no span expires -----------------------------------
 */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Begins a stretch: who is live in it, and where it ends. */
static int64_t begin_stretch(struct pst_timetable *table, int64_t from_s)
{
    int64_t end_s = NEVER;

    if (from_s < FIRST_S) {
        end_s = FIRST_S;
    } else if (from_s < END_S) {
        end_s = END_S;
    }
    table->live = 0;
    for (uint32_t k = 0; k < table->span_count; k++) {
        if (table->spans[k].expires_s > from_s) {
            table->live |= bit_of(k);
            end_s = earlier(end_s, table->spans[k].expires_s);
        }
    }
    return end_s;
}

/* Outside of the calendar every window is closed. */
static int64_t in_stretch(struct pst_timetable *table, int64_t from_s,
                          int64_t end_s)
{
    bool in = from_s >= FIRST_S && from_s < END_S;
    bool at_least = permits(table, table->live & table->any_time);
    bool at_most = permits(table, in ? table->live : 0) || at_least;

    if (at_least == at_most) {
        return at_least != table->permits ? from_s : NEVER;
    }
    return in_calendar(table, from_s, end_s);
}

int64_t pst_timetable_next_change(struct pst_timetable *table, int64_t time_s,
                                  bool permits_now)
{
    int64_t from_s = time_s;
    int64_t end_s = time_s == NEVER ? NEVER : time_s + 1;
    int64_t found_s = NEVER;

    fill_all(table);
    table->permits = permits_now;
    while (end_s != NEVER && found_s >= end_s) {
        from_s = end_s;
        end_s = begin_stretch(table, from_s);
        found_s = in_stretch(table, from_s, end_s);
    }
    return found_s < end_s && found_s != END_S ? found_s : NEVER;
}
