/* Annex J in the fields of ISO/IEC TS 27560, as data. [PPM-25] */
#ifndef PST_CONSENT_RECEIPT_MAP_H
#define PST_CONSENT_RECEIPT_MAP_H

#include <postern/ppm.h>

enum pst_receipt_field {
    PST_RECEIPT_LEFT_OUT,
    PST_RECEIPT_PARTY_NAME,    /* party_name */
    PST_RECEIPT_PARTY_ADDRESS, /* party_address: a country */
    PST_RECEIPT_PARTY_NUMBER,  /* party_number */
    PST_RECEIPT_SERVICE,       /* services: App-IDs */
    PST_RECEIPT_PII,           /* pii_information */
    PST_RECEIPT_INTERVAL,      /* collection_method, how often */
    PST_RECEIPT_PERIOD,        /* collection_method, of what span of time */
    PST_RECEIPT_SAMPLING,      /* collection_method, between two readings */
    PST_RECEIPT_SOURCE,        /* collection_method, where */
    PST_RECEIPT_STORED,        /* storage_locations */
    PST_RECEIPT_PROCESSED,     /* processing_locations */
    PST_RECEIPT_ACCESSED,      /* geographic_restrictions */
    PST_RECEIPT_PURPOSE,       /* purpose, purpose_type, lawful_basis */
    PST_RECEIPT_KEPT,          /* retention_period */
    PST_RECEIPT_RECIPIENT,     /* recipient_third_parties */
    PST_RECEIPT_NO_RECIPIENT   /* recipient_third_parties: none */
};

struct pst_receipt_row {
    const char *key;
    enum pst_receipt_field field;
    /* What is written; "#" stands for the number. Of PURPOSE the lawful
     * basis. */
    const char *word;
    const char *dpv; /* or "" */
};

/* By number of the row. */
extern const struct pst_receipt_row pst_receipt_map[POSTERN_PPM_ROWS];

#endif
