/*
 * The rules of one privileges or selfPrivileges attribute by who they name:
 * which rules name a party, and which parties a rule names.
 */
#ifndef PST_CHECK_TABLE_H
#define PST_CHECK_TABLE_H

#include "policy-lang/check_party.h"

/* One originator entry of a rule. */
struct pst_named {
    struct pst_party party;
    uint32_t rule;
    uint32_t place; /* among the originators of the rule */
};

/*
 * Disabled rules name nobody here.
 *
 * Invariant: entries of equal parties stand together, those of rules that
 * restrict less first, of equal ones the earlier rule; each such run is one
 * "atom", and atoms are ordered as their parties are. of_rule[r] has the atoms
 * that rule r names, in order and once each.
 */
struct pst_named_table {
    const struct pst_rule_set *set;
    struct pst_named *entries;
    uint32_t *atoms; /* where each begins; one more for the end */
    uint32_t atom_count;
    uint32_t *first;    /* of a rule in `named` and `by_place` */
    uint32_t *count;    /* of atoms that a rule names */
    uint32_t *named;    /* atoms of a rule, in order, once each */
    uint32_t *by_place; /* atom of each entry as written */
    bool *repeated;     /* whether an entry is there for another time */
    bool *can_hold;     /* of a rule: pst_rule_can_hold() */
};

/* Lives as long as policy and arena. POSTERN_OK, _MEMORY, _LIMIT. */
POSTERN_NODISCARD postern_status
pst_named_table_make(struct pst_named_table *table, struct pst_check *check,
                     const struct pst_rule_set *set, struct pst_arena *arena);

enum { PST_NO_ATOM = -1 };

/* The atom of an equal party, or PST_NO_ATOM. Cost: logarithmic. */
int64_t pst_named_find(const struct pst_named_table *table,
                       const struct pst_party *party);

/* Whether the rule names the atom. Cost: logarithmic. */
bool pst_rule_names(const struct pst_named_table *table, uint32_t rule,
                    int64_t atom);

static inline const struct pst_party *
pst_atom_party(const struct pst_named_table *table, uint32_t atom)
{
    return &table->entries[table->atoms[atom]].party;
}

/* The lints that look at several rules, or several originators of one, at once
 * (check_overlap.c). POSTERN_OK, POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status pst_check_overlaps(
    struct pst_check *check, const struct pst_resource *acp,
    const struct pst_named_table *table, struct pst_arena *arena);

/* Whether all that the narrow rule permits the wide one permits too. True is
 * certain (check_cover.c). */
bool pst_rule_covers(struct pst_check *check,
                     const struct pst_named_table *table, uint32_t wide,
                     uint32_t narrow);

/* Whether the originators of a rule have that one among them, or somebody who
 * covers it. True is certain. */
bool pst_rule_covers_atom(struct pst_check *check,
                          const struct pst_named_table *table, uint32_t rule,
                          uint32_t atom);

#endif
