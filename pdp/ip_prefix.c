/*
 * IP addresses as numbers and prefixes as ranges of them. Ranges are joined
 * when a policy is compiled, and searched with every decision.
 */
#include "pdp/ip_prefix.h"

#include "base/sort.h"

#include <string.h>

enum { IP4_BITS = 32, IP6_HALF_BITS = 64, MAPPED_BYTES = 12 };

/* The top `length` bits; `length` at most the width of the number. */
static uint32_t mask32(uint32_t length)
{
    return length ? UINT32_MAX << (IP4_BITS - length) : 0;
}

static uint64_t mask64(uint32_t length)
{
    return length ? UINT64_MAX << (IP6_HALF_BITS - length) : 0;
}

static uint64_t read_big_endian(const uint8_t *bytes, size_t count)
{
    uint64_t value = 0;

    for (size_t i = 0; i < count; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

uint32_t pst_ip4_value(const postern_ip *ip)
{
    return (uint32_t)read_big_endian(ip->bytes, 4);
}

struct pst_ip6_value pst_ip6_value_of(const postern_ip *ip)
{
    return (struct pst_ip6_value){read_big_endian(ip->bytes, 8),
                                  read_big_endian(ip->bytes + 8, 8)};
}

postern_ip pst_ip_unmapped(const postern_ip *ip)
{
    static const uint8_t mapped[MAPPED_BYTES] = {[10] = 0xFF, [11] = 0xFF};
    postern_ip plain = {.family = 4};

    if (ip->family != 6 || memcmp(ip->bytes, mapped, sizeof mapped) != 0) {
        return *ip;
    }
    memcpy(plain.bytes, ip->bytes + MAPPED_BYTES, 4);
    return plain;
}

struct pst_ip4_range pst_ip4_range_of(const struct pst_ip_prefix *prefix)
{
    uint32_t mask = mask32(prefix->length);
    uint32_t first = pst_ip4_value(&prefix->address) & mask;

    return (struct pst_ip4_range){first, first | ~mask};
}

struct pst_ip6_range pst_ip6_range_of(const struct pst_ip_prefix *prefix)
{
    struct pst_ip6_value value = pst_ip6_value_of(&prefix->address);
    bool short_one = prefix->length <= IP6_HALF_BITS;
    uint64_t high = short_one ? mask64(prefix->length) : UINT64_MAX;
    uint64_t low =
        short_one ? 0 : mask64((uint32_t)prefix->length - IP6_HALF_BITS);

    return (struct pst_ip6_range){
        {value.high & high, value.low & low},
        {value.high | ~high, value.low | ~low},
    };
}

static int order4(const void *a, const void *b, const void *context)
{
    const struct pst_ip4_range *left = a;
    const struct pst_ip4_range *right = b;

    (void)context;
    return (left->first > right->first) - (left->first < right->first);
}

/* <0, 0, >0 */
static int compare6(struct pst_ip6_value a, struct pst_ip6_value b)
{
    if (a.high != b.high) {
        return a.high < b.high ? -1 : 1;
    }
    return (a.low > b.low) - (a.low < b.low);
}

static int order6(const void *a, const void *b, const void *context)
{
    const struct pst_ip6_range *left = a;
    const struct pst_ip6_range *right = b;

    (void)context;
    return compare6(left->first, right->first);
}

/* Whether `next`, which does not begin before `range`, overlaps it or begins
 * right behind it. */
static bool touches4(const struct pst_ip4_range *range,
                     const struct pst_ip4_range *next)
{
    return next->first <= range->last || next->first - range->last == 1;
}

static bool touches6(const struct pst_ip6_range *range,
                     const struct pst_ip6_range *next)
{
    struct pst_ip6_value behind = {range->last.high, range->last.low + 1};

    if (compare6(next->first, range->last) <= 0) {
        return true;
    }
    /* range->last is not the largest address, so this does not wrap. */
    behind.high += behind.low == 0;
    return compare6(next->first, behind) == 0;
}

uint32_t pst_ip4_ranges_join(struct pst_ip4_range *ranges, uint32_t count)
{
    uint32_t joined = 0;

    pst_sort(ranges, count, sizeof *ranges, order4, NULL);
    for (uint32_t i = 0; i < count; i++) {
        struct pst_ip4_range *last = &ranges[joined ? joined - 1 : 0];

        if (joined == 0 || !touches4(last, &ranges[i])) {
            ranges[joined++] = ranges[i];
        } else if (ranges[i].last > last->last) {
            last->last = ranges[i].last;
        }
    }
    return joined;
}

uint32_t pst_ip6_ranges_join(struct pst_ip6_range *ranges, uint32_t count)
{
    uint32_t joined = 0;

    pst_sort(ranges, count, sizeof *ranges, order6, NULL);
    for (uint32_t i = 0; i < count; i++) {
        struct pst_ip6_range *last = &ranges[joined ? joined - 1 : 0];

        if (joined == 0 || !touches6(last, &ranges[i])) {
            ranges[joined++] = ranges[i];
        } else if (compare6(ranges[i].last, last->last) > 0) {
            last->last = ranges[i].last;
        }
    }
    return joined;
}

/* Both searches keep: every range before `low` ends before the address, every
 * range from `high` on does not. */
bool pst_ip4_ranges_contain(const struct pst_ip4_range *ranges, uint32_t count,
                            uint32_t address)
{
    uint32_t low = 0;
    uint32_t high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (ranges[middle].last < address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && ranges[low].first <= address;
}

bool pst_ip6_ranges_contain(const struct pst_ip6_range *ranges, uint32_t count,
                            struct pst_ip6_value address)
{
    uint32_t low = 0;
    uint32_t high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (compare6(ranges[middle].last, address) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && compare6(ranges[low].first, address) <= 0;
}
