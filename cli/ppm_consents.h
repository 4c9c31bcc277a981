/* A consent on standard output, as the verbs print it. */
#ifndef PST_CLI_PPM_CONSENTS_H
#define PST_CLI_PPM_CONSENTS_H

#include "cli/command.h"
#include "cli/json_out.h"

#include <postern/consent.h>

/* "c-1 version 2: p-anna acme active, 1 of 2 columns open, 2 exceptions, ...",
 * or an object in a line. */
void pst_ppm_print_consent(enum pst_output output,
                           const postern_consent *consent);

/* The members of that object, into one that is open. */
void pst_ppm_json_consent(struct pst_json_out *out,
                          const postern_consent *consent);

/* A member of an open object; nothing when the text is absent. */
void pst_ppm_json_text(struct pst_json_out *out, const char *name,
                       postern_str text);

#endif
