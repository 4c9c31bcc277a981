/* Resources ordered by ID, as numbers: the array itself stays as it is. */
#include "policy-lang/resource_index.h"

#include "base/str.h"
#include "base/text_order.h"

static postern_str ri_of(const void *resources, uint32_t number)
{
    return ((const struct pst_resource *)resources)[number].ri;
}

static const struct pst_resource *first_twice(const postern_policy *policy)
{
    uint32_t twice = UINT32_MAX;

    for (uint32_t i = 1; i < policy->resource_count; i++) {
        uint32_t left = policy->by_ri[i - 1];
        uint32_t right = policy->by_ri[i];

        if (right < twice && pst_str_equal(policy->resources[left].ri,
                                           policy->resources[right].ri)) {
            twice = right;
        }
    }
    return twice == UINT32_MAX ? NULL : &policy->resources[twice];
}

postern_status pst_resource_index_make(postern_policy *policy,
                                       const struct pst_resource **twice)
{
    uint32_t count = policy->resource_count;
    uint32_t *by_ri = pst_arena_alloc(&policy->arena, count, sizeof *by_ri);

    *twice = NULL;
    if (count && !by_ri) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(pst_text_order(by_ri, count, ri_of, policy->resources,
                           &policy->allocator));
    policy->by_ri = by_ri;
    *twice = first_twice(policy);
    return POSTERN_OK;
}

const struct pst_resource *pst_policy_find(const postern_policy *policy,
                                           postern_str ri)
{
    uint32_t low = 0;
    uint32_t high = policy->resource_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct pst_resource *resource =
            &policy->resources[policy->by_ri[middle]];
        int order = pst_str_order(ri, resource->ri);

        if (order == 0) {
            return resource;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}
