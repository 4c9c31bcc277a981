/*
 * The terms of a rule judged with three values, and which facts could turn an
 * unknown one. [DEC-09]
 *
 * A truth is two sets of facts, bit k for the postern_missing_kind k:
 *
 *   wanted  unknown facts that the term depends on
 *   alone   those of them each of which could make it true by itself
 *
 * A term is true when it depends on nothing and anything is enough, false when
 * it depends on nothing and nothing is. AND and OR are Kleene's, and on the two
 * sets they are unions and intersections.
 */
#ifndef PST_TRUTH_H
#define PST_TRUTH_H

#include "pdp/facts.h"

struct pst_truth {
    uint32_t wanted;
    uint32_t alone;
};

#define PST_FALSE ((struct pst_truth){0, 0})
#define PST_TRUE ((struct pst_truth){0, UINT32_MAX})

static inline struct pst_truth pst_truth_of(bool value)
{
    return value ? PST_TRUE : PST_FALSE;
}

static inline uint32_t pst_fact_bit(postern_missing_kind kind)
{
    return (uint32_t)1 << kind;
}

/* Unknown for want of one fact. */
static inline struct pst_truth pst_truth_wants(postern_missing_kind kind)
{
    return (struct pst_truth){pst_fact_bit(kind), pst_fact_bit(kind)};
}

static inline postern_truth pst_truth_value(struct pst_truth truth)
{
    if (truth.wanted) {
        return POSTERN_UNKNOWN;
    }
    return truth.alone ? POSTERN_TRUE : POSTERN_FALSE;
}

static inline bool pst_is_false(struct pst_truth truth)
{
    return pst_truth_value(truth) == POSTERN_FALSE;
}

struct pst_truth pst_truth_and(struct pst_truth a, struct pst_truth b);
struct pst_truth pst_truth_or(struct pst_truth a, struct pst_truth b);

/* Whether an entry of accessControlOriginators matches; of groups and roles
 * only those that the request has. Compares texts, whatever the indexes of the
 * set say. */
bool pst_originator_matches(const postern_acp_set *set, uint32_t atom,
                            const postern_request *request);

/* One context of a condition of a set. */
struct pst_context_of {
    const postern_acp_set *set;
    const struct pst_condition *condition;
    const struct pst_context *context;
};

/* The parts of one context. */
struct pst_truth pst_truth_time(const struct pst_context_of *of,
                                struct pst_facts *facts);
struct pst_truth pst_truth_ip(const struct pst_context_of *of,
                              struct pst_facts *facts);
struct pst_truth pst_truth_loc(const struct pst_context_of *of,
                               struct pst_facts *facts);

struct pst_truth pst_truth_ctxts(const postern_acp_set *set,
                                 const struct pst_condition *condition,
                                 struct pst_facts *facts);

/* What a Create creates is unknown when one of the types is. Then it may also
 * have a specialization, unless one is known. */
struct pst_truth pst_truth_objd(const postern_acp_set *set,
                                const struct pst_condition *condition,
                                const struct pst_facts *facts);

/* Whether accessControlAttributes list every attribute of the request. */
struct pst_truth pst_truth_attrs(const postern_acp_set *set,
                                 const struct pst_condition *condition,
                                 const postern_request *request);

/* Whether an ACP has not expired: from its expirationTime on it has no rules.
 * [PRP-09] */
struct pst_truth pst_truth_in_force(int64_t expires_s,
                                    const postern_request *request);

#endif
