/*
 * What one thread opens and seals with: all memory a token ever takes, and its
 * cryptography.
 *
 *   token  the text: a copy that nobody else can change while it is checked, or
 *          the one being made
 *   plain  what it says: the payload, or in a nested token the signed text,
 *          whose payload then goes where the outer one was
 */
#ifndef PST_CONTEXT_H
#define PST_CONTEXT_H

#include "base/memory.h"
#include "jose/crypto.h"
#include "jose/header.h"

#include <assert.h>

enum {
    PST_TOKEN_MAX = 32 * 1024, /* bytes of a token */
    PST_JWS_MAX = 16 * 1024,   /* of a JWS, unless the caller says else */
    PST_PLAIN_MAX = PST_TOKEN_MAX / 4 * 3,
    PST_JOSE_MAX = 96 * 1024
};

struct postern_jose {
    postern_allocator allocator;
    struct pst_crypto crypto;
    struct pst_header header;
    struct pst_header_room room;
    char token[PST_TOKEN_MAX];
    uint8_t plain[PST_PLAIN_MAX];
};

static_assert(sizeof(struct postern_jose) <= PST_JOSE_MAX,
              "a thread's memory has a fixed bound");

#endif
