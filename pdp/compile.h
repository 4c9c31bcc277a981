/*
 * The steps of compiling, in the order they are taken: names get their final
 * places, then slots can speak of atoms, then everything becomes one block.
 */
#ifndef PST_COMPILE_H
#define PST_COMPILE_H

#include "base/diag.h"
#include "pdp/acp_builder.h"
#include "pdp/crowd.h"

struct pst_compile {
    postern_acp_builder *builder;
    uint32_t homes;
    uint32_t own_domain;     /* atom of the hosting CSE's domain, or none */
    struct pst_vec places;   /* uint32_t: the row of a draft name */
    struct pst_vec drafts;   /* uint32_t: draft names in order */
    struct pst_vec starts;   /* uint32_t: where the names of a home end */
    struct pst_vec entries;  /* struct pst_entry: scratch for one rule set */
    struct pst_vec crowd;    /* struct pst_crowd_rule: scratch */
    struct pst_intern lists; /* places in the table of lists */
};

/* Sorts the names, makes homes, finds domains and patterns of entities.
 * name_compile.c. */
POSTERN_NODISCARD postern_status pst_compile_names(struct pst_compile *compile);

/* Slots and what hangs on them: slot_compile.c. */
POSTERN_NODISCARD postern_status pst_compile_slots(struct pst_compile *compile);

/* One rule set that does not fit a slot: hashed_compile.c. `rules` are drafts;
 * those whose `which` is another are not of it. */
POSTERN_NODISCARD postern_status pst_compile_hashed(
    struct pst_compile *compile, struct pst_slot *slot,
    const struct pst_draft_rule *rules, uint32_t count, uint32_t which);

static inline postern_status pst_compile_push(struct pst_compile *compile,
                                              enum pst_table_id table,
                                              const void *elements,
                                              uint32_t count)
{
    return pst_draft_push(compile->builder, table, elements, count, NULL);
}

/* The final atom of a pattern; the names have their rows. */
static inline uint32_t pst_compile_pattern(const struct pst_compile *compile,
                                           uint32_t number)
{
    return PST_ATOM_NAMES + compile->builder->tables[PST_TABLE_NAMES].count +
           number;
}

/* The final atom of an originator. */
static inline uint32_t
pst_compile_atom(const struct pst_compile *compile,
                 const struct pst_draft_originator *originator)
{
    switch ((enum pst_draft_kind)originator->kind) {
    case PST_DRAFT_NAME:
        return PST_ATOM_NAMES +
               ((const uint32_t *)compile->places.data)[originator->number];
    case PST_DRAFT_PATTERN:
        return pst_compile_pattern(compile, originator->number);
    case PST_DRAFT_ALL:
    default:
        return PST_ATOM_ALL;
    }
}

/* NULL when no rule has any: not even nought may be added to it. */
static inline const struct pst_draft_originator *
pst_compile_originators(const struct pst_compile *compile,
                        const struct pst_draft_rule *rule)
{
    const struct pst_draft_originator *all =
        (const struct pst_draft_originator *)compile->builder->originators.data;

    return all ? all + rule->first_originator : NULL;
}

#endif
