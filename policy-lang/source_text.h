/* The bytes of a document before anything is read from them. */
#ifndef PST_SOURCE_TEXT_H
#define PST_SOURCE_TEXT_H

#include "policy-lang/node_builder.h"

/* Refuses a text that is longer than the limits allow, that is not UTF-8 (as
 * of RFC 3629: no overlong forms, no surrogates) or that holds a NUL byte. */
POSTERN_NODISCARD postern_status
pst_source_check(const struct pst_node_builder *builder);

/* Line and column of a byte, from 1. */
struct pst_position pst_source_position(postern_str text, size_t offset);

/* The mark that some editors put in front of UTF-8. */
bool pst_source_has_mark(postern_str text);
enum { PST_SOURCE_MARK_SIZE = 3 };

#endif
