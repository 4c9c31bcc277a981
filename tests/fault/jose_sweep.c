/*
 * Memory that runs out while tokens are opened and sealed, ours and that of
 * OpenSSL: each allocation refused once. Nothing is accepted that is not good,
 * nothing is left behind, and the same context does its work when there is
 * memory again. And: what is allocated for a token is OpenSSL's, not ours.
 */
#include "support/claim.h"
#include "support/faulty.h"
#include "support/jose_keys.h"

#include "base/str.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

static struct {
    size_t calls;
    size_t fail_at; /* 0: none */
    int64_t live;   /* blocks */
} ssl;

static bool refuses(void)
{
    ssl.calls++;
    return ssl.calls == ssl.fail_at;
}

static void *ssl_malloc(size_t size, const char *file, int line)
{
    void *block = refuses() ? NULL : malloc(size);

    (void)file;
    (void)line;
    ssl.live += block != NULL;
    return block;
}

static void *ssl_realloc(void *old, size_t size, const char *file, int line)
{
    void *block = refuses() ? NULL : realloc(old, size);

    (void)file;
    (void)line;
    ssl.live += block && !old;
    return block;
}

static void ssl_free(void *block, const char *file, int line)
{
    (void)file;
    (void)line;
    ssl.live -= block != NULL;
    free(block);
}

/* ---- what is done ------------------------------------------------------- */

struct world {
    postern_keys *secrets, *privates, *publics;
};

static const struct scenario {
    const char *name;
    postern_jose_kind kind;
    const char *sign_kid;
    const char *encrypt_kid;
    postern_jose_alg encrypt_alg;
} scenarios[] = {
    {"HS256", POSTERN_JOSE_JWS, "hs256", NULL, POSTERN_ALG_NONE},
    {"RS256", POSTERN_JOSE_JWS, "rs256", NULL, POSTERN_ALG_NONE},
    {"ES256", POSTERN_JOSE_JWS, "es256", NULL, POSTERN_ALG_NONE},
    {"dir", POSTERN_JOSE_JWE, NULL, "dir256", POSTERN_ALG_NONE},
    {"A192KW", POSTERN_JOSE_JWE, NULL, "kw192", POSTERN_ALG_NONE},
    {"RSA-OAEP-256", POSTERN_JOSE_JWE, NULL, "oaep", POSTERN_ALG_NONE},
    {"ECDH-ES+A128KW", POSTERN_JOSE_JWE, NULL, "ecdh256",
     POSTERN_ALG_ECDH_ES_A128KW},
    {"ES256 in ECDH-ES+A256KW", POSTERN_JOSE_NESTED, "es256", "ecdh256",
     POSTERN_ALG_ECDH_ES_A256KW},
};

enum {
    SCENARIOS = sizeof scenarios / sizeof *scenarios,
    TOKEN_SIZE = 4096,
    KEPT_MAX = 16
};

static const char payload[] = "{\"iss\":\"//das.example/das\"}";

static bool is_symmetric(const struct scenario *scenario)
{
    const char *kid =
        scenario->sign_kid ? scenario->sign_kid : scenario->encrypt_kid;

    return strncmp(kid, "hs", 2) == 0 || strncmp(kid, "dir", 3) == 0 ||
           strncmp(kid, "kw", 2) == 0;
}

static postern_status seal(postern_jose *jose, const struct world *world,
                           const struct scenario *scenario, postern_str *token)
{
    bool symmetric = is_symmetric(scenario);
    postern_jose_recipe recipe;
    postern_diag diag;

    postern_jose_recipe_init(&recipe);
    recipe.kind = scenario->kind;
    recipe.onem2m = true;
    recipe.sign_keys = symmetric ? world->secrets : world->privates;
    recipe.sign_kid = postern_str_of(scenario->sign_kid);
    recipe.encrypt_keys = symmetric ? world->secrets : world->publics;
    recipe.encrypt_kid = postern_str_of(scenario->encrypt_kid);
    recipe.encrypt_alg = scenario->encrypt_alg;
    return postern_jose_seal(jose, &recipe, postern_str_of(payload), token,
                             &diag);
}

static postern_refusal open_token(postern_jose *jose, const struct world *world,
                                  const struct scenario *scenario,
                                  postern_str token)
{
    postern_opened opened;
    postern_refusal refusal = postern_jose_open(
        jose, is_symmetric(scenario) ? world->secrets : world->privates, NULL,
        token, &opened);

    claim((refusal == POSTERN_REFUSAL_NONE) ==
              pst_str_is(opened.payload, payload),
          "%s: the payload", scenario->name);
    return refusal;
}

/* ---- sweeps ------------------------------------------------------------- */

static void sweep_new(void)
{
    for (size_t n = 1;; n++) {
        struct faulty heap = {.fail_at = n};
        postern_allocator allocator = faulty_allocator(&heap);
        postern_jose *jose;
        postern_status status = postern_jose_new(&jose, &allocator);

        if (status == POSTERN_OK) {
            postern_jose_free(jose);
        } else {
            claim(status == POSTERN_ERR_MEMORY && !jose, "allocation %zu", n);
        }
        claim(heap.live == 0 && heap.wrong_sizes == 0, "%zu bytes are left",
              heap.live);
        if (heap.calls < n) {
            claim(n == 2, "one block is all there is");
            break;
        }
    }
}

/* With OpenSSL's n-th allocation from here on refused. False: all are done. */
static bool ran_out(size_t n)
{
    bool some = ssl.calls >= n;

    ssl.fail_at = 0;
    ERR_clear_error();
    return some;
}

static void begin(size_t n)
{
    ssl.calls = 0;
    ssl.fail_at = n;
}

/*
 * OpenSSL keeps what it makes for its own later use, such as fetched methods:
 * a few blocks may be left, but not at each failure. (What nobody holds any
 * more, the leak checker of the instrumented builds finds.)
 */
static void left_behind(size_t n, int64_t live, const char *name)
{
    static size_t kept;

    kept += n > 1 && ssl.live > live;
    claim(kept <= KEPT_MAX, "%s: something is left after %zu", name, n);
}

static void sweep_open(const struct world *world,
                       const struct scenario *scenario, postern_str token)
{
    bool more = true;

    for (size_t n = 1; more; n++) {
        int64_t live = ssl.live;
        postern_jose *jose = NULL;
        postern_refusal refusal = POSTERN_REFUSAL_MEMORY;
        postern_status status;

        begin(n);
        status = postern_jose_new(&jose, NULL);
        if (status == POSTERN_OK) {
            refusal = open_token(jose, world, scenario, token);
        }
        more = ran_out(n);
        claim(more || refusal == POSTERN_REFUSAL_NONE, "%s: with memory: %s",
              scenario->name, postern_refusal_word(refusal));
        claim(refusal == POSTERN_REFUSAL_NONE ||
                  refusal == POSTERN_REFUSAL_MEMORY ||
                  refusal == POSTERN_REFUSAL_BAD_CRYPTO,
              "%s: allocation %zu: %s", scenario->name, n,
              postern_refusal_word(refusal));
        if (jose) {
            claim(open_token(jose, world, scenario, token) ==
                      POSTERN_REFUSAL_NONE,
                  "%s: opens again after allocation %zu", scenario->name, n);
        }
        postern_jose_free(jose);
        ERR_clear_error();
        left_behind(n, live, scenario->name);
    }
}

static void sweep_seal(const struct world *world,
                       const struct scenario *scenario)
{
    bool more = true;

    for (size_t n = 1; more; n++) {
        int64_t live = ssl.live;
        postern_jose *jose = NULL;
        postern_str token;
        postern_status status;

        claim(postern_jose_new(&jose, NULL) == POSTERN_OK, "a context");
        begin(n);
        status = seal(jose, world, scenario, &token);
        more = ran_out(n);
        claim(more || status == POSTERN_OK, "%s: with memory", scenario->name);
        claim(status == POSTERN_OK || !token.data, "%s: no token",
              scenario->name);
        if (status == POSTERN_OK) {
            claim(open_token(jose, world, scenario, token) ==
                      POSTERN_REFUSAL_NONE,
                  "%s: what was sealed opens, %zu", scenario->name, n);
        }
        claim(seal(jose, world, scenario, &token) == POSTERN_OK,
              "%s: seals again after allocation %zu", scenario->name, n);
        postern_jose_free(jose);
        ERR_clear_error();
        left_behind(n, live, scenario->name);
    }
}

static void sweep(const struct world *world)
{
    char text[TOKEN_SIZE];
    postern_jose *jose;
    postern_str token = {NULL, 0};

    for (size_t i = 0; i < SCENARIOS; i++) {
        claim(postern_jose_new(&jose, NULL) == POSTERN_OK, "a context");
        claim(seal(jose, world, &scenarios[i], &token) == POSTERN_OK &&
                  token.len <= sizeof text,
              "%s: a token", scenarios[i].name);
        memcpy(text, token.data, token.len);
        postern_jose_free(jose);
        sweep_open(world, &scenarios[i], (postern_str){text, token.len});
        sweep_seal(world, &scenarios[i]);
    }
}

/* The whole of a context is allocated when it is made. */
static void count_calls(const struct world *world)
{
    struct faulty heap = {.fail_at = 0};
    postern_allocator allocator = faulty_allocator(&heap);
    char text[TOKEN_SIZE];
    postern_jose *jose;
    postern_str token;

    claim(postern_jose_new(&jose, &allocator) == POSTERN_OK, "a context");
    claim(seal(jose, world, &scenarios[0], &token) == POSTERN_OK, "a token");
    memcpy(text, token.data, token.len);
    token.data = text;
    for (int i = 0; i < 100; i++) {
        claim(open_token(jose, world, &scenarios[0], token) ==
                  POSTERN_REFUSAL_NONE,
              "it opens");
        text[token.len - 2] ^= 1;
        claim(open_token(jose, world, &scenarios[0], token) !=
                  POSTERN_REFUSAL_NONE,
              "it does not open");
        text[token.len - 2] ^= 1;
    }
    claim(heap.calls == 1, "we allocate %zu times", heap.calls - 1);
    postern_jose_free(jose);
    claim(heap.live == 0, "%zu bytes are left", heap.live);
}

int main(void)
{
    struct world world;

    if (CRYPTO_set_mem_functions(ssl_malloc, ssl_realloc, ssl_free) != 1) {
        return 1;
    }
    world.secrets = jose_keys(SECRET_KEYS);
    world.privates = jose_keys(PRIVATE_KEYS);
    world.publics = jose_keys(PUBLIC_KEYS);
    sweep_new();
    sweep(&world);
    count_calls(&world);
    postern_keys_free(world.secrets);
    postern_keys_free(world.privates);
    postern_keys_free(world.publics);
    return claims_failed();
}
