/* Credential-IDs (TS-0003 10.4): a type, a hyphen, a value. */
#include "base/str.h"
#include "base/text.h"

#include <postern/credential.h>

enum { TYPE_DIGITS = 2 };

/* [CRED-03] The texts of 51, 53 and 54 say key management where the table is
 * about signatures. */
static const postern_credential_type types[] = {
    POSTERN_CREDENTIAL_KPM,
    POSTERN_CREDENTIAL_KM,
    POSTERN_CREDENTIAL_KPSA,
    POSTERN_CREDENTIAL_ESPRIM,
    POSTERN_CREDENTIAL_DIRECT,
    POSTERN_CREDENTIAL_KEY_WRAP,
    POSTERN_CREDENTIAL_HMAC,
    POSTERN_CREDENTIAL_TLS_RAW_KEY,
    POSTERN_CREDENTIAL_TLS_DEVICE,
    POSTERN_CREDENTIAL_TLS_CSE,
    POSTERN_CREDENTIAL_TLS_AE,
    POSTERN_CREDENTIAL_ENCRYPT_RAW_KEY,
    POSTERN_CREDENTIAL_ENCRYPT_DEVICE,
    POSTERN_CREDENTIAL_ENCRYPT_CSE,
    POSTERN_CREDENTIAL_ENCRYPT_AE,
    POSTERN_CREDENTIAL_ENCRYPT_NODE,
    POSTERN_CREDENTIAL_SIGN_RAW_KEY,
    POSTERN_CREDENTIAL_SIGN_DEVICE,
    POSTERN_CREDENTIAL_SIGN_CSE,
    POSTERN_CREDENTIAL_SIGN_AE,
    POSTERN_CREDENTIAL_SIGN_NODE,
};

static bool is_type(uint32_t number)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if ((uint32_t)types[i] == number) {
            return true;
        }
    }
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Characters of a URI (RFC 3986). [CRED-02: 10.4 has fewer, 12.2 has anyURI] */
static bool is_value(postern_str value)
{
    static const char others[] = "-._~:/?#[]@!$&'()*+,;=%";

    for (size_t i = 0; i < value.len; i++) {
        char c = value.data[i];
        char folded = pst_fold(c);

        if (!(folded >= 'a' && folded <= 'z') && !is_digit(c) &&
            !memchr(others, c, sizeof others - 1)) {
            return false;
        }
    }
    return value.len > 0;
}

/* All types have two digits, so that a zero in front is refused with them. */
static uint32_t type_of(postern_str digits)
{
    if (digits.len != TYPE_DIGITS || !is_digit(digits.data[0]) ||
        !is_digit(digits.data[1])) {
        return 0;
    }
    return (uint32_t)(digits.data[0] - '0') * 10 +
           (uint32_t)(digits.data[1] - '0');
}

bool postern_credential_id_parse(postern_credential_id *id, postern_str text)
{
    size_t hyphen = pst_str_find(text, 0, '-');
    uint32_t type = type_of(pst_str_slice(text, 0, hyphen));
    postern_str value = pst_str_slice(text, hyphen + 1, text.len);

    *id = (postern_credential_id){POSTERN_CREDENTIAL_NONE, {NULL, 0}};
    if (!is_type(type) || !is_value(value)) {
        return false;
    }
    id->type = (postern_credential_type)type;
    id->value = value;
    return true;
}

size_t postern_credential_id_format(const postern_credential_id *id,
                                    char *buffer, size_t size)
{
    struct pst_text out;

    pst_text_init(&out, buffer, size);
    if (!is_type((uint32_t)id->type) || !is_value(id->value)) {
        return 0;
    }
    pst_text_add_uint(&out, (uint32_t)id->type);
    pst_text_add(&out, "-");
    pst_text_add_str(&out, id->value);
    return out.len;
}
