#include "base/vec.h"

#include <string.h>

enum { FIRST_CAPACITY = 16 };

/* Offsets in the compiled form are 32 bits wide: no array may exceed them. */
static const uint64_t MAX_BYTES = UINT32_MAX;

void pst_vec_init(struct pst_vec *vec, uint32_t element_size)
{
    *vec = (struct pst_vec){NULL, element_size, 0, 0};
}

void pst_vec_release(struct pst_vec *vec, const postern_allocator *allocator)
{
    pst_release(allocator, vec->data,
                (size_t)vec->capacity * vec->element_size);
    pst_vec_init(vec, vec->element_size);
}

static postern_status grow(struct pst_vec *vec,
                           const postern_allocator *allocator, uint64_t need)
{
    uint64_t capacity =
        vec->capacity ? vec->capacity * UINT64_C(2) : FIRST_CAPACITY;
    void *data;

    if (capacity < need) {
        capacity = need; /* all at once, and often that is all */
    }
    if (capacity * vec->element_size > MAX_BYTES) {
        capacity = need; /* the last growth is exact */
    }
    if (capacity * vec->element_size > MAX_BYTES) {
        return POSTERN_ERR_LIMIT;
    }
    data = pst_alloc(allocator, (size_t)capacity * vec->element_size);
    if (!data) {
        return POSTERN_ERR_MEMORY;
    }
    if (vec->count) {
        memcpy(data, vec->data, (size_t)vec->count * vec->element_size);
    }
    pst_release(allocator, vec->data,
                (size_t)vec->capacity * vec->element_size);
    vec->data = data;
    vec->capacity = (uint32_t)capacity;
    return POSTERN_OK;
}

postern_status pst_vec_push(struct pst_vec *vec,
                            const postern_allocator *allocator,
                            const void *elements, uint32_t count)
{
    uint64_t need = (uint64_t)vec->count + count;
    unsigned char *end;

    if (need > vec->capacity) {
        postern_status status = grow(vec, allocator, need);

        if (status != POSTERN_OK) {
            return status;
        }
    }
    if (count == 0) {
        return POSTERN_OK;
    }
    end = (unsigned char *)vec->data + (size_t)vec->count * vec->element_size;
    if (elements) {
        memcpy(end, elements, (size_t)count * vec->element_size);
    } else {
        memset(end, 0, (size_t)count * vec->element_size);
    }
    vec->count += count;
    return POSTERN_OK;
}
