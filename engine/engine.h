/*
 * Everything about one policy that its decisions share: the tree of resources,
 * who is registered, who is in which group, who holds which role. Immutable
 * once made, share it freely between threads; lives as long as the policy.
 */
#ifndef PST_ENGINE_H
#define PST_ENGINE_H

#include "engine/groups.h"
#include "engine/roles.h"
#include "prp/resource_tree.h"

struct pst_engine {
    const postern_policy *policy;
    struct pst_arena arena;
    struct pst_resource_tree tree;
    struct pst_registry registry;
    struct pst_group_index groups;
    struct pst_role_index roles;
};

/* POSTERN_OK, POSTERN_ERR_MEMORY: then there is nothing to release. */
POSTERN_NODISCARD postern_status pst_engine_init(struct pst_engine *engine,
                                                 const postern_policy *policy);
void pst_engine_release(struct pst_engine *engine);

#endif
