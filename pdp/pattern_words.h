/*
 * The words of an index of patterns, for those who make, search and check it.
 *
 * A level of the trie for each part of a pattern: 0 the domain, 1 the first
 * and 2 the second segment. Level 0 has two nodes, the roots of the patterns
 * with one and with two segments. An edge leads from a node along the text of
 * one part to a node of the next level, or, from the last level, to a pattern.
 *
 * Each part has an anchor, the literal text it is found by: all of it, or what
 * is before its first "*", or what is behind its last one if that is longer.
 * The edges of a node that have the same anchor are a group. If they are many,
 * those that have two characters in a row between their stars have an inner
 * anchor instead, the beginning of what is longest there. Groups are sorted by
 * hash, then by node and text, and found through a bucket of hashes. Where the
 * anchor says all ("lit", "lit*", "*lit") the group leads on by itself; its
 * other edges are sorted by text, and hold which characters and which pairs of
 * neighbours a text must have, so that few have to be tried.
 *
 * What an edge's text is, is said by the pattern that it leads to; a node holds
 * one of those that go through it.
 */
#ifndef PST_PATTERN_WORDS_H
#define PST_PATTERN_WORDS_H

#include "base/str.h"
#include "pdp/pattern_index.h"

enum {
    PST_SHAPE_KIND_SHIFT = 30,
    PST_INNER_MIN = 2, /* length of an inner anchor */
    PST_INNER_MAX = 4,
    PST_INNER_TEXT_MAX = 256 /* length of a text in which they are looked up */
};

#define PST_SHAPE_LENGTH ((UINT32_C(1) << PST_SHAPE_KIND_SHIFT) - 1)
#define PST_NO_TARGET UINT32_MAX

/* In the order in which a node looks for them. */
enum pst_anchor_kind {
    PST_ANCHOR_PREFIX,
    PST_ANCHOR_WHOLE,
    PST_ANCHOR_SUFFIX,
    PST_ANCHOR_INNER
};

/* Counts, and where the tables begin in words from the start of the index.
 * The levels stand first, then the tables of level 0 in this order, of 1, 2. */
struct pst_index_level {
    uint32_t nodes;
    uint32_t node_count;
    uint32_t shapes; /* see pst_shape() */
    uint32_t shape_count;
    uint32_t buckets; /* group_count + 1 of them: the first group of each */
    uint32_t groups;
    uint32_t group_count;
    uint32_t edges;
    uint32_t edge_count;
};

struct pst_index_node {
    uint32_t pattern; /* one that goes through here, unless a root has none */
    uint32_t shapes;  /* which anchors there are: sorted, each once */
    uint32_t shape_count;
};

struct pst_index_group {
    uint32_t hash;
    uint32_t owner; /* pst_owner() */
    uint32_t text;  /* of the anchor, in the text pool */
    uint32_t len;
    uint32_t target; /* of what the anchor says all about, or PST_NO_TARGET */
    uint32_t edges;  /* the others */
    uint32_t edge_count;
};

struct pst_index_edge {
    uint32_t letters[PST_PATTERN_LETTERS];
    uint32_t target;
};

enum {
    PST_WORDS_OF_LEVEL = sizeof(struct pst_index_level) / sizeof(uint32_t),
    PST_WORDS_OF_NODE = sizeof(struct pst_index_node) / sizeof(uint32_t),
    PST_WORDS_OF_GROUP = sizeof(struct pst_index_group) / sizeof(uint32_t),
    PST_WORDS_OF_EDGE = sizeof(struct pst_index_edge) / sizeof(uint32_t)
};

static inline const struct pst_index_level *
pst_index_level(const uint32_t *index, uint32_t level)
{
    return (const struct pst_index_level *)(const void *)index + level;
}

static inline const struct pst_index_node *
pst_index_nodes(const uint32_t *index, uint32_t level)
{
    return (const void *)(index + pst_index_level(index, level)->nodes);
}

static inline const struct pst_index_group *
pst_index_groups(const uint32_t *index, uint32_t level)
{
    return (const void *)(index + pst_index_level(index, level)->groups);
}

static inline const struct pst_index_edge *
pst_index_edges(const uint32_t *index, uint32_t level)
{
    return (const void *)(index + pst_index_level(index, level)->edges);
}

static inline uint32_t pst_owner(uint32_t node, uint32_t kind)
{
    return node << 2 | kind;
}

/* How many segments the patterns of a node have. */
uint32_t pst_index_segments(const struct pst_patterns *patterns, uint32_t level,
                            uint32_t node);

/* Position of a shape among those of a node, or `shape_count` of the level. */
uint32_t pst_index_shape(const struct pst_patterns *patterns, uint32_t level,
                         uint32_t node, uint32_t shape);

/* How long the anchors of one kind are; a whole text has any length. */
static inline uint32_t pst_shape(uint32_t kind, uint32_t length)
{
    return kind << PST_SHAPE_KIND_SHIFT |
           (kind == PST_ANCHOR_WHOLE ? 0 : length);
}

/* ---- texts ------------------------------------------------------------- */

static inline struct pst_text_ref
pst_pattern_ref(const struct pst_patterns *patterns, uint32_t pattern,
                uint32_t level)
{
    const struct pst_pattern *at = &patterns->patterns[pattern];

    return level == 0 ? at->domain : level == 1 ? at->first : at->second;
}

static inline postern_str pst_pattern_text(const struct pst_patterns *patterns,
                                           uint32_t pattern, uint32_t level)
{
    struct pst_text_ref ref = pst_pattern_ref(patterns, pattern, level);

    return (postern_str){patterns->texts + ref.offset, ref.len};
}

/* Shorter first, as groups and edges are sorted: <0, 0, >0. */
static inline int pst_part_order(postern_str a, postern_str b)
{
    if (a.len != b.len) {
        return a.len < b.len ? -1 : 1;
    }
    return a.len && a.data != b.data ? memcmp(a.data, b.data, a.len) : 0;
}

/* Whether one part of a pattern matches; domains without regard to case. */
bool pst_pattern_part_matches(const struct pst_patterns *patterns,
                              uint32_t pattern, uint32_t level,
                              postern_str text);

struct pst_anchor {
    uint32_t kind;
    uint32_t offset; /* in the text of the part */
    uint32_t len;
    bool says_all;
};

struct pst_anchor pst_anchor_of(postern_str part);

/* Shorter than PST_INNER_MIN: it has none. */
struct pst_anchor pst_inner_anchor_of(postern_str part);

/* Adds what `text` (of a part, or of an identifier) holds. */
void pst_letters_add(uint32_t letters[PST_PATTERN_LETTERS], postern_str text,
                     bool fold);

static inline bool pst_letters_hold(const uint32_t letters[PST_PATTERN_LETTERS],
                                    const uint32_t wanted[PST_PATTERN_LETTERS])
{
    uint32_t missing = 0;

    for (uint32_t i = 0; i < PST_PATTERN_LETTERS; i++) {
        missing |= wanted[i] & ~letters[i];
    }
    return missing == 0;
}

/* ---- hashes ------------------------------------------------------------ */

/* Byte after byte, so that the hashes of all beginnings cost as much as that
 * of the longest: FNV-1a. Suffixes are hashed from their end. */
enum { PST_ANCHOR_HASH_MULTIPLIER = 16777619 };
#define PST_ANCHOR_HASH_START UINT32_C(2166136261)

static inline uint32_t pst_anchor_hash_add(uint32_t hash, char c)
{
    return (hash ^ (unsigned char)c) * PST_ANCHOR_HASH_MULTIPLIER;
}

static inline uint32_t pst_anchor_hash_end(uint32_t hash, uint32_t owner)
{
    hash = (hash + owner * UINT32_C(0x9E3779B1)) * UINT32_C(0x85EBCA6B);
    return (hash ^ hash >> 15) * UINT32_C(0xC2B2AE35);
}

uint32_t pst_anchor_hash(postern_str anchor, uint32_t owner, bool fold);

static inline uint32_t pst_index_bucket(uint32_t hash, uint32_t buckets)
{
    return (uint32_t)((uint64_t)hash * buckets >> 32);
}

/* ---- groups ------------------------------------------------------------ */

struct pst_group_key {
    uint32_t hash;
    uint32_t owner;
    postern_str anchor;
    bool fold; /* of the anchor; groups are in lower case then */
};

/* How `key` and a group with this text order: <0, 0, >0. */
int pst_group_order(const struct pst_group_key *key,
                    const struct pst_index_group *group, const char *texts);

/* NULL when there is none. */
const struct pst_index_group *
pst_group_find(const struct pst_patterns *patterns, uint32_t level,
               const struct pst_group_key *key);

#endif
