/*
 * Who is registered here: the <AE> and <remoteCSE> resources of a document by
 * the identity they stand for. Immutable once made.
 */
#ifndef PST_REGISTRY_H
#define PST_REGISTRY_H

#include "prp/resource_tree.h"

struct pst_ids {
    const postern_id *items;
    uint32_t count;
};

struct pst_registree {
    postern_id entity;
    const struct pst_resource *resource;
};

struct pst_registry {
    const struct pst_registree *registrees; /* in pst_id_order() */
    uint32_t count;
};

/* A total order of identifiers in which equal ones, and only these, are equal
 * to each other. */
int pst_id_order(const postern_id *a, const postern_id *b);

/* POSTERN_OK, POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status pst_registry_init(
    struct pst_registry *registry, const struct pst_resource_tree *tree,
    struct pst_arena *arena);

/* The resource of an entity; NULL when it is not registered here. */
const struct pst_resource *
pst_registry_find(const struct pst_registry *registry,
                  const postern_id *entity);

#endif
