/*
 * Granted privileges as a dynamic <accessControlPolicy> (7.3.2.2 step 4.1.2):
 *
 *   gp --written as its pv--> text --read and checked like any ACP--> rules
 *      --reduced, if so configured--> compiled set, and the text to store
 *
 * so that what a DAS grants passes the same checks as what a user writes.
 */
#include "dynauth/dynauth.h"

#include "base/str.h"
#include "policy-lang/compile.h"
#include "policy-lang/single_reader.h"
#include "policy-lang/write.h"

/* More than a message can become by being laid out. */
enum { TEXT_MAX = 16 << 20 };

static const char nameless[] = "dynamic";

/* Update, Retrieve, Delete: what managing it takes. */
enum {
    SELF_OPERATIONS =
        POSTERN_ACOP_RETRIEVE | POSTERN_ACOP_UPDATE | POSTERN_ACOP_DELETE
};

/* What the representation says. */
struct representation {
    postern_str id; /* absent: none */
    int64_t expires_s;
    const struct pst_node *as_sent; /* gp; NULL: the rules */
    const struct pst_rule_set *rules;
};

/* ---- writing ------------------------------------------------------------- */

/* For the hosting CSE alone. [DDA-19] */
static void write_self(struct pst_emitter *out, const postern_cse *cse)
{
    char name[POSTERN_DIAG_PATH_SIZE];
    struct pst_text text;
    postern_str holder;

    pst_text_init(&text, name, sizeof name);
    pst_text_add(&text, "/");
    pst_text_add_str(&text, cse->name);
    holder = postern_str_of(name);
    pst_emit_object(out, PST_STR("pvs"));
    pst_emit_list(out, PST_STR("acr"));
    pst_emit_object(out, pst_no_name());
    pst_emit_strings(out, PST_STR("acor"), &holder, 1);
    pst_emit_integer(out, PST_STR("acop"), SELF_OPERATIONS);
    pst_emit_close(out);
    pst_emit_close(out);
    pst_emit_close(out);
}

static void write_privileges(struct pst_writer *writer,
                             const struct representation *what)
{
    if (what->as_sent) {
        pst_emit_node(&writer->out, PST_STR("pv"), what->as_sent);
        return;
    }
    pst_emit_object(&writer->out, PST_STR("pv"));
    pst_write_rules(writer, PST_TERM_ACR, what->rules);
    pst_emit_close(&writer->out);
}

static void write_acp(struct pst_writer *writer, const postern_cse *cse,
                      const struct representation *what)
{
    char time[PST_TIME_TEXT];

    pst_emit_object(&writer->out, pst_no_name());
    pst_emit_object(&writer->out, PST_STR("m2m:acp"));
    if (what->id.len) {
        pst_emit_string(&writer->out, PST_STR("ri"), what->id);
    }
    pst_emit_integer(&writer->out, PST_STR("ty"), PST_TY_ACP);
    if (pst_time_write(time, what->expires_s)) {
        pst_emit_string(&writer->out, PST_STR("et"), postern_str_of(time));
    }
    write_privileges(writer, what);
    write_self(&writer->out, cse);
    pst_emit_close(&writer->out);
    pst_emit_close(&writer->out);
    pst_emit_end(&writer->out);
}

static postern_status make_text(postern_dynauth *self,
                                const struct representation *what,
                                postern_str *text)
{
    struct pst_writer writer = {.dialect = &pst_json_dialect};

    pst_emit_init(&writer.out, PST_FORMAT_JSON, &self->allocator, TEXT_MAX);
    write_acp(&writer, &self->cse, what);
    *text =
        writer.out.out.failed
            ? (postern_str){NULL, 0}
            : pst_arena_copy(&self->said, (postern_str){writer.out.out.data,
                                                        writer.out.out.len});
    pst_buffer_release(&writer.out.out);
    return text->data ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

/* ---- compiling ----------------------------------------------------------- */

static postern_status compile(postern_dynauth *self,
                              struct pst_single_reader *reader,
                              postern_diag *diag)
{
    struct pst_acp_source source = {&reader->resource, &self->cse,
                                    &reader->reader};
    postern_builder_options options;

    postern_builder_options_init(&options);
    options.allocator = &self->allocator;
    options.limits = reader->context.limits;
    return pst_compile_acp(&self->set, &source, &options, diag);
}

/* ---- how far the rules reach --------------------------------------------- */

struct reach {
    const struct pst_rule_set *rules;
    bool *lists_originator; /* for each of them */
};

static void hear_rule(void *user, const postern_rule_explanation *rule)
{
    struct reach *reach = user;

    if (rule->which == POSTERN_PRIVILEGES && rule->rule < reach->rules->count) {
        reach->lists_originator[rule->rule] =
            rule->origs == POSTERN_TRUE &&
            !reach->rules->rules[rule->rule].never;
    }
}

/* Whether a rule is for more than this originator and this operation. */
static bool exceeds(const postern_dynauth *self, const postern_rule *rule)
{
    postern_id only;

    return (rule->operations & ~self->operations) != 0 ||
           rule->originator_count != 1 ||
           postern_id_parse_entity(&only, &self->cse, rule->originators[0]) !=
               POSTERN_OK ||
           !postern_id_equal(&only, &self->originator);
}

/* Keeps of each rule what the request needs; one that does not let the
 * originator in, or in for a role or group alone, goes: reduced to it, it would
 * grant more than before. [DDA-20] */
static void reduce(const postern_dynauth *self, struct pst_rule_set *set,
                   const bool *lists_originator)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < set->count; i++) {
        postern_rule rule = set->rules[i];

        rule.operations &= self->operations;
        rule.originators = &self->facts.originator;
        rule.originator_count = 1;
        if (lists_originator[i] && rule.operations) {
            set->nodes[kept] = set->nodes[i];
            set->rules[kept++] = rule;
        }
    }
    set->count = kept;
}

static postern_status clamp(postern_dynauth *self,
                            struct pst_single_reader *reader,
                            postern_diag *diag)
{
    struct pst_rule_set *rules = &reader->resource.privileges;
    struct reach reach = {.rules = rules};
    postern_request request;

    reach.lists_originator = pst_arena_alloc(
        &self->said, (size_t)rules->count + 1, sizeof *reach.lists_originator);
    if (!reach.lists_originator) {
        return POSTERN_ERR_MEMORY;
    }
    postern_request_init(&request);
    request.originator = self->originator;
    request.time_known = true;
    request.time_s = self->facts.time_s;
    request.operation =
        postern_operation_of_primitive(self->facts.operation, 0);
    (void)postern_explain(self->set, &request, hear_rule, &reach);
    postern_acp_set_free(self->set);
    self->set = NULL;
    reduce(self, rules, reach.lists_originator);
    return compile(self, reader, diag);
}

static void note_excess(const postern_dynauth *self,
                        const struct pst_rule_set *rules)
{
    for (uint32_t i = 0; i < rules->count; i++) {
        if (exceeds(self, &rules->rules[i])) {
            pst_dynauth_note(self,
                             "the privileges of the DAS reach further than the "
                             "request",
                             (postern_str){NULL, 0}, "");
            return;
        }
    }
}

/* ---- all of it ----------------------------------------------------------- */

static postern_status take(postern_dynauth *self,
                           struct pst_single_reader *reader, int64_t expires_s,
                           postern_diag *diag)
{
    struct pst_rule_set *rules = &reader->resource.privileges;
    struct representation what = {
        .id = self->options.acp_id, .expires_s = expires_s, .rules = rules};

    PST_TRY(compile(self, reader, diag));
    if (self->options.clamp_to_request) {
        PST_TRY(clamp(self, reader, diag));
    } else {
        note_excess(self, rules);
    }
    if (rules->count == 0) {
        postern_acp_set_free(self->set);
        self->set = NULL;
        return POSTERN_OK;
    }
    self->link = (postern_acp_link){self->set, {0, POSTERN_PRIVILEGES}};
    self->grant.expires_s = expires_s;
    self->grant.rules = rules->count;
    return make_text(self, &what, &self->grant.acp);
}

postern_status pst_take_privileges(postern_dynauth *self,
                                   const struct pst_node *privileges,
                                   int64_t expires_s, postern_diag *diag)
{
    postern_str id = self->options.acp_id;
    struct representation what = {
        .id = id.len ? id : postern_str_of(nameless),
        .expires_s = expires_s,
        .as_sent = privileges,
    };
    struct pst_single_reader reader;
    postern_str text;
    postern_status status;

    PST_TRY(make_text(self, &what, &text));
    PST_TRY(pst_single_reader_open(&reader, NULL, &self->allocator, &self->cse,
                                   diag));
    status = pst_single_reader_read(&reader, text, 0, diag);
    if (status == POSTERN_OK) {
        status = take(self, &reader, expires_s, diag);
    }
    pst_single_reader_close(&reader);
    if (status != POSTERN_OK) {
        postern_acp_set_free(self->set);
        self->set = NULL;
        self->grant.acp = (postern_str){NULL, 0};
        self->grant.rules = 0;
    }
    return status;
}
