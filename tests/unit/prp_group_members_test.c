/* Whether a group lists a resource, which is what resolving each of its members
 * would say. [ORI-11] */
#include "support/rng.h"
#include "support/stores.h"

#include <stdio.h>

static void put_group(struct kit *kit, const char *id, const postern_str *items,
                      size_t count)
{
    postern_resource group = kit_resource(9, id, "cb0", id);

    group.members = (postern_texts){items, count};
    cr_assert_eq(postern_store_put(kit->store, &group, NULL, NULL), POSTERN_OK);
}

static bool lists(struct kit *kit, const char *group, const char *member)
{
    postern_resource of;
    postern_resource resource;
    postern_truth truth;

    (void)kit_enter(kit);
    cr_assert_eq(kit_find(kit, group, &of), POSTERN_FOUND, "%s", group);
    cr_assert_eq(kit_find(kit, member, &resource), POSTERN_FOUND, "%s", member);
    truth = kit->prp->has_member(kit->prp->user, kit->reader, &of, &resource);
    kit_leave(kit);
    cr_expect_neq(truth, POSTERN_UNKNOWN);
    return truth == POSTERN_TRUE;
}

struct member_row {
    const char *text;
    const char *member; /* whom it stands for; NULL: nobody */
};

static const struct member_row rows[] = {
    {"Cpump7", "Cpump7"},
    {"/plant-cse/Cpump7", "Cpump7"},
    {"//SP.example/plant-cse/Cpump7", "Cpump7"},
    {"-/pump", "Cpump7"},
    {"base/pump", "Cpump7"},
    {"/plant-cse/base/pump", "Cpump7"},
    {"//sp.example/plant-cse/-/pump", "Cpump7"},
    {"-/pump/inner", "cnt1"},
    {"cnt1", "cnt1"},
    {"-", "cb0"},
    {"base", "cb0"},
    {"cb0", "cb0"},
    {"stray", "stray"},
    {"nameless", "nameless"},

    {"pump", NULL},
    {"Cpump7/inner", NULL},
    {"base/Cpump7", NULL},
    {"base/Pump", NULL},
    {"base/pump/", NULL},
    {"base//pump", NULL},
    {"other/pump", NULL},
    {"-/inner/pump", NULL}, /* the right names in the wrong order */
    {"inner/pump/-", NULL},
    {"-/-/pump", NULL},
    {"/gate-cse/Cpump7", NULL},
    {"/gate-cse/base/pump", NULL},
    {"//far.example/plant-cse/Cpump7", NULL},
    {"//far.example/plant-cse/base/pump", NULL},
    {"/plant-cse", NULL},
    {"/", NULL},
    {"", NULL},
    {"-/lost", NULL},
    {NULL, NULL},
};

static const char *const everybody[] = {"cb0",      "Cpump7",  "cnt1",
                                        "nameless", "strange", "stray"};

static void fill(struct kit *kit)
{
    kit_put(kit, 5, "cb0", NULL, "base");
    kit_put(kit, 2, "Cpump7", "cb0", "pump");
    kit_put(kit, 3, "cnt1", "Cpump7", "inner");
    kit_put(kit, 3, "nameless", "Cpump7", NULL);
    kit_put(kit, 3, "strange", "nameless", "below");
    kit_put(kit, 3, "stray", NULL, "lost");
}

Test(group_members, each_form_of_address_lists_its_resource_and_no_other)
{
    struct kit kit;

    kit_open(&kit);
    fill(&kit);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_str item = postern_str_of(rows[i].text);

        put_group(&kit, "grp5", &item, 1);
        for (size_t k = 0; k < sizeof everybody / sizeof *everybody; k++) {
            bool listed =
                rows[i].member && strcmp(rows[i].member, everybody[k]) == 0;

            cr_expect_eq(lists(&kit, "grp5", everybody[k]), listed, "%s of %s",
                         everybody[k], rows[i].text);
        }
    }
    kit_close(&kit);
}

Test(group_members, are_those_of_a_list_and_there_may_be_none)
{
    postern_str all[sizeof rows / sizeof *rows];
    struct kit kit;
    size_t count = sizeof rows / sizeof *rows;

    kit_open(&kit);
    fill(&kit);
    for (size_t i = 0; i < count; i++) {
        all[i] = postern_str_of(rows[i].text);
    }
    put_group(&kit, "grp5", all, count);
    cr_expect(lists(&kit, "grp5", "Cpump7"));
    cr_expect(lists(&kit, "grp5", "cnt1"));
    cr_expect_not(lists(&kit, "grp5", "strange"));
    put_group(&kit, "grp5", all, 0);
    cr_expect_not(lists(&kit, "grp5", "Cpump7"));
    put_group(&kit, "grp5", NULL, 0);
    cr_expect_not(lists(&kit, "grp5", "Cpump7"));
    cr_expect_not(lists(&kit, "cnt1", "Cpump7")); /* no group at all */
    kit_close(&kit);
}

/* The group is not touched when its members move. */
Test(group_members, are_who_the_addresses_lead_to_now)
{
    postern_str items[] = {PST_STR("base/a/x"), PST_STR("c")};
    struct kit kit;

    kit_open(&kit);
    kit_put(&kit, 3, "a", "cb0", "a");
    kit_put(&kit, 3, "b", "cb0", "b");
    kit_put(&kit, 2, "x1", "a", "x");
    kit_put(&kit, 2, "x2", "b", "x");
    put_group(&kit, "grp5", items, 2);
    cr_expect(lists(&kit, "grp5", "x1"));
    cr_expect_not(lists(&kit, "grp5", "x2"));
    kit_put(&kit, 3, "a", "cb0", "old");
    kit_put(&kit, 3, "b", "cb0", "a");
    cr_expect_not(lists(&kit, "grp5", "x1"));
    cr_expect(lists(&kit, "grp5", "x2"));
    kit_put(&kit, 2, "c", "b", "y");
    cr_expect(lists(&kit, "grp5", "c"));
    kit_close(&kit);
}

/* [ID-06] */
Test(group_members, a_text_that_could_mean_two_resources_lists_none)
{
    postern_str items[] = {PST_STR("base")};
    struct kit kit;

    kit_open(&kit);
    fill(&kit);
    put_group(&kit, "grp5", items, 1);
    cr_expect(lists(&kit, "grp5", "cb0"));
    kit_put(&kit, 2, "base", "cb0", "x");
    cr_expect_not(lists(&kit, "grp5", "cb0"));
    cr_expect_not(lists(&kit, "grp5", "-/x"));
    kit_close(&kit);
}

/* ---- the same as resolving ---------------------------------------------- */

enum { PLACES = 40, MEMBERS = 12, ROUNDS = 400, TEXT = 64 };

struct texts {
    char bytes[MEMBERS][TEXT];
    postern_str items[MEMBERS];
    size_t count;
};

/* Names and IDs from a small alphabet, in forms that are right or nearly. */
static void draw_address(struct rng *rng, char *text)
{
    static const char *const prefixes[] = {
        "", "", "", "/plant-cse/", "//sp.example/plant-cse/", "/gate-cse/"};
    static const char *const firsts[] = {"-/", "base/", "", "r1/"};
    size_t len =
        (size_t)snprintf(text, TEXT, "%s%s", prefixes[rng_below(rng, 6)],
                         firsts[rng_below(rng, 4)]);
    uint32_t segments = 1 + rng_below(rng, 3);

    for (uint32_t i = 0; i < segments; i++) {
        len +=
            (size_t)snprintf(text + len, TEXT - len, "%s%s%u", i ? "/" : "",
                             rng_below(rng, 2) ? "n" : "r", rng_below(rng, 6));
    }
}

static void draw_group(struct kit *kit, struct rng *rng)
{
    struct texts texts;

    texts.count = rng_below(rng, MEMBERS + 1);
    for (size_t i = 0; i < texts.count; i++) {
        draw_address(rng, texts.bytes[i]);
        texts.items[i] = postern_str_of(texts.bytes[i]);
    }
    put_group(kit, "grp5", texts.items, texts.count);
}

/* Refusals are as good: the tree just stays as it is. */
static void draw_place(struct kit *kit, struct rng *rng)
{
    char id[8];
    char parent[8];
    char name[8];
    postern_resource resource;
    bool below = rng_below(rng, 2);

    (void)snprintf(id, sizeof id, "r%u", rng_below(rng, 10));
    (void)snprintf(parent, sizeof parent, "r%u", rng_below(rng, 10));
    (void)snprintf(name, sizeof name, "n%u", rng_below(rng, 6));
    resource = kit_resource(3, id, below ? parent : "cb0",
                            rng_below(rng, 8) ? name : NULL);
    (void)!postern_store_put(kit->store, &resource, NULL, NULL);
}

/* Whether it is there and listed. */
static bool expect_as_resolved(struct kit *kit, uint32_t number)
{
    char id[8];
    postern_resource group;
    postern_resource member;
    bool listed = false;

    (void)snprintf(id, sizeof id, "r%u", number);
    (void)kit_enter(kit);
    cr_assert_eq(kit_find(kit, "grp5", &group), POSTERN_FOUND);
    if (kit_find(kit, id, &member) == POSTERN_FOUND) {
        for (size_t i = 0; i < group.members.count; i++) {
            postern_resource named;

            postern_resource_init(&named);
            listed = listed || (kit->prp->find(kit->prp->user, kit->reader,
                                               group.members.items[i],
                                               &named) == POSTERN_FOUND &&
                                pst_str_equal(named.id, member.id));
        }
        cr_expect_eq(
            kit->prp->has_member(kit->prp->user, kit->reader, &group, &member),
            listed ? POSTERN_TRUE : POSTERN_FALSE, "%s", id);
    }
    kit_leave(kit);
    return listed;
}

Test(group_members, are_always_what_resolving_each_would_say)
{
    struct kit kit;
    struct rng rng = {2026};
    int yes = 0;

    kit_open(&kit);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < PLACES; i++) {
            draw_place(&kit, &rng);
        }
        draw_group(&kit, &rng);
        for (uint32_t number = 0; number < 10; number++) {
            yes += expect_as_resolved(&kit, number);
        }
    }
    cr_expect_gt(yes, ROUNDS / 4, "hardly any member is one: %d", yes);
    kit_close(&kit);
}
