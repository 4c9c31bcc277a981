/* Changes of one resource each, and a store made from one document: what could
 * be written with the calls of a change, as one call. */
#include "prp/loading.h"

#include <postern/prp.h>

static postern_status finish(postern_change *change, postern_status status,
                             uint64_t *revision)
{
    if (status != POSTERN_OK) {
        postern_change_abort(change);
        return status;
    }
    return postern_change_commit(change, revision);
}

postern_status postern_store_put(postern_store *store,
                                 const postern_resource *resource,
                                 uint64_t *revision, postern_diag *diag)
{
    postern_change *change;
    postern_status status = postern_change_begin(store, &change);

    return status != POSTERN_OK
               ? status
               : finish(change, postern_change_put(change, resource, diag),
                        revision);
}

postern_status postern_store_put_text(postern_store *store, postern_str text,
                                      uint64_t *revision, postern_diag *diag)
{
    postern_change *change;
    postern_status status = postern_change_begin(store, &change);

    return status != POSTERN_OK
               ? status
               : finish(change,
                        postern_change_put_text(change, text, NULL, diag),
                        revision);
}

postern_status postern_store_move(postern_store *store, postern_str id,
                                  postern_str parent_id, postern_str name,
                                  uint64_t *revision, postern_diag *diag)
{
    postern_change *change;
    postern_status status = postern_change_begin(store, &change);

    return status != POSTERN_OK
               ? status
               : finish(change,
                        postern_change_move(change, id, parent_id, name, diag),
                        revision);
}

postern_status postern_store_delete(postern_store *store, postern_str id,
                                    uint64_t *revision, postern_diag *diag)
{
    postern_change *change;
    postern_status status = postern_change_begin(store, &change);

    return status != POSTERN_OK
               ? status
               : finish(change, postern_change_delete(change, id, diag),
                        revision);
}

static postern_status fill(postern_store *store, const postern_policy *policy,
                           postern_diag *diag)
{
    postern_change *change;
    postern_status status = postern_change_begin(store, &change);

    return status != POSTERN_OK
               ? status
               : finish(change, postern_change_put_policy(change, policy, diag),
                        NULL);
}

postern_status postern_store_of_policy(postern_store **store,
                                       const postern_policy *policy,
                                       const postern_store_options *options,
                                       postern_diag *diag)
{
    struct pst_base base = pst_base_for(policy);
    postern_store_options filled;
    postern_status status;

    postern_store_options_init(&filled);
    if (options) {
        filled = *options;
    }
    filled.cse = postern_policy_cse(policy);
    filled.base_id = base.ri;
    filled.base_name = base.rn;
    status = postern_store_new(store, &filled, diag);
    if (status != POSTERN_OK) {
        return status;
    }
    status = fill(*store, policy, diag);
    if (status != POSTERN_OK) {
        postern_store_free(*store);
        *store = NULL;
    }
    return status;
}
