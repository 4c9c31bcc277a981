/* A rule set in whatever form it is, rule after rule. */
#include "pdp/acp_set.h"

static bool has_rule(uint16_t vector, uint32_t k)
{
    return vector >> k & 1;
}

uint32_t pst_slot_rule_count(const struct pst_slot *slot)
{
    return slot->form == PST_SLOT_HASHED ? pst_hashed_of(slot)->rules
                                         : slot->rules;
}

/* The conditions stand from the end of the words on, in the order of their
 * rules. */
static uint32_t condition_place(const struct pst_slot *slot, uint32_t k)
{
    uint32_t before = 0;

    for (uint32_t i = 0; i < k; i++) {
        before += has_rule(slot->conditional, i);
    }
    return slot->words[PST_SLOT_WORDS - 1 - before];
}

static struct pst_rule_view view_of_slot(const postern_acp_set *set,
                                         const struct pst_slot *slot,
                                         uint32_t k)
{
    struct pst_rule_view view = {.authn = has_rule(slot->authn, k)};

    for (uint32_t i = 0; i < PST_OPERATIONS; i++) {
        if (has_rule(slot->operations[i], k)) {
            view.operations |= (uint32_t)1 << i;
        }
    }
    if (has_rule(slot->conditional, k)) {
        view.condition = pst_condition_at(set, condition_place(slot, k));
    }
    return view;
}

static const struct pst_rule *
hashed_rule(const postern_acp_set *set, const struct pst_slot *slot, uint32_t k)
{
    return PST_TABLE(set, RULES, struct pst_rule) +
           pst_hashed_of(slot)->first_rule + k;
}

struct pst_rule_view pst_slot_rule(const postern_acp_set *set,
                                   const struct pst_slot *slot, uint32_t k)
{
    const struct pst_rule *rule;

    if (slot->form != PST_SLOT_HASHED) {
        return view_of_slot(set, slot, k);
    }
    rule = hashed_rule(set, slot, k);
    return (struct pst_rule_view){
        .operations = rule->operations,
        .authn = rule->authn != 0,
        .condition = rule->condition == PST_NO_CONDITION
                         ? NULL
                         : pst_condition_at(set, rule->condition)};
}

static struct pst_lanes all_lanes(const postern_acp_set *set,
                                  const struct pst_slot *slot)
{
    if (slot->form == PST_SLOT_INLINE) {
        return (struct pst_lanes){slot->words, slot->lanes};
    }
    return (struct pst_lanes){PST_TABLE(set, LANES, uint32_t) + slot->words[0],
                              slot->words[1]};
}

/* Those of rule k stand in a row. */
static struct pst_lanes lanes_of(struct pst_lanes all, uint32_t k)
{
    struct pst_lanes out = {all.lanes, 0};

    for (uint32_t i = 0; i < all.count; i++) {
        uint32_t rule = all.lanes[i] & (PST_SLOT_RULES - 1);

        if (rule < k) {
            out.lanes = all.lanes + i + 1;
        } else if (rule == k) {
            out.count++;
        }
    }
    return out;
}

struct pst_lanes pst_slot_originators(const postern_acp_set *set,
                                      const struct pst_slot *slot, uint32_t k)
{
    const struct pst_rule *rule;

    if (slot->form != PST_SLOT_HASHED) {
        return lanes_of(all_lanes(set, slot), k);
    }
    rule = hashed_rule(set, slot, k);
    return (struct pst_lanes){PST_TABLE(set, ORIGINATORS, uint32_t) +
                                  rule->first_originator,
                              rule->originators};
}
