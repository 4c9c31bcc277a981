/* From the rules of a policy to the compiled set of its ACPs. */
#ifndef PST_COMPILE_H
#define PST_COMPILE_H

#include "policy-lang/reader.h"

/*
 * Fills policy->acps. A rule that the builder refuses refuses the policy, or
 * is disabled if the options say so. The policy needs its index by resource ID.
 *
 * POSTERN_OK, _POLICY, _LIMIT, _MEMORY, _INTERNAL.
 */
POSTERN_NODISCARD postern_status pst_compile(struct pst_reader *in,
                                             postern_diag *diag);

/* An <accessControlPolicy> to be compiled by itself. */
struct pst_acp_source {
    const struct pst_resource *acp;
    const postern_cse *cse; /* that hosts it */
    /* What has read it just now, and disables rules if the options say so; NULL
     * for one of a policy, whose rules have been compiled before. */
    struct pst_reader *in;
};

/*
 * Makes a set with this ACP alone. [PRP-11] `options` say which groups there
 * are and what memory the set is made of.
 *
 * POSTERN_OK, _POLICY with the place of the rule, _LIMIT, _MEMORY.
 */
POSTERN_NODISCARD postern_status
pst_compile_acp(postern_acp_set **set, const struct pst_acp_source *source,
                const postern_builder_options *options, postern_diag *diag);

#endif
