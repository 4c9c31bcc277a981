/*
 * Terms that a provider has signed: a compact JWS and nothing else of JOSE. Who
 * verifies has public keys only, so that nobody but the provider can have made
 * it. [PPM-18]
 *
 * Which key verifies, and by which algorithm, is what the provider was
 * registered with: a header names a key and says nothing about it. [JWT-16]
 */
#include "consent/terms.h"

#include "base/diag.h"
#include "base/names.h"
#include "base/sized.h"
#include "base/str.h"
#include "jose/key.h"
#include "ppm/frame.h"

enum { JWS_DOTS = 2 };

/* ---- signing ------------------------------------------------------------ */

static postern_status refuse(postern_diag *diag, const char *code,
                             const char *why)
{
    (void)pst_diag_refuse(diag, POSTERN_ERR_POLICY, "", why, NULL);
    if (diag) {
        pst_diag_copy(diag->lint, sizeof diag->lint, code);
    }
    return POSTERN_ERR_POLICY;
}

static bool names_app_id(const postern_ppm_frame *frame)
{
    uint32_t row = postern_ppm_row_find(PST_STR("1.1/app_id"));

    for (uint32_t i = 0; i < frame->head.columns; i++) {
        const struct pst_ppm_statement *said = frame->columns[i].rows[row];

        if (said && said->value.form == PST_PPM_TEXTS) {
            return true;
        }
    }
    return false;
}

/* [PPM-19]: who it is from, and of which applications. */
static postern_status check_terms(const postern_ppm_frame *frame,
                                  postern_diag *diag)
{
    if (frame->head.kind != POSTERN_PPM_PROVIDER) {
        return refuse(diag, "E_KIND", "terms are a frame of kind provider");
    }
    if (!frame->head.owner.len) {
        return refuse(diag, "E_OWNER_MISSING",
                      "terms name their provider in a member owner");
    }
    if (!names_app_id(frame)) {
        return refuse(diag, "E_APP_ID",
                      "terms name an App-ID in row 1.1/app_id");
    }
    return POSTERN_OK;
}

static postern_status load_terms(postern_str terms,
                                 const postern_ppm_load_options *options,
                                 postern_diag *diag)
{
    postern_ppm_frame *frame;
    postern_status status =
        postern_ppm_frame_load(&frame, terms, options, diag);

    if (status == POSTERN_OK) {
        status = check_terms(frame, diag);
    }
    postern_ppm_frame_free(frame);
    if (status == POSTERN_ERR_POLICY && diag && !diag->source[0] && options &&
        options->source) {
        pst_diag_copy(diag->source, sizeof diag->source, options->source);
    }
    return status;
}

postern_status postern_ppm_terms_sign(postern_jose *jose,
                                      const postern_jose_recipe *signer,
                                      postern_str terms,
                                      const postern_ppm_load_options *options,
                                      postern_str *token, postern_diag *diag)
{
    postern_jose_recipe recipe;
    postern_jose_recipe given;
    const struct pst_key *key;

    *token = (postern_str){NULL, 0};
    pst_diag_clear(diag);
    if (!jose || !pst_sized_copy(&given, sizeof given, signer) ||
        !given.sign_keys) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    PST_TRY(load_terms(terms, options, diag));
    key = pst_keys_find(given.sign_keys, given.sign_kid);
    if (key && key->type == PST_KEY_OCT) {
        return refuse(diag, "E_SIGNATURE",
                      "terms are not signed with a key that others have, too");
    }
    postern_jose_recipe_init(&recipe);
    recipe.kind = POSTERN_JOSE_JWS;
    recipe.sign_keys = given.sign_keys;
    recipe.sign_kid = given.sign_kid;
    recipe.time_known = given.time_known;
    recipe.time_s = given.time_s;
    recipe.max_bytes = SIZE_MAX; /* as long as a token may be */
    return postern_jose_seal(jose, &recipe, terms, token, diag);
}

/* ---- verifying ---------------------------------------------------------- */

/* A file with a token ends in a line break, which is no part of it. */
static postern_str without_line_break(postern_str text)
{
    if (text.len && text.data[text.len - 1] == '\n') {
        text.len--;
        if (text.len && text.data[text.len - 1] == '\r') {
            text.len--;
        }
    }
    return text;
}

static bool is_base64url(char c)
{
    return c != '.' && c != '~' && pst_is_unreserved(c);
}

/* What may be a JWS by its characters; what is not, was never signed. */
static bool looks_signed(postern_str text)
{
    uint32_t dots = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        if (c == '.') {
            dots++;
        } else if (!is_base64url(c)) {
            return false;
        }
    }
    return dots == JWS_DOTS;
}

static postern_status refuse_token(postern_refusal refusal, postern_diag *diag)
{
    switch (refusal) {
    case POSTERN_REFUSAL_MEMORY:
        return pst_diag_plain(diag, POSTERN_ERR_MEMORY);
    case POSTERN_REFUSAL_TOO_LARGE:
        return pst_diag_refuse(diag, POSTERN_ERR_LIMIT, "",
                               "signed terms are too long", NULL);
    default:
        return refuse(diag, "E_SIGNATURE", postern_refusal_text(refusal));
    }
}

static postern_status open_terms(postern_jose *jose, const postern_keys *keys,
                                 postern_jose_rules *rules, postern_str token,
                                 postern_str *terms, postern_diag *diag)
{
    postern_opened opened;
    postern_refusal refusal;

    *terms = (postern_str){NULL, 0};
    pst_diag_clear(diag);
    if (!jose || !keys) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    token = without_line_break(token);
    if (!looks_signed(token)) {
        return refuse(diag, "E_UNSIGNED",
                      "terms are signed: a compact JWS is expected");
    }
    rules->kind = POSTERN_JOSE_JWS;
    rules->max_bytes = SIZE_MAX; /* as long as a token may be */
    refusal = postern_jose_open(jose, keys, rules, token, &opened);
    if (refusal != POSTERN_REFUSAL_NONE) {
        return refuse_token(refusal, diag);
    }
    /* Whoever verifies with a secret could have signed with it. */
    if (opened.signature.symmetric) {
        return refuse_token(POSTERN_REFUSAL_ALG_NOT_PERMITTED, diag);
    }
    *terms = opened.payload;
    return POSTERN_OK;
}

postern_status postern_ppm_terms_open(postern_jose *jose,
                                      const postern_keys *keys,
                                      postern_str token, postern_str *terms,
                                      postern_diag *diag)
{
    postern_jose_rules rules;

    postern_jose_rules_init(&rules);
    return open_terms(jose, keys, &rules, token, terms, diag);
}

postern_status pst_terms_open(postern_jose *jose, const postern_keys *keys,
                              int64_t now_s, postern_str token,
                              postern_str *terms, postern_diag *diag)
{
    postern_jose_rules rules;

    postern_jose_rules_init(&rules);
    rules.time_known = true;
    rules.time_s = now_s;
    return open_terms(jose, keys, &rules, token, terms, diag);
}
