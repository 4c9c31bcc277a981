/* The tokens of RFC 8259, and what the escapes in its strings stand for. */
#include "policy-lang/json_scan.h"

#include "base/bytes.h"
#include "base/str.h"

enum { ESCAPED_UNIT = 6 }; /* bytes of \uXXXX */

/* An escape in a string. */
struct escape {
    size_t size;     /* bytes in the text; 0: it is wrong */
    uint32_t code;   /* the code point it stands for */
    const char *why; /* it is wrong */
};

void pst_json_scan_init(struct pst_json_scan *scan, postern_str text)
{
    *scan = (struct pst_json_scan){.text = text, .line = 1};
}

static struct pst_position position(const struct pst_json_scan *scan,
                                    size_t offset)
{
    return (struct pst_position){scan->line,
                                 (uint32_t)(offset - scan->line_start + 1)};
}

static enum pst_json_token broken(struct pst_json_scan *scan, size_t offset,
                                  const char *problem)
{
    scan->at = position(scan, offset);
    scan->problem = problem;
    return PST_JSON_BROKEN;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* What a number or a word that looks like one goes on with. */
static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '_' || c == '-' || c == '+' || c == '.';
}

/* The four digits of \uXXXX, or UINT32_MAX. */
static uint32_t unit(postern_str text, size_t from)
{
    uint32_t value = 0;

    if (text.len - from < ESCAPED_UNIT || text.data[from] != '\\' ||
        text.data[from + 1] != 'u') {
        return UINT32_MAX;
    }
    for (size_t i = from + 2; i < from + ESCAPED_UNIT; i++) {
        char c = pst_fold(text.data[i]);

        if (!is_digit(c) && !(c >= 'a' && c <= 'f')) {
            return UINT32_MAX;
        }
        value = value * 16 + (uint32_t)(is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    return value;
}

static struct escape wrong(const char *why)
{
    return (struct escape){.why = why};
}

static struct escape read_unicode(postern_str text, size_t from)
{
    uint32_t high = unit(text, from);
    uint32_t low;

    if (high == UINT32_MAX) {
        return wrong("\\u is followed by four hexadecimal digits");
    }
    if (high == 0) {
        return wrong("a string may not hold the NUL character");
    }
    if (high < 0xD800 || high > 0xDFFF) {
        return (struct escape){.size = ESCAPED_UNIT, .code = high};
    }
    low = high < 0xDC00 ? unit(text, from + ESCAPED_UNIT) : UINT32_MAX;
    if (low < 0xDC00 || low > 0xDFFF) {
        return wrong("half of a surrogate pair stands for no character");
    }
    return (struct escape){.size = 2 * ESCAPED_UNIT,
                           .code = 0x10000 + ((high - 0xD800) << 10) +
                                   (low - 0xDC00)};
}

static struct escape read_escape(postern_str text, size_t from)
{
    static const char escapes[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    char c = from + 1 < text.len ? text.data[from + 1] : '\0';

    if (c == 'u') {
        return read_unicode(text, from);
    }
    for (size_t i = 0; i < sizeof escapes - 1; i++) {
        if (c == escapes[i]) {
            return (struct escape){.size = 2, .code = (uint32_t)meant[i]};
        }
    }
    return wrong("JSON has no such escape; a backslash is written \\\\");
}

/* The high bit of each of eight bytes that is 0; above the lowest of them
 * perhaps of others. */
static uint64_t zeros(uint64_t bytes)
{
    return (bytes - PST_EACH_BYTE) & ~bytes & PST_HIGH_BITS;
}

/* Likewise of each that is below 0x20, a quote or a backslash. */
static uint64_t specials(uint64_t bytes)
{
    return ((bytes - PST_EACH_BYTE * 0x20) & ~bytes & PST_HIGH_BITS) |
           zeros(bytes ^ PST_EACH_BYTE * '"') |
           zeros(bytes ^ PST_EACH_BYTE * '\\');
}

/* Only of the lowest mark is it sure that it is one; where the first byte is
 * the highest, they are looked at one by one. */
static size_t first_of(uint64_t marks)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return pst_first_byte(marks);
#else
    (void)marks;
    return 0;
#endif
}

/* Position of the first byte from `from` on that does not stand for itself. */
static size_t skip_plain(postern_str text, size_t from)
{
    for (; text.len - from >= 8; from += 8) {
        uint64_t marks = specials(pst_load8(text.data + from));

        if (marks) {
            from += first_of(marks);
            break;
        }
    }
    while (from < text.len && (unsigned char)text.data[from] >= 0x20 &&
           text.data[from] != '"' && text.data[from] != '\\') {
        from++;
    }
    return from;
}

/* What is not plain: an escape, or a control character, which is wrong. */
static struct escape read_special(postern_str text, size_t from)
{
    char c = text.data[from];

    if (c == '\\') {
        return read_escape(text, from);
    }
    return wrong(c == '\n' || c == '\r'
                     ? "a string ends in the line it begins in; a line break "
                       "in it is written \\n"
                     : "a control character in a string is written as an "
                       "escape such as \\t or \\u0009");
}

/* Bytes of a code point in UTF-8. */
static size_t width(uint32_t code)
{
    if (code < 0x80) {
        return 1;
    }
    return code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

static size_t encode(uint32_t code, char *out)
{
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t size = width(code);

    if (size == 1) {
        out[0] = (char)code;
        return size;
    }
    for (size_t i = 0; i < size; i++) {
        uint32_t bits = code >> (6 * (size - 1 - i));

        out[i] = (char)(i == 0 ? lead[size] | bits : 0x80U | (bits & 0x3FU));
    }
    return size;
}

static enum pst_json_token scan_string(struct pst_json_scan *scan, size_t open)
{
    postern_str text = scan->text;
    size_t start = open + 1;
    size_t i = skip_plain(text, start);

    scan->decoded_len = i - start;
    while (i < text.len && text.data[i] != '"') {
        struct escape special = read_special(text, i);
        size_t plain = i + special.size;

        if (special.size == 0) {
            return broken(scan, i, special.why);
        }
        i = skip_plain(text, plain);
        scan->decoded_len += width(special.code) + (i - plain);
    }
    if (i >= text.len) {
        return broken(scan, open, "this string is not closed");
    }
    scan->lexeme = (postern_str){text.data + start, i - start};
    scan->next = i + 1;
    return PST_JSON_STRING;
}

void pst_json_decode(const struct pst_json_scan *scan, char *out)
{
    postern_str text = scan->lexeme;
    size_t i = 0;

    if (scan->decoded_len == text.len) { /* no escape: these are all longer */
        if (out != text.data) {
            memcpy(out, text.data, text.len);
        }
        return;
    }
    while (i < text.len) {
        size_t plain = skip_plain(text, i);
        struct escape escape;

        memmove(out, text.data + i, plain - i);
        out += plain - i;
        i = plain;
        if (i < text.len) {
            escape = read_special(text, i);
            out += encode(escape.code, out);
            i += escape.size;
        }
    }
}

static size_t skip_digits(postern_str text, size_t from)
{
    while (from < text.len && is_digit(text.data[from])) {
        from++;
    }
    return from;
}

static bool has(postern_str text, size_t i, const char *any)
{
    return i < text.len && strchr(any, text.data[i]) && text.data[i] != '\0';
}

/* The grammar of RFC 8259 section 6 over the whole word. */
static enum pst_json_token number_kind(postern_str word)
{
    size_t digits = has(word, 0, "-");
    size_t end = skip_digits(word, digits);
    enum pst_json_token kind = PST_JSON_INTEGER;

    if (end == digits || (word.data[digits] == '0' && end > digits + 1)) {
        return PST_JSON_BROKEN;
    }
    if (has(word, end, ".")) {
        digits = end + 1;
        end = skip_digits(word, digits);
        kind = end == digits ? PST_JSON_BROKEN : PST_JSON_REAL;
    }
    if (kind != PST_JSON_BROKEN && has(word, end, "eE")) {
        digits = end + 1 + has(word, end + 1, "+-");
        end = skip_digits(word, digits);
        kind = end == digits ? PST_JSON_BROKEN : PST_JSON_REAL;
    }
    return end == word.len ? kind : PST_JSON_BROKEN;
}

static enum pst_json_token scan_word(struct pst_json_scan *scan, size_t start)
{
    size_t end = start;
    enum pst_json_token kind;

    while (end < scan->text.len && is_word(scan->text.data[end])) {
        end++;
    }
    scan->lexeme = pst_str_slice(scan->text, start, end);
    scan->next = end;
    if (pst_str_is(scan->lexeme, "true")) {
        return PST_JSON_TRUE;
    }
    if (pst_str_is(scan->lexeme, "false")) {
        return PST_JSON_FALSE;
    }
    if (pst_str_is(scan->lexeme, "null")) {
        return PST_JSON_NULL;
    }
    if (!is_digit(scan->lexeme.data[0]) && scan->lexeme.data[0] != '-') {
        return PST_JSON_UNKNOWN;
    }
    kind = number_kind(scan->lexeme);
    return kind == PST_JSON_BROKEN
               ? broken(scan, start, "this is not a number of JSON")
               : kind;
}

/* Line breaks are only ever between tokens: in strings they are refused. */
static size_t skip_space(struct pst_json_scan *scan)
{
    size_t at = scan->next;

    for (; at < scan->text.len; at++) {
        char c = scan->text.data[at];

        if (c > ' ') {
            break; /* nearly always at once */
        }
        if (c == '\n') {
            scan->line++;
            scan->line_start = at + 1;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            break;
        }
    }
    scan->next = at;
    return at;
}

/* One character, with the rest of it in UTF-8. */
static enum pst_json_token scan_unknown(struct pst_json_scan *scan,
                                        size_t start)
{
    size_t end = start + 1;

    while (end < scan->text.len &&
           ((unsigned char)scan->text.data[end] & 0xC0) == 0x80) {
        end++;
    }
    scan->lexeme = pst_str_slice(scan->text, start, end);
    return PST_JSON_UNKNOWN;
}

/* What characters are by themselves; 0: nothing. */
static const uint8_t signs[256] = {
    ['{'] = PST_JSON_OPEN_OBJECT, ['}'] = PST_JSON_CLOSE_OBJECT,
    ['['] = PST_JSON_OPEN_LIST,   [']'] = PST_JSON_CLOSE_LIST,
    [','] = PST_JSON_COMMA,       [':'] = PST_JSON_COLON,
};

static enum pst_json_token scan_longer(struct pst_json_scan *scan, size_t start)
{
    char c = scan->text.data[start];

    if (c == '"') {
        return scan_string(scan, start);
    }
    return is_word(c) ? scan_word(scan, start) : scan_unknown(scan, start);
}

enum pst_json_token pst_json_next(struct pst_json_scan *scan)
{
    size_t start = skip_space(scan);
    enum pst_json_token sign;

    scan->at = position(scan, start);
    scan->lexeme = (postern_str){scan->text.data + start, 0};
    if (start >= scan->text.len) {
        return PST_JSON_END;
    }
    sign = signs[(unsigned char)scan->text.data[start]];
    if (!sign) {
        return scan_longer(scan, start);
    }
    scan->lexeme.len = 1;
    scan->next = start + 1;
    return sign;
}
