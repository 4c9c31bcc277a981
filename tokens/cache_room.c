/*
 * Who gives way when there is no room. [IDA-18]
 *
 * Somebody with many tokens that verify, or many identities that have some,
 * must not be able to make others' tokens go:
 *
 *   1. A few of those that are of no use any more (over, or of other issuers)
 *      go with every new one, so that they seldom are in the way.
 *   2. A holder at its own quota loses its own oldest.
 *   3. At the quota of an issuer a holder loses its own oldest of that issuer;
 *      one that has none takes the place of the oldest: of one, once.
 *   4. When the whole is full the holder that has most loses its oldest. Who
 *      would then have more than that one itself loses its own, and keeps
 *      nothing new if it has none.
 *
 * By 4 what a holder has can shrink only as long as nobody has more: a flood
 * from one originator, or from a few, shares among themselves what is more than
 * the others have. A flood from as many originators as there are places pushes
 * all others out; but each of them has to hold a token of an issuer that is
 * trusted, which max_per_issuer bounds.
 */
#include "tokens/cache_state.h"

enum {
    SWEPT_AT_ONCE = 4,
    LEEWAY_MAX_S = 60 /* of any issuer [TOK-06] */
};

/* ---- in and out ---------------------------------------------------------- */

static uint32_t weight_of(const postern_token_cache *cache, size_t size)
{
    return (uint32_t)((size + cache->unit - 1) / cache->unit);
}

void pst_token_entry_count(postern_token_cache *cache,
                           struct pst_token_entry *entry)
{
    entry->weight = weight_of(cache, entry->size);
    pst_ring_add(&entry->holder->entries, &entry->of_holder);
    pst_ring_add(&entry->issuer->entries, &entry->of_issuer);
    pst_ring_add(&cache->all, &entry->of_all);
    pst_token_party_add(cache, entry->holder, entry->weight);
    pst_token_party_add(cache, entry->issuer, entry->weight);
    cache->count++;
    cache->bytes += entry->size;
}

static void discount(postern_token_cache *cache, struct pst_token_entry *entry)
{
    pst_ring_remove(&entry->of_holder);
    pst_ring_remove(&entry->of_issuer);
    pst_ring_remove(&entry->of_all);
    pst_token_party_subtract(cache, entry->holder, entry->weight);
    pst_token_party_subtract(cache, entry->issuer, entry->weight);
    cache->count--;
    cache->bytes -= entry->size;
}

/* A reader that stands on it goes on from there as before: its `next` stays. */
static void unlink_from(postern_token_cache *cache,
                        struct pst_token_entry *entry,
                        enum pst_token_index index)
{
    struct pst_token_entry *_Atomic *at =
        &cache->heads[index][entry->hash[index] & cache->mask];
    struct pst_token_entry *here = atomic_load(at);

    while (here && here != entry) {
        at = &here->next[index];
        here = atomic_load(at);
    }
    if (here) {
        atomic_store(at, atomic_load(&entry->next[index]));
    }
}

static void retire(postern_token_cache *cache, struct pst_token_entry *entry)
{
    entry->retired_next = NULL;
    entry->retired_in = UINT64_MAX;
    if (cache->retired_last) {
        cache->retired_last->retired_next = entry;
    } else {
        cache->retired = entry;
    }
    cache->retired_last = entry;
    cache->retired_bytes += entry->size;
}

void pst_token_entry_drop(postern_token_cache *cache,
                          struct pst_token_entry *entry)
{
    for (int index = 0; index < PST_TOKEN_INDEXES; index++) {
        unlink_from(cache, entry, (enum pst_token_index)index);
    }
    discount(cache, entry);
    retire(cache, entry);
}

static void date_retired(postern_token_cache *cache)
{
    struct pst_token_entry *entry = cache->retired;
    uint64_t epoch;

    if (!cache->retired_last || cache->retired_last->retired_in != UINT64_MAX) {
        return;
    }
    epoch = pst_epochs_advance(&cache->epochs);
    for (; entry; entry = entry->retired_next) {
        if (entry->retired_in == UINT64_MAX) {
            entry->retired_in = epoch;
        }
    }
}

void pst_token_cache_collect(postern_token_cache *cache)
{
    uint64_t oldest;

    date_retired(cache);
    if (!cache->retired) {
        return;
    }
    oldest = pst_epochs_oldest(&cache->epochs);
    while (cache->retired && cache->retired->retired_in < oldest) {
        struct pst_token_entry *entry = cache->retired;

        cache->retired = entry->retired_next;
        cache->retired_bytes -= entry->size;
        pst_release(&cache->allocator, entry, entry->size);
    }
    if (!cache->retired) {
        cache->retired_last = NULL;
    }
}

/* ---- who gives way ------------------------------------------------------- */

/* Over by all that an issuer may be lenient, or of other issuers. */
static bool is_useless(const struct pst_token_entry *entry,
                       const struct pst_room *room)
{
    int64_t ends = entry->kept.token.claims.not_after_s;

    return entry->kept.generation != room->generation ||
           pst_kept_is_over(&entry->kept) ||
           (ends <= INT64_MAX - LEEWAY_MAX_S &&
            ends + LEEWAY_MAX_S <= room->time_s);
}

/* The oldest ones, which a look that finds them in use puts last: so that all
 * have their turn. */
static void sweep(postern_token_cache *cache, const struct pst_room *room)
{
    for (int i = 0; i < SWEPT_AT_ONCE && !pst_ring_is_empty(&cache->all); i++) {
        struct pst_token_entry *entry =
            PST_AROUND(struct pst_token_entry, of_all, cache->all.next);

        if (is_useless(entry, room)) {
            pst_token_entry_drop(cache, entry);
        } else {
            pst_ring_remove(&entry->of_all);
            pst_ring_add(&cache->all, &entry->of_all);
        }
    }
}

static void drop_oldest_of(postern_token_cache *cache,
                           const struct pst_party *holder)
{
    pst_token_entry_drop(cache, PST_AROUND(struct pst_token_entry, of_holder,
                                           holder->entries.next));
}

/* The holder's oldest of that issuer, or the issuer's oldest. */
static void drop_of_issuer(postern_token_cache *cache,
                           const struct pst_room *room)
{
    struct pst_ring *head = &room->holder->entries;

    for (struct pst_ring *at = head->next; at != head; at = at->next) {
        struct pst_token_entry *entry =
            PST_AROUND(struct pst_token_entry, of_holder, at);

        if (entry->issuer == room->issuer) {
            pst_token_entry_drop(cache, entry);
            return;
        }
    }
    pst_token_entry_drop(cache, PST_AROUND(struct pst_token_entry, of_issuer,
                                           room->issuer->entries.next));
}

/* A quota of all there is binds nobody: then the whole is full, and 4 says who
 * gives way. */
static bool is_at_quota(const postern_token_cache *cache,
                        const struct pst_party *issuer)
{
    return cache->max_per_issuer < cache->max_tokens &&
           issuer->count >= cache->max_per_issuer;
}

static bool is_full(const postern_token_cache *cache,
                    const struct pst_room *room)
{
    return cache->count >= cache->max_tokens ||
           cache->bytes + room->size > cache->max_bytes;
}

static bool drop_for_the_whole(postern_token_cache *cache,
                               const struct pst_room *room)
{
    const struct pst_party *most = pst_token_party_heaviest(cache);
    uint64_t own = room->holder->weight + weight_of(cache, room->size);

    if (!most || (own > most->weight && room->holder->count == 0)) {
        return false;
    }
    drop_oldest_of(cache, own > most->weight ? room->holder : most);
    return true;
}

bool pst_token_room_make(postern_token_cache *cache,
                         const struct pst_room *room)
{
    if (room->size > cache->max_bytes) {
        return false;
    }
    sweep(cache, room);
    while (room->holder->count >= cache->max_per_holder) {
        drop_oldest_of(cache, room->holder);
    }
    while (is_at_quota(cache, room->issuer)) {
        drop_of_issuer(cache, room);
    }
    while (is_full(cache, room)) {
        if (!drop_for_the_whole(cache, room)) {
            return false;
        }
    }
    return true;
}
