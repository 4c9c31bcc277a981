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

/* By hash, then kind, then texts; the atoms of a set are sorted so. */
int pst_atom_order(const postern_acp_set *set, const struct pst_atom *atom,
                   const struct pst_atom_key *key);

#endif
