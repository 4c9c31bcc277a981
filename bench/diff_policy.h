/*
 * Policies for the comparison at volume, in the form of the reference
 * evaluator: mostly small, from pools of odd spellings (support/generate.h) or
 * with originators drawn by themselves, now and then with many rules in an ACP,
 * many originators in a rule, or many ACPs.
 */
#ifndef BENCH_DIFF_POLICY_H
#define BENCH_DIFF_POLICY_H

#include "support/generate.h"
#include "support/rng.h"

enum {
    DIFF_ACPS = 150, /* more than two words of a scan */
    DIFF_RULES = 640,
    DIFF_ENTRIES = 2048,
    DIFF_ENTRIES_OF_RULE = 200,
    DIFF_TEXT = 65536,
    DIFF_MANY_RULES = 16,   /* more: an ACP is said to have many */
    DIFF_MANY_ENTRIES = 64, /* more, in one ACP: originators are many */
    DIFF_FEW_ACPS = 64,     /* more: a scan takes several words */
    DIFF_MANY_NAMES = 32    /* more: one who asks has many */
};

/* Texts and lists that live as long as what was drawn last. */
struct diff_store {
    char texts[DIFF_TEXT];
    size_t text_bytes;
    const char *entries[DIFF_ENTRIES];
    size_t entry_count;
};

struct diff_policy {
    struct ref_policy policy;
    struct generated_policy base; /* moment, address, place; a small policy */
    struct ref_acp acps[DIFF_ACPS];
    struct ref_rule rules[DIFF_RULES];
    struct generated_rule parts[DIFF_RULES];
    size_t rule_count;
    struct diff_store store;
    struct bytes bytes; /* for support/generate.h */
    uint8_t drawn[GENERATED_BYTES];
};

enum diff_kind {
    DIFF_SMALL,
    DIFF_BIG,       /* 20 to 300 rules in each ACP */
    DIFF_MANY_ACPS, /* of few rules */
    DIFF_KINDS
};

/* The result points into itself. */
void diff_policy_draw(struct diff_policy *out, enum diff_kind kind,
                      struct rng *rng);

/* Bytes for support/generate.h, enough for a rule or a request. */
struct bytes *diff_bytes(struct diff_policy *policy, struct rng *rng);

/* An entry of accessControlOriginators from the same small world. NULL when
 * there is no more room. */
const char *diff_entry_draw(struct diff_store *store, uint32_t world,
                            struct rng *rng);

/* An AE-ID or a CSE-ID, in any of its forms. */
const char *diff_entity_draw(struct diff_store *store, uint32_t world,
                             struct rng *rng);

/* A text of `len` bytes; NULL when there is no more room. */
char *diff_store_text(struct diff_store *store, const char *text, size_t len);

/* A list of `count` texts to be filled in; NULL when there is no more room. */
const char **diff_store_list(struct diff_store *store, size_t count);

/* A role or a group, by number. */
const char *diff_role_draw(struct diff_store *store, uint32_t world,
                           struct rng *rng);
const char *diff_group_draw(struct diff_store *store, uint32_t world,
                            struct rng *rng);

#endif
