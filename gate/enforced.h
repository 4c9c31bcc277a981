/*
 * What access control does about each row of annex J. [PPM-24]
 */
#ifndef PST_GATE_ENFORCED_H
#define PST_GATE_ENFORCED_H

#include <postern/ppm.h>

/* Rows that the gate looks at, by their numbers, which never change. */
enum pst_gate_row {
    PST_ROW_APP_ID = 5,
    PST_ROW_NO_DATA = 7,
    PST_ROW_ANONYMIZED = 9,
    PST_ROW_PERSONAL = 10,
    PST_ROW_SENSITIVE = 11,
    PST_ROW_MEDICAL = 12,
    PST_ROW_EVENT = 14,
    PST_ROW_MONTHLY = 15,
    PST_ROW_WEEKLY = 16,
    PST_ROW_DAILY = 17,
    PST_ROW_HOURLY = 18,
    PST_ROW_MINUTES = 19,
    PST_ROW_STREAM_TRIGGERED = 20,
    PST_ROW_STREAM_FULL = 21,
    PST_ROW_SAMPLE_SECONDS = 27,
    PST_ROW_SAMPLE_STREAMED = 28,
    PST_ROW_ACCESSED_NATION = 41,
    PST_ROW_KEPT = 46,              /* the first of tag 6.0, NA */
    PST_ROW_KEPT_ANONYMIZED = 55,   /* the first of tag 6.1 */
    PST_ROW_SHARED = 71,            /* the first of tag 7.0, NA */
    PST_ROW_SHARED_ANONYMIZED = 78, /* of tag 7.1 */
    PST_ROW_SHARED_SUMMARY = 85,    /* of tag 7.2 */
    PST_ROW_SHELF_LIFE = 109
};

/* Whether a row is the claim that no data is collected: where it is made there
 * is nothing to open. [ANJ-04] */
bool pst_gate_claims_nothing(uint32_t row);

/* What enforces a row, a sentence; NULL: access control does, alone. */
const char *pst_gate_enforced_by(uint32_t row);

#endif
