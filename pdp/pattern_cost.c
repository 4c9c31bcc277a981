/*
 * The most that finding the patterns of an originator can cost.
 *
 * From the last level to the first: what a group costs when a text has its
 * anchor, what a node costs when a search comes to it. Nodes are those of a
 * tree (see pattern_index_check.c), so nothing is entered twice. Every number
 * of a cost is a bound by itself: the text that needs the most lookups need not
 * be the one that tries the most patterns.
 */
#include "pdp/pattern_index.h"
#include "pdp/pattern_words.h"

static void add(struct pst_pattern_cost *sum, struct pst_pattern_cost cost)
{
    sum->lookups = pst_bound_add(sum->lookups, cost.lookups);
    sum->trials = pst_bound_add(sum->trials, cost.trials);
    sum->found = pst_bound_add(sum->found, cost.found);
    pst_work_add(&sum->work, cost.work);
}

static struct pst_pattern_cost times(struct pst_pattern_cost cost,
                                     uint64_t count)
{
    return (struct pst_pattern_cost){pst_bound_times(cost.lookups, count),
                                     pst_bound_times(cost.trials, count),
                                     pst_bound_times(cost.found, count),
                                     pst_work_times(cost.work, count)};
}

static struct pst_pattern_cost most_of(struct pst_pattern_cost a,
                                       struct pst_pattern_cost b)
{
    return (struct pst_pattern_cost){pst_bound_most(a.lookups, b.lookups),
                                     pst_bound_most(a.trials, b.trials),
                                     pst_bound_most(a.found, b.found),
                                     pst_work_most(a.work, b.work)};
}

static struct pst_pattern_cost least_of(struct pst_pattern_cost a,
                                        struct pst_pattern_cost b)
{
    return (struct pst_pattern_cost){pst_bound_least(a.lookups, b.lookups),
                                     pst_bound_least(a.trials, b.trials),
                                     pst_bound_least(a.found, b.found),
                                     pst_work_least(a.work, b.work)};
}

/* ---- one pattern on one text -------------------------------------------- */

/* Characters between the first and the last "*" are looked for in all of the
 * text. */
static bool has_middle(postern_str part)
{
    size_t first = pst_str_find(part, 0, '*');

    return pst_str_find(part, first + 1, '*') < part.len;
}

/* One part of a pattern, whatever the text: the stars are looked for, the ends
 * compared; of the search between them each character of the text takes one
 * turn, and no more steps back than there were steps forward [wildcard.h]. A
 * text longer than `length` is not asked about. */
static postern_work trial_of(const struct pst_patterns *patterns,
                             uint32_t pattern, uint32_t level, uint64_t length)
{
    postern_str part = pst_pattern_text(patterns, pattern, level);
    postern_work work = {
        pst_lines_of(sizeof(struct pst_pattern)) + pst_lines_of(part.len), 12};

    work.steps += 3 * part.len;
    if (has_middle(part)) {
        work.lines += pst_lines_of(part.len * sizeof(uint16_t));
        work.steps += 2 * length;
    }
    return work;
}

/* ---- few --------------------------------------------------------------- */

/* Each is tried, on every part. */
static struct pst_pattern_cost cost_of_few(const struct pst_patterns *patterns,
                                           uint32_t length)
{
    struct pst_pattern_cost cost = {.work = {0, 8}};

    for (uint32_t i = 0; i < patterns->count; i++) {
        for (uint32_t level = 0; level < PST_PATTERN_LEVELS; level++) {
            pst_work_add(&cost.work, trial_of(patterns, i, level, length));
            cost.trials++;
        }
        cost.found++;
    }
    return cost;
}

/* ---- many --------------------------------------------------------------- */

/* Of the groups that have one shape. */
struct of_shape {
    struct pst_pattern_cost all; /* together */
    struct pst_pattern_cost one; /* of the dearest */
};

struct costs {
    const struct pst_patterns *patterns;
    uint32_t length;
    uint32_t level;
    uint64_t bucket;  /* groups in the fullest bucket of the level */
    uint64_t longest; /* text of a group of the level */
    bool collide;     /* some differ in nothing but their texts */
    struct pst_pattern_cost *of_nodes; /* of the level behind */
    struct of_shape *of_shapes;        /* of this level */
};

static const struct pst_index_level *level_of(const struct costs *costs)
{
    return pst_index_level(costs->patterns->index, costs->level);
}

static const struct pst_index_group *groups_of(const struct costs *costs)
{
    return pst_index_groups(costs->patterns->index, costs->level);
}

static void measure_level(struct costs *costs)
{
    const struct pst_index_level *at = level_of(costs);
    const struct pst_index_group *groups = groups_of(costs);
    const uint32_t *buckets = costs->patterns->index + at->buckets;

    costs->bucket = 0;
    costs->longest = 0;
    costs->collide = false;
    for (uint32_t i = 0; i < at->group_count; i++) {
        const struct pst_index_group *group = &groups[i];

        costs->bucket =
            pst_bound_most(costs->bucket, buckets[i + 1] - buckets[i]);
        costs->longest = pst_bound_most(costs->longest, group->len);
        costs->collide |= i > 0 && group->hash == group[-1].hash &&
                          group->owner == group[-1].owner &&
                          group->len == group[-1].len;
    }
}

/* Finding the group of a text of `len` characters: two words lead to a bucket,
 * which is searched by halves. A group of another hash, node or length is not
 * compared as text, so without collisions one is. */
static postern_work lookup_of(const struct costs *costs, uint64_t len)
{
    uint64_t probes = pst_halves(costs->bucket);
    uint64_t texts = costs->collide ? probes : probes > 0;
    uint64_t width = sizeof(struct pst_index_group);
    uint64_t lines = pst_bound_least(probes * pst_lines_of(width),
                                     pst_lines_of(costs->bucket * width));

    return (postern_work){pst_lines_of(2 * sizeof(uint32_t)) + lines +
                              texts * pst_lines_of(len),
                          8 + 4 * probes + texts * len};
}

/* What is behind an edge, or behind a group that says all: the end of a pattern
 * or a node of the next level. */
static struct pst_pattern_cost behind(const struct costs *costs, uint32_t node,
                                      uint32_t target)
{
    return pst_index_segments(costs->patterns, costs->level, node) ==
                   costs->level
               ? (struct pst_pattern_cost){.found = 1, .work = {0, 2}}
               : costs->of_nodes[target];
}

/* One pattern is tried for an edge. Its letters may let it pass, so they save
 * nothing here: a text of 200 characters can have nearly all of them. */
static struct pst_pattern_cost cost_of_edge(const struct costs *costs,
                                            uint32_t node,
                                            const struct pst_index_edge *edge)
{
    struct pst_pattern_cost cost = behind(costs, node, edge->target);
    uint32_t pattern = edge->target;
    postern_work own = {0, 6};

    if (pst_index_segments(costs->patterns, costs->level, node) !=
        costs->level) {
        pattern = pst_index_nodes(costs->patterns->index,
                                  costs->level + 1)[edge->target]
                      .pattern;
        own.lines += pst_lines_of(sizeof(struct pst_index_node));
    }
    pst_work_add(
        &own, trial_of(costs->patterns, pattern, costs->level, costs->length));
    pst_work_add(&cost.work, own);
    cost.trials = pst_bound_add(cost.trials, 1);
    return cost;
}

/* Of a text that has the anchor of the group. */
static struct pst_pattern_cost
cost_of_group(const struct costs *costs, const struct pst_index_group *group)
{
    const struct pst_index_edge *edges =
        pst_index_edges(costs->patterns->index, costs->level);
    uint32_t node = group->owner >> 2;
    struct pst_pattern_cost sum = {
        .work = {pst_lines_of(sizeof *group) +
                     pst_lines_of((uint64_t)group->edge_count * sizeof *edges),
                 4}};

    if (group->target != PST_NO_TARGET) {
        add(&sum, behind(costs, node, group->target));
    }
    for (uint32_t i = 0; i < group->edge_count; i++) {
        add(&sum, cost_of_edge(costs, node, &edges[group->edges + i]));
    }
    return sum;
}

static void cost_shapes(const struct costs *costs)
{
    const struct pst_index_level *at = level_of(costs);
    const struct pst_index_group *groups = groups_of(costs);

    memset(costs->of_shapes, 0, at->shape_count * sizeof *costs->of_shapes);
    for (uint32_t i = 0; i < at->group_count; i++) {
        struct pst_pattern_cost cost = cost_of_group(costs, &groups[i]);
        uint32_t shape =
            pst_index_shape(costs->patterns, costs->level, groups[i].owner >> 2,
                            pst_shape(groups[i].owner & 3, groups[i].len));
        struct of_shape *of = &costs->of_shapes[shape];

        if (groups[i].len <= costs->length) {
            add(&of->all, cost);
            of->one = most_of(of->one, cost);
        }
    }
}

/* ---- one node ----------------------------------------------------------- */

/* Places of a text at which an inner anchor is looked up. */
static uint64_t places_of(const struct costs *costs, uint64_t len)
{
    uint64_t length = pst_bound_least(costs->length, PST_INNER_TEXT_MAX);

    return length < len ? 0 : length - len + 1;
}

/* At every place a text is hashed and looked up, and if it is found compared
 * with all texts before it; each group is found once. */
static struct pst_pattern_cost cost_of_inner(const struct costs *costs,
                                             const struct of_shape *of,
                                             uint64_t len)
{
    uint64_t places = places_of(costs, len);
    struct pst_pattern_cost sum = least_of(of->all, times(of->one, places));
    postern_work lookup = lookup_of(costs, len);
    uint64_t before = places * places / 2;

    lookup.steps += len + 4;
    pst_work_add(&sum.work, pst_work_times(lookup, places));
    sum.work.steps =
        pst_bound_add(sum.work.steps, costs->level == 0 ? 4 * before : before);
    sum.lookups = pst_bound_add(sum.lookups, places);
    return sum;
}

/* In a text beyond PST_INNER_TEXT_MAX all groups of the level are gone through,
 * and those of the shape are tried, whether in it or not. */
static struct pst_pattern_cost cost_of_all(const struct costs *costs,
                                           const struct of_shape *of)
{
    uint64_t count = level_of(costs)->group_count;
    struct pst_pattern_cost sum = of->all;

    pst_work_add(
        &sum.work,
        (postern_work){pst_lines_of(count * sizeof(struct pst_index_group)),
                       2 * count});
    sum.lookups = pst_bound_add(sum.lookups, count);
    return sum;
}

/* A text has one anchor of each shape, but it may hold many inner ones. */
static struct pst_pattern_cost cost_of_shape(const struct costs *costs,
                                             uint32_t place, uint32_t shape)
{
    const struct of_shape *of = &costs->of_shapes[place];
    uint64_t len = shape & PST_SHAPE_LENGTH;
    struct pst_pattern_cost sum;

    if (shape >> PST_SHAPE_KIND_SHIFT == PST_ANCHOR_INNER) {
        sum = cost_of_inner(costs, of, len);
        return costs->length > PST_INNER_TEXT_MAX
                   ? most_of(sum, cost_of_all(costs, of))
                   : sum;
    }
    if (shape >> PST_SHAPE_KIND_SHIFT == PST_ANCHOR_WHOLE) {
        len = pst_bound_least(costs->longest, costs->length);
    }
    sum = of->one;
    pst_work_add(&sum.work, lookup_of(costs, len));
    sum.lookups = pst_bound_add(sum.lookups, 1);
    return sum;
}

/* Beginnings are hashed once, each from the one before it, and so are ends. */
static uint64_t hashed_at(const struct costs *costs,
                          const struct pst_index_node *node)
{
    const uint32_t *shapes = costs->patterns->index + level_of(costs)->shapes;
    uint64_t front = 0;
    uint64_t back = 0;

    for (uint32_t k = 0; k < node->shape_count; k++) {
        uint32_t shape = shapes[node->shapes + k];
        uint64_t len = pst_bound_least(shape & PST_SHAPE_LENGTH, costs->length);

        if (shape >> PST_SHAPE_KIND_SHIFT == PST_ANCHOR_WHOLE) {
            front = costs->length;
        } else if (shape >> PST_SHAPE_KIND_SHIFT == PST_ANCHOR_PREFIX) {
            front = pst_bound_most(front, len);
        } else if (shape >> PST_SHAPE_KIND_SHIFT == PST_ANCHOR_SUFFIX) {
            back = pst_bound_most(back, len);
        }
    }
    return front + back;
}

static struct pst_pattern_cost cost_of_node(const struct costs *costs,
                                            const struct pst_index_node *node)
{
    const uint32_t *shapes = costs->patterns->index + level_of(costs)->shapes;
    struct pst_pattern_cost sum = {
        .work = {pst_lines_of(sizeof *node) +
                     pst_lines_of(node->shape_count * sizeof *shapes),
                 8 + 2 * hashed_at(costs, node)}};

    for (uint32_t k = 0; k < node->shape_count; k++) {
        uint32_t place = node->shapes + k;

        sum.work.steps = pst_bound_add(sum.work.steps, 8);
        if ((shapes[place] & PST_SHAPE_LENGTH) <= costs->length) {
            add(&sum, cost_of_shape(costs, place, shapes[place]));
        }
    }
    return sum;
}

static void cost_level(struct costs *costs)
{
    const struct pst_index_node *nodes =
        pst_index_nodes(costs->patterns->index, costs->level);
    uint32_t count = level_of(costs)->node_count;

    measure_level(costs);
    cost_shapes(costs);
    for (uint32_t i = 0; i < count; i++) {
        costs->of_nodes[i] = cost_of_node(costs, &nodes[i]);
    }
}

/* ---- all of it ---------------------------------------------------------- */

/* The index begins with its levels. What a part of the identifier holds is
 * found out once for each. No more lines than there are can be touched; whether
 * an identifier has one segment or two, it has one. */
static void add_search(const struct costs *costs,
                       struct pst_pattern_cost *worst)
{
    uint64_t levels = PST_PATTERN_LEVELS;

    *worst = most_of(costs->of_nodes[0], costs->of_nodes[1]);
    pst_work_add(
        &worst->work,
        (postern_work){pst_lines_of(levels * sizeof(struct pst_index_level)),
                       8 + levels * (4 + 2 * (uint64_t)costs->length)});
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

    *worst = cost_of_few(patterns, length);
    if (patterns->count <= PST_PATTERNS_TRIED) {
        return POSTERN_OK;
    }
    for (uint32_t i = 0; i < PST_PATTERN_LEVELS; i++) {
        const struct pst_index_level *at = pst_index_level(patterns->index, i);

        nodes = at->node_count > nodes ? at->node_count : nodes;
        shapes = at->shape_count > shapes ? at->shape_count : shapes;
    }
    bytes = nodes * sizeof *costs.of_nodes + shapes * sizeof *costs.of_shapes;
    costs.of_nodes = pst_alloc(allocator, bytes);
    if (!costs.of_nodes) {
        return POSTERN_ERR_MEMORY;
    }
    costs.of_shapes = (struct of_shape *)(costs.of_nodes + nodes);
    for (costs.level = PST_PATTERN_LEVELS; costs.level-- > 0;) {
        cost_level(&costs);
    }
    add_search(&costs, worst);
    pst_release(allocator, costs.of_nodes, bytes);
    return POSTERN_OK;
}
