/* Growing text: doubled when it is full, so that writing is linear. */
#include "policy-lang/buffer.h"

#include <string.h>

enum { FIRST_CAPACITY = 4096 };

void pst_buffer_init(struct pst_buffer *buffer,
                     const postern_allocator *allocator, size_t ceiling)
{
    *buffer = (struct pst_buffer){.allocator = *allocator, .ceiling = ceiling};
}

void pst_buffer_release(struct pst_buffer *buffer)
{
    pst_release(&buffer->allocator, buffer->data, buffer->capacity);
    buffer->data = NULL;
    buffer->len = 0;
    buffer->capacity = 0;
}

static bool grow(struct pst_buffer *buffer, size_t need)
{
    size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
    char *data;

    while (capacity < need) {
        capacity *= 2; /* need is at most the ceiling, which is half SIZE_MAX */
    }
    data = pst_alloc(&buffer->allocator, capacity);
    if (!data) {
        return false;
    }
    if (buffer->len) {
        memcpy(data, buffer->data, buffer->len);
    }
    pst_release(&buffer->allocator, buffer->data, buffer->capacity);
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

/* Room for `count` bytes more, or NULL and a failure. */
static char *extend(struct pst_buffer *buffer, size_t count)
{
    size_t ceiling =
        buffer->ceiling < SIZE_MAX / 2 ? buffer->ceiling : SIZE_MAX / 2;
    char *end;

    if (buffer->failed || buffer->len > ceiling ||
        count > ceiling - buffer->len) {
        buffer->failed = true;
        return NULL;
    }
    if (buffer->len + count > buffer->capacity &&
        !grow(buffer, buffer->len + count)) {
        buffer->failed = true;
        return NULL;
    }
    end = buffer->data + buffer->len;
    buffer->len += count;
    return end;
}

void pst_buffer_add(struct pst_buffer *buffer, postern_str bytes)
{
    char *end = bytes.len ? extend(buffer, bytes.len) : NULL;

    if (end) {
        memcpy(end, bytes.data, bytes.len);
    }
}

void pst_buffer_add_word(struct pst_buffer *buffer, const char *word)
{
    pst_buffer_add(buffer, postern_str_of(word));
}

void pst_buffer_add_spaces(struct pst_buffer *buffer, size_t count)
{
    char *end = count ? extend(buffer, count) : NULL;

    if (end) {
        memset(end, ' ', count);
    }
}

postern_str pst_buffer_copy(const struct pst_buffer *buffer)
{
    char *copy = NULL;

    if (!buffer->failed) {
        copy = pst_alloc(&buffer->allocator, buffer->len + 1);
    }
    if (!copy) {
        return (postern_str){NULL, 0};
    }
    if (buffer->len) {
        memcpy(copy, buffer->data, buffer->len);
    }
    copy[buffer->len] = '\0';
    return (postern_str){copy, buffer->len};
}
