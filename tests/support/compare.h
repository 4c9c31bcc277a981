/*
 * One policy and one request, decided three ways: by the index, by the
 * explanation, by the twin. [DEC-01] [DEC-11] [DEC-12]
 */
#ifndef TESTS_SUPPORT_COMPARE_H
#define TESTS_SUPPORT_COMPARE_H

#include "reference/reference.h"

#include <postern/pdp.h>

/* The policy in both forms. */
struct pair {
    const struct ref_policy *policy;
    const postern_acp_set *set;
    const postern_cse *cse;
};

/* Effect, and what a permit names, and every term of every rule are the same
 * all three ways, for the links given. What differs is written to standard
 * error, with the policy and the request. *permits may be NULL. */
bool compare_links(const struct pair *pair, const struct ref_link *links,
                   size_t link_count, const struct ref_request *rq,
                   bool *permits);

/* The same for the privileges of every ACP, and postern_decide() is as
 * postern_decide_acps() of all of them. */
bool compare_all(const struct pair *pair, const struct ref_request *rq,
                 bool *permits);

#endif
