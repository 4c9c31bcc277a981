#include "prp/version_memory.h"

#include "base/diag.h"

enum { FIRST_REVISION = 1 };

/* ---- records and sets -------------------------------------------------- */

void pst_record_free(struct pst_record *record, struct pst_pool *pool)
{
    if (record) {
        pst_pool_free(pool, record, pst_record_size(record));
    }
}

postern_status pst_record_retire(const struct pst_record *record,
                                 struct pst_pool *pool)
{
    return pst_pool_retire(pool, record, pst_record_size(record), NULL);
}

static void free_set(void *set)
{
    postern_acp_set_free(set);
}

void pst_set_free(const postern_acp_set *set, struct pst_pool *pool)
{
    if (set) {
        pst_pool_uncount(pool, postern_acp_set_size(set));
        free_set((void *)(uintptr_t)set); /* it is the store's */
    }
}

postern_status pst_set_retire(const postern_acp_set *set, struct pst_pool *pool)
{
    return set ? pst_pool_retire(pool, set, postern_acp_set_size(set), free_set)
               : POSTERN_OK;
}

/* ---- versions ---------------------------------------------------------- */

static struct pst_version *allocate(struct pst_pool *pool)
{
    return pst_pool_alloc(pool, sizeof(struct pst_version));
}

/* The CSEBase is found by its ID from the start: others name it as parent. */
static postern_status add_places(struct pst_version *version,
                                 struct pst_pool *pool)
{
    uint64_t hash = pst_hash_id(version->settings, version->settings->base_id);
    uint32_t base;
    uint32_t outside;

    PST_TRY(pst_slots_take(&version->slots, pool, &base));
    PST_TRY(pst_slots_take(&version->slots, pool, &outside));
    if (base != PST_BASE || outside != PST_OUTSIDE) {
        return POSTERN_ERR_INTERNAL;
    }
    return pst_trie_add(&version->by[PST_BY_ID], pool, hash, base);
}

postern_status pst_version_make(struct pst_version **made,
                                const struct pst_store_settings *settings,
                                struct pst_pool *pool)
{
    struct pst_version *version = allocate(pool);
    postern_status status;

    *made = NULL;
    if (!version) {
        return POSTERN_ERR_MEMORY;
    }
    *version =
        (struct pst_version){.settings = settings, .revision = FIRST_REVISION};
    pst_slots_init(&version->slots);
    pst_pool_begin(pool);
    status = add_places(version, pool);
    if (status != POSTERN_OK) {
        pst_version_drop(version, pool);
        pst_pool_abort(pool);
        return status;
    }
    pst_pool_commit(pool, 0);
    *made = version;
    return POSTERN_OK;
}

struct pst_version *pst_version_copy(const struct pst_version *version,
                                     struct pst_pool *pool)
{
    struct pst_version *copy = allocate(pool);

    if (copy) {
        *copy = *version;
    }
    return copy;
}

void pst_version_drop(struct pst_version *version, struct pst_pool *pool)
{
    for (int i = 0; i < PST_INDEX_COUNT; i++) {
        pst_trie_abort(&version->by[i], pool);
    }
    pst_slots_abort(&version->slots, pool);
    pst_pool_free(pool, version, sizeof *version);
}

static void free_records(struct pst_version *version, struct pst_pool *pool)
{
    for (uint32_t number = 0; number < version->slots.end; number++) {
        const struct pst_slot *slot = pst_slots_at(&version->slots, number);

        if (slot && slot->record) {
            pst_set_free(pst_record_set(slot->record), pool);
            pst_record_free(slot->record, pool);
        }
    }
}

void pst_version_free(struct pst_version *version, struct pst_pool *pool)
{
    free_records(version, pool);
    for (int i = 0; i < PST_INDEX_COUNT; i++) {
        pst_trie_free(&version->by[i], pool);
    }
    pst_slots_free(&version->slots, pool);
    pst_pool_free(pool, version, sizeof *version);
}
