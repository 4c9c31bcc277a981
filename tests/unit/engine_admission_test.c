#include "engine/admission.h"

#include "support/engines.h"

#define PVS "'pvs':{'acr':[{'acor':['Ca'],'acop':63}]}"
#define PV(rule) "'pv':{'acr':[" rule "]}"
#define CREATE(content)                                                        \
    "{'fr':'Ca','to':'Ca','op':1,'ty':1,'content':" content "}"
#define UPDATE(content) "{'fr':'Ca','to':'acpA','op':3,'content':" content "}"

struct row {
    const char *json;
    int rsc;
};

/* [PRP-08] [REQ-04] */
static const struct row rows[] = {
    {CREATE("{" PVS "}"), 2001},
    {CREATE("{'m2m:acp':{" PVS "}}"), 2001},
    {CREATE("{'rn':'x','pv':{'acr':[]}," PVS "}"), 2001},
    {CREATE("{'ri':'Cliar','ty':3,'pi':'gone'," PVS "}"), 2001},
    {CREATE("{" PV("{'acor':['C*'],'acop':2}") "," PVS "}"), 2001},
    {CREATE("{}"), 4000},
    {CREATE("{" PV("{'acor':['Cx'],'acop':2}") "}"), 4000},
    {CREATE("{'pvs':{'acr':[]}}"), 4000},
    {CREATE("{'pvs':null}"), 4000},
    {CREATE("{'pvs':[]}"), 4000},
    {CREATE("{'m2m:cnt':{" PVS "}}"), 4000},
    {CREATE("{" PV("{'acor':['Cx'],'acop':0}") "," PVS "}"), 4000},
    {CREATE("{" PV("{'acor':['Cx'],'acop':64}") "," PVS "}"), 4000},
    {CREATE("{" PV("{'acop':2}") "," PVS "}"), 4000},
    {CREATE("{" PV("{'acor':['*@a.example'],'acop':2}") "," PVS "}"), 4000},
    {CREATE("{" PV("{'acor':['Cx'],'acop':2,'acco':[{'actw':['* *']}]}") "," PVS
                                                                         "}"),
     4000},
    {CREATE("{" PV("{'acor':['Cx'],'acop':2,'acco':[{'aclr':{'accr':"
                   "[1.0,2.0]}}]}") "," PVS "}"),
     4000},
    {"{'fr':'Ca','to':'Ca','op':1,'ty':1}", 4000},

    {UPDATE("{" PV("{'acor':['Cx'],'acop':2}") "}"), 2004},
    {UPDATE("{'m2m:acp':{'lbl':['a']}}"), 2004},
    {UPDATE("{" PVS "}"), 2004},
    {UPDATE("{" PV("{'acor':['Cx'],'acop':64}") "}"), 4000},
    {UPDATE("{'pvs':{'acr':[]}}"), 4000},
    {UPDATE("{'pvs':null}"), 4000},
    {UPDATE("{'selfPrivileges':{'acr':[]}}"), 4000},
    {UPDATE("{'pvs':{'acr':[{'acor':['Cx']}]}}"), 4000},
    {"{'fr':'Ca','to':'acpA','op':3,'attrs':['pv']}", 2004},
    /* other types are not looked at */
    {"{'fr':'Ca','to':'Ca','op':1,'ty':3,'content':{'pvs':null}}", 2001},
};

Test(admission, takes_what_the_strict_reader_takes)
{
    struct plant plant;

    plant_open(&plant, AE("Ca") "," ACP("acpA", "Ca", "2", "Ca", "63"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(plant_rsc(&plant, rows[i].json), rows[i].rsc, "%s: %s",
                     rows[i].json, plant_decide(&plant, rows[i].json).message);
    }
    plant_close(&plant);
}

Test(admission, says_where_in_the_request_the_fault_is)
{
    struct plant plant;
    struct pst_verdict verdict;

    plant_open(&plant, AE("Ca"));
    verdict = plant_decide(
        &plant,
        CREATE("{'m2m:acp':{" PV("{'acor':['Cx'],'acop':64}") "," PVS "}}"));
    cr_expect_str_eq(verdict.reason, "content");
    cr_expect_eq(
        strncmp(verdict.message, "/content/m2m:acp/pv/acr/0/acop: ", 32), 0,
        "%s", verdict.message);
    plant_close(&plant);
}

/* Who may not create hears of the fault first, as others do: the order of the
 * checks does not depend on who asks. */
Test(admission, goes_before_the_decision)
{
    struct plant plant;

    plant_open(&plant, AE("Ca"));
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'Ca','op':1,'ty':1,"
                                   "'content':{}}"),
                 4000);
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'Ca','op':1,'ty':1,"
                                   "'content':{" PVS "}}"),
                 4103);
    plant_close(&plant);
}

Test(admission, also_at_a_fan_out_point)
{
    struct plant plant;

    plant_open(&plant, AE("Ca") ",{'ri':'g1','ty':9,'mid':['Ca'],'_creator':"
                                "'Ca'}");
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Ca','to':'g1/fopt','op':1,'ty':1,"
                                   "'content':{'pv':{}}}"),
                 4000);
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Ca','to':'g1/fopt','op':1,'ty':1,"
                                   "'content':{" PVS "}}"),
                 2001);
    plant_close(&plant);
}
