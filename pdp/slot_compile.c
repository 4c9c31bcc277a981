/* Rule sets into slots: inline, with lanes nearby, or hashed. */
#include "pdp/compile.h"

/* What a rule set needs. */
struct needs {
    uint32_t rules;
    uint32_t lanes;
    uint32_t conditions;
};

/* The drafts of one ACP. */
struct run {
    const struct pst_draft_rule *rules;
    uint32_t count;
};

static struct needs needs_of(const struct run *run, uint32_t which)
{
    struct needs needs = {0, 0, 0};

    for (uint32_t i = 0; i < run->count; i++) {
        const struct pst_draft_rule *rule = &run->rules[i];

        if (rule->which == which) {
            needs.rules++;
            needs.lanes += rule->originators;
            needs.conditions += rule->condition != PST_NO_CONDITION;
        }
    }
    return needs;
}

static enum pst_slot_form form_of(const struct needs *needs)
{
    if (needs->rules > PST_SLOT_RULES || needs->lanes > PST_NEAR_LANES) {
        return PST_SLOT_HASHED;
    }
    return needs->lanes + needs->conditions <= PST_SLOT_WORDS ? PST_SLOT_INLINE
                                                              : PST_SLOT_NEAR;
}

/* The vectors of rule k. */
static void set_vectors(struct pst_slot *slot,
                        const struct pst_draft_rule *rule, uint32_t k)
{
    uint16_t bit = (uint16_t)(1u << k);

    for (uint32_t op = 0; op < PST_OPERATIONS; op++) {
        if (rule->operations & 1u << op) {
            slot->operations[op] = (uint16_t)(slot->operations[op] | bit);
        }
    }
    if (rule->authn) {
        slot->authn = (uint16_t)(slot->authn | bit);
    }
    if (rule->condition != PST_NO_CONDITION) {
        slot->conditional = (uint16_t)(slot->conditional | bit);
    }
}

static uint32_t write_lanes(const struct pst_compile *compile,
                            const struct pst_draft_rule *rule, uint32_t k,
                            uint32_t *lanes)
{
    const struct pst_draft_originator *originators =
        pst_compile_originators(compile, rule);

    for (uint32_t i = 0; i < rule->originators; i++) {
        lanes[i] =
            pst_compile_atom(compile, &originators[i]) << PST_RULE_BITS | k;
    }
    return rule->originators;
}

/* Vectors, conditions and lanes of a set of at most 16 rules; returns how many
 * lanes. */
static uint32_t fill(const struct pst_compile *compile, struct pst_slot *slot,
                     const struct run *run, uint32_t which, uint32_t *lanes)
{
    uint32_t condition = PST_SLOT_WORDS;
    uint32_t count = 0;

    for (uint32_t i = 0; i < run->count; i++) {
        const struct pst_draft_rule *rule = &run->rules[i];

        if (rule->which != which) {
            continue;
        }
        set_vectors(slot, rule, slot->rules);
        count += write_lanes(compile, rule, slot->rules, lanes + count);
        if (rule->condition != PST_NO_CONDITION) {
            slot->words[--condition] = rule->condition;
        }
        slot->rules++;
    }
    return count;
}

static postern_status make_near(struct pst_compile *compile,
                                struct pst_slot *slot, const struct run *run,
                                uint32_t which)
{
    uint32_t lanes[PST_NEAR_LANES];

    slot->words[0] = pst_draft_count(compile->builder, PST_TABLE_LANES);
    slot->words[1] = fill(compile, slot, run, which, lanes);
    return pst_compile_push(compile, PST_TABLE_LANES, lanes, slot->words[1]);
}

static postern_status make_slot(struct pst_compile *compile,
                                struct pst_slot *slot, const struct run *run,
                                uint32_t which)
{
    struct needs needs = needs_of(run, which);

    slot->form = (uint8_t)form_of(&needs);
    switch ((enum pst_slot_form)slot->form) {
    case PST_SLOT_INLINE:
        slot->lanes = (uint8_t)fill(compile, slot, run, which, slot->words);
        return POSTERN_OK;
    case PST_SLOT_NEAR:
        return make_near(compile, slot, run, which);
    case PST_SLOT_HASHED:
    default:
        return pst_compile_hashed(compile, slot, run->rules, run->count, which);
    }
}

/* Drafts stand in the order of their ACPs: the run of the next one. */
static struct run run_of(const postern_acp_builder *builder, uint32_t acp,
                         uint32_t from)
{
    const struct pst_draft_rule *rules = builder->rules.data;
    uint32_t end = from;

    while (end < builder->rules.count && rules[end].acp == acp) {
        end++;
    }
    return (struct run){end > from ? rules + from : NULL, end - from};
}

/* The tables have room for all ACPs: see make_tables(). */
static struct pst_acp *acp_at(const postern_acp_builder *builder, uint32_t acp)
{
    return (struct pst_acp *)builder->tables[PST_TABLE_ACPS].data + acp;
}

static postern_status fill_slot(struct pst_compile *compile, uint32_t number,
                                uint32_t acp, const struct run *run,
                                uint32_t which)
{
    const postern_acp_builder *builder = compile->builder;
    const struct pst_draft_acp *acps = builder->acps.data;
    struct pst_slot *slots = builder->tables[PST_TABLE_SLOTS].data;

    slots[number].expires = acps[acp].expires_s != INT64_MAX;
    return make_slot(compile, &slots[number], run, which);
}

/* Those of self-privileges stand behind the others. Most ACPs of a large set
 * have none in use: these have no slot. */
static postern_status fill_slots(struct pst_compile *compile)
{
    const postern_acp_builder *builder = compile->builder;
    uint32_t from = 0;

    for (uint32_t acp = 0; acp < builder->acps.count; acp++) {
        struct run run = run_of(builder, acp, from);

        PST_TRY(fill_slot(compile, acp, acp, &run, POSTERN_PRIVILEGES));
        from += run.count;
    }
    from = 0;
    for (uint32_t acp = 0; acp < builder->acps.count; acp++) {
        struct run run = run_of(builder, acp, from);
        uint32_t self = acp_at(builder, acp)->self;

        if (self != PST_NO_SLOT) {
            PST_TRY(
                fill_slot(compile, self, acp, &run, POSTERN_SELF_PRIVILEGES));
        }
        from += run.count;
    }
    return POSTERN_OK;
}

/* Finds out which ACPs have rules in their self-privileges, and so how many
 * slots there are. */
static postern_status make_tables(struct pst_compile *compile)
{
    const postern_acp_builder *builder = compile->builder;
    const struct pst_draft_acp *acps = builder->acps.data;
    const struct pst_draft_rule *rules = builder->rules.data;
    uint32_t slots = builder->acps.count;

    PST_TRY(pst_compile_push(compile, PST_TABLE_ACPS, NULL, slots));
    for (uint32_t acp = 0; acp < builder->acps.count; acp++) {
        *acp_at(builder, acp) =
            (struct pst_acp){.id = acps[acp].id, .self = PST_NO_SLOT};
    }
    for (uint32_t i = 0; i < builder->rules.count; i++) {
        struct pst_acp *acp = acp_at(builder, rules[i].acp);

        if (rules[i].which == POSTERN_SELF_PRIVILEGES &&
            acp->self == PST_NO_SLOT) {
            acp->self = slots++;
        }
    }
    return pst_compile_push(compile, PST_TABLE_SLOTS, NULL, slots);
}

static postern_status add_expiries(struct pst_compile *compile)
{
    const postern_acp_builder *builder = compile->builder;
    const struct pst_draft_acp *acps = builder->acps.data;
    bool any = false;

    for (uint32_t acp = 0; acp < builder->acps.count; acp++) {
        any = any || acps[acp].expires_s != INT64_MAX;
    }
    for (uint32_t acp = 0; any && acp < builder->acps.count; acp++) {
        PST_TRY(pst_compile_push(compile, PST_TABLE_EXPIRIES,
                                 &acps[acp].expires_s, 1));
    }
    return POSTERN_OK;
}

postern_status pst_compile_slots(struct pst_compile *compile)
{
    PST_TRY(make_tables(compile));
    PST_TRY(fill_slots(compile));
    return add_expiries(compile);
}
