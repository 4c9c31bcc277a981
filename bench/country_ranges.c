#include "bench/country_ranges.h"

#include "pip/country_draft.h"

#include <stdlib.h>
#include <string.h>

enum { COUNTRIES = 240, UNKNOWN_SHARE = 10 };

/* An address as a number of 128 bits; IPv4: the lowest 32. */
struct bench_range {
    struct pst_address6 first;
    uint16_t country;
};

static uint16_t draw_country(struct rng *rng)
{
    uint32_t number = rng_below(rng, COUNTRIES);
    const char text[2] = {(char)('A' + number / 26), (char)('A' + number % 26)};

    return rng_below(rng, UNKNOWN_SHARE) == 0 ? PST_COUNTRY_NONE
                                              : pst_country_of_text(text, 2);
}

/* Short gaps and long ones of this mean: each half a power of two of four. */
static uint64_t draw_gap(struct rng *rng, uint64_t mean)
{
    uint64_t most = mean >> rng_below(rng, 4) << rng_below(rng, 4);

    return 1 + rng_bits(rng) % (most ? most : 1);
}

static void draw_four(struct bench_ranges *ranges, struct rng *rng)
{
    uint64_t first = 0;

    for (size_t i = 0; i < ranges->count; i++) {
        ranges->four[i].first = (struct pst_address6){0, first};
        ranges->four[i].country = draw_country(rng);
        first += draw_gap(rng, UINT32_MAX / ranges->count / 2);
        if (first > UINT32_MAX) {
            first = UINT32_MAX; /* again and again: each hides the one before */
        }
    }
}

/* In 2000::/3; one in sixteen begins within a /64. */
static void draw_six(struct bench_ranges *ranges, struct rng *rng)
{
    struct pst_address6 first = {0, 0};

    for (size_t i = 0; i < ranges->count; i++) {
        ranges->six[i].first = first;
        ranges->six[i].country = draw_country(rng);
        first.high = i == 0 ? UINT64_C(0x2000) << 48
                            : first.high + draw_gap(rng, (UINT64_C(1) << 60) /
                                                             ranges->count);
        first.low = rng_below(rng, 16) == 0 ? rng_bits(rng) : 0;
    }
}

bool bench_ranges_draw(struct bench_ranges *ranges, size_t count, uint64_t seed)
{
    struct rng rng = {seed};

    ranges->count = count;
    ranges->four = calloc(count, sizeof *ranges->four);
    ranges->six = calloc(count, sizeof *ranges->six);
    if (!ranges->four || !ranges->six) {
        return false;
    }
    draw_four(ranges, &rng);
    draw_six(ranges, &rng);
    return true;
}

void bench_ranges_free(struct bench_ranges *ranges)
{
    free(ranges->four);
    free(ranges->six);
    *ranges = (struct bench_ranges){.count = 0};
}

static bool is_at_most(struct pst_address6 a, struct pst_address6 b)
{
    return a.high != b.high ? a.high < b.high : a.low <= b.low;
}

/* The last range that begins at the address or before. */
static const struct bench_range *search(const struct bench_range *ranges,
                                        size_t count,
                                        struct pst_address6 address)
{
    size_t low = 0;

    while (count - low > 1) {
        size_t middle = low + (count - low) / 2;

        if (is_at_most(ranges[middle].first, address)) {
            low = middle;
        } else {
            count = middle;
        }
    }
    return &ranges[low];
}

static uint64_t number(const uint8_t *bytes, size_t count)
{
    uint64_t value = 0;

    for (size_t i = 0; i < count; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

bool bench_ranges_find(const struct bench_ranges *ranges, const postern_ip *ip,
                       char country[3])
{
    const struct bench_range *range =
        ip->family == 4
            ? search(ranges->four, ranges->count,
                     (struct pst_address6){0, number(ip->bytes, 4)})
            : search(ranges->six, ranges->count,
                     (struct pst_address6){number(ip->bytes, 8),
                                           number(ip->bytes + 8, 8)});

    memset(country, 0, 3);
    if (range->country == PST_COUNTRY_NONE) {
        return false;
    }
    country[0] = (char)(range->country >> 8);
    country[1] = (char)(range->country & 0xFF);
    return true;
}

/* Of ranges that begin at one address the last counts. */
static bool add_all(const struct bench_ranges *ranges,
                    struct pst_country_draft *draft)
{
    for (size_t i = 0; i < ranges->count; i++) {
        const struct bench_range *four = &ranges->four[i];
        const struct bench_range *six = &ranges->six[i];
        bool is_hidden =
            i + 1 < ranges->count && four[1].first.low == four[0].first.low;

        if ((!is_hidden &&
             pst_country_draft_add4(draft, (uint32_t)four->first.low,
                                    four->country) != POSTERN_OK) ||
            pst_country_draft_add6(draft, six->first, six->country) !=
                POSTERN_OK) {
            return false;
        }
    }
    return true;
}

postern_country_db *bench_ranges_db(const struct bench_ranges *ranges)
{
    const postern_allocator allocator = pst_allocator_of(NULL);
    struct pst_country_draft draft;
    postern_country_db *db = NULL;

    pst_country_draft_init(&draft, &allocator);
    if (add_all(ranges, &draft)) {
        db = pst_country_draft_finish(&draft, 0);
    }
    pst_country_draft_release(&draft);
    return db;
}
