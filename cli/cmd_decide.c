/* postern decide: requests against policies. [DRQ-03] [ARC-05] */
#include "cli/command.h"

#include "base/diag.h"
#include "cli/plain.h"
#include "cli/render.h"
#include "cli/requests.h"
#include "cli/source.h"

#include <getopt.h>
#include <stdlib.h>

static const char help[] =
    "usage: postern decide -p POLICY... [-r REQUESTS] [OPTIONS]\n"
    "\n"
    "Decides requests and says why: permit or deny, with the response status\n"
    "code that a CSE would answer with.\n"
    "\n"
    "  -p, --policy POLICY    a policy document, or a folder of them; several\n"
    "                         count as one policy (\"-\": standard input)\n"
    "  -r, --requests FILE    requests, one JSON object a line (\"-\", and\n"
    "                         without this option: standard input)\n"
    "  -e, --explain          every rule that was looked at, and each of its\n"
    "                         five terms\n"
    "      --format FORMAT    text (default) or json: one object a line\n"
    "      --lenient          rules that the standard does not allow are "
    "false,\n"
    "                         instead of making the policy unusable\n"
    "      --inherit-parent   a resource without accessControlPolicyIDs takes\n"
    "                         the policies of its parent (Release 1), instead\n"
    "                         of letting its creator in\n"
    "      --specialization-of-target\n"
    "                         object details compare specializations with the\n"
    "                         resource addressed, instead of the content\n"
    "  -h, --help             this text\n"
    "\n"
    "A request: {\"fr\":\"Cpump7\",\"to\":\"cnt1\",\"op\":2}\n"
    "  fr to op ty fc content attrs rids      as in a request primitive;\n"
    "                         op is 1 create, 2 retrieve, 3 update, 4 delete,\n"
    "                         5 notify; {\"fc\":{\"fu\":1}} makes a discovery\n"
    "  rq_time rq_ip rq_loc rq_authn          what the CSE knows about it\n"
    "  sa esprim_id           security association, identity of the ESPrim "
    "key\n"
    "\n"
    "Exit status: 0 permit, 1 deny (of several requests: 0), 2 the policies "
    "or\n"
    "requests cannot be used.\n";

struct decide {
    const char **policies;
    size_t policy_count;
    const char *requests; /* file name */
    bool lenient;
    enum pst_output output;
    struct pst_rendering rendering;
    struct pst_authorize_options options;
};

static const struct option long_options[] = {
    {"policy", required_argument, NULL, 'p'},
    {"requests", required_argument, NULL, 'r'},
    {"explain", no_argument, NULL, 'e'},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"lenient", no_argument, NULL, PST_OPTION_LENIENT},
    {"inherit-parent", no_argument, NULL, PST_OPTION_INHERIT_PARENT},
    {"specialization-of-target", no_argument, NULL,
     PST_OPTION_SPECIALIZATION_OF_TARGET},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* Each decision is written when it is made. */
static bool write_verdict(const struct decide *self, struct pst_json_out *out,
                          const struct pst_primitive *primitive,
                          const struct pst_verdict *verdict)
{
    if (self->output == PST_OUTPUT_TEXT) {
        pst_render_text(stdout, &self->rendering, primitive, verdict);
        return true;
    }
    pst_render_json(out, &self->rendering, verdict);
    return pst_json_out_line(out, stdout);
}

static struct pst_verdict decide_node(const struct decide *self,
                                      const struct pst_engine *engine,
                                      const struct pst_document *document,
                                      struct pst_primitive *primitive,
                                      struct pst_arena *arena)
{
    postern_diag diag = {.status = POSTERN_OK};

    if (pst_primitive_read(primitive, document, document->root,
                           PST_PRIMITIVE_PLAIN, arena, &diag) != POSTERN_OK) {
        (void)pst_diag_plain(&diag, POSTERN_ERR_MEMORY); /* unless told why */
        return pst_verdict_of_malformed(&diag);
    }
    return pst_authorize(engine, primitive, &self->options, arena);
}

/* Exit status as if this were the only request. */
static int decide_one(const struct decide *self,
                      const struct pst_engine *engine,
                      const struct pst_requests *requests, uint32_t number,
                      struct pst_json_out *out)
{
    struct pst_arena arena;
    struct pst_document document;
    struct pst_primitive primitive;
    postern_diag diag = {.status = POSTERN_OK};
    int result = PST_EXIT_UNUSABLE;

    pst_arena_init(&arena, NULL, SIZE_MAX);
    if (pst_request_read(&document, requests, pst_request_at(requests, number),
                         &arena, &diag) == POSTERN_OK) {
        struct pst_verdict verdict =
            decide_node(self, engine, &document, &primitive, &arena);

        if (write_verdict(self, out, &primitive, &verdict)) {
            result =
                verdict.effect == POSTERN_PERMIT ? PST_EXIT_YES : PST_EXIT_NO;
        }
    } else {
        pst_print_diag(stderr, &diag);
    }
    pst_arena_release(&arena);
    return result;
}

static int decide_all(const struct decide *self,
                      const struct pst_engine *engine,
                      const struct pst_requests *requests)
{
    uint32_t count = requests->items.count;
    struct pst_json_out out;
    int result = PST_EXIT_YES;

    pst_json_out_init(&out);
    for (uint32_t i = 0; i < count && result != PST_EXIT_UNUSABLE; i++) {
        result = decide_one(self, engine, requests, i, &out);
        if (result == PST_EXIT_NO && count > 1) {
            result = PST_EXIT_YES;
        }
    }
    pst_json_out_release(&out);
    return pst_finish(&pst_command_decide, result);
}

static int decide_text(const struct decide *self,
                       const struct pst_engine *engine, postern_str text)
{
    struct pst_requests requests;
    postern_diag diag = {.status = POSTERN_OK};
    int result = PST_EXIT_UNUSABLE;

    if (pst_requests_find(&requests, self->requests, text, &diag) !=
        POSTERN_OK) {
        (void)pst_diag_plain(&diag, POSTERN_ERR_MEMORY);
        pst_print_diag(stderr, &diag);
    } else if (requests.items.count == 0) {
        pst_diag_copy(diag.source, sizeof diag.source, self->requests);
        pst_diag_copy(diag.message, sizeof diag.message,
                      "there is no request in it");
        pst_print_diag(stderr, &diag);
    } else {
        result = decide_all(self, engine, &requests);
    }
    pst_requests_release(&requests);
    return result;
}

static int decide_requests(const struct decide *self,
                           const struct pst_engine *engine)
{
    postern_allocator heap = pst_allocator_of(NULL);
    struct pst_vec bytes;
    postern_diag diag;
    int result = PST_EXIT_UNUSABLE;

    if (pst_source_read(&bytes, self->requests, &diag) == POSTERN_OK) {
        result =
            decide_text(self, engine, (postern_str){bytes.data, bytes.count});
    } else {
        pst_print_diag(stderr, &diag);
    }
    pst_vec_release(&bytes, &heap);
    return result;
}

/* Warnings of a lenient load. */
static void report(void *user, const postern_diag *diag)
{
    (void)user;
    pst_print_diag(stderr, diag);
}

static int decide(const struct decide *self)
{
    struct pst_source_list list = {self->policies, self->policy_count};
    postern_load_options options;
    postern_policy *policy;
    struct pst_engine engine;
    postern_diag diag;
    postern_status status;
    int result = PST_EXIT_UNUSABLE;

    postern_load_options_init(&options);
    options.rule_errors = self->lenient ? POSTERN_RULE_ERRORS_DISABLE
                                        : POSTERN_RULE_ERRORS_REFUSE;
    options.report = self->lenient ? report : NULL;
    status = pst_source_load(&policy, &list, &options, &diag);
    if (status == POSTERN_OK) {
        status = pst_engine_init(&engine, policy);
    }
    if (status == POSTERN_OK) {
        result = decide_requests(self, &engine);
        pst_engine_release(&engine);
    } else {
        (void)pst_diag_plain(&diag, status); /* unless there is a reason */
        pst_print_diag(stderr, &diag);
    }
    postern_policy_free(policy);
    return result;
}

/* PST_EXIT_YES to go on. */
static int read_option(struct decide *self, int option)
{
    switch (option) {
    case 'p':
        self->policies[self->policy_count++] = optarg;
        return PST_EXIT_YES;
    case 'r':
        self->requests = optarg;
        return PST_EXIT_YES;
    case 'e':
        self->rendering.explain = true;
        self->options.explain = true;
        return PST_EXIT_YES;
    case PST_OPTION_FORMAT:
        return pst_read_output(&pst_command_decide, optarg, &self->output)
                   ? PST_EXIT_YES
                   : PST_EXIT_UNUSABLE;
    case PST_OPTION_LENIENT:
        self->lenient = true;
        return PST_EXIT_YES;
    case PST_OPTION_INHERIT_PARENT:
        self->options.inherit_parent = true;
        return PST_EXIT_YES;
    case PST_OPTION_SPECIALIZATION_OF_TARGET:
        self->options.specialization_of_target = true;
        return PST_EXIT_YES;
    default:
        return PST_EXIT_UNUSABLE;
    }
}

/* Words behind the options go with -p: -p POLICY... */
static int check_use(struct decide *self, int argc, char **argv)
{
    bool from_stdin = pst_is_stdin(self->requests);

    if (self->policy_count == 0) {
        return pst_misused(&pst_command_decide, "-p POLICY is missing", NULL);
    }
    while (optind < argc) {
        self->policies[self->policy_count++] = argv[optind++];
    }
    for (size_t i = 0; i < self->policy_count; i++) {
        if (from_stdin && pst_is_stdin(self->policies[i])) {
            return pst_misused(&pst_command_decide,
                               "standard input cannot be both the policy and "
                               "the requests",
                               NULL);
        }
    }
    return PST_EXIT_YES;
}

static int use(struct decide *self, int argc, char **argv)
{
    int option;
    int result;

    while ((option = pst_next_option(&pst_command_decide, argc, argv, ":p:r:eh",
                                     long_options)) != -1) {
        if (option == 'h') {
            return pst_print_help(&pst_command_decide);
        }
        result = read_option(self, option);
        if (result != PST_EXIT_YES) {
            return result;
        }
    }
    result = check_use(self, argc, argv);
    return result == PST_EXIT_YES ? decide(self) : result;
}

static int run(int argc, char **argv)
{
    struct decide self = {.requests = "-"};
    int result;

    self.rendering.colour = pst_may_colour(stdout);
    self.policies = calloc((size_t)argc, sizeof *self.policies);
    if (!self.policies) {
        return PST_EXIT_UNUSABLE;
    }
    result = use(&self, argc, argv);
    free(self.policies);
    return result;
}

const struct pst_command pst_command_decide = {
    "decide", "decide requests, and say why", help, run};
