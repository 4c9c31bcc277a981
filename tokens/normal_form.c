/*
 * Normalization form KC by libunistring. Tables of Unicode are data that others
 * keep up to date; this library is part of every Debian, has no tables of the
 * locale, and normalizes UTF-8 where it stands. [KDF-17]
 */
#include "tokens/normal_form.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uninorm.h>
#include <unistr.h>

/* Control characters of ASCII; those of Unicode that no name needs are left to
 * whoever compares names. */
static bool has_control(postern_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];

        if (c < ' ' || c == 0x7F) {
            return true;
        }
    }
    return false;
}

static bool is_ascii(postern_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.data[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

postern_status pst_normal_form(struct pst_normal_form *out, postern_str text)
{
    const uint8_t *bytes = (const uint8_t *)text.data;
    size_t len = sizeof out->data;
    uint8_t *normal;

    if (text.len > sizeof out->data) {
        return POSTERN_ERR_LIMIT;
    }
    if (text.len == 0 || has_control(text) || u8_check(bytes, text.len)) {
        return POSTERN_ERR_SYNTAX;
    }
    if (is_ascii(text)) {
        memcpy(out->data, text.data, text.len);
        out->len = text.len;
        return POSTERN_OK;
    }
    normal =
        u8_normalize(UNINORM_NFKC, bytes, text.len, (uint8_t *)out->data, &len);
    if (!normal) {
        return errno == ENOMEM ? POSTERN_ERR_MEMORY : POSTERN_ERR_SYNTAX;
    }
    if (normal != (uint8_t *)out->data) {
        free(normal); /* it did not fit */
        return POSTERN_ERR_LIMIT;
    }
    out->len = len;
    return POSTERN_OK;
}
