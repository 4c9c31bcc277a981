#include "support/engines.h"
#include "support/fake_prp.h"

#define ROLE(ri, id, issuer, holder, from, to)                                 \
    "{'m2m:rol':{'ri':'" ri "','rlid':'" id "','tkis':'" issuer                \
    "','tkhd':'" holder "','tknb':'" from "','tkna':'" to "'}}"
#define AUTH "//sp.example/auth-cse"
#define YEAR "20260101T000000", "20261231T235959"
#define OPERATOR "12-op@auth.example"
#define NOW "'rq_time':'20260317T102030'"

#define OPEN                                                                   \
    "{'ri':'c1','ty':3,'acpi':['acpA']}," ACP("acpA", OPERATOR, "2", "Ca", "63")

/* Whether a request by From with these members has the role OPERATOR. */
static bool sees_role(struct plant *plant, const char *json)
{
    bool found = plant_rsc(plant, json) == 2000;

    /* each Role-ID counts, or a note says why not */
    cr_expect_eq(plant->heard.note_count,
                 plant->primitive.role_ids.count - (found ? 1u : 0u));
    return found;
}

/* From a store, and from a host. */
static bool has_role(const char *resources, const char *from, const char *rest)
{
    static char json[PLANT_TEXT];
    static char all[PLANT_TEXT];
    struct fake_prp fake;
    struct plant plant;
    bool found;

    json[0] = '\0';
    plant_add_json(json, "{'to':'c1','op':2,'fr':'");
    plant_add_json(json, from);
    plant_add_json(json, "',");
    plant_add_json(json, rest);
    plant_add_json(json, "}");
    all[0] = '\0';
    plant_add_json(all, OPEN);
    plant_add_json(all, *resources ? "," : "");
    plant_add_json(all, resources);
    plant_open(&plant, all);
    plant.explain = true;
    found = sees_role(&plant, json);
    cr_assert(fake_prp_open(&fake, plant.policy));
    plant.options.prp = &fake.prp;
    cr_expect_eq(sees_role(&plant, json), found);
    plant_close(&plant);
    fake_prp_close(&fake);
    return found;
}

#define RIDS "'rids':['" OPERATOR "']"

/* [ROLE-01] [ROLE-02] [ROLE-03] [REQ-10] */
Test(roles, count_when_issued_held_valid_and_presented)
{
    static const char valid[] =
        ROLE("r1", OPERATOR, AUTH, "//sp.example/plant-cse/Cx",
             "20260101T000000", "20261231T235959");

    cr_expect(has_role(valid, "Cx", NOW "," RIDS));
    cr_expect(has_role(valid, "/plant-cse/Cx", NOW "," RIDS));
    cr_expect_not(has_role(valid, "Cx", NOW), "not presented");
    cr_expect_not(has_role(valid, "Cx", NOW ",'rids':[]"));
    cr_expect_not(has_role(valid, "Cy", NOW "," RIDS), "held by another");
    cr_expect_not(has_role(valid, "/gate-cse/Cx", NOW "," RIDS));
    cr_expect_not(has_role("", "Cx", NOW "," RIDS), "no such role");
    cr_expect_not(has_role(valid, "Cx", NOW ",'rids':['13-op@auth.example']"));
    cr_expect_not(has_role(valid, "Cx", NOW ",'rids':['12-op']"));
    cr_expect_not(has_role(valid, "Cx", NOW ",'rids':['*@auth.example']"));
}

/* [ROLE-03] [ROLE-12] */
Test(roles, count_from_their_first_to_their_last_second)
{
    static const char day[] =
        ROLE("r1", OPERATOR, AUTH, "Cx", "20260317T000000", "20260317T235959");

    cr_expect_not(has_role(day, "Cx", "'rq_time':'20260316T235959'," RIDS));
    cr_expect(has_role(day, "Cx", "'rq_time':'20260317T000000'," RIDS));
    cr_expect(has_role(day, "Cx", "'rq_time':'20260317T235959'," RIDS));
    cr_expect_not(has_role(day, "Cx", "'rq_time':'20260318T000000'," RIDS));
    cr_expect_not(has_role(day, "Cx", RIDS), "time not known");
}

struct row {
    const char *what;
    const char *role;
    bool counts;
};

/* [ROLE-05] [ROLE-06] */
static const struct row rows[] = {
    {"another issuer",
     ROLE("r1", OPERATOR, "//rival.example/auth-cse", "Cx", "20260101T000000",
          "20261231T235959"),
     false},
    {"an AE of the issuer",
     ROLE("r1", OPERATOR, "//sp.example/auth-cse/Cx", "Cx", "20260101T000000",
          "20261231T235959"),
     false},
    {"the issuer in another spelling",
     ROLE("r1", OPERATOR, "//SP.example/auth-cse", "Cx", "20260101T000000",
          "20261231T235959"),
     true},
    {"an issuer that is a pattern",
     ROLE("r1", OPERATOR, "//sp.example/auth-*", "Cx", "20260101T000000",
          "20261231T235959"),
     false},
    {"no issuer",
     "{'ri':'r1','ty':31,'rlid':'" OPERATOR "','tkhd':'Cx',"
     "'tknb':'20260101T000000','tkna':'20261231T235959'}",
     false},
    {"no holder",
     "{'ri':'r1','ty':31,'rlid':'" OPERATOR "','tkis':'" AUTH "',"
     "'tknb':'20260101T000000','tkna':'20261231T235959'}",
     false},
    {"no begin",
     "{'ri':'r1','ty':31,'rlid':'" OPERATOR "','tkis':'" AUTH "',"
     "'tkhd':'Cx','tkna':'20261231T235959'}",
     false},
    {"no end",
     "{'ri':'r1','ty':31,'rlid':'" OPERATOR "','tkis':'" AUTH "',"
     "'tkhd':'Cx','tknb':'20260101T000000'}",
     false},
    {"a holder that is a pattern",
     ROLE("r1", OPERATOR, AUTH, "C*", "20260101T000000", "20261231T235959"),
     false},
    {"another type of resource",
     "{'ri':'r1','ty':3,'rlid':'" OPERATOR "','tkis':'" AUTH "','tkhd':'Cx',"
     "'tknb':'20260101T000000','tkna':'20261231T235959'}",
     false},
    {"a resource that has expired",
     "{'ri':'r1','ty':31,'rlid':'" OPERATOR "','tkis':'" AUTH "',"
     "'tkhd':'Cx','tknb':'20260101T000000','tkna':'20261231T235959',"
     "'et':'20260201T000000'}",
     false},
    {"long names",
     "{'ri':'r1','ty':31,'roleID':'" OPERATOR "','issuer':'" AUTH "',"
     "'holder':'Cx','notBefore':'20260101T000000',"
     "'notAfter':'20261231T235959'}",
     true},
    {"a domain in capitals",
     ROLE("r1", "12-op@AUTH.example", AUTH, "Cx", "20260101T000000",
          "20261231T235959"),
     true},
    /* [ROLE-11] */
    {"one valid source of two",
     ROLE("r1", OPERATOR, AUTH, "Cx", "20250101T000000",
          "20251231T235959") "," ROLE("r2", OPERATOR, AUTH, "Cx",
                                      "20260101T000000", "20261231T235959"),
     true},
    {"two half valid sources",
     ROLE("r1", OPERATOR, AUTH, "Cx", "20250101T000000",
          "20251231T235959") "," ROLE("r2", OPERATOR, AUTH, "Cy",
                                      "20260101T000000", "20261231T235959"),
     false},
};

Test(roles, need_everything_that_clause_7_4_3_asks_for)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(has_role(rows[i].role, "Cx", NOW "," RIDS), rows[i].counts,
                     "%s", rows[i].what);
    }
}

Test(roles, count_for_nobody_where_no_issuer_is_trusted)
{
    struct plant plant = plant_load(
        "{'cse':{'spid':'//sp.example','csi':'/plant-cse','cb_ri':'cb0'},"
        "'resources':[" ROLE("r1", OPERATOR, AUTH, "Cx", "20260101T000000",
                             "20261231T235959") ",{'ri':'c1','ty':3,'acpi':['"
                                                "acpA']}," ACP("acpA", OPERATOR,
                                                               "2", "Ca",
                                                               "63") "]}");

    plant_start(&plant);
    cr_expect_eq(
        plant_rsc(&plant, "{'fr':'Cx','to':'c1','op':2," NOW "," RIDS "}"),
        4103);
    plant_close(&plant);
}

/* [ROLE-04] [ORI-12] [ORI-13] */
Test(roles, open_the_rules_that_name_them)
{
    struct plant plant;

    plant_open(&plant, ROLE("r1", OPERATOR, AUTH, "Cx", "20260101T000000",
                            "20261231T235959") ",{'ri':'c1','ty':3,'acpi':['"
                                               "acpA']}," ACP("acpA", OPERATOR,
                                                              "2", "Ca", "63"));
    cr_expect_eq(
        plant_rsc(&plant, "{'fr':'Cx','to':'c1','op':2," NOW "," RIDS "}"),
        2000);
    cr_expect_eq(
        plant_rsc(&plant, "{'fr':'Cy','to':'c1','op':2," NOW "," RIDS "}"),
        4103);
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'c1','op':2," NOW "}"),
                 4103);
    plant_close(&plant);
}

/* ---- roles that no resource tells of ------------------------------------- */

static struct {
    postern_reply role;
    postern_reply allowed;
    unsigned role_calls;
    unsigned allowed_calls;
} host;

static postern_reply tell_role(void *user, const postern_id *originator,
                               const postern_id *role)
{
    (void)user;
    cr_expect_eq(originator->kind, POSTERN_ID_ENTITY);
    cr_expect_eq(role->kind, POSTERN_ID_ROLE);
    host.role_calls++;
    return host.role;
}

static postern_reply tell_allowed(void *user, const postern_id *originator,
                                  const postern_id *role)
{
    (void)user;
    cr_expect_eq(originator->kind, POSTERN_ID_ENTITY);
    cr_expect_eq(role->kind, POSTERN_ID_ROLE);
    host.allowed_calls++;
    return host.allowed;
}

static const char with_role[] = "{'fr':'Cx','to':'c1','op':2," NOW "," RIDS "}";

/* [ROLE-02] */
Test(roles, are_asked_of_the_host_when_no_resource_answers)
{
    const postern_pip pip = {.struct_size = sizeof pip, .role = tell_role};
    struct plant plant;

    plant_open(&plant, OPEN);
    plant.options.pip = &pip;
    for (int reply = -1; reply < 8; reply++) {
        host.role = (postern_reply)reply;
        cr_expect_eq(plant_rsc(&plant, with_role),
                     reply == POSTERN_REPLY_YES ? 2000 : 4103, "%d", reply);
    }
    cr_expect_eq(host.role_calls, 9);
    host.role = POSTERN_REPLY_YES;
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'c1','op':2," NOW "}"),
                 4103, "not presented");
    cr_expect_eq(host.role_calls, 9);
    plant_close(&plant);
}

/* ... and not when one does. [ROLE-11] */
Test(roles, of_a_resource_need_no_answer_of_the_host)
{
    const postern_pip pip = {.struct_size = sizeof pip, .role = tell_role};
    struct plant plant;

    plant_open(&plant, OPEN "," ROLE("r1", OPERATOR, AUTH, "Cx",
                                     "20260101T000000", "20261231T235959"));
    plant.options.pip = &pip;
    host.role = POSTERN_REPLY_NO;
    cr_expect_eq(plant_rsc(&plant, with_role), 2000);
    cr_expect_eq(host.role_calls, 0);
    /* another entity's: the host may know of one of its own */
    cr_expect_eq(
        plant_rsc(&plant, "{'fr':'Cy','to':'c1','op':2," NOW "," RIDS "}"),
        4103);
    cr_expect_eq(host.role_calls, 1);
    plant_close(&plant);
}

/* [ROLE-06] */
Test(roles, are_for_those_whose_subscription_allows_them)
{
    const postern_pip pip = {.struct_size = sizeof pip,
                             .role = tell_role,
                             .role_allowed = tell_allowed};
    struct plant plant;

    plant_open(&plant, OPEN "," ROLE("r1", OPERATOR, AUTH, "Cx",
                                     "20260101T000000", "20261231T235959"));
    plant.options.pip = &pip;
    plant.explain = true;
    for (int reply = -1; reply < 8; reply++) {
        host.allowed = (postern_reply)reply;
        cr_expect_eq(plant_rsc(&plant, with_role),
                     reply == POSTERN_REPLY_YES ? 2000 : 4103, "%d", reply);
        cr_expect_eq(plant.heard.note_count,
                     reply == POSTERN_REPLY_YES ? 0 : 1);
    }
    cr_expect_eq(host.role_calls, 0);
    cr_expect_eq(host.allowed_calls, 9);
    /* one that it does not hold is not asked about */
    host.role = POSTERN_REPLY_NO;
    cr_expect_eq(
        plant_rsc(&plant, "{'fr':'Cy','to':'c1','op':2," NOW "," RIDS "}"),
        4103);
    cr_expect_eq(host.role_calls, 1);
    cr_expect_eq(host.allowed_calls, 9);
    plant_close(&plant);
}

/* The trusted issuers are a setting. [ROLE-06] */
Test(roles, lapse_when_their_issuer_is_no_longer_trusted)
{
    const postern_str issuer = PST_STR(AUTH);
    const postern_trust some = {.role_issuers = &issuer,
                                .role_issuer_count = 1};
    const postern_trust none = {.role_issuers = NULL};
    struct plant plant;

    plant_open(&plant, OPEN "," ROLE("r1", OPERATOR, AUTH, "Cx",
                                     "20260101T000000", "20261231T235959"));
    cr_expect_eq(plant_rsc(&plant, with_role), 2000);
    cr_assert_eq(postern_engine_set_trust(plant.engine, &none, NULL),
                 POSTERN_OK);
    cr_expect_eq(plant_rsc(&plant, with_role), 4103);
    cr_assert_eq(postern_engine_set_trust(plant.engine, &some, NULL),
                 POSTERN_OK);
    cr_expect_eq(plant_rsc(&plant, with_role), 2000);
    plant_close(&plant);
}

/* A subscription is explained between its two decisions: that leaves the host
 * to be asked in the second. */
Test(roles, of_the_host_count_in_both_decisions_of_a_subscription)
{
    const postern_pip pip = {.struct_size = sizeof pip, .role = tell_role};
    struct plant plant;

    plant_open(&plant, "{'ri':'c1','ty':3,'acpi':['acpA','acpB']}," ACP(
                           "acpA", "Cx", "1", "Ca",
                           "63") "," ACP("acpB", OPERATOR, "2", "Ca", "63"));
    plant.options.pip = &pip;
    for (int i = 0; i < 4; i++) {
        plant.explain = i % 2;
        host.role = i / 2 ? POSTERN_REPLY_YES : POSTERN_REPLY_NO;
        cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'c1','op':1,"
                                       "'ty':23," NOW "," RIDS "}"),
                     i / 2 ? 2001 : 4103, "%d", i);
    }
    cr_expect_eq(host.role_calls, 4);
    plant_close(&plant);
}
