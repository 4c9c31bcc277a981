/*
 * IP addresses, prefixes and ranges. Texts are compared with inet_pton(), which
 * is as strict; searching joined ranges with a list of prefixes that is walked
 * bit by bit.
 */
#define _POSIX_C_SOURCE 200809L

#include "base/str.h"
#include "pdp/ip_prefix.h"
#include "support/rng.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdio.h>

enum { SEED = 20260317, TEXT_SIZE = 128, MOST = 64 };

static postern_ip ip_of(const char *text)
{
    postern_ip ip;

    cr_assert_eq(postern_ip_parse(&ip, postern_str_of(text)), POSTERN_OK, "%s",
                 text);
    return ip;
}

/* The ranges of a list of prefixes, as a compiled policy holds them. */
struct ranges {
    struct pst_ip4_range four[MOST];
    struct pst_ip6_range six[MOST];
    uint32_t count4;
    uint32_t count6;
};

static void add(struct ranges *ranges, const struct pst_ip_prefix *prefix)
{
    if (prefix->address.family == 4) {
        ranges->four[ranges->count4++] = pst_ip4_range_of(prefix);
    } else {
        ranges->six[ranges->count6++] = pst_ip6_range_of(prefix);
    }
}

static void join(struct ranges *ranges)
{
    ranges->count4 = pst_ip4_ranges_join(ranges->four, ranges->count4);
    ranges->count6 = pst_ip6_ranges_join(ranges->six, ranges->count6);
}

static bool contain(const struct ranges *ranges, const postern_ip *ip)
{
    return ip->family == 4
               ? pst_ip4_ranges_contain(ranges->four, ranges->count4,
                                        pst_ip4_value(ip))
               : pst_ip6_ranges_contain(ranges->six, ranges->count6,
                                        pst_ip6_value_of(ip));
}

/* --- addresses as text ---------------------------------------------------- */

/* [CTX-21] [CTX-23] */
Test(ip_text, reads_the_forms_of_rfc_4291)
{
    static const struct {
        const char *text;
        postern_ip ip;
    } rows[] = {
        {"0.0.0.0", {4, {0}}},
        {"255.255.255.255", {4, {255, 255, 255, 255}}},
        {"10.125.200.3", {4, {10, 125, 200, 3}}},
        {"::", {6, {0}}},
        {"::1", {6, {[15] = 1}}},
        {"1::", {6, {0, 1}}},
        {"2001:db8::1", {6, {0x20, 0x01, 0x0d, 0xb8, [15] = 1}}},
        {"2001:0DB8:0:0:0:0:0:1", {6, {0x20, 0x01, 0x0d, 0xb8, [15] = 1}}},
        {"1:2:3:4:5:6:7:8",
         {6, {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8}}},
        {"1:2:3:4:5:6:7::",
         {6, {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0}}},
        {"::2:3:4:5:6:7:8",
         {6, {0, 0, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8}}},
        {"1:2:3::7:8", {6, {0, 1, 0, 2, 0, 3, [12] = 0, 7, 0, 8}}},
        {"Fadf:dDd0::", {6, {0xfa, 0xdf, 0xdd, 0xd0}}},
        {"1:2:3:4:5:6:192.0.2.33",
         {6, {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 192, 0, 2, 33}}},
        {"::192.0.2.33", {6, {[12] = 192, 0, 2, 33}}},
        {"64:ff9b::192.0.2.33",
         {6, {0, 0x64, 0xff, 0x9b, [12] = 192, 0, 2, 33}}},
        /* Mapped, in every spelling; and neighbours that are not. */
        {"::ffff:203.0.113.9", {4, {203, 0, 113, 9}}},
        {"::FFFF:cb00:7109", {4, {203, 0, 113, 9}}},
        {"0:0:0:0:0:ffff:203.0.113.9", {4, {203, 0, 113, 9}}},
        {"::fffe:203.0.113.9", {6, {[10] = 0xff, 0xfe, 203, 0, 113, 9}}},
        {"::ffff:0:203.0.113.9", {6, {[8] = 0xff, 0xff, 0, 0, 203, 0, 113, 9}}},
        {"::1:ffff:203.0.113.9", {6, {[9] = 1, 0xff, 0xff, 203, 0, 113, 9}}},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        postern_ip ip = ip_of(rows[i].text);

        cr_expect_eq(ip.family, rows[i].ip.family, "%s", rows[i].text);
        cr_expect_arr_eq(ip.bytes, rows[i].ip.bytes, sizeof ip.bytes, "%s",
                         rows[i].text);
    }
}

static const char *const no_addresses[] = {
    "",
    " ",
    "1",
    "1.2.3",
    "1.2.3.",
    ".1.2.3",
    "1..2.3",
    "1.2.3.4.",
    "1.2.3.4.5",
    "1.2.3.256",
    "1.2.3.999",
    "1.2.3.1000",
    "1.2.3.04",
    "010.2.3.4",
    "00.0.0.0",
    "1.2.3.+4",
    "1.2.3.-4",
    "1.2.3.0x4",
    "1.2.3.a",
    " 1.2.3.4",
    "1.2.3.4 ",
    "1.2.3.4/32",
    "1,2,3,4",
    "0x01020304",
    "16909060",
    "localhost",
    ":",
    ":::",
    "::::",
    "1:::2",
    "1::2::3",
    "::1::",
    ":1",
    "1:",
    ":1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4::5:6:7:8",
    "::1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:8::",
    "12345::",
    "00001::",
    "g::",
    "1:2:3:4:5:6:7:1.2.3.4",
    "1:2:3:4:5:1.2.3.4",
    "1.2.3.4::",
    "1.2.3.4::1",
    "::1.2.3.4:5",
    "::1.2.3",
    "::1.2.3.04",
    "::1.2.3.256",
    "::ffff:1.2.3.4.5",
    "fe80::1%eth0",
    "fe80::1%25eth0",
    "[::1]",
    "::1/128",
    "::-1",
    "\xEF\xBC\x91.2.3.4",
};

/* [CTX-21] */
Test(ip_text, refuses_everything_else)
{
    for (size_t i = 0; i < sizeof no_addresses / sizeof no_addresses[0]; i++) {
        postern_ip ip = {4, {1, 2, 3, 4}};

        cr_expect_eq(postern_ip_parse(&ip, postern_str_of(no_addresses[i])),
                     POSTERN_ERR_POLICY, "\"%s\"", no_addresses[i]);
        cr_expect_eq(ip.family, 0, "\"%s\"", no_addresses[i]);
    }
}

Test(ip_text, refuses_a_nul_byte_an_absent_text_and_no_place_for_the_answer)
{
    postern_ip ip;

    cr_expect_eq(postern_ip_parse(&ip, PST_STR("1.2.3.4\0")),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(postern_ip_parse(&ip, (postern_str){NULL, 0}),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(postern_ip_parse(NULL, PST_STR("1.2.3.4")),
                 POSTERN_ERR_ARGUMENT);
}

static void put_ip4(char *text, struct rng *rng)
{
    snprintf(text, TEXT_SIZE, "%u.%u.%u.%u", rng_below(rng, 256),
             rng_below(rng, 256), rng_below(rng, 256), rng_below(rng, 256));
}

/* Groups, at one place "::" or too many groups, at times a dotted quad. */
static void put_ip6(char *text, struct rng *rng)
{
    uint32_t groups = rng_below(rng, 3) ? rng_below(rng, 8) : 8;
    uint32_t gap = groups == 8 ? 99 : rng_below(rng, groups + 1);
    size_t len = 0;

    text[0] = '\0';
    for (uint32_t i = 0; i < groups; i++) {
        uint32_t bits = rng_below(rng, 17);
        const char *colon = i == gap ? "::" : i ? ":" : "";

        len += (size_t)snprintf(text + len, TEXT_SIZE - len,
                                rng_below(rng, 2) ? "%s%x" : "%s%04X", colon,
                                (uint32_t)rng_bits(rng) & ((1u << bits) - 1));
    }
    if (gap == groups) {
        len += (size_t)snprintf(text + len, TEXT_SIZE - len, "::");
    }
    if (rng_below(rng, 4) == 0) {
        snprintf(text + len, TEXT_SIZE - len, "%s1.2.3.%u",
                 gap == groups ? "" : ":", rng_below(rng, 300));
    }
}

static void mutate(char *text, struct rng *rng)
{
    static const char alphabet[] = "0123456789afFg:.:./% ";
    size_t len = strlen(text);
    size_t place = rng_below(rng, (uint32_t)len + 1);
    char c = alphabet[rng_below(rng, sizeof alphabet - 1)];

    switch (rng_below(rng, 3)) {
    case 0:
        text[place] = place < len ? c : '\0';
        return;
    case 1:
        memmove(text + place + 1, text + place, len - place + 1);
        text[place] = c;
        return;
    default:
        if (place < len) {
            memmove(text + place, text + place + 1, len - place);
        }
    }
}

static bool twin_parse(postern_ip *ip, const char *text)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    uint8_t bytes[16] = {0};

    *ip = (postern_ip){0};
    if (inet_pton(AF_INET, text, ip->bytes) == 1) {
        ip->family = 4;
        return true;
    }
    if (inet_pton(AF_INET6, text, bytes) != 1) {
        return false;
    }
    ip->family = memcmp(bytes, mapped, 12) == 0 ? 4 : 6;
    memcpy(ip->bytes, ip->family == 4 ? bytes + 12 : bytes,
           ip->family == 4 ? 4 : 16);
    return true;
}

Test(ip_text, is_read_or_refused_as_inet_pton_does)
{
    struct rng rng = {SEED};
    size_t accepted[7] = {0};
    size_t refused = 0;

    for (int i = 0; i < 300000; i++) {
        char text[TEXT_SIZE + 8];
        postern_ip expected;
        postern_ip actual;
        bool valid;

        if (rng_below(&rng, 4) == 0) {
            put_ip4(text, &rng);
        } else {
            put_ip6(text, &rng);
        }
        for (uint32_t k = rng_below(&rng, 3); k > 0; k--) {
            mutate(text, &rng);
        }
        valid = twin_parse(&expected, text);
        accepted[expected.family] += valid;
        refused += !valid;
        cr_assert_eq(postern_ip_parse(&actual, postern_str_of(text)) ==
                         POSTERN_OK,
                     valid, "seed %d: \"%s\"", SEED, text);
        cr_assert_eq(memcmp(&actual, &expected, sizeof actual), 0,
                     "seed %d: \"%s\"", SEED, text);
    }
    cr_assert(accepted[4] > 20000 && accepted[6] > 20000 && refused > 20000,
              "%zu IPv4, %zu IPv6, %zu refused", accepted[4], accepted[6],
              refused);
}

/* --- prefixes ------------------------------------------------------------- */

Test(ip_prefix, is_read_with_host_bits_cleared)
{
    static const struct {
        const char *text;
        const char *address;
        uint8_t family;
        uint8_t length;
        bool had_host_bits;
    } rows[] = {
        /* Without "/n" it is the address alone. [CTX-21] */
        {"212.75.201.105", "212.75.201.105", 4, 32, false},
        {"2001:db8::5", "2001:db8::5", 6, 128, false},
        {"212.75.201.105/32", "212.75.201.105", 4, 32, false},
        {"2001:db8::5/128", "2001:db8::5", 6, 128, false},
        {"88.77.0.0/16", "88.77.0.0", 4, 16, false},
        {"0.0.0.0/0", "0.0.0.0", 4, 0, false},
        {"::/0", "::", 6, 0, false},
        /* Host bits are masked and remembered. [CTX-22] */
        {"88.77.1.1/16", "88.77.0.0", 4, 16, true},
        {"192.0.2.77/24", "192.0.2.0", 4, 24, true},
        {"10.0.16.0/20", "10.0.16.0", 4, 20, false},
        {"10.0.17.0/20", "10.0.16.0", 4, 20, true},
        {"255.255.255.255/1", "128.0.0.0", 4, 1, true},
        {"1.2.3.4/0", "0.0.0.0", 4, 0, true},
        {"1.2.3.5/31", "1.2.3.4", 4, 31, true},
        {"1.2.3.4/31", "1.2.3.4", 4, 31, false},
        {"Fadf:ddd0::/32", "fadf:ddd0::", 6, 32, false},
        {"abcd:ffff:abb0:aaaa::/64", "abcd:ffff:abb0:aaaa::", 6, 64, false},
        {"2001:db8:a:1::7/48", "2001:db8:a::", 6, 48, true},
        {"ffff:ffff:ffff:ffff:ffff::/65", "ffff:ffff:ffff:ffff:8000::", 6, 65,
         true},
        {"::1/127", "::", 6, 127, true},
        /* Mapped ones become IPv4 from 96 bits on. [CTX-23] */
        {"::ffff:203.0.113.9", "203.0.113.9", 4, 32, false},
        {"::ffff:203.0.113.9/128", "203.0.113.9", 4, 32, false},
        {"::ffff:10.0.0.0/104", "10.0.0.0", 4, 8, false},
        {"::ffff:10.1.0.0/104", "10.0.0.0", 4, 8, true},
        {"::ffff:0:0/96", "0.0.0.0", 4, 0, false},
        {"::ffff:1.2.3.4/96", "0.0.0.0", 4, 0, true},
        {"::ffff:1.2.3.4/95", "::fffe:0:0", 6, 95, true},
        {"::ffff:0:0/80", "::", 6, 80, true},
        {"::1.2.3.4/96", "::", 6, 96, true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pst_ip_prefix prefix;
        postern_ip expected = ip_of(rows[i].address);

        cr_assert_eq(
            pst_ip_prefix_parse(&prefix, postern_str_of(rows[i].text), NULL),
            POSTERN_OK, "%s", rows[i].text);
        cr_expect_eq(prefix.address.family, rows[i].family, "%s", rows[i].text);
        cr_expect_arr_eq(prefix.address.bytes, expected.bytes,
                         sizeof expected.bytes, "%s", rows[i].text);
        cr_expect_eq(prefix.length, rows[i].length, "%s", rows[i].text);
        cr_expect_eq(prefix.had_host_bits, rows[i].had_host_bits, "%s",
                     rows[i].text);
    }
}

/* [CTX-21] */
Test(ip_prefix, is_refused_with_a_sentence)
{
    static const struct {
        const char *text;
        const char *says;
    } rows[] = {
        {"", "four numbers with dots"},
        {"/", "four numbers with dots"},
        {"/8", "four numbers with dots"},
        {"10/8", "four numbers with dots"},
        {"10.0.0/8", "four numbers with dots"},
        {"every address", "four numbers with dots"},
        {"10.0.0.0.0/8", "four numbers with dots"},
        {"010.0.0.0/8", "leading zero"},
        {"256.0.0.0/8", "larger than 255"},
        {"1234.0.0.0", "one to three digits"},
        {"10.0.0.x", "out of place"},
        {"fe80::1%eth0", "zones"},
        {"fe80::%eth0/64", "zones"},
        {"2001:db8:::/32", "eight groups"},
        {"2001:db8/32", "eight groups"},
        {"10.0.0.0/", "prefix length after"},
        {"10.0.0.0/08", "prefix length after"},
        {"10.0.0.0/+8", "prefix length after"},
        {"10.0.0.0/-1", "prefix length after"},
        {"10.0.0.0/8/8", "prefix length after"},
        {"10.0.0.0/ 8", "prefix length after"},
        {"10.0.0.0/8 ", "prefix length after"},
        {"10.0.0.0/255.0.0.0", "prefix length after"},
        {"10.0.0.0/33", "0 to 32"},
        {"10.0.0.0/999", "0 to 32"},
        {"::/129", "0 to 128"},
        {"::ffff:10.0.0.0/129", "0 to 128"},
        {"::/4294967296", "prefix length after"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        postern_diag diag = {0};
        struct pst_ip_prefix prefix = {.address = {.family = 4}, .length = 0};

        cr_expect_eq(
            pst_ip_prefix_parse(&prefix, postern_str_of(rows[i].text), &diag),
            POSTERN_ERR_POLICY, "\"%s\"", rows[i].text);
        cr_expect_eq(prefix.address.family, 0, "\"%s\"", rows[i].text);
        cr_expect(strstr(diag.message, rows[i].says), "\"%s\": %s",
                  rows[i].text, diag.message);
        cr_expect_eq(diag.status, POSTERN_ERR_POLICY);
    }
}

static bool list_contains(const char *const *texts, size_t count,
                          const char *address)
{
    static struct ranges ranges;
    postern_ip ip = ip_of(address);

    ranges.count4 = 0;
    ranges.count6 = 0;
    for (size_t i = 0; i < count; i++) {
        struct pst_ip_prefix prefix;

        cr_assert_eq(
            pst_ip_prefix_parse(&prefix, postern_str_of(texts[i]), NULL),
            POSTERN_OK, "%s", texts[i]);
        add(&ranges, &prefix);
    }
    join(&ranges);
    return contain(&ranges, &ip);
}

/* [CTX-20] [CTX-25] */
Test(ip_prefix, list_of_the_figure_holds_what_it_says)
{
    static const char *const list[] = {"212.75.201.105", "88.77.0.0/16",
                                       "116.27.123.0/24"};
    static const struct {
        const char *address;
        bool held;
    } rows[] = {
        {"212.75.201.105", true},  {"212.75.201.106", false},
        {"212.75.201.104", false}, {"88.77.0.0", true},
        {"88.77.255.255", true},   {"88.78.0.0", false},
        {"88.76.255.255", false},  {"116.27.123.0", true},
        {"116.27.123.255", true},  {"116.27.124.0", false},
        {"116.27.122.255", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_eq(list_contains(list, 3, rows[i].address), rows[i].held,
                     "%s", rows[i].address);
    }
}

Test(ip_prefix, holds_or_not)
{
    static const struct {
        const char *prefix;
        const char *address;
        bool held;
    } rows[] = {
        /* Host bits. [CTX-22] */
        {"88.77.1.1/16", "88.77.200.3", true},
        {"88.77.1.1/16", "88.78.1.1", false},
        {"10.0.16.0/20", "10.0.17.9", true},
        {"10.0.16.0/20", "10.0.31.255", true},
        {"10.0.16.0/20", "10.0.32.0", false},
        {"0.0.0.0/0", "9.1.1.1", true},
        {"0.0.0.0/0", "255.255.255.255", true},
        {"2001:db8:a::/48", "2001:db8:a:1::7", true},
        {"2001:db8:a::/48", "2001:db8:b::", false},
        {"2001:0DB8:0:0:0:0:0:1", "2001:db8::1", true},
        {"::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true},
        /* Mapped on either side is IPv4, and IPv4 is in no IPv6 prefix.
         * [CTX-23] */
        {"203.0.113.0/24", "::ffff:203.0.113.9", true},
        {"203.0.113.0/24", "::ffff:203.0.114.9", false},
        {"::ffff:203.0.113.0/120", "203.0.113.9", true},
        {"::ffff:203.0.113.0/120", "203.0.114.9", false},
        {"::ffff:203.0.113.0/120", "::ffff:203.0.113.9", true},
        {"::/0", "203.0.113.9", false},
        {"::/0", "::ffff:203.0.113.9", false},
        {"::ffff:0:0/80", "203.0.113.9", false},
        {"0.0.0.0/0", "::", false},
        {"0.0.0.0/0", "::203.0.113.9", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_eq(list_contains(&rows[i].prefix, 1, rows[i].address),
                     rows[i].held, "%s in %s", rows[i].address, rows[i].prefix);
    }
}

/* [CTX-23] */
Test(ip_prefix, bytes_of_a_mapped_address_count_as_ipv4)
{
    postern_ip mapped = {6, {[10] = 0xff, 0xff, 203, 0, 113, 9}};
    postern_ip other = {6, {[10] = 0xff, 0xfe, 203, 0, 113, 9}};
    postern_ip four = {4, {[10] = 0xff, 0xff, 203, 0, 113, 9}};
    postern_ip unknown = {0, {[10] = 0xff, 0xff, 203, 0, 113, 9}};
    postern_ip plain = pst_ip_unmapped(&mapped);
    postern_ip expected = ip_of("203.0.113.9");

    cr_expect_eq(memcmp(&plain, &expected, sizeof plain), 0);
    plain = pst_ip_unmapped(&other);
    cr_expect_eq(memcmp(&plain, &other, sizeof plain), 0);
    plain = pst_ip_unmapped(&four);
    cr_expect_eq(plain.family, 4);
    cr_expect_eq(plain.bytes[0], 0);
    plain = pst_ip_unmapped(&unknown);
    cr_expect_eq(plain.family, 0);
}

/* --- many prefixes against the twin --------------------------------------- */

static bool bit_of(const postern_ip *ip, uint32_t bit)
{
    return (ip->bytes[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

static bool twin_holds(const postern_ip *prefix, uint32_t length,
                       const postern_ip *ip)
{
    if (prefix->family != ip->family) {
        return false;
    }
    for (uint32_t bit = 0; bit < length; bit++) {
        if (bit_of(prefix, bit) != bit_of(ip, bit)) {
            return false;
        }
    }
    return true;
}

static void flip(postern_ip *ip, uint32_t bit)
{
    ip->bytes[bit / 8] ^= (uint8_t)(0x80u >> bit % 8);
}

/* Few different leading bytes, so that prefixes nest, touch and repeat. */
static postern_ip random_ip(struct rng *rng)
{
    postern_ip ip = {.family = rng_below(rng, 2) ? 4 : 6};
    uint32_t size = ip.family == 4 ? 4 : 16;

    for (uint32_t i = 0; i < size; i++) {
        static const uint8_t common[] = {0x00, 0xff, 0x80, 0x7f, 0x01};

        ip.bytes[i] = rng_below(rng, 8) ? common[rng_below(rng, sizeof common)]
                                        : (uint8_t)rng_bits(rng);
    }
    return pst_ip_unmapped(&ip);
}

/* A member, or what differs from one in a single bit or by one. */
static postern_ip near_miss(struct rng *rng, const postern_ip *prefix,
                            uint32_t length)
{
    uint32_t bits = prefix->family == 4 ? 32 : 128;
    uint8_t fill = rng_below(rng, 2) ? 0xff : 0x00;
    postern_ip ip = *prefix;

    for (uint32_t bit = length; bit < bits; bit++) {
        if (bit_of(&ip, bit) != (fill != 0)) {
            flip(&ip, bit);
        }
    }
    switch (rng_below(rng, 4)) {
    case 0:
        return ip;
    case 1: /* one further out: the neighbour of the range */
        for (uint32_t bit = bits; bit-- > 0;) {
            bool was = bit_of(&ip, bit);

            flip(&ip, bit);
            if (was != (fill != 0)) {
                break;
            }
        }
        return pst_ip_unmapped(&ip);
    case 2:
        flip(&ip, length ? length - 1 : 0);
        return pst_ip_unmapped(&ip);
    default:
        flip(&ip, rng_below(rng, bits));
        return pst_ip_unmapped(&ip);
    }
}

Test(ip_ranges, contain_what_a_list_of_prefixes_does_bit_by_bit)
{
    struct rng rng = {SEED};
    size_t held_count = 0;
    size_t total = 0;

    for (int round = 0; round < 4000; round++) {
        static struct ranges ranges;
        postern_ip addresses[MOST];
        uint32_t lengths[MOST];
        uint32_t count = 1 + rng_below(&rng, MOST);

        memset(&ranges, 0, sizeof ranges);
        for (uint32_t i = 0; i < count; i++) {
            char text[INET6_ADDRSTRLEN];
            char with_length[TEXT_SIZE];
            struct pst_ip_prefix prefix;

            addresses[i] = random_ip(&rng);
            lengths[i] = rng_below(&rng, addresses[i].family == 4 ? 33 : 129);
            inet_ntop(addresses[i].family == 4 ? AF_INET : AF_INET6,
                      addresses[i].bytes, text, sizeof text);
            snprintf(with_length, sizeof with_length, "%s/%u", text,
                     lengths[i]);
            cr_assert_eq(
                pst_ip_prefix_parse(&prefix, postern_str_of(with_length), NULL),
                POSTERN_OK, "%s", with_length);
            add(&ranges, &prefix);
        }
        join(&ranges);
        for (int k = 0; k < 50; k++) {
            uint32_t near = rng_below(&rng, count);
            postern_ip ip =
                k % 5 ? near_miss(&rng, &addresses[near], lengths[near])
                      : random_ip(&rng);
            bool held = false;

            for (uint32_t i = 0; i < count; i++) {
                held = held || twin_holds(&addresses[i], lengths[i], &ip);
            }
            held_count += held;
            total++;
            cr_assert_eq(contain(&ranges, &ip), held, "seed %d, round %d", SEED,
                         round);
        }
    }
    cr_assert(held_count > total / 10 && held_count < total - total / 10,
              "%zu of %zu", held_count, total);
}

/* --- joining -------------------------------------------------------------- */

enum { SPAN = 40 };

/* Any ranges of a small stretch of addresses, not only prefixes, against a
 * table of bool; `base` puts the stretch at either end, too. */
static void join_like_a_table4(struct rng *rng, uint32_t base)
{
    struct pst_ip4_range ranges[MOST];
    bool held[SPAN] = {false};
    uint32_t count = rng_below(rng, 13);
    uint32_t joined;
    uint32_t blocks = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t first = rng_below(rng, SPAN);
        uint32_t last = first + rng_below(rng, (SPAN - first) / 4 + 1);

        ranges[i] = (struct pst_ip4_range){base + first, base + last};
        memset(held + first, true, last - first + 1);
    }
    joined = pst_ip4_ranges_join(ranges, count);
    for (uint32_t i = 0; i < SPAN; i++) {
        blocks += held[i] && (i == 0 || !held[i - 1]);
        cr_assert_eq(pst_ip4_ranges_contain(ranges, joined, base + i), held[i],
                     "seed %d: %u + %u", SEED, base, i);
    }
    cr_assert_eq(joined, blocks);
}

static struct pst_ip6_value plus(struct pst_ip6_value value, uint32_t more)
{
    struct pst_ip6_value sum = {value.high, value.low + more};

    sum.high += sum.low < value.low;
    return sum;
}

static void join_like_a_table6(struct rng *rng, struct pst_ip6_value base)
{
    struct pst_ip6_range ranges[MOST];
    bool held[SPAN] = {false};
    uint32_t count = rng_below(rng, 13);
    uint32_t joined;
    uint32_t blocks = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t first = rng_below(rng, SPAN);
        uint32_t last = first + rng_below(rng, (SPAN - first) / 4 + 1);

        ranges[i] = (struct pst_ip6_range){plus(base, first), plus(base, last)};
        memset(held + first, true, last - first + 1);
    }
    joined = pst_ip6_ranges_join(ranges, count);
    for (uint32_t i = 0; i < SPAN; i++) {
        blocks += held[i] && (i == 0 || !held[i - 1]);
        cr_assert_eq(pst_ip6_ranges_contain(ranges, joined, plus(base, i)),
                     held[i], "seed %d: %llx:%llx + %u", SEED,
                     (unsigned long long)base.high,
                     (unsigned long long)base.low, i);
    }
    cr_assert_eq(joined, blocks);
}

Test(ip_ranges, are_joined_where_they_overlap_or_touch_and_nowhere_else)
{
    static const struct pst_ip6_value bases[] = {
        {0, 0},
        {1, UINT64_MAX - SPAN / 2},          /* across the halves */
        {7, 0},                              /* next to a boundary of halves */
        {UINT64_MAX, UINT64_MAX - SPAN + 1}, /* the last addresses */
        {0x20010db800000000u, 0x42},
    };
    struct rng rng = {SEED};

    for (int i = 0; i < 20000; i++) {
        join_like_a_table4(&rng, 0);
        join_like_a_table4(&rng, UINT32_MAX - SPAN + 1);
        join_like_a_table4(&rng, 0x7fffffff - SPAN / 2);
        join_like_a_table6(&rng, bases[i % 5]);
    }
}

Test(ip_ranges, of_no_prefix_contain_nothing)
{
    struct pst_ip6_value zero = {0, 0};

    cr_expect_eq(pst_ip4_ranges_join(NULL, 0), 0);
    cr_expect_eq(pst_ip6_ranges_join(NULL, 0), 0);
    cr_expect_not(pst_ip4_ranges_contain(NULL, 0, 0));
    cr_expect_not(pst_ip6_ranges_contain(NULL, 0, zero));
}

Test(ip_ranges, that_cover_everything_become_one)
{
    struct pst_ip4_range four[] = {{0x80000000, UINT32_MAX}, {0, 0x7fffffff}};
    struct pst_ip6_range six[] = {
        {{1, 0}, {UINT64_MAX, UINT64_MAX}},
        {{0, 0}, {0, UINT64_MAX}},
    };

    cr_assert_eq(pst_ip4_ranges_join(four, 2), 1);
    cr_expect_eq(four[0].first, 0);
    cr_expect_eq(four[0].last, UINT32_MAX);
    cr_assert_eq(pst_ip6_ranges_join(six, 2), 1);
    cr_expect_eq(six[0].first.high, 0);
    cr_expect_eq(six[0].last.high, UINT64_MAX);
    cr_expect_eq(six[0].last.low, UINT64_MAX);
}

enum { MANY = 200000 };

/* Orders that are quadratic for a careless sort would time out. */
Test(ip_ranges, are_joined_in_any_order_they_come_in)
{
    static struct pst_ip4_range ranges[MANY];

    for (int order = 0; order < 4; order++) {
        for (uint32_t i = 0; i < MANY; i++) {
            uint32_t place[] = {i, MANY - 1 - i, 7,
                                i % 2 ? i / 2 : MANY - 1 - i / 2};

            ranges[i] =
                (struct pst_ip4_range){4 * place[order], 4 * place[order] + 1};
        }
        cr_assert_eq(pst_ip4_ranges_join(ranges, MANY), order == 2 ? 1 : MANY);
        cr_assert(pst_ip4_ranges_contain(ranges, order == 2 ? 1 : MANY, 29));
        cr_assert_not(
            pst_ip4_ranges_contain(ranges, order == 2 ? 1 : MANY, 30));
    }
}
