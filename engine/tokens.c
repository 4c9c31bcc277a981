/* The stage TOKENS: every token of a request is verified, whether or not the
 * decision would need it. [IDA-09] [IDA-12] */
#include "engine/tokens.h"

#include "base/str.h"
#include "base/text.h"
#include "engine/consult.h"
#include "engine/run.h"

enum {
    FETCHED_MAX = 32 * 1024, /* bytes; longer ones are refused anyway */
    NAME_SIZE = 128
};

/* How a token came, for messages. */
enum form { BY_VALUE, BY_ID, BY_LOCAL_ID };

struct shown {
    enum form form;
    size_t number; /* in its list, from 0 */
    postern_str text;
};

static size_t count_of(const postern_texts *texts)
{
    return texts->items ? texts->count : 0;
}

static bool has_tokens(const postern_primitive *primitive)
{
    return count_of(&primitive->tokens) > 0 ||
           count_of(&primitive->token_ids) > 0 ||
           count_of(&primitive->local_token_ids) > 0;
}

bool pst_brings_permissions(const struct pst_run *run)
{
    return has_tokens(&run->primitive) || run->tokens.direct_count > 0 ||
           (run->primitive.granted && run->primitive.granted_count > 0);
}

void pst_tokens_clear(struct pst_tokens *tokens)
{
    tokens->looked_at = false;
    tokens->good = false;
    tokens->count = 0;
    tokens->direct_count = 0;
    tokens->scoped_count = 0;
    tokens->id_count = 0;
    tokens->assigned_count = 0;
}

/* ---- refusals ------------------------------------------------------------ */

static const char *const reasons[] = {
    [POSTERN_REFUSAL_NONE] = "token",
    [POSTERN_REFUSAL_TOO_LARGE] = "token-too-large",
    [POSTERN_REFUSAL_NOT_DYNAUTHJWT] = "token-not-dynauthjwt",
    [POSTERN_REFUSAL_BAD_HEADER] = "token-bad-header",
    [POSTERN_REFUSAL_HEADER_NOT_ALLOWED] = "token-header-not-allowed",
    [POSTERN_REFUSAL_BAD_TYP_CTY] = "token-bad-typ-cty",
    [POSTERN_REFUSAL_UNKNOWN_KID] = "token-unknown-kid",
    [POSTERN_REFUSAL_KEY_USAGE] = "token-key-usage",
    [POSTERN_REFUSAL_ALG_NOT_PERMITTED] = "token-alg-not-permitted",
    [POSTERN_REFUSAL_BAD_CRYPTO] = "token-bad-crypto",
    [POSTERN_REFUSAL_BAD_NESTING] = "token-bad-nesting",
    [POSTERN_REFUSAL_BAD_CLAIMS] = "token-bad-claims",
    [POSTERN_REFUSAL_WRONG_ISSUER] = "token-wrong-issuer",
    [POSTERN_REFUSAL_WRONG_AUDIENCE] = "token-wrong-audience",
    [POSTERN_REFUSAL_WRONG_HOLDER] = "token-wrong-holder",
    [POSTERN_REFUSAL_NOT_YET_VALID] = "token-not-yet-valid",
    [POSTERN_REFUSAL_EXPIRED] = "token-expired",
    [POSTERN_REFUSAL_TOKEN_NOT_FOUND] = "token-not-found",
    [POSTERN_REFUSAL_REVOKED] = "token-revoked",
    [POSTERN_REFUSAL_TOO_MANY] = "token-too-many",
    [POSTERN_REFUSAL_MEMORY] = "token-memory",
};

static const char *reason_of(postern_refusal refusal)
{
    size_t number = (size_t)refusal;

    return number < sizeof reasons / sizeof *reasons ? reasons[number]
                                                     : reasons[0];
}

/* What is no token at all is the sender's mistake, and nothing is learnt from
 * being told so. All others look alike to the peer. */
static int rsc_of(postern_refusal refusal)
{
    switch (refusal) {
    case POSTERN_REFUSAL_TOO_LARGE:
    case POSTERN_REFUSAL_NOT_DYNAUTHJWT:
    case POSTERN_REFUSAL_BAD_HEADER:
    case POSTERN_REFUSAL_TOO_MANY:
        return POSTERN_RSC_BAD_REQUEST;
    case POSTERN_REFUSAL_MEMORY:
        return POSTERN_RSC_INTERNAL;
    case POSTERN_REFUSAL_NONE:
    case POSTERN_REFUSAL_HEADER_NOT_ALLOWED:
    case POSTERN_REFUSAL_BAD_TYP_CTY:
    case POSTERN_REFUSAL_UNKNOWN_KID:
    case POSTERN_REFUSAL_KEY_USAGE:
    case POSTERN_REFUSAL_ALG_NOT_PERMITTED:
    case POSTERN_REFUSAL_BAD_CRYPTO:
    case POSTERN_REFUSAL_BAD_NESTING:
    case POSTERN_REFUSAL_BAD_CLAIMS:
    case POSTERN_REFUSAL_WRONG_ISSUER:
    case POSTERN_REFUSAL_WRONG_AUDIENCE:
    case POSTERN_REFUSAL_WRONG_HOLDER:
    case POSTERN_REFUSAL_NOT_YET_VALID:
    case POSTERN_REFUSAL_EXPIRED:
    case POSTERN_REFUSAL_TOKEN_NOT_FOUND:
    case POSTERN_REFUSAL_REVOKED:
    default:
        return POSTERN_RSC_NO_PRIVILEGE;
    }
}

/* "token 2", or by its ID, which is no secret; the tokens themselves are, and
 * what stands for one. */
static void add_shown(struct pst_text *text, const struct shown *shown)
{
    static const char *const words[] = {"token ", "token ", "local token "};

    pst_text_add(text, words[shown->form]);
    if (shown->form == BY_ID) {
        pst_text_add_quoted(text, shown->text);
    } else {
        pst_text_add_uint(text, shown->number + 1);
    }
}

/* [IDA-12] [IDA-13] */
static bool refuse(struct pst_run *run, const struct shown *shown,
                   postern_refusal refusal)
{
    struct pst_text text;

    (void)pst_deny(run, POSTERN_STAGE_TOKENS, rsc_of(refusal),
                   reason_of(refusal), "");
    run->answer.refusal = refusal;
    run->answer.token =
        shown && shown->form == BY_ID ? shown->text : (postern_str){NULL, 0};
    if (!run->terse) {
        pst_text_init(&text, run->message, sizeof run->message);
        if (shown) {
            add_shown(&text, shown);
            pst_text_add(&text, ": ");
        }
        pst_text_add(&text, postern_refusal_text(refusal));
    }
    return false;
}

static void note_ignored(struct pst_run *run, const struct shown *shown,
                         postern_refusal refusal)
{
    char buffer[PST_NOTE_SIZE];
    struct pst_text text;

    if (!pst_is_explained(run)) {
        return;
    }
    pst_text_init(&text, buffer, sizeof buffer);
    add_shown(&text, shown);
    pst_text_add(&text, " does not count: ");
    pst_text_add(&text, postern_refusal_text(refusal));
    run->listener->note(run->listener->user, buffer);
}

/* ---- verifying ----------------------------------------------------------- */

/* A verifier takes as much memory as several readers, so that of a reader is
 * made when it is first needed, unless it has to have a place in a cache. */
static bool begin(struct pst_run *run)
{
    struct pst_tokens *tokens = &run->tokens;

    if (!tokens->verifier &&
        postern_verifier_new(&tokens->verifier, run->engine->prp.cse,
                             run->engine->options.token_cache,
                             &run->engine->allocator) != POSTERN_OK) {
        return false;
    }
    if (!tokens->begun) {
        postern_verifier_begin(tokens->verifier);
        tokens->begun = true;
    }
    return true;
}

static postern_token_check check_of(const struct pst_run *run)
{
    postern_token_check check;

    postern_token_check_init(&check);
    check.holder = run->asker.id;
    check.time_known = run->now.known;
    check.time_s = run->now.time_s;
    return check;
}

/* An unsecured JWT: nothing behind the second dot. [TOK-02] */
static bool is_unsecured(postern_str text)
{
    size_t first = pst_str_find(text, 0, '.');
    size_t second = pst_str_find(text, first + 1, '.');

    return first > 0 && second + 1 == text.len;
}

/* That form is no m2m:dynAuthJWT, and yet a JWT of a class that is discarded
 * (TS-0003 7.3.2.6.3 step 2) like any that its issuer may not use: see
 * docs/AMBIGUITIES.md. */
static postern_refusal verify(struct pst_run *run, postern_str text,
                              const postern_token_check *check,
                              postern_token *token)
{
    postern_refusal refusal = postern_token_verify(
        run->tokens.verifier, run->settings->issuers, check, text, token);

    return refusal == POSTERN_REFUSAL_NOT_DYNAUTHJWT && is_unsecured(text)
               ? POSTERN_REFUSAL_ALG_NOT_PERMITTED
               : refusal;
}

/* ---- by tokenID ---------------------------------------------------------- */

static postern_refusal verify_named(struct pst_run *run, postern_str id,
                                    postern_str text, postern_token *token)
{
    postern_token_check check = check_of(run);

    check.token_id = id;
    return verify(run, text, &check, token);
}

/* Asks the host with a buffer of its own, as long as it takes. */
static postern_refusal fetch(struct pst_run *run, postern_str id,
                             postern_token *token, postern_reply *reply)
{
    const postern_pip *pip = &run->engine->pip;
    postern_allocator *allocator = &run->engine->allocator;
    size_t size = FETCHED_MAX;
    char *buffer = pst_alloc(allocator, FETCHED_MAX);
    postern_refusal refusal = POSTERN_REFUSAL_TOKEN_NOT_FOUND;

    if (!buffer) {
        return POSTERN_REFUSAL_MEMORY;
    }
    *reply = pip->token(pip->user, &run->asker.id, id, buffer, &size);
    if (*reply == POSTERN_REPLY_YES && size <= FETCHED_MAX) {
        refusal = verify_named(run, id, (postern_str){buffer, size}, token);
    }
    memset(buffer, 0, FETCHED_MAX);
    pst_release(allocator, buffer, FETCHED_MAX);
    return refusal;
}

/* From what the request tells, or else from the host. [IDA-08] */
static postern_refusal obtain(struct pst_run *run, postern_str id,
                              postern_token *token, postern_reply *reply)
{
    postern_known told;

    if (pst_is_token_told(run, id, &told)) {
        return told.reply == POSTERN_REPLY_YES
                   ? verify_named(run, id, told.token, token)
                   : POSTERN_REFUSAL_TOKEN_NOT_FOUND;
    }
    return run->engine->pip.token ? fetch(run, id, token, reply)
                                  : POSTERN_REFUSAL_TOKEN_NOT_FOUND;
}

/* One that was shown before, or else, if that is over, one that its issuer may
 * have renewed. */
static postern_refusal find_named(struct pst_run *run, postern_str id,
                                  postern_token *token, postern_reply *reply)
{
    postern_token_check check = check_of(run);
    postern_refusal known = postern_token_recall(
        run->tokens.verifier, run->settings->issuers, &check, id, token);
    postern_refusal refusal = POSTERN_REFUSAL_TOKEN_NOT_FOUND;

    if (known != POSTERN_REFUSAL_TOKEN_NOT_FOUND &&
        known != POSTERN_REFUSAL_EXPIRED) {
        return known;
    }
    refusal = obtain(run, id, token, reply);
    return refusal == POSTERN_REFUSAL_TOKEN_NOT_FOUND ? known : refusal;
}

/* ---- one after the other ------------------------------------------------- */

/* [TOK-17] */
static bool is_revoked(const struct pst_run *run, const postern_token *token)
{
    const postern_pip *pip = &run->engine->pip;

    return pip->token_revoked &&
           pip->token_revoked(pip->user, token->claims.token_id) !=
               POSTERN_REPLY_NO;
}

static postern_refusal look_at(struct pst_run *run, const struct shown *shown,
                               postern_token *token, postern_reply *reply)
{
    postern_token_check check = check_of(run);
    postern_refusal refusal = POSTERN_REFUSAL_TOKEN_NOT_FOUND;

    if (shown->form == BY_VALUE) {
        refusal = verify(run, shown->text, &check, token);
    } else if (shown->form == BY_ID && shown->text.len > 0) {
        refusal = find_named(run, shown->text, token, reply);
    } else if (shown->form == BY_LOCAL_ID) { /* [IDA-10] [IDA-15] */
        refusal = postern_token_recall_local(run->tokens.verifier,
                                             run->settings->issuers, &check,
                                             shown->text, token);
    }
    return refusal == POSTERN_REFUSAL_NONE && is_revoked(run, token)
               ? POSTERN_REFUSAL_REVOKED
               : refusal;
}

/* A Local-Token-ID is to be told with the response, whatever it is. [IDA-14] */
static void tell_ids(struct pst_run *run, const postern_token *token)
{
    struct pst_tokens *tokens = &run->tokens;
    postern_str id = pst_shelve(&run->of_tokens, token->claims.token_id);
    postern_str local_id = {NULL, 0};

    if (!id.data) {
        return;
    }
    tokens->ids[tokens->id_count++] = id;
    if (token->local_id_is_new) {
        local_id = pst_shelve(&run->of_tokens, token->local_id);
    }
    if (local_id.data) {
        tokens->assigned[tokens->assigned_count++] =
            (postern_assigned_token){local_id, id};
    }
}

static void note_remarks(struct pst_run *run, const postern_token *token)
{
    const postern_claims *claims = &token->claims;

    for (size_t i = 0; i < claims->permission_count; i++) {
        const char *remark = claims->permissions[i].remark;

        if (remark) {
            pst_note(run, "a permission of token", claims->token_id, remark);
        }
    }
}

/* False: the request is refused for it. */
static bool take(struct pst_run *run, const struct shown *shown)
{
    struct pst_tokens *tokens = &run->tokens;
    postern_token *token = &tokens->items[tokens->count];
    postern_reply reply = POSTERN_REPLY_NO;
    postern_refusal refusal = look_at(run, shown, token, &reply);

    if (refusal == POSTERN_REFUSAL_NONE) {
        tokens->count++;
        tell_ids(run, token);
        note_remarks(run, token);
        return true;
    }
    if (reply == POSTERN_REPLY_LATER) {
        pst_need_text(run, POSTERN_NEED_TOKEN, shown->text);
        return true;
    }
    if (run->engine->options.ignore_bad_tokens) {
        note_ignored(run, shown, refusal);
        return true;
    }
    return refuse(run, shown, refusal);
}

/* Tokens, and what was named instead. [IDA-07] [IDA-17] */
static bool take_all(struct pst_run *run, const postern_texts *texts,
                     enum form form)
{
    for (size_t i = 0; i < count_of(texts); i++) {
        struct shown shown = {form, i, texts->items[i]};

        if (!take(run, &shown)) {
            return false;
        }
    }
    return true;
}

static bool check_all(struct pst_run *run)
{
    const postern_primitive *primitive = &run->primitive;
    size_t left = PST_TOKENS_MAX;
    const postern_texts *lists[] = {&primitive->tokens, &primitive->token_ids,
                                    &primitive->local_token_ids};

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (count_of(lists[i]) > left) {
            return refuse(run, NULL, POSTERN_REFUSAL_TOO_MANY);
        }
        left -= count_of(lists[i]);
    }
    if (!begin(run)) {
        return refuse(run, NULL, POSTERN_REFUSAL_MEMORY);
    }
    if (!take_all(run, lists[BY_VALUE], BY_VALUE) ||
        !take_all(run, lists[BY_ID], BY_ID) ||
        !take_all(run, lists[BY_LOCAL_ID], BY_LOCAL_ID)) {
        return false;
    }
    return run->inquiry.need_count == 0 || pst_deny_waiting(run);
}

/* ---- what a DAS gave for the originator -----------------------------------
 */

/* The host may have revoked it since. */
static void take_direct(struct pst_run *run, const postern_token *token)
{
    struct pst_tokens *tokens = &run->tokens;

    if (is_revoked(run, token)) {
        pst_note(run, "token", token->claims.token_id,
                 "does not count: it was revoked");
        return;
    }
    tokens->items[tokens->count++] = *token;
    tokens->direct_count++;
    tell_ids(run, token);
    note_remarks(run, token);
}

static void associate(struct pst_run *run)
{
    postern_token found[PST_DIRECT_MAX];
    postern_token_check check = check_of(run);
    size_t count = postern_token_recall_direct(run->tokens.verifier,
                                               run->settings->issuers, &check,
                                               found, PST_DIRECT_MAX);
    for (size_t i = 0; i < count; i++) {
        take_direct(run, &found[i]);
    }
}

/* One load where no DAS was ever asked; else a lookup by the originator. */
void pst_tokens_associate(struct pst_run *run)
{
    const postern_token_cache *cache = run->engine->options.token_cache;

    if (cache && postern_token_cache_has_direct(cache) &&
        run->asker.id.kind == POSTERN_ID_ENTITY && begin(run)) {
        associate(run);
    }
}

bool pst_check_tokens(struct pst_run *run)
{
    struct pst_tokens *tokens = &run->tokens;

    if (!tokens->looked_at) {
        tokens->looked_at = true;
        tokens->good = !has_tokens(&run->primitive) || check_all(run);
        tokens->count = tokens->good ? tokens->count : 0;
    }
    return tokens->good;
}

void pst_tokens_end(struct pst_run *run)
{
    struct pst_tokens *tokens = &run->tokens;

    if (tokens->begun) {
        postern_verifier_end(tokens->verifier);
        tokens->begun = false;
        tokens->count = 0;
        tokens->direct_count = 0;
        tokens->scoped_count = 0;
    }
}

/* ---- what counts for the target ------------------------------------------ */

/* Whether an address leads to the target itself: to the same resource, or to
 * the same virtual one behind it. Children are not named with their parent, nor
 * is what is virtual. [TOK-09] [TOK-14] */
static bool is_target(const struct pst_run *run, postern_str address)
{
    struct pst_target named;

    return address.data &&
           pst_target_find(&run->view, address, &named) == POSTERN_FOUND &&
           pst_str_equal(named.resource.id, run->target.resource.id) &&
           pst_str_equal(named.behind, run->target.behind);
}

static bool counts(const struct pst_run *run,
                   const postern_permission *permission)
{
    if (!permission->has_resource_ids) {
        return true;
    }
    for (size_t i = 0; i < permission->resource_id_count; i++) {
        if (is_target(run, permission->resource_ids[i])) {
            return true;
        }
    }
    return false;
}

static void scope_token(struct pst_run *run, const postern_token *token)
{
    struct pst_tokens *tokens = &run->tokens;
    const postern_claims *claims = &token->claims;

    for (size_t i = 0; i < claims->permission_count; i++) {
        const postern_permission *permission = &claims->permissions[i];

        if (!counts(run, permission)) {
            continue;
        }
        if (tokens->scoped_count == PST_PERMISSIONS_MAX) {
            pst_note(run, "permissions of token", claims->token_id,
                     "are more than can be looked at in one decision: the rest "
                     "does not count");
            return;
        }
        tokens->scoped[tokens->scoped_count++] =
            (struct pst_scoped){token, permission};
    }
}

void pst_tokens_scope(struct pst_run *run)
{
    struct pst_tokens *tokens = &run->tokens;

    tokens->scoped_count = 0;
    if (tokens->count == 0) {
        return;
    }
    for (size_t i = 0; i < tokens->count; i++) {
        scope_token(run, &tokens->items[i]);
    }
    pst_inquiry_forget_roles(run);
}

bool pst_tokens_give(const struct pst_run *run, const postern_id *role)
{
    const struct pst_tokens *tokens = &run->tokens;

    for (size_t i = 0; i < tokens->scoped_count; i++) {
        const postern_permission *permission = tokens->scoped[i].permission;

        for (size_t k = 0; permission->roles && k < permission->role_id_count;
             k++) {
            if (postern_id_equal(&permission->roles[k], role)) {
                return true;
            }
        }
    }
    return false;
}
