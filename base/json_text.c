/* One-line JSON: commas, quotes, escapes. */
#include "base/json_text.h"

#include "base/str.h"

/* ---- texts --------------------------------------------------------------- */

static unsigned char byte_at(postern_str text, size_t at)
{
    return at < text.len ? (unsigned char)text.data[at] : 0;
}

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xC0u) == 0x80u;
}

/* Bytes of the character that begins at `at`, 0 when none does: RFC 3629,
 * without overlong forms and surrogates. */
static size_t character_size(postern_str text, size_t at)
{
    unsigned char lead = byte_at(text, at);
    unsigned char next = byte_at(text, at + 1);
    size_t size = lead < 0x80u ? 1 : lead < 0xE0u ? 2 : lead < 0xF0u ? 3 : 4;

    if ((lead >= 0x80u && lead < 0xC2u) || lead > 0xF4u ||
        (lead == 0xE0u && next < 0xA0u) || (lead == 0xEDu && next > 0x9Fu) ||
        (lead == 0xF0u && next < 0x90u) || (lead == 0xF4u && next > 0x8Fu)) {
        return 0;
    }
    for (size_t i = 1; i < size; i++) {
        if (!is_continuation(byte_at(text, at + i))) {
            return 0;
        }
    }
    return size;
}

static void add_control(struct pst_text *out, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";
    char unit[] = "\\u0000";

    unit[4] = digits[byte >> 4];
    unit[5] = digits[byte & 15u];
    pst_text_add(out, unit);
}

/* Up to where, from `at` on, there are only characters of ASCII that stand for
 * themselves. */
static size_t end_of_plain(postern_str text, size_t at)
{
    while (at < text.len && text.data[at] >= ' ' && text.data[at] <= '~' &&
           text.data[at] != '"' && text.data[at] != '\\') {
        at++;
    }
    return at;
}

static void add_quoted(struct pst_text *out, postern_str text)
{
    size_t at = end_of_plain(text, 0);

    pst_text_add(out, "\"");
    pst_text_add_str(out, pst_str_slice(text, 0, at));
    while (at < text.len) {
        unsigned char byte = byte_at(text, at);
        size_t size = character_size(text, at);

        if (size == 0) {
            pst_text_add(out, "\\ufffd");
            size = 1;
        } else if (byte < ' ' || byte == 0x7F) {
            add_control(out, byte);
        } else {
            pst_text_add(out, byte == '"' || byte == '\\' ? "\\" : "");
            pst_text_add_str(out, pst_str_slice(text, at, at + size));
        }
        at += size;
    }
    pst_text_add(out, "\"");
}

/* ---- values -------------------------------------------------------------- */

void pst_json_begin(struct pst_json_text *json, const char *name)
{
    pst_text_add(&json->text, json->wants_comma ? "," : "");
    if (name) {
        add_quoted(&json->text, postern_str_of(name));
        pst_text_add(&json->text, ":");
    }
    json->wants_comma = true;
}

void pst_json_open(struct pst_json_text *json, const char *name, char bracket)
{
    pst_json_begin(json, name);
    pst_text_add_str(&json->text, (postern_str){&bracket, 1});
    json->wants_comma = false;
}

void pst_json_close(struct pst_json_text *json, char bracket)
{
    pst_text_add_str(&json->text, (postern_str){&bracket, 1});
    json->wants_comma = true;
}

void pst_json_str(struct pst_json_text *json, const char *name,
                  postern_str value)
{
    pst_json_begin(json, name);
    add_quoted(&json->text, value);
}

void pst_json_word(struct pst_json_text *json, const char *name,
                   const char *value)
{
    pst_json_str(json, name, postern_str_of(value));
}

void pst_json_uint(struct pst_json_text *json, const char *name, uint64_t value)
{
    pst_json_begin(json, name);
    pst_text_add_uint(&json->text, value);
}

void pst_json_int(struct pst_json_text *json, const char *name, int64_t value)
{
    pst_json_begin(json, name);
    pst_text_add_int(&json->text, value);
}

void pst_json_bool(struct pst_json_text *json, const char *name, bool value)
{
    pst_json_begin(json, name);
    pst_text_add(&json->text, value ? "true" : "false");
}
