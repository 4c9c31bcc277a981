#include "prp/pool.h"

#include "support/faulty.h"
#include "support/rng.h"

#include <criterion/criterion.h>

enum { SEED = 20260411 };

struct stage {
    struct faulty heap;
    struct pst_pool pool;
};

static void start(struct stage *stage, size_t fail_at)
{
    postern_allocator allocator = faulty_allocator(&stage->heap);

    stage->heap = (struct faulty){.fail_at = fail_at};
    pst_pool_init(&stage->pool, &allocator);
}

static void stop(struct stage *stage)
{
    pst_pool_release(&stage->pool);
    cr_assert_eq(stage->pool.bytes, 0);
    cr_assert_eq(stage->pool.waiting_bytes, 0);
    cr_assert_eq(stage->heap.live, 0);
    cr_assert_eq(stage->heap.wrong_sizes, 0);
}

/* A block of `size` bytes, retired. */
static void retire_new(struct stage *stage, size_t size)
{
    void *block = pst_pool_alloc(&stage->pool, size);

    cr_assert_not_null(block);
    cr_assert_eq(pst_pool_retire(&stage->pool, block, size, NULL), POSTERN_OK);
}

/* A change that retires one block of `size` bytes, committed in `epoch`. */
static void change(struct stage *stage, size_t size, uint64_t epoch)
{
    pst_pool_begin(&stage->pool);
    retire_new(stage, size);
    pst_pool_commit(&stage->pool, epoch);
}

Test(pool, counts_the_bytes_that_are_allocated)
{
    struct stage stage;
    void *block;

    start(&stage, 0);
    block = pst_pool_alloc(&stage.pool, 100);
    cr_assert_eq(stage.pool.bytes, 100);
    cr_assert_eq(stage.heap.live, 100);
    pst_pool_count(&stage.pool, 11);
    cr_assert_eq(stage.pool.bytes, 111);
    pst_pool_uncount(&stage.pool, 11);
    pst_pool_free(&stage.pool, block, 100);
    pst_pool_free(&stage.pool, NULL, 100);
    cr_assert_eq(stage.pool.bytes, 0);
    stop(&stage);
}

/* So what a change has made can be told from all that was there. [PRP-11] */
Test(pool, gives_every_change_a_stamp_of_its_own)
{
    struct stage stage;
    uint64_t last;

    start(&stage, 0);
    last = stage.pool.stamp;
    for (int i = 0; i < 10; i++) {
        pst_pool_begin(&stage.pool);
        cr_assert_gt(stage.pool.stamp, last);
        last = stage.pool.stamp;
        if (i % 2) {
            pst_pool_commit(&stage.pool, 7);
        } else {
            pst_pool_abort(&stage.pool);
        }
        cr_assert_eq(stage.pool.stamp, last);
    }
    stop(&stage);
}

/* A reader of epoch 5 sees what was retired in 5 and later. [PRP-11] */
Test(pool, frees_what_nobody_can_see_and_nothing_else)
{
    struct stage stage;
    uint64_t waiting = 0;

    start(&stage, 0);
    for (uint64_t epoch = 1; epoch <= 10; epoch++) {
        change(&stage, (size_t)1 << epoch, epoch);
        waiting += (uint64_t)1 << epoch;
    }
    for (uint64_t oldest = 1; oldest <= 11; oldest++) {
        pst_pool_collect(&stage.pool, oldest, SIZE_MAX);
        cr_expect_eq(stage.pool.waiting_bytes,
                     waiting - (((uint64_t)1 << oldest) - 2), "oldest %d",
                     (int)oldest);
    }
    cr_assert_eq(stage.pool.waiting_bytes, 0);
    stop(&stage);
}

Test(pool, frees_no_more_than_it_is_told_to)
{
    struct stage stage;

    start(&stage, 0);
    pst_pool_begin(&stage.pool);
    for (int i = 0; i < 100; i++) {
        retire_new(&stage, 1);
    }
    pst_pool_commit(&stage.pool, 1);
    pst_pool_collect(&stage.pool, 2, 0);
    cr_assert_eq(stage.pool.waiting_bytes, 100);
    pst_pool_collect(&stage.pool, 2, 30);
    cr_assert_eq(stage.pool.waiting_bytes, 70);
    pst_pool_collect(&stage.pool, 1, 30);
    cr_assert_eq(stage.pool.waiting_bytes, 70);
    pst_pool_collect(&stage.pool, 2, 1000);
    cr_assert_eq(stage.pool.waiting_bytes, 0);
    stop(&stage);
}

Test(pool, keeps_what_a_change_in_progress_has_retired)
{
    struct stage stage;

    start(&stage, 0);
    change(&stage, 8, 1);
    pst_pool_begin(&stage.pool);
    retire_new(&stage, 16);
    pst_pool_collect(&stage.pool, UINT64_MAX, SIZE_MAX);
    cr_assert_eq(stage.pool.waiting_bytes, 16);
    pst_pool_commit(&stage.pool, 2);
    pst_pool_collect(&stage.pool, 2, SIZE_MAX);
    cr_assert_eq(stage.pool.waiting_bytes, 16);
    pst_pool_collect(&stage.pool, 3, SIZE_MAX);
    cr_assert_eq(stage.pool.waiting_bytes, 0);
    stop(&stage);
}

/* Also when blocks of earlier changes are freed meanwhile. */
Test(pool, forgets_what_an_aborted_change_has_retired)
{
    for (int collected = 0; collected < 2; collected++) {
        struct stage stage;
        void *block;

        start(&stage, 0);
        block = pst_pool_alloc(&stage.pool, 100);
        change(&stage, 8, 1);
        change(&stage, 8, 2);
        pst_pool_begin(&stage.pool);
        cr_assert_eq(pst_pool_retire(&stage.pool, block, 100, NULL),
                     POSTERN_OK);
        cr_assert_eq(stage.pool.waiting_bytes, 116);
        if (collected) {
            pst_pool_collect(&stage.pool, 2, SIZE_MAX);
        }
        pst_pool_abort(&stage.pool);
        cr_assert_eq(stage.pool.waiting_bytes, collected ? 8 : 16);
        pst_pool_collect(&stage.pool, 9, SIZE_MAX);
        cr_assert_eq(stage.pool.waiting_bytes, 0);
        memset(block, 1, 100); /* is still there */
        pst_pool_free(&stage.pool, block, 100);
        stop(&stage);
    }
}

static int freed_elsewhere;

static void free_elsewhere(void *block)
{
    freed_elsewhere += *(int *)block;
}

Test(pool, frees_in_the_way_that_it_was_told)
{
    struct stage stage;
    int block = 3;

    start(&stage, 0);
    pst_pool_begin(&stage.pool);
    pst_pool_count(&stage.pool, 1000);
    cr_assert_eq(pst_pool_retire(&stage.pool, &block, 1000, free_elsewhere),
                 POSTERN_OK);
    cr_assert_eq(stage.pool.waiting_bytes, 1000);
    pst_pool_commit(&stage.pool, 1);
    pst_pool_collect(&stage.pool, 1, SIZE_MAX);
    cr_assert_eq(freed_elsewhere, 0);
    pst_pool_collect(&stage.pool, 2, SIZE_MAX);
    cr_assert_eq(freed_elsewhere, 3);
    cr_assert_eq(stage.pool.waiting_bytes, 0);
    stop(&stage);
    cr_assert_eq(freed_elsewhere, 3);
}

Test(pool, frees_everything_in_the_end)
{
    struct stage stage;

    start(&stage, 0);
    for (uint64_t epoch = 1; epoch < 300; epoch++) {
        change(&stage, 32, epoch);
    }
    pst_pool_begin(&stage.pool);
    retire_new(&stage, 64);
    cr_assert_eq(stage.pool.waiting_bytes, 299 * 32 + 64);
    stop(&stage);
}

/* A million entries would be 32 MB for good. */
Test(pool, gives_back_the_queue_of_a_large_change)
{
    struct stage stage;

    start(&stage, 0);
    pst_pool_begin(&stage.pool);
    for (int i = 0; i < 10000; i++) {
        retire_new(&stage, 1);
    }
    pst_pool_commit(&stage.pool, 1);
    cr_assert_gt(stage.pool.bytes, 10000 * sizeof(struct pst_retired));
    pst_pool_collect(&stage.pool, 2, SIZE_MAX);
    cr_assert_lt(stage.pool.bytes, 4096);
    stop(&stage);
}

/* ---- against a plain list ------------------------------------------------ */

enum { MOST = 3000 };

/* What is retired: sizes tell the blocks apart. */
struct list {
    size_t sizes[MOST];
    uint64_t epochs[MOST];
    size_t count;
    size_t begun; /* count when the change began */
};

static void list_collect(struct list *list, uint64_t oldest, size_t limit)
{
    size_t gone = 0;

    while (gone < limit && gone < list->begun && list->epochs[gone] < oldest) {
        gone++;
    }
    list->count -= gone;
    list->begun -= gone;
    memmove(list->sizes, list->sizes + gone, list->count * sizeof(size_t));
    memmove(list->epochs, list->epochs + gone, list->count * sizeof(uint64_t));
}

static uint64_t list_bytes(const struct list *list)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < list->count; i++) {
        bytes += list->sizes[i];
    }
    return bytes;
}

/* A block that an aborted change retired is live again; here it is freed. */
static void abort_change(struct stage *stage, struct list *list,
                         void *const *blocks)
{
    pst_pool_abort(&stage->pool);
    for (size_t i = list->begun; i < list->count; i++) {
        pst_pool_free(&stage->pool, blocks[i - list->begun], list->sizes[i]);
    }
    list->count = list->begun;
}

Test(pool, is_a_list_that_is_freed_from_its_front)
{
    static struct list list;
    static void *blocks[MOST];
    struct rng rng = {SEED};
    struct stage stage;
    uint64_t epoch = 1;

    start(&stage, 0);
    for (int round = 0; round < 20000; round++) {
        uint32_t retired = rng_below(&rng, round % 100 ? 8 : 300);

        pst_pool_begin(&stage.pool);
        list.begun = list.count;
        for (uint32_t i = 0; i < retired && list.count < MOST; i++) {
            size_t size = 1 + rng_below(&rng, 50);

            blocks[i] = pst_pool_alloc(&stage.pool, size);
            cr_assert_eq(pst_pool_retire(&stage.pool, blocks[i], size, NULL),
                         POSTERN_OK);
            list.sizes[list.count] = size;
            list.epochs[list.count++] = epoch;
        }
        if (rng_below(&rng, 4)) {
            pst_pool_commit(&stage.pool, epoch);
            list.begun = list.count;
            epoch += rng_below(&rng, 2);
        } else {
            abort_change(&stage, &list, blocks);
        }
        if (rng_below(&rng, 2)) {
            uint64_t back = rng_below(&rng, 20);
            uint64_t oldest = epoch > back ? epoch - back : 1;
            size_t limit = rng_below(&rng, 30);

            pst_pool_collect(&stage.pool, oldest, limit);
            list_collect(&list, oldest, limit);
        }
        cr_assert_eq(stage.pool.count, list.count, "round %d", round);
        cr_assert_eq(stage.pool.waiting_bytes, list_bytes(&list), "round %d",
                     round);
        cr_assert_eq(stage.pool.bytes, stage.heap.live, "round %d", round);
    }
    stop(&stage);
}

Test(pool, retires_nothing_without_memory)
{
    for (size_t n = 1;; n++) {
        struct stage stage;
        size_t retired = 0;
        postern_status status = POSTERN_OK;

        start(&stage, n);
        pst_pool_begin(&stage.pool);
        while (retired < 300 && status == POSTERN_OK) {
            void *block = pst_pool_alloc(&stage.pool, 5);

            status = block ? pst_pool_retire(&stage.pool, block, 5, NULL)
                           : POSTERN_ERR_MEMORY;
            retired += status == POSTERN_OK;
            if (status != POSTERN_OK) {
                pst_pool_free(&stage.pool, block, 5);
            }
        }
        cr_assert_eq(stage.pool.count, retired);
        cr_assert_eq(stage.pool.waiting_bytes, 5 * retired);
        cr_assert_eq(stage.pool.bytes, stage.heap.live);
        pst_pool_commit(&stage.pool, 1);
        stop(&stage);
        if (stage.heap.calls < n) {
            cr_assert_eq(retired, 300);
            break;
        }
        cr_assert_eq(status, POSTERN_ERR_MEMORY);
    }
}
