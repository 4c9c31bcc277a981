/*
 * JSON for programs that read our output: one value per line, texts escaped,
 * numbers never in the locale's form. A failure is kept until the end.
 */
#ifndef PST_JSON_OUT_H
#define PST_JSON_OUT_H

#include "policy-lang/buffer.h"

#include <stdio.h>

struct pst_json_out {
    struct pst_buffer text;
    bool wants_comma; /* before the next member or entry */
};

void pst_json_out_init(struct pst_json_out *out);
void pst_json_out_release(struct pst_json_out *out);

/* Opens '{' or '['; closes '}' or ']'. */
void pst_json_out_open(struct pst_json_out *out, char bracket);
void pst_json_out_close(struct pst_json_out *out, char bracket);

/* The name of the next member. */
void pst_json_out_name(struct pst_json_out *out, const char *name);

void pst_json_out_str(struct pst_json_out *out, postern_str text);
void pst_json_out_int(struct pst_json_out *out, int64_t value);
void pst_json_out_bool(struct pst_json_out *out, bool value);
void pst_json_out_null(struct pst_json_out *out);

/* A member with its value. */
void pst_json_out_text(struct pst_json_out *out, const char *name,
                       const char *text);
void pst_json_out_number(struct pst_json_out *out, const char *name,
                         int64_t value);

/* Writes what there is as a line, and begins anew. False when that failed, or
 * anything before. */
bool pst_json_out_line(struct pst_json_out *out, FILE *stream);

#endif
