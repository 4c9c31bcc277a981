/*
 * Originator entries as sets of originators, compared with each other: which
 * are the same, and which are inside which. [ORI-16]
 */
#ifndef PST_CHECK_PARTY_H
#define PST_CHECK_PARTY_H

#include "policy-lang/check.h"

/* In the order in which a rule's parties are kept: those that can hold others
 * come first and last. */
enum pst_party_kind {
    PST_PARTY_ALL,
    PST_PARTY_DOMAIN,
    PST_PARTY_ENTITY,
    PST_PARTY_ROLE,
    PST_PARTY_GROUP,
    PST_PARTY_PATTERN,
    PST_PARTY_BROKEN /* no entry that a rule may have */
};

/* Canonical: equal parties have equal members, but for the case of domains. */
struct pst_party {
    uint64_t hash; /* of all that follows */
    enum pst_party_kind kind;
    postern_str domain;
    postern_str first;
    postern_str second; /* len 0: there is none */
};

/* Slices of the entry and of the policy. */
struct pst_party pst_party_of(const struct pst_check *check, postern_str entry);

struct pst_party pst_party_of_domain(postern_str domain);

/* Orders by kind first; 0 for equal ones. */
int pst_party_order(const struct pst_party *a, const struct pst_party *b);

/* Whether a pattern matches every originator that the other party, an entity
 * or a pattern, matches. True is certain; false may be due to the budget. */
bool pst_pattern_covers(struct pst_check *check,
                        const struct pst_party *pattern,
                        const struct pst_party *other);

/* Why the entry can match nobody. */
enum pst_unmatchable {
    PST_MATCHABLE,
    PST_EMPTY_GROUP,
    PST_NOT_A_GROUP /* a resource of the documents that has no members */
};

enum pst_unmatchable pst_entry_unmatchable(const struct pst_check *check,
                                           postern_str entry);

#endif
