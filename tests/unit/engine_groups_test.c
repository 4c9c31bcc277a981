#include "engine/authorize.h"
#include "engine/reader.h"
#include "policy-lang/policy.h"

#include "support/engines.h"
#include "support/fake_prp.h"

/* Adds the ID of the group when the originator is in it. */
static void add_group(struct pst_run *run, const struct pst_resource *group,
                      struct pst_text *text)
{
    postern_id id;

    cr_assert_eq(postern_id_parse_resource(&id, run->view.prp->cse, group->ri),
                 POSTERN_OK);
    if (pst_find_group(run, &id, PST_FROM_ANYBODY) == POSTERN_REPLY_YES) {
        pst_text_add(text, text->len ? " " : "");
        pst_text_add_str(text, group->ri);
    }
}

/* The groups of an originator, "grp5 grp6", at a time or NULL. */
static const char *groups_seen(struct plant *plant, const char *from,
                               const char *time)
{
    static char buffer[256];
    struct pst_run *run = &plant->reader->run;
    postern_primitive primitive;
    struct pst_text text;

    postern_primitive_init(&primitive);
    primitive.from = postern_str_of(from);
    primitive.operation = 2;
    primitive.time_known = time != NULL;
    if (time) {
        cr_assert_eq(
            postern_time_parse(&primitive.time_s, postern_str_of(time)),
            POSTERN_OK);
    }
    pst_text_init(&text, buffer, sizeof buffer);
    cr_assert(pst_call_begin(run, &primitive, PST_TARGET_APART));
    for (uint32_t i = 0; i < plant->policy->resource_count; i++) {
        if (plant->policy->resources[i].ty == 9) {
            add_group(run, &plant->policy->resources[i], &text);
        }
    }
    pst_call_end(run);
    return buffer;
}

/* The same from a store, from a host, and from one that knows no members. */
static const char *groups_of(struct plant *plant, const char *from,
                             const char *time)
{
    char first[256];
    struct pst_text text;
    struct fake_prp fake;

    pst_text_init(&text, first, sizeof first);
    pst_text_add(&text, groups_seen(plant, from, time));
    cr_assert(fake_prp_open(&fake, plant->policy));
    for (int i = 0; i < 2; i++) {
        plant->options.prp = &fake.prp;
        plant_start_engine(plant);
        cr_expect_str_eq(groups_seen(plant, from, time), first);
        fake.prp.has_member = NULL;
    }
    plant->options.prp = postern_store_prp(plant->store);
    plant_start_engine(plant);
    fake_prp_close(&fake);
    return groups_seen(plant, from, time);
}

#define MEMBERS                                                                \
    AE("Cpump7")                                                               \
    "," AE("Cother") ",{'ri':'ae55','rn':'strange','ty':2,'pi':'cb0','aei':"   \
                     "'Smeter9'},{'ri':'csr3','rn':'gate','ty':16,'pi':"       \
                     "'cb0','csi':'/gate-cse'},{'ri':'cnt1','ty':3}"

/* [ORI-11] */
Test(groups, an_ae_or_remote_cse_among_the_members_stands_for_its_entity)
{
    struct plant plant;

    plant_open(&plant,
               MEMBERS ",{'ri':'grp5','ty':9,'mid':['Cpump7','cnt1','csr3',"
                       "'gone']}"
                       ",{'ri':'grp6','ty':9,'mid':['base/strange',"
                       "'/plant-cse/-/ae-Cpump7']}");
    cr_expect_str_eq(groups_of(&plant, "Cother", NULL), "");
    cr_expect_str_eq(groups_of(&plant, "/gate-cse", NULL), "grp5");
    cr_expect_str_eq(groups_of(&plant, "Smeter9", NULL), "grp6");
    cr_expect_str_eq(groups_of(&plant, "//sp.example/Smeter9", NULL), "grp6");
    /* not by the resource ID of the AE, nor as an AE of the member CSE */
    cr_expect_str_eq(groups_of(&plant, "/gate-cse/Cpump7", NULL), "");
    cr_expect_str_eq(
        groups_of(&plant, "//rival.example/plant-cse/Cpump7", NULL), "");
    cr_expect_neq(strstr(groups_of(&plant, "Cpump7", NULL), "grp5"), NULL);
    cr_expect_neq(strstr(groups_of(&plant, "Cpump7", NULL), "grp6"), NULL);
    plant_close(&plant);
}

Test(groups, reach_no_deeper_than_one_level)
{
    struct plant plant;

    plant_open(&plant, MEMBERS
               ",{'ri':'grp5','rn':'in','pi':'cb0','ty':9,'mid':['Cpump7']}"
               ",{'ri':'grp6','ty':9,'mid':['grp5','Cother']}"
               ",{'ri':'grp7','ty':9,'mid':['base/in/fopt']}"
               ",{'ri':'grp8','ty':9,'mid':[7,null]}"
               ",{'ri':'grp9','ty':9}"
               ",{'ri':'grp10','ty':9,'mid':'Cpump7'}"
               ",{'ri':'cnt7','ty':3,'mid':['Cpump7']}");
    cr_expect_str_eq(groups_of(&plant, "Cpump7", NULL), "grp5");
    cr_expect_str_eq(groups_of(&plant, "Cother", NULL), "grp6");
    plant_close(&plant);
}

Test(groups, that_are_over_have_no_members)
{
    struct plant plant;

    plant_open(&plant, MEMBERS
               ",{'ri':'grp5','ty':9,'et':'20260101T000000',"
               "'mid':['Cpump7']}"
               ",{'ri':'Cshort','ty':2,'aei':'Cshort','et':"
               "'20260101T000000'},{'ri':'grp6','ty':9,'mid':['Cshort']}");
    cr_expect_str_eq(groups_of(&plant, "Cpump7", "20251231T235959"), "grp5");
    cr_expect_str_eq(groups_of(&plant, "Cpump7", "20260101T000000"), "");
    cr_expect_str_eq(groups_of(&plant, "Cpump7", NULL), "");
    cr_expect_str_eq(groups_of(&plant, "Cshort", "20251231T235959"), "grp6");
    cr_expect_str_eq(groups_of(&plant, "Cshort", "20260101T000000"), "");
    plant_close(&plant);
}

/* What the policy was compiled with and what requests carry is the same name,
 * however the group is addressed. [ORI-14] */
Test(groups, are_found_by_every_address_a_rule_may_use)
{
    static const char *const addresses[] = {"grp5", "base/team", "-/team",
                                            "/plant-cse/grp5",
                                            "//sp.example/plant-cse/base/team"};

    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        static char resources[PLANT_TEXT];
        struct plant plant;

        resources[0] = '\0';
        plant_add_json(resources,
                       MEMBERS ",{'ri':'grp5','rn':'team','pi':'cb0','ty':9,"
                               "'mid':['Cpump7']},{'ri':'c1','ty':3,'acpi':["
                               "'acpA']},{'m2m:acp':{'ri':'acpA','pvs':{'acr':"
                               "[{'acor':['all'],'acop':63}]},'pv':{'acr':[{"
                               "'acop':2,'acor':['");
        plant_add_json(resources, addresses[i]);
        plant_add_json(resources, "']}]}}}");
        plant_open(&plant, resources);
        cr_expect_eq(plant_rsc(&plant, "{'fr':'Cpump7','to':'c1','op':2}"),
                     2000, "%s", addresses[i]);
        cr_expect_eq(plant_rsc(&plant, "{'fr':'Cother','to':'c1','op':2}"),
                     4103, "%s", addresses[i]);
        plant_close(&plant);
    }
}

/* A <group> of another type of resource is none, and one whose lookup fails has
 * no members that we know of. */
Test(groups, that_cannot_be_read_have_no_members)
{
    struct plant plant;
    struct fake_prp fake;

    plant_open(&plant, MEMBERS ",{'ri':'grp5','ty':9,'mid':['Cpump7']},"
                               "{'ri':'c1','ty':3,'acpi':['acpA']}," ACP(
                                   "acpA", "grp5", "2", "Cx", "63"));
    cr_assert(fake_prp_open(&fake, plant.policy));
    plant.options.prp = &fake.prp;
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cpump7','to':'c1','op':2}"), 2000);
    fake.unreadable = "grp5";
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cpump7','to':'c1','op':2}"), 4103);
    fake.unreadable = "Cpump7"; /* who it is cannot be found out */
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cpump7','to':'c1','op':2}"), 4103);
    fake.prp.has_member = NULL; /* a member that may be the one */
    fake.unreadable = NULL;
    plant_start_engine(&plant);
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cpump7','to':'c1','op':2}"), 2000);
    fake_prp_at(&fake, "grp5")->type = 3;
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cpump7','to':'c1','op':2}"), 4103);
    fake_prp_at(&fake, "grp5")->type = 9;
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cpump7','to':'c1','op':2}"), 2000);
    plant_close(&plant);
    fake_prp_close(&fake);
}
