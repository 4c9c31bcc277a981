/* [ORI-04] [ORI-15]: the index finds what trying every pattern finds. */
#include "pdp/pattern_index.h"

#include "base/str.h"
#include "pdp/pattern_words.h"
#include "support/colliding.h"
#include "support/faulty.h"
#include "support/pattern_pool.h"
#include "support/rng.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define S(text) postern_str_of(text)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { PART_SIZE = 300, MAX_PATTERNS = 20000 };

static const postern_str NONE = {NULL, 0};

/* ---- the twin ---------------------------------------------------------- */

/* Which places of the text can be reached after each character. */
static bool naive_fits(postern_str pattern, postern_str text, bool fold)
{
    bool reached[PART_SIZE] = {true};

    for (size_t p = 0; p < pattern.len; p++) {
        bool next[PART_SIZE] = {false};
        bool any = false;

        for (size_t i = 0; i <= text.len; i++) {
            any = any || reached[i];
            if (pattern.data[p] == '*') {
                next[i] = any;
            } else if (i < text.len && reached[i]) {
                char c = fold ? pst_fold(text.data[i]) : text.data[i];

                next[i + 1] = next[i + 1] || c == pattern.data[p];
            }
        }
        memcpy(reached, next, text.len + 1);
        if (!any) {
            return false;
        }
    }
    return reached[text.len];
}

static bool naive_matches(const struct pst_patterns *patterns, uint32_t pattern,
                          const postern_id *id)
{
    const struct pst_pattern *at = &patterns->patterns[pattern];

    return at->segments == (id->second.data ? 2U : 1U) &&
           naive_fits(pst_pattern_text(patterns, pattern, 0), id->domain,
                      true) &&
           naive_fits(pst_pattern_text(patterns, pattern, 1), id->first,
                      false) &&
           (at->segments == 1 ||
            naive_fits(pst_pattern_text(patterns, pattern, 2), id->second,
                       false));
}

/* ---- what was found ---------------------------------------------------- */

struct hits {
    uint8_t times[MAX_PATTERNS];
    uint32_t order[MAX_PATTERNS]; /* of those below `total` */
    uint32_t total;
    uint32_t stop_at; /* 0: never */
};

static bool note(void *user, uint32_t pattern)
{
    struct hits *hits = user;

    cr_assert_lt(pattern, MAX_PATTERNS);
    hits->times[pattern]++;
    hits->order[hits->total++] = pattern;
    return hits->total != hits->stop_at;
}

static void forget(struct hits *hits)
{
    for (uint32_t i = 0; i < hits->total; i++) {
        hits->times[hits->order[i]] = 0;
    }
    hits->total = 0;
}

/* How many patterns match; those and no others are found, once each. */
static uint32_t compare(const struct pst_patterns *patterns,
                        const postern_id *id)
{
    static struct hits hits;
    uint32_t total;

    cr_assert(pst_pattern_index_find(patterns, id, note, &hits));
    for (uint32_t i = 0; i < patterns->count; i++) {
        bool matches = naive_matches(patterns, i, id);

        cr_assert_eq(hits.times[i], matches,
                     "pattern %u of %u: %.*s/%.*s/%.*s against %.*s/%.*s/%.*s",
                     i, patterns->count, (int)patterns->patterns[i].domain.len,
                     pst_pattern_text(patterns, i, 0).data,
                     (int)patterns->patterns[i].first.len,
                     pst_pattern_text(patterns, i, 1).data,
                     (int)patterns->patterns[i].second.len,
                     pst_pattern_text(patterns, i, 2).data, (int)id->domain.len,
                     id->domain.data, (int)id->first.len, id->first.data,
                     (int)id->second.len,
                     id->second.data ? id->second.data : "");
    }
    total = hits.total;
    forget(&hits);
    return total;
}

static postern_id entity(postern_str domain, postern_str first,
                         postern_str second)
{
    return (postern_id){.kind = POSTERN_ID_ENTITY,
                        .domain = domain,
                        .first = first,
                        .second = second};
}

static void build(struct pattern_pool *pool, struct pst_patterns *view)
{
    cr_assert_eq(pool_build(pool), POSTERN_OK);
    *view = pool_view(pool);
    cr_assert(pool_is_sound(view));
}

/* ---- by hand ----------------------------------------------------------- */

static const struct {
    const char *domain;
    const char *first;
    const char *second;
} by_hand[] = {
    {"sp.example", "cse7", "C00*"},  {"sp.example", "cse7", "C*"},
    {"sp.example", "plant-*", "C*"}, {"sp.example", "*", "C*"},
    {"sp.example", "*", NULL},       {"sp.example", "S00012*", NULL},
    {"sp.example", "S*9", NULL},     {"*.example", "cse7", "*"},
    {"*.sp.example", "cse7", NULL},  {"*", "cse*", "C*a*b*"},
    {"sp.*", "c*7", "*pump*"},       {"s*p.e*e", "c*e7", "C*1"},
    {"sp.example", "cse7", "C**"},   {"sp.example", "cse7", "*"},
    {"sp.example", "cse7*", "C00"},  {"sp.example", "cse7", "*a*"},
};

static void pool_by_hand(struct pattern_pool *pool, size_t count)
{
    pool_init(pool);
    for (size_t i = 0; i < count; i++) {
        pool_add(pool, S(by_hand[i].domain), S(by_hand[i].first),
                 by_hand[i].second ? S(by_hand[i].second) : NONE);
    }
}

Test(pattern_index, finds_what_was_counted_by_hand)
{
    static const struct {
        const char *domain;
        const char *first;
        const char *second;
        uint32_t matches;
    } ids[] = {
        {"sp.example", "cse7", "C001", 7},
        {"SP.Example", "cse7", "C001", 7},
        {"sp.example", "CSE7", "C001", 1},
        {"sp.example", "plant-1", "C001", 2},
        {"sp.example", "cse7", NULL, 1},
        {"sp.example", "S000129", NULL, 3},
        {"sp.example", "S00013", NULL, 1},
        {"a.sp.example", "cse7", NULL, 1},
        {"a.sp.example", "cse7", "Cab", 2},
        {"other", "cse7", "Cba", 0},
        {"other", "cse7", "Cxaxb", 1},
    };
    struct pattern_pool pool;
    struct pst_patterns view;

    pool_by_hand(&pool, COUNT(by_hand));
    build(&pool, &view);
    for (size_t i = 0; i < COUNT(ids); i++) {
        postern_id id = entity(S(ids[i].domain), S(ids[i].first),
                               ids[i].second ? S(ids[i].second) : NONE);

        cr_expect_eq(compare(&view, &id), ids[i].matches, "identifier %zu", i);
    }
    pool_release(&pool);
}

Test(pattern_index, is_for_entities_only)
{
    struct pattern_pool pool;
    struct pst_patterns view;
    struct hits hits = {.total = 0};

    for (size_t count = 1; count <= COUNT(by_hand); count += 15) {
        postern_id id = entity(S("sp.example"), S("cse7"), S("C001"));

        pool_by_hand(&pool, count);
        build(&pool, &view);
        cr_expect_gt(compare(&view, &id), 0);
        for (int kind = POSTERN_ID_UNSET; kind <= POSTERN_ID_ROLE; kind++) {
            id.kind = (postern_id_kind)kind;
            if (kind != POSTERN_ID_ENTITY) {
                cr_expect(pst_pattern_index_find(&view, &id, note, &hits));
                cr_expect_eq(hits.total, 0);
            }
        }
        pool_release(&pool);
    }
}

Test(pattern_index, stops_when_told)
{
    struct pattern_pool pool;
    struct pst_patterns view;

    for (size_t count = 4; count <= COUNT(by_hand); count += 12) {
        postern_id id = entity(S("sp.example"), S("cse7"), S("C001"));
        uint32_t matches;

        pool_by_hand(&pool, count);
        build(&pool, &view);
        matches = compare(&view, &id);
        for (uint32_t stop_at = 1; stop_at <= matches; stop_at++) {
            struct hits hits = {.stop_at = stop_at};

            cr_expect_not(pst_pattern_index_find(&view, &id, note, &hits));
            cr_expect_eq(hits.total, stop_at);
        }
        pool_release(&pool);
    }
}

Test(pattern_index, has_no_words_for_few)
{
    static const uint32_t matches[] = {0, 1, 2, 2, 3, 3};

    for (uint32_t count = 0; count <= PST_PATTERNS_TRIED + 1; count++) {
        postern_id id = entity(S("sp.example"), S("cse7"), S("C001"));
        struct pattern_pool pool;
        struct pst_patterns view;

        pool_by_hand(&pool, count);
        build(&pool, &view);
        cr_expect_eq(view.index_words > 0, count > PST_PATTERNS_TRIED);
        cr_expect_eq(compare(&view, &id), matches[count]);
        view.index_words = view.index_words ? 0 : 1;
        cr_expect_not(pool_is_sound(&view));
        pool_release(&pool);
    }
}

Test(pattern_index, appends_to_what_is_there)
{
    static const uint32_t before[] = {7, 8, 9};
    postern_id id = entity(S("sp.example"), S("cse7"), S("C001"));
    struct pattern_pool pool;
    struct pst_patterns view;

    pool_by_hand(&pool, COUNT(by_hand));
    pool_push(&pool, &pool.index, before, 3);
    view = pool_view(&pool);
    cr_assert_eq(pst_pattern_index_build(&view, &pool.allocator, &pool.index),
                 POSTERN_OK);
    cr_expect_arr_eq(pool.index.data, before, sizeof before);
    view.index = (const uint32_t *)pool.index.data + 3;
    view.index_words = pool.index.count - 3;
    cr_expect(pool_is_sound(&view));
    cr_expect_eq(compare(&view, &id), 7);
    pool_release(&pool);
}

Test(pattern_index, refuses_the_same_pattern_twice)
{
    for (size_t i = 0; i < COUNT(by_hand); i++) {
        struct pattern_pool pool;

        pool_by_hand(&pool, COUNT(by_hand));
        pool_add(&pool, S(by_hand[i].domain), S(by_hand[i].first),
                 by_hand[i].second ? S(by_hand[i].second) : NONE);
        cr_expect_eq(pool_build(&pool), POSTERN_ERR_ARGUMENT);
        cr_expect_eq(pool.index.count, 0);
        pool_release(&pool);
    }
}

/* ---- drawn ------------------------------------------------------------- */

/* From one character up, of those in `alphabet`. */
static postern_str draw(struct rng *rng, char text[PART_SIZE],
                        const char *alphabet, uint32_t longest)
{
    uint32_t len = 1 + rng_below(rng, longest);
    uint32_t letters = (uint32_t)strlen(alphabet);

    for (uint32_t i = 0; i < len; i++) {
        text[i] = alphabet[rng_below(rng, letters)];
    }
    text[len] = '\0';
    return (postern_str){text, len};
}

static bool has_pattern(const struct pattern_pool *pool, postern_str domain,
                        postern_str first, postern_str second)
{
    struct pst_patterns view = pool_view(pool);

    for (uint32_t i = 0; i < view.count; i++) {
        if (view.patterns[i].segments == (second.data ? 2U : 1U) &&
            pst_str_equal(pst_pattern_text(&view, i, 0), domain) &&
            pst_str_equal(pst_pattern_text(&view, i, 1), first) &&
            pst_str_equal(pst_pattern_text(&view, i, 2), second)) {
            return true;
        }
    }
    return false;
}

static void draw_patterns(struct pattern_pool *pool, struct rng *rng,
                          uint32_t count)
{
    static const char *const alphabets[] = {"ab*", "aab**", "a*", "ab"};
    char texts[3][PART_SIZE];

    pool_init(pool);
    for (uint32_t i = 0; i < count; i++) {
        postern_str domain =
            draw(rng, texts[0], alphabets[rng_below(rng, 4)], 4);
        postern_str first =
            draw(rng, texts[1], alphabets[rng_below(rng, 4)], 5);
        postern_str second =
            draw(rng, texts[2], alphabets[rng_below(rng, 4)], 5);

        second = rng_below(rng, 3) ? second : NONE;
        if (!has_pattern(pool, domain, first, second)) {
            pool_add(pool, domain, first, second);
        }
    }
}

/* Many of them match, and many of their neighbours do not. */
Test(pattern_index, agrees_with_its_twin, .timeout = 120)
{
    struct rng rng = {.state = 20261123};
    uint64_t hits = 0;
    uint64_t pairs = 0;

    for (uint32_t round = 0; round < 1500; round++) {
        struct pattern_pool pool;
        struct pst_patterns view;

        draw_patterns(&pool, &rng, 1 + rng_below(&rng, 60));
        build(&pool, &view);
        for (uint32_t i = 0; i < 100; i++) {
            char texts[3][PART_SIZE];
            postern_str second;
            postern_id id;

            id = entity(draw(&rng, texts[0], "abAB", 5),
                        draw(&rng, texts[1], "ab", 6), NONE);
            second = draw(&rng, texts[2], "ab", 6);
            id.second = rng_below(&rng, 3) ? second : NONE;
            hits += compare(&view, &id);
            pairs += view.count;
        }
        pool_release(&pool);
    }
    cr_expect_gt(hits, pairs / 100);
    cr_expect_lt(hits, pairs / 2);
}

/* Kinds of anchors that the nodes of a level look for: a bit for each. */
static uint32_t kinds_of(const struct pst_patterns *patterns, uint32_t level)
{
    const struct pst_index_level *at = pst_index_level(patterns->index, level);
    uint32_t kinds = 0;

    for (uint32_t i = 0; i < at->shape_count; i++) {
        kinds |= UINT32_C(1)
                 << (patterns->index[at->shapes + i] >> PST_SHAPE_KIND_SHIFT);
    }
    return kinds;
}

/* So many patterns that groups are broken up on every level, and identifiers
 * that hold the same inner anchor several times. */
Test(pattern_index, agrees_with_its_twin_about_many, .timeout = 120)
{
    static const uint32_t lengths[] = {3, 7, 12, PST_INNER_TEXT_MAX,
                                       PST_INNER_TEXT_MAX + 20};
    struct rng rng = {.state = 20261124};
    uint32_t kinds[PST_PATTERN_LEVELS] = {0};
    uint64_t hits = 0;

    for (uint32_t round = 0; round < 24; round++) {
        struct pattern_pool pool;
        struct pst_patterns view;
        char texts[3][PART_SIZE];

        pool_init(&pool);
        for (uint32_t i = 0; i < 250; i++) {
            postern_str parts[3] = {S("ab"), S("ab"), S("ab")};
            uint32_t level = round % 3;

            parts[level] = draw(&rng, texts[0], "ab*", 9);
            parts[2] = level == 2 || i % 2 ? parts[2] : NONE;
            if (!has_pattern(&pool, parts[0], parts[1], parts[2])) {
                pool_add(&pool, parts[0], parts[1], parts[2]);
            }
        }
        build(&pool, &view);
        for (uint32_t level = 0; level < PST_PATTERN_LEVELS; level++) {
            kinds[level] |= kinds_of(&view, level);
        }
        for (uint32_t i = 0; i < 60; i++) {
            uint32_t longest = lengths[i % COUNT(lengths)];
            postern_str parts[3] = {S("aB"), S("ab"), S("ab")};

            parts[round % 3] =
                draw(&rng, texts[1], round % 3 ? "ab" : "aAbB", longest);
            hits += compare(&view, &(postern_id){.kind = POSTERN_ID_ENTITY,
                                                 .domain = parts[0],
                                                 .first = parts[1],
                                                 .second = parts[2]});
        }
        pool_release(&pool);
    }
    for (uint32_t level = 0; level < PST_PATTERN_LEVELS; level++) {
        cr_expect_eq(kinds[level], 15, "level %u: %u", level, kinds[level]);
    }
    cr_expect_gt(hits, 24 * 60);
}

/* ---- hostile ----------------------------------------------------------- */

Test(pattern_index, finds_all_nested_beginnings_and_ends)
{
    char text[PART_SIZE];
    struct pattern_pool pool;
    struct pst_patterns view;
    struct pst_pattern_cost worst;

    pool_init(&pool);
    for (size_t i = 1; i < 250; i++) {
        memset(text, 'a', i);
        text[i] = '*';
        pool_add(&pool, S("sp"), (postern_str){text, i + 1}, NONE);
        memset(text, 'a', i + 1);
        text[0] = '*';
        pool_add(&pool, (postern_str){text, i + 1}, S("*"), NONE);
    }
    build(&pool, &view);
    memset(text, 'a', PART_SIZE);
    for (size_t i = 1; i < 280; i += 31) {
        postern_id id = entity(S("sp"), (postern_str){text, i}, NONE);

        cr_expect_eq(compare(&view, &id), i < 250 ? i : 249);
        id = entity((postern_str){text, i}, S("x"), NONE);
        cr_expect_eq(compare(&view, &id), i < 250 ? i : 249);
    }
    cr_assert_eq(pst_pattern_index_worst(&view, 10, &pool.allocator, &worst),
                 POSTERN_OK);
    cr_expect_eq(worst.trials, 0);
    cr_expect_leq(worst.lookups, 1 + 10 + 10 * 1 + 10);
    pool_release(&pool);
}

Test(pattern_index, survives_texts_that_all_collide)
{
    enum { BITS = 12, COLLIDING = 1 << BITS };
    char twins[BITS][2][5];
    uint32_t hash = PST_ANCHOR_HASH_START;
    struct pattern_pool pool;
    struct pst_patterns view;
    char text[PART_SIZE];

    for (int k = 0; k < BITS; k++) {
        cr_assert(find_twins(twins[k], hash));
        for (int c = 0; c < 4; c++) {
            hash = pst_anchor_hash_add(hash, twins[k][0][c]);
        }
    }
    pool_init(&pool);
    for (uint32_t i = 0; i < COLLIDING; i++) {
        for (int k = 0; k < BITS; k++) {
            memcpy(text + (size_t)k * 4, twins[k][i >> k & 1], 4);
        }
        text[(size_t)BITS * 4] = '*';
        pool_add(&pool, S("sp"), (postern_str){text, BITS * 4 + 1}, NONE);
    }
    build(&pool, &view);
    for (uint32_t i = 0; i < COLLIDING; i += 117) {
        postern_str part = pst_pattern_text(&view, i, 1);
        postern_id id = entity(S("SP"), pst_str_slice(part, 0, BITS * 4), NONE);

        cr_expect_eq(pst_index_groups(view.index, 1)[i].hash,
                     pst_index_groups(view.index, 1)[0].hash);
        cr_assert_eq(compare(&view, &id), 1);
        id.first.len--;
        cr_assert_eq(compare(&view, &id), 0);
    }
    pool_release(&pool);
}

/* Of two texts the one whose first letter comes first has the later rest. */
static bool cross(char twins[2][5])
{
    return (twins[0][0] < twins[1][0]) !=
           (memcmp(twins[0] + 1, twins[1] + 1, 3) < 0);
}

/* Texts with one hash stand in the order of all their letters. */
Test(pattern_index, tells_domains_that_collide_by_every_letter)
{
    static const char *const letters[] = {
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "9876543210zyxwvutsrqponmlkjihgfedcba",
        "qwertyuiopasdfghjklzxcvbnm0918273645",
        "zaqxswcdevfrbgtnhymjukilop1234567890"};
    static const char *const others[] = {"q*", "w*", "e*"};
    struct pattern_pool pool;
    struct pst_patterns view;
    char twins[2][5] = {"", ""};
    char text[8];

    for (size_t i = 0; i < COUNT(letters) && !cross(twins); i++) {
        cr_assert(find_twins_of(letters[i], twins, PST_ANCHOR_HASH_START));
    }
    cr_assert(cross(twins));
    pool_init(&pool);
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(text, sizeof text, "%s*", twins[i]);
        pool_add(&pool, S(text), S("cse"), NONE);
    }
    for (size_t i = 0; i < COUNT(others); i++) {
        pool_add(&pool, S(others[i]), S("none"), NONE);
    }
    build(&pool, &view);
    for (size_t i = 0; i < 2; i++) {
        postern_id id;

        (void)snprintf(text, sizeof text, "%s.x", twins[i]);
        id = entity(S(text), S("cse"), NONE);
        cr_expect_eq(compare(&view, &id), 1, "%s", text);
    }
    pool_release(&pool);
}

/* 20,000 parts with several stars and nothing at either end. */
Test(pattern_index, finds_among_many_with_several_stars)
{
    struct rng rng = {.state = 7};
    struct pattern_pool pool;
    struct pst_patterns view;
    struct pst_pattern_cost worst;
    char text[PART_SIZE];
    uint32_t hits = 0;

    pool_init(&pool);
    for (uint32_t i = 0; i < MAX_PATTERNS; i++) {
        int len = snprintf(
            text, sizeof text, "*%c%c*%05x*%c*", 'a' + (int)rng_below(&rng, 26),
            'a' + (int)rng_below(&rng, 26), i, 'a' + (int)rng_below(&rng, 26));

        pool_add(&pool, S("sp"), S("cse"), (postern_str){text, (size_t)len});
    }
    build(&pool, &view);
    for (uint32_t i = 0; i < 50; i++) {
        uint32_t pattern = rng_below(&rng, MAX_PATTERNS);
        postern_str part = pst_pattern_text(&view, pattern, 2);
        postern_id id;
        size_t len = 0;

        for (size_t k = 0; k < part.len; k++) {
            text[len++] = part.data[k] == '*' ? '-' : part.data[k];
        }
        id = entity(S("sp"), S("cse"), (postern_str){text, len});
        hits += compare(&view, &id);
    }
    cr_expect_geq(hits, 50);
    cr_assert_eq(pst_pattern_index_worst(&view, 256, &pool.allocator, &worst),
                 POSTERN_OK);
    /* 253 places of a text, of 16 patterns each: no text holds them all. */
    cr_expect_leq(worst.trials, 17 * 253);
    cr_expect_geq(worst.trials, 16 * 253);
    cr_expect_eq(worst.lookups, 2 + 256 - PST_INNER_MAX + 1);
    pool_release(&pool);
}

/* The letters of a part say what cannot match it: a character, or two next to
 * each other, that a text lacks. */
Test(pattern_index, tells_texts_without_the_letters_of_a_part)
{
    static const struct {
        const char *part;
        const char *text;
        bool fold;
        bool holds;
    } rows[] = {
        {"*ab*c*", "xabxcx", false, true},
        {"*ab*c*", "abc", false, true},
        {"*ab*c*", "xabx", false, false},
        {"*ab*c*", "xaxbxc", false, false},
        {"*ab*c*", "bac", false, false},
        {"*a*b*c*", "bac", false, true},
        {"*ab*", "AB", false, false},
        {"*ab*", "AB", true, true},
        {"*ab*", "xAb", true, true},
        {"*ab*", "xBa", true, false},
        {"*a*", "x", false, false},
        {"*a*", "a", false, true},
        {"*", "", false, true},
        {"*a*", "", false, false},
        {"*a*", "A", false, false},
        {"*A*", "a", false, false},
        {"*A*", "A", false, true},
        {"*_*", "~", false, false},
        {"*~*", "_", false, false},
        {"*~*", "~", false, true},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        uint32_t wanted[PST_PATTERN_LETTERS] = {0};
        uint32_t letters[PST_PATTERN_LETTERS] = {0};

        pst_letters_add(wanted, S(rows[i].part), rows[i].fold);
        pst_letters_add(letters, S(rows[i].text), rows[i].fold);
        cr_expect_eq(pst_letters_hold(letters, wanted), rows[i].holds,
                     "%s in %s", rows[i].part, rows[i].text);
    }
}

/* In a text too long to look for what stands in it, all groups of inner anchors
 * are gone through: as many as there are, whatever stands behind them. */
Test(pattern_index, goes_through_no_more_groups_than_there_are)
{
    enum { PATTERNS = 40 };
    struct pattern_pool pool;
    struct pst_patterns view;
    struct pst_index_level *level;
    struct pst_index_group *groups;
    char text[PART_SIZE];
    size_t bytes;
    uint32_t *copy;
    postern_id id;

    pool_init(&pool);
    for (uint32_t i = 0; i < PATTERNS; i++) {
        int len = snprintf(text, sizeof text, "*p%02uq*%c*", i, 'a' + i % 26);

        pool_add(&pool, S("sp"), (postern_str){text, (size_t)len}, NONE);
    }
    build(&pool, &view);
    memset(text, '-', PST_INNER_TEXT_MAX + 20);
    id = entity(S("sp"), (postern_str){text, PST_INNER_TEXT_MAX + 20}, NONE);
    cr_expect_eq(compare(&view, &id), 0);
    memcpy(text + 7, "p07q", 4);
    text[200] = 'h';
    cr_expect_eq(compare(&view, &id), 1);

    /* The groups once more at the end, and one that leads to pattern 0. */
    bytes = (pst_index_level(view.index, 1)->group_count + 1) * sizeof *groups;
    copy = malloc(view.index_words * sizeof *copy + bytes);
    cr_assert(copy);
    memcpy(copy, view.index, view.index_words * sizeof *copy);
    groups = (struct pst_index_group *)(copy + view.index_words);
    memcpy(groups, pst_index_groups(view.index, 1), bytes - sizeof *groups);
    level = (struct pst_index_level *)copy + 1;
    groups[level->group_count] = groups[0];
    groups[level->group_count].target = 0;
    level->groups = view.index_words;
    view.index = copy;
    cr_expect_eq(compare(&view, &id), 1);
    free(copy);
    pool_release(&pool);
}

/* ---- words from elsewhere ---------------------------------------------- */

/* Identifiers that touch all there is, against whatever index is sound. */
static void search_all(const struct pst_patterns *view)
{
    for (uint32_t i = 0; i < view->count; i++) {
        char texts[3][PART_SIZE];
        postern_str parts[3];

        for (uint32_t level = 0; level < 3; level++) {
            postern_str part = pst_pattern_text(view, i, level);

            for (size_t k = 0; k < part.len; k++) {
                texts[level][k] = part.data[k] == '*' ? '0' : part.data[k];
            }
            parts[level] = (postern_str){texts[level], part.len};
        }
        if (view->patterns[i].segments == 1) {
            parts[2] = NONE;
        }
        (void)compare(view, &(postern_id){.kind = POSTERN_ID_ENTITY,
                                          .domain = parts[0],
                                          .first = parts[1],
                                          .second = parts[2]});
    }
}

/* An index that is called sound answers as the patterns do. */
static uint32_t replace_words(struct pattern_pool *pool, struct rng *rng)
{
    struct pst_patterns view = pool_view(pool);
    uint32_t sound = 0;

    for (uint32_t i = 0; i < view.index_words; i++) {
        uint32_t kept = pool->words[i];
        const uint32_t values[] = {0,
                                   1,
                                   kept + 1,
                                   kept - 1,
                                   kept ^ 4,
                                   view.count,
                                   view.index_words,
                                   UINT32_MAX,
                                   UINT32_MAX - 1,
                                   UINT32_C(1) << 31,
                                   (uint32_t)rng_bits(rng)};

        for (size_t k = 0; k < COUNT(values); k++) {
            pool->words[i] = values[k];
            if (values[k] != kept && pool_is_sound(&view)) {
                sound++;
                search_all(&view);
            }
        }
        pool->words[i] = kept;
    }
    return sound;
}

/* The only words that may be others are those that name a root's pattern, and
 * one of several patterns that go through a node. */
Test(pattern_index, refuses_words_that_are_wrong, .timeout = 120)
{
    struct rng rng = {.state = 11};
    struct pattern_pool pool;
    struct pst_patterns view;

    pool_by_hand(&pool, COUNT(by_hand));
    build(&pool, &view);
    cr_expect_lt(replace_words(&pool, &rng), view.index_words / 5);
    cr_expect(pool_is_sound(&view));
    pool_release(&pool);
    for (uint32_t round = 0; round < 6; round++) {
        draw_patterns(&pool, &rng, 20);
        build(&pool, &view);
        (void)replace_words(&pool, &rng);
        pool_release(&pool);
    }
}

/* The same where groups are broken up. */
Test(pattern_index, refuses_wrong_words_of_inner_anchors, .timeout = 120)
{
    struct rng rng = {.state = 13};
    struct pattern_pool pool;
    struct pst_patterns view;
    char text[PART_SIZE];

    pool_init(&pool);
    for (uint32_t i = 0; i < 20; i++) {
        (void)snprintf(text, sizeof text, "*%s*%c*", i % 2 ? "abc" : "bcd",
                       'a' + (int)i);
        pool_add(&pool, S("sp"), postern_str_of(text), NONE);
    }
    build(&pool, &view);
    cr_assert_eq(kinds_of(&view, 1), UINT32_C(1) << PST_ANCHOR_INNER);
    cr_expect_lt(replace_words(&pool, &rng), view.index_words / 5);
    pool_release(&pool);
}

/* Several words at once, among them such as make other ways of a trie. */
Test(pattern_index, refuses_words_that_are_exchanged, .timeout = 120)
{
    struct rng rng = {.state = 12};

    for (uint32_t round = 0; round < 300; round++) {
        struct pattern_pool pool;
        struct pst_patterns view;

        draw_patterns(&pool, &rng, 5 + rng_below(&rng, 12));
        if (pool.patterns.count <= PST_PATTERNS_TRIED) {
            pool_release(&pool);
            continue;
        }
        build(&pool, &view);
        for (uint32_t i = 0; i < 300; i++) {
            uint32_t a = rng_below(&rng, view.index_words);
            uint32_t b = rng_below(&rng, view.index_words);
            uint32_t first = pool.words[a];
            uint32_t second = pool.words[b];

            pool.words[a] = second;
            pool.words[b] = first;
            if (pool_is_sound(&view)) {
                search_all(&view);
            }
            pool.words[b] = second;
            pool.words[a] = first;
        }
        pool_release(&pool);
    }
}

Test(pattern_index, refuses_words_that_are_missing)
{
    struct pattern_pool pool;
    struct pst_patterns view;
    uint32_t all;

    pool_by_hand(&pool, COUNT(by_hand));
    build(&pool, &view);
    all = view.index_words;
    for (uint32_t words = 0; words < all; words++) {
        uint32_t *cut = malloc(words * sizeof *cut + (words == 0));

        cr_assert_not_null(cut);
        memcpy(cut, pool.words, words * sizeof *cut);
        view.index = cut;
        view.index_words = words;
        cr_expect_not(pool_is_sound(&view));
        free(cut);
    }
    pool_release(&pool);
}

/* That of the second table with the way to its last pattern led to the first:
 * "y/a/1", which the table does not hold, would match "x/a/1". */
Test(pattern_index, refuses_a_way_that_no_pattern_spells)
{
    static const char *const table[][3] = {
        {"x", "a", "1"}, {"y", "b", "2"}, {"x", "c", "4"},
        {"x", "d", "5"}, {"x", "e", "6"}, {"y", "a", "1"},
    };
    const uint32_t last = COUNT(table) - 1;
    postern_id id = entity(S("y"), S("a"), S("1"));
    struct hits hits = {.total = 0};
    struct pattern_pool pool;
    struct pst_patterns view;

    pool_init(&pool);
    for (size_t i = 0; i < COUNT(table); i++) {
        pool_add(&pool, S(table[i][0]), S(table[i][1]), S(table[i][2]));
    }
    build(&pool, &view);
    for (uint32_t level = 1; level < PST_PATTERN_LEVELS; level++) {
        const struct pst_index_level *at = pst_index_level(pool.words, level);
        struct pst_index_group *groups = (void *)(pool.words + at->groups);
        const struct pst_index_level *next = at + (level == 1);
        struct pst_index_node *nodes = (void *)(pool.words + next->nodes);
        uint32_t from = last;
        uint32_t to = 0;

        for (uint32_t i = 0; level == 1 && i < next->node_count; i++) {
            from = nodes[i].pattern == last ? i : from;
            to = nodes[i].pattern == 0 ? i : to;
        }
        for (uint32_t i = 0; i < at->group_count; i++) {
            if (groups[i].target == from) {
                groups[i].target = to;
                groups[i].text = pst_pattern_ref(&view, 0, level).offset;
            }
        }
        if (level == 1) {
            nodes[from].pattern = 0;
        }
    }
    view.count--;
    (void)pst_pattern_index_find(&view, &id, note, &hits);
    cr_expect_eq(hits.total, 1);
    cr_expect_not(pool_is_sound(&view));
    pool_release(&pool);
}

/* Two nodes that have changed places with all that leads to them: the same
 * ways, but nodes are numbered as the edges that lead to them, so that each is
 * known to be led to once. */
Test(pattern_index, refuses_nodes_in_another_order)
{
    struct pattern_pool pool;
    struct pst_patterns view;
    const struct pst_index_level *at;
    struct pst_index_group *groups;
    struct pst_index_node *nodes;
    uint32_t first;

    pool_init(&pool);
    for (int i = 0; i <= PST_PATTERNS_TRIED; i++) {
        char domain[] = "x.example";

        domain[0] = (char)('a' + i);
        pool_add(&pool, postern_str_of(domain), S("C*"), NONE);
    }
    build(&pool, &view);
    at = pst_index_level(pool.words, 0);
    groups = (void *)(pool.words + at->groups);
    nodes = (void *)(pool.words + at[1].nodes);
    first = nodes[0].pattern;
    cr_assert(groups[0].target == 0 && groups[1].target == 1);
    nodes[0].pattern = nodes[1].pattern;
    nodes[1].pattern = first;
    cr_expect_not(pool_is_sound(&view));
    groups[0].target = 1;
    groups[1].target = 0;
    cr_expect_not(pool_is_sound(&view));
    groups[0].target = 0; /* two edges, one node */
    cr_expect_not(pool_is_sound(&view));
    nodes[1].pattern = nodes[0].pattern;
    nodes[0].pattern = first;
    groups[1].target = 1;
    cr_expect(pool_is_sound(&view));
    pool_release(&pool);
}

/* The index of other patterns is none of these. */
Test(pattern_index, refuses_the_index_of_other_patterns)
{
    struct pattern_pool pool;
    struct pst_patterns view;

    for (size_t i = 0; i < COUNT(by_hand); i++) {
        struct pst_pattern *patterns;
        struct pst_pattern kept;

        pool_by_hand(&pool, COUNT(by_hand));
        build(&pool, &view);
        patterns = pool.patterns.data;
        kept = patterns[i];
        patterns[i] = patterns[(i + 1) % COUNT(by_hand)];
        cr_expect_not(pool_is_sound(&view));
        patterns[i] = kept;
        view.count--;
        cr_expect_not(pool_is_sound(&view));
        pool_release(&pool);
    }
}

/* ---- memory ------------------------------------------------------------ */

Test(pattern_index, survives_every_allocation_that_fails)
{
    struct pattern_pool pool;
    struct pst_patterns view;

    pool_by_hand(&pool, COUNT(by_hand));
    view = pool_view(&pool);
    for (size_t n = 1;; n++) {
        struct faulty heap = {.fail_at = n};
        postern_allocator allocator = faulty_allocator(&heap);
        struct pst_vec out;
        postern_status status;

        pst_vec_init(&out, sizeof(uint32_t));
        status = pst_pattern_index_build(&view, &allocator, &out);
        cr_expect(status == POSTERN_OK || out.count == 0);
        pst_vec_release(&out, &allocator);
        cr_assert_eq(heap.live, 0);
        cr_assert_eq(heap.wrong_sizes, 0);
        if (heap.calls < n) {
            cr_expect_eq(status, POSTERN_OK);
            cr_expect_gt(n, 3);
            break;
        }
        cr_assert_eq(status, POSTERN_ERR_MEMORY);
    }
    pool_release(&pool);
}

Test(pattern_index, says_when_there_is_no_memory_for_the_worst_case)
{
    struct faulty heap = {.fail_at = 1};
    postern_allocator allocator = faulty_allocator(&heap);
    struct pst_pattern_cost worst;
    struct pattern_pool pool;
    struct pst_patterns view;

    pool_by_hand(&pool, COUNT(by_hand));
    build(&pool, &view);
    cr_expect_eq(pst_pattern_index_worst(&view, 256, &allocator, &worst),
                 POSTERN_ERR_MEMORY);
    cr_expect_eq(pst_pattern_index_worst(&view, 256, &allocator, &worst),
                 POSTERN_OK);
    cr_expect_eq(heap.live, 0);
    cr_expect_gt(worst.lookups, 0);
    cr_expect_gt(worst.trials, 0);
    pool_release(&pool);
}
