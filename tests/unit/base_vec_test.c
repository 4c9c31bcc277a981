#include "base/vec.h"

#include "support/faulty.h"
#include "support/rng.h"

#include <criterion/criterion.h>

enum { SEED = 20260317 };

/* Pushes that grow it several times, of one and of many elements, against a
 * plain array. */
Test(vec, holds_what_was_pushed_in_order)
{
    enum { MOST = 5000 };
    static uint32_t expected[MOST];
    struct faulty heap = {0};
    postern_allocator allocator = faulty_allocator(&heap);
    struct rng rng = {SEED};
    struct pst_vec vec;

    pst_vec_init(&vec, sizeof(uint32_t));
    for (uint32_t count = 0; count < MOST;) {
        uint32_t more = rng_below(&rng, MOST - count < 40 ? 2 : 40);

        for (uint32_t i = 0; i < more; i++) {
            expected[count + i] = (uint32_t)rng_bits(&rng);
        }
        cr_assert_eq(pst_vec_push(&vec, &allocator, expected + count, more),
                     POSTERN_OK);
        count += more;
        cr_assert_eq(vec.count, count);
        cr_assert_leq(vec.count, vec.capacity);
    }
    cr_assert_arr_eq(vec.data, expected, sizeof expected);
    pst_vec_release(&vec, &allocator);
    cr_assert_eq(heap.live, 0);
    cr_assert_eq(heap.wrong_sizes, 0);
}

Test(vec, pushes_zeroes_when_there_are_no_elements_to_copy)
{
    struct faulty heap = {0}; /* whose memory is not zeroed */
    postern_allocator allocator = faulty_allocator(&heap);
    uint64_t value = UINT64_MAX;
    struct pst_vec vec;

    pst_vec_init(&vec, sizeof value);
    cr_assert_eq(pst_vec_push(&vec, &allocator, &value, 1), POSTERN_OK);
    cr_assert_eq(pst_vec_push(&vec, &allocator, NULL, 100), POSTERN_OK);
    for (size_t i = 0; i <= 100; i++) {
        cr_assert_eq(((uint64_t *)vec.data)[i], i == 0 ? UINT64_MAX : 0);
    }
    pst_vec_release(&vec, &allocator);
    cr_assert_eq(heap.live, 0);
}

Test(vec, of_nothing_needs_no_memory)
{
    struct faulty heap = {0};
    postern_allocator allocator = faulty_allocator(&heap);
    struct pst_vec vec;

    pst_vec_init(&vec, 8);
    cr_assert_eq(pst_vec_push(&vec, &allocator, NULL, 0), POSTERN_OK);
    cr_assert_eq(vec.count, 0);
    cr_assert_eq(heap.calls, 0);
    pst_vec_release(&vec, &allocator);
}

/* Its size in bytes fits in 32 bits, always. */
Test(vec, refuses_more_bytes_than_32_bits_count)
{
    static const struct {
        uint32_t element_size;
        uint32_t count;
    } rows[] = {
        {4096, UINT32_MAX / 4096 + 1},
        {1 << 20, 4096},
        {2, UINT32_MAX},
        {UINT32_MAX, 2},
        {UINT32_MAX, UINT32_MAX},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct faulty heap = {0};
        postern_allocator allocator = faulty_allocator(&heap);
        struct pst_vec vec;

        pst_vec_init(&vec, rows[i].element_size);
        cr_expect_eq(pst_vec_push(&vec, &allocator, NULL, rows[i].count),
                     POSTERN_ERR_LIMIT, "row %zu", i);
        cr_expect_eq(heap.calls, 0, "row %zu", i);
        cr_expect_eq(vec.count, 0, "row %zu", i);
        pst_vec_release(&vec, &allocator);
    }
}

Test(vec, counts_what_it_holds_when_it_refuses_more)
{
    struct faulty heap = {0};
    postern_allocator allocator = faulty_allocator(&heap);
    char value = 'v';
    struct pst_vec vec;

    pst_vec_init(&vec, 1);
    cr_assert_eq(pst_vec_push(&vec, &allocator, &value, 1), POSTERN_OK);
    cr_assert_eq(pst_vec_push(&vec, &allocator, NULL, UINT32_MAX),
                 POSTERN_ERR_LIMIT);
    cr_assert_eq(vec.count, 1);
    cr_assert_eq(*(char *)vec.data, 'v');
    pst_vec_release(&vec, &allocator);
    cr_assert_eq(heap.live, 0);
}

Test(vec, is_as_before_when_an_allocation_fails)
{
    for (size_t n = 1;; n++) {
        struct faulty heap = {.fail_at = n};
        postern_allocator allocator = faulty_allocator(&heap);
        postern_status status = POSTERN_OK;
        struct pst_vec vec;
        uint32_t pushed = 0;

        pst_vec_init(&vec, sizeof pushed);
        while (pushed < 1000 && status == POSTERN_OK) {
            status = pst_vec_push(&vec, &allocator, &pushed, 1);
            pushed += status == POSTERN_OK;
        }
        cr_assert_eq(vec.count, pushed);
        for (uint32_t i = 0; i < pushed; i++) {
            cr_assert_eq(((uint32_t *)vec.data)[i], i);
        }
        pst_vec_release(&vec, &allocator);
        cr_assert_eq(heap.live, 0, "leak when allocation %zu fails", n);
        cr_assert_eq(heap.wrong_sizes, 0);
        if (heap.calls < n) {
            cr_assert_eq(pushed, 1000);
            break;
        }
        cr_assert_eq(status, POSTERN_ERR_MEMORY);
    }
}

Test(vec, is_empty_and_usable_after_its_release)
{
    struct faulty heap = {0};
    postern_allocator allocator = faulty_allocator(&heap);
    struct pst_vec vec;

    pst_vec_init(&vec, 4);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(pst_vec_push(&vec, &allocator, NULL, 100), POSTERN_OK);
        pst_vec_release(&vec, &allocator);
        cr_assert_eq(vec.count, 0);
        cr_assert_eq(vec.element_size, 4);
        cr_assert_eq(heap.live, 0);
    }
}
