#include "pdp/wildcard.h"

#include "base/str.h"

/* failures[i]: length of the longest proper prefix of the piece that ends with
 * pattern[i] and is a suffix of it up to there. Each piece starts anew. */
void pst_wildcard_prepare(postern_str pattern, uint16_t *failures)
{
    size_t start = 0; /* of the piece */
    size_t length = 0;

    for (size_t i = 0; i < pattern.len; i++) {
        if (pattern.data[i] == '*') {
            start = i + 1;
        }
        if (i <= start) {
            failures[i] = 0;
            length = 0;
            continue;
        }
        while (length && pattern.data[i] != pattern.data[start + length]) {
            length = failures[start + length - 1];
        }
        length += pattern.data[i] == pattern.data[start + length];
        failures[i] = (uint16_t)length;
    }
}

static char byte_at(postern_str text, size_t i, bool fold)
{
    return fold ? pst_fold(text.data[i]) : text.data[i];
}

static bool equal(postern_str piece, postern_str text, bool fold)
{
    return fold ? pst_str_fold_equal(piece, text) : pst_str_equal(piece, text);
}

/* End of the first place of `piece` in text[from..), or 0 if there is none. */
static size_t search(postern_str piece, const uint16_t *failures,
                     postern_str text, size_t from, bool fold)
{
    size_t length = 0;

    for (size_t i = from; i < text.len; i++) {
        char c = byte_at(text, i, fold);

        while (length && piece.data[length] != c) {
            length = failures[length - 1];
        }
        length += piece.data[length] == c;
        if (length == piece.len) {
            return i + 1;
        }
    }
    return 0;
}

/* The pieces between the first and the last "*", each at its first place. */
static bool middle_fits(postern_str pattern, const uint16_t *failures,
                        postern_str text, bool fold)
{
    size_t from = 0;
    size_t start = 0;

    while (start < pattern.len) {
        size_t star = pst_str_find(pattern, start, '*');
        postern_str piece = pst_str_slice(pattern, start, star);

        if (piece.len) {
            from = search(piece, failures + start, text, from, fold);
            if (from == 0) {
                return false;
            }
        }
        start = star + 1;
    }
    return true;
}

static size_t last_star(postern_str pattern)
{
    size_t i = pattern.len;

    while (pattern.data[i - 1] != '*') {
        i--;
    }
    return i - 1;
}

static bool fits(postern_str pattern, const uint16_t *failures,
                 postern_str text, bool fold)
{
    size_t first = pst_str_find(pattern, 0, '*');
    size_t last;
    size_t tail;

    if (first == pattern.len) {
        return equal(pattern, text, fold);
    }
    last = last_star(pattern);
    tail = pattern.len - last - 1;
    if (text.len < first + tail || /* the ends may not share characters */
        !equal(pst_str_slice(pattern, 0, first), pst_str_slice(text, 0, first),
               fold) ||
        !equal(pst_str_slice(pattern, last + 1, pattern.len),
               pst_str_slice(text, text.len - tail, text.len), fold)) {
        return false;
    }
    return last == first ||
           middle_fits(pst_str_slice(pattern, first + 1, last),
                       failures + first + 1,
                       pst_str_slice(text, first, text.len - tail), fold);
}

bool pst_wildcard_matches(postern_str pattern, const uint16_t *failures,
                          postern_str text)
{
    return fits(pattern, failures, text, false);
}

bool pst_wildcard_matches_folded(postern_str pattern, const uint16_t *failures,
                                 postern_str text)
{
    return fits(pattern, failures, text, true);
}
