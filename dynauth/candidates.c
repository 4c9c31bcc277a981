/*
 * Which DASs could permit a request that the policies deny (7.3.2.2 step 2.2),
 * and what they are told: set 1 by the Role-IDs that rules of the target list,
 * set 2 by its consultation resources.
 */
#include "dynauth/dynauth.h"

#include "base/str.h"
#include "engine/authorize.h"
#include "engine/reader.h"
#include "prp/attribute.h"

enum { ID_SIZE = 1024 };

/* ---- texts that last as long as the handle ------------------------------- */

static postern_status keep_text(postern_dynauth *self, postern_str text,
                                postern_str *copy)
{
    *copy = (postern_str){NULL, 0};
    if (text.data) {
        *copy = pst_arena_copy(&self->arena, text);
    }
    return text.data && !copy->data ? POSTERN_ERR_MEMORY : POSTERN_OK;
}

/* The canonical text of an identifier. One that is longer than anybody makes
 * them is not kept: absent. */
static postern_status keep_id(postern_dynauth *self, const postern_id *id,
                              postern_str *copy)
{
    char text[ID_SIZE];
    size_t len = postern_id_text(id, text, sizeof text);

    *copy = (postern_str){NULL, 0};
    return len < sizeof text ? keep_text(self, (postern_str){text, len}, copy)
                             : POSTERN_OK;
}

static postern_status keep_texts(postern_dynauth *self,
                                 const postern_texts *texts,
                                 postern_texts *copy)
{
    postern_str *items = pst_arena_alloc(
        &self->arena, texts->items ? texts->count + 1 : 1, sizeof *items);
    size_t count = 0;

    if (!items) {
        return POSTERN_ERR_MEMORY;
    }
    for (size_t i = 0; texts->items && i < texts->count; i++) {
        if (texts->items[i].len) {
            PST_TRY(keep_text(self, texts->items[i], &items[count++]));
        }
    }
    *copy = (postern_texts){items, count};
    return POSTERN_OK;
}

/* ---- what is told -------------------------------------------------------- */

/* Those that were verified for this request, not those that it claims. */
static postern_status keep_roles(postern_dynauth *self,
                                 const struct pst_run *run)
{
    size_t count = run->request.role_count;
    postern_str *items =
        pst_arena_alloc(&self->arena, count + 1, sizeof *items);
    size_t kept = 0;

    if (!items) {
        return POSTERN_ERR_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        PST_TRY(keep_id(self, &run->request.roles[i], &items[kept]));
        kept += items[kept].data ? 1u : 0u;
    }
    self->facts.role_ids = (postern_texts){items, kept};
    return POSTERN_OK;
}

/* The identifier that a rule would have to let in, whatever the form of the
 * address or of From. */
static postern_status keep_identifiers(postern_dynauth *self,
                                       const struct pst_run *run)
{
    const postern_cse *cse = run->view.prp->cse;
    postern_str id;
    postern_id target;

    PST_TRY(keep_id(self, &run->asker.id, &self->facts.originator));
    PST_TRY(keep_text(self, run->target.resource.id, &id));
    if (id.len && postern_id_parse_resource(&target, cse, id) == POSTERN_OK) {
        PST_TRY(keep_id(self, &target, &self->facts.target));
    }
    if (self->facts.originator.data &&
        postern_id_parse_entity(&self->originator, cse,
                                self->facts.originator) != POSTERN_OK) {
        self->facts.originator = (postern_str){NULL, 0};
    }
    return POSTERN_OK;
}

/* A subscription takes a Retrieve as well. [PRP-06] */
static uint32_t operations_of(const postern_primitive *primitive)
{
    postern_operation operation = postern_operation_of_primitive(
        primitive->operation, primitive->filter_usage);
    uint32_t bits = (uint32_t)operation & POSTERN_ACOP_ALL;

    return operation == POSTERN_OP_CREATE &&
                   primitive->child_type == PST_TYPE_SUBSCRIPTION
               ? bits | POSTERN_ACOP_RETRIEVE
               : bits;
}

/* Of the tokens that were verified for this request. */
static postern_status keep_token_ids(postern_dynauth *self,
                                     const struct pst_tokens *tokens)
{
    postern_str *items =
        pst_arena_alloc(&self->arena, tokens->count + 1, sizeof *items);

    if (!items) {
        return POSTERN_ERR_MEMORY;
    }
    for (size_t i = 0; i < tokens->count; i++) {
        PST_TRY(keep_text(self, tokens->items[i].claims.token_id, &items[i]));
    }
    self->facts.token_ids = (postern_texts){items, tokens->count};
    return POSTERN_OK;
}

static void keep_token_count(postern_dynauth *self,
                             const postern_primitive *primitive)
{
    size_t all = primitive->tokens.count + primitive->token_ids.count +
                 primitive->local_token_ids.count;

    self->token_count = primitive->tokens.items ? primitive->tokens.count : 0;
    self->token_room = all < PST_TOKENS_MAX ? PST_TOKENS_MAX - all : 0;
}

static postern_status keep_facts(postern_dynauth *self,
                                 const struct pst_run *run)
{
    struct pst_das_request *facts = &self->facts;

    PST_TRY(keep_identifiers(self, run));
    PST_TRY(keep_roles(self, run));
    PST_TRY(keep_token_ids(self, &run->tokens));
    facts->target_type = run->target.resource.type;
    facts->operation = run->primitive.operation;
    facts->ip = run->request.ip;
    facts->location = run->request.location;
    facts->dated = true;
    facts->time_s = run->now.time_s;
    self->cse = *run->view.prp->cse;
    self->operations = operations_of(&run->primitive);
    keep_token_count(self, &run->primitive);
    self->wants_token_info = run->primitive.wants_token_info;
    return POSTERN_OK;
}

/* ---- set 2: consultations ------------------------------------------------ */

static bool is_among(const postern_texts *texts, postern_str text)
{
    for (size_t i = 0; texts->items && i < texts->count; i++) {
        if (text.len && pst_str_equal(texts->items[i], text)) {
            return true;
        }
    }
    return false;
}

/* Whether both name one DAS: they have a point of access in common. */
static bool is_reached_by(const struct pst_candidate *candidate,
                          const postern_texts *points)
{
    for (size_t i = 0; i < points->count; i++) {
        if (is_among(&candidate->points, points->items[i])) {
            return true;
        }
    }
    return false;
}

static struct pst_candidate *find_candidate(postern_dynauth *self,
                                            const postern_texts *points)
{
    for (size_t i = 0; i < self->candidate_count; i++) {
        if (is_reached_by(&self->candidates[i], points)) {
            return &self->candidates[i];
        }
    }
    return NULL;
}

/* NULL when nobody is to be asked by it. [DDA-25] */
static const char *defect_of(const postern_resource *resource,
                             const struct pst_now *now)
{
    const postern_consultation *consultation = resource->consultation;

    if (resource->type != PST_TYPE_CONSULTATION || !consultation) {
        return " is no <dynamicAuthorizationConsultation>";
    }
    if (!consultation->enabled) {
        return " is not enabled";
    }
    if (pst_is_over(resource->expires_s, now)) {
        return " has expired";
    }
    if (consultation->has_lifetime && consultation->lifetime_s <= now->time_s) {
        return " has a lifetime that is over";
    }
    return consultation->points.items && consultation->points.count
               ? NULL
               : " has no point of access";
}

static void take_consultation(struct pst_candidate *candidate,
                              const postern_consultation *consultation)
{
    candidate->consulted = true;
    if (consultation->has_lifetime &&
        (!candidate->has_lifetime ||
         consultation->lifetime_s < candidate->lifetime_s)) {
        candidate->has_lifetime = true;
        candidate->lifetime_s = consultation->lifetime_s;
    }
}

static postern_status consult(postern_dynauth *self, const struct pst_run *run,
                              postern_str link)
{
    postern_resource resource;
    postern_found found = pst_view_find(&run->view, link, &resource);
    const char *defect = found == POSTERN_FOUND
                             ? defect_of(&resource, &run->now)
                             : " cannot be found";
    struct pst_candidate *candidate;

    if (defect) {
        pst_dynauth_note(self, "consultation", link, defect);
        return POSTERN_OK;
    }
    candidate = find_candidate(self, &resource.consultation->points);
    if (!candidate && self->options.listed_servers_only) {
        pst_dynauth_note(self, "consultation", link,
                         " names a server that is not listed");
        return POSTERN_OK;
    }
    if (!candidate) {
        candidate = &self->candidates[self->candidate_count];
        PST_TRY(keep_texts(self, &resource.consultation->points,
                           &candidate->points));
        self->candidate_count++;
    }
    take_consultation(candidate, resource.consultation);
    return POSTERN_OK;
}

/* Those of the target; where its type takes its policies from another resource
 * and it links to none, those of that one. [DDA-05] */
static const postern_texts *links_of(const struct pst_run *run)
{
    const postern_texts *own = &run->target.resource.consultation_ids;

    return own->items ? own : &run->selection.decider.consultation_ids;
}

static postern_status make_candidates(postern_dynauth *self, size_t links)
{
    size_t servers = self->options.server_count;

    self->candidates = pst_arena_alloc(&self->arena, servers + links + 1,
                                       sizeof *self->candidates);
    if (!self->candidates) {
        return POSTERN_ERR_MEMORY;
    }
    for (size_t i = 0; i < servers; i++) {
        self->candidates[i].server = &self->options.servers[i];
        self->candidates[i].points = self->options.servers[i].points;
    }
    self->candidate_count = servers;
    return POSTERN_OK;
}

static postern_status consult_all(postern_dynauth *self,
                                  const struct pst_run *run)
{
    const postern_texts *links = links_of(run);

    PST_TRY(make_candidates(self, links->items ? links->count : 0));
    for (size_t i = 0; links->items && i < links->count; i++) {
        PST_TRY(consult(self, run, links->items[i]));
    }
    return POSTERN_OK;
}

/* ---- set 1: roles -------------------------------------------------------- */

/* A Role-ID that would have helped; newest first. */
struct helping {
    const struct helping *next;
    const postern_das_server *server;
    postern_str id;
};

struct search {
    postern_dynauth *self;
    const struct helping *first;
    postern_status status;
};

static postern_status add_role(struct search *search, const postern_id *role)
{
    struct helping *helping =
        pst_arena_alloc(&search->self->arena, 1, sizeof *helping);

    if (!helping) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(keep_id(search->self, role, &helping->id));
    if (!helping->id.data) {
        return POSTERN_OK;
    }
    helping->server =
        postern_das_server_of(&search->self->options, helping->id);
    if (!helping->server) {
        pst_dynauth_note(search->self, "role", helping->id,
                         " would help and is of no server that is listed");
        return POSTERN_OK;
    }
    helping->next = search->first;
    search->first = helping;
    return POSTERN_OK;
}

static void hear_role(void *user, const postern_id *role)
{
    struct search *search = user;

    if (search->status == POSTERN_OK) {
        search->status = add_role(search, role);
    }
}

/* In the order in which they were heard. */
static postern_status group_roles(const struct search *search,
                                  struct pst_candidate *candidate)
{
    size_t count = 0;
    postern_str *items;

    for (const struct helping *at = search->first; at; at = at->next) {
        count += at->server == candidate->server ? 1u : 0u;
    }
    items = pst_arena_alloc(&search->self->arena, count + 1, sizeof *items);
    if (!items) {
        return POSTERN_ERR_MEMORY;
    }
    candidate->helping_ids = (postern_texts){items, count};
    for (const struct helping *at = search->first; at; at = at->next) {
        if (at->server == candidate->server) {
            items[--count] = at->id;
        }
    }
    return POSTERN_OK;
}

/* By what would have helped, not by what is there: of rules whose other terms
 * hold. [DDA-02] [DDA-03] */
static postern_status find_roles(postern_dynauth *self, postern_reader *reader,
                                 const postern_primitive *primitive)
{
    struct search search = {.self = self, .status = POSTERN_OK};

    (void)postern_roles_that_help(reader, primitive, hear_role, &search);
    PST_TRY(search.status);
    for (size_t i = 0; i < self->options.server_count; i++) {
        PST_TRY(group_roles(&search, &self->candidates[i]));
    }
    return POSTERN_OK;
}

/* ---- the denial ---------------------------------------------------------- */

/* By policies, for want of a rule: nothing else is for a DAS to change, and
 * what it grants has an end. [DDA-01] */
static bool is_denied_by_policies(const struct pst_run *run)
{
    const postern_answer *answer = &run->answer;

    return answer->rsc == POSTERN_RSC_NO_PRIVILEGE &&
           (answer->stage == POSTERN_STAGE_RULES ||
            answer->stage == POSTERN_STAGE_DEFAULT) &&
           run->asker.id.kind == POSTERN_ID_ENTITY && run->now.known;
}

/* *denied: there is somebody to look for. */
static postern_status look_at_denial(postern_dynauth *self, struct pst_run *run,
                                     const postern_primitive *primitive,
                                     bool *denied)
{
    postern_status status = POSTERN_OK;

    *denied = false;
    run->listener = NULL;
    run->terse = true;
    run->memo = NULL;
    if (pst_call_begin(run, primitive, PST_TARGET_NEEDED) &&
        pst_find_target(run) && !pst_judge_target(run) &&
        is_denied_by_policies(run)) {
        *denied = true;
        status = keep_facts(self, run);
        status = status == POSTERN_OK ? consult_all(self, run) : status;
    }
    pst_call_end(run);
    return status;
}

postern_status pst_find_candidates(postern_dynauth *self,
                                   postern_reader *reader,
                                   const postern_primitive *primitive)
{
    bool denied;

    PST_TRY(look_at_denial(self, &reader->run, primitive, &denied));
    if (!denied || !self->facts.originator.data || !self->facts.target.data) {
        self->candidate_count = 0;
        return POSTERN_OK;
    }
    return find_roles(self, reader, primitive);
}
