/*
 * Replacing what others are reading, without anybody waiting.
 *
 * Readers say that they read, take a pointer, and say that they are done. The
 * one writer publishes a new version and puts what the old one alone was made
 * of aside; it is freed once every reader that could have seen it is done.
 *
 *   reader   enter; load the pointer (seq_cst); use it; leave
 *   writer   store the pointer (seq_cst); advance; free what was retired
 *            before pst_epochs_oldest()
 *
 * Every atomic access is sequentially consistent: if the writer's look at a
 * slot misses a reader that enters, then that reader's load of the pointer
 * comes after the writer's store of it.
 */
#ifndef PST_EPOCH_H
#define PST_EPOCH_H

#include "base/memory.h"

#include <stdatomic.h>

enum { PST_CACHE_LINE = 64 };

/* A reader's word on what it may be looking at; a cache line of its own. */
struct pst_epoch_slot {
    _Alignas(PST_CACHE_LINE) _Atomic uint64_t epoch; /* 0: not reading */
    _Atomic bool taken;
};

struct pst_epochs {
    postern_allocator allocator;
    _Atomic uint64_t now;         /* from 1 on */
    struct pst_epoch_slot *slots; /* aligned; `block` is what was allocated */
    void *block;
    uint32_t slot_count;
};

/* POSTERN_OK, POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status
pst_epochs_init(struct pst_epochs *epochs, const postern_allocator *allocator,
                uint32_t slot_count);
void pst_epochs_release(struct pst_epochs *epochs);

/* A free slot, or NULL: all are taken. Any thread. */
struct pst_epoch_slot *pst_epochs_take(struct pst_epochs *epochs);
void pst_epochs_give(struct pst_epoch_slot *slot);

static inline void pst_epoch_enter(struct pst_epochs *epochs,
                                   struct pst_epoch_slot *slot)
{
    atomic_store(&slot->epoch, atomic_load(&epochs->now));
}

static inline void pst_epoch_leave(struct pst_epoch_slot *slot)
{
    atomic_store_explicit(&slot->epoch, 0, memory_order_release);
}

/* After publishing: what is retired from now on belongs to a later epoch.
 * Returns the epoch that has ended, which is that of what was just replaced. */
uint64_t pst_epochs_advance(struct pst_epochs *epochs);

/* The oldest epoch anybody may be reading in; what was retired in an epoch
 * before it can be freed. */
uint64_t pst_epochs_oldest(struct pst_epochs *epochs);

#endif
