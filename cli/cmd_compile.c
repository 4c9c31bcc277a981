/* postern compile: policies become an image in a file. [ARC-07] */
#include "cli/command.h"

#include "base/diag.h"
#include "cli/arguments.h"
#include "cli/cost.h"
#include "cli/host.h"
#include "cli/image.h"
#include "cli/new_file.h"
#include "cli/plain.h"
#include "cli/source.h"
#include "jose/digest.h"

#include <getopt.h>

static const char help[] =
    "usage: postern compile -p POLICY... -o FILE [OPTIONS]\n"
    "\n"
    "Writes the compiled form of the access control policies to a file, an\n"
    "image: opening it takes a fraction of the time that compiling takes.\n"
    "\n"
    "  -p, --policy POLICY    a policy document, or a folder of them; several\n"
    "                         count as one policy (\"-\": standard input)\n"
    "  -o, --output FILE      the image; it is there as a whole or not at all\n"
    "      --lenient          rules that the standard does not allow are "
    "false,\n"
    "                         instead of making the policy unusable\n"
    "      --verify           prove first that it means what the rules say; "
    "what\n"
    "                         is not proved is not written\n"
    "      --max-ns N         a worst case of more nanoseconds makes the "
    "policy\n"
    "                         unusable, instead of a warning above 1000000\n"
    "      --keys FILE        sign it: a private JWK or PEM; the signature "
    "goes\n"
    "                         to FILE.sig\n"
    "      --kid ID           which of the keys\n"
    "  -h, --help             this text\n"
    "\n"
    "The image holds the ACPs, not the resources they protect: see postern\n"
    "decide --image. It is good for this release and byte order. Whether an\n"
    "image is what it should be is told by its signature alone.\n"
    "\n"
    "Exit status: 0 written, 2 the policies or keys cannot be used, or the "
    "file\n"
    "not be written.\n";

struct compile {
    struct pst_host_settings settings; /* policies, lenient */
    const char *output;
    bool verify;
    const char *keys; /* NULL: not signed */
    postern_str kid;
    struct pst_cost_words cost; /* --max-ns */
};

static const struct option long_options[] = {
    {"policy", required_argument, NULL, 'p'},
    {"output", required_argument, NULL, 'o'},
    {"lenient", no_argument, NULL, PST_OPTION_LENIENT},
    {"verify", no_argument, NULL, PST_OPTION_VERIFY},
    {"max-ns", required_argument, NULL, PST_OPTION_MAX_NS},
    {"keys", required_argument, NULL, PST_OPTION_KEYS},
    {"kid", required_argument, NULL, PST_OPTION_KID},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static uint64_t count_rules(const postern_acp_set *set)
{
    uint64_t rules = 0;

    for (uint32_t acp = 0; acp < postern_acp_set_count(set); acp++) {
        rules += postern_acp_set_rule_count(set, acp, POSTERN_PRIVILEGES);
        rules += postern_acp_set_rule_count(set, acp, POSTERN_SELF_PRIVILEGES);
    }
    return rules;
}

static void print_summary(const struct compile *self,
                          const postern_acp_set *set, postern_str bytes)
{
    char digits[PST_DIGEST_HEX];

    pst_plain(stdout, postern_str_of(self->output));
    printf(": %u ACPs, %llu rules, %zu bytes", postern_acp_set_count(set),
           (unsigned long long)count_rules(set), bytes.len);
    if (pst_text_hash(bytes, digits)) {
        printf(", sha256 %s", digits);
    }
    if (self->verify) {
        fputs(", proved", stdout);
    }
    fputs(self->keys ? ", signed\n" : "\n", stdout);
}

/* The signature first: an image that is there is never without the one it
 * should have, for longer than the other is written. */
static int write_image(const struct compile *self, const postern_acp_set *set)
{
    size_t size;
    const void *image = postern_acp_set_image(set, &size);
    postern_str bytes = {image, size};
    postern_diag diag = {.status = POSTERN_OK};

    if (self->keys &&
        !pst_image_sign(self->output, bytes, self->keys, self->kid)) {
        return PST_EXIT_UNUSABLE;
    }
    if (pst_new_file_write(self->output, bytes, &diag) != POSTERN_OK) {
        pst_print_diag(stderr, &diag);
        return PST_EXIT_UNUSABLE;
    }
    print_summary(self, set, bytes);
    return pst_finish(&pst_command_compile, PST_EXIT_YES);
}

static void report(void *user, const postern_diag *diag)
{
    (void)user;
    pst_print_diag(stderr, diag);
}

/* What is too dear is reported, and not written when that was asked for. */
static bool is_affordable(const struct compile *self,
                          const postern_policy *policy)
{
    struct pst_cost_asked asked = {.words = &self->cost,
                                   .policy = policy,
                                   .name = self->settings.policies[0],
                                   .report = report};
    postern_status status;
    bool affordable = pst_cost_hold(&asked, &status);

    if (status != POSTERN_OK) {
        postern_diag diag = {.severity = POSTERN_SEVERITY_ERROR};

        (void)pst_diag_plain(&diag, status);
        pst_print_diag(stderr, &diag);
    }
    return affordable;
}

static int compile(const struct compile *self)
{
    struct pst_source_list list = {self->settings.policies,
                                   self->settings.policy_count};
    postern_load_options options;
    postern_policy *policy;
    postern_diag diag = {.status = POSTERN_OK};
    int result = PST_EXIT_UNUSABLE;

    postern_load_options_init(&options);
    options.verify = self->verify;
    if (self->settings.lenient) {
        options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
        options.report = report;
    }
    if (pst_source_load(&policy, &list, &options, &diag) != POSTERN_OK) {
        pst_print_diag(stderr, &diag);
        return PST_EXIT_UNUSABLE;
    }
    if (is_affordable(self, policy)) {
        result = write_image(self, postern_policy_acps(policy));
    }
    postern_policy_free(policy);
    return result;
}

static bool read_option(void *user, int option)
{
    struct compile *self = user;

    switch (option) {
    case 'o':
        self->output = optarg;
        return true;
    case PST_OPTION_VERIFY:
        self->verify = true;
        return true;
    case PST_OPTION_MAX_NS:
        return pst_take_number(&pst_command_compile, "--max-ns", optarg,
                               UINT32_MAX, &self->cost.max_ns);
    case PST_OPTION_KEYS:
        self->keys = optarg;
        return true;
    case PST_OPTION_KID:
        self->kid = postern_str_of(optarg);
        return true;
    default:
        return pst_host_take(&self->settings, option);
    }
}

static const struct pst_options options = {&pst_command_compile, ":p:o:h",
                                           long_options, read_option};

static int use(struct compile *self, int argc, char **argv)
{
    int result = pst_take_options(&options, argc, argv, self);

    if (result != PST_GO_ON) {
        return result;
    }
    if (self->settings.policy_count == 0) {
        return pst_misused(&pst_command_compile, "-p POLICY is missing", NULL);
    }
    if (!self->output) {
        return pst_misused(&pst_command_compile, "-o FILE is missing", NULL);
    }
    if (self->kid.data && !self->keys) {
        return pst_misused(&pst_command_compile, "--kid goes with --keys",
                           NULL);
    }
    pst_host_take_rest(&self->settings, argc, argv);
    return compile(self);
}

static int run(int argc, char **argv)
{
    struct compile self = {.output = NULL};
    int result = PST_EXIT_UNUSABLE;

    if (pst_host_settings_init(&self.settings, argc)) {
        result = use(&self, argc, argv);
    }
    pst_host_settings_release(&self.settings);
    return result;
}

const struct pst_command pst_command_compile = {
    "compile", "write policies to a file in compiled form", help, run, NULL};
