/*
 * What compile, decide and answer work with: the manager, the CSE that hosts
 * the resources, a gate, and the access log.
 *
 *   struct pst_ppm_gate_words words;
 *   pst_ppm_gate_init(&words);
 *   ... options: PST_PPM_GATE_OPTIONS, and pst_ppm_gate_take()
 *   if (!pst_ppm_gate_open(&opened, &words)) { return PST_EXIT_UNUSABLE; }
 *   ... opened.reader
 *   if (!pst_ppm_gate_close(&opened)) { ... }
 */
#ifndef PST_CLI_PPM_GATE_H
#define PST_CLI_PPM_GATE_H

#include "cli/ppm_manager.h"

#include <postern/gate.h>

struct pst_ppm_gate_words {
    struct pst_ppm_manager_words manager;
    const char *cse_id; /* NULL: not said */
    postern_cse cse;
    const char *log; /* NULL: none */
};

/* clang-format off */
#define PST_PPM_GATE_OPTIONS                                                   \
    PST_PPM_MANAGER_OPTIONS,                                                   \
    {"cse", required_argument, NULL, PST_OPTION_CSE},                          \
    {"access-log", required_argument, NULL, PST_OPTION_ACCESS_LOG}
/* clang-format on */

void pst_ppm_gate_init(struct pst_ppm_gate_words *words);

/* Whether an option of getopt_long() is one of these; takes it. */
bool pst_ppm_gate_has(int option);
bool pst_ppm_gate_take(struct pst_ppm_gate_words *words, int option);

/* False, and reported, when --cse is not there. */
bool pst_ppm_gate_has_cse(const struct pst_ppm_gate_words *words);

struct pst_ppm_gate_opened {
    struct pst_ppm_opened manager;
    const struct pst_ppm_gate_words *words;
    postern_gate_options options;
    postern_gate *gate;
    postern_gate_reader *reader;
    postern_access_log *log; /* NULL: none is kept */
};

/* False, and reported, when something cannot be used; then there is nothing to
 * close. Both stay where they are until it is closed. */
bool pst_ppm_gate_open(struct pst_ppm_gate_opened *opened,
                       const struct pst_ppm_gate_words *words);

/* Adds a line to the log, if one is kept, and sees that it is on disk. False,
 * and reported: then nothing may be said of the access. */
bool pst_ppm_gate_record(const struct pst_ppm_gate_opened *opened,
                         const postern_access *access);

/* False, and reported, when the log could not be closed. */
bool pst_ppm_gate_close(struct pst_ppm_gate_opened *opened);

#endif
