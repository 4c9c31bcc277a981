/* Who may do something, and which roles would have helped. */
#include "support/engines.h"
#include "support/fake_prp.h"
#include "support/pips.h"

struct list {
    char text[1024];
    size_t count;
    size_t limit; /* 0: all */
};

static void add_word(struct list *list, const char *before, postern_str word)
{
    struct pst_text text;
    size_t at = strlen(list->text);

    pst_text_init(&text, list->text + at, sizeof list->text - at);
    pst_text_add(&text, before);
    pst_text_add_str(&text, word);
}

static bool add_entry(void *user, const postern_holder_entry *entry)
{
    struct list *list = user;

    add_word(list, list->count ? " " : "", postern_str_of(entry->kind));
    add_word(list, ":", entry->originator);
    cr_expect_eq(entry->originator.data[entry->originator.len], '\0');
    add_word(list, "@", entry->acp);
    add_word(list, entry->which == POSTERN_SELF_PRIVILEGES ? "!" : "",
             (postern_str){NULL, 0});
    cr_expect_eq(entry->acp.data != NULL, entry->rule != POSTERN_NO_RULE);
    add_word(list,
             entry->needs_authentication ? "+authn"
             : entry->has_contexts       ? "+ctxts"
             : entry->has_object_details ? "+objd"
             : entry->has_attributes     ? "+attrs"
                                         : "",
             (postern_str){NULL, 0});
    list->count++;
    return list->limit == 0 || list->count < list->limit;
}

static const char *who(struct plant *plant, const char *address,
                       postern_operation operation, int64_t now_s)
{
    static struct list list;
    size_t count;

    memset(&list, 0, sizeof list);
    count = postern_who(plant->reader, postern_str_of(address), operation,
                        now_s, add_entry, &list);
    cr_expect(count == list.count || count == SIZE_MAX);
    return count == SIZE_MAX ? "not there" : list.text;
}

#define READ POSTERN_OP_RETRIEVE

static const char tree[] =
    AE("Cx") ",{'ri':'g1','ty':9,'mid':['Cx']},"
             "{'ri':'c1','rn':'one','pi':'cb0','ty':3,'acpi':['acpA','acpB',"
             "'gone','acpA']},"
             "{'ri':'c2','ty':3,'_creator':'Cx'},"
             "{'ri':'c3','ty':3,'_creator':'Cx','cstn':'/plant-cse/Cg'},"
             "{'ri':'c4','ty':3},{'ri':'c5','ty':3,'acpi':['acpE']},"
             "{'ri':'cin1','ty':4,'pi':'c1'},"
             "{'ri':'p1','ty':15,'pi':'Cx'},"
             "{'m2m:acp':{'ri':'acpA','pv':{'acr':["
             "{'acor':['all','//p.example','g1'],'acop':2},"
             "{'acor':['Cx'],'acop':4},"
             "{'acor':['/gate*','op@a.example'],'acop':2,'acaf':true}]},"
             "'pvs':{'acr':[{'acor':['Cadmin'],'acop':6}]}}},"
             "{'m2m:acp':{'ri':'acpB','pv':{'acr':["
             "{'acor':['Cy'],'acop':3,'acod':[{'chty':[4]}]},"
             "{'acor':['Cz'],'acop':2,'aca':['lbl']},"
             "{'acor':['Cw'],'acop':2,'acco':[{'actw':['* * 8 * * * *']}]}]},"
             "'pvs':{'acr':[{'acor':['Ca'],'acop':63}]}}},"
             "{'m2m:acp':{'ri':'acpE','et':'20260101T000000','pv':{'acr':["
             "{'acor':['Cx'],'acop':2}]},'pvs':{'acr':[{'acor':['Ca'],"
             "'acop':63}]}}}";

Test(who, lists_the_originators_of_every_rule)
{
    struct plant plant;
    static const char readers[] =
        "all:all@acpA domain://p.example@acpA group://sp.example/plant-cse/g1"
        "@acpA pattern://sp.example/gate*@acpA+authn role:op@a.example"
        "@acpA+authn entity://sp.example/plant-cse/Cy@acpB+objd "
        "entity://sp.example/plant-cse/Cz@acpB+attrs "
        "entity://sp.example/plant-cse/Cw@acpB+ctxts";

    plant_open(&plant, tree);
    cr_expect_str_eq(who(&plant, "c1", READ, 0), readers);
    cr_expect_str_eq(who(&plant, "base/one", READ, 0), readers);
    cr_expect_str_eq(who(&plant, "cin1", READ, 0), readers);
    cr_expect_str_eq(who(&plant, "c1/la", READ, 0), readers);
    cr_expect_str_eq(who(&plant, "c1", POSTERN_OP_UPDATE, 0),
                     "entity://sp.example/plant-cse/Cx@acpA");
    cr_expect_str_eq(who(&plant, "c1", POSTERN_OP_DELETE, 0), "");
    cr_expect_str_eq(who(&plant, "c1", POSTERN_OP_NONE, 0), "");
    cr_expect_str_eq(who(&plant, "acpA", READ, 0),
                     "entity://sp.example/plant-cse/Cadmin@acpA!");
    plant_close(&plant);
}

/* [PRP-04] */
Test(who, lists_the_one_of_the_default_policy)
{
    struct plant plant;

    plant_open(&plant, tree);
    cr_expect_str_eq(who(&plant, "c2", READ, 0),
                     "creator://sp.example/plant-cse/Cx@");
    cr_expect_str_eq(who(&plant, "c3", POSTERN_OP_DELETE, 0),
                     "custodian://sp.example/plant-cse/Cg@");
    cr_expect_str_eq(who(&plant, "p1", READ, 0),
                     "owner://sp.example/plant-cse/Cx@");
    cr_expect_str_eq(who(&plant, "c4", READ, 0), ""); /* nobody */
    cr_expect_str_eq(who(&plant, "gone", READ, 0), "not there");
    cr_expect_str_eq(who(&plant, "", READ, 0), "not there");
    plant_close(&plant);
}

/* [PRP-09] */
Test(who, leaves_out_policies_that_are_over)
{
    struct plant plant;

    plant_open(&plant, tree);
    cr_expect_str_eq(who(&plant, "c5", READ, 1767225599),
                     "entity://sp.example/plant-cse/Cx@acpE");
    cr_expect_str_eq(who(&plant, "c5", READ, 1767225600), "");
    cr_expect_str_eq(who(&plant, "c5", READ, INT64_MIN),
                     "entity://sp.example/plant-cse/Cx@acpE");
    plant_close(&plant);
}

Test(who, ends_when_the_caller_has_heard_enough)
{
    struct plant plant;
    struct fake_prp fake;
    struct list list = {.limit = 2};

    plant_open(&plant, tree);
    cr_expect_eq(
        postern_who(plant.reader, PST_STR("c1"), READ, 0, add_entry, &list), 2);
    cr_expect_eq(list.count, 2);
    cr_assert(fake_prp_open(&fake, plant.policy));
    fake.unreadable = "c1";
    plant.options.prp = &fake.prp;
    plant_start_engine(&plant);
    cr_expect_str_eq(who(&plant, "c1", READ, 0), "not there");
    cr_expect_eq(fake.inside, 0);
    plant_close(&plant);
    fake_prp_close(&fake);
}

/* ---- roles that help
 * ---------------------------------------------------------- */

static void add_role(void *user, const postern_id *role)
{
    struct list *list = user;
    char text[128];

    (void)postern_id_text(role, text, sizeof text);
    add_word(list, list->count ? " " : "", postern_str_of(text));
    list->count++;
}

static const char *helping(struct plant *plant, const char *json)
{
    static struct list list;

    memset(&list, 0, sizeof list);
    cr_assert_eq(plant_read(plant, json), POSTERN_OK, "%s", json);
    cr_expect_eq(postern_roles_that_help(plant->reader, &plant->primitive,
                                         add_role, &list),
                 list.count);
    return list.text;
}

#define WITH(role, rest) "{'acor':['" role "@a.example'],'acop':" rest "}"

static const char roles[] = AE(
    "Cx") ",{'ri':'c1','ty':3,'acpi':['acpR','acpS']},"
          "{'ri':'c2','ty':3,'_creator':'Cx'},"
          "{'m2m:acp':{'ri':'acpR','pv':{'acr':["
          "{'acor':['r1@a.example','r2@a.example'],'acop':2}," WITH("r1", "2") "," WITH("delete", "8") "," WITH("early", "2,'acco':[{'actw':['* * 8 * * * *']}]") "," WITH(
              "authn",
              "2,'acaf':true") "," WITH("make",
                                        "1") ","
                                             "{'acor':['Cy'],'acop':3}"
                                             "]},'pvs':{'acr':[{'acor':["
                                             "'Ca'],'acop':63}]}}},"
                                             "{'m2m:acp':{'ri':'acpS',"
                                             "'pv':{'acr':[" WITH(
                                                 "r2",
                                                 "2") "," WITH("r3",
                                                               "2") "]},'pvs':{"
                                                                    "'acr':["
                                                                    "{'acor':['"
                                                                    "Ca'],"
                                                                    "'acop':63}"
                                                                    "]}}}";

/* Those whose operations and contexts hold, each once. */
Test(roles_that_help, are_those_that_a_rule_lacks)
{
    struct plant plant;

    plant_open(&plant, roles);
    cr_expect_str_eq(helping(&plant, "{'fr':'Cx','to':'c1','op':2}"),
                     "r1@a.example r2@a.example r3@a.example");
    cr_expect_str_eq(helping(&plant, "{'fr':'Cx','to':'c1','op':2,"
                                     "'rq_time':'20260317T080000'}"),
                     "r1@a.example r2@a.example early@a.example r3@a.example");
    cr_expect_str_eq(
        helping(&plant, "{'fr':'Cx','to':'c1','op':2,'rq_authn':true}"),
        "r1@a.example r2@a.example authn@a.example r3@a.example");
    cr_expect_str_eq(helping(&plant, "{'fr':'Cx','to':'c1','op':4}"),
                     "delete@a.example");
    cr_expect_str_eq(helping(&plant, "{'fr':'Cx','to':'c1','op':5}"), "");
    plant_close(&plant);
}

Test(roles_that_help,
     are_none_for_who_is_permitted_or_refused_or_has_shown_them)
{
    struct plant plant;

    plant_open(&plant, roles);
    cr_expect_str_eq(helping(&plant, "{'fr':'Cy','to':'c1','op':2}"), "");
    cr_expect_str_eq(helping(&plant, "{'fr':'Cx','to':'c2','op':2}"), "");
    cr_expect_str_eq(helping(&plant, "{'fr':'Cy','to':'c2','op':2}"), "");
    cr_expect_str_eq(helping(&plant, "{'fr':'Cx','to':'gone','op':2}"), "");
    cr_expect_str_eq(helping(&plant, "{'fr':'Cx','to':'c1','op':2,"
                                     "'esprim_id':'Cy'}"),
                     "");
    cr_expect_str_eq(helping(&plant, "{'to':'c1','op':1,'ty':2}"), "");
    cr_expect_str_eq(helping(&plant, "{'fr':'Cx','to':'c1','op':1,'ty':2}"),
                     "make@a.example");
    cr_expect_str_eq(helping(&plant, "{'fr':'Cx','to':'c1','op':2,'rids':["
                                     "'r1@a.example','r3@A.example']}"),
                     "r2@a.example");
    plant_close(&plant);
}

/* A subscription takes two decisions: for the one that failed. */
Test(roles_that_help, help_with_the_operation_that_was_denied)
{
    struct plant plant;
    static const char resources[] =
        "{'ri':'c1','ty':3,'acpi':['acpA']},{'m2m:acp':{'ri':'acpA','pv':{"
        "'acr':[{'acor':['Cx'],'acop':1}," WITH("create", "1") "," WITH(
            "read", "2") "]},'pvs':{'acr':[{'acor':['Ca'],'acop':63}]}}}";

    plant_open(&plant, resources);
    cr_expect_str_eq(helping(&plant, "{'fr':'Cx','to':'c1','op':1,'ty':23}"),
                     "read@a.example");
    cr_expect_str_eq(helping(&plant, "{'fr':'Cy','to':'c1','op':1,'ty':23}"),
                     "create@a.example");
    plant_close(&plant);
}
