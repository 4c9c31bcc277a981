/* Decision cases in which a DAS has its say. */
#ifndef PST_CASE_DAS_H
#define PST_CASE_DAS_H

#include "cli/cases.h"
#include "cli/host.h"

/*
 * Decides a request of a case. When the policies deny it, and a DAS would be
 * asked, that answers with the case's das_response, and the request is decided
 * once more. The texts of the answer are good until the next one.
 */
void pst_case_authorize(const struct pst_case *of, const struct pst_host *host,
                        const postern_primitive *primitive,
                        postern_answer *answer);

#endif
