#include "jose/header_text.h"

#include "base/text.h"
#include "jose/base64url.h"
#include "jose/ecdsa_form.h"

enum { COORDINATE_LENGTH = (PST_FIELD_MAX + 2) / 3 * 4 };

/* Bytes of UTF-8 in a JSON string, without the quotes. */
static void add_escaped(struct pst_text *text, postern_str bytes)
{
    static const char digits[] = "0123456789abcdef";
    char unit[] = "\\u0000";

    for (size_t i = 0; i < bytes.len; i++) {
        char c = bytes.data[i];

        if ((unsigned char)c < 0x20) {
            unit[4] = digits[(unsigned char)c >> 4];
            unit[5] = digits[(unsigned char)c & 15];
            pst_text_add(text, unit);
            continue;
        }
        if (c == '"' || c == '\\') {
            pst_text_add(text, "\\");
        }
        pst_text_add_str(text, (postern_str){&c, 1});
    }
}

static void add_member(struct pst_text *text, const char *name,
                       postern_str value)
{
    pst_text_add(text, text->len == 1 ? "\"" : ",\"");
    pst_text_add(text, name);
    pst_text_add(text, "\":\"");
    add_escaped(text, value);
    pst_text_add(text, "\"");
}

static void add_coordinate(struct pst_text *text, const char *name,
                           const uint8_t *bytes, size_t size)
{
    char value[COORDINATE_LENGTH];

    pst_base64url_encode((postern_str){(const char *)bytes, size}, value);
    add_member(text, name, (postern_str){value, pst_base64url_length(size)});
}

static void add_epk(struct pst_text *text, const struct pst_epk *epk)
{
    const char *curve = epk->curve == PST_P256   ? "P-256"
                        : epk->curve == PST_P384 ? "P-384"
                                                 : "P-521";

    pst_text_add(text, ",\"epk\":{\"kty\":\"EC\"");
    add_member(text, "crv", postern_str_of(curve));
    add_coordinate(text, "x", epk->x, epk->x_size);
    add_coordinate(text, "y", epk->y, epk->y_size);
    pst_text_add(text, "}");
}

size_t pst_header_write(const struct pst_header_text *header, char *out,
                        size_t size)
{
    struct pst_text text;

    pst_text_init(&text, out, size);
    pst_text_add(&text, "{");
    add_member(&text, "alg",
               postern_str_of(postern_jose_alg_name(header->alg)));
    if (header->enc != POSTERN_ENC_NONE) {
        add_member(&text, "enc",
                   postern_str_of(postern_jose_enc_name(header->enc)));
    }
    if (header->kid.data) {
        add_member(&text, "kid", header->kid);
    }
    if (header->typ) {
        add_member(&text, "typ", postern_str_of("JWT"));
    }
    if (header->cty) {
        add_member(&text, "cty", postern_str_of("JWT"));
    }
    if (header->epk) {
        add_epk(&text, header->epk);
    }
    pst_text_add(&text, "}");
    return text.len < text.size ? text.len : 0;
}
