/*
 * No token that differs from one that was made is opened: every character is
 * changed, left out and doubled, and every beginning is tried. [JWT-16]
 */
#include "base/str.h"
#include "support/jose_keys.h"

#include <criterion/criterion.h>

enum { TEXT = 4096, BYTES = 256, BITS = 6 };

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* What becomes of each character. */
enum thoroughness {
    ALL_BYTES,     /* each of the other 255 */
    ALL_OF_BASE64, /* each of the other 63 */
    SINGLE_BITS    /* those that differ in one bit of what they stand for */
};

struct row {
    const char *name;
    postern_jose_kind kind;
    const char *signer;
    const char *receiver;
    postern_jose_alg encrypt_alg; /* where the key does not say it */
    enum thoroughness how;
};

static const struct row rows[] = {
    {"HS256", POSTERN_JOSE_JWS, "hs256", NULL, 0, ALL_BYTES},
    {"HS512", POSTERN_JOSE_JWS, "hs512", NULL, 0, ALL_OF_BASE64},
    {"RS256", POSTERN_JOSE_JWS, "rs256", NULL, 0, SINGLE_BITS},
    {"ES256", POSTERN_JOSE_JWS, "es256", NULL, 0, ALL_OF_BASE64},
    {"ES512", POSTERN_JOSE_JWS, "es512", NULL, 0, SINGLE_BITS},
    {"dir", POSTERN_JOSE_JWE, NULL, "dir256", 0, ALL_BYTES},
    {"A128KW", POSTERN_JOSE_JWE, NULL, "kw128", 0, ALL_OF_BASE64},
    {"RSA-OAEP-256", POSTERN_JOSE_JWE, NULL, "oaep", 0, SINGLE_BITS},
    {"ECDH-ES+A128KW", POSTERN_JOSE_JWE, NULL, "ecdh256",
     POSTERN_ALG_ECDH_ES_A128KW, SINGLE_BITS},
    {"ES256 in A256KW", POSTERN_JOSE_NESTED, "es256", "kw256", 0, SINGLE_BITS},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

struct bench {
    postern_jose *jose;
    postern_keys *makers;
    postern_keys *openers;
    const struct row *row;
    char token[TEXT];
    size_t len;
    size_t tried;
};

static const char payload[] = "{\"iss\":\"//sp.example/das\"}";

/* ---- keys and tokens ---------------------------------------------------- */

static void add_all(postern_keys *keys, const char *const *texts)
{
    postern_key_facts facts;

    postern_key_facts_init(&facts);
    facts.algs_if_untold = UINT32_MAX;
    for (; *texts; texts++) {
        cr_assert_eq(
            postern_keys_add_jwks(keys, postern_str_of(*texts), &facts, NULL),
            POSTERN_OK, "%s", *texts);
    }
}

static void start(struct bench *it)
{
    memset(it, 0, sizeof *it);
    it->makers = jose_keys(SECRET_KEYS);
    add_all(it->makers, PRIVATE_KEYS);
    it->openers = jose_keys(SECRET_KEYS);
    add_all(it->openers, PRIVATE_KEYS);
    cr_assert_eq(postern_jose_new(&it->jose, NULL), POSTERN_OK);
}

static void stop(struct bench *it)
{
    postern_jose_free(it->jose);
    postern_keys_free(it->makers);
    postern_keys_free(it->openers);
}

static void make(struct bench *it, const struct row *row)
{
    postern_jose_recipe recipe;
    postern_str token;
    postern_diag diag;

    postern_jose_recipe_init(&recipe);
    recipe.kind = row->kind;
    recipe.sign_keys = it->makers;
    recipe.sign_kid = postern_str_of(row->signer);
    recipe.encrypt_keys = it->makers;
    recipe.encrypt_kid = postern_str_of(row->receiver);
    recipe.encrypt_alg = row->encrypt_alg;
    cr_assert_eq(postern_jose_seal(it->jose, &recipe, postern_str_of(payload),
                                   &token, &diag),
                 POSTERN_OK, "%s: %s", row->name, diag.message);
    cr_assert_lt(token.len, TEXT - 2);
    memcpy(it->token, token.data, token.len);
    it->len = token.len;
    it->row = row;
}

static postern_refusal open_text(struct bench *it, const char *text, size_t len,
                                 postern_opened *opened)
{
    it->tried++;
    return postern_jose_open(it->jose, it->openers, NULL,
                             (postern_str){text, len}, opened);
}

static void expect_refused(struct bench *it, const char *text, size_t len)
{
    postern_opened opened;

    cr_assert_neq(open_text(it, text, len, &opened), POSTERN_REFUSAL_NONE,
                  "%s: %.*s", it->row->name, (int)len, text);
    cr_assert_eq(opened.payload.len, 0);
    cr_assert_eq(opened.kind, POSTERN_JOSE_ANY);
}

static void expect_opened(struct bench *it)
{
    postern_opened opened;

    cr_assert_eq(open_text(it, it->token, it->len, &opened),
                 POSTERN_REFUSAL_NONE, "%s", it->row->name);
    cr_assert(pst_str_is(opened.payload, payload));
    cr_assert_eq(opened.kind, it->row->kind);
}

/* ---- changes ------------------------------------------------------------ */

static void change_to(struct bench *it, size_t at, char other)
{
    char own = it->token[at];

    if (other != own) {
        it->token[at] = other;
        expect_refused(it, it->token, it->len);
        it->token[at] = own;
    }
}

static void change_bits(struct bench *it, size_t at)
{
    const char *place = strchr(alphabet, it->token[at]);

    if (!place) {
        change_to(it, at, 'A'); /* a dot */
        return;
    }
    for (unsigned bit = 0; bit < BITS; bit++) {
        change_to(it, at, alphabet[(size_t)(place - alphabet) ^ 1U << bit]);
    }
}

static void change(struct bench *it, size_t at)
{
    switch (it->row->how) {
    case ALL_BYTES:
        for (unsigned other = 0; other < BYTES; other++) {
            change_to(it, at, (char)other);
        }
        break;
    case ALL_OF_BASE64:
        for (const char *other = alphabet; *other; other++) {
            change_to(it, at, *other);
        }
        break;
    case SINGLE_BITS:
    default:
        change_bits(it, at);
    }
}

Test(jose_mutation, token_with_another_character_is_refused)
{
    static struct bench it;

    start(&it);
    for (size_t i = 0; i < ROWS; i++) {
        make(&it, &rows[i]);
        expect_opened(&it);
        for (size_t at = 0; at < it.len; at++) {
            change(&it, at);
        }
        expect_opened(&it);
    }
    cr_expect_gt(it.tried, 50000);
    stop(&it);
}

Test(jose_mutation, token_with_a_character_more_or_less_is_refused)
{
    static struct bench it;
    char text[TEXT];

    start(&it);
    for (size_t i = 0; i < ROWS; i++) {
        make(&it, &rows[i]);
        for (size_t at = 0; at < it.len; at++) {
            memcpy(text, it.token, at);
            memcpy(text + at, it.token + at + 1, it.len - at - 1);
            expect_refused(&it, text, it.len - 1);
            memcpy(text + at, it.token + at, it.len - at);
            memmove(text + at + 1, text + at, it.len - at);
            expect_refused(&it, text, it.len + 1);
        }
        expect_opened(&it);
    }
    stop(&it);
}

Test(jose_mutation, beginning_of_a_token_is_refused)
{
    static struct bench it;

    start(&it);
    for (size_t i = 0; i < ROWS; i++) {
        make(&it, &rows[i]);
        for (size_t len = 0; len < it.len; len++) {
            expect_refused(&it, it.token, len);
        }
        expect_opened(&it);
    }
    stop(&it);
}

/* Parts of one token do not fit into another one of the same key. */
Test(jose_mutation, part_of_another_token_is_refused)
{
    static struct bench it;
    char other[TEXT];
    char text[TEXT];

    start(&it);
    for (size_t i = 0; i < ROWS; i++) {
        postern_str from;
        size_t dot;

        make(&it, &rows[i]);
        memcpy(other, it.token, it.len);
        from = (postern_str){other, it.len};
        if (rows[i].kind == POSTERN_JOSE_JWS) {
            continue; /* made twice it may be the same */
        }
        make(&it, &rows[i]);
        for (dot = pst_str_find(from, 0, '.'); dot < from.len;
             dot = pst_str_find(from, dot + 1, '.')) {
            memcpy(text, it.token, dot);
            memcpy(text + dot, other + dot, from.len - dot);
            if (memcmp(text, other, from.len) == 0) {
                continue; /* what comes before is the same in both */
            }
            expect_refused(&it, text, from.len);
        }
    }
    stop(&it);
}
