/* JSON in one line, written into a buffer of fixed size without allocating. */
#ifndef PST_JSON_TEXT_H
#define PST_JSON_TEXT_H

#include "base/text.h"

struct pst_json_text {
    struct pst_text text;
    bool wants_comma; /* something of the object or list is written */
};

/* '{' or '['; `name` is that of the member, NULL in a list and at the root. */
void pst_json_open(struct pst_json_text *json, const char *name, char bracket);
void pst_json_close(struct pst_json_text *json, char bracket);

/* What goes before a value: a comma, the name. For writers of other values. */
void pst_json_begin(struct pst_json_text *json, const char *name);

/* Bytes that are no UTF-8 become U+FFFD. */
void pst_json_str(struct pst_json_text *json, const char *name,
                  postern_str value);
void pst_json_word(struct pst_json_text *json, const char *name,
                   const char *value);
void pst_json_uint(struct pst_json_text *json, const char *name,
                   uint64_t value);
void pst_json_int(struct pst_json_text *json, const char *name, int64_t value);
void pst_json_bool(struct pst_json_text *json, const char *name, bool value);

#endif
