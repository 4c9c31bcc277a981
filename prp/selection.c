/* The walk from a target to the resource whose policies count. Whatever cannot
 * be found out selects nobody. */
#include "prp/selection.h"

#include "base/str.h"
#include "prp/attribute.h"

bool pst_type_has_acpi(uint32_t type)
{
    uint32_t original =
        type > PST_TYPE_ANNOUNCED ? type - PST_TYPE_ANNOUNCED : type;

    return original != PST_TYPE_ACP && original != PST_TYPE_CONTENT_INSTANCE &&
           original != PST_TYPE_POLLING_CHANNEL &&
           original != PST_TYPE_TIME_SERIES_INSTANCE &&
           original != PST_TYPE_FLEX_CONTAINER_INSTANCE;
}

/* Unset when the text is no entity. */
static postern_id entity_named(const struct pst_view *view, postern_str name)
{
    postern_id id;

    if (!name.data ||
        postern_id_parse_entity(&id, view->prp->cse, name) != POSTERN_OK) {
        id = (postern_id){.kind = POSTERN_ID_UNSET};
    }
    return id;
}

postern_id pst_entity_of(const struct pst_view *view,
                         const postern_resource *resource, postern_str *text)
{
    postern_str name = {NULL, 0};

    if (resource->type == PST_TYPE_AE) {
        name = resource->entity.data ? resource->entity : resource->id;
    } else if (resource->type == PST_TYPE_REMOTE_CSE) {
        name = resource->entity;
    }
    if (text) {
        *text = name;
    }
    return entity_named(view, name);
}

static void select_nobody(struct pst_selection *selection, const char *why)
{
    selection->kind = PST_SELECTION_NONE;
    selection->why = why;
}

static void select_links(struct pst_selection *selection, postern_texts links,
                         postern_privileges which)
{
    selection->kind = PST_SELECTION_ACPS;
    selection->links = links;
    selection->which = which;
}

/* [PRP-04] */
static void select_default(struct pst_selection *selection,
                           const struct pst_view *view)
{
    const postern_resource *resource = &selection->decider;
    bool has_custodian = resource->custodian.data != NULL;

    selection->kind = PST_SELECTION_ONE;
    selection->role = has_custodian ? "custodian" : "creator";
    selection->one_text =
        has_custodian ? resource->custodian : resource->creator;
    selection->one = entity_named(view, selection->one_text);
}

/* A polling channel is for the entity that polls, and for nobody else. */
static void select_owner(struct pst_selection *selection,
                         const struct pst_view *view)
{
    postern_resource parent;

    if (pst_view_parent(view, &selection->decider, &parent) != POSTERN_FOUND) {
        select_nobody(selection,
                      "the parent of the polling channel is not known");
        return;
    }
    selection->kind = PST_SELECTION_ONE;
    selection->role = "owner";
    selection->one = pst_entity_of(view, &parent, &selection->one_text);
}

/* An empty list is no value. [PRP-03] */
static bool has_value(const postern_texts *links)
{
    return links->items && links->count > 0;
}

bool pst_inherits(const postern_resource *resource,
                  enum pst_inheritance inheritance)
{
    if (resource->type == PST_TYPE_ACP ||
        resource->type == PST_TYPE_POLLING_CHANNEL) {
        return false;
    }
    return !pst_type_has_acpi(resource->type) ||
           (inheritance == PST_INHERIT_ALWAYS && resource->parent_id.len > 0 &&
            !has_value(&resource->policy_ids));
}

/* Moves selection->decider up to the first resource with policies of its own.
 * False, with the reason in the selection, when there is no such. [PRP-03]
 * [PRP-10] */
static bool find_decider(struct pst_selection *selection,
                         const struct pst_view *view,
                         enum pst_inheritance inheritance)
{
    for (int steps = 0; steps < PST_TREE_DEPTH; steps++) {
        postern_resource child = selection->decider;

        if (!pst_inherits(&child, inheritance)) {
            return true;
        }
        if (child.type == PST_TYPE_ACP + PST_TYPE_ANNOUNCED) {
            select_nobody(selection, "the self-privileges of an announced "
                                     "<accessControlPolicy> are not evaluated");
            return false;
        }
        if (pst_view_parent(view, &child, &selection->decider) !=
            POSTERN_FOUND) {
            select_nobody(selection, "the parent that decides is not known");
            return false;
        }
    }
    select_nobody(selection, "the parents are nested too deep or in a circle");
    return false;
}

/* All but the decider, which is as large as the rest together. */
static void clear(struct pst_selection *selection)
{
    selection->kind = PST_SELECTION_NONE;
    selection->self = false;
    selection->links = (postern_texts){NULL, 0};
    selection->which = POSTERN_PRIVILEGES;
    selection->one = (postern_id){.kind = POSTERN_ID_UNSET};
    selection->one_text = (postern_str){NULL, 0};
    selection->role = NULL;
    selection->why = NULL;
}

void pst_select(struct pst_selection *selection, const struct pst_view *view,
                const struct pst_target *target,
                enum pst_inheritance inheritance)
{
    const postern_resource *decider = &selection->decider;

    clear(selection);
    selection->decider = target->resource;
    if (target->kind == PST_TARGET_FAN_OUT &&
        has_value(&decider->members_policy_ids)) {
        select_links(selection, decider->members_policy_ids,
                     POSTERN_PRIVILEGES);
        return;
    }
    if (!find_decider(selection, view, inheritance)) {
        return;
    }
    if (decider->type == PST_TYPE_ACP) { /* [PRP-01] */
        selection->kind = PST_SELECTION_ACPS;
        selection->which = POSTERN_SELF_PRIVILEGES;
        selection->self = true;
    } else if (decider->type == PST_TYPE_POLLING_CHANNEL) {
        select_owner(selection, view);
    } else if (has_value(&decider->policy_ids)) { /* [PRP-02] */
        select_links(selection, decider->policy_ids, POSTERN_PRIVILEGES);
    } else {
        select_default(selection, view);
    }
}

void pst_select_for_acpi(struct pst_selection *selection,
                         const struct pst_view *view,
                         const postern_resource *target)
{
    clear(selection);
    selection->decider = *target;
    if (!pst_type_has_acpi(target->type)) {
        select_nobody(selection, "resources of this type have no "
                                 "accessControlPolicyIDs");
    } else if (has_value(&target->policy_ids)) {
        select_links(selection, target->policy_ids, POSTERN_SELF_PRIVILEGES);
    } else {
        select_default(selection, view);
    }
}
