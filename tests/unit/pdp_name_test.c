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
