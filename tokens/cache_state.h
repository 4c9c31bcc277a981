/*
 * What a token cache is made of. Readers see `heads`, the chains that hang on
 * them, and of an entry what stands above the line; the rest belongs to the one
 * who holds the lock.
 *
 * Invariants, with the lock free: an entry hangs in each of the four chains,
 * in the rings of its holder and its issuer, and in the ring of all, oldest
 * first; a party has at least one entry; counts, weights and bytes are those of
 * the entries that hang; a retired entry hangs nowhere and waits for the
 * readers that may still see it.
 */
#ifndef PST_TOKEN_CACHE_STATE_H
#define PST_TOKEN_CACHE_STATE_H

#include "base/keyed_hash.h"
#include "tokens/cache.h"

#include <pthread.h>

enum {
    PST_LOCAL_ID_SIZE = 18, /* "t", 16 hexadecimal digits, NUL */
    PST_PARTY_TEXT_MAX = 512,
    PST_SHARES = 256 /* classes of how much a holder has */
};

/* Ends of a ring point to each other; the head is part of it. */
struct pst_ring {
    struct pst_ring *previous;
    struct pst_ring *next;
};

enum pst_token_index {
    PST_BY_TEXT,
    PST_BY_ID,    /* holder and tokenID */
    PST_BY_LOCAL, /* holder and Local-Token-ID */
    PST_BY_HOLDER,
    PST_TOKEN_INDEXES
};

struct pst_token_entry {
    struct pst_token_entry *_Atomic next[PST_TOKEN_INDEXES];
    uint64_t hash[PST_TOKEN_INDEXES];
    struct pst_kept_token kept;
    _Atomic bool over;
    _Atomic bool direct;
    char local_id[PST_LOCAL_ID_SIZE];
    /* ---- of the writer ---- */
    size_t size; /* of the block: this and all that `kept` points to */
    uint32_t weight;
    struct pst_party *holder;
    struct pst_party *issuer;
    struct pst_ring of_holder;
    struct pst_ring of_issuer;
    struct pst_ring of_all;
    struct pst_token_entry *retired_next;
    uint64_t retired_in; /* epoch */
};

enum pst_party_kind { PST_HOLDER, PST_ISSUER };

/* A holder or issuer of which there are tokens. */
struct pst_party {
    struct pst_party *next; /* in its chain */
    uint64_t hash;
    enum pst_party_kind kind;
    bool is_wanted;  /* an entry is about to come: it stays without one */
    uint32_t count;  /* of its entries */
    uint64_t weight; /* of its entries together */
    struct pst_ring entries;
    struct pst_ring of_share; /* holders: those of about the same weight */
    size_t text_len;
    char text[]; /* canonical */
};

struct postern_token_cache {
    postern_allocator allocator;
    struct pst_epochs epochs;
    struct pst_hash_key hash_key;
    size_t mask; /* places in a table, less one */
    struct pst_token_entry *_Atomic *heads[PST_TOKEN_INDEXES];
    uint32_t max_tokens;
    size_t max_bytes;
    uint32_t max_per_holder;
    uint32_t max_per_issuer;
    size_t unit; /* bytes: what one token of its share weighs */
    _Atomic bool has_direct;
    /* ---- of the writer ---- */
    pthread_mutex_t lock;
    uint32_t count;
    size_t bytes;         /* of entries and parties */
    size_t retired_bytes; /* of entries that nobody finds any more */
    struct pst_party **parties;
    struct pst_ring all;
    struct pst_ring shares[PST_SHARES]; /* holders by weight */
    struct pst_token_entry *retired;    /* oldest first */
    struct pst_token_entry *retired_last;
};

/* The struct that a member is in. */
#define PST_AROUND(type, member, pointer)                                      \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

/* ---- kept.c -------------------------------------------------------------- */

/* An entry with copies of all that the token points to, in one block, or NULL:
 * no memory. It hangs nowhere and has no Local-Token-ID yet. */
struct pst_token_entry *pst_kept_make(const postern_allocator *allocator,
                                      const struct pst_token_to_keep *what);

/* ---- cache.c ------------------------------------------------------------- */

uint64_t pst_token_hash_text(const postern_token_cache *cache,
                             postern_str text);
uint64_t pst_token_hash_id(const postern_token_cache *cache,
                           const postern_id *holder, postern_str id);
uint64_t pst_token_hash_holder(const postern_token_cache *cache,
                               const postern_id *holder);

/* ---- cache_room.c, with the lock held ------------------------------------ */

/* For whom there has to be room. */
struct pst_room {
    struct pst_party *holder;
    struct pst_party *issuer;
    size_t size;
    uint64_t generation;
    int64_t time_s;
};

/* Makes room for one more, by taking entries out of the chains. False: it may
 * have none. */
bool pst_token_room_make(postern_token_cache *cache,
                         const struct pst_room *room);

/* Takes an entry out of everything. Readers that found it keep it. */
void pst_token_entry_drop(postern_token_cache *cache,
                          struct pst_token_entry *entry);

/* Counts an entry in, as the newest of its holder and issuer. */
void pst_token_entry_count(postern_token_cache *cache,
                           struct pst_token_entry *entry);

/* What was dropped cannot be found from now on; frees what no reader can be
 * looking at any more. */
void pst_token_cache_collect(postern_token_cache *cache);

/* ---- cache_party.c, with the lock held ----------------------------------- */

void pst_ring_init(struct pst_ring *ring);
void pst_ring_add(struct pst_ring *head, struct pst_ring *last);
void pst_ring_remove(struct pst_ring *member);
static inline bool pst_ring_is_empty(const struct pst_ring *head)
{
    return head->next == head;
}

/* The party of that name, made when there is none; NULL: no memory, or too long
 * a name. It is wanted now, and due to pst_token_party_let_go(). */
struct pst_party *pst_token_party(postern_token_cache *cache,
                                  enum pst_party_kind kind, postern_str text);
/* It is not wanted any more: frees it if it has no entries. NULL: nothing. */
void pst_token_party_let_go(postern_token_cache *cache,
                            struct pst_party *party);
/* One entry more or less. Without any, and not wanted, it is freed. */
void pst_token_party_add(postern_token_cache *cache, struct pst_party *party,
                         uint64_t weight);
void pst_token_party_subtract(postern_token_cache *cache,
                              struct pst_party *party, uint64_t weight);
/* Of those who have most, the one who has for longest; NULL: there is none. */
struct pst_party *pst_token_party_heaviest(const postern_token_cache *cache);

#endif
