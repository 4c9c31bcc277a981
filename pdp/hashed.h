/* Finding the entries of an atom in a hashed rule set. */
#ifndef PST_HASHED_H
#define PST_HASHED_H

#include "pdp/acp_set.h"

/* Atoms are dense numbers: multiplying spreads them evenly. */
static inline uint32_t pst_head_of(uint32_t atom, uint32_t head_bits)
{
    return head_bits ? (atom * 0x9E3779B1u) >> (32 - head_bits) : 0;
}

static inline const uint32_t *pst_hashed_head(const postern_acp_set *set,
                                              const struct pst_hashed *hashed,
                                              uint32_t atom)
{
    return PST_TABLE(set, HEADS, uint32_t) + hashed->first_head +
           pst_head_of(atom, hashed->head_bits);
}

/* Entries in a row. */
struct pst_entries {
    const struct pst_entry *entries;
    uint32_t count;
};

/* Those of the atom, sorted by rule. Logarithmic in those of its bucket. */
struct pst_entries pst_hashed_find(const postern_acp_set *set,
                                   const struct pst_hashed *hashed,
                                   uint32_t atom);

/* The crowd of the atom, or NULL. */
const uint64_t *pst_hashed_crowd(const postern_acp_set *set,
                                 const struct pst_hashed *hashed,
                                 uint32_t atom);

#endif
