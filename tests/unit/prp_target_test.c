#include "prp/target.h"

#include "support/engines.h"
#include "support/fake_prp.h"

#define TREE                                                                   \
    AE("Cowner1")                                                              \
    ",{'ri':'cnt1','rn':'temp','ty':3,'pi':'Cowner1'}"                         \
    ",{'ri':'cin8','rn':'first','ty':4,'pi':'cnt1'}"                           \
    ",{'ri':'ts1','rn':'series','ty':29,'pi':'Cowner1'}"                       \
    ",{'ri':'grp5','rn':'team','ty':9,'pi':'cb0','mid':['cnt1']}"              \
    ",{'ri':'pch1','rn':'poll','ty':15,'pi':'Cowner1'}"                        \
    ",{'ri':'stray','ty':3}"

/* What an address leads to, in a store and, the same, in a plain array. */
static postern_found find(struct plant *plant, const char *address,
                          struct pst_target *target)
{
    struct fake_prp fake;
    struct pst_target other;
    struct pst_view host = {&fake.prp, NULL};
    struct pst_view view = {postern_store_prp(plant->store), NULL};
    postern_found found;

    cr_assert_eq(view.prp->reader_new(view.prp->user, &view.reader),
                 POSTERN_OK);
    (void)view.prp->enter(view.prp->user, view.reader);
    found = pst_target_find(&view, postern_str_of(address), target);
    cr_assert(fake_prp_open(&fake, plant->policy));
    cr_expect_eq(pst_target_find(&host, postern_str_of(address), &other), found,
                 "%s", address);
    cr_expect(pst_str_equal(other.resource.id, target->resource.id), "%s",
              address);
    cr_expect_eq(other.kind, target->kind, "%s", address);
    target->resource.id =
        found == POSTERN_FOUND
            ? pst_arena_copy(&plant->arena, target->resource.id)
            : target->resource.id;
    fake_prp_close(&fake);
    view.prp->leave(view.prp->user, view.reader);
    view.prp->reader_free(view.prp->user, view.reader);
    return found;
}

static bool finds(struct plant *plant, const char *address)
{
    struct pst_target target;

    return find(plant, address, &target) == POSTERN_FOUND;
}

struct row {
    const char *address;
    const char *ri; /* NULL: leads nowhere */
    enum pst_target_kind kind;
};

/* [ID-06] */
static const struct row rows[] = {
    {"cnt1", "cnt1", PST_TARGET_RESOURCE},
    {"stray", "stray", PST_TARGET_RESOURCE},
    {"-", "cb0", PST_TARGET_RESOURCE},
    {"base", "cb0", PST_TARGET_RESOURCE},
    {"cb0", "cb0", PST_TARGET_RESOURCE},
    {"-/ae-Cowner1/temp", "cnt1", PST_TARGET_RESOURCE},
    {"base/ae-Cowner1/temp", "cnt1", PST_TARGET_RESOURCE},
    {"base/ae-Cowner1/temp/first", "cin8", PST_TARGET_RESOURCE},
    {"/plant-cse/cnt1", "cnt1", PST_TARGET_RESOURCE},
    {"/plant-cse/-/ae-Cowner1/temp", "cnt1", PST_TARGET_RESOURCE},
    {"//sp.example/plant-cse/cnt1", "cnt1", PST_TARGET_RESOURCE},
    {"//SP.Example/plant-cse/base/team", "grp5", PST_TARGET_RESOURCE},
    {"cnt1/la", "cnt1", PST_TARGET_INSTANCE},
    {"cnt1/ol", "cnt1", PST_TARGET_INSTANCE},
    {"ts1/la", "ts1", PST_TARGET_INSTANCE},
    {"base/ae-Cowner1/temp/la", "cnt1", PST_TARGET_INSTANCE},
    {"/plant-cse/-/ae-Cowner1/temp/la", "cnt1", PST_TARGET_INSTANCE},
    {"grp5/fopt", "grp5", PST_TARGET_FAN_OUT},
    {"base/team/fopt", "grp5", PST_TARGET_FAN_OUT},
    {"grp5/fopt/la", "grp5", PST_TARGET_FAN_OUT},
    {"grp5/fopt/data/la", "grp5", PST_TARGET_FAN_OUT},
    {"grp5/sfop", "grp5", PST_TARGET_FAN_OUT},
    {"pch1/pcu", "pch1", PST_TARGET_POLLING},

    {"cnt2", NULL, 0},
    {"CNT1", NULL, 0},
    {"temp", NULL, 0}, /* a name is no ID */
    {"base/temp", NULL, 0},
    {"base/ae-Cowner1/temp/second", NULL, 0},
    {"cnt1/first", NULL, 0}, /* an ID with names behind it is no address */
    {"base/cnt1", NULL, 0},
    {"other/ae-Cowner1/temp", NULL, 0},
    {"cnt1/la/x", NULL, 0},
    {"cnt1/la/la", NULL, 0},
    {"cnt1/fopt", NULL, 0},
    {"grp5/la", NULL, 0},
    {"cin8/la", NULL, 0},
    {"Cowner1/la", NULL, 0},
    {"cnt1/pcu", NULL, 0},
    {"cnt2/la", NULL, 0},
    {"/plant-cse", NULL, 0},
    {"//sp.example/plant-cse", NULL, 0},
    {"/gate-cse/cnt1", NULL, 0},
    {"//rival.example/plant-cse/cnt1", NULL, 0},
    {"/gate-cse/cnt1/la", NULL, 0},
    {"//sp.example//cnt1", NULL, 0},
    {"base//temp", NULL, 0},
    {"base/", NULL, 0},
    {"/", NULL, 0},
    {"//", NULL, 0},
    {"", NULL, 0},
    {"cnt1#lbl", NULL, 0},
    {"cnt%31", NULL, 0},
    {"cnt*", NULL, 0},
    {"cnt1/", NULL, 0},
    {"grp5/fopt/", NULL, 0},
    {"grp5/fopt//la", NULL, 0},
};

Test(target, is_found_by_every_form_of_address_and_no_other)
{
    struct plant plant;
    struct pst_target target;

    plant_open(&plant, TREE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        bool found = find(&plant, row->address, &target) == POSTERN_FOUND;

        cr_expect_eq(found, row->ri != NULL, "%s", row->address);
        if (found && row->ri) {
            cr_expect(pst_str_is(target.resource.id, row->ri), "%s",
                      row->address);
            cr_expect_eq(target.kind, row->kind, "%s", row->address);
        }
        if (!found) {
            cr_expect_null(target.resource.id.data, "%s", row->address);
            cr_expect_eq(target.kind, PST_TARGET_RESOURCE, "%s", row->address);
        }
    }
    plant_close(&plant);
}

/* Where a real resource is asked for no virtual one will do. */
Test(target, links_lead_to_no_virtual_resource)
{
    struct plant plant;
    struct fake_prp fake;
    postern_resource resource;
    struct pst_view view = {&fake.prp, NULL};

    plant_open(&plant, TREE);
    cr_assert(fake_prp_open(&fake, plant.policy));
    cr_expect_eq(pst_view_find(&view, PST_STR("base/team"), &resource),
                 POSTERN_FOUND);
    cr_expect_eq(pst_view_find(&view, PST_STR("base/team/fopt"), &resource),
                 POSTERN_FOUND_NOT);
    fake_prp_close(&fake);
    plant_close(&plant);
}

Test(target, that_is_called_like_another_is_that_one_by_its_id_only)
{
    struct plant plant;

    plant_open(&plant, "{'ri':'a3','rn':'alone','ty':3,'pi':'cb0'},"
                       "{'ri':'base','rn':'x','ty':3,'pi':'cb0'}");
    cr_expect(finds(&plant, "base/alone"));
    cr_expect(finds(&plant, "a3"));
    cr_expect_not(finds(&plant, "base")); /* could mean either */
    cr_expect(finds(&plant, "-"));
    cr_expect(finds(&plant, "base/x"));
    plant_close(&plant);
}

/* A document at odds with itself; no store takes it. */
Test(target, an_address_that_could_mean_two_resources_means_none)
{
    struct plant plant = plant_load(
        "{'cse':{'spid':'//sp.example','csi':'/plant-cse','cb_ri':'cb0',"
        "'cb_rn':'base'},'resources':[{'ri':'cb0','rn':'base','ty':5},"
        "{'ri':'a1','rn':'twin','ty':3,'pi':'cb0'},"
        "{'ri':'a2','rn':'twin','ty':3,'pi':'cb0'},"
        "{'ri':'a3','rn':'alone','ty':3,'pi':'cb0'}]}");
    struct fake_prp fake;
    struct pst_target target;
    struct pst_view view = {&fake.prp, NULL};

    cr_assert(fake_prp_open(&fake, plant.policy));
    cr_expect_eq(pst_target_find(&view, PST_STR("base/twin"), &target),
                 POSTERN_FOUND_NOT);
    cr_expect_eq(pst_target_find(&view, PST_STR("base/twin/la"), &target),
                 POSTERN_FOUND_NOT);
    cr_expect_eq(pst_target_find(&view, PST_STR("base/alone/la"), &target),
                 POSTERN_FOUND);
    cr_expect_eq(pst_target_find(&view, PST_STR("a1"), &target), POSTERN_FOUND);
    fake_prp_close(&fake);
    plant_close(&plant);
}

Test(target, needs_no_cse_base_in_the_document)
{
    struct plant plant = plant_load(
        "{'cse':{'spid':'//sp.example','csi':'/plant-cse','cb_ri':'cb0',"
        "'cb_rn':'base'},'resources':["
        "{'ri':'cnt1','rn':'temp','ty':3,'pi':'cb0'}]}");

    plant_start(&plant);
    cr_expect(finds(&plant, "base/temp/la"));
    cr_expect_not(finds(&plant, "base"));
    plant_close(&plant);
}

Test(target, is_below_the_base_that_its_resource_names)
{
    struct plant plant =
        plant_load("{'cse':{'spid':'//sp.example','csi':'/plant-cse'},"
                   "'resources':[{'ri':'cb7','rn':'root','ty':5},"
                   "{'ri':'cnt1','rn':'temp','ty':3,'pi':'cb7'}]}");

    plant_start(&plant);
    cr_expect(finds(&plant, "root/temp"));
    cr_expect(finds(&plant, "-/temp"));
    cr_expect_not(finds(&plant, "base/temp"));
    plant_close(&plant);
}

Test(target, long_chains_of_virtual_names_are_no_trouble)
{
    static char address[4000];
    struct plant plant;

    memcpy(address, "cnt1", 4);
    for (size_t i = 4; i + 3 < sizeof address; i += 3) {
        memcpy(address + i, "/la", 3);
    }
    plant_open(&plant, TREE);
    cr_expect_not(finds(&plant, address));
    plant_close(&plant);
}

/* A real resource may be called like a virtual one. */
Test(target, a_virtual_name_under_another_type_is_a_name)
{
    struct plant plant;
    struct pst_target target;

    plant_open(&plant, TREE ",{'ri':'c2','rn':'la','ty':3,'pi':'Cowner1'},"
                            "{'ri':'c3','rn':'deep','ty':3,'pi':'c2'}");
    cr_expect_eq(find(&plant, "base/ae-Cowner1/la", &target), POSTERN_FOUND);
    cr_expect(pst_str_is(target.resource.id, "c2"));
    cr_expect_eq(target.kind, PST_TARGET_RESOURCE);
    cr_expect_eq(find(&plant, "base/ae-Cowner1/la/la", &target), POSTERN_FOUND);
    cr_expect(pst_str_is(target.resource.id, "c2"));
    cr_expect_eq(target.kind, PST_TARGET_INSTANCE);
    cr_expect_eq(find(&plant, "base/ae-Cowner1/la/deep", &target),
                 POSTERN_FOUND);
    cr_expect(pst_str_is(target.resource.id, "c3"));
    plant_close(&plant);
}

Test(target, that_could_not_be_looked_up_is_not_said_to_be_missing)
{
    static const char *const addresses[] = {"cnt1", "cnt1/la", "cnt1/la/x"};
    struct plant plant;
    struct fake_prp fake;
    struct pst_target target;
    struct pst_view view = {&fake.prp, NULL};

    plant_open(&plant, TREE);
    cr_assert(fake_prp_open(&fake, plant.policy));
    fake.unreadable = "cnt1";
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        cr_expect_eq(
            pst_target_find(&view, postern_str_of(addresses[i]), &target),
            POSTERN_FOUND_FAILED, "%s", addresses[i]);
        cr_expect_null(target.resource.id.data);
    }
    fake_prp_close(&fake);
    plant_close(&plant);
}
