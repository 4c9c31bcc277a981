/*
 * Bump memory with a ceiling and one release: for what lives as long as one
 * load. Nothing in it is freed alone.
 */
#ifndef PST_ARENA_H
#define PST_ARENA_H

#include "base/memory.h"
#include "base/str.h"

struct pst_arena_chunk;

struct pst_arena {
    postern_allocator allocator;
    struct pst_arena_chunk *chunks; /* newest first */
    size_t used;                    /* bytes handed out, all chunks */
    size_t ceiling;                 /* refuses to hand out more */
};

void pst_arena_init(struct pst_arena *arena, const postern_allocator *allocator,
                    size_t ceiling);
void pst_arena_release(struct pst_arena *arena);

/* Zeroed memory for `count` things of `size` bytes, aligned for any type; NULL
 * when there is no memory or the ceiling is reached. */
void *pst_arena_alloc(struct pst_arena *arena, size_t count, size_t size);

/* The same for one thing of that size, not zeroed. */
void *pst_arena_raw(struct pst_arena *arena, size_t size);

/* Memory for text: as it comes, not aligned; NULL as above. */
char *pst_arena_bytes(struct pst_arena *arena, size_t size);

/* A copy ending in NUL (not counted in len); {NULL, 0} when out of memory. */
postern_str pst_arena_copy(struct pst_arena *arena, postern_str text);

#endif
