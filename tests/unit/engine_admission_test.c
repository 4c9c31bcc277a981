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
                     rows[i].json,
                     plant_decide(&plant, rows[i].json).message.data);
    }
    plant_close(&plant);
}

Test(admission, says_where_in_the_request_the_fault_is)
{
    struct plant plant;
    postern_answer answer;

    plant_open(&plant, AE("Ca"));
    answer = plant_decide(
        &plant,
        CREATE("{'m2m:acp':{" PV("{'acor':['Cx'],'acop':64}") "," PVS "}}"));
    cr_expect_str_eq(answer.reason, "content");
    cr_expect_eq(answer.stage, POSTERN_STAGE_CONTENT);
    cr_expect_eq(
        strncmp(answer.message.data, "/content/m2m:acp/pv/acr/0/acop: ", 32), 0,
        "%s", answer.message.data);
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

/* ---- contents as text -------------------------------------------------- */

struct text_row {
    int operation;
    uint32_t child_type;
    uint32_t target_type;
    const char *content; /* NULL: none */
    postern_status status;
};

/* [PRP-08] [REQ-04] */
static const struct text_row texts[] = {
    {1, 1, 2, "{" PVS "}", POSTERN_OK},
    {1, 1, 2, "{'m2m:acp':{" PV("{'acor':['Cx'],'acop':2}") "," PVS "}}",
     POSTERN_OK},
    {1, 1, 2, "{'m2m:cnt':{" PVS "}}", POSTERN_ERR_POLICY},
    {1, 1, 2, "{'m2m:acp':[]}", POSTERN_ERR_POLICY},
    {1, 1, 2, "{}", POSTERN_ERR_POLICY},
    {1, 1, 2, "[]", POSTERN_ERR_POLICY},
    {1, 1, 2, "7", POSTERN_ERR_POLICY},
    {1, 1, 2, "", POSTERN_ERR_SYNTAX},
    {1, 1, 2, "{'pvs':", POSTERN_ERR_SYNTAX},
    {1, 1, 2, NULL, POSTERN_ERR_POLICY},
    {1, 3, 2, "{'pvs':", POSTERN_OK}, /* no policy is made: not looked at */
    {1, 3, 1, NULL, POSTERN_OK},
    {3, 0, 1, "{" PV("{'acor':['Cx'],'acop':2}") "}", POSTERN_OK},
    {3, 0, 1, "{" PV("{'acor':['Cx'],'acop':64}") "}", POSTERN_ERR_POLICY},
    {3, 0, 1, "{'pvs':null}", POSTERN_ERR_POLICY},
    {3, 0, 1, NULL, POSTERN_OK},
    {3, 0, 3, "{'pvs':null}", POSTERN_OK},
    {2, 0, 1, "{'pvs':null}", POSTERN_OK},
    {4, 0, 1, NULL, POSTERN_OK},
};

static postern_status admit_text(const struct text_row *row, void *options,
                                 postern_diag *diag)
{
    char bytes[PLANT_TEXT] = "";
    postern_str text;
    postern_primitive primitive;
    postern_resource target;

    plant_add_json(bytes, row->content ? row->content : "");
    text = postern_str_of(bytes);
    postern_primitive_init(&primitive);
    primitive.operation = row->operation;
    primitive.child_type = row->child_type;
    primitive.content = row->content ? &text : NULL;
    postern_resource_init(&target);
    target.type = row->target_type;
    memset(diag, 0, sizeof *diag);
    return postern_admit_json(options, &primitive, &target, diag);
}

Test(admission, reads_contents_of_other_programs_as_well)
{
    postern_load_options options;
    postern_cse cse;
    postern_diag diag;

    cr_assert_eq(
        postern_cse_init(&cse, PST_STR("//sp.example"), PST_STR("/cse")),
        POSTERN_OK);
    postern_load_options_init(&options);
    options.cse = &cse;
    options.rule_errors = POSTERN_RULE_ERRORS_DISABLE; /* of no effect */
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *content = texts[i].content ? texts[i].content : "none";

        cr_expect_eq(admit_text(&texts[i], NULL, &diag), texts[i].status,
                     "%zu %s: %s", i, content, diag.message);
        cr_expect(texts[i].status == POSTERN_OK || diag.message[0], "%zu", i);
        cr_expect_eq(admit_text(&texts[i], &options, &diag), texts[i].status,
                     "%zu %s: %s", i, content, diag.message);
    }
}

Test(admission, says_where_in_the_text_the_fault_is)
{
    static const struct text_row row = {
        1, 1, 2, "{'m2m:acp':{" PVS "," PV("{'acor':['Cx'],'acop':64}") "}}",
        POSTERN_ERR_POLICY};
    postern_diag diag;

    cr_expect_eq(admit_text(&row, NULL, &diag), POSTERN_ERR_POLICY);
    cr_expect_str_eq(diag.path, "/m2m:acp/pv/acr/0/acop");
    cr_expect_eq(diag.line, 1);
}

Test(admission, does_not_read_options_of_a_newer_release)
{
    static const struct text_row row = {1, 1, 2, "{" PVS "}", POSTERN_OK};
    struct {
        postern_load_options options;
        char more;
    } newer;
    postern_diag diag;

    postern_load_options_init_sized(&newer.options, sizeof newer);
    cr_expect_eq(admit_text(&row, &newer, &diag), POSTERN_OK);
    newer.more = 1;
    cr_expect_eq(admit_text(&row, &newer, &diag), POSTERN_ERR_ARGUMENT);
}
