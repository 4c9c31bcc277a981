/* The hash of identifiers: see id.h for what it may be used for. */
#include "pdp/hash_words.h"
#include "pdp/id.h"

static const uint64_t LOW_BITS = 0x0101010101010101U; /* of each byte */

/* 'A'..'Z' to 'a'..'z' in eight bytes at once; other bytes stay. */
static uint64_t fold8(uint64_t bytes)
{
    uint64_t low = bytes & (LOW_BITS * 0x7F);
    uint64_t from_a = low + LOW_BITS * (0x80 - 'A');
    uint64_t past_z = low + LOW_BITS * (0x7F - 'Z');
    uint64_t upper = (from_a ^ past_z) & ~bytes & (LOW_BITS * 0x80);

    return bytes | upper >> 2;
}

uint64_t pst_hash(postern_str text)
{
    return pst_hash_bytes(text.data, text.len);
}

/* That of the text in lower case. */
uint64_t pst_hash_domain(postern_str text)
{
    uint64_t hash = pst_hash_mix(text.len + 1);

    if (text.len < 8) {
        return pst_hash_mix(hash ^ fold8(pst_load_short(text.data, text.len)));
    }
    for (size_t i = 0; i + 8 <= text.len; i += 8) {
        hash = pst_hash_mix(hash ^ fold8(pst_load8(text.data + i)));
    }
    return pst_hash_mix(hash ^ fold8(pst_load8(text.data + text.len - 8)));
}

uint64_t pst_hash_join(uint32_t kind, uint64_t domain, uint64_t first,
                       uint64_t second)
{
    return pst_hash_joined(kind, domain, first, second);
}
