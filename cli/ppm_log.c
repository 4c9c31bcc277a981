/* postern ppm log: access logs verified, looked into and added to. [PPM-02] */
#include "cli/ppm_log.h"

#include "cli/json_out.h"
#include "cli/plain.h"
#include "cli/ppm.h"
#include "cli/source.h"

#include "base/diag.h"

#include <getopt.h>
#include <string.h>

static const struct option long_options[] = {
    {"head", required_argument, NULL, PST_OPTION_HEAD},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

int pst_ppm_log_refused(const char *file, postern_status status,
                        postern_diag *diag)
{
    (void)pst_diag_plain(diag, status);
    if (!diag->source[0]) {
        pst_diag_copy(diag->source, sizeof diag->source, file);
    }
    pst_print_diag(stderr, diag);
    return status == POSTERN_ERR_POLICY ? PST_EXIT_NO : PST_EXIT_UNUSABLE;
}

/* ---- verify and head ----------------------------------------------------- */

struct verify {
    postern_str expected;
    enum pst_output output;
};

static void print_json(const postern_access_head *head)
{
    struct pst_json_out out;

    pst_json_out_init(&out);
    pst_json_out_open(&out, '{');
    pst_json_out_text(&out, "log", head->id);
    pst_json_out_number(&out, "lines", (int64_t)head->lines);
    pst_json_out_text(&out, "hash", head->hash);
    pst_json_out_close(&out, '}');
    (void)pst_json_out_line(&out, stdout); /* pst_finish() notices */
    pst_json_out_release(&out);
}

/* Both verify: a head of what is not good is worth nothing. */
static int verify(const struct verify *self, const char *file, bool only_head)
{
    postern_access_head head;
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status =
        postern_access_log_verify(file, self->expected, &head, &diag);

    if (status != POSTERN_OK) {
        return pst_ppm_log_refused(file, status, &diag);
    }
    if (self->output == PST_OUTPUT_JSON) {
        print_json(&head);
    } else if (only_head) {
        printf("%llu %s\n", (unsigned long long)head.lines, head.hash);
    } else {
        pst_plain(stdout, postern_str_of(file));
        printf(": good, %llu lines of log %s, hash %s\n",
               (unsigned long long)head.lines, head.id, head.hash);
    }
    return pst_finish(&pst_command_ppm, PST_EXIT_YES);
}

static bool read_option(void *user, int option)
{
    struct verify *self = user;

    if (option == PST_OPTION_HEAD) {
        self->expected = postern_str_of(optarg);
        return true;
    }
    return pst_read_output(&pst_command_ppm, optarg, &self->output);
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

static int run_verify(int argc, char **argv)
{
    bool only_head = strcmp(argv[0], "head") == 0;
    struct verify self = {.output = PST_OUTPUT_TEXT};
    int status = pst_take_options(&options, argc, argv, &self);

    if (status != PST_GO_ON) {
        return status;
    }
    if (argc - optind != 1) {
        return pst_misused(&pst_command_ppm,
                           only_head ? "log head takes one log"
                                     : "log verify takes one log",
                           NULL);
    }
    return verify(&self, argv[optind], only_head);
}

/* ---- all of them --------------------------------------------------------- */

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} verbs[] = {{"verify", run_verify},
             {"head", run_verify},
             {"query", pst_ppm_log_query_run},
             {"add", pst_ppm_log_add_run}};

int pst_ppm_log_run(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : NULL;

    if (name && (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)) {
        return pst_print_help(&pst_command_ppm);
    }
    for (size_t i = 0; name && i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(name, verbs[i].name) == 0) {
            return verbs[i].run(argc - 1, argv + 1);
        }
    }
    return pst_misused(&pst_command_ppm,
                       name ? "verify, head, query or add is expected, not"
                            : "verify, head, query or add is expected",
                       name);
}
