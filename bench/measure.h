/*
 * Time of single calls.
 *
 * A call is timed alone, between two readings of the processor's time stamp
 * counter (elsewhere: of the monotonic clock) that nothing can be reordered
 * across; the median cost of timing a call that does nothing is taken off. The
 * calls of a series are put in segments: what is reported of p50, p99 and mean
 * is the median over the segments, so that what else the machine does in
 * between weighs little.
 *
 * The clock of a virtual machine changes its pace from minute to minute, so two
 * yardsticks are measured before each segment: hashing an originator, and one
 * dependent load from memory beyond the caches. Times compare well with these,
 * badly with times of another run.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <postern/base.h>

enum { BENCH_SEGMENTS = 5 };

/* What is timed: returns a small number, which is summed. */
typedef uint32_t bench_call(void *subject);

struct bench_clock {
    double ns_per_tick;
    double overhead_ns;
    const char *source; /* of the time, in words */
};

/* Room for the times of one segment. */
struct bench_samples {
    uint64_t *ticks;
    size_t count;
    size_t capacity;
};

void bench_clock_start(struct bench_clock *clock);

uint64_t bench_ticks(void);

/* Processor time of this program so far: what others use does not count. */
double bench_cpu_s(void);

/* Calls once and keeps the time; a full series keeps no more. */
uint32_t bench_time_call(struct bench_samples *samples, bench_call *call,
                         void *subject);

struct bench_times {
    double p50_ns;
    double p99_ns;
    double mean_ns; /* without the slowest hundredth */
};

/* Sorts the samples. Zeros for none. */
struct bench_times bench_times_of(const struct bench_clock *clock,
                                  struct bench_samples *samples);

/* Middle value; sorts. 0 for none. */
double bench_median(double *values, size_t count);

/* ---- yardsticks -------------------------------------------------------- */

enum { BENCH_HASHED_TEXTS = 256 };

struct bench_yardsticks {
    const struct bench_clock *clock;
    const void **chain; /* each place holds the address of the next */
    const void *place;
    size_t chain_bytes;
    postern_allocator memory; /* of the chain */
    char texts[BENCH_HASHED_TEXTS][64];
    postern_str hashed[BENCH_HASHED_TEXTS];
};

/* False when there is no memory. */
bool bench_yardsticks_start(struct bench_yardsticks *yardsticks,
                            const struct bench_clock *clock,
                            size_t chain_bytes);
/* The same from large pages (pages.h), for what lies in such. */
bool bench_yardsticks_start_in(struct bench_yardsticks *yardsticks,
                               const struct bench_clock *clock,
                               size_t chain_bytes);
void bench_yardsticks_stop(struct bench_yardsticks *yardsticks);

/* Nanoseconds to hash one of the texts when it is needed to go on. */
double bench_hash_ns(struct bench_yardsticks *yardsticks);

/* Nanoseconds of a load whose address is known when the one before it is
 * there. */
double bench_miss_ns(struct bench_yardsticks *yardsticks);

#endif
