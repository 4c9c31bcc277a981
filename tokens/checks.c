#include "tokens/checks.h"

#include "tokens/audience.h"
#include "tokens/claims.h"

static bool is_listed(const struct pst_texts *texts, postern_str text)
{
    for (size_t i = 0; i < texts->count; i++) {
        if (pst_str_equal(texts->items[i], text)) {
            return true;
        }
    }
    return false;
}

static bool is_identity(const postern_cse *cse, postern_str text,
                        const postern_id *other)
{
    postern_id id;

    return pst_is_absolute(cse, text, &id) && postern_id_equal(&id, other);
}

/* [TOK-16] */
static postern_refusal check_version(const struct pst_checks *self,
                                     const postern_claims *claims)
{
    return is_listed(&self->issuer->versions, claims->version)
               ? POSTERN_REFUSAL_NONE
               : POSTERN_REFUSAL_BAD_CLAIMS;
}

static bool is_token_domain(const struct pst_issuer *issuer, postern_str jti)
{
    size_t at;

    if (issuer->any_token_domain) {
        return true;
    }
    at = pst_str_find(jti, 0, '@');
    for (size_t i = 0; i < issuer->token_domains.count; i++) {
        if (pst_str_fold_equal(issuer->token_domains.items[i],
                               pst_str_slice(jti, at + 1, jti.len))) {
            return true;
        }
    }
    return false;
}

/* The key says whose the token is, the claim has to say the same. [JWT-14]
 * [TOK-05]. Of direct authorization it is the DAS that was asked. [DDA-13] */
static postern_refusal check_issuer(const struct pst_checks *self,
                                    const postern_claims *claims)
{
    postern_str das = self->check->das;
    postern_id id;

    if (!pst_str_equal(claims->issuer, self->issuer->id) ||
        !is_token_domain(self->issuer, claims->token_id)) {
        return POSTERN_REFUSAL_WRONG_ISSUER;
    }
    if (das.data &&
        (postern_id_parse_entity(&id, self->cse, das) != POSTERN_OK ||
         !is_identity(self->cse, claims->issuer, &id))) {
        return POSTERN_REFUSAL_WRONG_ISSUER;
    }
    return POSTERN_REFUSAL_NONE;
}

/* [TOK-07] [IDA-11] [IDA-19] [DDA-10] [DDA-14] */
static postern_refusal check_audience(const struct pst_checks *self,
                                      const postern_claims *claims)
{
    bool good;

    if (self->check->das.data) {
        good = pst_audience_is(claims, self->cse);
    } else if (claims->has_audience) {
        good =
            pst_audience_names(claims, self->cse, self->issuer->any_audience);
    } else {
        good = !self->issuer->require_audience;
    }
    return good ? POSTERN_REFUSAL_NONE : POSTERN_REFUSAL_WRONG_AUDIENCE;
}

/* [TOK-04] [DDA-15] */
static postern_refusal check_holder(const struct pst_checks *self,
                                    const postern_claims *claims)
{
    const postern_id *originator = &self->check->holder;
    bool same = self->holder
                    ? postern_id_equal(self->holder, originator)
                    : is_identity(self->cse, claims->holder, originator);

    return same ? POSTERN_REFUSAL_NONE : POSTERN_REFUSAL_WRONG_HOLDER;
}

void pst_edge_note(int64_t *edge_s, const postern_token_check *check,
                   int64_t at_s)
{
    if (check->time_known && at_s > check->time_s && at_s < *edge_s) {
        *edge_s = at_s;
    }
}

/* Both sums are far from the ends of int64_t: claims are at most 2^53. [TOK-06]
 * [DDA-16] */
static postern_refusal check_time(const struct pst_checks *self,
                                  const postern_claims *claims)
{
    int64_t leeway_s = self->issuer->leeway_s;

    pst_edge_note(self->edge_s, self->check, claims->not_before_s - leeway_s);
    pst_edge_note(self->edge_s, self->check, claims->not_after_s + leeway_s);
    if (!self->check->time_known ||
        self->check->time_s < claims->not_before_s - leeway_s) {
        return POSTERN_REFUSAL_NOT_YET_VALID;
    }
    return self->check->time_s < claims->not_after_s + leeway_s
               ? POSTERN_REFUSAL_NONE
               : POSTERN_REFUSAL_EXPIRED;
}

/* [IDA-11] [TOK-17] */
static postern_refusal check_token_id(const struct pst_checks *self,
                                      const postern_claims *claims)
{
    postern_str wanted = self->check->token_id;

    if (wanted.data && !pst_str_equal(wanted, claims->token_id)) {
        return POSTERN_REFUSAL_TOKEN_NOT_FOUND;
    }
    return pst_is_revoked(self->issuers, claims->token_id)
               ? POSTERN_REFUSAL_REVOKED
               : POSTERN_REFUSAL_NONE;
}

postern_refusal pst_claims_check(const struct pst_checks *self,
                                 const postern_claims *claims)
{
    static postern_refusal (*const checks[])(const struct pst_checks *self,
                                             const postern_claims *claims) = {
        check_version, check_issuer, check_audience,
        check_holder,  check_time,   check_token_id,
    };

    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        postern_refusal refusal = checks[i](self, claims);

        if (refusal != POSTERN_REFUSAL_NONE) {
            return refusal;
        }
    }
    return POSTERN_REFUSAL_NONE;
}
