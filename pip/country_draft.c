/* Ranges collected, then copied into the one block that lookups read. */
#include "pip/country_draft.h"

#include <string.h>

enum { LONGEST_INDEX = 16, IP4_BITS = 32 };

struct start4 {
    uint32_t first;
    uint16_t country;
};

struct start6 {
    struct pst_address6 first;
    uint16_t country;
};

void pst_country_draft_init(struct pst_country_draft *draft,
                            const postern_allocator *allocator)
{
    draft->allocator = *allocator;
    pst_vec_init(&draft->starts4, sizeof(struct start4));
    pst_vec_init(&draft->starts6, sizeof(struct start6));
    draft->has_country = false;
}

void pst_country_draft_release(struct pst_country_draft *draft)
{
    pst_vec_release(&draft->starts4, &draft->allocator);
    pst_vec_release(&draft->starts6, &draft->allocator);
}

static void note(struct pst_country_draft *draft, uint16_t country)
{
    draft->has_country = draft->has_country ||
                         country > PST_COUNTRY_BY_IP4 + PST_COUNTRY_BY_IP4_MOST;
}

postern_status pst_country_draft_add4(struct pst_country_draft *draft,
                                      uint32_t first, uint16_t country)
{
    const struct start4 *starts = draft->starts4.data;
    uint32_t count = draft->starts4.count;
    struct start4 start = {first, country};

    if (count > 0 && starts[count - 1].country == country) {
        return POSTERN_OK;
    }
    note(draft, country);
    return pst_vec_push(&draft->starts4, &draft->allocator, &start, 1);
}

postern_status pst_country_draft_add6(struct pst_country_draft *draft,
                                      struct pst_address6 first,
                                      uint16_t country)
{
    const struct start6 *starts = draft->starts6.data;
    uint32_t count = draft->starts6.count;
    struct start6 start = {first, country};

    if (count > 0 && starts[count - 1].country == country) {
        return POSTERN_OK;
    }
    note(draft, country);
    return pst_vec_push(&draft->starts6, &draft->allocator, &start, 1);
}

/* ---- the block --------------------------------------------------------- */

/* As many leading bits as there are ranges for: an index that is much longer
 * than what it leads to would be a waste. */
static unsigned index_bits(uint32_t count)
{
    unsigned bits = 0;

    while (bits < LONGEST_INDEX && count >> (bits + 1) != 0) {
        bits++;
    }
    return bits;
}

static size_t every_length(uint32_t count)
{
    return ((size_t)count + PST_COUNTRY_EVERY - 1) / PST_COUNTRY_EVERY;
}

static size_t index_length(uint32_t count)
{
    return ((size_t)1 << index_bits(count)) + 1;
}

/* The widest first: each array is aligned when the one before it is. 0: it
 * would not fit into memory. */
static size_t block_size(uint32_t count4, uint32_t count6)
{
    const uint64_t size =
        sizeof(postern_country_db) +
        (uint64_t)count6 * (2 * sizeof(uint64_t) + sizeof(uint16_t)) +
        (uint64_t)every_length(count6) * sizeof(uint64_t) +
        (uint64_t)count4 * (sizeof(uint32_t) + sizeof(uint16_t)) +
        (uint64_t)index_length(count4) * sizeof(uint32_t);

    return size <= SIZE_MAX ? (size_t)size : 0;
}

static void lay_out(postern_country_db *db)
{
    db->high6 = (uint64_t *)(db + 1);
    db->low6 = db->high6 + db->count6;
    db->every6 = db->low6 + db->count6;
    db->first4 = (uint32_t *)(db->every6 + every_length(db->count6));
    db->index4 = db->first4 + db->count4;
    db->country4 = (uint16_t *)(db->index4 + index_length(db->count4));
    db->country6 = db->country4 + db->count4;
}

static void copy_starts(postern_country_db *db,
                        const struct pst_country_draft *draft)
{
    const struct start4 *starts4 = draft->starts4.data;
    const struct start6 *starts6 = draft->starts6.data;

    for (uint32_t i = 0; i < db->count4; i++) {
        db->first4[i] = starts4[i].first;
        db->country4[i] = starts4[i].country;
    }
    for (uint32_t i = 0; i < db->count6; i++) {
        db->high6[i] = starts6[i].first.high;
        db->low6[i] = starts6[i].first.low;
        db->country6[i] = starts6[i].country;
    }
    for (size_t i = 0; i < every_length(db->count6); i++) {
        db->every6[i] = db->high6[i * PST_COUNTRY_EVERY];
    }
}

static void fill_index(postern_country_db *db)
{
    size_t length = index_length(db->count4);
    uint32_t at = 0;

    for (size_t i = 0; i + 1 < length; i++) {
        uint64_t first = (uint64_t)i << db->shift4;

        while (at + 1 < db->count4 && db->first4[at + 1] <= first) {
            at++;
        }
        db->index4[i] = at;
    }
    db->index4[length - 1] = db->count4 ? db->count4 - 1 : 0;
}

postern_country_db *
pst_country_draft_finish(const struct pst_country_draft *draft,
                         uint64_t built_s)
{
    uint32_t count4 = draft->starts4.count;
    uint32_t count6 = draft->starts6.count;
    size_t size = block_size(count4, count6);
    postern_country_db *db = size ? pst_alloc(&draft->allocator, size) : NULL;

    if (!db) {
        return NULL;
    }
    *db = (postern_country_db){
        .allocator = draft->allocator,
        .size = size,
        .built_s = built_s,
        .count4 = count4,
        .count6 = count6,
        .shift4 = IP4_BITS - index_bits(count4),
    };
    lay_out(db);
    copy_starts(db, draft);
    fill_index(db);
    return db;
}
