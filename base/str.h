/* Slices: comparing, cutting and folding bytes. No allocation anywhere. */
#ifndef PST_STR_H
#define PST_STR_H

#include <postern/base.h>

#include <string.h>

#define PST_STR(literal)                                                       \
    ((postern_str){(literal), sizeof(literal) - 1}) /* of a string literal */

static inline bool pst_str_equal(postern_str a, postern_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline char pst_fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Equal but for the case of ASCII letters, as domain names are. [ID-03] */
static inline bool pst_str_fold_equal(postern_str a, postern_str b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (pst_fold(a.data[i]) != pst_fold(b.data[i])) {
            return false;
        }
    }
    return true;
}

static inline bool pst_str_is(postern_str text, const char *other)
{
    size_t len = strlen(other);

    return text.len == len && (len == 0 || memcmp(text.data, other, len) == 0);
}

/* Position of the first `c` at or after `from`, or text.len. */
static inline size_t pst_str_find(postern_str text, size_t from, char c)
{
    const char *hit = NULL;

    if (from < text.len) {
        hit = (const char *)memchr(text.data + from, c, text.len - from);
    }
    return hit ? (size_t)(hit - text.data) : text.len;
}

/* Bytes [from, to) of text; both are cut to its length. */
static inline postern_str pst_str_slice(postern_str text, size_t from,
                                        size_t to)
{
    to = to < text.len ? to : text.len;
    from = from < to ? from : to;
    return (postern_str){text.data ? text.data + from : NULL, to - from};
}

/* Lexicographic by bytes, shorter first: <0, 0, >0. */
static inline int pst_str_order(postern_str a, postern_str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.data, b.data, len) : 0;

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

#endif
