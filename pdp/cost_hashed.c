/*
 * The most that looking at a hashed rule set can cost: what each originator of
 * its rules costs, and which of these one requester can be at once: "all", one
 * entity, one domain, the patterns that it matches, its groups, its roles.
 */
#include "pdp/cost.h"

#include "base/fetch.h"
#include "pdp/crowd.h"
#include "pdp/hashed.h"

enum { CREATE = 0, OF_RULE = 12, CONDITION_AHEAD = 8, RULE_AHEAD = 16 };

/* Who can be asking: of some kinds one, of others several. */
enum kind {
    KIND_ALL,
    KIND_ENTITY,
    KIND_DOMAIN,
    KIND_PATTERN,
    KIND_GROUP,
    KIND_ROLE,
    KINDS
};

/* Of one operation, by kind. */
struct tally {
    postern_work all; /* together */
    postern_work one; /* of the dearest */
};

struct scan {
    const struct pst_costing *costing;
    const struct pst_slot *slot;
    const struct pst_hashed *hashed;
    struct pst_cost_reason *reason; /* or NULL */
    uint32_t first;                 /* operations that are looked at */
    uint32_t end;
    struct tally tallies[PST_OPERATIONS][KINDS];
};

/* The rules of one originator. */
struct row {
    uint32_t atom;
    const struct pst_entry *entries;
    uint32_t count;
};

static enum kind kind_of(const postern_acp_set *set, uint32_t atom)
{
    if (atom == PST_ATOM_ALL) {
        return KIND_ALL;
    }
    if (pst_atom_is_pattern(set, atom)) {
        return KIND_PATTERN;
    }
    switch ((enum pst_name_kind)pst_name_of(set, atom)->kind) {
    case PST_NAME_RESOURCE:
        return KIND_GROUP;
    case PST_NAME_ROLE:
        return KIND_ROLE;
    case PST_NAME_DOMAIN:
        return KIND_DOMAIN;
    case PST_NAME_ENTITY:
    default:
        return KIND_ENTITY;
    }
}

/* ---- the rules of one originator ------------------------------------------
 */

/* Of an operation. */
struct judged {
    postern_work all;    /* every rule once */
    postern_work one;    /* the dearest */
    uint64_t attributes; /* rules that can be true and not enough */
};

/* Conditions are judged once for all operations but Create: what a rule does
 * not allow is not judged by them. */
static void judge_rule(const struct scan *scan, uint32_t number,
                       struct judged judged[PST_OPERATIONS])
{
    struct pst_rule_view rule =
        pst_slot_rule(scan->costing->set, scan->slot, number);
    postern_work conditions[2] = {{0, 0}, {0, 0}};

    if (rule.condition) {
        conditions[0] =
            pst_cost_of_condition(scan->costing, rule.condition, false);
        conditions[1] =
            rule.condition->details
                ? pst_cost_of_condition(scan->costing, rule.condition, true)
                : conditions[0];
    }
    for (uint32_t op = scan->first; op < scan->end; op++) {
        postern_work work = {pst_lines_of(sizeof(struct pst_rule)), OF_RULE};

        if (rule.condition && (rule.operations >> op & 1)) {
            pst_work_add(&work, conditions[op == CREATE]);
            judged[op].attributes += rule.condition->attributes > 0;
        }
        pst_work_add(&judged[op].all, work);
        judged[op].one = pst_work_most(judged[op].one, work);
        if (scan->reason) {
            pst_cost_note_rule(scan->costing, scan->reason, number, work);
        }
    }
}

static postern_work some_of(const struct judged *judged, uint64_t count)
{
    return pst_work_least(judged->all, pst_work_times(judged->one, count));
}

/* Of a crowd, the rules that its rows can leave. A rule that holds is judged a
 * second time; when it is limited to attributes the search may go on. */
static postern_work of_crowd(const struct pst_crowd_cost *crowd,
                             const struct judged *judged)
{
    postern_work work = crowd->work;
    postern_work again = some_of(judged, judged->attributes + 1);

    pst_work_add(&work, some_of(judged, crowd->tests));
    work.steps = pst_bound_add(
        work.steps,
        pst_bound_add(again.steps,
                      pst_bound_times(judged->attributes, crowd->steps_again)));
    if (judged->attributes) {
        work.lines += crowd->lines_again;
    }
    return work;
}

static void note_atom(const struct scan *scan, const struct row *row,
                      postern_work work)
{
    struct pst_cost_reason *reason = scan->reason;

    if (reason->atom == PST_ATOM_NONE ||
        pst_cost_weight(scan->costing, work) >
            pst_cost_weight(scan->costing, reason->atom_work)) {
        reason->atom = row->atom;
        reason->atom_rules = row->count;
        reason->atom_work = work;
    }
}

static void add_row(struct scan *scan, const struct row *row)
{
    const postern_acp_set *set = scan->costing->set;
    enum kind kind = kind_of(set, row->atom);
    const uint64_t *words = pst_hashed_crowd(set, scan->hashed, row->atom);
    struct pst_crowd_cost crowd = {.tests = 0};
    struct judged judged[PST_OPERATIONS] = {{{0, 0}, {0, 0}, 0}};

    if (words) {
        crowd = pst_crowd_worst(words);
    }
    for (uint32_t i = 0; i < row->count; i++) {
        judge_rule(scan, row->entries[i].rule, judged);
    }
    for (uint32_t op = scan->first; op < scan->end; op++) {
        struct tally *tally = &scan->tallies[op][kind];
        postern_work work = judged[op].all;

        if (words) {
            work = of_crowd(&crowd, &judged[op]);
        }
        work.lines += pst_lines_of((uint64_t)row->count * sizeof *row->entries);
        pst_work_add(&tally->all, work);
        tally->one = pst_work_most(tally->one, work);
        if (scan->reason) {
            note_atom(scan, row, work);
        }
    }
}

/* ---- finding them ---------------------------------------------------------
 */

static const uint32_t *heads_of(const struct scan *scan)
{
    return PST_TABLE(scan->costing->set, HEADS, uint32_t) +
           scan->hashed->first_head;
}

static const struct pst_entry *entries_of(const struct scan *scan)
{
    return PST_TABLE(scan->costing->set, ENTRIES, struct pst_entry) +
           scan->hashed->first_entry;
}

static uint64_t fullest_bucket(const struct scan *scan)
{
    const uint32_t *heads = heads_of(scan);
    uint64_t most = 0;

    for (uint32_t h = 0; h < (uint32_t)1 << scan->hashed->head_bits; h++) {
        most = pst_bound_most(most, heads[h + 1] - heads[h]);
    }
    return most;
}

/* Whether or not rules list it: two words lead to a bucket, in which the first
 * and the last entry are searched by halves; crowds are searched so too. */
static postern_work of_finding(const struct scan *scan)
{
    uint64_t bucket = fullest_bucket(scan);
    uint64_t halves = pst_halves(bucket);
    uint64_t crowds = pst_halves(scan->hashed->crowds);
    uint64_t width = sizeof(struct pst_entry);

    return (postern_work){
        pst_lines_of(2 * sizeof(uint32_t)) + 1 +
            pst_bound_least(pst_lines_of(bucket * width), 2 * halves + 1) +
            pst_bound_least(pst_lines_of(scan->hashed->crowds * width),
                            crowds + 1),
        16 + 4 * halves + 2 * crowds};
}

/* Entries stand by originator, their rules and conditions all over the set:
 * they are on their way while others are judged. */
static void fetch_ahead(const struct scan *scan, uint32_t i)
{
    const postern_acp_set *set = scan->costing->set;
    const struct pst_entry *entries = entries_of(scan);
    const struct pst_rule *rules =
        PST_TABLE(set, RULES, struct pst_rule) + scan->hashed->first_rule;

    if (i + RULE_AHEAD < scan->hashed->entries) {
        pst_fetch(&rules[entries[i + RULE_AHEAD].rule]);
    }
    if (i + CONDITION_AHEAD < scan->hashed->entries) {
        uint32_t number = entries[i + CONDITION_AHEAD].rule;

        pst_fetch(pst_slot_rule(set, scan->slot, number).condition);
    }
}

/* Entries of one originator stand in a row. */
static void add_rows(struct scan *scan)
{
    const struct pst_entry *entries = entries_of(scan);
    uint32_t count = scan->hashed->entries;
    uint32_t first = 0;

    for (uint32_t i = 1; i <= count; i++) {
        fetch_ahead(scan, i);
        if (i == count || entries[i].atom != entries[first].atom) {
            struct row row = {entries[first].atom, entries + first, i - first};

            add_row(scan, &row);
            first = i;
        }
    }
}

/* ---- one requester --------------------------------------------------------
 */

/* So many of a kind. One that is named again in the request is gone through
 * again, but lies in the same lines. */
static postern_work several(const struct tally *tally, uint64_t count)
{
    return (postern_work){
        pst_bound_least(tally->all.lines,
                        pst_bound_times(tally->one.lines, count)),
        pst_bound_times(tally->one.steps, count)};
}

static postern_work of_requester(const struct pst_costing *costing,
                                 const struct tally tallies[KINDS])
{
    const struct tally *patterns = &tallies[KIND_PATTERN];
    postern_work work = tallies[KIND_ALL].one;

    pst_work_add(&work, tallies[KIND_ENTITY].one);
    pst_work_add(&work, tallies[KIND_DOMAIN].one);
    pst_work_add(&work, pst_work_least(
                            patterns->all,
                            pst_work_times(patterns->one, costing->patterns)));
    pst_work_add(&work, several(&tallies[KIND_GROUP], costing->groups));
    pst_work_add(&work, several(&tallies[KIND_ROLE], costing->roles));
    return work;
}

void pst_cost_of_hashed(const struct pst_costing *costing,
                        const struct pst_slot *slot,
                        struct pst_cost_of_operations *out,
                        struct pst_cost_reason *reason)
{
    struct scan scan = {.costing = costing,
                        .slot = slot,
                        .hashed = pst_hashed_of(slot),
                        .reason = reason,
                        .first = reason ? reason->operation : 0,
                        .end = reason ? reason->operation + 1 : PST_OPERATIONS};
    postern_work finding = of_finding(&scan);

    add_rows(&scan);
    for (uint32_t op = 0; op < PST_OPERATIONS; op++) {
        out->of[op] = of_requester(costing, scan.tallies[op]);
        pst_work_add(&out->of[op], pst_work_times(finding, costing->atoms));
    }
}
