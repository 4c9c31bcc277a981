/*
 * The memory of a store, from the writer's side. Blocks that readers can see
 * are never written. A change works on copies, which carry its stamp and are
 * its own to write; what they replace is retired, and freed when the change is
 * committed and no reader is left that could see it.
 *
 * One writer at a time.
 */
#ifndef PST_POOL_H
#define PST_POOL_H

#include "base/epoch.h"

/* How to free a block: NULL, the allocator's release(size). */
typedef void pst_free_fn(void *block);

struct pst_retired {
    void *block;
    size_t size;
    pst_free_fn *free;
    uint64_t epoch; /* UINT64_MAX: by the change in progress */
};

struct pst_pool {
    postern_allocator allocator;
    uint64_t stamp; /* of the change in progress; those before had smaller */
    uint64_t bytes; /* allocated and not freed, retired ones included */
    uint64_t waiting_bytes; /* retired and not freed */
    /* A queue: entries [first, first + count) of a ring of `capacity`. */
    struct pst_retired *ring;
    size_t capacity;
    size_t first;
    size_t count;
    size_t mark; /* count when the change began */
};

void pst_pool_init(struct pst_pool *pool, const postern_allocator *allocator);
/* Frees what is retired, whoever may see it. */
void pst_pool_release(struct pst_pool *pool);

/* Memory that is not cleared; NULL when there is none. */
void *pst_pool_alloc(struct pst_pool *pool, size_t size);
/* Of a block that no reader has ever been able to see. */
void pst_pool_free(struct pst_pool *pool, void *block, size_t size);

/* What is allocated elsewhere counts in `bytes` from here on: until it has been
 * retired and freed, or is taken back. */
void pst_pool_count(struct pst_pool *pool, size_t size);
void pst_pool_uncount(struct pst_pool *pool, size_t size);

/* A block that readers may see is no longer part of the change: `free` NULL,
 * or how to free it. POSTERN_ERR_MEMORY: it is not retired. */
POSTERN_NODISCARD postern_status pst_pool_retire(struct pst_pool *pool,
                                                 const void *block, size_t size,
                                                 pst_free_fn *free);

/* Begins the next change: a new stamp. */
void pst_pool_begin(struct pst_pool *pool);
/* What the change has retired was retired in `epoch`; not before any that was
 * committed earlier. */
void pst_pool_commit(struct pst_pool *pool, uint64_t epoch);
/* Nothing was retired; blocks with its stamp are the caller's to free. */
void pst_pool_abort(struct pst_pool *pool);
/* Frees what was retired in epochs before `oldest`; at most `limit` blocks, so
 * that no change pays for all that went before. */
void pst_pool_collect(struct pst_pool *pool, uint64_t oldest, size_t limit);

#endif
