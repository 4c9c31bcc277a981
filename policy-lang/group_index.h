/*
 * The groups of a policy by every address an originator entry may use for
 * them: TS-0001 7.2, resource IDs and structured addresses.
 */
#ifndef PST_GROUP_INDEX_H
#define PST_GROUP_INDEX_H

#include "policy-lang/policy.h"

struct pst_group_path {
    postern_str path; /* names below the CSEBase, "plant/team" */
    const struct pst_resource *group;
};

/* Invariant: paths are sorted and differ. */
struct pst_group_index {
    const postern_policy *policy;
    postern_str base_name; /* of the CSEBase; absent: only "-" stands for it */
    struct pst_group_path *paths;
    size_t count;
    bool any; /* there are groups at all */
};

/* The policy needs its index by resource ID. POSTERN_OK, POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status
pst_group_index_make(struct pst_group_index *index, postern_policy *policy);

/* For postern_builder_options: `index` is a struct pst_group_index. The
 * identifier is //sp/cse/ri, whatever the entry is written like. */
bool pst_group_index_resolve(void *index, postern_str entry, postern_id *group);

#endif
