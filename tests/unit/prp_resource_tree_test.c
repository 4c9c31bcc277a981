#include "prp/resource_tree.h"

#include "support/engines.h"

#define TREE                                                                   \
    AE("Cowner1")                                                              \
    ",{'ri':'cnt1','rn':'temp','ty':3,'pi':'Cowner1'}"                         \
    ",{'ri':'cin8','rn':'first','ty':4,'pi':'cnt1'}"                           \
    ",{'ri':'ts1','rn':'series','ty':29,'pi':'Cowner1'}"                       \
    ",{'ri':'grp5','rn':'team','ty':9,'pi':'cb0','mid':['cnt1']}"              \
    ",{'ri':'pch1','rn':'poll','ty':15,'pi':'Cowner1'}"                        \
    ",{'ri':'stray','ty':3}"

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

Test(resource_tree, resolves_every_form_of_address_and_no_other)
{
    struct plant plant;
    struct pst_target target;

    plant_open(&plant, TREE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        bool found = pst_tree_resolve(&plant.engine.tree,
                                      postern_str_of(row->address), &target);

        cr_expect_eq(found, row->ri != NULL, "%s", row->address);
        if (found && row->ri) {
            cr_expect(pst_str_is(target.resource->ri, row->ri), "%s",
                      row->address);
            cr_expect_eq(target.kind, row->kind, "%s", row->address);
        }
        if (!found) {
            cr_expect_null(target.resource, "%s", row->address);
        }
    }
    plant_close(&plant);
}

Test(resource_tree, leads_to_no_virtual_resource_where_a_real_one_is_asked_for)
{
    struct plant plant;

    plant_open(&plant, TREE);
    cr_expect_not_null(
        pst_tree_resolve_resource(&plant.engine.tree, PST_STR("base/team")));
    cr_expect_null(pst_tree_resolve_resource(&plant.engine.tree,
                                             PST_STR("base/team/fopt")));
    plant_close(&plant);
}

Test(resource_tree, an_address_that_could_mean_two_resources_means_none)
{
    struct plant plant;
    struct pst_target target;

    plant_open(&plant, "{'ri':'a1','rn':'twin','ty':3,'pi':'cb0'},"
                       "{'ri':'a2','rn':'twin','ty':3,'pi':'cb0'},"
                       "{'ri':'a3','rn':'alone','ty':3,'pi':'cb0'},"
                       "{'ri':'base','rn':'x','ty':3,'pi':'cb0'}");
    cr_expect_not(
        pst_tree_resolve(&plant.engine.tree, PST_STR("base/twin"), &target));
    cr_expect(
        pst_tree_resolve(&plant.engine.tree, PST_STR("base/alone"), &target));
    cr_expect(pst_tree_resolve(&plant.engine.tree, PST_STR("a1"), &target));
    cr_expect_not(
        pst_tree_resolve(&plant.engine.tree, PST_STR("base"), &target));
    cr_expect(pst_tree_resolve(&plant.engine.tree, PST_STR("-"), &target));
    plant_close(&plant);
}

Test(resource_tree, needs_no_cse_base_in_the_document)
{
    struct plant plant = plant_load(
        "{'cse':{'spid':'//sp.example','csi':'/plant-cse','cb_ri':'cb0',"
        "'cb_rn':'base'},'resources':["
        "{'ri':'cnt1','rn':'temp','ty':3,'pi':'cb0'}]}");
    struct pst_target target;

    plant_start(&plant);
    cr_expect(
        pst_tree_resolve(&plant.engine.tree, PST_STR("base/temp/la"), &target));
    cr_expect_not(
        pst_tree_resolve(&plant.engine.tree, PST_STR("base"), &target));
    plant_close(&plant);
}

Test(resource_tree, takes_the_name_of_the_base_from_its_resource)
{
    struct plant plant =
        plant_load("{'cse':{'spid':'//sp.example','csi':'/plant-cse'},"
                   "'resources':[{'ri':'cb7','rn':'root','ty':5},"
                   "{'ri':'cnt1','rn':'temp','ty':3,'pi':'cb7'}]}");
    struct pst_target target;

    plant_start(&plant);
    cr_expect(
        pst_tree_resolve(&plant.engine.tree, PST_STR("root/temp"), &target));
    cr_expect(pst_tree_resolve(&plant.engine.tree, PST_STR("-/temp"), &target));
    cr_expect_not(
        pst_tree_resolve(&plant.engine.tree, PST_STR("base/temp"), &target));
    plant_close(&plant);
}

Test(resource_tree, long_chains_of_virtual_names_are_no_trouble)
{
    static char address[4000];
    struct plant plant;
    struct pst_target target;

    memcpy(address, "cnt1", 4);
    for (size_t i = 4; i + 3 < sizeof address; i += 3) {
        memcpy(address + i, "/la", 3);
    }
    plant_open(&plant, TREE);
    cr_expect_not(
        pst_tree_resolve(&plant.engine.tree, postern_str_of(address), &target));
    plant_close(&plant);
}
