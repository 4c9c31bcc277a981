/* Texts that collide in the hashes of the compiled form. */
#ifndef TESTS_SUPPORT_COLLIDING_H
#define TESTS_SUPPORT_COLLIDING_H

#include "pdp/pattern_words.h"

#include <stdlib.h>
#include <string.h>

#define COLLIDING_LETTERS                                                      \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"                                               \
    "abcdefghijklmnopqrstuvwxyz0123456789-._~"

/* Two texts of four of the letters with the same hash, found by trying; any of
 * them in a row collide again: 2^k texts with one hash. */
static inline bool find_twins_of(const char *letters, char twins[2][5],
                                 uint32_t start)
{
    enum { SLOTS = 1 << 20, TRIES = 400000 };
    const size_t count = strlen(letters);
    uint64_t *seen = calloc(SLOTS, sizeof *seen);
    bool found = false;

    if (!seen) {
        abort();
    }
    for (uint32_t i = 0; i < TRIES && !found; i++) {
        uint64_t rest = i * UINT64_C(0x9E3779B97F4A7C15) >> 20;
        uint32_t hash = start;
        char text[5] = {0};
        uint32_t slot;

        for (int k = 0; k < 4; k++) {
            text[k] = letters[rest % count];
            rest /= count;
            hash = pst_anchor_hash_add(hash, text[k]);
        }
        slot = hash * UINT32_C(0x9E3779B1) >> 12;
        for (; seen[slot]; slot = (slot + 1) % SLOTS) {
            char other[5] = {0};

            memcpy(other, (const char *)&seen[slot] + 4, 4);
            if (memcmp(&seen[slot], &hash, 4) == 0 &&
                memcmp(other, text, 4) != 0) {
                memcpy(twins[0], text, 5);
                memcpy(twins[1], other, 5);
                found = true;
                break;
            }
        }
        memcpy(&seen[slot], &hash, 4);
        memcpy((char *)&seen[slot] + 4, text, 4);
    }
    free(seen);
    return found;
}

static inline bool find_twins(char twins[2][5], uint32_t start)
{
    return find_twins_of(COLLIDING_LETTERS, twins, start);
}

#endif
