/*
 * What of a token's permissions counts: rules compiled, roles parsed, both held
 * against what their issuer may speak for. [TOK-08] to [TOK-15]
 */
#ifndef PST_PERMISSION_H
#define PST_PERMISSION_H

#include "policy-lang/single_reader.h"
#include "tokens/issuers.h"
#include "tokens/scratch.h"

struct pst_permission_reader {
    struct pst_single_reader rules; /* made once: its grammars are */
    struct pst_scratch scratch;     /* while rules are read and compiled */
    postern_allocator temporary;    /* of scratch */
    const postern_cse *cse;
    struct pst_bump *kept; /* what counts */
    bool full;             /* and did not fit */
};

/*
 * @param block  for scratch; what does not fit goes to the allocator
 * POSTERN_OK, POSTERN_ERR_MEMORY; after a refusal there is nothing to close.
 */
POSTERN_NODISCARD postern_status pst_permission_reader_open(
    struct pst_permission_reader *self, const postern_allocator *allocator,
    const postern_cse *cse, struct pst_bump block);
void pst_permission_reader_close(struct pst_permission_reader *self);

/*
 * Fills `rules`, `roles` and `remark` of a permission.
 *
 * @param issuer  who granted it; NULL: somebody who may grant everything, for
 *                what is to be issued
 * @return POSTERN_OK, also where nothing of it counts; POSTERN_ERR_LIMIT: what
 *         is kept does not fit; POSTERN_ERR_MEMORY
 */
POSTERN_NODISCARD postern_status pst_permission_settle(
    struct pst_permission_reader *self, const struct pst_issuer *issuer,
    postern_permission *permission);

#endif
