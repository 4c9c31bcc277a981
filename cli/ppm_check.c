/* postern ppm check: a frame as it is registered. [PPM-17] [PPM-20] */
#include "cli/json_out.h"
#include "cli/ppm.h"
#include "cli/source.h"

#include <getopt.h>

static const struct option long_options[] = {
    {"strict", no_argument, NULL, PST_OPTION_STRICT},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct check {
    enum pst_output output;
    bool strict;
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

static int check(struct check *self, int argc, char **argv)
{
    int result = PST_EXIT_YES;

    if (argc == 0) {
        return pst_misused(&pst_command_ppm, "FRAME is missing", NULL);
    }
    pst_json_out_init(&self->json);
    for (int i = 0; i < argc; i++) {
        postern_ppm_frame *frame;

        if (!pst_ppm_open_frame(argv[i], report, self, &frame)) {
            result = PST_EXIT_UNUSABLE;
        }
        postern_ppm_frame_free(frame);
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
    return option == PST_OPTION_FORMAT &&
           pst_read_output(&pst_command_ppm, optarg, &self->output);
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

int pst_ppm_check_run(int argc, char **argv)
{
    struct check self = {.output = PST_OUTPUT_TEXT};
    int status;

    status = pst_take_options(&options, argc, argv, &self);
    if (status != PST_GO_ON) {
        return status;
    }
    return check(&self, argc - optind, argv + optind);
}
