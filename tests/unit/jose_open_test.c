/* Opening and sealing apart from the algorithms: the look at what is not
 * verified, whose memory a token is in, limits, sets of keys, words. */
#include "jose/open.h"
#include "support/forge.h"

#include <criterion/criterion.h>

static const char claims[] = "{\"iss\":\"//das.example/das\"}";

static postern_jose *new_jose(void)
{
    postern_jose *jose;

    cr_assert_eq(postern_jose_new(&jose, NULL), POSTERN_OK);
    return jose;
}

static postern_jose_recipe recipe_of(postern_jose_kind kind,
                                     const postern_keys *keys, const char *kid)
{
    postern_jose_recipe recipe;

    postern_jose_recipe_init(&recipe);
    recipe.kind = kind;
    recipe.sign_keys = recipe.encrypt_keys = keys;
    recipe.sign_kid = recipe.encrypt_kid = postern_str_of(kid);
    return recipe;
}

static postern_str seal(postern_jose *jose, const postern_jose_recipe *recipe,
                        const char *payload)
{
    postern_diag diag;
    postern_str token;

    cr_assert_eq(
        postern_jose_seal(jose, recipe, postern_str_of(payload), &token, &diag),
        POSTERN_OK, "%s", diag.message);
    return token;
}

/* ---- the early look ----------------------------------------------------- */

struct look {
    postern_refusal answer; /* NONE: go on */
    size_t times;
    postern_str payload;
    const struct pst_key *key;
};

static bool look_at(void *user, const struct pst_key *key, postern_str payload,
                    postern_refusal *refusal)
{
    struct look *look = user;

    look->times++;
    look->payload = payload;
    look->key = key;
    *refusal = look->answer;
    return look->answer == POSTERN_REFUSAL_NONE;
}

static postern_refusal open_with(postern_jose *jose, const postern_keys *verify,
                                 const postern_keys *decrypt, postern_str token,
                                 struct look *look, postern_opened *opened)
{
    struct pst_early early = {look_at, look};
    struct pst_open_from from = {
        .verify = {&verify, 1}, .decrypt = {&decrypt, 1}, .early = &early};

    return pst_jose_open(jose, &from, token, opened, NULL);
}

Test(early_look, may_refuse_and_never_accept)
{
    postern_keys *secrets = jose_keys(SECRET_KEYS);
    postern_jose *jose = new_jose();
    postern_jose_recipe recipe = recipe_of(POSTERN_JOSE_JWS, secrets, "hs256");
    postern_str token = seal(jose, &recipe, claims);
    struct look look = {.answer = POSTERN_REFUSAL_EXPIRED};
    char changed[512];
    postern_opened opened;

    cr_assert_leq(token.len, sizeof changed);
    memcpy(changed, token.data, token.len);
    token.data = changed;
    cr_expect_eq(open_with(jose, secrets, secrets, token, &look, &opened),
                 POSTERN_REFUSAL_EXPIRED);
    cr_expect_null(opened.payload.data);
    look.answer = POSTERN_REFUSAL_NONE;
    cr_expect_eq(open_with(jose, secrets, secrets, token, &look, &opened),
                 POSTERN_REFUSAL_NONE);
    cr_expect_eq(look.payload.data, opened.payload.data, "the same bytes");
    cr_expect(pst_str_is(look.payload, claims));
    cr_expect(pst_str_is(look.key->kid, "hs256"));
    changed[token.len - 3] ^= 1;
    cr_expect_eq(open_with(jose, secrets, secrets, token, &look, &opened),
                 POSTERN_REFUSAL_BAD_CRYPTO);
    cr_expect_eq(look.times, 3);
    postern_jose_free(jose);
    postern_keys_free(secrets);
}

/* Form, header, key and sizes come first; a JWE has nothing to look at. */
Test(early_look, comes_after_what_is_cheaper)
{
    postern_keys *secrets = jose_keys(SECRET_KEYS);
    postern_jose *jose = new_jose();
    postern_jose_recipe jws = recipe_of(POSTERN_JOSE_JWS, secrets, "hs256");
    postern_jose_recipe jwe = recipe_of(POSTERN_JOSE_JWE, secrets, "dir256");
    struct look look = {.answer = POSTERN_REFUSAL_EXPIRED};
    struct look none = {.answer = POSTERN_REFUSAL_EXPIRED};
    postern_opened opened;
    postern_str token = seal(jose, &jws, claims);
    postern_str kept = {NULL, token.len};
    char text[512];

    memcpy(text, token.data, token.len);
    kept.data = text;
    cr_expect_eq(open_with(jose, secrets, secrets,
                           (postern_str){text, kept.len - 3}, &none, &opened),
                 POSTERN_REFUSAL_BAD_CRYPTO, "a MAC that is too short");
    token = seal(jose, &jwe, claims);
    cr_expect_eq(open_with(jose, secrets, secrets, token, &none, &opened),
                 POSTERN_REFUSAL_NONE);
    cr_expect_eq(none.times, 0);
    cr_expect_eq(open_with(jose, secrets, secrets, kept, &look, &opened),
                 POSTERN_REFUSAL_EXPIRED);
    postern_jose_free(jose);
    postern_keys_free(secrets);
}

Test(early_look, sees_what_is_inside_a_nested_token)
{
    postern_keys *privates = jose_keys(PRIVATE_KEYS);
    postern_jose *jose = new_jose();
    postern_jose_recipe recipe =
        recipe_of(POSTERN_JOSE_NESTED, privates, "es256");
    struct look look = {.answer = POSTERN_REFUSAL_WRONG_HOLDER};
    postern_opened opened;
    postern_str token;

    recipe.encrypt_kid = PST_STR("oaep");
    token = seal(jose, &recipe, claims);
    cr_expect_eq(open_with(jose, privates, privates, token, &look, &opened),
                 POSTERN_REFUSAL_WRONG_HOLDER);
    cr_expect_eq(look.times, 1);
    cr_expect(pst_str_is(look.key->kid, "es256"));
    postern_jose_free(jose);
    postern_keys_free(privates);
}

/* ---- whose memory ------------------------------------------------------- */

/* What a call gave out may be what the next one takes. */
Test(jose, takes_its_own_texts)
{
    postern_keys *secrets = jose_keys(SECRET_KEYS);
    postern_jose *jose = new_jose();
    postern_jose_recipe jws = recipe_of(POSTERN_JOSE_JWS, secrets, "hs256");
    postern_jose_recipe jwe = recipe_of(POSTERN_JOSE_JWE, secrets, "kw128");
    postern_str token = seal(jose, &jws, claims);
    postern_opened opened;
    postern_diag diag;

    cr_assert_eq(postern_jose_seal(jose, &jwe, token, &token, &diag),
                 POSTERN_OK);
    cr_assert_eq(postern_jose_open(jose, secrets, NULL, token, &opened),
                 POSTERN_REFUSAL_NONE);
    cr_assert_eq(
        postern_jose_open(jose, secrets, NULL, opened.payload, &opened),
        POSTERN_REFUSAL_NONE);
    cr_expect(pst_str_is(opened.payload, claims));
    cr_assert_eq(postern_jose_seal(jose, &jws, opened.payload, &token, &diag),
                 POSTERN_OK);
    cr_assert_eq(postern_jose_open(jose, secrets, NULL, token, &opened),
                 POSTERN_REFUSAL_NONE);
    cr_expect(pst_str_is(opened.payload, claims));
    postern_jose_free(jose);
    postern_keys_free(secrets);
}

/* Written to after the call: nothing given out points into it. */
Test(jose, checks_a_copy)
{
    postern_keys *secrets = jose_keys(SECRET_KEYS);
    postern_jose *jose = new_jose();
    postern_jose_recipe recipe = recipe_of(POSTERN_JOSE_JWS, secrets, "hs256");
    postern_str token = seal(jose, &recipe, claims);
    char text[512];
    postern_opened opened;

    memcpy(text, token.data, token.len);
    cr_assert_eq(postern_jose_open(jose, secrets, NULL,
                                   (postern_str){text, token.len}, &opened),
                 POSTERN_REFUSAL_NONE);
    memset(text, 'x', sizeof text);
    cr_expect(pst_str_is(opened.payload, claims));
    cr_expect(pst_str_is(opened.signature.kid, "hs256"));
    postern_jose_free(jose);
    postern_keys_free(secrets);
}

/* ---- sets --------------------------------------------------------------- */

Test(jose, looks_in_all_sets_and_wants_one_without_a_kid)
{
    static const char *const nameless[] = {
        "{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"" OCT_32 "\"}", NULL};
    postern_keys *secrets = jose_keys(SECRET_KEYS);
    postern_keys *one = jose_keys(nameless);
    const postern_keys *both[] = {one, secrets};
    struct pst_open_from from = {.verify = {both, 2}, .decrypt = {both, 2}};
    struct pst_open_from single = {.verify = {both, 1}, .decrypt = {both, 1}};
    postern_jose *jose = new_jose();
    postern_jose_recipe named = recipe_of(POSTERN_JOSE_JWS, secrets, "hs256");
    postern_jose_recipe unnamed = recipe_of(POSTERN_JOSE_JWS, one, NULL);
    struct pst_open_used used;
    postern_opened opened;
    postern_diag diag;
    postern_str token = seal(jose, &named, claims);

    cr_expect_eq(pst_jose_open(jose, &from, token, &opened, &used),
                 POSTERN_REFUSAL_NONE);
    cr_expect(pst_str_is(used.signer->kid, "hs256"));
    cr_expect_null(used.decrypter);
    token = seal(jose, &unnamed, claims);
    cr_expect_eq(pst_jose_open(jose, &single, token, &opened, &used),
                 POSTERN_REFUSAL_NONE);
    cr_expect_eq(pst_jose_open(jose, &from, seal(jose, &unnamed, claims),
                               &opened, &used),
                 POSTERN_REFUSAL_UNKNOWN_KID);
    cr_expect_null(used.signer);
    unnamed.onem2m = true;
    cr_expect_eq(
        postern_jose_seal(jose, &unnamed, PST_STR(claims), &token, &diag),
        POSTERN_ERR_POLICY, "the profile wants a kid");
    postern_jose_free(jose);
    postern_keys_free(secrets);
    postern_keys_free(one);
}

/* A key is told by its own id: a set that takes the place of another, even in
 * the same memory, is not mistaken for it. */
Test(jose, notices_that_a_key_was_replaced)
{
    static const char *const first[] = {OCT_KEY("k", "HS256", OCT_32), NULL};
    static const char *const second[] = {OCT_KEY("k", "HS256", OCT_48), NULL};
    postern_jose *jose = new_jose();

    for (int i = 0; i < 8; i++) {
        postern_keys *keys = jose_keys(i % 2 ? second : first);
        postern_keys *others = jose_keys(i % 2 ? first : second);
        postern_jose_recipe recipe = recipe_of(POSTERN_JOSE_JWS, keys, "k");
        postern_str token = seal(jose, &recipe, claims);
        postern_opened opened;
        char text[512];

        memcpy(text, token.data, token.len);
        token.data = text;
        cr_expect_eq(postern_jose_open(jose, keys, NULL, token, &opened),
                     POSTERN_REFUSAL_NONE);
        cr_expect_eq(postern_jose_open(jose, others, NULL, token, &opened),
                     POSTERN_REFUSAL_BAD_CRYPTO);
        postern_keys_free(keys);
        postern_keys_free(others);
    }
    postern_jose_free(jose);
}

/* ---- lifetimes and counts ----------------------------------------------- */

static postern_keys *limited(const char *jwk, int64_t from, int64_t to,
                             uint64_t seals)
{
    postern_key_facts facts;
    postern_keys *keys;
    postern_diag diag;

    postern_key_facts_init(&facts);
    facts.not_before_s = from;
    facts.expires_s = to;
    facts.max_seals = seals;
    cr_assert_eq(postern_keys_new(&keys, NULL), POSTERN_OK);
    cr_assert_eq(
        postern_keys_add_jwks(keys, postern_str_of(jwk), &facts, &diag),
        POSTERN_OK, "%s", diag.message);
    return keys;
}

Test(jose, uses_a_key_in_its_lifetime_alone)
{
    static const struct {
        bool known;
        int64_t time_s;
        bool fine;
    } rows[] = {{false, 0, false},
                {true, 99, false},
                {true, 100, true},
                {true, 199, true},
                {true, 200, false}};
    postern_keys *keys = limited(OCT_KEY("k", "HS256", OCT_32), 100, 200, 0);
    postern_jose *jose = new_jose();
    postern_jose_recipe recipe = recipe_of(POSTERN_JOSE_JWS, keys, "k");
    char text[512];
    postern_str token;

    recipe.time_known = true;
    recipe.time_s = 150;
    token = seal(jose, &recipe, claims);
    memcpy(text, token.data, token.len);
    token.data = text;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_jose_rules rules;
        postern_opened opened;
        postern_diag diag;
        postern_str made;

        postern_jose_rules_init(&rules);
        rules.time_known = recipe.time_known = rows[i].known;
        rules.time_s = recipe.time_s = rows[i].time_s;
        cr_expect_eq(postern_jose_open(jose, keys, &rules, token, &opened),
                     rows[i].fine ? POSTERN_REFUSAL_NONE
                                  : POSTERN_REFUSAL_KEY_USAGE,
                     "%zu", i);
        cr_expect_eq(
            postern_jose_seal(jose, &recipe, PST_STR(claims), &made, &diag),
            rows[i].fine ? POSTERN_OK : POSTERN_ERR_POLICY, "%zu", i);
    }
    postern_jose_free(jose);
    postern_keys_free(keys);
}

/* [ESD-03] */
Test(jose, counts_the_uses_of_a_key_for_content)
{
    postern_keys *direct =
        limited(OCT_KEY("k", "dir", OCT_32), INT64_MIN, INT64_MAX, 3);
    postern_keys *wraps =
        limited(OCT_KEY("k", "A256KW", OCT_32), INT64_MIN, INT64_MAX, 3);
    postern_jose *jose = new_jose();
    postern_jose_recipe recipe = recipe_of(POSTERN_JOSE_JWE, direct, "k");
    postern_opened opened;
    postern_diag diag;
    postern_str token;

    for (int i = 0; i < 3; i++) {
        token = seal(jose, &recipe, claims);
        cr_expect_eq(postern_jose_open(jose, direct, NULL, token, &opened),
                     POSTERN_REFUSAL_NONE, "opening does not count");
    }
    cr_expect_eq(
        postern_jose_seal(jose, &recipe, PST_STR(claims), &token, &diag),
        POSTERN_ERR_POLICY);
    cr_expect_null(token.data);
    recipe.encrypt_keys = wraps;
    for (int i = 0; i < 5; i++) {
        (void)seal(jose, &recipe, claims);
    }
    postern_jose_free(jose);
    postern_keys_free(direct);
    postern_keys_free(wraps);
}

/* [ESD-02] [ESD-04] [ESD-05] */
Test(jose, never_repeats_an_iv_or_a_cek)
{
    postern_keys *secrets = jose_keys(SECRET_KEYS);
    postern_jose *jose = new_jose();
    postern_jose_recipe recipe = recipe_of(POSTERN_JOSE_JWE, secrets, "kw128");
    char first[1024];
    postern_str token = seal(jose, &recipe, claims);
    postern_str one = {first, token.len};
    size_t a = pst_str_find(token, 0, '.');
    size_t b = pst_str_find(token, a + 1, '.');
    size_t c = pst_str_find(token, b + 1, '.');

    memcpy(first, token.data, token.len);
    token = seal(jose, &recipe, claims);
    cr_assert_eq(token.len, one.len);
    cr_expect(
        pst_str_equal(pst_str_slice(one, 0, a), pst_str_slice(token, 0, a)));
    cr_expect_not(
        pst_str_equal(pst_str_slice(one, a, b), pst_str_slice(token, a, b)));
    cr_expect_not(
        pst_str_equal(pst_str_slice(one, b, c), pst_str_slice(token, b, c)));
    postern_jose_free(jose);
    postern_keys_free(secrets);
}

/* ---- what cannot be sealed ---------------------------------------------- */

Test(seal, refuses_what_does_not_fit)
{
    postern_keys *secrets = jose_keys(SECRET_KEYS);
    postern_keys *publics = jose_keys(PUBLIC_KEYS);
    struct {
        const char *name;
        postern_jose_recipe recipe;
        postern_status expected;
    } rows[] = {
        {"no kind", recipe_of(POSTERN_JOSE_ANY, secrets, "hs256"),
         POSTERN_ERR_ARGUMENT},
        {"no keys", recipe_of(POSTERN_JOSE_JWS, NULL, "hs256"),
         POSTERN_ERR_POLICY},
        {"no such key", recipe_of(POSTERN_JOSE_JWS, secrets, "x"),
         POSTERN_ERR_POLICY},
        {"no name in a set of many", recipe_of(POSTERN_JOSE_JWS, secrets, NULL),
         POSTERN_ERR_POLICY},
        {"a public key signs", recipe_of(POSTERN_JOSE_JWS, publics, "es256"),
         POSTERN_ERR_POLICY},
        {"a key for encryption signs",
         recipe_of(POSTERN_JOSE_JWS, secrets, "dir256"), POSTERN_ERR_POLICY},
        {"a key for signatures encrypts",
         recipe_of(POSTERN_JOSE_JWE, secrets, "hs256"), POSTERN_ERR_POLICY},
        {"several algorithms, none named",
         recipe_of(POSTERN_JOSE_JWE, publics, "ecdh256"), POSTERN_ERR_POLICY},
        {"fine", recipe_of(POSTERN_JOSE_JWS, secrets, "hs256"), POSTERN_OK},
    };
    postern_jose *jose = new_jose();
    postern_diag diag;
    postern_str token;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(postern_jose_seal(jose, &rows[i].recipe, PST_STR(claims),
                                       &token, &diag),
                     rows[i].expected, "%s", rows[i].name);
        cr_expect_eq(token.data == NULL, rows[i].expected != POSTERN_OK);
    }
    rows[0].recipe = recipe_of(POSTERN_JOSE_JWS, secrets, "hs256");
    rows[0].recipe.sign_alg = POSTERN_ALG_HS512;
    cr_expect_eq(postern_jose_seal(jose, &rows[0].recipe, PST_STR(claims),
                                   &token, &diag),
                 POSTERN_ERR_POLICY, "an algorithm that is not the key's");
    rows[0].recipe = recipe_of(POSTERN_JOSE_JWE, secrets, "dir128");
    cr_expect_eq(
        postern_jose_seal(jose, &rows[0].recipe, PST_STR(""), &token, &diag),
        POSTERN_ERR_ARGUMENT, "nothing to encrypt");
    postern_jose_free(jose);
    postern_keys_free(secrets);
    postern_keys_free(publics);
}

/* Whoever wants a signature is not given something that is encrypted. */
Test(open, takes_the_kind_it_asks_for)
{
    static const struct {
        postern_jose_kind sealed;
        postern_jose_kind asked;
        const char *kid;
        postern_refusal expected;
    } rows[] = {
        {POSTERN_JOSE_JWS, POSTERN_JOSE_JWS, "hs256", POSTERN_REFUSAL_NONE},
        {POSTERN_JOSE_JWS, POSTERN_JOSE_ANY, "hs256", POSTERN_REFUSAL_NONE},
        {POSTERN_JOSE_JWS, POSTERN_JOSE_JWE, "hs256",
         POSTERN_REFUSAL_ALG_NOT_PERMITTED},
        {POSTERN_JOSE_JWE, POSTERN_JOSE_JWE, "kw128", POSTERN_REFUSAL_NONE},
        {POSTERN_JOSE_JWE, POSTERN_JOSE_JWS, "kw128",
         POSTERN_REFUSAL_ALG_NOT_PERMITTED},
        {POSTERN_JOSE_JWE, POSTERN_JOSE_NESTED, "kw128",
         POSTERN_REFUSAL_ALG_NOT_PERMITTED},
    };
    postern_keys *secrets = jose_keys(SECRET_KEYS);
    postern_jose *jose = new_jose();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_jose_recipe recipe =
            recipe_of(rows[i].sealed, secrets, rows[i].kid);
        postern_jose_rules rules;
        postern_opened opened;

        postern_jose_rules_init(&rules);
        rules.kind = rows[i].asked;
        cr_expect_eq(postern_jose_open(jose, secrets, &rules,
                                       seal(jose, &recipe, claims), &opened),
                     rows[i].expected, "%zu", i);
    }
    postern_jose_free(jose);
    postern_keys_free(secrets);
}

/* The longest payloads open again; one byte more is refused. */
Test(seal, has_a_longest_payload)
{
    static char text[40 * 1024];
    static const struct {
        postern_jose_kind kind;
        const char *kid;
    } rows[] = {{POSTERN_JOSE_JWS, "hs256"}, {POSTERN_JOSE_JWE, "kw128"}};
    postern_keys *secrets = jose_keys(SECRET_KEYS);
    postern_jose *jose = new_jose();

    memset(text, 'a', sizeof text);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_jose_recipe recipe =
            recipe_of(rows[i].kind, secrets, rows[i].kid);
        size_t fits = 1;
        size_t too_long = sizeof text;
        postern_opened opened;
        postern_diag diag;
        postern_str token;

        while (fits + 1 < too_long) {
            size_t middle = fits + (too_long - fits) / 2;
            postern_status status = postern_jose_seal(
                jose, &recipe, (postern_str){text, middle}, &token, &diag);

            cr_assert(status == POSTERN_OK || status == POSTERN_ERR_LIMIT);
            *(status == POSTERN_OK ? &fits : &too_long) = middle;
        }
        cr_expect_gt(fits, i == 0 ? 12000 : 24000);
        cr_assert_eq(postern_jose_seal(jose, &recipe, (postern_str){text, fits},
                                       &token, &diag),
                     POSTERN_OK);
        cr_expect_eq(postern_jose_open(jose, secrets, NULL, token, &opened),
                     POSTERN_REFUSAL_NONE);
        cr_expect_eq(opened.payload.len, fits);
    }
    postern_jose_free(jose);
    postern_keys_free(secrets);
}

Test(seal, escapes_the_name_of_a_key)
{
    static const char *const odd[] = {
        OCT_KEY("a\\\"\\\\\\u0007\\u00e9", "HS256", OCT_32), NULL};
    postern_keys *keys = jose_keys(odd);
    postern_jose *jose = new_jose();
    postern_jose_recipe recipe = recipe_of(POSTERN_JOSE_JWS, keys, NULL);
    postern_opened opened;

    cr_expect_eq(
        postern_jose_open(jose, keys, NULL, seal(jose, &recipe, "{}"), &opened),
        POSTERN_REFUSAL_NONE);
    cr_expect(pst_str_is(opened.signature.kid, "a\"\\\a\xC3\xA9"));
    postern_jose_free(jose);
    postern_keys_free(keys);
}

/* ---- words and structs -------------------------------------------------- */

Test(refusals, have_a_word_and_a_sentence_each)
{
    for (int i = 0; i <= POSTERN_REFUSAL_MEMORY; i++) {
        const char *word = postern_refusal_word((postern_refusal)i);

        cr_expect_gt(strlen(word), 0);
        cr_expect_gt(strlen(postern_refusal_text((postern_refusal)i)), 8);
        for (int j = 0; j < i; j++) {
            cr_expect_str_neq(word, postern_refusal_word((postern_refusal)j));
        }
    }
    cr_expect_str_empty(
        postern_refusal_word((postern_refusal)(POSTERN_REFUSAL_MEMORY + 1)));
    cr_expect_str_empty(postern_refusal_text((postern_refusal)-1));
    cr_expect_str_eq(postern_refusal_word(POSTERN_REFUSAL_BAD_CRYPTO),
                     "bad-crypto");
}

/* From a release that asks for more than this one knows. */
Test(jose, refuses_rules_and_recipes_it_does_not_know)
{
    struct {
        postern_jose_rules rules;
        int more;
    } newer_rules;
    struct {
        postern_jose_recipe recipe;
        int more;
    } newer_recipe;
    postern_keys *secrets = jose_keys(SECRET_KEYS);
    postern_jose *jose = new_jose();
    postern_jose_recipe recipe = recipe_of(POSTERN_JOSE_JWS, secrets, "hs256");
    postern_str token = seal(jose, &recipe, claims);
    postern_opened opened;
    postern_diag diag;

    postern_jose_rules_init_sized(&newer_rules.rules, sizeof newer_rules);
    cr_expect_eq(
        postern_jose_open(jose, secrets, &newer_rules.rules, token, &opened),
        POSTERN_REFUSAL_NONE);
    newer_rules.more = 1;
    cr_expect_eq(
        postern_jose_open(jose, secrets, &newer_rules.rules, token, &opened),
        POSTERN_REFUSAL_MEMORY);
    postern_jose_recipe_init_sized(&newer_recipe.recipe, sizeof newer_recipe);
    newer_recipe.recipe.kind = POSTERN_JOSE_JWS;
    newer_recipe.more = 1;
    cr_expect_eq(postern_jose_seal(jose, &newer_recipe.recipe, PST_STR(claims),
                                   &token, &diag),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_jose_seal(jose, NULL, PST_STR(claims), &token, &diag),
                 POSTERN_ERR_ARGUMENT);
    postern_jose_free(jose);
    postern_jose_free(NULL);
    postern_keys_free(secrets);
}
