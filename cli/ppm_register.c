/* postern ppm register: providers, subscribers, terms, laws, preferences.
 * [PPM-17] [PPM-19] */
#include "base/diag.h"
#include "base/vec.h"
#include "cli/json_out.h"
#include "cli/plain.h"
#include "cli/ppm_manager.h"
#include "cli/source.h"

#include <getopt.h>

static const struct option long_options[] = {
    PST_PPM_MANAGER_OPTIONS,
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct registering {
    struct pst_ppm_manager_words words;
    enum pst_output output;
    struct pst_ppm_opened opened;
    struct pst_json_out json;
};

static void warn(void *user, const postern_diag *diag)
{
    (void)user;
    pst_print_diag(stderr, diag);
}

static void print_json(struct pst_json_out *out,
                       const postern_ppm_registered *done)
{
    pst_json_out_open(out, '{');
    pst_json_out_name(out, "kind");
    pst_json_out_str(out, done->kind);
    pst_json_out_name(out, "owner");
    pst_json_out_str(out, done->owner);
    if (done->id.data) {
        pst_json_out_name(out, "id");
        pst_json_out_str(out, done->id);
    }
    pst_json_out_number(out, "version", done->version);
    pst_json_out_text(out, "hash", done->hash);
    pst_json_out_name(out, "changed");
    pst_json_out_bool(out, done->changed);
    pst_json_out_number(out, "carried", done->carried);
    pst_json_out_number(out, "suspended", done->suspended);
    pst_json_out_close(out, '}');
    (void)pst_json_out_line(out, stdout); /* pst_finish() notices */
}

static void print_text(const postern_ppm_registered *done)
{
    uint32_t concerned = done->carried + done->suspended;

    pst_plain(stdout, done->kind);
    fputs(" ", stdout);
    pst_plain(stdout, done->owner);
    if (done->id.data) {
        fputs(" ", stdout);
        pst_plain(stdout, done->id);
    }
    printf(": version %u%s", (unsigned)done->version,
           done->changed ? "" : ", as it was");
    if (concerned) {
        printf("; of %u consent%s %u suspended", (unsigned)concerned,
               concerned == 1 ? "" : "s", (unsigned)done->suspended);
    }
    fputs("\n", stdout);
}

static bool register_text(struct registering *self, const char *name,
                          postern_str text)
{
    postern_ppm_load_options options;
    postern_ppm_registered done;
    postern_diag diag;

    postern_ppm_load_options_init(&options);
    options.source = name;
    options.report = warn;
    if (postern_ppm_register(self->opened.manager, text, &options,
                             self->words.now_s, &done, &diag) != POSTERN_OK) {
        if (!diag.source[0]) {
            pst_diag_copy(diag.source, sizeof diag.source, name);
        }
        pst_print_diag(stderr, &diag);
        return false;
    }
    if (self->output == PST_OUTPUT_JSON) {
        print_json(&self->json, &done);
    } else {
        print_text(&done);
    }
    return true;
}

static bool register_file(struct registering *self, const char *name)
{
    postern_allocator heap = pst_allocator_of(NULL);
    struct pst_vec bytes;
    postern_diag diag;
    bool done = false;

    if (pst_source_read(&bytes, name, &diag) == POSTERN_OK) {
        done = register_text(
            self, name,
            (postern_str){bytes.data ? bytes.data : "", bytes.count});
    } else {
        pst_print_diag(stderr, &diag);
    }
    pst_vec_release(&bytes, &heap);
    return done;
}

static int register_all(struct registering *self, int argc, char **argv)
{
    int result = PST_EXIT_YES;

    if (argc == 0) {
        return pst_misused(&pst_command_ppm, "DOCUMENT is missing", NULL);
    }
    if (!pst_ppm_manager_open(&self->opened, &self->words)) {
        return PST_EXIT_UNUSABLE;
    }
    pst_json_out_init(&self->json);
    for (int i = 0; i < argc; i++) {
        if (!register_file(self, argv[i])) {
            result = PST_EXIT_UNUSABLE;
        }
    }
    pst_json_out_release(&self->json);
    pst_ppm_manager_close(&self->opened);
    return pst_finish(&pst_command_ppm, result);
}

static bool read_option(void *user, int option)
{
    struct registering *self = user;

    if (pst_ppm_manager_has(option)) {
        return pst_ppm_manager_take(&self->words, option);
    }
    return option == PST_OPTION_FORMAT &&
           pst_read_output(&pst_command_ppm, optarg, &self->output);
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

int pst_ppm_register_run(int argc, char **argv)
{
    struct registering self = {.output = PST_OUTPUT_TEXT};
    int status;

    pst_ppm_manager_init(&self.words);
    status = pst_take_options(&options, argc, argv, &self);
    return status == PST_GO_ON
               ? register_all(&self, argc - optind, argv + optind)
               : status;
}
