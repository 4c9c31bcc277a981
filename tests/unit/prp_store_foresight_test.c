/*
 * What a store foresees changes no answer: a reader that goes through addresses
 * in some order, or announces them, is told what one is told that asks for each
 * in a view of its own.
 */
#include "support/rng.h"
#include "support/stores.h"

#include <stdio.h>

enum { RESOURCES = 90, ODD = 9, ALL = RESOURCES + ODD, ROUNDS = 400 };

/* Of addresses that are no plain ID of a resource, or of none that is there.
 * "base" is an ID and the name of the CSEBase, so it leads nowhere. */
static const char *const odd[ODD] = {"base", "-",     "cb0",
                                     "gone", "",      "base/r000",
                                     "-/r1", "/r002", "/plant-cse/r003"};

struct scene {
    struct kit kit;
    char ids[RESOURCES][8];
    postern_str
        addresses[ALL];       /* in the order of creation, then the odd ones */
    postern_found found[ALL]; /* when asked for by itself */
    postern_str id[ALL];
    postern_str parent[ALL];
};

static const char *parent_of(const struct scene *scene, uint32_t i)
{
    return i < 10 ? "cb0" : scene->ids[i % 7];
}

/* What has the ID "base" comes after the others, as its address does. */
static void fill(struct scene *scene)
{
    kit_open(&scene->kit);
    for (uint32_t i = 0; i < RESOURCES; i++) {
        (void)snprintf(scene->ids[i], sizeof scene->ids[i], "r%03u", i);
        kit_put(&scene->kit, 3, scene->ids[i], parent_of(scene, i),
                scene->ids[i]);
        scene->addresses[i] = postern_str_of(scene->ids[i]);
    }
    kit_put(&scene->kit, 3, "base", "cb0", NULL);
    for (uint32_t i = 0; i < ODD; i++) {
        scene->addresses[RESOURCES + i] = postern_str_of(odd[i]);
    }
}

static postern_found find(struct scene *scene, uint32_t i,
                          postern_resource *resource)
{
    struct kit *kit = &scene->kit;

    postern_resource_init(resource);
    return kit->prp->find(kit->prp->user, kit->reader, scene->addresses[i],
                          resource);
}

static void ask_one_by_one(struct scene *scene)
{
    for (uint32_t i = 0; i < ALL; i++) {
        postern_resource resource;

        (void)kit_enter(&scene->kit);
        scene->found[i] = find(scene, i, &resource);
        scene->id[i] = resource.id;
        scene->parent[i] = resource.parent_id;
        kit_leave(&scene->kit);
    }
}

static void expect(struct scene *scene, uint32_t i)
{
    postern_resource resource;
    postern_found found = find(scene, i, &resource);

    cr_assert_eq(found, scene->found[i], "%s", kit_text(scene->addresses[i]));
    cr_assert(pst_str_equal(resource.id, scene->id[i]));
    cr_assert(pst_str_equal(resource.parent_id, scene->parent[i]));
}

/* ---- orders ------------------------------------------------------------- */

/* Fills in some of the addresses by their places; most orders go up or down in
 * steps, so that there is something to foresee. */
static uint32_t draw(struct rng *rng, uint32_t *order)
{
    uint32_t count = 1 + rng_below(rng, 40);
    uint32_t at = rng_below(rng, ALL);
    uint32_t step = (uint32_t[]){1, ALL - 1, 7, ALL - 7}[rng_below(rng, 4)];

    for (uint32_t i = 0; i < count; i++) {
        order[i] = at;
        at = rng_below(rng, 12) ? (at + step) % ALL : rng_below(rng, ALL);
    }
    return count;
}

static void announce(struct scene *scene, const uint32_t *order, uint32_t count)
{
    struct kit *kit = &scene->kit;
    postern_str addresses[40];

    for (uint32_t i = 0; i < count; i++) {
        addresses[i] = scene->addresses[order[i]];
    }
    kit->prp->announce(kit->prp->user, kit->reader, addresses, count);
}

/* Some that were announced are left out, and others come between. */
static void go_through(struct scene *scene, struct rng *rng)
{
    uint32_t order[40];
    uint32_t count = draw(rng, order);

    if (rng_below(rng, 2)) {
        announce(scene, order, count);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (rng_below(rng, 16) == 0) {
            expect(scene, rng_below(rng, ALL));
        }
        if (rng_below(rng, 16)) {
            expect(scene, order[i]);
        }
    }
}

static void go_on(struct scene *scene, struct rng *rng)
{
    (void)kit_enter(&scene->kit);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        go_through(scene, rng);
    }
    kit_leave(&scene->kit);
}

Test(store_foresight, changes_no_answer)
{
    static struct scene scene;
    struct rng rng = {20260417};

    fill(&scene);
    ask_one_by_one(&scene);
    cr_assert_eq(scene.found[5], POSTERN_FOUND);
    cr_assert_eq(scene.found[RESOURCES], POSTERN_FOUND_NOT);
    go_on(&scene, &rng);
    kit_close(&scene.kit);
}

/* Numbers that were given back are others' now, and links are new. */
Test(store_foresight, follows_changes)
{
    static struct scene scene;
    struct rng rng = {20260418};

    fill(&scene);
    for (uint32_t i = 20; i < 60; i += 3) {
        kit_delete(&scene.kit, scene.ids[i]);
    }
    ask_one_by_one(&scene);
    cr_assert_eq(scene.found[20], POSTERN_FOUND_NOT);
    go_on(&scene, &rng);
    for (uint32_t i = 20; i < 60; i += 3) {
        kit_put(&scene.kit, 3, scene.ids[79 - i], "cb0", NULL);
    }
    ask_one_by_one(&scene);
    go_on(&scene, &rng);
    kit_close(&scene.kit);
}

/* What was foreseen in one view is not looked at in the next one. */
Test(store_foresight, ends_with_the_view)
{
    struct kit kit;
    postern_resource resource;
    postern_str both[2] = {PST_STR("a"), PST_STR("b")};

    kit_open(&kit);
    kit_put(&kit, 3, "a", "cb0", NULL);
    kit_put(&kit, 3, "b", "cb0", NULL);
    (void)kit_enter(&kit);
    kit.prp->announce(kit.prp->user, kit.reader, both, 2);
    kit_leave(&kit);
    kit_delete(&kit, "b");
    (void)kit_enter(&kit);
    postern_resource_init(&resource);
    cr_expect_eq(kit.prp->find(kit.prp->user, kit.reader, both[0], &resource),
                 POSTERN_FOUND);
    cr_expect_eq(kit.prp->find(kit.prp->user, kit.reader, both[1], &resource),
                 POSTERN_FOUND_NOT);
    kit_leave(&kit);
    kit.prp->announce(kit.prp->user, kit.reader, both, 2); /* outside of one */
    kit_close(&kit);
}
