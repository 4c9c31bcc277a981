/*
 * Readers enter and leave, and look for numbers in a trie, while the writer
 * replaces it and frees what nobody can see any more. The version `n` has the
 * numbers n, n + 1, ... n + WINDOW - 1 and no others: whoever sees a mixture of
 * two, or what has been freed, notices. ThreadSanitizer looks for accesses that
 * nothing puts in order; without it, memory is overwritten when it is freed.
 * [ARC-07] [PRP-11]
 */
#include "base/epoch.h"
#include "prp/trie.h"
#include "support/rng.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SECONDS = 3, READERS = 3, WINDOW = 100, LIMIT = 50 };

struct version {
    struct pst_trie trie;
    uint32_t number;
    uint32_t check; /* ~number */
};

static struct {
    struct pst_epochs epochs;
    struct pst_pool pool; /* the writer's */
    _Atomic(const struct version *) now;
    atomic_bool over;
    atomic_ulong looks;
    atomic_ulong wrong;
    atomic_ulong versions;
} stage;

/* ---- memory that does not keep what was in it -----------------------------
 */

static void *heap_alloc(void *user, size_t size)
{
    (void)user;
    return malloc(size);
}

static void heap_release(void *user, void *block, size_t size)
{
    volatile unsigned char *bytes = block; /* or it would be left out */

    (void)user;
    for (size_t i = 0; i < size; i++) {
        bytes[i] = 0;
    }
    free(block);
}

/* ---- readers ----------------------------------------------------------------
 */

static uint64_t hash_of(uint32_t number)
{
    struct rng rng = {number};

    return rng_bits(&rng);
}

static bool has(const struct version *version, uint32_t number)
{
    struct pst_trie_walk walk;
    uint32_t found = pst_trie_first(&version->trie, hash_of(number), &walk);

    while (found != PST_NO_NUMBER && found != number) {
        found = pst_trie_next(&walk);
    }
    return found == number;
}

static bool is_whole(const struct version *version, struct rng *rng)
{
    uint32_t first = version->number;
    uint32_t inside = first + rng_below(rng, WINDOW);

    return version->check == ~first && version->trie.count == WINDOW &&
           has(version, inside) && has(version, first) &&
           has(version, first + WINDOW - 1) && !has(version, first - 1) &&
           !has(version, first + WINDOW);
}

/* Keeps its slot for a while, then gives it back and takes another one. */
static void *read_on(void *seed)
{
    struct rng rng = {*(const uint64_t *)seed};

    while (!atomic_load(&stage.over)) {
        struct pst_epoch_slot *slot = pst_epochs_take(&stage.epochs);
        uint32_t visits = rng_below(&rng, 1000);

        if (!slot) {
            atomic_fetch_add(&stage.wrong, 1);
            break;
        }
        for (uint32_t i = 0; i < visits; i++) {
            uint32_t looks = 1 + rng_below(&rng, 20);
            const struct version *version;

            pst_epoch_enter(&stage.epochs, slot);
            version = atomic_load(&stage.now);
            for (uint32_t k = 0; k < looks; k++) {
                bool right = is_whole(version, &rng);

                atomic_fetch_add(&stage.wrong, right ? 0 : 1);
            }
            pst_epoch_leave(slot);
            atomic_fetch_add(&stage.looks, looks);
        }
        pst_epochs_give(slot);
    }
    return NULL;
}

/* ---- the writer
 * --------------------------------------------------------------- */

static void must(bool claim, const char *what)
{
    if (!claim) {
        printf("%s\n", what);
        exit(1);
    }
}

static struct version *version_new(uint32_t number)
{
    struct version *version = pst_pool_alloc(&stage.pool, sizeof *version);

    must(version != NULL, "no memory");
    *version = (struct version){.number = number, .check = ~number};
    return version;
}

static void add(struct version *version, uint32_t number)
{
    must(pst_trie_add(&version->trie, &stage.pool, hash_of(number), number) ==
             POSTERN_OK,
         "no memory");
}

static void publish_first(void)
{
    struct version *version = version_new(1);

    pst_pool_begin(&stage.pool);
    for (uint32_t i = 0; i < WINDOW; i++) {
        add(version, 1 + i);
    }
    pst_pool_commit(&stage.pool, 1);
    atomic_store(&stage.now, version);
}

/* The numbers of the version after `old`. */
static struct version *next_of(const struct version *old)
{
    struct version *version = version_new(old->number + 1);

    version->trie = old->trie;
    add(version, old->number + WINDOW);
    must(pst_trie_remove(&version->trie, &stage.pool, hash_of(old->number),
                         old->number) == POSTERN_OK,
         "no memory");
    return version;
}

static void replace(void)
{
    const struct version *old = atomic_load(&stage.now);

    pst_pool_begin(&stage.pool);
    atomic_store(&stage.now, next_of(old));
    must(pst_pool_retire(&stage.pool, old, sizeof *old, NULL) == POSTERN_OK,
         "no memory");
    pst_pool_commit(&stage.pool, pst_epochs_advance(&stage.epochs));
    pst_pool_collect(&stage.pool, pst_epochs_oldest(&stage.epochs), LIMIT);
}

/* A change that comes to nothing. */
static void think_better_of_it(void)
{
    struct version *draft;

    pst_pool_begin(&stage.pool);
    draft = next_of(atomic_load(&stage.now));
    pst_trie_abort(&draft->trie, &stage.pool);
    pst_pool_free(&stage.pool, draft, sizeof *draft);
    pst_pool_abort(&stage.pool);
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void *write_on(void *unused)
{
    double end_s = seconds() + SECONDS;

    while (seconds() < end_s) {
        replace();
        atomic_fetch_add(&stage.versions, 1);
        if (stage.pool.stamp % 8 == 0) {
            think_better_of_it();
        }
    }
    atomic_store(&stage.over, true);
    return unused;
}

/* ---- all of them
 * --------------------------------------------------------------- */

static void start(pthread_t *thread, void *(*routine)(void *), void *argument)
{
    must(pthread_create(thread, NULL, routine, argument) == 0, "no thread");
}

static void run(void)
{
    uint64_t seeds[READERS];
    pthread_t readers[READERS];
    pthread_t writer;

    for (uint32_t i = 0; i < READERS; i++) {
        seeds[i] = i;
        start(&readers[i], read_on, &seeds[i]);
    }
    start(&writer, write_on, NULL);
    for (uint32_t i = 0; i < READERS; i++) {
        pthread_join(readers[i], NULL);
    }
    pthread_join(writer, NULL);
}

/* Bytes that are left when everything has been freed. */
static uint64_t clear(void)
{
    struct version last = *atomic_load(&stage.now);

    pst_pool_free(&stage.pool, (void *)(uintptr_t)atomic_load(&stage.now),
                  sizeof last);
    pst_trie_free(&last.trie, &stage.pool);
    pst_pool_release(&stage.pool);
    pst_epochs_release(&stage.epochs);
    return stage.pool.bytes;
}

int main(void)
{
    const postern_allocator allocator = {NULL, heap_alloc, heap_release};
    uint64_t waiting;
    uint64_t left;

    must(pst_epochs_init(&stage.epochs, &allocator, READERS) == POSTERN_OK,
         "no memory");
    pst_pool_init(&stage.pool, &allocator);
    publish_first();
    run();
    pst_pool_collect(&stage.pool, pst_epochs_oldest(&stage.epochs), SIZE_MAX);
    waiting = stage.pool.waiting_bytes;
    left = clear();
    printf("%lu looks at %lu versions, %lu wrong; waiting %lu, left %lu\n",
           (unsigned long)atomic_load(&stage.looks),
           (unsigned long)atomic_load(&stage.versions),
           (unsigned long)atomic_load(&stage.wrong), (unsigned long)waiting,
           (unsigned long)left);
    return atomic_load(&stage.wrong) == 0 && waiting == 0 && left == 0 &&
                   atomic_load(&stage.looks) > 1000 &&
                   atomic_load(&stage.versions) > 1000
               ? 0
               : 1;
}
