/* One decision: by the rules of ACPs, which the pdp decides, or by the default
 * policy, which lets one entity in. */
#ifndef PST_CONSULT_H
#define PST_CONSULT_H

#include "engine/run.h"

/* Decides run->request by run->selection; the answer is that decision. Whether
 * it permits. */
bool pst_consult(struct pst_run *run);

/* The answer that the needs noted are to be found out first; false. */
bool pst_deny_waiting(struct pst_run *run);

/* Whether the rules of the ACPs selected permit, after finding out whatever
 * could make them; *grounds is then the rule. (settle.c) */
bool pst_settle(struct pst_run *run, struct pst_grounds *grounds);

/* The same for run->links alone, as they are. */
bool pst_settle_links(struct pst_run *run, struct pst_grounds *grounds);

/* Tells the listener about every rule. Whether that comes to the same effect.
 * (settle.c) */
bool pst_explain(struct pst_run *run, bool permitted);

#endif
