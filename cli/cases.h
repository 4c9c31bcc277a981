/*
 * Decision cases in a document: each with a policy, requests, and the decisions
 * that are expected.
 */
#ifndef PST_CASES_H
#define PST_CASES_H

#include "policy-lang/policy.h"

/* One request and what it is expected to come to. */
struct pst_expectation {
    const struct pst_node *request;
    postern_effect effect;
    int rsc; /* 0: not told */
};

struct pst_case {
    const struct pst_node *node;
    postern_str name; /* absent: it has none */
    postern_str why;  /* absent: it does not say */
};

/* The list of cases in a document. POSTERN_OK; POSTERN_ERR_POLICY with the
 * place: neither a list nor an object with a list "cases", or a case that lacks
 * something. */
POSTERN_NODISCARD postern_status
pst_cases_find(const struct pst_document *document,
               const struct pst_node **list, postern_diag *diag);

/* One of that list. */
struct pst_case pst_case_of(const struct pst_node *node);

/*
 * The requests of a case one after another: from NULL to NULL. Each comes with
 * its own expectation, or that of the case.
 */
const struct pst_node *pst_case_next(const struct pst_case *self,
                                     const struct pst_node *previous,
                                     struct pst_expectation *expectation);

/* Puts policy_resources, resource_tree, cse and trust together and loads them;
 * rules that are not allowed are false. As pst_policy_load_document(); nodes
 * live in the arena. */
POSTERN_NODISCARD postern_status
pst_case_load(postern_policy **policy, const struct pst_case *self,
              const struct pst_document *document, struct pst_arena *arena,
              postern_diag *diag);

#endif
