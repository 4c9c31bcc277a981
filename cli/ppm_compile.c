/* postern ppm compile: what is accepted as a policy document. [PPM-03]
 * [PPM-24] */
#include "cli/json_out.h"
#include "cli/plain.h"
#include "cli/ppm_broader.h"
#include "cli/ppm_gate.h"
#include "cli/source.h"

#include "base/diag.h"

#include <getopt.h>

static const struct option long_options[] = {
    PST_PPM_GATE_OPTIONS,
    {"with", required_argument, NULL, PST_OPTION_WITH},
    {"strict", no_argument, NULL, PST_OPTION_STRICT},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct compiling {
    struct pst_ppm_gate_words words;
    const char *with; /* a policy of the CSE, or NULL */
    bool is_strict;
    enum pst_output output; /* of remarks */
    struct pst_buffer document;
    struct pst_json_out json;
};

static postern_status keep(void *user, postern_str piece)
{
    struct compiling *self = user;

    pst_buffer_add(&self->document, piece);
    return self->document.failed ? POSTERN_ERR_MEMORY : POSTERN_OK;
}

static void print_remark(const postern_gate_remark *remark)
{
    fputs("note: ", stderr);
    pst_plain(stderr, remark->provider);
    fputs(" / ", stderr);
    pst_plain(stderr, remark->application);
    fprintf(stderr, ": %s: %s\n", postern_ppm_row_at(remark->row)->key,
            remark->enforced_by);
}

static void hear_remark(void *user, const postern_gate_remark *remark)
{
    struct compiling *self = user;

    if (self->output == PST_OUTPUT_TEXT) {
        print_remark(remark);
        return;
    }
    pst_json_out_open(&self->json, '{');
    pst_json_out_name(&self->json, "provider");
    pst_json_out_str(&self->json, remark->provider);
    pst_json_out_name(&self->json, "application");
    pst_json_out_str(&self->json, remark->application);
    pst_json_out_text(&self->json, "row", postern_ppm_row_at(remark->row)->key);
    pst_json_out_text(&self->json, "enforced_by", remark->enforced_by);
    pst_json_out_close(&self->json, '}');
    (void)pst_json_out_line(&self->json, stderr);
}

static int finish(struct compiling *self)
{
    postern_str document = {self->document.data, self->document.len};
    uint64_t found = 0;

    if (self->with && !pst_ppm_find_broader(document, self->with, &found)) {
        return PST_EXIT_UNUSABLE;
    }
    (void)fwrite(document.data, 1, document.len, stdout);
    return found && self->is_strict ? PST_EXIT_NO : PST_EXIT_YES;
}

static int compile(struct compiling *self)
{
    struct pst_ppm_opened opened;
    postern_gate_listener listener = {
        .user = self, .write = keep, .remark = hear_remark};
    postern_gate_options options;
    postern_diag diag;
    postern_status status;

    if (!pst_ppm_gate_has_cse(&self->words) ||
        !pst_ppm_manager_open(&opened, &self->words.manager)) {
        return PST_EXIT_UNUSABLE;
    }
    postern_gate_options_init(&options);
    options.cse = &self->words.cse;
    status = postern_gate_compile(opened.manager, &options,
                                  self->words.manager.now_s, &listener, &diag);
    pst_ppm_manager_close(&opened);
    if (status != POSTERN_OK) {
        pst_print_diag(stderr, &diag);
        return PST_EXIT_UNUSABLE;
    }
    return finish(self);
}

static bool read_option(void *user, int option)
{
    struct compiling *self = user;

    switch (option) {
    case PST_OPTION_WITH:
        self->with = optarg;
        return true;
    case PST_OPTION_STRICT:
        self->is_strict = true;
        return true;
    case PST_OPTION_FORMAT:
        return pst_read_output(&pst_command_ppm, optarg, &self->output);
    default:
        return pst_ppm_gate_has(option) &&
               pst_ppm_gate_take(&self->words, option);
    }
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

int pst_ppm_compile_run(int argc, char **argv)
{
    struct compiling self = {.output = PST_OUTPUT_TEXT};
    postern_allocator heap = pst_allocator_of(NULL);
    int status;

    pst_ppm_gate_init(&self.words);
    status = pst_take_options(&options, argc, argv, &self);
    if (status != PST_GO_ON) {
        return status;
    }
    if (argc > optind) {
        return pst_misused(&pst_command_ppm, "compile takes options only",
                           NULL);
    }
    pst_buffer_init(&self.document, &heap, SIZE_MAX / 2);
    pst_json_out_init(&self.json);
    status = compile(&self);
    pst_json_out_release(&self.json);
    pst_buffer_release(&self.document);
    return pst_finish(&pst_command_ppm, status);
}
