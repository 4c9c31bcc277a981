/*
 * Policies for the benchmarks: made up, drawn from a seed, but of the sort a
 * plant with partners would have.
 *
 * Of the originators 70 % are exact identifiers, 10 % have a wildcard, 4 % are
 * the domain of a service provider, 10 % groups, 5 % roles, 1 % "all"; a rule
 * has 2.2 of them on average. 30 % of the rules have a condition (time window,
 * addresses, circle, country, object details), 10 % ask for authentication. An
 * "all" always comes with a condition: it would leave nothing to decide.
 *
 * Every policy exists twice, in the form of the library and in that of the
 * reference evaluator, and besides as numbers that say what would fit a rule.
 */
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include "base/arena.h"
#include "bench/names.h"
#include "reference/reference.h"

#include <postern/pdp.h>

enum bench_entry_kind {
    BENCH_ENTRY_EXACT,
    BENCH_ENTRY_PATTERN,
    BENCH_ENTRY_DOMAIN,
    BENCH_ENTRY_GROUP,
    BENCH_ENTRY_ROLE,
    BENCH_ENTRY_ALL
};

/* One originator of a rule. */
struct bench_entry {
    uint8_t kind;    /* enum bench_entry_kind */
    uint8_t pattern; /* enum bench_pattern */
    uint32_t number; /* of the group or role */
    struct bench_name name;
};

enum bench_condition_kind {
    BENCH_CONDITION_NONE,
    BENCH_CONDITION_WINDOW,
    BENCH_CONDITION_PREFIXES,
    BENCH_CONDITION_CIRCLE,
    BENCH_CONDITION_COUNTRY,
    BENCH_CONDITION_DETAILS
};

struct bench_condition {
    uint8_t kind;      /* enum bench_condition_kind */
    uint8_t hour_from; /* window: hours from..to, perhaps Monday to Friday */
    uint8_t hour_to;
    bool weekdays;
    uint32_t country;         /* number for bench_country() */
    const uint32_t *networks; /* first three bytes of each prefix /24, even */
    uint32_t network_count;
    struct ref_circle circle;
};

struct bench_rule {
    postern_rule rule;
    const struct bench_entry *entries; /* rule.originator_count */
    struct bench_condition condition;
};

/* What a policy is drawn from. */
struct bench_mix {
    uint64_t seed;
    uint32_t acps;
    uint32_t rules_of_acp; /* 0: one to ten, 5.5 on average */
    bool literal; /* neither wildcards nor "all": identifiers instead */
    /* Otherwise: one rule for all with this one context. */
    enum bench_condition_kind only;
    uint32_t prefixes;
};

struct bench_workload {
    struct pst_arena arena;
    struct bench_mix mix;
    struct rng rng; /* while it is made */
    struct bench_population population;
    postern_cse cse;
    uint32_t acp_count;
    uint32_t rule_count;
    uint32_t originator_count;
    uint32_t *first_rule; /* of each ACP, and behind the last */
    struct bench_rule *rules;
    struct ref_rule *twin_rules;
    struct ref_acp *twin_acps;
    struct ref_policy twin;
    postern_acp_set *set; /* NULL until it is compiled */
};

/* Draws the policies. Returns whether it worked, and says on standard error why
 * it did not; _free is due in either case. */
bool bench_workload_make(struct bench_workload *workload,
                         const struct bench_mix *mix);
void bench_workload_free(struct bench_workload *workload);

/* Makes `set` of them, anew if there is one. Returns as above. */
bool bench_workload_compile(struct bench_workload *workload);

/* Resource types that object details speak of. */
enum {
    BENCH_TYPE_CONTAINER = 3,
    BENCH_TYPE_CONTENT_INSTANCE = 4,
    BENCH_TYPE_SUBSCRIPTION = 23
};

enum { BENCH_COUNTRIES = 6 };
const char *bench_country(uint32_t number);

#endif
