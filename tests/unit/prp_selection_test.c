#include "prp/selection.h"

#include "support/engines.h"
#include "support/fake_prp.h"

#include <stdio.h>

static void add_dropped(void *user, const char *what, postern_str name,
                        const char *why)
{
    struct pst_text *dropped = user;

    cr_expect_not_null(why);
    cr_expect_str_eq(what, "policy link");
    pst_text_add(dropped, " -");
    pst_text_add_str(dropped, name);
}

static void add_links(const struct pst_selection *selection,
                      const struct pst_view *view, struct pst_text *text)
{
    static struct pst_links links;
    char buffer[256];
    struct pst_text dropped;
    struct pst_link_context context = {
        .view = view, .remark = add_dropped, .user = &dropped};

    pst_text_init(&dropped, buffer, sizeof buffer);
    links.next = 0;
    while (pst_links_next(&links, selection, &context)) {
        for (size_t i = 0; i < links.count; i++) {
            cr_expect_not_null(links.links[i].set);
            pst_text_add(text, text->len ? " " : "");
            pst_text_add_str(text, links.ids[i]);
            pst_text_add(text, links.links[i].ref.which ? "!" : "");
        }
    }
    pst_text_add(text, buffer);
}

static void describe(const struct pst_selection *selection,
                     const struct pst_view *view, struct pst_text *text)
{
    if (selection->kind == PST_SELECTION_NONE) {
        cr_expect_not_null(selection->why);
        pst_text_add(text, "nobody");
    }
    if (selection->kind == PST_SELECTION_ONE) {
        pst_text_add(text, selection->role);
        pst_text_add(text, " ");
        pst_text_add_str(text, selection->one_text);
        pst_text_add(text, selection->one.kind == POSTERN_ID_UNSET ? "?" : "");
    }
    if (selection->kind == PST_SELECTION_ACPS) {
        add_links(selection, view, text);
    }
}

/* How to select. */
enum way {
    BY_PARENT = PST_INHERIT_WITHOUT_ACPI,
    BY_PARENT_ALWAYS = PST_INHERIT_ALWAYS,
    FOR_ACPI
};

static void select_in(const struct pst_view *view, const char *address,
                      enum way way, struct pst_text *text)
{
    struct pst_selection selection;
    struct pst_target target;

    cr_assert_eq(pst_target_find(view, postern_str_of(address), &target),
                 POSTERN_FOUND, "%s", address);
    if (way == FOR_ACPI) {
        pst_select_for_acpi(&selection, view, &target.resource);
    } else {
        pst_select(&selection, view, &target, (enum pst_inheritance)way);
    }
    describe(&selection, view, text);
}

static void select_in_store(struct plant *plant, const char *address,
                            enum way way, struct pst_text *text)
{
    struct pst_view view = {postern_store_prp(plant->store), NULL};

    cr_assert_eq(view.prp->reader_new(view.prp->user, &view.reader),
                 POSTERN_OK);
    (void)view.prp->enter(view.prp->user, view.reader);
    select_in(&view, address, way, text);
    view.prp->leave(view.prp->user, view.reader);
    view.prp->reader_free(view.prp->user, view.reader);
}

/* What is selected, in a few letters: "acpA acpB!" are the privileges of acpA
 * and the self-privileges of acpB, "creator Cx", "nobody". The same of a plain
 * array and, if there is one, of a store. */
static const char *select_text(struct plant *plant, const char *address,
                               enum way way)
{
    static char buffer[256];
    char other[256];
    struct fake_prp fake;
    struct pst_view view = {&fake.prp, NULL};
    struct pst_text text;

    cr_assert(fake_prp_open(&fake, plant->policy));
    pst_text_init(&text, buffer, sizeof buffer);
    select_in(&view, address, way, &text);
    fake_prp_close(&fake);
    if (plant->store) {
        pst_text_init(&text, other, sizeof other);
        select_in_store(plant, address, way, &text);
        cr_expect_str_eq(other, buffer, "%s", address);
    }
    return buffer;
}

/* Resources that no store takes, and a careless host may have. */
static void host_open(struct plant *plant, const char *resources)
{
    static char text[PLANT_TEXT];

    text[0] = '\0';
    plant_add_json(text, "{'cse':{'spid':'//sp.example','csi':'/plant-cse',"
                         "'cb_ri':'cb0','cb_rn':'base'},"
                         "'resources':[{'ri':'cb0','rn':'base','ty':5},");
    plant_add_json(text, resources);
    plant_add_json(text, "]}");
    *plant = plant_load(text);
}

#define expect_selected(address, wanted)                                       \
    do {                                                                       \
        const char *found_ = select_text(&plant, (address), BY_PARENT);        \
        cr_expect_str_eq(found_, (wanted), "%s: %s", (address), found_);       \
    } while (0)

#define POLICIES                                                               \
    ACP("acpA", "Ca", "2", "Ca", "63")                                         \
    "," ACP("acpB", "Cb", "2", "Cb", "63") "," AE("Cowner1")

/* [PRP-01] [PRP-02] */
Test(selection, an_acp_is_protected_by_its_own_self_privileges)
{
    struct plant plant;

    plant_open(&plant,
               POLICIES ",{'ri':'cnt1','rn':'c','ty':3,'pi':'cb0','acpi':["
                        "'acpA']},{'m2m:acp':{'ri':'acpC','rn':'acpC','pi':"
                        "'cb0','acpi':['acpA'],'_creator':'Cx','pvs':{'acr':["
                        "{'acor':['Cc'],'acop':63}]}}}");
    expect_selected("acpA", "acpA!");
    expect_selected("base/acpB", "acpB!");
    expect_selected("cnt1", "acpA");
    expect_selected("acpC", "acpC!"); /* whatever else it says */
    plant_close(&plant);
}

/* [PRP-02] [PRP-07] */
/* What a rule for Create allowed does not follow the resource: its own links
 * count. [OBJ-08] */
Test(selection, every_link_counts_and_those_that_lead_nowhere_do_not)
{
    struct plant plant;

    plant_open(&plant, POLICIES
               ",{'ri':'c1','ty':3,'acpi':['acpA','acpB'],'_creator':'Cx'}"
               ",{'ri':'c2','ty':3,'acpi':['gone','acpB'],'_creator':'Cx'}"
               ",{'ri':'c3','ty':3,'acpi':['gone'],'_creator':'Cx'}"
               ",{'ri':'c4','ty':3,'acpi':['c1'],'_creator':'Cx'}"
               ",{'ri':'c5','ty':3,'acpi':['base/acpA','-/acpB',"
               "'/plant-cse/acpA','//sp.example/plant-cse/base/acpB']}"
               ",{'ri':'c6','ty':3,'acpi':['/gate-cse/acpA'],'_creator':'Cx'}"
               ",{'ri':'c7','ty':3,'acpi':[5],'_creator':'Cx'}"
               ",{'ri':'c8','ty':3,'acpi':{'a':'acpA'},'_creator':'Cx'}"
               ",{'ri':'c9','ty':3,'accessControlPolicyIDs':['acpB'],"
               "'_creator':'Cx'}"
               ",{'ri':'d1','ty':3,'acpi':'acpA','_creator':'Cx'}");
    expect_selected("c1", "acpA acpB");
    expect_selected("c2", "acpB -gone");
    expect_selected("c3", " -gone"); /* and not the creator */
    expect_selected("c4", " -c1");
    expect_selected("c5", "acpA acpB acpA acpB");
    expect_selected("c6", " -/gate-cse/acpA");
    expect_selected("c7", " -");
    expect_selected("c8", " -");
    expect_selected("c9", "acpB"); /* its long name is not overlooked */
    expect_selected("d1", "acpA");
    plant_close(&plant);
}

/* [PRP-03] [PRP-04] */
Test(selection, without_links_the_custodian_or_else_the_creator_is_let_in)
{
    struct plant plant;

    plant_open(&plant,
               POLICIES ",{'ri':'c1','ty':3,'pi':'Cowner1','_creator':'Cx'}"
                        ",{'ri':'c2','ty':3,'pi':'Cowner1','cr':'Cx'}"
                        ",{'ri':'c3','ty':3,'_creator':'Cx','cr':'Cliar'}"
                        ",{'ri':'c4','ty':3,'_creator':'Cx','cstn':'Cg'}"
                        ",{'ri':'c5','ty':3,'pi':'Cowner1'}"
                        ",{'ri':'c6','ty':3,'_creator':'Cx','acpi':null}"
                        ",{'ri':'c7','ty':3,'_creator':'Cx','acpi':[]}"
                        ",{'ri':'c8','ty':3,'_creator':'Cx','cstn':7}"
                        ",{'ri':'c9','ty':3,'_creator':'C*'}"
                        ",{'ri':'d1','ty':3,'_creator':'Cx','custodian':'Cg'}");
    expect_selected("c1", "creator Cx");
    expect_selected("c2", "creator Cx");
    expect_selected("c3", "creator Cx");
    expect_selected("c4", "custodian Cg");
    expect_selected("c5", "creator ?");
    expect_selected("c6", "creator Cx");
    expect_selected("c7", "creator Cx");
    expect_selected("c8", "custodian ?"); /* not the creator instead */
    expect_selected("c9", "creator C*?");
    expect_selected("d1", "custodian Cg");
    expect_selected("cb0", "creator ?");
    plant_close(&plant);
}

/* [PRP-03] */
Test(selection, types_without_links_take_those_of_their_parent)
{
    struct plant plant;

    host_open(&plant, POLICIES
              ",{'ri':'c1','ty':3,'pi':'Cowner1','acpi':['acpA']}"
              ",{'ri':'c2','ty':3,'pi':'Cowner1','_creator':'Cx'}"
              ",{'ri':'cin1','ty':4,'pi':'c1','_creator':'Cy','acpi':['acpB']}"
              ",{'ri':'cin2','ty':4,'pi':'c2','_creator':'Cy'}"
              ",{'ri':'tsi1','ty':30,'pi':'c1'}"
              ",{'ri':'fci1','ty':58,'pi':'c1'}"
              ",{'ri':'cinA','ty':10004,'pi':'cntA'}"
              ",{'ri':'cntA','ty':10003,'pi':'cb0','acpi':['acpB']}"
              ",{'ri':'acpx','ty':10001,'pi':'cntA','_creator':'Cx'}"
              ",{'ri':'lost','ty':4,'pi':'gone','_creator':'Cy'}"
              ",{'ri':'orphan','ty':4,'_creator':'Cy'}"
              ",{'ri':'sub1','ty':23,'pi':'c1','_creator':'Cy'}");
    expect_selected("cin1", "acpA"); /* acpi means nothing there */
    expect_selected("cin2", "creator Cx");
    expect_selected("tsi1", "acpA");
    expect_selected("fci1", "acpA");
    expect_selected("cntA", "acpB"); /* announced: its own */
    expect_selected("cinA", "acpB");
    expect_selected("acpx", "nobody");
    expect_selected("lost", "nobody");
    expect_selected("orphan", "nobody");
    expect_selected("sub1", "creator Cy"); /* has links, has none */
    expect_selected("c1/la", "acpA");
    expect_selected("c2/ol", "creator Cx");
    plant_close(&plant);
}

Test(selection, release_1_inheritance_is_an_option)
{
    struct plant plant;

    host_open(&plant,
              POLICIES ",{'ri':'c1','ty':3,'pi':'cb0','acpi':['acpA']}"
                       ",{'ri':'c2','ty':3,'pi':'c1','_creator':'Cx'}"
                       ",{'ri':'c3','ty':3,'pi':'c2','acpi':['gone']}"
                       ",{'ri':'c4','ty':3,'_creator':'Cx'}"
                       ",{'ri':'c5','ty':3,'pi':'gone','_creator':'Cx'}");
    cr_expect_str_eq(select_text(&plant, "c2", BY_PARENT_ALWAYS), "acpA");
    cr_expect_str_eq(select_text(&plant, "c2", BY_PARENT), "creator Cx");
    cr_expect_str_eq(select_text(&plant, "c3", BY_PARENT_ALWAYS), " -gone");
    cr_expect_str_eq(select_text(&plant, "c4", BY_PARENT_ALWAYS),
                     "creator Cx"); /* there is no parent to ask */
    cr_expect_str_eq(select_text(&plant, "c5", BY_PARENT_ALWAYS), "nobody");
    plant_close(&plant);
}

/* [PRP-10] */
Test(selection, circles_and_very_deep_trees_let_nobody_in)
{
    static char tree[PLANT_TEXT];
    struct plant plant;

    plant_add_json(tree,
                   "{'ri':'x','ty':4,'pi':'y'},{'ri':'y','ty':4,'pi':'x'},"
                   "{'ri':'z','ty':4,'pi':'z'},"
                   "{'ri':'n0','ty':3,'_creator':'Cx'}");
    for (int i = 1; i <= 70; i++) {
        char one[80];

        snprintf(one, sizeof one, ",{'ri':'n%d','ty':4,'pi':'n%d'}", i, i - 1);
        plant_add_json(tree, one);
    }
    host_open(&plant, tree);
    expect_selected("x", "nobody");
    expect_selected("z", "nobody");
    expect_selected("n63", "creator Cx");
    expect_selected("n64", "nobody");
    expect_selected("n70", "nobody");
    plant_close(&plant);
}

/* The same of a sound tree, in a store. */
Test(selection, goes_up_a_tree_that_a_store_has)
{
    struct plant plant;

    plant_open(&plant,
               POLICIES ",{'ri':'c1','ty':3,'pi':'Cowner1','acpi':['acpA']}"
                        ",{'ri':'c2','ty':3,'pi':'c1','_creator':'Cx'}"
                        ",{'ri':'cin1','ty':4,'pi':'c1','_creator':'Cy'}"
                        ",{'ri':'cin2','ty':4,'pi':'c2','_creator':'Cy'}"
                        ",{'ri':'p1','ty':15,'pi':'Cowner1','_creator':'Cx'}");
    expect_selected("cin1", "acpA");
    expect_selected("c1/la", "acpA");
    expect_selected("cin2", "creator Cx");
    expect_selected("p1/pcu", "owner Cowner1");
    cr_expect_str_eq(select_text(&plant, "c2", BY_PARENT_ALWAYS), "acpA");
    plant_close(&plant);
}

/* A policy that is over, or that nobody has compiled, is a link without rules.
 * [PRP-07] [PRP-09] */
Test(selection, links_lead_to_policies_that_have_no_rules)
{
    struct plant plant;
    struct fake_prp fake;
    struct pst_view view = {&fake.prp, NULL};
    struct pst_link_context context = {.view = &view,
                                       .now = {.known = true, .time_s = 100}};
    postern_acp_link link;
    postern_str id;

    plant_open(&plant, POLICIES);
    cr_assert(fake_prp_open(&fake, plant.policy));
    fake_prp_at(&fake, "acpA")->expires_s = 101;
    cr_expect(pst_link_find(&context, PST_STR("acpA"), POSTERN_PRIVILEGES,
                            &link, &id));
    cr_expect_not_null(link.set);
    context.now.time_s = 101;
    cr_expect(pst_link_find(&context, PST_STR("acpA"), POSTERN_PRIVILEGES,
                            &link, &id));
    cr_expect_null(link.set);
    cr_expect(pst_str_is(id, "acpA"));
    context.now.known = false;
    cr_expect(pst_link_find(&context, PST_STR("acpA"), POSTERN_PRIVILEGES,
                            &link, &id));
    cr_expect_null(link.set);
    cr_expect(pst_link_find(&context, PST_STR("acpB"), POSTERN_PRIVILEGES,
                            &link, &id));
    cr_expect_not_null(link.set);
    fake_prp_at(&fake, "acpB")->acp_set = NULL;
    cr_expect(pst_link_find(&context, PST_STR("acpB"), POSTERN_PRIVILEGES,
                            &link, &id));
    cr_expect_null(link.set);
    fake_prp_close(&fake);
    plant_close(&plant);
}

Test(selection, the_fan_out_point_has_policies_of_its_own)
{
    struct plant plant;

    plant_open(&plant, POLICIES
               ",{'ri':'g1','ty':9,'mid':[],'macp':['acpA'],'acpi':['acpB']}"
               ",{'ri':'g2','ty':9,'mid':[],'acpi':['acpB'],'_creator':'Cx'}"
               ",{'ri':'g3','ty':9,'mid':[],'_creator':'Cx'}"
               ",{'ri':'g4','ty':9,'mid':[],'macp':['gone'],'_creator':'Cx'}");
    expect_selected("g1/fopt", "acpA");
    expect_selected("g1", "acpB");
    expect_selected("g2/fopt", "acpB");
    expect_selected("g3/fopt", "creator Cx");
    expect_selected("g4/fopt", " -gone");
    expect_selected("g4", "creator Cx");
    plant_close(&plant);
}

Test(selection, a_polling_channel_is_for_its_owner)
{
    struct plant plant;

    host_open(&plant,
              POLICIES ",{'ri':'p1','ty':15,'pi':'Cowner1','_creator':'Cx'}"
                       ",{'ri':'csr3','ty':16,'pi':'cb0','csi':'/gate-cse'}"
                       ",{'ri':'p2','ty':15,'pi':'csr3','acpi':['acpA']}"
                       ",{'ri':'p3','ty':15,'pi':'gone','_creator':'Cx'}"
                       ",{'ri':'p4','ty':15,'pi':'cb0','_creator':'Cx'}");
    expect_selected("p1", "owner Cowner1");
    expect_selected("p1/pcu", "owner Cowner1");
    expect_selected("p2", "owner /gate-cse");
    expect_selected("p3", "nobody");
    expect_selected("p4", "owner ?");
    plant_close(&plant);
}

/* [PRP-05] */
Test(selection, links_themselves_are_protected_by_self_privileges)
{
    struct plant plant;

    plant_open(&plant,
               POLICIES ",{'ri':'c1','ty':3,'acpi':['acpB'],'_creator':'Cx'}"
                        ",{'ri':'c2','ty':3,'pi':'c1','_creator':'Cx'}"
                        ",{'ri':'c3','ty':3,'acpi':['gone'],'_creator':'Cx'}"
                        ",{'ri':'cin1','ty':4,'pi':'c1','_creator':'Cx'}");
    cr_expect_str_eq(select_text(&plant, "c1", FOR_ACPI), "acpB!");
    cr_expect_str_eq(select_text(&plant, "c2", FOR_ACPI), "creator Cx");
    cr_expect_str_eq(select_text(&plant, "c3", FOR_ACPI), " -gone");
    cr_expect_str_eq(select_text(&plant, "cin1", FOR_ACPI), "nobody");
    plant_close(&plant);
}

Test(selection, knows_which_types_have_links)
{
    static const uint32_t without[] = {1,     4,     15,    30,   58,
                                       10001, 10004, 10030, 10058};
    static const uint32_t with[] = {2,  3,  5,  9,     13,    16,   23,
                                    28, 29, 31, 10002, 10003, 10009};

    for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
        cr_expect_not(pst_type_has_acpi(without[i]), "%u", without[i]);
    }
    for (size_t i = 0; i < sizeof with / sizeof *with; i++) {
        cr_expect(pst_type_has_acpi(with[i]), "%u", with[i]);
    }
}
