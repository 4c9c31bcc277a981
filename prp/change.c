/*
 * Changes: one at a time, on a version of their own. What can fail for want of
 * memory is done before anybody sees anything, so a commit only publishes.
 * [PRP-11]
 */
#include "prp/address.h"
#include "prp/edit.h"
#include "prp/put_check.h"
#include "prp/store.h"
#include "prp/version_memory.h"

#include "base/diag.h"
#include "base/sized.h"
#include "policy-lang/grammar.h"

/* What a commit frees beyond twice what it replaces: so garbage that readers
 * have held up goes, and no commit pays for all of it. */
enum { COLLECT_BESIDES = 64 };

/* ---- begin and end ----------------------------------------------------- */

/* The version that readers see now will be replaced. */
static postern_status open(postern_change *change)
{
    struct pst_pool *pool = &change->store->pool;

    change->next = pst_version_copy(change->base, pool);
    if (!change->next) {
        return POSTERN_ERR_MEMORY;
    }
    change->next->revision++;
    return pst_pool_retire(pool, change->base, sizeof *change->base, NULL);
}

static void close(postern_change *change)
{
    postern_store *store = change->store;

    pst_vec_release(&change->made, &store->pool.allocator);
    pst_release(&store->pool.allocator, change, sizeof *change);
    pthread_mutex_unlock(&store->writing);
}

void postern_change_abort(postern_change *change)
{
    struct pst_pool *pool;

    if (!change) {
        return;
    }
    pool = &change->store->pool;
    if (change->next) {
        pst_edit_undo(change);
        pst_version_drop(change->next, pool);
    }
    pst_pool_abort(pool);
    close(change);
}

postern_status postern_change_begin(postern_store *store,
                                    postern_change **change)
{
    postern_change *begun;

    *change = NULL;
    pthread_mutex_lock(&store->writing);
    begun = pst_alloc(&store->pool.allocator, sizeof *begun);
    if (!begun) {
        pthread_mutex_unlock(&store->writing);
        return POSTERN_ERR_MEMORY;
    }
    *begun =
        (postern_change){.store = store, .base = atomic_load(&store->version)};
    pst_vec_init(&begun->made, sizeof(uint32_t));
    pst_pool_begin(&store->pool);
    if (open(begun) != POSTERN_OK) {
        postern_change_abort(begun);
        return POSTERN_ERR_MEMORY;
    }
    *change = begun;
    return POSTERN_OK;
}

/* [ARC-07] The revision follows the version, so that nobody is told of one that
 * the next to enter would not see. */
static void publish(postern_store *store, struct pst_version *version)
{
    struct pst_pool *pool = &store->pool;
    size_t replaced = pool->count - pool->mark;

    atomic_store(&store->version, version);
    atomic_store(&store->revision, version->revision);
    pst_pool_commit(pool, pst_epochs_advance(&store->epochs));
    pst_pool_collect(pool, pst_epochs_oldest(&store->epochs),
                     2 * replaced + COLLECT_BESIDES);
}

postern_status postern_change_commit(postern_change *change, uint64_t *revision)
{
    postern_status status = change->failed;

    if (status != POSTERN_OK) {
        postern_change_abort(change);
        return status;
    }
    if (revision) {
        *revision = change->next->revision;
    }
    publish(change->store, change->next);
    close(change);
    return POSTERN_OK;
}

void pst_change_fail(postern_change *change, postern_status status)
{
    change->failed = change->failed == POSTERN_OK ? status : change->failed;
}

/* Steps that ran out of memory may have been made by half. */
static postern_status settle(postern_change *change, postern_status status,
                             postern_diag *diag)
{
    if (status == POSTERN_ERR_MEMORY) {
        pst_change_fail(change, status);
    }
    return status == POSTERN_OK ? status : pst_diag_plain(diag, status);
}

/* ---- the calls --------------------------------------------------------- */

static postern_status put(postern_change *change,
                          const postern_resource *resource, postern_diag *diag)
{
    const struct pst_version *version = change->next;
    struct pst_record *record;
    struct pst_place place;

    PST_TRY(change->failed);
    PST_TRY(pst_check_resource(version->settings, resource, diag));
    PST_TRY(pst_check_place(version, resource, &place, diag));
    PST_TRY(pst_record_make(&record, version->settings, resource,
                            &change->store->pool));
    return pst_edit_put(change, record, place);
}

postern_status postern_change_put(postern_change *change,
                                  const postern_resource *given,
                                  postern_diag *diag)
{
    postern_resource resource;

    pst_diag_clear(diag);
    if (!given || !pst_sized_copy(&resource, sizeof resource, given)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    return settle(change, put(change, &resource, diag), diag);
}

/* A resource that is put again, elsewhere. */
static postern_status move(postern_change *change, postern_str id,
                           postern_str parent_id, postern_str name,
                           postern_diag *diag)
{
    postern_resource resource;
    uint32_t number;

    PST_TRY(change->failed);
    PST_TRY(pst_check_there(change->next, id, &number, diag));
    if (!parent_id.len) {
        return pst_diag_refuse(diag, POSTERN_ERR_POLICY, "/pi",
                               "a move needs the new parent", NULL);
    }
    pst_record_read(pst_version_record(change->next, number), &resource);
    resource.parent_id = parent_id;
    resource.name = name.len ? name : resource.name;
    return put(change, &resource, diag);
}

postern_status postern_change_move(postern_change *change, postern_str id,
                                   postern_str parent_id, postern_str name,
                                   postern_diag *diag)
{
    pst_diag_clear(diag);
    return settle(change, move(change, id, parent_id, name, diag), diag);
}

static postern_status delete (postern_change *change, postern_str id,
                              postern_diag *diag)
{
    uint32_t number;

    PST_TRY(change->failed);
    PST_TRY(pst_check_there(change->next, id, &number, diag));
    return pst_edit_delete(change, number);
}

postern_status postern_change_delete(postern_change *change, postern_str id,
                                     postern_diag *diag)
{
    pst_diag_clear(diag);
    return settle(change, delete (change, id, diag), diag);
}

/* ---- for those who put more than one resource -------------------------- */

postern_found pst_change_find(const postern_change *change, postern_str address,
                              postern_resource *resource)
{
    struct pst_beside beside = {.above_id = {NULL, 0}};

    postern_resource_init(resource);
    return change->failed == POSTERN_OK
               ? pst_version_answer(change->next, &beside,
                                    pst_address_find(change->next, address),
                                    resource)
               : POSTERN_FOUND_FAILED;
}

const postern_cse *pst_change_cse(const postern_change *change)
{
    return &change->store->settings.cse;
}

const postern_allocator *pst_change_allocator(const postern_change *change)
{
    return &change->store->pool.allocator;
}

struct pst_grammar *pst_change_grammar(postern_change *change)
{
    postern_store *store = change->store;

    if (store->grammar && pst_grammar_status(store->grammar) != POSTERN_OK) {
        pst_grammar_free(store->grammar); /* it had no memory once */
        store->grammar = NULL;
    }
    if (!store->grammar &&
        pst_grammar_new(&store->grammar, &store->pool.allocator) !=
            POSTERN_OK) {
        return NULL;
    }
    return store->grammar;
}
