/* postern ppm delete: asks a provider to delete data, and those it shares it
 * with. [PPM-25] */
#include "cli/arguments.h"
#include "cli/ppm_deletion.h"

#include "base/str.h"

#include <getopt.h>

enum { ID = 32, MOST_DAYS = 36500 };

static const struct option long_options[] = {
    PST_PPM_MANAGER_OPTIONS,
    {"column", required_argument, NULL, PST_OPTION_COLUMN},
    {"days", required_argument, NULL, PST_OPTION_DAYS},
    {"withdraw", no_argument, NULL, PST_OPTION_WITHDRAW},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct deleting {
    struct pst_ppm_manager_words words;
    struct pst_ppm_deletion_out out;
    postern_ppm_exception what;
    uint32_t days;
    bool withdraws;
};

/* "*" is all. */
static postern_str part(postern_str text)
{
    const postern_str all = {NULL, 0};

    return pst_str_is(text, "*") ? all : text;
}

/* "meter-app/meter/energy" */
static bool take_column(struct deleting *self, const char *argument)
{
    postern_str text = postern_str_of(argument);
    size_t first = pst_str_find(text, 0, '/');
    size_t second = pst_str_find(text, first + 1, '/');
    postern_str parts[3] = {pst_str_slice(text, 0, first),
                            pst_str_slice(text, first + 1, second),
                            pst_str_slice(text, second + 1, text.len)};

    if (!parts[0].len || !parts[1].len || !parts[2].len) {
        (void)pst_misused(&pst_command_ppm,
                          "--column is APPLICATION/DEVICE/DATA, each of which "
                          "may be *, not",
                          argument);
        return false;
    }
    self->what = (postern_ppm_exception){.application = part(parts[0]),
                                         .device = part(parts[1]),
                                         .data = part(parts[2])};
    return true;
}

static bool read_option(void *user, int option)
{
    struct deleting *self = user;

    if (pst_ppm_manager_has(option)) {
        return pst_ppm_manager_take(&self->words, option);
    }
    switch (option) {
    case PST_OPTION_COLUMN:
        return take_column(self, optarg);
    case PST_OPTION_DAYS:
        return pst_take_number(&pst_command_ppm, "--days", optarg, MOST_DAYS,
                               &self->days);
    case PST_OPTION_WITHDRAW:
        self->withdraws = true;
        return true;
    default:
        return option == PST_OPTION_FORMAT &&
               pst_read_output(&pst_command_ppm, optarg, &self->out.output);
    }
}

/* The withdrawal first: what follows is not read any more while it is being
 * deleted. */
static int ask(void *user, const struct pst_ppm_opened *opened, char **none)
{
    struct deleting *self = user;
    const struct pst_ppm_manager_words *words = &self->words;
    postern_deletion_wish wish;
    postern_deletion deletion;
    postern_diag diag;
    char id[ID];

    (void)none;
    if (self->withdraws &&
        postern_ppm_withdraw(opened->manager, words->subscriber,
                             words->provider, words->now_s, NULL,
                             &diag) != POSTERN_OK) {
        return pst_ppm_manager_refused(&diag);
    }
    postern_deletion_wish_init(&wish);
    wish.subscriber = words->subscriber;
    wish.provider = words->provider;
    wish.what = self->what;
    wish.days = self->days;
    wish.now_s = words->now_s;
    if (postern_ppm_ask_deletion(opened->manager, &wish, &deletion, &diag) !=
        POSTERN_OK) {
        return pst_ppm_manager_refused(&diag);
    }
    (void)snprintf(id, sizeof id, "%.*s", (int)deletion.id.len,
                   deletion.id.data);
    self->out.only = postern_str_of(id);
    return pst_ppm_deletions_list(opened, words, &self->out);
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

int pst_ppm_delete_run(int argc, char **argv)
{
    static const struct pst_ppm_verb verb = {
        .options = &options, .of_a_pair = true, .work = ask};
    struct deleting self = {.out = {.output = PST_OUTPUT_TEXT}};

    return pst_ppm_run_verb(&verb, argc, argv, &self);
}
