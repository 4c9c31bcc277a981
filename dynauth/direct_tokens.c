/* Tokens in the answer of a DAS (7.3.2.2 steps 3.1 and 4.1.1). */
#include "dynauth/dynauth.h"

#include "base/str.h"
#include "engine/authorize.h"
#include "engine/reader.h"

static const postern_str no_name = {NULL, 0};

/* What a token has to fit. [DDA-10] [DDA-13] [DDA-14] [DDA-15] */
static postern_token_check check_for(const postern_dynauth *self)
{
    postern_token_check check;

    postern_token_check_init(&check);
    check.holder = self->originator;
    check.time_known = true;
    check.time_s = self->facts.time_s;
    check.das = self->candidates[self->at].server->identity;
    return check;
}

/* One pass over the tokens. [DDA-11] [DDA-12] */
struct pass {
    postern_dynauth *self;
    postern_verifier *verifier;
    const postern_issuers *issuers;
    postern_token_check check;
    int64_t now_s;
};

/* Decisions are made for the time of the request; what is over by now is not
 * to count any more, however early that was. [DDA-16] */
static postern_refusal verify(const struct pass *pass, postern_str text)
{
    postern_token token;
    postern_refusal refusal = postern_token_verify(
        pass->verifier, pass->issuers, &pass->check, text, &token);

    return refusal == POSTERN_REFUSAL_NONE &&
                   token.claims.not_after_s <= pass->now_s
               ? POSTERN_REFUSAL_EXPIRED
               : refusal;
}

static postern_status keep(postern_dynauth *self, postern_str text)
{
    postern_str copy = pst_arena_copy(&self->said, text);

    if (!copy.data) {
        return POSTERN_ERR_MEMORY;
    }
    self->tokens[self->token_count + self->grant.tokens++] = copy;
    return POSTERN_OK;
}

static postern_status take(const struct pass *pass, postern_str text)
{
    postern_dynauth *self = pass->self;
    postern_refusal refusal = verify(pass, text);

    if (refusal == POSTERN_REFUSAL_MEMORY) {
        return POSTERN_ERR_MEMORY;
    }
    if (refusal == POSTERN_REFUSAL_NONE &&
        self->grant.tokens < self->token_room) {
        return keep(self, text);
    }
    self->grant.ignored_tokens++;
    pst_dynauth_note(self, "a token of the DAS is left out: ", no_name,
                     refusal == POSTERN_REFUSAL_NONE
                         ? "the request carries enough"
                         : postern_refusal_text(refusal));
    return POSTERN_OK;
}

/* One after the other: a bad one does not take the others with it. [DDA-18] A
 * good one is remembered where the engine remembers them. [DDA-17] */
static postern_status take_each(postern_dynauth *self,
                                const struct pst_run *run,
                                const postern_texts *tokens, int64_t now_s)
{
    struct pass pass = {.self = self,
                        .issuers = run->settings->issuers,
                        .check = check_for(self),
                        .now_s = now_s};
    postern_status status;

    PST_TRY(postern_verifier_new(&pass.verifier, &self->cse,
                                 run->engine->options.token_cache,
                                 &self->allocator));
    postern_verifier_begin(pass.verifier);
    status = POSTERN_OK;
    for (size_t i = 0; i < tokens->count && status == POSTERN_OK; i++) {
        status = take(&pass, tokens->items[i]);
    }
    postern_verifier_end(pass.verifier);
    postern_verifier_free(pass.verifier);
    return status;
}

static postern_status take_all(postern_dynauth *self,
                               const postern_texts *tokens, int64_t now_s)
{
    struct pst_run *run = &self->reader->run;
    postern_status status = POSTERN_OK;

    self->tokens = pst_arena_alloc(
        &self->said, self->token_count + tokens->count, sizeof *self->tokens);
    if (!self->tokens) {
        return POSTERN_ERR_MEMORY;
    }
    pst_call_enter(run); /* the issuers stay while they are used */
    if (run->settings->issuers) {
        status = take_each(self, run, tokens, now_s);
    } else {
        self->grant.ignored_tokens = tokens->count;
        pst_dynauth_note(self,
                         "the tokens of the DAS are left out: no issuer "
                         "is known",
                         no_name, "");
    }
    pst_call_leave(run);
    return status;
}

postern_status pst_take_tokens(postern_dynauth *self,
                               const postern_texts *tokens, int64_t now_s,
                               postern_diag *diag)
{
    const postern_das_server *server = self->candidates[self->at].server;

    if (!tokens->items || tokens->count == 0) {
        return POSTERN_OK;
    }
    if (tokens->count > PST_TOKENS_MAX) {
        return pst_diag_refuse(diag, POSTERN_ERR_LIMIT, "",
                               "the DAS answers with too many tokens", NULL);
    }
    if (!server || !server->identity.len) {
        self->grant.ignored_tokens = tokens->count;
        pst_dynauth_note(self,
                         "the tokens of the DAS are left out: its "
                         "identity is not known",
                         no_name, "");
        return POSTERN_OK;
    }
    return take_all(self, tokens, now_s);
}
