/* postern ppm check: a frame as it is registered; with keys, terms as their
 * provider has signed them. [PPM-17] [PPM-18] [PPM-20] */
#include "cli/json_out.h"
#include "cli/key_file.h"
#include "cli/ppm.h"
#include "cli/source.h"

#include <getopt.h>

static const struct option long_options[] = {
    {"keys", required_argument, NULL, PST_OPTION_KEYS},
    {"strict", no_argument, NULL, PST_OPTION_STRICT},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct check {
    enum pst_output output;
    bool strict;
    const char *key_file; /* NULL: what is checked is not signed */
    postern_keys *keys;
    struct pst_json_out json;
    size_t findings;
};

static void report(void *user, const postern_diag *diag)
{
    struct check *self = user;

    self->findings++;
    if (self->output == PST_OUTPUT_TEXT) {
        pst_print_diag(stdout, diag);
        return;
    }
    pst_json_out_open(&self->json, '{');
    pst_json_out_text(&self->json, "severity", "warning");
    pst_json_out_text(&self->json, "file", diag->source);
    pst_json_out_number(&self->json, "line", diag->line);
    pst_json_out_number(&self->json, "column", diag->column);
    pst_json_out_text(&self->json, "path", diag->path);
    pst_json_out_text(&self->json, "lint", diag->lint);
    pst_json_out_text(&self->json, "message", diag->message);
    pst_json_out_close(&self->json, '}');
    (void)pst_json_out_line(&self->json, stdout); /* pst_finish() notices */
}

static bool check_one(struct check *self, const char *name)
{
    postern_ppm_frame *frame;
    bool read =
        self->keys ? pst_ppm_open_signed(name, self->keys, report, self, &frame)
                   : pst_ppm_open_frame(name, report, self, &frame);

    postern_ppm_frame_free(frame);
    return read;
}

static int check(struct check *self, int argc, char **argv)
{
    int result = PST_EXIT_YES;

    if (argc == 0) {
        return pst_misused(&pst_command_ppm, "FRAME is missing", NULL);
    }
    pst_json_out_init(&self->json);
    for (int i = 0; i < argc; i++) {
        if (!check_one(self, argv[i])) {
            result = PST_EXIT_UNUSABLE;
        }
    }
    pst_json_out_release(&self->json);
    if (result == PST_EXIT_YES && self->strict && self->findings) {
        result = PST_EXIT_NO;
    }
    return pst_finish(&pst_command_ppm, result);
}

static bool read_option(void *user, int option)
{
    struct check *self = user;

    if (option == PST_OPTION_STRICT) {
        self->strict = true;
        return true;
    }
    if (option == PST_OPTION_KEYS) {
        self->key_file = optarg;
        return true;
    }
    return option == PST_OPTION_FORMAT &&
           pst_read_output(&pst_command_ppm, optarg, &self->output);
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

/* False: reported. */
static bool read_keys(struct check *self)
{
    struct pst_key_file file = {.path = self->key_file,
                                .algs_if_untold = pst_terms_verifying_algs};

    self->keys = self->key_file ? pst_key_file_read(&file) : NULL;
    return self->keys || !self->key_file;
}

int pst_ppm_check_run(int argc, char **argv)
{
    struct check self = {.output = PST_OUTPUT_TEXT};
    int status;

    status = pst_take_options(&options, argc, argv, &self);
    if (status != PST_GO_ON) {
        return status;
    }
    if (!read_keys(&self)) {
        return PST_EXIT_UNUSABLE;
    }
    status = check(&self, argc - optind, argv + optind);
    postern_keys_free(self.keys);
    return status;
}
