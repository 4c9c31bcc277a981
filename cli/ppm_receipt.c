/* postern ppm receipt: what a person has accepted, to keep. [PPM-25] */
#include "cli/ppm_manager.h"

#include "base/str.h"
#include "policy-lang/number.h"

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

static bool take_version(struct receipt *self, const char *argument)
{
    postern_str text = postern_str_of(argument);
    int64_t version = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            text.len = 0;
        }
    }
    if (!text.len || !pst_number_integer(text, 10, &version) || version < 1 ||
        version > UINT32_MAX) {
        (void)pst_misused(&pst_command_ppm, "--version is a number, not",
                          argument);
        return false;
    }
    self->version = (uint32_t)version;
    return true;
}

static bool read_option(void *user, int option)
{
    struct receipt *self = user;

    if (pst_ppm_manager_has(option)) {
        return pst_ppm_manager_take(&self->words, option);
    }
    if (option == PST_OPTION_VERSION) {
        return take_version(self, optarg);
    }
    self->form = POSTERN_RECEIPT_SIGNED;
    return option == PST_OPTION_SIGNED;
}

static int print(const struct receipt *self,
                 const struct pst_ppm_opened *opened)
{
    postern_receipt_query query;
    postern_str receipt;
    postern_diag diag;

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
    return pst_finish(&pst_command_ppm, PST_EXIT_YES);
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

int pst_ppm_receipt_run(int argc, char **argv)
{
    struct receipt self = {.form = POSTERN_RECEIPT_PLAIN};
    struct pst_ppm_opened opened;
    int status;

    pst_ppm_manager_init(&self.words);
    status = pst_take_options(&options, argc, argv, &self);
    if (status != PST_GO_ON) {
        return status;
    }
    if (optind < argc) {
        return pst_misused(&pst_command_ppm, "receipt takes no", argv[optind]);
    }
    if (!pst_ppm_manager_has_pair(&self.words) ||
        !pst_ppm_manager_open(&opened, &self.words)) {
        return PST_EXIT_UNUSABLE;
    }
    status = print(&self, &opened);
    pst_ppm_manager_close(&opened);
    return status;
}
