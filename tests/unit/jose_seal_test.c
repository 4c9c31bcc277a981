/* Sealing, and opening what was sealed: every algorithm with every encryption
 * and kind. [ESD-20] [ESD-21] [ESD-22] */
#include "support/jose_keys.h"

#include "base/str.h"

#include <criterion/criterion.h>

static const char claims[] = "{\"iss\":\"//das.example/das\",\"n\":1}";

struct world {
    postern_jose *jose;
    postern_keys *secrets;
    postern_keys *privates;
    postern_keys *publics;
};

static struct world world(void)
{
    struct world made = {.secrets = jose_keys(SECRET_KEYS),
                         .privates = jose_keys(PRIVATE_KEYS),
                         .publics = jose_keys(PUBLIC_KEYS)};

    cr_assert_eq(postern_jose_new(&made.jose, NULL), POSTERN_OK);
    return made;
}

static void end(struct world *world)
{
    postern_jose_free(world->jose);
    postern_keys_free(world->secrets);
    postern_keys_free(world->privates);
    postern_keys_free(world->publics);
}

static postern_refusal open_by(struct world *world, const postern_keys *keys,
                               bool onem2m, postern_str token,
                               postern_opened *opened)
{
    postern_jose_rules rules;

    postern_jose_rules_init(&rules);
    rules.onem2m = onem2m;
    return postern_jose_open(world->jose, keys, &rules, token, opened);
}

static const struct {
    postern_jose_alg alg;
    const char *kid;
} signers[] = {
    {POSTERN_ALG_HS256, "hs256"}, {POSTERN_ALG_HS384, "hs384"},
    {POSTERN_ALG_HS512, "hs512"}, {POSTERN_ALG_RS256, "rs256"},
    {POSTERN_ALG_RS384, "rs384"}, {POSTERN_ALG_RS512, "rs512"},
    {POSTERN_ALG_ES256, "es256"}, {POSTERN_ALG_ES384, "es384"},
    {POSTERN_ALG_ES512, "es512"},
};

static const struct {
    postern_jose_alg alg;
    const char *kid;
    postern_jose_enc only; /* of `dir` */
} encrypters[] = {
    {POSTERN_ALG_DIR, "dir128", POSTERN_ENC_A128GCM},
    {POSTERN_ALG_DIR, "dir192", POSTERN_ENC_A192GCM},
    {POSTERN_ALG_DIR, "dir256", POSTERN_ENC_A256GCM},
    {POSTERN_ALG_A128KW, "kw128", POSTERN_ENC_NONE},
    {POSTERN_ALG_A192KW, "kw192", POSTERN_ENC_NONE},
    {POSTERN_ALG_A256KW, "kw256", POSTERN_ENC_NONE},
    {POSTERN_ALG_RSA_OAEP_256, "oaep", POSTERN_ENC_NONE},
    {POSTERN_ALG_ECDH_ES_A128KW, "ecdh256", POSTERN_ENC_NONE},
    {POSTERN_ALG_ECDH_ES_A192KW, "ecdh256", POSTERN_ENC_NONE},
    {POSTERN_ALG_ECDH_ES_A256KW, "ecdh256", POSTERN_ENC_NONE},
    {POSTERN_ALG_ECDH_ES_A128KW, "ecdh384", POSTERN_ENC_NONE},
    {POSTERN_ALG_ECDH_ES_A192KW, "ecdh384", POSTERN_ENC_NONE},
    {POSTERN_ALG_ECDH_ES_A256KW, "ecdh384", POSTERN_ENC_NONE},
    {POSTERN_ALG_ECDH_ES_A128KW, "ecdh521", POSTERN_ENC_NONE},
    {POSTERN_ALG_ECDH_ES_A192KW, "ecdh521", POSTERN_ENC_NONE},
    {POSTERN_ALG_ECDH_ES_A256KW, "ecdh521", POSTERN_ENC_NONE},
};

enum {
    SIGNERS = sizeof signers / sizeof *signers,
    ENCRYPTERS = sizeof encrypters / sizeof *encrypters
};

static bool is_symmetric(postern_jose_alg alg)
{
    return alg <= POSTERN_ALG_HS512 ||
           (alg >= POSTERN_ALG_DIR && alg <= POSTERN_ALG_A256KW);
}

static postern_jose_recipe recipe_of(postern_jose_kind kind, bool onem2m)
{
    postern_jose_recipe recipe;

    postern_jose_recipe_init(&recipe);
    recipe.kind = kind;
    recipe.onem2m = onem2m;
    return recipe;
}

static void sign_by(postern_jose_recipe *recipe, const struct world *world,
                    size_t i)
{
    recipe->sign_keys =
        is_symmetric(signers[i].alg) ? world->secrets : world->privates;
    recipe->sign_kid = postern_str_of(signers[i].kid);
}

static void encrypt_by(postern_jose_recipe *recipe, const struct world *world,
                       size_t i, postern_jose_enc enc)
{
    recipe->encrypt_keys =
        is_symmetric(encrypters[i].alg) ? world->secrets : world->publics;
    recipe->encrypt_kid = postern_str_of(encrypters[i].kid);
    recipe->encrypt_alg = encrypters[i].alg;
    recipe->enc = enc;
}

static void expect_opened(const postern_opened *opened, postern_jose_kind kind)
{
    cr_expect_eq(opened->kind, kind);
    cr_expect(pst_str_is(opened->payload, claims));
}

/* [ESD-06] [ESD-07] [ESD-08] [ESD-23] */
Test(seal, signs_with_every_algorithm)
{
    struct world it = world();

    for (size_t i = 0; i < 2 * SIGNERS; i++) {
        size_t row = i / 2;
        bool onem2m = i % 2;
        postern_jose_recipe recipe = recipe_of(POSTERN_JOSE_JWS, onem2m);
        bool symmetric = is_symmetric(signers[row].alg);
        postern_opened opened;
        postern_diag diag;
        postern_str token;

        sign_by(&recipe, &it, row);
        cr_assert_eq(postern_jose_seal(it.jose, &recipe, postern_str_of(claims),
                                       &token, &diag),
                     POSTERN_OK, "%s: %s", signers[row].kid, diag.message);
        cr_assert_eq(open_by(&it, symmetric ? it.secrets : it.publics, onem2m,
                             token, &opened),
                     POSTERN_REFUSAL_NONE, "%s", signers[row].kid);
        expect_opened(&opened, POSTERN_JOSE_JWS);
        cr_expect_eq(opened.signature.alg, signers[row].alg);
        cr_expect_eq(opened.signature.symmetric, symmetric);
        cr_expect(pst_str_is(opened.signature.kid, signers[row].kid));
        cr_expect_eq(opened.encryption.alg, POSTERN_ALG_NONE);
    }
    end(&it);
}

Test(seal, encrypts_with_every_algorithm_and_content_encryption)
{
    struct world it = world();

    for (size_t i = 0; i < ENCRYPTERS * POSTERN_ENC_A256GCM; i++) {
        size_t row = i / POSTERN_ENC_A256GCM;
        postern_jose_enc enc = (postern_jose_enc)(1 + i % POSTERN_ENC_A256GCM);
        postern_jose_recipe recipe = recipe_of(POSTERN_JOSE_JWE, true);
        bool symmetric = is_symmetric(encrypters[row].alg);
        postern_opened opened;
        postern_diag diag;
        postern_str token;
        postern_status status;

        encrypt_by(&recipe, &it, row, enc);
        status = postern_jose_seal(it.jose, &recipe, postern_str_of(claims),
                                   &token, &diag);
        if (encrypters[row].only && encrypters[row].only != enc) {
            cr_expect_eq(status, POSTERN_ERR_POLICY);
            continue;
        }
        cr_assert_eq(status, POSTERN_OK, "%s: %s", encrypters[row].kid,
                     diag.message);
        cr_assert_eq(open_by(&it, symmetric ? it.secrets : it.privates, true,
                             token, &opened),
                     POSTERN_REFUSAL_NONE, "%s", encrypters[row].kid);
        expect_opened(&opened, POSTERN_JOSE_JWE);
        cr_expect_eq(opened.encryption.alg, encrypters[row].alg);
        cr_expect_eq(opened.encryption.enc, enc);
        cr_expect(pst_str_is(opened.encryption.kid, encrypters[row].kid));
        cr_expect_eq(opened.signature.alg, POSTERN_ALG_NONE);
    }
    end(&it);
}

/* Keys of both sorts are never in one set: the sets for the two sides of a
 * nested token may be different ones. */
/* [ESD-01] [ESD-24] */
Test(seal, nests_every_signature_in_every_encryption)
{
    struct world it = world();

    for (size_t i = 0; i < SIGNERS * ENCRYPTERS; i++) {
        size_t outer = i % ENCRYPTERS;
        size_t inner = i / ENCRYPTERS;
        postern_jose_recipe recipe = recipe_of(POSTERN_JOSE_NESTED, true);
        postern_diag diag;
        postern_str token;
        postern_opened opened;
        postern_status status;

        sign_by(&recipe, &it, inner);
        encrypt_by(&recipe, &it, outer, POSTERN_ENC_NONE);
        status = postern_jose_seal(it.jose, &recipe, postern_str_of(claims),
                                   &token, &diag);
        if (is_symmetric(signers[inner].alg)) { /* [ESD-09] */
            cr_expect_eq(status, POSTERN_ERR_POLICY);
            continue;
        }
        cr_assert_eq(status, POSTERN_OK, "%s", diag.message);
        if (is_symmetric(encrypters[outer].alg)) {
            continue;
        }
        cr_assert_eq(open_by(&it, it.privates, true, token, &opened),
                     POSTERN_REFUSAL_NONE, "%s in %s", signers[inner].kid,
                     encrypters[outer].kid);
        expect_opened(&opened, POSTERN_JOSE_NESTED);
        cr_expect_eq(opened.signature.alg, signers[inner].alg);
        cr_expect_eq(opened.encryption.alg, encrypters[outer].alg);
    }
    end(&it);
}
