/*
 * Two documents that are no frames: who a provider is, and who a subscriber is.
 * All texts live in the arena they were read into. [PPM-19] [PPM-23]
 */
#ifndef PST_CONSENT_RECORDS_H
#define PST_CONSENT_RECORDS_H

#include "policy-lang/node.h"

#include <postern/ppm.h>
#include <postern/prp.h>

/* Further AE-IDs that a row of tag 7.x lets in. */
struct pst_asp_recipients {
    uint32_t row;
    postern_texts originators;
};

struct pst_asp_application {
    postern_str app_id; /* as in row 1.1/app_id */
    postern_str name;   /* as columns call it */
    postern_texts originators;
    const struct pst_asp_recipients *recipients;
    uint32_t recipient_count;
};

/* An application service provider. */
struct pst_asp {
    postern_str id;
    postern_str name; /* or absent */
    postern_str keys; /* JWK set of public keys, as text; or absent */
    const struct pst_asp_application *applications;
    uint32_t application_count;
};

/* Where somebody or something is, by kind of law; absent: nowhere that has such
 * a law. Indexed by LEGAL_REGION to LEGAL_STATE. */
struct pst_place {
    postern_str of[POSTERN_PPM_KINDS];
};

struct pst_subscriber_device {
    postern_str device;
    struct pst_place place; /* the residence when it has none of its own */
};

enum pst_data_class {
    PST_CLASS_UNKNOWN, /* counts as medical */
    PST_CLASS_ANONYMISED,
    PST_CLASS_PERSONAL,
    PST_CLASS_SENSITIVE,
    PST_CLASS_MEDICAL
};

struct pst_subscriber_resource {
    postern_str id; /* resource ID at the hosting CSE */
    postern_str device;
    postern_str data; /* kind of data; absent: not known, so that only a column
                         for every kind holds */
    enum pst_data_class data_class;
};

struct pst_subscriber {
    postern_str pseudonym;
    struct pst_place residence;
    const struct pst_subscriber_device *devices;
    uint32_t device_count;
    const struct pst_subscriber_resource *resources;
    uint32_t resource_count;
};

/*
 * Read from a document of kind asp, and subscriber. POSTERN_OK; _POLICY with
 * file, line, path and a code in diag->lint; _MEMORY.
 */
POSTERN_NODISCARD postern_status
pst_asp_read(struct pst_arena *arena, const struct pst_document *document,
             struct pst_asp *asp, postern_diag *diag);
POSTERN_NODISCARD postern_status pst_subscriber_read(
    struct pst_arena *arena, const struct pst_document *document,
    struct pst_subscriber *subscriber, postern_diag *diag);

/* Whether a text is an assigned country code, in capitals. */
bool pst_place_is_country(postern_str code);

#endif
