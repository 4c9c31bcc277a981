/*
 * A growable array with a ceiling on its count, for the builder. Elements are
 * plain data; positions stay valid, pointers only until the next push.
 */
#ifndef PST_VEC_H
#define PST_VEC_H

#include "base/memory.h"

struct pst_vec {
    void *data;
    uint32_t element_size;
    uint32_t count;
    uint32_t capacity;
};

void pst_vec_init(struct pst_vec *vec, uint32_t element_size);
void pst_vec_release(struct pst_vec *vec, const postern_allocator *allocator);

/* Appends `count` elements (copied from `elements`, or zeroed when NULL). On a
 * refusal the vector is as before. POSTERN_ERR_MEMORY, POSTERN_ERR_LIMIT. */
POSTERN_NODISCARD postern_status
pst_vec_push(struct pst_vec *vec, const postern_allocator *allocator,
             const void *elements, uint32_t count);

#endif
