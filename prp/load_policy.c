/* Every resource of a document, all of them or none. */
#include "prp/attribute.h"
#include "prp/load_order.h"
#include "prp/loading.h"
#include "prp/store.h"

#include "base/str.h"

static bool is_same_cse(const postern_cse *a, const postern_cse *b)
{
    return pst_str_fold_equal(a->domain, b->domain) &&
           pst_str_equal(a->name, b->name);
}

/* Its relative identifiers would mean others there. */
static postern_status check_host(const struct pst_loading *self,
                                 const postern_policy *policy)
{
    if (is_same_cse(&policy->host.cse, self->cse)) {
        return POSTERN_OK;
    }
    return pst_node_refuse(&policy->documents[0], policy->documents[0].root,
                           self->diag, POSTERN_ERR_POLICY,
                           "the document is for another CSE than the store",
                           NULL);
}

static postern_status put_again(struct pst_loading *self,
                                const postern_policy *policy)
{
    for (uint32_t i = 0; i < policy->resource_count; i++) {
        if (policy->resources[i].ty == PST_TYPE_ACP) {
            PST_TRY(pst_loading_put(self, &policy->resources[i], NULL));
        }
    }
    return POSTERN_OK;
}

static postern_status put_all(struct pst_loading *self,
                              const postern_policy *policy,
                              const struct pst_load_order *order)
{
    for (uint32_t i = 0; i < policy->resource_count; i++) {
        PST_TRY(
            pst_loading_put(self, &policy->resources[order->numbers[i]], NULL));
    }
    return order->acps_again ? put_again(self, policy) : POSTERN_OK;
}

static postern_status put_policy(struct pst_loading *self,
                                 const postern_policy *policy,
                                 struct pst_arena *arena)
{
    struct pst_load_order order;

    PST_TRY(check_host(self, policy));
    PST_TRY(pst_load_order_make(&order, policy, arena, self->diag));
    return put_all(self, policy, &order);
}

postern_status postern_change_put_policy(postern_change *change,
                                         const postern_policy *policy,
                                         postern_diag *diag)
{
    struct pst_loading loading;
    struct pst_arena arena;
    postern_status status;

    pst_diag_clear(diag);
    pst_loading_init(&loading, change, diag);
    loading.compiling.limits = policy->limits;
    loading.base_unknown = !pst_policy_base(policy).ri.data;
    pst_arena_init(&arena, &loading.allocator, SIZE_MAX);
    status = put_policy(&loading, policy, &arena);
    pst_arena_release(&arena);
    if (status != POSTERN_OK) {
        pst_change_fail(change, status);
    }
    return status;
}

/* A resource ID that nobody gives to a resource: where a document does not say
 * what its CSEBase is, nothing is below it. */
#define UNKNOWN_BASE PST_STR("~")

struct pst_base pst_base_for(const postern_policy *policy)
{
    struct pst_base base = pst_policy_base(policy);

    base.ri = base.ri.data ? base.ri : UNKNOWN_BASE;
    return base;
}

postern_status pst_store_for(postern_store **store,
                             const postern_policy *policy, postern_diag *diag)
{
    struct pst_base base = pst_base_for(policy);
    postern_store_options options;

    postern_store_options_init(&options);
    options.allocator = &policy->allocator;
    options.cse = &policy->host.cse;
    options.base_id = base.ri;
    options.base_name = base.rn;
    return postern_store_new(store, &options, diag);
}
