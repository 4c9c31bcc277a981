#include "policy-lang/address_index.h"

#include "base/sort.h"
#include "base/str.h"
#include "policy-lang/vocabulary.h"

static int order_names(const struct pst_resource *resource, postern_str pi,
                       postern_str rn)
{
    int order = pst_str_order(resource->pi, pi);

    return order ? order : pst_str_order(resource->rn, rn);
}

static int order_resources(const void *a, const void *b, const void *context)
{
    const struct pst_resource *left = *(const struct pst_resource *const *)a;
    const struct pst_resource *right = *(const struct pst_resource *const *)b;

    (void)context;
    return order_names(left, right->pi, right->rn);
}

struct pst_base pst_policy_base(const postern_policy *policy)
{
    struct pst_base base = {policy->host.cb_ri, policy->host.cb_rn};

    for (uint32_t i = 0; i < policy->resource_count; i++) {
        const struct pst_resource *resource = &policy->resources[i];

        if (resource->ty == PST_TY_CSEBASE) {
            base.ri = base.ri.data ? base.ri : resource->ri;
            base.rn = base.rn.data ? base.rn : resource->rn;
            return base;
        }
    }
    return base;
}

postern_status pst_address_index_make(struct pst_address_index *index,
                                      const postern_policy *policy,
                                      struct pst_arena *arena)
{
    struct pst_base base = pst_policy_base(policy);

    *index = (struct pst_address_index){
        .policy = policy, .base_ri = base.ri, .base_rn = base.rn};
    index->by_name = pst_arena_alloc(arena, policy->resource_count + (size_t)1,
                                     sizeof *index->by_name);
    if (!index->by_name) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t i = 0; i < policy->resource_count; i++) {
        const struct pst_resource *resource = &policy->resources[i];

        if (resource->pi.len && resource->rn.len) {
            index->by_name[index->count++] = resource;
        }
    }
    pst_sort(index->by_name, index->count, sizeof *index->by_name,
             order_resources, NULL);
    return POSTERN_OK;
}

/* Two children of one name (the document is at odds with itself) are both known
 * by their resource IDs only: an address that could mean either means none. */
static const struct pst_resource *if_single(const struct pst_address_index *in,
                                            size_t i)
{
    const struct pst_resource *found = in->by_name[i];

    if ((i > 0 && order_names(in->by_name[i - 1], found->pi, found->rn) == 0) ||
        (i + 1 < in->count &&
         order_names(in->by_name[i + 1], found->pi, found->rn) == 0)) {
        return NULL;
    }
    return found;
}

static const struct pst_resource *find_child(const struct pst_address_index *in,
                                             postern_str pi, postern_str rn)
{
    size_t low = 0;
    size_t high = in->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = order_names(in->by_name[middle], pi, rn);

        if (order == 0) {
            return if_single(in, middle);
        }
        if (order > 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

/* The first segment of the path names the CSEBase, or is "-" for it. */
static const struct pst_resource *walk(const struct pst_address_index *index,
                                       postern_str path)
{
    const struct pst_resource *at = NULL;
    postern_str ri = index->base_ri;
    size_t end = pst_str_find(path, 0, '/');
    postern_str first = pst_str_slice(path, 0, end);

    if (!pst_str_is(first, "-") &&
        (index->base_rn.len == 0 || !pst_str_equal(first, index->base_rn))) {
        return NULL;
    }
    at = end == path.len ? pst_policy_find(index->policy, ri) : NULL;
    while (end < path.len) {
        size_t from = end + 1;

        end = pst_str_find(path, from, '/');
        at = find_child(index, ri, pst_str_slice(path, from, end));
        if (!at) {
            return NULL;
        }
        ri = at->ri;
    }
    return at;
}

/* As well the ID of one resource as the name of the CSEBase, which is another.
 */
static bool is_ambiguous(const struct pst_address_index *index,
                         postern_str path, const struct pst_resource *by_ri)
{
    return by_ri && index->base_rn.len && pst_str_equal(path, index->base_rn) &&
           !pst_str_equal(by_ri->ri, index->base_ri);
}

enum pst_address_kind pst_address_resolve(const struct pst_address_index *index,
                                          postern_str address,
                                          const struct pst_resource **resource)
{
    const postern_cse *cse = &index->policy->host.cse;
    postern_id id;

    *resource = NULL;
    if (postern_id_parse_resource(&id, cse, address) != POSTERN_OK) {
        return PST_ADDRESS_BROKEN;
    }
    if (!pst_str_fold_equal(id.domain, cse->domain) ||
        !pst_str_equal(id.first, cse->name)) {
        return PST_ADDRESS_FOREIGN;
    }
    *resource = pst_policy_find(index->policy, id.second);
    if (is_ambiguous(index, id.second, *resource)) {
        *resource = NULL;
        return PST_ADDRESS_UNKNOWN;
    }
    if (!*resource) {
        *resource = walk(index, id.second);
    }
    return *resource ? PST_ADDRESS_FOUND : PST_ADDRESS_UNKNOWN;
}
