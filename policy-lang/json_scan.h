/*
 * JSON (RFC 8259) cut into tokens, with the place of each. The text is UTF-8
 * already; nothing is copied and nothing is allocated.
 */
#ifndef PST_JSON_SCAN_H
#define PST_JSON_SCAN_H

#include "policy-lang/node_builder.h"

enum pst_json_token {
    PST_JSON_END, /* of the text */
    PST_JSON_OPEN_OBJECT,
    PST_JSON_CLOSE_OBJECT,
    PST_JSON_OPEN_LIST,
    PST_JSON_CLOSE_LIST,
    PST_JSON_COMMA,
    PST_JSON_COLON,
    PST_JSON_STRING,
    PST_JSON_INTEGER,
    PST_JSON_REAL,
    PST_JSON_TRUE,
    PST_JSON_FALSE,
    PST_JSON_NULL,
    PST_JSON_UNKNOWN, /* a word or character that JSON does not have */
    PST_JSON_BROKEN   /* a string or number that is wrong: see `problem` */
};

struct pst_json_scan {
    postern_str text;
    size_t next;            /* where the next token is looked for */
    uint32_t line;          /* of `next`, from 1 */
    size_t line_start;      /* offset of its first byte */
    postern_str lexeme;     /* the token as written, strings without quotes */
    struct pst_position at; /* of the token, or of the problem in it */
    size_t decoded_len;     /* of a string, after its escapes */
    const char *problem;    /* static sentence */
};

void pst_json_scan_init(struct pst_json_scan *scan, postern_str text);

enum pst_json_token pst_json_next(struct pst_json_scan *scan);

/* Takes the sign if it is the very next byte, as nearly always; otherwise it is
 * for pst_json_next() to say what stands there. */
static inline bool pst_json_take(struct pst_json_scan *scan, char sign)
{
    bool there =
        scan->next < scan->text.len && scan->text.data[scan->next] == sign;

    scan->next += there;
    return there;
}

/* Writes what the string token just read stands for: decoded_len bytes. They
 * may take the place of the token itself. */
void pst_json_decode(const struct pst_json_scan *scan, char *out);

#endif
