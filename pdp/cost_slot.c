/* The most that looking at one rule set can cost when its rules are in a slot
 * or beside it. */
#include "pdp/cost.h"

enum {
    CREATE = 0,    /* number of its bit in acop */
    ENTERING = 16, /* steps for each batch of atoms, whatever is found */
    LANES_AT_ONCE = 4
};

void pst_cost_note_rule(const struct pst_costing *costing,
                        struct pst_cost_reason *reason, uint32_t rule,
                        postern_work work)
{
    if (reason->rule == POSTERN_NO_RULE ||
        pst_cost_weight(costing, work) >
            pst_cost_weight(costing, reason->rule_work)) {
        reason->rule = rule;
        reason->rule_work = work;
    }
}

/* In how many batches of atoms a rule can be found: an atom that is no group or
 * role is handed out once, those that are come in few batches. */
static uint64_t times_judged(const struct pst_costing *costing,
                             uint32_t originators)
{
    return pst_bound_least(costing->batches,
                           originators + costing->member_batches);
}

/* Rule after rule, by operation. */
static void add_rules(const struct pst_costing *costing,
                      const struct pst_slot *slot,
                      struct pst_cost_of_operations *out,
                      struct pst_cost_reason *reason)
{
    for (uint32_t k = 0; k < slot->rules; k++) {
        struct pst_rule_view rule = pst_slot_rule(costing->set, slot, k);
        uint64_t times = times_judged(
            costing, pst_slot_originators(costing->set, slot, k).count);

        for (uint32_t op = 0; rule.condition && op < PST_OPERATIONS; op++) {
            postern_work work;

            if (!(rule.operations >> op & 1)) {
                continue;
            }
            work = pst_cost_of_condition(costing, rule.condition, op == CREATE);
            if (reason && reason->operation == op) {
                pst_cost_note_rule(costing, reason, k, work);
            }
            work.steps = pst_bound_times(work.steps, times);
            pst_work_add(&out->of[op], work);
        }
    }
}

/* Lanes are compared with every atom: all that there is room for in the slot,
 * four at once; those beside it one by one. */
static postern_work of_lanes(const struct pst_costing *costing,
                             const struct pst_slot *slot)
{
    uint64_t batches = costing->batches;
    uint64_t lanes = slot->words[1];

    if (slot->form == PST_SLOT_INLINE) {
        lanes = PST_SLOT_WORDS / LANES_AT_ONCE + 1;
        return (postern_work){
            0, pst_bound_add(pst_bound_times(lanes, costing->atoms),
                             pst_bound_times(8 * lanes, batches))};
    }
    return (postern_work){
        pst_lines_of(lanes * sizeof(uint32_t)),
        pst_bound_add(pst_bound_times(2 * lanes, costing->atoms),
                      pst_bound_times(2 * lanes, batches))};
}

/* Its lines, and what is asked of each batch before any lane. */
static postern_work of_entering(const struct pst_costing *costing,
                                const struct pst_slot *slot)
{
    uint64_t lines = pst_lines_of(sizeof *slot) +
                     pst_lines_of(sizeof(struct pst_acp)) + slot->expires;
    uint64_t conditional = (uint64_t)__builtin_popcount(slot->conditional);

    return (postern_work){
        lines, pst_bound_times(ENTERING + 2 * conditional, costing->batches)};
}

static void add_lanes(const struct pst_costing *costing,
                      const struct pst_slot *slot,
                      struct pst_cost_of_operations *out)
{
    postern_work lanes = of_lanes(costing, slot);

    for (uint32_t op = 0; op < PST_OPERATIONS; op++) {
        pst_work_add(&out->of[op], lanes);
    }
}

void pst_cost_of_slot(const struct pst_costing *costing,
                      const struct pst_slot *slot,
                      struct pst_cost_of_operations *out,
                      struct pst_cost_reason *reason)
{
    postern_work entering = of_entering(costing, slot);

    *out = (struct pst_cost_of_operations){{{0, 0}}};
    if (slot->form == PST_SLOT_HASHED) {
        pst_cost_of_hashed(costing, slot, out, reason);
    } else {
        add_lanes(costing, slot, out);
        add_rules(costing, slot, out, reason);
    }
    for (uint32_t op = 0; op < PST_OPERATIONS; op++) {
        if (!slot->operations[op]) { /* no rule set is entered in vain */
            out->of[op] = (postern_work){0, 0};
        }
        pst_work_add(&out->of[op], entering);
    }
}
