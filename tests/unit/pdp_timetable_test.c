/* Many windows at once. The twin asks every window at every tick of a clock. */
#include "pdp/timetable.h"

#include "support/rng.h"

#include <postern/pdp.h>

#include <criterion/criterion.h>
#include <stdio.h>

#define NEVER INT64_MAX
#define S(text) postern_str_of(text)
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { SEED = 20261123, WINDOWS = 6, TEXT = 160 };

static int64_t at(const char *text)
{
    int64_t time_s;

    cr_assert_eq(postern_time_parse(&time_s, S(text)), POSTERN_OK, "%s", text);
    return time_s;
}

/* A window with what it points to. */
struct parsed {
    struct pst_time_window window;
    struct pst_year_set years;
};

static void parse(struct parsed *parsed, const char *text)
{
    cr_assert_eq(
        pst_time_window_parse(&parsed->window, &parsed->years, S(text), NULL),
        POSTERN_OK, "%s", text);
}

static struct pst_span span_of(const struct parsed *parsed, int64_t expires_s,
                               uint64_t covers)
{
    return (struct pst_span){&parsed->window,
                             parsed->window.any_year ? NULL : &parsed->years,
                             expires_s, covers};
}

/* ---- by hand ------------------------------------------------------------- */

struct row {
    const char *windows[WINDOWS];
    const char *from;
    bool permits;
    const char *change; /* NULL: never */
};

static const struct row rows[] = {
    /* one window, as it is by itself */
    {{"* * 8-17 * * 1-5 *"}, "20300107T120000", true, "20300107T180000"},
    {{"* * 8-17 * * 1-5 *"}, "20300111T180000", false, "20300114T080000"},
    {{"* * * * * * *"}, "19700101T000000", false, "20000101T000000"},
    {{"* * * * * * *"}, "20300107T120000", true, NULL},
    {{"59 59 23 31 12 * 9999"}, "20260317T000000", false, "99991231T235959"},
    {{"59 59 23 31 12 * 9999"}, "99991231T235959", true, NULL},
    {{"* * * 29 2 1 *"}, "20720301T000000", false, "21120229T000000"},
    {{"* * * 31 2 * *"}, "20260101T000000", false, NULL},
    /* two that overlap or adjoin */
    {{"* * 8-12 * * * *", "* * 10-17 * * * *"},
     "20300107T090000",
     true,
     "20300107T180000"},
    {{"* * 8-12 * * * *", "* * 13-17 * * * *"},
     "20300107T090000",
     true,
     "20300107T180000"},
    {{"* * 8-12 * * * *", "* * 14-17 * * * *"},
     "20300107T090000",
     true,
     "20300107T130000"},
    /* the longer one alone holds on over midnight */
    {{"* * 22-23 * * * *", "* * 0-5 * * * *"},
     "20300107T220000",
     true,
     "20300108T060000"},
    /* that take turns: never, and the neighbour with one second less */
    {{"0-29 * * * * * *", "30-59 * * * * * *"}, "20300107T090000", true, NULL},
    {{"0-29 * * * * * *", "30-58 * * * * * *"},
     "20300107T090000",
     true,
     "20300107T090059"},
    {{"*/2 * * * * * *", "1-59/2 * * * * * *"}, "20300107T090000", true, NULL},
    {{"* * * 1-15 * * *", "* * * 16-31 * * *"}, "20300107T090000", true, NULL},
    {{"* * * 1-15 * * *", "* * * 16-30 * * *"},
     "20300207T090000",
     true,
     "20300331T000000"},
    {{"* * * * 1-6 * *", "* * * * 7-12 * *"}, "20300107T090000", true, NULL},
    {{"* * * * * 1-5 *", "* * * * * 0,6 *"}, "20300107T090000", true, NULL},
    {{"* * * * * * 2000-5000", "* * * * * * 5001-9999"},
     "20300107T090000",
     true,
     NULL},
    {{"* * * * * * 2000-5000", "* * * * * * 5002-9999"},
     "20300107T090000",
     true,
     "50010101T000000"},
    /* one second in 400 years is left out */
    {{"0-58 * * * * * *", "* 0-58 * * * * *", "* * 0-22 * * * *",
      "* * * 1-28,30-31 * * *", "* * * * 1,3-12 * *", "* * * * * 1-6 *"},
     "20330101T000000",
     true,
     "20600229T235959"},
};

static void put(struct pst_timetable *table, struct parsed parsed[WINDOWS],
                const struct row *row)
{
    pst_timetable_init(table, 1);
    for (size_t i = 0; i < WINDOWS && row->windows[i]; i++) {
        struct pst_span span;

        parse(&parsed[i], row->windows[i]);
        span = span_of(&parsed[i], NEVER, 1);
        cr_assert(pst_timetable_add(table, &span));
    }
}

/* [CTX-18] */
Test(pdp_timetable, finds_changes_worked_out_by_hand)
{
    static struct pst_timetable table;
    static struct parsed parsed[WINDOWS];

    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t expected = rows[i].change ? at(rows[i].change) : NEVER;

        put(&table, parsed, &rows[i]);
        cr_expect_eq(pst_timetable_next_change(&table, at(rows[i].from),
                                               rows[i].permits),
                     expected, "row %zu: %s", i, rows[i].windows[0]);
        cr_expect_not(table.given_up);
        cr_expect_lt(table.steps, 40000, "row %zu: %u steps", i, table.steps);
    }
}

/* That the calendar ends is no change, whatever may hold after it. [CTX-17] */
Test(pdp_timetable, ends_with_the_calendar_where_a_window_is_needed)
{
    static struct pst_timetable table;
    const int64_t end_s = PST_CIVIL_MAX_S + 1;
    struct parsed always;
    struct pst_span window;
    struct pst_span any_time = {.expires_s = end_s + 100, .covers = 2};

    parse(&always, "* * * * * * *");
    window = span_of(&always, NEVER, 1);
    pst_timetable_init(&table, 3);
    cr_assert(pst_timetable_add(&table, &window));
    cr_assert(pst_timetable_add(&table, &any_time));
    cr_expect_eq(pst_timetable_next_change(&table, at("20300107T090000"), true),
                 NEVER);
    pst_timetable_init(&table, 2);
    cr_assert(pst_timetable_add(&table, &any_time));
    cr_expect_eq(pst_timetable_next_change(&table, at("20300107T090000"), true),
                 end_s + 100);
}

/* What expires gives way to a window that begins in the same instant, where a
 * box of time does; the neighbour begins a second later. */
Test(pdp_timetable, goes_on_where_one_expires_and_another_begins)
{
    static const struct {
        const char *expires;
        const char *window;
        const char *change;
    } handovers[] = {
        {"20300201T000000", "* * * * 2-12 * *", "20310101T000000"},
        {"20300201T000000", "* * * * 3-12 * *", "20300201T000000"},
        {"20300131T235959", "* * * * 2-12 * *", "20300131T235959"},
        {"20300116T000000", "* * * 16-31 * * *", "20300201T000000"},
        {"20300115T235959", "* * * 16-31 * * *", "20300115T235959"},
        {"20300115T120000", "* * 12-23 * * * *", "20300116T000000"},
        {"20300115T115959", "* * 12-23 * * * *", "20300115T115959"},
        {"20300115T003000", "* 30-59 * * * * *", "20300115T010000"},
        {"20300115T002959", "* 30-59 * * * * *", "20300115T002959"},
        {"20310101T000000", "* * * * * * 2031-2035", "20360101T000000"},
        {"20301231T235959", "* * * * * * 2031-2035", "20301231T235959"},
    };

    for (size_t i = 0; i < COUNT(handovers); i++) {
        static struct pst_timetable table;
        struct pst_span any_time = {.expires_s = at(handovers[i].expires),
                                    .covers = 1};
        struct parsed parsed;
        struct pst_span window;

        parse(&parsed, handovers[i].window);
        window = span_of(&parsed, NEVER, 1);
        pst_timetable_init(&table, 1);
        cr_assert(pst_timetable_add(&table, &any_time));
        cr_assert(pst_timetable_add(&table, &window));
        cr_expect_eq(
            pst_timetable_next_change(&table, at("20300115T000000"), true),
            at(handovers[i].change), "row %zu", i);
    }
}

/* A box of time that is open as a whole, or closed, is one step. */
Test(pdp_timetable, looks_into_no_box_that_is_settled)
{
    static const struct {
        const char *window;
        bool permits;
        const char *change;
        uint32_t steps; /* at most */
    } boxes[] = {
        {"* 0-29 * * * * *", true, "20300101T003000", 35},
        {"* 30-59 * * * * *", false, "20300101T003000", 35},
        {"* * 0-11 * * * *", true, "20300101T120000", 17},
        {"* * 12-23 * * * *", false, "20300101T120000", 17},
        {"* * * 1-15 * * *", true, "20300116T000000", 19},
        {"* * * 16-31 * * *", false, "20300116T000000", 19},
        {"* * * * 1-6 * *", true, "20300701T000000", 11},
        {"* * * * 7-12 * *", false, "20300701T000000", 11},
        {"* * * * * * 2000-2035", true, "20360101T000000", 7},
        {"* * * * * * 2036-9999", false, "20360101T000000", 7},
    };

    for (size_t i = 0; i < COUNT(boxes); i++) {
        static struct pst_timetable table;
        struct parsed parsed;
        struct pst_span span;

        parse(&parsed, boxes[i].window);
        span = span_of(&parsed, NEVER, 1);
        pst_timetable_init(&table, 1);
        cr_assert(pst_timetable_add(&table, &span));
        cr_expect_eq(pst_timetable_next_change(&table, at("20300101T000000"),
                                               boxes[i].permits),
                     at(boxes[i].change), "%s", boxes[i].window);
        cr_expect_leq(table.steps, boxes[i].steps, "%s: %u steps",
                      boxes[i].window, table.steps);
    }
}

/* ---- what is added --------------------------------------------------------*/

Test(pdp_timetable, keeps_no_span_that_another_says_all_of)
{
    static struct pst_timetable table;
    struct parsed morning;
    struct parsed monday_morning;
    struct pst_span wide;
    struct pst_span narrow;

    parse(&morning, "* * 8-11 * * * *");
    parse(&monday_morning, "* * 8-11 * * 1 2030-2040");
    wide = span_of(&morning, 500, 3);
    narrow = span_of(&monday_morning, 400, 2);
    pst_timetable_init(&table, 3);
    cr_assert(pst_timetable_add(&table, &narrow));
    cr_assert(pst_timetable_add(&table, &wide));
    cr_expect_eq(table.span_count, 1);
    cr_expect_eq(table.spans[0].expires_s, 500);
    cr_assert(pst_timetable_add(&table, &narrow));
    cr_expect_eq(table.span_count, 1);
    narrow.expires_s = 501;
    cr_assert(pst_timetable_add(&table, &narrow));
    cr_expect_eq(table.span_count, 2);
    narrow.window = NULL;
    cr_assert(pst_timetable_add(&table, &narrow));
    cr_expect_eq(table.span_count, 2, "it takes the place of the narrow one");
    narrow.covers = 3;
    cr_assert(pst_timetable_add(&table, &narrow));
    cr_expect_eq(table.span_count, 1);
}

Test(pdp_timetable, has_room_for_64_spans)
{
    static struct pst_timetable table;
    static struct parsed parsed[PST_SPANS + 1];
    char text[TEXT];

    pst_timetable_init(&table, 1);
    for (int i = 0; i <= PST_SPANS; i++) {
        struct pst_span span;

        snprintf(text, sizeof text, "* * * * * * %d", 2000 + i);
        parse(&parsed[i], text);
        span = span_of(&parsed[i], NEVER, 1);
        cr_expect_eq(pst_timetable_add(&table, &span), i < PST_SPANS, "%d", i);
    }
    cr_expect_eq(pst_timetable_next_change(&table, at("20300107T090000"), true),
                 at("20640101T000000"));
}

/* Each leaves out one second, minute, hour and day, each another one, and
 * three hold what is the first everywhere: nothing is ever left out by all of
 * them, but the same are open in no two minutes of a month. */
static void parse_hard(struct parsed *parsed, uint32_t i)
{
    static const char *const firsts[] = {"0 * * * * * *", "* 0 * * * * *",
                                         "* * 0 * * * *"};
    uint32_t second = i % 57 + 1;
    uint32_t minute = i * 7 % 57 + 1;
    uint32_t hour = i * 5 % 21 + 1;
    uint32_t day = i * 3 % 29 + 1;
    char text[TEXT];

    snprintf(text, sizeof text,
             "1-%u,%u-59 1-%u,%u-59 1-%u,%u-23 1-%u,%u-31 * * *", second,
             second + 2, minute, minute + 2, hour, hour + 2, day, day + 2);
    parse(parsed, i < COUNT(firsts) ? firsts[i] : text);
}

Test(pdp_timetable, ends_a_search_that_takes_too_long_with_a_lower_bound)
{
    static struct pst_timetable table;
    static struct parsed parsed[PST_SPANS];
    int64_t from_s = at("20300101T000000");
    int64_t until_s;

    pst_timetable_init(&table, 1);
    for (uint32_t i = 0; i < PST_SPANS; i++) {
        struct pst_span span;

        parse_hard(&parsed[i], i);
        span = span_of(&parsed[i], NEVER, 1);
        cr_assert(pst_timetable_add(&table, &span));
    }
    until_s = pst_timetable_next_change(&table, from_s, true);
    cr_expect(table.given_up);
    cr_expect_leq(table.steps, PST_TIMETABLE_STEPS + 200, "%u", table.steps);
    cr_expect_gt(until_s, from_s + 86400);
    cr_expect_lt(until_s, from_s + 400 * (int64_t)86400);
}

/* ---- at random ----------------------------------------------------------- */

struct world {
    struct pst_span spans[WINDOWS];
    struct parsed parsed[WINDOWS];
    char texts[WINDOWS][TEXT];
    uint32_t count;
    uint64_t wanted;
};

static bool twin_permits(const struct world *world, int64_t time_s)
{
    struct pst_civil_time civil = pst_civil_time_of(time_s);
    uint64_t covered = 0;

    for (uint32_t i = 0; i < world->count; i++) {
        const struct pst_span *span = &world->spans[i];

        if (time_s < span->expires_s &&
            (!span->window ||
             pst_time_window_contains(span->window, span->years, &civil))) {
            covered |= span->covers;
        }
    }
    return (world->wanted & ~covered) == 0;
}

static int64_t scan(const struct world *world, int64_t from_s, int64_t step_s,
                    int64_t ticks)
{
    bool permits = twin_permits(world, from_s);

    for (int64_t i = 1; i <= ticks; i++) {
        if (twin_permits(world, from_s + i * step_s) != permits) {
            return from_s + i * step_s;
        }
    }
    return NEVER;
}

static size_t add_field(char *text, size_t len, struct rng *rng, uint32_t first,
                        uint32_t last)
{
    uint32_t a = first + rng_below(rng, last - first + 1);
    uint32_t b = first + rng_below(rng, last - first + 1);
    int added;

    switch (rng_below(rng, 5)) {
    case 0:
        added = snprintf(text + len, TEXT - len, "%u-%u ", a < b ? a : b,
                         a < b ? b : a);
        break;
    case 1:
        added = snprintf(text + len, TEXT - len, "%u-%u,%u-%u ", first,
                         a < b ? a : b, a < b ? b : a, last);
        break;
    case 2:
        added = snprintf(text + len, TEXT - len, "%u-%u/%u ",
                         first + rng_below(rng, 2), last, 2u);
        break;
    default:
        added = snprintf(text + len, TEXT - len, "* ");
    }
    return len + (size_t)added;
}

/* Fields from number `from` on are not all "*". */
static void draw(struct world *world, struct rng *rng, int from, int64_t time_s,
                 int64_t step_s)
{
    static const uint32_t first[] = {0, 0, 0, 1, 1, 0, 2026};
    static const uint32_t last[] = {59, 59, 23, 31, 12, 6, 2040};

    world->count = 1 + rng_below(rng, WINDOWS);
    world->wanted = UINT64_MAX >> (63 - rng_below(rng, 3));
    for (uint32_t i = 0; i < world->count; i++) {
        char *text = world->texts[i];
        size_t len = 0;
        int64_t expires_s =
            rng_below(rng, 4) ? NEVER
                              : time_s + step_s * (int64_t)rng_below(rng, 900);

        for (int field = 0; field < 7; field++) {
            len = field < from
                      ? len + (size_t)snprintf(text + len, TEXT - len, "* ")
                      : add_field(text, len, rng, first[field], last[field]);
        }
        text[len - 1] = '\0';
        parse(&world->parsed[i], text);
        world->spans[i] =
            span_of(&world->parsed[i], expires_s, 1 + rng_below(rng, 7));
        if (rng_below(rng, 16) == 0) {
            world->spans[i].window = NULL;
            world->spans[i].years = NULL;
        }
    }
}

/* [CTX-18]: first the worlds in which fields from `field` on say something. */
static void compare(int field, int64_t step_s, int64_t ticks, uint32_t rounds)
{
    static struct pst_timetable table;
    static struct world world;
    struct rng rng = {SEED + (uint64_t)field};
    uint32_t changes = 0;

    for (uint32_t round = 0; round < rounds; round++) {
        int64_t from_s =
            at("20280101T000000") + step_s * (int64_t)rng_below(&rng, 100000);
        int64_t expected;
        int64_t actual;

        draw(&world, &rng, field, from_s, step_s);
        pst_timetable_init(&table, world.wanted);
        for (uint32_t i = 0; i < world.count; i++) {
            cr_assert(pst_timetable_add(&table, &world.spans[i]));
        }
        expected = scan(&world, from_s, step_s, ticks);
        actual = pst_timetable_next_change(&table, from_s,
                                           twin_permits(&world, from_s));
        changes += expected != NEVER;
        cr_assert_not(table.given_up, "round %u", round);
        if (expected == NEVER) {
            cr_assert_gt(actual, from_s + ticks * step_s, "round %u: %s", round,
                         world.texts[0]);
        } else {
            cr_assert_eq(actual, expected, "round %u: %s", round,
                         world.texts[0]);
        }
    }
    cr_assert_gt(changes, rounds / 8, "%u of %u", changes, rounds);
    cr_assert_lt(changes, rounds, "all change");
}

Test(pdp_timetable, finds_what_a_scan_by_seconds_does)
{
    compare(0, 1, 8000, 600);
}

Test(pdp_timetable, finds_what_a_scan_by_minutes_does)
{
    compare(1, 60, 8000, 600);
}

Test(pdp_timetable, finds_what_a_scan_by_hours_does)
{
    compare(2, 3600, 8000, 600);
}

Test(pdp_timetable, finds_what_a_scan_by_days_does)
{
    compare(3, 86400, 8000, 600);
}
