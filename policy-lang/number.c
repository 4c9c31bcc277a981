/* Integers by hand; reals by strtod(), asked in a way no locale can change. */
#include "policy-lang/number.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>

/* Beyond any exponent of a double, even after PST_NUMBER_MAX digits. */
enum { EXPONENT_MAX = 100000 };

/* So many characters are below INT64_MAX in base 16 and less. */
enum { SHORT = 15 };

static uint32_t digit_of(char c)
{
    if (c >= '0' && c <= '9') {
        return (uint32_t)(c - '0');
    }
    if (c >= 'a' && c <= 'f') {
        return (uint32_t)(c - 'a') + 10;
    }
    return (uint32_t)(c - 'A') + 10;
}

static bool is_sign(char c)
{
    return c == '-' || c == '+';
}

bool pst_number_integer(postern_str text, uint32_t base, int64_t *value)
{
    bool negative = text.len > 0 && text.data[0] == '-';
    uint64_t ceiling = (uint64_t)INT64_MAX + negative;
    uint64_t sum = 0;

    for (size_t i = text.len > 0 && is_sign(text.data[0]); i < text.len; i++) {
        uint32_t digit = digit_of(text.data[i]);

        if (text.len > SHORT && sum > (ceiling - digit) / base) {
            return false; /* sum * base + digit would pass the ceiling */
        }
        sum = sum * base + digit;
    }
    if (!negative) {
        *value = (int64_t)sum;
    } else { /* the one value without a positive twin is INT64_MIN */
        *value = sum == ceiling ? INT64_MIN : -(int64_t)sum;
    }
    return true;
}

static int32_t exponent_of(postern_str text, size_t from)
{
    bool negative = from < text.len && text.data[from] == '-';
    int32_t sum = 0;

    for (size_t i = from; i < text.len; i++) {
        if (!is_sign(text.data[i]) && sum < EXPONENT_MAX) {
            sum = sum * 10 + (text.data[i] - '0');
        }
    }
    return negative ? -sum : sum;
}

/*
 * strtod() wants the decimal point of the locale, which belongs to the program.
 * So the point is taken out and the exponent corrected: 52.09 is 5209e-2.
 */
bool pst_number_real(postern_str text, double *value)
{
    char buffer[PST_NUMBER_MAX + 16];
    struct pst_text plain;
    int32_t behind_dot = 0;
    bool dot = false;
    size_t i;

    if (text.len > PST_NUMBER_MAX) {
        return false;
    }
    pst_text_init(&plain, buffer, sizeof buffer);
    for (i = 0; i < text.len && text.data[i] != 'e' && text.data[i] != 'E';
         i++) {
        if (text.data[i] == '.') {
            dot = true;
            continue;
        }
        pst_text_add_str(&plain, (postern_str){text.data + i, 1});
        behind_dot += dot;
    }
    pst_text_add(&plain, "e");
    pst_text_add_int(&plain, exponent_of(text, i + 1) - behind_dot);
    *value = strtod(buffer, NULL);
    return isfinite(*value);
}
