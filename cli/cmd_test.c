/* postern test: decision cases, and which of them come out differently. */
#include "cli/command.h"

#include "base/diag.h"
#include "base/str.h"
#include "cli/case_das.h"
#include "cli/plain.h"
#include "cli/render.h"
#include "cli/requests.h"
#include "cli/source.h"
#include "engine/primitive.h"
#include "policy-lang/files.h"

#include <getopt.h>

static const char help[] =
    "usage: postern test [OPTIONS] FILE...\n"
    "\n"
    "Runs decision cases and prints each request that is decided otherwise "
    "than\n"
    "expected, then how many were.\n"
    "\n"
    "A file holds a list of cases, or {\"cases\":[...]}. A case: cse,\n"
    "policy_resources and resource_tree (together the resources of a policy),\n"
    "trust, das_response (what a DAS that is asked answers), request or\n"
    "requests, expect (permit or deny), rsc (optional), why.\n"
    "Rules that the standard does not allow are false.\n"
    "\n"
    "      --format FORMAT    text (default) or json: one object a line\n"
    "  -v, --verbose          print every request, also those that pass\n"
    "  -h, --help             this text\n"
    "\n"
    "Exit status: 0 all passed, 1 some did not, 2 a file cannot be used.\n";

enum outcome { PASSED, FAILED, OUTCOMES };

struct result {
    enum outcome outcome;
    postern_answer answer;
    const struct pst_expectation *expected;
};

struct test {
    enum pst_output output;
    bool verbose;
    struct pst_json_out json;
    uint64_t counts[OUTCOMES];
};

static const struct option long_options[] = {
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char *const outcome_words[] = {"pass", "FAIL"};

static void text_result(const struct pst_case *of, const struct result *result)
{
    const postern_answer *answer = &result->answer;

    printf("%s ", outcome_words[result->outcome]);
    pst_plain(stdout, of->name);
    printf(": expected %s", pst_effect_word(result->expected->effect));
    if (result->expected->rsc) {
        printf(" %d", result->expected->rsc);
    }
    printf(", got %s %d (%s: ", pst_effect_word(answer->effect), answer->rsc,
           answer->reason);
    pst_plain(stdout, answer->message);
    printf(")\n");
    if (result->outcome == FAILED && of->why.len) {
        printf("     why: ");
        pst_plain(stdout, of->why);
        printf("\n");
    }
}

static void json_decision(struct pst_json_out *out, const char *name,
                          postern_effect effect, int rsc)
{
    pst_json_out_name(out, name);
    pst_json_out_open(out, '{');
    pst_json_out_text(out, "decision", pst_effect_word(effect));
    if (rsc) {
        pst_json_out_number(out, "rsc", rsc);
    }
    pst_json_out_close(out, '}');
}

static void json_result(struct pst_json_out *out, const struct pst_case *of,
                        const struct result *result)
{
    static const char *const words[] = {"pass", "fail"};
    const postern_answer *answer = &result->answer;

    pst_json_out_open(out, '{');
    pst_json_out_name(out, "name");
    pst_json_out_str(out, of->name);
    pst_json_out_text(out, "result", words[result->outcome]);
    json_decision(out, "expected", result->expected->effect,
                  result->expected->rsc);
    json_decision(out, "got", answer->effect, answer->rsc);
    pst_json_out_text(out, "reason", answer->reason);
    pst_json_out_name(out, "message");
    pst_json_out_str(out, answer->message);
    pst_json_out_name(out, "why");
    pst_json_out_str(out, of->why);
    pst_json_out_close(out, '}');
    (void)pst_json_out_line(out, stdout); /* pst_finish() notices */
}

static void tell(struct test *self, const struct pst_case *of,
                 const struct result *result)
{
    self->counts[result->outcome]++;
    if (result->outcome != FAILED && !self->verbose) {
        return;
    }
    if (self->output == PST_OUTPUT_JSON) {
        json_result(&self->json, of, result);
    } else {
        text_result(of, result);
    }
}

static void judge(struct result *result)
{
    const struct pst_expectation *expected = result->expected;
    const postern_answer *answer = &result->answer;
    bool same = answer->effect == expected->effect &&
                (!expected->rsc || answer->rsc == expected->rsc);

    result->outcome = same ? PASSED : FAILED;
}

/* The message of a malformed request is in `diag`. */
static struct result run_request(const struct pst_case *of,
                                 const struct pst_host *host,
                                 const struct pst_document *document,
                                 const struct pst_expectation *expected,
                                 postern_diag *diag)
{
    struct result result = {.expected = expected};
    postern_primitive primitive;
    struct pst_arena arena;

    pst_arena_init(&arena, NULL, SIZE_MAX);
    if (pst_primitive_read(&primitive, document, expected->request,
                           PST_PRIMITIVE_OF_CASE, &arena, diag) != POSTERN_OK) {
        (void)pst_diag_plain(diag, POSTERN_ERR_MEMORY);
        pst_answer_malformed(&result.answer, diag);
    } else {
        pst_case_authorize(of, host, &primitive, &result.answer);
    }
    judge(&result);
    pst_arena_release(&arena);
    return result;
}

/* Every request of a case whose policy cannot be loaded has failed. */
static void fail_all(struct test *self, const struct pst_case *of,
                     const postern_diag *diag)
{
    struct pst_expectation expected;
    const struct pst_node *request = NULL;

    while ((request = pst_case_next(of, request, &expected)) != NULL) {
        struct result result = {.outcome = FAILED, .expected = &expected};

        pst_answer_malformed(&result.answer, diag);
        result.answer.reason = "policy";
        tell(self, of, &result);
    }
}

static void run_requests(struct test *self, const struct pst_case *of,
                         const struct pst_host *host,
                         const struct pst_document *document)
{
    struct pst_expectation expected;
    const struct pst_node *request = NULL;

    while ((request = pst_case_next(of, request, &expected)) != NULL) {
        postern_diag diag = {.status = POSTERN_OK};
        struct result result =
            run_request(of, host, document, &expected, &diag);

        tell(self, of, &result);
    }
}

static postern_status open_host(struct pst_host *host,
                                const struct pst_case *of,
                                const struct pst_document *document,
                                struct pst_arena *arena, postern_diag *diag)
{
    struct pst_host_settings settings;
    postern_policy *policy;
    postern_status status = POSTERN_ERR_MEMORY;

    if (pst_host_settings_init(&settings, 0)) {
        settings.keeps_tokens = true; /* from one request to the next */
        status = pst_case_load(&policy, of, document, arena, diag);
    }
    if (status == POSTERN_OK) {
        status = pst_host_open_policy(host, policy, &settings, diag);
    }
    pst_host_settings_release(&settings);
    return pst_diag_plain(diag, status); /* unless there is a reason */
}

static void run_case(struct test *self, const struct pst_node *node,
                     const struct pst_document *document)
{
    struct pst_case of = pst_case_of(node);
    struct pst_host host;
    struct pst_arena arena;
    postern_diag diag = {.status = POSTERN_OK};

    if (!of.name.data) {
        of.name = PST_STR("(no name)");
    }
    pst_arena_init(&arena, NULL, SIZE_MAX);
    if (open_host(&host, &of, document, &arena, &diag) == POSTERN_OK) {
        run_requests(self, &of, &host, document);
        pst_host_close(&host);
    } else {
        fail_all(self, &of, &diag);
    }
    pst_arena_release(&arena);
}

static postern_status read_cases(struct pst_document *document,
                                 const struct pst_node **cases,
                                 struct pst_arena *arena, postern_diag *diag)
{
    postern_limits limits = pst_limits_of(NULL);

    limits.text_length = PST_REQUEST_TEXT_LENGTH;
    PST_TRY(pst_document_read(document, arena, &limits, diag));
    return pst_cases_find(document, cases, diag);
}

/* False, and reported, when the file cannot be used. */
static bool run_text(struct test *self, const char *name, postern_str text)
{
    struct pst_document document = {.source = name, .text = text};
    const struct pst_node *cases = NULL;
    struct pst_arena arena;
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status;

    document.format =
        pst_is_yaml_name(name) ? PST_FORMAT_YAML : PST_FORMAT_JSON;
    pst_arena_init(&arena, NULL, SIZE_MAX);
    status = read_cases(&document, &cases, &arena, &diag);
    if (status != POSTERN_OK) {
        (void)pst_diag_plain(&diag, status);
        pst_print_diag(stderr, &diag);
    }
    for (const struct pst_node *node = cases ? cases->children : NULL; node;
         node = node->next) {
        run_case(self, node, &document);
    }
    pst_arena_release(&arena);
    return status == POSTERN_OK;
}

static bool run_file(struct test *self, const char *name)
{
    postern_allocator heap = pst_allocator_of(NULL);
    struct pst_vec bytes;
    postern_diag diag;
    bool usable = false;

    if (pst_source_read(&bytes, name, &diag) == POSTERN_OK) {
        usable = run_text(self, name, (postern_str){bytes.data, bytes.count});
    } else {
        pst_print_diag(stderr, &diag);
    }
    pst_vec_release(&bytes, &heap);
    return usable;
}

static void sum_up(struct test *self)
{
    const uint64_t *counts = self->counts;

    if (self->output == PST_OUTPUT_JSON) {
        pst_json_out_open(&self->json, '{');
        pst_json_out_number(&self->json, "passed", (int64_t)counts[PASSED]);
        pst_json_out_number(&self->json, "failed", (int64_t)counts[FAILED]);
        pst_json_out_close(&self->json, '}');
        (void)pst_json_out_line(&self->json, stdout);
        return;
    }
    printf("%llu passed, %llu failed\n", (unsigned long long)counts[PASSED],
           (unsigned long long)counts[FAILED]);
}

static int test(struct test *self, int argc, char **argv)
{
    int result = PST_EXIT_YES;

    if (argc == 0) {
        return pst_misused(&pst_command_test, "FILE is missing", NULL);
    }
    pst_json_out_init(&self->json);
    for (int i = 0; i < argc; i++) {
        if (!run_file(self, argv[i])) {
            result = PST_EXIT_UNUSABLE;
        }
    }
    if (result == PST_EXIT_YES || self->counts[PASSED] ||
        self->counts[FAILED]) {
        sum_up(self);
    }
    pst_json_out_release(&self->json);
    if (result == PST_EXIT_YES && self->counts[FAILED]) {
        result = PST_EXIT_NO;
    }
    return pst_finish(&pst_command_test, result);
}

static bool read_option(void *user, int option)
{
    struct test *self = user;

    if (option == 'v') {
        self->verbose = true;
        return true;
    }
    return option == PST_OPTION_FORMAT &&
           pst_read_output(&pst_command_test, optarg, &self->output);
}

static const struct pst_options options = {&pst_command_test, ":vh",
                                           long_options, read_option};

static int run(int argc, char **argv)
{
    struct test self = {.output = PST_OUTPUT_TEXT};
    int status;

    status = pst_take_options(&options, argc, argv, &self);
    if (status != PST_GO_ON) {
        return status;
    }
    return test(&self, argc - optind, argv + optind);
}

const struct pst_command pst_command_test = {
    "test", "run decision cases, and print what differs", help, run, NULL};
