/* From the rules of a policy to the compiled set of its ACPs. */
#ifndef PST_COMPILE_H
#define PST_COMPILE_H

#include "policy-lang/reader.h"

/*
 * Fills policy->acps. A rule that the builder refuses refuses the policy, or
 * is disabled if the options say so. The policy needs its index by resource ID.
 *
 * POSTERN_OK, _POLICY, _LIMIT, _MEMORY, _INTERNAL.
 */
POSTERN_NODISCARD postern_status pst_compile(struct pst_reader *in,
                                             postern_diag *diag);

#endif
