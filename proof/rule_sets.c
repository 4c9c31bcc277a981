/*
 * Rule sets in each of their three forms: what a decision reads of them is read
 * here in a row and compared with the rules. [DEC-04] to [DEC-07]
 */
#include "base/sort.h"
#include "pdp/hashed.h"
#include "proof/checker.h"

#include <string.h>

/* One rule as the compiled form has it. */
struct found {
    uint32_t operations;
    bool authn;
    const struct pst_condition *condition; /* NULL: none */
    const uint32_t *lanes;
    uint32_t count;
};

static postern_status check_terms(struct pst_proof *proof,
                                  const struct found *found,
                                  const postern_rule *rule)
{
    if (found->operations != (rule->never ? 0 : rule->operations)) {
        return pst_proof_differs(
            proof,
            "its operations are # in the compiled set and # in the"
            " policy",
            PST_PROOF_NUMBERS(found->operations, rule->operations));
    }
    if (found->authn != (!rule->never && rule->authentication_flag)) {
        return pst_proof_differs(
            proof, "its authentication flag is not that of the policy", NULL);
    }
    return pst_proof_condition(proof, found->condition, rule);
}

/* The entry of each, whatever the form, is kept for those that are found by
 * their atoms. */
static postern_status check_rule(struct pst_proof *proof,
                                 const struct found *found,
                                 const postern_rule *rule)
{
    size_t count = rule->never ? 0 : rule->originator_count;

    PST_TRY(check_terms(proof, found, rule));
    if (found->count != count) {
        return pst_proof_differs(
            proof,
            "it lists # originators in the compiled set and # in the"
            " policy",
            PST_PROOF_NUMBERS(found->count, count));
    }
    for (uint32_t i = 0; i < found->count; i++) {
        struct pst_entry entry = {pst_lane_atom(found->lanes[i]),
                                  (uint32_t)proof->rule};

        PST_TRY(pst_proof_atom(proof, entry.atom, rule->originators[i], i));
        PST_TRY(pst_vec_push(&proof->entries, &proof->allocator, &entry, 1));
    }
    return POSTERN_OK;
}

/* ---- slots --------------------------------------------------------------- */

/* Where the next rule's lanes and condition stand. */
struct cursor {
    const struct pst_slot *slot;
    const uint32_t *lanes;
    uint32_t left;
    const uint32_t *condition;
};

static struct found next_of_slot(const struct pst_proof *proof,
                                 struct cursor *cursor, uint32_t k)
{
    const struct pst_slot *slot = cursor->slot;
    struct found found = {.authn = slot->authn >> k & 1,
                          .lanes = cursor->lanes};

    for (uint32_t op = 0; op < PST_OPERATIONS; op++) {
        found.operations |= (slot->operations[op] >> k & 1u) << op;
    }
    if (slot->conditional >> k & 1) {
        found.condition = pst_condition_at(proof->set, *--cursor->condition);
    }
    while (cursor->left && (*cursor->lanes & (PST_SLOT_RULES - 1)) == k) {
        cursor->lanes++;
        cursor->left--;
        found.count++;
    }
    return found;
}

/* No bit and no lane is left that would be another rule's. */
static postern_status check_rest(const struct pst_proof *proof,
                                 const struct cursor *cursor, size_t rules)
{
    const struct pst_slot *slot = cursor->slot;
    uint32_t bits = (uint32_t)slot->authn | slot->conditional;

    for (uint32_t op = 0; op < PST_OPERATIONS; op++) {
        bits |= slot->operations[op];
    }
    return bits >> rules || cursor->left
               ? pst_proof_differs(proof, "there is more than its rules", NULL)
               : POSTERN_OK;
}

static postern_status check_slot(struct pst_proof *proof,
                                 const struct pst_slot *slot,
                                 const postern_rule *rules, size_t count)
{
    struct cursor cursor = {slot, slot->words, slot->lanes,
                            slot->words + PST_SLOT_WORDS};

    if (slot->form == PST_SLOT_NEAR) {
        cursor.lanes = PST_TABLE(proof->set, LANES, uint32_t) + slot->words[0];
        cursor.left = slot->words[1];
    }
    for (uint32_t k = 0; k < count; k++) {
        struct found found = next_of_slot(proof, &cursor, k);

        proof->rule = k;
        PST_TRY(check_rule(proof, &found, &rules[k]));
    }
    proof->rule = SIZE_MAX;
    return check_rest(proof, &cursor, count);
}

/* ---- hashed: the rules --------------------------------------------------- */

static bool is_member(const struct pst_proof *proof, const struct found *found)
{
    for (uint32_t i = 0; i < found->count; i++) {
        uint32_t atom = pst_lane_atom(found->lanes[i]);

        if (atom != PST_ATOM_ALL && !pst_atom_is_pattern(proof->set, atom) &&
            (pst_name_of(proof->set, atom)->kind == PST_NAME_RESOURCE ||
             pst_name_of(proof->set, atom)->kind == PST_NAME_ROLE)) {
            return true;
        }
    }
    return false;
}

static struct found rule_of(const struct pst_proof *proof,
                            const struct pst_hashed *hashed, uint32_t k)
{
    const struct pst_rule *rule =
        PST_TABLE(proof->set, RULES, struct pst_rule) + hashed->first_rule + k;

    return (struct found){
        .operations = rule->operations,
        .authn = rule->authn != 0,
        .condition = rule->condition == PST_NO_CONDITION
                         ? NULL
                         : pst_condition_at(proof->set, rule->condition),
        .lanes = PST_TABLE(proof->set, ORIGINATORS, uint32_t) +
                 rule->first_originator,
        .count = rule->originators};
}

static postern_status check_rules(struct pst_proof *proof,
                                  const struct pst_slot *slot,
                                  const postern_rule *rules, size_t count)
{
    const struct pst_hashed *hashed = pst_hashed_of(slot);
    const uint32_t *members =
        PST_TABLE(proof->set, MEMBERS, uint32_t) + hashed->first_member;
    uint32_t listed = 0;

    for (uint32_t k = 0; k < count; k++) {
        struct found found = rule_of(proof, hashed, k);

        proof->rule = k;
        PST_TRY(check_rule(proof, &found, &rules[k]));
        for (uint32_t op = 0; op < PST_OPERATIONS; op++) {
            if (found.operations >> op & 1 && !slot->operations[op]) {
                return pst_proof_differs(
                    proof, "its operations are not among those of the rule set",
                    NULL);
            }
        }
        if (is_member(proof, &found) &&
            (listed == hashed->members || members[listed++] != k)) {
            return pst_proof_differs(
                proof, "it is not among the rules with groups and roles", NULL);
        }
    }
    proof->rule = SIZE_MAX;
    return listed == hashed->members
               ? POSTERN_OK
               : pst_proof_differs(proof, "there is more than its rules", NULL);
}

/* ---- hashed: by atom ----------------------------------------------------- */

static int order(const void *left, const void *right, const void *context)
{
    const struct pst_hashed *hashed = context;
    const struct pst_entry *a = left;
    const struct pst_entry *b = right;
    uint32_t head_a = pst_head_of(a->atom, hashed->head_bits);
    uint32_t head_b = pst_head_of(b->atom, hashed->head_bits);

    if (head_a != head_b) {
        return head_a < head_b ? -1 : 1;
    }
    if (a->atom != b->atom) {
        return a->atom < b->atom ? -1 : 1;
    }
    return (a->rule > b->rule) - (a->rule < b->rule);
}

/* Whether the heads lead to the entries: each to the first of its own. */
static bool are_heads(const uint32_t *heads, const struct pst_hashed *hashed,
                      const struct pst_entry *entries)
{
    uint32_t at = 0;

    for (uint32_t h = 0; h < (uint32_t)1 << hashed->head_bits; h++) {
        if (heads[h] != at) {
            return false;
        }
        while (at < hashed->entries &&
               pst_head_of(entries[at].atom, hashed->head_bits) == h) {
            at++;
        }
    }
    return heads[(uint32_t)1 << hashed->head_bits] == at &&
           at == hashed->entries;
}

static postern_status check_entries(struct pst_proof *proof,
                                    const struct pst_hashed *hashed)
{
    const postern_acp_set *set = proof->set;
    const struct pst_entry *entries =
        PST_TABLE(set, ENTRIES, struct pst_entry) + hashed->first_entry;
    struct pst_entry *wanted = proof->entries.data;
    uint32_t count = proof->entries.count;

    if (count) {
        pst_sort(wanted, count, sizeof *wanted, order, hashed);
    }
    if (count != hashed->entries ||
        (count && memcmp(wanted, entries, count * sizeof *wanted) != 0) ||
        !are_heads(PST_TABLE(set, HEADS, uint32_t) + hashed->first_head, hashed,
                   entries)) {
        return pst_proof_differs(
            proof, "its rules are not found by their originators", NULL);
    }
    return POSTERN_OK;
}

static postern_status check_hashed(struct pst_proof *proof,
                                   const struct pst_slot *slot,
                                   const postern_rule *rules, size_t count)
{
    const struct pst_hashed *hashed = pst_hashed_of(slot);
    const struct pst_crowd_ref *crowds =
        PST_TABLE(proof->set, CROWDS, struct pst_crowd_ref) +
        hashed->first_crowd;

    PST_TRY(check_rules(proof, slot, rules, count));
    PST_TRY(check_entries(proof, hashed));
    for (uint32_t i = 0; i < hashed->crowds; i++) {
        PST_TRY(pst_proof_crowd(proof, slot, &crowds[i]));
    }
    return POSTERN_OK;
}

postern_status pst_proof_rule_set(struct pst_proof *proof,
                                  const struct pst_slot *slot,
                                  const postern_rule *rules, size_t count)
{
    uint32_t compiled = slot ? pst_slot_rule_count(slot) : 0;

    proof->entries.count = 0;
    if (compiled != count) {
        return pst_proof_differs(
            proof, "there are # rules in the compiled set and # in the policy",
            PST_PROOF_NUMBERS(compiled, count));
    }
    if (!slot) {
        return POSTERN_OK;
    }
    return slot->form == PST_SLOT_HASHED
               ? check_hashed(proof, slot, rules, count)
               : check_slot(proof, slot, rules, count);
}
