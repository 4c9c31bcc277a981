/*
 * Patterns as the compiled form holds them, for tests and benchmarks of their
 * index: each block exactly as large as its contents, so that a sanitizer sees
 * what is read beyond.
 */
#ifndef TESTS_SUPPORT_PATTERN_POOL_H
#define TESTS_SUPPORT_PATTERN_POOL_H

#include "base/vec.h"
#include "pdp/pattern_index.h"
#include "pdp/wildcard.h"

#include <stdlib.h>
#include <string.h>

struct pattern_pool {
    postern_allocator allocator;
    struct pst_vec patterns;
    struct pst_vec texts;
    struct pst_vec failures;
    struct pst_vec index;
    uint32_t *words; /* of the index, in a block of their size */
};

/* Memory that runs out ends the program. */
static inline void pool_push(struct pattern_pool *pool, struct pst_vec *vec,
                             const void *elements, size_t count)
{
    if (pst_vec_push(vec, &pool->allocator, elements, (uint32_t)count) !=
        POSTERN_OK) {
        abort();
    }
}

static inline void pool_init(struct pattern_pool *pool)
{
    *pool = (struct pattern_pool){.allocator = pst_allocator_of(NULL)};
    pst_vec_init(&pool->patterns, sizeof(struct pst_pattern));
    pst_vec_init(&pool->texts, 1);
    pst_vec_init(&pool->failures, sizeof(uint16_t));
    pst_vec_init(&pool->index, sizeof(uint32_t));
}

static inline void pool_release(struct pattern_pool *pool)
{
    pst_vec_release(&pool->patterns, &pool->allocator);
    pst_vec_release(&pool->texts, &pool->allocator);
    pst_vec_release(&pool->failures, &pool->allocator);
    pst_vec_release(&pool->index, &pool->allocator);
    free(pool->words);
    pool->words = NULL;
}

static inline struct pst_text_ref pool_add_part(struct pattern_pool *pool,
                                                postern_str part)
{
    struct pst_text_ref ref = {pool->texts.count, (uint32_t)part.len};
    uint32_t failures = pool->failures.count;

    pool_push(pool, &pool->texts, part.data, part.len);
    pool_push(pool, &pool->failures, NULL, part.len);
    if (part.len) {
        pst_wildcard_prepare(part, (uint16_t *)pool->failures.data + failures);
    }
    return ref;
}

/* `second` without data: a pattern of one segment. */
static inline void pool_add(struct pattern_pool *pool, postern_str domain,
                            postern_str first, postern_str second)
{
    struct pst_pattern pattern = {.segments = second.data ? 2 : 1,
                                  .failures = pool->failures.count};

    pattern.domain = pool_add_part(pool, domain);
    pattern.first = pool_add_part(pool, first);
    pattern.second = pool_add_part(pool, second);
    pool_push(pool, &pool->patterns, &pattern, 1);
}

/* With the index, if it was built. */
static inline struct pst_patterns pool_view(const struct pattern_pool *pool)
{
    return (struct pst_patterns){.patterns = pool->patterns.data,
                                 .count = pool->patterns.count,
                                 .index_words = pool->index.count,
                                 .texts = pool->texts.data,
                                 .text_size = pool->texts.count,
                                 .failures = pool->failures.data,
                                 .index = pool->words};
}

/* pst_pattern_index_is_sound(), with memory for it. */
static inline bool pool_is_sound(const struct pst_patterns *view)
{
    uint64_t *seen = calloc(view->count / 64 + 1, sizeof *seen);
    bool is_sound = seen && pst_pattern_index_is_sound(view, seen);

    free(seen);
    return is_sound;
}

static inline postern_status pool_build(struct pattern_pool *pool)
{
    struct pst_patterns view = pool_view(pool);
    postern_status status =
        pst_pattern_index_build(&view, &pool->allocator, &pool->index);
    size_t bytes = pool->index.count * sizeof *pool->words;

    if (status == POSTERN_OK && bytes > 0) {
        pool->words = malloc(bytes);
        if (!pool->words) {
            abort();
        }
        memcpy(pool->words, pool->index.data, bytes);
    }
    return status;
}

#endif
