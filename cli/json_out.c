#include "cli/json_out.h"

#include "base/str.h"
#include "cli/plain.h"
#include "policy-lang/scalar_text.h"

void pst_json_out_init(struct pst_json_out *out)
{
    postern_allocator heap = pst_allocator_of(NULL);

    pst_buffer_init(&out->text, &heap, SIZE_MAX);
    out->wants_comma = false;
}

void pst_json_out_release(struct pst_json_out *out)
{
    pst_buffer_release(&out->text);
}

/* Every value and every name begins with this. */
static void separate(struct pst_json_out *out)
{
    pst_buffer_add_word(&out->text, out->wants_comma ? "," : "");
    out->wants_comma = true;
}

void pst_json_out_open(struct pst_json_out *out, char bracket)
{
    separate(out);
    pst_buffer_add(&out->text, (postern_str){&bracket, 1});
    out->wants_comma = false;
}

void pst_json_out_close(struct pst_json_out *out, char bracket)
{
    pst_buffer_add(&out->text, (postern_str){&bracket, 1});
    out->wants_comma = true;
}

void pst_json_out_name(struct pst_json_out *out, const char *name)
{
    pst_json_out_str(out, postern_str_of(name));
    pst_buffer_add_word(&out->text, ":");
    out->wants_comma = false;
}

static bool is_utf8(postern_str text)
{
    size_t at = 0;

    while (at < text.len) {
        size_t size = pst_character_size(text, at);

        if (!size) {
            return false;
        }
        at += size;
    }
    return true;
}

/* File names are any bytes, and a sentence that was cut may end inside a
 * character: what is left of such becomes "?". */
static void write_mended(struct pst_buffer *out, postern_str text)
{
    struct pst_buffer mended;
    size_t at = 0;

    pst_buffer_init(&mended, &out->allocator, out->ceiling);
    while (at < text.len) {
        size_t size = pst_character_size(text, at);

        pst_buffer_add(&mended, size ? pst_str_slice(text, at, at + size)
                                     : PST_STR("?"));
        at += size ? size : 1;
    }
    pst_write_quoted(out, (postern_str){mended.data, mended.len});
    out->failed = out->failed || mended.failed;
    pst_buffer_release(&mended);
}

void pst_json_out_str(struct pst_json_out *out, postern_str text)
{
    separate(out);
    if (is_utf8(text)) {
        pst_write_quoted(&out->text, text);
    } else {
        write_mended(&out->text, text);
    }
}

void pst_json_out_int(struct pst_json_out *out, int64_t value)
{
    separate(out);
    pst_write_integer(&out->text, value);
}

void pst_json_out_bool(struct pst_json_out *out, bool value)
{
    separate(out);
    pst_buffer_add_word(&out->text, value ? "true" : "false");
}

void pst_json_out_null(struct pst_json_out *out)
{
    separate(out);
    pst_buffer_add_word(&out->text, "null");
}

void pst_json_out_text(struct pst_json_out *out, const char *name,
                       const char *text)
{
    pst_json_out_name(out, name);
    pst_json_out_str(out, postern_str_of(text));
}

void pst_json_out_number(struct pst_json_out *out, const char *name,
                         int64_t value)
{
    pst_json_out_name(out, name);
    pst_json_out_int(out, value);
}

bool pst_json_out_line(struct pst_json_out *out, FILE *stream)
{
    bool written;

    pst_buffer_add_word(&out->text, "\n");
    written = !out->text.failed &&
              fwrite(out->text.data, 1, out->text.len, stream) == out->text.len;
    out->text.len = 0;
    out->wants_comma = false;
    return written;
}
