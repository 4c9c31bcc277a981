/*
 * Whether words are the index of patterns, and what they cost at most.
 *
 * That they are is shown so: every number is in bounds, groups and edges are in
 * the order in which they are searched and hold what follows from their texts;
 * the text of every pattern leads to that pattern; and every edge lies on the
 * way of the pattern that it takes its text from. A node takes its text from
 * one pattern, so one edge leads to it; a pattern is the end of one edge. Hence
 * there are no ways but those that the patterns spell.
 */
#include "pdp/pattern_index.h"

#include "pdp/pattern_words.h"

/* ---- ways -------------------------------------------------------------- */

static uint32_t segments_of(const struct pst_patterns *patterns, uint32_t level,
                            uint32_t node)
{
    if (level == 0) {
        return node + 1;
    }
    return patterns
        ->patterns[pst_index_nodes(patterns->index, level)[node].pattern]
        .segments;
}

/* The pattern that an edge takes its text from. */
static uint32_t pattern_of(const struct pst_patterns *patterns, uint32_t level,
                           uint32_t node, uint32_t target)
{
    return segments_of(patterns, level, node) == level
               ? target
               : pst_index_nodes(patterns->index, level + 1)[target].pattern;
}

/* Position of a shape among those of a node, or `shape_count` of the level. */
static uint32_t find_shape(const struct pst_patterns *patterns, uint32_t level,
                           uint32_t node, uint32_t shape)
{
    const struct pst_index_level *at = pst_index_level(patterns->index, level);
    const struct pst_index_node *from =
        pst_index_nodes(patterns->index, level) + node;
    const uint32_t *shapes = patterns->index + at->shapes;
    uint32_t low = from->shapes;
    uint32_t end = low + from->shape_count;
    uint32_t high = end;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (shapes[middle] < shape) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < end && shapes[low] == shape ? low : at->shape_count;
}

static uint32_t find_edge(const struct pst_patterns *patterns, uint32_t level,
                          const struct pst_index_group *group, postern_str part)
{
    const struct pst_index_edge *edges =
        pst_index_edges(patterns->index, level);
    uint32_t low = group->edges;
    uint32_t high = low + group->edge_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t pattern = pattern_of(patterns, level, group->owner >> 2,
                                      edges[middle].target);
        int order =
            pst_part_order(part, pst_pattern_text(patterns, pattern, level));

        if (order == 0) {
            return edges[middle].target;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return PST_NO_TARGET;
}

/* Where a part leads by this anchor of it. */
static uint32_t step_by(const struct pst_patterns *patterns, uint32_t level,
                        uint32_t node, postern_str part,
                        const struct pst_anchor *anchor)
{
    struct pst_group_key key = {
        .owner = pst_owner(node, anchor->kind),
        .anchor =
            pst_str_slice(part, anchor->offset, anchor->offset + anchor->len)};
    const struct pst_index_group *group;

    if (find_shape(patterns, level, node,
                   pst_shape(anchor->kind, anchor->len)) ==
        pst_index_level(patterns->index, level)->shape_count) {
        return PST_NO_TARGET;
    }
    key.hash = pst_anchor_hash(key.anchor, key.owner, false);
    group = pst_group_find(patterns, level, &key);
    if (!group) {
        return PST_NO_TARGET;
    }
    return anchor->says_all ? group->target
                            : find_edge(patterns, level, group, part);
}

/* Where the text of a pattern leads from a node of the level: by one of its
 * anchors, not by both. */
static uint32_t step(const struct pst_patterns *patterns, uint32_t level,
                     uint32_t node, uint32_t pattern)
{
    postern_str part = pst_pattern_text(patterns, pattern, level);
    struct pst_anchor outer = pst_anchor_of(part);
    struct pst_anchor inner = pst_inner_anchor_of(part);
    uint32_t target = step_by(patterns, level, node, part, &outer);
    uint32_t other = PST_NO_TARGET;

    if (inner.len >= PST_INNER_MIN) {
        other = step_by(patterns, level, node, part, &inner);
    }
    if (target == PST_NO_TARGET) {
        return other;
    }
    return other == PST_NO_TARGET ? target : PST_NO_TARGET;
}

/* The node of the level, or behind the last the pattern, to which the text of
 * a pattern leads. */
static uint32_t walk(const struct pst_patterns *patterns, uint32_t pattern,
                     uint32_t level)
{
    uint32_t node = patterns->patterns[pattern].segments - 1;

    for (uint32_t i = 0; i < level && node != PST_NO_TARGET; i++) {
        node = step(patterns, i, node, pattern);
    }
    return node;
}

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

/* Every node but a root has a pattern, with enough segments to get there. */
static bool nodes_are_sound(const struct pst_patterns *patterns, uint32_t level)
{
    const struct pst_index_level *at = pst_index_level(patterns->index, level);
    const struct pst_index_node *nodes =
        pst_index_nodes(patterns->index, level);
    const uint32_t *shapes = patterns->index + at->shapes;
    uint32_t next = 0;

    for (uint32_t i = 0; i < at->node_count; i++) {
        if (level > 0 &&
            (nodes[i].pattern >= patterns->count ||
             patterns->patterns[nodes[i].pattern].segments < level)) {
            return false;
        }
        if (nodes[i].shapes != next ||
            nodes[i].shape_count > at->shape_count - next ||
            !shapes_are_sound(shapes + next, nodes[i].shape_count)) {
            return false;
        }
        next += nodes[i].shape_count;
    }
    return next == at->shape_count;
}

static bool buckets_are_sound(const struct pst_patterns *patterns,
                              uint32_t level)
{
    const struct pst_index_level *at = pst_index_level(patterns->index, level);
    const struct pst_index_group *groups =
        pst_index_groups(patterns->index, level);
    const uint32_t *buckets = patterns->index + at->buckets;
    uint32_t group = 0;

    for (uint32_t i = 0; i < at->group_count; i++) {
        if (buckets[i] != group) {
            return false;
        }
        while (group < at->group_count &&
               pst_index_bucket(groups[group].hash, at->group_count) == i) {
            group++;
        }
    }
    return group == at->group_count && buckets[at->group_count] == group;
}

/* Whether an edge from the node may lead there. */
static bool is_target(const struct pst_patterns *patterns, uint32_t level,
                      uint32_t node, uint32_t target)
{
    uint32_t segments = segments_of(patterns, level, node);
    uint32_t pattern;

    if (segments == level) {
        return target < patterns->count &&
               patterns->patterns[target].segments == segments;
    }
    if (target >= pst_index_level(patterns->index, level + 1)->node_count) {
        return false;
    }
    pattern = pst_index_nodes(patterns->index, level + 1)[target].pattern;
    return patterns->patterns[pattern].segments == segments;
}

/* ---- what groups and edges hold ---------------------------------------- */

/* Where a group is, for the functions below. */
struct place {
    const struct pst_patterns *patterns;
    uint32_t level;
    const struct pst_index_group *group;
};

static postern_str text_of(const struct place *place, uint32_t target)
{
    return pst_pattern_text(place->patterns,
                            pattern_of(place->patterns, place->level,
                                       place->group->owner >> 2, target),
                            place->level);
}

static struct pst_anchor anchor_of(const struct place *place, postern_str part)
{
    return (place->group->owner & 3) == PST_ANCHOR_INNER
               ? pst_inner_anchor_of(part)
               : pst_anchor_of(part);
}

static bool has_anchor(const struct place *place, postern_str part,
                       bool says_all)
{
    const struct pst_index_group *group = place->group;
    struct pst_anchor anchor = anchor_of(place, part);

    return anchor.says_all == says_all && anchor.len == group->len &&
           anchor.kind == (group->owner & 3) &&
           (group->len == 0 ||
            memcmp(part.data + anchor.offset,
                   place->patterns->texts + group->text, group->len) == 0);
}

static bool edge_is_sound(const struct place *place, uint32_t number)
{
    const struct pst_index_edge *edge =
        pst_index_edges(place->patterns->index, place->level) + number;
    postern_str part = text_of(place, edge->target);
    uint32_t letters[PST_PATTERN_LETTERS] = {0};

    pst_letters_add(letters, part, false);
    return memcmp(letters, edge->letters, sizeof letters) == 0 &&
           has_anchor(place, part, false) &&
           (number == place->group->edges ||
            pst_part_order(text_of(place, edge[-1].target), part) < 0);
}

/* The anchor is the slice of its first edge's text: in bounds. */
static bool anchor_is_sound(const struct place *place)
{
    const struct pst_patterns *patterns = place->patterns;
    const struct pst_index_group *group = place->group;
    uint32_t target =
        group->target != PST_NO_TARGET
            ? group->target
            : pst_index_edges(patterns->index, place->level)[group->edges]
                  .target;
    uint32_t pattern =
        pattern_of(patterns, place->level, group->owner >> 2, target);
    struct pst_text_ref ref = pst_pattern_ref(patterns, pattern, place->level);
    postern_str part = pst_pattern_text(patterns, pattern, place->level);
    struct pst_anchor anchor = anchor_of(place, part);

    return group->text == ref.offset + anchor.offset &&
           has_anchor(place, part, group->target != PST_NO_TARGET) &&
           group->hash ==
               pst_anchor_hash(pst_str_slice(part, anchor.offset,
                                             anchor.offset + anchor.len),
                               group->owner, false);
}

static bool targets_are_sound(const struct place *place, uint32_t next_edge)
{
    const struct pst_index_level *at =
        pst_index_level(place->patterns->index, place->level);
    const struct pst_index_edge *edges =
        pst_index_edges(place->patterns->index, place->level);
    const struct pst_index_group *group = place->group;
    uint32_t node = group->owner >> 2;

    if (node >= at->node_count || group->edges != next_edge ||
        group->edge_count > at->edge_count - next_edge ||
        (group->target == PST_NO_TARGET && group->edge_count == 0) ||
        (group->target != PST_NO_TARGET &&
         !is_target(place->patterns, place->level, node, group->target))) {
        return false;
    }
    for (uint32_t i = 0; i < group->edge_count; i++) {
        if (!is_target(place->patterns, place->level, node,
                       edges[next_edge + i].target)) {
            return false;
        }
    }
    return true;
}

/* The groups before this one are sound. */
static bool group_is_sound(const struct place *place, bool is_first)
{
    const struct pst_index_group *group = place->group;
    const char *texts = place->patterns->texts;

    if (!anchor_is_sound(place)) {
        return false;
    }
    if (!is_first) {
        struct pst_group_key key = {group[-1].hash,
                                    group[-1].owner,
                                    {texts + group[-1].text, group[-1].len},
                                    false};

        if (pst_group_order(&key, group, texts) >= 0) {
            return false;
        }
    }
    for (uint32_t i = 0; i < group->edge_count; i++) {
        if (!edge_is_sound(place, group->edges + i)) {
            return false;
        }
    }
    return true;
}

static bool groups_are_sound(const struct pst_patterns *patterns,
                             uint32_t level)
{
    const struct pst_index_level *at = pst_index_level(patterns->index, level);
    const struct pst_index_group *groups =
        pst_index_groups(patterns->index, level);
    uint32_t edges = 0;

    for (uint32_t i = 0; i < at->group_count; i++) {
        struct place place = {patterns, level, &groups[i]};

        if (!targets_are_sound(&place, edges) ||
            !group_is_sound(&place, i == 0)) {
            return false;
        }
        edges += groups[i].edge_count;
    }
    return edges == at->edge_count && buckets_are_sound(patterns, level);
}

/* ---- every edge on its own way ----------------------------------------- */

static bool is_on_its_way(const struct place *place, uint32_t target)
{
    uint32_t node = place->group->owner >> 2;

    return walk(place->patterns,
                pattern_of(place->patterns, place->level, node, target),
                place->level) == node;
}

static bool edges_are_on_their_ways(const struct pst_patterns *patterns,
                                    uint32_t level)
{
    const struct pst_index_group *groups =
        pst_index_groups(patterns->index, level);
    const struct pst_index_edge *edges =
        pst_index_edges(patterns->index, level);
    uint32_t count = pst_index_level(patterns->index, level)->group_count;

    for (uint32_t i = 0; i < count; i++) {
        struct place place = {patterns, level, &groups[i]};

        if (groups[i].target != PST_NO_TARGET &&
            !is_on_its_way(&place, groups[i].target)) {
            return false;
        }
        for (uint32_t k = 0; k < groups[i].edge_count; k++) {
            if (!is_on_its_way(&place, edges[groups[i].edges + k].target)) {
                return false;
            }
        }
    }
    return true;
}

static bool patterns_are_reached(const struct pst_patterns *patterns)
{
    for (uint32_t i = 0; i < patterns->count; i++) {
        if (walk(patterns, i, patterns->patterns[i].segments + 1) != i) {
            return false;
        }
    }
    return true;
}

bool pst_pattern_index_is_sound(const struct pst_patterns *patterns)
{
    if (patterns->count <= PST_PATTERNS_TRIED) {
        return patterns->index_words == 0;
    }
    if (!has_layout(patterns)) {
        return false;
    }
    for (uint32_t i = 0; i < PST_PATTERN_LEVELS; i++) {
        if (!nodes_are_sound(patterns, i)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < PST_PATTERN_LEVELS; i++) {
        if (!groups_are_sound(patterns, i)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < PST_PATTERN_LEVELS; i++) {
        if (!edges_are_on_their_ways(patterns, i)) {
            return false;
        }
    }
    return patterns_are_reached(patterns);
}

/* ---- cost -------------------------------------------------------------- */

struct costs {
    const struct pst_patterns *patterns;
    uint32_t length;
    struct pst_pattern_cost *of_nodes;  /* of the level below */
    struct pst_pattern_cost *of_shapes; /* of this level */
};

static void add(struct pst_pattern_cost *sum, struct pst_pattern_cost cost)
{
    sum->lookups += cost.lookups;
    sum->trials += cost.trials;
}

static struct pst_pattern_cost behind(const struct costs *costs, uint32_t level,
                                      uint32_t node, uint32_t target)
{
    return segments_of(costs->patterns, level, node) == level
               ? (struct pst_pattern_cost){0, 0}
               : costs->of_nodes[target];
}

static struct pst_pattern_cost
cost_of_group(const struct costs *costs, uint32_t level,
              const struct pst_index_group *group)
{
    const struct pst_index_edge *edges =
        pst_index_edges(costs->patterns->index, level);
    uint32_t node = group->owner >> 2;
    struct pst_pattern_cost sum = {0, group->edge_count};

    if (group->target != PST_NO_TARGET) {
        add(&sum, behind(costs, level, node, group->target));
    }
    for (uint32_t i = 0; i < group->edge_count; i++) {
        add(&sum, behind(costs, level, node, edges[group->edges + i].target));
    }
    return sum;
}

static struct pst_pattern_cost dearest(struct pst_pattern_cost a,
                                       struct pst_pattern_cost b)
{
    return (struct pst_pattern_cost){a.lookups > b.lookups ? a.lookups
                                                           : b.lookups,
                                     a.trials > b.trials ? a.trials : b.trials};
}

/* A text has one anchor of each shape: the dearest counts; but it may hold all
 * the inner ones. */
static void cost_shapes(const struct costs *costs, uint32_t level)
{
    const uint32_t *index = costs->patterns->index;
    const struct pst_index_level *at = pst_index_level(index, level);
    const struct pst_index_group *groups = pst_index_groups(index, level);

    memset(costs->of_shapes, 0, at->shape_count * sizeof *costs->of_shapes);
    for (uint32_t i = 0; i < at->group_count; i++) {
        struct pst_pattern_cost cost = cost_of_group(costs, level, &groups[i]);
        uint32_t shape =
            find_shape(costs->patterns, level, groups[i].owner >> 2,
                       pst_shape(groups[i].owner & 3, groups[i].len));
        struct pst_pattern_cost *most = &costs->of_shapes[shape];

        if (groups[i].len > costs->length) {
            continue;
        }
        if ((groups[i].owner & 3) == PST_ANCHOR_INNER) {
            add(most, cost);
        } else {
            *most = dearest(*most, cost);
        }
    }
}

/* Inner anchors are looked up everywhere, or gone through in long texts. */
static uint64_t lookups_of(const struct costs *costs,
                           const struct pst_index_level *at, uint32_t shape)
{
    uint64_t places = (uint64_t)costs->length - (shape & PST_SHAPE_LENGTH) + 1;

    if (shape >> PST_SHAPE_KIND_SHIFT != PST_ANCHOR_INNER) {
        return 1;
    }
    if (costs->length <= PST_INNER_TEXT_MAX || at->group_count < places) {
        return places;
    }
    return at->group_count;
}

static void cost_nodes(const struct costs *costs, uint32_t level)
{
    const uint32_t *index = costs->patterns->index;
    const struct pst_index_level *at = pst_index_level(index, level);
    const struct pst_index_node *nodes = pst_index_nodes(index, level);
    const uint32_t *shapes = index + at->shapes;

    for (uint32_t i = 0; i < at->node_count; i++) {
        struct pst_pattern_cost sum = {0, 0};

        for (uint32_t k = 0; k < nodes[i].shape_count; k++) {
            uint32_t shape = nodes[i].shapes + k;
            uint32_t length = shapes[shape] & PST_SHAPE_LENGTH;

            if (length <= costs->length) {
                sum.lookups += lookups_of(costs, at, shapes[shape]);
                add(&sum, costs->of_shapes[shape]);
            }
        }
        costs->of_nodes[i] = sum;
    }
}

postern_status pst_pattern_index_worst(const struct pst_patterns *patterns,
                                       uint32_t length,
                                       const postern_allocator *allocator,
                                       struct pst_pattern_cost *worst)
{
    struct costs costs = {.patterns = patterns, .length = length};
    size_t nodes = 0;
    size_t shapes = 0;
    size_t bytes;

    *worst = (struct pst_pattern_cost){0, (uint64_t)patterns->count *
                                              PST_PATTERN_LEVELS};
    if (patterns->count <= PST_PATTERNS_TRIED) {
        return POSTERN_OK;
    }
    for (uint32_t i = 0; i < PST_PATTERN_LEVELS; i++) {
        const struct pst_index_level *at = pst_index_level(patterns->index, i);

        nodes = at->node_count > nodes ? at->node_count : nodes;
        shapes = at->shape_count > shapes ? at->shape_count : shapes;
    }
    bytes = (nodes + shapes) * sizeof *costs.of_nodes;
    costs.of_nodes = pst_alloc(allocator, bytes);
    if (!costs.of_nodes) {
        return POSTERN_ERR_MEMORY;
    }
    costs.of_shapes = costs.of_nodes + nodes;
    for (uint32_t i = PST_PATTERN_LEVELS; i > 0; i--) {
        cost_shapes(&costs, i - 1);
        cost_nodes(&costs, i - 1);
    }
    *worst = dearest(costs.of_nodes[0], costs.of_nodes[1]);
    pst_release(allocator, costs.of_nodes, bytes);
    return POSTERN_OK;
}
