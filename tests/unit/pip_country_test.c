/*
 * Country databases from end to end: files that MaxMind's own writer made, see
 * tests/support/country_databases.pl, against what they were made of and
 * against libmaxminddb's own lookups.
 */
#define _GNU_SOURCE /* memfd_create */

#include "support/country_reference.h"
#include "support/memory_file.h"
#include "support/rng.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    SEED = 20260411,
    ADDRESSES = 100000,
    CUTS = 400,
    DAMAGES = 4000,
    PATH_SIZE = 512
};

static void path_of(char path[PATH_SIZE], const char *name)
{
    (void)snprintf(path, PATH_SIZE, "%s/%s.mmdb", POSTERN_COUNTRY_DATABASES,
                   name);
}

static postern_country_db *load_with(const char *name, bool registered_country)
{
    postern_country_options options;
    postern_country_db *db;
    postern_diag diag;
    char path[PATH_SIZE];

    path_of(path, name);
    postern_country_options_init(&options);
    options.registered_country = registered_country;
    cr_assert_eq(postern_country_db_load(&db, path, &options, &diag),
                 POSTERN_OK, "%s: %s", path, diag.message);
    return db;
}

static postern_country_db *load(const char *name)
{
    return load_with(name, false);
}

static postern_ip ip_of(const char *text)
{
    postern_ip ip;

    cr_assert_eq(postern_ip_parse(&ip, postern_str_of(text)), POSTERN_OK, "%s",
                 text);
    return ip;
}

/* An address and its country, "" when it is not known. */
struct row {
    const char *address;
    const char *country;
};

static void expect(const postern_country_db *db, const struct row *rows,
                   size_t count)
{
    for (size_t i = 0; i < count; i++) {
        postern_ip ip = ip_of(rows[i].address);
        char country[3] = "??";
        bool known = postern_country_of_ip(db, &ip, country);

        cr_expect_str_eq(country, rows[i].country, "%s is in \"%s\"",
                         rows[i].address, country);
        cr_expect_eq(known, rows[i].country[0] != '\0', "%s", rows[i].address);
    }
}

#define EXPECT(db, rows) expect((db), (rows), sizeof(rows) / sizeof((rows)[0]))

/* ---- what the records say ---------------------------------------------- */

/* [LOC-07] */
Test(country_db, finds_networks_up_to_their_edges)
{
    static const struct row rows[] = {
        {"0.0.0.0", ""},         {"1.255.255.255", ""},
        {"2.0.0.0", "NL"},       {"2.1.255.255", "NL"},
        {"2.2.0.0", "DE"},       {"2.2.127.255", "DE"},
        {"2.2.128.0", "FR"},     {"2.2.128.255", "FR"},
        {"2.2.129.0", "KR"},     {"2.2.129.1", ""},
        {"255.255.254.255", ""}, {"255.255.255.255", "NZ"},
    };
    postern_country_db *db = load("four");

    EXPECT(db, rows);
    postern_country_db_free(db);
}

Test(country_db, joins_neighbours_of_one_country)
{
    postern_country_db *db = load("four");
    postern_country_db_size size;

    postern_country_db_measure(db, &size);
    /* none, NL (two networks), DE, FR, KR, none, NZ */
    cr_expect_eq(size.ranges4, 7);
    cr_expect_eq(size.ranges6, 0);
    cr_expect_gt(size.bytes, 7 * 6);
    cr_expect_gt(size.built_s, 1700000000);
    postern_country_db_free(db);
}

Test(country_db, of_ipv4_alone_knows_no_ipv6)
{
    static const struct row rows[] = {
        {"2001:db8::1", ""}, {"::2.0.0.1", ""},        {"2002:200:1::", ""},
        {"2.0.0.1", "NL"},   {"::ffff:2.0.0.1", "NL"},
    };
    postern_country_db *db = load("four");

    EXPECT(db, rows);
    postern_country_db_free(db);
}

Test(country_db, finds_both_families_in_one_tree)
{
    static const struct row rows[] = {
        {"2.0.0.1", "NL"},
        {"2.2.129.0", "KR"},
        {"2.2.129.1", ""},
        {"2001:db7:ffff::", ""},
        {"2001:db8::", "NL"},
        {"2001:db8:0:ffff:ffff:ffff:ffff:ffff", "NL"},
        {"2001:db8:1::", "DE"},
        {"2001:db8:1:ffff:ffff:ffff:ffff:ffff", "DE"},
        {"2001:db8:2::", "NL"},
        {"2001:db8:2:2:ffff:ffff:ffff:ffff", "NL"},
        {"2001:db8:2:3::", "FR"},
        {"2001:db8:2:3:3:ffff:ffff:ffff", "FR"},
        {"2001:db8:2:3:4::", "KR"},
        {"2001:db8:2:3:4:5:6:6", "KR"},
        {"2001:db8:2:3:4:5:6:7", "JP"},
        {"2001:db8:2:3:4:5:6:8", "KR"},
        {"2001:db8:2:3:5::", "FR"},
        {"2001:db8:2:4::", "NL"},
        {"2001:db9::", ""},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", ""},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "NZ"},
    };
    postern_country_db *db = load("both");

    EXPECT(db, rows);
    postern_country_db_free(db);
}

/* Prefixes that share the IPv4 part of the tree: IPv4-compatible addresses,
 * 6to4, the servers of Teredo. [CTX-23] */
Test(country_db, follows_ipv6_prefixes_that_hold_ipv4)
{
    static const struct row rows[] = {
        {"::2.0.0.1", "NL"},
        {"::2.2.0.1", "DE"},
        {"::9.9.9.9", ""},
        {"2002:200:1::", "NL"},
        {"2002:202:7f01:ffff:ffff:ffff:ffff:ffff", "DE"},
        {"2002:909:909::", ""},
        {"2001:0:200:1::", "NL"},
        {"2001:0:202:8101:1:2:3:4", ""},
        {"2001:0:202:8100:1:2:3:4", "KR"},
        {"2001:1:200:1::", ""},
        {"::ffff:2.0.0.1", "NL"},
    };
    postern_country_db *db = load("both");
    postern_country_db_size size;

    EXPECT(db, rows);
    /* They are kept as what they are, not as ranges of their own. */
    postern_country_db_measure(db, &size);
    cr_expect_lt(size.ranges6, 24);
    postern_country_db_free(db);
}

/* An IPv4-mapped address is IPv4, whether the file has it or not. [CTX-23] */
Test(country_db, takes_mapped_addresses_for_ipv4)
{
    static const struct row rows[] = {
        {"2.0.0.1", "NL"},
        {"::2.0.0.1", "NL"},
        {"2002:200:1::", ""},
    };
    postern_country_db *db = load("flat");
    postern_ip mapped = {
        6, {[10] = 0xFF, [11] = 0xFF, [12] = 2, [13] = 0, [15] = 1}};
    char country[3];

    EXPECT(db, rows);
    cr_expect(postern_country_of_ip(db, &mapped, country));
    cr_expect_str_eq(country, "NL");
    mapped.bytes[12] = 9;
    cr_expect_not(postern_country_of_ip(db, &mapped, country));
    cr_expect_str_eq(country, "");
    mapped = (postern_ip){
        6, {[9] = 1, [10] = 0xFF, [11] = 0xFF, [12] = 2, [15] = 1}};
    cr_expect_not(postern_country_of_ip(db, &mapped, country));
    postern_country_db_free(db);
}

/* The layout of ip-location-db: one member at the top. [LOC-07] */
Test(country_db, reads_country_code)
{
    static const struct row rows[] = {
        {"2.0.0.0", "NL"},
        {"2.1.0.0", ""},
        {"2.2.255.255", "DE"},
        {"29ff:ffff::", ""},
        {"2a00:1:2:3:3:ffff::", "FR"},
        {"2a00:1:2:3:4:ffff::", "GB"},
        {"2a00:1:2:3:5::", "FR"},
        {"2a01::", ""},
    };
    postern_country_db *db = load("flat");

    EXPECT(db, rows);
    postern_country_db_free(db);
}

/* [LOC-08] */
Test(country_db, has_no_country_for_anonymous_networks)
{
    static const struct row rows[] = {
        {"1.0.0.1", ""},   {"1.0.1.1", "NL"}, {"1.0.2.1", ""},
        {"1.0.3.1", "NL"}, {"1.0.4.1", ""},   {"1.0.5.1", "NL"},
        {"1.0.6.1", "NL"}, {"1.0.7.1", ""},   {"1.0.8.1", ""},
    };
    postern_country_db *db = load("anonymous");

    EXPECT(db, rows);
    postern_country_db_free(db);
    db = load_with("anonymous", true);
    EXPECT(db, rows);
    postern_country_db_free(db);
}

/* [LOC-08] */
Test(country_db, takes_the_registered_country_when_asked_to)
{
    static const struct row with[] = {
        {"1.0.0.1", "NL"}, /* registered alone */
        {"1.0.1.1", "DE"}, /* both */
        {"1.0.2.1", ""},   /* a country without a code is no absent one */
        {"1.0.3.1", ""},   /* nor is a code that is none */
        {"1.0.4.1", ""},   /* represented: an embassy, a base */
        {"1.0.5.1", ""},   /* without a code */
    };
    static const struct row without[] = {
        {"1.0.0.1", ""}, {"1.0.1.1", "DE"}, {"1.0.2.1", ""},
        {"1.0.3.1", ""}, {"1.0.4.1", ""},
    };
    postern_country_db *db = load_with("registered", true);

    EXPECT(db, with);
    postern_country_db_free(db);
    db = load("registered");
    EXPECT(db, without);
    postern_country_db_free(db);
}

/* [LOC-08] */
Test(country_db, takes_two_letters_for_a_code_and_nothing_else)
{
    static const struct row rows[] = {
        {"1.0.0.1", "NL"}, {"1.0.1.1", "NL"}, {"1.0.2.1", ""}, {"1.0.3.1", ""},
        {"1.0.4.1", ""},   {"1.0.5.1", ""},   {"1.0.6.1", ""}, {"1.0.7.1", ""},
        {"1.0.8.1", ""},   {"1.0.9.1", ""},
    };
    postern_country_db *db = load_with("codes", true);

    EXPECT(db, rows);
    postern_country_db_free(db);
}

Test(country_db, finds_the_country_among_other_data)
{
    static const struct row rows[] = {
        {"2.0.0.1", "NL"},  {"2.1.0.1", "NL"},      {"2.2.0.1", "DE"},
        {"2.3.0.1", ""},    {"2a00::1", "NL"},      {"2a00:1ff::", "NL"},
        {"2a00:200::", ""}, {"2002:202:1::", "DE"},
    };
    postern_country_db *db = load("city");
    postern_country_db_size size;

    EXPECT(db, rows);
    postern_country_db_measure(db, &size);
    cr_expect_eq(size.ranges4, 4); /* none, NL (two cities), DE, none */
    postern_country_db_free(db);
}

Test(country_db, of_something_else_is_refused)
{
    postern_country_db *db = (postern_country_db *)&db;
    postern_diag diag;
    char path[PATH_SIZE];

    path_of(path, "asn");
    cr_expect_eq(postern_country_db_load(&db, path, NULL, &diag),
                 POSTERN_ERR_POLICY);
    cr_expect_null(db);
    cr_expect_eq(diag.status, POSTERN_ERR_POLICY);
    cr_expect_str_eq(diag.source, path);
    cr_expect_str_not_empty(diag.message);
}

/* ---- as libmaxminddb finds it ------------------------------------------ */

static postern_ip random_ip(struct rng *rng)
{
    static const uint8_t leading[][2] = {
        {0x2a, 0x00}, {0x24, 0x00}, {0x2a, 0x01}, {0x3f, 0xff},
        {0x20, 0x02}, {0x20, 0x01}, {0x00, 0x00},
    };
    postern_ip ip = {.family = rng_below(rng, 2) ? 4 : 6};

    for (size_t i = 0; i < sizeof ip.bytes; i++) {
        ip.bytes[i] = (uint8_t)rng_bits(rng);
    }
    if (ip.family == 4) {
        ip.bytes[0] &= 0xE0;
        ip.bytes[1] &= 0xC0;
        return ip;
    }
    memcpy(ip.bytes, leading[rng_below(rng, 7)], 2);
    for (size_t i = 2; i < sizeof ip.bytes; i++) {
        if (rng_below(rng, 4) > 0) {
            ip.bytes[i] = (uint8_t)(i % 2 ? rng_below(rng, 3) : 0);
        }
    }
    if (ip.bytes[0] == 0) {
        memset(ip.bytes, 0, 12);
    }
    return ip;
}

static void show(char text[64], const postern_ip *ip)
{
    size_t count = ip->family == 4 ? 4 : 16;

    for (size_t i = 0; i < count; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", ip->bytes[i]);
    }
}

/* How many of these addresses have a country. */
static size_t compare(const postern_country_db *db,
                      const struct country_reference *reference,
                      struct rng *rng, size_t addresses)
{
    size_t known = 0;

    for (size_t i = 0; i < addresses; i++) {
        postern_ip ip = random_ip(rng);
        char country[3];
        char expected[3];
        char text[64];

        show(text, &ip);
        known += postern_country_of_ip(db, &ip, country);
        (void)country_reference_find(reference, &ip, expected);
        cr_assert_str_eq(country, expected, "%s is in \"%s\", not \"%s\"", text,
                         expected, country);
    }
    return known;
}

/* [LOC-07] [LOC-08] */
Test(country_db, answers_as_libmaxminddb_does)
{
    static const char *const names[] = {"random", "both", "city", "flat"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        for (int registered = 0; registered < 2; registered++) {
            struct country_reference reference;
            struct rng rng = {SEED};
            postern_country_db *db = load_with(names[i], registered);
            char path[PATH_SIZE];

            path_of(path, names[i]);
            cr_assert(country_reference_open(&reference, path));
            reference.registered_country = registered;
            cr_expect_gt(compare(db, &reference, &rng, ADDRESSES), 10);
            country_reference_close(&reference);
            postern_country_db_free(db);
        }
    }
}

/* ---- damage ------------------------------------------------------------ */

struct bytes_of_file {
    uint8_t *data;
    size_t size;
};

static struct bytes_of_file read_whole(const char *name)
{
    struct bytes_of_file bytes = {malloc(1 << 20), 0};
    char path[PATH_SIZE];
    FILE *file;

    path_of(path, name);
    file = fopen(path, "rb");
    cr_assert(bytes.data && file, "%s", path);
    bytes.size = fread(bytes.data, 1, 1 << 20, file);
    fclose(file);
    cr_assert_gt(bytes.size, 100);
    return bytes;
}

/* Loads these bytes; what is taken answers as libmaxminddb does. Whether it
 * was taken. */
static bool try_bytes(const uint8_t *data, size_t size, struct rng *rng)
{
    struct memory_file file;
    postern_country_db *db;
    postern_diag diag;
    postern_status status;

    cr_assert(memory_file_open(&file, data, size));
    status = postern_country_db_load(&db, file.path, NULL, &diag);
    if (status == POSTERN_OK) {
        struct country_reference reference;

        cr_assert(country_reference_open(&reference, file.path));
        (void)compare(db, &reference, rng, 20);
        country_reference_close(&reference);
        postern_country_db_free(db);
    } else {
        cr_assert(status == POSTERN_ERR_SYNTAX || status == POSTERN_ERR_POLICY,
                  "%s: %s", postern_status_name(status), diag.message);
        cr_assert_null(db);
        cr_assert_str_eq(diag.source, file.path);
        cr_assert_str_not_empty(diag.message);
    }
    memory_file_close(&file);
    return status == POSTERN_OK;
}

Test(country_db, refuses_a_file_that_is_cut_short)
{
    static const char *const names[] = {"random", "city", "four"};
    struct rng rng = {SEED};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct bytes_of_file bytes = read_whole(names[i]);

        cr_assert(try_bytes(bytes.data, bytes.size, &rng));
        for (size_t cut = 0; cut < CUTS; cut++) {
            size_t size = cut < CUTS / 2
                              ? bytes.size - 1 - cut
                              : rng_below(&rng, (uint32_t)bytes.size);

            cr_expect_not(try_bytes(bytes.data, size, &rng), "%s: %zu bytes",
                          names[i], size);
        }
        free(bytes.data);
    }
}

static unsigned random_damage(struct rng *rng)
{
    return rng_below(rng, 2) ? 1u << rng_below(rng, 8) : rng_below(rng, 256);
}

/* Some bit somewhere, or some byte; most of a small file matters. */
Test(country_db, survives_any_damage)
{
    static const char *const names[] = {"both", "city", "anonymous", "flat"};
    struct rng rng = {SEED};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct bytes_of_file bytes = read_whole(names[i]);
        size_t taken = 0;

        for (size_t n = 0; n < DAMAGES; n++) {
            size_t at = rng_below(&rng, (uint32_t)bytes.size);
            uint8_t was = bytes.data[at];

            bytes.data[at] = (uint8_t)(was ^ random_damage(&rng));
            taken += try_bytes(bytes.data, bytes.size, &rng);
            bytes.data[at] = was;
        }
        cr_expect(taken > 0 && taken < DAMAGES, "%s: %zu were taken", names[i],
                  taken);
        free(bytes.data);
    }
}
