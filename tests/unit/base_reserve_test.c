#include "base/reserve.h"

#include "support/faulty.h"

#include <criterion/criterion.h>
#include <stdalign.h>
#include <string.h>

enum { SIZE = 256 };

static alignas(max_align_t) char block[SIZE];

static bool is_inside(const void *piece)
{
    return (const char *)piece >= block && (const char *)piece < block + SIZE;
}

Test(base_reserve, cuts_pieces_that_do_not_overlap)
{
    struct faulty faulty = {.fail_at = 1}; /* nothing is asked behind it */
    postern_allocator heap = faulty_allocator(&faulty);
    struct pst_reserve reserve;
    postern_allocator allocator =
        pst_reserve_init(&reserve, &heap, block, SIZE);
    char *end = block;

    for (size_t size = 1; size <= 31; size += 10) {
        char *piece = pst_alloc(&allocator, size);

        cr_assert(piece >= end && is_inside(piece));
        cr_expect_eq((uintptr_t)piece % alignof(max_align_t), 0);
        memset(piece, 1, size);
        end = piece + size;
        pst_release(&allocator, piece, size);
    }
    cr_expect_eq(faulty.calls, 0);
}

Test(base_reserve, asks_behind_for_what_does_not_fit)
{
    struct faulty faulty = {.fail_at = 0};
    postern_allocator heap = faulty_allocator(&faulty);
    struct pst_reserve reserve;
    postern_allocator allocator =
        pst_reserve_init(&reserve, &heap, block, SIZE);
    void *large = pst_alloc(&allocator, SIZE + 1);
    void *all = pst_alloc(&allocator, SIZE);
    void *one = pst_alloc(&allocator, 1);

    cr_expect(is_inside(all));
    cr_expect_not(is_inside(large));
    cr_expect_not(is_inside(one));
    cr_expect_eq(faulty.calls, 2);
    pst_release(&allocator, large, SIZE + 1);
    pst_release(&allocator, all, SIZE);
    pst_release(&allocator, one, 1);
    cr_expect_eq(faulty.live + faulty.wrong_sizes, 0);
}

Test(base_reserve, has_no_memory_when_there_is_none_behind)
{
    struct faulty faulty = {.fail_at = 1};
    postern_allocator heap = faulty_allocator(&faulty);
    struct pst_reserve reserve;
    postern_allocator allocator =
        pst_reserve_init(&reserve, &heap, block, SIZE);

    cr_expect_null(pst_alloc(&allocator, SIZE + 1));
    cr_expect_not_null(pst_alloc(&allocator, 1));
}
