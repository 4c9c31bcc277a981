/*
 * Pages of slots below pages of pointers, as many levels of these as the
 * numbers need: the lowest bits of a number are the place in its page, the
 * others lead there. Pages are small, since a change of one slot copies one of
 * every level.
 *
 * Slots that are given back are chained through `next` and taken again first,
 * so the array is no longer than its resources have ever been many.
 */
#include "prp/slots.h"

#include <string.h>

enum {
    SLOT_BITS = 4, /* of a number: the slot in its page */
    PAGE_BITS = 5, /* ... and, level by level, the page */
    SLOTS = PST_SLOTS_A_PAGE,
    PAGES = 1 << PAGE_BITS,
    NUMBER_BITS = 32,
    MOST_LEVELS = (NUMBER_BITS - SLOT_BITS + PAGE_BITS - 1) / PAGE_BITS
};

_Static_assert(SLOTS == 1 << SLOT_BITS, "a page has what its bits tell apart");

/* Numbers end here, so that one more is none. */
static const uint32_t most_slots = PST_NO_NUMBER - 1;

static const struct pst_slot empty_slot = {
    .record = NULL,
    .parent = PST_NO_NUMBER,
    .first_child = PST_NO_NUMBER,
    .next = PST_NO_NUMBER,
    .previous = PST_NO_NUMBER,
};

/* Of slots, or of other pages; its level says which. */
struct pst_page {
    uint64_t stamp; /* of the change that made it */
    union {
        struct pst_slot slots[SLOTS];
        struct pst_page *pages[PAGES]; /* NULL: none of its numbers is in use */
    } at;
};

static size_t size_at(uint32_t level)
{
    return offsetof(struct pst_page, at) +
           (level == 0 ? SLOTS * sizeof(struct pst_slot)
                       : PAGES * sizeof(void *));
}

/* Where a number is in the pages of a level; that of slots is 0. */
static uint32_t place_of(uint32_t number, uint32_t level)
{
    return level == 0
               ? number & (SLOTS - 1)
               : number >> (SLOT_BITS + PAGE_BITS * (level - 1)) & (PAGES - 1);
}

/* Whether so many levels lead to a number. */
static bool reaches(uint32_t levels, uint32_t number)
{
    return (uint64_t)number >> (SLOT_BITS + PAGE_BITS * levels) == 0;
}

void pst_slots_init(struct pst_slots *slots)
{
    *slots = (struct pst_slots){.free = PST_NO_NUMBER};
}

const struct pst_slot *pst_slots_at(const struct pst_slots *slots,
                                    uint32_t number)
{
    const struct pst_page *page = slots->root;
    uint32_t shift = SLOT_BITS + PAGE_BITS * slots->levels;

    if (number >= slots->end) {
        return NULL;
    }
    while (page && shift > SLOT_BITS) {
        shift -= PAGE_BITS;
        page = page->at.pages[number >> shift & (PAGES - 1)];
    }
    return page ? &page->at.slots[number & (SLOTS - 1)] : NULL;
}

/* A page without pages, or of slots that are not in use. */
static struct pst_page *page_new(struct pst_pool *pool, uint32_t level)
{
    struct pst_page *page = pst_pool_alloc(pool, size_at(level));

    if (!page) {
        return NULL;
    }
    page->stamp = pool->stamp;
    for (uint32_t i = 0; level == 0 && i < SLOTS; i++) {
        page->at.slots[i] = empty_slot;
    }
    for (uint32_t i = 0; level > 0 && i < PAGES; i++) {
        page->at.pages[i] = NULL;
    }
    return page;
}

/* Makes the page at a link one that is there and that the change may write.
 * NULL: no memory. */
static struct pst_page *own(struct pst_pool *pool, struct pst_page **link,
                            uint32_t level)
{
    struct pst_page *page = *link;
    size_t size = size_at(level);
    struct pst_page *copy;

    if (page && page->stamp == pool->stamp) {
        return page;
    }
    copy = page ? pst_pool_alloc(pool, size) : page_new(pool, level);
    if (!copy) {
        return NULL;
    }
    if (page) {
        memcpy(copy, page, size);
        copy->stamp = pool->stamp;
        if (pst_pool_retire(pool, page, size, NULL) != POSTERN_OK) {
            pst_pool_free(pool, copy, size);
            return NULL;
        }
    }
    *link = copy;
    return copy;
}

struct pst_slot *pst_slots_edit(struct pst_slots *slots, struct pst_pool *pool,
                                uint32_t number)
{
    struct pst_page **link = &slots->root;

    for (uint32_t level = slots->levels; level > 0; level--) {
        struct pst_page *page = own(pool, link, level);

        if (!page) {
            return NULL;
        }
        link = &page->at.pages[place_of(number, level)];
    }
    return own(pool, link, 0) ? &(*link)->at.slots[place_of(number, 0)] : NULL;
}

/* Adds levels until a number is in reach. */
static postern_status reach(struct pst_slots *slots, struct pst_pool *pool,
                            uint32_t number)
{
    while (!reaches(slots->levels, number)) {
        struct pst_page *root = page_new(pool, slots->levels + 1);

        if (!root) {
            return POSTERN_ERR_MEMORY;
        }
        root->at.pages[0] = slots->root;
        slots->root = root;
        slots->levels++;
    }
    return POSTERN_OK;
}

postern_status pst_slots_take(struct pst_slots *slots, struct pst_pool *pool,
                              uint32_t *number)
{
    bool again = slots->free != PST_NO_NUMBER;
    uint32_t taken = again ? slots->free : slots->end;
    struct pst_slot *slot;

    if (!again && slots->end == most_slots) {
        return POSTERN_ERR_LIMIT;
    }
    if (reach(slots, pool, taken) != POSTERN_OK) {
        return POSTERN_ERR_MEMORY;
    }
    slot = pst_slots_edit(slots, pool, taken);
    if (!slot) {
        return POSTERN_ERR_MEMORY;
    }
    if (again) {
        slots->free = slot->next;
    } else {
        slots->end++;
    }
    *slot = empty_slot;
    *number = taken;
    return POSTERN_OK;
}

postern_status pst_slots_give(struct pst_slots *slots, struct pst_pool *pool,
                              uint32_t number)
{
    struct pst_slot *slot = pst_slots_edit(slots, pool, number);

    if (!slot) {
        return POSTERN_ERR_MEMORY;
    }
    *slot = empty_slot;
    slot->next = slots->free;
    slots->free = number;
    return POSTERN_OK;
}

/* Frees the pages that were made by the change `since` or later. What hangs
 * below an older page is older too. */
static void free_since(struct pst_slots *slots, struct pst_pool *pool,
                       uint64_t since)
{
    struct {
        struct pst_page *page;
        uint32_t level;
        uint32_t next; /* page to look at */
    } stack[MOST_LEVELS + 1];
    struct pst_page *page = slots->root;
    uint32_t level = slots->levels;
    uint32_t depth = 0;

    for (;;) {
        if (page && page->stamp >= since) {
            stack[depth].page = page;
            stack[depth].level = level;
            stack[depth].next = level == 0 ? PAGES : 0;
            depth++;
        }
        while (depth > 0 && stack[depth - 1].next == PAGES) {
            depth--;
            pst_pool_free(pool, stack[depth].page, size_at(stack[depth].level));
        }
        if (depth == 0) {
            break;
        }
        level = stack[depth - 1].level - 1;
        page = stack[depth - 1].page->at.pages[stack[depth - 1].next];
        stack[depth - 1].next++;
    }
    pst_slots_init(slots);
}

void pst_slots_abort(struct pst_slots *slots, struct pst_pool *pool)
{
    free_since(slots, pool, pool->stamp);
}

void pst_slots_free(struct pst_slots *slots, struct pst_pool *pool)
{
    free_since(slots, pool, 0);
}
