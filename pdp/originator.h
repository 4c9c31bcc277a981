/*
 * One entry of accessControlOriginators: which kind it is, and its canonical
 * form. [ORI-01] [ORI-14]
 */
#ifndef PST_ORIGINATOR_H
#define PST_ORIGINATOR_H

#include "pdp/id.h"

enum pst_originator_kind {
    PST_ORIGINATOR_ALL,
    PST_ORIGINATOR_ENTITY,
    PST_ORIGINATOR_DOMAIN,
    PST_ORIGINATOR_PATTERN,
    PST_ORIGINATOR_GROUP,
    PST_ORIGINATOR_ROLE
};

struct pst_originator {
    enum pst_originator_kind kind;
    /* Parts as of the kind of identifier; of a domain and a pattern the parts
     * only (kind POSTERN_ID_UNSET, hash 0). */
    postern_id id;
};

/* Slices of `text` and `cse`. POSTERN_ERR_POLICY with a sentence when the text
 * is no entry that clause 7.1.3 allows. */
POSTERN_NODISCARD postern_status pst_originator_read(
    struct pst_originator *out, const postern_cse *cse, postern_str text,
    const postern_builder_options *options, const char **why);

#endif
