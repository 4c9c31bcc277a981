/*
 * Whether words are the index of patterns.
 *
 * That they are is shown in one pass over each table, without a search:
 *
 * - every number is in bounds, groups and edges are in the order in which they
 *   are searched and hold what follows from their texts: what a node has is
 *   found by a text if and only if the text fits;
 * - the nodes of a level are numbered as the edges that lead to them are, and
 *   every pattern is the end of one edge: one way leads to each;
 * - an edge takes its text from a pattern that has the texts of the way to the
 *   edge. So from level to level the way to a pattern spells that pattern.
 *
 * Hence there are no ways but those that the patterns spell, and all of those.
 */
#include "base/bytes.h"
#include "base/fetch.h"
#include "pdp/pattern_index.h"

#include "pdp/pattern_words.h"

/* ---- bounds ------------------------------------------------------------ */

static bool takes(uint64_t *end, uint32_t begin, uint64_t words)
{
    bool follows = begin == *end;

    *end += words;
    return follows;
}

static bool has_layout(const struct pst_patterns *patterns)
{
    uint64_t end = (uint64_t)PST_PATTERN_LEVELS * PST_WORDS_OF_LEVEL;

    if (patterns->index_words < end) {
        return false;
    }
    for (uint32_t i = 0; i < PST_PATTERN_LEVELS; i++) {
        const struct pst_index_level *at = pst_index_level(patterns->index, i);

        if (!takes(&end, at->nodes,
                   (uint64_t)at->node_count * PST_WORDS_OF_NODE) ||
            !takes(&end, at->shapes, at->shape_count) ||
            !takes(&end, at->buckets, (uint64_t)at->group_count + 1) ||
            !takes(&end, at->groups,
                   (uint64_t)at->group_count * PST_WORDS_OF_GROUP) ||
            !takes(&end, at->edges,
                   (uint64_t)at->edge_count * PST_WORDS_OF_EDGE)) {
            return false;
        }
    }
    return end == patterns->index_words &&
           pst_index_level(patterns->index, 0)->node_count == 2;
}

static bool shapes_are_sound(const uint32_t *shapes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t kind = shapes[i] >> PST_SHAPE_KIND_SHIFT;

        if ((i > 0 && shapes[i] <= shapes[i - 1]) ||
            shapes[i] != pst_shape(kind, shapes[i] & PST_SHAPE_LENGTH)) {
            return false;
        }
    }
    return true;
}

/* They take their shapes from the table in turn. */
static bool nodes_are_sound(const struct pst_patterns *patterns, uint32_t level)
{
    const struct pst_index_level *at = pst_index_level(patterns->index, level);
    const struct pst_index_node *nodes =
        pst_index_nodes(patterns->index, level);
    const uint32_t *shapes = patterns->index + at->shapes;
    uint32_t next = 0;

    for (uint32_t i = 0; i < at->node_count; i++) {
        if (nodes[i].shapes != next ||
            nodes[i].shape_count > at->shape_count - next ||
            !shapes_are_sound(shapes + next, nodes[i].shape_count)) {
            return false;
        }
        next += nodes[i].shape_count;
    }
    return next == at->shape_count;
}

/* Each group is between the beginning of its bucket and that of the next. */
static bool buckets_are_sound(const struct pst_patterns *patterns,
                              uint32_t level)
{
    const struct pst_index_level *at = pst_index_level(patterns->index, level);
    const struct pst_index_group *groups =
        pst_index_groups(patterns->index, level);
    const uint32_t *buckets = patterns->index + at->buckets;
    uint32_t count = at->group_count;
    uint32_t wrong = buckets[0] | (buckets[count] ^ count);

    for (uint32_t i = 0; i < count; i++) {
        wrong |= buckets[i] > buckets[i + 1];
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t *bucket =
            buckets + pst_index_bucket(groups[i].hash, count);

        wrong |= i < bucket[0] || i >= bucket[1];
    }
    return wrong == 0;
}

/* ---- where edges lead -------------------------------------------------- */

/* One level, and what of other tables was used up before the group that is
 * looked at. */
struct level {
    const struct pst_patterns *patterns;
    const struct pst_index_level *at;
    const struct pst_index_node *nodes;
    const struct pst_index_group *groups;
    const struct pst_index_edge *edges;
    uint32_t number;
    uint32_t next_count; /* nodes of the next level */
    uint32_t next_edge;
    uint32_t next_node; /* of the next level */
    uint32_t ended;     /* patterns that an edge of any level leads to */
    uint64_t *seen;     /* bit: an edge leads to that pattern */
};

/* Whether two patterns that there are have the texts of the levels before. */
static bool share_way(const struct level *level, uint32_t a, uint32_t b)
{
    for (uint32_t i = 0; i < level->number; i++) {
        postern_str text = pst_pattern_text(level->patterns, a, i);
        postern_str other = pst_pattern_text(level->patterns, b, i);

        if (text.len != other.len ||
            !pst_bytes_equal(text.data, other.data, text.len)) {
            return false;
        }
    }
    return true;
}

/* The pattern if no edge led to it. */
static uint32_t end_at(struct level *level, uint32_t pattern)
{
    uint64_t bit = (uint64_t)1 << pattern % 64;

    if (pattern >= level->patterns->count ||
        (level->seen[pattern / 64] & bit)) {
        return PST_NO_PATTERN;
    }
    level->seen[pattern / 64] |= bit;
    level->ended++;
    return pattern;
}

/* The pattern of a node of the next level if it is the next one. */
static uint32_t lead_on(struct level *level, uint32_t node)
{
    uint32_t pattern;

    if (node != level->next_node || node >= level->next_count) {
        return PST_NO_PATTERN;
    }
    level->next_node++;
    pattern = pst_index_nodes(level->patterns->index, level->number + 1)[node]
                  .pattern;
    return pattern < level->patterns->count ? pattern : PST_NO_PATTERN;
}

/* The pattern that the next edge of a node takes its text from, or
 * PST_NO_PATTERN when it may not lead there. */
static uint32_t follow(struct level *level, uint32_t node, uint32_t target)
{
    const struct pst_patterns *patterns = level->patterns;
    uint32_t segments = pst_index_segments(patterns, level->number, node);
    uint32_t pattern = segments == level->number ? end_at(level, target)
                                                 : lead_on(level, target);

    if (pattern == PST_NO_PATTERN ||
        patterns->patterns[pattern].segments != segments) {
        return PST_NO_PATTERN;
    }
    return level->number == 0 || level->nodes[node].pattern == pattern ||
                   share_way(level, level->nodes[node].pattern, pattern)
               ? pattern
               : PST_NO_PATTERN;
}

/* ---- what groups and edges hold ---------------------------------------- */

static struct pst_anchor anchor_of(const struct pst_index_group *group,
                                   postern_str part)
{
    return (group->owner & 3) == PST_ANCHOR_INNER ? pst_inner_anchor_of(part)
                                                  : pst_anchor_of(part);
}

/* Whether the group has all of a part without "*", or all but the "*" at its
 * end: most are so, and their texts are looked at once. */
static bool has_usual_anchor(const struct pst_index_group *group,
                             struct pst_text_ref ref, const char *part)
{
    uint32_t kind = group->owner & 3;
    uint32_t hash = PST_ANCHOR_HASH_START;
    unsigned stars = 0;

    if (kind > PST_ANCHOR_WHOLE || group->target == PST_NO_TARGET ||
        group->text != ref.offset ||
        (uint64_t)group->len + (kind == PST_ANCHOR_PREFIX) != ref.len ||
        (kind == PST_ANCHOR_PREFIX && part[group->len] != '*')) {
        return false;
    }
    for (uint32_t i = 0; i < group->len; i++) {
        hash = pst_anchor_hash_add(hash, part[i]);
        stars |= part[i] == '*';
    }
    return !stars && group->hash == pst_anchor_hash_end(hash, group->owner);
}

/* Whether the group is that of its first edge, with the text of this pattern;
 * then its own text is in bounds. */
static bool anchor_is_sound(const struct level *level,
                            const struct pst_index_group *group,
                            uint32_t pattern)
{
    struct pst_text_ref ref =
        pst_pattern_ref(level->patterns, pattern, level->number);
    postern_str part = {level->patterns->texts + ref.offset, ref.len};
    struct pst_anchor anchor;
    postern_str text;

    if (has_usual_anchor(group, ref, part.data)) {
        return true;
    }
    anchor = anchor_of(group, part);
    text = pst_str_slice(part, anchor.offset, anchor.offset + anchor.len);
    return anchor.says_all == (group->target != PST_NO_TARGET) &&
           anchor.kind == (group->owner & 3) && anchor.len == group->len &&
           group->text == ref.offset + anchor.offset &&
           group->hash == pst_anchor_hash(text, group->owner, false);
}

/* The same for another edge of a group that is sound so far. */
static bool has_anchor(const struct level *level,
                       const struct pst_index_group *group, postern_str part)
{
    struct pst_anchor anchor = anchor_of(group, part);

    return !anchor.says_all && anchor.kind == (group->owner & 3) &&
           anchor.len == group->len &&
           (group->len == 0 ||
            memcmp(part.data + anchor.offset,
                   level->patterns->texts + group->text, group->len) == 0);
}

static bool has_letters(const struct pst_index_edge *edge, postern_str part)
{
    uint32_t letters[PST_PATTERN_LETTERS] = {0};

    pst_letters_add(letters, part, false);
    return memcmp(letters, edge->letters, sizeof letters) == 0;
}

/* They belong to the group by their texts, which ascend. */
static bool edges_are_sound(struct level *level,
                            const struct pst_index_group *group)
{
    const struct pst_index_edge *edges = level->edges + group->edges;
    postern_str before = {NULL, 0};

    for (uint32_t i = 0; i < group->edge_count; i++) {
        uint32_t pattern = follow(level, group->owner >> 2, edges[i].target);
        postern_str part;

        if (pattern == PST_NO_PATTERN) {
            return false;
        }
        part = pst_pattern_text(level->patterns, pattern, level->number);
        if (i == 0 && group->target == PST_NO_TARGET &&
            !anchor_is_sound(level, group, pattern)) {
            return false;
        }
        if (!has_anchor(level, group, part) || !has_letters(&edges[i], part) ||
            (i > 0 && pst_part_order(before, part) >= 0)) {
            return false;
        }
        before = part;
    }
    return true;
}

/* The groups before this one are sound. */
static bool is_behind(const struct level *level, uint32_t number)
{
    const struct pst_index_group *group = &level->groups[number];
    const char *texts = level->patterns->texts;
    struct pst_group_key before;

    if (number == 0 || group[-1].hash < group->hash) {
        return true;
    }
    before = (struct pst_group_key){group[-1].hash,
                                    group[-1].owner,
                                    {texts + group[-1].text, group[-1].len},
                                    false};
    return pst_group_order(&before, group, texts) < 0;
}

/* Most nodes have one. */
static bool has_shape(const struct level *level, uint32_t node, uint32_t shape)
{
    const struct pst_index_node *from = &level->nodes[node];

    if (from->shape_count == 1) {
        return level->patterns->index[level->at->shapes + from->shapes] ==
               shape;
    }
    return pst_index_shape(level->patterns, level->number, node, shape) <
           level->at->shape_count;
}

/* Uses up its edges. */
static bool group_is_sound(struct level *level, uint32_t number)
{
    const struct pst_index_group *group = &level->groups[number];
    uint32_t node = group->owner >> 2;

    if (node >= level->at->node_count || group->edges != level->next_edge ||
        group->edge_count > level->at->edge_count - level->next_edge ||
        (group->target == PST_NO_TARGET && group->edge_count == 0) ||
        !has_shape(level, node, pst_shape(group->owner & 3, group->len))) {
        return false;
    }
    level->next_edge += group->edge_count;
    if (group->target != PST_NO_TARGET) {
        uint32_t pattern = follow(level, node, group->target);

        if (pattern == PST_NO_PATTERN ||
            !anchor_is_sound(level, group, pattern)) {
            return false;
        }
    }
    return edges_are_sound(level, group) && is_behind(level, number);
}

/* ---- reading ahead ----------------------------------------------------- */

/*
 * Groups stand in the order of hashes: what each is compared with is anywhere,
 * and waiting for it would be most of the time. Nothing was checked yet.
 */
enum { FAR = 24, NEAR = 12, NEXT = 6 }; /* groups ahead */

static void fetch_pattern(const struct level *level, uint32_t pattern)
{
    if (pattern < level->patterns->count) {
        pst_fetch(&level->patterns->patterns[pattern]);
    }
}

static const struct pst_index_node *
node_ahead(const struct level *level, const struct pst_index_group *group)
{
    uint32_t node = group->owner >> 2;

    return node < level->at->node_count ? &level->nodes[node] : NULL;
}

/* The node, and the pattern at the other end of the edge. */
static void fetch_far(const struct level *level,
                      const struct pst_index_group *group)
{
    const struct pst_index_node *node = node_ahead(level, group);

    if (node) {
        pst_fetch(node);
    }
    if (group->text < level->patterns->text_size) {
        pst_fetch(level->patterns->texts + group->text);
    }
    if (level->number > 0) {
        fetch_pattern(level, group->target);
    }
    if (group->target < level->next_count) {
        fetch_pattern(level, pst_index_nodes(level->patterns->index,
                                             level->number + 1)[group->target]
                                 .pattern);
    }
}

/* What the node leads to; the text. */
static void fetch_near(const struct level *level,
                       const struct pst_index_group *group)
{
    const struct pst_index_node *node = node_ahead(level, group);

    if (node && node->shapes < level->at->shape_count) {
        pst_fetch(level->patterns->index + level->at->shapes + node->shapes);
    }
    if (node && level->number > 0) {
        fetch_pattern(level, node->pattern);
    }
}

/* The texts before that of the edge. */
static void fetch_next(const struct level *level,
                       const struct pst_index_group *group)
{
    const struct pst_index_node *node = node_ahead(level, group);

    if (level->number > 0 && node && node->pattern < level->patterns->count) {
        pst_fetch(pst_pattern_text(level->patterns, node->pattern, 0).data);
    }
}

static void fetch_ahead(const struct level *level, uint32_t number)
{
    const struct pst_index_group *group = &level->groups[number];
    uint32_t left = level->at->group_count - number;

    if (left > FAR) {
        fetch_far(level, group + FAR);
    }
    if (left > NEAR) {
        fetch_near(level, group + NEAR);
    }
    if (left > NEXT) {
        fetch_next(level, group + NEXT);
    }
}

static bool groups_are_sound(struct level *level)
{
    for (uint32_t i = 0; i < level->at->group_count; i++) {
        fetch_ahead(level, i);
        if (!group_is_sound(level, i)) {
            return false;
        }
    }
    return level->next_edge == level->at->edge_count &&
           level->next_node == level->next_count;
}

/* ---- all of it --------------------------------------------------------- */

/* The levels before this one are sound. */
static void enter(struct level *level, uint32_t number)
{
    const uint32_t *index = level->patterns->index;

    level->number = number;
    level->at = pst_index_level(index, number);
    level->nodes = pst_index_nodes(index, number);
    level->groups = pst_index_groups(index, number);
    level->edges = pst_index_edges(index, number);
    level->next_count = number + 1 < PST_PATTERN_LEVELS
                            ? pst_index_level(index, number + 1)->node_count
                            : 0;
    level->next_edge = 0;
    level->next_node = 0;
}

bool pst_pattern_index_is_sound(const struct pst_patterns *patterns,
                                uint64_t *seen)
{
    struct level level = {.patterns = patterns, .seen = seen};

    if (patterns->count <= PST_PATTERNS_TRIED) {
        return patterns->index_words == 0;
    }
    if (!has_layout(patterns)) {
        return false;
    }
    for (uint32_t i = 0; i < PST_PATTERN_LEVELS; i++) {
        enter(&level, i);
        if (!nodes_are_sound(patterns, i) || !groups_are_sound(&level) ||
            !buckets_are_sound(patterns, i)) {
            return false;
        }
    }
    return level.ended == patterns->count;
}
