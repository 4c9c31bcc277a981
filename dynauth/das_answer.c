/*
 * The answer of a DAS server (7.3.2.2 step 3): privileges where its policy
 * permits what is asked, a token where a role that would help is assigned to
 * the originator. Never more than was asked for. [PPM-06]
 */
#include "dynauth/das.h"

#include "base/civil_time.h"
#include "base/str.h"
#include "dynauth/das_privileges.h"
#include "dynauth/dynauth.h"
#include "tokens/random.h"

enum { ID_SIZE = 1024, RANDOM_SIZE = 16, TOKEN_ID_SIZE = 400, ROLES_MAX = 64 };

/* A token is valid from the request on, which was before it was asked for; but
 * from no longer ago than this. */
enum { PAST_S = 300 };

/* What is granted. */
struct grant {
    const struct pst_das_request *request;
    int64_t now_s;
    bool privileges;
    int64_t expires_s; /* of these */
    postern_str token; /* absent: none */
    const char *reason;
};

/* ---- who asks about whom ------------------------------------------------- */

static bool is_the_cse(const postern_das *das, postern_str asker)
{
    const postern_cse *cse = postern_policy_cse(das->policy);
    postern_id id;

    return postern_id_parse_entity(&id, cse, asker) == POSTERN_OK &&
           pst_str_fold_equal(id.domain, cse->domain) &&
           pst_str_equal(id.first, cse->name) && id.second.len == 0;
}

/* The canonical text of an originator. */
static postern_status read_originator(const postern_das *das,
                                      struct pst_message *message,
                                      struct pst_das_request *request,
                                      postern_id *id)
{
    char text[ID_SIZE];
    size_t len;

    if (postern_id_parse_entity(id, postern_policy_cse(das->policy),
                                request->originator) != POSTERN_OK) {
        return pst_diag_refuse(message->diag, POSTERN_ERR_POLICY, "/or",
                               "the originator is no AE-ID or CSE-ID", NULL);
    }
    len = postern_id_text(id, text, sizeof text);
    if (len >= sizeof text) {
        return pst_diag_refuse(message->diag, POSTERN_ERR_LIMIT, "/or",
                               "the originator is too long", NULL);
    }
    request->originator =
        pst_arena_copy(message->arena, (postern_str){text, len});
    return request->originator.data ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

/* ---- privileges ---------------------------------------------------------- */

static int64_t end_of(const struct grant *grant, int64_t lifetime_s)
{
    const struct pst_das_request *request = grant->request;
    int64_t end = grant->now_s + lifetime_s;

    return request->has_lifetime && request->lifetime_s < end
               ? request->lifetime_s
               : end;
}

/* The asking CSE vouches for what it says about the request. */
static postern_primitive primitive_of(const struct grant *grant)
{
    const struct pst_das_request *request = grant->request;
    postern_primitive primitive;

    postern_primitive_init(&primitive);
    primitive.from = request->originator;
    primitive.to = request->target;
    primitive.operation = request->operation;
    primitive.role_ids = request->role_ids;
    primitive.time_known = true;
    primitive.time_s = grant->now_s;
    primitive.ip = request->ip;
    primitive.whereabouts.location = request->location;
    return primitive;
}

static void decide_privileges(postern_das *das, struct grant *grant)
{
    postern_primitive primitive = primitive_of(grant);
    postern_answer answer;

    postern_authorize(das->reader, &primitive, NULL, &answer);
    grant->expires_s = end_of(grant, das->settings.lifetime_s);
    if (answer.effect == POSTERN_PERMIT && grant->expires_s > grant->now_s) {
        grant->privileges = true;
        grant->reason = "the policy permits it";
    }
}

/* ---- tokens -------------------------------------------------------------- */

static bool is_assigned_to(const postern_das *das,
                           const struct pst_assignment *assignment,
                           const postern_id *originator)
{
    const postern_cse *cse = postern_policy_cse(das->policy);

    for (size_t i = 0; i < assignment->originators.count; i++) {
        postern_id id;

        if (postern_id_parse_entity(
                &id, cse, assignment->originators.items[i]) == POSTERN_OK &&
            postern_id_equal(&id, originator)) {
            return true;
        }
    }
    return false;
}

static bool lists_role(const postern_texts *roles, const postern_id *role)
{
    for (size_t i = 0; roles->items && i < roles->count; i++) {
        postern_id id;

        if (postern_id_parse_role(&id, roles->items[i]) == POSTERN_OK &&
            postern_id_equal(&id, role)) {
            return true;
        }
    }
    return false;
}

/* Roles for a token, and for how long all of them are assigned. */
struct roles {
    postern_str ids[ROLES_MAX];
    size_t count;
    int64_t lifetime_s;
};

static void add_role(const postern_das *das, const postern_id *originator,
                     postern_str text, struct roles *roles)
{
    const struct pst_das_settings *settings = &das->settings;
    postern_id role;

    if (postern_id_parse_role(&role, text) != POSTERN_OK) {
        return;
    }
    for (size_t i = 0; i < settings->assignment_count; i++) {
        const struct pst_assignment *assignment = &settings->assignments[i];
        int64_t lifetime_s = assignment->lifetime_s ? assignment->lifetime_s
                                                    : settings->lifetime_s;

        if (lists_role(&assignment->roles, &role) &&
            is_assigned_to(das, assignment, originator)) {
            roles->ids[roles->count++] = text;
            roles->lifetime_s =
                lifetime_s < roles->lifetime_s ? lifetime_s : roles->lifetime_s;
            return;
        }
    }
}

/* Of those that would help, those that are assigned. */
static void find_roles(const postern_das *das, const postern_id *originator,
                       const struct pst_das_request *request,
                       struct roles *roles)
{
    const postern_texts *helping = &request->helping_ids;

    roles->count = 0;
    roles->lifetime_s = PST_DAS_LIFETIME_MAX_S;
    for (size_t i = 0;
         helping->items && i < helping->count && roles->count < ROLES_MAX;
         i++) {
        add_role(das, originator, helping->items[i], roles);
    }
}

/* 128 random bits, and the domain. */
static postern_status make_token_id(const postern_das *das,
                                    char buffer[TOKEN_ID_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[RANDOM_SIZE];
    struct pst_text text;

    if (!pst_random(bytes, sizeof bytes)) {
        return POSTERN_ERR_INTERNAL;
    }
    pst_text_init(&text, buffer, TOKEN_ID_SIZE);
    for (size_t i = 0; i < sizeof bytes; i++) {
        char pair[] = {digits[bytes[i] >> 4], digits[bytes[i] & 15u], '\0'};

        pst_text_add(&text, pair);
    }
    pst_text_add(&text, "@");
    pst_text_add_str(&text, das->settings.token_domain);
    return text.len < TOKEN_ID_SIZE ? POSTERN_OK : POSTERN_ERR_LIMIT;
}

static int64_t begin_of(const struct grant *grant)
{
    const struct pst_das_request *request = grant->request;

    return request->dated && request->time_s < grant->now_s &&
                   request->time_s >= grant->now_s - PAST_S
               ? request->time_s
               : grant->now_s;
}

/* What the token says: these roles, for this holder, at this CSE, for this
 * target. [DDA-10] */
struct statement {
    postern_str audience;
    postern_permission permission;
    postern_claims claims;
    char token_id[TOKEN_ID_SIZE];
    char cse[ID_SIZE];
};

static postern_status state(const postern_das *das, const struct grant *grant,
                            const struct roles *roles,
                            struct statement *statement)
{
    const postern_cse *cse = postern_policy_cse(das->policy);
    struct pst_text text;

    pst_text_init(&text, statement->cse, sizeof statement->cse);
    pst_text_add(&text, "//");
    pst_text_add_str(&text, cse->domain);
    pst_text_add(&text, "/");
    pst_text_add_str(&text, cse->name);
    PST_TRY(make_token_id(das, statement->token_id));
    statement->audience = postern_str_of(statement->cse);
    statement->permission = (postern_permission){
        .has_resource_ids = true,
        .resource_ids = &grant->request->target,
        .resource_id_count = 1,
        .role_ids = roles->ids,
        .role_id_count = roles->count,
    };
    statement->claims = (postern_claims){
        .version = PST_STR("1.0.0"),
        .token_id = postern_str_of(statement->token_id),
        .issuer = das->settings.identity,
        .holder = grant->request->originator,
        .not_before_s = begin_of(grant),
        .not_after_s = grant->now_s + roles->lifetime_s,
        .has_audience = true,
        .audience = &statement->audience,
        .audience_count = 1,
        .has_permissions = true,
        .permissions = &statement->permission,
        .permission_count = 1,
    };
    return POSTERN_OK;
}

static postern_status issue(postern_das *das, struct grant *grant,
                            const struct roles *roles, postern_diag *diag)
{
    struct statement statement;
    postern_jose_recipe recipe = das->recipe;
    postern_str token = {NULL, 0};
    postern_status status;

    PST_TRY(state(das, grant, roles, &statement));
    recipe.time_s = grant->now_s;
    postern_verifier_begin(das->verifier);
    status = postern_token_issue(das->verifier, &recipe, &statement.claims,
                                 &token, diag);
    if (status == POSTERN_OK) {
        grant->token = pst_arena_copy(&das->said, token);
        status = grant->token.data ? POSTERN_OK : POSTERN_ERR_MEMORY;
    }
    postern_verifier_end(das->verifier);
    return status;
}

static postern_status decide_tokens(postern_das *das, struct grant *grant,
                                    const postern_id *originator,
                                    postern_diag *diag)
{
    struct roles roles;

    if (!das->verifier) {
        return POSTERN_OK;
    }
    find_roles(das, originator, grant->request, &roles);
    if (roles.count == 0) {
        return POSTERN_OK;
    }
    grant->reason = grant->privileges
                        ? "the policy permits it, and roles are assigned"
                        : "roles that would help are assigned";
    return issue(das, grant, &roles, diag);
}

/* ---- the text ------------------------------------------------------------ */

/* One rule: this originator, this operation. */
static postern_das_privileges privileges_of(const struct grant *grant)
{
    postern_operation operation =
        postern_operation_of_primitive(grant->request->operation, 0);

    return (postern_das_privileges){.originator = grant->request->originator,
                                    .operations =
                                        (uint32_t)operation & POSTERN_ACOP_ALL,
                                    .expires_s = grant->expires_s};
}

static postern_status make_reply(postern_das *das, const struct grant *grant,
                                 postern_das_reply *reply)
{
    postern_das_privileges privileges = privileges_of(grant);
    postern_str text;

    PST_TRY(pst_das_response_write(&das->said,
                                   grant->privileges ? &privileges : NULL,
                                   grant->token, &text));
    *reply = (postern_das_reply){
        .text = text,
        .privileges = grant->privileges,
        .tokens = grant->token.data ? 1 : 0,
        .reason = grant->reason,
    };
    return POSTERN_OK;
}

/* ---- all of it ----------------------------------------------------------- */

static postern_status answer(postern_das *das,
                             const postern_das_question *question,
                             postern_das_reply *reply, postern_diag *diag)
{
    struct pst_message message = {.arena = &das->said, .diag = diag};
    struct pst_das_request request;
    struct grant grant = {.request = &request,
                          .now_s = question->now_s,
                          .reason = "nothing permits it"};
    const struct pst_node *body;
    postern_id originator;

    PST_TRY(pst_message_open(&message, question->text, PST_DAS_REQUEST, &body));
    PST_TRY(pst_das_request_read(&request, &message, body));
    PST_TRY(read_originator(das, &message, &request, &originator));
    if (!is_the_cse(das, question->asker)) {
        grant.reason = "the asker is not the CSE of the policy";
        return make_reply(das, &grant, reply);
    }
    decide_privileges(das, &grant);
    PST_TRY(decide_tokens(das, &grant, &originator, diag));
    return make_reply(das, &grant, reply);
}

postern_status postern_das_answer(postern_das *das,
                                  const postern_das_question *question,
                                  postern_das_reply *reply, postern_diag *diag)
{
    postern_status status;

    *reply = (postern_das_reply){.reason = "the request could not be read"};
    pst_diag_clear(diag);
    if (question->now_s < PST_CIVIL_MIN_S ||
        question->now_s > PST_CIVIL_MAX_S) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    pst_arena_release(&das->said);
    status = answer(das, question, reply, diag);
    return status == POSTERN_OK ? status : pst_diag_plain(diag, status);
}
