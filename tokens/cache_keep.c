/* Putting a token into the cache: one at a time, and who comes second goes. */
#include "tokens/cache_state.h"

#include "base/str.h"
#include "tokens/random.h"

enum { RANDOM_BYTES = 8, DRAWS_MAX = 4, RETIRED_PART = 4 };

/* ---- Local-Token-IDs ----------------------------------------------------- */

/* An NCName: a letter first. [IDA-14] */
static bool draw(char *id)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[RANDOM_BYTES];

    if (!pst_random(bytes, sizeof bytes)) {
        return false;
    }
    id[0] = 't';
    for (size_t i = 0; i < RANDOM_BYTES; i++) {
        id[1 + 2 * i] = digits[bytes[i] >> 4];
        id[2 + 2 * i] = digits[bytes[i] & 15];
    }
    id[1 + 2 * RANDOM_BYTES] = '\0';
    return true;
}

/* Whether that holder has it for another token, of whatever generation. */
static bool is_taken(const postern_token_cache *cache, uint64_t hash,
                     const struct pst_token_entry *entry)
{
    const struct pst_token_entry *at =
        atomic_load(&cache->heads[PST_BY_LOCAL][hash & cache->mask]);

    for (; at; at = atomic_load(&at->next[PST_BY_LOCAL])) {
        if (at->hash[PST_BY_LOCAL] == hash &&
            memcmp(at->local_id, entry->local_id, PST_LOCAL_ID_SIZE) == 0 &&
            postern_id_equal(&at->kept.holder, &entry->kept.holder)) {
            return true;
        }
    }
    return false;
}

static bool assign(const postern_token_cache *cache,
                   struct pst_token_entry *entry)
{
    postern_str id = {entry->local_id, PST_LOCAL_ID_SIZE - 1};

    for (int i = 0; i < DRAWS_MAX; i++) {
        uint64_t hash;

        if (!draw(entry->local_id)) {
            return false;
        }
        hash = pst_token_hash_id(cache, &entry->kept.holder, id);
        if (!is_taken(cache, hash, entry)) {
            return true;
        }
    }
    return false;
}

/* ---- keeping ------------------------------------------------------------- */

/* The same bytes, of any generation. */
static struct pst_token_entry *find_any(const postern_token_cache *cache,
                                        postern_str text)
{
    uint64_t hash = pst_token_hash_text(cache, text);
    struct pst_token_entry *at =
        atomic_load(&cache->heads[PST_BY_TEXT][hash & cache->mask]);

    for (; at; at = atomic_load(&at->next[PST_BY_TEXT])) {
        if (at->hash[PST_BY_TEXT] == hash &&
            pst_str_equal(at->kept.text, text)) {
            return at;
        }
    }
    return NULL;
}

static void hang(postern_token_cache *cache, struct pst_token_entry *entry,
                 enum pst_token_index index)
{
    struct pst_token_entry *_Atomic *head =
        &cache->heads[index][entry->hash[index] & cache->mask];

    atomic_store(&entry->next[index], atomic_load(head));
    atomic_store(head, entry);
}

/* All hashes stand before a reader can come by any of the chains. */
static void publish(postern_token_cache *cache, struct pst_token_entry *entry)
{
    const struct pst_kept_token *kept = &entry->kept;
    const postern_id *holder = &kept->holder;
    uint64_t hashes[PST_TOKEN_INDEXES] = {
        [PST_BY_TEXT] = pst_token_hash_text(cache, kept->text),
        [PST_BY_ID] =
            pst_token_hash_id(cache, holder, kept->token.claims.token_id),
        [PST_BY_LOCAL] = pst_token_hash_id(cache, holder, kept->token.local_id),
        [PST_BY_HOLDER] = pst_token_hash_holder(cache, holder),
    };

    pst_token_entry_count(cache, entry);
    memcpy(entry->hash, hashes, sizeof hashes);
    for (int index = 0; index < PST_TOKEN_INDEXES; index++) {
        hang(cache, entry, (enum pst_token_index)index);
    }
}

static bool take_parties(postern_token_cache *cache,
                         struct pst_token_entry *entry)
{
    char text[PST_PARTY_TEXT_MAX + 1];
    size_t len = postern_id_text(&entry->kept.holder, text, sizeof text);

    if (len >= sizeof text) {
        return false;
    }
    entry->holder =
        pst_token_party(cache, PST_HOLDER, (postern_str){text, len});
    entry->issuer =
        pst_token_party(cache, PST_ISSUER, entry->kept.token.claims.issuer);
    return entry->holder && entry->issuer;
}

/* False: it may have no room. */
static bool settle_in(postern_token_cache *cache, struct pst_token_entry *entry,
                      const struct pst_token_to_keep *what)
{
    struct pst_room room;

    if (!take_parties(cache, entry)) {
        return false;
    }
    room = (struct pst_room){entry->holder, entry->issuer, entry->size,
                             what->generation, what->time_s};
    if (!pst_token_room_make(cache, &room)) {
        return false;
    }
    publish(cache, entry);
    return true;
}

/* A token that came so once stays associated with its holder, whoever shows it
 * later (TS-0003 7.1.2). */
static void mark_direct(postern_token_cache *cache,
                        struct pst_token_entry *entry, bool direct)
{
    if (direct) {
        atomic_store(&entry->direct, true);
        atomic_store(&cache->has_direct, true);
    }
}

/* An entry with the Local-Token-ID that `old` had, if that is of this holder;
 * else with one of its own. */
static struct pst_token_entry *make(postern_token_cache *cache,
                                    const struct pst_token_to_keep *what,
                                    const struct pst_token_entry *old,
                                    bool *is_new)
{
    struct pst_token_entry *entry = pst_kept_make(&cache->allocator, what);

    if (!entry) {
        return NULL;
    }
    *is_new = !old || !postern_id_equal(&old->kept.holder, &entry->kept.holder);
    mark_direct(cache, entry, what->direct);
    if (!*is_new) {
        memcpy(entry->local_id, old->local_id, sizeof entry->local_id);
    } else if (!assign(cache, entry)) {
        pst_release(&cache->allocator, entry, entry->size);
        return NULL;
    }
    entry->kept.token.local_id =
        (postern_str){entry->local_id, PST_LOCAL_ID_SIZE - 1};
    return entry;
}

static const struct pst_kept_token *add(postern_token_cache *cache,
                                        const struct pst_token_to_keep *what,
                                        struct pst_token_entry *old,
                                        bool *is_new)
{
    struct pst_token_entry *entry = make(cache, what, old, is_new);
    bool kept;

    if (!entry) {
        return NULL;
    }
    if (old) {
        pst_token_entry_drop(cache, old);
    }
    kept = settle_in(cache, entry, what);
    pst_token_party_let_go(cache, entry->holder);
    pst_token_party_let_go(cache, entry->issuer);
    if (!kept) {
        pst_release(&cache->allocator, entry, entry->size);
        return NULL;
    }
    return &entry->kept;
}

/* With the lock held. */
static const struct pst_kept_token *keep(postern_token_cache *cache,
                                         const struct pst_token_to_keep *what,
                                         bool *is_new)
{
    struct pst_token_entry *old = find_any(cache, what->text);

    if (old && old->kept.generation == what->generation &&
        postern_id_equal(&old->kept.holder, what->holder)) {
        mark_direct(cache, old, what->direct);
        return pst_kept_is_over(&old->kept) ? NULL : &old->kept;
    }
    /* A reader that stays keeps all that went since it came: no more is piled
     * up than this. */
    pst_token_cache_collect(cache);
    return cache->retired_bytes > cache->max_bytes / RETIRED_PART
               ? NULL
               : add(cache, what, old, is_new);
}

const struct pst_kept_token *
pst_token_cache_keep(postern_token_cache *cache,
                     const struct pst_token_to_keep *what, bool *is_new)
{
    const struct pst_kept_token *kept;

    *is_new = false;
    if (pthread_mutex_trylock(&cache->lock) != 0) {
        return NULL;
    }
    kept = keep(cache, what, is_new);
    pst_token_cache_collect(cache);
    pthread_mutex_unlock(&cache->lock);
    *is_new = *is_new && kept;
    return kept;
}
