#include "base/arena.h"

#include <stdalign.h>

enum { ALIGN = alignof(max_align_t), CHUNK = 64 * 1024 };

struct pst_arena_chunk {
    struct pst_arena_chunk *next;
    size_t size; /* of data */
    size_t used;
    alignas(max_align_t) unsigned char data[];
};

void pst_arena_init(struct pst_arena *arena, const postern_allocator *allocator,
                    size_t ceiling)
{
    *arena = (struct pst_arena){pst_allocator_of(allocator), NULL, 0, ceiling};
}

void pst_arena_release(struct pst_arena *arena)
{
    while (arena->chunks) {
        struct pst_arena_chunk *chunk = arena->chunks;

        arena->chunks = chunk->next;
        pst_release(&arena->allocator, chunk, sizeof *chunk + chunk->size);
    }
    arena->used = 0;
}

static struct pst_arena_chunk *add_chunk(struct pst_arena *arena, size_t need)
{
    size_t size = need > CHUNK ? need : CHUNK;
    struct pst_arena_chunk *chunk =
        pst_alloc(&arena->allocator, sizeof *chunk + size);

    if (chunk) {
        chunk->next = arena->chunks;
        chunk->size = size;
        chunk->used = 0;
        arena->chunks = chunk;
    }
    return chunk;
}

/* `size` bytes behind what is used, and behind `gap` bytes more. */
static char *take(struct pst_arena *arena, size_t gap, size_t size)
{
    struct pst_arena_chunk *chunk = arena->chunks;
    char *block;

    if (size > arena->ceiling - arena->used) {
        return NULL; /* used never exceeds ceiling */
    }
    if (!chunk || gap > chunk->size - chunk->used ||
        size > chunk->size - chunk->used - gap) {
        chunk = add_chunk(arena, size);
        gap = 0;
    }
    if (!chunk) {
        return NULL;
    }
    block = (char *)chunk->data + chunk->used + gap;
    chunk->used += gap + size;
    arena->used += size;
    return block;
}

void *pst_arena_raw(struct pst_arena *arena, size_t size)
{
    const struct pst_arena_chunk *chunk = arena->chunks;
    size_t gap = chunk ? (ALIGN - chunk->used % ALIGN) % ALIGN : 0;

    return take(arena, gap, (size + ALIGN - 1) / ALIGN * ALIGN);
}

void *pst_arena_alloc(struct pst_arena *arena, size_t count, size_t size)
{
    void *block;

    if (size && count > (SIZE_MAX / 2 - ALIGN) / size) {
        return NULL; /* count * size, rounded up, would not fit */
    }
    block = pst_arena_raw(arena, count * size);
    if (block) {
        memset(block, 0, count * size);
    }
    return block;
}

char *pst_arena_bytes(struct pst_arena *arena, size_t size)
{
    return take(arena, 0, size);
}

postern_str pst_arena_copy(struct pst_arena *arena, postern_str text)
{
    char *copy = pst_arena_bytes(arena, text.len + 1);

    if (!copy) {
        return (postern_str){NULL, 0};
    }
    if (text.len) {
        memcpy(copy, text.data, text.len);
    }
    copy[text.len] = '\0';
    return (postern_str){copy, text.len};
}
