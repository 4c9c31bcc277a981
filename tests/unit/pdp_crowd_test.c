/*
 * Crowds: the true rules that they find are those that are found by trying rule
 * after rule, they judge few rules to find them, and words from elsewhere make
 * no permit. [DEC-04] [CTX-02] [CTX-03]
 */
#include "base/memory.h"
#include "base/str.h"
#include "pdp/crowd_words.h"
#include "support/crowd_world.h"
#include "support/faulty.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEED = 20260411, TEXT = 64 };

/* Rules that were looked at: the linker leads the calls of the library here. */
static uint64_t judged;

struct pst_rule_view __real_pst_slot_rule(const postern_acp_set *set,
                                          const struct pst_slot *slot,
                                          uint32_t k);
struct pst_rule_view __wrap_pst_slot_rule(const postern_acp_set *set,
                                          const struct pst_slot *slot,
                                          uint32_t k);

struct pst_rule_view __wrap_pst_slot_rule(const postern_acp_set *set,
                                          const struct pst_slot *slot,
                                          uint32_t k)
{
    judged++;
    return __real_pst_slot_rule(set, slot, k);
}

static void draw_world(struct crowd_world *world, uint32_t count,
                       struct rng *rng)
{
    crowd_world_start(world);
    for (uint32_t i = 0; i < count; i++) {
        crowd_world_add_random(world, rng);
    }
    crowd_world_finish(world);
}

/* All true rules, one after another; how many there are. */
static uint32_t compare(const struct crowd_world *world,
                        const postern_request *request, uint64_t draw)
{
    uint32_t from = 0;
    uint32_t found = 0;

    for (;;) {
        uint32_t rule = crowd_world_next(world, request, from);

        cr_assert_eq(rule, crowd_world_scan(world, request, from),
                     "%u rules, request %llu, from %u: %u", world->count,
                     (unsigned long long)draw, from, rule);
        if (rule == PST_NO_RULE) {
            return found;
        }
        found++;
        from = rule + 1;
    }
}

/* ---- the same as one by one -----------------------------------------------
 */

Test(crowd, finds_what_trying_every_rule_finds)
{
    static const struct {
        uint32_t rules;
        uint32_t worlds;
        uint32_t requests;
    } rows[] = {{1, 60, 40},   {2, 40, 40},   {3, 30, 40},    {31, 20, 60},
                {63, 4, 100},  {64, 4, 100},  {65, 4, 100},   {192, 4, 200},
                {511, 2, 100}, {513, 2, 100}, {1000, 2, 200}, {5000, 1, 60},
                {10000, 1, 30}};
    struct rng rng = {SEED};
    uint64_t found = 0;
    uint64_t none = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (uint32_t w = 0; w < rows[i].worlds; w++) {
            struct crowd_world world;

            draw_world(&world, rows[i].rules, &rng);
            for (uint32_t r = 0; r < rows[i].requests; r++) {
                postern_request request = crowd_world_request(&rng);
                uint32_t rules = compare(&world, &request, r);

                found += rules;
                none += rules == 0;
            }
            crowd_world_stop(&world);
        }
    }
    cr_assert_gt(found, 50000, "only %llu rules were true",
                 (unsigned long long)found);
    cr_assert_gt(none, 1000, "only %llu requests found none",
                 (unsigned long long)none);
}

Test(crowd, goes_on_from_any_rule)
{
    struct rng rng = {SEED + 1};
    struct crowd_world world;

    draw_world(&world, 6000, &rng);
    for (uint32_t i = 0; i < 400; i++) {
        postern_request request = crowd_world_request(&rng);
        uint32_t from = rng_below(&rng, 6002);

        cr_assert_eq(crowd_world_next(&world, &request, from),
                     crowd_world_scan(&world, &request, from), "from %u", from);
    }
    crowd_world_stop(&world);
}

/* ---- each form of a context, with the neighbour that does not hold ---------
 */

struct form {
    const char *window;
    const char *address;
    const postern_circle *circle;
    const char *country;
};

static postern_request known_request(void)
{
    postern_request request;

    postern_request_init(&request);
    request.originator.kind = POSTERN_ID_ABSENT;
    request.operation = POSTERN_OP_RETRIEVE;
    request.time_known = true;
    request.time_s = 1783944000; /* 2026-07-13, a Monday, 12:00:00 */
    cr_assert_eq(postern_ip_parse(&request.ip, postern_str_of("10.1.2.3")),
                 POSTERN_OK);
    request.location.has_point = true;
    request.location.latitude_deg = 89.999;
    request.location.longitude_deg = 120.0;
    memcpy(request.location.country, "DE", 3);
    return request;
}

static void add_form(struct crowd_world *world, const struct form *form)
{
    postern_str window = postern_str_of(form->window ? form->window : "");
    postern_str address = postern_str_of(form->address ? form->address : "");
    postern_str country = postern_str_of(form->country ? form->country : "");
    postern_context context = {
        .windows = form->window ? &window : NULL,
        .window_count = form->window != NULL,
        .addresses = form->address ? &address : NULL,
        .address_count = form->address != NULL,
        .circles = form->circle,
        .circle_count = form->circle != NULL,
        .countries = form->country ? &country : NULL,
        .country_count = form->country != NULL,
    };

    crowd_world_add(world, (postern_rule){.operations = POSTERN_ACOP_ALL,
                                          .contexts = &context,
                                          .context_count = 1});
}

/* Every context alone: [CTX-10] [CTX-20] [CTX-30] [CTX-31] */
Test(crowd, each_form_holds_and_its_neighbour_does_not)
{
    static const postern_circle pole = {90.0, 0.0, 200.0};
    static const postern_circle small = {90.0, 0.0, 100.0};
    static const postern_circle beyond = {89.999, -60.0, 230.0};
    static const postern_circle whole = {-90.0, 0.0, 3e7};
    static const struct {
        struct form form;
        bool holds;
    } rows[] = {
        {{.window = "0 * * * * * *"}, true},
        {{.window = "1 * * * * * *"}, false},
        {{.window = "* 0 * * * * *"}, true},
        {{.window = "* 1-59 * * * * *"}, false},
        {{.window = "* * 12 * * * *"}, true},
        {{.window = "* * 11,13 * * * *"}, false},
        {{.window = "* * * 13 * * *"}, true},
        {{.window = "* * * 12 * * *"}, false},
        {{.window = "* * * * 7 * *"}, true},
        {{.window = "* * * * 8 * *"}, false},
        {{.window = "* * * * * 1 *"}, true},
        {{.window = "* * * * * 0,2-6 *"}, false},
        {{.window = "* * * * * * 2026"}, true},
        {{.window = "* * * * * * 2000-2025,2027-9999"}, false},
        {{.address = "10.1.2.3"}, true},
        {{.address = "10.1.2.2"}, false},
        {{.address = "10.0.0.0/8"}, true},
        {{.address = "10.1.3.0/24"}, false},
        {{.address = "0.0.0.0/0"}, true},
        {{.address = "::/0"}, false},
        {{.address = "::ffff:10.1.2.3/128"}, true},
        {{.circle = &pole}, true},
        {{.circle = &small}, false},
        {{.circle = &beyond}, true},
        {{.circle = &whole}, true},
        {{.country = "DE"}, true},
        {{.country = "DK"}, false},
        {{.country = "DE", .address = "11.0.0.0/8"}, false},
        {{.country = "AT", .circle = &pole}, true},
        {{.country = "DE", .circle = &small}, true},
        {{.country = "AT", .circle = &small}, false},
        {{0}, true},
    };
    enum { ROWS = sizeof rows / sizeof rows[0] };
    postern_request request = known_request();
    struct crowd_world world;

    crowd_world_start(&world);
    for (uint32_t i = 0; i < ROWS; i++) {
        add_form(&world, &rows[i].form);
    }
    crowd_world_finish(&world);
    for (uint32_t i = 0; i < ROWS; i++) {
        cr_expect_eq(crowd_world_next(&world, &request, i) == i, rows[i].holds,
                     "row %u", i);
    }
    crowd_world_stop(&world);
}

/* [CTX-03] [CTX-34] */
Test(crowd, an_unknown_fact_leaves_the_rules_that_do_not_ask_for_it)
{
    static const postern_circle pole = {90.0, 0.0, 200.0};
    static const struct form forms[] = {{.window = "* * * * * * *"},
                                        {.address = "0.0.0.0/0"},
                                        {.circle = &pole},
                                        {.country = "DE"},
                                        {0}};
    enum { FORMS = sizeof forms / sizeof forms[0] };
    struct crowd_world world;

    crowd_world_start(&world);
    for (uint32_t i = 0; i < FORMS; i++) {
        add_form(&world, &forms[i]);
    }
    crowd_world_finish(&world);
    for (uint32_t missing = 0; missing < FORMS; missing++) {
        postern_request request = known_request();

        request.time_known = missing != 0;
        request.ip.family = missing == 1 ? 0 : request.ip.family;
        request.location.has_point = missing != 2;
        request.location.country[0] = missing == 3 ? '\0' : 'D';
        for (uint32_t i = 0; i < FORMS; i++) {
            cr_expect_eq(crowd_world_next(&world, &request, i) == i,
                         i != missing || i == FORMS - 1, "%u without %u", i,
                         missing);
        }
    }
    crowd_world_stop(&world);
}

/* Years that are told apart, those that are not, those outside. [CTX-10] */
Test(crowd, years_are_told_apart_or_left_to_the_exact_test)
{
    static const char *const windows[] = {
        "* * * * * * *",         "* * * * * * 2000", "* * * * * * 2061",
        "* * * * * * 2062",      "* * * * * * 2063", "* * * * * * 9999",
        "* * * * * * 2062-9999", "* * * * * * */61"};
    static const int64_t times_s[] = {
        946684799,  946684800,  2871763200,   2903299199,      2903299200,
        2934835200, 2934835199, 253402300799, PST_CIVIL_MIN_S, 253402300800};
    enum { WINDOWS = sizeof windows / sizeof windows[0] };
    struct crowd_world world;

    crowd_world_start(&world);
    for (uint32_t i = 0; i < WINDOWS; i++) {
        add_form(&world, &(struct form){.window = windows[i]});
    }
    crowd_world_finish(&world);
    for (size_t t = 0; t < sizeof times_s / sizeof times_s[0]; t++) {
        postern_request request = known_request();

        request.time_s = times_s[t];
        for (uint32_t i = 0; i <= WINDOWS; i++) {
            cr_expect_eq(crowd_world_next(&world, &request, i),
                         crowd_world_scan(&world, &request, i), "%lld from %u",
                         (long long)times_s[t], i);
        }
    }
    crowd_world_stop(&world);
}

/* Ranges that do not end where a prefix does. [CTX-25] */
Test(crowd, joined_ranges_end_where_they_end)
{
    static const struct {
        const char *address;
        bool holds;
    } rows[] = {
        {"9.255.255.253", false},
        {"9.255.255.254", true},
        {"10.0.0.0", true},
        {"10.0.0.2", true},
        {"10.0.0.3", false},
        {"10.200.0.0", false},
        {"1:ffff:ffff:ffff:ffff:ffff:ffff:fffe", false},
        {"1:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true},
        {"2::1", true},
        {"2::2", false},
    };
    postern_str addresses[] = {
        postern_str_of("9.255.255.254/31"), postern_str_of("10.0.0.0/31"),
        postern_str_of("10.0.0.2"), postern_str_of("2::/127"),
        postern_str_of("1:ffff:ffff:ffff:ffff:ffff:ffff:ffff")};
    postern_context context = {.addresses = addresses, .address_count = 5};
    struct crowd_world world;

    crowd_world_start(&world);
    crowd_world_add(&world, (postern_rule){.operations = POSTERN_ACOP_ALL,
                                           .contexts = &context,
                                           .context_count = 1});
    crowd_world_finish(&world);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        postern_request request = known_request();

        cr_assert_eq(
            postern_ip_parse(&request.ip, postern_str_of(rows[i].address)),
            POSTERN_OK);
        cr_expect_eq(crowd_world_next(&world, &request, 0) == 0, rows[i].holds,
                     "%s", rows[i].address);
    }
    crowd_world_stop(&world);
}

/* ---- blocks ---------------------------------------------------------------
 */

/* Rules of `clauses` windows each; only the last window of the last rule is of
 * this year. */
static void start_blocks(struct crowd_world *world, uint32_t rules,
                         uint32_t clauses)
{
    postern_str windows[3] = {postern_str_of("* * * * * * 2024"),
                              postern_str_of("* * * * * * 2025"),
                              postern_str_of("* * * * * * 2027")};
    postern_context context = {.windows = windows, .window_count = clauses};
    postern_rule rule = {.operations = POSTERN_ACOP_RETRIEVE,
                         .contexts = &context,
                         .context_count = 1};

    crowd_world_start(world);
    for (uint32_t i = 0; i < rules; i++) {
        if (i + 1 == rules) {
            windows[clauses - 1] = postern_str_of("* * * * * * 2026");
        }
        crowd_world_add(world, rule);
    }
    crowd_world_finish(world);
}

Test(crowd, ends_where_its_blocks_end)
{
    static const struct {
        uint32_t rules;
        uint32_t clauses; /* of each */
        uint32_t blocks;
    } rows[] = {{4095, 1, 1}, {4096, 1, 1}, {4097, 1, 2}, {8192, 1, 2},
                {8193, 1, 3}, {1365, 3, 1}, {1366, 3, 2}, {2731, 3, 3}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t last = rows[i].rules - 1;
        postern_request request = known_request();
        struct crowd_world world;

        start_blocks(&world, rows[i].rules, rows[i].clauses);
        cr_expect_eq(pst_crowd_block_count(crowd_world_crowd(&world)),
                     rows[i].blocks, "row %zu", i);
        cr_expect_eq(crowd_world_next(&world, &request, 0), last, "row %zu", i);
        cr_expect_eq(crowd_world_next(&world, &request, last), last);
        cr_expect_eq(crowd_world_next(&world, &request, last + 1), PST_NO_RULE);
        request.operation = POSTERN_OP_UPDATE;
        cr_expect_eq(crowd_world_next(&world, &request, 0), PST_NO_RULE);
        crowd_world_stop(&world);
    }
}

/* Rules of two lanes, the first of which has nothing true in its first line:
 * what begins its second comes before the rule of the other lane. */
Test(crowd, goes_from_line_to_line_in_the_order_of_the_rules)
{
    enum { LINE_CLAUSES = 512, BEHIND = 100 };
    postern_request request = known_request();
    struct crowd_world world;

    crowd_world_start(&world);
    for (uint32_t i = 0; i < LINE_CLAUSES + BEHIND; i++) {
        struct form form = {.window = i == LINE_CLAUSES ? "* * * * * * 2026"
                                                        : "* * * * * * 2025"};

        if (i == LINE_CLAUSES + 1) {
            form = (struct form){.address = "10.0.0.0/8"};
        }
        add_form(&world, &form);
    }
    crowd_world_finish(&world);
    cr_expect_eq(crowd_world_next(&world, &request, 0), LINE_CLAUSES);
    cr_expect_eq(crowd_world_next(&world, &request, LINE_CLAUSES),
                 LINE_CLAUSES);
    cr_expect_eq(crowd_world_next(&world, &request, LINE_CLAUSES + 1),
                 LINE_CLAUSES + 1);
    cr_expect_eq(crowd_world_next(&world, &request, LINE_CLAUSES + 2),
                 PST_NO_RULE);
    request.time_known = false;
    cr_expect_eq(crowd_world_next(&world, &request, 0), LINE_CLAUSES + 1);
    crowd_world_stop(&world);
}

/* Five blocks, of which each begins and ends with a rule that holds. */
Test(crowd, goes_on_in_the_block_that_has_the_rule)
{
    enum { BLOCKS = 5, RULES = BLOCKS * PST_BLOCK_CLAUSES };
    postern_request request = known_request();
    struct crowd_world world;

    crowd_world_start(&world);
    for (uint32_t i = 0; i < RULES; i++) {
        bool holds = (i + 1) % PST_BLOCK_CLAUSES < 2;

        add_form(&world, &(struct form){.window = holds ? "* * * * * * 2026"
                                                        : "* * * * * * 2025"});
    }
    crowd_world_finish(&world);
    cr_assert_eq(pst_crowd_block_count(crowd_world_crowd(&world)), BLOCKS);
    for (uint32_t b = 0; b < BLOCKS; b++) {
        uint32_t first = b * PST_BLOCK_CLAUSES;
        uint32_t last = first + PST_BLOCK_CLAUSES - 1;

        cr_expect_eq(crowd_world_next(&world, &request, first), first);
        for (uint32_t from = first + 1; from <= last; from += 63) {
            cr_expect_eq(crowd_world_next(&world, &request, from), last,
                         "from %u", from);
        }
        cr_expect_eq(crowd_world_next(&world, &request, last), last);
    }
    cr_expect_eq(crowd_world_next(&world, &request, RULES), PST_NO_RULE);
    crowd_world_stop(&world);
}

/* ---- slabs and slices -----------------------------------------------------
 */

Test(crowd, a_slab_has_sixteen_slices)
{
    /* Of the borders, every slab but the first and the last is 1/64 wide. */
    struct {
        double borders[PST_CROWD_BORDERS];
        double behind;
    } axis = {.behind = 0.5};
    const double first = -0.5;
    const double last = first + (PST_CROWD_BORDERS - 1) / 64.0;
    const struct {
        double value;
        uint32_t slab;
        uint32_t slice;
    } rows[] = {
        {-1.0, 0, 0},
        {-0.75, 0, 8},
        {-0.51, 0, 15},
        {first, 1, 0},
        {first + 0.5 / 64, 1, 8},
        {first + 0.99 / 64, 1, 15},
        {first + 1.0 / 64, 2, 0},
        {first + 30.25 / 64, 31, 4},
        {last - 0.01 / 64, PST_CROWD_BORDERS - 1, 15},
        {last, PST_CROWD_BORDERS, 0},
        {(last + 1.0) / 2, PST_CROWD_BORDERS, 8},
        {1.0, PST_CROWD_BORDERS, 15},
    };

    for (uint32_t i = 0; i < PST_CROWD_BORDERS; i++) {
        axis.borders[i] = first + i / 64.0;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_eq(pst_crowd_slice(axis.borders, rows[i].value),
                     rows[i].slab * PST_SLICES + rows[i].slice, "row %zu", i);
    }
}

Test(crowd, of_no_rule_or_of_none_that_can_hold_is_empty)
{
    static const uint32_t counts[] = {0, 3};

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        postern_request request = known_request();
        struct crowd_world world;

        crowd_world_start(&world);
        for (uint32_t k = 0; k < counts[i]; k++) {
            crowd_world_add(&world,
                            (postern_rule){.operations = POSTERN_ACOP_ALL,
                                           .never = "it cannot be read"});
        }
        crowd_world_finish(&world);
        cr_expect_eq(crowd_world_next(&world, &request, 0), PST_NO_RULE);
        cr_expect_eq(pst_crowd_words(crowd_world_crowd(&world)),
                     PST_CROWD_HEAD_WORDS);
        cr_expect(pst_crowd_is_sound(world.set, crowd_world_crowd(&world),
                                     world.words.count, world.slot));
        crowd_world_stop(&world);
    }
}

/* ---- what it costs ---------------------------------------------------------
 */

/* Conditions of which each is another; a third each limits the time, the
 * address, the place. */
static void start_distinct(struct crowd_world *world, uint32_t count)
{
    crowd_world_start(world);
    for (uint32_t i = 0; i < count; i++) {
        char text[TEXT];
        postern_circle circle = {-60.0 + (i % 97), -170.0 + (i % 331), 900.0};
        struct form form = {0};

        (void)snprintf(text, sizeof text, "%u %u %u 14 * * *", i % 60,
                       i / 60 % 60, i / 3600 % 24);
        form.window = i % 3 == 0 ? text : NULL;
        if (i % 3 == 1) {
            (void)snprintf(text, sizeof text, "11.%u.%u.0/24", i / 256 % 256,
                           i % 256);
            form.address = text;
        }
        form.circle = i % 3 == 2 ? &circle : NULL;
        add_form(world, &form);
    }
    crowd_world_finish(world);
}

Test(crowd, judges_few_rules_to_find_that_none_is_true)
{
    postern_request request = known_request();
    struct pst_crowd_cost worst;
    struct crowd_world world;

    start_distinct(&world, 9000);
    judged = 0;
    cr_expect_eq(crowd_world_next(&world, &request, 0), PST_NO_RULE);
    cr_expect_leq(judged, 20, "%llu were judged", (unsigned long long)judged);
    worst = pst_crowd_worst(crowd_world_crowd(&world));
    cr_expect_leq(worst.tests, 3000, "%llu tests are feared",
                  (unsigned long long)worst.tests);
    cr_expect_leq(world.words.count, 9000 * 10, "%u words", world.words.count);
    crowd_world_stop(&world);
}

/* A crowd of one rule, which is not even looked at. */
static void expect_excluded(const postern_rule *rule,
                            const postern_request *request, const char *what)
{
    struct crowd_world world;

    crowd_world_start(&world);
    crowd_world_add(&world, *rule);
    crowd_world_finish(&world);
    judged = 0;
    cr_expect_eq(crowd_world_next(&world, request, 0), PST_NO_RULE, "%s", what);
    cr_expect_eq(judged, 0, "%s", what);
    crowd_world_stop(&world);
}

static void expect_found(const postern_rule *rule,
                         const postern_request *request, const char *what)
{
    struct crowd_world world;

    crowd_world_start(&world);
    crowd_world_add(&world, *rule);
    crowd_world_finish(&world);
    cr_expect_eq(crowd_world_next(&world, request, 0), 0, "%s", what);
    crowd_world_stop(&world);
}

static postern_rule rule_of(const postern_context *context)
{
    return (postern_rule){.operations = POSTERN_ACOP_ALL,
                          .contexts = context,
                          .context_count = 1};
}

Test(crowd, looks_at_no_rule_that_one_field_of_the_time_excludes)
{
    static const char *const windows[] = {
        "1 * * * * * *", "* 1 * * * * *", "* * 13 * * * *",  "* * * 14 * * *",
        "* * * * 8 * *", "* * * * * 2 *", "* * * * * * 2027"};
    postern_str window = postern_str_of("0 0 12 13 7 1 2026");
    postern_context context = {.windows = &window, .window_count = 1};
    postern_rule rule = rule_of(&context);
    postern_request request = known_request();

    expect_found(&rule, &request, "the time of the request");
    for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        window = postern_str_of(windows[i]);
        expect_excluded(&rule, &request, windows[i]);
    }
}

/* The address whose digit `digit` is another one; none of PST_IP6_DIGITS. */
static void write_address(char text[TEXT], postern_ip ip, uint32_t digit)
{
    uint32_t len = ip.family == 4 ? 4 : 16;
    size_t end = 0;

    for (uint32_t i = 0; i < len; i++) {
        uint8_t flip = digit / 2 == i ? (digit % 2 ? 0x01 : 0x10) : 0;
        unsigned byte = ip.bytes[i] ^ flip;
        const char *colon = i > 0 && i % 2 == 0 ? ":" : "";

        end += (size_t)(ip.family == 4 ? snprintf(text + end, TEXT - end,
                                                  "%s%u", i ? "." : "", byte)
                                       : snprintf(text + end, TEXT - end,
                                                  "%s%02x", colon, byte));
    }
}

Test(crowd, looks_at_no_rule_that_one_digit_of_the_address_excludes)
{
    static const char *const addresses[] = {"10.1.2.3",
                                            "2001:db8:1:2:3:4:5:6789"};

    for (size_t a = 0; a < 2; a++) {
        char text[TEXT];
        postern_str address = postern_str_of(addresses[a]);
        postern_context context = {.addresses = &address, .address_count = 1};
        postern_rule rule = rule_of(&context);
        postern_request request = known_request();

        cr_assert_eq(postern_ip_parse(&request.ip, address), POSTERN_OK);
        expect_found(&rule, &request, addresses[a]);
        for (uint32_t i = 0; i < (a ? PST_IP6_DIGITS : PST_IP4_DIGITS); i++) {
            write_address(text, request.ip, i);
            address = postern_str_of(text);
            expect_excluded(&rule, &request, text);
        }
        address = postern_str_of(addresses[!a]);
        expect_excluded(&rule, &request, "the other family");
    }
}

/* Each circle is where the point is on two of the three axes, but the last,
 * which is around it. */
Test(crowd, looks_at_no_rule_that_the_place_excludes)
{
    static const postern_circle circles[] = {{-45.0, 45.0, 1000.0},
                                             {45.0, -45.0, 1000.0},
                                             {45.0, 135.0, 1000.0},
                                             {45.0, 45.0, 1000.0}};
    enum { CIRCLES = sizeof circles / sizeof circles[0] };
    postern_request request = known_request();
    struct crowd_world world;

    request.location.latitude_deg = 45.0;
    request.location.longitude_deg = 45.0;
    crowd_world_start(&world);
    for (size_t i = 0; i < CIRCLES; i++) {
        add_form(&world, &(struct form){.circle = &circles[i]});
    }
    crowd_world_finish(&world);
    judged = 0;
    cr_expect_eq(crowd_world_next(&world, &request, 0), CIRCLES - 1);
    cr_expect_eq(judged, 1);
    crowd_world_stop(&world);
}

Test(crowd, looks_at_no_rule_that_the_country_excludes)
{
    postern_str country = postern_str_of("DE");
    postern_context context = {.countries = &country, .country_count = 1};
    postern_rule rule = rule_of(&context);
    postern_request request = known_request();

    expect_found(&rule, &request, "DE");
    country = postern_str_of("DK");
    expect_excluded(&rule, &request, "DK");
}

Test(crowd, looks_at_no_rule_that_the_request_itself_excludes)
{
    static const uint32_t types[] = {4};
    static const struct {
        uint32_t target;
        uint32_t child;
    } others[] = {{2, 4}, {0x13, 4}, {3, 5}, {3, 0x14}};
    postern_object_details details = {
        .resource_type = 3, .child_types = types, .child_type_count = 1};
    postern_rule rule = {.operations = POSTERN_ACOP_UPDATE};
    postern_request request = known_request();

    expect_excluded(&rule, &request, "another operation");
    rule.operations |= POSTERN_ACOP_RETRIEVE;
    expect_found(&rule, &request, "the operation");
    rule.authentication_flag = true;
    request.authenticated = false;
    expect_excluded(&rule, &request, "not authenticated");
    request.authenticated = true;
    expect_found(&rule, &request, "authenticated");

    rule.operations = POSTERN_ACOP_CREATE;
    rule.object_details = &details;
    rule.object_details_count = 1;
    request.operation = POSTERN_OP_CREATE;
    request.target_type = 3;
    request.child_type = 4;
    expect_found(&rule, &request, "the types");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        request.target_type = others[i].target;
        request.child_type = others[i].child;
        expect_excluded(&rule, &request, "other types");
    }
}

/* What no vector can tell apart: the exact test is left, and is foretold. */
Test(crowd, foretells_that_circles_over_one_spot_are_all_judged)
{
    postern_request request = known_request();
    struct crowd_world world;

    crowd_world_start(&world);
    for (uint32_t i = 0; i < 1000; i++) {
        postern_circle circle = {90.0, 0.0, 100.0 + 0.001 * i};
        struct form form = {.circle = &circle};

        add_form(&world, &form);
    }
    crowd_world_finish(&world);
    judged = 0;
    cr_expect_eq(crowd_world_next(&world, &request, 0), PST_NO_RULE);
    cr_expect_geq(judged, 500);
    cr_expect_leq(judged, pst_crowd_worst(crowd_world_crowd(&world)).tests);
    crowd_world_stop(&world);
}

Test(crowd, never_judges_more_rules_than_it_foretells)
{
    static const uint32_t counts[] = {1, 5, 70, 600, 5000};
    struct rng rng = {SEED + 2};

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct pst_crowd_cost worst;
        struct crowd_world world;

        draw_world(&world, counts[i], &rng);
        worst = pst_crowd_worst(crowd_world_crowd(&world));
        for (uint32_t r = 0; r < 200; r++) {
            postern_request request = crowd_world_request(&rng);
            uint32_t from = 0;

            judged = 0;
            do {
                from = crowd_world_next(&world, &request, from) + 1;
            } while (from);
            cr_expect_leq(judged, worst.tests, "%u rules", counts[i]);
        }
        crowd_world_stop(&world);
    }
}

/* ---- words from elsewhere --------------------------------------------------
 */

/* A copy in a block of its own size, so that reading behind it is noticed. */
static uint64_t *copy_words(const uint64_t *crowd, size_t count)
{
    uint64_t *copy = malloc(count ? count * sizeof *copy : 1);

    cr_assert(copy);
    memcpy(copy, crowd, count * sizeof *copy);
    return copy;
}

/* Asks for all rules; each that is found is true. False: not sound. */
static bool use(const struct crowd_world *world, const uint64_t *crowd,
                size_t count, const postern_request *request)
{
    struct pst_facts facts;
    postern_request copy;
    uint32_t from = 0;

    if (!pst_crowd_is_sound(world->set, crowd, count, world->slot)) {
        return false;
    }
    cr_assert(pst_facts_init(&facts, request, &copy));
    while (from < world->count) {
        uint32_t rule =
            pst_crowd_next(world->set, crowd, world->slot, &facts, from);

        if (rule == PST_NO_RULE) {
            break;
        }
        cr_assert(rule >= from && rule < world->count);
        cr_assert(crowd_world_holds(world, rule, request));
        from = rule + 1;
    }
    return true;
}

static void use_word(const struct crowd_world *world, uint64_t *crowd,
                     uint32_t at, struct rng *rng)
{
    uint64_t kept = crowd[at];
    const uint64_t hostile[] = {0,
                                1,
                                ~(uint64_t)0,
                                kept + 1,
                                kept - 1,
                                kept << 32,
                                kept ^ 0x80000000u,
                                kept ^ UINT64_C(1) << 63,
                                ~kept,
                                kept + 8,
                                kept ^ 0xFFFF0000u,
                                rng_bits(rng),
                                kept * 2,
                                kept >> 1,
                                kept + (UINT64_C(1) << 32)};

    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        postern_request request = crowd_world_request(rng);

        crowd[at] = hostile[i];
        (void)use(world, crowd, world->words.count, &request);
    }
    crowd[at] = kept;
}

Test(crowd, hostile_words_are_refused_or_make_no_permit)
{
    static const uint32_t counts[] = {2, 30, 90};
    struct rng rng = {SEED + 3};

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct crowd_world world;
        uint64_t *crowd;

        draw_world(&world, counts[i], &rng);
        crowd = copy_words(crowd_world_crowd(&world), world.words.count);
        for (uint32_t at = 0; at < world.words.count; at++) {
            use_word(&world, crowd, at, &rng);
        }
        cr_assert(pst_crowd_is_sound(world.set, crowd, world.words.count,
                                     world.slot));
        free(crowd);
        crowd_world_stop(&world);
    }
}

Test(crowd, fewer_words_are_refused)
{
    struct rng rng = {SEED + 4};
    postern_request request = known_request();
    struct crowd_world world;

    draw_world(&world, 40, &rng);
    for (size_t count = 0; count <= world.words.count; count++) {
        uint64_t *crowd = copy_words(crowd_world_crowd(&world), count);

        cr_assert_eq(use(&world, crowd, count, &request),
                     count == world.words.count, "%zu words", count);
        free(crowd);
    }
    crowd_world_stop(&world);
}

static void start_plain(struct crowd_world *world, uint32_t rules)
{
    crowd_world_start(world);
    for (uint32_t i = 0; i < rules; i++) {
        crowd_world_add(world, (postern_rule){.operations = POSTERN_ACOP_ALL});
    }
    crowd_world_finish(world);
}

Test(crowd, one_for_more_rules_than_there_are_is_refused)
{
    struct crowd_world three;
    struct crowd_world two;

    start_plain(&three, 3);
    start_plain(&two, 2);
    cr_expect(pst_crowd_is_sound(three.set, crowd_world_crowd(&three),
                                 three.words.count, three.slot));
    cr_expect_not(pst_crowd_is_sound(two.set, crowd_world_crowd(&three),
                                     three.words.count, two.slot));
    crowd_world_stop(&three);
    crowd_world_stop(&two);
}

/* A block that may be written to. */
static struct pst_crowd_block *block_in(uint64_t *crowd, uint32_t number)
{
    return (struct pst_crowd_block *)(crowd +
                                      pst_crowd_head(crowd)->blocks_at) +
           number;
}

Test(crowd, rows_that_are_not_there_are_refused)
{
    postern_request request = known_request();
    struct crowd_world world;
    struct pst_crowd_block *block;
    uint64_t *crowd;
    uint16_t *directory;

    start_distinct(&world, 300);
    crowd = copy_words(crowd_world_crowd(&world), world.words.count);
    block = block_in(crowd, 0);
    directory = (uint16_t *)(crowd + block->directory_at);
    cr_assert(use(&world, crowd, world.words.count, &request));
    directory[0] = (uint16_t)block->rows;
    cr_expect_not(use(&world, crowd, world.words.count, &request));
    directory[0] = (uint16_t)(block->rows - 1);
    cr_expect(use(&world, crowd, world.words.count, &request));
    block->rows_at = world.words.count - block->rows * pst_block_words(block);
    cr_expect(use(&world, crowd, world.words.count, &request));
    block->rows_at++;
    cr_expect_not(use(&world, crowd, world.words.count, &request));
    free(crowd);
    crowd_world_stop(&world);
}

/* Two blocks without a row, whose rules stand in a row: made one. */
Test(crowd, blocks_of_more_clauses_than_a_block_has_are_refused)
{
    postern_request request = known_request();
    struct crowd_world world;
    struct pst_crowd_head *head;
    uint64_t *crowd;

    start_plain(&world, PST_BLOCK_CLAUSES + 1);
    crowd = copy_words(crowd_world_crowd(&world), world.words.count);
    head = (struct pst_crowd_head *)crowd;
    cr_assert_eq(head->lanes[PST_CROWD_LANES], 2);
    cr_assert(use(&world, crowd, world.words.count, &request));
    head->lanes[PST_CROWD_LANES] = 1;
    cr_expect(use(&world, crowd, world.words.count, &request));
    block_in(crowd, 0)->clauses++;
    block_in(crowd, 0)->last_rule++;
    cr_expect_not(use(&world, crowd, world.words.count, &request));
    free(crowd);
    crowd_world_stop(&world);
}

Test(crowd, names_only_rules_that_list_the_originator)
{
    struct pst_entry entries[] = {{7, 0}, {7, 1}, {7, 1}, {7, 2}, {7, 9}};
    struct crowd_world world;

    crowd_world_start(&world);
    for (uint32_t i = 0; i < 3; i++) {
        add_form(&world, &(struct form){.country = "DE"});
    }
    crowd_world_finish(&world);
    cr_expect(pst_crowd_is_of(crowd_world_crowd(&world), entries, 5));
    cr_expect(pst_crowd_is_of(crowd_world_crowd(&world), entries, 4));
    cr_expect_not(pst_crowd_is_of(crowd_world_crowd(&world), entries, 3));
    cr_expect_not(pst_crowd_is_of(crowd_world_crowd(&world), entries + 1, 4));
    entries[3].rule = 3;
    cr_expect_not(pst_crowd_is_of(crowd_world_crowd(&world), entries, 5));
    crowd_world_stop(&world);
}

/* ---- memory -----------------------------------------------------------------
 */

static void build_with_failure(const struct crowd_world *world,
                               struct faulty *heap, postern_status *status)
{
    postern_allocator allocator = faulty_allocator(heap);
    uint64_t before[3] = {1, 2, 3};
    struct pst_vec words;

    pst_vec_init(&words, sizeof(uint64_t));
    *status = pst_vec_push(&words, &allocator, before, 3);
    if (*status == POSTERN_OK) {
        *status =
            pst_crowd_build(world->rules, world->count,
                            PST_TABLE(world->set, YEARS, struct pst_year_set),
                            &allocator, &words);
        cr_expect_eq(memcmp(words.data, before, sizeof before), 0);
        cr_expect_eq(words.count,
                     *status == POSTERN_OK ? 3 + world->words.count : 3);
    }
    if (*status == POSTERN_OK) { /* a place of its own is its only place */
        cr_expect_eq(memcmp((uint64_t *)words.data + 3, world->words.data,
                            world->words.count * sizeof(uint64_t)),
                     0);
    }
    pst_vec_release(&words, &allocator);
    cr_expect_eq(heap->live, 0);
    cr_expect_eq(heap->wrong_sizes, 0);
}

Test(crowd, without_memory_leaves_the_words_as_they_were)
{
    struct rng rng = {SEED + 6};
    postern_status status = POSTERN_ERR_MEMORY;
    struct crowd_world world;
    size_t failures = 0;

    draw_world(&world, 200, &rng);
    for (size_t n = 1; status != POSTERN_OK; n++) {
        struct faulty heap = {.fail_at = n};

        build_with_failure(&world, &heap, &status);
        failures += status == POSTERN_ERR_MEMORY;
        cr_assert(status == POSTERN_OK || status == POSTERN_ERR_MEMORY);
    }
    cr_expect_geq(failures, 4);
    crowd_world_stop(&world);
}
