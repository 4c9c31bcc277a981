/*
 * Atoms: an originator without wildcard as one number of the compiled set.
 * Found by hash, decided by comparing the texts.
 */
#ifndef PST_ATOM_H
#define PST_ATOM_H

#include "pdp/acp_set.h"
#include "pdp/id.h"

struct pst_atom_key {
    uint64_t hash;
    uint32_t kind;      /* enum pst_atom_kind */
    postern_str domain; /* compared without regard to case */
    postern_str first;
    postern_str second;
};

struct pst_atom_key pst_atom_key_of_id(const postern_id *id);
struct pst_atom_key pst_atom_key_of_domain(postern_str domain);
struct pst_atom_key pst_atom_key_of_all(void);

/* Number of the atom, or PST_NO_ATOM. */
uint32_t pst_atom_find(const postern_acp_set *set,
                       const struct pst_atom_key *key);

/* The first of `count` entries of a rule set that is not before the atom: those
 * of the atom follow from there. */
static inline uint32_t pst_atom_entry(const struct pst_entry *entries,
                                      uint32_t count, uint32_t atom)
{
    uint32_t low = 0;

    while (count > 0) {
        uint32_t half = count / 2;

        if (entries[low + half].index < atom) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return low;
}

/* What an atom of an entity, a resource or a role was made of. */
postern_id pst_atom_id(const postern_acp_set *set, const struct pst_atom *atom);

/* By hash, then kind, then texts; the atoms of a set are sorted so. */
int pst_atom_order(const postern_acp_set *set, const struct pst_atom *atom,
                   const struct pst_atom_key *key);

#endif
