/* What is asked, when, and how often. [ARC-03] [LOC-06] */
#include "support/engines.h"
#include "support/fake_prp.h"
#include "support/pips.h"

#include <stdio.h>

/* An engine over a plain array, with a host that answers. */
struct stage {
    struct plant plant;
    struct fake_prp fake;
    struct oracle oracle;
    postern_pip pip;
};

static void stage_open(struct stage *stage, const char *resources)
{
    stage->oracle = (struct oracle){.group = POSTERN_REPLY_UNKNOWN};
    stage->pip = oracle_pip(&stage->oracle);
    plant_open(&stage->plant, resources);
    cr_assert(fake_prp_open(&stage->fake, stage->plant.policy));
    stage->plant.options.prp = &stage->fake.prp;
    stage->plant.options.pip = &stage->pip;
    stage->plant.options.max_location_age_s = 60;
}

static void stage_close(struct stage *stage)
{
    plant_close(&stage->plant);
    fake_prp_close(&stage->fake);
}

static int ask(struct stage *stage, const char *json)
{
    memset(&stage->oracle.calls, 0, sizeof stage->oracle.calls);
    memset(&stage->fake.calls, 0, sizeof stage->fake.calls);
    return plant_rsc(&stage->plant, json);
}

#define PV(ri, rules)                                                          \
    "{'m2m:acp':{'ri':'" ri "','pv':{'acr':[" rules                            \
    "]},'pvs':{'acr':[{'acor':['Ca'],'acop':63}]}}}"
#define RULE(who, op) "{'acor':['" who "'],'acop':" op "}"
#define IN_NL(who, op)                                                         \
    "{'acor':['" who "'],'acop':" op ",'acco':[{'aclr':{'accc':['NL']}}]}"
#define IN_CIRCLE(who, op)                                                     \
    "{'acor':['" who "'],'acop':" op                                           \
    ",'acco':[{'aclr':{'accr':[52.0,5.0,1000]}}]}"
#define C1 "{'ri':'c1','ty':3,'acpi':['acpA']}"
#define FAR "/other-cse/grp9" /* a group that is no resource here */

Test(inquiry, a_policy_without_conditions_asks_nothing)
{
    struct stage stage;

    stage_open(&stage, C1 "," PV("acpA", RULE("Cx", "2")));
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2}"), 2000);
    cr_expect_eq(oracle_calls(&stage.oracle), 0);
    cr_expect_eq(ask(&stage, "{'fr':'Cy','to':'c1','op':2}"), 4103);
    cr_expect_eq(oracle_calls(&stage.oracle), 0);
    cr_expect_eq(stage.fake.calls.registree, 0);
    cr_expect_eq(stage.fake.calls.has_member, 0);
    cr_expect_eq(stage.fake.calls.role, 0);
    stage_close(&stage);
}

/* ... nor does a policy with groups when another entry permits. */
Test(inquiry, a_permitted_request_asks_nothing)
{
    struct stage stage;

    stage_open(&stage, AE("Cx") "," C1 ",{'ri':'grp5','ty':9,'mid':['Cx']}," PV(
                           "acpA", RULE("grp5", "2") "," IN_NL(
                                       "Cx", "2") "," RULE("Cx", "2")));
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2}"), 2000);
    cr_expect_eq(oracle_calls(&stage.oracle), 0);
    cr_expect_eq(stage.fake.calls.has_member, 0);
    cr_expect_eq(stage.fake.calls.registree, 0);
    stage_close(&stage);
}

Test(inquiry, a_policy_without_locations_never_asks_for_one)
{
    struct stage stage;

    stage_open(&stage, C1 "," PV("acpA", RULE(FAR, "2")));
    stage.oracle.group = POSTERN_REPLY_NO;
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2}"), 4103);
    cr_expect_eq(stage.oracle.calls.group, 1);
    cr_expect_str_eq(stage.oracle.last_group, "//sp.example/other-cse/grp9");
    stage.oracle.group = POSTERN_REPLY_YES;
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2}"), 2000);
    cr_expect_eq(oracle_calls(&stage.oracle), 1);
    stage_close(&stage);
}

Test(inquiry, a_group_is_asked_for_once_however_many_rules_list_it)
{
    struct stage stage;

    stage_open(
        &stage,
        "{'ri':'c1','ty':3,'acpi':['acpA','acpB']}," PV(
            "acpA",
            RULE(FAR, "3") "," RULE(FAR, "2") "," RULE(FAR, "6") "," RULE(FAR, "10") "," RULE(
                FAR, "18")) "," PV("acpB",
                                   RULE(FAR, "2") "," RULE(FAR, "34") "," RULE(
                                       FAR,
                                       "63") "," RULE(FAR,
                                                      "7") "," RULE(FAR,
                                                                    "15")));
    stage.oracle.group = POSTERN_REPLY_NO;
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2}"), 4103);
    cr_expect_eq(oracle_calls(&stage.oracle), 1);
    stage.oracle.group = POSTERN_REPLY_UNKNOWN;
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2}"), 4103);
    cr_expect_eq(oracle_calls(&stage.oracle), 1);
    /* a subscription is two decisions, and asks once */
    stage.oracle.group = POSTERN_REPLY_YES;
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':1,'ty':23}"), 2001);
    cr_expect_eq(oracle_calls(&stage.oracle), 1);
    stage_close(&stage);
}

/* A group of this CSE is looked up, and nobody is asked. */
Test(inquiry, groups_among_the_resources_are_not_asked_for)
{
    struct stage stage;

    stage_open(&stage, AE("Cx") "," C1 ",{'ri':'grp5','ty':9,'mid':['Cx']}," PV(
                           "acpA", RULE("grp5", "2")));
    stage.oracle.group = POSTERN_REPLY_YES;
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2}"), 2000);
    cr_expect_eq(ask(&stage, "{'fr':'Cy','to':'c1','op':2}"), 4103);
    cr_expect_eq(oracle_calls(&stage.oracle), 0);
    stage_close(&stage);
}

/* Rules that could not permit anyhow are no reason to ask. */
Test(inquiry, asks_only_for_what_a_rule_could_permit_by)
{
    static const char *const requests[] = {
        "{'fr':'Cx','to':'c1','op':4}",                  /* other operations */
        "{'fr':'Cx','to':'c1','op':2,'rq_authn':false}", /* the flag */
        "{'fr':'Cx','to':'c1','op':1,'ty':3}",           /* other children */
        "{'fr':'Cx','to':'c1','op':3,'attrs':['mni']}",  /* other attributes */
        "{'fr':'Cx','to':'c1','op':5,'rq_ip':'10.2.0.1'}", /* other address */
    };
    struct stage stage;

    stage_open(&stage, C1
               "," PV("acpA", "{'acor':['" FAR "'],'acop':2,'acaf':true},"
                              "{'acor':['" FAR "'],'acop':1,'acod':[{"
                              "'chty':[4]}]},{'acor':['" FAR "'],'acop':4,"
                              "'aca':['lbl']},{'acor':['" FAR "'],'acop':16,"
                              "'acco':[{'acip':{'ipv4':['10.1.0.0/16']}}]}"));
    stage.oracle.group = POSTERN_REPLY_YES;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        cr_expect_eq(ask(&stage, requests[i]), 4103, "%s", requests[i]);
        cr_expect_eq(oracle_calls(&stage.oracle), 0, "%s", requests[i]);
    }
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2,'rq_authn':true}"),
                 2000);
    cr_expect_eq(oracle_calls(&stage.oracle), 1);
    stage_close(&stage);
}

/* A fact that nobody can find out makes others useless. */
Test(inquiry, asks_for_no_group_where_the_time_is_missing_as_well)
{
    struct stage stage;

    stage_open(&stage,
               C1 "," PV("acpA", "{'acor':['" FAR "'],'acop':2,'acco':[{'actw':"
                                 "['* * 8-17 * * * *']}]}"));
    stage.oracle.group = POSTERN_REPLY_YES;
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2}"), 4103);
    cr_expect_eq(oracle_calls(&stage.oracle), 0);
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2,"
                             "'rq_time':'20260317T102030'}"),
                 2000);
    cr_expect_eq(oracle_calls(&stage.oracle), 1);
    stage_close(&stage);
}

/* The place is looked for by rules about the originator. [LOC-06] */
Test(inquiry, asks_where_somebody_is_after_who_it_is)
{
    struct stage stage;

    stage_open(&stage, AE("Cx") "," C1 ",{'ri':'grp5','ty':9,'mid':['Cx']}," PV(
                           "acpA", IN_CIRCLE("grp5", "2")));
    stage.oracle.location = POSTERN_REPLY_YES;
    stage.oracle.whereabouts.location.has_point = true;
    stage.oracle.whereabouts.location.latitude_deg = 52.0;
    stage.oracle.whereabouts.location.longitude_deg = 5.0;
    cr_expect_eq(ask(&stage, "{'fr':'Cy','to':'c1','op':2}"), 4103);
    cr_expect_eq(stage.oracle.calls.location, 0);
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2}"), 2000);
    cr_expect_eq(stage.oracle.calls.location, 1);
    stage.oracle.whereabouts.location.latitude_deg = 53.0;
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2}"), 4103);
    cr_expect_eq(stage.oracle.calls.location, 1);
    /* the request tells: nobody is asked */
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2,"
                             "'rq_loc':{'lat':52,'lon':5}}"),
                 2000);
    cr_expect_eq(oracle_calls(&stage.oracle), 0);
    stage_close(&stage);
}

/* A group that would help only with a place is not asked for when there is
 * none to be had. */
Test(inquiry, asks_for_no_group_where_no_place_can_be_found)
{
    struct stage stage;

    stage_open(&stage,
               C1 "," PV("acpA", IN_CIRCLE("Cx", "2") "," IN_NL(FAR, "2")));
    stage.oracle.group = POSTERN_REPLY_YES;
    stage.oracle.location = POSTERN_REPLY_UNKNOWN;
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2}"), 4103);
    cr_expect_eq(stage.oracle.calls.location, 1);
    cr_expect_leq(stage.oracle.calls.group, 1);
    stage.oracle.location = POSTERN_REPLY_YES;
    memcpy(stage.oracle.whereabouts.location.country, "NL", 3);
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2}"), 2000);
    cr_expect_eq(stage.oracle.calls.location, 1);
    cr_expect_eq(stage.oracle.calls.group, 1);
    stage_close(&stage);
}

/* Two true rules may each cover some of the attributes. */
Test(inquiry, groups_of_several_rules_cover_the_attributes_together)
{
    struct stage stage;

    stage_open(&stage,
               AE("Cx") "," C1 ",{'ri':'g1','ty':9,'mid':['Cx']},"
                        "{'ri':'g2','ty':9,'mid':['Cx']},"
                        "{'ri':'g3','ty':9,'mid':[]}," PV(
                            "acpA", "{'acor':['g1'],'acop':2,'aca':['lbl']},"
                                    "{'acor':['g2'],'acop':2,'aca':['cni']},"
                                    "{'acor':['g3'],'acop':2,'aca':['mni']}"));
    cr_expect_eq(
        ask(&stage, "{'fr':'Cx','to':'c1','op':2,'attrs':['lbl','cni']}"),
        2000);
    cr_expect_eq(
        ask(&stage, "{'fr':'Cx','to':'c1','op':2,'attrs':['lbl','mni']}"),
        4103);
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2,'attrs':['cni']}"),
                 2000);
    stage_close(&stage);
}

/* [REQ-02] */
Test(inquiry, nobody_is_in_no_group)
{
    struct stage stage;

    stage_open(&stage,
               C1 "," PV("acpA", RULE(FAR, "1") "," RULE("op@a.example", "1")));
    stage.oracle.group = POSTERN_REPLY_YES;
    stage.oracle.role = POSTERN_REPLY_YES;
    cr_expect_eq(ask(&stage, "{'to':'c1','op':1,'ty':2,"
                             "'rids':['op@a.example']}"),
                 4103);
    cr_expect_eq(oracle_calls(&stage.oracle), 0);
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':1,'ty':2}"), 2001);
    stage_close(&stage);
}

/* ... and yet it is somewhere: its address tells. */
Test(inquiry, an_ae_that_registers_is_in_the_country_of_its_address)
{
    struct stage stage;

    stage_open(&stage, C1 "," PV("acpA", IN_NL("all", "1")));
    stage.oracle.country_of_ip = POSTERN_REPLY_YES;
    memcpy(stage.oracle.ip_country, "NL", 3);
    cr_expect_eq(ask(&stage, "{'to':'c1','op':1,'ty':2,'rq_ip':'192.0.2.1'}"),
                 2001);
    memcpy(stage.oracle.ip_country, "DE", 3);
    cr_expect_eq(ask(&stage, "{'to':'c1','op':1,'ty':2,'rq_ip':'192.0.2.1'}"),
                 4103);
    cr_expect_eq(ask(&stage, "{'to':'c1','op':1,'ty':2}"), 4103);
    cr_expect_eq(stage.oracle.calls.location, 0); /* whose would it be? */
    stage_close(&stage);
}

/* ---- more than fit ----------------------------------------------------------
 */

enum { GROUPS = 200 };

/* One rule for each of many groups of another CSE. */
static void open_many(struct stage *stage)
{
    static char text[PLANT_TEXT];

    text[0] = '\0';
    plant_add_json(text, C1 ",{'m2m:acp':{'ri':'acpA','pv':{'acr':[");
    for (int i = 0; i < GROUPS; i++) {
        char rule[64];

        snprintf(rule, sizeof rule, "%s{'acor':['/o/g%d'],'acop':2}",
                 i ? "," : "", i);
        plant_add_json(text, rule);
    }
    plant_add_json(text, "]},'pvs':{'acr':[{'acor':['Ca'],'acop':63}]}}}");
    stage_open(stage, text);
}

/* The one group that the originator is in. */
static const char *member_of;

static postern_reply is_member(void *user, const postern_id *originator,
                               const postern_id *group)
{
    struct oracle *self = user;

    (void)oracle_group(user, originator, group);
    return strcmp(self->last_group, member_of) == 0 ? POSTERN_REPLY_YES
                                                    : POSTERN_REPLY_NO;
}

Test(inquiry, looks_at_every_group_however_many_there_are)
{
    static const int places[] = {0, 63, 64, 65, 128, GROUPS - 1};
    struct stage stage;
    char name[64];

    open_many(&stage);
    stage.pip.group = is_member;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        snprintf(name, sizeof name, "//sp.example/o/g%d", places[i]);
        member_of = name;
        cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2}"), 2000, "%s",
                     name);
        cr_expect_eq(stage.oracle.calls.group, (unsigned)places[i] + 1, "%s",
                     name);
    }
    member_of = "none";
    cr_expect_eq(ask(&stage, "{'fr':'Cx','to':'c1','op':2}"), 4103);
    cr_expect_eq(stage.oracle.calls.group, GROUPS);
    stage_close(&stage);
}

/* Rules that each cover one attribute take as many groups as there are: up to
 * the limit they count together, and above it the answer says why not. */
Test(inquiry, keeps_so_many_groups_and_says_when_that_is_too_few)
{
    static char text[PLANT_TEXT];
    static char names[80][8];
    static postern_str attributes[80];

    for (size_t count = 60; count <= 70; count += 10) {
        struct stage stage;

        text[0] = '\0';
        plant_add_json(text, C1 ",{'m2m:acp':{'ri':'acpA','pv':{'acr':[");
        for (size_t i = 0; i < count; i++) {
            char rule[96];

            snprintf(names[i], sizeof names[i], "a%zu", i);
            attributes[i] = postern_str_of(names[i]);
            snprintf(rule, sizeof rule,
                     "%s{'acor':['/o/g%zu'],'acop':2,'aca':['%s']}",
                     i ? "," : "", i, names[i]);
            plant_add_json(text, rule);
        }
        plant_add_json(text, "]},'pvs':{'acr':[{'acor':['Ca'],'acop':63}]}}}");
        stage_open(&stage, text);
        stage.oracle.group = POSTERN_REPLY_YES;
        stage.plant.explain = false;
        postern_primitive_init(&stage.plant.primitive);
        stage.plant.primitive.from = PST_STR("Cx");
        stage.plant.primitive.to = PST_STR("c1");
        stage.plant.primitive.operation = 2;
        stage.plant.primitive.attributes = (postern_texts){attributes, count};
        cr_expect_eq(plant_authorize(&stage.plant).effect,
                     count <= 64 ? POSTERN_PERMIT : POSTERN_DENY, "%zu", count);
        stage_close(&stage);
    }
}

static size_t notes;

static void count_note(void *user, const char *text)
{
    const char *wanted = user;

    notes += strstr(text, wanted) != NULL;
}

static void expect_note(struct stage *stage, const char *json, char *wanted)
{
    const postern_listener listener = {.user = wanted, .note = count_note};
    postern_answer answer;

    notes = 0;
    cr_assert_eq(plant_read(&stage->plant, json), POSTERN_OK, "%s", json);
    plant_start_engine(&stage->plant);
    postern_authorize(stage->plant.reader, &stage->plant.primitive, &listener,
                      &answer);
    cr_expect_eq(answer.effect, POSTERN_DENY);
    cr_expect_eq(notes, 1, "%s", wanted);
}

/* What is left out is told. */
Test(inquiry, says_what_it_could_not_find_out)
{
    static char text[PLANT_TEXT];
    static char long_name[1200];
    static char too_many[] = "more than can be looked at";
    static char too_long[] = "too long a name";
    static char unreadable[] = "could not be looked up";
    struct stage stage;

    memset(long_name, 'g', sizeof long_name - 1);
    text[0] = '\0';
    plant_add_json(text, C1 ",{'m2m:acp':{'ri':'acpA','pv':{'acr':[{'acor':["
                            "'/o/");
    plant_add_json(text, long_name);
    plant_add_json(text, "'],'acop':2},{'acor':['op@a.example'],'acop':2}]},"
                         "'pvs':{'acr':[{'acor':['Ca'],'acop':63}]}}},"
                         "{'ri':'r1','ty':31,'rlid':'op@a.example'}");
    stage_open(&stage, text);
    stage.oracle.group = POSTERN_REPLY_YES;
    expect_note(&stage, "{'fr':'Cx','to':'c1','op':2}", too_long);
    stage.fake.unreadable = "r1";
    expect_note(&stage, "{'fr':'Cx','to':'c1','op':2,'rids':['op@a.example']}",
                unreadable);
    stage_close(&stage);

    text[0] = '\0';
    plant_add_json(text, C1 ",{'m2m:acp':{'ri':'acpA','pv':{'acr':[");
    for (int i = 0; i < 70; i++) {
        char rule[96];

        snprintf(rule, sizeof rule,
                 "%s{'acor':['/o/g%d'],'acop':4,'aca':['a%d']}", i ? "," : "",
                 i, i);
        plant_add_json(text, rule);
    }
    plant_add_json(text, "]},'pvs':{'acr':[{'acor':['Ca'],'acop':63}]}}}");
    stage_open(&stage, text);
    stage.oracle.group = POSTERN_REPLY_YES;
    text[0] = '\0';
    plant_add_json(text, "{'fr':'Cx','to':'c1','op':3,'attrs':['b'");
    for (int i = 0; i < 70; i++) {
        char name[16];

        snprintf(name, sizeof name, ",'a%d'", i);
        plant_add_json(text, name);
    }
    plant_add_json(text, "]}");
    expect_note(&stage, text, too_many);
    stage_close(&stage);
}
