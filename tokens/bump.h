/*
 * Memory of fixed size that is handed out front to back and taken back all at
 * once: what the tokens of one request are made of.
 */
#ifndef PST_BUMP_H
#define PST_BUMP_H

#include "base/str.h"

#include <stdalign.h>

struct pst_bump {
    char *memory; /* aligned for any type */
    size_t size;
    size_t used;
};

/* Memory for `count` things of `size` bytes, not cleared, aligned for any type;
 * NULL: it is full. */
static inline void *pst_bump_alloc(struct pst_bump *bump, size_t count,
                                   size_t size)
{
    size_t align = alignof(max_align_t);
    size_t from = (bump->used + align - 1) / align * align;

    if (from > bump->size || (size && count > (bump->size - from) / size)) {
        return NULL;
    }
    bump->used = from + count * size;
    return bump->memory + from;
}

/* A copy; {NULL, 0}: it is full. */
static inline postern_str pst_bump_copy(struct pst_bump *bump, postern_str text)
{
    char *copy = (char *)pst_bump_alloc(bump, text.len + 1, 1);

    if (!copy) {
        return (postern_str){NULL, 0};
    }
    if (text.len) {
        memcpy(copy, text.data, text.len);
    }
    copy[text.len] = '\0';
    return (postern_str){copy, text.len};
}

#endif
