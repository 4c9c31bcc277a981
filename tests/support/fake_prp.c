#include "support/fake_prp.h"

#include "base/str.h"
#include "policy-lang/policy.h"
#include "prp/attribute.h"

enum { DEPTH = 128 };

static const postern_resource *by_id(const struct fake_prp *fake,
                                     postern_str id)
{
    for (size_t i = 0; id.len && i < fake->count; i++) {
        if (pst_str_equal(fake->resources[i].id, id)) {
            return &fake->resources[i];
        }
    }
    return NULL;
}

/* The one child of that name. */
static const postern_resource *child(const struct fake_prp *fake,
                                     postern_str parent, postern_str name)
{
    const postern_resource *found = NULL;

    for (size_t i = 0; i < fake->count; i++) {
        const postern_resource *resource = &fake->resources[i];

        if (name.len && parent.len &&
            pst_str_equal(resource->parent_id, parent) &&
            pst_str_equal(resource->name, name)) {
            if (found) {
                return NULL; /* could be either */
            }
            found = resource;
        }
    }
    return found;
}

static const postern_resource *base_of(const struct fake_prp *fake)
{
    for (size_t i = 0; i < fake->count; i++) {
        if (fake->resources[i].type == PST_TYPE_CSE_BASE) {
            return &fake->resources[i];
        }
    }
    return NULL;
}

/* From the CSEBase down; the document may only name it. */
static const postern_resource *walk(const struct fake_prp *fake,
                                    postern_str path)
{
    const postern_resource *at = base_of(fake);
    postern_str base_name =
        at && at->name.len ? at->name : fake->policy->host.cb_rn;
    postern_str id = at ? at->id : fake->policy->host.cb_ri;
    size_t end = pst_str_find(path, 0, '/');
    postern_str first = pst_str_slice(path, 0, end);

    if (!pst_str_is(first, "-") &&
        (!base_name.len || !pst_str_equal(first, base_name))) {
        return NULL;
    }
    while (end < path.len) {
        size_t from = end + 1;

        end = pst_str_find(path, from, '/');
        at = child(fake, id, pst_str_slice(path, from, end));
        if (!at) {
            return NULL;
        }
        id = at->id;
    }
    return at;
}

static const postern_resource *resolve(const struct fake_prp *fake,
                                       postern_str address)
{
    const postern_cse *cse = &fake->policy->host.cse;
    const postern_resource *named;
    const postern_resource *found;
    postern_id id;

    if (postern_id_parse_resource(&id, cse, address) != POSTERN_OK ||
        !pst_str_fold_equal(id.domain, cse->domain) ||
        !pst_str_equal(id.first, cse->name)) {
        return NULL;
    }
    found = by_id(fake, id.second);
    named = walk(fake, id.second);
    return found && named && found != named ? NULL : found ? found : named;
}

static postern_found answer(const struct fake_prp *fake,
                            const postern_resource *found,
                            postern_resource *resource)
{
    if (!found) {
        return POSTERN_FOUND_NOT;
    }
    if (fake->unreadable && pst_str_is(found->id, fake->unreadable)) {
        return POSTERN_FOUND_FAILED;
    }
    *resource = *found;
    return POSTERN_FOUND;
}

static postern_status reader_new(void *user, void **reader)
{
    *reader = user; /* something that is not NULL */
    return POSTERN_OK;
}

static void reader_free(void *user, void *reader)
{
    (void)user;
    (void)reader;
}

static uint64_t enter(void *user, void *reader)
{
    struct fake_prp *fake = user;

    (void)reader;
    fake->inside++;
    return fake->revision;
}

static void leave(void *user, void *reader)
{
    struct fake_prp *fake = user;

    (void)reader;
    fake->inside--;
}

static postern_found find(void *user, void *reader, postern_str address,
                          postern_resource *resource)
{
    struct fake_prp *fake = user;

    (void)reader;
    fake->calls.find++;
    return answer(fake, resolve(fake, address), resource);
}

static postern_found parent(void *user, void *reader,
                            const postern_resource *of,
                            postern_resource *resource)
{
    struct fake_prp *fake = user;

    (void)reader;
    fake->calls.parent++;
    return answer(fake, by_id(fake, of->parent_id), resource);
}

static bool stands_for(const struct fake_prp *fake,
                       const postern_resource *resource,
                       const postern_id *entity)
{
    postern_str name = resource->entity;
    postern_id id;

    if (resource->type == PST_TYPE_AE && !name.data) {
        name = resource->id;
    } else if (resource->type != PST_TYPE_AE &&
               resource->type != PST_TYPE_REMOTE_CSE) {
        return false;
    }
    return name.data &&
           postern_id_parse_entity(&id, &fake->policy->host.cse, name) ==
               POSTERN_OK &&
           postern_id_equal(&id, entity);
}

static postern_found registree(void *user, void *reader,
                               const postern_id *entity, uint32_t n,
                               postern_resource *resource)
{
    struct fake_prp *fake = user;

    (void)reader;
    fake->calls.registree++;
    if (fake->registry_fails) {
        return POSTERN_FOUND_FAILED;
    }
    for (size_t i = 0; i < fake->count; i++) {
        if (stands_for(fake, &fake->resources[i], entity) && n-- == 0) {
            return answer(fake, &fake->resources[i], resource);
        }
    }
    return POSTERN_FOUND_NOT;
}

static postern_found role(void *user, void *reader, const postern_id *of,
                          uint32_t n, postern_resource *resource)
{
    struct fake_prp *fake = user;

    (void)reader;
    fake->calls.role++;
    for (size_t i = 0; i < fake->count; i++) {
        const postern_resource *at = &fake->resources[i];
        postern_id id;

        if (at->type == PST_TYPE_ROLE && at->role && at->role->role_id.data &&
            postern_id_parse_role(&id, at->role->role_id) == POSTERN_OK &&
            postern_id_equal(&id, of) && n-- == 0) {
            return answer(fake, at, resource);
        }
    }
    return POSTERN_FOUND_NOT;
}

static postern_truth has_member(void *user, void *reader,
                                const postern_resource *group,
                                const postern_resource *member)
{
    struct fake_prp *fake = user;

    (void)reader;
    fake->calls.has_member++;
    for (size_t i = 0; group->members.items && i < group->members.count; i++) {
        postern_str entry = group->members.items[i];
        const postern_resource *found =
            entry.data ? resolve(fake, entry) : NULL;

        if (found && pst_str_equal(found->id, member->id)) {
            return POSTERN_TRUE;
        }
    }
    return POSTERN_FALSE;
}

/* Levels from `root` down to `resource`; DEPTH when it is not below. */
static uint64_t levels(const struct fake_prp *fake,
                       const postern_resource *root,
                       const postern_resource *resource)
{
    uint64_t count = 0;

    while (resource && count < DEPTH && resource != root) {
        const postern_resource *above = by_id(fake, resource->parent_id);

        if (!above && !root) {
            return count;
        }
        resource = above;
        count++;
    }
    return resource ? count : DEPTH;
}

/* state: the level, the place in the array. */
static postern_found next(void *user, void *reader, postern_str root,
                          postern_cursor *cursor, postern_resource *resource)
{
    struct fake_prp *fake = user;
    const postern_resource *top = root.len ? resolve(fake, root) : NULL;

    (void)reader;
    fake->calls.next++;
    if (root.len && !top) {
        return POSTERN_FOUND_NOT;
    }
    for (; cursor->state[0] < DEPTH; cursor->state[0]++, cursor->state[1] = 0) {
        while (cursor->state[1] < fake->count) {
            const postern_resource *at = &fake->resources[cursor->state[1]++];

            if (levels(fake, top, at) == cursor->state[0]) {
                return answer(fake, at, resource);
            }
        }
    }
    return POSTERN_FOUND_NOT;
}

bool fake_prp_open(struct fake_prp *fake, const postern_policy *policy)
{
    *fake = (struct fake_prp){.policy = policy, .revision = 7};
    fake->prp = (postern_prp){.struct_size = sizeof fake->prp,
                              .user = fake,
                              .cse = postern_policy_cse(policy),
                              .reader_new = reader_new,
                              .reader_free = reader_free,
                              .enter = enter,
                              .leave = leave,
                              .find = find,
                              .parent = parent,
                              .registree = registree,
                              .role = role,
                              .has_member = has_member,
                              .next = next};
    pst_arena_init(&fake->arena, NULL, SIZE_MAX);
    fake->resources = pst_arena_alloc(&fake->arena, policy->resource_count,
                                      sizeof *fake->resources);
    for (uint32_t i = 0; fake->resources && i < policy->resource_count; i++) {
        postern_resource *out = &fake->resources[fake->count++];

        if (pst_resource_describe(out, &policy->resources[i], &fake->arena) !=
            POSTERN_OK) {
            return false;
        }
        if (out->type == PST_TYPE_ACP) {
            out->acp_set = postern_policy_acps(policy);
            out->acp = policy->resources[i].acp;
        }
    }
    return fake->resources != NULL;
}

void fake_prp_close(struct fake_prp *fake)
{
    pst_arena_release(&fake->arena);
}

postern_resource *fake_prp_at(struct fake_prp *fake, const char *id)
{
    for (size_t i = 0; i < fake->count; i++) {
        if (pst_str_is(fake->resources[i].id, id)) {
            return &fake->resources[i];
        }
    }
    return NULL;
}
