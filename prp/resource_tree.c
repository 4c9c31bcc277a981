/* Addresses of resources are the business of policy-lang/address_index.c; here
 * the virtual ones are added. */
#include "prp/resource_tree.h"

#include "base/str.h"
#include "prp/attribute.h"

postern_status pst_resource_tree_init(struct pst_resource_tree *tree,
                                      const postern_policy *policy,
                                      struct pst_arena *arena)
{
    *tree = (struct pst_resource_tree){.policy = policy};
    return pst_address_index_make(&tree->addresses, policy, arena);
}

const struct pst_resource *pst_tree_parent(const struct pst_resource_tree *tree,
                                           const struct pst_resource *resource)
{
    return resource->pi.len ? pst_policy_find(tree->policy, resource->pi)
                            : NULL;
}

struct virtual_name {
    const char *name;
    uint32_t parent_type;
    enum pst_target_kind kind;
};

static const struct virtual_name virtual_names[] = {
    {"la", PST_TYPE_CONTAINER, PST_TARGET_INSTANCE},
    {"ol", PST_TYPE_CONTAINER, PST_TARGET_INSTANCE},
    {"la", PST_TYPE_TIME_SERIES, PST_TARGET_INSTANCE},
    {"ol", PST_TYPE_TIME_SERIES, PST_TARGET_INSTANCE},
    {"la", PST_TYPE_FLEX_CONTAINER, PST_TARGET_INSTANCE},
    {"ol", PST_TYPE_FLEX_CONTAINER, PST_TARGET_INSTANCE},
    {"fopt", PST_TYPE_GROUP, PST_TARGET_FAN_OUT},
    {"sfop", PST_TYPE_GROUP, PST_TARGET_FAN_OUT},
    {"pcu", PST_TYPE_POLLING_CHANNEL, PST_TARGET_POLLING},
};

/* The row of that name; with a parent, the one of its type. */
static const struct virtual_name *find_virtual(postern_str name,
                                               const struct pst_resource *under)
{
    size_t count = sizeof virtual_names / sizeof *virtual_names;

    for (size_t i = 0; i < count; i++) {
        if (pst_str_is(name, virtual_names[i].name) &&
            (!under || under->ty == virtual_names[i].parent_type)) {
            return &virtual_names[i];
        }
    }
    return NULL;
}

enum outcome { VIRTUAL, MISSING, ORDINARY };

/* Looks at the segment behind a slash. Goes on where the part before it is not
 * yet an address; stops where nothing behind it can be one. */
static enum outcome look_behind(const struct pst_resource_tree *tree,
                                postern_str address, size_t slash,
                                struct pst_target *target)
{
    size_t end = pst_str_find(address, slash + 1, '/');
    postern_str name = pst_str_slice(address, slash + 1, end);
    const struct virtual_name *found = find_virtual(name, NULL);
    enum pst_address_kind kind;

    if (!found) {
        return ORDINARY;
    }
    kind = pst_address_resolve(
        &tree->addresses, pst_str_slice(address, 0, slash), &target->resource);
    if (kind == PST_ADDRESS_UNKNOWN || kind == PST_ADDRESS_FOREIGN) {
        return MISSING;
    }
    found = target->resource ? find_virtual(name, target->resource) : NULL;
    if (!found) {
        return ORDINARY;
    }
    target->kind = found->kind;
    return end == address.len || found->kind == PST_TARGET_FAN_OUT ? VIRTUAL
                                                                   : MISSING;
}

/* Whether the address, without what is virtual, has the right form. */
static bool is_address(const struct pst_resource_tree *tree,
                       postern_str address)
{
    postern_id id;

    return postern_id_parse_resource(&id, &tree->policy->host.cse, address) ==
           POSTERN_OK;
}

bool pst_tree_resolve(const struct pst_resource_tree *tree, postern_str address,
                      struct pst_target *target)
{
    enum outcome outcome = ORDINARY;

    if (is_address(tree, address)) {
        size_t slash = pst_str_find(address, 0, '/');

        while (slash < address.len && outcome == ORDINARY) {
            outcome = look_behind(tree, address, slash, target);
            slash = pst_str_find(address, slash + 1, '/');
        }
        if (outcome == VIRTUAL) {
            return true;
        }
    }
    *target = (struct pst_target){PST_TARGET_RESOURCE, NULL};
    return pst_address_resolve(&tree->addresses, address, &target->resource) ==
           PST_ADDRESS_FOUND;
}

const struct pst_resource *
pst_tree_resolve_resource(const struct pst_resource_tree *tree,
                          postern_str address)
{
    struct pst_target target;

    return pst_tree_resolve(tree, address, &target) &&
                   target.kind == PST_TARGET_RESOURCE
               ? target.resource
               : NULL;
}
