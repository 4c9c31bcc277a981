#include "base/epoch.h"

#include "support/faulty.h"

#include <criterion/criterion.h>

enum { SLOTS = 5 };

static void start(struct pst_epochs *epochs, struct faulty *heap)
{
    postern_allocator allocator = faulty_allocator(heap);

    cr_assert_eq(pst_epochs_init(epochs, &allocator, SLOTS), POSTERN_OK);
}

static void stop(struct pst_epochs *epochs, const struct faulty *heap)
{
    pst_epochs_release(epochs);
    cr_assert_eq(heap->live, 0);
    cr_assert_eq(heap->wrong_sizes, 0);
}

Test(epochs, have_as_many_slots_as_asked_for)
{
    struct faulty heap = {0};
    struct pst_epoch_slot *slots[SLOTS];
    struct pst_epochs epochs;

    start(&epochs, &heap);
    for (int i = 0; i < SLOTS; i++) {
        slots[i] = pst_epochs_take(&epochs);
        cr_assert_not_null(slots[i]);
        for (int k = 0; k < i; k++) {
            cr_assert_neq(slots[i], slots[k]);
        }
    }
    cr_assert_null(pst_epochs_take(&epochs));
    pst_epochs_give(slots[3]);
    cr_assert_eq(pst_epochs_take(&epochs), slots[3]);
    cr_assert_null(pst_epochs_take(&epochs));
    stop(&epochs, &heap);
}

/* A block that begins `offset` bytes after the start of a cache line. */
struct place {
    alignas(PST_CACHE_LINE) unsigned char bytes[1024];
    size_t offset;
};

static void *place_alloc(void *user, size_t size)
{
    struct place *place = user;

    cr_assert_leq(place->offset + size, sizeof place->bytes);
    return place->bytes + place->offset;
}

static void place_release(void *user, void *block, size_t size)
{
    const struct place *place = user;

    cr_assert_eq(block, place->bytes + place->offset);
    cr_assert_leq(place->offset + size, sizeof place->bytes);
}

Test(epochs, give_every_reader_a_cache_line_wherever_the_block_is)
{
    static struct place place; /* aligned under every sanitizer */
    const postern_allocator allocator = {&place, place_alloc, place_release};

    cr_assert_eq(sizeof(struct pst_epoch_slot), PST_CACHE_LINE);
    for (place.offset = 0; place.offset < PST_CACHE_LINE; place.offset++) {
        struct pst_epochs epochs;
        uintptr_t block = (uintptr_t)place.bytes + place.offset;
        uintptr_t slots;

        cr_assert_eq(pst_epochs_init(&epochs, &allocator, SLOTS), POSTERN_OK);
        slots = (uintptr_t)epochs.slots;
        cr_expect_eq(slots % PST_CACHE_LINE, 0);
        cr_expect_geq(slots, block);
        cr_expect_leq(slots + SLOTS * PST_CACHE_LINE,
                      block + SLOTS * PST_CACHE_LINE + PST_CACHE_LINE - 1);
        pst_epochs_release(&epochs);
    }
}

Test(epochs, end_one_after_another)
{
    struct faulty heap = {0};
    struct pst_epochs epochs;

    start(&epochs, &heap);
    for (uint64_t epoch = 1; epoch < 10; epoch++) {
        cr_assert_eq(pst_epochs_advance(&epochs), epoch);
    }
    stop(&epochs, &heap);
}

/* What was retired in an epoch may be freed when the oldest is later. */
Test(epochs, are_all_over_when_nobody_reads)
{
    struct faulty heap = {0};
    struct pst_epoch_slot *slot;
    struct pst_epochs epochs;
    uint64_t ended;

    start(&epochs, &heap);
    slot = pst_epochs_take(&epochs);
    ended = pst_epochs_advance(&epochs);
    cr_assert_gt(pst_epochs_oldest(&epochs), ended);
    pst_epoch_enter(&epochs, slot);
    pst_epoch_leave(slot);
    cr_assert_gt(pst_epochs_oldest(&epochs), ended);
    stop(&epochs, &heap);
}

Test(epochs, are_not_over_while_somebody_reads_in_them)
{
    struct faulty heap = {0};
    struct pst_epoch_slot *early;
    struct pst_epoch_slot *late;
    struct pst_epochs epochs;
    uint64_t first;
    uint64_t second;

    start(&epochs, &heap);
    early = pst_epochs_take(&epochs);
    late = pst_epochs_take(&epochs);
    pst_epoch_enter(&epochs, early);
    first = pst_epochs_advance(&epochs);
    pst_epoch_enter(&epochs, late);
    second = pst_epochs_advance(&epochs);
    cr_assert_eq(pst_epochs_oldest(&epochs), first);
    pst_epoch_leave(early);
    cr_assert_eq(pst_epochs_oldest(&epochs), second);
    pst_epoch_enter(&epochs, early); /* again: now */
    cr_assert_eq(pst_epochs_oldest(&epochs), second);
    pst_epoch_leave(late);
    cr_assert_gt(pst_epochs_oldest(&epochs), second);
    pst_epoch_leave(early);
    cr_assert_gt(pst_epochs_oldest(&epochs), second);
    stop(&epochs, &heap);
}

/* The last slot counts as the first does. */
Test(epochs, look_at_every_slot)
{
    struct faulty heap = {0};
    struct pst_epoch_slot *slots[SLOTS];
    struct pst_epochs epochs;

    start(&epochs, &heap);
    for (int i = 0; i < SLOTS; i++) {
        slots[i] = pst_epochs_take(&epochs);
    }
    for (int i = 0; i < SLOTS; i++) {
        uint64_t ended;

        pst_epoch_enter(&epochs, slots[i]);
        ended = pst_epochs_advance(&epochs);
        cr_expect_eq(pst_epochs_oldest(&epochs), ended, "slot %d", i);
        pst_epoch_leave(slots[i]);
        cr_expect_gt(pst_epochs_oldest(&epochs), ended, "slot %d", i);
    }
    stop(&epochs, &heap);
}

Test(epochs, need_memory)
{
    struct faulty heap = {.fail_at = 1};
    postern_allocator allocator = faulty_allocator(&heap);
    struct pst_epochs epochs;

    cr_assert_eq(pst_epochs_init(&epochs, &allocator, SLOTS),
                 POSTERN_ERR_MEMORY);
    cr_assert_null(pst_epochs_take(&epochs));
    stop(&epochs, &heap);
}
