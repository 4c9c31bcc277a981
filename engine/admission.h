/*
 * Whether the content of a request may become an <accessControlPolicy>: the
 * same reader and compiler that load policies are asked, in their strict mode.
 * (TS-0004 7.4.2) [PRP-08] [REQ-04] postern_admit_json() is another way in.
 */
#ifndef PST_ADMISSION_H
#define PST_ADMISSION_H

#include "engine/primitive.h"

/*
 * A postern_admit_fn for requests of pst_primitive_read(): looks at the content
 * of the Create or Update of an <accessControlPolicy>, and at no other. An
 * Update need not hold selfPrivileges, but may not empty them.
 *
 * `user` is the postern_policy that the CSE was started with: its memory, its
 * limits.
 *
 * POSTERN_OK; POSTERN_ERR_POLICY with path and sentence in diag;
 * POSTERN_ERR_LIMIT, POSTERN_ERR_MEMORY.
 */
POSTERN_NODISCARD postern_status
pst_admit_node(void *user, const postern_primitive *primitive,
               const postern_resource *target, postern_diag *diag);

#endif
