#include "base/text.h"

#include "base/str.h"

enum { QUOTED_MAX = 80, DIGITS_MAX = 20 };

void pst_text_init(struct pst_text *text, char *buffer, size_t size)
{
    *text = (struct pst_text){buffer, size, 0};
    if (size) {
        buffer[0] = '\0';
    }
}

static void add_char(struct pst_text *text, char c)
{
    if (text->len + 1 < text->size) {
        text->data[text->len] = c;
        text->data[text->len + 1] = '\0';
    }
    text->len++;
}

void pst_text_add_str(struct pst_text *text, postern_str bytes)
{
    size_t room = text->len + 1 < text->size ? text->size - 1 - text->len : 0;
    size_t fits = bytes.len < room ? bytes.len : room;

    if (fits) {
        memcpy(text->data + text->len, bytes.data, fits);
        text->data[text->len + fits] = '\0';
    }
    text->len += bytes.len;
}

void pst_text_add(struct pst_text *text, const char *words)
{
    pst_text_add_str(text, (postern_str){words, strlen(words)});
}

void pst_text_add_padded(struct pst_text *text, uint64_t value, unsigned width)
{
    char digits[DIGITS_MAX];
    unsigned count = 0;

    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value && count < DIGITS_MAX);
    for (unsigned i = count; i < width; i++) {
        add_char(text, '0');
    }
    while (count) {
        add_char(text, digits[--count]);
    }
}

void pst_text_add_uint(struct pst_text *text, uint64_t value)
{
    pst_text_add_padded(text, value, 1);
}

void pst_text_add_int(struct pst_text *text, int64_t value)
{
    if (value < 0) {
        add_char(text, '-');
        pst_text_add_uint(text, (uint64_t)0 - (uint64_t)value);
        return;
    }
    pst_text_add_uint(text, (uint64_t)value);
}

void pst_text_add_quoted(struct pst_text *text, postern_str bytes)
{
    postern_str shown = pst_str_slice(bytes, 0, QUOTED_MAX);

    add_char(text, '"');
    for (size_t i = 0; i < shown.len; i++) {
        char c = shown.data[i];

        add_char(text, c >= ' ' && c <= '~' ? c : '?');
    }
    pst_text_add(text, bytes.len > QUOTED_MAX ? "...\"" : "\"");
}
