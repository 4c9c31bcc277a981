/* The manager in the place of a DAS (7.3.2.2): what it permits as a PDP it
 * grants for a while. [PPM-06] */
#include "gate/gate.h"

struct replying {
    postern_gate_reader *reader;
    int64_t now_s;
    postern_das_request request;
    postern_gate_reply *reply;
};

/* Only the CSE that hosts the resources may hear about them. */
static bool is_the_cse(const postern_cse *cse, postern_str asker)
{
    postern_id id;

    return postern_id_parse_entity(&id, cse, asker) == POSTERN_OK &&
           pst_str_fold_equal(id.domain, cse->domain) &&
           pst_str_equal(id.first, cse->name) && id.second.len == 0;
}

/* The asking CSE vouches for what it says about the request, but not for the
 * time, which is ours. */
static void make_question(const struct replying *self,
                          postern_gate_question *question)
{
    const postern_das_request *request = &self->request;

    postern_gate_question_init(question);
    question->originator = request->originator;
    question->target = request->target;
    question->operation = postern_operation_of_primitive(request->operation, 0);
    question->time_known = true;
    question->time_s = self->now_s;
    question->ip = request->ip;
    question->country_known = request->location.country[0] != '\0';
    memcpy(question->country, request->location.country,
           sizeof question->country);
}

static int64_t lifetime_of(const postern_gate_options *options,
                           enum pst_data_class data_class)
{
    switch (data_class) {
    case PST_CLASS_ANONYMISED:
        return options->anonymous_lifetime_s;
    case PST_CLASS_PERSONAL:
        return options->personal_lifetime_s;
    case PST_CLASS_SENSITIVE:
    case PST_CLASS_MEDICAL:
    case PST_CLASS_UNKNOWN:
    default:
        return options->sensitive_lifetime_s;
    }
}

/* The first of: what the class allows, what the CSE asks for, the end of the
 * consent. */
static int64_t end_of(const struct replying *self)
{
    const struct pst_gate_findings *found = &self->reader->found;
    const postern_das_request *request = &self->request;
    struct pst_gate_span lifetime = {
        .seconds =
            lifetime_of(&self->reader->gate->options, found->data_class)};
    int64_t end_s = pst_gate_after(self->now_s, &lifetime);

    end_s = found->ends_s < end_s ? found->ends_s : end_s;
    return request->has_lifetime && request->lifetime_s < end_s
               ? request->lifetime_s
               : end_s;
}

static postern_texts countries_of(postern_gate_reader *reader)
{
    const struct pst_gate_findings *found = &reader->found;
    size_t count = found->nation_bytes / 2;

    if (found->nation_bytes == 1) {
        return (postern_texts){NULL, 0}; /* "*" */
    }
    for (size_t i = 0; i < count; i++) {
        reader->countries[i] = (postern_str){found->nations + 2 * i, 2};
    }
    return (postern_texts){reader->countries, count};
}

static postern_status grant(const struct replying *self)
{
    postern_gate_reply *reply = self->reply;
    postern_das_privileges privileges = {
        .originator = self->request.originator,
        .operations = (uint32_t)reply->asked.operation & POSTERN_ACOP_ALL,
        .authentication_flag = true,
        .countries = countries_of(self->reader),
        .expires_s = end_of(self)};

    if (privileges.expires_s <= self->now_s ||
        privileges.expires_s == INT64_MAX) {
        reply->answer.permitted = false;
        reply->answer.reason = "ended";
        return postern_das_codec_answer(self->reader->codec, NULL,
                                        &reply->text);
    }
    reply->granted = true;
    reply->until_s = privileges.expires_s;
    return postern_das_codec_answer(self->reader->codec, &privileges,
                                    &reply->text);
}

static postern_status answer(struct replying *self, postern_str asker)
{
    postern_gate_reader *reader = self->reader;
    postern_gate_reply *reply = self->reply;

    make_question(self, &reply->asked);
    if (is_the_cse(reader->gate->options.cse, asker)) {
        pst_gate_decide(reader, &reply->asked, PST_GATE_CONTEXT_IS_GRANTED,
                        &reply->answer);
    } else {
        reply->answer.reason = "no-asker";
    }
    return reply->answer.permitted
               ? grant(self)
               : postern_das_codec_answer(reader->codec, NULL, &reply->text);
}

static postern_status reply_to(struct replying *self, postern_str text,
                               postern_str asker, postern_diag *diag)
{
    postern_gate_reader *reader = self->reader;

    if (!reader->codec) {
        PST_TRY(
            postern_das_codec_new(&reader->codec, &reader->gate->allocator));
    }
    PST_TRY(postern_das_codec_read(reader->codec, text, &self->request, diag));
    return answer(self, asker);
}

postern_status postern_gate_reply_to(postern_gate_reader *reader,
                                     postern_str text, postern_str asker,
                                     int64_t now_s, postern_gate_reply *reply,
                                     postern_diag *diag)
{
    struct replying self = {.reader = reader, .now_s = now_s, .reply = reply};
    postern_status status;

    memset(reply, 0, sizeof *reply);
    reply->until_s = INT64_MAX;
    reply->answer.reason = "no-target";
    reply->answer.delete_by_s = INT64_MAX;
    pst_diag_clear(diag);
    if (!pst_gate_has_date(now_s)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    status = reply_to(&self, text, asker, diag);
    if (status != POSTERN_OK) {
        reply->granted = false;
        reply->answer.permitted = false;
        reply->text = (postern_str){NULL, 0};
    }
    return status == POSTERN_OK ? status : pst_diag_plain(diag, status);
}
