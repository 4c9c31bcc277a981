/*
 * Every allocation on the way from a document of issuers to a verified token
 * refused once: nothing leaks, and a token that could not be looked at is not
 * accepted. And none at all once there is a verifier: what a token needs is in
 * memory that the verifier has.
 */
#include "support/faulty.h"
#include "support/jose_keys.h"

#include "base/str.h"

#include <postern/token.h>

#define DAS "//sp.example/das-cse"
#define HOLDER "//sp.example/plant-cse/Cpump7"

static const char issuers_text[] =
    "token_issuers:\n"
    "  " DAS ":\n"
    "    algs: [ES256]\n"
    "    may_grant_privileges: true\n"
    "    role_domains: [auth.example]\n"
    "    resources: [base, cnt1]\n"
    "    token_domains: [das.example]\n"
    "    versions: ['1.0']\n"
    "    keys: [" EC256_PUBLIC(
        "51-a", SIG("ES256")) "]\n"
                              "    key_files: [more.json]\n"
                              "decryption_keys: {keys: [" EC256_PRIVATE(
                                  "41-e",
                                  ENC("ECDH-ES+A128KW")) "]}\n"
                                                         "revoked_tokens: "
                                                         "[t7@das.example]\n";

static const char claims_text[] =
    "{\"tkvr\":\"1.0\",\"jti\":\"t1@das.example\",\"iss\":\"" DAS
    "\",\"azp\":\"" HOLDER "\",\"nbf\":1,\"exp\":2000000000,"
    "\"tknm\":\"\\u0061\",\"aud\":[\"//sp.example/*\"],\"tkps\":[{\"ris\":["
    "\"cnt1\"],\"pv\":{\"acr\":[{\"acor\":[\"" HOLDER "\",\"/x/C*\",\"all\"],"
    "\"acop\":2,\"acco\":[{\"actw\":[\"* * 8-17 * * 1-5 *\"],\"acip\":{"
    "\"ipv4\":[\"10.0.0.0/8\"]}}]}]},\"rids\":[\"op@auth.example\"]}]}";

static int failures;

static void claim(bool holds, const char *what, size_t n)
{
    if (!holds) {
        printf("allocation %zu refused: %s\n", n, what);
        failures++;
    }
}

static postern_status read_file(void *user, postern_str name, postern_str *text,
                                postern_diag *diag)
{
    (void)user;
    (void)name;
    (void)diag;
    *text = PST_STR(EC256_PUBLIC("51-b", SIG("ES256")));
    return POSTERN_OK;
}

struct setup {
    postern_cse cse;
    postern_allocator allocator;
    postern_issuers *issuers;
    postern_token_cache *cache;
    postern_verifier *verifier;
    const postern_str *tokens; /* signed, nested */
};

static void take_down(struct setup *it)
{
    postern_verifier_free(it->verifier);
    postern_token_cache_free(it->cache);
    postern_issuers_free(it->issuers);
}

static postern_status set_up(struct setup *it, bool with_cache)
{
    postern_token_cache_options caching;
    postern_issuers_options options;
    postern_diag diag;
    postern_status status;

    postern_issuers_options_init(&options);
    options.cse = &it->cse;
    options.allocator = &it->allocator;
    options.read_file = read_file;
    postern_token_cache_options_init(&caching);
    caching.allocator = &it->allocator;
    caching.max_tokens = 16;
    status = postern_issuers_load(&it->issuers, PST_STR(issuers_text), &options,
                                  &diag);
    if (status == POSTERN_OK && with_cache) {
        status = postern_token_cache_new(&it->cache, &caching);
    }
    if (status == POSTERN_OK) {
        status = postern_verifier_new(&it->verifier, &it->cse, it->cache,
                                      &it->allocator);
    }
    return status;
}

static postern_refusal verify(struct setup *it, size_t number,
                              postern_token *token)
{
    postern_token_check check;

    postern_token_check_init(&check);
    check.time_known = true;
    check.time_s = 1900000000;
    if (postern_id_parse_entity(&check.holder, &it->cse, PST_STR(HOLDER)) !=
        POSTERN_OK) {
        abort();
    }
    return postern_token_verify(it->verifier, it->issuers, &check,
                                it->tokens[number], token);
}

static bool is_whole(const postern_token *token)
{
    const postern_permission *it = token->claims.permissions;

    return token->claims.permission_count == 1 && it->rules && !it->remark &&
           it->roles[0].kind == POSTERN_ID_ROLE;
}

/* Both tokens, twice. Anything but whole tokens and refusals is wrong. */
static bool verify_all(struct setup *it, size_t n)
{
    bool good = true;

    postern_verifier_begin(it->verifier);
    for (size_t i = 0; i < 4; i++) {
        postern_token token;
        postern_refusal refusal = verify(it, i % 2, &token);

        if (refusal == POSTERN_REFUSAL_NONE) {
            claim(is_whole(&token), "a token that is not whole", n);
        } else {
            claim(!token.claims.token_id.data, "a part of a token", n);
            good = false;
        }
    }
    postern_verifier_end(it->verifier);
    return good;
}

static bool sweep_one(const struct setup *plan, bool with_cache, size_t n,
                      size_t *calls)
{
    struct faulty heap = {.fail_at = n};
    struct setup it = *plan;
    postern_status status;

    it.allocator = faulty_allocator(&heap);
    status = set_up(&it, with_cache);
    claim(status == POSTERN_OK || status == POSTERN_ERR_MEMORY,
          postern_status_name(status), n);
    if (status == POSTERN_OK) {
        bool good = verify_all(&it, n);

        claim(good || heap.calls >= n, "refused, and memory was there", n);
        claim(verify_all(&it, n), "refused when memory is there again", n);
    }
    take_down(&it);
    claim(heap.live == 0, "a leak", n);
    claim(heap.wrong_sizes == 0, "a block given back with a wrong size", n);
    *calls = heap.calls;
    return heap.calls < n;
}

static void sweep(const struct setup *plan, bool with_cache)
{
    size_t calls = 0;
    size_t n = 1;

    while (!sweep_one(plan, with_cache, n, &calls)) {
        n++;
    }
    printf("%zu allocations refused, %s cache\n", n - 1,
           with_cache ? "with a" : "without");
}

/* After the first use of a key nothing is allocated any more. */
static void count_calls(const struct setup *plan)
{
    struct faulty heap = {.fail_at = 0};
    struct setup it = *plan;
    size_t calls;

    it.allocator = faulty_allocator(&heap);
    if (set_up(&it, false) != POSTERN_OK) {
        abort();
    }
    claim(verify_all(&it, 0), "the tokens are good", 0);
    calls = heap.calls;
    for (size_t i = 0; i < 100; i++) {
        claim(verify_all(&it, 0), "the tokens are good", 0);
    }
    printf("%zu allocations for 400 tokens\n", heap.calls - calls);
    claim(heap.calls == calls, "a token was allocated for", 0);
    take_down(&it);
}

static postern_str seal(postern_jose *jose, const postern_keys *keys,
                        postern_jose_kind kind, char *room)
{
    postern_jose_recipe recipe;
    postern_str token;
    postern_diag diag;

    postern_jose_recipe_init(&recipe);
    recipe.kind = kind;
    recipe.sign_keys = keys;
    recipe.sign_kid = PST_STR("51-a");
    recipe.encrypt_keys = keys;
    recipe.encrypt_kid = PST_STR("41-e");
    recipe.onem2m = true;
    if (postern_jose_seal(jose, &recipe, PST_STR(claims_text), &token, &diag) !=
        POSTERN_OK) {
        abort();
    }
    memcpy(room, token.data, token.len);
    return (postern_str){room, token.len};
}

int main(void)
{
    static const char *const makers[] = {
        EC256_PRIVATE("51-a", SIG("ES256")),
        EC256_PUBLIC("41-e", ENC("ECDH-ES+A128KW")), NULL};
    static char rooms[2][4096];
    postern_keys *keys = jose_keys(makers);
    struct setup plan = {.issuers = NULL};
    postern_str tokens[2];
    postern_jose *jose;

    if (postern_jose_new(&jose, NULL) != POSTERN_OK ||
        postern_cse_init(&plan.cse, PST_STR("//sp.example"),
                         PST_STR("/plant-cse")) != POSTERN_OK) {
        return 1;
    }
    tokens[0] = seal(jose, keys, POSTERN_JOSE_JWS, rooms[0]);
    tokens[1] = seal(jose, keys, POSTERN_JOSE_NESTED, rooms[1]);
    plan.tokens = tokens;
    count_calls(&plan);
    sweep(&plan, false);
    sweep(&plan, true);
    postern_jose_free(jose);
    postern_keys_free(keys);
    return failures != 0;
}
