/*
 * A version: the resources of a store as one revision has them, made of
 * structures that share with other versions whatever is the same. What readers
 * see is never written; the one that a change works on is its own.
 * [ARC-07] [PRP-11]
 *
 * A resource is a number, which it keeps as long as it is there. Two numbers
 * are places that need no resource.
 */
#ifndef PST_VERSION_H
#define PST_VERSION_H

#include "base/keyed_hash.h"
#include "prp/record.h"
#include "prp/slots.h"
#include "prp/trie.h"

#include <postern/prp.h>

enum {
    PST_BASE = 0,   /* the CSEBase, whether or not it is a resource here */
    PST_OUTSIDE = 1 /* above the resources that are not below the CSEBase */
};

/* What never changes as long as the store is there. */
struct pst_store_settings {
    postern_cse cse;
    postern_str base_id;
    postern_str base_name; /* no bytes: only "-" names the CSEBase */
    uint32_t max_depth;
    struct pst_hash_key key;
    uint64_t domain_hash; /* of cse.domain, as the index has it */
};

/* What resources are found by. */
enum pst_index {
    PST_BY_ID,
    PST_BY_NAME, /* and parent */
    PST_BY_ENTITY,
    PST_BY_ROLE,
    PST_INDEX_COUNT
};

struct pst_version {
    const struct pst_store_settings *settings;
    uint64_t revision;
    uint64_t resources;
    uint64_t acps;
    struct pst_slots slots;
    struct pst_trie by[PST_INDEX_COUNT];
};

/* The hashes under which a resource is found; absent ones do not lead to it. */
struct pst_keys {
    uint64_t hash[PST_INDEX_COUNT];
    bool present[PST_INDEX_COUNT];
};

uint64_t pst_hash_id(const struct pst_store_settings *settings, postern_str id);
struct pst_keys pst_keys_of(const struct pst_store_settings *settings,
                            const struct pst_record *record, uint32_t parent);

/* For pst_store_settings.domain_hash. */
uint64_t pst_hash_folded(const struct pst_hash_key *key, postern_str domain);

/* NULL for a number not in use, and for a place without a resource. */
const struct pst_record *pst_version_record(const struct pst_version *version,
                                            uint32_t number);

/* The number of a resource; PST_BASE also for the place; else PST_NO_NUMBER. */
uint32_t pst_version_find(const struct pst_version *version, postern_str id);
uint32_t pst_version_child(const struct pst_version *version, uint32_t parent,
                           postern_str name);

/* The n-th that stands for an entity, or has a Role-ID; PST_NO_NUMBER: there
 * are no more. */
uint32_t pst_version_registree(const struct pst_version *version,
                               const postern_id *entity, uint32_t n);
uint32_t pst_version_role(const struct pst_version *version,
                          const postern_id *role, uint32_t n);

/* What was told last: who tells of many resources mostly goes on beside it. All
 * zero: nothing. Of one version and no other. */
struct pst_beside {
    struct pst_slots_near near;
    uint32_t above;       /* a parent ... */
    postern_str above_id; /* ... and its ID; data NULL: none */
};

/* Fills in what a search gave: what the record says, and the ID of the parent,
 * as much as fits into the struct_size of *resource. */
postern_found pst_version_answer(const struct pst_version *version,
                                 struct pst_beside *beside, uint32_t number,
                                 postern_resource *resource);

#endif
