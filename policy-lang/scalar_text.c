/* Strings and numbers so that they are read as what they are. */
#include "policy-lang/scalar_text.h"

#include "base/str.h"
#include "base/text.h"
#include "policy-lang/number.h"
#include "policy-lang/yaml_scalar.h"

#include <stdio.h>

/* A character of UTF-8 that is known to be well formed. */
struct character {
    uint32_t code;
    size_t size;
};

static struct character character_at(postern_str text, size_t i)
{
    unsigned char first = (unsigned char)text.data[i];
    struct character c = {first, 1};

    if (first >= 0xC0) {
        c.size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        c.code = first & (0x7Fu >> c.size);
    }
    if (c.size > text.len - i) {
        return (struct character){first, 1};
    }
    for (size_t k = 1; k < c.size; k++) {
        c.code = c.code << 6 | ((unsigned char)text.data[i + k] & 0x3Fu);
    }
    return c;
}

/* Beyond ASCII: control characters, line breaks of YAML 1.1, the byte order
 * mark and what is no character. */
static bool is_written_as_number(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 ||
           code == 0x2029 || code == 0xFEFF || code == 0xFFFE || code == 0xFFFF;
}

static bool is_escaped(uint32_t code)
{
    return code == '"' || code == '\\' || is_written_as_number(code);
}

static void write_escape(struct pst_buffer *out, uint32_t code)
{
    static const char plain[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    static const char digits[] = "0123456789abcdef";
    char unit[] = "\\u0000";
    char letter[] = "\\?";

    for (size_t i = 0; i < sizeof plain - 1; i++) {
        if (code == (uint32_t)plain[i]) {
            letter[1] = letters[i];
            pst_buffer_add_word(out, letter);
            return;
        }
    }
    for (size_t i = 0; i < 4; i++) {
        unit[5 - i] = digits[code >> (4 * i) & 15u];
    }
    pst_buffer_add_word(out, unit);
}

void pst_write_quoted(struct pst_buffer *out, postern_str text)
{
    size_t from = 0; /* of what is written as it stands */
    size_t i = 0;

    pst_buffer_add_word(out, "\"");
    while (i < text.len) {
        struct character c = character_at(text, i);

        if (is_escaped(c.code)) {
            pst_buffer_add(out, pst_str_slice(text, from, i));
            write_escape(out, c.code);
            from = i + c.size;
        }
        i += c.size;
    }
    pst_buffer_add(out, pst_str_slice(text, from, text.len));
    pst_buffer_add_word(out, "\"");
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* Our reader takes these for strings; others, of YAML 1.1, do not. */
static bool is_word_elsewhere(postern_str text)
{
    static const char *const words[] = {"y",  "n",   "yes", "no",
                                        "on", "off", "=",   "<<"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (pst_str_fold_equal(text, postern_str_of(words[i]))) {
            return true;
        }
    }
    return false;
}

/* YAML 1.2, 7.3.3: how a plain scalar may begin. libyaml wants quotes around
 * what begins with a colon between brackets. */
static bool begins_plain(postern_str text, bool in_line)
{
    char first = text.data[0];
    char second = text.len > 1 ? text.data[1] : ' ';

    if (is_one_of(first, "-?:")) {
        return second != ' ' && second != first && (first == '-' || !in_line);
    }
    return !is_one_of(first, " ,[]{}#&*!|>'\"%@`") &&
           !pst_str_is(pst_str_slice(text, 0, 3), "...");
}

/* ": " and " #" end a plain scalar, in a line list brackets and commas do. */
static bool goes_on_plain(postern_str text, size_t i, bool in_line)
{
    char c = text.data[i];
    bool last = i + 1 == text.len;

    if (c == ':') {
        return !last && text.data[i + 1] != ' ';
    }
    if (c == ' ') {
        return !last && text.data[i + 1] != '#';
    }
    return !in_line || !is_one_of(c, ",[]{}?");
}

static bool is_plain(postern_str text, bool in_line)
{
    struct pst_node node;
    size_t i = 0;

    if (text.len == 0 || !begins_plain(text, in_line) ||
        is_word_elsewhere(text)) {
        return false;
    }
    while (i < text.len) {
        struct character c = character_at(text, i);

        if (is_written_as_number(c.code) || !goes_on_plain(text, i, in_line)) {
            return false;
        }
        i += c.size;
    }
    return pst_yaml_scalar_read(&node, text) == PST_YAML_SCALAR_OK &&
           node.type == PST_NODE_STRING;
}

void pst_write_yaml_string(struct pst_buffer *out, postern_str text,
                           bool in_line)
{
    if (is_plain(text, in_line)) {
        pst_buffer_add(out, text);
        return;
    }
    pst_write_quoted(out, text);
}

enum { REAL_SIZE = 64, DIGITS_ENOUGH = 15, DIGITS_ALWAYS = 17 };

/* printf() writes the decimal point of the locale, in one byte or more. */
static void use_dot(char *real)
{
    size_t len = 0;
    bool dot = false;

    for (const char *at = real; *at; at++) {
        bool known = is_one_of(*at, "0123456789+-e");

        if (known) {
            real[len++] = *at;
        } else if (!dot) {
            real[len++] = '.';
            dot = true;
        }
    }
    real[len] = '\0';
}

/* To the bit: -0 is not 0 here. */
static bool is_read_as(const char *real, double value)
{
    double back = 0;

    return pst_number_real(postern_str_of(real), &back) &&
           /* NOLINTNEXTLINE(bugprone-*,cert-*) doubles have no padding */
           memcmp(&back, &value, sizeof value) == 0;
}

void pst_write_real(struct pst_buffer *out, double value)
{
    char real[REAL_SIZE] = "";
    int digits = DIGITS_ENOUGH;

    for (; digits <= DIGITS_ALWAYS; digits++) {
        snprintf(real, sizeof real, "%.*g", digits, value);
        use_dot(real);
        if (is_read_as(real, value)) {
            break;
        }
    }
    pst_buffer_add_word(out, real);
    if (!strchr(real, '.') && !strchr(real, 'e')) {
        pst_buffer_add_word(out, ".0");
    }
}

void pst_write_integer(struct pst_buffer *out, int64_t value)
{
    char decimal[24];
    struct pst_text text;

    pst_text_init(&text, decimal, sizeof decimal);
    pst_text_add_int(&text, value);
    pst_buffer_add_word(out, decimal);
}
