/*
 * The hash of identifiers, for those who hash so many that a call for each text
 * is too long: hash.c has the functions, id.h says what they may be used for.
 */
#ifndef PST_HASH_WORDS_H
#define PST_HASH_WORDS_H

#include "base/bytes.h"

#define PST_HASH_MULTIPLIER UINT64_C(0x9E3779B97F4A7C15)

static inline uint64_t pst_hash_mix(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= PST_HASH_MULTIPLIER;
    return hash ^ (hash >> 29);
}

/* The last eight bytes are read again when the length is no multiple of 8. */
static inline uint64_t pst_hash_bytes(const char *text, size_t len)
{
    uint64_t hash = pst_hash_mix(len + 1);

    if (len < 8) {
        return pst_hash_mix(hash ^ pst_load_short(text, len));
    }
    for (size_t i = 0; i + 8 <= len; i += 8) {
        hash = pst_hash_mix(hash ^ pst_load8(text + i));
    }
    return pst_hash_mix(hash ^ pst_load8(text + len - 8));
}

static inline uint64_t pst_hash_joined(uint32_t kind, uint64_t domain,
                                       uint64_t first, uint64_t second)
{
    uint64_t hash = pst_hash_mix(domain + kind);

    hash = pst_hash_mix(hash ^ first);
    return pst_hash_mix(hash * PST_HASH_MULTIPLIER + second);
}

#endif
