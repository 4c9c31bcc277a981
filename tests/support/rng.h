/*
 * Numbers for random tests: splitmix64, the same on every machine. Tests start
 * it with a fixed seed and print what they drew when they fail.
 */
#ifndef TESTS_SUPPORT_RNG_H
#define TESTS_SUPPORT_RNG_H

#include <stdint.h>

struct rng {
    uint64_t state;
};

static inline uint64_t rng_bits(struct rng *rng)
{
    uint64_t z = (rng->state += 0x9E3779B97F4A7C15u);

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* From 0 to count - 1; the bias of the remainder does not matter here. */
static inline uint32_t rng_below(struct rng *rng, uint32_t count)
{
    return (uint32_t)(rng_bits(rng) % count);
}

/* From low to high, both included. */
static inline int64_t rng_between(struct rng *rng, int64_t low, int64_t high)
{
    return low + (int64_t)(rng_bits(rng) % (uint64_t)(high - low + 1));
}

/* From 0 to 1, 1 excluded. */
static inline double rng_unit(struct rng *rng)
{
    return (double)(rng_bits(rng) >> 11) * 0x1p-53;
}

#endif
