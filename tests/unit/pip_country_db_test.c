/*
 * Ranges and searching in them, against a list that is walked from its start.
 */
#include "pip/country_draft.h"
#include "support/rng.h"

#include <criterion/criterion.h>
#include <string.h>

enum { SEED = 20260411, MOST = 5000, ROUNDS = 60, ADDRESSES = 2000 };

/* Ranges as they were put in. */
static struct {
    size_t count;
    struct pst_address6 first[MOST];
    uint16_t country[MOST];
} list;

static uint16_t letters(char a, char b)
{
    const char text[2] = {a, b};

    return pst_country_of_text(text, 2);
}

static bool is_after(struct pst_address6 a, struct pst_address6 b)
{
    return a.high != b.high ? a.high > b.high : a.low > b.low;
}

static uint16_t walk_list(struct pst_address6 address)
{
    uint16_t country = PST_COUNTRY_NONE;

    for (size_t i = 0; i < list.count && !is_after(list.first[i], address);
         i++) {
        country = list.country[i];
    }
    return country;
}

static postern_country_db *finish(struct pst_country_draft *draft)
{
    postern_country_db *db = pst_country_draft_finish(draft, 1);

    pst_country_draft_release(draft);
    cr_assert_not_null(db);
    return db;
}

static void start(struct pst_country_draft *draft)
{
    const postern_allocator allocator = pst_allocator_of(NULL);

    pst_country_draft_init(draft, &allocator);
    list.count = 0;
}

/* ---- countries --------------------------------------------------------- */

/* [LOC-08] */
Test(country_text, is_two_letters_in_either_case)
{
    for (unsigned a = 0; a < 256; a++) {
        for (unsigned b = 0; b < 256; b++) {
            const char text[2] = {(char)a, (char)b};
            bool first = (a >= 'A' && a <= 'Z') || (a >= 'a' && a <= 'z');
            bool second = (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
            uint16_t country = pst_country_of_text(text, 2);

            cr_expect_eq(country != PST_COUNTRY_NONE, first && second);
            cr_expect(country == PST_COUNTRY_NONE ||
                      country == ((a & 0x5F) << 8 | (b & 0x5F)));
        }
    }
    cr_expect_eq(pst_country_of_text("NLD", 3), PST_COUNTRY_NONE);
    cr_expect_eq(pst_country_of_text("N", 1), PST_COUNTRY_NONE);
    cr_expect_eq(pst_country_of_text("", 0), PST_COUNTRY_NONE);
}

/* ---- searching --------------------------------------------------------- */

Test(country_ranges, of_nothing_know_nothing)
{
    struct pst_country_draft draft;
    postern_country_db *db;

    start(&draft);
    db = finish(&draft);
    cr_expect_eq(pst_country_find4(db, 0), PST_COUNTRY_NONE);
    cr_expect_eq(pst_country_find4(db, UINT32_MAX), PST_COUNTRY_NONE);
    cr_expect_eq(pst_country_find6(db, (struct pst_address6){0, 0}),
                 PST_COUNTRY_NONE);
    postern_country_db_free(db);
}

Test(country_ranges, of_one_country_are_one)
{
    struct pst_country_draft draft;
    postern_country_db *db;

    start(&draft);
    for (uint32_t i = 0; i < 1000; i++) {
        cr_assert_eq(pst_country_draft_add4(&draft, i << 20, letters('N', 'L')),
                     POSTERN_OK);
    }
    cr_expect(draft.has_country);
    db = finish(&draft);
    cr_expect_eq(db->count4, 1);
    cr_expect_eq(pst_country_find4(db, UINT32_MAX), letters('N', 'L'));
    postern_country_db_free(db);
}

Test(country_ranges, without_letters_have_no_country)
{
    struct pst_country_draft draft;

    start(&draft);
    cr_assert_eq(pst_country_draft_add4(&draft, 0, PST_COUNTRY_NONE),
                 POSTERN_OK);
    cr_assert_eq(
        pst_country_draft_add6(&draft, (struct pst_address6){0, 0},
                               PST_COUNTRY_BY_IP4 + PST_COUNTRY_BY_IP4_MOST),
        POSTERN_OK);
    cr_expect_not(draft.has_country);
    pst_country_draft_release(&draft);
}

/* Gaps from single addresses to a large part of all. */
static uint64_t random_gap(struct rng *rng, unsigned most_bits)
{
    return 1 + (rng_bits(rng) >> (64 - rng_between(rng, 1, most_bits)));
}

static uint16_t random_country(struct rng *rng)
{
    return rng_below(rng, 4) == 0
               ? PST_COUNTRY_NONE
               : letters((char)('A' + rng_below(rng, 3)), 'A');
}

static void add4(struct pst_country_draft *draft, uint64_t first,
                 uint16_t country)
{
    cr_assert_eq(pst_country_draft_add4(draft, (uint32_t)first, country),
                 POSTERN_OK);
    list.first[list.count] = (struct pst_address6){0, first};
    list.country[list.count++] = country;
}

static void check4(const postern_country_db *db, uint32_t address)
{
    cr_assert_eq(pst_country_find4(db, address),
                 walk_list((struct pst_address6){0, address}), "%08x", address);
}

Test(country_ranges, are_found_for_any_ipv4_address)
{
    struct rng rng = {SEED};

    for (unsigned round = 0; round < ROUNDS; round++) {
        struct pst_country_draft draft;
        postern_country_db *db;
        uint64_t first = 0;

        start(&draft);
        while (first <= UINT32_MAX &&
               list.count < (unsigned)MOST >> (round % 13)) {
            add4(&draft, first, random_country(&rng));
            first += random_gap(&rng, 8 + round % 24);
        }
        db = finish(&draft);
        for (size_t i = 0; i < list.count; i += 1 + list.count / 500) {
            check4(db, (uint32_t)list.first[i].low);
            check4(db, (uint32_t)list.first[i].low - 1);
            check4(db, (uint32_t)list.first[i].low + 1);
        }
        for (unsigned i = 0; i < ADDRESSES; i++) {
            check4(db, (uint32_t)(rng_bits(&rng) >> (32 + i % 32)));
        }
        postern_country_db_free(db);
    }
}

static void add6(struct pst_country_draft *draft, struct pst_address6 first,
                 uint16_t country)
{
    cr_assert_eq(pst_country_draft_add6(draft, first, country), POSTERN_OK);
    list.first[list.count] = first;
    list.country[list.count++] = country;
}

static void check6(const postern_country_db *db, struct pst_address6 address)
{
    cr_assert_eq(pst_country_find6(db, address), walk_list(address),
                 "%016llx%016llx", (unsigned long long)address.high,
                 (unsigned long long)address.low);
}

/* Some ranges begin within one and the same upper half, many of them. */
static void fill6(struct pst_country_draft *draft, struct rng *rng,
                  unsigned round)
{
    struct pst_address6 first = {0, 0};

    while (list.count < (unsigned)MOST >> (round % 13)) {
        uint64_t before = first.low;

        add6(draft, first, random_country(rng));
        first.low += random_gap(rng, 60);
        if (first.low < before || rng_below(rng, 1 + round % 7) > 0) {
            before = first.high;
            first.high += random_gap(rng, 8 + round % 50);
            first.low = rng_below(rng, 2) ? rng_bits(rng) : 0;
            if (first.high < before) {
                return;
            }
        }
    }
}

static void check_edges6(const postern_country_db *db, struct pst_address6 edge)
{
    check6(db, edge);
    check6(db, (struct pst_address6){edge.high, edge.low - 1});
    check6(db, (struct pst_address6){edge.high, edge.low + 1});
    check6(db, (struct pst_address6){edge.high, 0});
    check6(db, (struct pst_address6){edge.high, UINT64_MAX});
    check6(db, (struct pst_address6){edge.high - 1, edge.low});
    check6(db, (struct pst_address6){edge.high + 1, 0});
}

Test(country_ranges, are_found_for_any_ipv6_address)
{
    struct rng rng = {SEED};

    for (unsigned round = 0; round < ROUNDS; round++) {
        struct pst_country_draft draft;
        postern_country_db *db;

        start(&draft);
        fill6(&draft, &rng, round);
        db = finish(&draft);
        for (size_t i = 0; i < list.count; i += 1 + list.count / 200) {
            check_edges6(db, list.first[i]);
        }
        for (unsigned i = 0; i < ADDRESSES; i++) {
            check6(db, (struct pst_address6){rng_bits(&rng) >> (i % 64),
                                             rng_bits(&rng)});
        }
        postern_country_db_free(db);
    }
}

/* Every length that can stand before the 32 bits, halves and edges of the two
 * words included. */
Test(country_ranges, lead_from_ipv6_to_ipv4)
{
    const uint32_t address = 0x81234567;

    for (unsigned skipped = 0; skipped <= PST_COUNTRY_BY_IP4_MOST; skipped++) {
        struct pst_country_draft draft;
        postern_country_db *db;
        struct pst_address6 holds = {0, 0};

        for (unsigned i = 0; i < 32; i++) {
            unsigned at = skipped + i;
            uint64_t bit = address >> (31 - i) & 1;

            *(at < 64 ? &holds.high : &holds.low) |= bit << (63 - at % 64);
        }
        start(&draft);
        add4(&draft, 0, PST_COUNTRY_NONE);
        add4(&draft, address, letters('N', 'L'));
        add4(&draft, (uint64_t)address + 1, PST_COUNTRY_NONE);
        add6(&draft, (struct pst_address6){0, 0},
             (uint16_t)(PST_COUNTRY_BY_IP4 + skipped));
        db = finish(&draft);
        cr_expect_eq(pst_country_find6(db, holds), letters('N', 'L'), "%u",
                     skipped);
        cr_expect_eq(pst_country_find6(db, (struct pst_address6){0, 0}),
                     PST_COUNTRY_NONE);
        postern_country_db_free(db);
    }
}

/* ---- what callers may do wrong ----------------------------------------- */

Test(country_lookup, of_an_unknown_address_or_database_is_unknown)
{
    struct pst_country_draft draft;
    postern_country_db *db;
    const postern_ip ips[] = {{0, {0}}, {5, {0}}, {255, {1}}};
    const postern_ip good = {4, {1}};
    char country[3];

    start(&draft);
    add4(&draft, 0, letters('N', 'L'));
    db = finish(&draft);
    for (size_t i = 0; i < sizeof ips / sizeof ips[0]; i++) {
        memcpy(country, "XX", 3);
        cr_expect_not(postern_country_of_ip(db, &ips[i], country));
        cr_expect_str_eq(country, "");
    }
    cr_expect_not(postern_country_of_ip(db, NULL, country));
    cr_expect_not(postern_country_of_ip(NULL, &good, country));
    cr_expect_str_eq(country, "");
    cr_expect(postern_country_of_ip(db, &good, country));
    cr_expect_str_eq(country, "NL");
    postern_country_db_free(db);
    postern_country_db_free(NULL);
}
