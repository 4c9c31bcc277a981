/* Which range an address is in, and its country. */
#include "pip/country_db.h"

#include "base/fetch.h"
#include "base/sized.h"

#include <string.h>

void postern_country_options_init_sized(postern_country_options *options,
                                        size_t struct_size)
{
    pst_sized_init(options, struct_size);
}

void postern_country_db_free(postern_country_db *db)
{
    if (db) {
        postern_allocator allocator = db->allocator;

        pst_release(&allocator, db, db->size);
    }
}

/* The letter in upper case, or 0 for what is none. */
static char letter(char c)
{
    char folded = (char)(c & ~0x20); /* ASCII */

    return folded >= 'A' && folded <= 'Z' ? folded : '\0';
}

uint16_t pst_country_of_text(const char *text, size_t len)
{
    if (len != 2 || !letter(text[0]) || !letter(text[1])) {
        return PST_COUNTRY_NONE;
    }
    return (uint16_t)(letter(text[0]) << 8 | letter(text[1]));
}

/* ---- searching --------------------------------------------------------- */

/* Which is the last of ascending numbers that is at most `value`. The first
 * one is. The loops compile to conditional moves: nothing to mispredict. */
static size_t last_at_most4(const uint32_t *numbers, size_t count,
                            uint32_t value)
{
    const uint32_t *base = numbers;

    while (count > 1) {
        size_t half = count / 2;

        base += base[half] <= value ? half : 0;
        count -= half;
    }
    return (size_t)(base - numbers);
}

static size_t last_at_most6(const uint64_t *numbers, size_t count,
                            uint64_t value)
{
    const uint64_t *base = numbers;

    while (count > 1) {
        size_t half = count / 2;

        base += base[half] <= value ? half : 0;
        count -= half;
    }
    return (size_t)(base - numbers);
}

uint16_t pst_country_find4(const postern_country_db *db, uint32_t address)
{
    const uint32_t *index = db->index4 + ((uint64_t)address >> db->shift4);
    uint32_t begin = index[0];

    if (db->count4 == 0) {
        return PST_COUNTRY_NONE;
    }
    pst_fetch(db->country4 + begin);
    return db->country4[begin + last_at_most4(db->first4 + begin,
                                              index[1] - begin + 1, address)];
}

/* The last of the upper halves that is at most this one. */
static size_t last_high6(const postern_country_db *db, uint64_t high)
{
    size_t parts = ((size_t)db->count6 - 1) / PST_COUNTRY_EVERY + 1;
    size_t begin = last_at_most6(db->every6, parts, high) * PST_COUNTRY_EVERY;
    size_t left = db->count6 - begin;

    pst_fetch(db->country6 + begin);
    return begin +
           last_at_most6(db->high6 + begin,
                         left < PST_COUNTRY_EVERY ? left : PST_COUNTRY_EVERY,
                         high);
}

/* By the upper halves; by the lower ones only among ranges that begin with the
 * very upper half of the address, which few do. */
static size_t position6(const postern_country_db *db,
                        struct pst_address6 address)
{
    size_t at = last_high6(db, address.high);
    size_t begin = 0;

    if (db->high6[at] != address.high || db->low6[at] <= address.low) {
        return at;
    }
    if (address.high > 0) {
        begin = last_high6(db, address.high - 1) + 1;
    }
    if (db->low6[begin] > address.low) {
        return begin - 1; /* not of the first range, which begins at 0 */
    }
    return begin + last_at_most6(db->low6 + begin, at + 1 - begin, address.low);
}

/* The 32 bits behind the first `skipped`, 0 to 96. */
static uint32_t bits_behind(struct pst_address6 address, unsigned skipped)
{
    if (skipped <= 32) {
        return (uint32_t)(address.high >> (32 - skipped));
    }
    if (skipped < 64) {
        return (uint32_t)(address.high << (skipped - 32) |
                          address.low >> (96 - skipped));
    }
    return (uint32_t)(address.low >> (96 - skipped));
}

uint16_t pst_country_find6(const postern_country_db *db,
                           struct pst_address6 address)
{
    uint16_t country;

    if (db->count6 == 0) {
        return PST_COUNTRY_NONE;
    }
    country = db->country6[position6(db, address)];
    if (country >= PST_COUNTRY_BY_IP4 &&
        country <= PST_COUNTRY_BY_IP4 + PST_COUNTRY_BY_IP4_MOST) {
        unsigned skipped = (unsigned)country - PST_COUNTRY_BY_IP4;

        return pst_country_find4(db, bits_behind(address, skipped));
    }
    return country;
}

/* ---- addresses --------------------------------------------------------- */

static uint32_t number4(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
           (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint64_t number8(const uint8_t *bytes)
{
    return (uint64_t)number4(bytes) << 32 | number4(bytes + 4);
}

/* Hosts that copy the bytes of a dual-stack socket give mapped addresses: they
 * are IPv4. [CTX-23] */
static uint16_t find(const postern_country_db *db, const postern_ip *ip)
{
    struct pst_address6 address;

    if (ip->family == 4) {
        return pst_country_find4(db, number4(ip->bytes));
    }
    if (ip->family != 6) {
        return PST_COUNTRY_NONE;
    }
    address = (struct pst_address6){number8(ip->bytes), number8(ip->bytes + 8)};
    if (address.high == 0 && address.low >> 32 == 0xFFFF) {
        return pst_country_find4(db, (uint32_t)address.low);
    }
    return pst_country_find6(db, address);
}

/* [LOC-07] */
bool postern_country_of_ip(const postern_country_db *db, const postern_ip *ip,
                           char country[3])
{
    uint16_t found = db && ip ? find(db, ip) : PST_COUNTRY_NONE;

    memset(country, 0, 3);
    if (found == PST_COUNTRY_NONE) {
        return false;
    }
    country[0] = (char)(found >> 8);
    country[1] = (char)(found & 0xFF);
    return true;
}

void postern_country_db_measure(const postern_country_db *db,
                                postern_country_db_size *size)
{
    *size = (postern_country_db_size){
        .built_s = db->built_s,
        .ranges4 = db->count4,
        .ranges6 = db->count6,
        .bytes = db->size,
    };
}
