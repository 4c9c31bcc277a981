/* The state of one pst_authorize(), for the files that share the work. */
#ifndef PST_RUN_H
#define PST_RUN_H

#include "engine/authorize.h"
#include "prp/selection.h"

struct pst_run {
    const struct pst_engine *engine;
    const struct pst_primitive *primitive;
    const struct pst_authorize_options *options;
    struct pst_arena *arena;
    struct pst_asker asker;
    struct pst_target target;
    postern_operation operation;
    postern_request request; /* to the pdp */
    struct pst_notes notes;
    struct pst_rule_report **last_report; /* where the next one goes */
    struct pst_verdict verdict;
};

/* Fills in run->request from the primitive, the target and the asker: who it
 * is, in which groups and roles, and which attributes are at stake (facts.c).
 * [REQ-03] [REQ-05] [REQ-06] POSTERN_OK, POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status pst_gather_facts(struct pst_run *run);

/* Turns run->request into the Retrieve that a subscriber needs as well.
 * [PRP-06] POSTERN_OK, POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status pst_turn_to_retrieve(struct pst_run *run);

/* Decides run->request by a selection; the verdict is that decision. Whether it
 * permits (consult.c). */
bool pst_consult(struct pst_run *run, const struct pst_selection *selection);

/* Makes the verdict a refusal; false, for the caller to return. */
bool pst_deny(struct pst_run *run, int rsc, const char *reason,
              const char *message);

#endif
