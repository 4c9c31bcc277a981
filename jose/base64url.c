/* Four characters at a time: a table for each of the four places says what a
 * character brings to the 24 bits, so that they only have to be put together.
 * What is wrong with any of them is collected and looked at once. */
#include "jose/base64url.h"

enum { PLACES = 4, WRONG_SHIFT = 24 }; /* above all that is right */

/* clang-format off */
#define NO UINT32_C(0xFF000000)
#define NO8 NO, NO, NO, NO, NO, NO, NO, NO
#define IS(value, shift) UINT32_C(value) << (shift)
/* The values in the order of the characters, 32 to 127; the rest is wrong. */
#define TABLE(s)                                                               \
    {NO8, NO8, NO8, NO8,                                                       \
     NO8, NO, NO, NO, NO, NO, IS(62, s), NO, NO,                               \
     IS(52, s), IS(53, s), IS(54, s), IS(55, s),                               \
     IS(56, s), IS(57, s), IS(58, s), IS(59, s),                               \
     IS(60, s), IS(61, s), NO, NO, NO, NO, NO, NO,                             \
     NO, IS(0, s), IS(1, s), IS(2, s), IS(3, s), IS(4, s), IS(5, s), IS(6, s), \
     IS(7, s), IS(8, s), IS(9, s), IS(10, s),                                  \
     IS(11, s), IS(12, s), IS(13, s), IS(14, s),                               \
     IS(15, s), IS(16, s), IS(17, s), IS(18, s),                               \
     IS(19, s), IS(20, s), IS(21, s), IS(22, s),                               \
     IS(23, s), IS(24, s), IS(25, s), NO, NO, NO, NO, IS(63, s),               \
     NO, IS(26, s), IS(27, s), IS(28, s),                                      \
     IS(29, s), IS(30, s), IS(31, s), IS(32, s),                               \
     IS(33, s), IS(34, s), IS(35, s), IS(36, s),                               \
     IS(37, s), IS(38, s), IS(39, s), IS(40, s),                               \
     IS(41, s), IS(42, s), IS(43, s), IS(44, s),                               \
     IS(45, s), IS(46, s), IS(47, s), IS(48, s),                               \
     IS(49, s), IS(50, s), IS(51, s), NO, NO, NO, NO, NO,                      \
     NO8, NO8, NO8, NO8, NO8, NO8, NO8, NO8,                                   \
     NO8, NO8, NO8, NO8, NO8, NO8, NO8, NO8}
static const uint32_t values[PLACES][256] = {TABLE(18), TABLE(12), TABLE(6),
                                             TABLE(0)};
#undef TABLE
#undef IS
#undef NO8
#undef NO
/* clang-format on */

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Two or three characters at the end: one byte or two. */
static bool decode_tail(const uint8_t *in, size_t len, uint8_t *out)
{
    uint32_t bits = values[0][in[0]] | values[1][in[1]];
    uint32_t idle = 0xFFFF; /* what stands for nothing */

    out[0] = (uint8_t)(bits >> 16);
    if (len == 3) {
        bits |= values[2][in[2]];
        out[1] = (uint8_t)(bits >> 8);
        idle = 0xFF;
    }
    return bits >> WRONG_SHIFT == 0 && (bits & idle) == 0;
}

bool pst_base64url_decode(postern_str text, uint8_t *out)
{
    const uint8_t *in = (const uint8_t *)text.data;
    size_t tail = text.len % 4;
    uint32_t seen = 0;

    for (size_t quads = text.len / 4; quads > 0; quads--) {
        uint32_t bits = values[0][in[0]] | values[1][in[1]] | values[2][in[2]] |
                        values[3][in[3]];

        seen |= bits;
        out[0] = (uint8_t)(bits >> 16);
        out[1] = (uint8_t)(bits >> 8);
        out[2] = (uint8_t)bits;
        in += 4;
        out += 3;
    }
    return seen >> WRONG_SHIFT == 0 && tail != 1 &&
           (tail == 0 || decode_tail(in, tail, out));
}

void pst_base64url_encode(postern_str bytes, char *out)
{
    const uint8_t *in = (const uint8_t *)bytes.data;
    size_t tail = bytes.len % 3;
    unsigned bits;

    for (size_t triples = bytes.len / 3; triples > 0; triples--) {
        bits = (unsigned)in[0] << 16 | (unsigned)in[1] << 8 | in[2];
        out[0] = alphabet[bits >> 18];
        out[1] = alphabet[bits >> 12 & 63];
        out[2] = alphabet[bits >> 6 & 63];
        out[3] = alphabet[bits & 63];
        in += 3;
        out += 4;
    }
    if (tail) {
        bits = (unsigned)in[0] << 16 | (tail == 2 ? (unsigned)in[1] << 8 : 0);
        out[0] = alphabet[bits >> 18];
        out[1] = alphabet[bits >> 12 & 63];
    }
    if (tail == 2) {
        out[2] = alphabet[bits >> 6 & 63];
    }
}
