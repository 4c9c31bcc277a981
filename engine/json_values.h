/* Values of requests as members of one-line JSON. */
#ifndef PST_JSON_VALUES_H
#define PST_JSON_VALUES_H

#include "base/json_text.h"
#include "base/time_text.h"

#include <postern/prp.h>

/* Finite. Read back it is the same number. */
void pst_json_real(struct pst_json_text *json, const char *name, double value);
/* Nothing for an absent or empty list. */
void pst_json_texts(struct pst_json_text *json, const char *name,
                    const postern_texts *texts);
/* Nothing for an absent text. */
void pst_json_optional(struct pst_json_text *json, const char *name,
                       postern_str value);

/* YYYYMMDDThhmmss; false, and "", for a time without a year of four digits. */
bool pst_time_write(char buffer[PST_TIME_TEXT], int64_t time_s);
/* Nothing for such a time. */
void pst_json_time(struct pst_json_text *json, const char *name,
                   int64_t time_s);
/* Nothing for an address that is not known. */
void pst_json_ip(struct pst_json_text *json, const char *name,
                 const postern_ip *ip);

#endif
