/* Size and encoding of a text, and where in it a byte stands. */
#include "policy-lang/source_text.h"

#include "base/str.h"

struct pst_position pst_source_position(postern_str text, size_t offset)
{
    struct pst_position at = {1, 1};
    size_t line_start = 0;

    for (;;) {
        size_t end = pst_str_find(text, line_start, '\n');

        if (end >= offset || end == text.len) {
            at.column = (uint32_t)(offset - line_start + 1);
            return at;
        }
        at.line++;
        line_start = end + 1;
    }
}

bool pst_source_has_mark(postern_str text)
{
    return pst_str_is(pst_str_slice(text, 0, PST_SOURCE_MARK_SIZE),
                      "\xEF\xBB\xBF");
}

static bool is_continuation(postern_str text, size_t i)
{
    return i < text.len && ((unsigned char)text.data[i] & 0xC0) == 0x80;
}

/* Bytes of the character that begins here; 0: it is none. The second byte of
 * some is restricted further: RFC 3629 section 4. */
static size_t character_size(postern_str text, size_t i)
{
    unsigned char first = (unsigned char)text.data[i];
    unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    size_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;

    if (first < 0x80) {
        return 1;
    }
    if (first < 0xC2 || first > 0xF4 || i + 1 >= text.len ||
        (unsigned char)text.data[i + 1] < low ||
        (unsigned char)text.data[i + 1] > high) {
        return 0;
    }
    for (size_t k = 2; k < size; k++) {
        if (!is_continuation(text, i + k)) {
            return 0;
        }
    }
    return size;
}

static postern_status refuse_byte(const struct pst_node_builder *builder,
                                  size_t offset)
{
    postern_str text = builder->document->text;
    const char *message = text.data[offset] == '\0'
                              ? "the text holds a NUL byte"
                              : "the text is not UTF-8 here";

    return pst_builder_refuse(builder, pst_source_position(text, offset),
                              POSTERN_ERR_SYNTAX, message);
}

static postern_status refuse_size(const struct pst_node_builder *builder)
{
    char message[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, message, sizeof message);
    pst_text_add(&text, "the document has ");
    pst_text_add_uint(&text, builder->document->text.len);
    pst_text_add(&text, " bytes, more than ");
    pst_text_add_uint(&text, builder->limits.text_bytes);
    return pst_builder_refuse(builder, (struct pst_position){0, 0},
                              POSTERN_ERR_LIMIT, message);
}

/* Past the ASCII characters from `i` on but NUL, eight at a time. */
static size_t skip_ascii(postern_str text, size_t i)
{
    const uint64_t ones = 0x0101010101010101U;
    uint64_t bytes;

    for (; text.len - i >= sizeof bytes; i += sizeof bytes) {
        memcpy(&bytes, text.data + i, sizeof bytes);
        if (((bytes | (bytes - ones)) & ones << 7) != 0) {
            break; /* one is not ASCII, or one is 0 */
        }
    }
    return i;
}

postern_status pst_source_check(const struct pst_node_builder *builder)
{
    postern_str text = builder->document->text;
    size_t i;

    if (text.len > builder->limits.text_bytes) {
        return refuse_size(builder);
    }
    for (i = skip_ascii(text, 0); i < text.len; i = skip_ascii(text, i)) {
        size_t size = text.data[i] ? character_size(text, i) : 0;

        if (size == 0) {
            return refuse_byte(builder, i);
        }
        i += size;
    }
    return POSTERN_OK;
}
