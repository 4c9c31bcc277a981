/* The hash of identifiers: see id.h for what it may be used for. */
#include "pdp/hash_words.h"
#include "pdp/id.h"

/* 'A'..'Z' to 'a'..'z' in eight bytes at once; other bytes stay. */
static uint64_t fold8(uint64_t bytes)
{
    uint64_t upper =
        pst_bytes_within(bytes & ~PST_HIGH_BITS, 'A', 'Z') & ~bytes;

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
