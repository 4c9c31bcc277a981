/*
 * A persistent array of resources: the number of a resource is its place, and
 * its links to others are numbers, so that a change of one resource copies its
 * page and the few pages above it, and no other resource.
 */
#ifndef PST_SLOTS_H
#define PST_SLOTS_H

#include "prp/pool.h"
#include "prp/trie.h"

struct pst_record;

/* All numbers are PST_NO_NUMBER when there is none. */
struct pst_slot {
    struct pst_record *record; /* NULL: free, or only a place in the tree */
    uint32_t parent;
    uint32_t first_child;
    uint32_t next; /* sibling; of a free slot: the next free one */
    uint32_t previous;
};

struct pst_page;

struct pst_slots {
    struct pst_page *root; /* NULL: empty */
    uint32_t levels;       /* above the pages of slots */
    uint32_t end;          /* numbers from here on were never in use */
    uint32_t free;         /* first free one before, or PST_NO_NUMBER */
};

void pst_slots_init(struct pst_slots *slots);

/* NULL for a number that was never in use. */
const struct pst_slot *pst_slots_at(const struct pst_slots *slots,
                                    uint32_t number);

enum { PST_SLOTS_A_PAGE = 16 };

/* A page that was looked into: those who look at resources one after another
 * mostly find the next one in it. All zero: none. Of one version of the slots
 * and no other. */
struct pst_slots_near {
    const struct pst_slot *page;
    uint32_t first; /* number of its first slot */
};

/* As pst_slots_at(); a number that was never in use may also have a free slot.
 * Keeps the page in *near. */
static inline const struct pst_slot *
pst_slots_look(const struct pst_slots *slots, struct pst_slots_near *near,
               uint32_t number)
{
    uint32_t place = number % PST_SLOTS_A_PAGE;
    const struct pst_slot *slot;

    if (near->page && near->first == number - place) {
        return near->page + place;
    }
    slot = pst_slots_at(slots, number);
    if (slot) {
        *near = (struct pst_slots_near){slot - place, number - place};
    }
    return slot;
}

/* The slot for writing, in a page that the change may write; NULL: no memory.
 * Valid until the change is over. */
struct pst_slot *pst_slots_edit(struct pst_slots *slots, struct pst_pool *pool,
                                uint32_t number);

/* A number that is not in use, its slot cleared (no record, no links).
 * POSTERN_ERR_MEMORY, POSTERN_ERR_LIMIT (2^32 - 2 are in use). */
POSTERN_NODISCARD postern_status pst_slots_take(struct pst_slots *slots,
                                                struct pst_pool *pool,
                                                uint32_t *number);
/* POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status pst_slots_give(struct pst_slots *slots,
                                                struct pst_pool *pool,
                                                uint32_t number);

/* Frees the pages that the change in progress has made, and leaves no slots:
 * those to go on with are the copy from before the change. */
void pst_slots_abort(struct pst_slots *slots, struct pst_pool *pool);
/* Frees every page. */
void pst_slots_free(struct pst_slots *slots, struct pst_pool *pool);

#endif
