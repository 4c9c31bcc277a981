/* What an engine says about a decision while it makes it, kept to be shown
 * behind the decision. */
#ifndef PST_EXPLANATION_H
#define PST_EXPLANATION_H

#include "base/arena.h"
#include "policy-lang/policy.h"

#include <postern/engine.h>

/* What was found out about one rule, in the order the rules were looked at. */
struct pst_rule_report {
    struct pst_rule_report *next;
    postern_rule_explanation rule;
    const char *operation;  /* that was decided: "create", "retrieve" ... */
    bool limits_attributes; /* has accessControlAttributes: attrs says more */
};

struct pst_remark {
    struct pst_remark *next;
    postern_str text;
};

struct pst_explanation {
    postern_listener listener; /* for postern_authorize() */
    const postern_policy *policy;
    struct pst_arena *arena;
    struct pst_rule_report *rules;
    struct pst_rule_report **last_rule; /* where the next one goes */
    struct pst_remark *remarks;
    struct pst_remark **last_remark;
};

/* Without memory an explanation ends early. It stays where it is. */
void pst_explanation_init(struct pst_explanation *self,
                          const postern_policy *policy,
                          struct pst_arena *arena);

#endif
