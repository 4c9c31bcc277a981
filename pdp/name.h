/*
 * Names: an originator without wildcard as one atom of the compiled set. Found
 * by hash, decided by comparing the texts.
 */
#ifndef PST_NAME_H
#define PST_NAME_H

#include "pdp/acp_set.h"
#include "pdp/id.h"

struct pst_name_key {
    uint64_t hash;
    uint32_t kind;      /* enum pst_name_kind */
    postern_str domain; /* compared without regard to case */
    postern_str first;
    postern_str second;
};

struct pst_name_key pst_name_key_of_id(const postern_id *id);
struct pst_name_key pst_name_key_of_domain(postern_str domain);

/* The texts of a name. `texts` is the pool. */
struct pst_name_texts pst_name_texts_in(const struct pst_name *name,
                                        const char *texts);

/* By hash, then kind, then texts; the names of a set are sorted so. */
int pst_name_order(const struct pst_name *name, const char *texts,
                   const struct pst_name_key *key);

/* Atom of the name, or PST_ATOM_NONE. */
uint32_t pst_name_find(const postern_acp_set *set,
                       const struct pst_name_key *key);

/* The first name of the bucket of a hash; the next bucket's follows. */
static inline const uint32_t *pst_name_bucket(const postern_acp_set *set,
                                              uint64_t hash)
{
    return PST_TABLE(set, BUCKETS, uint32_t) +
           (hash >> (64 - pst_block_of(set)->bucket_bits));
}

#endif
