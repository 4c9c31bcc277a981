/*
 * A country database in memory: for IPv4 and IPv6 each a row of addresses at
 * which the country changes. The range that begins at one ends before the next.
 *
 * Invariant: a row is empty (nothing is known of the family) or begins at the
 * address 0, its addresses ascend, and neighbours have different countries.
 */
#ifndef PST_COUNTRY_DB_H
#define PST_COUNTRY_DB_H

#include "base/memory.h"

#include <postern/pip.h>

/*
 * What is kept of a range: the two letters of its country as one number, first
 * letter times 256 plus second; or PST_COUNTRY_NONE; or, in an IPv6 row,
 * PST_COUNTRY_BY_IP4 + n, n from 0 to PST_COUNTRY_BY_IP4_MOST: the country is
 * that of the IPv4 address behind the first n bits. Databases share the IPv4
 * part of their tree in this way with ::/96, 2002::/16 and other prefixes.
 */
enum {
    PST_COUNTRY_NONE = 0,
    PST_COUNTRY_BY_IP4 = 1,
    PST_COUNTRY_BY_IP4_MOST = 96
};

enum { PST_COUNTRY_EVERY = 16 };

struct pst_address6 {
    uint64_t high;
    uint64_t low;
};

/*
 * One block, header first. What is searched first fits into a near cache:
 *
 * - index4 holds for each possible value of the leading bits of an IPv4 address
 *   which range the first address with these bits is in, and the last range
 *   after that: what is left to search is short.
 * - every6 holds every PST_COUNTRY_EVERYth number of high6, from the first on.
 */
struct postern_country_db {
    postern_allocator allocator;
    size_t size; /* of the block */
    uint64_t built_s;
    uint32_t count4;
    uint32_t count6;
    unsigned shift4; /* an address shifted right by it is its index */
    uint64_t *high6;
    uint64_t *low6;
    uint64_t *every6;
    uint32_t *first4;
    uint32_t *index4;
    uint16_t *country4;
    uint16_t *country6;
};

/* What is kept of two letters, in either case; PST_COUNTRY_NONE for any other
 * text. */
uint16_t pst_country_of_text(const char *text, size_t len);

/* What is kept of the range an address is in: letters or PST_COUNTRY_NONE. */
uint16_t pst_country_find4(const postern_country_db *db, uint32_t address);
uint16_t pst_country_find6(const postern_country_db *db,
                           struct pst_address6 address);

#endif
