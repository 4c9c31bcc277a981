/*
 * One rule set: which of its rules list the originator, and whether one of
 * these is true. TS-0003 7.1.5. [DEC-04] [DEC-05] [DEC-07] [DEC-13]
 *
 * In a slot every question is one bit for each rule: those that allow the
 * operation, those that are content with the authentication, those that list an
 * atom. What is left has conditions to be judged, or is true.
 */
#include "pdp/search.h"

#include "base/fetch.h"
#include "pdp/crowd.h"
#include "pdp/hashed.h"
#include "pdp/name.h"
#include "pdp/rule_terms.h"

#include <string.h>

/* ---- one rule ---------------------------------------------------------- */

/* Marks the attributes that a true rule lists; true when none is left. A
 * request whose attributes are unknown satisfies no such rule. */
static bool covers(struct pst_search *search,
                   const struct pst_condition *condition)
{
    const postern_request *request = search->facts.request;
    uint64_t covered;

    if (request->attribute_count == 0) {
        return false;
    }
    covered = pst_attributes_covered(search->set, condition, request,
                                     search->first_attribute);
    search->decision.reason =
        covered == search->wanted && request->attribute_count <= 64
            ? POSTERN_REASON_RULE
            : POSTERN_REASON_RULES;
    search->uncovered &= ~covered;
    return search->uncovered == 0;
}

static bool permit(struct pst_search *search, uint32_t rule)
{
    search->decision.effect = POSTERN_PERMIT;
    search->decision.rule = rule;
    return true;
}

/* A true rule without attributes permits by itself. */
static bool permit_all(struct pst_search *search, uint32_t rule)
{
    search->decision.reason = POSTERN_REASON_RULE;
    search->unlimited = true;
    return permit(search, rule);
}

/* A true rule with conditions: if it is limited to attributes, it permits when
 * with the true rules before it every attribute is listed. */
static bool suffices(struct pst_search *search, uint32_t rule,
                     const struct pst_condition *condition)
{
    if (!(condition->flags & PST_CONDITION_ATTRIBUTES)) {
        return permit_all(search, rule);
    }
    return covers(search, condition) && permit(search, rule);
}

static bool holds(struct pst_search *search,
                  const struct pst_condition *condition)
{
    return !(condition->flags & PST_CONDITION_NEVER) &&
           (!(condition->flags & PST_CONDITION_DETAILS) ||
            pst_res_objd(search->set, condition, &search->facts)) &&
           (!(condition->flags & PST_CONDITION_CONTEXTS) ||
            pst_res_ctxts(search->set, condition, &search->facts));
}

/* ---- slots: sixteen rules at once ---------------------------------------- */

enum { LANES_AT_ONCE = 4, SLOT_GROUPS = 7, SOME_GROUPS = 4 };

typedef uint32_t lanes4 __attribute__((vector_size(16)));

static inline lanes4 load(const uint32_t *lanes)
{
    lanes4 value;

    memcpy(&value, lanes, sizeof value);
    return value;
}

/* Where group g of a slot begins: the last one ends with the slot, and has
 * lanes of the one before. */
static inline uint32_t group_start(uint32_t g)
{
    uint32_t last = PST_SLOT_WORDS - LANES_AT_ONCE;

    return g * LANES_AT_ONCE < last ? g * LANES_AT_ONCE : last;
}

/* One bit for each lane of four, where it stands among all. */
static inline lanes4 lane_bits(uint32_t first)
{
    return (lanes4){1u << first, 2u << first, 4u << first, 8u << first};
}

/* The lanes that name one of the atoms, one bit each. `groups` is a constant
 * for the compiler, and so are the loops. Conditions at the end of a slot are
 * no lanes, whatever they look like. */
static inline uint32_t hits_in(const struct pst_slot *slot, uint32_t groups,
                               const struct pst_atoms *atoms)
{
    lanes4 lanes[SLOT_GROUPS];
    lanes4 hits[SLOT_GROUPS];
    lanes4 all = {0, 0, 0, 0};

    for (uint32_t g = 0; g < groups; g++) {
        lanes[g] = load(slot->words + group_start(g)) >> PST_RULE_BITS;
        hits[g] = all;
    }
    for (uint32_t i = 0; i < atoms->count; i += PST_ATOMS_STEP) {
        for (uint32_t k = i; k < i + PST_ATOMS_STEP; k++) {
            uint32_t atom = atoms->atoms[k];
            lanes4 wanted = {atom, atom, atom, atom};

            for (uint32_t g = 0; g < groups; g++) {
                hits[g] |= (lanes4)(lanes[g] == wanted);
            }
        }
    }
    for (uint32_t g = 0; g < groups; g++) {
        all |= hits[g] & lane_bits(group_start(g));
    }
    return (all[0] | all[1] | all[2] | all[3]) & ((1u << slot->lanes) - 1);
}

/* The rules that list one of the atoms: tables 7.1.5-2 and -3 for every rule of
 * the slot. */
static uint32_t listed_inline(const struct pst_slot *slot,
                              const struct pst_atoms *atoms)
{
    uint32_t hits = slot->lanes <= SOME_GROUPS * LANES_AT_ONCE
                        ? hits_in(slot, SOME_GROUPS, atoms)
                        : hits_in(slot, SLOT_GROUPS, atoms);
    uint32_t rules = 0;

    for (; hits; hits &= hits - 1) {
        uint32_t lane = slot->words[__builtin_ctz(hits)];

        rules |= 1u << (lane & (PST_SLOT_RULES - 1));
    }
    return rules;
}

static uint32_t listed_near(const uint32_t *lanes, uint32_t count,
                            const struct pst_atoms *atoms)
{
    uint32_t rules = 0;

    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t a = 0; a < atoms->count; a++) {
            if (pst_lane_atom(lanes[i]) == atoms->atoms[a]) {
                rules |= 1u << (lanes[i] & (PST_SLOT_RULES - 1));
            }
        }
    }
    return rules;
}

static uint32_t listed(const struct pst_search *search,
                       const struct pst_slot *slot,
                       const struct pst_atoms *atoms)
{
    return slot->form == PST_SLOT_INLINE
               ? listed_inline(slot, atoms)
               : listed_near(PST_TABLE(search->set, LANES, uint32_t) +
                                 slot->words[0],
                             slot->words[1], atoms);
}

/* Rules that allow the operation [DEC-07] and do not miss the authentication
 * [DEC-06]. */
static uint32_t allowed(const struct pst_search *search,
                        const struct pst_slot *slot)
{
    uint32_t rules = slot->operations[search->operation];

    return search->facts.request->authenticated
               ? rules
               : rules & ~(uint32_t)slot->authn;
}

static bool try_conditions(struct pst_search *search,
                           const struct pst_slot *slot, uint32_t rules)
{
    const uint32_t *place = slot->words + PST_SLOT_WORDS;

    for (uint32_t left = slot->conditional; left; left &= left - 1) {
        const struct pst_condition *condition;
        uint32_t rule = (uint32_t)__builtin_ctz(left);

        place--;
        if (!(rules & 1u << rule)) {
            continue;
        }
        condition = pst_condition_at(search->set, *place);
        if (holds(search, condition) && suffices(search, rule, condition)) {
            return true;
        }
    }
    return false;
}

/* Rules that list one of the atoms, and of which only conditions remain. */
static uint32_t candidates(const struct pst_search *search,
                           const struct pst_slot *slot,
                           const struct pst_atoms *atoms)
{
    return allowed(search, slot) & listed(search, slot, atoms);
}

bool pst_search_among(struct pst_search *search, const struct pst_slot *slot,
                      uint32_t rules)
{
    uint32_t free = rules & ~(uint32_t)slot->conditional;

    if (free) {
        return permit_all(search, (uint32_t)__builtin_ctz(free));
    }
    return rules && try_conditions(search, slot, rules);
}

/* That of the first of the rules. Whether there is one, and has conditions,
 * cannot be foreseen: otherwise it is the first of the table. */
static void fetch_condition(const postern_acp_set *set,
                            const struct pst_slot *slot, uint32_t rules)
{
    uint32_t first = rules & -rules & slot->conditional;
    uint32_t before = slot->conditional & (first - 1);
    const uint32_t *word =
        slot->words + PST_SLOT_WORDS - 1 - (pst_count_bits(before) & 15);

    pst_fetch_two(pst_condition_at(set, first ? *word : 0));
}

uint32_t pst_search_rules(const struct pst_search *search,
                          const struct pst_slot *slot,
                          const struct pst_atoms *atoms)
{
    uint32_t rules = candidates(search, slot, atoms);

    fetch_condition(search->set, slot, rules);
    return rules;
}

/* ---- hashed rule sets: rule by rule -------------------------------------- */

static bool try_rule(struct pst_search *search, const struct pst_hashed *hashed,
                     uint32_t number)
{
    const struct pst_rule *rule =
        PST_TABLE(search->set, RULES, struct pst_rule) + hashed->first_rule +
        number;
    const struct pst_condition *condition;

    if (!(rule->operations & search->facts.operation) ||
        (rule->authn && !search->facts.request->authenticated)) {
        return false;
    }
    if (rule->condition == PST_NO_CONDITION) {
        return permit_all(search, number);
    }
    condition = pst_condition_at(search->set, rule->condition);
    return holds(search, condition) && suffices(search, number, condition);
}

static bool try_entries(struct pst_search *search,
                        const struct pst_hashed *hashed, uint32_t atom)
{
    struct pst_entries found = pst_hashed_find(search->set, hashed, atom);

    for (uint32_t i = 0; i < found.count; i++) {
        if (try_rule(search, hashed, found.entries[i].rule)) {
            return true;
        }
    }
    return false;
}

static bool try_crowd(struct pst_search *search, const struct pst_slot *slot,
                      const uint64_t *crowd)
{
    const struct pst_hashed *hashed = pst_hashed_of(slot);
    uint32_t rule = pst_crowd_next(search->set, crowd, slot, &search->facts, 0);

    while (rule != PST_NO_RULE) {
        if (try_rule(search, hashed, rule)) {
            return true;
        }
        rule =
            pst_crowd_next(search->set, crowd, slot, &search->facts, rule + 1);
    }
    return false;
}

static bool try_atom(struct pst_search *search, const struct pst_slot *slot,
                     uint32_t atom)
{
    const struct pst_hashed *hashed = pst_hashed_of(slot);
    const uint64_t *crowd =
        hashed->crowds ? pst_hashed_crowd(search->set, hashed, atom) : NULL;

    return crowd ? try_crowd(search, slot, crowd)
                 : try_entries(search, hashed, atom);
}

/* What all atoms will need is on its way before the first is looked at. */
static bool try_hashed(struct pst_search *search, const struct pst_slot *slot,
                       const struct pst_atoms *atoms)
{
    const postern_acp_set *set = search->set;
    const struct pst_hashed *hashed = pst_hashed_of(slot);
    const struct pst_entry *entries =
        PST_TABLE(set, ENTRIES, struct pst_entry) + hashed->first_entry;

    for (uint32_t i = 0; i < atoms->count; i++) {
        pst_fetch(pst_hashed_head(set, hashed, atoms->atoms[i]));
    }
    for (uint32_t i = 0; i < atoms->count; i++) {
        pst_fetch(entries + *pst_hashed_head(set, hashed, atoms->atoms[i]));
    }
    for (uint32_t i = 0; i < atoms->count; i++) {
        if (try_atom(search, slot, atoms->atoms[i])) {
            return true;
        }
    }
    return false;
}

bool pst_search_slot(struct pst_search *search, const struct pst_slot *slot,
                     const struct pst_atoms *atoms)
{
    if (!slot) {
        return false;
    }
    return slot->form == PST_SLOT_HASHED
               ? try_hashed(search, slot, atoms)
               : pst_search_among(search, slot,
                                  candidates(search, slot, atoms));
}
