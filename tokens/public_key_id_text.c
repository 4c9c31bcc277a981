/* Public key identifiers as they are written (RFC 6920): ni: URIs (section 3),
 * binary (6), and nih: for people (7). */
#include "tokens/public_key_id.h"

#include "base/str.h"
#include "base/text.h"
#include "jose/base64url.h"

enum { GROUP = 4, HEX_BASE = 16, SUITE_MAX = 63 };

/* "ni" and "nih" are schemes of URIs: of any case. */
static bool skip_scheme(postern_str *text, postern_str scheme)
{
    if (!pst_str_fold_equal(pst_str_slice(*text, 0, scheme.len), scheme)) {
        return false;
    }
    *text = pst_str_slice(*text, scheme.len, text->len);
    return true;
}

/* ---- ni: --------------------------------------------------------------- */

/* Behind "ni://": authority "/" alg ";" value ["?" query]. Who is asked for the
 * thing, and how, is not part of its name. [PKID-04] */
static bool parse_ni(postern_public_key_id *id, postern_str text)
{
    size_t slash = pst_str_find(text, 0, '/');
    postern_str path = pst_str_slice(text, slash + 1, text.len);
    postern_str name = pst_str_slice(path, 0, pst_str_find(path, 0, '?'));
    size_t semicolon = pst_str_find(name, 0, ';');
    postern_str value = pst_str_slice(name, semicolon + 1, name.len);
    uint8_t bytes[POSTERN_DIGEST_SIZE];

    if (slash == text.len || semicolon == name.len ||
        pst_base64url_bytes(value.len) > sizeof bytes ||
        !pst_base64url_decode(value, bytes)) {
        return false;
    }
    return pst_public_key_id_set(
        id, pst_key_digest_named(pst_str_slice(name, 0, semicolon)),
        (postern_str){(const char *)bytes, pst_base64url_bytes(value.len)});
}

size_t postern_public_key_id_format(const postern_public_key_id *id,
                                    char buffer[POSTERN_PUBLIC_KEY_ID_TEXT])
{
    const struct pst_key_digest *digest =
        pst_key_digest_of((unsigned)id->digest);
    char value[POSTERN_DIGEST_SIZE * 2];
    struct pst_text out;

    pst_text_init(&out, buffer, POSTERN_PUBLIC_KEY_ID_TEXT);
    if (!pst_public_key_id_is_whole(id)) {
        return 0;
    }
    pst_base64url_encode((postern_str){(const char *)id->bytes, id->size},
                         value);
    pst_text_add(&out, "ni:///");
    pst_text_add(&out, digest->name);
    pst_text_add(&out, ";");
    pst_text_add_str(&out,
                     (postern_str){value, pst_base64url_length(id->size)});
    return out.len;
}

/* ---- nih: -------------------------------------------------------------- */

static const char hex_digits[] = "0123456789abcdef";

/* 0 to 15, or 16 for what is no digit. Upper case is not what the RFC writes,
 * but may be what people type. */
static unsigned hex_value(char c)
{
    const char *at = c ? strchr(hex_digits, pst_fold(c)) : NULL;

    return at ? (unsigned)(at - hex_digits) : HEX_BASE;
}

/* Luhn's check digit in base 16: from the right, every second digit counts
 * double, and the sum of that is taken digit by digit. */
static unsigned check_digit(const unsigned char *digits, size_t count)
{
    unsigned sum = 0;

    for (size_t i = 0; i < count; i++) {
        unsigned addend = digits[count - 1 - i] * (i % 2 ? 1u : 2u);

        sum += addend / HEX_BASE + addend % HEX_BASE;
    }
    return (HEX_BASE - sum % HEX_BASE) % HEX_BASE;
}

/* The digits of a text, hyphens let by; false when there is anything else. */
static bool read_digits(postern_str text, unsigned char *digits, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned value = hex_value(text.data[i]);

        if (text.data[i] == '-') {
            continue;
        }
        if (value == HEX_BASE || *count == 2 * POSTERN_DIGEST_SIZE) {
            return false;
        }
        digits[(*count)++] = (unsigned char)value;
    }
    return *count % 2 == 0;
}

/* By name, or by its number in the registry. */
static const struct pst_key_digest *digest_of(postern_str text)
{
    if (text.len == 1 && text.data[0] >= '1' && text.data[0] <= '9') {
        return pst_key_digest_of((unsigned)(text.data[0] - '0'));
    }
    return pst_key_digest_named(text);
}

/* A check digit that is there has to be right. */
static bool check(postern_str text, const unsigned char *digits, size_t count)
{
    return text.len == 1 &&
           hex_value(text.data[0]) == check_digit(digits, count);
}

/* Behind "nih:": alg ";" digits [";" check digit] */
static bool parse_nih(postern_public_key_id *id, postern_str text)
{
    size_t first = pst_str_find(text, 0, ';');
    size_t second = pst_str_find(text, first + 1, ';');
    unsigned char digits[2 * POSTERN_DIGEST_SIZE];
    uint8_t bytes[POSTERN_DIGEST_SIZE];
    size_t count;

    if (first == text.len ||
        !read_digits(pst_str_slice(text, first + 1, second), digits, &count)) {
        return false;
    }
    if (second < text.len &&
        !check(pst_str_slice(text, second + 1, text.len), digits, count)) {
        return false;
    }
    for (size_t i = 0; i < count / 2; i++) {
        bytes[i] = (uint8_t)(digits[2 * i] << 4 | digits[2 * i + 1]);
    }
    return pst_public_key_id_set(id, digest_of(pst_str_slice(text, 0, first)),
                                 (postern_str){(const char *)bytes, count / 2});
}

size_t postern_public_key_id_format_nih(const postern_public_key_id *id,
                                        char buffer[POSTERN_PUBLIC_KEY_ID_TEXT])
{
    const struct pst_key_digest *digest =
        pst_key_digest_of((unsigned)id->digest);
    unsigned char digits[2 * POSTERN_DIGEST_SIZE];
    struct pst_text out;

    pst_text_init(&out, buffer, POSTERN_PUBLIC_KEY_ID_TEXT);
    if (!pst_public_key_id_is_whole(id)) {
        return 0;
    }
    pst_text_add(&out, "nih:");
    pst_text_add(&out, digest->name);
    pst_text_add(&out, ";");
    for (size_t i = 0; i < 2 * id->size; i++) {
        digits[i] = i % 2 ? id->bytes[i / 2] & 15 : id->bytes[i / 2] >> 4;
        pst_text_add(&out, i && i % GROUP == 0 ? "-" : "");
        pst_text_add_str(&out, (postern_str){&hex_digits[digits[i]], 1});
    }
    pst_text_add(&out, ";");
    pst_text_add_str(
        &out, (postern_str){&hex_digits[check_digit(digits, 2 * id->size)], 1});
    return out.len;
}

bool postern_public_key_id_parse(postern_public_key_id *id, postern_str text)
{
    *id = (postern_public_key_id){.size = 0};
    if (skip_scheme(&text, PST_STR("ni://"))) {
        return parse_ni(id, text);
    }
    return skip_scheme(&text, PST_STR("nih:")) && parse_nih(id, text);
}

/* ---- binary ------------------------------------------------------------ */

/* Two reserved bits that are zero, six of the number, the digest. */
bool postern_public_key_id_parse_binary(postern_public_key_id *id,
                                        postern_str bytes)
{
    unsigned char head = bytes.len ? (unsigned char)bytes.data[0] : 0;

    return pst_public_key_id_set(
        id, head <= SUITE_MAX ? pst_key_digest_of(head) : NULL,
        pst_str_slice(bytes, 1, bytes.len));
}

size_t postern_public_key_id_format_binary(
    const postern_public_key_id *id,
    uint8_t buffer[POSTERN_PUBLIC_KEY_ID_BINARY])
{
    if (!pst_public_key_id_is_whole(id)) {
        return 0;
    }
    buffer[0] = (uint8_t)id->digest;
    memcpy(buffer + 1, id->bytes, id->size);
    return id->size + 1;
}
