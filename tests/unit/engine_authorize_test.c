#include "engine/authorize.h"

#include "support/engines.h"

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
    struct pst_verdict verdict;

    plant_open(&plant, "{'ri':'c1','ty':3,'acpi':['acpA']}," ACP(
                           "acpA", "Cx", "2", "Cs", "63"));
    verdict = plant_decide(&plant, "{'fr':'Cx','to':'c1','op':2}");
    cr_expect_str_eq(verdict.reason, "rule");
    cr_expect(pst_str_is(verdict.acp, "acpA"));
    cr_expect_eq(verdict.rule, 0);
    cr_expect_eq(verdict.which, POSTERN_PRIVILEGES);
    cr_expect_null(verdict.rules);

    verdict = plant_decide(&plant, "{'fr':'Cs','to':'acpA','op':2}");
    cr_expect_eq(verdict.which, POSTERN_SELF_PRIVILEGES);
    cr_expect_eq(verdict.rsc, 2000);

    cr_expect_str_eq(verdict.message, "acpA rule 0 of the self-privileges");

    verdict = plant_decide(&plant, "{'fr':'Cs','to':'c1','op':2}");
    cr_expect_str_eq(verdict.reason, "no-rule");
    cr_expect_str_eq(verdict.message, "no rule of acpA permits to retrieve");
    cr_expect_null(verdict.acp.data);
    cr_expect_eq(verdict.rule, POSTERN_NO_RULE);
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
    struct pst_verdict verdict;

    plant_open(&plant, "{'ri':'c1','ty':3,'acpi':['acpA']}," ACP(
                           "acpA", "all", "63", "all", "63"));
    verdict = plant_decide(&plant, "{'fr':'.*','to':'c1','op':2}");
    cr_expect_eq(verdict.rsc, 4103);
    cr_expect_str_eq(verdict.reason, "originator");
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
    struct pst_verdict verdict;

    plant_open(&plant, "{'ri':'c1','ty':3,'acpi':['acpA']}," ACP(
                           "acpA", "Cx", "3", "Ca", "63"));
    plant.options.explain = true;
    verdict = plant_decide(&plant, "{'fr':'Cx','to':'c1','op':1,'ty':23}");
    cr_expect_eq(verdict.rsc, 2001);
    cr_assert(verdict.rules && verdict.rules->next);
    cr_expect_str_eq(verdict.rules->operation, "create");
    cr_expect_str_eq(verdict.rules->next->operation, "retrieve");
    cr_expect_null(verdict.rules->next->next);
    plant_close(&plant);
}

/* [IDA-12] [REQ-08] */
Test(authorize, tokens_that_nobody_verifies_are_an_error)
{
    static const struct row rows[] = {
        {4103, "'to':'c1','op':2,'tkns':['eyJ.x.y']"},
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
                     "tokens-unsupported");
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

static size_t count_notes(const struct pst_verdict *verdict)
{
    size_t count = 0;

    for (const struct pst_note *note = verdict->notes; note;
         note = note->next) {
        count++;
    }
    return count;
}

/* [PRP-07] [PRP-09] [DEC-11] */
Test(authorize, explains_links_and_policies_that_contribute_no_rule)
{
    static const char request[] =
        "{'fr':'Cx','to':'c1','op':2,'rq_time':'20260317T102030'}";
    struct plant plant;
    struct pst_verdict verdict;

    plant_open(&plant,
               "{'ri':'c1','ty':3,'acpi':['gone','c1','acpE','acpA']},"
               "{'m2m:acp':{'ri':'acpE','et':'20260101T000000','pv':{'acr':["
               "{'acor':['Cx'],'acop':63}]},'pvs':{'acr':[{'acor':['Ca'],"
               "'acop':63}]}}}," ACP("acpA", "Cy", "2", "Ca", "63"));
    verdict = plant_decide(&plant, request);
    cr_expect_eq(verdict.rsc, 4103);
    cr_expect_null(verdict.notes);
    plant.options.explain = true;
    verdict = plant_decide(&plant, request);
    cr_expect_eq(verdict.rsc, 4103);
    cr_expect_eq(count_notes(&verdict), 3);
    cr_assert_not_null(verdict.rules);
    cr_expect_str_eq(verdict.rules->rule.first_failed, "origs");
    cr_expect_null(verdict.rules->next);
    /* time unknown: what expires does not count */
    verdict = plant_decide(&plant, "{'fr':'Cx','to':'c1','op':2}");
    cr_expect_eq(verdict.rsc, 4103);
    cr_expect_eq(count_notes(&verdict), 3);
    verdict = plant_decide(&plant, "{'fr':'Cx','to':'c1','op':2,"
                                   "'rq_time':'20251231T235959'}");
    cr_expect_eq(verdict.rsc, 2000);
    cr_expect_eq(count_notes(&verdict), 2);
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

        plant.options.explain = false;
        rsc = plant_rsc(&plant, requests[i]);
        plant.options.explain = true;
        cr_expect_eq(plant_rsc(&plant, requests[i]), rsc, "%s", requests[i]);
    }
    plant_close(&plant);
}

Test(authorize, a_malformed_request_is_denied_with_the_member)
{
    struct plant plant;
    struct pst_verdict verdict;

    plant_open(&plant, "{'ri':'c1','ty':3,'_creator':'Cx'}");
    verdict = plant_decide(&plant, "{'fr':'Cx','to':'c1','op':2,'rq_ip':'x'}");
    cr_expect_eq(verdict.effect, POSTERN_DENY);
    cr_expect_eq(verdict.rsc, 4000);
    cr_expect_str_eq(verdict.reason, "malformed");
    cr_expect_neq(strstr(verdict.message, "rq_ip"), NULL);
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
        plant_decide(&plant, "{'fr':'Cx','to':'c1','op':4}").message,
        "no rule of acpA, acpB permits to delete");
    cr_expect_str_eq(
        plant_decide(&plant, "{'fr':'Cx','to':'acpA','op':3}").message,
        "no rule of acpA (self-privileges) permits to update");
    cr_expect_str_eq(
        plant_decide(&plant, "{'fr':'Cx','to':'c2','op':2}").message,
        "none of the policies linked can be used");
    cr_expect_str_eq(
        plant_decide(&plant, "{'fr':'Cx','to':'c3','op':2}").message,
        "c3 has no policy, so only its creator \"Ca\" has access");
    cr_expect_str_eq(
        plant_decide(&plant, "{'fr':'Cx','to':'c4','op':2}").message,
        "c4 has no policy, and its creator is not known");
    cr_expect_str_eq(
        plant_decide(&plant, "{'fr':'Cx','to':'c5','op':2}").message,
        "no rule of acpA, acpA, acpA, acpA, acpA, acpA, acpA, acpA ... "
        "permits to retrieve");
    plant_close(&plant);
}

/* [DEC-11] */
Test(authorize, explains_which_rules_are_limited_to_attributes)
{
    struct plant plant;
    struct pst_verdict verdict;

    plant_open(&plant, LIMITED("2") ",{'ri':'d1','ty':3,'acpi':['acpB']}," ACP(
                           "acpB", "Cx", "2", "Cx", "2"));
    plant.options.explain = true;
    verdict = plant_decide(&plant, "{'fr':'Cx','to':'c2','op':2}");
    cr_assert_not_null(verdict.rules);
    cr_expect(verdict.rules->limits_attributes);
    cr_expect_eq(verdict.rules->rule.attrs, POSTERN_TRUE);
    verdict = plant_decide(&plant, "{'fr':'Cx','to':'acpA','op':2}");
    cr_expect_not(verdict.rules->limits_attributes);
    verdict = plant_decide(&plant, "{'fr':'Cx','to':'d1','op':2}");
    cr_expect_not(verdict.rules->limits_attributes);
    plant_close(&plant);
}

/* A host that leaves the attributes out is told what follows from it. */
Test(authorize, notes_an_update_that_names_no_attribute)
{
    struct plant plant;
    struct pst_verdict verdict;

    plant_open(&plant, "{'ri':'c1','ty':3,'_creator':'Cx'}");
    plant.options.explain = true;
    verdict = plant_decide(&plant, "{'fr':'Cx','to':'c1','op':3}");
    cr_expect_eq(count_notes(&verdict), 1);
    verdict = plant_decide(&plant, "{'fr':'Cx','to':'c1','op':3,"
                                   "'attrs':['lbl']}");
    cr_expect_eq(count_notes(&verdict), 0);
    plant_close(&plant);
}
