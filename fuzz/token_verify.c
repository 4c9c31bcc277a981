/* Target functions: pst_jose_open, postern_token_verify
 *
 * The input changes a good token: which one, then pieces of (where, how much
 * goes, how much comes, what comes). Nothing but a good token is accepted. An
 * input that begins with a byte above 15 is a token as it stands. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "support/jose_keys.h"

#include <postern/token.h>

#include <string.h>

#define DAS "//sp.example/das-cse"
#define HOLDER "//sp.example/plant-cse/Cpump7"

static const char issuers_text[] =
    "{\"token_issuers\":{\"" DAS "\":{\"algs\":[\"ES256\",\"HS256\","
    "\"A256KW\",\"ECDH-ES+A128KW\"],\"classes\":[\"signed\",\"nested\","
    "\"encrypted\"],\"keys\":[" EC256_PUBLIC(
        "51-a",
        SIG("ES256")) "],"
                      "\"key_files\":[\"16\",\"15\"]}},\"decryption_keys\":"
                      "[" EC256_PRIVATE("41-e", ENC("ECDH-ES+A128KW")) "]}";

#define MAC_KEY OCT_KEY("16-m", "HS256", OCT_32)
#define WRAP_KEY                                                               \
    OCT_KEY("15-s", "A256KW", "rHRAyJYgdJVnLfUuNTdyNhBo0c0wjs9cGcLlvaNr4ls")

static const char claims_text[] =
    "{\"tkvr\":\"1.0\",\"jti\":\"t1@das.example\",\"iss\":\"" DAS
    "\",\"azp\":\"" HOLDER "\",\"nbf\":1,\"exp\":2000000000}";

enum { TOKENS = 4, TEXT = 1 << 15 };

static struct {
    postern_cse cse;
    postern_issuers *issuers;
    postern_verifier *verifier;
    postern_token_check check;
    char good[TOKENS][2048];
    postern_str tokens[TOKENS];
} site;

static postern_status read_file(void *user, postern_str name, postern_str *text,
                                postern_diag *diag)
{
    (void)user;
    (void)diag;
    *text = pst_str_is(name, "16") ? PST_STR(MAC_KEY) : PST_STR(WRAP_KEY);
    return POSTERN_OK;
}

static void make_tokens(void)
{
    static const struct {
        postern_jose_kind kind;
        const char *signer;
        const char *receiver;
    } rows[TOKENS] = {
        {POSTERN_JOSE_JWS, "16-m", NULL},
        {POSTERN_JOSE_JWS, "51-a", NULL},
        {POSTERN_JOSE_JWE, NULL, "15-s"},
        {POSTERN_JOSE_NESTED, "51-a", "41-e"},
    };
    static const char *const makers[] = {
        EC256_PRIVATE("51-a", SIG("ES256")), MAC_KEY, WRAP_KEY,
        EC256_PUBLIC("41-e", ENC("ECDH-ES+A128KW")), NULL};
    postern_keys *keys = jose_keys(makers);
    postern_jose *jose;

    FUZZ_CLAIM(postern_jose_new(&jose, NULL) == POSTERN_OK);
    for (size_t i = 0; i < TOKENS; i++) {
        postern_jose_recipe recipe;
        postern_str token;

        postern_jose_recipe_init(&recipe);
        recipe.kind = rows[i].kind;
        recipe.sign_keys = keys;
        recipe.sign_kid = postern_str_of(rows[i].signer);
        recipe.encrypt_keys = keys;
        recipe.encrypt_kid = postern_str_of(rows[i].receiver);
        recipe.onem2m = true;
        FUZZ_CLAIM(postern_jose_seal(jose, &recipe, PST_STR(claims_text),
                                     &token, NULL) == POSTERN_OK);
        FUZZ_CLAIM(token.len <= sizeof site.good[i]);
        memcpy(site.good[i], token.data, token.len);
        site.tokens[i] = (postern_str){site.good[i], token.len};
    }
    postern_jose_free(jose);
    postern_keys_free(keys);
}

static postern_refusal verify(postern_str text)
{
    postern_refusal refusal;
    postern_token token;

    postern_verifier_begin(site.verifier);
    refusal = postern_token_verify(site.verifier, site.issuers, &site.check,
                                   text, &token);
    postern_verifier_end(site.verifier);
    return refusal;
}

static void make_site(void)
{
    postern_issuers_options options;

    FUZZ_CLAIM(postern_cse_init(&site.cse, PST_STR("//sp.example"),
                                PST_STR("/plant-cse")) == POSTERN_OK);
    postern_issuers_options_init(&options);
    options.cse = &site.cse;
    options.read_file = read_file;
    FUZZ_CLAIM(postern_issuers_load(&site.issuers, PST_STR(issuers_text),
                                    &options, NULL) == POSTERN_OK);
    FUZZ_CLAIM(postern_verifier_new(&site.verifier, &site.cse, NULL, NULL) ==
               POSTERN_OK);
    postern_token_check_init(&site.check);
    site.check.time_known = true;
    site.check.time_s = 1900000000;
    FUZZ_CLAIM(postern_id_parse_entity(&site.check.holder, &site.cse,
                                       PST_STR(HOLDER)) == POSTERN_OK);
    make_tokens();
    for (size_t i = 0; i < TOKENS; i++) {
        FUZZ_CLAIM(verify(site.tokens[i]) == POSTERN_REFUSAL_NONE);
    }
}

struct text {
    char bytes[TEXT];
    size_t len;
};

/* Replaces `gone` bytes at `at` by `come`. */
static void splice(struct text *text, size_t at, size_t gone, postern_str come)
{
    at = text->len ? at % (text->len + 1) : 0;
    gone = gone < text->len - at ? gone : text->len - at;
    if (text->len - gone + come.len > TEXT) {
        return;
    }
    memmove(text->bytes + at + come.len, text->bytes + at + gone,
            text->len - at - gone);
    if (come.len) {
        memcpy(text->bytes + at, come.data, come.len);
    }
    text->len = text->len - gone + come.len;
}

static void change(struct text *text, const uint8_t *data, size_t size)
{
    enum { HEAD = 4 };

    while (size >= HEAD) {
        size_t at = (size_t)data[0] << 8 | data[1];
        size_t come = data[3] < size - HEAD ? data[3] : size - HEAD;

        splice(text, at, data[2],
               (postern_str){(const char *)data + HEAD, come});
        data += HEAD + come;
        size -= HEAD + come;
    }
}

static bool is_good(postern_str text)
{
    for (size_t i = 0; i < TOKENS; i++) {
        if (pst_str_equal(text, site.tokens[i])) {
            return true;
        }
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct text text;

    if (!site.verifier) {
        make_site();
    }
    if (size == 0 || size > TEXT) {
        return 0;
    }
    if (data[0] > 15) {
        memcpy(text.bytes, data, size);
        text.len = size;
    } else {
        postern_str good = site.tokens[data[0] % TOKENS];

        memcpy(text.bytes, good.data, good.len);
        text.len = good.len;
        change(&text, data + 1, size - 1);
    }
    FUZZ_CLAIM(
        is_good((postern_str){text.bytes, text.len}) ==
        (verify((postern_str){text.bytes, text.len}) == POSTERN_REFUSAL_NONE));
    return 0;
}
