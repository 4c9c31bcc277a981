/*
 * Verified tokens, by their exact bytes; and the same tokens by the IDs under
 * which their holder may name them later. [IDA-10] [IDA-14] [IDA-15] [IDA-18]
 *
 * What is in here was verified once: signature, claims, issuer, audience,
 * holder, time. A hit replaces the signature and the reading of the claims, and
 * nothing else: whoever finds a token compares holder, audience and time again.
 *
 * Against poisoning:
 *   - Found is what is equal in all bytes. The hash only says where to look. It
 *     is of the length and the last 24 bytes, the signature or tag: those who
 *     cannot make tokens that verify put nothing in here, so they cannot make
 *     bytes that collide, and those who can (a JWE may end as its maker likes,
 *     at 2^32 encryptions each) make a walk longer, by no more than the tokens
 *     that their holders may have here. The hash has a random key, so that
 *     nobody can aim at the place of another token.
 *   - A token is found under the generation of issuers it was verified with and
 *     under no other: when keys or issuers change, all are verified anew. So is
 *     a token whose keys have come to their end.
 *   - IDs are looked up within one holder. Two tokens of one tokenID stand side
 *     by side; the one kept last is found.
 *   - Once seen to be over it stays over while it is here, even if the clock is
 *     set back.
 *   - Each holder has a quota, and when there is no room at all those who have
 *     most give way: see cache_room.c.
 *
 * Readers are wait-free (base/epoch.h): they enter, find, and leave. Writers
 * never wait either: who finds another one writing keeps nothing.
 *
 * The generation is that of a postern_issuers: random 64 bits, so that no two
 * have the same, also where memory is used again. Engines may share a cache;
 * those of different issuers are right as well, but take each other's tokens
 * for out of date when they look for room.
 */
#ifndef PST_TOKEN_CACHE_H
#define PST_TOKEN_CACHE_H

#include "base/epoch.h"

#include <postern/token.h>

/* A token that is kept. It stays what it is, where it is, until the one who
 * found it leaves. */
struct pst_kept_token {
    postern_str text;
    uint64_t generation;
    _Atomic bool *over; /* see pst_kept_is_over() */
    int64_t keys_end_s; /* from then on it has to be verified anew */
    postern_id holder;
    /* from_cache and local_id are set; local_id_is_new is not: that is up to
     * who kept it. All it points to is kept with it. */
    postern_token token;
};

/* A place of one's own to read from, or NULL: all max_verifiers have one. */
struct pst_epoch_slot *pst_token_cache_join(postern_token_cache *cache);
void pst_token_cache_leave_for_good(struct pst_epoch_slot *slot);

/* Around all calls below, and for as long as what they gave is used: for one
 * request, not longer, since nothing is freed that was there when it began. */
void pst_token_cache_enter(postern_token_cache *cache,
                           struct pst_epoch_slot *slot);
void pst_token_cache_leave(struct pst_epoch_slot *slot);

/* NULL: it is not here. What is over is found, too: see pst_kept_is_over().
 * The time, audience and holder are for the caller to compare. */
const struct pst_kept_token *
pst_token_cache_find(const postern_token_cache *cache, postern_str text,
                     uint64_t generation);
/* The same by tokenID or Local-Token-ID, of this holder alone. */
const struct pst_kept_token *
pst_token_cache_find_id(const postern_token_cache *cache,
                        const postern_id *holder, postern_str token_id,
                        uint64_t generation);
const struct pst_kept_token *
pst_token_cache_find_local(const postern_token_cache *cache,
                           const postern_id *holder, postern_str local_id,
                           uint64_t generation);

/* Of the tokens of a holder that a DAS gave to this CSE itself, the next after
 * `after`; NULL: the first, and none. [DDA-17] */
const struct pst_kept_token *
pst_token_cache_next_direct(const postern_token_cache *cache,
                            const postern_id *holder, uint64_t generation,
                            const struct pst_kept_token *after);

/* Whether somebody has seen it to be over: then it is over for good. */
static inline bool pst_kept_is_over(const struct pst_kept_token *kept)
{
    return atomic_load_explicit(kept->over, memory_order_relaxed);
}

/* Whether its keys may still be used at that time. */
static inline bool pst_kept_has_keys(const struct pst_kept_token *kept,
                                     int64_t time_s)
{
    return kept->keys_end_s == INT64_MAX || time_s < kept->keys_end_s;
}

/* For who found it and its time has come. [JWT-12] */
static inline void pst_kept_end(const struct pst_kept_token *kept)
{
    atomic_store_explicit(kept->over, true, memory_order_relaxed);
}

struct pst_token_to_keep {
    postern_str text;
    const postern_token *token; /* verified, all of it */
    const postern_id *holder;   /* the originator, equal to azp */
    uint64_t generation;
    /* The first end of the keys that protect it: what one of them has signed
     * does not count longer than if it were shown for the first time. [KEY-04]
     * INT64_MAX: never. */
    int64_t keys_end_s;
    int64_t time_s; /* of the request: what is over by then gives way first */
    bool direct;    /* a DAS gave it to this CSE itself */
};

/*
 * Keeps a token, or finds it kept already. Allocates; takes no time to wait.
 *
 * NULL: it is not kept, and that is no error: no memory, no room that it may
 * take, or somebody else is keeping one.
 *
 * *is_new: its Local-Token-ID was made now. The same bytes keep theirs, also
 * from one generation to the next.
 */
const struct pst_kept_token *
pst_token_cache_keep(postern_token_cache *cache,
                     const struct pst_token_to_keep *what, bool *is_new);

#endif
