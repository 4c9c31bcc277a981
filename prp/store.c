/* Making, measuring and freeing a store. */
#include "prp/store.h"

#include "base/diag.h"
#include "base/sized.h"
#include "base/str.h"
#include "policy-lang/grammar.h"
#include "prp/put_check.h"
#include "prp/version_memory.h"

enum {
    DEPTH_DEFAULT = 64,
    DEPTH_CEILING = 1024,
    READERS_DEFAULT = 64,
    READERS_CEILING = 4096
};

void postern_store_options_init_sized(postern_store_options *options,
                                      size_t struct_size)
{
    pst_sized_init(options, struct_size);
}

static uint32_t bounded(uint32_t value, uint32_t normal, uint32_t ceiling)
{
    if (value == 0) {
        return normal;
    }
    return value < ceiling ? value : ceiling;
}

static postern_status refuse(postern_diag *diag, const char *message)
{
    return pst_diag_refuse(diag, POSTERN_ERR_ARGUMENT, "", message, NULL);
}

static postern_status check_options(const postern_store_options *options,
                                    postern_diag *diag)
{
    if (!options->cse || !options->cse->domain.len || !options->cse->name.len) {
        return refuse(diag, "a store needs the CSE that hosts its resources");
    }
    if (!pst_is_resource_id(options->base_id)) {
        return refuse(diag, "a store needs the resource ID of the CSEBase, "
                            "unreserved characters only");
    }
    if (options->base_name.len && !pst_is_name(options->base_name)) {
        return refuse(diag, "the name of the CSEBase is not one of unreserved "
                            "characters only");
    }
    return POSTERN_OK;
}

/* ---- parts of a store, each either made or all zero -------------------- */

static postern_str keep(char **to, postern_str text)
{
    postern_str kept = {*to, text.len};

    if (text.len) {
        memcpy(*to, text.data, text.len);
    }
    *to += text.len;
    return kept;
}

static postern_status make_settings(postern_store *store,
                                    const postern_store_options *options)
{
    struct pst_store_settings *settings = &store->settings;
    char *to;

    store->texts_size = options->cse->domain.len + options->cse->name.len +
                        options->base_id.len + options->base_name.len;
    store->texts = pst_pool_alloc(&store->pool, store->texts_size);
    if (!store->texts) {
        return POSTERN_ERR_MEMORY;
    }
    to = store->texts;
    settings->cse = *options->cse;
    settings->cse.domain = keep(&to, options->cse->domain);
    settings->cse.name = keep(&to, options->cse->name);
    settings->base_id = keep(&to, options->base_id);
    settings->base_name = keep(&to, options->base_name);
    settings->max_depth =
        bounded(options->max_depth, DEPTH_DEFAULT, DEPTH_CEILING);
    settings->key.words[0] = options->hash_key[0];
    settings->key.words[1] = options->hash_key[1];
    settings->domain_hash =
        pst_hash_folded(&settings->key, settings->cse.domain);
    return POSTERN_OK;
}

static size_t size_of_epochs(const postern_store *store)
{
    return store->epochs.slot_count * sizeof(struct pst_epoch_slot) +
           PST_CACHE_LINE - 1;
}

static size_t size_of_readers(const postern_store *store)
{
    return store->epochs.slot_count * sizeof(struct pst_store_reader) +
           PST_CACHE_LINE - 1;
}

/* Allocators promise less than a cache line. */
static struct pst_store_reader *aligned(void *block)
{
    uintptr_t past = (uintptr_t)block % PST_CACHE_LINE;

    return (void *)((char *)block + (past ? PST_CACHE_LINE - past : 0));
}

static postern_status make_readers(postern_store *store, uint32_t max_readers)
{
    uint32_t count = bounded(max_readers, READERS_DEFAULT, READERS_CEILING);

    PST_TRY(pst_epochs_init(&store->epochs, &store->pool.allocator, count));
    pst_pool_count(&store->pool, size_of_epochs(store));
    store->readers_block = pst_pool_alloc(&store->pool, size_of_readers(store));
    if (!store->readers_block) {
        return POSTERN_ERR_MEMORY;
    }
    store->readers = aligned(store->readers_block);
    for (uint32_t i = 0; i < count; i++) {
        store->readers[i] =
            (struct pst_store_reader){.slot = &store->epochs.slots[i]};
    }
    return POSTERN_OK;
}

static postern_status fill(postern_store *store,
                           const postern_store_options *options)
{
    struct pst_version *version;

    PST_TRY(make_settings(store, options));
    PST_TRY(make_readers(store, options->max_readers));
    PST_TRY(pst_version_make(&version, &store->settings, &store->pool));
    atomic_init(&store->version, version);
    atomic_init(&store->revision, version->revision);
    pst_store_fill_prp(store);
    return POSTERN_OK;
}

/* All but the mutex. */
static void empty(postern_store *store)
{
    struct pst_version *version = atomic_load(&store->version);
    postern_allocator allocator = store->pool.allocator;

    if (version) {
        pst_version_free(version, &store->pool);
    }
    pst_grammar_free(store->grammar);
    pst_pool_release(&store->pool);
    pst_pool_free(&store->pool, store->readers_block, size_of_readers(store));
    pst_epochs_release(&store->epochs);
    pst_pool_free(&store->pool, store->texts, store->texts_size);
    pst_release(&allocator, store, sizeof *store);
}

static postern_store *allocate(const postern_allocator *given)
{
    postern_allocator allocator = pst_allocator_of(given);
    postern_store *store = pst_alloc(&allocator, sizeof *store);

    if (store) {
        memset(store, 0, sizeof *store);
        atomic_init(&store->version, NULL);
        pst_pool_init(&store->pool, &allocator);
        pst_pool_count(&store->pool, sizeof *store);
    }
    return store;
}

static postern_status make(postern_store **made,
                           const postern_store_options *options)
{
    postern_store *store = allocate(options->allocator);
    postern_status status;

    if (!store) {
        return POSTERN_ERR_MEMORY;
    }
    status = fill(store, options);
    if (status == POSTERN_OK && pthread_mutex_init(&store->writing, NULL)) {
        status = POSTERN_ERR_MEMORY;
    }
    if (status != POSTERN_OK) {
        empty(store);
        return status;
    }
    *made = store;
    return POSTERN_OK;
}

/* ---- the public calls -------------------------------------------------- */

postern_status postern_store_new(postern_store **store,
                                 const postern_store_options *given,
                                 postern_diag *diag)
{
    postern_store_options options;
    postern_status status;

    *store = NULL;
    pst_diag_clear(diag);
    if (!pst_sized_copy(&options, sizeof options, given)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    PST_TRY(check_options(&options, diag));
    status = make(store, &options);
    return status == POSTERN_OK ? status : pst_diag_plain(diag, status);
}

void postern_store_free(postern_store *store)
{
    if (store) {
        pthread_mutex_destroy(&store->writing);
        empty(store);
    }
}

uint64_t postern_store_revision(const postern_store *store)
{
    return atomic_load(&store->revision);
}

const postern_prp *postern_store_prp(postern_store *store)
{
    return &store->prp;
}

void postern_store_measure(postern_store *store, postern_store_size *size)
{
    const struct pst_version *version;

    pthread_mutex_lock(&store->writing);
    version = atomic_load(&store->version);
    *size = (postern_store_size){
        .revision = version->revision,
        .resources = version->resources,
        .acps = version->acps,
        .bytes = store->pool.bytes + pst_grammar_bytes(store->grammar),
        .waiting_bytes = store->pool.waiting_bytes,
    };
    pthread_mutex_unlock(&store->writing);
}
