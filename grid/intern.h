/*
 * Numbers for strings of bytes: the same bytes have the same number, from 0 on
 * in the order in which they came. Nothing is taken out.
 */
#ifndef PST_GRID_INTERN_H
#define PST_GRID_INTERN_H

#include "base/arena.h"
#include "base/keyed_hash.h"
#include "base/vec.h"

#define PST_GRID_NONE UINT32_MAX

struct pst_grid_intern {
    struct pst_vec keys; /* struct pst_grid_key, by number */
    uint32_t *slots;     /* number + 1; 0: empty */
    uint32_t slot_count; /* a power of two, more than the keys; or 0 */
};

struct pst_grid_key {
    postern_str bytes; /* aligned for any type */
    uint64_t hash;
};

/* Where keys live, and what they are hashed with. */
struct pst_grid_ground {
    postern_allocator allocator;
    struct pst_arena arena;
    struct pst_hash_key hash_key;
};

void pst_grid_intern_init(struct pst_grid_intern *intern);
void pst_grid_intern_release(struct pst_grid_intern *intern,
                             const struct pst_grid_ground *ground);

/* The number, or PST_GRID_NONE. */
uint32_t pst_grid_intern_find(const struct pst_grid_intern *intern,
                              const struct pst_grid_ground *ground,
                              postern_str bytes);

/* Adds what is not there yet; its number is the count of keys before. */
POSTERN_NODISCARD postern_status
pst_grid_intern_add(struct pst_grid_intern *intern,
                    struct pst_grid_ground *ground, postern_str bytes);

static inline postern_str
pst_grid_intern_at(const struct pst_grid_intern *intern, uint32_t number)
{
    return ((const struct pst_grid_key *)intern->keys.data)[number].bytes;
}

#endif
