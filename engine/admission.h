/*
 * Whether the content of a request may become an <accessControlPolicy>: the
 * same reader and compiler that load policies are asked, in their strict mode.
 * (TS-0004 7.4.2) [PRP-08] [REQ-04]
 */
#ifndef PST_ADMISSION_H
#define PST_ADMISSION_H

#include "engine/primitive.h"
#include "policy-lang/policy.h"

/*
 * Looks at the content of a Create or Update of an <accessControlPolicy>. An
 * Update need not hold selfPrivileges, but may not empty them.
 *
 * POSTERN_OK; POSTERN_ERR_POLICY with path and sentence in diag;
 * POSTERN_ERR_LIMIT, POSTERN_ERR_MEMORY.
 */
POSTERN_NODISCARD postern_status pst_admit_acp(
    const postern_policy *policy, const struct pst_primitive *primitive,
    struct pst_arena *arena, postern_diag *diag);

#endif
