/* The slots of readers and the clock of a writer. The order of the accesses is
 * what base/epoch.h argues with: none of them may be weakened. */
#include "base/epoch.h"

static size_t block_size(uint32_t slot_count)
{
    return (size_t)slot_count * sizeof(struct pst_epoch_slot) + PST_CACHE_LINE -
           1;
}

/* Allocators promise less than a cache line. */
static struct pst_epoch_slot *aligned(void *block)
{
    uintptr_t place = (uintptr_t)block;
    uintptr_t past = place % PST_CACHE_LINE;

    return (void *)((char *)block + (past ? PST_CACHE_LINE - past : 0));
}

postern_status pst_epochs_init(struct pst_epochs *epochs,
                               const postern_allocator *allocator,
                               uint32_t slot_count)
{
    epochs->allocator = pst_allocator_of(allocator);
    epochs->slot_count = 0;
    epochs->slots = NULL;
    atomic_init(&epochs->now, 1);
    epochs->block = pst_alloc(&epochs->allocator, block_size(slot_count));
    if (!epochs->block) {
        return POSTERN_ERR_MEMORY;
    }
    epochs->slot_count = slot_count;
    epochs->slots = aligned(epochs->block);
    for (uint32_t i = 0; i < slot_count; i++) {
        atomic_init(&epochs->slots[i].epoch, 0);
        atomic_init(&epochs->slots[i].taken, false);
    }
    return POSTERN_OK;
}

void pst_epochs_release(struct pst_epochs *epochs)
{
    pst_release(&epochs->allocator, epochs->block,
                block_size(epochs->slot_count));
    epochs->block = NULL;
    epochs->slots = NULL;
    epochs->slot_count = 0;
}

struct pst_epoch_slot *pst_epochs_take(struct pst_epochs *epochs)
{
    for (uint32_t i = 0; i < epochs->slot_count; i++) {
        if (!atomic_exchange(&epochs->slots[i].taken, true)) {
            return &epochs->slots[i];
        }
    }
    return NULL;
}

void pst_epochs_give(struct pst_epoch_slot *slot)
{
    atomic_store(&slot->taken, false);
}

uint64_t pst_epochs_advance(struct pst_epochs *epochs)
{
    return atomic_fetch_add(&epochs->now, 1);
}

/* A reader that enters while the slots are looked at and is missed has loaded
 * the clock, or will load it, but not yet a pointer: it will find what was
 * published last. [ARC-07] */
uint64_t pst_epochs_oldest(struct pst_epochs *epochs)
{
    uint64_t oldest = atomic_load(&epochs->now);

    for (uint32_t i = 0; i < epochs->slot_count; i++) {
        uint64_t epoch = atomic_load(&epochs->slots[i].epoch);

        if (epoch != 0 && epoch < oldest) {
            oldest = epoch;
        }
    }
    return oldest;
}
