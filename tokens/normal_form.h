/* Identifiers as they go into key derivations. */
#ifndef PST_NORMAL_FORM_H
#define PST_NORMAL_FORM_H

#include <postern/base.h>

enum { PST_IDENTIFIER_MAX = 1024 /* bytes, before and after */ };

struct pst_normal_form {
    char data[PST_IDENTIFIER_MAX];
    size_t len;
};

/*
 * Normalization form KC of a text in UTF-8, so that "CAE1" in full-width
 * letters gives the key of "CAE1". [KDF-07]
 *
 * POSTERN_OK; POSTERN_ERR_SYNTAX: it is empty, not UTF-8, or has control
 * characters; POSTERN_ERR_LIMIT; POSTERN_ERR_MEMORY.
 */
POSTERN_NODISCARD postern_status pst_normal_form(struct pst_normal_form *out,
                                                 postern_str text);

#endif
