/* Finding the patterns that an originator matches: on the decision path. */
#include "pdp/pattern_index.h"

#include "pdp/pattern_words.h"

/* ---- few --------------------------------------------------------------- */

static bool matches(const struct pst_patterns *patterns, uint32_t pattern,
                    const postern_id *id)
{
    uint32_t segments = id->second.data ? 2 : 1;

    return patterns->patterns[pattern].segments == segments &&
           pst_pattern_part_matches(patterns, pattern, 1, id->first) &&
           (segments == 1 ||
            pst_pattern_part_matches(patterns, pattern, 2, id->second)) &&
           pst_pattern_part_matches(patterns, pattern, 0, id->domain);
}

static uint32_t next_of_few(struct pst_pattern_search *search)
{
    while (search->next < search->patterns->count) {
        uint32_t pattern = search->next++;

        if (matches(search->patterns, pattern, search->id)) {
            return pattern;
        }
    }
    return PST_NO_PATTERN;
}

/* ---- many -------------------------------------------------------------- */

/* Domains are compared without regard to case. */
static bool folds(const struct pst_pattern_search *search)
{
    return search->level == 0;
}

static postern_str text_of(const struct pst_pattern_search *search)
{
    const postern_id *id = search->id;

    return search->level == 0   ? id->domain
           : search->level == 1 ? id->first
                                : id->second;
}

static void enter(struct pst_pattern_search *search, uint32_t level,
                  uint32_t node)
{
    const struct pst_index_node *at =
        pst_index_nodes(search->patterns->index, level) + node;

    search->level = level;
    search->cursors[level] =
        (struct pst_pattern_cursor){.node = node,
                                    .shape = at->shapes,
                                    .shape_end = at->shapes + at->shape_count,
                                    .hash = PST_ANCHOR_HASH_START};
}

/* The hash of the anchor, from those of the shorter ones before it. */
static uint32_t hash_up_to(struct pst_pattern_cursor *cursor,
                           const struct pst_group_key *key, postern_str text)
{
    if ((key->owner & 3) == PST_ANCHOR_SUFFIX && !cursor->backwards) {
        cursor->backwards = true;
        cursor->hash = PST_ANCHOR_HASH_START;
        cursor->hashed = 0;
    }
    for (; cursor->hashed < key->anchor.len; cursor->hashed++) {
        char c = text.data[cursor->backwards ? text.len - 1 - cursor->hashed
                                             : cursor->hashed];

        cursor->hash =
            pst_anchor_hash_add(cursor->hash, key->fold ? pst_fold(c) : c);
    }
    return pst_anchor_hash_end(cursor->hash, key->owner);
}

/* Whether what is at `place` stands nowhere before it. */
static bool is_first(postern_str text, size_t place, size_t len, bool fold)
{
    postern_str here = {text.data + place, len};

    for (size_t i = 0; i < place; i++) {
        postern_str other = {text.data + i, len};

        if (fold ? pst_str_fold_equal(here, other)
                 : pst_str_equal(here, other)) {
            return false;
        }
    }
    return true;
}

/* Of a text so long that looking for what stands in it twice would take longer:
 * the next group of inner anchors of that length, in it or not. */
static const struct pst_index_group *
next_of_all(struct pst_pattern_search *search,
            struct pst_pattern_cursor *cursor, uint32_t len)
{
    const uint32_t *index = search->patterns->index;
    const struct pst_index_group *groups =
        pst_index_groups(index, search->level);
    uint32_t count = pst_index_level(index, search->level)->group_count;
    uint32_t owner = pst_owner(cursor->node, PST_ANCHOR_INNER);

    while (cursor->place < count) {
        const struct pst_index_group *group = &groups[cursor->place++];

        if (group->owner == owner && group->len == len) {
            return group;
        }
    }
    cursor->place = 0;
    return NULL;
}

/* The next group of an inner anchor of that length in the text: one that stands
 * there again was found before. */
static const struct pst_index_group *
look_up_inner(struct pst_pattern_search *search,
              struct pst_pattern_cursor *cursor, uint32_t len)
{
    postern_str text = text_of(search);

    if (text.len > PST_INNER_TEXT_MAX) {
        return next_of_all(search, cursor, len);
    }
    while (cursor->place + len <= text.len) {
        uint32_t place = cursor->place++;
        struct pst_group_key key = {
            .owner = pst_owner(cursor->node, PST_ANCHOR_INNER),
            .anchor = {text.data + place, len},
            .fold = folds(search)};
        const struct pst_index_group *group;

        key.hash = pst_anchor_hash(key.anchor, key.owner, key.fold);
        group = pst_group_find(search->patterns, search->level, &key);
        if (group && is_first(text, place, len, key.fold)) {
            return group;
        }
    }
    cursor->place = 0;
    return NULL;
}

/* The group of the text's own anchor of that shape. */
static const struct pst_index_group *look_up(struct pst_pattern_search *search,
                                             struct pst_pattern_cursor *cursor,
                                             uint32_t shape)
{
    postern_str text = text_of(search);
    uint32_t kind = shape >> PST_SHAPE_KIND_SHIFT;
    size_t len = kind == PST_ANCHOR_WHOLE ? text.len : shape & PST_SHAPE_LENGTH;
    size_t from =
        kind == PST_ANCHOR_SUFFIX && len < text.len ? text.len - len : 0;
    struct pst_group_key key = {.owner = pst_owner(cursor->node, kind),
                                .anchor = {text.data + from, len},
                                .fold = folds(search)};

    if (len > text.len || len > PST_SHAPE_LENGTH) {
        return NULL;
    }
    key.hash = hash_up_to(cursor, &key, text);
    return pst_group_find(search->patterns, search->level, &key);
}

static bool edge_fits(struct pst_pattern_search *search,
                      const struct pst_index_edge *edge)
{
    const uint32_t *index = search->patterns->index;
    uint32_t *letters = search->letters[search->level];
    uint32_t pattern = edge->target;

    if (!(search->has_letters >> search->level & 1)) {
        memset(letters, 0, sizeof search->letters[0]);
        pst_letters_add(letters, text_of(search), folds(search));
        search->has_letters |= UINT32_C(1) << search->level;
    }
    if (!pst_letters_hold(letters, edge->letters)) {
        return false;
    }
    if (search->level < search->last) {
        pattern =
            pst_index_nodes(index, search->level + 1)[edge->target].pattern;
    }
    return pst_pattern_part_matches(search->patterns, pattern, search->level,
                                    text_of(search));
}

/* Goes on to the next shape when there is no more group of this one. */
static const struct pst_index_group *
next_group(struct pst_pattern_search *search, uint32_t shape)
{
    struct pst_pattern_cursor *cursor = &search->cursors[search->level];
    const struct pst_index_group *group;

    if (shape >> PST_SHAPE_KIND_SHIFT == PST_ANCHOR_INNER) {
        group = look_up_inner(search, cursor, shape & PST_SHAPE_LENGTH);
        cursor->shape += !group;
        return group;
    }
    cursor->shape++;
    return look_up(search, cursor, shape);
}

/* The next edge along which the part leads, or PST_NO_TARGET. */
static uint32_t next_target(struct pst_pattern_search *search)
{
    const uint32_t *index = search->patterns->index;
    const struct pst_index_level *at = pst_index_level(index, search->level);
    const struct pst_index_edge *edges = pst_index_edges(index, search->level);
    struct pst_pattern_cursor *cursor = &search->cursors[search->level];

    for (;;) {
        const struct pst_index_group *group = NULL;

        while (cursor->edge < cursor->edge_end) {
            const struct pst_index_edge *edge = &edges[cursor->edge++];

            if (edge_fits(search, edge)) {
                return edge->target;
            }
        }
        while (!group) {
            if (cursor->shape == cursor->shape_end) {
                return PST_NO_TARGET;
            }
            group = next_group(search, index[at->shapes + cursor->shape]);
        }
        cursor->edge = group->edges;
        cursor->edge_end = group->edges + group->edge_count;
        if (group->target != PST_NO_TARGET) {
            return group->target;
        }
    }
}

static uint32_t next_of_many(struct pst_pattern_search *search)
{
    for (;;) {
        uint32_t target = next_target(search);

        if (target == PST_NO_TARGET) {
            if (search->level == 0) {
                return PST_NO_PATTERN;
            }
            search->level--;
        } else if (search->level == search->last) {
            return target;
        } else {
            enter(search, search->level + 1, target);
        }
    }
}

/* ---- either ------------------------------------------------------------ */

void pst_pattern_search_begin(struct pst_pattern_search *search,
                              const struct pst_patterns *patterns,
                              const postern_id *id)
{
    search->patterns = patterns;
    search->id = id;
    search->next = 0;
    if (id->kind != POSTERN_ID_ENTITY) {
        search->next = PST_NO_PATTERN;
    }
    if (search->next > 0 || patterns->count <= PST_PATTERNS_TRIED) {
        return;
    }
    search->last = id->second.data ? 2 : 1;
    search->has_letters = 0;
    enter(search, 0, search->last - 1);
}

uint32_t pst_pattern_search_next(struct pst_pattern_search *search)
{
    if (search->next > 0 || search->patterns->count <= PST_PATTERNS_TRIED) {
        return next_of_few(search);
    }
    return next_of_many(search);
}

bool pst_pattern_index_find(const struct pst_patterns *patterns,
                            const postern_id *id,
                            bool (*found)(void *user, uint32_t pattern),
                            void *user)
{
    struct pst_pattern_search search;
    uint32_t pattern;

    pst_pattern_search_begin(&search, patterns, id);
    do {
        pattern = pst_pattern_search_next(&search);
    } while (pattern != PST_NO_PATTERN && found(user, pattern));
    return pattern == PST_NO_PATTERN;
}
