#include "bench/token_world.h"

#include "base/text.h"
#include "support/jose_keys.h"

#include <string.h>

#define MAC_ISSUER "//sp.example/mac-cse"
#define DAS_ISSUER "//sp.example/das-cse"

const struct bench_sort bench_sorts[BENCH_SORTS] = {
    {"HS256", "HS256", POSTERN_JOSE_JWS, "16-hs256", NULL, 0, MAC_ISSUER, 0},
    {"HS384", "HS384", POSTERN_JOSE_JWS, "16-hs384", NULL, 0, MAC_ISSUER, 0},
    {"HS512", "HS512", POSTERN_JOSE_JWS, "16-hs512", NULL, 0, MAC_ISSUER, 0},
    {"RS256", "RS256", POSTERN_JOSE_JWS, "51-rs256", NULL, 0, DAS_ISSUER, 0},
    {"RS384", "RS384", POSTERN_JOSE_JWS, "51-rs384", NULL, 0, DAS_ISSUER, 0},
    {"RS512", "RS512", POSTERN_JOSE_JWS, "51-rs512", NULL, 0, DAS_ISSUER, 0},
    {"ES256", "ES256", POSTERN_JOSE_JWS, "51-es256", NULL, 0, DAS_ISSUER, 0},
    {"ES384", "ES384", POSTERN_JOSE_JWS, "51-es384", NULL, 0, DAS_ISSUER, 1},
    {"ES512", "ES512", POSTERN_JOSE_JWS, "51-es512", NULL, 0, DAS_ISSUER, 1},
    {"dir, A256GCM", "dir", POSTERN_JOSE_JWE, NULL, "14-dir",
     POSTERN_ENC_A256GCM, MAC_ISSUER, 0},
    {"A128KW, A128GCM", "A128KW", POSTERN_JOSE_JWE, NULL, "15-kw128",
     POSTERN_ENC_A128GCM, MAC_ISSUER, 0},
    {"A192KW, A192GCM", "A192KW", POSTERN_JOSE_JWE, NULL, "15-kw192",
     POSTERN_ENC_A192GCM, MAC_ISSUER, 0},
    {"A256KW, A256GCM", "A256KW", POSTERN_JOSE_JWE, NULL, "15-kw256",
     POSTERN_ENC_A256GCM, MAC_ISSUER, 0},
    {"RSA-OAEP-256, A256GCM", "RSA-OAEP-256", POSTERN_JOSE_JWE, NULL, "41-oaep",
     POSTERN_ENC_A256GCM, NULL, 1},
    {"ECDH-ES+A128KW, A128GCM", "ECDH-ES+A128KW", POSTERN_JOSE_JWE, NULL,
     "41-ecdh256", POSTERN_ENC_A128GCM, NULL, 0},
    {"ECDH-ES+A192KW, A192GCM", "ECDH-ES+A192KW", POSTERN_JOSE_JWE, NULL,
     "41-ecdh384", POSTERN_ENC_A192GCM, NULL, 1},
    {"ECDH-ES+A256KW, A256GCM", "ECDH-ES+A256KW", POSTERN_JOSE_JWE, NULL,
     "41-ecdh521", POSTERN_ENC_A256GCM, NULL, 1},
    {"ES256 in ECDH-ES+A128KW", "ES256", POSTERN_JOSE_NESTED, "51-es256",
     "41-ecdh256", POSTERN_ENC_A128GCM, DAS_ISSUER, 0},
    {"RS256 in RSA-OAEP-256", "RS256", POSTERN_JOSE_NESTED, "51-rs256",
     "41-oaep", POSTERN_ENC_A256GCM, DAS_ISSUER, 1},
};

/* ---- keys --------------------------------------------------------------- */

#define SECRETS                                                                \
    OCT_KEY("16-hs256", "HS256", OCT_32),                                      \
        OCT_KEY("16-hs384", "HS384", OCT_48),                                  \
        OCT_KEY("16-hs512", "HS512", OCT_64),                                  \
        OCT_KEY("14-dir", "dir", OCT_32),                                      \
        OCT_KEY("15-kw128", "A128KW", OCT_16),                                 \
        OCT_KEY("15-kw192", "A192KW", OCT_24),                                 \
        OCT_KEY("15-kw256", "A256KW", OCT_32)

#define SIGNERS(RSA, EC256, EC384, EC521)                                      \
    RSA("51-rs256", SIG("RS256")), RSA("51-rs384", SIG("RS384")),              \
        RSA("51-rs512", SIG("RS512")), EC256("51-es256", SIG("ES256")),        \
        EC384("51-es384", SIG("ES384")), EC521("51-es512", SIG("ES512"))

#define RECEIVERS(RSA, EC256, EC384, EC521)                                    \
    RSA("41-oaep", ENC("RSA-OAEP-256")),                                       \
        EC256("41-ecdh256", ENC("ECDH-ES+A128KW")),                            \
        EC384("41-ecdh384", ENC("ECDH-ES+A192KW")),                            \
        EC521("41-ecdh521", ENC("ECDH-ES+A256KW"))

static const char *const secrets[] = {SECRETS, NULL};
static const char *const verifying[] = {
    SIGNERS(RSA_PUBLIC, EC256_PUBLIC, EC384_PUBLIC, EC521_PUBLIC), NULL};
static const char *const signing[] = {
    SIGNERS(RSA_PRIVATE, EC256_PRIVATE, EC384_PRIVATE, EC521_PRIVATE), NULL};
static const char *const encrypting[] = {
    RECEIVERS(RSA_PUBLIC, EC256_PUBLIC, EC384_PUBLIC, EC521_PUBLIC), NULL};
static const char *const decrypting[] = {
    RECEIVERS(RSA_PRIVATE, EC256_PRIVATE, EC384_PRIVATE, EC521_PRIVATE), NULL};

/* Every text of some lists that end with NULL, none of them NULL. */
static postern_keys *keys_of(const char *const *first,
                             const char *const *second,
                             const char *const *third)
{
    const char *all[32];
    size_t count = 0;
    const char *const *lists[3] = {first, second, third};

    for (size_t i = 0; i < 3; i++) {
        for (const char *const *text = lists[i]; *text; text++) {
            all[count++] = *text;
        }
    }
    all[count] = NULL;
    return jose_keys(all);
}

/* ---- issuers ------------------------------------------------------------ */

enum { DOCUMENT = 32 * 1024 };

static void add_keys(struct pst_text *text, const char *const *keys)
{
    pst_text_add(text, "[");
    for (size_t i = 0; keys[i]; i++) {
        pst_text_add(text, i ? "," : "");
        pst_text_add(text, keys[i]);
    }
    pst_text_add(text, "]");
}

static void write_issuers(struct pst_text *text)
{
    pst_text_add(
        text, "{\"token_issuers\":{\"" MAC_ISSUER "\":{\"algs\":[\"HS256\","
              "\"HS384\",\"HS512\",\"dir\",\"A128KW\",\"A192KW\","
              "\"A256KW\"],\"classes\":[\"signed\",\"encrypted\"],\"keys\":");
    add_keys(text, secrets);
    pst_text_add(text,
                 "},\"" DAS_ISSUER "\":{\"algs\":[\"RS256\",\"RS384\","
                 "\"RS512\",\"ES256\",\"ES384\",\"ES512\",\"RSA-OAEP-256\","
                 "\"ECDH-ES+A128KW\"],\"may_grant_privileges\":true,"
                 "\"role_domains\":[\"auth.example\"],\"keys\":");
    add_keys(text, verifying);
    pst_text_add(text, "}},\"decryption_keys\":");
    add_keys(text, decrypting);
    pst_text_add(text, "}");
}

static bool complain(const char *what, const postern_diag *diag)
{
    (void)fprintf(stderr, "postern-bench: %s: %s %s\n", what, diag->path,
                  diag->message);
    return false;
}

static bool load_issuers(struct bench_tokens *world)
{
    postern_issuers_options options;
    postern_diag diag = {0};
    char *document = malloc(DOCUMENT);
    struct pst_text text;
    bool loaded;

    if (!document) {
        return false;
    }
    pst_text_init(&text, document, DOCUMENT);
    write_issuers(&text);
    postern_issuers_options_init(&options);
    options.cse = &world->cse;
    loaded = postern_issuers_load(&world->issuers, postern_str_of(document),
                                  &options, &diag) == POSTERN_OK ||
             complain("the issuers", &diag);
    free(document);
    return loaded;
}

bool bench_tokens_start(struct bench_tokens *world)
{
    *world = (struct bench_tokens){.issuers = NULL};
    if (postern_cse_init(&world->cse, postern_str_of("//sp.example"),
                         postern_str_of("/plant-cse")) != POSTERN_OK ||
        postern_jose_new(&world->jose, NULL) != POSTERN_OK) {
        return false;
    }
    world->makers = keys_of(secrets, signing, encrypting);
    world->openers = keys_of(secrets, verifying, decrypting);
    return load_issuers(world);
}

void bench_tokens_end(struct bench_tokens *world)
{
    postern_issuers_free(world->issuers);
    postern_keys_free(world->makers);
    postern_keys_free(world->openers);
    postern_jose_free(world->jose);
}

/* ---- tokens ------------------------------------------------------------- */

#define GRANT                                                                  \
    "{\"ris\":[\"" BENCH_TOKEN_TARGET                                          \
    "\"],\"pv\":{\"acr\":[{\"acor\":[\"" BENCH_TOKEN_HOLDER                    \
    "\"],\"acop\":2}]}}"
#define ROLES                                                                  \
    "{\"ris\":[\"" BENCH_TOKEN_TARGET "\",\"/plant-cse/base/hall7/pump12\"],"  \
    "\"rids\":[\"operator@auth.example\",\"maintenance@auth.example\"]}"

/* As a DAS would say it; some 600 bytes. */
static void write_claims(const struct bench_token_wish *wish,
                         char claims[BENCH_CLAIMS])
{
    const char *issuer = wish->sort->issuer ? wish->sort->issuer : DAS_ISSUER;
    int from = wish->expired ? BENCH_TOKEN_NOW - 7200 : BENCH_TOKEN_NOW - 600;

    (void)snprintf(
        claims, BENCH_CLAIMS,
        "{\"tkvr\":\"1.0.0\",\"jti\":\"t%09zu@das.example\",\"iss\":\"%s\","
        "\"azp\":\"" BENCH_TOKEN_HOLDER "\",\"nbf\":%d,\"exp\":%d,"
        "\"tknm\":\"pump 7, night shift\",\"aud\":[\"//sp.example/plant-cse\","
        "\"//sp.example/yard-cse\"],\"tkps\":{\"pm\":[%s]},\"tkex\":\""
        "urn:example:ticket:2030-03-17:maintenance window 7, hall 7, line 12, "
        "approved by the control room of the plant, order no. 4711/0815\"}",
        wish->number, issuer, from, from + 3600, wish->grants ? GRANT : ROLES);
}

static postern_str copy_of(postern_str text)
{
    char *copy = malloc(text.len);

    if (copy) {
        memcpy(copy, text.data, text.len);
    }
    return (postern_str){copy, copy ? text.len : 0};
}

postern_str bench_token_make(struct bench_tokens *world,
                             const struct bench_token_wish *wish,
                             char claims[BENCH_CLAIMS])
{
    postern_jose_recipe recipe;
    postern_diag diag = {0};
    postern_str token;

    write_claims(wish, claims);
    postern_jose_recipe_init(&recipe);
    recipe.kind = wish->sort->kind;
    recipe.sign_keys = world->makers;
    recipe.sign_kid = postern_str_of(wish->sort->signer);
    recipe.encrypt_keys = world->makers;
    recipe.encrypt_kid = postern_str_of(wish->sort->receiver);
    recipe.enc = wish->sort->enc;
    recipe.onem2m = true;
    if (postern_jose_seal(world->jose, &recipe, postern_str_of(claims), &token,
                          &diag) != POSTERN_OK) {
        (void)complain(wish->sort->words, &diag);
        return (postern_str){NULL, 0};
    }
    return copy_of(token);
}
