/* Target functions: pst_claims_parse, pst_claims_check, pst_permission_settle,
 * postern_claims_write, postern_token_verify
 *
 * The input is what a token says, and the token is signed as it should be:
 * whatever is accepted is true, and is read again as it is written. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "tokens/claims.h"

#include <string.h>

#define DAS "//sp.example/das-cse"
#define HOLDER "//sp.example/plant-cse/Cpump7"
#define KEY                                                                    \
    "{\"kty\":\"oct\",\"kid\":\"16-m\",\"alg\":\"HS256\",\"k\":"               \
    "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"}"

/* One that lets by what it may, so that more of the reader is reached. */
static const char issuers_text[] =
    "{\"token_issuers\":{\"" DAS "\":{\"algs\":[\"HS256\"],"
    "\"single_audience\":true,\"unmapped_claims\":true,"
    "\"may_grant_privileges\":true,\"role_domains\":[\"auth.example\"],"
    "\"resources\":[\"base\",\"cnt1\"],\"token_domains\":[\"das.example\"],"
    "\"keys\":[" KEY "]}},\"revoked_tokens\":[\"t7@das.example\"]}";

/* The same, which may not: the neighbour of every "yes". */
static const char plain_text[] =
    "{\"token_issuers\":{\"" DAS "\":{\"algs\":[\"HS256\"],"
    "\"require_audience\":true,\"keys\":[" KEY "]}}}";

enum { NOW = 1900000000, BUMP = 1 << 20, TEXT = 1 << 16 };

static struct {
    postern_cse cse;
    postern_issuers *issuers;
    postern_issuers *plain;
    postern_verifier *verifier;
    postern_jose *jose;
    postern_keys *keys;
    postern_token_check check;
    struct pst_json_value *values;
    char *memory;
} site;

static void make_site(void)
{
    postern_issuers_options options;

    FUZZ_CLAIM(postern_cse_init(&site.cse, PST_STR("//sp.example"),
                                PST_STR("/plant-cse")) == POSTERN_OK);
    postern_issuers_options_init(&options);
    options.cse = &site.cse;
    FUZZ_CLAIM(postern_issuers_load(&site.issuers, PST_STR(issuers_text),
                                    &options, NULL) == POSTERN_OK);
    FUZZ_CLAIM(postern_issuers_load(&site.plain, PST_STR(plain_text), &options,
                                    NULL) == POSTERN_OK);
    FUZZ_CLAIM(postern_verifier_new(&site.verifier, &site.cse, NULL, NULL) ==
               POSTERN_OK);
    FUZZ_CLAIM(postern_jose_new(&site.jose, NULL) == POSTERN_OK);
    FUZZ_CLAIM(postern_keys_new(&site.keys, NULL) == POSTERN_OK);
    FUZZ_CLAIM(postern_keys_add_jwks(site.keys, PST_STR(KEY), NULL, NULL) ==
               POSTERN_OK);
    postern_token_check_init(&site.check);
    site.check.time_known = true;
    site.check.time_s = NOW;
    FUZZ_CLAIM(postern_id_parse_entity(&site.check.holder, &site.cse,
                                       PST_STR(HOLDER)) == POSTERN_OK);
    site.values = malloc(PST_CLAIMS_VALUES * sizeof *site.values);
    site.memory = malloc(BUMP + 2 * TEXT);
    FUZZ_CLAIM(site.values && site.memory);
}

static postern_status parse(postern_str text, struct pst_bump *bump,
                            postern_claims *claims)
{
    struct pst_claims_reader in = {.bump = bump,
                                   .values = site.values,
                                   .cse = &site.cse,
                                   .unmapped = true,
                                   .single_audience = true};
    postern_status status = pst_claims_parse(&in, text, claims);

    FUZZ_CLAIM((status == POSTERN_OK) == (in.problem == NULL));
    FUZZ_CLAIM(memchr(in.path, '\0', sizeof in.path));
    return status;
}

/* Whoever writes claims to be issued may say nothing that is not known, and
 * else what everybody may. */
static void parse_known(postern_str text, struct pst_bump *bump, bool is_read)
{
    struct pst_claims_reader in = {.bump = bump,
                                   .values = site.values,
                                   .cse = &site.cse,
                                   .known_only = true,
                                   .unmapped = true,
                                   .single_audience = true};
    postern_claims claims;
    postern_status status = pst_claims_parse(&in, text, &claims);

    FUZZ_CLAIM(is_read || status != POSTERN_OK);
    FUZZ_CLAIM((status == POSTERN_OK) == (in.problem == NULL));
    for (size_t i = 0; status == POSTERN_OK && i < claims.permission_count;
         i++) {
        FUZZ_CLAIM(!claims.permissions[i].remark);
    }
}

/* What is written is read as the same. */
static void write_and_read(const postern_claims *claims, struct pst_bump *bump)
{
    char *texts = site.memory + BUMP;
    size_t len = postern_claims_write(claims, texts, TEXT);
    postern_claims again;

    if (len >= TEXT) {
        return;
    }
    FUZZ_CLAIM(parse((postern_str){texts, len}, bump, &again) == POSTERN_OK);
    FUZZ_CLAIM(postern_claims_write(&again, texts + TEXT, TEXT) == len);
    FUZZ_CLAIM(memcmp(texts, texts + TEXT, len) == 0);
}

static bool names_us(const postern_claims *claims)
{
    bool found = !claims->has_audience;

    for (size_t i = 0; i < claims->audience_count; i++) {
        postern_str entry = claims->audience[i];

        found = found || pst_str_is(entry, "//sp.example/plant-cse") ||
                pst_str_find(entry, 0, '*') < entry.len;
    }
    return found;
}

static void check_accepted(const postern_claims *claims)
{
    postern_id holder;

    FUZZ_CLAIM(pst_str_is(claims->issuer, DAS));
    FUZZ_CLAIM(pst_is_absolute(&site.cse, claims->holder, &holder));
    FUZZ_CLAIM(postern_id_equal(&holder, &site.check.holder));
    FUZZ_CLAIM(claims->not_before_s <= NOW && NOW < claims->not_after_s);
    FUZZ_CLAIM(names_us(claims));
    FUZZ_CLAIM(!pst_str_is(claims->token_id, "t7@das.example"));
    FUZZ_CLAIM(pst_str_is(claims->version, "1.0") ||
               pst_str_is(claims->version, "1.0.0"));
    for (size_t i = 0; i < claims->permission_count; i++) {
        const postern_permission *it = &claims->permissions[i];

        FUZZ_CLAIM(!it->rules || (it->privileges.data && it->has_resource_ids));
        for (size_t k = 0; k < it->role_id_count; k++) {
            FUZZ_CLAIM(it->roles[k].kind == POSTERN_ID_UNSET ||
                       pst_str_fold_equal(it->roles[k].domain,
                                          PST_STR("auth.example")));
        }
    }
}

/* Of an issuer that may do less: whatever it says grants no rules, and is for
 * those that it names. */
static void verify_plain(postern_str sealed, bool accepted)
{
    postern_token token;
    bool plain;

    postern_verifier_begin(site.verifier);
    plain = postern_token_verify(site.verifier, site.plain, &site.check, sealed,
                                 &token) == POSTERN_REFUSAL_NONE;
    FUZZ_CLAIM(!plain || token.claims.has_audience);
    FUZZ_CLAIM(
        !plain || accepted ||
        pst_str_is(token.claims.token_id, "t7@das.example") ||
        !pst_str_is(pst_str_slice(token.claims.token_id,
                                  pst_str_find(token.claims.token_id, 0, '@'),
                                  token.claims.token_id.len),
                    "@das.example"));
    for (size_t i = 0; plain && i < token.claims.permission_count; i++) {
        FUZZ_CLAIM(!token.claims.permissions[i].rules);
    }
    postern_verifier_end(site.verifier);
}

static void sign_and_verify(postern_str text)
{
    postern_jose_recipe recipe;
    postern_str sealed;
    postern_token token;
    bool accepted;

    postern_jose_recipe_init(&recipe);
    recipe.kind = POSTERN_JOSE_JWS;
    recipe.sign_keys = site.keys;
    recipe.onem2m = true;
    if (postern_jose_seal(site.jose, &recipe, text, &sealed, NULL) !=
        POSTERN_OK) {
        return; /* too long */
    }
    postern_verifier_begin(site.verifier);
    accepted = postern_token_verify(site.verifier, site.issuers, &site.check,
                                    sealed, &token) == POSTERN_REFUSAL_NONE;
    if (accepted) {
        check_accepted(&token.claims);
    } else {
        FUZZ_CLAIM(!token.claims.token_id.data);
    }
    postern_verifier_end(site.verifier);
    verify_plain(sealed, accepted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    postern_str text = {(const char *)data, size};
    struct pst_bump bump = {.size = BUMP};
    postern_claims claims;
    bool is_read;

    if (!site.verifier) {
        make_site();
    }
    bump.memory = site.memory;
    is_read = size <= TEXT / 4 && parse(text, &bump, &claims) == POSTERN_OK;
    if (is_read) {
        write_and_read(&claims, &bump);
    }
    if (size <= TEXT / 4) {
        bump = (struct pst_bump){.memory = site.memory, .size = BUMP};
        parse_known(text, &bump, is_read);
    }
    sign_and_verify(text);
    return 0;
}
