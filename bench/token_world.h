/*
 * What `postern-bench token` measures on: a CSE, issuers with a key for every
 * algorithm, and tokens of theirs that are all different.
 */
#ifndef BENCH_TOKEN_WORLD_H
#define BENCH_TOKEN_WORLD_H

#include <postern/token.h>

#define BENCH_TOKEN_HOLDER "//sp.example/plant-cse/Cpump7"
#define BENCH_TOKEN_TARGET "cnt1"

enum { BENCH_TOKEN_NOW = 1900000000, BENCH_CLAIMS = 2048 };

/* How a token is protected. */
struct bench_sort {
    const char *words; /* "ES256", "ES256 in ECDH-ES+A128KW" */
    const char *alg;   /* that of the signature, else of the encryption */
    postern_jose_kind kind;
    const char *signer;   /* kid, or NULL */
    const char *receiver; /* kid, or NULL */
    postern_jose_enc enc;
    const char *issuer; /* NULL: tokens are never protected so [JWT-20] */
    bool slow;          /* some 100 us and more */
};

enum { BENCH_SORTS = 19 };

extern const struct bench_sort bench_sorts[BENCH_SORTS];

struct bench_tokens {
    postern_cse cse;
    postern_issuers *issuers;
    postern_keys *makers;  /* private halves, and public ones to encrypt with */
    postern_keys *openers; /* the other halves */
    postern_jose *jose;    /* that seals */
};

/* False, after a complaint, when that fails; end it in any case. */
bool bench_tokens_start(struct bench_tokens *world);
void bench_tokens_end(struct bench_tokens *world);

/* Which token: different numbers are different tokens. */
struct bench_token_wish {
    const struct bench_sort *sort;
    size_t number;
    bool expired;
    bool grants; /* it lets its holder retrieve the target */
};

/* A copy to be freed; data NULL, after a complaint, when there is none.
 * `claims` is what it says. */
postern_str bench_token_make(struct bench_tokens *world,
                             const struct bench_token_wish *wish,
                             char claims[BENCH_CLAIMS]);

#endif
