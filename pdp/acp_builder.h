/*
 * The builder's drafts: what the rules say, in the order they came.
 *
 * Names, patterns and conditions are interned while rules are added: each is
 * kept once and has a number. acp_compile.c puts them in their final order.
 */
#ifndef PST_ACP_BUILDER_H
#define PST_ACP_BUILDER_H

#include "base/reserve.h"
#include "base/vec.h"
#include "pdp/acp_set.h"
#include "pdp/condition_draft.h"
#include "pdp/intern.h"
#include "pdp/originator.h"

struct pst_draft_acp {
    int64_t expires_s;
    struct pst_text_ref id;
};

/* An originator of a rule: number of a draft name or pattern. */
enum pst_draft_kind { PST_DRAFT_ALL, PST_DRAFT_NAME, PST_DRAFT_PATTERN };

struct pst_draft_originator {
    uint32_t kind;   /* enum pst_draft_kind */
    uint32_t number; /* of the name or the pattern */
};

struct pst_draft_rule {
    uint32_t acp;
    uint32_t condition; /* place, or PST_NO_CONDITION */
    uint32_t first_originator;
    uint32_t originators;
    uint8_t which;
    uint8_t operations;
    uint8_t authn;
    uint8_t reserved;
};

struct postern_acp_builder {
    postern_allocator outer;     /* of the builder and of the set */
    postern_allocator allocator; /* of everything between: `reserve` */
    struct pst_reserve reserve;
    postern_builder_options options;
    postern_limits limits;
    char *host_text; /* domain and name of the hosting CSE, copied */
    size_t host_size;
    postern_cse cse;

    struct pst_vec acps;        /* struct pst_draft_acp */
    struct pst_vec rules;       /* struct pst_draft_rule */
    struct pst_vec originators; /* struct pst_draft_originator */
    struct pst_vec names;       /* struct pst_name, in the order they came */
    struct pst_intern name_numbers;
    struct pst_intern pattern_numbers; /* of tables[PST_TABLE_PATTERNS] */
    struct pst_conditions_draft conditions;
    struct pst_vec tables[PST_TABLE_COUNT]; /* those that are final */
    uint32_t listed_kinds; /* as in the block: what rules list */
    bool finished;
};

/* Compiles contexts, object details and attributes of a rule: rule_draft.c.
 * *condition is a place in PST_TABLE_CONDITIONS, or PST_NO_CONDITION. */
POSTERN_NODISCARD postern_status
pst_draft_condition(postern_acp_builder *builder, const postern_rule *rule,
                    uint32_t *condition, postern_diag *diag);

/* For pst_intern_init(): table is the builder, key a struct pst_name_key or a
 * postern_id. originator_draft.c. */
bool pst_draft_is_name(const void *table, uint32_t number, const void *key);
bool pst_draft_is_pattern(const void *table, uint32_t number, const void *key);

/* Interns the originators of a rule: originator_draft.c. */
POSTERN_NODISCARD postern_status
pst_draft_originators(postern_acp_builder *builder, const postern_rule *rule,
                      struct pst_draft_rule *out, postern_diag *diag);

/* Appends to a final table, telling where. */
POSTERN_NODISCARD postern_status pst_draft_push(postern_acp_builder *builder,
                                                enum pst_table_id table,
                                                const void *elements,
                                                uint32_t count,
                                                uint32_t *first);

/* Appends text to the pool, in lower case if `fold`. */
POSTERN_NODISCARD postern_status pst_draft_text(postern_acp_builder *builder,
                                                postern_str text, bool fold,
                                                struct pst_text_ref *ref);

static inline uint32_t pst_draft_count(const postern_acp_builder *builder,
                                       enum pst_table_id table)
{
    return builder->tables[table].count;
}

static inline const char *pst_draft_texts(const postern_acp_builder *builder)
{
    return builder->tables[PST_TABLE_TEXTS].data;
}

/* A refusal that points at a member by names and indexes: "acor", 2. */
struct pst_draft_place {
    const char *name; /* NULL ends the path */
    size_t index;     /* SIZE_MAX: the member as a whole */
};

postern_status pst_draft_refuse(postern_diag *diag,
                                const struct pst_draft_place *place,
                                const char *message);

#endif
