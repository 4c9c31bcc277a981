/* Addresses of resources are the business of the prp; here the virtual ones are
 * added. */
#include "prp/target.h"

#include "base/str.h"
#include "prp/attribute.h"

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
                                               const postern_resource *under)
{
    size_t count = sizeof virtual_names / sizeof *virtual_names;

    for (size_t i = 0; i < count; i++) {
        if (pst_str_is(name, virtual_names[i].name) &&
            (!under || under->type == virtual_names[i].parent_type)) {
            return &virtual_names[i];
        }
    }
    return NULL;
}

static bool is_address(const struct pst_view *view, postern_str address)
{
    postern_id id;

    return postern_id_parse_resource(&id, view->prp->cse, address) ==
           POSTERN_OK;
}

enum outcome { VIRTUAL, MISSING, FAILED, ORDINARY };

/* Looks at the segment behind a slash. Goes on where the part before it is not
 * yet an address; stops where nothing behind it can be one. */
static enum outcome look_behind(const struct pst_view *view,
                                postern_str address, size_t slash,
                                struct pst_target *target)
{
    size_t end = pst_str_find(address, slash + 1, '/');
    postern_str name = pst_str_slice(address, slash + 1, end);
    postern_str before = pst_str_slice(address, 0, slash);
    const struct virtual_name *found = find_virtual(name, NULL);
    postern_found answer;

    if (!found || !is_address(view, before)) {
        return ORDINARY;
    }
    answer = pst_view_find(view, before, &target->resource);
    if (answer != POSTERN_FOUND) {
        return answer == POSTERN_FOUND_NOT ? MISSING : FAILED;
    }
    found = find_virtual(name, &target->resource);
    if (!found) {
        return ORDINARY;
    }
    target->kind = found->kind;
    target->behind = pst_str_slice(address, slash + 1, address.len);
    return end == address.len || found->kind == PST_TARGET_FAN_OUT ? VIRTUAL
                                                                   : MISSING;
}

postern_found pst_target_find(const struct pst_view *view, postern_str address,
                              struct pst_target *target)
{
    enum outcome outcome = ORDINARY;
    size_t slash = pst_str_find(address, 0, '/');

    target->behind = (postern_str){NULL, 0};
    while (slash < address.len && outcome == ORDINARY) {
        outcome = look_behind(view, address, slash, target);
        slash = pst_str_find(address, slash + 1, '/');
    }
    if (outcome == VIRTUAL && is_address(view, address)) {
        return POSTERN_FOUND;
    }
    target->kind = PST_TARGET_RESOURCE;
    target->behind = (postern_str){NULL, 0};
    if (outcome == VIRTUAL || outcome == FAILED) {
        postern_resource_init(&target->resource);
        return outcome == FAILED ? POSTERN_FOUND_FAILED : POSTERN_FOUND_NOT;
    }
    return pst_view_find(view, address, &target->resource);
}
