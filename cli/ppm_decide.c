/* postern ppm decide: the manager as a PDP. [PPM-05] [PPM-02] */
#include "cli/json_out.h"
#include "cli/plain.h"
#include "cli/ppm_gate.h"
#include "cli/ppm_lasts.h"
#include "cli/request_file.h"
#include "cli/source.h"

#include "base/diag.h"
#include "base/str.h"

#include <getopt.h>

static const struct option long_options[] = {
    PST_PPM_GATE_OPTIONS,
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct deciding {
    struct pst_ppm_gate_words words;
    enum pst_output output;
    const char *source;
    struct pst_ppm_gate_opened opened;
    struct pst_ppm_lasts lasts;
    struct pst_json_out json;
};

/* ---- questions ----------------------------------------------------------- */

/* One question while it is read. */
struct reading {
    const struct pst_document *document;
    postern_gate_question *question;
    postern_diag *diag;
};

static postern_status refuse(const struct reading *in,
                             const struct pst_node *node, const char *message)
{
    return pst_node_refuse(in->document, node, in->diag, POSTERN_ERR_POLICY,
                           message, NULL);
}

static postern_status read_text(const struct reading *in,
                                const struct pst_node *node, postern_str *text)
{
    if (node->type != PST_NODE_STRING || node->text.len == 0) {
        return refuse(in, node, "a text is expected");
    }
    *text = node->text;
    return POSTERN_OK;
}

static postern_status read_originator(const struct reading *in,
                                      const struct pst_node *node)
{
    return read_text(in, node, &in->question->originator);
}

static postern_status read_target(const struct reading *in,
                                  const struct pst_node *node)
{
    return read_text(in, node, &in->question->target);
}

static postern_status read_operation(const struct reading *in,
                                     const struct pst_node *node)
{
    static const struct {
        const char *word;
        postern_operation operation;
    } words[] = {
        {"create", POSTERN_OP_CREATE},       {"retrieve", POSTERN_OP_RETRIEVE},
        {"update", POSTERN_OP_UPDATE},       {"delete", POSTERN_OP_DELETE},
        {"notify", POSTERN_OP_NOTIFY},       {"discover", POSTERN_OP_DISCOVERY},
        {"discovery", POSTERN_OP_DISCOVERY},
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (node->type == PST_NODE_STRING &&
            pst_str_is(node->text, words[i].word)) {
            in->question->operation = words[i].operation;
            return POSTERN_OK;
        }
    }
    return refuse(in, node,
                  "create, retrieve, update, delete, notify or discovery is "
                  "expected");
}

static postern_status read_time(const struct reading *in,
                                const struct pst_node *node)
{
    if (node->type != PST_NODE_STRING ||
        postern_time_parse(&in->question->time_s, node->text) != POSTERN_OK) {
        return refuse(in, node, "a time, YYYYMMDDThhmmss in UTC, is expected");
    }
    return POSTERN_OK;
}

static postern_status read_ip(const struct reading *in,
                              const struct pst_node *node)
{
    if (node->type != PST_NODE_STRING ||
        postern_ip_parse(&in->question->ip, node->text) != POSTERN_OK) {
        return refuse(in, node, "an IP address is expected");
    }
    return POSTERN_OK;
}

static bool is_letter(char c)
{
    return pst_fold(c) >= 'a' && pst_fold(c) <= 'z';
}

static postern_status read_country(const struct reading *in,
                                   const struct pst_node *node)
{
    if (node->type != PST_NODE_STRING || node->text.len != 2 ||
        !is_letter(node->text.data[0]) || !is_letter(node->text.data[1])) {
        return refuse(in, node, "a code of two letters is expected");
    }
    in->question->country_known = true;
    in->question->country[0] = node->text.data[0];
    in->question->country[1] = node->text.data[1];
    return POSTERN_OK;
}

static postern_status read_member(const struct reading *in,
                                  const struct pst_node *node)
{
    static const struct {
        const char *name;
        postern_status (*read)(const struct reading *in,
                               const struct pst_node *node);
    } members[] = {
        {"originator", read_originator},
        {"target", read_target},
        {"operation", read_operation},
        {"time", read_time},
        {"ip", read_ip},
        {"country", read_country},
    };

    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (pst_str_is(node->name, members[i].name)) {
            return members[i].read(in, node);
        }
    }
    return refuse(in, node,
                  "originator, target, operation, time, ip or country is "
                  "expected");
}

/* A question without a time is asked now. */
static postern_status read_question(const struct deciding *self,
                                    const struct pst_document *document,
                                    postern_gate_question *question,
                                    postern_diag *diag)
{
    struct reading in = {document, question, diag};
    const struct pst_node *root = document->root;

    postern_gate_question_init(question);
    question->operation = POSTERN_OP_RETRIEVE;
    question->time_known = true;
    question->time_s = self->words.manager.now_s;
    if (root->type != PST_NODE_OBJECT) {
        return refuse(&in, root, "a question, an object, is expected");
    }
    for (const struct pst_node *member = root->children; member;
         member = member->next) {
        PST_TRY(read_member(&in, member));
    }
    return question->originator.data && question->target.data
               ? POSTERN_OK
               : refuse(&in, root,
                        "a question with an originator and a target is "
                        "expected");
}

/* ---- answers ------------------------------------------------------------- */

static void json_part(struct pst_json_out *out, const char *name,
                      postern_str part)
{
    if (part.data) {
        pst_json_out_name(out, name);
        pst_json_out_str(out, part);
    }
}

static void print_json(struct deciding *self,
                       const postern_gate_question *question,
                       const postern_gate_answer *answer)
{
    struct pst_json_out *out = &self->json;

    pst_json_out_open(out, '{');
    pst_json_out_text(out, "decision", answer->permitted ? "permit" : "deny");
    pst_json_out_text(out, "reason", answer->reason);
    json_part(out, "originator", question->originator);
    json_part(out, "target",
              answer->target.data ? answer->target : question->target);
    json_part(out, "provider", answer->provider);
    json_part(out, "application", answer->application);
    json_part(out, "subscriber", answer->subscriber);
    json_part(out, "device", answer->device);
    json_part(out, "data", answer->data);
    json_part(out, "consent", answer->consent);
    if (answer->consent.data) {
        pst_json_out_number(out, "version", answer->consent_version);
    }
    if (answer->delete_by_s != INT64_MAX) {
        char time[PST_TIME_TEXT];

        pst_ppm_time(answer->delete_by_s, time);
        pst_json_out_text(out, "delete_by", time);
    }
    json_part(out, "acp", answer->acp);
    pst_json_out_close(out, '}');
    (void)pst_json_out_line(out, stdout); /* pst_finish() notices */
}

static void print_text(const postern_gate_question *question,
                       const postern_gate_answer *answer)
{
    printf("%s %s ", answer->permitted ? "permit" : "deny", answer->reason);
    pst_plain(stdout, question->originator);
    fputs(" ", stdout);
    pst_plain(stdout, question->target);
    if (answer->consent.data) {
        fputs(" (", stdout);
        pst_plain(stdout, answer->consent);
        printf(" version %u", (unsigned)answer->consent_version);
        if (answer->delete_by_s != INT64_MAX) {
            char time[PST_TIME_TEXT];

            pst_ppm_time(answer->delete_by_s, time);
            printf(", delete by %s", time);
        }
        fputs(")", stdout);
    }
    fputs("\n", stdout);
}

/* Which resource it is has to be known before when it was last read. */
static bool decide(struct deciding *self, postern_gate_question *question,
                   postern_gate_answer *answer)
{
    postern_gate_decide(self->opened.reader, question, answer);
    if (!answer->permitted) {
        return true;
    }
    question->last_s =
        pst_ppm_last_of(&self->lasts, question->originator, answer->target);
    if (question->last_s != INT64_MIN) {
        postern_gate_decide(self->opened.reader, question, answer);
    }
    return !answer->permitted ||
           pst_ppm_last_note(&self->lasts, question->originator, answer->target,
                             question->time_s);
}

/* What is not in the log is not said. */
static int answer(struct deciding *self, postern_gate_question *question)
{
    postern_gate_answer answer;
    postern_access access;

    if (!decide(self, question, &answer)) {
        return PST_EXIT_UNUSABLE;
    }
    postern_gate_access(question, &answer, &access);
    if (!pst_ppm_gate_record(&self->opened, &access)) {
        return PST_EXIT_UNUSABLE;
    }
    if (self->output == PST_OUTPUT_JSON) {
        print_json(self, question, &answer);
    } else {
        print_text(question, &answer);
    }
    return answer.permitted ? PST_EXIT_YES : PST_EXIT_NO;
}

/* ---- all of it ----------------------------------------------------------- */

static int decide_one(void *user, const struct pst_document *document,
                      struct pst_arena *arena)
{
    struct deciding *self = user;
    postern_gate_question question;
    postern_diag diag = {.status = POSTERN_OK};

    (void)arena;
    if (read_question(self, document, &question, &diag) != POSTERN_OK) {
        pst_print_diag(stderr, &diag);
        return PST_EXIT_UNUSABLE;
    }
    return answer(self, &question);
}

static int decide_file(struct deciding *self)
{
    struct pst_request_file questions;
    int result = PST_EXIT_UNUSABLE;

    if (pst_request_file_open(&questions, self->source)) {
        result = pst_request_file_each(&questions, decide_one, self);
    }
    pst_request_file_close(&questions);
    return result;
}

static int run(struct deciding *self)
{
    int result = PST_EXIT_UNUSABLE;

    if (!pst_ppm_gate_open(&self->opened, &self->words)) {
        return PST_EXIT_UNUSABLE;
    }
    pst_ppm_lasts_init(&self->lasts, &self->words.cse);
    pst_json_out_init(&self->json);
    if (!self->words.log || pst_ppm_lasts_read(&self->lasts, self->words.log)) {
        result = decide_file(self);
    }
    pst_json_out_release(&self->json);
    pst_ppm_lasts_release(&self->lasts);
    if (!pst_ppm_gate_close(&self->opened)) {
        result = PST_EXIT_UNUSABLE;
    }
    return result;
}

static bool read_option(void *user, int option)
{
    struct deciding *self = user;

    if (option == PST_OPTION_FORMAT) {
        return pst_read_output(&pst_command_ppm, optarg, &self->output);
    }
    return pst_ppm_gate_has(option) && pst_ppm_gate_take(&self->words, option);
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

int pst_ppm_decide_run(int argc, char **argv)
{
    struct deciding self = {.output = PST_OUTPUT_TEXT};
    int status;

    pst_ppm_gate_init(&self.words);
    status = pst_take_options(&options, argc, argv, &self);
    if (status != PST_GO_ON) {
        return status;
    }
    if (argc > optind + 1) {
        return pst_misused(&pst_command_ppm, "decide takes one file, not",
                           argv[optind + 1]);
    }
    self.source = argc > optind ? argv[optind] : "-";
    return pst_finish(&pst_command_ppm, run(&self));
}
