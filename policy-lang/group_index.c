/* Structured addresses of groups, made from the parents in the document. */
#include "policy-lang/group_index.h"

#include "base/sort.h"
#include "base/str.h"
#include "policy-lang/vocabulary.h"

/* Deeper groups, and groups in a circle of parents, are known by their
 * resource ID only. [PRP-10] */
enum { ANCESTORS_MAX = 64 };

/* The names on the way up; count 0 when there is no way to the CSEBase. */
struct way {
    postern_str names[ANCESTORS_MAX];
    size_t count;
};

static bool is_base(const postern_policy *policy, postern_str ri,
                    const struct pst_resource *resource)
{
    if (policy->host.cb_ri.len && pst_str_equal(ri, policy->host.cb_ri)) {
        return true;
    }
    return resource && resource->ty == PST_TY_CSEBASE;
}

static struct way way_up(const postern_policy *policy,
                         const struct pst_resource *group)
{
    const struct pst_resource *at = group;
    struct way way;

    way.count = 0;
    while (at && at->rn.len && way.count < ANCESTORS_MAX) {
        const struct pst_resource *parent = pst_policy_find(policy, at->pi);

        way.names[way.count++] = at->rn;
        if (is_base(policy, at->pi, parent)) {
            return way;
        }
        at = parent;
    }
    way.count = 0;
    return way;
}

static postern_status keep_path(postern_policy *policy, const struct way *way,
                                postern_str *path)
{
    size_t len = way->count - 1;
    size_t at = 0;
    char *bytes;

    for (size_t i = 0; i < way->count; i++) {
        len += way->names[i].len;
    }
    bytes = pst_arena_alloc(&policy->arena, len, 1);
    if (!bytes) {
        return POSTERN_ERR_MEMORY;
    }
    for (size_t i = way->count; i > 0; i--) {
        const postern_str *name = &way->names[i - 1];

        if (at > 0) {
            bytes[at++] = '/';
        }
        memcpy(bytes + at, name->data, name->len);
        at += name->len;
    }
    *path = (postern_str){bytes, len};
    return POSTERN_OK;
}

static int order_paths(const void *a, const void *b, const void *context)
{
    const struct pst_group_path *left = a;
    const struct pst_group_path *right = b;

    (void)context;
    return pst_str_order(left->path, right->path);
}

/* Two groups of one path (the document is at odds with itself) are both known
 * by their resource IDs only. */
static size_t drop_doubles(struct pst_group_path *paths, size_t count)
{
    size_t kept = 0;
    size_t i = 0;

    while (i < count) {
        size_t next = i + 1;

        while (next < count && pst_str_equal(paths[i].path, paths[next].path)) {
            next++;
        }
        if (next == i + 1) {
            paths[kept++] = paths[i];
        }
        i = next;
    }
    return kept;
}

static postern_str name_of_base(const postern_policy *policy)
{
    for (uint32_t i = 0; i < policy->resource_count; i++) {
        if (policy->host.cb_rn.len == 0 &&
            policy->resources[i].ty == PST_TY_CSEBASE) {
            return policy->resources[i].rn;
        }
    }
    return policy->host.cb_rn;
}

static size_t count_groups(const postern_policy *policy)
{
    size_t count = 0;

    for (uint32_t i = 0; i < policy->resource_count; i++) {
        count += policy->resources[i].ty == PST_TY_GROUP;
    }
    return count;
}

postern_status pst_group_index_make(struct pst_group_index *index,
                                    postern_policy *policy)
{
    size_t groups = count_groups(policy);

    *index = (struct pst_group_index){policy, name_of_base(policy), NULL, 0,
                                      groups > 0};
    if (!index->any) {
        return POSTERN_OK;
    }
    index->paths =
        pst_arena_alloc(&policy->arena, groups, sizeof *index->paths);
    if (!index->paths) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t i = 0; i < policy->resource_count; i++) {
        const struct pst_resource *group = &policy->resources[i];
        struct way way = {.count = 0};

        if (group->ty == PST_TY_GROUP) {
            way = way_up(policy, group);
        }
        if (way.count) {
            struct pst_group_path *path = &index->paths[index->count++];

            path->group = group;
            PST_TRY(keep_path(policy, &way, &path->path));
        }
    }
    pst_sort(index->paths, index->count, sizeof *index->paths, order_paths,
             NULL);
    index->count = drop_doubles(index->paths, index->count);
    return POSTERN_OK;
}

static const struct pst_resource *by_path(const struct pst_group_index *index,
                                          postern_str path)
{
    size_t low = 0;
    size_t high = index->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = pst_str_order(path, index->paths[middle].path);

        if (order == 0) {
            return index->paths[middle].group;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

static const struct pst_resource *by_ri(const struct pst_group_index *index,
                                        postern_str ri)
{
    const struct pst_resource *resource = pst_policy_find(index->policy, ri);

    return resource && resource->ty == PST_TY_GROUP ? resource : NULL;
}

/* `rest` is relative to the hosting CSE: a resource ID, or the CSEBase ("-" or
 * its name) and the names below it. */
static const struct pst_resource *find(const struct pst_group_index *index,
                                       postern_str rest)
{
    size_t slash = pst_str_find(rest, 0, '/');
    postern_str base = pst_str_slice(rest, 0, slash);

    if (slash == rest.len) {
        return by_ri(index, rest);
    }
    if (!pst_str_is(base, "-") &&
        (index->base_name.len == 0 || !pst_str_equal(base, index->base_name))) {
        return NULL;
    }
    return by_path(index, pst_str_slice(rest, slash + 1, rest.len));
}

bool pst_group_index_resolve(void *user, postern_str entry, postern_id *group)
{
    const struct pst_group_index *index = user;
    const postern_cse *cse = &index->policy->host.cse;
    const struct pst_resource *resource;
    postern_id id;

    if (!index->any ||
        postern_id_parse_resource(&id, cse, entry) != POSTERN_OK ||
        !pst_str_fold_equal(id.domain, cse->domain) ||
        !pst_str_equal(id.first, cse->name)) {
        return false; /* not a resource of this CSE */
    }
    resource = find(index, id.second);
    return resource &&
           postern_id_parse_resource(group, cse, resource->ri) == POSTERN_OK;
}
