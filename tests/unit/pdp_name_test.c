#include "base/bytes.h"
#include "pdp/image.h"
#include "pdp/name.h"
#include "support/rng.h"
#include "support/sets.h"

#include <stdio.h>

/* Names that an adversary has chosen, so that all of them have one hash: each
 * is found, and nobody else is. [ORI-15] */

enum { LEN = 24, COLLIDING = 48, OTHERS = 500 };

struct names {
    char texts[COLLIDING][LEN + 1];
};

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

/* The step of the hash, which can be turned round: what goes in besides the
 * state is up to whoever makes the names. */
static uint64_t mix(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 29);
}

static uint64_t after_eight(const char *text)
{
    return mix(mix(LEN + 1) ^ pst_load8(text));
}

static bool are_of_alphabet(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\0' || !strchr(alphabet, text[i])) {
            return false;
        }
    }
    return true;
}

/* Other first eight bytes; the next eight undo what they do. */
static void make_twin(char *twin, const char *text, struct rng *rng)
{
    uint64_t undo;

    memcpy(twin, text, LEN + 1);
    do {
        for (size_t i = 1; i < 8; i++) {
            twin[i] = alphabet[rng_below(rng, sizeof alphabet - 1)];
        }
        undo = after_eight(text) ^ after_eight(twin) ^ pst_load8(text + 8);
        memcpy(twin + 8, &undo, sizeof undo);
    } while (!are_of_alphabet(twin + 8, sizeof undo));
}

static void make_names(struct names *names)
{
    struct rng rng = {1};

    (void)snprintf(names->texts[0], LEN + 1, "Cpump-of-the-first-floor");
    for (size_t i = 1; i < COLLIDING; i++) {
        make_twin(names->texts[i], names->texts[0], &rng);
    }
}

static void add_acp(postern_acp_builder *builder, uint32_t number,
                    const char *originator)
{
    char name[LEN];
    postern_str entry = postern_str_of(originator);
    postern_rule rule = {.originators = &entry,
                         .originator_count = 1,
                         .operations = POSTERN_ACOP_RETRIEVE};

    (void)snprintf(name, sizeof name, "acp%u", number);
    cr_assert_eq(postern_acp_builder_add_acp(builder, S(name), INT64_MAX),
                 POSTERN_OK);
    cr_assert_eq(postern_acp_builder_add_rule(builder, 0, &rule, NULL),
                 POSTERN_OK);
}

/* ACP n lists name n, except for the last name, which nobody lists. */
static postern_acp_set *make_set(const struct names *names, uint32_t others)
{
    postern_acp_builder *builder = test_builder();

    for (uint32_t i = 0; i + 1 < COLLIDING; i++) {
        add_acp(builder, i, names->texts[i]);
    }
    for (uint32_t i = 0; i < others; i++) {
        char text[LEN];

        (void)snprintf(text, sizeof text, "Cother%u", i);
        add_acp(builder, COLLIDING + i, text);
    }
    return test_finish(builder);
}

static bool permits(const postern_acp_set *set, uint32_t acp, const char *from)
{
    postern_cse cse = test_cse();
    postern_request request = test_request(&cse, from);
    postern_acp_ref ref = {acp, POSTERN_PRIVILEGES};

    return postern_decide_acps(set, &ref, 1, &request).effect == POSTERN_PERMIT;
}

static void expect_each_found(const postern_acp_set *set,
                              const struct names *names)
{
    for (uint32_t i = 0; i + 1 < COLLIDING; i++) {
        cr_expect(permits(set, i, names->texts[i]), "%s", names->texts[i]);
        cr_expect_not(permits(set, i, names->texts[i + 1]), "%s",
                      names->texts[i + 1]);
        cr_expect_not(permits(set, i, names->texts[COLLIDING - 1]));
    }
}

Test(pdp_name, is_made_to_collide)
{
    struct names names;
    postern_cse cse = test_cse();
    uint64_t hash = 0;

    make_names(&names);
    for (size_t i = 0; i < COLLIDING; i++) {
        postern_id id;

        cr_assert_eq(postern_id_parse_entity(&id, &cse, S(names.texts[i])),
                     POSTERN_OK);
        cr_expect(i == 0 || id.hash == hash, "%s", names.texts[i]);
        hash = id.hash;
    }
}

Test(pdp_name, is_found_among_many_of_its_hash)
{
    struct names names;
    postern_acp_set *set;

    make_names(&names);
    set = make_set(&names, 0);
    expect_each_found(set, &names);
    postern_acp_set_free(set);
}

/* Those that have their homes where the colliding ones overflow. */
Test(pdp_name, is_found_behind_many_of_one_hash)
{
    struct names names;
    postern_acp_set *set;

    make_names(&names);
    set = make_set(&names, OTHERS);
    expect_each_found(set, &names);
    for (uint32_t i = 0; i < OTHERS; i++) {
        char text[LEN];

        (void)snprintf(text, sizeof text, "Cother%u", i);
        cr_expect(permits(set, COLLIDING - 1 + i, text), "%s", text);
        cr_expect_not(permits(set, COLLIDING - 2 + i, text), "%s", text);
        (void)snprintf(text, sizeof text, "Canother%u", i);
        cr_expect_not(permits(set, COLLIDING - 1 + i, text), "%s", text);
    }
    postern_acp_set_free(set);
}

Test(pdp_name, is_found_in_an_image_among_many_of_its_hash)
{
    struct names names;
    postern_acp_set *set;
    postern_acp_set *opened;
    postern_diag diag;
    size_t size;
    const void *image;

    make_names(&names);
    set = make_set(&names, OTHERS);
    image = postern_acp_set_image(set, &size);
    cr_assert_eq(postern_acp_set_open_image(&opened, image, size, NULL, &diag),
                 POSTERN_OK, "%s", diag.message);
    expect_each_found(opened, &names);
    postern_acp_set_free(opened);
    postern_acp_set_free(set);
}

/* Most where they are looked for first. */
Test(pdp_name, stands_at_its_home_or_soon_behind)
{
    struct names names;
    postern_acp_set *set;
    const struct pst_name *rows;
    uint32_t at_once = 0;
    uint32_t count;

    make_names(&names);
    set = make_set(&names, OTHERS);
    rows = PST_TABLE(set, NAMES, struct pst_name);
    count = pst_table_count(set, PST_TABLE_NAMES);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t home = pst_name_home_of(set, rows[i].hash);
        const struct pst_homes *homes = pst_homes_at(set, home);

        cr_expect(homes->used & pst_home_bit(home), "name %u", i);
        cr_expect_leq(pst_name_row(homes, home), i);
        at_once += pst_name_row(homes, home) == i;
    }
    cr_expect_gt(at_once, OTHERS * 3 / 4);
    postern_acp_set_free(set);
}

/* ---- the order of names, by hand -----------------------------------------
 */

struct parts {
    uint64_t hash;
    uint32_t kind;
    const char *domain;
    const char *first;
    const char *second;
};

static struct pst_name name_of(const struct parts *parts)
{
    const char *const texts[] = {parts->domain, parts->first, parts->second};
    struct pst_name name = {.hash = parts->hash, .kind = (uint8_t)parts->kind};
    size_t end = 0;

    for (int i = 0; i < 3; i++) {
        size_t len = strlen(texts[i]);

        memcpy(name.text + end, texts[i], len);
        name.lens[i] = (uint8_t)len;
        end += len;
    }
    return name;
}

/* The texts in a pool, each behind one byte that is not theirs. */
static struct pst_name long_name_of(const struct parts *parts, char pool[LEN])
{
    const char *const texts[] = {parts->domain, parts->first, parts->second};
    struct pst_name name = {.hash = parts->hash,
                            .kind = (uint8_t)parts->kind,
                            .lens = {PST_NAME_LONG, 0, 0}};
    uint32_t end = 0;

    for (size_t i = 0; i < 3; i++) {
        struct pst_text_ref ref = {end + 1, (uint32_t)strlen(texts[i])};

        pool[end] = '-';
        memcpy(pool + ref.offset, texts[i], ref.len);
        memcpy(name.text + i * sizeof ref, &ref, sizeof ref);
        end = ref.offset + ref.len;
    }
    return name;
}

static struct pst_name_key key_of(const struct parts *parts)
{
    return (struct pst_name_key){parts->hash, parts->kind, S(parts->domain),
                                 S(parts->first), S(parts->second)};
}

/* Each differs from "a.b" "cd" "ef", of kind 3 and hash 100, in one thing. */
static const struct {
    struct parts key;
    int order; /* of the name to the key */
    bool is;   /* at first sight */
} orders[] = {
    {{100, 3, "a.b", "cd", "ef"}, 0, true},
    {{100, 3, "A.b", "cd", "ef"}, 0, false},
    {{100, 3, "a.B", "cd", "ef"}, 0, false},
    {{101, 3, "a.b", "cd", "ef"}, -1, false},
    {{99, 3, "a.b", "cd", "ef"}, 1, false},
    {{UINT64_C(1) << 32, 3, "a.b", "cd", "ef"}, -1, false},
    {{100, 4, "a.b", "cd", "ef"}, -1, false},
    {{100, 2, "a.b", "cd", "ef"}, 1, false},
    {{100, 3, "a.b", "cd", "eg"}, -1, false},
    {{100, 3, "a.b", "cd", "ee"}, 1, false},
    {{100, 3, "a.b", "cd", "efg"}, -1, false},
    {{100, 3, "a.b", "cd", "e"}, 1, false},
    {{100, 3, "a.b", "dd", "ef"}, -1, false},
    {{100, 3, "a.b", "bd", "ef"}, 1, false},
    {{100, 3, "a.b", "cde", "ef"}, -1, false},
    {{100, 3, "a.b", "c", "ef"}, 1, false},
    {{100, 3, "a.c", "cd", "ef"}, -1, false},
    {{100, 3, "a.A", "cd", "ef"}, 1, false},
    {{100, 3, "b.b", "cd", "ef"}, -1, false},
    {{100, 3, "a.bb", "cd", "ef"}, -1, false},
    {{100, 3, "A.BB", "cd", "ef"}, -1, false},
    {{100, 3, "a.", "cd", "ef"}, 1, false},
    {{100, 3, "A.", "cd", "ef"}, 1, false},
    /* second before first before domain */
    {{100, 3, "z.z", "zz", "ee"}, 1, false},
    {{100, 3, "z.z", "bb", "ef"}, 1, false},
};

Test(pdp_name, stands_in_the_order_of_hash_kind_and_texts)
{
    struct parts parts = {100, 3, "a.b", "cd", "ef"};
    char pool[LEN] = "";
    struct pst_name name = name_of(&parts);
    struct pst_name elsewhere = long_name_of(&parts, pool);

    for (size_t i = 0; i < COUNT(orders); i++) {
        struct pst_name_key key = key_of(&orders[i].key);
        int order = pst_name_order(&name, pool, &key);
        int far = pst_name_order(&elsewhere, pool, &key);

        cr_expect_eq((order > 0) - (order < 0), orders[i].order, "row %zu", i);
        cr_expect_eq((far > 0) - (far < 0), orders[i].order, "row %zu", i);
        cr_expect_eq(pst_name_is(&name, &key), orders[i].is, "row %zu", i);
        cr_expect_not(pst_name_is(&elsewhere, &key), "row %zu", i);
    }
}

/* The length of each text is that of the same text. */
Test(pdp_name, is_itself_at_first_sight_however_long_its_texts_are)
{
    static const struct parts rows[] = {
        {100, 3, "a.b", "cd", "efgh"}, {100, 3, "a.b", "cdef", "gh"},
        {100, 3, "a.bc", "de", "fgh"}, {100, 3, "", "abc", "de"},
        {100, 3, "a.b", "", "cd"},     {100, 3, "a.b", "cd", ""}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pst_name name = name_of(&rows[i]);

        for (size_t k = 0; k < COUNT(rows); k++) {
            struct pst_name_key key = key_of(&rows[k]);

            cr_expect_eq(pst_name_is(&name, &key), i == k, "%zu, %zu", i, k);
        }
    }
}

Test(pdp_name, counts_the_homes_in_use_before_its_own)
{
    static const struct {
        uint32_t used;
        uint32_t home;
        uint32_t row; /* 1,000 stand before */
    } rows[] = {{0, 0, 1000},
                {UINT32_MAX, 0, 1000},
                {UINT32_MAX, 1, 1001},
                {UINT32_MAX, 31, 1031},
                {UINT32_MAX, 63, 1031},
                {0x80000000u, 31, 1000},
                {0x40000000u, 31, 1001},
                {0x0000FFFFu, 31, 1016},
                {0xAAAAAAAAu, 31, 1015},
                {0x55555555u, 31, 1016},
                {0x0F0F0F0Fu, 16, 1008},
                {0x00010000u, 16, 1000},
                {0x00008000u, 16, 1001}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pst_homes homes = {rows[i].used, 1000};

        cr_expect_eq(pst_name_row(&homes, rows[i].home), rows[i].row, "row %zu",
                     i);
    }
}
