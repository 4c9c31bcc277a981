/* Scalars as they are written in canonical documents. */
#ifndef PST_SCALAR_TEXT_H
#define PST_SCALAR_TEXT_H

#include "policy-lang/buffer.h"

/*
 * In double quotes, with the escapes that JSON and YAML share. What YAML allows
 * in no document, or takes for a line break, is escaped for JSON as well.
 */
void pst_write_quoted(struct pst_buffer *out, postern_str text);

/* As a plain scalar of YAML where that is read as the same string, else in
 * quotes. `in_line`: between the brackets of a list on one line. */
void pst_write_yaml_string(struct pst_buffer *out, postern_str text,
                           bool in_line);

/* The fewest digits that are read as the same number, always with a dot or an
 * exponent. Not for infinity and NaN, which no document holds. */
void pst_write_real(struct pst_buffer *out, double value);

void pst_write_integer(struct pst_buffer *out, int64_t value);

#endif
