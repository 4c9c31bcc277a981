#include "fuzz/jose_open.h"

#include <string.h>

/* One change: two bytes of place, one of what is put there. */
enum { CHANGE = 3 };

void fuzz_jose_begin(struct fuzz_jose *it)
{
    memset(it, 0, sizeof *it);
    it->secrets = jose_keys(SECRET_KEYS);
    it->privates = jose_keys(PRIVATE_KEYS);
    FUZZ_CLAIM(postern_jose_new(&it->jose, NULL) == POSTERN_OK);
}

static const postern_keys *set_of(const struct fuzz_jose *it, const char *kid)
{
    static const char *const symmetric[] = {"hs", "di", "kw"};

    for (size_t i = 0; kid && i < 3; i++) {
        if (strncmp(kid, symmetric[i], 2) == 0) {
            return it->secrets;
        }
    }
    return it->privates;
}

void fuzz_jose_seal(struct fuzz_jose *it, postern_jose_kind kind,
                    const char *sign_kid, const char *encrypt_kid)
{
    struct fuzz_token *kept = &it->tokens[it->count++];
    postern_jose_recipe recipe;
    postern_str token;
    postern_diag diag;

    postern_jose_recipe_init(&recipe);
    recipe.kind = kind;
    recipe.onem2m = true;
    recipe.sign_keys = set_of(it, sign_kid);
    recipe.sign_kid = postern_str_of(sign_kid);
    recipe.encrypt_keys = set_of(it, encrypt_kid);
    recipe.encrypt_kid = postern_str_of(encrypt_kid);
    recipe.encrypt_alg = encrypt_kid && strncmp(encrypt_kid, "ecdh", 4) == 0
                             ? POSTERN_ALG_ECDH_ES_A128KW
                             : POSTERN_ALG_NONE;
    FUZZ_CLAIM(postern_jose_seal(it->jose, &recipe, postern_str_of("{\"a\":1}"),
                                 &token, &diag) == POSTERN_OK);
    FUZZ_CLAIM(token.len <= sizeof kept->text);
    memcpy(kept->text, token.data, token.len);
    kept->len = token.len;
    kept->keys = set_of(it, encrypt_kid ? encrypt_kid : sign_kid);
}

static postern_refusal open_by(const struct fuzz_jose *it,
                               const postern_keys *keys, postern_str token)
{
    postern_jose_rules rules;
    postern_opened opened;
    postern_refusal refusal;

    postern_jose_rules_init(&rules);
    rules.onem2m = true;
    refusal = postern_jose_open(it->jose, keys, &rules, token, &opened);
    FUZZ_CLAIM(refusal == POSTERN_REFUSAL_NONE ||
               (!opened.payload.data && opened.kind == POSTERN_JOSE_ANY));
    FUZZ_CLAIM(refusal != POSTERN_REFUSAL_MEMORY);
    return refusal;
}

/* A token kept nowhere else than here is known: nobody else has the keys. */
static bool is_kept(const struct fuzz_jose *it, const char *text, size_t len)
{
    for (size_t i = 0; i < it->count; i++) {
        if (it->tokens[i].len == len &&
            memcmp(it->tokens[i].text, text, len) == 0) {
            return true;
        }
    }
    return false;
}

/* The keys here are in the open: the fuzzer could be given a token that was
 * made with them, but does not come to one by itself. */
static void try_as_it_is(const struct fuzz_jose *it, postern_str token)
{
    (void)open_by(it, it->secrets, token);
    (void)open_by(it, it->privates, token);
}

static void try_changed(const struct fuzz_jose *it,
                        const struct fuzz_token *token, const uint8_t *changes,
                        size_t count)
{
    char text[FUZZ_TOKEN_SIZE];
    postern_refusal refusal;

    memcpy(text, token->text, token->len);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *change = changes + i * CHANGE;
        size_t place = ((size_t)change[0] << 8 | change[1]) % token->len;

        text[place] = (char)change[2];
    }
    refusal = open_by(it, token->keys, (postern_str){text, token->len});
    FUZZ_CLAIM((refusal == POSTERN_REFUSAL_NONE) ==
               is_kept(it, text, token->len));
}

void fuzz_jose_try(const struct fuzz_jose *it, const uint8_t *data, size_t size)
{
    try_as_it_is(it, (postern_str){(const char *)data, size});
    if (size > CHANGE) {
        try_changed(it, &it->tokens[data[0] % it->count], data + 1,
                    (size - 1) / CHANGE);
    }
}
