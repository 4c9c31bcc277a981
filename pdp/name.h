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

/* Rises with the hash. */
static inline uint32_t pst_name_home(uint64_t hash, uint32_t homes)
{
    return (uint32_t)((hash >> 32) * homes >> 32);
}

static inline uint32_t pst_name_home_of(const postern_acp_set *set,
                                        uint64_t hash)
{
    return pst_name_home(hash, pst_block_of(set)->homes);
}

static inline const struct pst_homes *pst_homes_at(const postern_acp_set *set,
                                                   uint32_t home)
{
    return PST_TABLE(set, HOMES, struct pst_homes) + home / PST_HOMES_AT_ONCE;
}

static inline uint32_t pst_home_bit(uint32_t home)
{
    return (uint32_t)1 << home % PST_HOMES_AT_ONCE;
}

/* Bits that are set; not every processor has an instruction for it. */
static inline uint32_t pst_count_bits(uint32_t bits)
{
    bits -= bits >> 1 & 0x55555555u;
    bits = (bits & 0x33333333u) + (bits >> 2 & 0x33333333u);
    return ((bits + (bits >> 4)) & 0x0F0F0F0Fu) * 0x01010101u >> 24;
}

/* The row of whatever stands at the home, or, if nothing does, behind it. */
static inline uint32_t pst_name_row(const struct pst_homes *homes,
                                    uint32_t home)
{
    return homes->before +
           pst_count_bits(homes->used & (pst_home_bit(home) - 1));
}

/* Whether it is the name of the key, letter by letter. Names whose texts are
 * elsewhere, and domains in other letters, are left to the search. */
static inline bool pst_name_is(const struct pst_name *name,
                               const struct pst_name_key *key)
{
    size_t domain = key->domain.len;
    size_t first = key->first.len;
    size_t second = key->second.len;
    const char *text = name->text;

    return name->hash == key->hash && name->kind == key->kind &&
           name->lens[0] == domain && name->lens[1] == first &&
           name->lens[2] == second && domain != PST_NAME_LONG &&
           pst_bytes_equal(text + domain + first, key->second.data, second) &&
           pst_bytes_equal(text + domain, key->first.data, first) &&
           pst_bytes_equal(text, key->domain.data, domain);
}

enum { PST_NAMES_IN_A_ROW = 16 }; /* looked at before searching by halves */

/* Atom of the name among the rows from `row` on, where it stands unless there
 * is none, or PST_ATOM_NONE. */
uint32_t pst_name_search(const postern_acp_set *set, uint32_t row,
                         const struct pst_name_key *key);

/* Atom of the name, or PST_ATOM_NONE. */
static inline uint32_t pst_name_find(const postern_acp_set *set,
                                     const struct pst_name_key *key)
{
    uint32_t home = pst_name_home_of(set, key->hash);
    const struct pst_homes *homes = pst_homes_at(set, home);
    const struct pst_name *name;
    uint32_t row;

    if (!(homes->used & pst_home_bit(home))) {
        return PST_ATOM_NONE;
    }
    row = pst_name_row(homes, home);
    name = PST_TABLE(set, NAMES, struct pst_name) + row;
    if (pst_name_is(name, key)) {
        return PST_ATOM_NAMES + row;
    }
    return name->hash > key->hash ? PST_ATOM_NONE
                                  : pst_name_search(set, row, key);
}

#endif
