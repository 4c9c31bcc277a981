/*
 * Which patterns an originator matches, without trying them all. [ORI-04]
 * [ORI-15]
 *
 * Few patterns are tried one by one and have no index. The others stand in a
 * trie whose levels are the domain, the first and the second segment; what a
 * segment of an identifier can match is found by hashing its beginnings and
 * ends of those lengths that patterns have there (pattern_words.h). The time
 * does not depend on the number of patterns as long as they differ in the
 * literal characters before their first or behind their last "*". Where many
 * do not, characters between their stars are looked for everywhere; what is
 * left after that is told apart by the characters it holds, then tried.
 *
 * The hash is known to everybody and decides nothing: texts are compared, and
 * texts that collide are searched by halves.
 */
#ifndef PST_PATTERN_INDEX_H
#define PST_PATTERN_INDEX_H

#include "base/vec.h"
#include "pdp/acp_set.h"
#include "pdp/work.h"

#include <postern/pdp.h>

enum { PST_PATTERNS_TRIED = 4 }; /* so many, or fewer, have no index */

/* A view. Everything in it is position-independent; the patterns differ from
 * each other, and their texts and failures are what wildcard.h demands. */
struct pst_patterns {
    const struct pst_pattern *patterns;
    uint32_t count;
    uint32_t index_words;
    uint32_t text_size;       /* of all texts; only checking asks for it */
    const char *texts;        /* what the texts of the patterns refer to */
    const uint16_t *failures; /* what their failures refer to */
    const uint32_t *index;    /* no words for PST_PATTERNS_TRIED or fewer */
};

/* Appends the index of `patterns` (of which `index` is not read) to `out`, a
 * vector of uint32_t. Memory for the time of the call: 80 bytes a pattern.
 * POSTERN_ERR_MEMORY, POSTERN_ERR_LIMIT, POSTERN_ERR_ARGUMENT for two patterns
 * that are the same; `out` then holds what it held. */
POSTERN_NODISCARD postern_status pst_pattern_index_build(
    const struct pst_patterns *patterns, const postern_allocator *allocator,
    struct pst_vec *out);

/* ---- finding ----------------------------------------------------------- */

enum { PST_PATTERN_LEVELS = 3, PST_PATTERN_LETTERS = 6 };

#define PST_NO_PATTERN UINT32_MAX

/* What is left to do at one node: shapes to look for, and edges of the group
 * that was found last. */
struct pst_pattern_cursor {
    uint32_t node;
    uint32_t shape;
    uint32_t shape_end;
    uint32_t edge;
    uint32_t edge_end;
    uint32_t hash; /* of so many bytes from the front, or from the end */
    uint32_t hashed;
    uint32_t place; /* of the next inner anchor */
    bool backwards;
};

/* A search that is under way, on the stack of whoever searches. The identifier
 * and the patterns must stay. */
struct pst_pattern_search {
    const struct pst_patterns *patterns;
    const postern_id *id;
    uint32_t next; /* of few patterns */
    uint32_t level;
    uint32_t last;        /* level */
    uint32_t has_letters; /* bit: level */
    uint32_t letters[PST_PATTERN_LEVELS][PST_PATTERN_LETTERS];
    struct pst_pattern_cursor cursors[PST_PATTERN_LEVELS];
};

void pst_pattern_search_begin(struct pst_pattern_search *search,
                              const struct pst_patterns *patterns,
                              const postern_id *id);

/* Another pattern that matches, each once and in no order that means anything;
 * PST_NO_PATTERN when there is none left. */
uint32_t pst_pattern_search_next(struct pst_pattern_search *search);

/* The same: calls found() for each, until it returns false: then so does
 * this. */
bool pst_pattern_index_find(const struct pst_patterns *patterns,
                            const postern_id *id,
                            bool (*found)(void *user, uint32_t pattern),
                            void *user);

/* ---- trusting ---------------------------------------------------------- */

/* Whether the index, which may come from anywhere, is one of these patterns:
 * then a search ends, stays inside, and finds a pattern if and only
 * if it matches. The patterns must have been checked before. `seen`: a bit for
 * each pattern, all 0; afterwards of no use. */
bool pst_pattern_index_is_sound(const struct pst_patterns *patterns,
                                uint64_t *seen);

/* ---- cost (pattern_cost.c) ---------------------------------------------- */

/* The most that finding can take, each by itself. */
struct pst_pattern_cost {
    uint64_t lookups; /* of a beginning or an end of a segment */
    uint64_t trials;  /* of a pattern on a segment */
    uint64_t found;   /* patterns that one identifier matches */
    postern_work work;
};

/* For any identifier whose domain and segments are of at most `length`
 * characters each. Of a sound index. POSTERN_ERR_MEMORY. */
POSTERN_NODISCARD postern_status pst_pattern_index_worst(
    const struct pst_patterns *patterns, uint32_t length,
    const postern_allocator *allocator, struct pst_pattern_cost *worst);

/* Those of a set. */
static inline struct pst_patterns pst_patterns_of(const postern_acp_set *set)
{
    return (struct pst_patterns){
        .patterns = PST_TABLE(set, PATTERNS, struct pst_pattern),
        .count = pst_table_count(set, PST_TABLE_PATTERNS),
        .index_words = pst_table_count(set, PST_TABLE_PATTERN_INDEX),
        .text_size = pst_table_count(set, PST_TABLE_TEXTS),
        .texts = PST_TABLE(set, TEXTS, char),
        .failures = PST_TABLE(set, FAILURES, uint16_t),
        .index = PST_TABLE(set, PATTERN_INDEX, uint32_t),
    };
}

#endif
