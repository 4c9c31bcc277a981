#include "pdp/intern.h"

enum { FIRST_SLOTS = 64 };

/* A slot is free when `next` is 0. The upper half of the hash says where an
 * element belongs, so that moving it asks nobody. */
struct slot {
    uint32_t next; /* the number + 1 */
    uint32_t tag;
};

static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

void pst_intern_init(struct pst_intern *intern, pst_intern_is *is)
{
    *intern = (struct pst_intern){.is = is};
    pst_vec_init(&intern->slots, sizeof(struct slot));
}

void pst_intern_release(struct pst_intern *intern,
                        const postern_allocator *allocator)
{
    pst_vec_release(&intern->slots, allocator);
}

static void move(const struct pst_vec *from, struct pst_vec *to)
{
    const struct slot *old = from->data;
    struct slot *slots = to->data;

    for (uint32_t i = 0; i < from->count; i++) {
        uint32_t at = old[i].tag & (to->count - 1);

        while (old[i].next && slots[at].next) {
            at = (at + 1) & (to->count - 1);
        }
        if (old[i].next) {
            slots[at] = old[i];
        }
    }
}

postern_status pst_intern_reserve(struct pst_intern *intern,
                                  const postern_allocator *allocator)
{
    uint32_t count = intern->slots.count;
    struct pst_vec larger;
    postern_status status;

    if (intern->used < count / 2) {
        return POSTERN_OK;
    }
    if (count > UINT32_MAX / 4) {
        return POSTERN_ERR_LIMIT;
    }
    pst_vec_init(&larger, sizeof(struct slot));
    status =
        pst_vec_push(&larger, allocator, NULL, count ? count * 2 : FIRST_SLOTS);
    if (status != POSTERN_OK) {
        return status;
    }
    move(&intern->slots, &larger);
    pst_vec_release(&intern->slots, allocator);
    intern->slots = larger;
    return POSTERN_OK;
}

uint32_t pst_intern_guess(const struct pst_intern *intern, uint64_t hash)
{
    const struct slot *slots = intern->slots.data;
    uint32_t mask = intern->slots.count - 1;
    uint32_t at = tag_of(hash) & mask;

    if (intern->slots.count == 0) {
        return PST_INTERN_NEW;
    }
    while (slots[at].next && slots[at].tag != tag_of(hash)) {
        at = (at + 1) & mask;
    }
    return slots[at].next - 1; /* of a free one: PST_INTERN_NEW */
}

uint32_t pst_intern_find(struct pst_intern *intern, uint64_t hash,
                         const void *key, const void *table)
{
    const struct slot *slots = intern->slots.data;
    uint32_t mask = intern->slots.count - 1;
    uint32_t at = tag_of(hash) & mask;

    for (; slots[at].next; at = (at + 1) & mask) {
        if (slots[at].tag == tag_of(hash) &&
            intern->is(table, slots[at].next - 1, key)) {
            return slots[at].next - 1;
        }
    }
    intern->free = at;
    return PST_INTERN_NEW;
}

void pst_intern_put(struct pst_intern *intern, uint64_t hash, uint32_t number)
{
    struct slot *slots = intern->slots.data;

    slots[intern->free] = (struct slot){number + 1, tag_of(hash)};
    intern->used++;
}
