#include "engine/originator_check.h"

#include "support/engines.h"

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

static int check(struct plant *plant, const struct row *row,
                 struct pst_asker *asker)
{
    char json[PLANT_TEXT] = "{'to':'base','fr':";

    plant_add_json(json, row->from);
    plant_add_json(json, row->rest);
    plant_add_json(json, "}");
    cr_assert_eq(plant_read(plant, json), POSTERN_OK, "%s: %s", json,
                 plant->diag.message);
    return pst_check_originator(asker, &plant->engine.registry,
                                &plant->policy->host.cse, &plant->primitive)
        .rsc;
}

static void check_rows(const struct row *rows, size_t count)
{
    struct plant plant;
    struct pst_asker asker;

    plant_open(&plant, REGISTERED);
    for (size_t i = 0; i < count; i++) {
        int rsc = check(&plant, &rows[i], &asker);

        cr_expect_eq(rsc, rows[i].rsc, "row %zu, %s%s: %d", i, rows[i].from,
                     rows[i].rest, rsc);
        cr_expect(rsc == 0 || !asker.authenticated);
    }
    plant_close(&plant);
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
        cr_expect_eq(asker.authenticated, cells[i].authenticated, "%s%s",
                     cells[i].from, cells[i].rest);
    }
    plant_close(&plant);
}
