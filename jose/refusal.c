/* What the refusals of tokens are called, and what they mean. No sentence tells
 * anything of the token it is about. */
#include <postern/jose.h>

static const struct {
    const char *word;
    const char *text;
} refusals[] = {
    [POSTERN_REFUSAL_NONE] = {"none", "it is not refused"},
    [POSTERN_REFUSAL_TOO_LARGE] = {"too-large", "it is longer than the limit"},
    [POSTERN_REFUSAL_NOT_DYNAUTHJWT] =
        {"not-dynauthjwt",
         "it is not three or five parts of strict base64url, or one of them is "
         "empty that may not be"},
    [POSTERN_REFUSAL_BAD_HEADER] =
        {"bad-header",
         "a header is no strict JSON object, or lacks a member that it needs, "
         "or has one of the wrong type"},
    [POSTERN_REFUSAL_HEADER_NOT_ALLOWED] =
        {"header-not-allowed",
         "a header has a member that is never accepted, or not with its "
         "algorithm"},
    [POSTERN_REFUSAL_BAD_TYP_CTY] =
        {"bad-typ-cty",
         "typ is not \"JWT\", or cty is there where nothing is nested"},
    [POSTERN_REFUSAL_UNKNOWN_KID] = {"unknown-kid",
                                     "no key is known by its kid"},
    [POSTERN_REFUSAL_KEY_USAGE] =
        {"key-usage", "its key may not be used for this, or not at this time"},
    [POSTERN_REFUSAL_ALG_NOT_PERMITTED] =
        {"alg-not-permitted",
         "its algorithm, its encryption or its kind of protection is not "
         "permitted with its key or here"},
    [POSTERN_REFUSAL_BAD_CRYPTO] =
        {"bad-crypto", "its signature or encryption is not that of its key"},
    [POSTERN_REFUSAL_BAD_NESTING] =
        {"bad-nesting",
         "what is encrypted in it is not a token signed with RSA or ECDSA"},
    [POSTERN_REFUSAL_BAD_CLAIMS] =
        {"bad-claims",
         "its claims are no strict JSON object, or one that has to be there is "
         "missing or wrong"},
    [POSTERN_REFUSAL_WRONG_ISSUER] =
        {"wrong-issuer", "its issuer is not the one whose key it is"},
    [POSTERN_REFUSAL_WRONG_AUDIENCE] = {"wrong-audience",
                                        "it is not meant for this CSE"},
    [POSTERN_REFUSAL_WRONG_HOLDER] = {"wrong-holder",
                                      "its holder is not the originator"},
    [POSTERN_REFUSAL_NOT_YET_VALID] = {"not-yet-valid", "it is not valid yet"},
    [POSTERN_REFUSAL_EXPIRED] = {"expired", "it has expired"},
    [POSTERN_REFUSAL_TOKEN_NOT_FOUND] =
        {"token-not-found", "there is no token of that identifier"},
    [POSTERN_REFUSAL_REVOKED] = {"revoked", "it was revoked"},
    [POSTERN_REFUSAL_TOO_MANY] = {"too-many",
                                  "there are too many tokens in the request"},
    [POSTERN_REFUSAL_MEMORY] = {"memory", "it could not be looked at"},
};

enum { COUNT = sizeof refusals / sizeof *refusals };

const char *postern_refusal_word(postern_refusal refusal)
{
    return (unsigned)refusal < COUNT ? refusals[refusal].word : "";
}

const char *postern_refusal_text(postern_refusal refusal)
{
    return (unsigned)refusal < COUNT ? refusals[refusal].text : "";
}
