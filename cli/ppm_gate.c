#include "cli/ppm_gate.h"

#include "base/diag.h"
#include "cli/source.h"
#include "cli/token.h"

#include <getopt.h>
#include <string.h>

void pst_ppm_gate_init(struct pst_ppm_gate_words *words)
{
    memset(words, 0, sizeof *words);
    pst_ppm_manager_init(&words->manager);
}

bool pst_ppm_gate_has(int option)
{
    return option == PST_OPTION_CSE || option == PST_OPTION_ACCESS_LOG ||
           pst_ppm_manager_has(option);
}

bool pst_ppm_gate_take(struct pst_ppm_gate_words *words, int option)
{
    switch (option) {
    case PST_OPTION_CSE:
        words->cse_id = optarg;
        return pst_take_cse(&pst_command_ppm, "--cse", optarg, &words->cse);
    case PST_OPTION_ACCESS_LOG:
        words->log = optarg;
        return true;
    default:
        return pst_ppm_manager_take(&words->manager, option);
    }
}

bool pst_ppm_gate_has_cse(const struct pst_ppm_gate_words *words)
{
    if (!words->cse_id) {
        (void)pst_misused(&pst_command_ppm, "--cse ID is missing", NULL);
    }
    return words->cse_id != NULL;
}

/* ---- the log ------------------------------------------------------------- */

static bool report_log(const struct pst_ppm_gate_opened *opened,
                       postern_status status, postern_diag *diag)
{
    (void)pst_diag_plain(diag, status);
    if (!diag->source[0]) {
        pst_diag_copy(diag->source, sizeof diag->source, opened->words->log);
    }
    pst_print_diag(stderr, diag);
    return false;
}

static void note_torn(void *user, const char *text)
{
    fprintf(stderr, "%s: note: %s\n", (const char *)user, text);
}

static bool open_log(struct pst_ppm_gate_opened *opened)
{
    postern_access_log_options options;
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status;

    if (!opened->words->log) {
        return true;
    }
    postern_access_log_options_init(&options);
    options.note = note_torn;
    options.note_user = (void *)(uintptr_t)opened->words->log;
    status = postern_access_log_open(&opened->log, opened->words->log, &options,
                                     &diag);
    return status == POSTERN_OK || report_log(opened, status, &diag);
}

bool pst_ppm_gate_record(const struct pst_ppm_gate_opened *opened,
                         const postern_access *access)
{
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status = POSTERN_OK;

    if (opened->log) {
        status = postern_access_log_add(opened->log, access);
    }
    if (opened->log && status == POSTERN_OK) {
        status = postern_access_log_sync(opened->log);
    }
    return status == POSTERN_OK || report_log(opened, status, &diag);
}

/* ---- all of it ----------------------------------------------------------- */

static bool open_gate(struct pst_ppm_gate_opened *opened)
{
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status;

    postern_gate_options_init(&opened->options);
    opened->options.cse = &opened->words->cse;
    status = postern_gate_open(&opened->gate, opened->manager.manager,
                               &opened->options, opened->words->manager.now_s,
                               &diag);
    if (status == POSTERN_OK) {
        status = postern_gate_reader_new(&opened->reader, opened->gate);
    }
    if (status == POSTERN_OK) {
        return true;
    }
    (void)pst_diag_plain(&diag, status);
    pst_print_diag(stderr, &diag);
    return false;
}

bool pst_ppm_gate_open(struct pst_ppm_gate_opened *opened,
                       const struct pst_ppm_gate_words *words)
{
    memset(opened, 0, sizeof *opened);
    opened->words = words;
    if (!pst_ppm_gate_has_cse(words) ||
        !pst_ppm_manager_open(&opened->manager, &words->manager)) {
        return false;
    }
    if (open_gate(opened) && open_log(opened)) {
        return true;
    }
    (void)pst_ppm_gate_close(opened);
    return false;
}

bool pst_ppm_gate_close(struct pst_ppm_gate_opened *opened)
{
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status = POSTERN_OK;

    postern_gate_reader_free(opened->reader);
    postern_gate_close(opened->gate);
    pst_ppm_manager_close(&opened->manager);
    if (opened->log) {
        status = postern_access_log_close(opened->log);
        opened->log = NULL;
    }
    return status == POSTERN_OK || report_log(opened, status, &diag);
}
