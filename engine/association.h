/*
 * The security association that a request came in by, as far as it counts: told
 * by the caller, or found by its credential. [SAEF-03] [SAEF-12]
 */
#ifndef PST_ASSOCIATION_H
#define PST_ASSOCIATION_H

#include "engine/trust.h"
#include "prp/view.h"

struct pst_association {
    /* UNSTATED, NONE, AE or CSE. One that has expired, or whose credential is
     * not known, is none. [SAEF-13] */
    postern_association_kind kind;
    postern_texts identities;
    postern_str credential; /* absent: not told */
    bool expires;           /* by the session or by the credential */
    int64_t expires_s;      /* the earlier of the two */
    postern_local_trust local_trust;
    const char *lapsed; /* why it counts as none; NULL: it does not */
};

struct pst_association pst_association_of(const postern_association *told,
                                          const struct pst_trust *trust,
                                          const struct pst_now *now);

/* Whether an entity is one of its identities; *identity, unless NULL, is then
 * that one as it was told. [IMP-03] */
bool pst_association_names(const struct pst_association *self,
                           const postern_id *entity, const postern_cse *cse,
                           postern_str *identity);

#endif
