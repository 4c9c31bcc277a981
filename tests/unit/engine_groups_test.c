#include "engine/groups.h"

#include "support/engines.h"

/* The groups of an originator, "grp5 grp6", at a time or NULL. */
static const char *groups_of(struct plant *plant, const char *from,
                             const char *time)
{
    static char buffer[256];
    struct pst_ids groups;
    struct pst_text text;
    postern_id id;
    int64_t now_s = 0;

    cr_assert_eq(postern_id_parse_entity(&id, &plant->policy->host.cse,
                                         postern_str_of(from)),
                 POSTERN_OK);
    if (time) {
        cr_assert_eq(postern_time_parse(&now_s, postern_str_of(time)),
                     POSTERN_OK);
    }
    cr_assert_eq(pst_groups_of(&plant->engine.groups, &id, time ? &now_s : NULL,
                               &plant->arena, &groups),
                 POSTERN_OK);
    pst_text_init(&text, buffer, sizeof buffer);
    for (uint32_t i = 0; i < groups.count; i++) {
        pst_text_add(&text, i ? " " : "");
        pst_text_add_str(&text, groups.items[i].second);
    }
    return buffer;
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
