/*
 * A persistent multimap from hashes to 32-bit numbers: by what a store finds
 * resources. A tree of small nodes, five bits a level; a change copies the
 * nodes on one path and shares all others, so whoever has the old root keeps
 * seeing the old map.
 *
 * Of a hash the upper 32 bits are looked at. The numbers of all hashes that
 * agree in them come together, and the caller compares what they stand for; of
 * 10 million resources, one in 400 or so meets such a stranger. However many
 * numbers have one hash, adding and removing one stays cheap.
 *
 * 8 bytes a pair are its own; with all nodes, on average, fewer than 12.
 */
#ifndef PST_TRIE_H
#define PST_TRIE_H

#include "prp/pool.h"

struct pst_trie_node;

struct pst_trie {
    struct pst_trie_node *root; /* NULL: empty */
    uint64_t count;
};

/* Numbers stored under a hash, in no particular order. Usage:
 *   for (n = pst_trie_first(trie, hash, &walk); n != PST_NO_NUMBER;
 *        n = pst_trie_next(&walk))
 */
#define PST_NO_NUMBER UINT32_MAX

union pst_trie_cell;

struct pst_trie_walk {
    const struct pst_trie_node *root;
    const union pst_trie_cell *at; /* in a leaf, with its end */
    const union pst_trie_cell *end;
    uint64_t last;   /* key that the hash can have */
    uint64_t resume; /* key that the next leaf begins with; 0: none */
};

uint32_t pst_trie_first(const struct pst_trie *trie, uint64_t hash,
                        struct pst_trie_walk *walk);
uint32_t pst_trie_next(struct pst_trie_walk *walk);

enum { PST_TRIE_AT_ONCE = 16 };

/*
 * The first number under each of so many hashes, or PST_NO_NUMBER; for all of
 * them in about the time that one takes to come from memory. A hash that
 * numbers of several leaves share may have PST_NO_NUMBER all the same.
 */
void pst_trie_first_of_each(const struct pst_trie *trie, const uint64_t *hashes,
                            size_t count, uint32_t *numbers);

/* Adds a pair; one that is there stays as it is. POSTERN_ERR_MEMORY: the trie
 * is as before, but for copies of nodes. Cost: logarithmic. */
POSTERN_NODISCARD postern_status pst_trie_add(struct pst_trie *trie,
                                              struct pst_pool *pool,
                                              uint64_t hash, uint32_t number);
/* Removes a pair, if it is there. As above. */
POSTERN_NODISCARD postern_status pst_trie_remove(struct pst_trie *trie,
                                                 struct pst_pool *pool,
                                                 uint64_t hash,
                                                 uint32_t number);

/* Frees the nodes that the change in progress has made, and leaves an empty
 * trie: the one to go on with is the copy from before the change. */
void pst_trie_abort(struct pst_trie *trie, struct pst_pool *pool);
/* Frees every node. */
void pst_trie_free(struct pst_trie *trie, struct pst_pool *pool);

#endif
