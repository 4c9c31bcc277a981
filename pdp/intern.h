/*
 * Finding what is there already: the numbers of the elements of a growing table
 * by their hash, in open addressing.
 */
#ifndef PST_INTERN_H
#define PST_INTERN_H

#include "base/fetch.h"
#include "base/vec.h"

#define PST_INTERN_NEW UINT32_MAX

/* Whether element `number` of `table` is the one with that key. */
typedef bool pst_intern_is(const void *table, uint32_t number, const void *key);

struct pst_intern {
    struct pst_vec slots; /* a power of two of them */
    uint32_t used;
    uint32_t free; /* slot for what was not found */
    pst_intern_is *is;
};

void pst_intern_init(struct pst_intern *intern, pst_intern_is *is);
void pst_intern_release(struct pst_intern *intern,
                        const postern_allocator *allocator);

/* Makes room for one more. POSTERN_ERR_MEMORY, POSTERN_ERR_LIMIT. */
POSTERN_NODISCARD postern_status pst_intern_reserve(
    struct pst_intern *intern, const postern_allocator *allocator);

/* Fetches what pst_intern_find() will look at first, while there is something
 * else to do. */
static inline void pst_intern_fetch(const struct pst_intern *intern,
                                    uint64_t hash)
{
    if (intern->slots.count) {
        pst_fetch((const uint64_t *)intern->slots.data +
                  ((uint32_t)(hash >> 32) & (intern->slots.count - 1)));
    }
}

/* When that is there: the element that is probably meant, or PST_INTERN_NEW. */
uint32_t pst_intern_guess(const struct pst_intern *intern, uint64_t hash);

/* The number of the element, or PST_INTERN_NEW. Needs room for one more. */
uint32_t pst_intern_find(struct pst_intern *intern, uint64_t hash,
                         const void *key, const void *table);

/* Notes an element that was not found just now. */
void pst_intern_put(struct pst_intern *intern, uint64_t hash, uint32_t number);

#endif
