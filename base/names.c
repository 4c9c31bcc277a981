/* Characters of names, domain names and segments. Runs for every request: one
 * pass over the bytes, nothing copied. */
#include "base/names.h"

enum { LABEL = 1, OTHER = 2 }; /* characters of a label; the rest: . _ ~ */

#define DIGITS(d) ['0' + (d)] = LABEL
#define LETTERS(l) ['A' + (l)] = LABEL, ['a' + (l)] = LABEL

static const uint8_t char_kinds[256] = {
    DIGITS(0),   DIGITS(1),     DIGITS(2),     DIGITS(3),     DIGITS(4),
    DIGITS(5),   DIGITS(6),     DIGITS(7),     DIGITS(8),     DIGITS(9),
    LETTERS(0),  LETTERS(1),    LETTERS(2),    LETTERS(3),    LETTERS(4),
    LETTERS(5),  LETTERS(6),    LETTERS(7),    LETTERS(8),    LETTERS(9),
    LETTERS(10), LETTERS(11),   LETTERS(12),   LETTERS(13),   LETTERS(14),
    LETTERS(15), LETTERS(16),   LETTERS(17),   LETTERS(18),   LETTERS(19),
    LETTERS(20), LETTERS(21),   LETTERS(22),   LETTERS(23),   LETTERS(24),
    LETTERS(25), ['-'] = LABEL, ['.'] = OTHER, ['_'] = OTHER, ['~'] = OTHER,
};

bool pst_is_unreserved(char c)
{
    return char_kinds[(unsigned char)c] != 0;
}

bool pst_is_segment(postern_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!pst_is_unreserved(text.data[i])) {
            return false;
        }
    }
    return text.len > 0;
}

static bool is_label_char(char c)
{
    return char_kinds[(unsigned char)c] == LABEL;
}

static bool is_label(postern_str text)
{
    if (text.len == 0 || text.len > 63 || text.data[0] == '-' ||
        text.data[text.len - 1] == '-') {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (!is_label_char(text.data[i])) {
            return false;
        }
    }
    return true;
}

bool pst_is_domain(postern_str text)
{
    size_t from = 0;

    if (text.len == 0 || text.len > 253) {
        return false;
    }
    while (from <= text.len) {
        size_t dot = pst_str_find(text, from, '.');

        if (!is_label(pst_str_slice(text, from, dot))) {
            return false;
        }
        from = dot + 1;
    }
    return true;
}

postern_str pst_domain_trim(postern_str text)
{
    if (text.len > 1 && text.data[text.len - 1] == '.') {
        text.len--;
    }
    return text;
}
