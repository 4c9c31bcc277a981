/*
 * A request as the access decision needs it, read from a JSON object: the
 * parameters of a request primitive (TS-0003 7.1.2, TS-0004 short names), what
 * the CSE knows besides about the way it came in, and the names of the decision
 * request of TS-0003 Annex G. [REQ-01] [DRQ-01]
 *
 *   fr to op ty content attrs fc{fu}   the primitive
 *   rids tkns tids ltids tqi           roles and tokens it carries
 *   rq_time rq_ip rq_loc rq_authn      context, from the CSE [REQ-05] [REQ-06]
 *   sa{kind,id} esprim_id              how it was protected [IMP-01] [IMP-06]
 */
#ifndef PST_PRIMITIVE_H
#define PST_PRIMITIVE_H

#include "policy-lang/node.h"

#include <postern/pdp.h>

/* rq_authn, as far as the request says. */
enum pst_authn {
    PST_AUTHN_UNSTATED = 0, /* follows from the association [AUTHN-05] */
    PST_AUTHN_FALSE,
    PST_AUTHN_TRUE
};

enum pst_association {
    PST_ASSOCIATION_UNSTATED = 0, /* not the registrar's business [IMP-01] */
    PST_ASSOCIATION_NONE,         /* at the registrar, without association */
    PST_ASSOCIATION_AE,
    PST_ASSOCIATION_CSE
};

struct pst_texts {
    const postern_str *items;
    uint32_t count;
};

struct pst_primitive {
    const struct pst_document *document; /* that it was read from */
    bool has_from;
    postern_str from;
    postern_str to;
    int operation; /* 1..5 */
    uint32_t child_type;
    int filter_usage;               /* 0: none */
    bool has_filter;                /* filter criteria other than filterUsage */
    const struct pst_node *content; /* without "m2m:cnt"; NULL: none */
    postern_str content_type;       /* the name it was wrapped in, or absent */
    /* Those asked for or written: attrs, with what the content says besides so
     * that no attribute goes unseen. None: not told; an Update that names none
     * is taken not to touch accessControlPolicyIDs. */
    struct pst_texts attributes;
    struct pst_texts roles; /* rids: claims, nothing is verified yet */
    bool carries_tokens;    /* any of tkns, tids, ltids */
    bool time_known;
    int64_t time_s;
    postern_ip ip;
    postern_location location;
    enum pst_authn authn;
    enum pst_association association;
    struct pst_texts associated; /* identities of the association */
    bool has_esprim;
    postern_str esprim_id;
};

/* Members allowed besides: the verdict that a decision case expects. */
enum pst_primitive_form { PST_PRIMITIVE_PLAIN, PST_PRIMITIVE_OF_CASE };

/*
 * Reads a request. POSTERN_ERR_POLICY, with path and sentence in diag, when it
 * is malformed: a member missing, unknown, of the wrong type or out of range;
 * the primitive is then fit for showing only (from, to, operation as far as
 * they could be read). POSTERN_ERR_MEMORY. `document` is for positions; texts
 * stay where they are.
 */
POSTERN_NODISCARD postern_status pst_primitive_read(
    struct pst_primitive *primitive, const struct pst_document *document,
    const struct pst_node *node, enum pst_primitive_form form,
    struct pst_arena *arena, postern_diag *diag);

/* "create", "retrieve" ..., "discover" for a retrieve with filterUsage 1,
 * "request" for none of these. */
const char *pst_primitive_operation_name(const struct pst_primitive *primitive);

#endif
