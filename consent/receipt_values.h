/* What terms state, as members of a receipt. */
#ifndef PST_CONSENT_RECEIPT_VALUES_H
#define PST_CONSENT_RECEIPT_VALUES_H

#include "base/json_text.h"
#include "consent/receipt_map.h"
#include "ppm/stack.h"

/* A column while it is written. */
struct pst_receipt_column {
    struct pst_json_text *json;
    const postern_ppm_stack *stack;
    uint32_t number;
};

/* What the n-th of the provider's frames states of a row; NULL: nothing, or
 * that it does not. */
const struct pst_ppm_value *
pst_receipt_stated(const struct pst_receipt_column *column, uint32_t n,
                   uint32_t row);
/* Whether any does. */
bool pst_receipt_any(const struct pst_receipt_column *column, uint32_t row);

/* A member with a list of all that is stated in rows of a field: words, codes,
 * texts, durations. Nothing is written when nothing is stated. */
void pst_receipt_list(const struct pst_receipt_column *column, const char *name,
                      enum pst_receipt_field field);

/* The longest time that data of tag 6.x is kept, as a duration of ISO 8601 or
 * "indefinite". */
void pst_receipt_kept(const struct pst_receipt_column *column, const char *name,
                      const char *tag);

/* With whom data is shared; an empty list where that it is not is claimed. */
void pst_receipt_recipients(const struct pst_receipt_column *column);

/* "2026-11-22T10:30:00Z"; "P30DT1H" for a number of seconds. */
void pst_receipt_time(struct pst_json_text *json, const char *name,
                      int64_t time_s);
void pst_receipt_duration(struct pst_json_text *json, const char *name,
                          int64_t seconds);

#endif
