/* The walk from a target to the resource whose policies count, and from there
 * to ACPs. Whatever cannot be found out selects nobody. */
#include "prp/selection.h"

#include "base/str.h"
#include "prp/attribute.h"

bool pst_type_has_acpi(uint32_t ty)
{
    uint32_t original = ty > PST_TYPE_ANNOUNCED ? ty - PST_TYPE_ANNOUNCED : ty;

    return original != PST_TYPE_ACP && original != PST_TYPE_CONTENT_INSTANCE &&
           original != PST_TYPE_POLLING_CHANNEL &&
           original != PST_TYPE_TIME_SERIES_INSTANCE &&
           original != PST_TYPE_FLEX_CONTAINER_INSTANCE;
}

postern_id pst_entity_of(const struct pst_resource_tree *tree,
                         const struct pst_resource *resource, postern_str *text)
{
    postern_id id = {.kind = POSTERN_ID_UNSET};
    postern_str name = {NULL, 0};

    if (resource->ty == PST_TYPE_AE) {
        name = pst_attribute_text(resource, PST_ATTRIBUTE_AE_ID);
        name = name.data ? name : resource->ri;
    } else if (resource->ty == PST_TYPE_REMOTE_CSE) {
        name = pst_attribute_text(resource, PST_ATTRIBUTE_CSE_ID);
    }
    if (postern_id_parse_entity(&id, &tree->policy->host.cse, name) !=
        POSTERN_OK) {
        id = (postern_id){.kind = POSTERN_ID_UNSET};
    }
    if (text) {
        *text = name;
    }
    return id;
}

static void select_nobody(struct pst_selection *selection, const char *why)
{
    selection->kind = PST_SELECTION_NONE;
    selection->why = why;
}

/* [PRP-04]. The creator that the CSE has kept goes before the attribute, which
 * is there only when the originator asked for it. */
static void select_default(struct pst_selection *selection,
                           const struct pst_resource_tree *tree,
                           const struct pst_resource *resource)
{
    static const enum pst_attribute owners[] = {PST_ATTRIBUTE_CUSTODIAN,
                                                PST_ATTRIBUTE_INTERNAL_CREATOR,
                                                PST_ATTRIBUTE_CREATOR};
    size_t i = 0;

    while (i < 2 && !pst_attribute_of(resource, owners[i])) {
        i++;
    }
    selection->kind = PST_SELECTION_ONE;
    selection->role = i == 0 ? "custodian" : "creator";
    selection->one_text = pst_attribute_text(resource, owners[i]);
    if (postern_id_parse_entity(&selection->one, &tree->policy->host.cse,
                                selection->one_text) != POSTERN_OK) {
        selection->one = (postern_id){.kind = POSTERN_ID_UNSET};
    }
}

/* A polling channel is for the entity that polls, and for nobody else. */
static void select_owner(struct pst_selection *selection,
                         const struct pst_resource_tree *tree,
                         const struct pst_resource *channel)
{
    const struct pst_resource *parent = pst_tree_parent(tree, channel);

    if (!parent) {
        select_nobody(selection, "the parent of the polling channel is not in "
                                 "the document");
        return;
    }
    selection->kind = PST_SELECTION_ONE;
    selection->role = "owner";
    selection->one = pst_entity_of(tree, parent, &selection->one_text);
}

static uint32_t count_entries(const struct pst_node *links)
{
    return links->type == PST_NODE_LIST ? links->count : 1;
}

/* One entry of acpi: a rule set, or a reason why not. [PRP-07] */
static void select_link(struct pst_selection *selection,
                        const struct pst_resource_tree *tree,
                        const struct pst_node *link, postern_privileges which)
{
    const struct pst_resource *acp = NULL;
    const char *why = "leads to no resource of the document";

    if (link->type == PST_NODE_STRING) {
        acp = pst_tree_resolve_resource(tree, link->text);
    } else {
        why = "is not an address";
    }
    if (acp && acp->ty != PST_TYPE_ACP) {
        why = "is not an <accessControlPolicy>";
        acp = NULL;
    }
    if (acp) {
        selection->refs[selection->ref_count++] =
            (postern_acp_ref){acp->acp, which};
        return;
    }
    selection->dropped[selection->dropped_count++] = (struct pst_dropped_link){
        link->type == PST_NODE_STRING ? link->text : (postern_str){NULL, 0},
        why};
}

/* Every ACP listed. Links that lead nowhere do not bring the default policy
 * back: a value is a value. [PRP-02] [PRP-07] */
static postern_status select_links(struct pst_selection *selection,
                                   const struct pst_resource_tree *tree,
                                   const struct pst_node *links,
                                   postern_privileges which,
                                   struct pst_arena *arena)
{
    const struct pst_node *link = NULL;
    uint32_t count = count_entries(links);

    selection->kind = PST_SELECTION_ACPS;
    selection->refs = pst_arena_alloc(arena, count, sizeof *selection->refs);
    selection->dropped =
        pst_arena_alloc(arena, count, sizeof *selection->dropped);
    if (!selection->refs || !selection->dropped) {
        return POSTERN_ERR_MEMORY;
    }
    while ((link = pst_entry_after(links, link)) != NULL) {
        select_link(selection, tree, link, which);
    }
    return POSTERN_OK;
}

/* The policy links of a resource; NULL when it has none: an empty list is no
 * value. [PRP-03] */
static const struct pst_node *links_of(const struct pst_resource *resource,
                                       enum pst_attribute attribute)
{
    const struct pst_node *links = pst_attribute_of(resource, attribute);

    return links && links->type == PST_NODE_LIST && links->count == 0 ? NULL
                                                                      : links;
}

static postern_status select_self(struct pst_selection *selection,
                                  const struct pst_resource *acp,
                                  struct pst_arena *arena)
{
    selection->kind = PST_SELECTION_ACPS;
    selection->refs = pst_arena_alloc(arena, 1, sizeof *selection->refs);
    if (!selection->refs) {
        return POSTERN_ERR_MEMORY;
    }
    selection->refs[selection->ref_count++] =
        (postern_acp_ref){acp->acp, POSTERN_SELF_PRIVILEGES};
    return POSTERN_OK;
}

/* Up to the first resource with policies of its own. NULL, with the reason in
 * the selection, when there is no such. [PRP-03] [PRP-10] */
static const struct pst_resource *find_decider(
    struct pst_selection *selection, const struct pst_resource_tree *tree,
    const struct pst_resource *resource, enum pst_inheritance inheritance)
{
    for (int steps = 0; steps < PST_TREE_DEPTH; steps++) {
        bool inherits =
            !pst_type_has_acpi(resource->ty) ||
            (inheritance == PST_INHERIT_ALWAYS && resource->pi.len > 0 &&
             !links_of(resource, PST_ATTRIBUTE_ACPI));

        if (!inherits || resource->ty == PST_TYPE_ACP ||
            resource->ty == PST_TYPE_POLLING_CHANNEL) {
            return resource;
        }
        if (resource->ty == PST_TYPE_ACP + PST_TYPE_ANNOUNCED) {
            select_nobody(selection, "the self-privileges of an announced "
                                     "<accessControlPolicy> are not evaluated");
            return NULL;
        }
        resource = pst_tree_parent(tree, resource);
        if (!resource) {
            select_nobody(selection, "the parent that decides is not in the "
                                     "document");
            return NULL;
        }
    }
    select_nobody(selection, "the parents are nested too deep or in a circle");
    return NULL;
}

postern_status pst_select(struct pst_selection *selection,
                          const struct pst_resource_tree *tree,
                          const struct pst_target *target,
                          enum pst_inheritance inheritance,
                          struct pst_arena *arena)
{
    const struct pst_resource *decider = target->resource;
    const struct pst_node *links = NULL;

    *selection = (struct pst_selection){.kind = PST_SELECTION_NONE};
    if (target->kind == PST_TARGET_FAN_OUT) {
        links = links_of(decider, PST_ATTRIBUTE_MACP);
    }
    if (!links) {
        decider = find_decider(selection, tree, decider, inheritance);
    }
    selection->decider = decider;
    if (!decider) {
        return POSTERN_OK;
    }
    if (decider->ty == PST_TYPE_ACP) {
        return select_self(selection, decider, arena); /* [PRP-01] */
    }
    if (decider->ty == PST_TYPE_POLLING_CHANNEL) {
        select_owner(selection, tree, decider);
        return POSTERN_OK;
    }
    links = links ? links : links_of(decider, PST_ATTRIBUTE_ACPI);
    if (!links) {
        select_default(selection, tree, decider);
        return POSTERN_OK;
    }
    return select_links(selection, tree, links, POSTERN_PRIVILEGES, arena);
}

postern_status pst_select_for_acpi(struct pst_selection *selection,
                                   const struct pst_resource_tree *tree,
                                   const struct pst_resource *target,
                                   struct pst_arena *arena)
{
    const struct pst_node *links = links_of(target, PST_ATTRIBUTE_ACPI);

    *selection =
        (struct pst_selection){.kind = PST_SELECTION_NONE, .decider = target};
    if (!pst_type_has_acpi(target->ty)) {
        select_nobody(selection, "resources of this type have no "
                                 "accessControlPolicyIDs");
        return POSTERN_OK;
    }
    if (!links) {
        select_default(selection, tree, target);
        return POSTERN_OK;
    }
    return select_links(selection, tree, links, POSTERN_SELF_PRIVILEGES, arena);
}
