/*
 * Signed terms: what a provider signs is opened with its public key, and
 * nothing else is: no other key, no other algorithm, no other form of token, no
 * token that differs in a single character. [PPM-18] [PPM-19] [JWT-16]
 */
#include "base/str.h"
#include "consent/terms.h"
#include "jose/base64url.h"
#include "support/jose_keys.h"

#include <criterion/criterion.h>

enum { TEXT = 4096, BITS = 6 };

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static const char terms[] =
    "kind: provider\nowner: acme\nversion: 4\nrows:\n"
    "  1.1/app_id: R01.example.acme.meter\n  6.0/month: 6\n";

struct bench {
    postern_jose *jose;
    postern_keys *makers;
    postern_keys *openers;
    char token[TEXT];
    size_t len;
    postern_diag diag;
};

static void start(struct bench *it)
{
    memset(it, 0, sizeof *it);
    it->makers = jose_keys(PRIVATE_KEYS);
    it->openers = jose_keys(PUBLIC_KEYS);
    cr_assert_eq(postern_jose_new(&it->jose, NULL), POSTERN_OK);
}

static void stop(struct bench *it)
{
    postern_jose_free(it->jose);
    postern_keys_free(it->makers);
    postern_keys_free(it->openers);
}

static postern_jose_recipe signer_of(const struct bench *it, const char *kid)
{
    postern_jose_recipe signer;

    postern_jose_recipe_init(&signer);
    signer.sign_keys = it->makers;
    signer.sign_kid = postern_str_of(kid);
    return signer;
}

static postern_status sign(struct bench *it, const char *kid, const char *text)
{
    postern_jose_recipe signer = signer_of(it, kid);
    postern_str token;
    postern_status status = postern_ppm_terms_sign(
        it->jose, &signer, postern_str_of(text), NULL, &token, &it->diag);

    cr_assert_eq(status == POSTERN_OK, token.data != NULL);
    cr_assert_lt(token.len, TEXT - 3);
    it->len = token.len;
    if (token.len) {
        memcpy(it->token, token.data, token.len);
    }
    return status;
}

static postern_status open_with(struct bench *it, const postern_keys *keys,
                                const char *text, size_t len, postern_str *out)
{
    return postern_ppm_terms_open(it->jose, keys, (postern_str){text, len}, out,
                                  &it->diag);
}

static void expect_opened(struct bench *it)
{
    postern_str out;

    cr_assert_eq(open_with(it, it->openers, it->token, it->len, &out),
                 POSTERN_OK, "%s", it->diag.message);
    cr_assert(pst_str_is(out, terms));
}

static void expect_refused(struct bench *it, const postern_keys *keys,
                           const char *text, size_t len, const char *code)
{
    postern_str out;
    postern_status status = open_with(it, keys, text, len, &out);

    cr_assert_eq(status, POSTERN_ERR_POLICY, "%.*s", (int)len, text);
    cr_assert_eq(out.data, NULL);
    if (code) {
        cr_assert_str_eq(it->diag.lint, code, "%s", it->diag.message);
    }
}

/* ---- signing ------------------------------------------------------------- */

Test(consent_terms, signed_by_a_provider_are_opened_with_its_public_key)
{
    static const char *const kids[] = {"es256", "es384", "es512",
                                       "rs256", "rs384", "rs512"};
    static struct bench it;

    start(&it);
    for (size_t i = 0; i < sizeof kids / sizeof *kids; i++) {
        cr_assert_eq(sign(&it, kids[i], terms), POSTERN_OK, "%s", kids[i]);
        expect_opened(&it);
    }
    stop(&it);
}

Test(consent_terms, line_break_behind_the_token_is_not_part_of_it)
{
    static struct bench it;

    start(&it);
    cr_assert_eq(sign(&it, "es256", terms), POSTERN_OK);
    it.token[it.len++] = '\n';
    expect_opened(&it);
    it.token[it.len - 1] = '\r';
    it.token[it.len++] = '\n';
    expect_opened(&it);
    it.token[it.len++] = '\n';
    expect_refused(&it, it.openers, it.token, it.len, "E_UNSIGNED");
    it.token[it.len - 3] = ' ';
    expect_refused(&it, it.openers, it.token, it.len - 2, "E_UNSIGNED");
    stop(&it);
}

Test(consent_terms, are_a_frame_of_a_provider_that_says_who_it_is)
{
    static const struct {
        const char *text;
        const char *code;
    } rows[] = {
        {"kind: user\nowner: acme\nrows: {6.0/month: 6}\n", "E_KIND"},
        {"kind: provider\nrows: {1.1/app_id: R01.x}\n", "E_OWNER_MISSING"},
        {"kind: provider\nowner: acme\nrows: {6.0/month: 6}\n", "E_APP_ID"},
        {"kind: provider\nowner: acme\nrows: {6.0/month: 13}\n", "E_RANGE"},
        {"kind: nobody\nrows: {}\n", "E_KIND"},
    };
    static struct bench it;

    start(&it);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert_eq(sign(&it, "es256", rows[i].text), POSTERN_ERR_POLICY);
        cr_assert_str_eq(it.diag.lint, rows[i].code, "%s", it.diag.message);
    }
    cr_assert_eq(sign(&it, "es256", "{"), POSTERN_ERR_SYNTAX);
    cr_assert_eq(sign(&it, "es256", ""), POSTERN_ERR_SYNTAX);
    cr_assert_eq(sign(&it, "es256", terms), POSTERN_OK);
    stop(&it);
}

Test(consent_terms, app_id_of_one_column_is_enough)
{
    static struct bench it;

    start(&it);
    cr_assert_eq(sign(&it, "es256",
                      "{\"kind\": \"provider\", \"owner\": \"a\", \"columns\": "
                      "[{\"device\": \"d\", \"rows\": {\"1.1/app_id\": "
                      "\"R01.x\"}}, {\"device\": \"e\", \"rows\": {}}]}"),
                 POSTERN_OK, "%s", it.diag.message);
    stop(&it);
}

Test(consent_terms, are_not_signed_with_a_key_that_is_not_there_or_cannot_sign)
{
    static struct bench it;
    postern_keys *makers;

    start(&it);
    cr_expect_eq(sign(&it, "none", terms), POSTERN_ERR_POLICY);
    cr_expect_eq(sign(&it, "ecdh256", terms), POSTERN_ERR_POLICY);
    cr_expect_eq(sign(&it, "oaep", terms), POSTERN_ERR_POLICY);
    cr_expect_eq(sign(&it, NULL, terms), POSTERN_ERR_POLICY);
    makers = it.makers;
    it.makers = it.openers;
    cr_expect_eq(sign(&it, "es256", terms), POSTERN_ERR_POLICY);
    it.makers = makers;
    stop(&it);
}

/* They are not cut. */
Test(consent_terms, too_long_for_a_token_are_refused)
{
    static struct bench it;
    static char text[25 * 1024];
    static char kept[32 * 1024];
    postern_jose_recipe signer;
    postern_str token;
    postern_str out;

    start(&it);
    memset(text, '\n', sizeof text);
    memcpy(text, terms, sizeof terms - 1);
    signer = signer_of(&it, "es256");
    cr_assert_eq(postern_ppm_terms_sign(it.jose, &signer,
                                        (postern_str){text, 24 * 1000}, NULL,
                                        &token, &it.diag),
                 POSTERN_OK);
    memcpy(kept, token.data, token.len);
    cr_expect_eq(open_with(&it, it.openers, kept, token.len, &out), POSTERN_OK);
    cr_expect_eq(out.len, 24 * 1000);
    cr_expect_eq(postern_ppm_terms_sign(it.jose, &signer,
                                        (postern_str){text, sizeof text}, NULL,
                                        &token, &it.diag),
                 POSTERN_ERR_LIMIT);
    cr_expect_eq(token.data, NULL);
    memset(text, 'a', sizeof text);
    text[1] = '.';
    text[3] = '.';
    cr_expect_eq(open_with(&it, it.openers, text, sizeof text, &out),
                 POSTERN_ERR_POLICY);
    stop(&it);
}

/* ---- secrets ------------------------------------------------------------- */

Test(consent_terms, are_neither_signed_nor_opened_with_a_secret)
{
    static struct bench it;
    postern_keys *secret = jose_keys(SECRET_KEYS);
    postern_keys *makers;
    postern_jose_recipe recipe;
    postern_str token;

    start(&it);
    makers = it.makers;
    it.makers = secret;
    cr_assert_eq(sign(&it, "hs256", terms), POSTERN_ERR_POLICY);
    cr_expect_str_eq(it.diag.lint, "E_SIGNATURE");
    it.makers = makers;
    postern_jose_recipe_init(&recipe);
    recipe.kind = POSTERN_JOSE_JWS;
    recipe.sign_keys = secret;
    recipe.sign_kid = PST_STR("hs256");
    cr_assert_eq(postern_jose_seal(it.jose, &recipe, postern_str_of(terms),
                                   &token, NULL),
                 POSTERN_OK);
    memcpy(it.token, token.data, token.len);
    expect_refused(&it, secret, it.token, token.len, "E_SIGNATURE");
    postern_keys_free(secret);
    stop(&it);
}

/* ---- other tokens -------------------------------------------------------- */

Test(consent_terms, of_another_provider_are_refused)
{
    static const char other[] = EC256_PUBLIC(
        "elsewhere", SIG("ES256")); /* the same key, its name not */
    static struct bench it;
    postern_keys *keys = jose_keys((const char *const[]){other, NULL});
    postern_keys *wrong = jose_keys(
        (const char *const[]){EC384_PUBLIC("es256", SIG("ES384")), NULL});

    start(&it);
    cr_assert_eq(sign(&it, "es256", terms), POSTERN_OK);
    expect_refused(&it, keys, it.token, it.len, "E_SIGNATURE");
    expect_refused(&it, wrong, it.token, it.len, "E_SIGNATURE");
    expect_opened(&it);
    postern_keys_free(keys);
    postern_keys_free(wrong);
    stop(&it);
}

Test(consent_terms, encrypted_or_nested_are_refused)
{
    static const struct {
        postern_jose_kind kind;
        const char *signer;
    } rows[] = {{POSTERN_JOSE_JWE, NULL}, {POSTERN_JOSE_NESTED, "es256"}};
    static struct bench it;

    start(&it);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_jose_recipe recipe;
        postern_str token;

        postern_jose_recipe_init(&recipe);
        recipe.kind = rows[i].kind;
        recipe.sign_keys = it.makers;
        recipe.sign_kid = postern_str_of(rows[i].signer);
        recipe.encrypt_keys = it.openers;
        recipe.encrypt_kid = PST_STR("oaep");
        cr_assert_eq(postern_jose_seal(it.jose, &recipe, postern_str_of(terms),
                                       &token, NULL),
                     POSTERN_OK);
        memcpy(it.token, token.data, token.len);
        expect_refused(&it, it.makers, it.token, token.len, "E_UNSIGNED");
    }
    stop(&it);
}

/* A header with other members than ours, over the payload and the signature of
 * a token that is right. */
Test(consent_terms, header_does_not_choose_the_key)
{
    static const char *const headers[] = {
        "{\"alg\":\"none\",\"kid\":\"es256\"}",
        "{\"alg\":\"HS256\",\"kid\":\"es256\"}",
        "{\"alg\":\"ES384\",\"kid\":\"es256\"}",
        "{\"alg\":\"ES256\",\"kid\":\"es256\",\"jwk\":{}}",
        "{\"alg\":\"ES256\",\"kid\":\"es256\",\"jku\":\"https://a.example/\"}",
        "{\"alg\":\"ES256\",\"kid\":\"es256\",\"x5c\":[]}",
        "{\"alg\":\"ES256\",\"kid\":\"es256\",\"x5u\":\"https://a.example/\"}",
        "{\"alg\":\"ES256\",\"kid\":\"es256\",\"crit\":[\"b64\"]}",
        "{\"alg\":\"ES256\"}",
        "{\"kid\":\"es256\"}",
    };
    static struct bench it;
    char text[TEXT];

    start(&it);
    cr_assert_eq(sign(&it, "es256", terms), POSTERN_OK);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        size_t len = pst_base64url_length(strlen(headers[i]));
        size_t dot = pst_str_find((postern_str){it.token, it.len}, 0, '.');

        pst_base64url_encode(postern_str_of(headers[i]), text);
        memcpy(text + len, it.token + dot, it.len - dot);
        expect_refused(&it, it.openers, text, len + it.len - dot,
                       "E_SIGNATURE");
    }
    stop(&it);
}

Test(consent_terms, without_a_signature_are_refused)
{
    static const char *const texts[] = {
        "",    ".",      "..", "a..", "a.b.", "a.b.c", "kind: provider",
        "a.b", "a.b.c.d"};
    static struct bench it;

    start(&it);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        expect_refused(&it, it.openers, texts[i], strlen(texts[i]), NULL);
    }
    expect_refused(&it, it.openers, terms, sizeof terms - 1, "E_UNSIGNED");
    stop(&it);
}

/* ---- other bytes --------------------------------------------------------- */

Test(consent_terms, changed_in_any_byte_are_refused)
{
    static struct bench it;

    start(&it);
    cr_assert_eq(sign(&it, "es256", terms), POSTERN_OK);
    for (size_t at = 0; at < it.len; at++) {
        char own = it.token[at];
        const char *place = strchr(alphabet, own);

        for (unsigned bit = 0; bit < BITS; bit++) {
            it.token[at] =
                place ? alphabet[(size_t)(place - alphabet) ^ 1U << bit] : 'A';
            expect_refused(&it, it.openers, it.token, it.len, NULL);
        }
        it.token[at] = (char)(own ^ 0x80);
        expect_refused(&it, it.openers, it.token, it.len, "E_UNSIGNED");
        it.token[at] = own;
    }
    expect_opened(&it);
    stop(&it);
}

Test(consent_terms, cut_anywhere_are_refused)
{
    static struct bench it;

    start(&it);
    cr_assert_eq(sign(&it, "rs256", terms), POSTERN_OK);
    for (size_t len = 0; len < it.len; len++) {
        expect_refused(&it, it.openers, it.token, len, NULL);
    }
    expect_opened(&it);
    stop(&it);
}

/* ---- lifetimes ----------------------------------------------------------- */

Test(consent_terms, key_with_a_lifetime_needs_a_time)
{
    static const char key[] =
        EC256_PUBLIC("es256", SIG("ES256") ",\"nbf\":1000,\"exp\":2000");
    static const struct {
        int64_t now_s;
        postern_status status;
    } rows[] = {{999, POSTERN_ERR_POLICY},
                {1000, POSTERN_OK},
                {1999, POSTERN_OK},
                {2001, POSTERN_ERR_POLICY}};
    static struct bench it;
    postern_keys *keys = jose_keys((const char *const[]){key, NULL});
    postern_str out;

    start(&it);
    cr_assert_eq(sign(&it, "es256", terms), POSTERN_OK);
    expect_refused(&it, keys, it.token, it.len, "E_SIGNATURE");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(pst_terms_open(it.jose, keys, rows[i].now_s,
                                    (postern_str){it.token, it.len}, &out,
                                    NULL),
                     rows[i].status, "%d", (int)rows[i].now_s);
    }
    postern_keys_free(keys);
    stop(&it);
}

Test(consent_terms, nothing_without_a_context_or_keys)
{
    static struct bench it;
    postern_str out;
    postern_jose_recipe signer;

    start(&it);
    cr_expect_eq(
        postern_ppm_terms_open(NULL, it.openers, PST_STR("a.b.c"), &out, NULL),
        POSTERN_ERR_ARGUMENT);
    cr_expect_eq(
        postern_ppm_terms_open(it.jose, NULL, PST_STR("a.b.c"), &out, NULL),
        POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_ppm_terms_sign(it.jose, NULL, postern_str_of(terms),
                                        NULL, &out, NULL),
                 POSTERN_ERR_ARGUMENT);
    signer = signer_of(&it, "k");
    signer.sign_keys = NULL;
    cr_expect_eq(postern_ppm_terms_sign(it.jose, &signer, postern_str_of(terms),
                                        NULL, &out, NULL),
                 POSTERN_ERR_ARGUMENT);
    stop(&it);
}
