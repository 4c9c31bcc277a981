/* What somebody might do to a store to make it slow, or wrong. */
#include "base/keyed_hash.h"
#include "base/sort.h"
#include "prp/member.h"
#include "support/stores.h"

#include <stdio.h>

enum { DEEP = 10000, WIDE = 100000, TRIED = 300000, ID = 16 };

/* ---- deep and wide ------------------------------------------------------ */

/* [PRP-10] */
Test(store_hostile, a_chain_without_end_stops_at_the_depth_allowed)
{
    static const uint32_t depths[] = {0, 5, 1024, 4096};
    static const int levels[] = {64, 5, 1024, 1024};

    for (size_t row = 0; row < sizeof depths / sizeof *depths; row++) {
        struct kit kit;
        postern_store_options options = kit_options(&kit);
        postern_change *change;
        char ids[2][ID] = {"cb0", ""};
        int taken = 0;

        options.max_depth = depths[row];
        kit_open_with(&kit, &options);
        cr_assert_eq(postern_change_begin(kit.store, &change), POSTERN_OK);
        for (int i = 0; i < DEEP; i++) {
            postern_resource resource;

            (void)snprintf(ids[1], ID, "c%d", i);
            resource = kit_resource(3, ids[1], ids[0], "x");
            if (postern_change_put(change, &resource, NULL) == POSTERN_OK) {
                memcpy(ids[0], ids[1], ID);
                taken++;
            }
        }
        cr_expect_eq(taken, levels[row]);
        cr_expect_eq(postern_change_commit(change, NULL), POSTERN_OK);
        kit_delete(&kit, "c0");
        kit_close(&kit);
    }
}

static void put_many(struct kit *kit, bool named)
{
    postern_change *change;

    cr_assert_eq(postern_change_begin(kit->store, &change), POSTERN_OK);
    for (int i = 0; i < WIDE; i++) {
        char id[ID];
        postern_resource resource;

        (void)snprintf(id, ID, "c%d", i);
        resource = kit_resource(3, id, "cb0", named ? id : NULL);
        cr_assert_eq(postern_change_put(change, &resource, NULL), POSTERN_OK);
    }
    cr_assert_eq(postern_change_commit(change, NULL), POSTERN_OK);
}

Test(store_hostile, a_resource_may_have_any_number_of_children)
{
    struct kit kit;
    postern_cursor cursor = {{0}};
    postern_resource resource;
    int below = 0;

    kit_open(&kit);
    put_many(&kit, true);
    cr_expect_str_eq(kit_at(&kit, "base/c99999"), "c99999");
    cr_expect_str_eq(kit_at(&kit, "base/c0"), "c0");
    cr_expect_str_eq(kit_at(&kit, "base/c100000"), "-");
    put_many(&kit, false); /* each again, now without a name */
    cr_expect_str_eq(kit_at(&kit, "base/c0"), "-");
    (void)kit_enter(&kit);
    postern_resource_init(&resource);
    while (kit.prp->next(kit.prp->user, kit.reader, PST_STR("-"), &cursor,
                         &resource) == POSTERN_FOUND) {
        below++;
    }
    kit_leave(&kit);
    cr_expect_eq(below, WIDE);
    for (int i = 0; i < WIDE; i += 1000) {
        char id[ID];

        (void)snprintf(id, ID, "c%d", i);
        kit_delete(&kit, id);
    }
    cr_expect_str_eq(kit_at(&kit, "c1000"), "-");
    cr_expect_str_eq(kit_at(&kit, "c1001"), "c1001");
    kit_close(&kit);
}

Test(store_hostile, a_group_may_have_any_number_of_members)
{
    static char texts[WIDE][ID];
    static postern_str items[WIDE];
    struct kit kit;
    postern_resource group;
    postern_resource member;

    kit_open(&kit);
    kit_put(&kit, 2, "m99999", "cb0", NULL);
    kit_put(&kit, 2, "n1", "cb0", NULL);
    for (int i = 0; i < WIDE; i++) {
        (void)snprintf(texts[i], ID, "m%d", i);
        items[i] = postern_str_of(texts[i]);
    }
    group = kit_resource(9, "grp1", "cb0", NULL);
    group.members = (postern_texts){items, WIDE};
    cr_assert_eq(postern_store_put(kit.store, &group, NULL, NULL), POSTERN_OK);
    (void)kit_enter(&kit);
    cr_assert_eq(kit_find(&kit, "grp1", &group), POSTERN_FOUND);
    cr_expect_eq(group.members.count, WIDE);
    cr_assert_eq(kit_find(&kit, "m99999", &member), POSTERN_FOUND);
    cr_expect_eq(
        kit.prp->has_member(kit.prp->user, kit.reader, &group, &member),
        POSTERN_TRUE);
    cr_assert_eq(kit_find(&kit, "n1", &member), POSTERN_FOUND);
    cr_expect_eq(
        kit.prp->has_member(kit.prp->user, kit.reader, &group, &member),
        POSTERN_FALSE);
    kit_leave(&kit);
    kit_close(&kit);
}

/* ---- names that meet ---------------------------------------------------- */

/* The upper half of a hash, and whose it is. */
struct hashed {
    uint32_t half;
    uint32_t number;
};

static struct hashed hashes[TRIED];

static int order(const void *a, const void *b, const void *context)
{
    const struct hashed *left = a;
    const struct hashed *right = b;

    (void)context;
    return (left->half > right->half) - (left->half < right->half);
}

static void write_text(char *text, const char *prefix, uint32_t number)
{
    (void)snprintf(text, ID, "%s%u", prefix, number);
}

typedef uint64_t hash_fn(postern_str text);

static const struct pst_hash_key key = {{0, 0}};

static uint64_t hash_text(postern_str text)
{
    return pst_keyed_hash(&key, text.data, text.len);
}

/* Of an AE-ID of the service provider. */
static uint64_t hash_entity(postern_str text)
{
    uint64_t parts[3] = {pst_hash_folded(&key, PST_STR("sp.example")),
                         hash_text(text), hash_text(PST_STR(""))};

    return pst_keyed_hash(&key, parts, sizeof parts);
}

static uint64_t hash_member(postern_str text)
{
    static const struct pst_store_settings settings = {
        .cse = {{"sp.example", 10}, {"plant-cse", 9}, 0, 0},
        .base_name = {"base", 4},
    };

    return pst_member_word(&settings, text, 0);
}

/* What somebody who knows the key can do: texts that an index cannot tell
 * apart. */
static size_t find_meeting(const char *prefix, hash_fn *hash,
                           uint32_t found[][2], size_t most)
{
    size_t count = 0;

    for (uint32_t i = 0; i < TRIED; i++) {
        char text[ID];

        write_text(text, prefix, i);
        hashes[i].half = (uint32_t)(hash(postern_str_of(text)) >> 32);
        hashes[i].number = i;
    }
    pst_sort(hashes, TRIED, sizeof *hashes, order, NULL);
    for (size_t i = 1; i < TRIED && count < most; i++) {
        if (hashes[i].half == hashes[i - 1].half) {
            found[count][0] = hashes[i - 1].number;
            found[count][1] = hashes[i].number;
            count++;
        }
    }
    return count;
}

Test(store_hostile, texts_whose_hashes_meet_are_told_apart)
{
    struct kit kit;
    uint32_t meeting[4][2];
    size_t count = find_meeting("r", hash_text, meeting, 4);
    char texts[2][ID];
    char path[ID + 8];

    cr_assert_gt(count, 0);
    kit_open(&kit);
    for (size_t i = 0; i < count; i++) {
        write_text(texts[0], "r", meeting[i][0]);
        write_text(texts[1], "r", meeting[i][1]);
        (void)snprintf(path, sizeof path, "base/%s", texts[1]);
        kit_put(&kit, 3, texts[0], "cb0", texts[0]);
        cr_expect_str_eq(kit_at(&kit, texts[1]), "-");
        cr_expect_str_eq(kit_at(&kit, path), "-");
        kit_put(&kit, 3, texts[1], "cb0", texts[1]);
        cr_expect_str_eq(kit_at(&kit, texts[0]), texts[0]);
        cr_expect_str_eq(kit_at(&kit, texts[1]), texts[1]);
        cr_expect_str_eq(kit_at(&kit, path), texts[1]);
        kit_delete(&kit, texts[0]);
        cr_expect_str_eq(kit_at(&kit, texts[0]), "-");
        cr_expect_str_eq(kit_at(&kit, path), texts[1]);
        kit_delete(&kit, texts[1]);
    }
    kit_close(&kit);
}

static bool is_registered(struct kit *kit, const char *text)
{
    postern_resource resource;
    postern_id id;
    bool found;

    cr_assert_eq(postern_id_parse_entity(&id, &kit->cse, postern_str_of(text)),
                 POSTERN_OK);
    (void)kit_enter(kit);
    postern_resource_init(&resource);
    found = kit->prp->registree(kit->prp->user, kit->reader, &id, 0,
                                &resource) == POSTERN_FOUND;
    cr_expect(!found || pst_str_is(resource.id, text));
    kit_leave(kit);
    return found;
}

Test(store_hostile, entities_whose_hashes_meet_are_told_apart)
{
    struct kit kit;
    uint32_t meeting[4][2];
    size_t count = find_meeting("S", hash_entity, meeting, 4);
    char texts[2][ID];

    cr_assert_gt(count, 0);
    kit_open(&kit);
    for (size_t i = 0; i < count; i++) {
        write_text(texts[0], "S", meeting[i][0]);
        write_text(texts[1], "S", meeting[i][1]);
        kit_put(&kit, 2, texts[0], "cb0", NULL);
        cr_expect(is_registered(&kit, texts[0]));
        cr_expect_not(is_registered(&kit, texts[1]));
        kit_put(&kit, 2, texts[1], "cb0", NULL);
        cr_expect(is_registered(&kit, texts[0]));
        cr_expect(is_registered(&kit, texts[1]));
    }
    kit_close(&kit);
}

Test(store_hostile, members_whose_hashes_meet_are_told_apart)
{
    struct kit kit;
    uint32_t meeting[4][2];
    size_t count = find_meeting("m", hash_member, meeting, 4);
    char texts[2][ID];

    cr_assert_gt(count, 0);
    kit_open(&kit);
    for (size_t i = 0; i < count; i++) {
        postern_resource group = kit_resource(9, "grp1", "cb0", NULL);
        postern_str item;
        postern_resource member;

        for (size_t k = 0; k < 2; k++) {
            write_text(texts[k], "m", meeting[i][k]);
            kit_put(&kit, 2, texts[k], "cb0", NULL);
        }
        item = postern_str_of(texts[0]);
        group.members = (postern_texts){&item, 1};
        cr_assert_eq(postern_store_put(kit.store, &group, NULL, NULL),
                     POSTERN_OK);
        (void)kit_enter(&kit);
        for (size_t k = 0; k < 2; k++) {
            cr_assert_eq(kit_find(&kit, texts[k], &member), POSTERN_FOUND);
            cr_expect_eq(
                kit.prp->has_member(kit.prp->user, kit.reader, &group, &member),
                k == 0 ? POSTERN_TRUE : POSTERN_FALSE);
        }
        kit_leave(&kit);
    }
    kit_close(&kit);
}

/* Each second one gone again, one name below very many parents: of so many,
 * some have hashes that meet whatever the name is. */
Test(store_hostile, one_name_may_be_everywhere)
{
    struct kit kit;
    postern_change *change;
    char ids[2][ID];
    char path[ID + 8];

    kit_open(&kit);
    put_many(&kit, true);
    cr_assert_eq(postern_change_begin(kit.store, &change), POSTERN_OK);
    for (uint32_t i = 0; i < WIDE; i++) {
        postern_resource resource;

        write_text(ids[0], "d", i);
        write_text(ids[1], "c", i);
        resource = kit_resource(3, ids[0], ids[1], "data");
        cr_assert_eq(postern_change_put(change, &resource, NULL), POSTERN_OK);
    }
    for (uint32_t i = 0; i < WIDE; i += 2) {
        write_text(ids[0], "d", i);
        cr_assert_eq(
            postern_change_delete(change, postern_str_of(ids[0]), NULL),
            POSTERN_OK);
    }
    cr_assert_eq(postern_change_commit(change, NULL), POSTERN_OK);
    for (uint32_t i = 0; i < WIDE; i++) {
        write_text(ids[0], "d", i);
        (void)snprintf(path, sizeof path, "-/c%u/data", i);
        cr_expect_str_eq(kit_at(&kit, path), i % 2 ? ids[0] : "-");
    }
    kit_close(&kit);
}
