/*
 * The resources of a policy as a tree, and what an address leads to: a
 * resource, or a virtual one that no document holds. [ID-06] Made once, never
 * changed, shared freely; lives as long as the policy and the arena it was made
 * from.
 */
#ifndef PST_RESOURCE_TREE_H
#define PST_RESOURCE_TREE_H

#include "policy-lang/address_index.h"

enum { PST_TREE_DEPTH = 64 }; /* no walk up takes more steps [PRP-10] */

struct pst_resource_tree {
    const postern_policy *policy;
    struct pst_address_index addresses;
};

/* POSTERN_OK, POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status
pst_resource_tree_init(struct pst_resource_tree *tree,
                       const postern_policy *policy, struct pst_arena *arena);

/* NULL for the CSEBase and for a parent that is not in the document. */
const struct pst_resource *pst_tree_parent(const struct pst_resource_tree *tree,
                                           const struct pst_resource *resource);

enum pst_target_kind {
    PST_TARGET_RESOURCE,
    PST_TARGET_INSTANCE, /* latest, oldest */
    PST_TARGET_FAN_OUT,  /* fanOutPoint, semanticFanOutPoint */
    PST_TARGET_POLLING   /* pollingChannelURI */
};

struct pst_target {
    enum pst_target_kind kind;
    /* The resource, or the parent of the virtual one; never NULL once
     * resolved. */
    const struct pst_resource *resource;
};

/*
 * Resolves an unstructured, structured ("-" or the name of the CSEBase first),
 * SP-relative or absolute address, with a virtual resource at its end or not.
 * Behind a fan-out point may stand what its members shall append.
 *
 * False, and target->resource NULL, when it leads to nothing here: another CSE,
 * no such resource, a text that is no address, or one that could mean two
 * things.
 */
bool pst_tree_resolve(const struct pst_resource_tree *tree, postern_str address,
                      struct pst_target *target);

/* As above when it leads to a resource that is not virtual, else NULL. */
const struct pst_resource *
pst_tree_resolve_resource(const struct pst_resource_tree *tree,
                          postern_str address);

#endif
