/*
 * A rule set with more rules or originators than a slot takes: entries in
 * buckets by their atom, rules and originators in rows, an index for an
 * originator with very many rules.
 */
#include "base/sort.h"
#include "pdp/compile.h"
#include "pdp/crowd.h"
#include "pdp/hashed.h"

enum { ENTRIES_OF_HEAD = 4, MAX_HEAD_BITS = 26 };

static bool is_membership(const struct pst_compile *compile, uint32_t atom)
{
    const struct pst_vec *names = &compile->builder->tables[PST_TABLE_NAMES];
    uint32_t name = atom - PST_ATOM_NAMES;
    uint8_t kind;

    if (atom < PST_ATOM_NAMES || name >= names->count) {
        return false;
    }
    kind = ((const struct pst_name *)names->data)[name].kind;
    return kind == PST_NAME_RESOURCE || kind == PST_NAME_ROLE;
}

/* ---- rules and their originators, row after row ------------------------- */

static postern_status add_originators(struct pst_compile *compile,
                                      const struct pst_draft_rule *rule,
                                      uint32_t number)
{
    const struct pst_draft_originator *originators =
        pst_compile_originators(compile, rule);
    bool member = false;

    for (uint32_t i = 0; i < rule->originators; i++) {
        struct pst_entry entry = {pst_compile_atom(compile, &originators[i]),
                                  number};
        uint32_t lane = entry.atom << PST_RULE_BITS;

        member = member || is_membership(compile, entry.atom);
        PST_TRY(pst_compile_push(compile, PST_TABLE_ORIGINATORS, &lane, 1));
        PST_TRY(pst_vec_push(&compile->entries, &compile->builder->allocator,
                             &entry, 1));
    }
    return member ? pst_compile_push(compile, PST_TABLE_MEMBERS, &number, 1)
                  : POSTERN_OK;
}

static postern_status add_rule(struct pst_compile *compile,
                               struct pst_slot *slot,
                               const struct pst_draft_rule *draft,
                               uint32_t number)
{
    struct pst_rule rule = {
        .condition = draft->condition,
        .first_originator =
            pst_draft_count(compile->builder, PST_TABLE_ORIGINATORS),
        .originators = draft->originators,
        .operations = draft->operations,
        .authn = draft->authn,
    };

    for (uint32_t op = 0; op < PST_OPERATIONS; op++) {
        if (rule.operations & 1u << op) {
            slot->operations[op] = 1;
        }
    }
    PST_TRY(add_originators(compile, draft, number));
    return pst_compile_push(compile, PST_TABLE_RULES, &rule, 1);
}

/* ---- entries in buckets ------------------------------------------------- */

static int order_entries(const void *left, const void *right, const void *none)
{
    const struct pst_entry *a = left;
    const struct pst_entry *b = right;

    (void)none;
    if (a->atom != b->atom) {
        return a->atom < b->atom ? -1 : 1;
    }
    return (a->rule > b->rule) - (a->rule < b->rule);
}

/* Whether it is out of order with the next; sorted runs are left alone. */
static bool is_sorted(const struct pst_entry *entries, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        if (order_entries(&entries[i - 1], &entries[i], NULL) > 0) {
            return false;
        }
    }
    return true;
}

static uint32_t head_bits_for(uint32_t entries)
{
    uint32_t bits = 0;

    while (bits < MAX_HEAD_BITS &&
           (uint64_t)ENTRIES_OF_HEAD << bits < entries) {
        bits++;
    }
    return bits;
}

/* Counting by bucket, placing, then each bucket in order. */
static void distribute(const struct pst_vec *from, uint32_t bits,
                       uint32_t *heads, struct pst_entry *entries)
{
    const struct pst_entry *drafts = from->data;
    uint32_t buckets = (uint32_t)1 << bits;

    for (uint32_t i = 0; i < from->count; i++) {
        heads[pst_head_of(drafts[i].atom, bits)]++;
    }
    for (uint32_t b = 1; b <= buckets; b++) {
        heads[b] += heads[b - 1];
    }
    for (uint32_t i = from->count; i-- > 0;) {
        entries[--heads[pst_head_of(drafts[i].atom, bits)]] = drafts[i];
    }
    for (uint32_t b = 0; b < buckets; b++) {
        uint32_t count = heads[b + 1] - heads[b];

        if (!is_sorted(entries + heads[b], count)) {
            pst_sort(entries + heads[b], count, sizeof *entries, order_entries,
                     NULL);
        }
    }
}

static postern_status add_entries(struct pst_compile *compile,
                                  struct pst_hashed *hashed)
{
    postern_acp_builder *builder = compile->builder;
    struct pst_vec *heads = &builder->tables[PST_TABLE_HEADS];
    struct pst_vec *entries = &builder->tables[PST_TABLE_ENTRIES];

    hashed->first_head = heads->count;
    hashed->first_entry = entries->count;
    hashed->entries = compile->entries.count;
    hashed->head_bits = head_bits_for(hashed->entries);
    PST_TRY(pst_vec_push(heads, &builder->allocator, NULL,
                         ((uint32_t)1 << hashed->head_bits) + 1));
    PST_TRY(pst_vec_push(entries, &builder->allocator, NULL, hashed->entries));
    distribute(&compile->entries, hashed->head_bits,
               (uint32_t *)heads->data + hashed->first_head,
               (struct pst_entry *)entries->data + hashed->first_entry);
    return POSTERN_OK;
}

/* ---- crowds ------------------------------------------------------------ */

static struct pst_crowd_rule crowd_rule(const struct pst_compile *compile,
                                        const struct pst_hashed *hashed,
                                        uint32_t number)
{
    const postern_acp_builder *builder = compile->builder;
    const uint64_t *conditions = builder->tables[PST_TABLE_CONDITIONS].data;
    const struct pst_rule *rule =
        (const struct pst_rule *)builder->tables[PST_TABLE_RULES].data +
        hashed->first_rule + number;
    struct pst_crowd_rule out = {
        .rule = number,
        .view = {.operations = rule->operations, .authn = rule->authn}};

    if (rule->condition != PST_NO_CONDITION) {
        out.view.condition =
            (const struct pst_condition *)(conditions + rule->condition);
    }
    return out;
}

/* The rules of one atom, each once. */
static postern_status collect(struct pst_compile *compile,
                              const struct pst_hashed *hashed, uint32_t first,
                              uint32_t count)
{
    const struct pst_entry *entries =
        (const struct pst_entry *)compile->builder->tables[PST_TABLE_ENTRIES]
            .data +
        hashed->first_entry + first;

    compile->crowd.count = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct pst_crowd_rule rule;

        if (i > 0 && entries[i].rule == entries[i - 1].rule) {
            continue;
        }
        rule = crowd_rule(compile, hashed, entries[i].rule);
        PST_TRY(pst_vec_push(&compile->crowd, &compile->builder->allocator,
                             &rule, 1));
    }
    return POSTERN_OK;
}

static postern_status add_crowd(struct pst_compile *compile,
                                struct pst_hashed *hashed, uint32_t atom)
{
    postern_acp_builder *builder = compile->builder;
    struct pst_vec *words = &builder->tables[PST_TABLE_CROWD_WORDS];
    struct pst_crowd_ref ref = {atom, words->count};

    hashed->crowds++;
    PST_TRY(pst_compile_push(compile, PST_TABLE_CROWDS, &ref, 1));
    return pst_crowd_build(compile->crowd.data, compile->crowd.count,
                           builder->tables[PST_TABLE_YEARS].data,
                           &builder->allocator, words);
}

static uint32_t run_length(const struct pst_entry *entries, uint32_t count)
{
    uint32_t length = 0;

    while (length < count && entries[length].atom == entries[0].atom) {
        length++;
    }
    return length;
}

static int order_crowds(const void *left, const void *right, const void *none)
{
    const struct pst_crowd_ref *a = left;
    const struct pst_crowd_ref *b = right;

    (void)none;
    return (a->atom > b->atom) - (a->atom < b->atom);
}

static postern_status add_crowds(struct pst_compile *compile,
                                 struct pst_hashed *hashed)
{
    const struct pst_vec *vec = &compile->builder->tables[PST_TABLE_ENTRIES];
    struct pst_vec *crowds = &compile->builder->tables[PST_TABLE_CROWDS];
    uint32_t run;

    hashed->first_crowd = crowds->count;
    for (uint32_t i = 0; i < hashed->entries; i += run) {
        const struct pst_entry *entries =
            (const struct pst_entry *)vec->data + hashed->first_entry + i;

        run = run_length(entries, hashed->entries - i);
        if (run >= PST_CROWD_MIN) {
            PST_TRY(collect(compile, hashed, i, run));
            PST_TRY(add_crowd(compile, hashed, entries->atom));
        }
    }
    if (hashed->crowds) {
        pst_sort((struct pst_crowd_ref *)crowds->data + hashed->first_crowd,
                 hashed->crowds, sizeof(struct pst_crowd_ref), order_crowds,
                 NULL);
    }
    return POSTERN_OK;
}

/* ---- the rule set ------------------------------------------------------- */

postern_status pst_compile_hashed(struct pst_compile *compile,
                                  struct pst_slot *slot,
                                  const struct pst_draft_rule *rules,
                                  uint32_t count, uint32_t which)
{
    const postern_acp_builder *builder = compile->builder;
    struct pst_hashed hashed = {
        .first_rule = pst_draft_count(builder, PST_TABLE_RULES),
        .first_member = pst_draft_count(builder, PST_TABLE_MEMBERS)};

    compile->entries.count = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (rules[i].which == which) {
            PST_TRY(add_rule(compile, slot, &rules[i], hashed.rules));
            hashed.rules++;
        }
    }
    hashed.members =
        pst_draft_count(builder, PST_TABLE_MEMBERS) - hashed.first_member;
    PST_TRY(add_entries(compile, &hashed));
    PST_TRY(add_crowds(compile, &hashed));
    memcpy(slot->words, &hashed, sizeof hashed);
    return POSTERN_OK;
}
