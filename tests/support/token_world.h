/*
 * A CSE with issuers of every sort, and what their DASs issue: tests say the
 * claims, the world signs or encrypts whatever they say.
 */
#ifndef TESTS_SUPPORT_TOKEN_WORLD_H
#define TESTS_SUPPORT_TOKEN_WORLD_H

#include "base/str.h"
#include "support/jose_keys.h"

#include <postern/token.h>

#include <criterion/criterion.h>

#define OCT_32_OTHER "rHRAyJYgdJVnLfUuNTdyNhBo0c0wjs9cGcLlvaNr4ls"

/* Issuers: the plain one, one with a MAC key, one that encrypts only, one with
 * every option, one whose tokens are nested only. */
#define DAS "//sp.example/das-cse"
#define MAC "//sp.example/mac-cse"
#define SEALED "//sp.example/sealed-cse"
#define OTHER "//other.example/das"
#define NESTER "//sp.example/nest-cse"

/* ISSUER(ID, members, key) as a member of token_issuers. */
/* clang-format off */
#define ISSUER(id, members, key) "\"" id "\":{" members ",\"keys\":[" key "]}"
#define TOKEN_ISSUERS                                                          \
    "{\"token_issuers\":{"                                                     \
    ISSUER(DAS,                                                                \
           "\"algs\":[\"ES256\"],\"may_grant_privileges\":true,"               \
           "\"role_domains\":[\"auth.example\"]",                              \
           EC256_PUBLIC("51-a", SIG("ES256"))) ","                             \
    ISSUER(MAC, "\"algs\":[\"HS256\"],\"classes\":[\"signed\"]",               \
           OCT_KEY("16-m", "HS256", OCT_32)) ","                               \
    ISSUER(SEALED,                                                             \
           "\"algs\":[\"A256KW\"],\"classes\":[\"encrypted\"],"                \
           "\"encs\":[\"A256GCM\"]",                                           \
           OCT_KEY("15-s", "A256KW", OCT_32_OTHER)) ","                        \
    ISSUER(OTHER,                                                              \
           "\"algs\":[\"RS256\"],\"require_audience\":true,"                   \
           "\"any_audience\":true,\"single_audience\":true,\"leeway\":5,"      \
           "\"versions\":[\"2\"],\"resources\":[\"/plant-cse/base/hall\","     \
           "\"/yard-cse\"],"                                                   \
           "\"token_domains\":[\"das.example\"],\"unmapped_claims\":true,"     \
           "\"may_grant_privileges\":true",                                    \
           RSA_PUBLIC("51-o", SIG("RS256"))) ","                               \
    ISSUER(NESTER,                                                             \
           "\"algs\":[\"ES384\",\"RSA-OAEP-256\"],\"classes\":[\"nested\"],"   \
           "\"encs\":[\"A128GCM\"]",                                           \
           EC384_PUBLIC("51-n", SIG("ES384"))) "},"                            \
    "\"decryption_keys\":["                                                    \
    EC256_PRIVATE("41-e", ENC("ECDH-ES+A128KW")) ","                           \
    RSA_PRIVATE("41-r", ENC("RSA-OAEP-256")) "],"                              \
    "\"revoked_tokens\":[\"t9@das.example\",\"t7@das.example\"]}"
/* clang-format on */

/* What the DASs have: the private halves, and the public ones of the CSE. */
#define TOKEN_MAKERS                                                           \
    ((const char *const[]){EC256_PRIVATE("51-a", SIG("ES256")),                \
                           OCT_KEY("16-m", "HS256", OCT_32),                   \
                           OCT_KEY("15-s", "A256KW", OCT_32_OTHER),            \
                           RSA_PRIVATE("51-o", SIG("RS256")),                  \
                           EC384_PRIVATE("51-n", SIG("ES384")),                \
                           EC256_PUBLIC("41-e", ENC("ECDH-ES+A128KW")),        \
                           RSA_PUBLIC("41-r", ENC("RSA-OAEP-256")), NULL})

enum { TOKEN_NOW = 1900000000 };
#define TOKEN_HOLDER "//sp.example/plant-cse/Cpump7"

/* Claims of DAS that are good at TOKEN_NOW; `rest` begins with a comma. */
#define TIMES "\"nbf\":1893456000,\"exp\":1924992000"
#define CLAIMS_OF(issuer, rest)                                                \
    "{\"tkvr\":\"1.0.0\",\"jti\":\"t1@das.example\",\"iss\":\"" issuer         \
    "\",\"azp\":\"" TOKEN_HOLDER "\"," TIMES rest "}"
#define CLAIMS(rest) CLAIMS_OF(DAS, rest)

struct token_world {
    postern_cse cse;
    postern_issuers *issuers;
    postern_verifier *verifier;
    postern_token_cache *cache;
    postern_jose *jose; /* of the DASs */
    postern_keys *makers;
    postern_token_check check;
};

static inline postern_issuers *token_issuers(const char *text,
                                             const postern_cse *cse)
{
    postern_issuers_options options;
    postern_issuers *issuers;
    postern_diag diag;

    postern_issuers_options_init(&options);
    options.cse = cse;
    cr_assert_eq(
        postern_issuers_load(&issuers, postern_str_of(text), &options, &diag),
        POSTERN_OK, "%s: %s", diag.path, diag.message);
    return issuers;
}

static inline struct token_world token_world(postern_token_cache *cache)
{
    struct token_world it = {.cache = cache};

    cr_assert_eq(postern_cse_init(&it.cse, PST_STR("//sp.example"),
                                  PST_STR("/plant-cse")),
                 POSTERN_OK);
    it.issuers = token_issuers(TOKEN_ISSUERS, &it.cse);
    it.makers = jose_keys(TOKEN_MAKERS);
    cr_assert_eq(postern_jose_new(&it.jose, NULL), POSTERN_OK);
    cr_assert_eq(postern_verifier_new(&it.verifier, &it.cse, cache, NULL),
                 POSTERN_OK);
    postern_token_check_init(&it.check);
    it.check.time_known = true;
    it.check.time_s = TOKEN_NOW;
    cr_assert_eq(postern_id_parse_entity(&it.check.holder, &it.cse,
                                         PST_STR(TOKEN_HOLDER)),
                 POSTERN_OK);
    return it;
}

static inline void token_world_end(struct token_world *it)
{
    postern_verifier_free(it->verifier);
    postern_issuers_free(it->issuers);
    postern_token_cache_free(it->cache);
    postern_jose_free(it->jose);
    postern_keys_free(it->makers);
}

struct token_recipe {
    postern_jose_kind kind;
    const char *signer;   /* kid, or NULL */
    const char *receiver; /* kid, or NULL */
    postern_jose_enc enc;
};

static inline postern_str token_seal(struct token_world *it,
                                     const struct token_recipe *how,
                                     postern_str payload)
{
    postern_jose_recipe recipe;
    postern_str token;
    postern_diag diag;

    postern_jose_recipe_init(&recipe);
    recipe.kind = how->kind;
    recipe.sign_keys = it->makers;
    recipe.sign_kid = postern_str_of(how->signer);
    recipe.encrypt_keys = it->makers;
    recipe.encrypt_kid = postern_str_of(how->receiver);
    recipe.enc = how->enc;
    recipe.onem2m = true;
    cr_assert_eq(postern_jose_seal(it->jose, &recipe, payload, &token, &diag),
                 POSTERN_OK, "%s", diag.message);
    return token;
}

/* The signed token of an issuer, whatever the payload. */
static inline postern_str token_sign(struct token_world *it, const char *kid,
                                     const char *payload)
{
    struct token_recipe how = {.kind = POSTERN_JOSE_JWS, .signer = kid};

    return token_seal(it, &how, postern_str_of(payload));
}

/* Each in a request of its own. */
static inline postern_refusal
token_verify(struct token_world *it, postern_str text, postern_token *token)
{
    postern_verifier_begin(it->verifier);
    return postern_token_verify(it->verifier, it->issuers, &it->check, text,
                                token);
}

#endif
