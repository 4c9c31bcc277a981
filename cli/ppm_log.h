/* What the verbs of "postern ppm log" share, and how they put accesses. */
#ifndef PST_CLI_PPM_LOG_H
#define PST_CLI_PPM_LOG_H

#include "cli/command.h"
#include "gate/table.h"

#include "base/arena.h"

#include <postern/access_log.h>

/* The verbs behind "postern ppm log": each gets the words after its own. */
int pst_ppm_log_add_run(int argc, char **argv);
int pst_ppm_log_query_run(int argc, char **argv);

/* Reports a refusal, of a file unless the diagnostic names one. PST_EXIT_NO for
 * a log that is not as it was written, PST_EXIT_UNUSABLE for any other. */
int pst_ppm_log_refused(const char *file, postern_status status,
                        postern_diag *diag);

/* ---- ppm_log_phrase.c ---------------------------------------------------- */

/* "read energy of p-77f1", "was refused to read ..."; on standard output. */
void pst_ppm_log_print_phrase(const postern_access *access);
/* ", consent c-1 v3", or nothing. */
void pst_ppm_log_print_consent(const postern_access *access);
/* A line for people. */
void pst_ppm_log_print_line(const postern_access *access);
/* An absent text is "somebody". */
void pst_ppm_log_print_who(postern_str originator);

/* ---- ppm_log_summary.c --------------------------------------------------- */

/* How often whom did what, by originator. */
struct pst_ppm_log_summary {
    struct pst_arena arena;
    struct pst_gate_table groups; /* by what accesses have in common */
    bool starved;                 /* of memory */
};

void pst_ppm_log_summary_init(struct pst_ppm_log_summary *summary);
void pst_ppm_log_summary_release(struct pst_ppm_log_summary *summary);
/* False: no memory. */
bool pst_ppm_log_summary_add(struct pst_ppm_log_summary *summary,
                             const postern_access *access);
/* False: no memory. */
bool pst_ppm_log_summary_print(struct pst_ppm_log_summary *summary,
                               enum pst_output output);

#endif
