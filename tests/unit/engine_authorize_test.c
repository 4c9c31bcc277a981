#include "support/engines.h"
#include "support/fake_prp.h"

struct row {
    int rsc;
    const char *request; /* without fr */
};

static void check_rows(struct plant *plant, const char *from,
                       const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        static char json[PLANT_TEXT];
        int rsc;

        json[0] = '\0';
        plant_add_json(json, "{'fr':'");
        plant_add_json(json, from);
        plant_add_json(json, "',");
        plant_add_json(json, rows[i].request);
        plant_add_json(json, "}");
        rsc = plant_rsc(plant, json);
        cr_expect_eq(rsc, rows[i].rsc, "%s: %d", json, rsc);
    }
}

#define CHECK_ROWS(plant, from, rows)                                          \
    check_rows((plant), (from), (rows), sizeof(rows) / sizeof *(rows))

/* [DEC-10] [REQ-03] */
Test(authorize, answers_with_the_code_of_the_operation)
{
    static const struct row may[] = {
        {2001, "'to':'c1','op':1,'ty':3"},
        {2000, "'to':'c1','op':2"},
        {2004, "'to':'c1','op':3"},
        {2002, "'to':'c1','op':4"},
        {2000, "'to':'c1','op':5"},
        {2000, "'to':'c1','op':2,"
               "'fc':{'fu':1}"},
    };
    static const struct row may_not[] = {
        {4103, "'to':'c1','op':1,'ty':3"},
        {4103, "'to':'c1','op':2"},
        {4103, "'to':'c1','op':3"},
        {4103, "'to':'c1','op':4"},
        {4103, "'to':'c1','op':5"},
        {4103, "'to':'c1','op':2,"
               "'fc':{'fu':1}"},
    };
    struct plant plant;

    plant_open(&plant, "{'ri':'c1','ty':3,'acpi':['acpA']}," ACP(
                           "acpA", "Cx", "63", "Ca", "63"));
    CHECK_ROWS(&plant, "Cx", may);
    CHECK_ROWS(&plant, "Cy", may_not);
    plant_close(&plant);
}

Test(authorize, names_the_rule_that_permits)
{
    struct plant plant;
    postern_answer answer;

    plant_open(&plant, "{'ri':'c1','ty':3,'acpi':['acpA']}," ACP(
                           "acpA", "Cx", "2", "Cs", "63"));
    answer = plant_decide(&plant, "{'fr':'Cx','to':'c1','op':2}");
    cr_expect_str_eq(answer.reason, "rule");
    cr_expect(pst_str_is(answer.acp, "acpA"));
    cr_expect_eq(answer.rule, 0);
    cr_expect_eq(answer.which, POSTERN_PRIVILEGES);
    cr_expect_eq(plant.heard.rule_count, 0);

    answer = plant_decide(&plant, "{'fr':'Cs','to':'acpA','op':2}");
    cr_expect_eq(answer.which, POSTERN_SELF_PRIVILEGES);
    cr_expect_eq(answer.rsc, 2000);

    cr_expect_str_eq(answer.message.data, "acpA rule 0 of the self-privileges");

    answer = plant_decide(&plant, "{'fr':'Cs','to':'c1','op':2}");
    cr_expect_str_eq(answer.reason, "no-rule");
    cr_expect_str_eq(answer.message.data,
                     "no rule of acpA permits to retrieve");
    cr_expect_null(answer.acp.data);
    cr_expect_eq(answer.rule, POSTERN_NO_RULE);
    plant_close(&plant);
}

/* The earlier check answers. */
Test(authorize, checks_in_the_order_of_the_standard)
{
    static const struct row rows[] = {
        {4000, "'to':'gone','op':9"},
        {4004, "'to':'gone','op':2"},
        {4004, "'to':'gone','op':3,'attrs':['acpi','lbl']"},
        {4000, "'to':'c1','op':3,'attrs':['acpi','lbl']"},
        {4004, "'to':'gone','op':2,'tkns':['x']"},
        {4106, "'to':'gone','op':2,'sa':{'kind':'ae','id':'Cy'}"},
        {4116, "'to':'gone','op':2,'esprim_id':'Cy'"},
    };
    struct plant plant;

    plant_open(&plant, "{'ri':'c1','ty':3,'_creator':'Cx'}");
    CHECK_ROWS(&plant, "Cx", rows);
    cr_expect_eq(plant_rsc(&plant, "{'to':'gone','op':2}"), 4000);
    cr_expect_eq(plant_rsc(&plant, "{'fr':'.*','to':'gone','op':2}"), 4103);
    plant_close(&plant);
}

/* [ID-04] */
Test(authorize, not_even_all_lets_a_from_in_that_is_no_identifier)
{
    struct plant plant;
    postern_answer answer;

    plant_open(&plant, "{'ri':'c1','ty':3,'acpi':['acpA']}," ACP(
                           "acpA", "all", "63", "all", "63"));
    answer = plant_decide(&plant, "{'fr':'.*','to':'c1','op':2}");
    cr_expect_eq(answer.rsc, 4103);
    cr_expect_str_eq(answer.reason, "originator");
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'c1','op':2}"), 2000);
    plant_close(&plant);
}

/* [REQ-02] */
Test(authorize, an_ae_that_registers_is_let_in_by_all_alone)
{
    struct plant plant;

    plant_open(&plant,
               "{'ri':'c1','ty':3,'acpi':['acpA']},"
               "{'ri':'c2','ty':3,'acpi':['acpB']},"
               "{'ri':'c3','ty':3,'_creator':'Cx'}," ACP(
                   "acpA", "all", "1", "all",
                   "63") "," ACP("acpB", "//sp.example", "1", "Ca", "63"));
    cr_expect_eq(plant_rsc(&plant, "{'to':'c1','op':1,'ty':2}"), 2001);
    cr_expect_eq(plant_rsc(&plant, "{'to':'c2','op':1,'ty':2}"), 4103);
    cr_expect_eq(plant_rsc(&plant, "{'to':'c3','op':1,'ty':2}"), 4103);
    cr_expect_eq(plant_rsc(&plant, "{'to':'c1','op':1,'ty':3}"), 4000);
    plant_close(&plant);
}

/* [PRP-04] */
Test(authorize, the_default_policy_lets_one_in_and_only_in_its_own_spelling)
{
    struct plant plant;

    plant_open(&plant, "{'ri':'c1','ty':3,'_creator':'Cx'},"
                       "{'ri':'c2','ty':3,'_creator':'Cx','cstn':'Cg'},"
                       "{'ri':'c3','ty':3}");
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'c1','op':4}"), 2002);
    cr_expect_eq(plant_rsc(&plant, "{'fr':'/plant-cse/Cx','to':'c1','op':2}"),
                 2000);
    cr_expect_eq(plant_rsc(&plant, "{'fr':'/gate-cse/Cx','to':'c1','op':2}"),
                 4103);
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cg','to':'c2','op':2}"), 2000);
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'c2','op':2}"), 4103);
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'c3','op':2}"), 4103);
    plant_close(&plant);
}

/* [PRP-05] */
Test(authorize, links_are_updated_alone_and_by_self_privileges)
{
    static const struct row by_self[] = {
        {2004, "'to':'c1','op':3,'attrs':['acpi']"},
        {2004, "'to':'c1','op':3,'content':{'m2m:cnt':{'acpi':['acpB']}}"},
        {2004, "'to':'c1','op':3,'attrs':['acpi'],'content':{'acpi':[]}"},
        {4000, "'to':'c1','op':3,'attrs':['lbl'],'content':{'acpi':[]}"},
        {4000, "'to':'c1','op':3,'content':{'acpi':[],'lbl':[]}"},
        {4103, "'to':'c1','op':3,'attrs':['lbl']"},
        {4103, "'to':'c1','op':3"},
        {4103, "'to':'c1','op':2,'attrs':['acpi']"},
        {4000, "'to':'acpA','op':3,'attrs':['acpi']"},
        {4000, "'to':'cin1','op':3,'attrs':['acpi']"},
    };
    static const struct row by_privileges[] = {
        {4103, "'to':'c1','op':3,'attrs':['acpi']"},
        {4103, "'to':'c1','op':3,'content':{'acpi':['acpB']}"},
        {4103, "'to':'c1','op':3,'attrs':['accessControlPolicyIDs']"},
        {2004, "'to':'c1','op':3,'attrs':['lbl']"},
    };
    static const struct row by_creator[] = {
        {2004, "'to':'c2','op':3,'attrs':['acpi']"},
        {4103, "'to':'c3','op':3,'attrs':['acpi']"}, /* linked to nothing */
        {4103, "'to':'c1','op':3,'attrs':['acpi']"},
    };
    struct plant plant;

    plant_open(&plant, "{'ri':'c1','ty':3,'acpi':['acpA'],'_creator':'Cc'},"
                       "{'ri':'c2','ty':3,'_creator':'Cc'},"
                       "{'ri':'c3','ty':3,'acpi':['gone'],'_creator':'Cc'},"
                       "{'ri':'cin1','ty':4,'pi':'c1'}," ACP("acpA", "Cp", "63",
                                                             "Cs", "4"));
    CHECK_ROWS(&plant, "Cs", by_self);
    CHECK_ROWS(&plant, "Cp", by_privileges);
    CHECK_ROWS(&plant, "Cc", by_creator);
    plant_close(&plant);
}

/* With the Release 1 reading, too, links are set by the creator. [PRP-05] */
Test(authorize, inheriting_does_not_hand_the_links_to_the_parents_policy)
{
    struct plant plant;

    plant_open(&plant, "{'ri':'c1','ty':3,'acpi':['acpA']},"
                       "{'ri':'c2','ty':3,'pi':'c1','_creator':'Cc'}," ACP(
                           "acpA", "Cp", "63", "Cp", "63"));
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cp','to':'c2','op':2}"), 4103);
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cc','to':'c2','op':2}"), 2000);
    plant.options.inherit_parent = true;
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cp','to':'c2','op':2}"), 2000);
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cc','to':'c2','op':2}"), 4103);
    cr_expect_eq(
        plant_rsc(&plant, "{'fr':'Cp','to':'c2','op':3,'attrs':['acpi']}"),
        4103);
    cr_expect_eq(
        plant_rsc(&plant, "{'fr':'Cc','to':'c2','op':3,'attrs':['acpi']}"),
        2004);
    plant_close(&plant);
}

/* [PRP-06] */
Test(authorize, a_subscriber_may_also_retrieve)
{
    static const struct row create_only[] = {
        {2001, "'to':'c1','op':1,'ty':3"},
        {4103, "'to':'c1','op':1,'ty':23"},
        {2001, "'to':'g1/fopt','op':1,'ty':23"}, /* each member is asked */
    };
    struct plant plant;

    plant_open(&plant, "{'ri':'c1','ty':3,'acpi':['acpA']},"
                       "{'ri':'c2','ty':3,'acpi':['acpA','acpB']},"
                       "{'ri':'g1','ty':9,'mid':['c1'],'macp':['acpA']}," ACP(
                           "acpA", "Cx", "1", "Ca",
                           "63") "," ACP("acpB", "Cx", "2", "Ca", "63"));
    CHECK_ROWS(&plant, "Cx", create_only);
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'c2','op':1,'ty':23}"),
                 2001);
    plant_close(&plant);
}

Test(authorize, a_subscription_is_explained_in_both_operations)
{
    struct plant plant;
    postern_answer answer;

    plant_open(&plant, "{'ri':'c1','ty':3,'acpi':['acpA']}," ACP(
                           "acpA", "Cx", "3", "Ca", "63"));
    plant.explain = true;
    answer = plant_decide(&plant, "{'fr':'Cx','to':'c1','op':1,'ty':23}");
    cr_expect_eq(answer.rsc, 2001);
    cr_assert_eq(plant.heard.rule_count, 2);
    cr_expect_str_eq(plant.heard.operations[0], "create");
    cr_expect_str_eq(plant.heard.operations[1], "retrieve");
    cr_expect_str_eq(answer.message.data, "acpA rule 0");
    plant_close(&plant);
}

/* [IDA-12] [REQ-08] */
Test(authorize, tokens_that_nobody_verifies_are_an_error)
{
    static const struct row rows[] = {
        {4000, "'to':'c1','op':2,'tkns':['eyJ.x.y']"},
        {4103, "'to':'c1','op':2,'tids':['t1@das.example']"},
        {4103, "'to':'c1','op':2,'ltids':['t1']"},
        {2000, "'to':'c1','op':2,'tkns':[],'tqi':true"},
    };
    struct plant plant;

    plant_open(&plant, "{'ri':'c1','ty':3,'_creator':'Cx'}");
    CHECK_ROWS(&plant, "Cx", rows);
    cr_expect_str_eq(plant_decide(&plant, "{'fr':'Cx','to':'c1','op':2,"
                                          "'tkns':['x']}")
                         .reason,
                     "token-not-dynauthjwt");
    plant_close(&plant);
}

/* [OBJ-01] [OBJ-04] [OBJ-06] */
Test(authorize, object_details_look_at_the_content_or_by_option_the_target)
{
    static const char valve[] =
        "{'fr':'Cx','to':'f1','op':1,'ty':28,'content':{'cnd':'org.valve'}}";
    static const char pump[] =
        "{'fr':'Cx','to':'f1','op':1,'ty':28,'content':{'m2m:fcnt':"
        "{'cnd':'org.pump'}}}";
    static const char none[] = "{'fr':'Cx','to':'f1','op':1,'ty':28}";
    struct plant plant;

    plant_open(&plant,
               "{'ri':'f1','ty':28,'cnd':'org.pump','acpi':['acpA']},"
               "{'m2m:acp':{'ri':'acpA','pv':{'acr':[{'acor':['Cx'],'acop':1,"
               "'acod':[{'ty':28,'chty':[28],'spty':{'cnd':'org.valve'}}]}]},"
               "'pvs':{'acr':[{'acor':['Ca'],'acop':63}]}}}");
    cr_expect_eq(plant_rsc(&plant, valve), 2001);
    cr_expect_eq(plant_rsc(&plant, pump), 4103);
    cr_expect_eq(plant_rsc(&plant, none), 4103);
    plant.options.specialization_of_target = true;
    cr_expect_eq(plant_rsc(&plant, valve), 4103); /* the target is a pump */
    plant_close(&plant);

    plant_open(&plant,
               "{'ri':'f1','ty':28,'cnd':'org.valve','acpi':['acpA']},"
               "{'m2m:acp':{'ri':'acpA','pv':{'acr':[{'acor':['Cx'],'acop':1,"
               "'acod':[{'ty':28,'chty':[28],'spty':{'cnd':'org.valve'}}]}]},"
               "'pvs':{'acr':[{'acor':['Ca'],'acop':63}]}}}");
    plant.options.specialization_of_target = true;
    cr_expect_eq(plant_rsc(&plant, pump), 2001);
    cr_expect_eq(plant_rsc(&plant, none), 2001);
    plant_close(&plant);
}

#define LIMITED(acop)                                                          \
    "{'ri':'c1','ty':3,'acpi':['acpA'],'_attrs':['lbl','cni']},"               \
    "{'ri':'c2','ty':3,'acpi':['acpA'],'_attrs':['lbl']},"                     \
    "{'ri':'c3','ty':3,'acpi':['acpA']},"                                      \
    "{'ri':'c4','ty':3,'acpi':['acpA'],'_attrs':['lbl',7]},"                   \
    "{'m2m:acp':{'ri':'acpA','pv':{'acr':[{'acor':['Cx'],'acop':" acop         \
    ",'aca':['lbl']}]},'pvs':{'acr':[{'acor':['Ca'],'acop':63}]}}}"

Test(authorize, rules_limited_to_attributes_hold_for_what_is_known_to_be_these)
{
    static const struct row rows[] = {
        {2000, "'to':'c1','op':2,'attrs':['lbl']"},
        {4103, "'to':'c1','op':2,'attrs':['lbl','cni']"},
        {4103, "'to':'c1','op':2"},
        {2000, "'to':'c2','op':2"},
        {4103, "'to':'c2','op':2,'rcn':4"},
        {4103, "'to':'c2','op':2,'fc':{'fu':2,'lbl':['a']}"},
        {2000, "'to':'c2','op':2,'fc':{'fu':2}"},
        {4103, "'to':'c2','op':2,'fc':{'fu':1}"}, /* discovery */
        {4103, "'to':'c2/la','op':2"},
        {4103, "'to':'c3','op':2"},
        {4103, "'to':'c4','op':2"},
        {2000, "'to':'c1','op':2,'content':{'m2m:atrl':['lbl']}"},
        {2004, "'to':'c1','op':3,'attrs':['lbl']"},
        {2004, "'to':'c1','op':3,'content':{'lbl':['a']}"},
        {4103, "'to':'c1','op':3,'attrs':['lbl'],'content':{'mni':3}"},
        {4103, "'to':'c1','op':3"},
        {4103, "'to':'c1','op':4"},
        {4103, "'to':'c1','op':4,'attrs':['lbl']"},
        {4103, "'to':'c1','op':1,'ty':3"},
        {4103, "'to':'c1','op':1,'ty':3,'content':{'lbl':[],'mni':3}"},
        {2001, "'to':'c1','op':1,'ty':3,'content':{'lbl':[]}"},
    };
    struct plant plant;

    plant_open(&plant, LIMITED("63"));
    CHECK_ROWS(&plant, "Cx", rows);
    plant_close(&plant);
}

/* The announced resource, the members of a group and a consulted target each
 * keep to their own policy. */
Test(authorize, dynamic_authorization_is_not_consulted)
{
    struct plant plant;

    plant_open(&plant,
               "{'ri':'dac1','ty':34,'dae':true,'dap':['https://das.example']},"
               "{'ri':'c1','ty':3,'acpi':['acpA'],'daci':['dac1']}," ACP(
                   "acpA", "Cx", "2", "Ca", "63"));
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'c1','op':2}"), 2000);
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cy','to':'c1','op':2}"), 4103);
    plant_close(&plant);
}

/* [PRP-07] [PRP-09] [DEC-11] */
Test(authorize, explains_links_and_policies_that_contribute_no_rule)
{
    static const char request[] =
        "{'fr':'Cx','to':'c1','op':2,'rq_time':'20260317T102030'}";
    struct plant plant;
    postern_answer answer;

    plant_open(&plant,
               "{'ri':'c1','ty':3,'acpi':['gone','c1','acpE','acpA']},"
               "{'m2m:acp':{'ri':'acpE','et':'20260101T000000','pv':{'acr':["
               "{'acor':['Cx'],'acop':63}]},'pvs':{'acr':[{'acor':['Ca'],"
               "'acop':63}]}}}," ACP("acpA", "Cy", "2", "Ca", "63"));
    answer = plant_decide(&plant, request);
    cr_expect_eq(answer.rsc, 4103);
    cr_expect_eq(plant.heard.note_count, 0);
    plant.explain = true;
    answer = plant_decide(&plant, request);
    cr_expect_eq(answer.rsc, 4103);
    cr_expect_eq(plant.heard.note_count, 3);
    cr_assert_eq(plant.heard.rule_count, 1);
    cr_expect_str_eq(plant.heard.rules[0].first_failed, "origs");
    /* time unknown: what expires does not count */
    answer = plant_decide(&plant, "{'fr':'Cx','to':'c1','op':2}");
    cr_expect_eq(answer.rsc, 4103);
    cr_expect_eq(plant.heard.note_count, 3);
    answer = plant_decide(&plant, "{'fr':'Cx','to':'c1','op':2,"
                                  "'rq_time':'20251231T235959'}");
    cr_expect_eq(answer.rsc, 2000);
    cr_expect_eq(plant.heard.note_count, 2);
    plant_close(&plant);
}

/* [DEC-12] */
Test(authorize, decides_the_same_with_and_without_explanation)
{
    static const char *const requests[] = {
        "{'fr':'Cx','to':'c1','op':2}",
        "{'fr':'Cy','to':'c1','op':2}",
        "{'fr':'Cx','to':'acpA','op':2}",
        "{'fr':'Ca','to':'acpA','op':3,'attrs':['pv']}",
        "{'fr':'Cx','to':'gone','op':2}",
        "{'fr':'Cx','to':'c1','op':1,'ty':23}",
    };
    struct plant plant;

    plant_open(&plant, "{'ri':'c1','ty':3,'acpi':['acpA']}," ACP(
                           "acpA", "Cx", "3", "Ca", "63"));
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        int rsc;

        plant.explain = false;
        rsc = plant_rsc(&plant, requests[i]);
        plant.explain = true;
        cr_expect_eq(plant_rsc(&plant, requests[i]), rsc, "%s", requests[i]);
    }
    plant_close(&plant);
}

Test(authorize, a_malformed_request_is_denied_with_the_member)
{
    struct plant plant;
    postern_answer answer;

    plant_open(&plant, "{'ri':'c1','ty':3,'_creator':'Cx'}");
    answer = plant_decide(&plant, "{'fr':'Cx','to':'c1','op':2,'rq_ip':'x'}");
    cr_expect_eq(answer.effect, POSTERN_DENY);
    cr_expect_eq(answer.rsc, 4000);
    cr_expect_str_eq(answer.reason, "malformed");
    cr_expect_neq(strstr(answer.message.data, "rq_ip"), NULL);
    plant_close(&plant);
}

Test(authorize, says_in_a_sentence_why_it_denies)
{
    struct plant plant;

    plant_open(
        &plant,
        "{'ri':'c1','ty':3,'acpi':['acpA','acpB']},"
        "{'ri':'c2','ty':3,'acpi':['gone']},"
        "{'ri':'c3','ty':3,'_creator':'Ca'},{'ri':'c4','ty':3},"
        "{'ri':'c5','ty':3,'acpi':['acpA','acpA','acpA','acpA','acpA','acpA',"
        "'acpA','acpA','acpB']}," ACP("acpA", "Ca", "63", "Ca", "63") "," ACP(
            "acpB", "Ca", "63", "Ca", "63"));
    cr_expect_str_eq(
        plant_decide(&plant, "{'fr':'Cx','to':'c1','op':4}").message.data,
        "no rule of acpA, acpB permits to delete");
    cr_expect_str_eq(
        plant_decide(&plant, "{'fr':'Cx','to':'acpA','op':3}").message.data,
        "no rule of acpA (self-privileges) permits to update");
    cr_expect_str_eq(
        plant_decide(&plant, "{'fr':'Cx','to':'c2','op':2}").message.data,
        "none of the policies linked can be used");
    cr_expect_str_eq(
        plant_decide(&plant, "{'fr':'Cx','to':'c3','op':2}").message.data,
        "c3 has no policy, so only its creator \"Ca\" has access");
    cr_expect_str_eq(
        plant_decide(&plant, "{'fr':'Cx','to':'c4','op':2}").message.data,
        "c4 has no policy, and its creator is not known");
    cr_expect_str_eq(
        plant_decide(&plant, "{'fr':'Cx','to':'c5','op':2}").message.data,
        "no rule of acpA, acpA, acpA, acpA, acpA, acpA, acpA, acpA ... "
        "permits to retrieve");
    plant_close(&plant);
}

/* [DEC-11] */
Test(authorize, explains_which_rules_are_limited_to_attributes)
{
    struct plant plant;
    postern_answer answer;

    plant_open(&plant, LIMITED("2") ",{'ri':'d1','ty':3,'acpi':['acpB']}," ACP(
                           "acpB", "Cx", "2", "Cx", "2"));
    plant.explain = true;
    answer = plant_decide(&plant, "{'fr':'Cx','to':'c2','op':2}");
    cr_expect_eq(answer.rsc, 2000);
    cr_assert_eq(plant.heard.rule_count, 1);
    cr_expect_eq(plant.heard.rules[0].attrs, POSTERN_TRUE);
    answer = plant_decide(&plant, "{'fr':'Cx','to':'c3','op':2}");
    cr_expect_eq(answer.rsc, 4103);
    cr_assert_eq(plant.heard.rule_count, 1);
    cr_expect_eq(plant.heard.rules[0].attrs, POSTERN_UNKNOWN);
    cr_expect_str_eq(plant.heard.rules[0].first_failed, "attrs");
    plant_close(&plant);
}

/* A host that leaves the attributes out is told what follows from it. */
Test(authorize, notes_an_update_that_names_no_attribute)
{
    struct plant plant;

    plant_open(&plant, "{'ri':'c1','ty':3,'_creator':'Cx'}");
    plant.explain = true;
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'c1','op':3}"), 2004);
    cr_expect_eq(plant.heard.note_count, 1);
    cr_expect_eq(
        plant_rsc(&plant, "{'fr':'Cx','to':'c1','op':3,'attrs':['lbl']}"),
        2004);
    cr_expect_eq(plant.heard.note_count, 0);
    plant_close(&plant);
}

/* ---- what is new with a store that changes ------------------------------- */

static postern_answer ask(struct plant *plant, const char *from, const char *to,
                          int operation)
{
    postern_primitive_init(&plant->primitive);
    plant->primitive.from = postern_str_of(from);
    plant->primitive.to = postern_str_of(to);
    plant->primitive.operation = operation;
    return plant_authorize(plant);
}

Test(authorize, says_where_it_ended)
{
    static const struct {
        const char *request;
        postern_stage stage;
        const char *reason;
        const char *target; /* NULL: none */
    } rows[] = {
        {"{'to':'c1','op':2}", POSTERN_STAGE_ORIGINATOR, "no-originator", NULL},
        {"{'fr':'Cx','to':'gone','op':2}", POSTERN_STAGE_TARGET, "not-found",
         NULL},
        {"{'fr':'Cx','to':'c1','op':3,'attrs':['acpi','lbl']}",
         POSTERN_STAGE_CONTENT, "acpi-not-alone", "c1"},
        {"{'fr':'Cx','to':'acpA','op':3,'attrs':['acpi']}",
         POSTERN_STAGE_CONTENT, "no-acpi", "acpA"},
        {"{'fr':'Cx','to':'c1','op':2,'ltids':['x']}", POSTERN_STAGE_TOKENS,
         "token-not-found", "c1"},
        {"{'fr':'Cx','to':'c2','op':2}", POSTERN_STAGE_DEFAULT,
         "default-policy", "c2"},
        {"{'fr':'Ca','to':'c2','op':2}", POSTERN_STAGE_DEFAULT, "creator",
         "c2"},
        {"{'fr':'Ca','to':'lost','op':2}", POSTERN_STAGE_DEFAULT, "no-policy",
         "lost"},
        {"{'fr':'Cx','to':'c1/la','op':2}", POSTERN_STAGE_RULES, "rule", "c1"},
        {"{'fr':'Cy','to':'base/one','op':2}", POSTERN_STAGE_RULES, "no-rule",
         "c1"},
    };
    struct plant plant;

    plant_open(&plant, "{'ri':'c1','rn':'one','pi':'cb0','ty':3,'acpi':['acpA']"
                       "},{'ri':'c2','ty':3,'_creator':'Ca'},"
                       "{'ri':'lost','ty':4,'_creator':'Ca'}," ACP(
                           "acpA", "Cx", "2", "Cx", "63"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_answer answer = plant_decide(&plant, rows[i].request);

        cr_expect_eq(answer.stage, rows[i].stage, "%s", rows[i].request);
        cr_expect_str_eq(answer.reason, rows[i].reason, "%s", rows[i].request);
        cr_expect(pst_str_equal(answer.target, postern_str_of(rows[i].target)),
                  "%s", rows[i].request);
    }
    plant_close(&plant);
}

/* Whoever fills in the struct makes mistakes of its own. */
Test(authorize, a_primitive_that_is_none_is_malformed)
{
    static const struct {
        int operation;
        const char *to;
        uint32_t child_type;
    } rows[] = {{0, "c1", 0}, {6, "c1", 0}, {-1, "c1", 0}, {0x102, "c1", 0},
                {2, "", 0},   {2, NULL, 0}, {1, "c1", 0}};
    struct plant plant;
    postern_answer answer;

    plant_open(&plant, "{'ri':'c1','ty':3,'_creator':'Cx'}");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_primitive_init(&plant.primitive);
        plant.primitive.from = PST_STR("Cx");
        plant.primitive.to = postern_str_of(rows[i].to);
        plant.primitive.operation = rows[i].operation;
        plant.primitive.child_type = rows[i].child_type;
        answer = plant_authorize(&plant);
        cr_expect_eq(answer.rsc, 4000, "row %zu", i);
        cr_expect_eq(answer.stage, POSTERN_STAGE_REQUEST);
        cr_expect_str_eq(answer.reason, "malformed");
    }
    cr_expect_eq(ask(&plant, "Cx", "c1", 2).rsc, 2000);
    postern_authorize(plant.reader, NULL, NULL, &answer);
    cr_expect_eq(answer.rsc, 4000);
    memset(&plant.primitive, 0, sizeof plant.primitive);
    cr_expect_eq(plant_authorize(&plant).rsc, 4000); /* not from an init */
    plant_close(&plant);
}

/* A member that a later release adds might forbid something. */
Test(authorize, a_primitive_of_a_later_release_is_refused_when_it_says_more)
{
    struct {
        postern_primitive primitive;
        uint64_t later;
    } grown;
    struct plant plant;
    postern_answer answer;

    plant_open(&plant, "{'ri':'c1','ty':3,'_creator':'Cx'}");
    postern_primitive_init_sized(&grown.primitive, sizeof grown);
    grown.primitive.from = PST_STR("Cx");
    grown.primitive.to = PST_STR("c1");
    grown.primitive.operation = 2;
    postern_authorize(plant.reader, &grown.primitive, NULL, &answer);
    cr_expect_eq(answer.rsc, 2000);
    grown.later = 1;
    postern_authorize(plant.reader, &grown.primitive, NULL, &answer);
    cr_expect_eq(answer.rsc, 4000);
    cr_expect_str_eq(answer.reason, "malformed");
    plant_close(&plant);
}

Test(authorize, resources_that_are_too_old_decide_nothing)
{
    struct plant plant;
    postern_answer answer;
    uint64_t revision;

    plant_open(&plant, "{'ri':'c1','ty':3,'_creator':'Cx'}");
    answer = ask(&plant, "Cx", "c1", 2);
    cr_expect_eq(answer.rsc, 2000);
    revision = answer.revision;
    cr_expect_eq(revision, postern_store_revision(plant.store));
    plant.primitive.min_revision = revision;
    cr_expect_eq(plant_authorize(&plant).rsc, 2000);
    plant.primitive.min_revision = revision + 1;
    answer = plant_authorize(&plant);
    cr_expect_eq(answer.effect, POSTERN_DENY);
    cr_expect_eq(answer.rsc, 5000);
    cr_expect_str_eq(answer.reason, "stale");
    cr_expect_eq(answer.revision, revision);
    plant_close(&plant);
}

/* Those who are not permitted learn nothing of what exists, and those who are
 * get the usual answers. */
Test(authorize, hides_what_does_not_exist)
{
    static const struct row stranger[] = {
        {4103, "'to':'c1','op':2"},
        {4103, "'to':'gone','op':2"},
        {4103, "'to':'c1','op':3,'attrs':['acpi','lbl']"},
        {4103, "'to':'gone','op':3,'attrs':['acpi','lbl']"},
        {4103, "'to':'acpA','op':3,'attrs':['acpi']"},
        {4103, "'to':'acpA','op':3,'content':{'pvs':null}"},
        {4103, "'to':'c1','op':1,'ty':1,'content':{'pv':7}"},
        {4103, "'to':'gone','op':1,'ty':1,'content':{'pv':7}"},
        {4000, "'to':'gone','op':2,'tkns':['x']"},
        {4000, "'to':'c1','op':2,'tkns':['x']"},
        {4103, "'to':'gone','op':2,'ltids':['x']"},
        {4103, "'to':'c1','op':2,'ltids':['x']"},
    };
    static const struct row owner[] = {
        {2000, "'to':'c1','op':2"},
        {4103, "'to':'gone','op':2"},
        {4000, "'to':'acpA','op':3,'content':{'pvs':null}"},
        {4000, "'to':'c1','op':1,'ty':1,'content':{'pv':7}"},
        {4000, "'to':'c1','op':2,'tkns':['x']"},
        {4103, "'to':'c1','op':2,'ltids':['x']"},
    };
    struct plant plant;

    plant_open(&plant, "{'ri':'c1','ty':3,'acpi':['acpA']}," ACP(
                           "acpA", "Cx", "63", "Cx", "63"));
    plant.options.hide_missing_targets = true;
    CHECK_ROWS(&plant, "Cy", stranger);
    CHECK_ROWS(&plant, "Cx", owner);
    plant_close(&plant);
}

static size_t decisions;

static void count_decision(void *user, const postern_primitive *primitive,
                           const postern_answer *answer)
{
    struct fake_prp *fake = user;

    cr_expect_eq(fake->inside, 0);
    cr_expect_not_null(primitive);
    cr_expect_not_null(answer->message.data);
    decisions++;
}

/* ... when nothing is held any more. */
Test(authorize, tells_about_every_decision)
{
    struct plant plant;
    struct fake_prp fake;

    plant_open(&plant, "{'ri':'c1','ty':3,'_creator':'Cx'}");
    cr_assert(fake_prp_open(&fake, plant.policy));
    plant.options.prp = &fake.prp;
    plant.options.decided = count_decision;
    plant.options.decided_user = &fake;
    cr_expect_eq(ask(&plant, "Cx", "c1", 2).rsc, 2000);
    cr_expect_eq(ask(&plant, "Cy", "c1", 2).rsc, 4103);
    cr_expect_eq(ask(&plant, "Cy", "c1", 9).rsc, 4000);
    cr_expect_eq(decisions, 3);
    cr_expect_eq(fake.inside, 0);
    plant_close(&plant);
    fake_prp_close(&fake);
}

/* What could not be looked up denies, and only that. */
Test(authorize, a_store_that_fails_denies_what_needs_it)
{
    struct plant plant;
    struct fake_prp fake;
    postern_answer answer;

    plant_open(&plant,
               AE("Cx") ",{'ri':'c1','ty':3,'acpi':['acpB','acpA']},"
                        "{'ri':'cin1','ty':4,'pi':'c1'}," ACP(
                            "acpA", "Cx", "63", "Cx",
                            "63") "," ACP("acpB", "Cx", "2", "Cx", "63"));
    cr_assert(fake_prp_open(&fake, plant.policy));
    plant.options.prp = &fake.prp;
    plant.explain = true;
    cr_expect_eq(ask(&plant, "Cx", "c1", 2).rsc, 2000);

    fake.unreadable = "c1";
    answer = ask(&plant, "Cx", "c1", 2);
    cr_expect_eq(answer.rsc, 5000);
    cr_expect_eq(answer.stage, POSTERN_STAGE_TARGET);
    cr_expect_str_eq(answer.reason, "internal");
    cr_expect_eq(ask(&plant, "Cx", "c1/la", 2).rsc, 5000);
    answer = ask(&plant, "Cx", "cin1", 2);
    cr_expect_eq(answer.rsc, 4103);
    cr_expect_str_eq(answer.reason, "no-policy");

    fake.unreadable = "acpB"; /* the other one still counts */
    answer = ask(&plant, "Cx", "c1", 2);
    cr_expect_eq(answer.rsc, 2000);
    cr_expect(pst_str_is(answer.acp, "acpA"));
    cr_expect_eq(plant.heard.note_count, 1);
    fake.unreadable = "acpA";
    cr_expect_eq(ask(&plant, "Cx", "c1", 4).rsc, 4103);
    cr_expect_eq(plant.heard.note_count, 1);

    fake.unreadable = NULL;
    fake.registry_fails = true;
    postern_primitive_init(&plant.primitive);
    plant.primitive.from = PST_STR("Cx");
    plant.primitive.to = PST_STR("c1");
    plant.primitive.operation = 2;
    plant.primitive.association.kind = POSTERN_ASSOCIATION_NONE;
    cr_expect_eq(plant_authorize(&plant).rsc, 5000);
    fake.registry_fails = false;
    cr_expect_eq(plant_authorize(&plant).rsc, 2000);
    plant_close(&plant);
    fake_prp_close(&fake);
}

static postern_found find_nonsense(void *user, void *reader,
                                   postern_str address,
                                   postern_resource *resource)
{
    (void)user;
    (void)reader;
    (void)address;
    resource->type = 3;
    resource->creator = PST_STR("Cx");
    return (postern_found)77;
}

/* Only `find` is needed, and an answer that is none is no answer. */
Test(authorize, a_host_may_leave_out_everything_but_find)
{
    struct plant plant;
    struct fake_prp fake;

    plant_open(&plant,
               AE("Cx") ",{'ri':'c1','ty':3,'acpi':['acpA']},"
                        "{'ri':'cin1','ty':4,'pi':'c1'},"
                        "{'ri':'g1','ty':9,'mid':['Cx']}," ACP(
                            "acpA", "Cx", "2", "Cx",
                            "63") "," ACP("acpG", "g1", "2", "g1", "63"));
    cr_assert(fake_prp_open(&fake, plant.policy));
    fake.prp.reader_new = NULL;
    fake.prp.reader_free = NULL;
    fake.prp.enter = NULL;
    fake.prp.leave = NULL;
    fake.prp.parent = NULL;
    fake.prp.registree = NULL;
    fake.prp.role = NULL;
    fake.prp.has_member = NULL;
    fake.prp.next = NULL;
    plant.options.prp = &fake.prp;
    cr_expect_eq(ask(&plant, "Cx", "c1", 2).rsc, 2000);
    cr_expect_eq(ask(&plant, "Cx", "cin1", 2).rsc, 2000);
    cr_expect_eq(ask(&plant, "Cy", "cin1", 2).rsc, 4103);
    cr_expect_eq(ask(&plant, "Cx", "acpG", 2).rsc, 4103); /* who is Cx? */
    fake.prp.find = find_nonsense;
    plant_start_engine(&plant);
    cr_expect_eq(ask(&plant, "Cx", "c1", 2).rsc, 5000);
    plant_close(&plant);
    fake_prp_close(&fake);
}

/* ---- many links ---------------------------------------------------------- */

enum { MANY = 600 };

static postern_str many_links[MANY];

/* All to acpB, but one. */
static void link_many(struct fake_prp *fake, size_t at, const char *one)
{
    for (size_t i = 0; i < MANY; i++) {
        many_links[i] = postern_str_of(i == at ? one : "acpB");
    }
    fake_prp_at(fake, "c1")->policy_ids = (postern_texts){many_links, MANY};
}

/* More than are looked at at once: each of them counts. */
Test(authorize, every_link_counts_however_many_there_are)
{
    static const size_t places[] = {0, 255, 256, 511, 512, MANY - 1};
    struct plant plant;
    struct fake_prp fake;
    postern_answer answer;

    plant_open(&plant,
               "{'ri':'c1','ty':3}," ACP("acpA", "Cx", "2", "Cx", "63") "," ACP(
                   "acpB", "Cy", "2", "Cy", "63"));
    cr_assert(fake_prp_open(&fake, plant.policy));
    plant.options.prp = &fake.prp;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        link_many(&fake, places[i], "acpA");
        answer = ask(&plant, "Cx", "c1", 2);
        cr_expect_eq(answer.rsc, 2000, "link %zu", places[i]);
        cr_expect(pst_str_is(answer.acp, "acpA"));
        answer = ask(&plant, "Cx", "c1", 4);
        cr_expect_eq(answer.rsc, 4103, "link %zu", places[i]);
    }
    cr_expect_str_eq(answer.message.data,
                     "no rule of acpB, acpB, acpB, acpB, acpB, acpB, acpB, "
                     "acpB ... permits to delete");
    link_many(&fake, 0, "gone");
    cr_expect_eq(ask(&plant, "Cx", "c1", 2).rsc, 4103);
    plant_close(&plant);
    fake_prp_close(&fake);
}

/* Rules that are limited to attributes count together, also across lots. */
Test(authorize, attributes_are_covered_by_rules_of_links_far_apart)
{
    static const postern_str both[] = {{"lbl", 3}, {"cni", 3}};
    static const postern_str more[] = {{"lbl", 3}, {"cni", 3}, {"mni", 3}};
    struct plant plant;
    struct fake_prp fake;
    postern_answer answer;

    plant_open(&plant,
               "{'ri':'c1','ty':3}," ACP("acpB", "Cy", "2", "Cy",
                                         "63") ","
                                               "{'m2m:acp':{'ri':'acpL','pv':{'"
                                               "acr':[{'acor':['Cx'],'acop':2,"
                                               "'aca':['lbl']}]},'pvs':{'acr':["
                                               "{'acor':['Ca'],'acop':63}]}}},"
                                               "{'m2m:acp':{'ri':'acpC','pv':{'"
                                               "acr':[{'acor':['Cx'],'acop':2,"
                                               "'aca':['cni']}]},'pvs':{'acr':["
                                               "{'acor':['Ca'],'acop':63}]}}}");
    cr_assert(fake_prp_open(&fake, plant.policy));
    plant.options.prp = &fake.prp;
    link_many(&fake, 3, "acpL");
    (void)ask(&plant, "Cx", "c1", 2);
    plant.primitive.attributes = (postern_texts){both, 2};
    cr_expect_eq(plant_authorize(&plant).rsc, 4103);
    many_links[MANY - 1] = postern_str_of("acpC");
    answer = plant_authorize(&plant);
    cr_expect_eq(answer.rsc, 2000);
    cr_expect_str_eq(answer.reason, "rules");
    plant.primitive.attributes = (postern_texts){more, 3};
    cr_expect_eq(plant_authorize(&plant).rsc, 4103);
    plant.primitive.attributes = (postern_texts){both, 1};
    cr_expect_eq(plant_authorize(&plant).rsc, 2000);
    plant_close(&plant);
    fake_prp_close(&fake);
}

/* ---- explanations -------------------------------------------------------- */

/* A rule that permits at once does not make the others look wrong: groups and
 * roles that were not needed are told right. [DEC-11] */
Test(authorize, explains_groups_and_roles_that_it_did_not_need)
{
    struct plant plant;

    plant_open(
        &plant,
        AE("Cx") ",{'ri':'g1','ty':9,'mid':['Cx']},"
                 "{'ri':'g2','ty':9,'mid':[]},"
                 "{'ri':'c1','ty':3,'acpi':['acpA','acpB','acpC']},"
                 "{'ri':'r1','ty':31,'rlid':'op@a.example','tkhd':'Cx',"
                 "'tkis':'//sp.example/auth-cse',"
                 "'tknb':'20260101T000000','tkna':'20261231T235959'}," ACP(
                     "acpA", "Cx", "2", "Cx",
                     "63") "," ACP("acpB", "g1", "8", "Cx",
                                   "63") "," ACP("acpC",
                                                 "op@a."
                                                 "example",
                                                 "2", "Cx", "63"));
    plant.explain = true;
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'c1','op':2,"
                                   "'rq_time':'20260317T102030','rids':["
                                   "'op@a.example']}"),
                 2000);
    cr_assert_eq(plant.heard.rule_count, 3);
    cr_expect_eq(plant.heard.rules[1].origs, POSTERN_TRUE);
    cr_expect_str_eq(plant.heard.rules[1].first_failed, "ops");
    cr_expect_eq(plant.heard.rules[2].result, POSTERN_TRUE);
    cr_expect_eq(plant.heard.note_count, 0);
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'c1','op':2,"
                                   "'rids':['op@a.example','op']}"),
                 2000);
    cr_expect_eq(plant.heard.note_count, 2);
    plant_close(&plant);
}

/* ---- contents --------------------------------------------------------------
 */

static struct {
    postern_status status;
    unsigned calls;
    uint32_t target_type;
} admission;

static postern_status admit(void *user, const postern_primitive *primitive,
                            const postern_resource *target, postern_diag *diag)
{
    cr_expect_eq(user, &admission);
    cr_expect_not_null(primitive->to.data);
    admission.calls++;
    admission.target_type = target->type;
    return admission.status == POSTERN_OK
               ? POSTERN_OK
               : pst_diag_refuse(diag, admission.status, "/content/x",
                                 "this cannot be", NULL);
}

/* [PRP-08] */
Test(authorize, asks_the_host_about_the_content_of_create_and_update)
{
    static const struct {
        const char *request;
        int status;
        int rsc;
        unsigned calls;
        const char *message;
    } rows[] = {
        {"{'fr':'Cx','to':'c1','op':2}", POSTERN_ERR_POLICY, 2000, 0, NULL},
        {"{'fr':'Cx','to':'c1','op':4}", POSTERN_ERR_POLICY, 2002, 0, NULL},
        {"{'fr':'Cx','to':'c1','op':5}", POSTERN_ERR_POLICY, 2000, 0, NULL},
        {"{'fr':'Cx','to':'c1','op':1,'ty':4}", POSTERN_OK, 2001, 1, NULL},
        {"{'fr':'Cx','to':'c1','op':3}", POSTERN_OK, 2004, 1, NULL},
        {"{'fr':'Cx','to':'c1','op':3}", POSTERN_ERR_POLICY, 4000, 1,
         "/content/x: this cannot be"},
        {"{'fr':'Cx','to':'c1','op':1,'ty':4}", POSTERN_ERR_LIMIT, 4000, 1,
         "/content/x: this cannot be"},
        {"{'fr':'Cx','to':'c1','op':3}", POSTERN_ERR_MEMORY, 5000, 1,
         "out of memory"},
        {"{'fr':'Cx','to':'gone','op':3}", POSTERN_ERR_POLICY, 4004, 0, NULL},
        {"{'fr':'Cy','to':'c1','op':3}", POSTERN_ERR_POLICY, 4000, 1, NULL},
        {"{'fr':'Cy','to':'c1','op':3}", POSTERN_OK, 4103, 1, NULL},
    };
    struct plant plant;

    plant_open(&plant, "{'ri':'c1','ty':3,'_creator':'Cx'}");
    plant.options.admit = admit;
    plant.options.admit_user = &admission;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_answer answer;

        admission.status = (postern_status)rows[i].status;
        admission.calls = 0;
        answer = plant_decide(&plant, rows[i].request);
        cr_expect_eq(answer.rsc, rows[i].rsc, "row %zu: %d", i, answer.rsc);
        cr_expect_eq(admission.calls, rows[i].calls, "row %zu", i);
        cr_expect(!rows[i].calls || admission.target_type == 3);
        if (rows[i].message) {
            cr_expect_str_eq(answer.message.data, rows[i].message);
        }
        cr_expect_eq(strcmp(answer.reason, "memory") == 0, answer.rsc == 5000);
    }
    plant.options.admit = NULL; /* the CSE looks at contents itself */
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'c1','op':1,'ty':1,"
                                   "'content':{'m2m:acp':{'pv':7}}}"),
                 2001);
    plant_close(&plant);
}
