/* Requests to delete as they are printed, one a line. */
#ifndef PST_CLI_PPM_DELETION_H
#define PST_CLI_PPM_DELETION_H

#include "cli/json_out.h"
#include "cli/ppm_manager.h"

struct pst_ppm_deletion_out {
    enum pst_output output;
    struct pst_json_out json;
    /* Which to print: all where absent, else this one and those under it. */
    postern_str only;
    bool only_overdue;
    size_t printed;
};

/* For postern_ppm_deletions(). */
bool pst_ppm_deletion_print(void *out, const postern_deletion *deletion);

/* Lists those of the subscriber, or of everybody, into *out. An exit status. */
int pst_ppm_deletions_list(const struct pst_ppm_opened *opened,
                           const struct pst_ppm_manager_words *words,
                           struct pst_ppm_deletion_out *out);

#endif
