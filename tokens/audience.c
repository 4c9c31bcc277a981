#include "tokens/audience.h"

#include "base/str.h"

/* ---- one segment --------------------------------------------------------- */

/* Borders of the prefixes of a piece, as Knuth, Morris and Pratt use them. */
static void find_borders(postern_str piece, uint16_t *borders)
{
    size_t border = 0;

    borders[0] = 0;
    for (size_t i = 1; i < piece.len; i++) {
        while (border && piece.data[i] != piece.data[border]) {
            border = borders[border - 1];
        }
        border += piece.data[i] == piece.data[border];
        borders[i] = (uint16_t)border;
    }
}

/* Behind the first occurrence of a piece at or after `from`; len + 1: none. */
static size_t find_behind(postern_str text, size_t from, postern_str piece)
{
    uint16_t borders[PST_SEGMENT_MAX];
    size_t matched = 0;

    if (piece.len > text.len) {
        return text.len + 1;
    }
    find_borders(piece, borders);
    for (size_t i = from; i < text.len; i++) {
        while (matched && text.data[i] != piece.data[matched]) {
            matched = borders[matched - 1];
        }
        matched += text.data[i] == piece.data[matched];
        if (matched == piece.len) {
            return i + 1;
        }
    }
    return text.len + 1;
}

static bool ends_with(postern_str text, postern_str end)
{
    return text.len >= end.len &&
           pst_str_equal(pst_str_slice(text, text.len - end.len, text.len),
                         end);
}

/* Each piece at its first place behind the one before: if any choice of places
 * works, this one does. */
bool pst_segment_fits(postern_str pattern, postern_str segment)
{
    size_t star = pst_str_find(pattern, 0, '*');
    size_t at = star;

    if (star == pattern.len) {
        return pst_str_equal(pattern, segment);
    }
    if (segment.len > PST_SEGMENT_MAX ||
        !pst_str_equal(pst_str_slice(segment, 0, star),
                       pst_str_slice(pattern, 0, star)) ||
        star > segment.len) {
        return false;
    }
    for (;;) {
        size_t from = star + 1;
        postern_str piece;

        star = pst_str_find(pattern, from, '*');
        piece = pst_str_slice(pattern, from, star);
        if (star == pattern.len) {
            return ends_with(pst_str_slice(segment, at, segment.len), piece);
        }
        if (piece.len) {
            at = find_behind(segment, at, piece);
        }
        if (at > segment.len) {
            return false;
        }
    }
}

/* ---- entries ------------------------------------------------------------- */

/* Stars and slashes: it would fit every CSE. */
static bool is_any(postern_str entry)
{
    for (size_t i = 0; i < entry.len; i++) {
        if (entry.data[i] != '*' && entry.data[i] != '/') {
            return false;
        }
    }
    return pst_str_find(entry, 0, '*') < entry.len;
}

/* Letter by letter, as most entries are. */
static bool is_exactly(postern_str entry, const postern_cse *cse)
{
    size_t slash = 2 + cse->domain.len;

    return entry.len == slash + 1 + cse->name.len && entry.data[0] == '/' &&
           entry.data[1] == '/' && entry.data[slash] == '/' &&
           pst_str_equal(pst_str_slice(entry, 2, slash), cse->domain) &&
           pst_str_equal(pst_str_slice(entry, slash + 1, entry.len), cse->name);
}

/* //domain/name and nothing behind it. */
static bool fits(postern_str entry, const postern_cse *cse)
{
    size_t slash;

    if (is_exactly(entry, cse)) {
        return true;
    }
    slash = pst_str_find(entry, 2, '/');
    return pst_str_is(pst_str_slice(entry, 0, 2), "//") && slash < entry.len &&
           pst_str_find(entry, slash + 1, '/') == entry.len &&
           pst_segment_fits(pst_str_slice(entry, slash + 1, entry.len),
                            cse->name) &&
           pst_segment_fits(pst_str_slice(entry, 2, slash), cse->domain);
}

bool pst_audience_names(const postern_claims *claims, const postern_cse *cse,
                        bool may_be_any)
{
    for (size_t i = 0; i < claims->audience_count; i++) {
        postern_str entry = claims->audience[i];

        if (is_any(entry)
                ? may_be_any && (pst_str_is(entry, "*") || fits(entry, cse))
                : fits(entry, cse)) {
            return true;
        }
    }
    return false;
}

bool pst_audience_is(const postern_claims *claims, const postern_cse *cse)
{
    return claims->audience_count == 1 &&
           pst_str_find(claims->audience[0], 0, '*') ==
               claims->audience[0].len &&
           fits(claims->audience[0], cse);
}
