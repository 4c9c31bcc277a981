/* postern decide: requests against policies. [DRQ-03] [ARC-05] */
#include "cli/command.h"

#include "base/diag.h"
#include "cli/arguments.h"
#include "cli/decision_log.h"
#include "cli/host.h"
#include "cli/image.h"
#include "cli/plain.h"
#include "cli/render.h"
#include "cli/request_file.h"
#include "cli/source.h"
#include "cli/token.h"
#include "engine/primitive.h"

#include <getopt.h>

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
    "      --until            until when each decision holds, if nothing else\n"
    "                         changes\n"
    "      --log FILE         append every decision to a log, postern-log(5)\n"
    "      --format FORMAT    text (default) or json: one object a "
    "line\n" PST_HOST_HELP "  -h, --help             this text\n"
    "\n"
    "A request: {\"fr\":\"Cpump7\",\"to\":\"cnt1\",\"op\":2}\n"
    "  fr to op ty fc content attrs rids      as in a request primitive;\n"
    "                         op is 1 create, 2 retrieve, 3 update, 4 delete,\n"
    "                         5 notify; {\"fc\":{\"fu\":1}} makes a discovery\n"
    "  rq_time rq_ip rq_loc rq_authn          what the CSE knows about it\n"
    "  sa esprim_id           security association, identity of the ESPrim "
    "key\n"
    "  min_revision           how new the resources must be\n"
    "\n"
    "Exit status: 0 permit, 1 deny (of several requests: 0), 2 the policies "
    "or\n"
    "requests cannot be used.\n";

static const char more[] =
    "\n"
    "By ACPs of an image (postern compile), without -p and --resources:\n"
    "\n"
    "      --image FILE       the image\n"
    "      --acp ID[,ID...]   ACPs of it that protect whatever is addressed, "
    "but\n"
    "                         for ACPs of the image: these protect themselves\n"
    "      --cse CSE-ID       that hosts them, such as //sp.example/plant-cse\n"
    "      --type TYPE        of what is addressed; else it is not known\n"
    "      --verify           the image has to mean what the policies of -p "
    "say,\n"
    "                         proved anew, else it is not used\n"
    "      --image-keys FILE  the image has to be signed by one of these keys "
    "(a\n"
    "                         JWK set, a JWK or PEM), else it is not used\n";

struct decide {
    struct pst_host_settings settings;
    struct pst_image_settings image;
    const char *requests; /* file name */
    const char *log;      /* file name, or NULL */
    enum pst_output output;
    bool explain;
    bool until;
    bool colour;
};

static const struct option long_options[] = {
    {"requests", required_argument, NULL, 'r'},
    {"explain", no_argument, NULL, 'e'},
    {"until", no_argument, NULL, PST_OPTION_UNTIL},
    {"log", required_argument, NULL, PST_OPTION_LOG},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    PST_HOST_OPTIONS,
    {"image", required_argument, NULL, PST_OPTION_IMAGE},
    {"image-keys", required_argument, NULL, PST_OPTION_IMAGE_KEYS},
    {"verify", no_argument, NULL, PST_OPTION_VERIFY},
    {"acp", required_argument, NULL, PST_OPTION_ACP},
    {"cse", required_argument, NULL, PST_OPTION_CSE},
    {"type", required_argument, NULL, PST_OPTION_TYPE},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* While decisions are made. */
struct deciding {
    const struct decide *options;
    struct pst_host host;
    struct pst_image image;
    struct pst_decision_log log;
    struct pst_json_out out;
};

/* Each decision is recorded and written when it is made. */
static bool deliver(struct deciding *self, const postern_primitive *primitive,
                    const postern_answer *answer,
                    const struct pst_explanation *explanation)
{
    if (!pst_decision_log_add(&self->log, primitive, answer)) {
        return false;
    }
    if (self->options->output == PST_OUTPUT_TEXT) {
        pst_render_text(stdout, self->options->colour, primitive, answer,
                        explanation);
        return true;
    }
    pst_render_json(&self->out, answer, explanation);
    return pst_json_out_line(&self->out, stdout);
}

/* Exit status as if this were the only request. */
static int decide_document(void *user, const struct pst_document *document,
                           struct pst_arena *arena)
{
    struct deciding *self = user;
    struct pst_explanation explanation;
    const struct pst_explanation *shown = NULL;
    postern_primitive primitive;
    postern_answer answer;
    postern_diag diag = {.status = POSTERN_OK};

    pst_explanation_init(&explanation, self->host.policy, arena);
    if (self->options->explain) {
        shown = &explanation;
    }
    if (pst_primitive_read(&primitive, document, document->root,
                           PST_PRIMITIVE_PLAIN, arena, &diag) == POSTERN_OK) {
        primitive.wants_lease = self->options->until;
        postern_authorize(self->host.reader, &primitive,
                          shown ? &explanation.listener : NULL, &answer);
    } else {
        (void)pst_diag_plain(&diag, POSTERN_ERR_MEMORY); /* unless told why */
        pst_answer_malformed(&answer, &diag);
    }
    if (!deliver(self, &primitive, &answer, shown)) {
        return PST_EXIT_UNUSABLE;
    }
    return answer.effect == POSTERN_PERMIT ? PST_EXIT_YES : PST_EXIT_NO;
}

static int decide_all(struct deciding *self,
                      const struct pst_request_file *requests)
{
    int result = PST_EXIT_UNUSABLE;

    pst_json_out_init(&self->out);
    if (pst_decision_log_open(&self->log, self->options->log)) {
        result = pst_request_file_each(requests, decide_document, self);
    }
    if (!pst_decision_log_close(&self->log)) {
        result = PST_EXIT_UNUSABLE;
    }
    pst_json_out_release(&self->out);
    return pst_finish(&pst_command_decide, result);
}

static int decide_requests(struct deciding *self)
{
    struct pst_request_file requests;
    int result = PST_EXIT_UNUSABLE;

    if (pst_request_file_open(&requests, self->options->requests)) {
        result = decide_all(self, &requests);
    }
    pst_request_file_close(&requests);
    return result;
}

static int decide(const struct decide *options)
{
    struct deciding self = {.options = options};
    int result;

    if (!pst_host_open(&self.host, &options->settings)) {
        return PST_EXIT_UNUSABLE;
    }
    result = decide_requests(&self);
    pst_host_close(&self.host);
    return result;
}

/* The host takes the policy of the image. */
static bool open_image_host(struct deciding *self)
{
    postern_policy *policy = self->image.policy;
    postern_diag diag;

    self->image.policy = NULL;
    if (pst_host_open_prp(&self->host, policy, &self->image.prp,
                          &self->options->settings, &diag) == POSTERN_OK) {
        return true;
    }
    pst_print_diag(stderr, &diag);
    return false;
}

static int decide_by_image(const struct decide *options)
{
    struct deciding self = {.options = options};
    int result = PST_EXIT_UNUSABLE;

    if (!pst_image_open(&self.image, &options->image)) {
        return PST_EXIT_UNUSABLE;
    }
    if (open_image_host(&self)) {
        result = decide_requests(&self);
        pst_host_close(&self.host);
    }
    pst_image_close(&self.image);
    return result;
}

/* False: it is none of an image. */
static bool takes_image_option(int option)
{
    return option == PST_OPTION_IMAGE || option == PST_OPTION_IMAGE_KEYS ||
           option == PST_OPTION_VERIFY || option == PST_OPTION_ACP ||
           option == PST_OPTION_CSE || option == PST_OPTION_TYPE;
}

static bool read_image_option(struct pst_image_settings *self, int option)
{
    switch (option) {
    case PST_OPTION_IMAGE:
        self->path = optarg;
        return true;
    case PST_OPTION_IMAGE_KEYS:
        self->keys = optarg;
        return true;
    case PST_OPTION_VERIFY:
        self->verify = true;
        return true;
    case PST_OPTION_ACP:
        self->acps = optarg;
        return true;
    case PST_OPTION_CSE:
        return pst_take_cse(&pst_command_decide, "--cse", optarg, &self->cse);
    case PST_OPTION_TYPE:
    default:
        return pst_take_type(&pst_command_decide, "--type", optarg,
                             &self->type);
    }
}

static bool read_option(void *user, int option)
{
    struct decide *self = user;

    if (takes_image_option(option)) {
        return read_image_option(&self->image, option);
    }
    switch (option) {
    case 'r':
        self->requests = optarg;
        return true;
    case 'e':
        self->explain = true;
        return true;
    case PST_OPTION_UNTIL:
        self->until = true;
        return true;
    case PST_OPTION_LOG:
        self->log = optarg;
        return true;
    case PST_OPTION_FORMAT:
        return pst_read_output(&pst_command_decide, optarg, &self->output);
    default:
        return pst_host_take(&self->settings, option);
    }
}

/* The options of an image, when there is one. */
static int check_image_use(const struct decide *self)
{
    const struct pst_image_settings *image = &self->image;

    if (self->settings.resources ||
        (self->settings.policy_count && !image->verify)) {
        return pst_misused(&pst_command_decide,
                           "--image goes without -p, but for --verify, and"
                           " without --resources",
                           NULL);
    }
    if (image->verify && (self->settings.policy_count == 0 ||
                          (pst_is_stdin(self->requests) &&
                           pst_host_reads_stdin(&self->settings)))) {
        return pst_misused(&pst_command_decide, "--verify needs -p, with files",
                           NULL);
    }
    if (!image->acps) {
        return pst_misused(&pst_command_decide, "--image needs --acp", NULL);
    }
    return image->cse.domain.data
               ? PST_EXIT_YES
               : pst_misused(&pst_command_decide, "--image needs --cse", NULL);
}

static int check_use(struct decide *self, int argc, char **argv)
{
    struct pst_image_settings *image = &self->image;

    pst_host_take_rest(&self->settings, argc, argv);
    image->lenient = self->settings.lenient;
    image->policies = (struct pst_source_list){self->settings.policies,
                                               self->settings.policy_count};
    if (image->path) {
        return check_image_use(self);
    }
    if (image->keys || image->verify || image->acps || image->cse.domain.data ||
        image->type) {
        return pst_misused(&pst_command_decide,
                           "--image-keys, --verify, --acp, --cse and --type go"
                           " with --image",
                           NULL);
    }
    if (self->settings.policy_count == 0) {
        return pst_misused(&pst_command_decide, "-p POLICY is missing", NULL);
    }
    if (pst_is_stdin(self->requests) && pst_host_reads_stdin(&self->settings)) {
        return pst_misused(&pst_command_decide,
                           "standard input cannot be both the policy and "
                           "the requests",
                           NULL);
    }
    return PST_EXIT_YES;
}

static const struct pst_options options = {&pst_command_decide, ":p:r:eh",
                                           long_options, read_option};

static int use(struct decide *self, int argc, char **argv)
{
    int result;

    result = pst_take_options(&options, argc, argv, self);
    if (result != PST_GO_ON) {
        return result;
    }
    result = check_use(self, argc, argv);
    if (result != PST_EXIT_YES) {
        return result;
    }
    return self->image.path ? decide_by_image(self) : decide(self);
}

static int run(int argc, char **argv)
{
    struct decide self = {.requests = "-"};
    int result = PST_EXIT_UNUSABLE;

    self.colour = pst_may_colour(stdout);
    if (pst_host_settings_init(&self.settings, argc)) {
        self.settings.keeps_tokens = true;
        result = use(&self, argc, argv);
    }
    pst_host_settings_release(&self.settings);
    return result;
}

const struct pst_command pst_command_decide = {
    "decide", "decide requests, and say why", help, run, more};
