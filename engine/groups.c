/* Every membership of the document, sorted by member: a request looks up one
 * identity, however many groups there are. */
#include "engine/groups.h"

#include "base/sort.h"
#include "prp/attribute.h"
#include "prp/selection.h"

static int order_memberships(const void *a, const void *b, const void *context)
{
    (void)context;
    return pst_id_order(&((const struct pst_membership *)a)->entity,
                        &((const struct pst_membership *)b)->entity);
}

static uint32_t count_members(const struct pst_resource *resource)
{
    const struct pst_node *members =
        resource->ty == PST_TYPE_GROUP
            ? pst_attribute_of(resource, PST_ATTRIBUTE_MEMBERS)
            : NULL;

    return members && members->type == PST_NODE_LIST ? members->count : 0;
}

/* The name that policies are compiled with: the unstructured ID, made absolute.
 * NULL without memory. [ORI-14] */
static const postern_id *group_id(const struct pst_resource_tree *tree,
                                  const struct pst_resource *group,
                                  struct pst_arena *arena)
{
    postern_id *id = pst_arena_alloc(arena, 1, sizeof *id);

    if (id && postern_id_parse_resource(id, &tree->policy->host.cse,
                                        group->ri) != POSTERN_OK) {
        *id = (postern_id){.kind = POSTERN_ID_UNSET};
    }
    return id;
}

/* Adds the members of a group that are entities. */
static uint32_t add_members(struct pst_membership *found,
                            const struct pst_resource_tree *tree,
                            const struct pst_resource *group,
                            const postern_id *id)
{
    struct pst_membership membership = {.group = id,
                                        .expires_s = group->expires_s};
    const struct pst_node *members =
        pst_attribute_of(group, PST_ATTRIBUTE_MEMBERS);
    const struct pst_node *entry = NULL;
    uint32_t count = 0;

    while ((entry = pst_entry_after(members, entry)) != NULL) {
        const struct pst_resource *member =
            entry->type == PST_NODE_STRING
                ? pst_tree_resolve_resource(tree, entry->text)
                : NULL;

        if (!member) {
            continue;
        }
        found[count] = membership;
        found[count].entity = pst_entity_of(tree, member, NULL);
        if (member->expires_s < group->expires_s) {
            found[count].expires_s = member->expires_s;
        }
        count += found[count].entity.kind == POSTERN_ID_ENTITY;
    }
    return count;
}

postern_status pst_group_index_init(struct pst_group_index *index,
                                    const struct pst_resource_tree *tree,
                                    struct pst_arena *arena)
{
    const postern_policy *policy = tree->policy;
    struct pst_membership *found;
    size_t room = 0;

    *index = (struct pst_group_index){NULL, 0};
    for (uint32_t i = 0; i < policy->resource_count; i++) {
        room += count_members(&policy->resources[i]);
    }
    found = pst_arena_alloc(arena, room, sizeof *found);
    if (!found) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t i = 0; i < policy->resource_count; i++) {
        const struct pst_resource *group = &policy->resources[i];
        const postern_id *id;

        if (!count_members(group)) {
            continue;
        }
        id = group_id(tree, group, arena);
        if (!id) {
            return POSTERN_ERR_MEMORY;
        }
        index->count += add_members(found + index->count, tree, group, id);
    }
    pst_sort(found, index->count, sizeof *found, order_memberships, NULL);
    index->memberships = found;
    return POSTERN_OK;
}

/* First membership that does not come before those of the entity. */
static uint32_t lower_bound(const struct pst_group_index *index,
                            const postern_id *entity)
{
    uint32_t low = 0;
    uint32_t high = index->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (pst_id_order(&index->memberships[middle].entity, entity) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_over(int64_t expires_s, const int64_t *now_s)
{
    return expires_s != INT64_MAX && (!now_s || expires_s <= *now_s);
}

postern_status pst_groups_of(const struct pst_group_index *index,
                             const postern_id *entity, const int64_t *now_s,
                             struct pst_arena *arena, struct pst_ids *groups)
{
    uint32_t first = lower_bound(index, entity);
    uint32_t end = first;
    postern_id *items;

    while (end < index->count &&
           postern_id_equal(&index->memberships[end].entity, entity)) {
        end++;
    }
    items = pst_arena_alloc(arena, end - first, sizeof *items);
    if (!items) {
        return POSTERN_ERR_MEMORY;
    }
    *groups = (struct pst_ids){items, 0};
    for (uint32_t i = first; i < end; i++) {
        if (!is_over(index->memberships[i].expires_s, now_s)) {
            items[groups->count++] = *index->memberships[i].group;
        }
    }
    return POSTERN_OK;
}
