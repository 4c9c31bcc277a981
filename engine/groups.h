/*
 * Which groups an originator is a member of: a <group> lists resources, an <AE>
 * or <remoteCSE> among them stands for the entity that has it. One level; a
 * member that is not in the document is no member. [ORI-11]
 */
#ifndef PST_GROUPS_H
#define PST_GROUPS_H

#include "engine/registry.h"

struct pst_membership {
    postern_id entity;
    const postern_id *group;
    int64_t expires_s; /* of the group or of the member, the earlier */
};

struct pst_group_index {
    const struct pst_membership *memberships; /* by entity, pst_id_order() */
    uint32_t count;
};

/* POSTERN_OK, POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status pst_group_index_init(
    struct pst_group_index *index, const struct pst_resource_tree *tree,
    struct pst_arena *arena);

/* The groups of an entity at a time (NULL: unknown; what expires does not count
 * then). POSTERN_OK, POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status pst_groups_of(
    const struct pst_group_index *index, const postern_id *entity,
    const int64_t *now_s, struct pst_arena *arena, struct pst_ids *groups);

#endif
