/*
 * The ways to a decision that the comparison at volume takes: one policy
 * compiled in every form the library has.
 */
#ifndef BENCH_DIFF_WAYS_H
#define BENCH_DIFF_WAYS_H

#include "bench/diff_features.h"
#include "reference/sheet.h"
#include "support/compare.h"
#include "support/translate.h"

#include <postern/pdp.h>

enum {
    DIFF_LINKS_MAX = DIFF_ACPS,
    DIFF_BATCH = 40 /* decided together, at most */
};

/* What the principals of one who asks were resolved for. */
enum diff_resolved { DIFF_FOR_SET, DIFF_FOR_IMAGE, DIFF_FOR_ACP, DIFF_SETS };

struct diff_subject {
    const struct ref_policy *policy;
    postern_cse cse;
    postern_acp_set *set;
    postern_acp_set *sets[REF_ACPS_MAX]; /* each ACP by itself */
    postern_acp_set *image;              /* the set, from its bytes */
    void *image_bytes;
    /* NULL: denied in any case. */
    postern_principal *principals[DIFF_SETS][REF_PARTS_MAX];
    postern_callers *callers;         /* fewer than there are requests */
    postern_callers *changing;        /* of whichever set was asked last */
    const char *froms[REF_PARTS_MAX]; /* NULL: there is none */
    bool unknown[REF_PARTS_MAX];      /* not even that */
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

/* Those that are more than one decision: diff_round.c takes them, and there is
 * no `decide`. */
enum {
    DIFF_BY_BATCH = 17,
    DIFF_BY_SCAN,
    DIFF_BY_TERMS,
    DIFF_BY_MISSING,
    DIFF_BY_LEASE
};

extern const struct diff_way diff_ways[DIFF_WAYS];

/* Compiles the policy. `expected`: originators that requests will come from.
 * NULL when that went well, else what did not; a builder that disagrees about
 * which rules are valid says so on standard error. */
const char *diff_subject_make(struct diff_subject *out,
                              const struct ref_policy *policy,
                              const struct ref_list *expected);

/* Who asks, `who` and `given`, resolved once for each set. NULL, or what went
 * wrong. */
const char *diff_subject_resolve(struct diff_subject *subject, size_t number,
                                 const postern_request *who,
                                 const struct ref_request *given);

void diff_subject_free(struct diff_subject *subject);

/* postern_decide_until(), postern_decide_links_until(). */
void diff_lease(const struct diff_subject *subject, const struct diff_case *one,
                postern_lease leases[2]);

/* postern_next_opening_links(). */
int64_t diff_opening(const struct diff_subject *subject,
                     const struct diff_case *one);

/* postern_scan(), by a principal or by the names of the request. */
uint32_t diff_scan(const struct diff_subject *subject,
                   const struct diff_case *one, bool by_principal,
                   uint64_t *permitted);

/* All of them decided together: by the principal of the set, of the image, of
 * another set, and by none, in turn. */
void diff_decide_batch(const struct diff_subject *subject,
                       const struct diff_case *cases, size_t count,
                       postern_decision *decisions);

#endif
