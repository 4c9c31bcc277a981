/* From a primitive to the facts that the access decision looks at. */
#include "engine/run.h"

#include "base/str.h"
#include "prp/attribute.h"

/* Where object details look for a specialization: see the option. [OBJ-06] */
static struct pst_resource specialized(const struct pst_run *run)
{
    struct pst_resource content = {.node = run->primitive->content};

    if (run->options->specialization_of_target) {
        return *run->target.resource;
    }
    return content;
}

static void set_specialization(struct pst_run *run)
{
    struct pst_resource resource = specialized(run);
    const struct pst_node *mgmt;

    if (!resource.node || run->operation != POSTERN_OP_CREATE) {
        return;
    }
    run->request.container_definition =
        pst_attribute_text(&resource, PST_ATTRIBUTE_CONTAINER_DEFINITION);
    mgmt = pst_attribute_of(&resource, PST_ATTRIBUTE_MGMT_DEFINITION);
    if (mgmt && mgmt->type == PST_NODE_INTEGER && mgmt->integer > 0 &&
        mgmt->integer <= UINT32_MAX) {
        run->request.mgmt_definition = (uint32_t)mgmt->integer;
    }
}

/* The attributes of the full representation; none when they are not told. */
static postern_status set_representation(struct pst_run *run)
{
    const struct pst_node *names = NULL;
    const struct pst_node *name = NULL;
    postern_str *items;

    run->request.attributes = NULL;
    run->request.attribute_count = 0;
    if (run->target.kind == PST_TARGET_RESOURCE) {
        names = pst_attribute_of(run->target.resource,
                                 PST_ATTRIBUTE_REPRESENTATION);
    }
    if (!names || names->type != PST_NODE_LIST) {
        return POSTERN_OK;
    }
    items = pst_arena_alloc(run->arena, names->count, sizeof *items);
    if (!items) {
        return POSTERN_ERR_MEMORY;
    }
    run->request.attributes = items;
    while ((name = pst_entry_after(names, name)) != NULL) {
        if (name->type != PST_NODE_STRING) {
            run->request.attribute_count = 0;
            return POSTERN_OK;
        }
        items[run->request.attribute_count++] = name->text;
    }
    return POSTERN_OK;
}

/* What is read or written. Where that is not known rules that are limited to
 * attributes do not hold: discovery, filters, delete, notify. */
static postern_status set_attributes(struct pst_run *run)
{
    const struct pst_primitive *primitive = run->primitive;
    bool reads = run->operation == POSTERN_OP_RETRIEVE;
    bool writes = run->operation == POSTERN_OP_CREATE ||
                  run->operation == POSTERN_OP_UPDATE;

    if ((!reads && !writes) || (reads && primitive->has_filter)) {
        return POSTERN_OK;
    }
    if (reads && primitive->attributes.count == 0) {
        return set_representation(run);
    }
    run->request.attributes = primitive->attributes.items;
    run->request.attribute_count = primitive->attributes.count;
    return POSTERN_OK;
}

static postern_status set_groups(struct pst_run *run)
{
    const int64_t *now_s =
        run->primitive->time_known ? &run->primitive->time_s : NULL;
    struct pst_ids groups;

    PST_TRY(pst_groups_of(&run->engine->groups, &run->asker.id, now_s,
                          run->arena, &groups));
    run->request.groups = groups.items;
    run->request.group_count = groups.count;
    return POSTERN_OK;
}

static postern_status set_roles(struct pst_run *run)
{
    struct pst_ids roles;

    PST_TRY(pst_roles_of(&run->engine->roles, &run->asker.id, run->primitive,
                         run->arena, &roles, &run->notes));
    run->request.roles = roles.items;
    run->request.role_count = roles.count;
    return POSTERN_OK;
}

postern_status pst_gather_facts(struct pst_run *run)
{
    const struct pst_primitive *primitive = run->primitive;
    postern_request *request = &run->request;

    postern_request_init(request);
    request->originator = run->asker.id;
    request->authenticated = run->asker.authenticated;
    request->operation = run->operation;
    request->time_known = primitive->time_known;
    request->time_s = primitive->time_s;
    request->ip = primitive->ip;
    request->location = primitive->location;
    request->child_type = primitive->child_type;
    if (run->target.kind == PST_TARGET_RESOURCE) {
        request->target_type = run->target.resource->ty;
    }
    set_specialization(run);
    PST_TRY(set_attributes(run));
    PST_TRY(set_groups(run));
    return set_roles(run);
}

postern_status pst_turn_to_retrieve(struct pst_run *run)
{
    run->request.operation = POSTERN_OP_RETRIEVE;
    run->request.child_type = 0;
    return set_representation(run);
}
