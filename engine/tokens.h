/*
 * The tokens of a request: looked at once, then applied to each target by what
 * they say about it. [IDA-08] to [IDA-16] [TOK-08] to [TOK-15]
 *
 * What a token permits counts for the decision about one target and for no
 * other: pst_tokens_scope() finds it out anew for each. So nothing that one
 * decision hands on to the next (memo.h, heirs.h) is used for requests that
 * carry tokens or granted rules.
 */
#ifndef PST_TOKENS_H
#define PST_TOKENS_H

#include <postern/engine.h>

enum {
    PST_TOKENS_MAX = 8,       /* of a request, all kinds together */
    PST_DIRECT_MAX = 8,       /* that a DAS gave this CSE for its originator */
    PST_PERMISSIONS_MAX = 128 /* of all that count for one target */
};

/* A permission that counts for the target. */
struct pst_scoped {
    const postern_token *token;
    const postern_permission *permission;
};

struct pst_tokens {
    postern_verifier *verifier; /* NULL: none was needed so far */
    bool begun;                 /* what it gave lasts until the call ends */
    bool looked_at;             /* all of them, and `good` is what came of it */
    bool good;
    size_t count;        /* of `items`: those that count */
    size_t direct_count; /* of these: the first ones, that nobody showed */
    postern_token items[PST_TOKENS_MAX + PST_DIRECT_MAX];
    size_t scoped_count;
    struct pst_scoped scoped[PST_PERMISSIONS_MAX];
    /* For the answer: they outlast the call. */
    size_t id_count;
    postern_str ids[PST_TOKENS_MAX + PST_DIRECT_MAX];
    size_t assigned_count;
    postern_assigned_token assigned[PST_TOKENS_MAX];
};

struct pst_run;

/* Whether the request brings anything that the resources do not say. */
bool pst_brings_permissions(const struct pst_run *run);

/* Who asks is known: takes the tokens that belong to all its requests. A token
 * that was revoked or is over is no error here. [DDA-17] */
void pst_tokens_associate(struct pst_run *run);

/* The stage TOKENS: whether all are good, or none of the bad ones matters.
 * False, with the answer, when one is refused, or is to be fetched first. */
bool pst_check_tokens(struct pst_run *run);

/* Finds out which permissions count for run->target, and forgets which roles
 * counted for another one. */
void pst_tokens_scope(struct pst_run *run);

/* Whether one of them gives that role. [TOK-11] */
bool pst_tokens_give(const struct pst_run *run, const postern_id *role);

/* The call ends: what the answer names is copied before. */
void pst_tokens_end(struct pst_run *run);

/* No token was looked at. */
void pst_tokens_clear(struct pst_tokens *tokens);

#endif
