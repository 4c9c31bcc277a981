/*
 * Things by their name: a hash table of entries that are kept elsewhere, in the
 * order in which they were added. Nothing is ever taken out.
 */
#ifndef PST_GATE_TABLE_H
#define PST_GATE_TABLE_H

#include "base/keyed_hash.h"
#include "base/memory.h"

/* The first member of whatever is in a table. */
struct pst_gate_entry {
    postern_str name;
    struct pst_gate_entry *chain; /* of the same bucket */
    struct pst_gate_entry *after; /* added next */
};

struct pst_gate_table {
    postern_allocator allocator;
    struct pst_hash_key key;
    struct pst_gate_entry **buckets;
    size_t bucket_count; /* a power of two, or 0 */
    size_t count;
    struct pst_gate_entry *first;
    struct pst_gate_entry *last;
};

void pst_gate_table_init(struct pst_gate_table *table,
                         const postern_allocator *allocator,
                         const uint64_t key[2]);
void pst_gate_table_release(struct pst_gate_table *table);

/* NULL: there is none. */
void *pst_gate_table_find(const struct pst_gate_table *table, postern_str name);

/* Its name is set, and not there yet. False: no memory. */
bool pst_gate_table_add(struct pst_gate_table *table,
                        struct pst_gate_entry *entry);

#endif
