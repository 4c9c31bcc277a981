/*
 * The compiled form: one block, immutable, position-independent. [ARC-07]
 *
 * Everything refers to everything else by a 32-bit number: an index into one of
 * the tables below, or an offset into the text pool. The tables stand one after
 * another behind the header, each aligned to 8 bytes, so the block can be
 * copied, or mapped, anywhere.
 *
 *   acps      one per ACP; each has two rule sets (privileges, self)
 *   entries   (atom, rule), sorted: the rules of one rule set that name an atom
 *   wild      (pattern, rule): the same for originators with a wildcard
 *   members   rules that list a group or a role
 *   atoms     each originator without wildcard, once for the whole set
 *   rules     the operations, flags and where the conditions are
 *   contexts, windows, ranges, circles, countries, details, numbers, strings
 *
 * A decision hashes each identity of the request once to its atom, then looks
 * the atom up in the entries of each rule set: the number of literal
 * originators does not matter. [ORI-15]
 */
#ifndef PST_ACP_SET_H
#define PST_ACP_SET_H

#include "pdp/ip_prefix.h"
#include "pdp/location.h"
#include "pdp/time_window.h"

#include <postern/pdp.h>

#define PST_NO_ATOM UINT32_MAX
#define PST_NO_YEARS UINT32_MAX

/* Part of a table. */
struct pst_span {
    uint32_t first;
    uint32_t count;
};

/* Part of the text pool. */
struct pst_text_ref {
    uint32_t offset;
    uint32_t len;
};

enum pst_atom_kind {
    PST_ATOM_ENTITY = POSTERN_ID_ENTITY,
    PST_ATOM_RESOURCE = POSTERN_ID_RESOURCE,
    PST_ATOM_ROLE = POSTERN_ID_ROLE,
    PST_ATOM_DOMAIN,
    PST_ATOM_ALL
};

/* Sorted by hash, then by kind and texts: found by binary search inside one
 * bucket, so that colliding hashes cost a logarithm and not a scan. */
struct pst_atom {
    uint64_t hash;
    uint32_t kind;
    struct pst_text_ref domain; /* lower case */
    struct pst_text_ref first;
    struct pst_text_ref second;
    uint32_t draft; /* its number while the set was built */
};

/* An originator with "*": texts as in an entity. */
struct pst_pattern {
    uint32_t segments; /* 1 or 2 after the domain [ORI-09] */
    uint32_t failures; /* see wildcard.h: domain, first, second in a row */
    struct pst_text_ref domain; /* lower case */
    struct pst_text_ref first;
    struct pst_text_ref second;
};

/* One originator of one rule. Atoms: sorted by atom, then rule, within a rule
 * set. Patterns: in any order. */
struct pst_entry {
    uint32_t index; /* of the atom or of the pattern */
    uint32_t rule;  /* in the whole set */
};

/* One originator as the rule lists it, for postern_explain(). */
struct pst_originator_ref {
    uint32_t is_pattern;
    uint32_t index;
};

enum {
    PST_RULE_AUTHN = 1, /* accessControlAuthenticationFlag */
    PST_RULE_NEVER = 2, /* false for the reason in `never` */
    PST_RULE_CONTEXTS = 4,
    PST_RULE_DETAILS = 8,
    PST_RULE_ATTRIBUTES = 16
};

struct pst_rule {
    uint8_t operations; /* POSTERN_ACOP_* */
    uint8_t flags;      /* PST_RULE_* */
    uint16_t reserved;
    uint32_t condition; /* into conditions; only with some of the flags */
    struct pst_span originators;
};

struct pst_condition {
    struct pst_span contexts;
    struct pst_span details;
    struct pst_span attributes;
    struct pst_text_ref never;
};

struct pst_context {
    struct pst_span windows; /* none: any time */
    uint32_t limits_address; /* 1: the address must be in the ranges */
    uint32_t limits_location;
    struct pst_span ranges4;
    struct pst_span ranges6;
    struct pst_span circles;
    struct pst_span countries;
};

struct pst_object_details {
    uint32_t resource_type; /* 0: any */
    uint32_t specialization_kind;
    struct pst_text_ref specialization; /* containerDefinition */
    uint32_t mgmt_definition;           /* 0: matches none */
    struct pst_span child_types;
};

/* What every decision reads comes first. */
struct pst_acp_rules {
    uint32_t operations; /* of all its rules together */
    struct pst_span entries;
    struct pst_span wild;
    struct pst_span rules;
    struct pst_span members;
};

struct pst_acp {
    int64_t expires_s;
    struct pst_acp_rules sets[2]; /* by postern_privileges */
    struct pst_text_ref id;
};

/* Where a table begins, in bytes from the start of the block. */
struct pst_table {
    uint64_t offset;
    uint32_t count;
    uint32_t reserved;
};

/* Those that every decision reads come first, in neighbouring lines. */
enum pst_table_id {
    PST_TABLE_ACPS,
    PST_TABLE_BUCKETS, /* uint32_t: first atom by the top bits of the hash */
    PST_TABLE_ATOMS,
    PST_TABLE_ENTRIES, /* struct pst_entry */
    PST_TABLE_RULES,
    PST_TABLE_TEXTS, /* char */
    PST_TABLE_CONDITIONS,
    PST_TABLE_WILD, /* struct pst_entry */
    PST_TABLE_PATTERNS,
    PST_TABLE_FAILURES,    /* uint16_t */
    PST_TABLE_MEMBERS,     /* uint32_t: rules, in the whole set, in order */
    PST_TABLE_ORIGINATORS, /* struct pst_originator_ref */
    PST_TABLE_ACP_ORDER,   /* uint32_t: ACP numbers sorted by id */
    PST_TABLE_CONTEXTS,
    PST_TABLE_WINDOWS,
    PST_TABLE_YEARS,
    PST_TABLE_RANGES4,
    PST_TABLE_RANGES6,
    PST_TABLE_CIRCLES,
    PST_TABLE_COUNTRIES, /* uint16_t */
    PST_TABLE_DETAILS,
    PST_TABLE_CHILD_TYPES, /* uint32_t */
    PST_TABLE_ATTRIBUTES,  /* struct pst_text_ref */
    PST_TABLE_COUNT
};

struct postern_acp_set {
    uint64_t size;         /* of the whole block */
    uint32_t bucket_shift; /* bucket of a hash: hash >> shift */
    uint32_t all_atom;     /* of "all", or PST_NO_ATOM */
    uint32_t atom_kinds;   /* bit k: there are atoms of kind k */
    uint32_t reserved;
    /* Bit h: there are atoms whose hash ends in the six bits h. */
    uint64_t hashes;
    struct pst_table tables[PST_TABLE_COUNT];
    /* Not part of the block's meaning: how to free it. */
    postern_allocator allocator;
};

/* The bit of a hash in `hashes`: most small sets lack most of them. */
static inline uint64_t pst_hash_bit(uint64_t hash)
{
    return (uint64_t)1 << (hash & 63);
}

static inline const void *pst_table_at(const postern_acp_set *set,
                                       enum pst_table_id table)
{
    return (const char *)set + set->tables[table].offset;
}

/* Typed start of a table: PST_TABLE(set, RULES, struct pst_rule)[k]. */
#define PST_TABLE(set, name, type)                                             \
    ((const type *)pst_table_at((set), PST_TABLE_##name))

static inline postern_str pst_text_at(const postern_acp_set *set,
                                      struct pst_text_ref ref)
{
    return (postern_str){PST_TABLE(set, TEXTS, char) + ref.offset, ref.len};
}

/* NULL when there is no such ACP or no such rule set of it. [PRP-07] */
static inline const struct pst_acp *pst_acp_at(const postern_acp_set *set,
                                               postern_acp_ref ref)
{
    if (ref.acp >= set->tables[PST_TABLE_ACPS].count ||
        (unsigned)ref.which > POSTERN_SELF_PRIVILEGES) {
        return NULL;
    }
    return PST_TABLE(set, ACPS, struct pst_acp) + ref.acp;
}

#endif
