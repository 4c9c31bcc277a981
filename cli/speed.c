#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include "cli/speed.h"

#include "base/memory.h"

#include <string.h>
#include <time.h>

enum {
    LINE = 64,
    LINES = 1 << 20, /* 64 MiB: more than most caches */
    LOADS = 20000,
    TABLE = 4096, /* 16 KiB: less than any */
    HALVES = 12,  /* to search it */
    SEARCHES = 4000,
    ROUNDS = 7
};

/* A congruence that comes to every number below a power of 2. */
static uint32_t next(uint32_t number)
{
    return number * 1664525u + 1013904223u;
}

/* Of this process: while others run it stands still. */
static bool now_ns(double *ns)
{
    struct timespec now;

    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0) {
        return false;
    }
    *ns = (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
    return true;
}

/* Where to load next depends on what was loaded, which is 0: nothing can be
 * fetched ahead. */
static uint32_t walk(const unsigned char *memory, uint32_t at)
{
    for (uint32_t i = 0; i < LOADS; i++) {
        uint32_t line = next(at) % LINES;

        at = next(at) + memory[(size_t)line * LINE];
    }
    return at;
}

static uint32_t search(const uint32_t table[TABLE], uint32_t seed)
{
    uint32_t sum = seed;

    for (uint32_t i = 0; i < SEARCHES; i++) {
        uint32_t wanted = next(sum);
        uint32_t low = 0;
        uint32_t high = TABLE;

        while (low < high) {
            uint32_t middle = low + (high - low) / 2;

            if (table[middle] < wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        sum = wanted + low;
    }
    return sum;
}

static double lesser(double a, double b)
{
    return a < b ? a : b;
}

/* The fastest of some rounds: the others were disturbed. */
static bool measure(struct pst_speed *speed, const unsigned char *memory,
                    const uint32_t table[TABLE])
{
    double line_ns = 1e9;
    double step_ns = 1e9;
    volatile uint32_t kept = 1; /* or nothing need be done */

    for (int i = 0; i < ROUNDS; i++) {
        double begin;
        double between;
        double end;

        if (!now_ns(&begin)) {
            return false;
        }
        kept = walk(memory, kept);
        if (!now_ns(&between)) {
            return false;
        }
        kept = search(table, kept);
        if (!now_ns(&end)) {
            return false;
        }
        line_ns = lesser(line_ns, (between - begin) / LOADS);
        step_ns = lesser(step_ns, (end - between) / SEARCHES / HALVES);
    }
    *speed = (struct pst_speed){line_ns, step_ns};
    return speed->line_ns > 0 && speed->step_ns > 0;
}

bool pst_speed_measure(struct pst_speed *speed)
{
    postern_allocator allocator = pst_allocator_of(NULL);
    size_t size = (size_t)LINES * LINE;
    unsigned char *memory = pst_alloc(&allocator, size);
    uint32_t table[TABLE];
    bool measured;

    *speed = (struct pst_speed){0, 0};
    if (!memory) {
        return false;
    }
    memset(memory, 0, size); /* pages that are really there */
    for (uint32_t i = 0; i < TABLE; i++) {
        table[i] = i * (UINT32_MAX / TABLE);
    }
    measured = measure(speed, memory, table);
    pst_release(&allocator, memory, size);
    return measured;
}
