/*
 * The twin for many requests to one policy. [DEC-01]
 *
 * The requests are put together from a few parts: who asks, when, from what
 * address, where, for what, which attributes. Every term of clause 7.1.5 looks
 * at one of these parts only, so each question of the form "does this member
 * of the policy hold for that part?" is asked once, of the plain evaluator
 * (reference.h), and its answer noted. A decision is then the clause over
 * these notes. The plain evaluator, asked about whole requests, has to agree:
 * the comparison at volume asks it as well, now and then.
 */
#ifndef REF_SHEET_H
#define REF_SHEET_H

#include "reference/reference.h"

enum ref_part {
    REF_WHO,        /* From, roles, groups, rq_authn */
    REF_WHEN,       /* rq_time */
    REF_ADDRESS,    /* rq_ip */
    REF_PLACE,      /* rq_loc */
    REF_WHAT,       /* Operation, types, specialization */
    REF_ATTRIBUTES, /* attributes asked for */
    REF_PARTS
};

enum {
    REF_PARTS_MAX = 16, /* of one kind */
    REF_SHEET_RULES = 1024,
    REF_SHEET_CONTEXTS = 2048,
    REF_SHEET_NAMES = 64, /* roles, groups: of one who asks */
    REF_SHEET_ATTRIBUTES = 128,
    REF_SHEET_TEXT = 131072
};

/* Of each request only the members of its part mean anything. */
struct ref_parts {
    struct ref_request of[REF_PARTS][REF_PARTS_MAX];
    size_t counts[REF_PARTS];
};

/* One request: a number of each part. */
struct ref_choice {
    uint8_t of[REF_PARTS];
};

/* A set of parts: bit n is for number n. */
typedef uint32_t ref_noted;

struct ref_noted_context {
    ref_noted time;
    ref_noted ip;
    ref_noted loc;
};

struct ref_noted_rule {
    const struct ref_rule *rule;
    bool valid;
    ref_noted authn;
    ref_noted ops;
    ref_noted objd;
    uint8_t fits[REF_PARTS_MAX]; /* bit k: an entry of kind k is about them */
    size_t first_context;
    /* Bit i: attribute i of those asked for is among accessControlAttributes;
     * of a rule that has them. */
    uint64_t listed[REF_PARTS_MAX][REF_SHEET_ATTRIBUTES / 64];
};

/* Identifiers of one who asks, canonical. */
struct ref_names {
    bool valid;
    const char *originator; /* "": nobody is named */
    const char *roles[REF_SHEET_NAMES];
    size_t role_count;
    const char *groups[REF_SHEET_NAMES];
    size_t group_count;
};

struct ref_sheet {
    const struct ref_policy *policy;
    const struct ref_parts *parts;
    struct ref_names names[REF_PARTS_MAX];
    ref_noted who_is_valid;
    ref_noted what_is_valid;
    ref_noted in_force[REF_ACPS_MAX];
    size_t first_rule[REF_ACPS_MAX][2]; /* privileges, self-privileges */
    struct ref_noted_rule rules[REF_SHEET_RULES];
    size_t rule_count;
    struct ref_noted_context contexts[REF_SHEET_CONTEXTS];
    size_t context_count;
    char texts[REF_SHEET_TEXT];
    size_t text_bytes;
};

/* Asks everything. False when the policy or the names are too many for it. The
 * sheet points into both. */
bool ref_sheet_fill(struct ref_sheet *sheet, const struct ref_policy *policy,
                    const struct ref_parts *parts);

/* As ref_res_acrs() of the request that was chosen. */
bool ref_sheet_res_acrs(const struct ref_sheet *sheet,
                        const struct ref_link *links, size_t link_count,
                        const struct ref_choice *choice);

/* As ref_request_is_valid(). */
bool ref_sheet_is_valid(const struct ref_sheet *sheet,
                        const struct ref_choice *choice);

/* As ref_res_terms() of rule number `rule` of the ACP linked, which is there.
 */
struct ref_terms ref_sheet_terms(const struct ref_sheet *sheet,
                                 const struct ref_link *link, size_t rule,
                                 const struct ref_choice *choice);

/* Whether context number `m` of that rule holds. */
bool ref_sheet_context_holds(const struct ref_sheet *sheet,
                             const struct ref_noted_rule *rule, size_t m,
                             const struct ref_choice *choice);

/* The request itself. */
void ref_sheet_request(const struct ref_parts *parts,
                       const struct ref_choice *choice,
                       struct ref_request *out);

#endif
