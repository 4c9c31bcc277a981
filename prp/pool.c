/* The queue of what is retired. It is in the order of the epochs, since these
 * only go up; what can be freed is at its front. */
#include "prp/pool.h"

#include <string.h>

enum { FEWEST = 64 }; /* entries of a ring; a power of two, as all capacities */

static const uint64_t in_progress = UINT64_MAX;

static struct pst_retired *entry(const struct pst_pool *pool, size_t i)
{
    return &pool->ring[(pool->first + i) & (pool->capacity - 1)];
}

void pst_pool_init(struct pst_pool *pool, const postern_allocator *allocator)
{
    *pool = (struct pst_pool){.allocator = pst_allocator_of(allocator)};
}

static void free_ring(struct pst_pool *pool)
{
    pst_pool_free(pool, pool->ring, pool->capacity * sizeof *pool->ring);
    pool->ring = NULL;
    pool->capacity = 0;
    pool->first = 0;
}

static void free_first(struct pst_pool *pool)
{
    struct pst_retired retired = *entry(pool, 0);

    pool->first = (pool->first + 1) & (pool->capacity - 1);
    pool->count--;
    pool->mark -= pool->mark > 0;
    pool->waiting_bytes -= retired.size;
    if (retired.free) {
        pst_pool_uncount(pool, retired.size);
        retired.free(retired.block);
    } else {
        pst_pool_free(pool, retired.block, retired.size);
    }
}

void pst_pool_release(struct pst_pool *pool)
{
    while (pool->count > 0) {
        free_first(pool);
    }
    free_ring(pool);
}

void *pst_pool_alloc(struct pst_pool *pool, size_t size)
{
    void *block = pst_alloc(&pool->allocator, size);

    pool->bytes += block ? size : 0;
    return block;
}

void pst_pool_free(struct pst_pool *pool, void *block, size_t size)
{
    if (block) {
        pool->bytes -= size;
        pst_release(&pool->allocator, block, size);
    }
}

void pst_pool_count(struct pst_pool *pool, size_t size)
{
    pool->bytes += size;
}

void pst_pool_uncount(struct pst_pool *pool, size_t size)
{
    pool->bytes -= size;
}

static postern_status grow(struct pst_pool *pool)
{
    size_t capacity = pool->capacity ? pool->capacity * 2 : FEWEST;
    size_t to_the_end = pool->capacity - pool->first;
    size_t count = pool->count;
    struct pst_retired *ring;

    if (capacity > SIZE_MAX / sizeof *ring) {
        return POSTERN_ERR_MEMORY;
    }
    ring = pst_pool_alloc(pool, capacity * sizeof *ring);
    if (!ring) {
        return POSTERN_ERR_MEMORY;
    }
    if (count > 0) { /* the ring is full: two pieces, the second from its start
                      */
        memcpy(ring, pool->ring + pool->first, to_the_end * sizeof *ring);
        memcpy(ring + to_the_end, pool->ring, pool->first * sizeof *ring);
    }
    free_ring(pool);
    pool->ring = ring;
    pool->capacity = capacity;
    return POSTERN_OK;
}

postern_status pst_pool_retire(struct pst_pool *pool, const void *block,
                               size_t size, pst_free_fn *free)
{
    if (pool->count == pool->capacity && grow(pool) != POSTERN_OK) {
        return POSTERN_ERR_MEMORY;
    }
    *entry(pool, pool->count) = (struct pst_retired){
        .block = (void *)(uintptr_t)block, /* once nobody can read it */
        .size = size,
        .free = free,
        .epoch = in_progress,
    };
    pool->count++;
    pool->waiting_bytes += size;
    return POSTERN_OK;
}

void pst_pool_begin(struct pst_pool *pool)
{
    pool->stamp++;
    pool->mark = pool->count;
}

void pst_pool_commit(struct pst_pool *pool, uint64_t epoch)
{
    while (pool->mark < pool->count) {
        entry(pool, pool->mark)->epoch = epoch;
        pool->mark++;
    }
}

void pst_pool_abort(struct pst_pool *pool)
{
    while (pool->count > pool->mark) {
        pool->count--;
        pool->waiting_bytes -= entry(pool, pool->count)->size;
    }
}

void pst_pool_collect(struct pst_pool *pool, uint64_t oldest, size_t limit)
{
    while (limit > 0 && pool->count > 0 && entry(pool, 0)->epoch < oldest) {
        free_first(pool);
        limit--;
    }
    if (pool->count == 0 && pool->capacity > FEWEST) {
        free_ring(pool); /* which may have been that of a large change */
    }
}
