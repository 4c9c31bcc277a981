/*
 * The checks of a request in their order, for one target or many. (TS-0003 7.1,
 * 7.2; the order is that of TS-0004 7.3.3)
 *
 *   who asks -> does the target exist -> is the content admissible
 *            -> what protects the target -> decision
 */
#ifndef PST_AUTHORIZE_H
#define PST_AUTHORIZE_H

#include "engine/run.h"

/* Fixes what is seen, with nothing known of a request, and lets it go. */
void pst_call_enter(struct pst_run *run);
void pst_call_leave(struct pst_run *run);

/* What primitive->to may be. */
enum pst_target_use {
    PST_TARGET_NEEDED,
    PST_TARGET_APART /* targets come from elsewhere */
};

/*
 * Enters and looks at the request; pst_call_end() is due in any case. False,
 * with the answer, when there is nothing to decide: the request is malformed,
 * stale, or its originator is refused.
 */
bool pst_call_begin(struct pst_run *run, const postern_primitive *primitive,
                    enum pst_target_use use);
/* Copies what the answer names, and leaves. */
void pst_call_end(struct pst_run *run);

/* Finds run->primitive.to into run->target. False, with the answer, when it is
 * not there. */
bool pst_find_target(struct pst_run *run);

/* Everything that depends on run->target, up to the decision. Whether it is
 * permitted. */
bool pst_judge_target(struct pst_run *run);

#endif
