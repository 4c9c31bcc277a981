/* postern ppm receipt: what a person has accepted, to keep. [PPM-25] */
#include "cli/arguments.h"
#include "cli/ppm_manager.h"

#include <getopt.h>
#include <stdio.h>

static const struct option long_options[] = {
    PST_PPM_MANAGER_OPTIONS,
    {"version", required_argument, NULL, PST_OPTION_VERSION},
    {"signed", no_argument, NULL, PST_OPTION_SIGNED},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct receipt {
    struct pst_ppm_manager_words words;
    uint32_t version;
    postern_receipt_form form;
};

static bool read_option(void *user, int option)
{
    struct receipt *self = user;

    if (pst_ppm_manager_has(option)) {
        return pst_ppm_manager_take(&self->words, option);
    }
    if (option == PST_OPTION_VERSION) {
        return pst_take_number(&pst_command_ppm, "--version", optarg,
                               UINT32_MAX, &self->version);
    }
    self->form = POSTERN_RECEIPT_SIGNED;
    return option == PST_OPTION_SIGNED;
}

static int print(void *user, const struct pst_ppm_opened *opened, char **none)
{
    const struct receipt *self = user;
    postern_receipt_query query;
    postern_str receipt;
    postern_diag diag;

    (void)none;
    postern_receipt_query_init(&query);
    query.subscriber = self->words.subscriber;
    query.provider = self->words.provider;
    query.version = self->version;
    query.form = self->form;
    query.now_s = self->words.now_s;
    if (postern_ppm_receipt(opened->manager, &query, &receipt, &diag) !=
        POSTERN_OK) {
        return pst_ppm_manager_refused(&diag);
    }
    (void)fwrite(receipt.data, 1, receipt.len, stdout);
    (void)putchar('\n');
    return PST_EXIT_YES;
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

int pst_ppm_receipt_run(int argc, char **argv)
{
    static const struct pst_ppm_verb verb = {
        .options = &options, .of_a_pair = true, .work = print};
    struct receipt self = {.form = POSTERN_RECEIPT_PLAIN};

    return pst_ppm_run_verb(&verb, argc, argv, &self);
}
