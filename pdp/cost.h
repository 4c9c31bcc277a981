/*
 * The parts of the worst case of a set, and what they need to know of each
 * other: how many atoms one requester can answer to.
 */
#ifndef PST_COST_H
#define PST_COST_H

#include "pdp/acp_set.h"
#include "pdp/work.h"

/* What a request may bring, and what follows for who asks. */
struct pst_costing {
    const postern_acp_set *set;
    uint64_t groups; /* that are looked up: 0 when no rule lists one */
    uint64_t roles;
    uint64_t links;
    uint64_t attributes;
    uint32_t text;
    uint64_t line_steps;
    uint64_t patterns;       /* the most that one originator matches */
    uint64_t atoms;          /* the most that one requester answers to */
    uint64_t batches;        /* they are handed out in */
    uint64_t member_batches; /* that hold groups or roles */
};

/* What one thing is compared with another by. */
static inline uint64_t pst_cost_weight(const struct pst_costing *costing,
                                       postern_work work)
{
    return pst_bound_add(pst_bound_times(work.lines, costing->line_steps),
                         work.steps);
}

/* ---- names (cost_names.c) ------------------------------------------------ */

/* Finding one name, or that there is none. */
postern_work pst_cost_of_name(const postern_acp_set *set);

/* The longest list of patterns of a name. */
uint64_t pst_cost_longest_list(const postern_acp_set *set);

/* Who asks, but for the index of patterns. */
postern_work pst_cost_of_names(const struct pst_costing *costing,
                               uint64_t longest_list);

/* ---- conditions (cost_condition.c) ----------------------------------------
 */

/* Judging a condition once, of a Create or of anything else. */
postern_work pst_cost_of_condition(const struct pst_costing *costing,
                                   const struct pst_condition *condition,
                                   bool create);

/* ---- rule sets (cost_slot.c, cost_hashed.c) -------------------------------
 */

/* By operation. */
struct pst_cost_of_operations {
    postern_work of[PST_OPERATIONS];
};

/* What makes one operation of a rule set dear. */
struct pst_cost_reason {
    uint32_t operation;
    uint32_t rule; /* POSTERN_NO_RULE: none has conditions */
    postern_work rule_work;
    uint32_t atom; /* PST_ATOM_NONE: rules are not found by originator */
    uint32_t atom_rules;
    postern_work atom_work;
};

/* Looking at a rule set for everything that one requester answers to. `reason`
 * is NULL, or its operation is given and the rest is answered; `out` is good
 * for that operation alone then. */
void pst_cost_of_slot(const struct pst_costing *costing,
                      const struct pst_slot *slot,
                      struct pst_cost_of_operations *out,
                      struct pst_cost_reason *reason);

/* The same of a hashed one. */
void pst_cost_of_hashed(const struct pst_costing *costing,
                        const struct pst_slot *slot,
                        struct pst_cost_of_operations *out,
                        struct pst_cost_reason *reason);

/* A rule that was judged: kept when none before was dearer. */
void pst_cost_note_rule(const struct pst_costing *costing,
                        struct pst_cost_reason *reason, uint32_t rule,
                        postern_work work);

#endif
