#include "support/stores.h"

struct row {
    const char *address;
    const char *id; /* "-": leads nowhere */
};

static const struct row rows[] = {
    {"cnt1", "cnt1"},
    {"stray", "stray"},
    {"-", "cb0"},
    {"base", "cb0"},
    {"cb0", "cb0"},
    {"-/owner", "Cowner1"},
    {"-/owner/temp", "cnt1"},
    {"base/owner/temp", "cnt1"},
    {"base/owner/temp/first", "cin8"},
    {"base/owner/-", "dash"},
    {"-/-", "dash2"},
    {"/plant-cse/cnt1", "cnt1"},
    {"/plant-cse/-", "cb0"},
    {"/plant-cse/base", "cb0"},
    {"/plant-cse/-/owner/temp", "cnt1"},
    {"//sp.example/plant-cse/cnt1", "cnt1"},
    {"//SP.Example/plant-cse/base/team", "grp5"},
    {"//sp.example./plant-cse/cnt1", "cnt1"},

    {"cnt2", "-"},
    {"CNT1", "-"},
    {"temp", "-"}, /* a name is no ID */
    {"base/temp", "-"},
    {"base/Owner/temp", "-"},
    {"base/owner/temp/second", "-"},
    {"base/owner/temp/first/x", "-"},
    {"cnt1/first", "-"}, /* an ID with names behind it is no address */
    {"cb0/owner", "-"},
    {"base/cnt1", "-"},
    {"base/-/owner", "-"},
    {"other/owner/temp", "-"},
    {"stray/below", "-"}, /* not below the CSEBase */
    {"-/lost/below", "-"},
    {"-/below", "-"},
    {"/plant-cse", "-"},
    {"/plant-cse/", "-"},
    {"//sp.example/plant-cse", "-"},
    {"/gate-cse/cnt1", "-"},
    {"/Plant-cse/cnt1", "-"},
    {"//rival.example/plant-cse/cnt1", "-"},
    {"//sp.example/gate-cse/cnt1", "-"},
    {"//sp.example//cnt1", "-"},
    {"///plant-cse/cnt1", "-"},
    {"base//temp", "-"},
    {"base//owner/temp", "-"},
    {"base/", "-"},
    {"-/", "-"},
    {"/", "-"},
    {"//", "-"},
    {"", "-"},
    {"cnt1#lbl", "-"},
    {"cnt%31", "-"},
    {"cnt*", "-"},
    {"cnt1/", "-"},
    {"cnt1/la", "-"}, /* virtual ones are not the store's */
    {"base/team/fopt", "-"},
};

static void fill(struct kit *kit)
{
    kit_put(kit, 5, "cb0", NULL, "base");
    kit_put(kit, 2, "Cowner1", "cb0", "owner");
    kit_put(kit, 3, "cnt1", "Cowner1", "temp");
    kit_put(kit, 3, "dash", "Cowner1", "-");
    kit_put(kit, 3, "dash2", "cb0", "-");
    kit_put(kit, 4, "cin8", "cnt1", "first");
    kit_put(kit, 9, "grp5", "cb0", "team");
    kit_put(kit, 3, "nameless", "cb0", NULL);
    kit_put(kit, 3, "stray", NULL, "lost");
    kit_put(kit, 3, "under", "stray", "below");
}

/* [ID-06] */
Test(store_address, every_form_leads_to_the_resource_and_no_other_does)
{
    struct kit kit;

    kit_open(&kit);
    fill(&kit);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_str_eq(kit_at(&kit, rows[i].address), rows[i].id, "%s",
                         rows[i].address);
    }
    kit_close(&kit);
}

/* An address from outside need not end in NUL, and none are in names. */
Test(store_address, is_as_long_as_it_says)
{
    struct kit kit;
    postern_resource resource;
    postern_str address = {"cnt1/", 4};

    kit_open(&kit);
    fill(&kit);
    (void)kit_enter(&kit);
    postern_resource_init(&resource);
    cr_expect_eq(kit.prp->find(kit.prp->user, kit.reader, address, &resource),
                 POSTERN_FOUND);
    address = (postern_str){"cnt1\0", 5};
    cr_expect_eq(kit.prp->find(kit.prp->user, kit.reader, address, &resource),
                 POSTERN_FOUND_NOT);
    address = (postern_str){NULL, 0};
    cr_expect_eq(kit.prp->find(kit.prp->user, kit.reader, address, &resource),
                 POSTERN_FOUND_NOT);
    kit_leave(&kit);
    kit_close(&kit);
}

/* [ID-06] */
Test(store_address, one_that_could_mean_two_resources_means_none)
{
    struct kit kit;

    kit_open(&kit);
    fill(&kit);
    kit_put(&kit, 3, "base", "cb0", "x");
    cr_expect_str_eq(kit_at(&kit, "base"), "-");
    cr_expect_str_eq(kit_at(&kit, "/plant-cse/base"), "-");
    cr_expect_str_eq(kit_at(&kit, "-"), "cb0");
    cr_expect_str_eq(kit_at(&kit, "-/x"), "base");
    cr_expect_str_eq(kit_at(&kit, "base/x"), "base");
    kit_delete(&kit, "base");
    cr_expect_str_eq(kit_at(&kit, "base"), "cb0");
    kit_close(&kit);
}

Test(store_address, needs_no_cse_base_among_the_resources)
{
    struct kit kit;

    kit_open(&kit);
    kit_put(&kit, 3, "cnt1", "cb0", "temp");
    cr_expect_str_eq(kit_at(&kit, "base/temp"), "cnt1");
    cr_expect_str_eq(kit_at(&kit, "-/temp"), "cnt1");
    cr_expect_str_eq(kit_at(&kit, "base"), "-");
    cr_expect_str_eq(kit_at(&kit, "-"), "-");
    cr_expect_str_eq(kit_at(&kit, "cb0"), "-");
    kit_put(&kit, 5, "cb0", NULL, "base");
    cr_expect_str_eq(kit_at(&kit, "base"), "cb0");
    cr_expect_str_eq(kit_at(&kit, "base/temp"), "cnt1");
    kit_delete(&kit, "cb0");
    cr_expect_str_eq(kit_at(&kit, "cb0"), "-");
    cr_expect_str_eq(kit_at(&kit, "base/temp"), "-");
    kit_put(&kit, 3, "cnt1", "cb0", "temp");
    cr_expect_str_eq(kit_at(&kit, "base/temp"), "cnt1");
    kit_close(&kit);
}

Test(store_address, knows_the_base_by_a_name_only_when_it_was_told)
{
    struct kit kit;
    postern_store_options options = kit_options(&kit);

    options.base_name = (postern_str){NULL, 0};
    kit_open_with(&kit, &options);
    fill(&kit);
    cr_expect_str_eq(kit_at(&kit, "-/owner/temp"), "cnt1");
    cr_expect_str_eq(kit_at(&kit, "base/owner/temp"), "-");
    cr_expect_str_eq(kit_at(&kit, "base"), "-");
    cr_expect_str_eq(kit_at(&kit, ""), "-");
    kit_close(&kit);
}
