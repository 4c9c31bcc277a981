/*
 * What the claims of a token are held against, in the order of TS-0003 7.3.2.3
 * and 7.3.2.5: the same for a token that is new, one whose signature is not
 * verified yet, and one that was remembered.
 */
#ifndef PST_CHECKS_H
#define PST_CHECKS_H

#include "tokens/issuers.h"

struct pst_checks {
    const postern_issuers *issuers;
    const struct pst_issuer *issuer; /* whose key protects the token */
    const postern_cse *cse;
    const postern_token_check *check;
    const postern_id *holder; /* whom claims->holder names; NULL: read it */
    int64_t *edge_s; /* becomes the next instant after the time of the check at
                        which its time makes a difference, if that is earlier */
};

/* Takes an edge that is after the time of the check and before *edge_s. */
void pst_edge_note(int64_t *edge_s, const postern_token_check *check,
                   int64_t at_s);

/* POSTERN_REFUSAL_NONE or the first check that fails. Cost: linear in the
 * audience. */
postern_refusal pst_claims_check(const struct pst_checks *self,
                                 const postern_claims *claims);

#endif
