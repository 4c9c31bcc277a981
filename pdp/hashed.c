#include "pdp/hashed.h"

/* The first of them whose atom is not below. */
static uint32_t lower_bound(const struct pst_entry *entries, uint32_t low,
                            uint32_t high, uint32_t atom)
{
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (entries[middle].atom < atom) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct pst_entries pst_hashed_find(const postern_acp_set *set,
                                   const struct pst_hashed *hashed,
                                   uint32_t atom)
{
    const struct pst_entry *entries =
        PST_TABLE(set, ENTRIES, struct pst_entry) + hashed->first_entry;
    const uint32_t *head = pst_hashed_head(set, hashed, atom);
    uint32_t first = lower_bound(entries, head[0], head[1], atom);
    uint32_t end = first;

    if (first < head[1] && entries[first].atom == atom) {
        end = lower_bound(entries, first, head[1], atom + 1);
    }
    return (struct pst_entries){entries + first, end - first};
}

const uint64_t *pst_hashed_crowd(const postern_acp_set *set,
                                 const struct pst_hashed *hashed, uint32_t atom)
{
    const struct pst_crowd_ref *crowds =
        PST_TABLE(set, CROWDS, struct pst_crowd_ref) + hashed->first_crowd;
    uint32_t low = 0;
    uint32_t high = hashed->crowds;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (crowds[middle].atom < atom) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < hashed->crowds && crowds[low].atom == atom
               ? PST_TABLE(set, CROWD_WORDS, uint64_t) + crowds[low].at
               : NULL;
}
