/*
 * Bounds of work: what at most is touched and done. Counts that would overflow
 * stay at the largest number, so that a bound is never too small.
 *
 *   line  64 bytes of the block, counted once however often they are read. The
 *         block may lie anywhere: what it is aligned to is not relied on beyond
 *         the 8 bytes of its tables.
 *   step  one thing looked at: an entry, a rule, a window, a character. At most
 *         PST_STEP_RUNS runs of straight code, each of a few instructions;
 *         tests/unit/pdp_cost_test.c counts them.
 */
#ifndef PST_WORK_H
#define PST_WORK_H

#include "base/fetch.h"
#include <postern/pdp.h>

enum { PST_STEP_RUNS = 3 };

static inline uint64_t pst_bound_add(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static inline uint64_t pst_bound_times(uint64_t a, uint64_t b)
{
    return b && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

static inline uint64_t pst_bound_most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static inline uint64_t pst_bound_least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static inline void pst_work_add(postern_work *sum, postern_work more)
{
    sum->lines = pst_bound_add(sum->lines, more.lines);
    sum->steps = pst_bound_add(sum->steps, more.steps);
}

static inline postern_work pst_work_times(postern_work work, uint64_t times)
{
    return (postern_work){pst_bound_times(work.lines, times),
                          pst_bound_times(work.steps, times)};
}

/* Each by itself. */
static inline postern_work pst_work_most(postern_work a, postern_work b)
{
    return (postern_work){pst_bound_most(a.lines, b.lines),
                          pst_bound_most(a.steps, b.steps)};
}

static inline postern_work pst_work_least(postern_work a, postern_work b)
{
    return (postern_work){pst_bound_least(a.lines, b.lines),
                          pst_bound_least(a.steps, b.steps)};
}

/* Lines that so many bytes may lie in, wherever they begin: they end at most
 * bytes - 1 behind their first, which is at most the last of its line. */
static inline uint64_t pst_lines_of(uint64_t bytes)
{
    return bytes ? (bytes + PST_LINE - 2) / PST_LINE + 1 : 0;
}

/* How often `count` can be halved until nothing is left: the most that a
 * search by halves looks at. */
static inline uint64_t pst_halves(uint64_t count)
{
    uint64_t halves = 0;

    for (; count; count /= 2) {
        halves++;
    }
    return halves;
}

#endif
