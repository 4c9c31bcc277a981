/*
 * Who is asking, before any policy is read: whether From is there, is an
 * identifier, and is the identity that the request came in under.
 * (TS-0003 7.2, TS-0004 7.3.2.1) [IMP-01] [IMP-02] [IMP-05] [IMP-06]
 */
#ifndef PST_ORIGINATOR_CHECK_H
#define PST_ORIGINATOR_CHECK_H

#include "engine/primitive.h"
#include "engine/registry.h"

/* Response status codes (TS-0004 6.6.3). 4106 is called
 * ORIGINATOR_HAS_NOT_REGISTERED in Release 2, ORIGINATOR_NOT_AUTHENTICATED in
 * Release 3. [IMP-04] */
enum pst_rsc {
    PST_RSC_OK = 2000,
    PST_RSC_CREATED = 2001,
    PST_RSC_DELETED = 2002,
    PST_RSC_UPDATED = 2004,
    PST_RSC_BAD_REQUEST = 4000,
    PST_RSC_NOT_FOUND = 4004,
    PST_RSC_NO_PRIVILEGE = 4103,
    PST_RSC_NOT_AUTHENTICATED = 4106,
    PST_RSC_NO_ASSOCIATION = 4107, /* SECURITY_ASSOCIATION_REQUIRED */
    PST_RSC_IMPERSONATION = 4116,  /* ESPRIM_IMPERSONATION_ERROR */
    PST_RSC_INTERNAL = 5000
};

struct pst_refusal {
    int rsc;            /* 0: not refused */
    const char *reason; /* a word for programs */
    const char *message;
};

struct pst_asker {
    postern_id id;      /* POSTERN_ID_ABSENT: an AE that registers [REQ-02] */
    bool authenticated; /* rq_authn [REQ-09] */
};

/* The originator of a well-formed request, or why it is refused. */
struct pst_refusal pst_check_originator(struct pst_asker *asker,
                                        const struct pst_registry *registry,
                                        const postern_cse *cse,
                                        const struct pst_primitive *primitive);

#endif
