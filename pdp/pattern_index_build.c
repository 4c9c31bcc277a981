/*
 * Making the index of patterns: level after level. On each level the parts of
 * all patterns are sorted by node, anchor and text; equal ones become one edge.
 *
 * Sorting begins with dealing out by hash, which leaves little to compare; what
 * collides is sorted in n log n all the same.
 */
#include "pdp/pattern_index.h"

#include "base/sort.h"
#include "pdp/pattern_words.h"

/* The part of one pattern, and later on the shape of one group. */
struct draft {
    uint32_t bucket; /* to be dealt into; then one of the following */
    uint32_t hash;
    uint32_t owner;
    uint32_t offset; /* of the anchor in the part */
    uint32_t length; /* of the anchor; or the shape itself */
    uint32_t pattern;
};

enum { SAME_EDGE, NEW_EDGE, NEW_GROUP };

enum { MANY_EDGES = 16 }; /* of one group: more have inner anchors */

struct build {
    const struct pst_patterns *patterns;
    const postern_allocator *allocator;
    struct pst_vec *out;
    uint32_t start; /* of the index, in out */
    uint32_t level;
    uint32_t node_count; /* of this level */
    uint32_t next_count; /* nodes of the next level */
    uint32_t draft_count;
    uint32_t group_count;
    uint32_t edge_count;
    uint32_t shape_count;
    /* Scratch, one block: see carve(). */
    uint32_t *node_of; /* by pattern: where its path has come to */
    uint32_t *places;
    struct draft *drafts;
    struct draft *sorted;
    struct draft *shapes;
};

/* ---- sorting ----------------------------------------------------------- */

static int number_order(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static postern_str part_of(const struct build *build, const struct draft *draft)
{
    return pst_pattern_text(build->patterns, draft->pattern, build->level);
}

static postern_str anchor_of(const struct build *build,
                             const struct draft *draft)
{
    return pst_str_slice(part_of(build, draft), draft->offset,
                         draft->offset + draft->length);
}

static int group_order(const struct build *build, const struct draft *a,
                       const struct draft *b)
{
    if (a->hash != b->hash) {
        return number_order(a->hash, b->hash);
    }
    if (a->owner != b->owner) {
        return number_order(a->owner, b->owner);
    }
    return pst_part_order(anchor_of(build, a), anchor_of(build, b));
}

static int part_order(const void *left, const void *right, const void *context)
{
    const struct build *build = context;
    int order = group_order(build, left, right);

    return order ? order
                 : pst_part_order(part_of(build, left), part_of(build, right));
}

static int shape_order(const void *left, const void *right, const void *context)
{
    const struct draft *a = left;
    const struct draft *b = right;

    (void)context;
    return number_order(a->length, b->length);
}

/* Deals `count` drafts from `from` into `to` by their buckets. */
static void deal(struct build *build, struct draft *to,
                 const struct draft *from, uint32_t count, uint32_t buckets)
{
    uint32_t *places = build->places;

    memset(places, 0, ((size_t)buckets + 1) * sizeof *places);
    for (uint32_t i = 0; i < count; i++) {
        places[from[i].bucket + 1]++;
    }
    for (uint32_t i = 0; i < buckets; i++) {
        places[i + 1] += places[i];
    }
    for (uint32_t i = 0; i < count; i++) {
        to[places[from[i].bucket]++] = from[i];
    }
}

/* Drafts that stand in order of their buckets, by `order` within each. */
static void sort_buckets(const struct build *build, struct draft *drafts,
                         uint32_t count, pst_order_fn *order)
{
    uint32_t first = 0;

    for (uint32_t i = 1; i <= count; i++) {
        if (i == count || drafts[i].bucket != drafts[first].bucket) {
            if (i - first > 1) {
                pst_sort(drafts + first, i - first, sizeof *drafts, order,
                         build);
            }
            first = i;
        }
    }
}

/* ---- one level: which groups, edges, shapes and nodes ------------------ */

static void anchor_draft(const struct build *build, struct draft *draft,
                         uint32_t node, const struct pst_anchor *anchor)
{
    draft->owner = pst_owner(node, anchor->kind);
    draft->offset = anchor->offset;
    draft->length = anchor->len;
    draft->hash = pst_anchor_hash(anchor_of(build, draft), draft->owner, false);
}

static postern_status draft_parts(struct build *build)
{
    build->draft_count = 0;
    for (uint32_t i = 0; i < build->patterns->count; i++) {
        if (build->patterns->patterns[i].segments >= build->level) {
            postern_str part =
                pst_pattern_text(build->patterns, i, build->level);
            struct pst_anchor anchor = pst_anchor_of(part);
            struct draft *draft = &build->drafts[build->draft_count++];

            if (part.len > PST_SHAPE_LENGTH) {
                return POSTERN_ERR_LIMIT;
            }
            draft->pattern = i;
            anchor_draft(build, draft, build->node_of[i], &anchor);
        }
    }
    return POSTERN_OK;
}

/* Afterwards `sorted` holds the drafts in order. */
static void sort_parts(struct build *build)
{
    for (uint32_t i = 0; i < build->draft_count; i++) {
        build->drafts[i].bucket =
            pst_index_bucket(build->drafts[i].hash, build->draft_count);
    }
    deal(build, build->sorted, build->drafts, build->draft_count,
         build->draft_count);
    sort_buckets(build, build->sorted, build->draft_count, part_order);
}

/* From now on `bucket` says where edges and groups begin. The drafts before the
 * one that is looked at are marked already: only their texts are compared. */
static void mark(struct build *build)
{
    struct draft *sorted = build->sorted;

    build->group_count = 0;
    build->edge_count = 0;
    for (uint32_t i = 0; i < build->draft_count; i++) {
        if (i == 0 || group_order(build, &sorted[i - 1], &sorted[i]) != 0) {
            sorted[i].bucket = NEW_GROUP;
        } else {
            sorted[i].bucket =
                part_order(&sorted[i - 1], &sorted[i], build) != 0 ? NEW_EDGE
                                                                   : SAME_EDGE;
        }
        build->group_count += sorted[i].bucket == NEW_GROUP;
        build->edge_count +=
            sorted[i].bucket != SAME_EDGE &&
            !pst_anchor_of(part_of(build, &sorted[i])).says_all;
    }
}

/* Inner anchors for the drafts of one group, as far as they have some. */
static bool anchor_within(struct build *build, struct draft *drafts,
                          uint32_t count)
{
    bool any = false;

    for (uint32_t i = 0; i < count; i++) {
        struct pst_anchor inner =
            pst_inner_anchor_of(part_of(build, &drafts[i]));

        if (inner.len >= PST_INNER_MIN) {
            anchor_draft(build, &drafts[i], drafts[i].owner >> 2, &inner);
            any = true;
        }
    }
    return any;
}

/* Breaks up the groups that are too large. */
static bool anchor_many_within(struct build *build)
{
    struct draft *sorted = build->sorted;
    bool any = false;
    uint32_t first = 0;
    uint32_t edges = 0;

    for (uint32_t i = 0; i <= build->draft_count; i++) {
        bool ends = i == build->draft_count || sorted[i].bucket == NEW_GROUP;

        if (ends && edges > MANY_EDGES &&
            anchor_within(build, sorted + first, i - first)) {
            any = true;
        }
        if (ends) {
            first = i;
            edges = 0;
        }
        edges += i < build->draft_count && sorted[i].bucket != SAME_EDGE;
    }
    return any;
}

static void group_parts(struct build *build)
{
    sort_parts(build);
    mark(build);
    if (anchor_many_within(build)) {
        struct draft *drafts = build->drafts;

        build->drafts = build->sorted;
        build->sorted = drafts;
        sort_parts(build);
        mark(build);
    }
}

/* One node, or the pattern that ends here, for each edge. The pattern that
 * stands for the edge, its first draft, becomes the least of its patterns. */
static postern_status lead_on(struct build *build)
{
    struct draft *sorted = build->sorted;
    struct draft *edge = sorted;

    build->next_count = 0;
    for (uint32_t i = 0; i < build->draft_count; i++) {
        uint32_t pattern = sorted[i].pattern;

        if (sorted[i].bucket == SAME_EDGE &&
            build->patterns->patterns[pattern].segments == build->level) {
            return POSTERN_ERR_ARGUMENT; /* the same pattern twice */
        }
        if (sorted[i].bucket != SAME_EDGE) {
            edge = &sorted[i];
            build->next_count +=
                build->patterns->patterns[pattern].segments > build->level;
        }
        build->node_of[pattern] = build->next_count - 1;
        if (pattern < edge->pattern) {
            sorted[i].pattern = edge->pattern;
            edge->pattern = pattern;
        }
    }
    return POSTERN_OK;
}

/* Afterwards `shapes` holds those of each node, once each, in order. */
static void draft_shapes(struct build *build)
{
    struct draft *drafts = build->drafts;
    struct draft *shapes = build->shapes;
    uint32_t count = 0;

    for (uint32_t i = 0; i < build->draft_count; i++) {
        const struct draft *part = &build->sorted[i];

        if (part->bucket == NEW_GROUP) {
            drafts[count++] = (struct draft){
                .bucket = part->owner >> 2,
                .length = pst_shape(part->owner & 3, part->length)};
        }
    }
    deal(build, shapes, drafts, count, build->node_count);
    sort_buckets(build, shapes, count, shape_order);
    build->shape_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || shapes[i].bucket != shapes[i - 1].bucket ||
            shapes[i].length != shapes[i - 1].length) {
            drafts[build->shape_count++] = shapes[i];
        }
    }
    memcpy(shapes, drafts, build->shape_count * sizeof *shapes);
}

/* ---- one level: its words ---------------------------------------------- */

static uint32_t *words_at(const struct build *build, uint32_t offset)
{
    return (uint32_t *)build->out->data + build->start + offset;
}

/* Room for all tables of the level, and where they are. */
static postern_status reserve(struct build *build)
{
    uint32_t begin = build->out->count - build->start;
    struct pst_index_level at = {.node_count = build->node_count,
                                 .shape_count = build->shape_count,
                                 .group_count = build->group_count,
                                 .edge_count = build->edge_count};
    uint64_t end = begin;
    postern_status status;

    at.nodes = (uint32_t)end;
    end += (uint64_t)at.node_count * PST_WORDS_OF_NODE;
    at.shapes = (uint32_t)end;
    end += at.shape_count;
    at.buckets = (uint32_t)end;
    end += (uint64_t)at.group_count + 1;
    at.groups = (uint32_t)end;
    end += (uint64_t)at.group_count * PST_WORDS_OF_GROUP;
    at.edges = (uint32_t)end;
    end += (uint64_t)at.edge_count * PST_WORDS_OF_EDGE;
    if (end > UINT32_MAX) {
        return POSTERN_ERR_LIMIT;
    }
    status =
        pst_vec_push(build->out, build->allocator, NULL, (uint32_t)end - begin);
    if (status == POSTERN_OK) {
        memcpy(words_at(build, build->level * PST_WORDS_OF_LEVEL), &at,
               sizeof at);
    }
    return status;
}

static void write_nodes(struct build *build, const struct pst_index_level *at)
{
    struct pst_index_node *nodes = (void *)words_at(build, at->nodes);
    uint32_t *shapes = words_at(build, at->shapes);
    uint32_t next = 0;

    for (uint32_t i = 0; i < build->node_count; i++) {
        nodes[i].pattern = UINT32_MAX;
    }
    for (uint32_t i = 0; i < build->draft_count; i++) {
        struct pst_index_node *node = &nodes[build->sorted[i].owner >> 2];

        if (build->sorted[i].pattern < node->pattern) {
            node->pattern = build->sorted[i].pattern;
        }
    }
    for (uint32_t i = 0; i < build->node_count; i++) {
        nodes[i].shapes = next;
        while (next < build->shape_count && build->shapes[next].bucket == i) {
            shapes[next] = build->shapes[next].length;
            next++;
        }
        nodes[i].shape_count = next - nodes[i].shapes;
    }
}

static void write_group(struct build *build, struct pst_index_group *group,
                        const struct draft *draft, uint32_t edges)
{
    struct pst_text_ref part =
        pst_pattern_ref(build->patterns, draft->pattern, build->level);

    group->hash = draft->hash;
    group->owner = draft->owner;
    group->len = draft->length;
    group->text = part.offset + draft->offset;
    group->target = PST_NO_TARGET;
    group->edges = edges;
}

static void write_edge(struct build *build, struct pst_index_group *group,
                       struct pst_index_edge *edges, const struct draft *draft,
                       uint32_t target)
{
    postern_str part = part_of(build, draft);
    struct pst_index_edge *edge = &edges[group->edges + group->edge_count];

    if (pst_anchor_of(part).says_all) {
        group->target = target;
        return;
    }
    pst_letters_add(edge->letters, part, false);
    edge->target = target;
    group->edge_count++;
}

static void write_groups(struct build *build, const struct pst_index_level *at)
{
    struct pst_index_group *groups = (void *)words_at(build, at->groups);
    struct pst_index_edge *edges = (void *)words_at(build, at->edges);
    struct pst_index_group *group = groups;
    uint32_t edge = 0;

    for (uint32_t i = 0; i < build->draft_count; i++) {
        const struct draft *draft = &build->sorted[i];
        uint32_t pattern = draft->pattern;

        if (draft->bucket == SAME_EDGE) {
            continue;
        }
        if (draft->bucket == NEW_GROUP) {
            if (i > 0) {
                edge += group->edge_count;
                group++;
            }
            write_group(build, group, draft, edge);
        }
        write_edge(build, group, edges, draft,
                   build->patterns->patterns[pattern].segments == build->level
                       ? pattern
                       : build->node_of[pattern]);
    }
}

static void write_buckets(struct build *build, const struct pst_index_level *at)
{
    const struct pst_index_group *groups = (void *)words_at(build, at->groups);
    uint32_t *buckets = words_at(build, at->buckets);
    uint32_t next = 0;

    for (uint32_t i = 0; i < at->group_count; i++) {
        uint32_t bucket = pst_index_bucket(groups[i].hash, at->group_count);

        while (next <= bucket) {
            buckets[next++] = i;
        }
    }
    while (next <= at->group_count) {
        buckets[next++] = at->group_count;
    }
}

static postern_status build_level(struct build *build)
{
    const struct pst_index_level *at;
    postern_status status = draft_parts(build);

    if (status != POSTERN_OK) {
        return status;
    }
    group_parts(build);
    draft_shapes(build);
    status = lead_on(build);
    if (status == POSTERN_OK) {
        status = reserve(build);
    }
    if (status != POSTERN_OK) {
        return status;
    }
    at = (void *)words_at(build, build->level * PST_WORDS_OF_LEVEL);
    write_nodes(build, at);
    write_groups(build, at);
    write_buckets(build, at);
    return POSTERN_OK;
}

/* ---- the index --------------------------------------------------------- */

/* Numbers by pattern, by bucket or node (and one more), and three times
 * drafts. */
static uint64_t scratch_bytes(uint64_t count)
{
    return (2 * count + 3) * sizeof(uint32_t) +
           3 * count * sizeof(struct draft);
}

static void carve(struct build *build, void *scratch)
{
    size_t count = build->patterns->count;

    build->drafts = scratch;
    build->sorted = build->drafts + count;
    build->shapes = build->sorted + count;
    build->node_of = (uint32_t *)(void *)(build->shapes + count);
    build->places = build->node_of + count;
}

static postern_status build_levels(struct build *build)
{
    const struct pst_patterns *patterns = build->patterns;
    postern_status status =
        pst_vec_push(build->out, build->allocator, NULL,
                     PST_PATTERN_LEVELS * (uint32_t)PST_WORDS_OF_LEVEL);

    for (uint32_t i = 0; i < patterns->count; i++) {
        build->node_of[i] = patterns->patterns[i].segments - 1;
    }
    build->next_count = 2; /* the roots */
    while (status == POSTERN_OK && build->level < PST_PATTERN_LEVELS) {
        build->node_count = build->next_count;
        status = build_level(build);
        build->level++;
    }
    return status;
}

postern_status pst_pattern_index_build(const struct pst_patterns *patterns,
                                       const postern_allocator *allocator,
                                       struct pst_vec *out)
{
    struct build build = {.patterns = patterns,
                          .allocator = allocator,
                          .out = out,
                          .start = out->count};
    uint64_t bytes = scratch_bytes(patterns->count);
    postern_status status;
    void *scratch;

    if (patterns->count <= PST_PATTERNS_TRIED) {
        return POSTERN_OK;
    }
    if (bytes > SIZE_MAX || patterns->count > PST_SHAPE_LENGTH) {
        return POSTERN_ERR_LIMIT;
    }
    scratch = pst_alloc(allocator, (size_t)bytes);
    if (!scratch) {
        return POSTERN_ERR_MEMORY;
    }
    carve(&build, scratch);
    status = build_levels(&build);
    pst_release(allocator, scratch, (size_t)bytes);
    if (status != POSTERN_OK) {
        out->count = build.start;
    }
    return status;
}
