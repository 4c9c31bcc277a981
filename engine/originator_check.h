/*
 * Who is asking, before any policy is read: whether From is there, is an
 * identifier, is the identity that the request came in under, and whether that
 * authenticates it. (TS-0003 7.1.2, 7.2, TS-0004 7.3.2.1)
 */
#ifndef PST_ORIGINATOR_CHECK_H
#define PST_ORIGINATOR_CHECK_H

#include "engine/run.h"

/* Fills in run->association and run->asker; false, with the answer, when the
 * request is refused. */
bool pst_check_originator(struct pst_run *run);

/* rq_authn of an originator that has passed the checks, and why. */
void pst_authenticate(struct pst_run *run);

#endif
