/*
 * Taking rules in, one at a time: each is checked and copied whole or not at
 * all. acp_compile.c makes the block of them.
 */
#include "pdp/acp_builder.h"

#include "base/diag.h"
#include "base/sized.h"

static const uint32_t element_sizes[PST_TABLE_COUNT] = {
    [PST_TABLE_ACPS] = sizeof(struct pst_acp),
    [PST_TABLE_ACP_ORDER] = sizeof(uint32_t),
    [PST_TABLE_RULES] = sizeof(struct pst_rule),
    [PST_TABLE_CONDITIONS] = sizeof(struct pst_condition),
    [PST_TABLE_ENTRIES] = sizeof(struct pst_entry),
    [PST_TABLE_WILD] = sizeof(struct pst_entry),
    [PST_TABLE_MEMBERS] = sizeof(uint32_t),
    [PST_TABLE_PATTERNS] = sizeof(struct pst_pattern),
    [PST_TABLE_FAILURES] = sizeof(uint16_t),
    [PST_TABLE_ORIGINATORS] = sizeof(struct pst_originator_ref),
    [PST_TABLE_ATOMS] = sizeof(struct pst_atom),
    [PST_TABLE_BUCKETS] = sizeof(uint32_t),
    [PST_TABLE_CONTEXTS] = sizeof(struct pst_context),
    [PST_TABLE_WINDOWS] = sizeof(struct pst_time_window),
    [PST_TABLE_YEARS] = sizeof(struct pst_year_set),
    [PST_TABLE_RANGES4] = sizeof(struct pst_ip4_range),
    [PST_TABLE_RANGES6] = sizeof(struct pst_ip6_range),
    [PST_TABLE_CIRCLES] = sizeof(struct pst_circle),
    [PST_TABLE_COUNTRIES] = sizeof(uint16_t),
    [PST_TABLE_DETAILS] = sizeof(struct pst_object_details),
    [PST_TABLE_CHILD_TYPES] = sizeof(uint32_t),
    [PST_TABLE_ATTRIBUTES] = sizeof(struct pst_text_ref),
    [PST_TABLE_TEXTS] = sizeof(char),
};

void postern_builder_options_init_sized(postern_builder_options *options,
                                        size_t struct_size)
{
    pst_sized_init(options, struct_size);
}

/* The builder outlives the caller's postern_cse. */
static postern_status copy_host(postern_acp_builder *builder,
                                const postern_cse *cse)
{
    size_t domain_len = cse->domain.len;

    if (domain_len == 0 || cse->name.len == 0) {
        return POSTERN_ERR_ARGUMENT; /* not from postern_cse_init() */
    }
    builder->host_size = domain_len + cse->name.len;
    builder->host_text = pst_alloc(&builder->allocator, builder->host_size);
    if (!builder->host_text) {
        return POSTERN_ERR_MEMORY;
    }
    memcpy(builder->host_text, cse->domain.data, domain_len);
    memcpy(builder->host_text + domain_len, cse->name.data, cse->name.len);
    builder->cse = *cse;
    builder->cse.domain.data = builder->host_text;
    builder->cse.name.data = builder->host_text + domain_len;
    return POSTERN_OK;
}

postern_status postern_acp_builder_new(postern_acp_builder **out,
                                       const postern_cse *cse,
                                       const postern_builder_options *options)
{
    postern_builder_options known;
    postern_allocator allocator;
    postern_acp_builder *builder;
    postern_status status;

    *out = NULL;
    if (!cse || !pst_sized_copy(&known, sizeof known, options)) {
        return POSTERN_ERR_ARGUMENT;
    }
    allocator = pst_allocator_of(known.allocator);
    builder = pst_alloc(&allocator, sizeof *builder);
    if (!builder) {
        return POSTERN_ERR_MEMORY;
    }
    *builder = (postern_acp_builder){.allocator = allocator,
                                     .options = known,
                                     .limits = pst_limits_of(&known.limits)};
    pst_vec_init(&builder->acps, sizeof(struct pst_draft_acp));
    pst_vec_init(&builder->rules, sizeof(struct pst_draft_rule));
    pst_vec_init(&builder->atom_slots, sizeof(uint32_t));
    for (size_t i = 0; i < PST_TABLE_COUNT; i++) {
        pst_vec_init(&builder->tables[i], element_sizes[i]);
    }
    status = copy_host(builder, cse);
    if (status != POSTERN_OK) {
        postern_acp_builder_free(builder);
        return status;
    }
    *out = builder;
    return POSTERN_OK;
}

void postern_acp_builder_free(postern_acp_builder *builder)
{
    postern_allocator allocator;

    if (!builder) {
        return;
    }
    allocator = builder->allocator;
    pst_vec_release(&builder->acps, &allocator);
    pst_vec_release(&builder->rules, &allocator);
    pst_vec_release(&builder->atom_slots, &allocator);
    for (size_t i = 0; i < PST_TABLE_COUNT; i++) {
        pst_vec_release(&builder->tables[i], &allocator);
    }
    pst_release(&allocator, builder->host_text, builder->host_size);
    pst_release(&allocator, builder, sizeof *builder);
}

postern_status pst_draft_push(postern_acp_builder *builder,
                              enum pst_table_id table, const void *elements,
                              uint32_t count, uint32_t *first)
{
    struct pst_vec *vec = &builder->tables[table];

    if (first) {
        *first = vec->count;
    }
    return pst_vec_push(vec, &builder->allocator, elements, count);
}

postern_status pst_draft_text(postern_acp_builder *builder, postern_str text,
                              bool fold, struct pst_text_ref *ref)
{
    char *copy;

    if (text.len > builder->limits.text_length) {
        return POSTERN_ERR_LIMIT;
    }
    ref->len = (uint32_t)text.len;
    PST_TRY(pst_draft_push(builder, PST_TABLE_TEXTS, text.data, ref->len,
                           &ref->offset));
    copy = (char *)builder->tables[PST_TABLE_TEXTS].data + ref->offset;
    for (uint32_t i = 0; fold && i < ref->len; i++) {
        copy[i] = pst_fold(copy[i]);
    }
    return POSTERN_OK;
}

postern_status postern_acp_builder_add_acp(postern_acp_builder *builder,
                                           postern_str acp_id,
                                           int64_t expires_s)
{
    struct pst_draft_acp acp = {.expires_s = expires_s};

    if (builder->finished) {
        return POSTERN_ERR_ARGUMENT;
    }
    PST_TRY(pst_draft_text(builder, acp_id, false, &acp.id));
    return pst_vec_push(&builder->acps, &builder->allocator, &acp, 1);
}

static struct pst_draft_mark mark(const postern_acp_builder *builder)
{
    struct pst_draft_mark mark;

    for (size_t i = 0; i < PST_TABLE_COUNT; i++) {
        mark.counts[i] = builder->tables[i].count;
    }
    return mark;
}

/* Atoms and the texts they use stay: they are interned, and harmless. */
static void take_back(postern_acp_builder *builder,
                      const struct pst_draft_mark *mark)
{
    for (size_t i = 0; i < PST_TABLE_COUNT; i++) {
        if (i != PST_TABLE_ATOMS && i != PST_TABLE_TEXTS) {
            builder->tables[i].count = mark->counts[i];
        }
    }
}

static postern_status draft_rule(postern_acp_builder *builder,
                                 const postern_rule *rule, struct pst_rule *out,
                                 postern_diag *diag)
{
    if (rule->never) {
        return pst_draft_condition(builder, rule, out, diag);
    }
    if (rule->operations == 0 || rule->operations > POSTERN_ACOP_ALL) {
        return pst_draft_refuse(/* [REQ-04] */
                                diag,
                                (struct pst_draft_place[]){{"acop", SIZE_MAX},
                                                           {NULL, 0}},
                                "accessControlOperations is a sum of 1, 2, 4, "
                                "8, 16 and 32: 1 to "
                                "63");
    }
    out->operations = (uint8_t)rule->operations;
    out->flags = rule->authentication_flag ? PST_RULE_AUTHN : 0;
    PST_TRY(pst_draft_condition(builder, rule, out, diag));
    return pst_draft_originators(builder, rule, out, diag);
}

postern_status postern_acp_builder_add_rule(postern_acp_builder *builder,
                                            postern_privileges which,
                                            const postern_rule *rule,
                                            postern_diag *diag)
{
    struct pst_draft_mark before = mark(builder);
    struct pst_draft_rule draft = {.which = (uint32_t)which};
    postern_status status;

    pst_diag_clear(diag);
    if (builder->finished || builder->acps.count == 0 || draft.which > 1) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    if (builder->rules.count >= builder->limits.rules) {
        return pst_diag_plain(diag, POSTERN_ERR_LIMIT);
    }
    draft.acp = builder->acps.count - 1;
    status = draft_rule(builder, rule, &draft.rule, diag);
    if (status == POSTERN_OK) {
        status = pst_vec_push(&builder->rules, &builder->allocator, &draft, 1);
    }
    if (status != POSTERN_OK) {
        take_back(builder, &before);
        return pst_diag_plain(diag, status);
    }
    return POSTERN_OK;
}
