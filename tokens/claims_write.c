/* Claims as the JSON that is in a token; read again they are the same.
 * [JWT-02] [JWT-11] [JWT-18] [JWT-24] */
#include "base/str.h"
#include "base/text.h"

#include <postern/token.h>

struct writer {
    struct pst_text out;
    bool wants_comma;
};

/* Bytes that are no UTF-8 pass: who issues reads the result again. */
static void write_quoted(struct writer *self, postern_str text)
{
    static const char digits[] = "0123456789abcdef";

    pst_text_add(&self->out, "\"");
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];

        if (c == '"' || c == '\\') {
            pst_text_add(&self->out, "\\");
        }
        if (c < 0x20) {
            const char escape[] = {
                '\\', 'u', '0', '0', digits[c >> 4], digits[c & 15], '\0'};

            pst_text_add(&self->out, escape);
        } else {
            pst_text_add_str(&self->out, pst_str_slice(text, i, i + 1));
        }
    }
    pst_text_add(&self->out, "\"");
}

static void open_value(struct writer *self, const char *name)
{
    if (self->wants_comma) {
        pst_text_add(&self->out, ",");
    }
    if (name) {
        pst_text_add(&self->out, "\"");
        pst_text_add(&self->out, name);
        pst_text_add(&self->out, "\":");
    }
    self->wants_comma = true;
}

static void open_bracket(struct writer *self, const char *name,
                         const char *bracket)
{
    open_value(self, name);
    pst_text_add(&self->out, bracket);
    self->wants_comma = false;
}

static void close_bracket(struct writer *self, const char *bracket)
{
    pst_text_add(&self->out, bracket);
    self->wants_comma = true;
}

static void write_text(struct writer *self, const char *name, postern_str text)
{
    open_value(self, name);
    write_quoted(self, text);
}

static void write_optional(struct writer *self, const char *name,
                           postern_str text)
{
    if (text.data) {
        write_text(self, name, text);
    }
}

static void write_time(struct writer *self, const char *name, int64_t time_s)
{
    open_value(self, name);
    pst_text_add_int(&self->out, time_s);
}

static void write_list(struct writer *self, const char *name,
                       const postern_str *texts, size_t count)
{
    open_bracket(self, name, "[");
    for (size_t i = 0; i < count; i++) {
        write_text(self, NULL, texts[i]);
    }
    close_bracket(self, "]");
}

static void write_permission(struct writer *self,
                             const postern_permission *permission)
{
    open_bracket(self, NULL, "{");
    if (permission->has_resource_ids) {
        write_list(self, "ris", permission->resource_ids,
                   permission->resource_id_count);
    }
    if (permission->privileges.data) {
        open_value(self, "pv");
        pst_text_add_str(&self->out, permission->privileges);
    }
    if (permission->role_id_count) {
        write_list(self, "rids", permission->role_ids,
                   permission->role_id_count);
    }
    close_bracket(self, "}");
}

/* [JWT-19] */
static void write_permissions(struct writer *self, const postern_claims *claims)
{
    open_bracket(self, "tkps", "{");
    open_bracket(self, "pm", "[");
    for (size_t i = 0; i < claims->permission_count; i++) {
        write_permission(self, &claims->permissions[i]);
    }
    close_bracket(self, "]");
    close_bracket(self, "}");
}

size_t postern_claims_write(const postern_claims *claims, char *buffer,
                            size_t size)
{
    struct writer self = {.wants_comma = false};

    pst_text_init(&self.out, buffer, size);
    open_bracket(&self, NULL, "{");
    write_text(&self, "tkvr", claims->version);
    write_text(&self, "jti", claims->token_id);
    write_text(&self, "iss", claims->issuer);
    write_text(&self, "azp", claims->holder);
    write_time(&self, "nbf", claims->not_before_s); /* [JWT-03] */
    write_time(&self, "exp", claims->not_after_s);
    write_optional(&self, "tknm", claims->name);
    if (claims->has_audience) {
        write_list(&self, "aud", claims->audience, claims->audience_count);
    }
    if (claims->has_permissions) {
        write_permissions(&self, claims);
    }
    write_optional(&self, "tkex", claims->extension);
    close_bracket(&self, "}");
    return self.out.len;
}
