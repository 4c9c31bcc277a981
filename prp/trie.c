/*
 * The set of 64-bit keys behind the multimap. A key is the upper half of the
 * hash and, below it, the number, scrambled so that numbers that follow one
 * another scatter; keys that differ nowhere else still part in the number, so
 * no leaf overflows for good.
 *
 *   node     a header and cells of 8 bytes: of a branch children, of a leaf
 *            keys in ascending order
 *   branch   tells five bits of the key apart. Several slots that stand next to
 *            each other can share a child: `starts` has a bit for the first
 *            slot of each. Its slots are a power of two, aligned to that.
 *   leaf     at most LEAF_KEYS keys. One more, and the leaf is split in two
 * that have half of the slots each; a leaf with one slot first moves below a
 * branch of its own. So leaves are two thirds full on average, however many
 * keys there are. NULL: no keys.
 *
 * A change first makes every node on the path its own. What it does then can
 * free at once what it replaces, and nothing that readers see is in its way.
 */
#include "prp/trie.h"

#include "base/fetch.h"

#include <string.h>

enum {
    BITS = 5, /* of the key, a level */
    FAN_OUT = 1 << BITS,
    KEY_BITS = 64,
    LEVELS = KEY_BITS / BITS, /* a slot of the last holds 16 keys: no split */
    LEAF_KEYS = 32,
    MERGED_KEYS = LEAF_KEYS * 3 / 4, /* two leaves with as many become one */
    CELL_STEP = 4 /* cells are allocated by fours: most growth is in place */
};

union pst_trie_cell {
    struct pst_trie_node *child;
    uint64_t key;
};

struct pst_trie_node {
    uint64_t stamp;  /* of the change that made it */
    uint32_t starts; /* of a branch: bit 0 is set; of a leaf: 0 */
    uint32_t count;  /* cells in use, at least one */
    union pst_trie_cell cells[];
};

/* ---- keys --------------------------------------------------------------- */

/* Odd, and its inverse modulo 2^32. */
static const uint32_t scramble = 0x9E3779B1u;
static const uint32_t unscramble = 0x0E8B2F51u;

static uint64_t first_key(uint64_t hash)
{
    return hash >> 32 << 32;
}

static uint64_t key_of(uint64_t hash, uint32_t number)
{
    return first_key(hash) | (uint32_t)(number * scramble);
}

static uint32_t number_of(uint64_t key)
{
    return (uint32_t)key * unscramble;
}

/* ---- nodes -------------------------------------------------------------- */

static bool is_branch(const struct pst_trie_node *node)
{
    return node && node->starts != 0;
}

static uint32_t count_of(const struct pst_trie_node *node)
{
    return node ? node->count : 0;
}

static size_t size_for(uint32_t count)
{
    return offsetof(struct pst_trie_node, cells) +
           (count + CELL_STEP - 1) / CELL_STEP * CELL_STEP *
               sizeof(union pst_trie_cell);
}

static struct pst_trie_node *node_new(struct pst_pool *pool, uint32_t starts,
                                      uint32_t count)
{
    struct pst_trie_node *node = pst_pool_alloc(pool, size_for(count));

    if (node) {
        node->stamp = pool->stamp;
        node->starts = starts;
        node->count = count;
    }
    return node;
}

static void node_free(struct pst_pool *pool, struct pst_trie_node *node)
{
    if (node) {
        pst_pool_free(pool, node, size_for(node->count));
    }
}

static void copy_cells(union pst_trie_cell *to, const union pst_trie_cell *from,
                       uint32_t count)
{
    memcpy(to, from, count * sizeof *to);
}

static void move_cells(union pst_trie_cell *to, const union pst_trie_cell *from,
                       uint32_t count)
{
    memmove(to, from, count * sizeof *to);
}

/* Makes the node at a link one that the change may write. */
static postern_status own(struct pst_pool *pool, struct pst_trie_node **link)
{
    const struct pst_trie_node *node = *link;
    struct pst_trie_node *copy;

    if (!node || node->stamp == pool->stamp) {
        return POSTERN_OK;
    }
    copy = node_new(pool, node->starts, node->count);
    if (!copy) {
        return POSTERN_ERR_MEMORY;
    }
    copy_cells(copy->cells, node->cells, node->count);
    if (pst_pool_retire(pool, node, size_for(node->count), NULL) !=
        POSTERN_OK) {
        node_free(pool, copy);
        return POSTERN_ERR_MEMORY;
    }
    *link = copy;
    return POSTERN_OK;
}

/* The node at the link, which is owned, gets a cell more, before its cell `i`;
 * no node becomes a leaf of one. */
static postern_status open_gap(struct pst_pool *pool,
                               struct pst_trie_node **link, uint32_t i)
{
    struct pst_trie_node *node = *link;
    uint32_t count = count_of(node);
    struct pst_trie_node *wide = node;

    if (!node || size_for(count) != size_for(count + 1)) {
        wide = node_new(pool, node ? node->starts : 0, count + 1);
        if (!wide) {
            return POSTERN_ERR_MEMORY;
        }
        if (node) {
            copy_cells(wide->cells, node->cells, i);
        }
    }
    if (node) {
        move_cells(wide->cells + i + 1, node->cells + i, count - i);
    }
    if (wide != node) {
        node_free(pool, node);
    }
    wide->count = count + 1;
    *link = wide;
    return POSTERN_OK;
}

/* The opposite; a leaf of one becomes no node. */
static postern_status close_gap(struct pst_pool *pool,
                                struct pst_trie_node **link, uint32_t i)
{
    struct pst_trie_node *node = *link;
    uint32_t count = node->count - 1;
    struct pst_trie_node *narrow = count == 0 ? NULL : node;

    if (count > 0 && size_for(count) != size_for(count + 1)) {
        narrow = node_new(pool, node->starts, count);
        if (!narrow) {
            return POSTERN_ERR_MEMORY;
        }
        copy_cells(narrow->cells, node->cells, i);
    }
    if (narrow) {
        move_cells(narrow->cells + i, node->cells + i + 1, count - i);
    }
    if (narrow != node) {
        node_free(pool, node);
    } else {
        node->count = count;
    }
    *link = narrow;
    return POSTERN_OK;
}

/* ---- branches ----------------------------------------------------------- */

static uint32_t bits_in(uint32_t word)
{
    word -= word >> 1 & 0x55555555u;
    word = (word & 0x33333333u) + (word >> 2 & 0x33333333u);
    word = (word + (word >> 4)) & 0x0F0F0F0Fu;
    return word * 0x01010101u >> 24;
}

/* Of a level, from 0: the lowest bit of the key that it tells apart. */
static uint32_t shift_of(uint32_t level)
{
    return KEY_BITS - BITS * (level + 1);
}

static uint32_t slot_of(uint64_t key, uint32_t shift)
{
    return key >> shift & (FAN_OUT - 1);
}

/* The cell of the child that a slot belongs to. */
static uint32_t cell_of(const struct pst_trie_node *branch, uint32_t slot)
{
    uint32_t up_to_slot = ((uint32_t)2 << slot) - 1;

    return bits_in(branch->starts & up_to_slot) - 1;
}

/* The slots of one child of a branch: first, first + 1, ... */
struct range {
    uint32_t first;
    uint32_t width; /* a power of two */
};

static struct range range_of(const struct pst_trie_node *branch, uint32_t slot)
{
    uint32_t first = slot;
    uint32_t end = slot + 1;

    while (!(branch->starts >> first & 1)) {
        first--;
    }
    while (end < FAN_OUT && !(branch->starts >> end & 1)) {
        end++;
    }
    return (struct range){first, end - first};
}

/* ---- looking up --------------------------------------------------------- */

/* The first cell of a leaf whose key is not below `key`. No branch depends on
 * a key: all lines of the leaf are on their way at once. */
static uint32_t lower_bound(const struct pst_trie_node *leaf, uint64_t key)
{
    uint32_t below = 0;

    for (uint32_t i = 0; i < leaf->count; i++) {
        below += leaf->cells[i].key < key;
    }
    return below;
}

/* The first key of the leaf after that of `key`, whose branch is of `shift` and
 * not the uppermost one. */
static uint64_t end_of_leaf(const struct pst_trie_node *branch, uint64_t key,
                            uint32_t shift)
{
    struct range range = range_of(branch, slot_of(key, shift));
    uint64_t above = key >> (shift + BITS) << (shift + BITS);

    return above + ((uint64_t)(range.first + range.width) << shift);
}

/* Most nodes have three cache lines. The header says which one is needed, and
 * would be waited for first. */
static void fetch_ahead(const struct pst_trie_node *node)
{
    pst_fetch((const char *)node + 64);
    pst_fetch((const char *)node + 128);
}

static const struct pst_trie_node *child_of(const struct pst_trie_node *branch,
                                            uint64_t key, uint32_t shift)
{
    return branch->cells[cell_of(branch, slot_of(key, shift))].child;
}

/* Goes to the first key of the walk that is not below `key`, or to the end of
 * the leaf that would have it. */
static void go_to(struct pst_trie_walk *walk, uint64_t key)
{
    const struct pst_trie_node *node = walk->root;
    const struct pst_trie_node *branch = NULL;
    uint32_t shift = KEY_BITS;

    while (is_branch(node)) {
        shift -= BITS;
        branch = node;
        node = child_of(branch, key, shift);
        fetch_ahead(node);
    }
    walk->at = node ? node->cells + lower_bound(node, key) : NULL;
    walk->end = node ? node->cells + node->count : NULL;
    /* Only below a branch that tells numbers apart has a hash two leaves. */
    walk->resume = branch && shift < 32 ? end_of_leaf(branch, key, shift) : 0;
    if (walk->resume > walk->last) {
        walk->resume = 0;
    }
}

uint32_t pst_trie_first(const struct pst_trie *trie, uint64_t hash,
                        struct pst_trie_walk *walk)
{
    walk->root = trie->root;
    walk->last = first_key(hash) | UINT32_MAX;
    go_to(walk, first_key(hash));
    return pst_trie_next(walk);
}

uint32_t pst_trie_next(struct pst_trie_walk *walk)
{
    while (walk->at == walk->end && walk->resume != 0) {
        go_to(walk, walk->resume);
    }
    if (walk->at == walk->end || walk->at->key > walk->last) {
        return PST_NO_NUMBER;
    }
    return number_of(walk->at++->key);
}

/* Of the leaf that has the first key of a hash. */
static uint32_t first_in(const struct pst_trie_node *leaf, uint64_t hash)
{
    uint32_t at = leaf ? lower_bound(leaf, first_key(hash)) : 0;

    return at < count_of(leaf) &&
                   first_key(leaf->cells[at].key) == first_key(hash)
               ? number_of(leaf->cells[at].key)
               : PST_NO_NUMBER;
}

void pst_trie_first_of_each(const struct pst_trie *trie, const uint64_t *hashes,
                            size_t count, uint32_t *numbers)
{
    const struct pst_trie_node *nodes[PST_TRIE_AT_ONCE];
    bool deeper = count > 0;

    for (size_t i = 0; i < count; i++) {
        nodes[i] = trie->root;
    }
    for (uint32_t shift = KEY_BITS - BITS; deeper; shift -= BITS) {
        deeper = false;
        for (size_t i = 0; i < count; i++) {
            if (is_branch(nodes[i])) {
                nodes[i] = child_of(nodes[i], first_key(hashes[i]), shift);
                pst_fetch(nodes[i]);
                fetch_ahead(nodes[i]);
                deeper = true;
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        numbers[i] = first_in(nodes[i], hashes[i]);
    }
}

/* ---- the path of a change ------------------------------------------------ */

/* Where the nodes on the way to a key hang; all of them are owned. */
struct path {
    struct pst_pool *pool;
    uint64_t key;
    uint32_t depth; /* branches: links[depth] is that of the leaf */
    struct pst_trie_node **links[LEVELS + 1];
};

static postern_status path_open(struct path *path, struct pst_trie *trie)
{
    struct pst_trie_node **link = &trie->root;

    path->depth = 0;
    for (;;) {
        postern_status status = own(path->pool, link);

        if (status != POSTERN_OK) {
            return status;
        }
        path->links[path->depth] = link;
        if (!is_branch(*link)) {
            return POSTERN_OK;
        }
        uint32_t slot = slot_of(path->key, shift_of(path->depth));

        link = &(*link)->cells[cell_of(*link, slot)].child;
        path->depth++;
    }
}

static struct pst_trie_node *leaf_of(const struct path *path)
{
    return *path->links[path->depth];
}

/* Of a path that has branches: the last of them, and the slot of the key. */
static struct pst_trie_node *branch_of(const struct path *path)
{
    return *path->links[path->depth - 1];
}

static uint32_t branch_shift(const struct path *path)
{
    return shift_of(path->depth - 1);
}

static uint32_t branch_slot(const struct path *path)
{
    return slot_of(path->key, branch_shift(path));
}

/* After the branch was replaced or its cells moved. */
static void relink_leaf(struct path *path)
{
    struct pst_trie_node *branch = branch_of(path);

    path->links[path->depth] =
        &branch->cells[cell_of(branch, branch_slot(path))].child;
}

static bool path_has_key(const struct path *path)
{
    const struct pst_trie_node *leaf = leaf_of(path);
    uint32_t i = leaf ? lower_bound(leaf, path->key) : 0;

    return i < count_of(leaf) && leaf->cells[i].key == path->key;
}

/* ---- adding ------------------------------------------------------------- */

/* Puts the leaf below a branch of its own, which has all slots for it. */
static postern_status deepen(struct path *path)
{
    struct pst_trie_node **link = path->links[path->depth];
    struct pst_trie_node *branch = node_new(path->pool, 1, 1);

    if (!branch) {
        return POSTERN_ERR_MEMORY;
    }
    branch->cells[0].child = *link;
    *link = branch;
    path->depth++;
    relink_leaf(path);
    return POSTERN_OK;
}

/* New leaves of the keys before `cut` and of the rest; the leaf itself, when
 * one of them is all of it. */
static postern_status cut_leaf(struct pst_pool *pool,
                               struct pst_trie_node *leaf, uint32_t cut,
                               struct pst_trie_node *halves[2])
{
    halves[0] = cut == 0 ? NULL : leaf;
    halves[1] = cut == 0 ? leaf : NULL;
    if (cut == 0 || cut == leaf->count) {
        return POSTERN_OK;
    }
    halves[0] = node_new(pool, 0, cut);
    halves[1] = node_new(pool, 0, leaf->count - cut);
    if (!halves[0] || !halves[1]) {
        node_free(pool, halves[0]);
        node_free(pool, halves[1]);
        return POSTERN_ERR_MEMORY;
    }
    copy_cells(halves[0]->cells, leaf->cells, cut);
    copy_cells(halves[1]->cells, leaf->cells + cut, leaf->count - cut);
    return POSTERN_OK;
}

/* Gives each half of the leaf's slots, which are several, a leaf of its own. */
static postern_status split(struct path *path)
{
    struct pst_pool *pool = path->pool;
    struct pst_trie_node *leaf = leaf_of(path);
    struct range range = range_of(branch_of(path), branch_slot(path));
    uint32_t middle = range.first + range.width / 2;
    uint32_t cell = cell_of(branch_of(path), range.first);
    struct pst_trie_node *halves[2];
    uint32_t cut = 0;

    while (cut < leaf->count &&
           slot_of(leaf->cells[cut].key, branch_shift(path)) < middle) {
        cut++;
    }
    if (cut_leaf(pool, leaf, cut, halves) != POSTERN_OK) {
        return POSTERN_ERR_MEMORY;
    }
    if (open_gap(pool, path->links[path->depth - 1], cell) != POSTERN_OK) {
        for (int i = 0; i < 2; i++) {
            node_free(pool, halves[i] == leaf ? NULL : halves[i]);
        }
        return POSTERN_ERR_MEMORY;
    }
    if (halves[0] != leaf && halves[1] != leaf) {
        node_free(pool, leaf);
    }
    branch_of(path)->starts |= (uint32_t)1 << middle;
    branch_of(path)->cells[cell].child = halves[0];
    branch_of(path)->cells[cell + 1].child = halves[1];
    relink_leaf(path);
    return POSTERN_OK;
}

/* Until the leaf has room for one key more. */
static postern_status make_room(struct path *path)
{
    postern_status status = POSTERN_OK;

    while (status == POSTERN_OK && count_of(leaf_of(path)) >= LEAF_KEYS) {
        bool wide = path->depth > 0 &&
                    range_of(branch_of(path), branch_slot(path)).width > 1;

        status = wide ? split(path) : deepen(path);
    }
    return status;
}

static postern_status insert(struct path *path)
{
    struct pst_trie_node **link = path->links[path->depth];
    uint32_t i = *link ? lower_bound(*link, path->key) : 0;
    postern_status status = open_gap(path->pool, link, i);

    if (status == POSTERN_OK) {
        (*link)->cells[i].key = path->key;
    }
    return status;
}

postern_status pst_trie_add(struct pst_trie *trie, struct pst_pool *pool,
                            uint64_t hash, uint32_t number)
{
    struct path path = {.pool = pool, .key = key_of(hash, number)};
    postern_status status = path_open(&path, trie);

    if (status != POSTERN_OK || path_has_key(&path)) {
        return status;
    }
    status = make_room(&path);
    if (status == POSTERN_OK) {
        status = insert(&path);
    }
    trie->count += status == POSTERN_OK;
    return status;
}

/* ---- removing ----------------------------------------------------------- */

/* The branch has one child, a leaf: that takes its place. */
static void flatten(struct path *path)
{
    struct pst_trie_node *leaf = leaf_of(path);

    node_free(path->pool, branch_of(path));
    path->depth--;
    *path->links[path->depth] = leaf;
}

/* A leaf of the keys of two, which are not both empty and stay as they are;
 * one of them, when it has all. NULL: no memory. */
static struct pst_trie_node *joined(struct pst_pool *pool,
                                    struct pst_trie_node *low,
                                    struct pst_trie_node *high)
{
    struct pst_trie_node *leaf;

    if (!low || !high) {
        return low ? low : high;
    }
    leaf = node_new(pool, 0, low->count + high->count);
    if (leaf) {
        copy_cells(leaf->cells, low->cells, low->count);
        copy_cells(leaf->cells + low->count, high->cells, high->count);
    }
    return leaf;
}

/* Joins the leaves of two cells that follow one another; both are owned. */
static postern_status join(struct path *path, uint32_t cell, uint32_t middle)
{
    struct pst_pool *pool = path->pool;
    struct pst_trie_node *low = branch_of(path)->cells[cell].child;
    struct pst_trie_node *high = branch_of(path)->cells[cell + 1].child;
    struct pst_trie_node *leaf = joined(pool, low, high);

    if (!leaf && (low || high)) {
        return POSTERN_ERR_MEMORY;
    }
    if (close_gap(pool, path->links[path->depth - 1], cell + 1) != POSTERN_OK) {
        node_free(pool, leaf == low || leaf == high ? NULL : leaf);
        return POSTERN_ERR_MEMORY;
    }
    if (leaf != low && leaf != high) {
        node_free(pool, low);
        node_free(pool, high);
    }
    branch_of(path)->cells[cell].child = leaf;
    branch_of(path)->starts &= ~((uint32_t)1 << middle);
    relink_leaf(path);
    return POSTERN_OK;
}

/* Joins the leaf with that of the slots next to it which it was once one with,
 * if few keys are left in both. */
static postern_status join_neighbours(struct path *path, bool *done)
{
    struct pst_trie_node *branch = branch_of(path);
    struct range mine = range_of(branch, branch_slot(path));
    struct range other = range_of(branch, mine.first ^ mine.width);
    uint32_t low = mine.first & ~mine.width;
    struct pst_trie_node **link =
        &branch->cells[cell_of(branch, other.first)].child;
    postern_status status;

    *done = false;
    if (other.width != mine.width || is_branch(*link) ||
        count_of(*link) + count_of(leaf_of(path)) > MERGED_KEYS) {
        return POSTERN_OK;
    }
    status = own(path->pool, link);
    if (status == POSTERN_OK) {
        status = join(path, cell_of(branch, low), low + mine.width);
    }
    *done = status == POSTERN_OK;
    return status;
}

/* What was split for keys that are gone grows together again. Without memory
 * it does not: then it will, with one of the next removals. */
static void shrink(struct path *path)
{
    bool done = true;

    while (done && path->depth > 0) {
        if (branch_of(path)->count == 1) {
            flatten(path);
        } else if (join_neighbours(path, &done) != POSTERN_OK) {
            return;
        }
    }
}

postern_status pst_trie_remove(struct pst_trie *trie, struct pst_pool *pool,
                               uint64_t hash, uint32_t number)
{
    struct path path = {.pool = pool, .key = key_of(hash, number)};
    postern_status status = path_open(&path, trie);
    struct pst_trie_node **link;

    if (status != POSTERN_OK || !path_has_key(&path)) {
        return status;
    }
    link = path.links[path.depth];
    status = close_gap(pool, link, lower_bound(*link, path.key));
    if (status == POSTERN_OK) {
        trie->count--;
        shrink(&path);
    }
    return status;
}

/* ---- freeing ------------------------------------------------------------ */

/* Frees the nodes that were made by the change `since` or later. What hangs
 * below an older node is older too. */
static void free_since(struct pst_trie *trie, struct pst_pool *pool,
                       uint64_t since)
{
    struct {
        struct pst_trie_node *node;
        uint32_t next; /* cell to look at */
    } stack[LEVELS + 1];
    uint32_t depth = 0;
    struct pst_trie_node *child = trie->root;

    for (;;) {
        if (child && child->stamp >= since) {
            stack[depth].node = child;
            stack[depth].next = 0;
            depth++;
        }
        while (depth > 0 &&
               (!is_branch(stack[depth - 1].node) ||
                stack[depth - 1].next == stack[depth - 1].node->count)) {
            depth--;
            node_free(pool, stack[depth].node);
        }
        if (depth == 0) {
            break;
        }
        child = stack[depth - 1].node->cells[stack[depth - 1].next].child;
        stack[depth - 1].next++;
    }
    *trie = (struct pst_trie){NULL, 0};
}

void pst_trie_abort(struct pst_trie *trie, struct pst_pool *pool)
{
    free_since(trie, pool, pool->stamp);
}

void pst_trie_free(struct pst_trie *trie, struct pst_pool *pool)
{
    free_since(trie, pool, 0);
}
