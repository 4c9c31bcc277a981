/*
 * base64url as JOSE writes it (RFC 7515 section 2), and in no other spelling:
 * two texts never stand for the same bytes. [JWT-16]
 */
#ifndef PST_BASE64URL_H
#define PST_BASE64URL_H

#include <postern/base.h>

/* Bytes that `len` characters stand for. */
static inline size_t pst_base64url_bytes(size_t len)
{
    return len / 4 * 3 + len % 4 * 3 / 4;
}

/* Characters that stand for `size` bytes. */
static inline size_t pst_base64url_length(size_t size)
{
    return size / 3 * 4 + (size % 3 ? size % 3 + 1 : 0);
}

/*
 * Writes pst_base64url_bytes(text.len) bytes. `out` may be the text itself: it
 * is written from its beginning, and never ahead of what was read.
 *
 * False, and `out` holds nothing of use, when there is a character of another
 * alphabet ("=", blanks and line breaks are), a single one at the end, or bits
 * at the end that stand for nothing and are not zero.
 */
POSTERN_NODISCARD bool pst_base64url_decode(postern_str text, uint8_t *out);

/* Writes pst_base64url_length(bytes.len) characters to `out`, elsewhere. */
void pst_base64url_encode(postern_str bytes, char *out);

#endif
