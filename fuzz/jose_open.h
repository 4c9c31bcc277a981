/*
 * What the targets for tokens share: keys, good tokens made with them, and the
 * claim that a token changed in any byte is never accepted.
 */
#ifndef FUZZ_JOSE_OPEN_H
#define FUZZ_JOSE_OPEN_H

#include "fuzz/fuzz.h"
#include "support/jose_keys.h"

#include <postern/jose.h>

enum { FUZZ_TOKENS = 10, FUZZ_TOKEN_SIZE = 4096 };

/* A token that was sealed here. */
struct fuzz_token {
    char text[FUZZ_TOKEN_SIZE];
    size_t len;
    const postern_keys *keys;
};

struct fuzz_jose {
    postern_jose *jose;
    postern_keys *secrets;
    postern_keys *privates;
    struct fuzz_token tokens[FUZZ_TOKENS];
    size_t count;
};

/* Made once. */
void fuzz_jose_begin(struct fuzz_jose *it);

/* Seals a token by the key of that name, and keeps it. */
void fuzz_jose_seal(struct fuzz_jose *it, postern_jose_kind kind,
                    const char *sign_kid, const char *encrypt_kid);

/* Opens the input as it is, then as changes to one of the tokens. */
void fuzz_jose_try(const struct fuzz_jose *it, const uint8_t *data,
                   size_t size);

#endif
