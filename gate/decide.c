/*
 * The decision: which links the target has, which of them is of the originator,
 * and whether its policy, its time and its rate permit. Each step that is not
 * passed is a reason; of several links the one that came furthest speaks.
 * [PPM-05]
 */
#include "gate/gate.h"

#include "base/sized.h"

/* How far a link has come, with the word for where it stopped. */
enum step {
    STEP_NO_PROVIDER,
    STEP_NO_CONSENT,
    STEP_CLOSED,
    STEP_OPERATION,
    STEP_NO_TIME,
    STEP_ENDED,
    STEP_CONTEXT,
    STEP_TOO_OFTEN,
    STEP_PERMITTED
};

static const char *const words[] = {
    [STEP_NO_PROVIDER] = "no-provider", [STEP_NO_CONSENT] = "no-consent",
    [STEP_CLOSED] = "closed",           [STEP_OPERATION] = "operation",
    [STEP_NO_TIME] = "no-time",         [STEP_ENDED] = "ended",
    [STEP_CONTEXT] = "context",         [STEP_TOO_OFTEN] = "too-often",
    [STEP_PERMITTED] = "consent"};

struct deciding {
    postern_gate_reader *reader;
    const postern_gate_question *question;
    enum pst_gate_context context;
    postern_request request;
    postern_resource target;
    struct pst_gate_head head;
    /* Of the link that came furthest. */
    enum step step;
    bool any;
    struct pst_gate_card card;
    postern_str policy; /* ID, when the link is open */
    postern_str nations;
};

/* ---- one link ------------------------------------------------------------ */

static bool is_read(postern_operation operation)
{
    return operation == POSTERN_OP_RETRIEVE ||
           operation == POSTERN_OP_DISCOVERY;
}

/* A clock that was put back permits nothing new. [PPM-24] */
static bool is_too_often(const postern_gate_question *question,
                         const struct pst_gate_card *card)
{
    if (question->last_s == INT64_MIN ||
        (!card->interval.months && !card->interval.seconds)) {
        return false;
    }
    return !pst_gate_has_date(question->last_s) ||
           question->time_s < pst_gate_after(question->last_s, &card->interval);
}

/* The policy, found where the link leads to. */
static bool is_permitted(struct deciding *self, postern_str policy,
                         postern_str *nations)
{
    const postern_prp *prp = self->reader->gate->prp;
    postern_resource resource;
    postern_acp_link link;

    postern_resource_init(&resource);
    if (prp->find(prp->user, self->reader->prp_reader, policy, &resource) !=
            POSTERN_FOUND ||
        !resource.acp_set || resource.labels.count != 1) {
        return false;
    }
    *nations = resource.labels.items[0];
    if (self->context == PST_GATE_CONTEXT_IS_GRANTED &&
        !self->question->country_known && nations->len >= 2) {
        memcpy(self->request.location.country, nations->data, 2);
    }
    link = (postern_acp_link){resource.acp_set,
                              {resource.acp, POSTERN_PRIVILEGES}};
    return postern_decide_links(&link, 1, &self->request).effect ==
           POSTERN_PERMIT;
}

/* An open link. */
static enum step follow(struct deciding *self, const struct pst_gate_card *card,
                        postern_str policy, postern_str *nations)
{
    const postern_gate_question *question = self->question;

    if (!is_read(question->operation)) {
        return STEP_OPERATION;
    }
    if (!question->time_known || !pst_gate_has_date(question->time_s)) {
        return STEP_NO_TIME;
    }
    if (question->time_s < card->from_s) {
        return STEP_NO_CONSENT;
    }
    if (question->time_s >= card->ends_s) {
        return STEP_ENDED;
    }
    if (!is_permitted(self, policy, nations)) {
        return STEP_CONTEXT;
    }
    return is_too_often(question, card) ? STEP_TOO_OFTEN : STEP_PERMITTED;
}

static void look(struct deciding *self, postern_str label, postern_str policy)
{
    struct pst_gate_card card;
    postern_str nations = {NULL, 0};
    enum step step;

    if (!pst_gate_card_read(label, &card) ||
        !pst_gate_card_lists(&card, self->request.originator.hash)) {
        return;
    }
    if (card.stand == PST_GATE_OPEN) {
        step = follow(self, &card, policy, &nations);
    } else {
        step = card.stand == PST_GATE_CLOSED ? STEP_CLOSED : STEP_NO_CONSENT;
    }
    if (!self->any || step > self->step) {
        self->any = true;
        self->step = step;
        self->card = card;
        self->policy = policy;
        self->nations = nations;
    }
}

/* The first links are those with policies. */
static void look_at_all(struct deciding *self)
{
    const postern_texts *labels = &self->target.labels;
    const postern_texts *policies = &self->target.policy_ids;

    for (size_t i = 1; i < labels->count && self->step != STEP_PERMITTED; i++) {
        postern_str policy = {NULL, 0};

        if (policies->items && i - 1 < policies->count) {
            policy = policies->items[i - 1];
        }
        look(self, labels->items[i], policy);
    }
}

/* ---- the answer ---------------------------------------------------------- */

/* A copy that outlives the view; what has no room is left out. */
static postern_str keep(postern_gate_reader *reader, postern_str text)
{
    postern_str kept = {reader->texts + reader->used, text.len};

    if (!text.data || text.len > sizeof reader->texts - reader->used) {
        return (postern_str){NULL, 0};
    }
    memcpy(reader->texts + reader->used, text.data, text.len);
    reader->used += text.len;
    return kept;
}

static void tell_link(struct deciding *self, postern_gate_answer *answer)
{
    postern_gate_reader *reader = self->reader;
    const struct pst_gate_card *card = &self->card;

    answer->provider = keep(reader, card->provider);
    answer->application = keep(reader, card->application);
    answer->consent = keep(reader, card->consent);
    answer->consent_version = card->version;
    if (self->step != STEP_PERMITTED) {
        return;
    }
    answer->permitted = true;
    answer->acp = keep(reader, self->policy);
    answer->delete_by_s = pst_gate_after(self->question->time_s, &card->kept);
    reader->found.ends_s = card->ends_s;
    reader->found.nation_bytes = 0;
    if (self->nations.len <= sizeof reader->found.nations) {
        memcpy(reader->found.nations, self->nations.data, self->nations.len);
        reader->found.nation_bytes = self->nations.len;
    }
}

static void tell(struct deciding *self, postern_gate_answer *answer)
{
    postern_gate_reader *reader = self->reader;

    answer->target = keep(reader, self->target.id);
    answer->subscriber = keep(reader, self->head.subscriber);
    answer->device = keep(reader, self->head.device);
    answer->data = keep(reader, self->head.data);
    answer->reason = words[self->step];
    reader->found.data_class = self->head.data_class;
    if (self->any) {
        tell_link(self, answer);
    }
}

/* ---- all of it ----------------------------------------------------------- */

static void ask(struct deciding *self)
{
    const postern_gate_question *question = self->question;
    postern_request *request = &self->request;

    postern_request_init(request);
    if (postern_id_parse_entity(&request->originator,
                                self->reader->gate->options.cse,
                                question->originator) != POSTERN_OK) {
        request->originator.kind = POSTERN_ID_UNSET;
    }
    request->operation = question->operation;
    request->authenticated = true;
    request->time_known = question->time_known;
    request->time_s = question->time_s;
    request->ip = question->ip;
    if (question->country_known) {
        memcpy(request->location.country, question->country,
               sizeof request->location.country);
    }
}

/* Whether the address is of a resource of a subscriber. */
static bool find_target(struct deciding *self)
{
    const postern_prp *prp = self->reader->gate->prp;

    postern_resource_init(&self->target);
    return prp->find(prp->user, self->reader->prp_reader,
                     self->question->target, &self->target) == POSTERN_FOUND &&
           !self->target.acp_set && self->target.labels.count > 0 &&
           pst_gate_head_read(self->target.labels.items[0], &self->head);
}

static void decide(struct deciding *self, postern_gate_answer *answer)
{
    const postern_prp *prp = self->reader->gate->prp;

    prp->enter(prp->user, self->reader->prp_reader);
    if (find_target(self)) {
        if (self->request.originator.kind == POSTERN_ID_ENTITY) {
            look_at_all(self);
        }
        tell(self, answer);
    }
    prp->leave(prp->user, self->reader->prp_reader);
}

void pst_gate_decide(postern_gate_reader *reader,
                     const postern_gate_question *question,
                     enum pst_gate_context context, postern_gate_answer *answer)
{
    struct deciding self; /* the rest of it is set where it is found */

    *answer =
        (postern_gate_answer){.reason = "no-target", .delete_by_s = INT64_MAX};
    reader->used = 0;
    reader->found.nation_bytes = 0;
    reader->found.ends_s = INT64_MIN;
    if (atomic_load(&reader->gate->broken)) {
        answer->reason = "closed";
        return;
    }
    self.reader = reader;
    self.question = question;
    self.context = context;
    self.step = STEP_NO_PROVIDER;
    self.any = false;
    ask(&self);
    decide(&self, answer);
}

void postern_gate_decide(postern_gate_reader *reader,
                         const postern_gate_question *question,
                         postern_gate_answer *answer)
{
    postern_gate_question own;

    if (!pst_sized_copy(&own, sizeof own, question)) {
        own.operation = POSTERN_OP_NONE; /* of a release to come: denied */
        own.time_known = false;
    }
    pst_gate_decide(reader, &own, PST_GATE_CONTEXT_IS_ASKED, answer);
}
