/*
 * The resources of a policy by every address that a link or an originator
 * entry may use for them: resource ID, or names from the CSEBase down; relative
 * to the CSE, to the service provider, or absolute. [ID-06]
 */
#ifndef PST_ADDRESS_INDEX_H
#define PST_ADDRESS_INDEX_H

#include "policy-lang/policy.h"

/* The CSEBase of a policy, as far as it is known: named beside the CSE, held as
 * a resource, or both. */
struct pst_base {
    postern_str ri;
    postern_str rn;
};

struct pst_base pst_policy_base(const postern_policy *policy);

struct pst_address_index {
    const postern_policy *policy;
    const struct pst_resource **by_name; /* those that have a parent and a
                                            name, ordered by both */
    size_t count;
    postern_str base_ri; /* of the CSEBase; absent: not known */
    postern_str base_rn; /* of the CSEBase; absent: not known */
};

/* The index lives as long as the policy and the arena. POSTERN_OK,
 * POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status
pst_address_index_make(struct pst_address_index *index,
                       const postern_policy *policy, struct pst_arena *arena);

enum pst_address_kind {
    PST_ADDRESS_BROKEN,  /* no address */
    PST_ADDRESS_FOREIGN, /* a resource of another CSE */
    PST_ADDRESS_UNKNOWN, /* of this CSE, and not among the documents */
    PST_ADDRESS_FOUND
};

/* *resource is NULL unless it was found. Cost: a binary search for every
 * segment. */
enum pst_address_kind pst_address_resolve(const struct pst_address_index *index,
                                          postern_str address,
                                          const struct pst_resource **resource);

#endif
