/* A sorted array: as fast for a million AEs as for ten. */
#include "engine/registry.h"

#include "base/sort.h"
#include "base/str.h"
#include "prp/attribute.h"
#include "prp/selection.h"

static int order_folded(postern_str a, postern_str b)
{
    size_t len = a.len < b.len ? a.len : b.len;

    for (size_t i = 0; i < len; i++) {
        int order = (unsigned char)pst_fold(a.data[i]) -
                    (unsigned char)pst_fold(b.data[i]);

        if (order) {
            return order;
        }
    }
    return (a.len > b.len) - (a.len < b.len);
}

int pst_id_order(const postern_id *a, const postern_id *b)
{
    int order = (a->hash > b->hash) - (a->hash < b->hash);

    order = order ? order : (a->kind > b->kind) - (a->kind < b->kind);
    order = order ? order : pst_str_order(a->second, b->second);
    order = order ? order : pst_str_order(a->first, b->first);
    return order ? order : order_folded(a->domain, b->domain);
}

static int order_registrees(const void *a, const void *b, const void *context)
{
    (void)context;
    return pst_id_order(&((const struct pst_registree *)a)->entity,
                        &((const struct pst_registree *)b)->entity);
}

static bool is_registree(const struct pst_resource *resource)
{
    return resource->ty == PST_TYPE_AE || resource->ty == PST_TYPE_REMOTE_CSE;
}

postern_status pst_registry_init(struct pst_registry *registry,
                                 const struct pst_resource_tree *tree,
                                 struct pst_arena *arena)
{
    const postern_policy *policy = tree->policy;
    struct pst_registree *found =
        pst_arena_alloc(arena, policy->resource_count, sizeof *found);
    uint32_t count = 0;

    *registry = (struct pst_registry){found, 0};
    if (!found) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t i = 0; i < policy->resource_count; i++) {
        const struct pst_resource *resource = &policy->resources[i];

        if (is_registree(resource)) {
            found[count].entity = pst_entity_of(tree, resource, NULL);
            found[count].resource = resource;
            count += found[count].entity.kind == POSTERN_ID_ENTITY;
        }
    }
    pst_sort(found, count, sizeof *found, order_registrees, NULL);
    registry->count = count;
    return POSTERN_OK;
}

const struct pst_resource *
pst_registry_find(const struct pst_registry *registry, const postern_id *entity)
{
    uint32_t low = 0;
    uint32_t high = registry->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct pst_registree *registree = &registry->registrees[middle];
        int order = pst_id_order(entity, &registree->entity);

        if (order == 0) {
            return registree->resource;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}
