/* Direct dynamic authorization as a machine of three states. */
#include "dynauth/dynauth.h"

#include "base/civil_time.h"
#include "base/sized.h"
#include "base/str.h"
#include "dynauth/das_response.h"

/* ---- whom to ask --------------------------------------------------------- */

static bool is_of_use(const struct pst_candidate *candidate)
{
    return candidate->points.items && candidate->points.count &&
           (candidate->consulted || candidate->helping_ids.count);
}

/* To the next one from `at` on, as long as there are chances left. [DDA-06] */
static void choose(postern_dynauth *self)
{
    self->state = POSTERN_DYNAUTH_DONE;
    while (self->at < self->candidate_count &&
           !is_of_use(&self->candidates[self->at])) {
        self->at++;
    }
    if (self->at < self->candidate_count &&
        self->asked < self->options.max_asked) {
        self->asked++;
        self->state = POSTERN_DYNAUTH_ASK;
    }
}

static void forget_answer(postern_dynauth *self)
{
    postern_acp_set_free(self->set);
    self->set = NULL;
    self->link = (postern_acp_link){.set = NULL};
    self->tokens = NULL;
    self->grant = (postern_dynauth_grant){.rules = 0};
    pst_arena_release(&self->said);
}

/* Silence is no answer. [DDA-23] */
void postern_dynauth_failed(postern_dynauth *self)
{
    if (self->state != POSTERN_DYNAUTH_DONE) {
        forget_answer(self);
        self->at++;
        choose(self);
    }
}

/* ---- beginning ----------------------------------------------------------- */

static uint32_t bounded(uint32_t value, uint32_t usual, uint32_t ceiling)
{
    value = value ? value : usual;
    return value < ceiling ? value : ceiling;
}

static bool take_options(postern_dynauth *self,
                         const postern_dynauth_options *options)
{
    postern_dynauth_options *taken = &self->options;

    if (!pst_sized_copy(taken, sizeof *taken, options) ||
        (taken->server_count && !taken->servers) || taken->lifetime_s < 0 ||
        taken->max_lifetime_s < 0) {
        return false;
    }
    taken->max_asked =
        bounded(taken->max_asked, PST_DYNAUTH_ASKED, PST_DYNAUTH_ASKED_MAX);
    taken->lifetime_s =
        taken->lifetime_s ? taken->lifetime_s : PST_DYNAUTH_LIFETIME_S;
    return true;
}

postern_status postern_dynauth_begin(postern_dynauth **dynauth,
                                     postern_reader *reader,
                                     const postern_primitive *primitive,
                                     const postern_dynauth_options *options)
{
    postern_dynauth plain = {.state = POSTERN_DYNAUTH_DONE};
    postern_dynauth *self;
    postern_allocator wiper;
    postern_status status;

    *dynauth = NULL;
    if (!reader || !primitive || !take_options(&plain, options)) {
        return POSTERN_ERR_ARGUMENT;
    }
    plain.allocator = pst_allocator_of(plain.options.allocator);
    self = pst_alloc(&plain.allocator, sizeof *self);
    if (!self) {
        return POSTERN_ERR_MEMORY;
    }
    *self = plain;
    self->reader = reader;
    pst_arena_init(&self->arena, &self->allocator, SIZE_MAX);
    wiper = pst_wiping_allocator(&self->wiping, &self->allocator);
    pst_arena_init(&self->said, &wiper, SIZE_MAX);
    status = pst_find_candidates(self, reader, primitive);
    if (status != POSTERN_OK) {
        postern_dynauth_free(self);
        return status;
    }
    choose(self);
    *dynauth = self;
    return POSTERN_OK;
}

void postern_dynauth_free(postern_dynauth *dynauth)
{
    postern_allocator allocator;

    if (dynauth) {
        allocator = dynauth->allocator;
        forget_answer(dynauth);
        pst_arena_release(&dynauth->arena);
        pst_release(&allocator, dynauth, sizeof *dynauth);
    }
}

postern_dynauth_state postern_dynauth_state_of(const postern_dynauth *dynauth)
{
    return dynauth->state;
}

/* ---- asking -------------------------------------------------------------- */

postern_dynauth_server postern_dynauth_server_of(const postern_dynauth *dynauth)
{
    const struct pst_candidate *candidate = &dynauth->candidates[dynauth->at];
    postern_dynauth_server server = {.points = {NULL, 0}};

    if (dynauth->state == POSTERN_DYNAUTH_ASK) {
        server.points = candidate->points;
        if (candidate->server) {
            server.identity = candidate->server->identity;
        }
    }
    return server;
}

static int64_t add_seconds(int64_t time_s, int64_t seconds)
{
    if (time_s < PST_CIVIL_MIN_S) {
        time_s = PST_CIVIL_MIN_S;
    }
    return time_s > PST_CIVIL_MAX_S || seconds > PST_CIVIL_MAX_S - time_s
               ? PST_CIVIL_MAX_S
               : time_s + seconds;
}

struct pst_das_request pst_request_to(const postern_dynauth *self,
                                      const struct pst_candidate *candidate)
{
    const postern_das_server *server = candidate->server;
    struct pst_das_request request = self->facts;

    if (!server || !server->tell_ip) { /* [DDA-24] */
        request.ip = (postern_ip){.family = 0};
    }
    if (!server || !server->tell_location) {
        request.location = (postern_location){.has_point = false};
    }
    request.helping_ids = candidate->helping_ids;
    request.has_lifetime = true;
    request.lifetime_s =
        candidate->has_lifetime
            ? candidate->lifetime_s
            : add_seconds(request.time_s, self->options.lifetime_s);
    return request;
}

size_t postern_dynauth_request(const postern_dynauth *dynauth, char *buffer,
                               size_t size)
{
    struct pst_das_request request;
    struct pst_sink sink;

    pst_sink_open(&sink, buffer, size);
    if (dynauth->state != POSTERN_DYNAUTH_ASK) {
        return 0;
    }
    request = pst_request_to(dynauth, &dynauth->candidates[dynauth->at]);
    pst_json_open(&sink.json, NULL, '{');
    pst_json_open(&sink.json, "m2m:seci", '{');
    pst_json_int(&sink.json, "sit", PST_DAS_REQUEST);
    pst_das_request_write(&sink.json, "dreq", &request);
    pst_json_close(&sink.json, '}');
    pst_json_close(&sink.json, '}');
    return sink.json.text.len;
}

/* ---- the answer ---------------------------------------------------------- */

/* The lifetime that was asked for where the DAS says none. */
static int64_t expiry_of(const postern_dynauth *self,
                         const struct pst_das_response *response, int64_t now_s)
{
    struct pst_das_request asked =
        pst_request_to(self, &self->candidates[self->at]);
    int64_t most = self->options.max_lifetime_s;
    int64_t expires_s =
        response->has_lifetime ? response->lifetime_s : asked.lifetime_s;

    if (most && expires_s > add_seconds(now_s, most)) {
        expires_s = add_seconds(now_s, most);
    }
    return expires_s;
}

static postern_status take_rules(postern_dynauth *self,
                                 const struct pst_das_response *response,
                                 int64_t now_s, postern_diag *diag)
{
    int64_t expires_s = expiry_of(self, response, now_s);
    postern_status status;

    if (!response->privileges) {
        return POSTERN_OK;
    }
    if (expires_s <= now_s || expires_s <= self->facts.time_s) {
        pst_dynauth_note(self, "the privileges of the DAS are over",
                         (postern_str){NULL, 0}, "");
        return POSTERN_OK;
    }
    status = pst_take_privileges(self, response->privileges, expires_s, diag);
    if (status != POSTERN_ERR_POLICY || self->grant.tokens == 0) {
        return status;
    }
    pst_dynauth_note(self, "the privileges of the DAS are left out: ",
                     (postern_str){NULL, 0}, diag ? diag->message : "");
    pst_diag_clear(diag);
    return POSTERN_OK;
}

static postern_status take_message(postern_dynauth *self,
                                   struct pst_message *message,
                                   postern_str text, int64_t now_s)
{
    struct pst_das_response response;
    const struct pst_node *body;

    PST_TRY(pst_message_open(message, text, PST_DAS_RESPONSE, &body));
    PST_TRY(pst_das_response_read(&response, message, body));
    PST_TRY(pst_take_tokens(self, &response.tokens, now_s, message->diag));
    PST_TRY(take_rules(self, &response, now_s, message->diag));
    if (self->grant.tokens == 0 && !self->set) {
        return pst_diag_refuse(message->diag, POSTERN_ERR_POLICY, "",
                               "the DAS grants nothing that counts", NULL);
    }
    return POSTERN_OK;
}

postern_status postern_dynauth_answer(postern_dynauth *dynauth,
                                      postern_str text, int64_t now_s,
                                      postern_diag *diag)
{
    struct pst_arena reading;
    struct pst_message message = {.arena = &reading, .diag = diag};
    postern_status status;

    pst_diag_clear(diag);
    if (dynauth->state != POSTERN_DYNAUTH_ASK) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    forget_answer(dynauth);
    pst_arena_init(&reading, &dynauth->said.allocator, SIZE_MAX);
    status = take_message(dynauth, &message, text, now_s);
    pst_arena_release(&reading);
    if (status == POSTERN_OK) {
        dynauth->state = POSTERN_DYNAUTH_DECIDE;
        return status;
    }
    postern_dynauth_failed(dynauth);
    return pst_diag_plain(diag, status);
}

/* ---- the decision -------------------------------------------------------- */

/* [DDA-21] */
void postern_dynauth_apply(const postern_dynauth *dynauth,
                           postern_primitive *primitive)
{
    size_t carried = primitive->tokens.items ? primitive->tokens.count : 0;

    if (dynauth->state != POSTERN_DYNAUTH_DECIDE) {
        return;
    }
    if (dynauth->set) {
        primitive->granted = &dynauth->link;
        primitive->granted_count = 1;
    }
    if (dynauth->grant.tokens && carried == dynauth->token_count) {
        for (size_t i = 0; i < carried; i++) {
            dynauth->tokens[i] = primitive->tokens.items[i];
        }
        primitive->tokens =
            (postern_texts){dynauth->tokens, carried + dynauth->grant.tokens};
    }
}

postern_dynauth_grant postern_dynauth_grant_of(const postern_dynauth *dynauth)
{
    return dynauth->grant;
}
