/* Between R|S and DER, in buffers of fixed size. */
#include "jose/ecdsa_form.h"

#include <string.h>

enum { SEQUENCE = 0x30, INTEGER = 0x02, LONG = 0x81, FIELD_MAX = 66 };

/* The orders n of the groups, big endian (FIPS 186-4 D.1.2). */
static const uint8_t order_p256[] = {
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17,
    0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51};
static const uint8_t order_p384[] = {
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xC7, 0x63, 0x4D, 0x81, 0xF4, 0x37, 0x2D, 0xDF, 0x58, 0x1A, 0x0D, 0xB2,
    0x48, 0xB0, 0xA7, 0x7A, 0xEC, 0xEC, 0x19, 0x6A, 0xCC, 0xC5, 0x29, 0x73};
static const uint8_t order_p521[] = {
    0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFA, 0x51, 0x86, 0x87, 0x83, 0xBF, 0x2F, 0x96, 0x6B, 0x7F, 0xCC,
    0x01, 0x48, 0xF7, 0x09, 0xA5, 0xD0, 0x3B, 0xB5, 0xC9, 0xB8, 0x89,
    0x9C, 0x47, 0xAE, 0xBB, 0x6F, 0xB7, 0x1E, 0x91, 0x38, 0x64, 0x09};

static const uint8_t *order_of(enum pst_curve curve)
{
    return curve == PST_P256   ? order_p256
           : curve == PST_P384 ? order_p384
                               : order_p521;
}

/* Leading zeros, at least one digit left. */
static size_t zeros(const uint8_t *number, size_t size)
{
    size_t count = 0;

    while (count + 1 < size && number[count] == 0) {
        count++;
    }
    return count;
}

static bool is_in_range(enum pst_curve curve, const uint8_t *number)
{
    size_t size = pst_field_size(curve);

    return number[zeros(number, size)] != 0 &&
           memcmp(number, order_of(curve), size) < 0;
}

/* An INTEGER: shortest, and not negative. Returns its bytes. */
static size_t put_integer(uint8_t *out, const uint8_t *number, size_t size)
{
    size_t skip = zeros(number, size);
    size_t pad = number[skip] >= 0x80;

    out[0] = INTEGER;
    out[1] = (uint8_t)(size - skip + pad);
    out[2] = 0;
    memcpy(out + 2 + pad, number + skip, size - skip);
    return 2 + pad + size - skip;
}

bool pst_ecdsa_to_der(enum pst_curve curve, const uint8_t *raw,
                      uint8_t der[PST_DER_MAX], size_t *size)
{
    size_t field = pst_field_size(curve);
    uint8_t body[2 * (3 + FIELD_MAX)];
    size_t length;
    size_t head;

    if (!is_in_range(curve, raw) || !is_in_range(curve, raw + field)) {
        return false;
    }
    length = put_integer(body, raw, field);
    length += put_integer(body + length, raw + field, field);
    head = length < 0x80 ? 2 : 3;
    der[0] = SEQUENCE;
    der[1] = LONG;
    der[head - 1] = (uint8_t)length;
    memcpy(der + head, body, length);
    *size = head + length;
    return true;
}

/* An INTEGER at *at into `size` bytes; *at moves behind it. */
static bool take_integer(const uint8_t *der, size_t end, size_t *at,
                         uint8_t *out, size_t size)
{
    const uint8_t *number;
    size_t length;

    if (end - *at < 3 || der[*at] != INTEGER || der[*at + 1] == 0 ||
        der[*at + 1] > end - *at - 2) {
        return false;
    }
    number = der + *at + 2;
    length = der[*at + 1];
    *at += 2 + length;
    if (number[0] == 0 && length > 1) {
        number++;
        length--;
    }
    if (length > size) {
        return false;
    }
    memset(out, 0, size - length);
    memcpy(out + size - length, number, length);
    return true;
}

bool pst_ecdsa_from_der(enum pst_curve curve, const uint8_t *der, size_t size,
                        uint8_t *raw)
{
    size_t field = pst_field_size(curve);
    size_t at = size > 2 && der[1] == LONG ? 3 : 2;

    return size > at && der[0] == SEQUENCE && der[at - 1] == size - at &&
           take_integer(der, size, &at, raw, field) &&
           take_integer(der, size, &at, raw + field, field) && at == size;
}
