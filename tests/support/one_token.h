/*
 * One issuer and tokens of it, for programs without Criterion.
 *
 *   char token[ONE_TOKEN_SIZE];
 *   size_t len = one_token(token, "{\"tkvr\":\"1.0\", ...}");   0: it cannot
 */
#ifndef TESTS_SUPPORT_ONE_TOKEN_H
#define TESTS_SUPPORT_ONE_TOKEN_H

#include "base/str.h"

#include <postern/token.h>

enum { ONE_TOKEN_SIZE = 12 * 1024 };

#define ONE_KEY                                                                \
    "{\"kty\":\"oct\",\"kid\":\"16-das@das.example\",\"alg\":\"HS256\","       \
    "\"use\":\"sig\",\"k\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"}"

/* Members of "trust"; it may speak for roles of a.example. */
#define ONE_ISSUER                                                             \
    "\"token_issuers\":{\"//sp.example/das\":{\"algs\":[\"HS256\"],"           \
    "\"classes\":[\"signed\"],\"may_grant_privileges\":true,"                  \
    "\"role_domains\":[\"a.example\"],\"keys\":[" ONE_KEY "]}}"

/* What its tokens begin with: version, issuer, and all of 2026. */
#define ONE_HEAD                                                               \
    "{\"tkvr\":\"1.0\",\"iss\":\"//sp.example/das\","                          \
    "\"nbf\":1767225600,\"exp\":1798761599,"

static inline size_t one_token_by(postern_jose *jose, const postern_keys *keys,
                                  char token[ONE_TOKEN_SIZE],
                                  const char *claims)
{
    postern_jose_recipe recipe;
    postern_str text;

    postern_jose_recipe_init(&recipe);
    recipe.kind = POSTERN_JOSE_JWS;
    recipe.sign_keys = keys;
    recipe.sign_kid = PST_STR("16-das@das.example");
    recipe.onem2m = true;
    if (postern_jose_seal(jose, &recipe, postern_str_of(claims), &text, NULL) !=
            POSTERN_OK ||
        text.len >= ONE_TOKEN_SIZE) {
        return 0;
    }
    memcpy(token, text.data, text.len);
    token[text.len] = '\0';
    return text.len;
}

/* The length of the token, which ends in NUL. */
static inline size_t one_token(char token[ONE_TOKEN_SIZE], const char *claims)
{
    postern_jose *jose = NULL;
    postern_keys *keys = NULL;
    size_t len = 0;

    if (postern_jose_new(&jose, NULL) == POSTERN_OK &&
        postern_keys_new(&keys, NULL) == POSTERN_OK &&
        postern_keys_add_jwks(keys, PST_STR(ONE_KEY), NULL, NULL) ==
            POSTERN_OK) {
        len = one_token_by(jose, keys, token, claims);
    }
    postern_jose_free(jose);
    postern_keys_free(keys);
    return len;
}

static inline postern_issuers *one_issuer(const postern_cse *cse)
{
    postern_issuers_options options;
    postern_issuers *issuers;

    postern_issuers_options_init(&options);
    options.cse = cse;
    return postern_issuers_load(&issuers, PST_STR("{" ONE_ISSUER "}"), &options,
                                NULL) == POSTERN_OK
               ? issuers
               : NULL;
}

#endif
