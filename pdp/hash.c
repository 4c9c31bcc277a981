/* The hash of identifiers: see id.h for what it may be used for. */
#include "pdp/id.h"

static const uint64_t MULTIPLIER = 0x9E3779B97F4A7C15U;
static const uint64_t LOW_BITS = 0x0101010101010101U; /* of each byte */

static uint64_t mix(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= MULTIPLIER;
    return hash ^ (hash >> 29);
}

static uint64_t load8(const char *bytes)
{
    uint64_t value;

    memcpy(&value, bytes, sizeof value);
    return value;
}

static uint64_t load4(const char *bytes)
{
    uint32_t value;

    memcpy(&value, bytes, sizeof value);
    return value;
}

/* All of a text of fewer than eight bytes; its length is hashed apart. */
static uint64_t load_short(postern_str text)
{
    if (text.len >= 4) {
        return load4(text.data) | load4(text.data + text.len - 4) << 32;
    }
    if (text.len == 0) {
        return 0;
    }
    return (uint64_t)(unsigned char)text.data[0] |
           (uint64_t)(unsigned char)text.data[text.len / 2] << 8 |
           (uint64_t)(unsigned char)text.data[text.len - 1] << 16;
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
        return mix(hash ^ load_short(text));
    }
    for (; i + 8 <= text.len; i += 8) {
        hash = mix(hash ^ load8(text.data + i));
    }
    return mix(hash ^ load8(text.data + text.len - 8));
}

uint64_t pst_hash_domain(postern_str text)
{
    uint64_t hash = mix(text.len + 1);
    size_t i = 0;

    if (text.len < 8) {
        return mix(hash ^ fold8(load_short(text)));
    }
    for (; i + 8 <= text.len; i += 8) {
        hash = mix(hash ^ fold8(load8(text.data + i)));
    }
    return mix(hash ^ fold8(load8(text.data + text.len - 8)));
}

uint64_t pst_hash_join(uint32_t kind, uint64_t domain, uint64_t first,
                       uint64_t second)
{
    uint64_t hash = mix(domain + kind);

    hash = mix(hash ^ first);
    return mix(hash * MULTIPLIER + second);
}
