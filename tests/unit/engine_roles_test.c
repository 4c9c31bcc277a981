#include "engine/roles.h"

#include "support/engines.h"

#define ROLE(ri, id, issuer, holder, from, to)                                 \
    "{'m2m:rol':{'ri':'" ri "','rlid':'" id "','tkis':'" issuer                \
    "','tkhd':'" holder "','tknb':'" from "','tkna':'" to "'}}"
#define AUTH "//sp.example/auth-cse"
#define YEAR "20260101T000000", "20261231T235959"
#define OPERATOR "12-op@auth.example"
#define NOW "'rq_time':'20260317T102030'"

/* Whether a request by From with these members has the role OPERATOR. */
static bool has_role(const char *resources, const char *from, const char *rest)
{
    static char json[PLANT_TEXT];
    struct plant plant;
    struct pst_asker asker;
    struct pst_ids roles;
    struct pst_notes notes;
    postern_id operator_role;
    bool found;

    json[0] = '\0';
    plant_add_json(json, "{'to':'base','op':2,'fr':'");
    plant_add_json(json, from);
    plant_add_json(json, "',");
    plant_add_json(json, rest);
    plant_add_json(json, "}");
    plant_open(&plant, resources);
    cr_assert_eq(plant_read(&plant, json), POSTERN_OK, "%s",
                 plant.diag.message);
    cr_assert_eq(pst_check_originator(&asker, &plant.engine.registry,
                                      &plant.policy->host.cse, &plant.primitive)
                     .rsc,
                 0);
    pst_notes_init(&notes);
    cr_assert_eq(pst_roles_of(&plant.engine.roles, &asker.id, &plant.primitive,
                              &plant.arena, &roles, &notes),
                 POSTERN_OK);
    cr_assert_eq(postern_id_parse_role(&operator_role, PST_STR(OPERATOR)),
                 POSTERN_OK);
    found =
        roles.count == 1 && postern_id_equal(&roles.items[0], &operator_role);
    /* each Role-ID counts, or a note says why not */
    cr_expect_eq(notes.first != NULL,
                 plant.primitive.roles.count > roles.count);
    plant_close(&plant);
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
        "{'cse':{'spid':'//sp.example','csi':'/plant-cse'},'resources':[" ROLE(
            "r1", OPERATOR, AUTH, "Cx", "20260101T000000",
            "20261231T235959") ",{'ri':'c1','ty':3,'acpi':['"
                               "acpA']}," ACP("acpA", OPERATOR, "2", "Ca",
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
