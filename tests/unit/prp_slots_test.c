/* The slots against a plain array of them. */
#include "prp/slots.h"

#include "support/faulty.h"
#include "support/rng.h"

#include <criterion/criterion.h>

enum { SEED = 20260413, MOST = 2000, OPERATIONS = 100000, KEPT = 6 };

/* ---- the twin --------------------------------------------------------------
 */

/* used[i]: slot i is taken. Those beyond `end` never were. */
struct plain {
    struct pst_slot slots[MOST];
    bool used[MOST];
    uint32_t end;
};

static bool same_slot(const struct pst_slot *a, const struct pst_slot *b)
{
    return a->record == b->record && a->parent == b->parent &&
           a->first_child == b->first_child && a->next == b->next &&
           a->previous == b->previous;
}

static bool same(const struct pst_slots *slots, const struct plain *plain)
{
    if (slots->end != plain->end || pst_slots_at(slots, plain->end) != NULL ||
        pst_slots_at(slots, PST_NO_NUMBER) != NULL) {
        return false;
    }
    for (uint32_t i = 0; i < plain->end; i++) {
        const struct pst_slot *slot = pst_slots_at(slots, i);

        if (!slot || (plain->used[i] && !same_slot(slot, &plain->slots[i])) ||
            (!plain->used[i] && slot->record)) {
            return false;
        }
    }
    return true;
}

static const struct pst_slot cleared = {NULL, PST_NO_NUMBER, PST_NO_NUMBER,
                                        PST_NO_NUMBER, PST_NO_NUMBER};

/* ---- slots with readers -----------------------------------------------------
 */

struct version {
    struct pst_slots slots;
    struct plain plain;
    uint64_t epoch; /* in which somebody began to read it */
};

struct world {
    struct faulty heap;
    struct pst_pool pool;
    struct version now;
    struct version draft;
    struct version kept[KEPT];
    uint32_t kept_count;
    uint64_t epoch;
};

static void start(struct world *world, size_t fail_at)
{
    postern_allocator allocator = faulty_allocator(&world->heap);

    *world = (struct world){.heap = {.fail_at = fail_at}, .epoch = 1};
    pst_pool_init(&world->pool, &allocator);
    pst_slots_init(&world->now.slots);
}

static void stop(struct world *world)
{
    pst_slots_free(&world->now.slots, &world->pool);
    cr_assert_null(world->now.slots.root);
    cr_assert_eq(world->pool.bytes - world->pool.waiting_bytes,
                 world->pool.capacity * sizeof *world->pool.ring);
    pst_pool_release(&world->pool);
    cr_assert_eq(world->pool.bytes, 0);
    cr_assert_eq(world->heap.live, 0);
    cr_assert_eq(world->heap.wrong_sizes, 0);
}

static void begin(struct world *world)
{
    pst_pool_begin(&world->pool);
    world->draft = world->now;
}

static void commit(struct world *world)
{
    pst_pool_commit(&world->pool, world->epoch);
    world->now = world->draft;
    world->epoch++;
}

static void forget(struct world *world)
{
    pst_slots_abort(&world->draft.slots, &world->pool);
    pst_pool_abort(&world->pool);
    cr_assert_null(world->draft.slots.root);
    cr_assert_eq(world->draft.slots.end, 0);
}

static void keep(struct world *world)
{
    if (world->kept_count < KEPT) {
        world->kept[world->kept_count] = world->now;
        world->kept[world->kept_count++].epoch = world->epoch;
    }
}

/* What the oldest reader is sure not to see. */
static void collect(struct world *world, size_t limit)
{
    uint64_t oldest = world->epoch;

    for (uint32_t i = 0; i < world->kept_count; i++) {
        oldest = world->kept[i].epoch < oldest ? world->kept[i].epoch : oldest;
    }
    pst_pool_collect(&world->pool, oldest, limit);
}

static postern_status take(struct world *world)
{
    struct plain *plain = &world->draft.plain;
    uint32_t number = PST_NO_NUMBER;
    postern_status status =
        pst_slots_take(&world->draft.slots, &world->pool, &number);

    if (status == POSTERN_OK) {
        cr_assert_leq(number, plain->end);
        cr_assert(number == plain->end || !plain->used[number]);
        plain->end += number == plain->end;
        plain->used[number] = true;
        plain->slots[number] = cleared;
    }
    return status;
}

static postern_status give(struct world *world, uint32_t number)
{
    postern_status status =
        pst_slots_give(&world->draft.slots, &world->pool, number);

    if (status == POSTERN_OK) {
        world->draft.plain.used[number] = false;
    }
    return status;
}

/* Something to point to. */
static char records[64];

static postern_status edit(struct world *world, uint32_t number, uint32_t bits)
{
    struct pst_slot *slot =
        pst_slots_edit(&world->draft.slots, &world->pool, number);

    if (!slot) {
        return POSTERN_ERR_MEMORY;
    }
    *slot = (struct pst_slot){(struct pst_record *)&records[bits % 64],
                              bits >> 1, bits >> 2, bits >> 3, bits >> 4};
    world->draft.plain.slots[number] = *slot;
    return POSTERN_OK;
}

/* ---- random changes ---------------------------------------------------------
 */

/* Takes and gives back by turns, and edits all the time. */
static void step(struct world *world, struct rng *rng, bool filling)
{
    const struct plain *plain = &world->draft.plain;
    uint32_t number = plain->end ? rng_below(rng, plain->end) : 0;
    bool used = plain->end > 0 && plain->used[number];

    if (plain->end < MOST && rng_below(rng, 8) < (filling ? 4 : 1)) {
        cr_assert_eq(take(world), POSTERN_OK);
    } else if (used && rng_below(rng, 8) < (filling ? 1 : 4)) {
        cr_assert_eq(give(world, number), POSTERN_OK);
    } else if (used) {
        cr_assert_eq(edit(world, number, (uint32_t)rng_bits(rng)), POSTERN_OK);
    }
}

static void look_back(struct world *world, struct rng *rng)
{
    uint32_t i;

    if (world->kept_count == 0) {
        return;
    }
    i = rng_below(rng, world->kept_count);
    cr_assert(same(&world->kept[i].slots, &world->kept[i].plain));
    if (rng_below(rng, 10) == 0) {
        world->kept[i] = world->kept[--world->kept_count];
    }
}

/* Who reads an old version goes on seeing all of it. [PRP-11] */
Test(slots, are_an_array_and_old_versions_stay)
{
    static struct world world;
    struct rng rng = {SEED};
    uint32_t done = 0;

    start(&world, 0);
    for (uint32_t round = 0; done < OPERATIONS; round++) {
        uint32_t steps = 1 + rng_below(&rng, 60);

        begin(&world);
        for (uint32_t i = 0; i < steps; i++, done++) {
            step(&world, &rng, round / 100 % 2 == 0);
        }
        cr_assert(same(&world.draft.slots, &world.draft.plain), "round %u",
                  round);
        if (rng_below(&rng, 4)) {
            commit(&world);
        } else {
            forget(&world);
        }
        cr_assert(same(&world.now.slots, &world.now.plain), "round %u", round);
        if (rng_below(&rng, 8) == 0) {
            keep(&world);
        }
        look_back(&world, &rng);
        collect(&world, rng_below(&rng, 2) ? SIZE_MAX : 7);
        cr_assert_eq(world.pool.bytes, world.heap.live);
    }
    world.kept_count = 0;
    stop(&world);
}

/* The comparison above can fail. */
Test(slots, are_not_another_array)
{
    static struct world world;

    start(&world, 0);
    begin(&world);
    for (uint32_t i = 0; i < 100; i++) {
        cr_assert_eq(take(&world), POSTERN_OK);
        cr_assert_eq(edit(&world, i, i), POSTERN_OK);
    }
    commit(&world);
    cr_assert(same(&world.now.slots, &world.now.plain));
    world.now.plain.slots[77].next++;
    cr_assert_not(same(&world.now.slots, &world.now.plain));
    world.now.plain.slots[77].next--;
    world.now.plain.used[99] = false;
    cr_assert_not(same(&world.now.slots, &world.now.plain));
    world.now.plain.used[99] = true;
    world.now.plain.end--;
    cr_assert_not(same(&world.now.slots, &world.now.plain));
    stop(&world);
}

/* ---- numbers
 * ------------------------------------------------------------------ */

Test(slots, are_taken_again_before_new_ones)
{
    struct pst_slots slots;
    struct pst_pool pool;
    uint32_t number;

    pst_pool_init(&pool, NULL);
    pst_slots_init(&slots);
    pst_pool_begin(&pool);
    for (uint32_t i = 0; i < 40; i++) {
        cr_assert_eq(pst_slots_take(&slots, &pool, &number), POSTERN_OK);
        cr_assert_eq(number, i);
        pst_slots_edit(&slots, &pool, number)->parent = 5;
    }
    cr_assert_eq(pst_slots_give(&slots, &pool, 33), POSTERN_OK);
    cr_assert_eq(pst_slots_give(&slots, &pool, 2), POSTERN_OK);
    cr_assert_eq(pst_slots_take(&slots, &pool, &number), POSTERN_OK);
    cr_assert_eq(number, 2);
    cr_assert(same_slot(pst_slots_at(&slots, 2), &cleared));
    cr_assert_eq(pst_slots_take(&slots, &pool, &number), POSTERN_OK);
    cr_assert_eq(number, 33);
    cr_assert(same_slot(pst_slots_at(&slots, 33), &cleared));
    cr_assert_eq(pst_slots_take(&slots, &pool, &number), POSTERN_OK);
    cr_assert_eq(number, 40);
    pst_slots_free(&slots, &pool);
    pst_pool_release(&pool);
    cr_assert_eq(pool.bytes, 0);
}

/* Every level is entered on the way. */
Test(slots, keep_their_numbers_when_there_are_many)
{
    enum { MANY = 600000 };
    struct pst_slots slots;
    struct pst_pool pool;
    uint32_t number;

    pst_pool_init(&pool, NULL);
    pst_slots_init(&slots);
    pst_pool_begin(&pool);
    for (uint32_t i = 0; i < MANY; i++) {
        cr_assert_eq(pst_slots_take(&slots, &pool, &number), POSTERN_OK);
        cr_assert_eq(number, i);
        pst_slots_edit(&slots, &pool, number)->parent = ~i;
    }
    cr_assert_geq(slots.levels, 3);
    cr_assert_lt(pool.bytes, 26 * (uint64_t)MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        cr_assert_eq(pst_slots_at(&slots, i)->parent, ~i);
    }
    cr_assert_null(pst_slots_at(&slots, MANY));
    pst_slots_free(&slots, &pool);
    pst_pool_release(&pool);
    cr_assert_eq(pool.bytes, 0);
}

/* As if all numbers before were in use. */
Test(slots, end_where_numbers_end)
{
    struct pst_slots slots;
    struct pst_pool pool;
    uint32_t number;

    pst_pool_init(&pool, NULL);
    pst_slots_init(&slots);
    pst_pool_begin(&pool);
    slots.end = UINT32_MAX - 2;
    cr_assert_eq(pst_slots_take(&slots, &pool, &number), POSTERN_OK);
    cr_assert_null(pst_slots_at(&slots, 5)); /* they were not */
    cr_assert_eq(number, UINT32_MAX - 2);
    cr_assert(same_slot(pst_slots_at(&slots, UINT32_MAX - 2), &cleared));
    cr_assert_eq(pst_slots_take(&slots, &pool, &number), POSTERN_ERR_LIMIT);
    cr_assert_eq(pst_slots_give(&slots, &pool, UINT32_MAX - 2), POSTERN_OK);
    cr_assert_eq(pst_slots_take(&slots, &pool, &number), POSTERN_OK);
    cr_assert_eq(number, UINT32_MAX - 2);
    cr_assert_null(pst_slots_at(&slots, UINT32_MAX - 1));
    cr_assert_null(pst_slots_at(&slots, UINT32_MAX));
    pst_slots_free(&slots, &pool);
    pst_pool_release(&pool);
    cr_assert_eq(pool.bytes, 0);
}

/* A change of one slot copies a page of every level, not the array. */
Test(slots, copy_a_few_pages_for_a_slot)
{
    struct pst_slots slots;
    struct pst_slots after;
    struct pst_pool pool;
    uint64_t before;
    uint32_t number;

    pst_pool_init(&pool, NULL);
    pst_slots_init(&slots);
    pst_pool_begin(&pool);
    for (uint32_t i = 0; i < 100000; i++) {
        cr_assert_eq(pst_slots_take(&slots, &pool, &number), POSTERN_OK);
    }
    pst_pool_commit(&pool, 1);
    pst_pool_collect(&pool, 2, SIZE_MAX);
    before = pool.bytes;
    pst_pool_begin(&pool);
    after = slots;
    pst_slots_edit(&after, &pool, 54321)->parent = 1;
    pst_slots_edit(&after, &pool, 54322)->parent = 1;
    cr_assert_leq(pool.bytes - before, 4096);
    cr_assert_eq(pst_slots_at(&slots, 54321)->parent, PST_NO_NUMBER);
    pst_slots_abort(&after, &pool);
    pst_pool_abort(&pool);
    pst_slots_free(&slots, &pool);
    pst_pool_release(&pool);
    cr_assert_eq(pool.bytes, 0);
}

/* ---- without memory
 * ------------------------------------------------------------ */

enum { SOME = 560 };

/* Stops at the first refusal, which must have changed nothing. */
static postern_status scenario(struct world *world)
{
    postern_status status = POSTERN_OK;

    begin(world);
    for (uint32_t i = 0; i < SOME && status == POSTERN_OK; i++) {
        status = take(world);
        status = status == POSTERN_OK ? edit(world, i, 3 * i) : status;
    }
    if (status != POSTERN_OK) {
        return status;
    }
    commit(world);
    keep(world);
    begin(world);
    for (uint32_t i = 0; i < SOME && status == POSTERN_OK; i += 3) {
        status = give(world, i);
    }
    for (uint32_t i = 0; i < SOME && status == POSTERN_OK; i++) {
        status = take(world);
    }
    return status;
}

/* `commits`: what an incomplete change has done can be committed, too. */
static bool fails_at(size_t n, bool commits)
{
    static struct world world;
    postern_status status;

    start(&world, n);
    status = scenario(&world);
    cr_assert(status == POSTERN_OK || status == POSTERN_ERR_MEMORY);
    cr_assert(same(&world.draft.slots, &world.draft.plain));
    if (commits) {
        commit(&world);
    } else {
        forget(&world);
    }
    cr_assert(same(&world.now.slots, &world.now.plain));
    if (world.kept_count > 0) {
        cr_assert(same(&world.kept[0].slots, &world.kept[0].plain));
    }
    collect(&world, SIZE_MAX);
    world.kept_count = 0;
    collect(&world, SIZE_MAX);
    stop(&world);
    return world.heap.calls >= n;
}

Test(slots, are_as_before_when_an_allocation_fails)
{
    size_t n = 1;

    while (fails_at(n, n % 2)) {
        n++;
    }
    cr_assert_gt(n, 100);
}
