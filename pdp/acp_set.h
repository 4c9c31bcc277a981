/*
 * The compiled form: one block, immutable, position-independent: what is
 * written to a file is what decides. [ARC-07]
 *
 * Every originator expression of the policies (an identifier, a pattern with
 * "*", the domain of a service provider, a group, a role, "all") is one number
 * for the whole set, its atom. An originator becomes the few atoms that it
 * answers to; rules hold atoms only.
 *
 *   slots    128 bytes for the privileges of each ACP, so that what a decision
 *            reads of an ACP is two neighbouring lines
 *   names    the atoms but patterns and "all", in the order of their hashes,
 *            with their texts inside; homes lead to them
 *   patterns and their index; lists: the patterns that a known name matches
 *   conditions  see condition.h; the same conditions are kept once
 *   rules, heads, entries, members, crowds: ACPs too big for their slot
 *
 * Tables refer to each other by number. A hash leads somewhere, it never
 * decides: whatever is found by it is compared as text. [ORI-15]
 */
#ifndef PST_ACP_SET_H
#define PST_ACP_SET_H

#include "pdp/condition.h"

#include <postern/pdp.h>

/* ---- atoms ------------------------------------------------------------- */

enum {
    PST_ATOM_NONE = 0,
    PST_ATOM_ALL = 1,
    PST_ATOM_NAMES = 2, /* of name 0; the patterns follow the names */
    PST_RULE_BITS = 4,  /* a lane is atom << 4 | rule */
    PST_SLOT_RULES = 1 << PST_RULE_BITS,
    PST_ATOM_LIMIT = 1 << (32 - PST_RULE_BITS)
};

enum pst_name_kind {
    PST_NAME_ENTITY = POSTERN_ID_ENTITY,
    PST_NAME_RESOURCE = POSTERN_ID_RESOURCE,
    PST_NAME_ROLE = POSTERN_ID_ROLE,
    PST_NAME_DOMAIN
};

enum {
    PST_NAME_TEXT = 44,
    /* Instead of a length: the texts are in the pool, `text` holds three
     * struct pst_text_ref, of domain, first and second. */
    PST_NAME_LONG = 255,
    PST_LIST_WALK = -1 /* of `patterns`: ask the index */
};

/* 64 bytes. Sorted by hash, then by kind and texts. */
struct pst_name {
    uint64_t hash;
    uint32_t domain;   /* atom of the domain of an entity, or PST_ATOM_NONE */
    uint32_t patterns; /* place in lists of the patterns that an entity matches,
                          or (uint32_t)PST_LIST_WALK */
    uint8_t kind;      /* enum pst_name_kind */
    uint8_t lens[3];   /* domain (lower case), first, second */
    char text[PST_NAME_TEXT];
};

/*
 * An open table of which only the names are kept: each name has a home, which
 * is its hash in parts of `homes`, and stands there or, when others do, at the
 * next one that is free. So nobody whose home is free is listed, and whoever is
 * stands in the row that the homes in use before it say, or soon behind.
 */
struct pst_homes {
    uint32_t used;   /* bit h: a name stands at home h of these 32 */
    uint32_t before; /* names that stand before the first of them */
};

enum { PST_HOMES_AT_ONCE = 32 };

/* An originator with "*": texts as in an entity. Each once. */
struct pst_pattern {
    uint32_t segments; /* 1 or 2 after the domain [ORI-09] */
    uint32_t failures; /* see wildcard.h: domain, first, second in a row */
    struct pst_text_ref domain; /* lower case */
    struct pst_text_ref first;
    struct pst_text_ref second;
};

/* ---- slots ------------------------------------------------------------- */

enum pst_slot_form {
    PST_SLOT_INLINE, /* lanes in words[0..lanes) */
    PST_SLOT_NEAR,   /* words[0]: place in the table of lanes; words[1]: how
                        many; otherwise as inline */
    PST_SLOT_HASHED  /* words are a struct pst_hashed */
};

enum {
    PST_OPERATIONS = 6,
    PST_SLOT_WORDS = 27,
    PST_NEAR_LANES = 64 /* a rule set with more is hashed */
};

/*
 * One rule set of an ACP. Bit k of a vector stands for rule k. Lanes are sorted
 * by rule. The conditions of rules with one stand at the end of the words, that
 * of the first such rule last, as places in the table of conditions, in units
 * of 8 bytes.
 */
struct pst_slot {
    uint8_t form;                        /* enum pst_slot_form */
    uint8_t lanes;                       /* inline: how many */
    uint8_t rules;                       /* inline and near: how many */
    uint8_t expires;                     /* 1: the ACP has an expirationTime */
    uint16_t operations[PST_OPERATIONS]; /* by the bits of acop; hashed: not 0
                                            when any rule has it */
    uint16_t authn;                      /* accessControlAuthenticationFlag */
    uint16_t conditional;                /* it has conditions */
    uint32_t words[PST_SLOT_WORDS];
};

/* A rule set with more rules or originators than a slot takes. */
struct pst_hashed {
    uint32_t first_rule; /* struct pst_rule */
    uint32_t rules;
    uint32_t first_head; /* (1 << head_bits) + 1 heads: entries from here on */
    uint32_t head_bits;
    uint32_t first_entry;
    uint32_t entries;
    uint32_t first_member;
    uint32_t members;
    uint32_t first_crowd;
    uint32_t crowds;
};

struct pst_rule {
    uint32_t condition; /* as in a slot, or PST_NO_CONDITION */
    uint32_t first_originator;
    uint32_t originators;
    uint8_t operations; /* POSTERN_ACOP_*; 0 when it can never hold */
    uint8_t authn;
    uint16_t reserved;
};

#define PST_NO_CONDITION UINT32_MAX

/* One originator of one rule. Those of a hashed rule set are sorted by head,
 * then atom, then rule; heads[h] counts from first_entry. */
struct pst_entry {
    uint32_t atom;
    uint32_t rule; /* in its rule set */
};

/* An originator with so many rules in one rule set that they have an index:
 * crowd.h. Sorted by atom. */
struct pst_crowd_ref {
    uint32_t atom;
    uint32_t at; /* place in the table of crowd words */
};

struct pst_acp {
    struct pst_text_ref id;
    uint32_t self; /* its slot of self-privileges, or PST_NO_SLOT */
    uint32_t reserved;
};

#define PST_NO_SLOT UINT32_MAX

/* ---- the block --------------------------------------------------------- */

/* Where a table begins, in units of 8 bytes from the start of the block. */
struct pst_table {
    uint32_t at;
    uint32_t count;
};

enum pst_table_id {
    PST_TABLE_SLOTS, /* privileges of ACP n is slot n, then self-privileges */
    PST_TABLE_HOMES, /* the last home is free */
    PST_TABLE_NAMES,
    PST_TABLE_LISTS,      /* uint32_t: how many, then pattern atoms */
    PST_TABLE_LANES,      /* uint32_t */
    PST_TABLE_CONDITIONS, /* uint64_t */
    PST_TABLE_HEADS,      /* uint32_t */
    PST_TABLE_ENTRIES,
    PST_TABLE_RULES,
    PST_TABLE_CROWDS,      /* struct pst_crowd_ref */
    PST_TABLE_CROWD_WORDS, /* uint64_t */
    PST_TABLE_PATTERNS,
    PST_TABLE_FAILURES,      /* uint16_t */
    PST_TABLE_PATTERN_INDEX, /* uint32_t: pattern_index.h */
    PST_TABLE_YEARS,         /* struct pst_year_set */
    PST_TABLE_TEXTS,         /* char */
    PST_TABLE_ORIGINATORS, /* uint32_t: lanes of the rules of hashed sets, rule
                              after rule, for whoever goes through them all */
    PST_TABLE_MEMBERS,   /* uint32_t: rules of a hashed set that list a group or
                            a role, in order */
    PST_TABLE_EXPIRIES,  /* int64_t for each ACP; empty when none expires */
    PST_TABLE_ACPS,      /* struct pst_acp */
    PST_TABLE_ACP_ORDER, /* uint32_t: ACP numbers sorted by id */
    PST_TABLE_COUNT
};

#define PST_BLOCK_MAGIC "postern" /* and the NUL */
enum { PST_BLOCK_VERSION = 2, PST_BYTE_ORDER = 0x01020304 };

struct pst_block {
    char magic[8];
    uint32_t byte_order; /* PST_BYTE_ORDER as the machine writes it */
    uint32_t version;
    uint64_t size;     /* of the whole block, a multiple of 8 */
    uint64_t checksum; /* of all that follows this member */
    uint64_t hashes;   /* bit h: some name's hash ends in the six bits h */
    uint32_t homes;    /* at least 1, fewer than the rows of names */
    uint32_t kinds; /* bit k: there are names of kind k; bit 0: "all" is used */
    struct pst_table tables[PST_TABLE_COUNT];
};

/*
 * The handle of a block, which is not part of it. The block of a compiled set
 * stands behind its handle: `size` bytes from the handle on are all of it, and
 * work wherever they are copied to. That of an opened image is elsewhere.
 */
struct postern_acp_set {
    uintptr_t offset; /* of the block, in bytes from here */
    size_t size;
    postern_allocator allocator;
    void *memory; /* what was allocated for it */
    size_t memory_size;
};

/* ---- access ------------------------------------------------------------ */

static inline const struct pst_block *pst_block_of(const postern_acp_set *set)
{
    return (const struct pst_block *)((uintptr_t)set + set->offset);
}

static inline const void *pst_table_at(const postern_acp_set *set,
                                       enum pst_table_id table)
{
    const struct pst_block *block = pst_block_of(set);

    return (const char *)block + (size_t)block->tables[table].at * 8;
}

/* Typed start of a table: PST_TABLE(set, RULES, struct pst_rule)[k]. */
#define PST_TABLE(set, name, type)                                             \
    ((const type *)pst_table_at((set), PST_TABLE_##name))

static inline uint32_t pst_table_count(const postern_acp_set *set,
                                       enum pst_table_id table)
{
    return pst_block_of(set)->tables[table].count;
}

static inline postern_str pst_text_at(const postern_acp_set *set,
                                      struct pst_text_ref ref)
{
    return (postern_str){PST_TABLE(set, TEXTS, char) + ref.offset, ref.len};
}

/* The bit of a hash in `hashes`: most small sets lack most of them. */
static inline uint64_t pst_hash_bit(uint64_t hash)
{
    return (uint64_t)1 << (hash & 63);
}

/* NULL when there is no such ACP or it has no such rule set. [PRP-07] */
static inline const struct pst_slot *pst_slot_at(const postern_acp_set *set,
                                                 postern_acp_ref ref)
{
    const struct pst_slot *slots = PST_TABLE(set, SLOTS, struct pst_slot);
    uint32_t self;

    if (ref.acp >= pst_table_count(set, PST_TABLE_ACPS)) {
        return NULL;
    }
    if (ref.which == POSTERN_PRIVILEGES) {
        return slots + ref.acp;
    }
    self = PST_TABLE(set, ACPS, struct pst_acp)[ref.acp].self;
    return ref.which == POSTERN_SELF_PRIVILEGES && self != PST_NO_SLOT
               ? slots + self
               : NULL;
}

/* expirationTime of an ACP, INT64_MAX for never. [PRP-09] */
static inline int64_t pst_expires_s(const postern_acp_set *set, uint32_t acp)
{
    return pst_table_count(set, PST_TABLE_EXPIRIES)
               ? PST_TABLE(set, EXPIRIES, int64_t)[acp]
               : INT64_MAX;
}

static inline const struct pst_condition *
pst_condition_at(const postern_acp_set *set, uint32_t place)
{
    return (const struct pst_condition *)(PST_TABLE(set, CONDITIONS, uint64_t) +
                                          place);
}

static inline const struct pst_hashed *
pst_hashed_of(const struct pst_slot *slot)
{
    return (const struct pst_hashed *)slot->words;
}

/* ---- a rule set in whatever form it is (slot.c) ------------------------- */

struct pst_rule_view {
    uint32_t operations; /* 0 when it can never hold */
    bool authn;
    const struct pst_condition *condition; /* NULL: none */
};

uint32_t pst_slot_rule_count(const struct pst_slot *slot);

/* k below the count. */
struct pst_rule_view pst_slot_rule(const postern_acp_set *set,
                                   const struct pst_slot *slot, uint32_t k);

/* The originators of rule k: lanes, of which atom << PST_RULE_BITS counts. */
struct pst_lanes {
    const uint32_t *lanes;
    uint32_t count;
};

struct pst_lanes pst_slot_originators(const postern_acp_set *set,
                                      const struct pst_slot *slot, uint32_t k);

static inline uint32_t pst_lane_atom(uint32_t lane)
{
    return lane >> PST_RULE_BITS;
}

/* ---- atoms of a set (name.c) -------------------------------------------- */

static inline bool pst_atom_is_pattern(const postern_acp_set *set,
                                       uint32_t atom)
{
    return atom >= PST_ATOM_NAMES + pst_table_count(set, PST_TABLE_NAMES);
}

/* Of an atom that is neither "all" nor a pattern. */
static inline const struct pst_name *pst_name_of(const postern_acp_set *set,
                                                 uint32_t atom)
{
    return PST_TABLE(set, NAMES, struct pst_name) + (atom - PST_ATOM_NAMES);
}

static inline const struct pst_pattern *
pst_pattern_of(const postern_acp_set *set, uint32_t atom)
{
    return PST_TABLE(set, PATTERNS, struct pst_pattern) +
           (atom - PST_ATOM_NAMES - pst_table_count(set, PST_TABLE_NAMES));
}

/* domain, first and second of a name; the last two absent where empty. */
struct pst_name_texts {
    postern_str domain;
    postern_str first;
    postern_str second;
};

struct pst_name_texts pst_name_texts(const postern_acp_set *set,
                                     const struct pst_name *name);

/* What a name of an entity, a resource or a role was made of. */
postern_id pst_name_id(const postern_acp_set *set, const struct pst_name *name);

#endif
