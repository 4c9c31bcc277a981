/* Making a token cache, and finding tokens in it: nothing here waits, and
 * nothing writes what another reader reads, but for its own slot. */
#include "tokens/cache_state.h"

#include "base/sized.h"
#include "base/str.h"
#include "tokens/random.h"

enum {
    TOKENS_DEFAULT = 4096,
    TOKENS_MAX = 1000000,
    PER_HOLDER_DEFAULT = 16,
    VERIFIERS_DEFAULT = 64,
    VERIFIERS_MAX = 4096,
    TABLE_MIN = 16,
    BYTES_DEFAULT = 16 << 20,
    HASHED_BYTES = 24 /* at the end of a token; see cache.h */
};

/* ---- making -------------------------------------------------------------- */

static uint32_t bounded(uint32_t value, uint32_t normal, uint32_t ceiling)
{
    value = value ? value : normal;
    return value < ceiling ? value : ceiling;
}

static void set_quotas(postern_token_cache *cache,
                       const postern_token_cache_options *options)
{
    cache->max_tokens =
        bounded(options->max_tokens, TOKENS_DEFAULT, TOKENS_MAX);
    cache->max_bytes = options->max_bytes ? options->max_bytes : BYTES_DEFAULT;
    cache->max_per_holder =
        bounded(options->max_per_holder, PER_HOLDER_DEFAULT, cache->max_tokens);
    cache->max_per_issuer =
        bounded(options->max_per_issuer, cache->max_tokens, cache->max_tokens);
    cache->unit = cache->max_bytes / cache->max_tokens + 1;
}

static size_t table_size(uint32_t max_tokens)
{
    size_t size = TABLE_MIN;

    while (size < max_tokens) {
        size *= 2;
    }
    return size;
}

/* The tables of entries stand in one block, which begins with the first. */
static size_t heads_bytes(const postern_token_cache *cache)
{
    return (cache->mask + 1) * PST_TOKEN_INDEXES * sizeof *cache->heads[0];
}

static size_t parties_bytes(const postern_token_cache *cache)
{
    return (cache->mask + 1) * sizeof(struct pst_party *);
}

static void release_tables(postern_token_cache *cache)
{
    pst_release(&cache->allocator, cache->heads[0], heads_bytes(cache));
    pst_release(&cache->allocator, cache->parties, parties_bytes(cache));
}

static bool make_tables(postern_token_cache *cache)
{
    size_t places = table_size(cache->max_tokens);

    cache->mask = places - 1;
    cache->heads[0] = pst_alloc(&cache->allocator, heads_bytes(cache));
    cache->parties = pst_alloc(&cache->allocator, parties_bytes(cache));
    if (!cache->heads[0] || !cache->parties) {
        release_tables(cache);
        return false;
    }
    for (size_t index = 0; index < PST_TOKEN_INDEXES; index++) {
        cache->heads[index] = cache->heads[0] + index * places;
    }
    for (size_t i = 0; i < PST_TOKEN_INDEXES * places; i++) {
        atomic_init(&cache->heads[0][i], NULL);
    }
    for (size_t i = 0; i < places; i++) {
        cache->parties[i] = NULL;
    }
    return true;
}

static postern_status fill(postern_token_cache *cache, uint32_t verifiers)
{
    postern_status status;

    if (!pst_random(&cache->hash_key, sizeof cache->hash_key)) {
        return POSTERN_ERR_INTERNAL;
    }
    if (!make_tables(cache)) {
        return POSTERN_ERR_MEMORY;
    }
    status = pst_epochs_init(&cache->epochs, &cache->allocator, verifiers);
    if (status == POSTERN_OK && pthread_mutex_init(&cache->lock, NULL) != 0) {
        pst_epochs_release(&cache->epochs);
        status = POSTERN_ERR_MEMORY;
    }
    if (status != POSTERN_OK) {
        release_tables(cache);
        return status;
    }
    pst_ring_init(&cache->all);
    for (size_t i = 0; i < PST_SHARES; i++) {
        pst_ring_init(&cache->shares[i]);
    }
    return POSTERN_OK;
}

postern_status
postern_token_cache_new(postern_token_cache **cache,
                        const postern_token_cache_options *options)
{
    postern_token_cache_options given;
    postern_allocator allocator;
    postern_token_cache *fresh;
    postern_status status;

    *cache = NULL;
    if (!pst_sized_copy(&given, sizeof given, options)) {
        return POSTERN_ERR_ARGUMENT;
    }
    allocator = pst_allocator_of(given.allocator);
    fresh = pst_alloc(&allocator, sizeof *fresh);
    if (!fresh) {
        return POSTERN_ERR_MEMORY;
    }
    memset(fresh, 0, sizeof *fresh);
    fresh->allocator = allocator;
    set_quotas(fresh, &given);
    status = fill(
        fresh, bounded(given.max_verifiers, VERIFIERS_DEFAULT, VERIFIERS_MAX));
    if (status != POSTERN_OK) {
        pst_release(&allocator, fresh, sizeof *fresh);
        return status;
    }
    *cache = fresh;
    return POSTERN_OK;
}

void postern_token_cache_free(postern_token_cache *cache)
{
    postern_allocator allocator;

    if (!cache) {
        return;
    }
    while (!pst_ring_is_empty(&cache->all)) {
        pst_token_entry_drop(
            cache, PST_AROUND(struct pst_token_entry, of_all, cache->all.next));
    }
    pst_token_cache_collect(cache);
    allocator = cache->allocator;
    pst_epochs_release(&cache->epochs);
    pthread_mutex_destroy(&cache->lock);
    release_tables(cache);
    pst_release(&allocator, cache, sizeof *cache);
}

/* ---- readers ------------------------------------------------------------- */

struct pst_epoch_slot *pst_token_cache_join(postern_token_cache *cache)
{
    return pst_epochs_take(&cache->epochs);
}

void pst_token_cache_leave_for_good(struct pst_epoch_slot *slot)
{
    pst_epochs_give(slot);
}

void pst_token_cache_enter(postern_token_cache *cache,
                           struct pst_epoch_slot *slot)
{
    pst_epoch_enter(&cache->epochs, slot);
}

void pst_token_cache_leave(struct pst_epoch_slot *slot)
{
    pst_epoch_leave(slot);
}

/* ---- finding ------------------------------------------------------------- */

uint64_t pst_token_hash_text(const postern_token_cache *cache, postern_str text)
{
    uint64_t len = text.len;
    size_t count = text.len < HASHED_BYTES ? text.len : HASHED_BYTES;
    char hashed[sizeof len + HASHED_BYTES] = {0};

    memcpy(hashed, &len, sizeof len);
    if (count > 0) {
        memcpy(hashed + sizeof len, text.data + text.len - count, count);
    }
    return pst_keyed_hash(&cache->hash_key, hashed, sizeof hashed);
}

/* The hash of an identifier has no key, but all that those who make theirs
 * collide with another one gain is to stand in the chain of the same token. */
uint64_t pst_token_hash_id(const postern_token_cache *cache,
                           const postern_id *holder, postern_str id)
{
    uint64_t both[2] = {holder->hash,
                        pst_keyed_hash(&cache->hash_key, id.data, id.len)};

    return pst_keyed_hash(&cache->hash_key, both, sizeof both);
}

uint64_t pst_token_hash_holder(const postern_token_cache *cache,
                               const postern_id *holder)
{
    return pst_keyed_hash(&cache->hash_key, &holder->hash, sizeof holder->hash);
}

static const struct pst_token_entry *first_of(const postern_token_cache *cache,
                                              enum pst_token_index index,
                                              uint64_t hash)
{
    return atomic_load(&cache->heads[index][hash & cache->mask]);
}

const struct pst_kept_token *
pst_token_cache_find(const postern_token_cache *cache, postern_str text,
                     uint64_t generation)
{
    uint64_t hash = pst_token_hash_text(cache, text);
    const struct pst_token_entry *at = first_of(cache, PST_BY_TEXT, hash);

    for (; at; at = atomic_load(&at->next[PST_BY_TEXT])) {
        if (at->hash[PST_BY_TEXT] == hash &&
            at->kept.generation == generation &&
            pst_str_equal(at->kept.text, text)) {
            return &at->kept;
        }
    }
    return NULL;
}

static postern_str id_of(const struct pst_token_entry *entry,
                         enum pst_token_index index)
{
    return index == PST_BY_ID ? entry->kept.token.claims.token_id
                              : entry->kept.token.local_id;
}

struct id_query {
    enum pst_token_index index;
    const postern_id *holder;
    postern_str id;
    uint64_t generation;
};

/* The one kept last that is not over; else one that is. */
static const struct pst_kept_token *find_id(const postern_token_cache *cache,
                                            const struct id_query *query)
{
    uint64_t hash = pst_token_hash_id(cache, query->holder, query->id);
    const struct pst_token_entry *at = first_of(cache, query->index, hash);
    const struct pst_kept_token *found = NULL;

    for (; at; at = atomic_load(&at->next[query->index])) {
        if (at->hash[query->index] == hash &&
            at->kept.generation == query->generation &&
            pst_str_equal(id_of(at, query->index), query->id) &&
            postern_id_equal(&at->kept.holder, query->holder)) {
            found = found && pst_kept_is_over(&at->kept) ? found : &at->kept;
            if (!pst_kept_is_over(found)) {
                return found;
            }
        }
    }
    return found;
}

const struct pst_kept_token *
pst_token_cache_find_id(const postern_token_cache *cache,
                        const postern_id *holder, postern_str token_id,
                        uint64_t generation)
{
    struct id_query query = {PST_BY_ID, holder, token_id, generation};

    return find_id(cache, &query);
}

const struct pst_kept_token *
pst_token_cache_find_local(const postern_token_cache *cache,
                           const postern_id *holder, postern_str local_id,
                           uint64_t generation)
{
    struct id_query query = {PST_BY_LOCAL, holder, local_id, generation};

    return find_id(cache, &query);
}

/* ---- what a DAS gave directly -------------------------------------------- */

bool postern_token_cache_has_direct(const postern_token_cache *cache)
{
    return atomic_load_explicit(&cache->has_direct, memory_order_relaxed);
}

static const struct pst_token_entry *
after_or_first(const postern_token_cache *cache, uint64_t hash,
               const struct pst_kept_token *after)
{
    const char *kept = (const char *)after;
    const struct pst_token_entry *entry;

    if (!after) {
        return first_of(cache, PST_BY_HOLDER, hash);
    }
    entry = (const void *)(kept - offsetof(struct pst_token_entry, kept));
    return atomic_load(&entry->next[PST_BY_HOLDER]);
}

const struct pst_kept_token *
pst_token_cache_next_direct(const postern_token_cache *cache,
                            const postern_id *holder, uint64_t generation,
                            const struct pst_kept_token *after)
{
    uint64_t hash = pst_token_hash_holder(cache, holder);
    const struct pst_token_entry *at = after_or_first(cache, hash, after);

    for (; at; at = atomic_load(&at->next[PST_BY_HOLDER])) {
        if (at->hash[PST_BY_HOLDER] == hash &&
            at->kept.generation == generation && atomic_load(&at->direct) &&
            postern_id_equal(&at->kept.holder, holder)) {
            return &at->kept;
        }
    }
    return NULL;
}
