/* The hash of identifiers: see id.h for what it may be used for. */
#include "pdp/id.h"

#include "base/bytes.h"

static const uint64_t MULTIPLIER = 0x9E3779B97F4A7C15U;
static const uint64_t LOW_BITS = 0x0101010101010101U; /* of each byte */

static uint64_t mix(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= MULTIPLIER;
    return hash ^ (hash >> 29);
}

/* 'A'..'Z' to 'a'..'z' in eight bytes at once; other bytes stay. */
static uint64_t fold8(uint64_t bytes)
{
    uint64_t low = bytes & (LOW_BITS * 0x7F);
    uint64_t from_a = low + LOW_BITS * (0x80 - 'A');
    uint64_t past_z = low + LOW_BITS * (0x7F - 'Z');
    uint64_t upper = (from_a ^ past_z) & ~bytes & (LOW_BITS * 0x80);

    return bytes | upper >> 2;
}

/* The last eight bytes are read again when the length is no multiple of 8. */
uint64_t pst_hash(postern_str text)
{
    uint64_t hash = mix(text.len + 1);
    size_t i = 0;

    if (text.len < 8) {
        return mix(hash ^ pst_load_short(text.data, text.len));
    }
    for (; i + 8 <= text.len; i += 8) {
        hash = mix(hash ^ pst_load8(text.data + i));
    }
    return mix(hash ^ pst_load8(text.data + text.len - 8));
}

uint64_t pst_hash_domain(postern_str text)
{
    uint64_t hash = mix(text.len + 1);
    size_t i = 0;

    if (text.len < 8) {
        return mix(hash ^ fold8(pst_load_short(text.data, text.len)));
    }
    for (; i + 8 <= text.len; i += 8) {
        hash = mix(hash ^ fold8(pst_load8(text.data + i)));
    }
    return mix(hash ^ fold8(pst_load8(text.data + text.len - 8)));
}

uint64_t pst_hash_join(uint32_t kind, uint64_t domain, uint64_t first,
                       uint64_t second)
{
    uint64_t hash = mix(domain + kind);

    hash = mix(hash ^ first);
    return mix(hash * MULTIPLIER + second);
}
