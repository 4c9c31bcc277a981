/*
 * What of a policy decided: counted, so that one can see whether the policies
 * drawn reach everything that a rule can say.
 */
#ifndef BENCH_DIFF_FEATURES_H
#define BENCH_DIFF_FEATURES_H

#include "bench/diff_policy.h"
#include "reference/sheet.h"

enum diff_feature {
    /* Of a rule: permits by it, and denials where it alone was in the way. */
    DIFF_ALL,
    DIFF_DOMAIN,
    DIFF_WILDCARD,
    DIFF_GROUP,
    DIFF_ROLE,
    DIFF_ENTITY,
    DIFF_AUTHN,
    DIFF_OPERATIONS,
    DIFF_SECOND,
    DIFF_MINUTE,
    DIFF_HOUR,
    DIFF_DAY,
    DIFF_MONTH,
    DIFF_WEEKDAY,
    DIFF_YEAR,
    DIFF_IPV4,
    DIFF_IPV6,
    DIFF_MAPPED,
    DIFF_CIRCLE,
    DIFF_EDGE,
    DIFF_POLE,
    DIFF_ANTIMERIDIAN,
    DIFF_COUNTRY,
    DIFF_DETAILS,
    DIFF_SPECIALIZATION,
    DIFF_ATTRIBUTES,
    DIFF_WIDE_ATTRIBUTES,
    DIFF_NEVER,
    DIFF_EXPIRY,
    /* Of a case: permits and denials. */
    DIFF_SELF,
    DIFF_NO_ORIGINATOR,
    DIFF_NO_TIME,
    DIFF_NO_ADDRESS,
    DIFF_NO_PLACE,
    DIFF_MAPPED_REQUEST,
    DIFF_SEVERAL_ACPS,
    DIFF_MISSING_ACP,
    DIFF_TOGETHER, /* attributes covered by several rules */
    DIFF_MANY_RULES_OF_ACP,
    DIFF_MANY_ENTRIES_OF_ACP,
    DIFF_MANY_ACPS_OF_SET,
    DIFF_MANY_NAMES_OF_ONE,
    DIFF_FEATURES
};

extern const char *const diff_feature_names[DIFF_FEATURES];

enum { DIFF_WAYS = 22 };

struct diff_counts {
    uint64_t cases;
    uint64_t permits;
    uint64_t policies;
    uint64_t acps;
    uint64_t rules;
    uint64_t originators;
    uint64_t contexts;
    uint64_t ways[DIFF_WAYS]; /* cases compared in each way */
    uint64_t counted;         /* in what follows */
    uint64_t permitted_by[DIFF_FEATURES];
    uint64_t denied_by[DIFF_FEATURES];
};

/* One bit for each feature, of each member of a policy by its place in the
 * sheet. */
struct diff_rule_features {
    uint64_t originators;
    uint64_t authn;
    uint64_t operations;
    uint64_t details;
    uint64_t attributes;
    uint64_t rule;
};

struct diff_features {
    struct diff_rule_features rules[REF_SHEET_RULES];
    uint64_t contexts[REF_SHEET_CONTEXTS];
    uint64_t acps[REF_ACPS_MAX];
};

/* One case and how it came out. */
struct diff_outcome {
    const struct ref_link *links;
    size_t link_count;
    const struct ref_choice *choice;
    bool permits;
    bool together;        /* no rule permits alone */
    struct ref_link link; /* of a permit: which ACP and rule */
    size_t rule;
};

void diff_features_of(struct diff_features *out, const struct ref_sheet *sheet,
                      const struct diff_policy *policy);

void diff_count_policy(struct diff_counts *counts,
                       const struct ref_policy *policy);

void diff_count_case(struct diff_counts *counts,
                     const struct diff_features *features,
                     const struct ref_sheet *sheet,
                     const struct diff_outcome *outcome);

void diff_counts_add(struct diff_counts *sum, const struct diff_counts *more);

#endif
