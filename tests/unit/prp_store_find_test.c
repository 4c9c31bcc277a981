/* What a store is asked beside addresses: parents, registrees, roles, and all
 * that is below a resource. */
#include "support/stores.h"

static postern_id entity(struct kit *kit, const char *text)
{
    postern_id id;

    cr_assert_eq(postern_id_parse_entity(&id, &kit->cse, postern_str_of(text)),
                 POSTERN_OK, "%s", text);
    return id;
}

static void put_entity(struct kit *kit, uint32_t type, const char *id,
                       const char *entity_id)
{
    postern_resource resource = kit_resource(type, id, "cb0", NULL);

    resource.entity = postern_str_of(entity_id);
    cr_assert_eq(postern_store_put(kit->store, &resource, NULL, NULL),
                 POSTERN_OK);
}

/* How many stand for an entity; `last` is the ID of the last. */
static uint32_t registrees(struct kit *kit, const char *text, const char **last)
{
    postern_id id = entity(kit, text);
    postern_resource resource;
    uint32_t n = 0;

    *last = "-";
    (void)kit_enter(kit);
    postern_resource_init(&resource);
    while (kit->prp->registree(kit->prp->user, kit->reader, &id, n,
                               &resource) == POSTERN_FOUND) {
        *last = kit_text(resource.id);
        n++;
    }
    kit_leave(kit);
    return n;
}

struct registree_row {
    const char *entity;
    uint32_t count;
    const char *last;
};

/* [ORI-11] [ID-02] [ID-03] */
Test(store_registree, is_found_by_every_spelling_of_its_entity)
{
    static const struct registree_row found[] = {
        {"Cpump7", 1, "Cpump7"},
        {"/plant-cse/Cpump7", 1, "Cpump7"},
        {"//SP.example/plant-cse/Cpump7", 1, "Cpump7"},
        {"Smeter9", 1, "ae55"},
        {"//sp.example/Smeter9", 1, "ae55"},
        {"/gate-cse", 1, "csr3"},
        {"//Sp.Example/gate-cse", 1, "csr3"},
        {"//far.example/gate-cse", 1, "csr4"},
        {"//FAR.example/gate-cse", 1, "csr4"},
        {"/gate-cse/Cpump7", 0, "-"},
        {"//far.example/plant-cse/Cpump7", 0, "-"},
        {"Cae55", 0, "-"},
        {"Ccnt", 0, "-"}, /* no AE */
        {"/Gate-cse", 0, "-"},
        {"Sgate", 0, "-"}, /* a remoteCSE has no entity but its CSE-ID */
    };
    struct kit kit;

    kit_open(&kit);
    put_entity(&kit, 2, "Cpump7", NULL);
    put_entity(&kit, 2, "ae55", "Smeter9");
    put_entity(&kit, 2, "Cbad", "not an entity");
    put_entity(&kit, 2, "Cempty", "");
    put_entity(&kit, 3, "Ccnt", NULL);
    put_entity(&kit, 16, "csr3", "/gate-cse");
    put_entity(&kit, 16, "csr4", "//far.example/gate-cse");
    put_entity(&kit, 16, "Sgate", NULL);
    put_entity(&kit, 10002, "Cannounced", "Cannounced");
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        const char *last;

        cr_expect_eq(registrees(&kit, found[i].entity, &last), found[i].count,
                     "%s", found[i].entity);
        cr_expect_str_eq(last, found[i].last, "%s", found[i].entity);
    }
    kit_close(&kit);
}

Test(store_registree, follows_what_becomes_of_its_resource)
{
    struct kit kit;
    const char *last;

    kit_open(&kit);
    put_entity(&kit, 2, "ae1", "Sone");
    put_entity(&kit, 2, "ae2", "Sone");
    cr_expect_eq(registrees(&kit, "Sone", &last), 2);
    put_entity(&kit, 2, "ae1", "Stwo");
    cr_expect_eq(registrees(&kit, "Sone", &last), 1);
    cr_expect_str_eq(last, "ae2");
    cr_expect_eq(registrees(&kit, "Stwo", &last), 1);
    put_entity(&kit, 3, "ae1", "Stwo");
    cr_expect_eq(registrees(&kit, "Stwo", &last), 0);
    put_entity(&kit, 2, "ae1", "Sone");
    cr_expect_eq(registrees(&kit, "Sone", &last), 2);
    kit_delete(&kit, "ae2");
    cr_expect_eq(registrees(&kit, "Sone", &last), 1);
    cr_expect_str_eq(last, "ae1");
    kit_close(&kit);
}

/* ---- roles -------------------------------------------------------------- */

static void put_role(struct kit *kit, uint32_t type, const char *id,
                     const char *role_id)
{
    postern_role role = {.role_id = postern_str_of(role_id),
                         .issuer = PST_STR("/auth-cse"),
                         .holder = PST_STR("Cx"),
                         .dated = true,
                         .not_before_s = 5,
                         .not_after_s = 9};
    postern_resource resource = kit_resource(type, id, "cb0", NULL);

    resource.role = role_id ? &role : NULL;
    cr_assert_eq(postern_store_put(kit->store, &resource, NULL, NULL),
                 POSTERN_OK);
}

/* [ROLE-05] [ID-07] */
Test(store_role, is_found_by_its_role_id)
{
    struct kit kit;
    postern_resource resource;
    postern_id id;
    uint32_t n = 0;

    kit_open(&kit);
    put_role(&kit, 31, "rol1", "1@auth.example");
    put_role(&kit, 31, "rol2", "1@AUTH.example");
    put_role(&kit, 31, "rol3", "2@auth.example");
    put_role(&kit, 31, "rol4", NULL);
    put_role(&kit, 31, "rol5", "no role");
    put_role(&kit, 3, "cnt1", "1@auth.example");
    cr_assert_eq(postern_id_parse_role(&id, PST_STR("1@Auth.Example")),
                 POSTERN_OK);
    (void)kit_enter(&kit);
    postern_resource_init(&resource);
    while (kit.prp->role(kit.prp->user, kit.reader, &id, n, &resource) ==
           POSTERN_FOUND) {
        cr_expect(pst_str_is(resource.id, "rol1") ||
                  pst_str_is(resource.id, "rol2"));
        cr_assert_not_null(resource.role);
        cr_expect(pst_str_is(resource.role->holder, "Cx"));
        cr_expect(resource.role->dated);
        cr_expect_eq(resource.role->not_before_s, 5);
        cr_expect_eq(resource.role->not_after_s, 9);
        n++;
    }
    cr_expect_eq(n, 2);
    cr_assert_eq(postern_id_parse_role(&id, PST_STR("3@auth.example")),
                 POSTERN_OK);
    cr_expect_eq(kit.prp->role(kit.prp->user, kit.reader, &id, 0, &resource),
                 POSTERN_FOUND_NOT);
    kit_leave(&kit);
    kit_close(&kit);
}

/* ---- parents ------------------------------------------------------------ */

static const char *above(struct kit *kit, const char *id)
{
    postern_resource resource;
    postern_resource parent;
    const char *text = "-";

    (void)kit_enter(kit);
    cr_assert_eq(kit_find(kit, id, &resource), POSTERN_FOUND);
    postern_resource_init(&parent);
    if (kit->prp->parent(kit->prp->user, kit->reader, &resource, &parent) ==
        POSTERN_FOUND) {
        cr_expect(pst_str_equal(resource.parent_id, parent.id));
        text = kit_text(parent.id);
    }
    kit_leave(kit);
    return text;
}

Test(store_parent, is_where_the_resource_is_now)
{
    struct kit kit;
    postern_resource resource;

    kit_open(&kit);
    kit_put(&kit, 3, "cnt1", "cb0", NULL);
    kit_put(&kit, 3, "cnt2", "cnt1", NULL);
    kit_put(&kit, 3, "stray", NULL, NULL);
    cr_expect_str_eq(above(&kit, "cnt2"), "cnt1");
    cr_expect_str_eq(above(&kit, "cnt1"), "-"); /* a place */
    (void)kit_enter(&kit);
    cr_assert_eq(kit_find(&kit, "cnt1", &resource), POSTERN_FOUND);
    cr_expect(pst_str_is(resource.parent_id, "cb0"));
    cr_assert_eq(kit_find(&kit, "stray", &resource), POSTERN_FOUND);
    cr_expect_null(resource.parent_id.data);
    kit_leave(&kit);
    cr_expect_str_eq(above(&kit, "stray"), "-");
    kit_put(&kit, 5, "cb0", NULL, NULL);
    cr_expect_str_eq(above(&kit, "cnt1"), "cb0");
    cr_expect_str_eq(above(&kit, "cb0"), "-");
    kit_put(&kit, 3, "cnt2", "stray", NULL);
    cr_expect_str_eq(above(&kit, "cnt2"), "stray");
    kit_close(&kit);
}

/* The handle is a short cut for what this view has given out, and no more. */
Test(store_parent, is_not_misled_by_a_handle)
{
    static const uint64_t handles[] = {0, 1, 2, 3, 4, 99, UINT64_MAX};
    struct kit kit;
    postern_resource resource;
    postern_resource parent;

    kit_open(&kit);
    kit_put(&kit, 3, "cnt1", "cb0", NULL);
    kit_put(&kit, 3, "cnt2", "cnt1", NULL);
    (void)kit_enter(&kit);
    cr_assert_eq(kit_find(&kit, "cnt2", &resource), POSTERN_FOUND);
    for (size_t i = 0; i < sizeof handles / sizeof *handles; i++) {
        resource.handle = handles[i];
        postern_resource_init(&parent);
        cr_expect_eq(
            kit.prp->parent(kit.prp->user, kit.reader, &resource, &parent),
            POSTERN_FOUND);
        cr_expect(pst_str_is(parent.id, "cnt1"));
    }
    kit_leave(&kit);
    kit_close(&kit);
}

/* A struct of an older release is not written past its end. */
Test(store_find, fills_as_much_as_the_caller_has)
{
    struct kit kit;
    postern_resource resource;

    kit_open(&kit);
    kit_put(&kit, 3, "cnt1", "cb0", "temp");
    (void)kit_enter(&kit);
    memset(&resource, 0x5A, sizeof resource);
    resource.struct_size = offsetof(postern_resource, name);
    cr_assert_eq(
        kit.prp->find(kit.prp->user, kit.reader, PST_STR("cnt1"), &resource),
        POSTERN_FOUND);
    cr_expect(pst_str_is(resource.id, "cnt1"));
    cr_expect_eq(resource.type, 0x5A5A5A5A);
    cr_expect_eq(resource.struct_size, offsetof(postern_resource, name));
    kit_leave(&kit);
    kit_close(&kit);
}

/* ---- enumeration -------------------------------------------------------- */

Test(store_next, goes_through_all_below_a_resource_parents_first)
{
    struct kit kit;

    kit_open(&kit);
    kit_put(&kit, 3, "a", "cb0", "a");
    kit_put(&kit, 3, "a1", "a", "1");
    kit_put(&kit, 3, "a11", "a1", NULL);
    kit_put(&kit, 3, "b", "cb0", "b");
    kit_put(&kit, 3, "stray", NULL, NULL);
    kit_put(&kit, 3, "under", "stray", NULL);
    (void)kit_enter(&kit);
    cr_expect_str_eq(kit_below(&kit, NULL), "b a a1 a11 stray under");
    cr_expect_str_eq(kit_below(&kit, "-"), "b a a1 a11");
    cr_expect_str_eq(kit_below(&kit, "a"), "a a1 a11");
    cr_expect_str_eq(kit_below(&kit, "base/a/1"), "a1 a11");
    cr_expect_str_eq(kit_below(&kit, "a11"), "a11");
    cr_expect_str_eq(kit_below(&kit, "stray"), "stray under");
    cr_expect_str_eq(kit_below(&kit, "gone"), "");
    cr_expect_str_eq(kit_below(&kit, "/gate-cse/a"), "");
    cr_expect_str_eq(kit_below(&kit, ""), "");
    kit_leave(&kit);
    kit_put(&kit, 5, "cb0", NULL, NULL);
    (void)kit_enter(&kit);
    cr_expect_str_eq(kit_below(&kit, NULL), "cb0 b a a1 a11 stray under");
    cr_expect_str_eq(kit_below(&kit, "cb0"), "cb0 b a a1 a11");
    kit_leave(&kit);
    kit_close(&kit);
}

Test(store_next, is_at_the_end_for_good)
{
    struct kit kit;
    postern_cursor cursor = {{0}};
    postern_resource resource;
    postern_str all = {NULL, 0};

    kit_open(&kit);
    (void)kit_enter(&kit);
    postern_resource_init(&resource);
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(
            kit.prp->next(kit.prp->user, kit.reader, all, &cursor, &resource),
            POSTERN_FOUND_NOT);
    }
    kit_leave(&kit);
    kit_close(&kit);
}

/* Numbers of one revision mean something else in another. */
Test(store_next, does_not_go_on_in_another_revision)
{
    struct kit kit;
    postern_cursor cursor = {{0}};
    postern_resource resource;
    postern_str all = {NULL, 0};

    kit_open(&kit);
    kit_put(&kit, 3, "a", "cb0", NULL);
    kit_put(&kit, 3, "b", "cb0", NULL);
    (void)kit_enter(&kit);
    postern_resource_init(&resource);
    cr_expect_eq(
        kit.prp->next(kit.prp->user, kit.reader, all, &cursor, &resource),
        POSTERN_FOUND);
    kit_leave(&kit);
    (void)kit_enter(&kit);
    cr_expect_eq(
        kit.prp->next(kit.prp->user, kit.reader, all, &cursor, &resource),
        POSTERN_FOUND);
    kit_leave(&kit);
    kit_delete(&kit, "a");
    (void)kit_enter(&kit);
    cr_expect_eq(
        kit.prp->next(kit.prp->user, kit.reader, all, &cursor, &resource),
        POSTERN_FOUND_FAILED);
    kit_leave(&kit);
    kit_close(&kit);
}
