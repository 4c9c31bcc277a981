#include "base/keyed_hash.h"

#include <criterion/criterion.h>

#include <string.h>

enum { LONGEST = 1000 };

/* 0, 1, 2, ... 255, 0, ... */
static const unsigned char *counting(void)
{
    static unsigned char bytes[LONGEST];

    for (size_t i = 0; i < LONGEST; i++) {
        bytes[i] = (unsigned char)i;
    }
    return bytes;
}

struct row {
    size_t len;
    uint64_t hash;
};

static void claim_rows(const struct pst_hash_key *key, const struct row *rows,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cr_expect_eq(pst_keyed_hash(key, counting(), rows[i].len), rows[i].hash,
                     "%zu bytes", rows[i].len);
    }
}

/* What Python 3.11 and later answer for hash(bytes(...)) when PYTHONHASHSEED
 * is 0, and OCaml's tests give for the implementation of the authors. */
Test(keyed_hash, is_siphash_1_3_under_the_zero_key)
{
    static const struct row rows[] = {
        {0, 0xD1FBA762150C532Cu},   {1, 0x68A914128E01E473u},
        {2, 0x010BAC45C41E3669u},   {7, 0x2F098AB0C751325Au},
        {8, 0xEAD411E67EBE2EEAu},   {9, 0x75927F9D95124362u},
        {15, 0xF30EB725BB91C9EAu},  {16, 0x8972188433A5C5B7u},
        {17, 0x4883C49A2C009C1Du},  {63, 0x385D3E39E5F37359u},
        {64, 0x75E05FD5BBC870C6u},  {255, 0x5DC1F93EA135EB43u},
        {256, 0x31AE646AFBA70308u}, {1000, 0x498F889AC054D2D8u},
    };
    const struct pst_hash_key key = {{0, 0}};

    claim_rows(&key, rows, sizeof rows / sizeof *rows);
}

/* From a second implementation, in Python, that was checked against the vectors
 * of SipHash-2-4: it takes the numbers of rounds as parameters. */
Test(keyed_hash, is_siphash_1_3_under_another_key)
{
    static const struct row rows[] = {
        {0, 0xABAC0158050FC4DCu},    {1, 0xC9F49BF37D57CA93u},
        {2, 0x82CB9B024DC7D44Du},    {3, 0x8BF80AB8E7DDF7FBu},
        {4, 0xCF75576088D38328u},    {5, 0xDEF9D52F49533B67u},
        {6, 0xC50D2B50C59F22A7u},    {7, 0xD3927D989BB11140u},
        {8, 0x369095118D299A8Eu},    {9, 0x25A48EB36C063DE4u},
        {15, 0xD320D86D2A519956u},   {16, 0xCC4FDD1A7D908B66u},
        {31, 0x2370DD1F8C21D1BCu},   {32, 0x81157B6C16A7B60Du},
        {63, 0x9D199062B7BBB3A8u},   {64, 0xF17997EC4B4A6065u},
        {255, 0xF76214E3153C4A15u},  {256, 0x75B3E64E167DE370u},
        {1000, 0x2CF8D9D4F270CADFu},
    };
    const struct pst_hash_key key = {
        {0x0706050403020100u, 0x0F0E0D0C0B0A0908u}};

    claim_rows(&key, rows, sizeof rows / sizeof *rows);
}

Test(keyed_hash, does_not_depend_on_where_the_bytes_are)
{
    const struct pst_hash_key key = {{1, 2}};
    char place[80];

    for (size_t offset = 0; offset < 16; offset++) {
        memcpy(place + offset, counting(), 64);
        cr_expect_eq(pst_keyed_hash(&key, place + offset, 61),
                     pst_keyed_hash(&key, counting(), 61), "offset %zu",
                     offset);
    }
}

Test(keyed_hash, is_another_one_for_one_bit_of_the_key_or_of_the_text)
{
    const struct pst_hash_key key = {{3, 4}};
    uint64_t hash = pst_keyed_hash(&key, counting(), 21);
    unsigned char bytes[21];

    for (unsigned bit = 0; bit < 128; bit++) {
        struct pst_hash_key other = key;

        other.words[bit / 64] ^= (uint64_t)1 << bit % 64;
        cr_expect_neq(pst_keyed_hash(&other, counting(), 21), hash);
    }
    for (unsigned bit = 0; bit < 8 * sizeof bytes; bit++) {
        memcpy(bytes, counting(), sizeof bytes);
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        cr_expect_neq(pst_keyed_hash(&key, bytes, sizeof bytes), hash);
    }
}

/* The absent text has no bytes to point to. */
Test(keyed_hash, of_nothing_is_that_of_the_empty_text)
{
    const struct pst_hash_key key = {{5, 6}};

    cr_assert_eq(pst_keyed_hash(&key, NULL, 0), pst_keyed_hash(&key, "", 0));
    cr_assert_neq(pst_keyed_hash(&key, NULL, 0), pst_keyed_hash(&key, "", 1));
}
