/*
 * Choices drawn from a string of bytes, so that a fuzzer and a seeded generator
 * of random numbers both drive what is built from them. After the last byte
 * every choice is the first one.
 */
#ifndef TESTS_SUPPORT_BYTES_H
#define TESTS_SUPPORT_BYTES_H

#include "support/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    const uint8_t *data;
    size_t size;
    size_t at;
};

static inline uint32_t bytes_next(struct bytes *bytes)
{
    return bytes->at < bytes->size ? bytes->data[bytes->at++] : 0;
}

/* From 0 to count - 1; one byte while that is enough. */
static inline uint32_t bytes_below(struct bytes *bytes, uint32_t count)
{
    uint32_t value = bytes_next(bytes);

    if (count > 256) {
        value = value << 8 | bytes_next(bytes);
    }
    return value % count;
}

/* True in `per_cent` of all cases; false when the bytes have run out. */
static inline bool bytes_chance(struct bytes *bytes, uint32_t per_cent)
{
    return bytes_next(bytes) >= 256 - per_cent * 256 / 100;
}

/* Fills a buffer for one case. */
static inline struct bytes bytes_random(uint8_t *buffer, size_t size,
                                        struct rng *rng)
{
    for (size_t i = 0; i < size; i++) {
        buffer[i] = (uint8_t)(rng_bits(rng) >> 56);
    }
    return (struct bytes){buffer, size, 0};
}

#endif
