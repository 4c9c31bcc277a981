#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include "bench/measure.h"

#include "base/memory.h"
#include "bench/pages.h"

#include "pdp/id.h"
#include "support/rng.h"

#include <stdlib.h>
#include <time.h>

enum {
    NS_PER_S = 1000000000,
    CALIBRATION_NS = 20000000,
    OVERHEAD_CALLS = 20001,
    LINE_BYTES = 128, /* what is fetched at once, with its neighbour */
    HASH_ROUNDS = 9,
    MISS_ROUNDS = 9,
    MISS_LOADS = 256
};

/* ---- the clock --------------------------------------------------------- */

static uint64_t monotonic_ns(void)
{
    struct timespec now = {0, 0};

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

#if defined(__x86_64__)
uint64_t bench_ticks(void)
{
    uint64_t ticks;

    __builtin_ia32_lfence(); /* all before it is done */
    ticks = __builtin_ia32_rdtsc();
    __builtin_ia32_lfence(); /* nothing after it has begun */
    return ticks;
}

static const char source[] = "rdtsc between lfences";
#else
uint64_t bench_ticks(void)
{
    return monotonic_ns();
}

static const char source[] = "clock_gettime(CLOCK_MONOTONIC)";
#endif

static double calibrate(void)
{
    uint64_t start_ns = monotonic_ns();
    uint64_t start = bench_ticks();
    uint64_t passed_ns = 0;

    while (passed_ns < CALIBRATION_NS) {
        passed_ns = monotonic_ns() - start_ns;
    }
    return (double)passed_ns / (double)(bench_ticks() - start);
}

static uint32_t nothing(void *subject)
{
    (void)subject;
    return 0;
}

void bench_clock_start(struct bench_clock *clock)
{
    static uint64_t ticks[OVERHEAD_CALLS];
    struct bench_samples samples = {ticks, 0, OVERHEAD_CALLS};

    *clock = (struct bench_clock){calibrate(), 0.0, source};
    for (size_t i = 0; i < OVERHEAD_CALLS; i++) {
        bench_time_call(&samples, nothing, NULL);
    }
    clock->overhead_ns = bench_times_of(clock, &samples).p50_ns;
}

double bench_cpu_s(void)
{
    struct timespec used = {0, 0};

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / NS_PER_S;
}

/* Not inlined, so that a call is a call for every subject, nothing() too. */
__attribute__((noinline)) uint32_t
bench_time_call(struct bench_samples *samples, bench_call *call, void *subject)
{
    uint64_t start = bench_ticks();
    uint32_t result = call(subject);
    uint64_t passed = bench_ticks() - start;

    if (samples->count < samples->capacity) {
        samples->ticks[samples->count++] = passed;
    }
    return result;
}

/* ---- summaries --------------------------------------------------------- */

static int order_ticks(const void *left, const void *right)
{
    const uint64_t *a = left;
    const uint64_t *b = right;

    return (*a > *b) - (*a < *b);
}

static int order_doubles(const void *left, const void *right)
{
    const double *a = left;
    const double *b = right;

    return (*a > *b) - (*a < *b);
}

static double corrected(const struct bench_clock *clock, double ticks)
{
    double ns = ticks * clock->ns_per_tick - clock->overhead_ns;

    return ns > 0.0 ? ns : 0.0;
}

struct bench_times bench_times_of(const struct bench_clock *clock,
                                  struct bench_samples *samples)
{
    const uint64_t *ticks = samples->ticks;
    size_t count = samples->count;
    size_t middle = count / 2;
    size_t most = count - count / 100;
    double sum = 0.0;

    if (count == 0) {
        return (struct bench_times){0.0, 0.0, 0.0};
    }
    qsort(samples->ticks, count, sizeof *ticks, order_ticks);
    for (size_t i = 0; i < most; i++) {
        sum += (double)ticks[i];
    }
    return (struct bench_times){
        .p50_ns = corrected(clock, (double)ticks[middle]),
        .p99_ns = corrected(clock, (double)ticks[most - 1]),
        .mean_ns = corrected(clock, sum / (double)most),
    };
}

double bench_median(double *values, size_t count)
{
    if (count == 0) {
        return 0.0;
    }
    qsort(values, count, sizeof *values, order_doubles);
    return values[count / 2];
}

/* ---- yardsticks -------------------------------------------------------- */

/* One cycle through all places, in random order: Sattolo's shuffle. */
static void shuffle(uint32_t *order, size_t count, struct rng *rng)
{
    for (size_t i = 0; i < count; i++) {
        order[i] = (uint32_t)i;
    }
    for (size_t i = count - 1; i > 0; i--) {
        size_t other = rng_below(rng, (uint32_t)i);
        uint32_t kept = order[i];

        order[i] = order[other];
        order[other] = kept;
    }
}

static bool start(struct bench_yardsticks *yardsticks,
                  const struct bench_clock *clock, size_t chain_bytes,
                  postern_allocator memory)
{
    size_t places = chain_bytes / LINE_BYTES;
    size_t step = LINE_BYTES / sizeof(void *);
    uint32_t *order = malloc(places * sizeof *order);
    const void **chain = memory.alloc(memory.user, places * LINE_BYTES);
    struct rng rng = {1};

    *yardsticks = (struct bench_yardsticks){.clock = clock, .memory = memory};
    if (!order || !chain) {
        free(order);
        if (chain) {
            memory.release(memory.user, chain, places * LINE_BYTES);
        }
        return false;
    }
    shuffle(order, places, &rng);
    for (size_t i = 0; i < places; i++) {
        chain[i * step] = chain + order[i] * step;
    }
    free(order);
    yardsticks->chain = chain;
    yardsticks->place = chain;
    yardsticks->chain_bytes = places * LINE_BYTES;
    return true;
}

bool bench_yardsticks_start(struct bench_yardsticks *yardsticks,
                            const struct bench_clock *clock, size_t chain_bytes)
{
    return start(yardsticks, clock, chain_bytes, pst_allocator_of(NULL));
}

bool bench_yardsticks_start_in(struct bench_yardsticks *yardsticks,
                               const struct bench_clock *clock,
                               size_t chain_bytes)
{
    return start(yardsticks, clock, chain_bytes, bench_pages());
}

void bench_yardsticks_stop(struct bench_yardsticks *yardsticks)
{
    if (yardsticks->chain) {
        yardsticks->memory.release(yardsticks->memory.user,
                                   (void *)yardsticks->chain,
                                   yardsticks->chain_bytes);
    }
    yardsticks->chain = NULL;
}

double bench_miss_ns(struct bench_yardsticks *yardsticks)
{
    double rounds[MISS_ROUNDS];
    const struct bench_clock *clock = yardsticks->clock;

    for (size_t r = 0; r < MISS_ROUNDS; r++) {
        const void *place = yardsticks->place;
        uint64_t start = bench_ticks();

        for (size_t i = 0; i < MISS_LOADS; i++) {
            place = *(const void *const *)place;
        }
        rounds[r] =
            corrected(clock, (double)(bench_ticks() - start)) / MISS_LOADS;
        yardsticks->place = place;
    }
    return bench_median(rounds, MISS_ROUNDS);
}

double bench_hash_ns(struct bench_yardsticks *yardsticks)
{
    double rounds[HASH_ROUNDS];
    const struct bench_clock *clock = yardsticks->clock;
    volatile uint64_t zero = 0; /* unknown to the compiler */
    volatile uint64_t sink;
    uint64_t mask = zero;

    for (size_t r = 0; r < HASH_ROUNDS; r++) {
        uint64_t hash = 0;
        uint64_t start = bench_ticks();

        for (size_t i = 0; i < BENCH_HASHED_TEXTS; i++) {
            hash = pst_hash(yardsticks->hashed[i + (hash & mask)]);
        }
        rounds[r] = corrected(clock, (double)(bench_ticks() - start)) /
                    BENCH_HASHED_TEXTS;
        sink = hash;
    }
    (void)sink;
    return bench_median(rounds, HASH_ROUNDS);
}
