/* The resources of a policy by resource ID; pst_policy_find() asks it. */
#ifndef PST_RESOURCE_INDEX_H
#define PST_RESOURCE_INDEX_H

#include "policy-lang/policy.h"

/*
 * Orders the resources by ID.
 *
 * @param twice  receives the later one of two that have the same ID, NULL when
 *               all differ
 * @return POSTERN_OK, POSTERN_ERR_MEMORY
 */
POSTERN_NODISCARD postern_status pst_resource_index_make(
    postern_policy *policy, const struct pst_resource **twice);

#endif
