/*
 * What one thread verifies tokens with: all of its memory, taken once.
 *
 * `kept` holds what the tokens of one request are made of, and is wiped when
 * the request ends. Nothing is taken from the heap for a token but what
 * remembering it needs, and what OpenSSL takes for itself.
 */
#ifndef PST_VERIFIER_H
#define PST_VERIFIER_H

#include "jose/json.h"
#include "tokens/cache.h"
#include "tokens/permission.h"

enum {
    PST_TOKENS_AT_ONCE = 8, /* of one request */
    PST_VERIFIER_KEPT = 512 * 1024,
    PST_VERIFIER_SCRATCH = 128 * 1024,
    PST_TOKEN_TEXT_MAX = 32 * 1024 /* bytes, unless the check says otherwise */
};

struct postern_verifier {
    postern_allocator allocator;
    postern_cse cse; /* its texts are in `texts` */
    char *texts;
    size_t texts_size;
    postern_jose *jose;
    struct pst_permission_reader permissions;
    bool has_permissions; /* the reader above is open */
    struct pst_bump kept;
    struct pst_json_value *values; /* PST_CLAIMS_VALUES */
    postern_token_cache *cache;    /* NULL: nothing is remembered */
    struct pst_epoch_slot *slot;   /* of the cache */
    bool begun;
    uint32_t tokens; /* that were good, since it began */
    int64_t edge_s;  /* when time next makes a difference to those looked at
                        since then: one begins or ends, or a key of one ends */
};

/* Wipes and gives back what was kept after `mark`. */
void pst_verifier_forget(postern_verifier *verifier, size_t mark);

/* The caller's check with all members of this release, itself or a copy in
 * `room`; NULL: it was never initialised, or uses members of a later one. */
const postern_token_check *pst_token_check_of(const postern_token_check *given,
                                              postern_token_check *room);

/* Whether one more token of this request can be good; else *refusal says why it
 * cannot: there are enough, or no request was begun. */
bool pst_verifier_has_place(const postern_verifier *verifier,
                            postern_refusal *refusal);

struct pst_kept_check {
    postern_verifier *verifier;
    const postern_issuers *issuers;
    const postern_token_check *check;
};

/* A token that was remembered: claims, holder, audience, time and revocation
 * are compared anew. [IDA-10] [JWT-12] */
postern_refusal pst_kept_take(const struct pst_kept_check *self,
                              const struct pst_kept_token *kept,
                              postern_token *token);

#endif
