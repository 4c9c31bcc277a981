/*
 * One thread, then two: whether they leave each other alone. Each has a
 * verifier of its own; issuers and the cache are shared.
 *
 * What a token takes is processor time, so that other programs count little:
 * two threads that write to the same memory need more of it. Those that wait
 * for each other do not; that would be seen in the tokens per second.
 */
#define _POSIX_C_SOURCE 200809L /* nanosleep */

#include "bench/allocations.h"
#include "bench/openssl_memory.h"
#include "bench/token_bed.h"
#include "support/rng.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    WORDS = 96,
    SIZE_A_MS = 400, /* of the size: a phase of the default takes a second */
    SHORTEST_MS = 20
};

struct stage {
    struct bench_token_bed *bed;
    postern_token_cache *cache; /* NULL: nothing is remembered */
    atomic_size_t seated;
    atomic_bool begun;
    atomic_bool over;
    atomic_bool failed;
};

struct seat {
    pthread_t thread;
    struct stage *stage;
    uint64_t seed;
    uint64_t calls;
    double cpu_ns;
    uint64_t allocations;
    uint64_t openssl_allocations;
};

/* With a cache every token is verified once before. */
static bool sit_down(struct seat *seat, struct bench_token_subject *subject)
{
    struct stage *stage = seat->stage;
    struct bench_token_bed *bed = stage->bed;

    *subject = (struct bench_token_subject){.bed = bed};
    if (postern_verifier_new(&subject->verifier, &bed->world.cse, stage->cache,
                             NULL) != POSTERN_OK) {
        return false;
    }
    for (size_t i = 0; i < BENCH_TOKENS; i++) {
        subject->token = &bed->tokens[i];
        (void)bench_token_verify(subject);
    }
    subject->wrong = false;
    subject->kept = stage->cache != NULL;
    return true;
}

static double thread_cpu_ns(void)
{
    struct timespec used = {0, 0};

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (double)used.tv_sec * 1e9 + (double)used.tv_nsec;
}

static void wait_a_little(void)
{
    struct timespec pause = {0, 1000000};

    (void)nanosleep(&pause, NULL);
}

static void *verify_on(void *user)
{
    struct seat *seat = user;
    struct stage *stage = seat->stage;
    struct bench_token_subject subject;
    struct rng rng = {seat->seed};
    uint64_t before;
    uint64_t openssl;
    bool seated = sit_down(seat, &subject);

    atomic_fetch_add(&stage->seated, 1);
    if (!seated) {
        atomic_store(&stage->failed, true);
        return NULL;
    }
    while (!atomic_load(&stage->begun)) {
        wait_a_little();
    }
    seat->cpu_ns = -thread_cpu_ns();
    before = bench_allocations();
    openssl = bench_openssl_allocations();
    do {
        subject.token = &stage->bed->tokens[rng_below(&rng, BENCH_TOKENS)];
        (void)bench_token_verify(&subject);
        seat->calls++;
    } while (!atomic_load(&stage->over));
    seat->cpu_ns += thread_cpu_ns();
    seat->openssl_allocations = bench_openssl_allocations() - openssl;
    seat->allocations =
        bench_allocations() - before - seat->openssl_allocations;
    if (subject.wrong) {
        atomic_store(&stage->failed, true);
    }
    postern_verifier_free(subject.verifier);
    return NULL;
}

static long phase_ms(const struct bench_token_bed *bed)
{
    long ms = (long)(bed->options->size / SIZE_A_MS);

    return ms < SHORTEST_MS ? SHORTEST_MS : ms;
}

/* Fills in calls, times and counts. */
static bool run(struct stage *stage, size_t threads,
                struct bench_token_row *row)
{
    struct seat seats[BENCH_TOKEN_THREADS] = {{.stage = NULL}};
    long ms = phase_ms(stage->bed);
    double cpu_ns = 0.0;
    struct timespec length = {ms / 1000, ms % 1000 * 1000000};

    atomic_store(&stage->seated, 0);
    atomic_store(&stage->begun, false);
    atomic_store(&stage->over, false);
    for (size_t i = 0; i < threads; i++) {
        seats[i] = (struct seat){.stage = stage, .seed = 100 + i};
        if (pthread_create(&seats[i].thread, NULL, verify_on, &seats[i]) != 0) {
            return false; /* the program ends: nothing is given back */
        }
    }
    while (atomic_load(&stage->seated) < threads) {
        wait_a_little();
    }
    atomic_store(&stage->begun, true);
    (void)nanosleep(&length, NULL);
    atomic_store(&stage->over, true);
    for (size_t i = 0; i < threads; i++) {
        pthread_join(seats[i].thread, NULL);
        row->calls += seats[i].calls;
        cpu_ns += seats[i].cpu_ns;
        row->allocations += seats[i].allocations;
        row->openssl_allocations += seats[i].openssl_allocations;
    }
    row->tokens = BENCH_TOKENS;
    row->token_bytes = stage->bed->tokens[0].text.len;
    row->times.p50_ns = row->calls ? cpu_ns / (double)row->calls : 0.0;
    row->times.p99_ns = row->times.p50_ns; /* of a whole, not of one call */
    row->per_second = (double)row->calls * 1000.0 / (double)ms;
    return !atomic_load(&stage->failed) && row->calls > 0;
}

/* Of two threads raw is what one thread did, so that the ratio is how much
 * longer a token takes beside another one. */
static bool measure(struct stage *stage, const struct bench_sort *sort,
                    const char *how)
{
    double alone_ns = 0.0;

    for (size_t threads = 1; threads <= BENCH_TOKEN_THREADS; threads++) {
        char words[WORDS];
        struct bench_token_row row = {.words = words, .alg = sort->alg};

        (void)snprintf(words, sizeof words, "%s%s, %s", sort->words, how,
                       threads == 1 ? "one thread" : "two threads");
        if (!run(stage, threads, &row)) {
            return false;
        }
        row.hash_ns = bench_hash_ns(&stage->bed->yardsticks);
        row.miss_ns = bench_miss_ns(&stage->bed->yardsticks);
        row.raw_ns = alone_ns;
        alone_ns = row.times.p50_ns;
        bench_token_print(stage->bed, &row);
    }
    return true;
}

bool bench_token_by_threads(struct bench_token_bed *bed)
{
    static const struct {
        size_t sort;
        const char *how;
        bool kept;
    } rows[] = {{0, " verified", false},
                {6, " verified", false},
                {6, " remembered", true}};
    bool done = true;

    for (size_t i = 0; done && i < sizeof rows / sizeof rows[0]; i++) {
        const struct bench_sort *sort = &bench_sorts[rows[i].sort];
        struct bench_token_wish wish = {.sort = sort};
        struct stage stage = {.bed = bed};
        postern_token_cache_options options;
        char words[WORDS];

        (void)snprintf(words, sizeof words, "%s%s, threads", sort->words,
                       rows[i].how);
        if (!bench_token_is_wanted(bed, words)) {
            continue;
        }
        postern_token_cache_options_init(&options);
        options.max_per_holder = BENCH_TOKENS * 2;
        done = (!rows[i].kept || postern_token_cache_new(
                                     &stage.cache, &options) == POSTERN_OK) &&
               bench_token_draw(bed, &wish, false) &&
               measure(&stage, sort, rows[i].how);
        postern_token_cache_free(stage.cache);
    }
    return done;
}
