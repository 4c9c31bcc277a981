/*
 * The ways to a decision that the comparison at volume takes: one policy
 * compiled in every form the library has.
 */
#ifndef BENCH_DIFF_WAYS_H
#define BENCH_DIFF_WAYS_H

#include "reference/sheet.h"
#include "support/compare.h"
#include "support/translate.h"

#include <postern/pdp.h>

enum {
    DIFF_LINKS_MAX = 8,
    DIFF_BATCH = 16 /* decided together */
};

struct diff_subject {
    const struct ref_policy *policy;
    postern_cse cse;
    postern_acp_set *set;
    postern_acp_set *sets[REF_ACPS_MAX]; /* each ACP by itself */
    postern_acp_set *image;              /* the set, from its bytes */
    void *image_bytes;
    postern_principal *principals[REF_PARTS_MAX]; /* NULL: denied in any case */
};

/* One request with the links it is decided by, in the forms of both. */
struct diff_case {
    struct ref_choice choice;
    struct ref_link links[DIFF_LINKS_MAX];
    size_t link_count;
    bool all; /* the links are the privileges of every ACP */
    bool expected;
    postern_request rq;
    postern_acp_ref refs[DIFF_LINKS_MAX];
};

/* The decision of one way. Its `acp` counts as in the policy. */
struct diff_way {
    const char *name;
    postern_decision (*decide)(const struct diff_subject *subject,
                               const struct diff_case *one);
    uint32_t every; /* so many cases it is taken once */
    bool all_only;  /* with the privileges of every ACP only */
};

extern const struct diff_way diff_ways[];
extern const size_t diff_way_count;

/* Compiles the policy. `expected`: originators that requests will come from.
 * NULL when that went well, else what did not; a builder that disagrees about
 * which rules are valid says so on standard error. */
const char *diff_subject_make(struct diff_subject *out,
                              const struct ref_policy *policy,
                              const struct ref_list *expected);

/* Who asks, resolved once. NULL, or what went wrong. */
const char *diff_subject_resolve(struct diff_subject *subject, size_t number,
                                 const postern_request *who);

void diff_subject_free(struct diff_subject *subject);

/* postern_decide_until(), postern_decide_links_until(). */
void diff_lease(const struct diff_subject *subject, const struct diff_case *one,
                postern_lease leases[2]);

/* postern_scan(): one word, so of 64 ACPs at most. */
uint32_t diff_scan(const struct diff_subject *subject,
                   const struct diff_case *one, uint64_t *permitted);

/* All of them decided together, half of them by a principal. */
void diff_decide_batch(const struct diff_subject *subject,
                       const struct diff_case *cases, size_t count,
                       postern_decision *decisions);

#endif
