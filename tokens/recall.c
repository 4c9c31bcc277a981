/* Tokens that were verified before: what can have changed since is compared
 * again. [IDA-10] [IDA-15] */
#include "tokens/checks.h"
#include "tokens/verifier.h"

/* By the number that it had when the token was verified: issuers of one
 * generation are the same. The check of the issuer compares the names. */
static const struct pst_issuer *issuer_of(const postern_issuers *issuers,
                                          const postern_token *token)
{
    uint32_t owner = token->kind == POSTERN_JOSE_JWE ? token->encryption.owner
                                                     : token->signature.owner;

    return owner < issuers->issuer_count ? &issuers->issuers[owner] : NULL;
}

postern_refusal pst_kept_take(const struct pst_kept_check *self,
                              const struct pst_kept_token *kept,
                              postern_token *token)
{
    const postern_claims *claims = &kept->token.claims;
    struct pst_checks checks = {
        self->issuers,        issuer_of(self->issuers, &kept->token),
        &self->verifier->cse, self->check,
        &kept->holder,        &self->verifier->edge_s};
    postern_refusal refusal = checks.issuer ? pst_claims_check(&checks, claims)
                                            : POSTERN_REFUSAL_WRONG_ISSUER;

    pst_edge_note(&self->verifier->edge_s, self->check, kept->keys_end_s);
    if (refusal == POSTERN_REFUSAL_EXPIRED) {
        pst_kept_end(kept);
    }
    if (refusal == POSTERN_REFUSAL_NONE && pst_kept_is_over(kept)) {
        refusal = POSTERN_REFUSAL_EXPIRED; /* a clock was set back */
    }
    if (refusal == POSTERN_REFUSAL_NONE) {
        *token = kept->token;
    }
    return refusal;
}

typedef const struct pst_kept_token *find_fn(const postern_token_cache *cache,
                                             const postern_id *holder,
                                             postern_str id,
                                             uint64_t generation);

static postern_refusal recall(const struct pst_kept_check *self, postern_str id,
                              find_fn *find, postern_token *token)
{
    postern_verifier *verifier = self->verifier;
    const struct pst_kept_token *kept = NULL;
    postern_token_check room;
    const postern_token_check *check = pst_token_check_of(self->check, &room);
    struct pst_kept_check with_all = {verifier, self->issuers, check};
    postern_refusal refusal;

    memset(token, 0, sizeof *token);
    if (!check) {
        return POSTERN_REFUSAL_MEMORY;
    }
    if (!pst_verifier_has_place(verifier, &refusal)) {
        return refusal;
    }
    if (verifier->cache && self->issuers &&
        check->holder.kind == POSTERN_ID_ENTITY && id.len > 0) {
        kept = find(verifier->cache, &check->holder, id,
                    self->issuers->generation);
    }
    /* One that is not there costs nothing, and may be fetched instead. */
    if (!kept || !pst_kept_has_keys(kept, check->time_s)) {
        return POSTERN_REFUSAL_TOKEN_NOT_FOUND;
    }
    refusal = pst_kept_take(&with_all, kept, token);
    verifier->tokens += refusal == POSTERN_REFUSAL_NONE;
    return refusal;
}

postern_refusal postern_token_recall(postern_verifier *verifier,
                                     const postern_issuers *issuers,
                                     const postern_token_check *check,
                                     postern_str token_id, postern_token *token)
{
    struct pst_kept_check self = {verifier, issuers, check};

    return recall(&self, token_id, pst_token_cache_find_id, token);
}

postern_refusal postern_token_recall_local(postern_verifier *verifier,
                                           const postern_issuers *issuers,
                                           const postern_token_check *check,
                                           postern_str local_id,
                                           postern_token *token)
{
    struct pst_kept_check self = {verifier, issuers, check};

    return recall(&self, local_id, pst_token_cache_find_local, token);
}

/* What fails a check is not shown by anybody, so it is no error either. */
size_t postern_token_recall_direct(postern_verifier *verifier,
                                   const postern_issuers *issuers,
                                   const postern_token_check *check,
                                   postern_token *tokens, size_t room)
{
    postern_token_check with_all;
    struct pst_kept_check self = {verifier, issuers,
                                  pst_token_check_of(check, &with_all)};
    const struct pst_kept_token *kept = NULL;
    size_t count = 0;

    if (!self.check || !verifier->begun || !verifier->cache || !issuers) {
        return 0;
    }
    while (count < room && (kept = pst_token_cache_next_direct(
                                verifier->cache, &self.check->holder,
                                issuers->generation, kept)) != NULL) {
        count +=
            pst_kept_has_keys(kept, self.check->time_s) &&
            pst_kept_take(&self, kept, &tokens[count]) == POSTERN_REFUSAL_NONE;
    }
    return count;
}
