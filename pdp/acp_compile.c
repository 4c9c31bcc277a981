/*
 * From drafts to the block: atoms in the order of their hash, rules in the
 * order of their ACPs, for each rule set the entries by which its rules are
 * found; then everything copied into one allocation.
 */
#include "base/diag.h"
#include "base/sort.h"
#include "pdp/acp_builder.h"

enum { BLOCK_ALIGN = 8, HASH_BITS = 64, MAX_BUCKET_BITS = 28 };

/* ---- atoms ------------------------------------------------------------- */

static int order_texts(const char *texts, struct pst_text_ref a,
                       struct pst_text_ref b)
{
    return pst_str_order((postern_str){texts + a.offset, a.len},
                         (postern_str){texts + b.offset, b.len});
}

/* The order that pst_atom_order() searches in. */
static int order_atoms(const void *left, const void *right, const void *texts)
{
    const struct pst_atom *a = left;
    const struct pst_atom *b = right;
    int order;

    if (a->hash != b->hash) {
        return a->hash < b->hash ? -1 : 1;
    }
    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    order = order_texts(texts, a->second, b->second);
    if (order == 0) {
        order = order_texts(texts, a->first, b->first);
    }
    return order ? order : order_texts(texts, a->domain, b->domain);
}

/* Sorts the atoms and tells every originator its atom's new number. */
static postern_status sort_atoms(postern_acp_builder *builder)
{
    struct pst_vec *atoms = &builder->tables[PST_TABLE_ATOMS];
    struct pst_vec *refs = &builder->tables[PST_TABLE_ORIGINATORS];
    struct pst_atom *atom = atoms->data;
    struct pst_originator_ref *ref = refs->data;
    struct pst_vec numbers;

    pst_vec_init(&numbers, sizeof(uint32_t));
    PST_TRY(pst_vec_push(&numbers, &builder->allocator, NULL, atoms->count));
    for (uint32_t i = 0; i < atoms->count; i++) {
        atom[i].draft = i;
    }
    pst_sort(atom, atoms->count, sizeof *atom, order_atoms,
             builder->tables[PST_TABLE_TEXTS].data);
    for (uint32_t i = 0; i < atoms->count; i++) {
        ((uint32_t *)numbers.data)[atom[i].draft] = i;
    }
    for (uint32_t i = 0; i < refs->count; i++) {
        if (!ref[i].is_pattern) {
            ref[i].index = ((uint32_t *)numbers.data)[ref[i].index];
        }
    }
    pst_vec_release(&numbers, &builder->allocator);
    return POSTERN_OK;
}

static uint32_t bucket_bits(uint32_t atoms)
{
    uint32_t bits = 1;

    while (bits < MAX_BUCKET_BITS && (uint64_t)1 << bits < atoms) {
        bits++;
    }
    return bits;
}

/* bucket[b]: the first atom whose hash begins with the bits b, or later. */
static postern_status make_buckets(postern_acp_builder *builder,
                                   uint32_t *shift)
{
    struct pst_vec *atoms = &builder->tables[PST_TABLE_ATOMS];
    struct pst_vec *buckets = &builder->tables[PST_TABLE_BUCKETS];
    const struct pst_atom *atom = atoms->data;
    uint32_t bits = bucket_bits(atoms->count);
    uint32_t count = (uint32_t)1 << bits;
    uint32_t next = 0;

    *shift = HASH_BITS - bits;
    PST_TRY(pst_vec_push(buckets, &builder->allocator, NULL, count + 1));
    for (uint32_t b = 0; b <= count; b++) {
        while (next < atoms->count && b < count &&
               atom[next].hash >> *shift < b) {
            next++;
        }
        ((uint32_t *)buckets->data)[b] = b == count ? atoms->count : next;
    }
    return POSTERN_OK;
}

/* What tells without a search that something is not among the atoms. */
static void note_atoms(const postern_acp_builder *builder, postern_acp_set *set)
{
    const struct pst_vec *atoms = &builder->tables[PST_TABLE_ATOMS];
    const struct pst_atom *atom = atoms->data;

    set->all_atom = PST_NO_ATOM;
    for (uint32_t i = 0; i < atoms->count; i++) {
        set->atom_kinds |= (uint32_t)1 << atom[i].kind;
        set->hashes |= pst_hash_bit(atom[i].hash);
        if (atom[i].kind == PST_ATOM_ALL) {
            set->all_atom = i;
        }
    }
}

/* ---- rules ------------------------------------------------------------- */

static int order_entries(const void *left, const void *right, const void *none)
{
    const struct pst_entry *a = left;
    const struct pst_entry *b = right;

    (void)none;
    if (a->index != b->index) {
        return a->index < b->index ? -1 : 1;
    }
    return (a->rule > b->rule) - (a->rule < b->rule);
}

static postern_status add_entries(postern_acp_builder *builder,
                                  const struct pst_rule *rule, uint32_t number)
{
    const struct pst_vec *refs = &builder->tables[PST_TABLE_ORIGINATORS];

    for (uint32_t i = 0; i < rule->originators.count; i++) {
        const struct pst_originator_ref *ref =
            (const struct pst_originator_ref *)refs->data +
            rule->originators.first + i;
        struct pst_entry entry = {ref->index, number};

        PST_TRY(pst_draft_push(
            builder, ref->is_pattern ? PST_TABLE_WILD : PST_TABLE_ENTRIES,
            &entry, 1, NULL));
    }
    return POSTERN_OK;
}

static bool is_membership(const postern_acp_builder *builder,
                          const struct pst_originator_ref *ref)
{
    const struct pst_atom *atoms = builder->tables[PST_TABLE_ATOMS].data;
    uint32_t kind = ref->is_pattern ? 0 : atoms[ref->index].kind;

    return kind == PST_ATOM_RESOURCE || kind == PST_ATOM_ROLE;
}

/* Notes a rule that lists a group or a role. */
static postern_status add_member(postern_acp_builder *builder,
                                 const struct pst_rule *rule, uint32_t number)
{
    const struct pst_originator_ref *refs =
        builder->tables[PST_TABLE_ORIGINATORS].data;

    for (uint32_t i = 0; i < rule->originators.count; i++) {
        if (is_membership(builder, refs + rule->originators.first + i)) {
            return pst_draft_push(builder, PST_TABLE_MEMBERS, &number, 1, NULL);
        }
    }
    return POSTERN_OK;
}

/* The rules that the drafts [from, to) have for one of the two attributes. */
static postern_status add_rules(postern_acp_builder *builder, uint32_t which,
                                struct pst_span drafts,
                                struct pst_acp_rules *out)
{
    const struct pst_draft_rule *draft = builder->rules.data;
    struct pst_entry *entries;

    out->rules.first = pst_draft_count(builder, PST_TABLE_RULES);
    out->entries.first = pst_draft_count(builder, PST_TABLE_ENTRIES);
    out->wild.first = pst_draft_count(builder, PST_TABLE_WILD);
    out->members.first = pst_draft_count(builder, PST_TABLE_MEMBERS);
    for (uint32_t i = drafts.first; i < drafts.first + drafts.count; i++) {
        uint32_t number;

        if (draft[i].which != which) {
            continue;
        }
        PST_TRY(pst_draft_push(builder, PST_TABLE_RULES, &draft[i].rule, 1,
                               &number));
        PST_TRY(add_entries(builder, &draft[i].rule, number));
        PST_TRY(add_member(builder, &draft[i].rule, number));
        out->rules.count++;
        out->operations |= draft[i].rule.operations;
    }
    out->entries.count =
        pst_draft_count(builder, PST_TABLE_ENTRIES) - out->entries.first;
    out->wild.count =
        pst_draft_count(builder, PST_TABLE_WILD) - out->wild.first;
    out->members.count =
        pst_draft_count(builder, PST_TABLE_MEMBERS) - out->members.first;
    entries = builder->tables[PST_TABLE_ENTRIES].data;
    if (out->entries.count) {
        pst_sort(entries + out->entries.first, out->entries.count,
                 sizeof *entries, order_entries, NULL);
    }
    return POSTERN_OK;
}

/* Drafts stand in the order of their ACPs: each takes its run of them. */
static postern_status add_acps(postern_acp_builder *builder)
{
    const struct pst_draft_acp *acp = builder->acps.data;
    const struct pst_draft_rule *draft = builder->rules.data;
    struct pst_span run = {0, 0};

    for (uint32_t i = 0; i < builder->acps.count; i++) {
        struct pst_acp out = {.expires_s = acp[i].expires_s, .id = acp[i].id};

        run.first += run.count;
        run.count = 0;
        while (run.first + run.count < builder->rules.count &&
               draft[run.first + run.count].acp == i) {
            run.count++;
        }
        PST_TRY(add_rules(builder, POSTERN_PRIVILEGES, run,
                          &out.sets[POSTERN_PRIVILEGES]));
        PST_TRY(add_rules(builder, POSTERN_SELF_PRIVILEGES, run,
                          &out.sets[POSTERN_SELF_PRIVILEGES]));
        PST_TRY(pst_draft_push(builder, PST_TABLE_ACPS, &out, 1, NULL));
    }
    return POSTERN_OK;
}

/* ---- names ------------------------------------------------------------- */

static postern_str acp_id(const postern_acp_builder *builder, uint32_t acp)
{
    const struct pst_draft_acp *acps = builder->acps.data;
    const char *texts = builder->tables[PST_TABLE_TEXTS].data;

    return (postern_str){texts ? texts + acps[acp].id.offset : NULL,
                         acps[acp].id.len};
}

static int order_names(const void *left, const void *right, const void *context)
{
    const uint32_t *a = left;
    const uint32_t *b = right;

    return pst_str_order(acp_id(context, *a), acp_id(context, *b));
}

static postern_status refuse_twins(const postern_acp_builder *builder,
                                   const uint32_t *order, postern_diag *diag)
{
    for (uint32_t i = 1; i < builder->acps.count; i++) {
        if (pst_str_equal(acp_id(builder, order[i - 1]),
                          acp_id(builder, order[i]))) {
            char message[POSTERN_DIAG_MESSAGE_SIZE];
            struct pst_text text;

            pst_text_init(&text, message, sizeof message);
            pst_text_add(&text, "two ACPs are named ");
            pst_text_add_quoted(&text, acp_id(builder, order[i]));
            return pst_diag_refuse(diag, POSTERN_ERR_POLICY, "", message,
                                   "TS-0001 9.6.2");
        }
    }
    return POSTERN_OK;
}

static postern_status sort_names(postern_acp_builder *builder,
                                 postern_diag *diag)
{
    struct pst_vec *names = &builder->tables[PST_TABLE_ACP_ORDER];
    uint32_t *order;

    PST_TRY(
        pst_vec_push(names, &builder->allocator, NULL, builder->acps.count));
    order = names->data;
    for (uint32_t i = 0; i < builder->acps.count; i++) {
        order[i] = i;
    }
    pst_sort(order, names->count, sizeof *order, order_names, builder);
    return refuse_twins(builder, order, diag);
}

/* ---- the block --------------------------------------------------------- */

static uint64_t aligned(uint64_t size)
{
    return (size + BLOCK_ALIGN - 1) / BLOCK_ALIGN * BLOCK_ALIGN;
}

/* Each table is below 4 GiB (see vec.h), so their sum fits 64 bits. */
static uint64_t lay_out(const postern_acp_builder *builder,
                        struct pst_table tables[PST_TABLE_COUNT])
{
    uint64_t end = aligned(sizeof(postern_acp_set));

    for (size_t i = 0; i < PST_TABLE_COUNT; i++) {
        const struct pst_vec *vec = &builder->tables[i];

        tables[i] = (struct pst_table){.offset = end, .count = vec->count};
        end = aligned(end + (uint64_t)vec->count * vec->element_size);
    }
    return end;
}

static postern_status make_block(const postern_acp_builder *builder,
                                 uint32_t shift, postern_acp_set **out)
{
    struct pst_table tables[PST_TABLE_COUNT];
    uint64_t size = lay_out(builder, tables);
    postern_acp_set *set;

    if (size > SIZE_MAX) {
        return POSTERN_ERR_LIMIT;
    }
    set = pst_alloc(&builder->allocator, (size_t)size);
    if (!set) {
        return POSTERN_ERR_MEMORY;
    }
    memset(set, 0, (size_t)size); /* padding too: same input, same bytes */
    set->size = size;
    set->bucket_shift = shift;
    note_atoms(builder, set);
    set->allocator = builder->allocator;
    memcpy(set->tables, tables, sizeof tables);
    for (size_t i = 0; i < PST_TABLE_COUNT; i++) {
        const struct pst_vec *vec = &builder->tables[i];

        if (vec->count) {
            memcpy((char *)set + tables[i].offset, vec->data,
                   (size_t)vec->count * vec->element_size);
        }
    }
    *out = set;
    return POSTERN_OK;
}

static postern_status compile(postern_acp_builder *builder,
                              postern_acp_set **out, postern_diag *diag)
{
    uint32_t shift;

    PST_TRY(sort_names(builder, diag));
    PST_TRY(sort_atoms(builder));
    PST_TRY(make_buckets(builder, &shift));
    PST_TRY(add_acps(builder));
    return make_block(builder, shift, out);
}

postern_status postern_acp_builder_finish(postern_acp_builder *builder,
                                          postern_acp_set **set,
                                          postern_diag *diag)
{
    postern_status status;

    *set = NULL;
    pst_diag_clear(diag);
    if (builder->finished) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    builder->finished = true;
    status = compile(builder, set, diag);
    return status == POSTERN_OK ? status : pst_diag_plain(diag, status);
}
