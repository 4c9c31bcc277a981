/* Everything about a <role> that does not depend on a request is checked once,
 * when the index is made. */
#include "engine/roles.h"

#include "base/sort.h"
#include "prp/attribute.h"

static int order_roles(const void *a, const void *b, const void *context)
{
    (void)context;
    return pst_id_order(&(*(const struct pst_role *const *)a)->role,
                        &(*(const struct pst_role *const *)b)->role);
}

static bool is_trusted(const struct pst_resource_tree *tree,
                       const struct pst_resource *resource)
{
    const postern_cse *cse = &tree->policy->host.cse;
    const struct pst_node *issuers =
        pst_node_member(tree->policy->trust, "role_issuers");
    const struct pst_node *entry = NULL;
    postern_id issuer;

    if (postern_id_parse_entity(
            &issuer, cse, pst_attribute_text(resource, PST_ATTRIBUTE_ISSUER)) !=
        POSTERN_OK) {
        return false;
    }
    while ((entry = pst_entry_after(issuers, entry)) != NULL) {
        postern_id trusted;

        if (entry->type == PST_NODE_STRING &&
            postern_id_parse_entity(&trusted, cse, entry->text) == POSTERN_OK &&
            postern_id_equal(&trusted, &issuer)) {
            return true;
        }
    }
    return false;
}

static bool read_time(const struct pst_resource *resource,
                      enum pst_attribute attribute, int64_t *time_s)
{
    return postern_time_parse(
               time_s, pst_attribute_text(resource, attribute)) == POSTERN_OK;
}

/* False when the resource has no Role-ID. */
static bool read_role(struct pst_role *role,
                      const struct pst_resource_tree *tree,
                      const struct pst_resource *resource)
{
    *role = (struct pst_role){.expires_s = resource->expires_s};
    role->trusted = is_trusted(tree, resource);
    role->dated =
        read_time(resource, PST_ATTRIBUTE_NOT_BEFORE, &role->not_before_s) &&
        read_time(resource, PST_ATTRIBUTE_NOT_AFTER, &role->not_after_s);
    if (postern_id_parse_entity(
            &role->holder, &tree->policy->host.cse,
            pst_attribute_text(resource, PST_ATTRIBUTE_HOLDER)) != POSTERN_OK) {
        role->holder = (postern_id){.kind = POSTERN_ID_UNSET};
    }
    return postern_id_parse_role(
               &role->role, pst_attribute_text(
                                resource, PST_ATTRIBUTE_ROLE_ID)) == POSTERN_OK;
}

postern_status pst_role_index_init(struct pst_role_index *index,
                                   const struct pst_resource_tree *tree,
                                   struct pst_arena *arena)
{
    const postern_policy *policy = tree->policy;
    struct pst_role *found;
    size_t room = 0;

    *index = (struct pst_role_index){NULL, 0};
    for (uint32_t i = 0; i < policy->resource_count; i++) {
        room += policy->resources[i].ty == PST_TYPE_ROLE;
    }
    found = pst_arena_alloc(arena, room, sizeof *found);
    index->roles = pst_arena_alloc(arena, room, sizeof *index->roles);
    if (!found || !index->roles) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t i = 0; i < policy->resource_count; i++) {
        if (policy->resources[i].ty == PST_TYPE_ROLE &&
            read_role(found, tree, &policy->resources[i])) {
            index->roles[index->count++] = found++;
        }
    }
    pst_sort(index->roles, index->count, sizeof *index->roles, order_roles,
             NULL);
    return POSTERN_OK;
}

/* NULL when the role counts for this request, else why not. */
static const char *defect_of(const struct pst_role *role,
                             const postern_id *originator,
                             const struct pst_primitive *primitive)
{
    if (!role->trusted) {
        return "does not count: its issuer is no role issuer we trust";
    }
    if (!postern_id_equal(&role->holder, originator)) {
        return "does not count: another entity holds it";
    }
    if (!role->dated) {
        return "does not count: it says not when it is valid";
    }
    if (!primitive->time_known) {
        return "does not count: the time of the request is not known";
    }
    if (primitive->time_s < role->not_before_s ||
        primitive->time_s > role->not_after_s ||
        role->expires_s <= primitive->time_s) {
        return "does not count: it is not valid at the time of the request";
    }
    return NULL;
}

/* First role that does not come before those of the Role-ID. */
static uint32_t lower_bound(const struct pst_role_index *index,
                            const postern_id *role)
{
    uint32_t low = 0;
    uint32_t high = index->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (pst_id_order(&index->roles[middle]->role, role) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* One valid source is enough. [ROLE-11] NULL when there is one. */
static const char *defect_of_claim(const struct pst_role_index *index,
                                   const postern_id *claim,
                                   const postern_id *originator,
                                   const struct pst_primitive *primitive)
{
    const char *defect = "does not count: the document has no such <role>";

    for (uint32_t i = lower_bound(index, claim);
         i < index->count && postern_id_equal(&index->roles[i]->role, claim);
         i++) {
        defect = defect_of(index->roles[i], originator, primitive);
        if (!defect) {
            return NULL;
        }
    }
    return defect;
}

postern_status pst_roles_of(const struct pst_role_index *index,
                            const postern_id *originator,
                            const struct pst_primitive *primitive,
                            struct pst_arena *arena, struct pst_ids *roles,
                            struct pst_notes *notes)
{
    postern_id *items =
        pst_arena_alloc(arena, primitive->roles.count, sizeof *items);

    *roles = (struct pst_ids){items, 0};
    if (!items) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t i = 0; i < primitive->roles.count; i++) {
        const char *defect = "is no Role-ID";
        postern_id claim;

        if (postern_id_parse_role(&claim, primitive->roles.items[i]) ==
            POSTERN_OK) {
            defect = defect_of_claim(index, &claim, originator, primitive);
        }
        if (defect) {
            pst_note(notes, arena, "role", primitive->roles.items[i], defect);
        } else {
            items[roles->count++] = claim;
        }
    }
    return POSTERN_OK;
}
