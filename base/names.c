/* Characters of names, domain names and segments. Runs for every request: one
 * pass over the bytes, eight at a time where they are as they should be,
 * nothing copied. */
#include "base/names.h"

#include "base/bytes.h"

enum { LABEL = 1, OTHER = 2 }; /* characters of a label; the rest: . _ ~ */
enum { LONGEST_LABEL = 63, LONGEST_DOMAIN = 253 };

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

/* ---- eight characters at once ------------------------------------------- */

/* A bit in each byte that is not of char_kinds. Upper case becomes lower case,
 * and nothing else becomes a letter by that. */
static uint64_t not_unreserved(uint64_t bytes)
{
    uint64_t low = bytes & ~PST_HIGH_BITS;
    uint64_t hits =
        pst_bytes_within(low | PST_EACH_BYTE * 0x20, 'a', 'z') |
        pst_bytes_within(low, '0', '9') | pst_bytes_within(low, '-', '.') |
        pst_bytes_within(low, '_', '_') | pst_bytes_within(low, '~', '~');

    return (~hits | bytes) & PST_HIGH_BITS;
}

/* ---- segments ---------------------------------------------------------- */

static size_t short_segment_end(postern_str text, size_t from)
{
    while (from < text.len && pst_is_unreserved(text.data[from])) {
        from++;
    }
    return from;
}

/* The bytes behind the end are none of a segment either. */
size_t pst_segment_end(postern_str text, size_t from)
{
    if (text.len < 8) {
        return short_segment_end(text, from);
    }
    for (; from < text.len; from += 8) {
        size_t left = text.len - from;
        uint64_t others = not_unreserved(
            left >= 8 ? pst_load8(text.data + from)
                      : pst_load_last(text.data + text.len, left));

        if (others) {
            return from + pst_first_byte(others);
        }
    }
    return from;
}

bool pst_is_segment(postern_str text)
{
    return text.len > 0 && pst_segment_end(text, 0) == text.len;
}

/* A label may not begin or end with a hyphen: `before` is the character in
 * front of a dot or of the end, `len` how many the label has. */
static bool is_label_end(size_t len, char before)
{
    return len > 0 && len <= LONGEST_LABEL && before != '-';
}

bool pst_is_domain(postern_str text)
{
    size_t len = 0; /* of the label so far */

    if (text.len == 0 || text.len > LONGEST_DOMAIN) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        if (char_kinds[(unsigned char)c] == LABEL) {
            if (c == '-' && len == 0) {
                return false;
            }
            len++;
        } else if (c == '.' && i > 0 && is_label_end(len, text.data[i - 1])) {
            len = 0;
        } else {
            return false;
        }
    }
    return is_label_end(len, text.data[text.len - 1]);
}

postern_str pst_domain_trim(postern_str text)
{
    if (text.len > 1 && text.data[text.len - 1] == '.') {
        text.len--;
    }
    return text;
}
