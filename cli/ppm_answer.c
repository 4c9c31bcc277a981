/* postern ppm answer: the manager in the place of a DAS. [PPM-06] */
#include "cli/ppm_gate.h"
#include "cli/source.h"

#include "base/diag.h"

#include <getopt.h>

static const struct option long_options[] = {
    PST_PPM_GATE_OPTIONS,
    {"asker", required_argument, NULL, PST_OPTION_ASKER},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct answering {
    struct pst_ppm_gate_words words;
    const char *asker;
    const char *source;
    struct pst_ppm_gate_opened opened;
};

/* Privileges are logged as granted: what is read by them is not seen. A refusal
 * is seen. */
static bool record(const struct answering *self,
                   const postern_gate_reply *reply)
{
    postern_access access;

    postern_gate_access(&reply->asked, &reply->answer, &access);
    if (reply->granted) {
        access.mode = POSTERN_ACCESS_GRANTED;
        access.granted_until_s = reply->until_s;
    }
    return pst_ppm_gate_record(&self->opened, &access);
}

static int answer_text(struct answering *self, postern_str text)
{
    postern_gate_reply reply;
    postern_diag diag;

    if (postern_gate_reply_to(
            self->opened.reader, text, postern_str_of(self->asker),
            self->words.manager.now_s, &reply, &diag) != POSTERN_OK) {
        pst_diag_copy(diag.source, sizeof diag.source, self->source);
        pst_print_diag(stderr, &diag);
        return PST_EXIT_UNUSABLE;
    }
    if (!record(self, &reply)) {
        return PST_EXIT_UNUSABLE;
    }
    puts(reply.text.data);
    fprintf(stderr, "note: %s\n", reply.answer.reason);
    return reply.granted ? PST_EXIT_YES : PST_EXIT_NO;
}

static int answer_file(struct answering *self)
{
    postern_allocator heap = pst_allocator_of(NULL);
    struct pst_vec bytes;
    postern_diag diag;
    int result = PST_EXIT_UNUSABLE;

    if (pst_source_read(&bytes, self->source, &diag) == POSTERN_OK) {
        result = answer_text(self, (postern_str){bytes.data, bytes.count});
    } else {
        pst_print_diag(stderr, &diag);
    }
    pst_vec_release(&bytes, &heap);
    return result;
}

static int run(struct answering *self)
{
    int result;

    if (!self->asker) {
        return pst_misused(&pst_command_ppm, "--asker ID is missing", NULL);
    }
    if (!pst_ppm_gate_open(&self->opened, &self->words)) {
        return PST_EXIT_UNUSABLE;
    }
    result = answer_file(self);
    if (!pst_ppm_gate_close(&self->opened)) {
        result = PST_EXIT_UNUSABLE;
    }
    return result;
}

static bool read_option(void *user, int option)
{
    struct answering *self = user;

    if (option == PST_OPTION_ASKER) {
        self->asker = optarg;
        return true;
    }
    return pst_ppm_gate_has(option) && pst_ppm_gate_take(&self->words, option);
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

int pst_ppm_answer_run(int argc, char **argv)
{
    struct answering self = {.asker = NULL};
    int status;

    pst_ppm_gate_init(&self.words);
    status = pst_take_options(&options, argc, argv, &self);
    if (status != PST_GO_ON) {
        return status;
    }
    if (argc > optind + 1) {
        return pst_misused(&pst_command_ppm, "answer takes one file, not",
                           argv[optind + 1]);
    }
    self.source = argc > optind ? argv[optind] : "-";
    return pst_finish(&pst_command_ppm, run(&self));
}
