/*
 * What the words of a crowd are:
 *
 *   struct pst_crowd_head
 *   for each block: its rows, its directory, the rules of its clauses
 *   struct pst_crowd_block for each, lane after lane
 *
 * The directory of a block has a number of a row (uint16_t) for each value of
 * each field that the block has, fields in ascending order. A row has a bit for
 * each clause; behind the last clause bits mean nothing.
 */
#ifndef PST_CROWD_WORDS_H
#define PST_CROWD_WORDS_H

#include "pdp/crowd.h"

/* What a request is asked. A field has at most 64 values. */
enum pst_crowd_field {
    PST_FIELD_SECOND, /* 60: the time is unknown, then the next six are not
                         asked */
    PST_FIELD_MINUTE,
    PST_FIELD_HOUR,
    PST_FIELD_DAY,
    PST_FIELD_MONTH,
    PST_FIELD_WEEKDAY,
    PST_FIELD_YEAR,   /* since 2000; PST_YEAR_LATER, PST_YEAR_OUTSIDE */
    PST_FIELD_FAMILY, /* enum pst_crowd_family */
    PST_FIELD_IP4,    /* the first of 8 hexadecimal digits, asked of IPv4 */
    PST_FIELD_IP6 = PST_FIELD_IP4 + 8, /* of 32, asked of IPv6 */
    PST_FIELD_COUNTRY = PST_FIELD_IP6 + 32,
    PST_FIELD_SLAB, /* that the point is in, on each of 3 axes */
    PST_FIELD_SLICE = PST_FIELD_SLAB + 3, /* of that slab */
    PST_FIELD_OPERATION = PST_FIELD_SLICE + 3,
    PST_FIELD_AUTHN,
    PST_FIELD_TARGET, /* the lowest two hexadecimal digits of the types, asked
                         of Create */
    PST_FIELD_CHILD = PST_FIELD_TARGET + 2,
    PST_CROWD_FIELDS = PST_FIELD_CHILD + 2
};

enum pst_crowd_family {
    PST_FAMILY_UNKNOWN,
    PST_FAMILY_IP4,
    PST_FAMILY_IP6,
    PST_FAMILIES
};

enum {
    PST_SECOND_UNKNOWN = 60,
    PST_YEAR_LATER = 62,   /* 2062 or later: all years from there on are one */
    PST_YEAR_OUTSIDE = 63, /* no window with a year holds then */
    PST_CROWD_COUNTRIES = 60,
    PST_COUNTRY_OTHER = PST_CROWD_COUNTRIES, /* not one of the head's */
    PST_COUNTRY_UNKNOWN,
    PST_CROWD_BORDERS = 62,
    PST_SLAB_UNKNOWN = PST_CROWD_BORDERS + 1, /* the slices are not asked */
    PST_SLICES = 16,
    PST_CROWD_AXES = 3,
    PST_IP4_DIGITS = 8,
    PST_IP6_DIGITS = 32,
    PST_DIGIT_VALUES = 16,
    PST_TYPE_DIGITS = 2,
    PST_BLOCK_CLAUSES = 4096,
    PST_BLOCK_WORDS = PST_BLOCK_CLAUSES / 64,
    PST_CROWD_ROWS = 1278, /* values of all fields */
    /* Instead of a number of a row */
    PST_ROW_NONE = 0xFFFE,
    PST_ROW_ALL = 0xFFFF
};

#define PST_FIELD_BIT(field) ((uint64_t)1 << (field))
#define PST_FIELD_BITS(first, count) ((((uint64_t)1 << (count)) - 1) << (first))

#define PST_TIME_FIELDS PST_FIELD_BITS(PST_FIELD_SECOND, 7)
#define PST_IP4_FIELDS PST_FIELD_BITS(PST_FIELD_IP4, PST_IP4_DIGITS)
#define PST_IP6_FIELDS PST_FIELD_BITS(PST_FIELD_IP6, PST_IP6_DIGITS)
#define PST_ADDRESS_FIELDS                                                     \
    (PST_FIELD_BIT(PST_FIELD_FAMILY) | PST_IP4_FIELDS | PST_IP6_FIELDS)
#define PST_POINT_FIELDS PST_FIELD_BITS(PST_FIELD_SLAB, 2 * PST_CROWD_AXES)
#define PST_ALL_FIELDS PST_FIELD_BITS(0, PST_CROWD_FIELDS)

/* How many values each field has. */
extern const uint8_t pst_crowd_values[PST_CROWD_FIELDS];

/* Clauses that are limited in one thing alone are apart from all others: their
 * blocks have no rows of other things, in which every bit would be set. */
enum pst_crowd_lane {
    PST_LANE_TIME,
    PST_LANE_ADDRESS,
    PST_LANE_PLACE,
    PST_LANE_OTHERS,
    PST_CROWD_LANES
};

struct pst_crowd_head {
    uint32_t words; /* of the crowd */
    uint32_t blocks_at;
    uint32_t lanes[PST_CROWD_LANES + 1]; /* block that each begins with; the
                                            last: how many there are */
    uint32_t countries;
    uint64_t fields;                                   /* that any block has */
    uint16_t codes[PST_CROWD_COUNTRIES];               /* ascending */
    double borders[PST_CROWD_AXES][PST_CROWD_BORDERS]; /* ascending */
};

struct pst_crowd_block {
    uint64_t fields; /* that it has */
    uint32_t clauses;
    uint32_t rows;
    uint32_t rows_at;
    uint32_t directory_at;
    uint32_t rules_at; /* uint32_t for each clause, ascending */
    uint32_t first_rule;
    uint32_t last_rule;
    uint32_t reserved;
};

enum {
    PST_CROWD_HEAD_WORDS = sizeof(struct pst_crowd_head) / 8,
    PST_CROWD_BLOCK_WORDS = sizeof(struct pst_crowd_block) / 8
};

static inline const struct pst_crowd_head *pst_crowd_head(const uint64_t *crowd)
{
    return (const struct pst_crowd_head *)crowd;
}

static inline const struct pst_crowd_block *
pst_crowd_blocks(const uint64_t *crowd)
{
    return (const struct pst_crowd_block *)(crowd +
                                            pst_crowd_head(crowd)->blocks_at);
}

static inline uint32_t pst_crowd_block_count(const uint64_t *crowd)
{
    return pst_crowd_head(crowd)->lanes[PST_CROWD_LANES];
}

static inline const uint16_t *
pst_crowd_directory(const uint64_t *crowd, const struct pst_crowd_block *block)
{
    return (const uint16_t *)(crowd + block->directory_at);
}

static inline const uint32_t *
pst_crowd_rules(const uint64_t *crowd, const struct pst_crowd_block *block)
{
    return (const uint32_t *)(crowd + block->rules_at);
}

/* Words of a row. */
static inline uint32_t pst_block_words(const struct pst_crowd_block *block)
{
    return (block->clauses + 63) / 64;
}

static inline uint32_t pst_first_bit(uint64_t bits)
{
    return (uint32_t)__builtin_ctzll(bits);
}

/* Entries of the directory of a block with these fields. */
static inline uint32_t pst_crowd_entries(uint64_t fields)
{
    uint32_t entries = 0;

    for (; fields; fields &= fields - 1) {
        entries += pst_crowd_values[pst_first_bit(fields)];
    }
    return entries;
}

/* Where a coordinate is: its slab, of which each begins at a border, times
 * PST_SLICES, and its slice. Grows with the coordinate, and never leaves the
 * values of the fields, whatever the borders are. */
uint32_t pst_crowd_slice(const double borders[PST_CROWD_BORDERS], double value);

/* Place of a country among the values of its field. */
uint32_t pst_crowd_country(const struct pst_crowd_head *head, uint16_t country);

#endif
