/* Whom to trust and the country database: what is refused, what is copied, and
 * when the old is gone. */
#include "engine/engine.h"

#include "support/engines.h"
#include "support/fake_prp.h"
#include "support/faulty.h"
#include "support/one_country.h"
#include "support/pips.h"

#define C1                                                                     \
    "{'ri':'c1','ty':3,'acpi':['acpA']},{'m2m:acp':{'ri':'acpA','pv':{'acr':[" \
    "{'acor':['Cx'],'acop':2,'acaf':true},{'acor':['Cx'],'acop':4,'acco':[{"   \
    "'aclr':{'accc':['NL']}}]}]},'pvs':{'acr':[{'acor':['Ca'],'acop':63}]}}}"

/* ---- making engines
 * ---------------------------------------------------------- */

Test(settings, an_engine_needs_somewhere_to_find_resources)
{
    struct plant plant;
    postern_engine_options options;
    postern_engine *engine;
    postern_prp prp;

    plant_open(&plant, C1);
    prp = *postern_store_prp(plant.store);
    postern_engine_options_init(&options);
    cr_expect_eq(postern_engine_new(&engine, &options), POSTERN_ERR_ARGUMENT);
    cr_expect_null(engine);
    cr_expect_eq(postern_engine_new(&engine, NULL), POSTERN_ERR_ARGUMENT);
    options.prp = &prp;
    prp.find = NULL;
    cr_expect_eq(postern_engine_new(&engine, &options), POSTERN_ERR_ARGUMENT);
    prp = *postern_store_prp(plant.store);
    prp.cse = NULL;
    cr_expect_eq(postern_engine_new(&engine, &options), POSTERN_ERR_ARGUMENT);
    prp = *postern_store_prp(plant.store);
    prp.struct_size = 0;
    cr_expect_eq(postern_engine_new(&engine, &options), POSTERN_ERR_ARGUMENT);
    prp = *postern_store_prp(plant.store);
    cr_assert_eq(postern_engine_new(&engine, &options), POSTERN_OK);
    postern_engine_free(engine);
    postern_engine_free(NULL);
    postern_reader_free(NULL);
    plant_close(&plant);
}

Test(settings, readers_are_as_many_as_was_said)
{
    struct plant plant;
    struct fake_prp fake;
    postern_reader *readers[3];

    plant_open(&plant, C1);
    cr_assert(fake_prp_open(&fake, plant.policy));
    plant.options.prp = &fake.prp;
    plant.options.max_readers = 3; /* one is the plant's */
    plant_start_engine(&plant);
    cr_assert_eq(postern_reader_new(plant.engine, &readers[0]), POSTERN_OK);
    cr_assert_eq(postern_reader_new(plant.engine, &readers[1]), POSTERN_OK);
    cr_expect_eq(postern_reader_new(plant.engine, &readers[2]),
                 POSTERN_ERR_LIMIT);
    cr_expect_null(readers[2]);
    postern_reader_free(readers[0]);
    cr_assert_eq(postern_reader_new(plant.engine, &readers[2]), POSTERN_OK);
    postern_reader_free(readers[1]);
    postern_reader_free(readers[2]);
    plant_close(&plant);
    fake_prp_close(&fake);
}

static postern_status refuse_reader(void *user, void **reader)
{
    (void)user;
    (void)reader;
    return POSTERN_ERR_LIMIT;
}

Test(settings, a_place_that_was_not_used_is_given_back)
{
    struct plant plant;
    struct fake_prp fake;
    postern_reader *reader;

    plant_open(&plant, C1);
    cr_assert(fake_prp_open(&fake, plant.policy));
    fake.prp.reader_new = refuse_reader;
    plant.options.prp = &fake.prp;
    plant_stop_engine(&plant);
    plant.options.max_readers = 1;
    cr_assert_eq(postern_engine_new(&plant.engine, &plant.options), POSTERN_OK);
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(postern_reader_new(plant.engine, &reader),
                     POSTERN_ERR_LIMIT);
        cr_expect_null(reader);
    }
    cr_expect_not(atomic_load(&plant.engine->settings.epochs.slots[0].taken));
    plant_close(&plant);
    fake_prp_close(&fake);
}

/* A host may forget the structs that it made an engine with. */
Test(settings, options_are_copied)
{
    struct plant plant;
    struct fake_prp fake;
    struct oracle oracle = {.country_of_ip = POSTERN_REPLY_YES};
    postern_pip pip = oracle_pip(&oracle);

    plant_open(&plant, C1);
    cr_assert(fake_prp_open(&fake, plant.policy));
    plant.options.prp = &fake.prp;
    plant.options.pip = &pip;
    plant_start_engine(&plant);
    memset(&pip, 0, sizeof pip);
    fake.prp.find = NULL;
    memcpy(oracle.ip_country, "NL", 3);
    cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'c1','op':3,'attrs':['a'],"
                                   "'rq_ip':'192.0.2.1'}"),
                 2004);
    cr_expect_eq(oracle.calls.country_of_ip, 1);
    plant_close(&plant);
    fake_prp_close(&fake);
}

/* ---- trust as a struct
 * --------------------------------------------------------- */

struct fault {
    const char *what;
    postern_credential credential;
    const char *path;
};

static const postern_str ae[] = {{"Cx", 2}};
static const postern_str aes[] = {{"Cx", 2}, {"Cy", 2}};
static const postern_str cse[] = {{"/gate-cse", 9}};
static const postern_str cses[] = {{"/gate-cse", 9}, {"/mill-cse", 9}};
static const postern_str pattern[] = {{"Cx", 2}, {"C*", 2}};
static const postern_str nothing[] = {{NULL, 0}};

#define NAMES(list)                                                            \
    .identities.items = (list),                                                \
    .identities.count = sizeof(list) / sizeof *(list)
#define AES(list) .kind = POSTERN_ASSOCIATION_AE, NAMES(list)
#define CSE(list) .kind = POSTERN_ASSOCIATION_CSE, NAMES(list)
#define ID(text) .id.data = (text), .id.len = sizeof(text) - 1

static const struct fault faults[] = {
    {"no number", {ID("key"), AES(ae)}, "/credentials/0/id"},
    {"one digit", {ID("1-key"), AES(ae)}, "/credentials/0/id"},
    {"three digits", {ID("131-key"), AES(ae)}, "/credentials/0/id"},
    {"no hyphen", {ID("31key"), AES(ae)}, "/credentials/0/id"},
    {"no value", {ID("31-"), AES(ae)}, "/credentials/0/id"},
    {"nothing", {AES(ae)}, "/credentials/0/id"},
    /* [SAEF-10] */
    {"of a MEF", {ID("10-key@mef.example"), AES(ae)}, "/credentials/0/id"},
    {"of ESPrim", {ID("13-key"), AES(ae)}, "/credentials/0/id"},
    {"of ESData", {ID("41-key"), AES(ae)}, "/credentials/0/id"},
    {"of nobody", {ID("31-key")}, "/credentials/0/kind"},
    {"no identity",
     {ID("31-key"), .kind = POSTERN_ASSOCIATION_AE},
     "/credentials/0/identities"},
    {"two CSEs", {ID("12-key"), CSE(cses)}, "/credentials/0/identities"},
    /* [SAEF-03] */
    {"two AEs of a key", {ID("12-key"), AES(aes)}, "/credentials/0/identities"},
    {"a pattern", {ID("31-key"), AES(pattern)}, "/credentials/0/identities/1"},
    {"an AE as a CSE", {ID("12-key"), CSE(ae)}, "/credentials/0/identities/0"},
    {"a CSE as an AE", {ID("12-key"), AES(cse)}, "/credentials/0/identities/0"},
    {"no text", {ID("31-key"), AES(nothing)}, "/credentials/0/identities/0"},
};

Test(settings, credentials_that_make_no_association_are_refused)
{
    struct plant plant;
    postern_diag diag;

    plant_open(&plant, C1);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        postern_trust trust = {.credentials = &faults[i].credential,
                               .credential_count = 1};

        cr_expect_eq(postern_engine_set_trust(plant.engine, &trust, &diag),
                     POSTERN_ERR_POLICY, "%s", faults[i].what);
        cr_expect_str_eq(diag.path, faults[i].path, "%s", faults[i].what);
        cr_expect_gt(strlen(diag.message), 10);
        cr_expect_eq(postern_engine_set_trust(plant.engine, &trust, NULL),
                     POSTERN_ERR_POLICY);
    }
    plant_close(&plant);
}

/* [SAEF-04] [SAEF-07] [SAEF-08] [SAEF-09] [SAEF-10] */
Test(settings, credentials_that_make_associations_are_taken)
{
    static const postern_credential rows[] = {
        {ID("11-km@maf.example"), AES(ae)},
        {ID("12-kpsa@x.example"), CSE(cse)},
        {ID("22-key"), AES(ae)},
        {ID("30-key"), CSE(cse)},
        {ID("31-a-b"), AES(aes)},
        {ID("32-key"), CSE(cse)},
        {ID("42-key"), AES(ae)}};
    const postern_trust trust = {
        .credentials = rows, .credential_count = sizeof rows / sizeof *rows};
    struct plant plant;

    plant_open(&plant, C1);
    cr_expect_eq(postern_engine_set_trust(plant.engine, &trust, NULL),
                 POSTERN_OK);
    plant_close(&plant);
}

Test(settings, a_credential_is_listed_once)
{
    static const postern_credential rows[][2] = {
        {{ID("31-key"), AES(ae)}, {ID("31-key"), AES(aes)}},
        {{ID("11-KM@maf.example"), AES(ae)},
         {ID("11-km@MAF.example"), AES(ae)}},
        {{ID("12-k@x.example"), AES(ae)}, {ID("12-k@X.example"), AES(ae)}},
    };
    static const postern_credential apart[] = {{ID("12-K@x.example"), AES(ae)},
                                               {ID("12-k@x.example"), AES(ae)}};
    postern_trust trust = {.credential_count = 2};
    struct plant plant;
    postern_diag diag;

    plant_open(&plant, C1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        trust.credentials = rows[i];
        cr_expect_eq(postern_engine_set_trust(plant.engine, &trust, &diag),
                     POSTERN_ERR_POLICY, "row %zu", i);
        cr_expect_str_eq(diag.path, "/credentials/1/id");
    }
    trust.credentials = apart;
    cr_expect_eq(postern_engine_set_trust(plant.engine, &trust, &diag),
                 POSTERN_OK);
    plant_close(&plant);
}

/* [ROLE-06] */
Test(settings, issuers_are_identifiers)
{
    static const postern_str bad[] = {{"/auth", 5}, {"C*", 2}};
    static const postern_str good[] = {{"/auth", 5}, {"Cx", 2}};
    postern_trust trust = {.role_issuers = bad, .role_issuer_count = 2};
    struct plant plant;
    postern_diag diag;

    plant_open(&plant, C1);
    cr_expect_eq(postern_engine_set_trust(plant.engine, &trust, &diag),
                 POSTERN_ERR_POLICY);
    cr_expect_str_eq(diag.path, "/role_issuers/1");
    trust.role_issuers = good;
    cr_expect_eq(postern_engine_set_trust(plant.engine, &trust, &diag),
                 POSTERN_OK);
    plant_close(&plant);
}

static int retrieve_with(struct plant *plant, const char *credential)
{
    postern_primitive_init(&plant->primitive);
    plant->primitive.from = PST_STR("Cx");
    plant->primitive.to = PST_STR("c1");
    plant->primitive.operation = 2;
    plant->primitive.association.kind = POSTERN_ASSOCIATION_CREDENTIAL;
    plant->primitive.association.credential = postern_str_of(credential);
    return plant_authorize(plant).rsc;
}

/* A credential left out is revoked; after a refusal the old ones hold.
 * [AUTHN-01] */
Test(settings, trust_is_replaced_whole)
{
    char id[] = "30-key";
    char name[] = "Cx";
    const postern_str names[] = {{name, 2}};
    const postern_credential row = {.id = {id, 6}, AES(names)};
    postern_trust some = {.credentials = &row, .credential_count = 1};
    postern_trust bad = {.credentials = &faults[0].credential,
                         .credential_count = 1};
    postern_trust none = {.credentials = NULL};
    struct plant plant;

    plant_open(&plant, C1);
    cr_expect_eq(retrieve_with(&plant, "30-key"), 4106); /* not registered */
    cr_assert_eq(postern_engine_set_trust(plant.engine, &some, NULL),
                 POSTERN_OK);
    memset(id, 'x', sizeof id - 1); /* everything was copied */
    memset(name, 'x', sizeof name - 1);
    cr_expect_eq(retrieve_with(&plant, "30-key"), 2000);
    cr_expect_eq(postern_engine_set_trust(plant.engine, &bad, NULL),
                 POSTERN_ERR_POLICY);
    cr_expect_eq(retrieve_with(&plant, "30-key"), 2000);
    cr_assert_eq(postern_engine_set_trust(plant.engine, &none, NULL),
                 POSTERN_OK);
    cr_expect_eq(retrieve_with(&plant, "30-key"), 4106);
    plant_close(&plant);
}

/* ---- trust of a document
 * ------------------------------------------------------- */

static postern_status trust_of(struct plant *plant, const char *trust,
                               postern_diag *diag)
{
    static char text[PLANT_TEXT];
    postern_load_options options;
    postern_policy *policy;
    postern_status status;

    text[0] = '\0';
    plant_add_json(text, "{'cse':{'spid':'//sp.example','csi':'/plant-cse'},\n"
                         "'trust':");
    plant_add_json(text, trust);
    plant_add_json(text, "}");
    postern_load_options_init(&options);
    options.source = "trust.json";
    cr_assert_eq(
        postern_policy_load(&policy, postern_str_of(text), &options, diag),
        POSTERN_OK, "%s: %s", trust, diag->message);
    status = postern_engine_set_trust_of(plant->engine, policy, diag);
    postern_policy_free(policy);
    return status;
}

Test(settings, trust_of_a_document_is_refused_where_it_is_wrong)
{
    static const struct {
        const char *trust;
        const char *path;
        uint32_t column; /* in line 2, which begins with 'trust': */
    } rows[] = {
        {"{'role_issuers':['C*']}", "/trust/role_issuers/0", 26},
        {"{'role_issuers':[7]}", "/trust/role_issuers/0", 26},
        {"{'role_issuers':{}}", "/trust/role_issuers", 25},
        {"{'credentials':{}}", "/trust/credentials", 24},
        {"{'credentials':[7]}", "/trust/credentials/0", 25},
        {"{'credentials':[{}]}", "/trust/credentials/0", 25},
        {"{'credentials':[{'id':7}]}", "/trust/credentials/0/id", 31},
        {"{'credentials':[{'id':'31-k'}]}", "/trust/credentials/0", 25},
        {"{'credentials':[{'id':'10-k','cse':'/x'}]}",
         "/trust/credentials/0/id", 31},
        {"{'credentials':[{'id':'12-k','cse':'Cx'}]}",
         "/trust/credentials/0/cse", 44},
        {"{'credentials':[{'id':'12-k','cse':['/x','/y']}]}",
         "/trust/credentials/0/cse", 44},
        {"{'credentials':[{'id':'12-k','cse':'/x','aes':['Cx']}]}",
         "/trust/credentials/0/aes", 55},
        {"{'credentials':[{'id':'31-k','aes':[]}]}", "/trust/credentials/0/aes",
         44},
        {"{'credentials':[{'id':'31-k','aes':['Cx','/x']}]}",
         "/trust/credentials/0/aes/1", 50},
        {"{'credentials':[{'id':'31-k','aes':['Cx',7]}]}",
         "/trust/credentials/0/aes/1", 50},
        {"{'credentials':[{'id':'31-k','aes':['Cx'],'expires':'soon'}]}",
         "/trust/credentials/0/expires", 61},
        {"{'credentials':[{'id':'31-k','aes':['Cx'],'expires':7}]}",
         "/trust/credentials/0/expires", 61},
        {"{'credentials':[{'id':'31-k','aes':['Cx'],'expiers':"
         "'20270101T000000'}]}",
         "/trust/credentials/0/expiers", 61},
        {"{'credentials':[{'id':'31-k','aes':['Cx']},{'id':'31-k','cse':"
         "'/x'}]}",
         "/trust/credentials/1/id", 58},
    };
    struct plant plant;
    postern_diag diag;

    plant_open(&plant, C1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(trust_of(&plant, rows[i].trust, &diag), POSTERN_ERR_POLICY,
                     "%s", rows[i].trust);
        cr_expect_str_eq(diag.path, rows[i].path, "%s: %s", rows[i].trust,
                         diag.message);
        cr_expect_str_eq(diag.source, "trust.json");
        cr_expect_eq(diag.line, 2, "%s", rows[i].trust);
        cr_expect_eq(diag.column, rows[i].column, "%s: %u", rows[i].trust,
                     diag.column);
        cr_expect_gt(strlen(diag.message), 10);
    }
    plant_close(&plant);
}

Test(settings, trust_of_a_document_counts)
{
    struct plant plant;
    postern_diag diag;

    plant_open(&plant, C1);
    cr_expect_eq(trust_of(&plant,
                          "{'role_issuers':'/auth','token_issuers':{},"
                          "'credentials':[{'id':'31-k','aes':'Cx'},"
                          "{'id':'30-k','aes':['Cx'],'expires':"
                          "'20260101T000000'},{'id':'12-k@x.example','cse':"
                          "'//sp.example/gate'}]}",
                          &diag),
                 POSTERN_OK, "%s", diag.message);
    cr_expect_eq(retrieve_with(&plant, "31-k"), 2000);
    cr_expect_eq(retrieve_with(&plant, "30-k"), 4106);
    plant.primitive.time_known = true;
    plant.primitive.time_s = 1767225599;
    cr_expect_eq(plant_authorize(&plant).rsc, 2000);
    plant.primitive.time_s++;
    cr_expect_eq(plant_authorize(&plant).rsc, 4106);
    cr_expect_eq(trust_of(&plant, "{}", &diag), POSTERN_OK);
    cr_expect_eq(retrieve_with(&plant, "31-k"), 4106);
    plant_close(&plant);
}

/* ---- the country database
 * -------------------------------------------------------- */

static int update_from(struct plant *plant, const char *address)
{
    postern_primitive_init(&plant->primitive);
    plant->primitive.from = PST_STR("Cx");
    plant->primitive.to = PST_STR("c1");
    plant->primitive.operation = 3;
    cr_assert_eq(
        postern_ip_parse(&plant->primitive.ip, postern_str_of(address)),
        POSTERN_OK);
    return plant_authorize(plant).rsc;
}

/* [LOC-07] [LOC-08] */
Test(settings, the_country_database_goes_before_the_host)
{
    struct oracle oracle = {.country_of_ip = POSTERN_REPLY_YES};
    postern_pip pip = oracle_pip(&oracle);
    struct plant plant;

    plant_open(&plant, C1);
    plant.options.pip = &pip;
    plant_start_engine(&plant);
    memcpy(oracle.ip_country, "NL", 3);
    cr_expect_eq(update_from(&plant, "192.0.2.1"), 2004);
    cr_expect_eq(oracle.calls.country_of_ip, 1);

    cr_assert_eq(
        postern_engine_set_country_db(plant.engine, one_country("DE", NULL)),
        POSTERN_OK);
    cr_expect_eq(update_from(&plant, "192.0.2.1"), 4103);
    cr_assert_eq(
        postern_engine_set_country_db(plant.engine, one_country("NL", NULL)),
        POSTERN_OK);
    cr_expect_eq(update_from(&plant, "192.0.2.1"), 2004);
    /* what it does not know, nobody else is asked */
    cr_expect_eq(update_from(&plant, "2001:db8::1"), 4103);
    cr_expect_eq(oracle.calls.country_of_ip, 1);

    cr_assert_eq(postern_engine_set_country_db(plant.engine, NULL), POSTERN_OK);
    cr_expect_eq(update_from(&plant, "192.0.2.1"), 2004);
    cr_expect_eq(oracle.calls.country_of_ip, 2);
    plant_close(&plant);
}

/* ---- memory
 * ------------------------------------------------------------------------ */

/* Whatever the order of replacing, each thing is freed once, and with the
 * engine at the latest. */
Test(settings, replaced_settings_are_freed)
{
    struct plant plant;
    struct faulty heap = {.fail_at = 0};
    postern_allocator allocator = faulty_allocator(&heap);
    const postern_trust none = {.credentials = NULL};
    postern_country_db *db;

    plant_open(&plant, C1);
    plant.options.allocator = &allocator;
    plant_start_engine(&plant);
    for (int i = 0; i < 20; i++) {
        db = one_country("NL", &allocator);
        cr_assert_eq(postern_engine_set_country_db(plant.engine, db),
                     POSTERN_OK);
        if (i % 3) {
            cr_assert_eq(postern_engine_set_country_db(plant.engine, db),
                         POSTERN_OK); /* the same again is not freed */
        }
        cr_assert_eq(postern_engine_set_trust(plant.engine, &none, NULL),
                     POSTERN_OK);
        cr_expect_eq(update_from(&plant, "192.0.2.1"), 2004);
        cr_expect_null(plant.engine->settings.oldest); /* nobody reads */
    }
    plant_close(&plant);
    cr_expect_eq(heap.live, 0);
    cr_expect_eq(heap.wrong_sizes, 0);
}

/* Refused memory leaves everything as it was. */
Test(settings, without_memory_nothing_is_replaced)
{
    static const postern_credential row = {ID("30-key"), AES(ae)};
    const postern_trust trust = {.credentials = &row, .credential_count = 1};
    const postern_trust none = {.credentials = NULL};
    struct faulty heap = {.fail_at = 0};
    postern_allocator allocator = faulty_allocator(&heap);
    struct plant plant;
    postern_country_db *db;
    postern_reader *reader;
    size_t n = 0;

    plant_open(&plant, C1);
    plant.options.allocator = &allocator;
    plant_start_engine(&plant);
    cr_assert_eq(postern_engine_set_trust(plant.engine, &trust, NULL),
                 POSTERN_OK);
    do {
        heap.calls = 0;
        heap.fail_at = ++n;
        if (postern_engine_set_trust(plant.engine, &none, NULL) == POSTERN_OK) {
            break;
        }
        heap.fail_at = 0;
        cr_expect_eq(retrieve_with(&plant, "30-key"), 2000);
    } while (n < 100);
    cr_expect_gt(n, 2);
    heap.fail_at = 0;
    cr_expect_eq(retrieve_with(&plant, "30-key"), 4106);

    db = one_country("NL", NULL);
    heap.calls = 0;
    heap.fail_at = 1;
    cr_expect_eq(postern_engine_set_country_db(plant.engine, db),
                 POSTERN_ERR_MEMORY);
    postern_country_db_free(db); /* is still ours */
    heap.calls = 0;
    heap.fail_at = 1;
    cr_expect_eq(postern_reader_new(plant.engine, &reader), POSTERN_ERR_MEMORY);
    heap.fail_at = 0;
    plant_close(&plant);
    cr_expect_eq(heap.live, 0);
}

Test(settings, without_memory_there_is_no_engine)
{
    struct plant plant;
    size_t n = 0;
    postern_status status;

    plant_open(&plant, C1);
    do {
        struct faulty heap = {.fail_at = ++n};
        postern_allocator allocator = faulty_allocator(&heap);
        postern_engine_options options = plant.options;
        postern_engine *engine;

        options.allocator = &allocator;
        status = postern_engine_new(&engine, &options);
        cr_expect_eq(engine != NULL, status == POSTERN_OK);
        postern_engine_free(engine);
        cr_expect_eq(heap.live, 0, "allocation %zu", n);
    } while (status == POSTERN_ERR_MEMORY && n < 100);
    cr_expect_eq(status, POSTERN_OK);
    cr_expect_gt(n, 2);
    plant_close(&plant);
}

/* A reader is one block of some 56 KiB. */
Test(settings, a_reader_is_one_block)
{
    struct plant plant;
    struct fake_prp fake;
    struct faulty heap = {.fail_at = 0};
    postern_allocator allocator = faulty_allocator(&heap);
    size_t before;
    postern_reader *reader;

    plant_open(&plant, C1);
    cr_assert(fake_prp_open(&fake, plant.policy));
    plant.options.prp = &fake.prp;
    plant.options.allocator = &allocator;
    plant_start_engine(&plant);
    before = heap.live;
    heap.calls = 0;
    cr_assert_eq(postern_reader_new(plant.engine, &reader), POSTERN_OK);
    cr_expect_eq(heap.calls, 1);
    cr_expect_lt(heap.live - before, 60 * 1024, "%zu", heap.live - before);
    postern_reader_free(reader);
    cr_expect_eq(heap.live, before);
    plant_close(&plant);
    fake_prp_close(&fake);
}

/* What a decision is looking at stays until it is done. */
Test(settings, are_not_freed_under_a_reader)
{
    struct plant plant;
    struct faulty heap = {.fail_at = 0};
    postern_allocator allocator = faulty_allocator(&heap);
    const postern_trust none = {.credentials = NULL};
    struct pst_settings_board *board;
    struct pst_epoch_slot *slot;
    const struct pst_settings *seen;

    plant_open(&plant, C1);
    plant.options.allocator = &allocator;
    plant_start_engine(&plant);
    board = &plant.engine->settings;
    slot = pst_epochs_take(&board->epochs);
    cr_assert_not_null(slot);
    pst_epoch_enter(&board->epochs, slot);
    seen = pst_settings_now(board);
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(postern_engine_set_trust(plant.engine, &none, NULL),
                     POSTERN_OK);
        cr_assert_eq(postern_engine_set_country_db(
                         plant.engine, one_country("NL", &allocator)),
                     POSTERN_OK);
    }
    pst_settings_collect(board);
    cr_expect_eq(board->oldest, seen);
    cr_expect_neq(pst_settings_now(board), seen);
    pst_epoch_leave(slot);
    pst_settings_collect(board);
    cr_expect_null(board->oldest);
    cr_expect_null(board->newest);
    pst_epochs_give(slot);
    plant_close(&plant);
    cr_expect_eq(heap.live, 0);
}
