/*
 * The same cryptography as a programmer writes it with OpenSSL's manual pages:
 * a context for each token, parts that are decoded already, no header, no key
 * to be found. What a token costs beyond it is ours.
 */
#ifndef BENCH_TOKEN_RAW_H
#define BENCH_TOKEN_RAW_H

#include "bench/token_world.h"

enum { BENCH_RAW_BYTES = 4096, BENCH_RAW_PARTS = 5 };

struct pst_key;

/* One token taken apart. */
struct bench_raw {
    const struct bench_sort *sort;
    const struct pst_key *signer;   /* NULL: there is none */
    const struct pst_key *receiver; /* NULL: there is none */
    postern_str input;              /* that is signed */
    postern_str aad;                /* that is authenticated with a tag */
    /* Decoded: of a JWS the signature, of a JWE what its parts say. */
    uint8_t bytes[BENCH_RAW_BYTES];
    postern_str signature;
    postern_str wrapped;
    postern_str iv;
    postern_str content;
    postern_str tag;
    struct evp_pkey_st *point; /* of the sender */
    /* Of a nested token. */
    char inner[BENCH_RAW_BYTES];
};

/* False when the token is not what the sort says; free it in any case. The
 * text has to stay. */
bool bench_raw_start(struct bench_raw *raw, const struct bench_sort *sort,
                     const postern_keys *keys, postern_str token);
void bench_raw_end(struct bench_raw *raw);

/* Whether the token is good. */
bool bench_raw_open(const struct bench_raw *raw);

#endif
