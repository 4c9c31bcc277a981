/* JSON in one line, written into a buffer of fixed size without allocating. */
#ifndef PST_JSON_TEXT_H
#define PST_JSON_TEXT_H

#include "base/text.h"

#include <postern/prp.h>

struct pst_json_text {
    struct pst_text text;
    bool wants_comma; /* something of the object or list is written */
};

/* '{' or '['; `name` is that of the member, NULL in a list and at the root. */
void pst_json_open(struct pst_json_text *json, const char *name, char bracket);
void pst_json_close(struct pst_json_text *json, char bracket);

/* Bytes that are no UTF-8 become U+FFFD. */
void pst_json_str(struct pst_json_text *json, const char *name,
                  postern_str value);
void pst_json_word(struct pst_json_text *json, const char *name,
                   const char *value);
void pst_json_uint(struct pst_json_text *json, const char *name,
                   uint64_t value);
void pst_json_int(struct pst_json_text *json, const char *name, int64_t value);
/* Finite. Read back it is the same number. */
void pst_json_real(struct pst_json_text *json, const char *name, double value);
void pst_json_bool(struct pst_json_text *json, const char *name, bool value);

/* ---- values of requests (json_values.c) ---------------------------------- */

/* Nothing for an absent or empty list. */
void pst_json_texts(struct pst_json_text *json, const char *name,
                    const postern_texts *texts);
/* Nothing for an absent text. */
void pst_json_optional(struct pst_json_text *json, const char *name,
                       postern_str value);
enum { PST_TIME_SIZE = 16 };

/* YYYYMMDDThhmmss; false, and "", for a time without a year of four digits. */
bool pst_time_write(char buffer[PST_TIME_SIZE], int64_t time_s);
/* Nothing for such a time. */
void pst_json_time(struct pst_json_text *json, const char *name,
                   int64_t time_s);
/* Nothing for an address that is not known. */
void pst_json_ip(struct pst_json_text *json, const char *name,
                 const postern_ip *ip);

#endif
