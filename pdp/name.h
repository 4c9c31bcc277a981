/*
 * Names: an originator without wildcard as one atom of the compiled set. Found
 * by hash, decided by comparing the texts.
 */
#ifndef PST_NAME_H
#define PST_NAME_H

#include "base/bytes.h"
#include "pdp/acp_set.h"
#include "pdp/id.h"

struct pst_name_key {
    uint64_t hash;
    uint32_t kind;      /* enum pst_name_kind */
    postern_str domain; /* compared without regard to case */
    postern_str first;
    postern_str second;
};

static inline struct pst_name_key pst_name_key_of_id(const postern_id *id)
{
    return (struct pst_name_key){id->hash, (uint32_t)id->kind, id->domain,
                                 id->first, id->second};
}

struct pst_name_key pst_name_key_of_domain(postern_str domain);

/* The texts of a name. `texts` is the pool. */
struct pst_name_texts pst_name_texts_in(const struct pst_name *name,
                                        const char *texts);

/* By hash, then kind, then texts; the names of a set are sorted so. */
int pst_name_order(const struct pst_name *name, const char *texts,
                   const struct pst_name_key *key);

/* ---- finding ----------------------------------------------------------- */

/* The row that a name with this hash would like to stand in. Rises with the
 * hash. */
static inline uint32_t pst_name_home(uint64_t hash, uint32_t homes)
{
    return (uint32_t)((hash >> 32) * homes >> 32);
}

static inline uint32_t pst_name_home_of(const postern_acp_set *set,
                                        uint64_t hash)
{
    return pst_name_home(hash, pst_block_of(set)->homes);
}

enum { PST_NAMES_IN_A_ROW = 16 }; /* looked at before searching by halves */

/* Whether the name, which has the hash of the key, is that of the key; of texts
 * that are not in the row, or of a domain in other letters. */
bool pst_name_is_far(const struct pst_name *name, const char *texts,
                     const struct pst_name_key *key);

/* Atom of the name among the rows from `low` on, or PST_ATOM_NONE. */
uint32_t pst_name_search(const postern_acp_set *set, uint32_t low,
                         const struct pst_name_key *key);

static inline bool pst_name_is(const struct pst_name *name, const char *texts,
                               const struct pst_name_key *key)
{
    size_t domain = name->lens[0];
    size_t first = name->lens[1];
    size_t second = name->lens[2];
    const char *text = name->text;

    if (domain != key->domain.len || domain == PST_NAME_LONG ||
        !pst_bytes_equal(text, key->domain.data, domain)) {
        return pst_name_is_far(name, texts, key);
    }
    return name->kind == key->kind && first == key->first.len &&
           second == key->second.len &&
           pst_bytes_equal(text + domain, key->first.data, first) &&
           pst_bytes_equal(text + domain + first, key->second.data, second);
}

/* Atom of the name, or PST_ATOM_NONE. */
static inline uint32_t pst_name_find(const postern_acp_set *set,
                                     const struct pst_name_key *key)
{
    const struct pst_name *names = PST_TABLE(set, NAMES, struct pst_name);
    uint32_t row = pst_name_home_of(set, key->hash);
    uint32_t end = row + PST_NAMES_IN_A_ROW;

    for (; row < end; row++) {
        if (names[row].hash == key->hash &&
            pst_name_is(&names[row], PST_TABLE(set, TEXTS, char), key)) {
            return PST_ATOM_NAMES + row;
        }
        if (names[row].kind == PST_NAME_NONE || names[row].hash > key->hash) {
            return PST_ATOM_NONE;
        }
    }
    return pst_name_search(set, row, key);
}

#endif
