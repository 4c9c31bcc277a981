/*
 * A sentence built in a buffer of fixed size: what does not fit is cut, the
 * text always ends in NUL. Used for diagnostics and explanations.
 */
#ifndef PST_TEXT_H
#define PST_TEXT_H

#include <postern/base.h>

struct pst_text {
    char *data;
    size_t size; /* of the buffer, at least 1 */
    size_t len;  /* of the whole text, cut or not; without NUL */
};

void pst_text_init(struct pst_text *text, char *buffer, size_t size);
void pst_text_add(struct pst_text *text, const char *words);
void pst_text_add_str(struct pst_text *text, postern_str bytes);
void pst_text_add_uint(struct pst_text *text, uint64_t value);
void pst_text_add_int(struct pst_text *text, int64_t value);
/* Bytes from outside: at most 80, unprintable ones as "?", in quotes. */
void pst_text_add_quoted(struct pst_text *text, postern_str bytes);
/* At least `width` digits with leading zeros. */
void pst_text_add_padded(struct pst_text *text, uint64_t value, unsigned width);

#endif
