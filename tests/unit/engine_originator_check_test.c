#include "engine/authorize.h"
#include "engine/reader.h"

#include "support/engines.h"
#include "support/fake_prp.h"

#define REGISTERED                                                             \
    AE("Cowner1")                                                              \
    "," AE("Smeter9") ",{'ri':'csr3','rn':'gate','ty':16,'pi':'cb0','csi':"    \
                      "'/gate-cse'},{'ri':'csr4','rn':'mill','ty':16,'pi':"    \
                      "'cb0','csi':'/mill-cse'},{'ri':'Cold','ty':2,'pi':"     \
                      "'cb0','aei':'Cold','et':'20260101T000000'}"

struct row {
    int rsc;          /* 0: goes on */
    const char *from; /* with the quotes, or null */
    const char *rest;
};

/* Who asks, as far as the checks have got; *rsc is 0 when they all passed. */
static struct pst_asker look(struct plant *plant, int *rsc)
{
    struct pst_run *run = &plant->reader->run;
    struct pst_asker asker;

    *rsc = pst_call_begin(run, &plant->primitive, PST_TARGET_NEEDED)
               ? 0
               : run->answer.rsc;
    asker = run->asker;
    cr_expect_not_null(asker.record.why);
    pst_call_end(run);
    return asker;
}

static int check(struct plant *plant, const struct row *row,
                 struct pst_asker *asker)
{
    char json[PLANT_TEXT] = "{'to':'base','fr':";
    int rsc;

    plant_add_json(json, row->from);
    plant_add_json(json, row->rest);
    plant_add_json(json, "}");
    cr_assert_eq(plant_read(plant, json), POSTERN_OK, "%s: %s", json,
                 plant->diag.message);
    *asker = look(plant, &rsc);
    return rsc;
}

static bool is_authenticated(const struct pst_asker *asker)
{
    return asker->record.level != POSTERN_AUTHN_LEVEL_NONE;
}

/* From a store, and from a host. */
static void check_rows(const struct row *rows, size_t count)
{
    struct fake_prp fake;
    struct plant plant;

    plant_open(&plant, REGISTERED);
    cr_assert(fake_prp_open(&fake, plant.policy));
    for (size_t i = 0; i < 2 * count; i++) {
        const struct row *row = &rows[i % count];
        struct pst_asker asker;
        int rsc;

        if (i == count) {
            plant.options.prp = &fake.prp;
            plant_start_engine(&plant);
        }
        rsc = check(&plant, row, &asker);
        cr_expect_eq(rsc, row->rsc, "row %zu, %s%s: %d", i, row->from,
                     row->rest, rsc);
        cr_expect(rsc == 0 || !is_authenticated(&asker));
    }
    plant_close(&plant);
    fake_prp_close(&fake);
}

#define CHECK_ROWS(rows) check_rows((rows), sizeof(rows) / sizeof *(rows))
#define OP2 ",'op':2"
#define NEW_AE ",'op':1,'ty':2"

/* [REQ-02] */
Test(originator_check, from_may_be_missing_when_an_ae_registers_and_only_then)
{
    static const struct row rows[] = {
        {4000, "null", OP2},
        {4000, "null", ",'op':1,'ty':3"},
        {4000, "null", ",'op':3"},
        {0, "null", NEW_AE},
        {0, "null", NEW_AE ",'sa':{'kind':'none'}"},
        {0, "null", NEW_AE ",'sa':{'kind':'ae','id':'Cx'}"},
        /* [IMP-04] */
        {4106, "null", NEW_AE ",'sa':{'kind':'cse','id':'/gate-cse'}"},
        {4106, "null", NEW_AE ",'esprim_id':'Cx'"},
    };

    CHECK_ROWS(rows);
}

/* A From that is data cannot become a pattern. [ID-04] */
Test(originator_check, from_is_an_identifier)
{
    static const struct row rows[] = {
        {0, "'Cx'", OP2},
        {0, "'/x'", OP2},
        {0, "'//other.example/cse/Cx'", OP2},
        {4103, "'.*'", OP2},
        {4103, "'*'", OP2},
        {4103, "''", OP2},
        {4103, "'all'", OP2},
        {4103, "'C*'", OP2},
        {4103, "'C%41'", OP2},
        {4103, "'//sp.example'", OP2},
        {4103, "'a@b.example'", OP2},
        {4103, "'.*'", NEW_AE},
    };

    CHECK_ROWS(rows);
}

/* [IMP-01] [IMP-02] [IMP-03] */
Test(originator_check, from_is_an_identity_of_the_association)
{
    static const struct row rows[] = {
        {0, "'Cx'", OP2 ",'sa':{'kind':'ae','id':'Cx'}"},
        {0, "'Cx'", OP2 ",'sa':{'kind':'ae','id':'/plant-cse/Cx'}"},
        {0, "'Cx'", OP2 ",'sa':{'kind':'ae','id':['Ca','Cx']}"},
        {0, "'Sx'", OP2 ",'sa':{'kind':'ae','id':'//SP.example/Sx'}"},
        {4106, "'Cx'", OP2 ",'sa':{'kind':'ae','id':'Cy'}"},
        {4106, "'Cx'", OP2 ",'sa':{'kind':'ae','id':['Ca','Cb']}"},
        {4106, "'Cx'", OP2 ",'sa':{'kind':'ae','id':[]}"},
        {4106, "'Cx'", OP2 ",'sa':{'kind':'ae','id':'C*'}"},
        {4106, "'Cx'", OP2 ",'sa':{'kind':'ae','id':'/other/Cx'}"},
        {4106, "'Cx'", NEW_AE ",'sa':{'kind':'ae','id':'Cy'}"},
        /* its registrar wants the stem */
        {4000, "'/plant-cse/Cx'", OP2 ",'sa':{'kind':'ae','id':'Cx'}"},
        {4106, "'/plant-cse/Cx'", OP2 ",'sa':{'kind':'ae','id':'Cy'}"},
        /* no association that we know of: nothing is imposed */
        {0, "'/plant-cse/Cx'", OP2},
        {0, "'/gate-cse'", OP2},
    };

    CHECK_ROWS(rows);
}

/* [IMP-05] */
Test(originator_check, a_cse_forwards_for_those_behind_it)
{
#define GATE ",'sa':{'kind':'cse','id':'/gate-cse'}"
    static const struct row rows[] = {
        {0, "'/gate-cse'", OP2 GATE},
        {0, "'//sp.example/gate-cse'", OP2 GATE},
        {0, "'/gate-cse/Cv1'", OP2 GATE},
        {0, "'//sp.example/gate-cse/Cv1'", OP2 GATE},
        {0, "'/further-cse'", OP2 GATE},
        {0, "'/further-cse/Cv1'", OP2 GATE},
        {0, "'//other.example/mill-cse/Cv1'", OP2 GATE},
        {0, "'Sunknown'", OP2 GATE},
        {4106, "'/mill-cse'", OP2 GATE},
        {4106, "'/mill-cse/Cv1'", OP2 GATE},
        {4106, "'//SP.example/mill-cse/Cv1'", OP2 GATE},
        {4106, "'Cowner1'", OP2 GATE},
        {4106, "'Cunknown'", OP2 GATE}, /* stems are the registrar's */
        {4106, "'/plant-cse/Cowner1'", OP2 GATE},
        {4106, "'/plant-cse'", OP2 GATE},
        {4106, "'Smeter9'", OP2 GATE},
        {4106, "'/Smeter9'", OP2 GATE},
        {4000, "'/gate-cse'", OP2 ",'sa':{'kind':'cse','id':'gate'}"},
        /* a peer that is not registered itself */
        {0, "'/new-cse'", OP2 ",'sa':{'kind':'cse','id':'/new-cse'}"},
        {4106, "'/mill-cse'", OP2 ",'sa':{'kind':'cse','id':'/new-cse'}"},
    };

    CHECK_ROWS(rows);
}

Test(originator_check, outside_of_an_association_only_registered_aes_may_speak)
{
#define NONE ",'sa':{'kind':'none'}"
    static const struct row rows[] = {
        {0, "'Cowner1'", OP2 NONE},
        {0, "'/plant-cse/Cowner1'", OP2 NONE},
        {0, "'Smeter9'", OP2 NONE},
        {0, "'Cnew'", NEW_AE NONE},
        {4106, "'Cnew'", OP2 NONE},
        {4106, "'Cnew'", ",'op':1,'ty':3" NONE},
        {4106, "'Snew'", OP2 NONE},
        {4106, "'/gate-cse/Cowner1'", OP2 NONE},
        {4107, "'/gate-cse'", OP2 NONE},
        {4107, "'/unknown-cse'", OP2 NONE},
        {4107, "'//other.example/cse'", OP2 NONE},
        {4107, "'/gate-cse'", NEW_AE NONE},
        /* a registration that is over */
        {0, "'Cold'", OP2 NONE ",'rq_time':'20251231T235959'"},
        {4106, "'Cold'", OP2 NONE ",'rq_time':'20260101T000000'"},
        {4106, "'Cold'", OP2 NONE},
    };

    CHECK_ROWS(rows);
}

/* [IMP-06] [IMP-08] */
Test(originator_check, the_inner_from_is_the_identity_of_the_key)
{
    static const struct row rows[] = {
        {0, "'/gate-cse/Cx'", OP2 ",'esprim_id':'//sp.example/gate-cse/Cx'"},
        {4116, "'/gate-cse/Cx'", OP2 ",'esprim_id':'/gate-cse/Cy'"},
        {4116, "'/gate-cse/Cx'", OP2 ",'esprim_id':'/gate-cse'"},
        {4116, "'/gate-cse/Cx'", OP2 ",'esprim_id':'*'"},
        {4106, "'/mill-cse/Cx'", OP2 GATE ",'esprim_id':'/mill-cse/Cx'"},
        {4116, "'/gate-cse/Cx'", OP2 GATE ",'esprim_id':'/gate-cse/Cy'"},
        {0, "'/gate-cse/Cx'", OP2 GATE ",'esprim_id':'/gate-cse/Cx'"},
    };

    CHECK_ROWS(rows);
}

struct cell {
    const char *from;
    const char *rest;
    int rsc;
    bool authenticated;
};

/* {local AE, registered CSE, remote AE} by {nothing told, no TLS, TLS of the
 * same identity, of another, ESPrim right, ESPrim wrong}. [AUTHN-01]
 * [AUTHN-02] [AUTHN-03] [AUTHN-04] [AUTHN-06] */
Test(originator_check, authenticates_by_association_or_end_to_end)
{
    static const struct cell cells[] = {
        {"'Cowner1'", OP2, 0, false},
        {"'Cowner1'", OP2 NONE, 0, false},
        {"'Cowner1'", OP2 ",'sa':{'kind':'ae','id':'Cowner1'}", 0, true},
        {"'Cowner1'", OP2 ",'sa':{'kind':'ae','id':'Cy'}", 4106, false},
        {"'Cowner1'", OP2 ",'esprim_id':'Cowner1'", 0, true},
        {"'Cowner1'", OP2 ",'esprim_id':'Cy'", 4116, false},
        {"'/gate-cse'", OP2, 0, false},
        {"'/gate-cse'", OP2 NONE, 4107, false},
        {"'/gate-cse'", OP2 GATE, 0, true},
        {"'/gate-cse'", OP2 ",'sa':{'kind':'cse','id':'/mill-cse'}", 4106,
         false},
        {"'/gate-cse'", OP2 ",'esprim_id':'/gate-cse'", 0, true},
        {"'/gate-cse'", OP2 ",'esprim_id':'/mill-cse'", 4116, false},
        {"'/gate-cse/Cv1'", OP2, 0, false},
        {"'/gate-cse/Cv1'", OP2 NONE, 4106, false},
        {"'/gate-cse/Cv1'", OP2 GATE, 0, false}, /* only its CSE is */
        {"'/gate-cse/Cv1'", OP2 ",'sa':{'kind':'cse','id':'/mill-cse'}", 4106,
         false},
        {"'/gate-cse/Cv1'", OP2 GATE ",'esprim_id':'/gate-cse/Cv1'", 0, true},
        {"'/gate-cse/Cv1'", OP2 GATE ",'esprim_id':'/gate-cse/Cv2'", 4116,
         false},
        /* what the CSE says of its own goes before */
        {"'Cowner1'", OP2 ",'rq_authn':true", 0, true},
        {"'Cowner1'", OP2 ",'rq_authn':false,'esprim_id':'Cowner1'", 0, false},
        {"'Cowner1'", OP2 ",'rq_authn':true,'sa':{'kind':'ae','id':'Cy'}", 4106,
         false},
        /* nobody is not authenticated [REQ-09] */
        {"null", NEW_AE ",'rq_authn':true", 0, false},
    };
    struct plant plant;

    plant_open(&plant, REGISTERED);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        struct row row = {cells[i].rsc, cells[i].from, cells[i].rest};
        struct pst_asker asker;

        cr_expect_eq(check(&plant, &row, &asker), cells[i].rsc, "%s%s",
                     cells[i].from, cells[i].rest);
        cr_expect_eq(is_authenticated(&asker), cells[i].authenticated, "%s%s",
                     cells[i].from, cells[i].rest);
    }
    plant_close(&plant);
}

/* ---- associations by credential, and their end ----------------------------
 */

#define TABLE                                                                  \
    "'trust':{'credentials':["                                                 \
    "{'id':'12-kpsa1@sp.example','cse':'/gate-cse'},"                          \
    "{'id':'31-0a1b','aes':['Cowner1','//sp.example/plant-cse/Cnew']},"        \
    "{'id':'30-key','aes':['Smeter9'],'expires':'20260601T000000'},"           \
    "{'id':'11-KM1@maf.example','cse':'/mill-cse'}]}"

static void open_with_table(struct plant *plant)
{
    static char text[PLANT_TEXT];

    text[0] = '\0';
    plant_add_json(
        text, "{'cse':{'spid':'//sp.example','csi':'/plant-cse',"
              "'cb_ri':'cb0','cb_rn':'base'}," TABLE
              ",'resources':[{'ri':'cb0','rn':'base','ty':5}," REGISTERED "]}");
    *plant = plant_load(text);
    plant_start(plant);
}

struct told {
    const char *from;
    const char *credential;
    const char *time;    /* NULL: unknown */
    const char *expires; /* of the session; NULL: it does not */
    int rsc;
    postern_authn_level level;
    const char *identity; /* in the record; NULL: absent */
};

static void tell(struct plant *plant, const struct told *row)
{
    postern_primitive *primitive = &plant->primitive;

    postern_primitive_init(primitive);
    primitive->from = postern_str_of(row->from);
    primitive->to = PST_STR("base");
    primitive->operation = 2;
    primitive->association.kind = POSTERN_ASSOCIATION_CREDENTIAL;
    primitive->association.credential = postern_str_of(row->credential);
    if (row->time) {
        primitive->time_known = true;
        cr_assert_eq(
            postern_time_parse(&primitive->time_s, postern_str_of(row->time)),
            POSTERN_OK);
    }
    if (row->expires) {
        primitive->association.expires = true;
        cr_assert_eq(postern_time_parse(&primitive->association.expires_s,
                                        postern_str_of(row->expires)),
                     POSTERN_OK);
    }
}

static void expect_told(const struct told *rows, size_t count)
{
    struct plant plant;

    open_with_table(&plant);
    for (size_t i = 0; i < count; i++) {
        postern_authn_record record;
        int rsc;

        tell(&plant, &rows[i]);
        record = look(&plant, &rsc).record;
        cr_expect_eq(rsc, rows[i].rsc, "row %zu: %d", i, rsc);
        cr_expect_eq(record.level, rows[i].level, "row %zu: %s", i, record.why);
        cr_expect(
            pst_str_equal(record.identity, postern_str_of(rows[i].identity)),
            "row %zu", i);
        cr_expect_eq(record.credential.data != NULL,
                     record.level == POSTERN_AUTHN_LEVEL_SESSION);
    }
    plant_close(&plant);
}

#define EXPECT_TOLD(rows) expect_told((rows), sizeof(rows) / sizeof *(rows))
#define SESSION POSTERN_AUTHN_LEVEL_SESSION
#define NOT POSTERN_AUTHN_LEVEL_NONE

/* [SAEF-03] [SAEF-04] [SAEF-07] [SAEF-08] [SAEF-09] [SAEF-12] */
Test(originator_check, a_credential_stands_for_what_the_table_says)
{
    static const struct told rows[] = {
        {"/gate-cse", "12-kpsa1@sp.example", NULL, NULL, 0, SESSION,
         "/gate-cse"},
        {"/gate-cse/Cv1", "12-kpsa1@sp.example", NULL, NULL, 0, NOT, NULL},
        {"/mill-cse", "12-kpsa1@sp.example", NULL, NULL, 4106, NOT, NULL},
        {"Cowner1", "31-0a1b", NULL, NULL, 0, SESSION, "Cowner1"},
        {"Cnew", "31-0a1b", NULL, NULL, 0, SESSION,
         "//sp.example/plant-cse/Cnew"},
        {"Cother", "31-0a1b", NULL, NULL, 4106, NOT, NULL},
        {"Smeter9", "31-0a1b", NULL, NULL, 4106, NOT, NULL},
        /* the case of a KmID, and that of a domain name, does not count */
        {"/mill-cse", "11-km1@MAF.example", NULL, NULL, 0, SESSION,
         "/mill-cse"},
        {"/gate-cse", "12-kpsa1@SP.example", NULL, NULL, 0, SESSION,
         "/gate-cse"},
        {"/gate-cse", "12-KPSA1@sp.example", NULL, NULL, 4107, NOT, NULL},
    };

    EXPECT_TOLD(rows);
}

/* A credential that nobody has listed makes no association: as without one.
 * [AUTHN-01] [SAEF-10] [SAEF-14] */
Test(originator_check, an_unknown_credential_is_no_association)
{
    static const struct told rows[] = {
        {"/gate-cse", "12-other@sp.example", NULL, NULL, 4107, NOT, NULL},
        {"/gate-cse", "", NULL, NULL, 4107, NOT, NULL},
        {"/gate-cse", NULL, NULL, NULL, 4107, NOT, NULL},
        {"/gate-cse", "12-kpsa1@sp.example ", NULL, NULL, 4107, NOT, NULL},
        {"Cowner1", "31-other", NULL, NULL, 0, NOT, NULL},
        {"Cnew", "31-other", NULL, NULL, 4106, NOT, NULL},
    };

    EXPECT_TOLD(rows);
}

/* [SAEF-13] [SAEF-11] */
Test(originator_check, an_association_ends_with_its_session_or_its_credential)
{
    static const struct told rows[] = {
        {"Smeter9", "30-key", "20260531T235959", NULL, 0, SESSION, "Smeter9"},
        {"Smeter9", "30-key", "20260601T000000", NULL, 0, NOT, NULL},
        {"Smeter9", "30-key", NULL, NULL, 0, NOT, NULL},
        {"Smeter9", "30-key", "20260317T000000", "20260317T000001", 0, SESSION,
         "Smeter9"},
        {"Smeter9", "30-key", "20260317T000001", "20260317T000001", 0, NOT,
         NULL},
        {"Smeter9", "30-key", "20260601T000000", "20270101T000000", 0, NOT,
         NULL},
        {"/gate-cse", "12-kpsa1@sp.example", "20260317T000000",
         "20260317T000001", 0, SESSION, "/gate-cse"},
        {"/gate-cse", "12-kpsa1@sp.example", "20260317T000001",
         "20260317T000001", 4107, NOT, NULL},
        {"/gate-cse", "12-kpsa1@sp.example", NULL, "20260317T000001", 4107, NOT,
         NULL},
    };

    EXPECT_TOLD(rows);
}

Test(originator_check, an_expired_session_told_with_its_identity_is_none)
{
    struct plant plant;
    int rsc;

    plant_open(&plant, REGISTERED);
    cr_assert_eq(plant_read(&plant, "{'to':'base','op':2,'fr':'Cowner1',"
                                    "'rq_time':'20260317T102030',"
                                    "'sa':{'kind':'ae','id':'Cowner1',"
                                    "'expires':'20260317T102031'}}"),
                 POSTERN_OK);
    cr_expect_eq(look(&plant, &rsc).record.level, SESSION);
    cr_expect_eq(rsc, 0);
    plant.primitive.time_s++;
    cr_expect_eq(look(&plant, &rsc).record.level, NOT);
    cr_expect_eq(rsc, 0); /* it is registered, and it is not authenticated */
    plant.primitive.time_known = false;
    cr_expect_eq(look(&plant, &rsc).record.level, NOT);
    plant.primitive.association.kind = (postern_association_kind)77;
    plant.primitive.association.expires = false;
    cr_expect_eq(look(&plant, &rsc).record.level, NOT);
    cr_expect_eq(rsc, 0);
    plant_close(&plant);
}

/* [AUTHN-01] */
Test(originator_check, local_aes_are_trusted_as_their_listener_says)
{
    static const struct {
        const char *from;
        const char *rest;
        int rsc;
        postern_authn_level level;
    } rows[] = {
        {"'Cowner1'", "'sa':{'kind':'none','trust':'trusted'}", 0,
         POSTERN_AUTHN_LEVEL_TRUSTED},
        {"'Cowner1'", "'sa':{'kind':'none','trust':'session'}", 0, NOT},
        {"'Cowner1'", "'sa':{'kind':'none','trust':'never'}", 0, NOT},
        {"'Cowner1'", "'sa':{'kind':'none'}", 0, NOT},
        {"'Cowner1'", "'sa':{'kind':'ae','id':'Cowner1','trust':'trusted'}", 0,
         SESSION},
        {"'Cowner1'", "'sa':{'kind':'ae','id':'Cowner1','trust':'never'}", 0,
         NOT},
        {"'Cowner1'", "'sa':{'kind':'ae','id':'Cy','trust':'trusted'}", 4106,
         NOT},
        {"'Cowner1'",
         "'esprim_id':'Cowner1','sa':{'kind':'none','trust':'never'}", 0, NOT},
        {"'Cowner1'", "'esprim_id':'Cowner1','sa':{'kind':'none'}", 0,
         POSTERN_AUTHN_LEVEL_ESPRIM},
        /* trust is for those who are registered here */
        {"'Cnew'", "'sa':{'kind':'none','trust':'trusted'}", 4106, NOT},
        {"'/gate-cse'", "'sa':{'kind':'none','trust':'trusted'}", 4107, NOT},
        {"'Cold'",
         "'rq_time':'20260101T000000','sa':{'kind':'none',"
         "'trust':'trusted'}",
         4106, NOT},
        {"'Cold'",
         "'rq_time':'20251231T235959','sa':{'kind':'none',"
         "'trust':'trusted'}",
         0, POSTERN_AUTHN_LEVEL_TRUSTED},
        /* what arrives over a CSE does not come in by that listener */
        {"'/gate-cse/Cv1'",
         "'sa':{'kind':'cse','id':'/gate-cse','trust':'trusted'}", 0, NOT},
        {"'/gate-cse'", "'sa':{'kind':'cse','id':'/gate-cse','trust':'never'}",
         0, SESSION},
    };
    struct plant plant;

    plant_open(&plant, REGISTERED);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char json[PLANT_TEXT] = "{'to':'base','op':2,'fr':";
        postern_authn_record record;
        int rsc;

        plant_add_json(json, rows[i].from);
        plant_add_json(json, ",");
        plant_add_json(json, rows[i].rest);
        plant_add_json(json, "}");
        cr_assert_eq(plant_read(&plant, json), POSTERN_OK, "%s", json);
        record = look(&plant, &rsc).record;
        cr_expect_eq(rsc, rows[i].rsc, "%s: %d", json, rsc);
        cr_expect_eq(record.level, rows[i].level, "%s: %s", json, record.why);
    }
    plant_close(&plant);
}

/* An AE that registers is not registered yet, so only a session helps. */
Test(originator_check, an_ae_that_registers_is_authenticated_by_its_session)
{
    static const struct {
        const char *rest;
        postern_authn_level level;
    } rows[] = {
        {NEW_AE ",'sa':{'kind':'none','trust':'trusted'}", NOT},
        {NEW_AE ",'sa':{'kind':'none'}", NOT},
        {NEW_AE ",'sa':{'kind':'ae','id':'Cnew'}", SESSION},
    };
    struct plant plant;

    plant_open(&plant, REGISTERED);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct row row = {0, "'Cnew'", rows[i].rest};
        struct pst_asker asker;

        cr_expect_eq(check(&plant, &row, &asker), 0, "%s", rows[i].rest);
        cr_expect_eq(asker.record.level, rows[i].level, "%s", rows[i].rest);
    }
    plant_close(&plant);
}

/* ---- the table ------------------------------------------------------------
 */

enum { ORIGINATORS = 3, PROTECTIONS = 5 };

/* [AUTHN-06]: who asks by how the request was protected. Each cell has the code
 * (0: goes on) and whether the originator counts as authenticated. SAME and
 * OTHER are the TLS sessions of the originator (or of the CSE it is behind) and
 * of somebody else; ESPrim comes in by the way that requests of such an
 * originator come in by. [AUTHN-01] [AUTHN-02] [AUTHN-03] [AUTHN-04] [IMP-08]
 * [SAEF-14] */
Test(originator_check, the_table_of_originators_and_protections)
{
    static const struct {
        const char *from;
        const char *protections[PROTECTIONS];
        int rsc[PROTECTIONS];
        bool authenticated[PROTECTIONS];
    } table[ORIGINATORS] = {
        /* no TLS, same identity, other identity, ESPrim, ESPrim wrong From */
        {"'Cowner1'",
         {NONE, ",'sa':{'kind':'ae','id':'Cowner1'}",
          ",'sa':{'kind':'ae','id':'Cy'}", NONE ",'esprim_id':'Cowner1'",
          NONE ",'esprim_id':'Cy'"},
         {0, 0, 4106, 0, 4116},
         {false, true, false, true, false}},
        {"'/gate-cse'",
         {NONE, GATE, ",'sa':{'kind':'cse','id':'/mill-cse'}",
          GATE ",'esprim_id':'/gate-cse'", GATE ",'esprim_id':'/mill-cse'"},
         {4107, 0, 4106, 0, 4116},
         {false, true, false, true, false}},
        {"'/gate-cse/Cv1'",
         {NONE, GATE, ",'sa':{'kind':'cse','id':'/mill-cse'}",
          GATE ",'esprim_id':'/gate-cse/Cv1'",
          GATE ",'esprim_id':'/gate-cse/Cv2'"},
         {4106, 0, 4106, 0, 4116},
         {false, false, false, true, false}},
    };
    struct plant plant;

    plant_open(&plant, REGISTERED);
    for (size_t i = 0; i < ORIGINATORS; i++) {
        for (size_t k = 0; k < PROTECTIONS; k++) {
            char rest[512] = OP2;
            struct row row = {0, table[i].from, rest};
            struct pst_asker asker;
            int rsc;

            plant_add_json(rest, table[i].protections[k]);
            rsc = check(&plant, &row, &asker);
            cr_expect_eq(rsc, table[i].rsc[k], "%s%s: %d", row.from, rest, rsc);
            cr_expect_eq(is_authenticated(&asker), table[i].authenticated[k],
                         "%s%s: %s", row.from, rest, asker.record.why);
        }
    }
    plant_close(&plant);
}

/* Both checks have to pass: the right key does not help over a wrong session.
 * [IMP-08] */
Test(originator_check, the_outer_from_is_checked_before_the_inner_one)
{
    static const struct row rows[] = {
        {4106, "'/mill-cse'", OP2 GATE ",'esprim_id':'/mill-cse'"},
        {4107, "'/gate-cse'", OP2 NONE ",'esprim_id':'/gate-cse'"},
        {4106, "'Cowner1'",
         OP2 ",'sa':{'kind':'ae','id':'Cy'},'esprim_id':'Cowner1'"},
        {4116, "'Cowner1'",
         OP2 ",'sa':{'kind':'ae','id':'Cowner1'},'esprim_id':'Cy'"},
    };

    CHECK_ROWS(rows);
}

/* ---- the record ------------------------------------------------------------
 */

/* [AUTHN-05] */
Test(originator_check, the_answer_says_how_and_until_when)
{
    struct plant plant;
    postern_answer answer;

    open_with_table(&plant);
    answer = plant_decide(&plant, "{'fr':'Smeter9','to':'base','op':2,"
                                  "'rq_time':'20260317T102030','sa':{'kind':"
                                  "'credential','id':'30-key','expires':"
                                  "'20260801T000000'}}");
    cr_expect_eq(answer.authn.level, SESSION);
    cr_expect(pst_str_is(answer.authn.identity, "Smeter9"));
    cr_expect(pst_str_is(answer.authn.credential, "30-key"));
    cr_expect(answer.authn.expires);
    cr_expect_eq(answer.authn.expires_s, 1780272000); /* the credential's */

    answer = plant_decide(&plant, "{'fr':'Cowner1','to':'base','op':2,"
                                  "'rq_authn':true}");
    cr_expect_eq(answer.authn.level, POSTERN_AUTHN_LEVEL_STATED);
    cr_expect(pst_str_is(answer.authn.identity, "Cowner1"));
    cr_expect_not(answer.authn.expires);

    answer = plant_decide(&plant, "{'fr':'Cowner1','to':'base','op':2}");
    cr_expect_eq(answer.authn.level, NOT);
    cr_expect_null(answer.authn.identity.data);
    cr_expect_not_null(answer.authn.why);

    answer = plant_decide(&plant, "{'fr':'Cowner1','to':'base','op':2,"
                                  "'esprim_id':'Cy'}");
    cr_expect_eq(answer.rsc, 4116);
    cr_expect_eq(answer.authn.level, NOT);
    cr_expect_not_null(answer.authn.why);
    plant_close(&plant);
}

/* What authenticates opens the rules that ask for it. [REQ-09] */
Test(originator_check, rules_with_the_flag_are_for_those_who_are_authenticated)
{
    struct plant plant;

    plant_open(&plant,
               REGISTERED ",{'ri':'c1','ty':3,'acpi':['acpA']},{'m2m:acp':{"
                          "'ri':'acpA','pv':{'acr':[{'acor':['all'],'acop':2,"
                          "'acaf':true}]},'pvs':{'acr':[{'acor':['Ca'],"
                          "'acop':63}]}}}");
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cowner1','to':'c1','op':2,"
                                   "'sa':{'kind':'ae','id':'Cowner1'}}"),
                 2000);
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cowner1','to':'c1','op':2,"
                                   "'sa':{'kind':'none'}}"),
                 4103);
    plant_close(&plant);
}

/* Who is registered has to be known where it matters, and only there. */
Test(originator_check, without_a_registry_nothing_is_taken_for_granted)
{
    static const struct row rows[] = {
        {0, "'/gate-cse'", OP2 GATE},    {0, "'/gate-cse/Cv1'", OP2 GATE},
        {5000, "'/mill-cse'", OP2 GATE}, {5000, "'Sunknown'", OP2 GATE},
        {4106, "'Cowner1'", OP2 GATE},   {5000, "'Cowner1'", OP2 NONE},
        {0, "'Cowner1'", OP2},
    };
    struct plant plant;
    struct fake_prp fake;

    plant_open(&plant, REGISTERED);
    cr_assert(fake_prp_open(&fake, plant.policy));
    fake.registry_fails = true;
    plant.options.prp = &fake.prp;
    plant_start_engine(&plant);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct pst_asker asker;
        int rsc = check(&plant, &rows[i], &asker);

        cr_expect_eq(rsc, rows[i].rsc, "row %zu: %d", i, rsc);
    }
    plant_close(&plant);
    fake_prp_close(&fake);
}
