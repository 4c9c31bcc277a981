/*
 * One token, from its text to its permissions, in the order in which the
 * standard asks (TS-0003 7.3.2.3 step 6, 7.3.2.5, 7.3.2.6.3). [JWT-12] [TOK-03]
 *
 *   form, headers, key, algorithm    jose/open.c, rows 0 to 8 of docs/tokens.md
 *   early: the claims of a JWS       ask() below, row 9; it can only refuse
 *   signature, decryption, nesting   jose/open.c, rows 10 and 11
 *   claims                           claims.c, row 12
 *   issuer, audience, holder, time   checks.c, rows 13 to 18
 *   permissions                      permission.c, row 19
 */
#include "jose/open.h"
#include "tokens/checks.h"
#include "tokens/claims.h"
#include "tokens/verifier.h"

struct attempt {
    postern_verifier *verifier;
    const postern_issuers *issuers; /* NULL: nobody is trusted */
    const postern_token_check *check;
    postern_str text; /* our own copy: nobody changes it while it is read */
    const struct pst_issuer *issuer;   /* whose key protects it */
    postern_str payload;               /* our own copy of what was read */
    const struct pst_issuer *read_for; /* and is good; NULL: nothing is */
    postern_claims claims;
    int64_t keys_end_s; /* of those that were used, the first to end */
};

/* ---- claims -------------------------------------------------------------- */

/* JSON that is wrong or too deep, and claims that say nothing, are one. */
static postern_refusal refusal_of(postern_status status)
{
    if (status == POSTERN_OK) {
        return POSTERN_REFUSAL_NONE;
    }
    return status == POSTERN_ERR_MEMORY ? POSTERN_REFUSAL_TOO_LARGE
                                        : POSTERN_REFUSAL_BAD_CLAIMS;
}

static postern_refusal read_claims(struct attempt *self, postern_str payload)
{
    postern_verifier *verifier = self->verifier;
    struct pst_claims_reader in = {.bump = &verifier->kept,
                                   .values = verifier->values,
                                   .cse = &verifier->cse,
                                   .unmapped = self->issuer->unmapped_claims,
                                   .single_audience =
                                       self->issuer->single_audience};
    struct pst_checks checks = {self->issuers, self->issuer, &verifier->cse,
                                self->check,   NULL,         &verifier->edge_s};
    postern_refusal refusal;

    self->payload = pst_bump_copy(&verifier->kept, payload);
    if (!self->payload.data) {
        return POSTERN_REFUSAL_TOO_LARGE;
    }
    refusal = refusal_of(pst_claims_parse(&in, self->payload, &self->claims));
    if (refusal != POSTERN_REFUSAL_NONE) {
        return refusal;
    }
    refusal = pst_claims_check(&checks, &self->claims);
    self->read_for = refusal == POSTERN_REFUSAL_NONE ? self->issuer : NULL;
    return refusal;
}

/* ---- who may have made it ------------------------------------------------ */

static bool permits_kind(const struct pst_issuer *issuer,
                         postern_jose_kind kind)
{
    return issuer && (issuer->kinds >> kind & 1);
}

/* Five parts whose signature is looked at are a nested token. */
static postern_jose_kind kind_of_signed(postern_str text)
{
    size_t dots = 0;

    for (size_t at = pst_str_find(text, 0, '.'); at < text.len;
         at = pst_str_find(text, at + 1, '.')) {
        dots++;
    }
    return dots == 2 ? POSTERN_JOSE_JWS : POSTERN_JOSE_NESTED;
}

/* pst_early: nothing is verified here, so it can only be refused. */
static bool ask(void *user, const struct pst_key *key, postern_str payload,
                postern_refusal *refusal)
{
    struct attempt *self = user;

    self->issuer = pst_issuer_of(self->issuers, key);
    *refusal = permits_kind(self->issuer, kind_of_signed(self->text))
                   ? read_claims(self, payload)
                   : POSTERN_REFUSAL_ALG_NOT_PERMITTED;
    return *refusal == POSTERN_REFUSAL_NONE;
}

/* Encrypted only, by a secret of its own: by a public key anybody can encrypt.
 * [JWT-20] [DDA-11] */
static const struct pst_issuer *issuer_of(const struct attempt *self,
                                          const struct pst_open_used *used)
{
    if (used->signer) {
        return pst_issuer_of(self->issuers, used->signer);
    }
    return used->decrypter && used->decrypter->type == PST_KEY_OCT
               ? pst_issuer_of(self->issuers, used->decrypter)
               : NULL;
}

/* What may encrypt, of those that the issuer names; if it names none, our keys
 * say it. [JWT-10] */
static bool permits_encryption(const struct pst_issuer *issuer,
                               const postern_opened *opened)
{
    bool names_some = issuer->algs >> POSTERN_ALG_DIR != 0; /* the last ones */

    if (opened->kind == POSTERN_JOSE_JWS) {
        return true;
    }
    return (issuer->encs >> opened->encryption.enc & 1) &&
           (!names_some || (issuer->algs >> opened->encryption.alg & 1));
}

/* [JWT-10] [JWT-13] [JWT-14] */
static postern_refusal check_makers(struct attempt *self,
                                    const postern_opened *opened,
                                    const struct pst_open_used *used)
{
    const struct pst_issuer *outer =
        used->decrypter ? pst_issuer_of(self->issuers, used->decrypter) : NULL;

    self->issuer = issuer_of(self, used);
    if (!permits_kind(self->issuer, opened->kind) ||
        !permits_encryption(self->issuer, opened)) {
        return POSTERN_REFUSAL_ALG_NOT_PERMITTED; /* discard [JWT-13] */
    }
    return outer && outer != self->issuer ? POSTERN_REFUSAL_WRONG_ISSUER
                                          : POSTERN_REFUSAL_NONE;
}

/* ---- opening ------------------------------------------------------------- */

static postern_refusal open_token(struct attempt *self, postern_opened *opened,
                                  struct pst_open_used *used)
{
    const postern_issuers *issuers = self->issuers;
    const postern_keys *sets[2] = {NULL, NULL};
    struct pst_early early = {ask, self};
    postern_jose_rules rules;
    struct pst_open_from from = {.verify = {sets, issuers != NULL},
                                 .decrypt = {sets, issuers != NULL},
                                 .rules = &rules,
                                 .early = &early};

    if (issuers) {
        sets[0] = issuers->keys;
        sets[1] = issuers->decryption_keys;
        from.decrypt.count += issuers->decryption_keys != NULL;
    }
    postern_jose_rules_init(&rules);
    rules.onem2m = true;
    rules.time_known = self->check->time_known;
    rules.time_s = self->check->time_s;
    rules.max_bytes = self->check->max_bytes;
    return pst_jose_open(self->verifier->jose, &from, self->text, opened, used);
}

/* What was read before the signature was verified are the bytes that it is
 * of; then they need not be read twice. */
static postern_refusal check_payload(struct attempt *self, postern_str payload)
{
    return self->read_for && self->read_for == self->issuer &&
                   pst_str_equal(self->payload, payload)
               ? POSTERN_REFUSAL_NONE
               : read_claims(self, payload);
}

/* ---- permissions --------------------------------------------------------- */

/* [TOK-08] */
static postern_refusal settle(struct attempt *self)
{
    struct pst_permission_reader *reader = &self->verifier->permissions;
    postern_permission *permissions =
        (postern_permission *)(uintptr_t)self->claims.permissions;

    for (size_t i = 0; i < self->claims.permission_count; i++) {
        postern_status status =
            pst_permission_settle(reader, self->issuer, &permissions[i]);

        if (status != POSTERN_OK) {
            return status == POSTERN_ERR_LIMIT ? POSTERN_REFUSAL_TOO_LARGE
                                               : POSTERN_REFUSAL_MEMORY;
        }
    }
    return POSTERN_REFUSAL_NONE;
}

/* ---- keys ---------------------------------------------------------------- */

static int64_t first_end(const struct pst_open_used *used)
{
    int64_t signer = used->signer ? used->signer->expires_s : INT64_MAX;
    int64_t decrypter =
        used->decrypter ? used->decrypter->expires_s : INT64_MAX;

    return signer < decrypter ? signer : decrypter;
}

/* ---- the whole ----------------------------------------------------------- */

static postern_refusal verify(struct attempt *self, postern_token *token)
{
    postern_opened opened = {.kind = POSTERN_JOSE_ANY};
    struct pst_open_used used = {NULL, NULL};
    postern_refusal refusal = open_token(self, &opened, &used);

    if (refusal == POSTERN_REFUSAL_NONE) {
        refusal = check_makers(self, &opened, &used);
    }
    if (refusal == POSTERN_REFUSAL_NONE) {
        refusal = check_payload(self, opened.payload);
    }
    if (refusal == POSTERN_REFUSAL_NONE) {
        refusal = settle(self);
    }
    self->keys_end_s = first_end(&used);
    pst_edge_note(&self->verifier->edge_s, self->check, self->keys_end_s);
    if (refusal == POSTERN_REFUSAL_NONE) {
        *token = (postern_token){.claims = self->claims,
                                 .kind = opened.kind,
                                 .signature = opened.signature,
                                 .encryption = opened.encryption};
    }
    return refusal;
}

/* [IDA-14] */
static void remember(const struct attempt *self, postern_token *token)
{
    postern_verifier *verifier = self->verifier;
    struct pst_token_to_keep what = {.text = self->text,
                                     .token = token,
                                     .holder = &self->check->holder,
                                     .generation = self->issuers->generation,
                                     .keys_end_s = self->keys_end_s,
                                     .time_s = self->check->time_s,
                                     .direct = self->check->das.data != NULL};
    const struct pst_kept_token *kept;
    bool is_new = false;

    if (!verifier->cache) {
        return;
    }
    kept = pst_token_cache_keep(verifier->cache, &what, &is_new);
    if (kept) {
        token->local_id = kept->token.local_id;
        token->local_id_is_new = is_new;
    }
}

static postern_refusal verify_anew(const struct pst_kept_check *given,
                                   postern_str text, postern_token *token)
{
    struct attempt self = {.verifier = given->verifier,
                           .issuers = given->issuers,
                           .check = given->check};
    struct pst_bump *memory = &self.verifier->kept;
    size_t mark = memory->used;
    postern_refusal refusal = POSTERN_REFUSAL_TOO_LARGE;

    self.text = pst_bump_copy(memory, text);
    if (self.text.data) {
        refusal = verify(&self, token);
    }
    if (refusal != POSTERN_REFUSAL_NONE) {
        pst_verifier_forget(self.verifier, mark);
        return refusal;
    }
    remember(&self, token);
    return refusal;
}

static bool is_too_large(const postern_token_check *check, postern_str text)
{
    return text.len >
           (check->max_bytes ? check->max_bytes : PST_TOKEN_TEXT_MAX);
}

static postern_refusal look_at(const struct pst_kept_check *self,
                               postern_str text, postern_token *token)
{
    postern_verifier *verifier = self->verifier;
    const struct pst_kept_token *kept = NULL;
    postern_refusal refusal;

    if (!pst_verifier_has_place(verifier, &refusal)) {
        return refusal;
    }
    if (is_too_large(self->check, text)) {
        return POSTERN_REFUSAL_TOO_LARGE;
    }
    if (verifier->cache && self->issuers) {
        kept = pst_token_cache_find(verifier->cache, text,
                                    self->issuers->generation);
    }
    refusal = kept && pst_kept_has_keys(kept, self->check->time_s)
                  ? pst_kept_take(self, kept, token)
                  : verify_anew(self, text, token);
    verifier->tokens += refusal == POSTERN_REFUSAL_NONE;
    return refusal;
}

postern_refusal postern_token_verify(postern_verifier *verifier,
                                     const postern_issuers *issuers,
                                     const postern_token_check *check,
                                     postern_str text, postern_token *token)
{
    postern_token_check room;
    struct pst_kept_check self = {verifier, issuers,
                                  pst_token_check_of(check, &room)};
    postern_refusal refusal =
        self.check ? look_at(&self, text, token) : POSTERN_REFUSAL_MEMORY;

    if (refusal != POSTERN_REFUSAL_NONE) {
        memset(token, 0, sizeof *token);
    }
    return refusal;
}
