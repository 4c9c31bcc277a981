#include "pdp/pattern_words.h"

#include "pdp/wildcard.h"

bool pst_pattern_part_matches(const struct pst_patterns *patterns,
                              uint32_t pattern, uint32_t level,
                              postern_str text)
{
    const struct pst_pattern *at = &patterns->patterns[pattern];
    const uint16_t *failures = patterns->failures + at->failures;
    postern_str part = pst_pattern_text(patterns, pattern, level);

    if (level == 0) {
        return pst_wildcard_matches_folded(part, failures, text);
    }
    failures += at->domain.len + (level == 2 ? at->first.len : 0);
    return pst_wildcard_matches(part, failures, text);
}

struct pst_anchor pst_anchor_of(postern_str part)
{
    uint32_t len = (uint32_t)part.len;
    uint32_t head = (uint32_t)pst_str_find(part, 0, '*');
    uint32_t tail = 0;

    if (head == len) {
        return (struct pst_anchor){PST_ANCHOR_WHOLE, 0, len, true};
    }
    while (part.data[len - 1 - tail] != '*') {
        tail++;
    }
    if (tail > head) {
        return (struct pst_anchor){PST_ANCHOR_SUFFIX, len - tail, tail,
                                   tail + 1 == len};
    }
    return (struct pst_anchor){PST_ANCHOR_PREFIX, 0, head, head + 1 == len};
}

struct pst_anchor pst_inner_anchor_of(postern_str part)
{
    struct pst_anchor inner = {.kind = PST_ANCHOR_INNER};
    size_t start = pst_str_find(part, 0, '*') + 1;

    while (start < part.len) {
        size_t star = pst_str_find(part, start, '*');

        if (star < part.len && star - start > inner.len) {
            inner.offset = (uint32_t)start;
            inner.len = (uint32_t)(star - start);
        }
        start = star + 1;
    }
    inner.len = inner.len < PST_INNER_MAX ? inner.len : PST_INNER_MAX;
    return inner;
}

static void add_bit(uint32_t *words, uint32_t bit)
{
    words[bit >> 5] |= UINT32_C(1) << (bit & 31);
}

/* Two words for the characters, four for the pairs of neighbours. */
void pst_letters_add(uint32_t letters[PST_PATTERN_LETTERS], postern_str text,
                     bool fold)
{
    uint32_t before = '*';

    for (size_t i = 0; i < text.len; i++) {
        char c = fold ? pst_fold(text.data[i]) : text.data[i];
        uint32_t now = (unsigned char)c;

        if (now != '*') {
            add_bit(letters, now & 63);
            if (before != '*') {
                add_bit(letters + 2,
                        (before << 8 | now) * UINT32_C(0x9E3779B1) >> 25);
            }
        }
        before = now;
    }
}

uint32_t pst_anchor_hash(postern_str anchor, uint32_t owner, bool fold)
{
    bool backwards = (owner & 3) == PST_ANCHOR_SUFFIX;
    uint32_t hash = PST_ANCHOR_HASH_START;

    for (size_t i = 0; i < anchor.len; i++) {
        char c = anchor.data[backwards ? anchor.len - 1 - i : i];

        hash = pst_anchor_hash_add(hash, fold ? pst_fold(c) : c);
    }
    return pst_anchor_hash_end(hash, owner);
}

static int fold_order(postern_str text, const char *folded)
{
    for (size_t i = 0; i < text.len; i++) {
        int order =
            (unsigned char)pst_fold(text.data[i]) - (unsigned char)folded[i];

        if (order) {
            return order;
        }
    }
    return 0;
}

static int number_order(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

int pst_group_order(const struct pst_group_key *key,
                    const struct pst_index_group *group, const char *texts)
{
    const char *text = texts + group->text;

    if (key->hash != group->hash) {
        return number_order(key->hash, group->hash);
    }
    if (key->owner != group->owner) {
        return number_order(key->owner, group->owner);
    }
    if (key->anchor.len != group->len) {
        return number_order(key->anchor.len, group->len);
    }
    if (key->fold) {
        return fold_order(key->anchor, text);
    }
    return group->len ? memcmp(key->anchor.data, text, group->len) : 0;
}

const struct pst_index_group *
pst_group_find(const struct pst_patterns *patterns, uint32_t level,
               const struct pst_group_key *key)
{
    const struct pst_index_level *at = pst_index_level(patterns->index, level);
    const struct pst_index_group *groups =
        pst_index_groups(patterns->index, level);
    const uint32_t *bucket = patterns->index + at->buckets +
                             pst_index_bucket(key->hash, at->group_count);
    uint32_t low = bucket[0];
    uint32_t high = at->group_count ? bucket[1] : low;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = pst_group_order(key, &groups[middle], patterns->texts);

        if (order == 0) {
            return &groups[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

/* ---- nodes ------------------------------------------------------------- */

uint32_t pst_index_segments(const struct pst_patterns *patterns, uint32_t level,
                            uint32_t node)
{
    if (level == 0) {
        return node + 1;
    }
    return patterns
        ->patterns[pst_index_nodes(patterns->index, level)[node].pattern]
        .segments;
}

uint32_t pst_index_shape(const struct pst_patterns *patterns, uint32_t level,
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
