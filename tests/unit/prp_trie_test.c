/* The trie against a plain array that says which pairs are there. */
#include "prp/trie.h"

#include "support/faulty.h"
#include "support/rng.h"

#include <criterion/criterion.h>

enum { SEED = 20260412, PAIRS = 1000, OPERATIONS = 100000, KEPT = 6 };

/* ---- pairs that may be there --------------------------------------------- */

struct shape {
    const char *name;
    uint64_t (*hash)(struct rng *rng, uint32_t pair);
    uint32_t last_number; /* of pair 0 */
    uint32_t stride;      /* between the numbers of two pairs */
    uint32_t inverse;     /* stride * inverse = 1 */
};

/* Pairs whose hashes cannot be told apart by the trie are a group, whose name
 * is the first pair in it. */
struct universe {
    uint64_t hashes[PAIRS];
    uint32_t groups[PAIRS];
    const struct shape *shape;
};

static const uint64_t pattern = 0xA5C3F00D12345678u;

static uint64_t scattered(struct rng *rng, uint32_t i)
{
    (void)i;
    return rng_bits(rng);
}

static uint64_t all_alike(struct rng *rng, uint32_t i)
{
    (void)rng;
    (void)i;
    return pattern;
}

static uint64_t alike_in_the_top_60_bits(struct rng *rng, uint32_t i)
{
    (void)rng;
    return (pattern & ~(uint64_t)15) | i % 16;
}

static uint64_t alike_in_the_low_60_bits(struct rng *rng, uint32_t i)
{
    (void)rng;
    return pattern << 4 >> 4 | (uint64_t)(i % 16) << 60;
}

/* The last bits that are looked at. */
static uint64_t alike_in_the_top_28_bits(struct rng *rng, uint32_t i)
{
    return pattern >> 36 << 36 | (uint64_t)(i % 16) << 32 |
           rng_below(rng, UINT32_MAX);
}

static uint64_t one_of_fifty(struct rng *rng, uint32_t i)
{
    struct rng other = {i % 50};

    (void)rng;
    return rng_bits(&other);
}

/* Numbers that differ in the last bits that are looked at, up to the highest:
 * multiples of what makes, multiplied by 0x9E3779B1, one. */
enum { CROWD = 0x0E8B2F51 };

static const struct shape shapes[] = {
    {"scattered", scattered, PAIRS - 1, 1, 1},
    {"all alike", all_alike, PAIRS - 1, 1, 1},
    {"all alike, the highest numbers", all_alike, UINT32_MAX - 1, 1, 1},
    {"all alike, numbers that crowd", all_alike, 0u - CROWD, CROWD, 0x9E3779B1},
    {"alike in the top 60 bits", alike_in_the_top_60_bits, PAIRS + 16, 1, 1},
    {"alike in the low 60 bits", alike_in_the_low_60_bits, PAIRS - 1, 1, 1},
    {"alike in the top 28 bits", alike_in_the_top_28_bits, 1u << 31, 1, 1},
    {"one of fifty", one_of_fifty, PAIRS - 1, 1, 1},
};

static uint32_t number_of(const struct universe *all, uint32_t pair)
{
    return all->shape->last_number - pair * all->shape->stride;
}

static uint32_t pair_of(const struct universe *all, uint32_t number)
{
    return (all->shape->last_number - number) * all->shape->inverse;
}

static void make(struct universe *all, const struct shape *shape)
{
    struct rng rng = {SEED};

    all->shape = shape;
    for (uint32_t i = 0; i < PAIRS; i++) {
        uint32_t first = 0;

        all->hashes[i] = shape->hash(&rng, i);
        while (all->hashes[first] >> 32 != all->hashes[i] >> 32) {
            first++;
        }
        all->groups[i] = first;
    }
}

struct pairs {
    bool there[PAIRS];
};

/* Whether the trie has the pairs, each once, and no others. */
static bool same(const struct universe *all, const struct pst_trie *trie,
                 const struct pairs *pairs)
{
    struct pairs seen = {{false}};
    struct pst_trie_walk walk;
    uint64_t count = 0;

    for (uint32_t i = 0; i < PAIRS; i++) {
        if (all->groups[i] != i) {
            continue;
        }
        for (uint32_t n = pst_trie_first(trie, all->hashes[i], &walk);
             n != PST_NO_NUMBER; n = pst_trie_next(&walk)) {
            uint32_t pair = pair_of(all, n);

            if (pair >= PAIRS || all->groups[pair] != i || seen.there[pair]) {
                return false;
            }
            seen.there[pair] = true;
            count++;
        }
    }
    return count == trie->count && memcmp(&seen, pairs, sizeof seen) == 0;
}

/* ---- a trie with readers --------------------------------------------------
 */

struct version {
    struct pst_trie trie;
    struct pairs pairs;
    uint64_t epoch; /* in which somebody began to read it */
};

struct world {
    const struct universe *all;
    struct faulty heap;
    struct pst_pool pool;
    struct version now;
    struct version draft;
    struct version kept[KEPT];
    uint32_t kept_count;
    uint64_t epoch;
};

static void start(struct world *world, const struct universe *all,
                  size_t fail_at)
{
    postern_allocator allocator = faulty_allocator(&world->heap);

    *world = (struct world){.all = all, .heap.fail_at = fail_at, .epoch = 1};
    pst_pool_init(&world->pool, &allocator);
}

static void stop(struct world *world)
{
    pst_trie_free(&world->now.trie, &world->pool);
    cr_assert_null(world->now.trie.root);
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

static postern_status add(struct world *world, uint32_t i)
{
    postern_status status =
        pst_trie_add(&world->draft.trie, &world->pool, world->all->hashes[i],
                     number_of(world->all, i));

    if (status == POSTERN_OK) {
        world->draft.pairs.there[i] = true;
    }
    return status;
}

/* What is asked for at once is as if asked for one by one; of hashes that many
 * numbers have it may not be known. */
static void look_at_once(const struct world *world, struct rng *rng)
{
    const struct pst_trie *trie = &world->draft.trie;
    uint64_t hashes[PST_TRIE_AT_ONCE];
    uint32_t numbers[PST_TRIE_AT_ONCE];
    uint32_t count = rng_below(rng, PST_TRIE_AT_ONCE + 1);

    for (uint32_t i = 0; i < count; i++) {
        hashes[i] = rng_below(rng, 4)
                        ? world->all->hashes[rng_below(rng, PAIRS)]
                        : rng_bits(rng);
    }
    pst_trie_first_of_each(trie, hashes, count, numbers);
    for (uint32_t i = 0; i < count; i++) {
        struct pst_trie_walk walk;
        uint32_t first = pst_trie_first(trie, hashes[i], &walk);
        bool alone =
            first == PST_NO_NUMBER || pst_trie_next(&walk) == PST_NO_NUMBER;

        cr_assert(numbers[i] == first ||
                      (!alone && numbers[i] == PST_NO_NUMBER),
                  "%s", world->all->shape->name);
    }
}

static postern_status take_out(struct world *world, uint32_t i)
{
    postern_status status =
        pst_trie_remove(&world->draft.trie, &world->pool, world->all->hashes[i],
                        number_of(world->all, i));

    if (status == POSTERN_OK) {
        world->draft.pairs.there[i] = false;
    }
    return status;
}

static void commit(struct world *world)
{
    pst_pool_commit(&world->pool, world->epoch);
    world->now = world->draft;
    world->epoch++;
}

static void forget(struct world *world)
{
    uint64_t before = world->pool.stamp;

    pst_trie_abort(&world->draft.trie, &world->pool);
    pst_pool_abort(&world->pool);
    cr_assert_null(world->draft.trie.root);
    cr_assert_eq(world->draft.trie.count, 0);
    cr_assert_eq(world->pool.stamp, before);
}

static void keep(struct world *world)
{
    if (world->kept_count < KEPT) {
        world->kept[world->kept_count] = world->now;
        world->kept[world->kept_count++].epoch = world->epoch;
    }
}

static void drop(struct world *world, uint32_t i)
{
    world->kept[i] = world->kept[--world->kept_count];
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

/* ---- random changes -------------------------------------------------------
 */

/* Fills and empties by turns; now and then adds what is there, or removes what
 * is not. */
static void step(struct world *world, struct rng *rng, bool filling)
{
    uint32_t i = rng_below(rng, PAIRS);
    bool adds = rng_below(rng, 8) ? filling : !filling;

    cr_assert_eq(adds ? add(world, i) : take_out(world, i), POSTERN_OK);
}

static void look_back(struct world *world, struct rng *rng)
{
    uint32_t i;

    if (world->kept_count == 0) {
        return;
    }
    i = rng_below(rng, world->kept_count);
    cr_assert(same(world->all, &world->kept[i].trie, &world->kept[i].pairs));
    if (rng_below(rng, 10) == 0) {
        drop(world, i);
    }
}

static void run(const struct universe *all)
{
    static struct world world;
    struct rng rng = {SEED};
    uint32_t done = 0;

    start(&world, all, 0);
    for (uint32_t round = 0; done < OPERATIONS; round++) {
        uint32_t steps = 1 + rng_below(&rng, 60);

        begin(&world);
        for (uint32_t i = 0; i < steps; i++, done++) {
            step(&world, &rng, round / 100 % 2 == 0);
        }
        cr_assert(same(world.all, &world.draft.trie, &world.draft.pairs),
                  "%s, round %u", all->shape->name, round);
        look_at_once(&world, &rng);
        if (rng_below(&rng, 4)) {
            commit(&world);
        } else {
            forget(&world);
        }
        cr_assert(same(world.all, &world.now.trie, &world.now.pairs),
                  "%s, round %u", all->shape->name, round);
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

/* Who reads an old version goes on seeing all of it. [PRP-11] */
Test(trie, is_an_array_of_pairs_and_old_versions_stay)
{
    static struct universe all;

    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        make(&all, &shapes[i]);
        run(&all);
    }
}

/* The comparison above can fail. */
Test(trie, is_not_another_array_of_pairs)
{
    static struct universe all;
    static struct world world;

    make(&all, &shapes[0]);
    start(&world, &all, 0);
    begin(&world);
    for (uint32_t i = 0; i < PAIRS; i += 2) {
        cr_assert_eq(add(&world, i), POSTERN_OK);
    }
    commit(&world);
    cr_assert(same(world.all, &world.now.trie, &world.now.pairs));
    world.now.pairs.there[501] = true;
    cr_assert_not(same(world.all, &world.now.trie, &world.now.pairs));
    world.now.pairs.there[501] = false;
    world.now.pairs.there[500] = false;
    cr_assert_not(same(world.all, &world.now.trie, &world.now.pairs));
    stop(&world);
}

Test(trie, that_is_empty_finds_nothing)
{
    struct pst_trie trie = {NULL, 0};
    struct pst_trie_walk walk;

    cr_assert_eq(pst_trie_first(&trie, pattern, &walk), PST_NO_NUMBER);
    cr_assert_eq(pst_trie_next(&walk), PST_NO_NUMBER);
}

Test(trie, finds_numbers_of_hashes_with_the_same_upper_half_and_no_others)
{
    struct pst_trie trie = {NULL, 0};
    struct pst_trie_walk walk;
    struct pst_pool pool;

    pst_pool_init(&pool, NULL);
    pst_pool_begin(&pool);
    cr_assert_eq(pst_trie_add(&trie, &pool, pattern, 7), POSTERN_OK);
    cr_assert_eq(pst_trie_first(&trie, pattern, &walk), 7);
    cr_assert_eq(pst_trie_next(&walk), PST_NO_NUMBER);
    cr_assert_eq(pst_trie_next(&walk), PST_NO_NUMBER);
    cr_assert_eq(pst_trie_first(&trie, pattern ^ 1, &walk), 7);
    cr_assert_eq(pst_trie_first(&trie, pattern ^ (uint64_t)1 << 32, &walk),
                 PST_NO_NUMBER);
    cr_assert_eq(pst_trie_first(&trie, pattern ^ (uint64_t)1 << 63, &walk),
                 PST_NO_NUMBER);
    pst_trie_free(&trie, &pool);
    pst_pool_release(&pool);
    cr_assert_eq(pool.bytes, 0);
}

/* ---- what it costs --------------------------------------------------------
 */

enum { MANY = 100000 };

/* Adds or removes pairs [first, end) of MANY, in one change. */
static void change_many(struct pst_trie *trie, struct pst_pool *pool,
                        const struct shape *shape, uint32_t first, bool adds)
{
    struct rng rng = {SEED};

    pst_pool_begin(pool);
    for (uint32_t i = 0; i < MANY; i++) {
        uint64_t hash = shape->hash(&rng, i);

        if (i >= first) {
            cr_assert_eq(adds ? pst_trie_add(trie, pool, hash, i)
                              : pst_trie_remove(trie, pool, hash, i),
                         POSTERN_OK);
        }
    }
    pst_pool_commit(pool, pool->stamp);
    pst_pool_collect(pool, pool->stamp + 1, SIZE_MAX);
}

Test(trie, needs_few_bytes_a_pair_and_gives_them_back)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct pst_trie trie = {NULL, 0};
        struct pst_pool pool;

        pst_pool_init(&pool, NULL);
        change_many(&trie, &pool, &shapes[i], 0, true);
        cr_assert_eq(trie.count, MANY);
        cr_expect_leq(pool.bytes, 12 * MANY, "%s: %zu", shapes[i].name,
                      (size_t)pool.bytes);
        change_many(&trie, &pool, &shapes[i], MANY / 100, false);
        cr_assert_eq(trie.count, MANY / 100);
        cr_expect_leq(pool.bytes, 24 * (MANY / 100), "%s: %zu", shapes[i].name,
                      (size_t)pool.bytes);
        change_many(&trie, &pool, &shapes[i], 0, false);
        cr_assert_null(trie.root);
        pst_pool_release(&pool);
        cr_assert_eq(pool.bytes, 0);
    }
}

/* A change of one pair copies a path, not the trie. */
Test(trie, copies_a_few_nodes_for_a_pair)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct faulty heap = {0};
        postern_allocator allocator = faulty_allocator(&heap);
        struct pst_trie trie = {NULL, 0};
        struct pst_trie after;
        struct rng rng = {SEED};
        struct pst_pool pool;
        uint64_t before;

        pst_pool_init(&pool, &allocator);
        change_many(&trie, &pool, &shapes[i], 0, true);
        before = pool.bytes;
        for (uint32_t k = 0; k < 100; k++) {
            after = trie;
            pst_pool_begin(&pool);
            cr_assert_eq(
                pst_trie_remove(&after, &pool, shapes[i].hash(&rng, k), k),
                POSTERN_OK);
            cr_expect_leq(pool.bytes - before, 8192, "%s", shapes[i].name);
            pst_trie_abort(&after, &pool);
            pst_pool_abort(&pool);
        }
        pst_trie_free(&trie, &pool);
        pst_pool_release(&pool);
        cr_assert_eq(heap.live, 0);
    }
}

/* ---- without memory -------------------------------------------------------
 */

enum { SOME = 400 };

/* Adds half of some pairs in one change, then replaces them by the others in a
 * second one. Stops at the first refusal, which must have changed nothing. */
static postern_status scenario(struct world *world)
{
    postern_status status = POSTERN_OK;

    begin(world);
    for (uint32_t i = 0; i < SOME && status == POSTERN_OK; i += 2) {
        status = add(world, i);
    }
    cr_assert(same(world->all, &world->draft.trie, &world->draft.pairs));
    if (status != POSTERN_OK) {
        return status;
    }
    commit(world);
    keep(world);
    begin(world);
    for (uint32_t i = 0; i < SOME && status == POSTERN_OK; i++) {
        status = i % 2 == 0 ? take_out(world, i) : add(world, i);
    }
    cr_assert(same(world->all, &world->draft.trie, &world->draft.pairs));
    return status;
}

/* `commits`: what an incomplete change has done can be committed, too. */
static bool fails_at(const struct universe *all, size_t n, bool commits)
{
    static struct world world;
    postern_status status;

    start(&world, all, n);
    status = scenario(&world);
    if (commits) {
        commit(&world);
    } else {
        forget(&world);
    }
    cr_assert(same(world.all, &world.now.trie, &world.now.pairs));
    if (world.kept_count > 0) {
        cr_assert(same(world.all, &world.kept[0].trie, &world.kept[0].pairs));
    }
    collect(&world, SIZE_MAX);
    world.kept_count = 0;
    collect(&world, SIZE_MAX);
    stop(&world);
    cr_assert(status == POSTERN_OK || status == POSTERN_ERR_MEMORY);
    return world.heap.calls >= n;
}

Test(trie, is_as_before_when_an_allocation_fails)
{
    static struct universe all;

    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        size_t n = 1;

        make(&all, &shapes[i]);
        while (fails_at(&all, n, n % 2)) {
            n++;
        }
        cr_assert_gt(n, 50, "%s", shapes[i].name);
    }
}
