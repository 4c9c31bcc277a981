/*
 * Reading JSON into a flat array of values. The loop has one state, the object
 * or list it is in; where a text ends early or says what JSON does not have, it
 * ends with a sentence.
 */
#include "jose/json.h"

#include "base/str.h"

enum { ESCAPED_UNIT = 6 }; /* bytes of \uXXXX */

struct reader {
    struct pst_json *json;
    const unsigned char *text;
    size_t len;
    size_t at;
    size_t scratch_used;
    uint32_t inside; /* the object or list being read */
    uint32_t depth;  /* of it */
    postern_status status;
};

static bool refuse(struct reader *in, postern_status status,
                   const char *problem)
{
    in->status = status;
    in->json->problem = problem;
    in->json->at = in->at;
    return false;
}

static bool wrong(struct reader *in, const char *problem)
{
    return refuse(in, POSTERN_ERR_SYNTAX, problem);
}

static unsigned char peek(const struct reader *in)
{
    return in->at < in->len ? in->text[in->at] : '\0';
}

static void skip_space(struct reader *in)
{
    while (in->at < in->len &&
           (in->text[in->at] == ' ' || in->text[in->at] == '\n' ||
            in->text[in->at] == '\t' || in->text[in->at] == '\r')) {
        in->at++;
    }
}

/* ---- strings ------------------------------------------------------------ */

static bool is_tail(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

/* Bytes of the character of UTF-8 that begins at `at`, which is not ASCII; 0:
 * there is none. Overlong forms, surrogates and what is above U+10FFFF are
 * none (RFC 3629). */
static size_t character(const struct reader *in, size_t at)
{
    const unsigned char *c = in->text + at;
    size_t left = in->len - at;

    if (c[0] >= 0xC2 && c[0] <= 0xDF) {
        return left > 1 && is_tail(c[1]) ? 2 : 0;
    }
    if ((c[0] & 0xF0) == 0xE0) {
        return left > 2 && is_tail(c[1]) && is_tail(c[2]) &&
                       !(c[0] == 0xE0 && c[1] < 0xA0) &&
                       !(c[0] == 0xED && c[1] > 0x9F)
                   ? 3
                   : 0;
    }
    if (c[0] >= 0xF0 && c[0] <= 0xF4) {
        return left > 3 && is_tail(c[1]) && is_tail(c[2]) && is_tail(c[3]) &&
                       !(c[0] == 0xF0 && c[1] < 0x90) &&
                       !(c[0] == 0xF4 && c[1] > 0x8F)
                   ? 4
                   : 0;
    }
    return 0;
}

static bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/* Whether all eight bytes are plain: in each a difference that went below zero,
 * or a bit 7 that was there, is left in bit 7. */
static bool all_plain(const unsigned char *bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = UINT64_C(0x8080808080808080);
    uint64_t word;
    uint64_t quotes;
    uint64_t slashes;

    memcpy(&word, bytes, sizeof word);
    quotes = word ^ ones * '"';
    slashes = word ^ ones * '\\';
    return ((word | (word - ones * 0x20) | (quotes - ones) | (slashes - ones)) &
            tops) == 0;
}

/* Moves behind the characters that stand for themselves. */
static bool skip_plain(struct reader *in)
{
    for (;;) {
        while (in->len - in->at >= sizeof(uint64_t) &&
               all_plain(in->text + in->at)) {
            in->at += sizeof(uint64_t);
        }
        while (in->at < in->len && is_plain(in->text[in->at])) {
            in->at++;
        }
        if (peek(in) < 0x80) {
            return true;
        }
        if (character(in, in->at) == 0) {
            return wrong(in, "these bytes are not UTF-8");
        }
        in->at += character(in, in->at);
    }
}

static bool hex_digit(unsigned char c, uint32_t *value)
{
    if (c >= '0' && c <= '9') {
        *value = *value * 16 + (uint32_t)(c - '0');
        return true;
    }
    c = (unsigned char)(c | 0x20);
    *value = *value * 16 + (uint32_t)(c - 'a' + 10);
    return c >= 'a' && c <= 'f';
}

/* The unit of a \uXXXX at `at`, or UINT32_MAX. */
static uint32_t unit(const struct reader *in, size_t at)
{
    uint32_t value = 0;

    if (in->len - at < ESCAPED_UNIT || in->text[at] != '\\' ||
        in->text[at + 1] != 'u') {
        return UINT32_MAX;
    }
    for (size_t i = at + 2; i < at + ESCAPED_UNIT; i++) {
        if (!hex_digit(in->text[i], &value)) {
            return UINT32_MAX;
        }
    }
    return value;
}

/* \uXXXX, or two that are a surrogate pair. */
static bool read_unicode(struct reader *in, uint32_t *code)
{
    uint32_t high = unit(in, in->at);
    uint32_t low;

    if (high == UINT32_MAX) {
        return wrong(in, "\\u is followed by four hexadecimal digits");
    }
    if (high == 0) {
        return wrong(in, "a string may not hold the NUL character");
    }
    in->at += ESCAPED_UNIT;
    *code = high;
    if (high < 0xD800 || high > 0xDFFF) {
        return true;
    }
    low = high < 0xDC00 ? unit(in, in->at) : UINT32_MAX;
    if (low < 0xDC00 || low > 0xDFFF) {
        return wrong(in, "half of a surrogate pair stands for no character");
    }
    in->at += ESCAPED_UNIT;
    *code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

static bool read_escape(struct reader *in, uint32_t *code)
{
    static const char escapes[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    unsigned char c = in->len - in->at > 1 ? in->text[in->at + 1] : '\0';

    if (c == 'u') {
        return read_unicode(in, code);
    }
    for (size_t i = 0; i < sizeof escapes - 1; i++) {
        if (c == (unsigned char)escapes[i]) {
            in->at += 2;
            *code = (unsigned char)meant[i];
            return true;
        }
    }
    return wrong(in, "JSON has no such escape");
}

static size_t encode(uint32_t code, char out[4])
{
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    for (size_t i = 0; i < size; i++) {
        uint32_t bits = code >> (6 * (size - 1 - i));

        out[i] = (char)(size == 1 ? bits
                        : i == 0  ? lead[size] | bits
                                  : 0x80U | (bits & 0x3FU));
    }
    return size;
}

static bool spill(struct reader *in, const void *bytes, size_t len)
{
    if (len > in->json->scratch_size - in->scratch_used) {
        return refuse(in, POSTERN_ERR_LIMIT, "too many escapes");
    }
    if (len) {
        memcpy(in->json->scratch + in->scratch_used, bytes, len);
        in->scratch_used += len;
    }
    return true;
}

/* The rest of a string from its first escape on, and all of it to scratch. */
static bool read_escaped(struct reader *in, size_t start, postern_str *string)
{
    size_t began = in->scratch_used;
    size_t plain = start;
    uint32_t code = 0;
    char bytes[4];

    while (peek(in) == '\\') {
        if (!spill(in, in->text + plain, in->at - plain) ||
            !read_escape(in, &code) || !spill(in, bytes, encode(code, bytes))) {
            return false;
        }
        plain = in->at;
        if (!skip_plain(in)) {
            return false;
        }
    }
    if (!spill(in, in->text + plain, in->at - plain)) {
        return false;
    }
    *string =
        (postern_str){in->json->scratch + began, in->scratch_used - began};
    return true;
}

/* At the quote that opens it; ends behind the one that closes it. */
static bool read_string(struct reader *in, postern_str *string)
{
    size_t start = ++in->at;

    if (!skip_plain(in)) {
        return false;
    }
    *string = (postern_str){(const char *)in->text + start, in->at - start};
    if (peek(in) == '\\' && !read_escaped(in, start, string)) {
        return false;
    }
    if (in->at >= in->len) {
        return wrong(in, "a string is not closed");
    }
    if (in->text[in->at] != '"') {
        return wrong(in, "a control character in a string");
    }
    in->at++;
    return true;
}

/* ---- numbers and words -------------------------------------------------- */

static size_t skip_digits(struct reader *in)
{
    size_t start = in->at;

    while (peek(in) >= '0' && peek(in) <= '9') {
        in->at++;
    }
    return in->at - start;
}

/* RFC 8259 section 6. What follows is for the caller to look at: no character
 * that a number could go on with is one that may follow a value. */
static bool read_number(struct reader *in)
{
    size_t digits;

    in->at += peek(in) == '-';
    if (peek(in) == '0') {
        in->at++;
    } else if (skip_digits(in) == 0) {
        return wrong(in, "this is no value of JSON");
    }
    if (peek(in) == '.') {
        in->at++;
        digits = skip_digits(in);
        if (digits == 0) {
            return wrong(in, "a fraction has digits");
        }
    }
    if ((peek(in) | 0x20) == 'e') {
        in->at++;
        in->at += peek(in) == '-' || peek(in) == '+';
        digits = skip_digits(in);
        if (digits == 0) {
            return wrong(in, "an exponent has digits");
        }
    }
    return true;
}

static bool read_word(struct reader *in, postern_str word)
{
    if (in->len - in->at < word.len ||
        memcmp(in->text + in->at, word.data, word.len) != 0) {
        return wrong(in, "this is no value of JSON");
    }
    in->at += word.len;
    return true;
}

/* ---- values ------------------------------------------------------------- */

static bool read_scalar(struct reader *in, struct pst_json_value *value)
{
    size_t start = in->at;
    bool fine;

    switch (peek(in)) {
    case '"':
        value->type = PST_IS_STRING;
        return read_string(in, &value->text);
    case 't':
        value->type = PST_IS_TRUE;
        fine = read_word(in, PST_STR("true"));
        break;
    case 'f':
        value->type = PST_IS_FALSE;
        fine = read_word(in, PST_STR("false"));
        break;
    case 'n':
        value->type = PST_IS_NULL;
        fine = read_word(in, PST_STR("null"));
        break;
    default:
        value->type = PST_IS_NUMBER;
        fine = read_number(in);
        break;
    }
    value->text = (postern_str){(const char *)in->text + start, in->at - start};
    return fine;
}

/* A new last value in the one being read. */
static struct pst_json_value *add_value(struct reader *in, postern_str name)
{
    struct pst_json *json = in->json;
    struct pst_json_value *value = json->values + json->count;

    if (json->count == json->capacity) {
        (void)refuse(in, POSTERN_ERR_LIMIT, "too many values");
        return NULL;
    }
    *value = (struct pst_json_value){.name = name, .parent = in->inside};
    value->end = ++json->count;
    return value;
}

/* Goes into the object or list whose bracket is next; it is the last value. */
static bool enter(struct reader *in, struct pst_json_value *value)
{
    if (in->depth == in->json->depth) {
        return refuse(in, POSTERN_ERR_LIMIT, "nested too deep");
    }
    value->type = peek(in) == '{' ? PST_IS_OBJECT : PST_IS_LIST;
    value->text.data = (const char *)in->text + in->at;
    in->inside = value->end - 1;
    in->depth++;
    in->at++;
    return true;
}

/* Behind the bracket that closes the one being read. */
static void leave(struct reader *in)
{
    struct pst_json_value *value = in->json->values + in->inside;

    in->at++;
    value->end = in->json->count;
    value->text.len =
        (size_t)((const char *)in->text + in->at - value->text.data);
    in->inside = value->parent;
    in->depth--;
}

static bool is_new(const struct pst_json *json,
                   const struct pst_json_value *object, postern_str name)
{
    const struct pst_json_value *last = json->values + json->count;
    const struct pst_json_value *value = object + 1;

    while (value < last) {
        if (pst_str_equal(value->name, name)) {
            return false;
        }
        value = json->values + value->end;
    }
    return true;
}

/* The name of a member and its colon. */
static bool read_name(struct reader *in, struct pst_json_value *object,
                      postern_str *name)
{
    if (peek(in) != '"') {
        return wrong(in, "the name of a member is expected");
    }
    if (object->count > in->json->members) {
        return refuse(in, POSTERN_ERR_LIMIT, "too many members");
    }
    if (!read_string(in, name)) {
        return false;
    }
    if (!is_new(in->json, object, *name)) {
        return wrong(in, "a member is there twice");
    }
    skip_space(in);
    if (peek(in) != ':') {
        return wrong(in, "a colon is expected");
    }
    in->at++;
    skip_space(in);
    return true;
}

/* A member or entry; an object or list is entered. */
static bool read_value(struct reader *in)
{
    struct pst_json_value *outer = in->json->values + in->inside;
    struct pst_json_value *value;
    postern_str name = {NULL, 0};

    outer->count++;
    if (outer->type == PST_IS_OBJECT && !read_name(in, outer, &name)) {
        return false;
    }
    value = add_value(in, name);
    if (!value) {
        return false;
    }
    if (peek(in) == '{' || peek(in) == '[') {
        return enter(in, value);
    }
    return read_scalar(in, value);
}

/* What comes after a value, or first of all in an object or list: leaves those
 * that end here. False: a value is expected, or the text is done (depth 0). */
static bool leave_some(struct reader *in)
{
    const struct pst_json_value *inside = in->json->values + in->inside;

    skip_space(in);
    if (in->depth == 0 ||
        peek(in) != (inside->type == PST_IS_OBJECT ? '}' : ']')) {
        return false;
    }
    leave(in);
    return true;
}

/* Up to the next value: a comma unless it is the first. */
static bool reach_value(struct reader *in)
{
    if (in->json->values[in->inside].count == 0) {
        return true;
    }
    if (peek(in) != ',') {
        return wrong(in, "a comma or the end is expected");
    }
    in->at++;
    skip_space(in);
    return true;
}

static bool read_object(struct reader *in)
{
    struct pst_json_value *root = add_value(in, (postern_str){NULL, 0});

    skip_space(in);
    if (!root) {
        return false;
    }
    if (peek(in) != '{') {
        return wrong(in, "an object is expected");
    }
    if (!enter(in, root)) {
        return false;
    }
    for (;;) {
        while (leave_some(in)) {
        }
        if (in->depth == 0) {
            return in->at == in->len || wrong(in, "there is more behind it");
        }
        if (!reach_value(in) || !read_value(in)) {
            return false;
        }
    }
}

postern_status pst_json_parse(struct pst_json *json, postern_str text)
{
    struct reader in = {.json = json,
                        .text = (const unsigned char *)text.data,
                        .len = text.len};

    json->count = 0;
    json->problem = NULL;
    json->at = 0;
    if (!read_object(&in)) {
        return in.status;
    }
    return POSTERN_OK;
}

const struct pst_json_value *
pst_json_member(const struct pst_json *json,
                const struct pst_json_value *object, const char *name)
{
    const struct pst_json_value *member =
        object->type == PST_IS_OBJECT ? pst_json_first(object) : NULL;

    while (member && !pst_str_is(member->name, name)) {
        member = pst_json_beside(json, member);
    }
    return member;
}

bool pst_json_seconds(const struct pst_json_value *value, int64_t *seconds,
                      bool *has_fraction)
{
    const int64_t most = INT64_C(1) << 53;
    postern_str text = value->text;
    size_t i = 0;

    *seconds = 0;
    *has_fraction = false;
    if (value->type != PST_IS_NUMBER) {
        return false;
    }
    for (; i < text.len && text.data[i] != '.'; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        *seconds = *seconds * 10 + (text.data[i] - '0');
        if (*seconds > most) {
            return false;
        }
    }
    for (i++; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        *has_fraction = *has_fraction || text.data[i] != '0';
    }
    return true;
}
