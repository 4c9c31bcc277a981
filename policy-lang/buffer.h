/*
 * Text that grows while it is written, up to a ceiling. A failure is kept: who
 * writes asks once, at the end.
 */
#ifndef PST_BUFFER_H
#define PST_BUFFER_H

#include "base/memory.h"

struct pst_buffer {
    postern_allocator allocator;
    char *data;
    size_t len;
    size_t capacity;
    size_t ceiling;
    bool failed; /* no memory, or the ceiling is reached: nothing is added */
};

void pst_buffer_init(struct pst_buffer *buffer,
                     const postern_allocator *allocator, size_t ceiling);
void pst_buffer_release(struct pst_buffer *buffer);

void pst_buffer_add(struct pst_buffer *buffer, postern_str bytes);
void pst_buffer_add_word(struct pst_buffer *buffer, const char *word);
void pst_buffer_add_spaces(struct pst_buffer *buffer, size_t count);

/* A copy of exactly len + 1 bytes that ends in NUL; {NULL, 0} after a failure
 * or when there is no memory for it. */
postern_str pst_buffer_copy(const struct pst_buffer *buffer);

#endif
