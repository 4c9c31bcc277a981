/* From a primitive and its target to the facts that the access decision looks
 * at; groups, roles and places come when they are asked for. */
#include "engine/facts.h"

/* Where object details look for a specialization: see the option. [OBJ-06] */
static void set_specialization(struct pst_run *run)
{
    const postern_resource *target = &run->target.resource;
    postern_request *request = &run->request;

    if (run->operation != POSTERN_OP_CREATE) {
        return;
    }
    if (run->engine->options.specialization_of_target) {
        request->container_definition = target->container_definition;
        request->mgmt_definition = target->mgmt_definition;
    } else {
        request->container_definition = run->primitive.container_definition;
        request->mgmt_definition = run->primitive.mgmt_definition;
    }
}

/* None when one of them is no text: then it is not known which they are. */
static void take_attributes(struct pst_run *run, const postern_texts *names)
{
    size_t count = names->items ? names->count : 0;

    run->request.attributes = names->items;
    run->request.attribute_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!names->items[i].data) {
            return;
        }
    }
    run->request.attribute_count = count;
}

/* The attributes of the full representation; none when they are not told. */
static void set_representation(struct pst_run *run)
{
    static const postern_texts unknown = {NULL, 0};

    take_attributes(run, run->target.kind == PST_TARGET_RESOURCE
                             ? &run->target.resource.attributes
                             : &unknown);
}

/* What is read or written. Where that is not known rules that are limited to
 * attributes do not hold: discovery, filters, delete, notify. */
static void set_attributes(struct pst_run *run)
{
    const postern_texts *attributes = &run->primitive.attributes;
    bool reads = run->operation == POSTERN_OP_RETRIEVE;
    bool writes = run->operation == POSTERN_OP_CREATE ||
                  run->operation == POSTERN_OP_UPDATE;

    run->request.attributes = NULL;
    run->request.attribute_count = 0;
    if (reads && !run->primitive.has_filter &&
        (!attributes->items || attributes->count == 0)) {
        set_representation(run);
    } else if (writes || (reads && !run->primitive.has_filter)) {
        take_attributes(run, attributes);
    }
}

void pst_set_facts(struct pst_run *run)
{
    const postern_primitive *primitive = &run->primitive;
    postern_request *request = &run->request;

    postern_request_init(request);
    request->originator = run->asker.id;
    request->authenticated =
        run->asker.record.level != POSTERN_AUTHN_LEVEL_NONE;
    request->time_known = primitive->time_known;
    request->time_s = primitive->time_s;
    request->ip = primitive->ip;
    pst_set_location(run);
    pst_inquiry_begin(run);
}

void pst_set_facts_of_target(struct pst_run *run)
{
    postern_request *request = &run->request;

    request->operation = run->operation;
    request->child_type =
        run->operation == POSTERN_OP_CREATE ? run->primitive.child_type : 0;
    request->target_type =
        run->target.kind == PST_TARGET_RESOURCE ? run->target.resource.type : 0;
    set_specialization(run);
    set_attributes(run);
}

void pst_turn_to_retrieve(struct pst_run *run)
{
    run->request.operation = POSTERN_OP_RETRIEVE;
    run->request.child_type = 0;
    set_representation(run);
}
