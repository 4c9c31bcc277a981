/* postern check: what is wrong with policies, and what is probably not meant.
 */
#include "cli/command.h"

#include "base/diag.h"
#include "cli/cost.h"
#include "cli/json_out.h"
#include "cli/source.h"
#include "prp/loading.h"

#include <getopt.h>
#include <string.h>

static const char help[] =
    "usage: postern check [OPTIONS] POLICY...\n"
    "\n"
    "Checks policies, each by itself: errors make one unusable, warnings are\n"
    "legal and probably not meant. A POLICY is a document or a folder of "
    "them.\n"
    "\n"
    "      --format FORMAT    text (default) or json: one object a finding\n"
    "      --now TIME         windows and policies over by then are reported:\n"
    "                         YYYYMMDDThhmmss in UTC (default: the clock)\n"
    "      --strict           warnings make the exit status 1\n"
    "      --together         all POLICYs are one, as for decide\n"
    "  -h, --help             this text\n";

struct check {
    enum pst_output output;
    int64_t now_s;
    bool strict;
    bool together;
    struct pst_cost_words cost;
    struct pst_speed speed;
    bool too_dear; /* a limit was exceeded */
    struct pst_json_out json;
    size_t findings;
    const postern_diag *first; /* error that was printed already, or NULL */
};

static const struct option long_options[] = {
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"now", required_argument, NULL, PST_OPTION_NOW},
    {"strict", no_argument, NULL, PST_OPTION_STRICT},
    {"together", no_argument, NULL, PST_OPTION_TOGETHER},
    PST_COST_OPTIONS,
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static void json_finding(struct pst_json_out *out, const postern_diag *diag)
{
    bool error = diag->severity == POSTERN_SEVERITY_ERROR;

    pst_json_out_open(out, '{');
    pst_json_out_text(out, "severity", error ? "error" : "warning");
    pst_json_out_text(out, "file", diag->source);
    if (diag->line) {
        pst_json_out_number(out, "line", diag->line);
        pst_json_out_number(out, "column", diag->column);
    }
    pst_json_out_text(out, "path", diag->path);
    if (diag->lint[0]) {
        pst_json_out_text(out, "lint", diag->lint);
    }
    pst_json_out_text(out, "message", diag->message);
    if (diag->clause) {
        pst_json_out_text(out, "clause", diag->clause);
    }
    pst_json_out_close(out, '}');
    (void)pst_json_out_line(out, stdout); /* pst_finish() notices */
}

/* Findings are the answer, and go where answers go; errors go to standard error
 * whatever the format. */
static void print(struct check *self, const postern_diag *diag)
{
    bool error = diag->severity == POSTERN_SEVERITY_ERROR;

    if (self->output == PST_OUTPUT_JSON) {
        json_finding(&self->json, diag);
    }
    if (error) {
        pst_print_diag(stderr, diag);
    } else if (self->output == PST_OUTPUT_TEXT) {
        pst_print_diag(stdout, diag);
    }
}

static void report_finding(void *user, const postern_diag *diag)
{
    struct check *self = user;

    self->findings++;
    print(self, diag);
}

static bool is_same_place(const postern_diag *a, const postern_diag *b)
{
    return a->line == b->line && a->column == b->column &&
           strcmp(a->source, b->source) == 0 && strcmp(a->path, b->path) == 0;
}

/* A defect that a lenient load lives with is an error here. */
static void report_error(void *user, const postern_diag *diag)
{
    struct check *self = user;
    postern_diag error = *diag;

    if (is_same_place(self->first, diag)) {
        return;
    }
    error.severity = POSTERN_SEVERITY_ERROR;
    print(self, &error);
}

/* A strict load stops at the first error; a lenient one goes on to the next. */
static int print_errors(struct check *self, const struct pst_source_list *list,
                        const postern_diag *first)
{
    postern_load_options options;
    postern_policy *policy = NULL;
    postern_diag diag = {.status = POSTERN_OK};
    bool again = first->status == POSTERN_ERR_POLICY;

    print(self, first);
    for (size_t i = 0; i < list->count; i++) {
        again = again && !pst_is_stdin(list->names[i]);
    }
    if (!again) {
        return PST_EXIT_UNUSABLE;
    }
    self->first = first;
    postern_load_options_init(&options);
    options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    options.report = report_error;
    options.user = self;
    if (pst_source_load(&policy, list, &options, &diag) != POSTERN_OK &&
        !is_same_place(first, &diag)) {
        print(self, &diag);
    }
    postern_policy_free(policy);
    return PST_EXIT_UNUSABLE;
}

static postern_status put_all(postern_store *store,
                              const postern_policy *policy, postern_diag *diag)
{
    postern_change *change;
    postern_status status = postern_change_begin(store, &change);

    if (status == POSTERN_OK) {
        status = postern_change_put_policy(change, policy, diag);
        postern_change_abort(change);
    }
    return status;
}

/* What cannot be put together to a tree cannot be decided by, unless another
 * document adds what is missing. [PRP-10] */
static void check_tree(struct check *self, const postern_policy *policy)
{
    postern_store *store = NULL;
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status = pst_store_for(&store, policy, &diag);

    if (status == POSTERN_OK) {
        status = put_all(store, policy, &diag);
    }
    if (status == POSTERN_ERR_POLICY) {
        diag.severity = POSTERN_SEVERITY_WARNING;
        pst_diag_copy(diag.lint, sizeof diag.lint, "misplaced");
        report_finding(self, &diag);
    }
    postern_store_free(store);
}

/* Printed, or held against the ceiling. */
static int judge_cost(struct check *self, const postern_policy *policy,
                      const char *name)
{
    struct pst_cost_asked asked = {.words = &self->cost,
                                   .policy = policy,
                                   .name = name,
                                   .as_json = self->output == PST_OUTPUT_JSON,
                                   .json = &self->json,
                                   .report = report_finding,
                                   .user = self};
    postern_status status;
    bool within = self->cost.wanted
                      ? pst_cost_print(&asked, &self->speed, &status)
                      : pst_cost_hold(&asked, &status);

    if (!within) {
        self->too_dear = true;
    }
    if (status != POSTERN_OK) {
        postern_diag diag = {.severity = POSTERN_SEVERITY_ERROR};

        (void)pst_diag_plain(&diag, status);
        pst_print_diag(stderr, &diag);
        return PST_EXIT_UNUSABLE;
    }
    return PST_EXIT_YES;
}

static int check_policy(struct check *self, const struct pst_source_list *list)
{
    int result;
    postern_load_options options;
    postern_policy *policy;
    postern_diag diag;

    postern_load_options_init(&options);
    if (pst_source_load(&policy, list, &options, &diag) != POSTERN_OK) {
        return print_errors(self, list, &diag);
    }
    (void)postern_policy_check(policy, self->now_s, report_finding, self);
    check_tree(self, policy);
    result = judge_cost(self, policy, list->names[0]);
    postern_policy_free(policy);
    return result;
}

static int check(struct check *self, int argc, char **argv)
{
    int result = PST_EXIT_YES;

    if (argc == 0) {
        return pst_misused(&pst_command_check, "POLICY is missing", NULL);
    }
    pst_json_out_init(&self->json);
    for (int i = 0; i < argc; i++) {
        const char *names[] = {argv[i]};
        struct pst_source_list list = {names, 1};

        if (self->together) {
            list = (struct pst_source_list){(const char *const *)argv,
                                            (size_t)argc};
        }
        if (check_policy(self, &list) != PST_EXIT_YES) {
            result = PST_EXIT_UNUSABLE;
        }
        if (self->together) {
            break;
        }
    }
    pst_json_out_release(&self->json);
    if (result == PST_EXIT_YES &&
        (self->too_dear || (self->strict && self->findings))) {
        result = PST_EXIT_NO;
    }
    return pst_finish(&pst_command_check, result);
}

static bool read_option(void *user, int option)
{
    struct check *self = user;
    switch (option) {
    case PST_OPTION_FORMAT:
        return pst_read_output(&pst_command_check, optarg, &self->output);
    case PST_OPTION_NOW:
        if (postern_time_parse(&self->now_s, postern_str_of(optarg)) !=
            POSTERN_OK) {
            (void)pst_misused(&pst_command_check,
                              "--now is a time such as 20260317T102030, not",
                              optarg);
            return false;
        }
        return true;
    case PST_OPTION_STRICT:
        self->strict = true;
        return true;
    case PST_OPTION_TOGETHER:
        self->together = true;
        return true;
    default:
        return pst_cost_take(&self->cost, &pst_command_check, option);
    }
}

static const struct pst_options options = {&pst_command_check, ":h",
                                           long_options, read_option};

static int run(int argc, char **argv)
{
    struct check self = {.strict = false};
    int status;

    if (!pst_clock(&self.now_s)) {
        self.now_s = INT64_MIN;
    }
    status = pst_take_options(&options, argc, argv, &self);
    if (status != PST_GO_ON) {
        return status;
    }
    return check(&self, argc - optind, argv + optind);
}

const struct pst_command pst_command_check = {
    "check", "check policies for errors and for what is not meant", help, run,
    pst_cost_help};
