/* The core schema as it stands in the specification, one function a row. */
#include "policy-lang/yaml_scalar.h"

#include "base/str.h"
#include "policy-lang/number.h"

struct word {
    const char *text;
    enum pst_node_type type;
    bool boolean;
};

static const struct word words[] = {
    {"", PST_NODE_NULL, false},         {"~", PST_NODE_NULL, false},
    {"null", PST_NODE_NULL, false},     {"Null", PST_NODE_NULL, false},
    {"NULL", PST_NODE_NULL, false},     {"true", PST_NODE_BOOLEAN, true},
    {"True", PST_NODE_BOOLEAN, true},   {"TRUE", PST_NODE_BOOLEAN, true},
    {"false", PST_NODE_BOOLEAN, false}, {"False", PST_NODE_BOOLEAN, false},
    {"FALSE", PST_NODE_BOOLEAN, false},
};

static const struct word *find_word(postern_str text)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (pst_str_is(text, words[i].text)) {
            return &words[i];
        }
    }
    return NULL;
}

static bool is_sign(postern_str text, size_t i)
{
    return i < text.len && (text.data[i] == '-' || text.data[i] == '+');
}

static bool is_digit(char c, uint32_t base)
{
    char folded = pst_fold(c);

    if (base == 16 && folded >= 'a' && folded <= 'f') {
        return true;
    }
    return c >= '0' && c < (char)('0' + (base < 10 ? base : 10));
}

/* Position after the digits that begin at `from`. */
static size_t skip_digits(postern_str text, size_t from, uint32_t base)
{
    while (from < text.len && is_digit(text.data[from], base)) {
        from++;
    }
    return from;
}

static bool all_digits(postern_str text, size_t from, uint32_t base)
{
    return from < text.len && skip_digits(text, from, base) == text.len;
}

/* [-+]? [0-9]+, 0o [0-7]+, 0x [0-9a-fA-F]+: the base, or 0. */
static uint32_t integer_base(postern_str text)
{
    if (all_digits(text, is_sign(text, 0), 10)) {
        return 10;
    }
    if (text.len < 3 || text.data[0] != '0') {
        return 0;
    }
    if (text.data[1] == 'o' && all_digits(text, 2, 8)) {
        return 8;
    }
    return text.data[1] == 'x' && all_digits(text, 2, 16) ? 16 : 0;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool is_real(postern_str text)
{
    size_t start = is_sign(text, 0);
    size_t dot = skip_digits(text, start, 10);
    size_t end = dot;

    if (dot < text.len && text.data[dot] == '.') {
        end = skip_digits(text, dot + 1, 10);
    }
    if (dot == start && end <= dot + 1) {
        return false; /* no digit on either side */
    }
    if (end < text.len && pst_fold(text.data[end]) == 'e') {
        return all_digits(text, end + 1 + is_sign(text, end + 1), 10);
    }
    return end == text.len;
}

/* [-+]? \. ( inf | Inf | INF ), \. ( nan | NaN | NAN ) */
static bool is_not_finite(postern_str text)
{
    postern_str plain = pst_str_slice(text, is_sign(text, 0), text.len);

    return pst_str_is(plain, ".inf") || pst_str_is(plain, ".Inf") ||
           pst_str_is(plain, ".INF") || pst_str_is(text, ".nan") ||
           pst_str_is(text, ".NaN") || pst_str_is(text, ".NAN");
}

enum pst_yaml_scalar pst_yaml_scalar_read(struct pst_node *node,
                                          postern_str text)
{
    const struct word *word = find_word(text);
    uint32_t base = integer_base(text);
    bool fits = true;

    node->type = word ? word->type : PST_NODE_STRING;
    node->boolean = word && word->boolean;
    if (is_not_finite(text)) {
        return PST_YAML_SCALAR_NOT_FINITE;
    }
    if (base) {
        node->type = PST_NODE_INTEGER;
        fits = pst_number_integer(
            pst_str_slice(text, base == 10 ? 0 : 2, text.len), base,
            &node->integer);
        node->real = (double)node->integer;
    } else if (is_real(text)) {
        node->type = PST_NODE_REAL;
        fits = pst_number_real(text, &node->real);
    }
    return fits ? PST_YAML_SCALAR_OK : PST_YAML_SCALAR_TOO_LARGE;
}
