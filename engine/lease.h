/*
 * Until when an answer holds: the next instant at which time makes a difference
 * to any of what it was made from. [CTX-18]
 *
 * Whatever is compared with the time of the request is noted where that is done
 * (prp/view.h, tokens/checks.h); here is what rules depend on.
 */
#ifndef PST_LEASE_H
#define PST_LEASE_H

#include "engine/run.h"

/* The request and its time are known. */
void pst_lease_begin(struct pst_run *run);

/* The rules of run->links permit. */
void pst_lease_permit(struct pst_run *run);

/* No rule of any link does, and all that could help was found out. */
void pst_lease_denial(struct pst_run *run);

/* The answer says until when it holds. The call has not ended yet. */
void pst_lease_end(struct pst_run *run);

#endif
