/*
 * The builder's drafts: the tables of the compiled form while they grow.
 *
 * Tables of conditions are already in their final form; rules, originators and
 * atoms are put in order by acp_compile.c.
 */
#ifndef PST_ACP_BUILDER_H
#define PST_ACP_BUILDER_H

#include "base/vec.h"
#include "pdp/acp_set.h"
#include "pdp/originator.h"

struct pst_draft_acp {
    int64_t expires_s;
    struct pst_text_ref id;
};

struct pst_draft_rule {
    uint32_t acp;
    uint32_t which;
    struct pst_rule rule;
};

struct postern_acp_builder {
    postern_allocator allocator;
    postern_builder_options options;
    postern_limits limits;
    char *host_text; /* domain and name of the hosting CSE, copied */
    size_t host_size;
    postern_cse cse;

    struct pst_vec acps;                    /* struct pst_draft_acp */
    struct pst_vec rules;                   /* struct pst_draft_rule */
    struct pst_vec tables[PST_TABLE_COUNT]; /* those that are final */
    struct pst_vec atom_slots; /* uint32_t: open addressing, atom + 1 */
    bool finished;
};

/* What `add_rule` takes back when a rule is refused half way. */
struct pst_draft_mark {
    uint32_t counts[PST_TABLE_COUNT];
};

/* Compiles contexts, object details and attributes of a rule (rule_draft.c). */
POSTERN_NODISCARD postern_status
pst_draft_condition(postern_acp_builder *builder, const postern_rule *rule,
                    struct pst_rule *out, postern_diag *diag);

/* Interns the originators of a rule (originator_draft.c). */
POSTERN_NODISCARD postern_status
pst_draft_originators(postern_acp_builder *builder, const postern_rule *rule,
                      struct pst_rule *out, postern_diag *diag);

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

/* A refusal that points at a member by names and indexes: "acor", 2. */
struct pst_draft_place {
    const char *name; /* NULL ends the path */
    size_t index;     /* SIZE_MAX: the member as a whole */
};

postern_status pst_draft_refuse(postern_diag *diag,
                                const struct pst_draft_place *place,
                                const char *message);

#endif
