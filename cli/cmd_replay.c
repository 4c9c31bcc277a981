/* postern replay: what other policies would have decided. */
#include "cli/command.h"

#include "base/diag.h"
#include "base/str.h"
#include "cli/host.h"
#include "cli/plain.h"
#include "cli/render.h"
#include "cli/source.h"
#include "engine/primitive.h"
#include "policy-lang/lines.h"

#include <getopt.h>

static const char help[] =
    "usage: postern replay LOG -p POLICY... [OPTIONS]\n"
    "\n"
    "Decides every request of a decision log, postern-log(5), by other "
    "policies\n"
    "and prints those that come out differently, then how many did. What the "
    "log\n"
    "does not hold cannot be decided again: requests that were malformed,\n"
    "refused for their content, or carried tokens.\n"
    "\n"
    "  -p, --policy POLICY    a policy document, or a folder of them; several\n"
    "                         count as one policy\n"
    "      --format FORMAT    text (default) or json: one object a "
    "line\n" PST_HOST_HELP "  -h, --help             this text\n"
    "\n"
    "Exit status: 0 no decision changes, 1 some do, 2 the log or the policies\n"
    "cannot be used.\n";

struct replay {
    struct pst_host_settings settings;
    const char *log; /* file name */
    enum pst_output output;
};

static const struct option long_options[] = {
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    PST_HOST_OPTIONS,
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* While decisions are made again. */
struct replaying {
    const struct replay *options;
    struct pst_host host;
    struct pst_lines lines;
    struct pst_json_out out;
    uint64_t decisions;
    uint64_t changes;
    uint64_t left_out;
};

/* ---- the decision of a line -------------------------------------------- */

struct past {
    postern_effect effect;
    int rsc;
    postern_str reason;
    postern_str acp; /* absent: no rule of one has permitted */
    uint32_t rule;
};

static postern_str text_member(const struct pst_node *line, const char *name)
{
    const struct pst_node *node = pst_node_member(line, name);

    return node && node->type == PST_NODE_STRING ? node->text
                                                 : (postern_str){NULL, 0};
}

/* UINT32_MAX when it is none. */
static uint32_t number_member(const struct pst_node *line, const char *name)
{
    const struct pst_node *node = pst_node_member(line, name);

    return node && node->type == PST_NODE_INTEGER && node->integer >= 0 &&
                   node->integer < UINT32_MAX
               ? (uint32_t)node->integer
               : UINT32_MAX;
}

static bool read_past(struct past *past, const struct pst_node *line)
{
    postern_str decision = text_member(line, "decision");
    uint32_t rsc = number_member(line, "rsc");

    *past = (struct past){.reason = text_member(line, "reason"),
                          .acp = text_member(line, "acp"),
                          .rule = number_member(line, "rule")};
    past->effect =
        pst_str_is(decision, "permit") ? POSTERN_PERMIT : POSTERN_DENY;
    past->rsc = rsc < UINT16_MAX ? (int)rsc : 0;
    return past->rsc && past->reason.len &&
           (past->effect == POSTERN_PERMIT || pst_str_is(decision, "deny"));
}

/* What was decided by something that a log does not hold. */
static bool can_be_repeated(const struct past *past)
{
    static const char *const others[] = {"malformed", "content", "stale",
                                         "waiting",   "memory",  "internal"};

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (pst_str_is(past->reason, others[i])) {
            return false;
        }
    }
    return true;
}

/* A log says of tokens that there were some. */
static bool had_tokens(const postern_primitive *primitive)
{
    return primitive->tokens.count > 0 || primitive->token_ids.count > 0 ||
           primitive->local_token_ids.count > 0;
}

/* ---- differences ------------------------------------------------------- */

static void text_change(const struct replaying *self, const struct past *was,
                        const postern_primitive *primitive,
                        const postern_answer *is)
{
    pst_plain(stdout, postern_str_of(self->lines.name));
    printf(":%u: ", (unsigned)self->lines.number);
    pst_render_request(stdout, primitive);
    printf(": %s %d (", pst_effect_word(was->effect), was->rsc);
    if (was->acp.data) {
        pst_plain(stdout, was->acp);
        printf(" rule %u", (unsigned)was->rule);
    } else {
        pst_plain(stdout, was->reason);
    }
    printf(") -> %s %d (", pst_effect_word(is->effect), is->rsc);
    if (!is->acp.data) {
        printf("%s: ", is->reason);
    }
    pst_plain(stdout, is->message);
    printf(")\n");
}

static void json_was(struct pst_json_out *out, const struct past *was)
{
    pst_json_out_name(out, "was");
    pst_json_out_open(out, '{');
    pst_json_out_text(out, "decision", pst_effect_word(was->effect));
    pst_json_out_number(out, "rsc", was->rsc);
    if (was->acp.data) {
        pst_json_out_name(out, "acp");
        pst_json_out_str(out, was->acp);
        pst_json_out_number(out, "rule", was->rule);
    }
    pst_json_out_name(out, "reason");
    pst_json_out_str(out, was->reason);
    pst_json_out_close(out, '}');
}

static void json_request(struct pst_json_out *out,
                         const postern_primitive *primitive)
{
    if (primitive->from.data) {
        pst_json_out_name(out, "fr");
        pst_json_out_str(out, primitive->from);
    }
    pst_json_out_name(out, "to");
    pst_json_out_str(out, primitive->to);
    pst_json_out_text(out, "operation",
                      pst_primitive_operation_name(primitive));
}

static void json_change(struct replaying *self, const struct past *was,
                        const postern_primitive *primitive,
                        const postern_answer *is)
{
    struct pst_json_out *out = &self->out;

    pst_json_out_open(out, '{');
    pst_json_out_number(out, "line", self->lines.number);
    json_request(out, primitive);
    json_was(out, was);
    pst_json_out_name(out, "is");
    pst_render_json(out, is, NULL);
    pst_json_out_close(out, '}');
    (void)pst_json_out_line(out, stdout); /* pst_finish() notices */
}

static void compare(struct replaying *self, const struct past *was,
                    const postern_primitive *primitive,
                    const postern_answer *is)
{
    self->decisions++;
    if (was->effect == is->effect && was->rsc == is->rsc) {
        return;
    }
    self->changes++;
    if (self->options->output == PST_OUTPUT_JSON) {
        json_change(self, was, primitive, is);
    } else {
        text_change(self, was, primitive, is);
    }
}

/* ---- lines ------------------------------------------------------------- */

/* The request of a line as it would be decided now. A program may have logged
 * what is no request. */
static void decide(struct replaying *self, const struct pst_document *document,
                   const struct past *past, struct pst_arena *arena)
{
    postern_primitive primitive;
    postern_answer answer;
    postern_diag diag = {.status = POSTERN_OK};

    if (pst_primitive_read(&primitive, document, document->root,
                           PST_PRIMITIVE_OF_LOG, arena, &diag) == POSTERN_OK) {
        if (had_tokens(&primitive)) {
            self->left_out++;
            return;
        }
        primitive.min_revision = 0; /* it counts those of another store */
        postern_authorize(self->host.reader, &primitive, NULL, &answer);
    } else {
        (void)pst_diag_plain(&diag, POSTERN_ERR_MEMORY); /* unless told why */
        pst_answer_malformed(&answer, &diag);
    }
    compare(self, past, &primitive, &answer);
}

static postern_status replay_line(struct replaying *self,
                                  const struct pst_document *document,
                                  struct pst_arena *arena, postern_diag *diag)
{
    struct past past;

    if (!read_past(&past, document->root)) {
        return pst_node_refuse(document, document->root, diag,
                               POSTERN_ERR_POLICY,
                               "this is no line of a decision log: decision, "
                               "rsc or reason are missing",
                               NULL);
    }
    if (can_be_repeated(&past)) {
        decide(self, document, &past, arena);
    } else {
        self->left_out++;
    }
    return POSTERN_OK;
}

static postern_status read_line(struct replaying *self, postern_str text,
                                postern_diag *diag)
{
    postern_limits limits = pst_limits_of(NULL);
    struct pst_document document = {.format = PST_FORMAT_JSON,
                                    .source = self->lines.name,
                                    .text = text,
                                    .lines_before = self->lines.number - 1};
    struct pst_arena arena;
    postern_status status;

    pst_arena_init(&arena, NULL, SIZE_MAX);
    status = pst_json_read(&document, &arena, &limits, diag);
    if (status == POSTERN_OK) {
        status = replay_line(self, &document, &arena, diag);
    }
    pst_arena_release(&arena);
    return pst_diag_plain(diag, status);
}

/* What a crash of the writer leaves behind. */
static postern_status forgive_torn_line(const struct replaying *self,
                                        postern_diag *diag)
{
    diag->status = POSTERN_OK;
    diag->severity = POSTERN_SEVERITY_WARNING;
    diag->clause = NULL;
    pst_diag_copy(diag->message, sizeof diag->message,
                  "this last line is torn; it is left out");
    diag->line = self->lines.number;
    diag->column = 1;
    pst_print_diag(stderr, diag);
    return POSTERN_OK;
}

static postern_status replay_lines(struct replaying *self, postern_diag *diag)
{
    postern_str text;

    for (;;) {
        postern_status status;

        PST_TRY(pst_lines_next(&self->lines, &text, diag));
        if (!text.data) {
            return POSTERN_OK;
        }
        if (pst_line_is_blank(text)) {
            continue;
        }
        status = read_line(self, text, diag);
        if (status == POSTERN_ERR_SYNTAX && self->lines.torn) {
            return forgive_torn_line(self, diag);
        }
        PST_TRY(status);
    }
}

static void sum_up(struct replaying *self)
{
    if (self->options->output == PST_OUTPUT_JSON) {
        pst_json_out_open(&self->out, '{');
        pst_json_out_number(&self->out, "decisions", (int64_t)self->decisions);
        pst_json_out_number(&self->out, "change", (int64_t)self->changes);
        pst_json_out_number(&self->out, "left_out", (int64_t)self->left_out);
        pst_json_out_close(&self->out, '}');
        (void)pst_json_out_line(&self->out, stdout);
        return;
    }
    printf("%llu decisions, %llu change", (unsigned long long)self->decisions,
           (unsigned long long)self->changes);
    if (self->left_out) {
        printf(", %llu cannot be repeated", (unsigned long long)self->left_out);
    }
    printf("\n");
}

static int replay_log(struct replaying *self)
{
    const char *name = self->options->log;
    postern_allocator heap = pst_allocator_of(NULL);
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status;

    status =
        pst_lines_open(&self->lines, pst_is_stdin(name) ? "/dev/stdin" : name,
                       &heap, pst_limits_of(NULL).text_bytes, &diag);
    if (status == POSTERN_OK) {
        status = replay_lines(self, &diag);
        pst_lines_close(&self->lines);
    }
    if (status != POSTERN_OK) {
        (void)pst_diag_plain(&diag, status);
        pst_print_diag(stderr, &diag);
        return PST_EXIT_UNUSABLE;
    }
    sum_up(self);
    return self->changes ? PST_EXIT_NO : PST_EXIT_YES;
}

static int replay(const struct replay *options)
{
    struct replaying self = {.options = options};
    int result;

    if (!pst_host_open(&self.host, &options->settings)) {
        return PST_EXIT_UNUSABLE;
    }
    pst_json_out_init(&self.out);
    result = pst_finish(&pst_command_replay, replay_log(&self));
    pst_json_out_release(&self.out);
    pst_host_close(&self.host);
    return result;
}

/* ---- the command line -------------------------------------------------- */

static bool read_option(void *user, int option)
{
    struct replay *self = user;
    return option == PST_OPTION_FORMAT
               ? pst_read_output(&pst_command_replay, optarg, &self->output)
               : pst_host_take(&self->settings, option);
}

/* The first word is the log, those behind it go with -p. */
static int check_use(struct replay *self, int argc, char **argv)
{
    const struct pst_command *command = &pst_command_replay;

    if (optind >= argc) {
        return pst_misused(command, "LOG is missing", NULL);
    }
    if (self->settings.policy_count == 0) {
        return pst_misused(command, "-p POLICY is missing", NULL);
    }
    self->log = argv[optind++];
    pst_host_take_rest(&self->settings, argc, argv);
    if (pst_is_stdin(self->log) && pst_host_reads_stdin(&self->settings)) {
        return pst_misused(command,
                           "standard input cannot be both the policy and the "
                           "log",
                           NULL);
    }
    return PST_EXIT_YES;
}

static const struct pst_options options = {&pst_command_replay, ":p:h",
                                           long_options, read_option};

static int use(struct replay *self, int argc, char **argv)
{
    int result;

    self->settings.engine.admit = NULL; /* contents are not in the log */
    result = pst_take_options(&options, argc, argv, self);
    if (result != PST_GO_ON) {
        return result;
    }
    result = check_use(self, argc, argv);
    return result == PST_EXIT_YES ? replay(self) : result;
}

static int run(int argc, char **argv)
{
    struct replay self = {.output = PST_OUTPUT_TEXT};
    int result = PST_EXIT_UNUSABLE;

    if (pst_host_settings_init(&self.settings, argc)) {
        result = use(&self, argc, argv);
    }
    pst_host_settings_release(&self.settings);
    return result;
}

const struct pst_command pst_command_replay = {
    "replay", "decide a log again by other policies", help, run, NULL};
