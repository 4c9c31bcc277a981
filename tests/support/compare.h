/*
 * One policy and one request, decided three ways: by the index, by the
 * explanation, by the twin. [DEC-01] [DEC-11] [DEC-12] And the first two again
 * over ACPs that are compiled one by one, with a principal, in a batch, from
 * the text of the originator, as a scan.
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
    /* Each ACP compiled by itself; NULL: that is not compared. */
    postern_acp_set *const *sets;
};

struct compared_links {
    postern_acp_ref refs[REF_ACPS_MAX];
    postern_acp_link links[REF_ACPS_MAX]; /* when there are sets */
    size_t count;
};

/* The links in the library's two forms; more than REF_ACPS_MAX are cut off. */
void translate_links(struct compared_links *out, const struct pair *pair,
                     const struct ref_link *links, size_t count);

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

/* compare_missing.c: postern_missing_links() reports what the twin does, for
 * the links given; of the pair the sets are needed. *reports is increased by
 * how many there are. [DEC-09] */
bool compare_missing(const struct pair *pair, const struct ref_link *links,
                     size_t link_count, const struct ref_request *rq,
                     size_t *reports);

#endif
