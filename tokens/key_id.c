/* Identifiers of keys, name@domain (TS-0003 10.3.4, 10.3.5, 10.5, 10.6). */
#include "base/names.h"
#include "base/text.h"

#include <postern/credential.h>

enum { NAME_MAX_BYTES = 255 };

static bool is_alphanumeric(char c)
{
    char folded = pst_fold(c);

    return (folded >= 'a' && folded <= 'z') || (c >= '0' && c <= '9');
}

static bool is_hex(char c)
{
    char folded = pst_fold(c);

    return (c >= '0' && c <= '9') || (folded >= 'a' && folded <= 'f');
}

/* [CRED-04] [CRED-05] [CRED-09] */
static bool is_name(postern_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        if (!is_alphanumeric(c) && c != '.' && c != '_' && c != '-') {
            return false;
        }
    }
    return text.len > 0 && text.len <= NAME_MAX_BYTES;
}

static bool is_hex_bytes(postern_str text)
{
    size_t digits = 0;

    while (digits < text.len && is_hex(text.data[digits])) {
        digits++;
    }
    return digits == text.len && digits == 2 * POSTERN_RELATIVE_ID_SIZE;
}

/* Clause 10.3.5 makes a Key Identifier of exported bytes, 8.8.2.7 has the MAF
 * choose one: both are read. [CRED-07] [KDF-03] */
static bool is_relative(postern_key_id_kind kind, postern_str text)
{
    switch (kind) {
    case POSTERN_KEY_ID_KE:
        return is_hex_bytes(text);
    case POSTERN_KEY_ID_KPSA:
    case POSTERN_KEY_ID_KM:
    case POSTERN_KEY_ID_KC:
        return is_name(text);
    default:
        return false;
    }
}

bool postern_key_id_parse(postern_key_id *id, postern_key_id_kind kind,
                          postern_str text)
{
    size_t at = pst_str_find(text, 0, '@');
    postern_str relative = pst_str_slice(text, 0, at);
    postern_str domain = pst_str_slice(text, at + 1, text.len);

    *id = (postern_key_id){(postern_key_id_kind)0, {NULL, 0}, {NULL, 0}};
    if (!is_relative(kind, relative) || !pst_is_domain(domain)) {
        return false;
    }
    *id = (postern_key_id){kind, relative, domain};
    return true;
}

/* [CRED-05] [CRED-06: the case of the digits is not told; any is the same] */
static bool has_no_case(const postern_key_id *id)
{
    return id->kind == POSTERN_KEY_ID_KM || id->kind == POSTERN_KEY_ID_KE ||
           (id->kind == POSTERN_KEY_ID_KC && is_hex_bytes(id->relative));
}

bool postern_key_id_equal(const postern_key_id *a, const postern_key_id *b)
{
    if (a->kind != b->kind || !pst_str_fold_equal(a->domain, b->domain)) {
        return false;
    }
    return has_no_case(a) ? pst_str_fold_equal(a->relative, b->relative)
                          : pst_str_equal(a->relative, b->relative);
}

static size_t format(postern_str relative, postern_str domain, char *buffer,
                     size_t size)
{
    struct pst_text out;

    pst_text_init(&out, buffer, size);
    pst_text_add_str(&out, relative);
    pst_text_add(&out, "@");
    pst_text_add_str(&out, domain);
    return out.len;
}

size_t postern_key_id_format(const postern_key_id *id, char *buffer,
                             size_t size)
{
    if (!is_relative(id->kind, id->relative) || !pst_is_domain(id->domain)) {
        if (size) {
            buffer[0] = '\0';
        }
        return 0;
    }
    return format(id->relative, id->domain, buffer, size);
}

size_t postern_key_id_of_bytes(const uint8_t relative[POSTERN_RELATIVE_ID_SIZE],
                               postern_str domain,
                               char buffer[POSTERN_KEY_ID_SIZE])
{
    static const char digits[] = "0123456789ABCDEF";
    char hex[2 * POSTERN_RELATIVE_ID_SIZE];

    for (size_t i = 0; i < POSTERN_RELATIVE_ID_SIZE; i++) {
        hex[2 * i] = digits[relative[i] >> 4];
        hex[2 * i + 1] = digits[relative[i] & 15];
    }
    buffer[0] = '\0';
    if (!pst_is_domain(domain)) {
        return 0;
    }
    return format((postern_str){hex, sizeof hex}, domain, buffer,
                  POSTERN_KEY_ID_SIZE);
}
