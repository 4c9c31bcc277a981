/*
 * What one column of the accepted terms permits, as far as access control can
 * see to it: the practices of all frames of the provider that speak of it,
 * taken together. [PPM-24]
 *
 * A tag that no frame states limits nothing, but for 2.0: data of a class that
 * is not stated is not opened. In a tag that is stated, what is not stated is
 * not done.
 */
#ifndef PST_GATE_TERMS_H
#define PST_GATE_TERMS_H

#include "consent/records.h"
#include "gate/span.h"
#include "ppm/nations.h"
#include "ppm/stack.h"

enum { PST_CLASSES = PST_CLASS_MEDICAL + 1 };

struct pst_gate_terms {
    bool nothing; /* collected, or accessed from where a CSE could tell */
    bool classes[PST_CLASSES];
    bool anywhere; /* else from the nations [4.3] */
    struct pst_ppm_nations nations;
    struct pst_gate_span interval;        /* between two reads */
    struct pst_gate_span kept;            /* by whoever reads */
    struct pst_gate_span kept_anonymised; /* data of that class */
    int64_t ends_s; /* first second after the shelf life; INT64_MAX */
    bool practised[POSTERN_PPM_ROWS];
};

void pst_gate_terms_of(const postern_ppm_stack *stack, uint32_t column,
                       struct pst_gate_terms *terms);

/* Whether whoever the provider shares with by a row may read data of a class
 * itself. [PPM-24] */
bool pst_gate_shares(const struct pst_gate_terms *terms, uint32_t row,
                     enum pst_data_class data_class);

/*
 * The column that speaks of a resource for an application: the one that names
 * what any column names, and leaves the rest open. A kind of data that is not
 * known has one only where no column tells kinds apart. False: there is none.
 * [PPM-23]
 */
bool pst_gate_column_of(const postern_ppm_stack *stack, postern_str application,
                        const struct pst_subscriber_resource *resource,
                        uint32_t *column);

#endif
