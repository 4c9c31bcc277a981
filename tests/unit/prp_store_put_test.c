/* What a store refuses, and what it takes that is nearly the same. */
#include "support/stores.h"

/* A change of one resource that is refused, as asked, in words. After it the
 * store is as before. */
static void expect_refused(struct kit *kit, const postern_resource *resource,
                           const char *path, const char *message)
{
    uint64_t revision = postern_store_revision(kit->store);
    postern_diag diag;

    cr_expect_eq(postern_store_put(kit->store, resource, NULL, &diag),
                 POSTERN_ERR_POLICY, "%s", message);
    cr_expect_str_eq(diag.path, path, "%s", message);
    cr_expect_str_eq(diag.message, message);
    cr_expect_eq(diag.status, POSTERN_ERR_POLICY);
    cr_expect_eq(postern_store_revision(kit->store), revision);
}

static void expect_taken(struct kit *kit, const postern_resource *resource)
{
    postern_diag diag;

    cr_expect_eq(postern_store_put(kit->store, resource, NULL, &diag),
                 POSTERN_OK, "%s", diag.message);
}

struct put_row {
    uint32_t type;
    const char *id;
    const char *parent;
    const char *name;
    const char *path; /* NULL: it is taken */
    const char *message;
};

#define NO_ID(text)                                                            \
    "a resource ID is one segment of unreserved characters, \"" text           \
    "\" is none"
#define NO_NAME(text)                                                          \
    "a resource name is one segment of unreserved characters, \"" text         \
    "\" is none"

static const struct put_row rows[] = {
    {3, "", "cb0", "x", "/ri", "a resource needs its resource ID (ri)"},
    {3, NULL, "cb0", "x", "/ri", "a resource needs its resource ID (ri)"},
    {3, "a/b", "cb0", "x", "/ri", NO_ID("a/b")},
    {3, "/a", "cb0", "x", "/ri", NO_ID("/a")},
    {3, "a b", "cb0", "x", "/ri", NO_ID("a b")},
    {3, "a%20b", "cb0", "x", "/ri", NO_ID("a%20b")},
    {3, "a*", "cb0", "x", "/ri", NO_ID("a*")},
    {3, "\xC3\xA4", "cb0", "x", "/ri", NO_ID("??")},
    {3, "-", "cb0", "x", "/ri", NO_ID("-")},
    {3, "a-._~B0", "cb0", "x", NULL, NULL},

    {3, "n1", "cb0", "y/z", "/rn", NO_NAME("y/z")},
    {3, "n1", "cb0", "y z", "/rn", NO_NAME("y z")},
    {3, "n1", "cb0", "-", NULL, NULL},
    {3, "n2", "cb0", "", NULL, NULL},
    {3, "n3", "cb0", NULL, NULL, NULL},

    {0, "t1", "cb0", NULL, "/ty", "a resource needs its type (ty)"},
    {4000000000, "t1", "cb0", NULL, NULL, NULL},

    {5, "cb1", NULL, "base", "/ri",
     "a CSE has one CSEBase, and here its resource ID is \"cb0\""},
    {5, "cb1", "cb0", "base", "/ri",
     "a CSE has one CSEBase, and here its resource ID is \"cb0\""},
    {3, "cb0", NULL, "base", "/ty",
     "\"cb0\" is the resource ID of the CSEBase, which has type 5"},
    {5, "cb0", "cnt1", "base", "/pi", "the CSEBase has no parent"},
    {5, "cb0", NULL, "base", NULL, NULL},
    {5, "cb0", NULL, "other", NULL, NULL},

    {3, "p1", "gone", "p", "/pi", "the parent \"gone\" is not there"},
    {3, "p1", "-", "p", "/pi", "the parent \"-\" is not there"},
    {3, "p1", "base", "p", "/pi", "the parent \"base\" is not there"},
    {3, "p1", "base/temp", "p", "/pi", "the parent \"base/temp\" is not there"},
    {3, "p1", "/plant-cse/cnt1", "p", "/pi",
     "the parent \"/plant-cse/cnt1\" is not there"},
    {3, "p1", "p1", "p", "/pi",
     "the parent \"p1\" is the resource itself or below it"},
    {3, "cnt1", "cnt1", "temp", "/pi",
     "the parent \"cnt1\" is the resource itself or below it"},
    {3, "cnt1", "cnt2", "temp", "/pi",
     "the parent \"cnt2\" is the resource itself or below it"},
    {3, "cnt1", "cnt3", "temp", "/pi",
     "the parent \"cnt3\" is the resource itself or below it"},
    {3, "p1", "cnt3", "p", NULL, NULL},
    {3, "p2", "", "p", NULL, NULL},

    {3, "r1", "cb0", "temp", "/rn",
     "a child of the same parent has the name \"temp\""},
    {3, "cnt2", "cb0", "temp", "/rn",
     "a child of the same parent has the name \"temp\""},
    {3, "r1", "cb0", "Temp", NULL, NULL},
    {3, "r2", "cnt1", "temp", NULL, NULL},
    {3, "r3", NULL, "temp", NULL, NULL}, /* these have no siblings */
    {3, "r4", NULL, "temp", NULL, NULL},
    {3, "cnt1", "cb0", "temp", NULL, NULL}, /* its own */
};

/* Each row for itself, on a tree cb0 > cnt1 > cnt2 > cnt3. */
Test(store_put, refuses_what_does_not_fit_and_takes_its_neighbour)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct put_row *row = &rows[i];
        postern_resource resource =
            kit_resource(row->type, row->id, row->parent, row->name);
        struct kit kit;

        kit_open(&kit);
        kit_put(&kit, 3, "cnt1", "cb0", "temp");
        kit_put(&kit, 3, "cnt2", "cnt1", "inner");
        kit_put(&kit, 3, "cnt3", "cnt2", NULL);
        kit_put(&kit, 3, "r3", NULL, "temp");
        if (row->path) {
            expect_refused(&kit, &resource, row->path, row->message);
        } else {
            expect_taken(&kit, &resource);
        }
        kit_close(&kit);
    }
}

/* [PRP-11] */
Test(store_put, takes_an_acp_with_a_set_of_its_own_only)
{
    struct kit kit;
    postern_resource acp = kit_resource(1, "acp1", "cb0", NULL);
    postern_resource other = kit_resource(3, "cnt1", "cb0", NULL);
    postern_acp_set *set;

    kit_open(&kit);
    set = kit_set(&kit, "acp1", "Cx");
    expect_refused(&kit, &acp, "/pv",
                   "an access control policy comes with the set that it was "
                   "compiled into");
    other.acp_set = set;
    expect_refused(&kit, &other, "/ty",
                   "only an access control policy (type 1) has a compiled set");
    other.type = 10001;
    expect_refused(&kit, &other, "/ty",
                   "only an access control policy (type 1) has a compiled set");
    acp.acp_set = set;
    acp.acp = 1;
    expect_refused(&kit, &acp, "/pv",
                   "an access control policy is compiled into a set of its "
                   "own");
    acp.acp = 0;
    acp.id = PST_STR("acp2");
    expect_refused(&kit, &acp, "/pv",
                   "this is the compiled set of another access control policy, "
                   "\"acp1\"");
    acp.id = PST_STR("acp1");
    expect_taken(&kit, &acp);
    other.acp_set = NULL;
    expect_taken(&kit, &other);
    kit_close(&kit);
}

static postern_acp_set *set_of_two(struct kit *kit)
{
    postern_builder_options options;
    postern_acp_builder *builder;
    postern_acp_set *set;

    postern_builder_options_init(&options);
    options.allocator = &kit->allocator;
    cr_assert_eq(postern_acp_builder_new(&builder, &kit->cse, &options),
                 POSTERN_OK);
    cr_assert_eq(
        postern_acp_builder_add_acp(builder, PST_STR("acp1"), INT64_MAX),
        POSTERN_OK);
    cr_assert_eq(
        postern_acp_builder_add_acp(builder, PST_STR("acp2"), INT64_MAX),
        POSTERN_OK);
    cr_assert_eq(postern_acp_builder_finish(builder, &set, NULL), POSTERN_OK);
    postern_acp_builder_free(builder);
    return set;
}

Test(store_put, refuses_a_set_of_several_acps_which_stays_the_callers)
{
    struct kit kit;
    postern_resource acp = kit_resource(1, "acp1", "cb0", NULL);

    kit_open(&kit);
    acp.acp_set = set_of_two(&kit);
    expect_refused(&kit, &acp, "/pv",
                   "an access control policy is compiled into a set of its "
                   "own");
    postern_acp_set_free((postern_acp_set *)(uintptr_t)acp.acp_set);
    kit_close(&kit);
}

/* Levels below the CSEBase, or below nothing. [PRP-10] */
Test(store_put, goes_down_to_max_depth)
{
    static const char *const ids[] = {"l1", "l2", "l3", "l4"};
    static const char *const above[] = {"cb0", NULL};
    struct kit kit;
    postern_store_options options = kit_options(&kit);

    options.max_depth = 3;
    kit_open_with(&kit, &options);
    for (size_t top = 0; top < 2; top++) {
        const char *parent = above[top];
        postern_resource resource;

        for (size_t i = 0; i < 3; i++) {
            kit_put(&kit, 3, ids[i], parent, NULL);
            parent = ids[i];
        }
        resource = kit_resource(3, "l4", "l3", NULL);
        expect_refused(&kit, &resource, "/pi",
                       "the tree would be deeper than 3 levels");
        kit_delete(&kit, "l1");
    }
    kit_close(&kit);
}

/* As much below as there is: a subtree moves as a whole. [PRP-10] */
Test(store_put, moves_a_subtree_only_where_all_of_it_fits)
{
    struct kit kit;
    postern_store_options options = kit_options(&kit);
    postern_resource top;
    postern_diag diag;

    options.max_depth = 4;
    kit_open_with(&kit, &options);
    kit_put(&kit, 3, "a1", "cb0", NULL);
    kit_put(&kit, 3, "a2", "a1", NULL);
    kit_put(&kit, 3, "b1", "cb0", "b");
    kit_put(&kit, 3, "b2", "b1", NULL);
    kit_put(&kit, 3, "b3", "b2", NULL);
    top = kit_resource(3, "b1", "a2", "b");
    expect_refused(&kit, &top, "/pi", "the tree would be deeper than 4 levels");
    cr_expect_eq(postern_store_move(kit.store, PST_STR("b1"), PST_STR("a2"),
                                    PST_STR(""), NULL, &diag),
                 POSTERN_ERR_POLICY);
    cr_expect_str_eq(diag.path, "/pi");
    top.parent_id = PST_STR("a1");
    expect_taken(&kit, &top);
    kit_delete(&kit, "b3");
    top.parent_id = PST_STR("a2");
    expect_taken(&kit, &top);
    kit_close(&kit);
}

Test(store_put, refuses_texts_that_are_too_long_or_have_no_bytes)
{
    static char long_text[65536];
    struct kit kit;
    postern_resource resource = kit_resource(3, "cnt1", "cb0", NULL);
    postern_diag diag;

    memset(long_text, 'x', sizeof long_text);
    kit_open(&kit);
    resource.creator = (postern_str){long_text, sizeof long_text};
    cr_expect_eq(postern_store_put(kit.store, &resource, NULL, &diag),
                 POSTERN_ERR_LIMIT);
    cr_expect_str_eq(diag.path, "/cr");
    cr_expect_str_eq(diag.message, "this text is longer than 65535 bytes");
    resource.creator.len--;
    expect_taken(&kit, &resource);
    resource.creator.data = NULL;
    cr_expect_eq(postern_store_put(kit.store, &resource, NULL, &diag),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_str_eq(diag.message, "a text has a length and no bytes");
    resource.creator.len = 0;
    resource.policy_ids.count = 1;
    cr_expect_eq(postern_store_put(kit.store, &resource, NULL, &diag),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_str_eq(diag.path, "/acpi");
    resource.policy_ids.count = 0;
    expect_taken(&kit, &resource);
    kit_close(&kit);
}

Test(store_put, refuses_a_resource_that_was_never_initialised)
{
    struct kit kit;
    postern_resource resource = kit_resource(3, "cnt1", "cb0", NULL);
    postern_diag diag;

    kit_open(&kit);
    resource.struct_size = 0;
    cr_expect_eq(postern_store_put(kit.store, &resource, NULL, &diag),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_eq(diag.status, POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_store_put(kit.store, NULL, NULL, NULL),
                 POSTERN_ERR_ARGUMENT);
    resource.struct_size = sizeof resource;
    expect_taken(&kit, &resource);
    kit_close(&kit);
}

/* ---- move and delete --------------------------------------------------- */

static postern_status move(struct kit *kit, const char *id, const char *parent,
                           const char *name, postern_diag *diag)
{
    return postern_store_move(kit->store, postern_str_of(id),
                              postern_str_of(parent), postern_str_of(name),
                              NULL, diag);
}

Test(store_move, takes_all_below_along_under_the_old_name_or_a_new_one)
{
    struct kit kit;

    kit_open(&kit);
    kit_put(&kit, 3, "cnt1", "cb0", "temp");
    kit_put(&kit, 4, "cin1", "cnt1", "first");
    kit_put(&kit, 3, "cnt2", "cb0", "other");
    cr_expect_eq(move(&kit, "cnt1", "cnt2", NULL, NULL), POSTERN_OK);
    cr_expect_str_eq(kit_at(&kit, "base/other/temp/first"), "cin1");
    cr_expect_str_eq(kit_at(&kit, "base/temp"), "-");
    cr_expect_eq(move(&kit, "cnt1", "cb0", "new", NULL), POSTERN_OK);
    cr_expect_str_eq(kit_at(&kit, "base/new/first"), "cin1");
    cr_expect_str_eq(kit_at(&kit, "base/other/temp"), "-");
    cr_expect_eq(move(&kit, "cnt1", "cb0", "last", NULL), POSTERN_OK);
    cr_expect_str_eq(kit_at(&kit, "base/last/first"), "cin1");
    cr_expect_str_eq(kit_at(&kit, "cnt1"), "cnt1");
    kit_close(&kit);
}

Test(store_move, refuses_what_a_put_there_would_refuse)
{
    static const struct {
        const char *id;
        const char *parent;
        const char *name;
        const char *path;
    } refused[] = {
        {"gone", "cb0", NULL, "/ri"},  {"cnt1", "gone", NULL, "/pi"},
        {"cnt1", NULL, NULL, "/pi"},   {"cnt1", "cnt1", NULL, "/pi"},
        {"cnt1", "cin1", NULL, "/pi"}, {"cnt1", "cb0", "other", "/rn"},
        {"cnt1", "cb0", "a/b", "/rn"}, {"cb0", "cnt1", NULL, "/pi"},
        {"", "cb0", NULL, "/ri"},
    };
    struct kit kit;

    kit_open(&kit);
    kit_put(&kit, 5, "cb0", NULL, NULL);
    kit_put(&kit, 3, "cnt1", "cb0", "temp");
    kit_put(&kit, 4, "cin1", "cnt1", "first");
    kit_put(&kit, 3, "cnt2", "cb0", "other");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        postern_diag diag;

        cr_expect_eq(move(&kit, refused[i].id, refused[i].parent,
                          refused[i].name, &diag),
                     POSTERN_ERR_POLICY, "row %zu", i);
        cr_expect_str_eq(diag.path, refused[i].path, "row %zu", i);
    }
    cr_expect_str_eq(kit_at(&kit, "base/temp/first"), "cin1");
    cr_expect_eq(move(&kit, "cnt1", "cnt2", "other", NULL), POSTERN_OK);
    kit_close(&kit);
}

Test(store_delete, takes_what_is_below_and_nothing_else)
{
    struct kit kit;
    postern_diag diag;

    kit_open(&kit);
    kit_put(&kit, 3, "a", "cb0", "a");
    kit_put(&kit, 3, "b", "cb0", "b");
    kit_put(&kit, 3, "a1", "a", "1");
    kit_put(&kit, 3, "a2", "a", "2");
    kit_put(&kit, 1, "a11", "a1", "1");
    kit_put(&kit, 3, "b1", "b", "1");
    kit_delete(&kit, "a");
    cr_expect_str_eq(kit_at(&kit, "a"), "-");
    cr_expect_str_eq(kit_at(&kit, "a1"), "-");
    cr_expect_str_eq(kit_at(&kit, "a2"), "-");
    cr_expect_str_eq(kit_at(&kit, "a11"), "-");
    cr_expect_str_eq(kit_at(&kit, "base/b/1"), "b1");
    cr_expect_eq(postern_store_delete(kit.store, PST_STR("a"), NULL, &diag),
                 POSTERN_ERR_POLICY);
    cr_expect_str_eq(diag.path, "/ri");
    cr_expect_str_eq(diag.message, "the resource \"a\" is not there");
    kit_put(&kit, 3, "a", "cb0", "a");
    kit_close(&kit);
}

/* The CSEBase is a place, with a resource or not. */
Test(store_delete, of_the_cse_base_leaves_a_store_without_resources)
{
    struct kit kit;
    postern_store_size size;

    kit_open(&kit);
    kit_put(&kit, 3, "a", "cb0", "a");
    cr_expect_eq(postern_store_delete(kit.store, PST_STR("cb0"), NULL, NULL),
                 POSTERN_ERR_POLICY);
    kit_put(&kit, 5, "cb0", NULL, NULL);
    kit_delete(&kit, "cb0");
    postern_store_measure(kit.store, &size);
    cr_expect_eq(size.resources, 0);
    kit_put(&kit, 3, "a", "cb0", "a");
    cr_expect_str_eq(kit_at(&kit, "base/a"), "a");
    kit_close(&kit);
}
