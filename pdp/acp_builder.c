/*
 * Taking rules in, one at a time: each is checked and copied whole or not at
 * all. acp_compile.c makes the block of them.
 */
#include "pdp/acp_builder.h"

#include "base/diag.h"
#include "base/sized.h"

/* The drafts of one ACP fit behind the builder. */
enum {
    RESERVE_AT = (sizeof(postern_acp_builder) + 15) / 16 * 16,
    BUILDER_SIZE = 16 * 1024
};

static const uint32_t element_sizes[PST_TABLE_COUNT] = {
    [PST_TABLE_SLOTS] = sizeof(struct pst_slot),
    [PST_TABLE_HOMES] = sizeof(struct pst_homes),
    [PST_TABLE_NAMES] = sizeof(struct pst_name),
    [PST_TABLE_LISTS] = sizeof(uint32_t),
    [PST_TABLE_LANES] = sizeof(uint32_t),
    [PST_TABLE_CONDITIONS] = sizeof(uint64_t),
    [PST_TABLE_HEADS] = sizeof(uint32_t),
    [PST_TABLE_ENTRIES] = sizeof(struct pst_entry),
    [PST_TABLE_RULES] = sizeof(struct pst_rule),
    [PST_TABLE_CROWDS] = sizeof(struct pst_crowd_ref),
    [PST_TABLE_CROWD_WORDS] = sizeof(uint64_t),
    [PST_TABLE_PATTERNS] = sizeof(struct pst_pattern),
    [PST_TABLE_FAILURES] = sizeof(uint16_t),
    [PST_TABLE_PATTERN_INDEX] = sizeof(uint32_t),
    [PST_TABLE_YEARS] = sizeof(struct pst_year_set),
    [PST_TABLE_TEXTS] = sizeof(char),
    [PST_TABLE_ORIGINATORS] = sizeof(uint32_t),
    [PST_TABLE_MEMBERS] = sizeof(uint32_t),
    [PST_TABLE_EXPIRIES] = sizeof(int64_t),
    [PST_TABLE_ACPS] = sizeof(struct pst_acp),
    [PST_TABLE_ACP_ORDER] = sizeof(uint32_t),
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

static void init_tables(postern_acp_builder *builder)
{
    pst_vec_init(&builder->acps, sizeof(struct pst_draft_acp));
    pst_vec_init(&builder->rules, sizeof(struct pst_draft_rule));
    pst_vec_init(&builder->originators, sizeof(struct pst_draft_originator));
    pst_vec_init(&builder->names, sizeof(struct pst_name));
    pst_intern_init(&builder->name_numbers, pst_draft_is_name);
    pst_intern_init(&builder->pattern_numbers, pst_draft_is_pattern);
    pst_conditions_draft_init(&builder->conditions);
    for (size_t i = 0; i < PST_TABLE_COUNT; i++) {
        pst_vec_init(&builder->tables[i], element_sizes[i]);
    }
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
    builder = pst_alloc(&allocator, BUILDER_SIZE);
    if (!builder) {
        return POSTERN_ERR_MEMORY;
    }
    *builder = (postern_acp_builder){.outer = allocator,
                                     .options = known,
                                     .limits = pst_limits_of(&known.limits)};
    builder->allocator = pst_reserve_init(&builder->reserve, &builder->outer,
                                          (char *)builder + RESERVE_AT,
                                          BUILDER_SIZE - RESERVE_AT);
    init_tables(builder);
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
    postern_allocator outer;

    if (!builder) {
        return;
    }
    allocator = builder->allocator;
    outer = builder->outer;
    pst_vec_release(&builder->acps, &allocator);
    pst_vec_release(&builder->rules, &allocator);
    pst_vec_release(&builder->originators, &allocator);
    pst_vec_release(&builder->names, &allocator);
    pst_intern_release(&builder->name_numbers, &allocator);
    pst_intern_release(&builder->pattern_numbers, &allocator);
    pst_conditions_draft_release(&builder->conditions, &allocator);
    for (size_t i = 0; i < PST_TABLE_COUNT; i++) {
        pst_vec_release(&builder->tables[i], &allocator);
    }
    pst_release(&allocator, builder->host_text, builder->host_size);
    pst_release(&outer, builder, BUILDER_SIZE);
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
    if (!fold || ref->len == 0) {
        return POSTERN_OK;
    }
    copy = (char *)builder->tables[PST_TABLE_TEXTS].data + ref->offset;
    for (uint32_t i = 0; i < ref->len; i++) {
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

static const char WRONG_OPERATIONS[] =
    "accessControlOperations is a sum of 1, 2, 4, 8, 16 and 32: 1 to 63";

static postern_status draft_rule(postern_acp_builder *builder,
                                 const postern_rule *rule,
                                 struct pst_draft_rule *out, postern_diag *diag)
{
    if (rule->never) {
        return pst_draft_condition(builder, rule, &out->condition, diag);
    }
    if (rule->operations == 0 || rule->operations > POSTERN_ACOP_ALL) {
        return pst_draft_refuse(/* [REQ-04] */
                                diag,
                                (struct pst_draft_place[]){{"acop", SIZE_MAX},
                                                           {NULL, 0}},
                                WRONG_OPERATIONS);
    }
    out->operations = (uint8_t)rule->operations;
    out->authn = rule->authentication_flag;
    PST_TRY(pst_draft_condition(builder, rule, &out->condition, diag));
    return pst_draft_originators(builder, rule, out, diag);
}

/* What is interned for a rule that is refused stays: it is harmless. */
postern_status postern_acp_builder_add_rule(postern_acp_builder *builder,
                                            postern_privileges which,
                                            const postern_rule *rule,
                                            postern_diag *diag)
{
    struct pst_draft_rule draft = {.which = (uint8_t)which,
                                   .condition = PST_NO_CONDITION};
    uint32_t originators = builder->originators.count;
    postern_status status;

    pst_diag_clear(diag);
    if (builder->finished || builder->acps.count == 0 || (unsigned)which > 1) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    if (builder->rules.count >= builder->limits.rules) {
        return pst_diag_plain(diag, POSTERN_ERR_LIMIT);
    }
    draft.acp = builder->acps.count - 1;
    status = draft_rule(builder, rule, &draft, diag);
    if (status == POSTERN_OK) {
        status = pst_vec_push(&builder->rules, &builder->allocator, &draft, 1);
    }
    if (status != POSTERN_OK) {
        builder->originators.count = originators;
        return pst_diag_plain(diag, status);
    }
    return POSTERN_OK;
}
