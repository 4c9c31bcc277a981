/*
 * Short texts as numbers, eight bytes at a time, in the byte order of the
 * machine. The last eight bytes are read again when the length is no multiple
 * of 8, so that nothing outside the text is read.
 */
#ifndef PST_BYTES_H
#define PST_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t pst_load8(const char *bytes)
{
    uint64_t value;

    memcpy(&value, bytes, sizeof value);
    return value;
}

static inline uint64_t pst_load4(const char *bytes)
{
    uint32_t value;

    memcpy(&value, bytes, sizeof value);
    return value;
}

/* All of a text of fewer than eight bytes; its length is not in it. */
static inline uint64_t pst_load_short(const char *bytes, size_t len)
{
    if (len >= 4) {
        return pst_load4(bytes) | pst_load4(bytes + len - 4) << 32;
    }
    if (len == 0) {
        return 0;
    }
    return (uint64_t)(unsigned char)bytes[0] |
           (uint64_t)(unsigned char)bytes[len / 2] << 8 |
           (uint64_t)(unsigned char)bytes[len - 1] << 16;
}

/* The last `len` of at least eight bytes, `len` from 1 to 8, where the first
 * eight of a longer text would be; zero behind them. */
static inline uint64_t pst_load_last(const char *end, size_t len)
{
    uint64_t bytes = pst_load8(end - 8);
    size_t others = 8 * (8 - len);

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return bytes >> others;
#else
    return bytes << others;
#endif
}

/* Position of the first byte of which a bit is set; there is one. */
static inline size_t pst_first_byte(uint64_t bits)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return (size_t)__builtin_ctzll(bits) / 8;
#else
    return (size_t)__builtin_clzll(bits) / 8;
#endif
}

static const uint64_t PST_EACH_BYTE = 0x0101010101010101U;
static const uint64_t PST_HIGH_BITS = 0x8080808080808080U; /* of each byte */

/* The high bit of each byte, of which none is above 127, that is low..high. */
static inline uint64_t pst_bytes_within(uint64_t bytes, char low, char high)
{
    uint64_t from_low = bytes + PST_EACH_BYTE * (0x80u - (unsigned char)low);
    uint64_t past_high = bytes + PST_EACH_BYTE * (0x7Fu - (unsigned char)high);

    return (from_low ^ past_high) & PST_HIGH_BITS;
}

/* What memcmp() says, without the call, and with few branches up to 16 bytes.
 * No bytes have no address. */
static inline bool pst_bytes_equal(const char *a, const char *b, size_t len)
{
    uint64_t differ;

    if (len < 8) {
        return pst_load_short(a, len) == pst_load_short(b, len);
    }
    differ = pst_load8(a) ^ pst_load8(b);
    for (size_t i = 8; i + 8 < len; i += 8) {
        differ |= pst_load8(a + i) ^ pst_load8(b + i);
    }
    return (differ | (pst_load8(a + len - 8) ^ pst_load8(b + len - 8))) == 0;
}

#endif
