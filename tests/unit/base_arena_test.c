#include "base/arena.h"

#include "support/faulty.h"
#include "support/rng.h"

#include <criterion/criterion.h>
#include <stdalign.h>

enum { SEED = 20260317, CEILING = 1 << 20 };

static bool is_zero(const void *block, size_t size)
{
    const unsigned char *bytes = block;

    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

Test(arena, gives_zeroed_memory_aligned_for_any_type)
{
    struct faulty heap = {0};
    postern_allocator allocator = faulty_allocator(&heap);
    struct pst_arena arena;

    pst_arena_init(&arena, &allocator, CEILING);
    for (size_t size = 1; size < 300; size++) {
        unsigned char *block = pst_arena_alloc(&arena, 1, size);

        cr_assert(block);
        cr_assert_eq((uintptr_t)block % alignof(max_align_t), 0);
        cr_assert(is_zero(block, size), "%zu", size);
        memset(block, 0xff, size);
    }
    pst_arena_release(&arena);
    cr_assert_eq(heap.live, 0);
    cr_assert_eq(heap.wrong_sizes, 0);
}

/* Blocks of all sizes, some larger than a chunk: what was written to each must
 * be there when all are. */
Test(arena, gives_blocks_that_do_not_overlap)
{
    enum { BLOCKS = 500 };
    struct faulty heap = {0};
    postern_allocator allocator = faulty_allocator(&heap);
    struct rng rng = {SEED};
    struct pst_arena arena;
    unsigned char *blocks[BLOCKS];
    size_t sizes[BLOCKS];

    pst_arena_init(&arena, &allocator, (size_t)1 << 30);
    for (size_t i = 0; i < BLOCKS; i++) {
        sizes[i] = 1 + rng_below(&rng, rng_below(&rng, 20) ? 2000 : 200000);
        blocks[i] = pst_arena_alloc(&arena, sizes[i], 1);
        cr_assert(blocks[i]);
        cr_assert(is_zero(blocks[i], sizes[i]), "block %zu", i);
        memset(blocks[i], (int)(i % 251) + 1, sizes[i]);
    }
    for (size_t i = 0; i < BLOCKS; i++) {
        for (size_t k = 0; k < sizes[i]; k++) {
            cr_assert_eq(blocks[i][k], i % 251 + 1, "seed %d, block %zu", SEED,
                         i);
        }
    }
    pst_arena_release(&arena);
    cr_assert_eq(heap.live, 0);
    cr_assert_eq(heap.wrong_sizes, 0);
}

Test(arena, refuses_a_count_that_overflows)
{
    static const size_t rows[][2] = {
        {SIZE_MAX, 2},         {2, SIZE_MAX},      {SIZE_MAX, SIZE_MAX},
        {SIZE_MAX / 2 + 1, 2}, {SIZE_MAX / 8, 16}, {SIZE_MAX, 1},
        {1, SIZE_MAX},         {SIZE_MAX - 15, 1},
    };
    struct faulty heap = {0};
    postern_allocator allocator = faulty_allocator(&heap);
    struct pst_arena arena;

    pst_arena_init(&arena, &allocator, SIZE_MAX);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_null(pst_arena_alloc(&arena, rows[i][0], rows[i][1]),
                       "row %zu", i);
    }
    cr_expect_eq(heap.calls, 0, "the allocator was asked");
    cr_expect(pst_arena_alloc(&arena, 1, 16));
    pst_arena_release(&arena);
    cr_assert_eq(heap.live, 0);
}

Test(arena, hands_out_its_ceiling_and_no_byte_more)
{
    struct faulty heap = {0};
    postern_allocator allocator = faulty_allocator(&heap);
    struct pst_arena arena;

    pst_arena_init(&arena, &allocator, 1024);
    cr_assert(pst_arena_alloc(&arena, 63, 16));
    cr_assert_null(pst_arena_alloc(&arena, 2, 16));
    cr_assert_null(pst_arena_alloc(&arena, 1, 17));
    cr_assert(pst_arena_alloc(&arena, 1, 16));
    cr_assert_null(pst_arena_alloc(&arena, 1, 1));
    cr_assert(pst_arena_alloc(&arena, 0, 16));
    cr_assert_eq(arena.used, 1024);
    pst_arena_release(&arena);
    cr_assert_eq(heap.live, 0);
}

Test(arena, copies_a_text_and_ends_it_in_nul)
{
    struct faulty heap = {0};
    postern_allocator allocator = faulty_allocator(&heap);
    struct pst_arena arena;
    char original[] = "a\0b";
    postern_str copy;
    postern_str empty;

    pst_arena_init(&arena, &allocator, CEILING);
    copy = pst_arena_copy(&arena, (postern_str){original, 3});
    empty = pst_arena_copy(&arena, (postern_str){NULL, 0});
    memset(original, 'x', 3);
    cr_assert_eq(copy.len, 3);
    cr_assert_arr_eq(copy.data, "a\0b", 4);
    cr_assert(empty.data);
    cr_assert_eq(empty.len, 0);
    cr_assert_eq(empty.data[0], '\0');
    pst_arena_release(&arena);
    cr_assert_eq(heap.live, 0);
}

Test(arena, copies_nothing_over_its_ceiling)
{
    struct pst_arena arena;
    postern_str copy;

    pst_arena_init(&arena, NULL, 16);
    copy = pst_arena_copy(&arena, PST_STR("sixteen letters!"));
    cr_expect_null(copy.data);
    cr_expect_eq(copy.len, 0);
    copy = pst_arena_copy(&arena, PST_STR("fifteen letters"));
    cr_expect(pst_str_is(copy, "fifteen letters"));
    pst_arena_release(&arena);
}

Test(arena, survives_each_allocation_that_fails)
{
    for (size_t n = 1;; n++) {
        struct faulty heap = {.fail_at = n};
        postern_allocator allocator = faulty_allocator(&heap);
        struct pst_arena arena;
        size_t refused = 0;

        pst_arena_init(&arena, &allocator, CEILING);
        for (size_t size = 30000; size <= 120000; size += 30000) {
            size_t used = arena.used;
            void *block = pst_arena_alloc(&arena, size, 1);

            refused += !block;
            cr_assert_eq(arena.used - used, block ? size : 0);
        }
        pst_arena_release(&arena);
        cr_assert_eq(heap.live, 0, "leak when allocation %zu fails", n);
        cr_assert_eq(heap.wrong_sizes, 0);
        if (heap.calls < n) {
            cr_assert_eq(refused, 0);
            break;
        }
        cr_assert_eq(refused, 1);
    }
}

Test(arena, can_be_used_again_after_its_release)
{
    struct faulty heap = {0};
    postern_allocator allocator = faulty_allocator(&heap);
    struct pst_arena arena;

    pst_arena_init(&arena, &allocator, 64);
    for (int i = 0; i < 3; i++) {
        cr_assert(pst_arena_alloc(&arena, 64, 1));
        cr_assert_null(pst_arena_alloc(&arena, 1, 1));
        pst_arena_release(&arena);
        cr_assert_eq(heap.live, 0);
    }
    pst_arena_release(&arena);
}
