/*
 * Many rules of one rule set that list the same originator: found by bit
 * vectors over their contexts instead of one after another.
 *
 * A crowd is a row of 64-bit words that stands by itself: places in it are
 * counted from its start. It names its rules, in order, and can say of a rule
 * "surely not this one" without a look at its conditions. It never says "yes":
 * who is left is judged by the terms in rule_terms.h as any other rule. So a
 * mistake in the vectors can hide a permit but never make one; that they hide
 * none is what the tests compare with trying all rules. What a crowd is trusted
 * with is that its rules list the originator.
 *
 * How: OR over contexts, over windows, over places and over ranges distributes,
 * so every rule is an OR of clauses with at most one of each ("at most twice as
 * many clauses as the context has elements": beyond that a clause stands for
 * several elements, and says "surely not" less often). Up to 4,096 clauses are
 * a block. A block has a row of bits, one for each clause, for each value that
 * a field of a request can have: the second of the minute, a digit of the
 * address, the country, the slab of the globe that the point is in. The
 * AND of the rows of a request's values leaves the clauses that can hold. Rows
 * with the same bits are kept once, a field that restricts no clause is absent.
 * Clauses that are limited in time alone, in address alone or in place alone
 * are each in blocks of their own, so that few rows are read of each: four
 * lanes, of which that with the lowest rule is always taken on.
 */
#ifndef PST_CROWD_H
#define PST_CROWD_H

#include "base/vec.h"
#include "pdp/facts.h"
#include "pdp/work.h"

enum { PST_CROWD_MIN = 192 }; /* fewer rules are tried one by one */

/* One of the rules that a crowd is made of, in ascending order of `rule`. */
struct pst_crowd_rule {
    uint32_t rule; /* in its rule set */
    struct pst_rule_view view;
};

/* Appends a crowd of the rules to `words` (uint64_t). `years` is the table that
 * time windows of the conditions refer to. POSTERN_OK, POSTERN_ERR_MEMORY or
 * POSTERN_ERR_LIMIT; after a refusal `words` is as before. Memory for the time
 * of the call: below a megabyte. */
POSTERN_NODISCARD postern_status
pst_crowd_build(const struct pst_crowd_rule *rules, uint32_t count,
                const struct pst_year_set *years,
                const postern_allocator *allocator, struct pst_vec *words);

#define PST_NO_RULE UINT32_MAX

/* The next rule of the crowd at or after `from` (a number of a rule in its rule
 * set) that is true in operation, authentication, contexts and object details,
 * or PST_NO_RULE. Goes on where `from` is: what is before costs nothing. No
 * allocation; stack below 1.5 KiB. */
uint32_t pst_crowd_next(const postern_acp_set *set, const uint64_t *crowd,
                        const struct pst_slot *slot, struct pst_facts *facts,
                        uint32_t from);

/* Whether a crowd of at most `count` words reads nothing outside of these,
 * names no rule outside the slot, and names its rules in order. */
bool pst_crowd_is_sound(const postern_acp_set *set, const uint64_t *crowd,
                        size_t count, const struct pst_slot *slot);

/* Whether each rule that a sound crowd names is among the entries, which are
 * sorted by rule: those of the originator that it is found by. A crowd from
 * elsewhere that named others would permit what no rule does. */
bool pst_crowd_is_of(const uint64_t *crowd, const struct pst_entry *entries,
                     uint32_t count);

/* How many words a sound crowd has. */
uint32_t pst_crowd_words(const uint64_t *crowd);

/* The most that pst_crowd_next() can take, for any request. What judging a rule
 * takes is not part of it. */
struct pst_crowd_cost {
    postern_work work;    /* from rule 0 until there is none */
    uint64_t tests;       /* rules judged by their conditions meanwhile */
    uint64_t lines_again; /* what all further calls together add */
    uint64_t steps_again; /* what each further call adds */
};

/* Of a sound crowd (crowd_cost.c). Takes some milliseconds for each 4,096
 * clauses at worst. */
struct pst_crowd_cost pst_crowd_worst(const uint64_t *crowd);

#endif
