/* Target functions: postern_country_db_load, postern_country_of_ip */
#define _GNU_SOURCE /* memfd_create */

#include "fuzz/fuzz.h"
#include "pip/country_db.h"
#include "support/country_reference.h"
#include "support/faulty.h"
#include "support/memory_file.h"
#include "support/rng.h"

enum { ADDRESSES = 64, EDGES = 64 };

struct pair {
    const postern_country_db *db;
    struct country_reference reference;
};

static void compare(const struct pair *pair, const postern_ip *ip)
{
    char country[3];
    char expected[3];
    bool known = postern_country_of_ip(pair->db, ip, country);

    FUZZ_CLAIM(known == country_reference_find(&pair->reference, ip, expected));
    FUZZ_CLAIM(memcmp(country, expected, sizeof country) == 0);
    FUZZ_CLAIM(known == (country[0] != '\0'));
}

static postern_ip ip_of(uint8_t family, uint64_t high, uint64_t low)
{
    postern_ip ip = {.family = family};

    for (size_t i = 0; i < 8; i++) {
        ip.bytes[i] = (uint8_t)(high >> (56 - 8 * i));
        ip.bytes[8 + i] = (uint8_t)(low >> (56 - 8 * i));
    }
    return ip;
}

static void compare_number(const struct pair *pair, uint8_t family,
                           uint64_t high, uint64_t low)
{
    postern_ip ip = ip_of(family, high, low);

    compare(pair, &ip);
}

/* The first addresses of some ranges, and what is before them. */
static void compare_edges(const struct pair *pair, struct rng *rng)
{
    const postern_country_db *db = pair->db;

    for (unsigned i = 0; i < EDGES && db->count4 > 0; i++) {
        uint32_t first = db->first4[rng_below(rng, db->count4)];

        compare_number(pair, 4, (uint64_t)first << 32, 0);
        compare_number(pair, 4, (uint64_t)(first - 1) << 32, 0);
    }
    for (unsigned i = 0; i < EDGES && db->count6 > 0; i++) {
        uint32_t at = rng_below(rng, db->count6);
        uint64_t high = db->high6[at];
        uint64_t low = db->low6[at];

        compare_number(pair, 6, high, low);
        compare_number(pair, 6, low > 0 ? high : high - 1, low - 1);
    }
}

/* What is taken answers as libmaxminddb does. [LOC-07] [LOC-08] */
static void compare_all(const postern_country_db *db, const char *path)
{
    struct pair pair = {.db = db};
    struct rng rng = {1};

    FUZZ_CLAIM(country_reference_open(&pair.reference, path));
    compare_edges(&pair, &rng);
    for (unsigned i = 0; i < ADDRESSES; i++) {
        uint64_t high = rng_bits(&rng) >> rng_below(&rng, 64);

        compare_number(&pair, i % 2 ? 4 : 6, high, rng_bits(&rng));
    }
    country_reference_close(&pair.reference);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct faulty heap = {.fail_at = 0};
    postern_allocator allocator = faulty_allocator(&heap);
    postern_country_options options;
    postern_country_db *db;
    postern_diag diag;
    struct memory_file file;
    postern_status status;

    postern_country_options_init(&options);
    options.allocator = &allocator;
    FUZZ_CLAIM(memory_file_open(&file, data, size));
    status = postern_country_db_load(&db, file.path, &options, &diag);
    FUZZ_CLAIM(diag.status == status);
    FUZZ_CLAIM((db != NULL) == (status == POSTERN_OK));
    if (db) {
        compare_all(db, file.path);
    } else {
        FUZZ_CLAIM(status == POSTERN_ERR_SYNTAX ||
                   status == POSTERN_ERR_POLICY);
        FUZZ_CLAIM(diag.message[0] != '\0');
    }
    postern_country_db_free(db);
    FUZZ_CLAIM(heap.live == 0);
    FUZZ_CLAIM(heap.wrong_sizes == 0);
    memory_file_close(&file);
    return 0;
}
