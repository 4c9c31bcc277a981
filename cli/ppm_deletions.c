/* postern ppm deletions and delete-note: what became of requests to delete.
 * [PPM-25] */
#include "cli/ppm_deletion.h"

#include "base/str.h"

#include <getopt.h>

static const struct option long_options[] = {
    PST_PPM_MANAGER_OPTIONS,
    {"overdue", no_argument, NULL, PST_OPTION_OVERDUE},
    {"reason", required_argument, NULL, PST_OPTION_REASON},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct deletions {
    struct pst_ppm_manager_words words;
    struct pst_ppm_deletion_out out;
    postern_str reason;
};

static bool read_option(void *user, int option)
{
    struct deletions *self = user;

    if (pst_ppm_manager_has(option)) {
        return pst_ppm_manager_take(&self->words, option);
    }
    switch (option) {
    case PST_OPTION_OVERDUE:
        self->out.only_overdue = true;
        return true;
    case PST_OPTION_REASON:
        self->reason = postern_str_of(optarg);
        return true;
    default:
        return option == PST_OPTION_FORMAT &&
               pst_read_output(&pst_command_ppm, optarg, &self->out.output);
    }
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

static int list(void *user, const struct pst_ppm_opened *opened, char **none)
{
    struct deletions *self = user;
    int status = pst_ppm_deletions_list(opened, &self->words, &self->out);

    (void)none;
    return status == PST_EXIT_YES && self->out.only_overdue && self->out.printed
               ? PST_EXIT_NO
               : status;
}

int pst_ppm_deletions_run(int argc, char **argv)
{
    static const struct pst_ppm_verb verb = {.options = &options, .work = list};
    struct deletions self = {.out = {.output = PST_OUTPUT_TEXT}};

    return pst_ppm_run_verb(&verb, argc, argv, &self);
}

/* ---- delete-note --------------------------------------------------------- */

static bool take_state(const char *word, postern_deletion_state *state)
{
    for (int i = POSTERN_DELETION_ACKNOWLEDGED; i <= POSTERN_DELETION_REFUSED;
         i++) {
        *state = (postern_deletion_state)i;
        if (pst_str_is(postern_str_of(word),
                       postern_deletion_state_word(*state))) {
            return true;
        }
    }
    (void)pst_misused(&pst_command_ppm,
                      "acknowledged, done or refused is expected, not", word);
    return false;
}

static int note(void *user, const struct pst_ppm_opened *opened, char **words)
{
    struct deletions *self = user;
    postern_deletion_answer answer;
    postern_deletion deletion;
    postern_diag diag;

    postern_deletion_answer_init(&answer);
    answer.id = postern_str_of(words[0]);
    if (!take_state(words[1], &answer.state)) {
        return PST_EXIT_UNUSABLE;
    }
    answer.reason = self->reason;
    answer.now_s = self->words.now_s;
    if (postern_ppm_note_deletion(opened->manager, &answer, &deletion, &diag) !=
        POSTERN_OK) {
        return pst_ppm_manager_refused(&diag);
    }
    pst_json_out_init(&self->out.json);
    (void)pst_ppm_deletion_print(&self->out, &deletion);
    pst_json_out_release(&self->out.json);
    return PST_EXIT_YES;
}

int pst_ppm_delete_note_run(int argc, char **argv)
{
    static const struct pst_ppm_verb verb = {
        .options = &options,
        .words = 2,
        .usage = "delete-note takes an ID and acknowledged, done or refused",
        .work = note};
    struct deletions self = {.out = {.output = PST_OUTPUT_TEXT}};

    return pst_ppm_run_verb(&verb, argc, argv, &self);
}
