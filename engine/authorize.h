/*
 * One call for a CSE: may this request be carried out, and if not, which
 * response status code does the originator get. (TS-0003 7.1, 7.2; the order of
 * checks is that of TS-0004 7.3.3) [ARC-06] [PRP-12] [DEC-10]
 *
 *   who asks -> does the target exist -> is the content admissible
 *            -> what protects the target -> decision
 */
#ifndef PST_AUTHORIZE_H
#define PST_AUTHORIZE_H

#include "engine/engine.h"
#include "engine/note.h"
#include "engine/originator_check.h"
#include "engine/primitive.h"

/* Readings of the standard to choose from; zero is the recommended one. */
struct pst_authorize_options {
    /* A resource without accessControlPolicyIDs: 0 lets its creator in, 1 takes
     * the policies of its parent, as Release 1 did. */
    bool inherit_parent;
    /* Object details compare specializations with: 0 the content of the Create
     * (TS-0003 7.1.5), 1 the resource addressed (TS-0001). [OBJ-06] */
    bool specialization_of_target;
    bool explain; /* fill in rules and notes */
};

/* What was found out about one rule, in the order the rules were looked at. */
struct pst_rule_report {
    struct pst_rule_report *next;
    postern_rule_explanation rule;
    const char *operation;  /* that was decided: "create", "retrieve" ... */
    bool limits_attributes; /* has accessControlAttributes: attrs says more */
};

enum { PST_VERDICT_MESSAGE_SIZE = 512 };

struct pst_verdict {
    postern_effect effect;
    int rsc;            /* response status code [DEC-10] */
    const char *reason; /* a word for programs, never NULL */
    char message[PST_VERDICT_MESSAGE_SIZE]; /* a sentence for people */
    postern_str acp; /* of the rule that permits; absent when none does */
    uint32_t rule;
    postern_privileges which;
    struct pst_rule_report *rules; /* with options.explain, else NULL */
    struct pst_note *notes;
};

/*
 * Decides a request. Cannot fail: whatever goes wrong denies. What the verdict
 * points to lives in `arena`, which is for one request, and in the policy.
 */
struct pst_verdict pst_authorize(const struct pst_engine *engine,
                                 const struct pst_primitive *primitive,
                                 const struct pst_authorize_options *options,
                                 struct pst_arena *arena);

/* The verdict on a request that pst_primitive_read() has refused. */
struct pst_verdict pst_verdict_of_malformed(const postern_diag *diag);

#endif
