#include "support/das.h"

/* cnt1 is open to Cother and to two roles of different servers; two
 * consultations, of which the second is switched off. */
#define DAC(ri, enabled, point, more)                                          \
    "{'m2m:dac':{'ri':'" ri "','rn':'" ri "','pi':'cb0','dae':" enabled        \
    ",'dap':['" point "']" more "}}"
#define CONTAINER(ri, links)                                                   \
    "{'ri':'" ri "','rn':'n-" ri "','ty':3,'pi':'cb0','_creator':'Cowner'"     \
    ",'acpi':['acpA']" links "}"
#define RULES                                                                  \
    "{'m2m:acp':{'ri':'acpA','rn':'acpA','pi':'cb0','pv':{'acr':["             \
    "{'acor':['Cother'],'acop':63},"                                           \
    "{'acor':['op@das.example'],'acop':2},"                                    \
    "{'acor':['boss@das.example'],'acop':63},"                                 \
    "{'acor':['night@das.example'],'acop':63,"                                 \
    "'acco':[{'actw':['* * 22-23 * * * *']}]},"                                \
    "{'acor':['guest@other.example'],'acop':2},"                               \
    "{'acor':['x@unknown.example'],'acop':2}]},"                               \
    "'pvs':{'acr':[{'acor':['Cowner'],'acop':63}]}}}"

#define READ "{'fr':'Cpump','to':'cnt1','op':2," ASKING_TIME "}"
#define GRANT                                                                  \
    "{'sit':2,'dres':{'dai':{'gp':{'acr':[{'acor':['Cpump'],'acop':2}]},"      \
    "'pl':'20260318T000000'}}}"
#define GRANT_END_S 1773792000

static const postern_str das_points[] = {{"https://das.example/ask", 23},
                                         {"mqtt://das.example", 18}};
static const postern_str das_domains[] = {{"das.example", 11}};
static const postern_str other_points[] = {{"https://other.example", 21}};
static const postern_str other_domains[] = {{"elsewhere.example", 17},
                                            {"OTHER.example", 13}};

static const postern_das_server servers[] = {
    {.identity = {"//sp.example/das-cse", 20},
     .points = {das_points, 2},
     .domains = {das_domains, 1}},
    {.identity = {"//sp.example/other-cse", 22},
     .points = {other_points, 1},
     .domains = {other_domains, 2}},
};

static void open_with_servers(struct asking *asking, const char *resources)
{
    asking_open(asking, resources);
    asking->options.servers = servers;
    asking->options.server_count = 2;
}

static bool is_text(postern_str text, const char *expected)
{
    return pst_str_is(text, expected);
}

/* ---- whom to ask --------------------------------------------------------- */

/* [DDA-02] [DDA-04] */
Test(dynauth, asks_the_servers_whose_roles_would_help)
{
    struct asking asking;
    postern_dynauth_server server;

    open_with_servers(&asking, RULES "," CONTAINER("cnt1", ""));
    cr_assert_eq(asking_begin(&asking, READ), POSTERN_DYNAUTH_ASK);
    server = postern_dynauth_server_of(asking.dynauth);
    cr_expect(is_text(server.identity, "//sp.example/das-cse"));
    cr_assert_eq(server.points.count, 2);
    cr_expect(is_text(server.points.items[0], "https://das.example/ask"));
    /* not of the night, not of another domain, in the order of the rules */
    cr_expect(
        asking_says(&asking, "'rfa':['op@das.example','boss@das.example']"),
        "%s", asking_request(&asking));
    cr_expect(asking_noted(&asking, "x@unknown.example"));

    postern_dynauth_failed(asking.dynauth);
    cr_assert_eq(postern_dynauth_state_of(asking.dynauth), POSTERN_DYNAUTH_ASK);
    server = postern_dynauth_server_of(asking.dynauth);
    cr_expect(is_text(server.identity, "//sp.example/other-cse"));
    cr_expect(asking_says(&asking, "'rfa':['guest@other.example']"));

    postern_dynauth_failed(asking.dynauth);
    cr_expect_eq(postern_dynauth_state_of(asking.dynauth),
                 POSTERN_DYNAUTH_DONE);
    server = postern_dynauth_server_of(asking.dynauth);
    cr_expect_null(server.points.items);
    cr_expect_eq(postern_dynauth_request(asking.dynauth, NULL, 0), 0);
    postern_dynauth_failed(asking.dynauth); /* and stays there */
    cr_expect_eq(postern_dynauth_state_of(asking.dynauth),
                 POSTERN_DYNAUTH_DONE);
    asking_close(&asking);
}

/* [DDA-02]: the rule of the night has its window, Delete has fewer roles */
Test(dynauth, asks_for_roles_of_rules_whose_other_terms_hold)
{
    struct asking asking;

    open_with_servers(&asking, RULES "," CONTAINER("cnt1", ""));
    (void)asking_begin(&asking, "{'fr':'Cpump','to':'cnt1','op':2,"
                                "'rq_time':'20260317T222030'}");
    cr_expect(asking_says(&asking, "'rfa':['op@das.example','boss@das.example',"
                                   "'night@das.example']"),
              "%s", asking_request(&asking));
    (void)asking_begin(&asking,
                       "{'fr':'Cpump','to':'cnt1','op':4," ASKING_TIME "}");
    cr_expect(asking_says(&asking, "'rfa':['boss@das.example']"));
    postern_dynauth_failed(asking.dynauth);
    cr_expect_eq(postern_dynauth_state_of(asking.dynauth),
                 POSTERN_DYNAUTH_DONE);
    asking_close(&asking);
}

/* [DDA-01] */
Test(dynauth, asks_nobody_unless_the_policies_deny)
{
    static const char *const others[] = {
        "{'fr':'Cother','to':'cnt1','op':2," ASKING_TIME "}", /* permitted */
        "{'fr':'Cpump','to':'nowhere','op':2," ASKING_TIME "}",
        "{'to':'cnt1','op':2," ASKING_TIME "}",
        "{'fr':'C*','to':'cnt1','op':2," ASKING_TIME "}",
        "{'fr':'Cpump','to':'cnt1','op':9," ASKING_TIME "}",
        "{'fr':'Cpump','to':'cnt1','op':2}", /* what has an end never counts */
        "{'fr':'Cpump','to':'cnt1','op':3,'attrs':['acpi','lbl']," ASKING_TIME
        "}",
        "{'fr':'Cpump','to':'cnt1','op':2,'tkns':['no-token']," ASKING_TIME "}",
    };
    struct asking asking;

    open_with_servers(&asking, RULES
                      "," DAC("dac1", "true", "https://consult.example",
                              "") "," CONTAINER("cnt1", ",'daci':['dac1']"));
    cr_assert_eq(asking_begin(&asking, READ), POSTERN_DYNAUTH_ASK);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        cr_expect_eq(asking_begin(&asking, others[i]), POSTERN_DYNAUTH_DONE,
                     "%s", others[i]);
    }
    asking_close(&asking);
}

/* The default policy denies, too. [PRP-04] */
Test(dynauth, consults_where_there_is_no_policy)
{
    struct asking asking;

    asking_open(&asking,
                DAC("dac1", "true", "https://das.example",
                    "") ","
                        "{'ri':'cnt1','ty':3,'pi':'cb0','_creator':'Cowner',"
                        "'daci':['dac1']}");
    cr_expect_eq(asking_begin(&asking, READ), POSTERN_DYNAUTH_ASK);
    cr_expect_eq(asking_begin(&asking,
                              "{'fr':'Cowner','to':'cnt1','op':2," ASKING_TIME
                              "}"),
                 POSTERN_DYNAUTH_DONE);
    asking_close(&asking);
}

/* What a consultation says about itself, and whether it is consulted.
 * [DDA-05] [DDA-25] */
Test(dynauth, consults_what_is_enabled_and_not_over)
{
    static const struct {
        const char *dac;
        bool asked;
        const char *note;
    } rows[] = {
        {DAC("dac1", "true", "https://a.example", ""), true, NULL},
        {DAC("dac1", "false", "https://a.example", ""), false, "not enabled"},
        {DAC("dac1", "1", "https://a.example", ""), false, "not enabled"},
        {DAC("dac1", "'true'", "https://a.example", ""), false, "not enabled"},
        {"{'m2m:dac':{'ri':'dac1','pi':'cb0','dap':['https://a.example']}}",
         false, "not enabled"},
        {"{'m2m:dac':{'ri':'dac1','pi':'cb0','dae':true}}", false,
         "no point of access"},
        {"{'m2m:dac':{'ri':'dac1','pi':'cb0','dae':true,'dap':[]}}", false,
         "no point of access"},
        {DAC("dac1", "true", "https://a.example", ",'et':'20260317T102031'"),
         true, NULL},
        {DAC("dac1", "true", "https://a.example", ",'et':'20260317T102030'"),
         false, "expired"},
        {DAC("dac1", "true", "https://a.example", ",'dal':'20260317T102031'"),
         true, NULL},
        {DAC("dac1", "true", "https://a.example", ",'dal':'20260317T102030'"),
         false, "over"},
        {DAC("dac1", "true", "https://a.example", ",'dal':'for ever'"), false,
         "over"},
        {DAC("dac1", "true", "https://a.example", ",'dal':7"), false, "over"},
        {"{'ri':'dac1','ty':3,'pi':'cb0','dae':true,"
         "'dap':['https://a.example']}",
         false, "is no <dynamicAuthorizationConsultation>"},
        {"{'ri':'dac2','ty':3,'pi':'cb0'}", false, "cannot be found"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static char resources[PLANT_TEXT];
        struct asking asking;

        resources[0] = '\0';
        plant_add_json(resources, rows[i].dac);
        plant_add_json(resources,
                       "," RULES "," CONTAINER("cnt1", ",'daci':['dac1']"));
        asking_open(&asking, resources);
        cr_expect_eq(asking_begin(&asking, READ),
                     rows[i].asked ? POSTERN_DYNAUTH_ASK : POSTERN_DYNAUTH_DONE,
                     "%s", rows[i].dac);
        cr_expect(!rows[i].note || asking_noted(&asking, rows[i].note), "%s",
                  rows[i].dac);
        asking_close(&asking);
    }
}

/* Only what the target links to, and for what takes its policies from its
 * parent what that links to. */
Test(dynauth, consults_what_the_target_links_to)
{
    static const struct {
        const char *to;
        bool asked;
    } rows[] = {
        {"cnt1", true},  {"cnt2", false},   {"cin1", true},
        {"cin2", false}, {"cnt1/la", true}, {"cnt2/la", false},
    };
    struct asking asking;

    asking_open(
        &asking,
        RULES "," DAC("dac1", "true", "https://a.example", "") "," CONTAINER(
            "cnt1", ",'daci':['dac1']") "," CONTAINER("cnt2",
                                                      "") ","
                                                          "{'ri':'cin1','ty':4,"
                                                          "'pi':'cnt1'}"
                                                          ","
                                                          "{'ri':'cin2','ty':4,"
                                                          "'pi':'cnt2'}");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static char request[PLANT_TEXT];

        request[0] = '\0';
        plant_add_json(request, "{'fr':'Cpump','op':2," ASKING_TIME ",'to':'");
        plant_add_json(request, rows[i].to);
        plant_add_json(request, "'}");
        cr_expect_eq(asking_begin(&asking, request),
                     rows[i].asked ? POSTERN_DYNAUTH_ASK : POSTERN_DYNAUTH_DONE,
                     "%s", rows[i].to);
    }
    asking_close(&asking);
}

/* [DDA-05] [DDA-06]: listed servers first, one for each set of points */
Test(dynauth, groups_consultations_by_their_points)
{
    struct asking asking;
    postern_dynauth_server server;

    open_with_servers(
        &asking, RULES
        "," DAC("dac1", "true", "https://z.example", ",'dal':'20260317T120000'") "," DAC(
            "dac2", "true", "mqtt://das.example",
            ",'dal':'20260401T000000'") "," DAC("dac3", "true",
                                                "https://"
                                                "z."
                                                "example",
                                                ",'dal':'"
                                                "20260317"
                                                "T110000"
                                                "'") "," CONTAINER("cnt1",
                                                                   ",'daci':['"
                                                                   "dac1','"
                                                                   "dac2','"
                                                                   "dac3']"));
    asking.options.max_asked = 16;
    cr_assert_eq(asking_begin(&asking, READ), POSTERN_DYNAUTH_ASK);
    server = postern_dynauth_server_of(asking.dynauth);
    cr_expect(is_text(server.identity, "//sp.example/das-cse"));
    cr_expect(asking_says(&asking, "'ppl':'20260401T000000'"), "of dac2");
    cr_expect(asking_says(&asking, "'rfa':['op@das.example'"));
    postern_dynauth_failed(asking.dynauth);
    server = postern_dynauth_server_of(asking.dynauth);
    cr_expect(is_text(server.identity, "//sp.example/other-cse"));
    cr_expect(asking_says(&asking, "'ppl':'20260317T112030'"), "an hour");
    postern_dynauth_failed(asking.dynauth);
    server = postern_dynauth_server_of(asking.dynauth);
    cr_expect_null(server.identity.data, "only consultations name it");
    cr_assert_eq(server.points.count, 1);
    cr_expect(is_text(server.points.items[0], "https://z.example"));
    cr_expect(asking_says(&asking, "'ppl':'20260317T110000'"), "the earlier");
    cr_expect_not(asking_says(&asking, "'rfa'"));
    postern_dynauth_failed(asking.dynauth);
    cr_expect_eq(postern_dynauth_state_of(asking.dynauth),
                 POSTERN_DYNAUTH_DONE);
    asking_close(&asking);
}

Test(dynauth, leaves_servers_that_are_not_listed_if_told_to)
{
    struct asking asking;

    open_with_servers(
        &asking,
        RULES "," DAC("dac1", "true", "https://z.example", "") "," DAC(
            "dac2", "true", "https://other.example",
            "") "," CONTAINER("cnt1",
                              ",'daci':['dac1']") "," CONTAINER("cnt2",
                                                                ",'daci':['"
                                                                "dac2']"));
    asking.options.servers = &servers[1]; /* no role of it helps a Delete */
    asking.options.server_count = 1;
    asking.options.listed_servers_only = true;
    cr_expect_eq(asking_begin(&asking,
                              "{'fr':'Cpump','to':'cnt1','op':4," ASKING_TIME
                              "}"),
                 POSTERN_DYNAUTH_DONE);
    cr_expect(asking_noted(&asking, "not listed"));
    cr_expect_eq(asking_begin(&asking,
                              "{'fr':'Cpump','to':'cnt2','op':4," ASKING_TIME
                              "}"),
                 POSTERN_DYNAUTH_ASK);
    asking_close(&asking);
}

/* [DDA-06] [DDA-23] */
Test(dynauth, asks_so_many_and_no_more)
{
    struct asking asking;

    for (uint32_t most = 1; most <= 3; most++) {
        uint32_t asked = 0;

        asking_open(
            &asking,
            RULES "," DAC("d1", "true", "https://1.example", "") "," DAC(
                "d2", "true", "https://2.example",
                "") "," DAC("d3", "true", "https://3.example",
                            "") "," DAC("d4", "true", "https://4.example",
                                        "") "," CONTAINER("cnt1",
                                                          ",'daci':['d1','d2','"
                                                          "d3','d4']"));
        asking.options.max_asked = most % 3; /* 0: three */
        (void)asking_begin(&asking, READ);
        while (postern_dynauth_state_of(asking.dynauth) ==
               POSTERN_DYNAUTH_ASK) {
            asked++;
            postern_dynauth_failed(asking.dynauth);
        }
        cr_expect_eq(asked, most);
        asking_close(&asking);
    }
}

/* ---- what is told -------------------------------------------------------- */

/* [DDA-07] [DDA-08]: all that is known, and nothing that is not */
Test(dynauth, writes_the_request)
{
    static const char text[] =
        "{'m2m:seci':{'sit':1,'dreq':{'or':'//sp.example/plant-cse/Cpump',"
        "'trt':3,'op':2,'rts':'20260317T102030',"
        "'trid':'//sp.example/plant-cse/cnt1','ppl':'20260317T112030',"
        "'rfa':['op@das.example','boss@das.example']}}}";
    static char expected[PLANT_TEXT];
    struct asking asking;

    open_with_servers(&asking, RULES "," CONTAINER("cnt1", ""));
    (void)asking_begin(&asking, READ);
    expected[0] = '\0';
    plant_add_json(expected, text);
    cr_expect_str_eq(asking_request(&asking), expected);
    (void)asking_begin(&asking, "{'fr':'/plant-cse/Cpump',"
                                "'to':'base/n-cnt1','op':2," ASKING_TIME "}");
    cr_expect_str_eq(asking_request(&asking), expected);
    asking.options.lifetime_s = 60;
    (void)asking_begin(&asking, READ);
    cr_expect(asking_says(&asking, "'ppl':'20260317T102130'"));
    asking_close(&asking);
}

/* However little room there is. */
Test(dynauth, cuts_the_request_to_the_buffer)
{
    struct asking asking;
    char whole[1024];
    size_t len;

    open_with_servers(&asking, RULES "," CONTAINER("cnt1", ""));
    (void)asking_begin(&asking, READ);
    len = postern_dynauth_request(asking.dynauth, whole, sizeof whole);
    for (size_t size = 0; size <= len + 1; size++) {
        char *buffer = malloc(size + 1);

        cr_assert_not_null(buffer);
        buffer[size] = 'x';
        cr_expect_eq(postern_dynauth_request(asking.dynauth, buffer, size),
                     len);
        cr_expect_eq(buffer[size], 'x');
        cr_expect(size == 0 || (buffer[size - 1] == '\0' || size > len));
        cr_expect(size == 0 || memcmp(buffer, whole, size - 1) == 0);
        free(buffer);
    }
    asking_close(&asking);
}

/* [DDA-24] */
Test(dynauth, tells_address_and_location_to_whom_it_may)
{
    static const char request[] =
        "{'fr':'Cpump','to':'cnt1','op':2," ASKING_TIME
        ",'rq_ip':'203.0.113.9','rq_loc':{'lat':48.5,'lon':-9.25}}";
    postern_das_server told[2] = {servers[0], servers[1]};
    struct asking asking;

    open_with_servers(&asking, RULES
                      "," DAC("dac1", "true", "https://z.example",
                              "") "," CONTAINER("cnt1", ",'daci':['dac1']"));
    asking.options.servers = told;
    told[1].tell_ip = true;
    (void)asking_begin(&asking, request);
    cr_expect_not(asking_says(&asking, "oip"));
    cr_expect_not(asking_says(&asking, "olo"));
    postern_dynauth_failed(asking.dynauth);
    cr_expect(asking_says(&asking, "'oip':{'ip4':'203.0.113.9'}"));
    cr_expect_not(asking_says(&asking, "olo"));
    postern_dynauth_failed(asking.dynauth);
    cr_expect_not(asking_says(&asking, "oip"), "nobody is configured");
    cr_expect_not(asking_says(&asking, "olo"));
    told[0].tell_location = true;
    (void)asking_begin(&asking, request);
    cr_expect_not(asking_says(&asking, "oip"));
    cr_expect(asking_says(&asking, "'olo':{'accr':[48.5,-9.25,0]}"), "%s",
              asking_request(&asking));
    asking_close(&asking);
}

/* Roles that were verified, not those that are claimed. [REQ-10] */
Test(dynauth, tells_the_roles_that_count)
{
    struct asking asking;

    open_with_servers(
        &asking,
        "{'m2m:rol':{'ri':'r1','rlid':'op@das.example',"
        "'tkis':'//sp.example/auth-cse','tkhd':'//sp.example/plant-cse/Cpump',"
        "'tknb':'20260101T000000','tkna':'20261231T000000'}}," RULES
        "," CONTAINER("cnt1", ""));
    (void)asking_begin(&asking, "{'fr':'Cpump','to':'cnt1','op':4,"
                                "'rids':['op@das.example','boss@das.example'],"
                                "'tids':['t1@das.example']," ASKING_TIME "}");
    /* Token-IDs that cannot be fetched are an error of the request */
    cr_expect_eq(postern_dynauth_state_of(asking.dynauth),
                 POSTERN_DYNAUTH_DONE);
    (void)asking_begin(
        &asking,
        "{'fr':'Cpump','to':'cnt1','op':4,"
        "'rids':['op@das.example','boss@das.example']," ASKING_TIME "}");
    cr_expect_not(asking_says(&asking, "'orid':['boss"), "%s",
                  asking_request(&asking));
    asking_close(&asking);
}

/* ---- what is granted ----------------------------------------------------- */

#define OPEN                                                                   \
    RULES "," DAC("dac1", "true", "https://z.example",                         \
                  "") "," CONTAINER("cnt1", ",'daci':['dac1']")

/* [DDA-19] [DDA-21] */
Test(dynauth, permits_what_the_das_grants)
{
    struct asking asking;
    postern_dynauth_grant grant;
    postern_answer answer;

    asking_open(&asking, OPEN);
    cr_assert_eq(asking_begin(&asking, READ), POSTERN_DYNAUTH_ASK);
    grant = postern_dynauth_grant_of(asking.dynauth);
    cr_expect_null(grant.acp.data);
    cr_assert_eq(asking_answer(&asking, GRANT), POSTERN_OK, "%s",
                 asking.diag.message);
    cr_assert_eq(postern_dynauth_state_of(asking.dynauth),
                 POSTERN_DYNAUTH_DECIDE);
    cr_expect_not(asking_noted(&asking, "privileges"));
    grant = postern_dynauth_grant_of(asking.dynauth);
    cr_expect_eq(grant.rules, 1);
    cr_expect_eq(grant.expires_s, GRANT_END_S);
    answer = asking_decide(&asking);
    cr_expect_eq(answer.effect, POSTERN_PERMIT);
    cr_expect_eq(answer.rsc, 2000);
    cr_expect_str_eq(answer.reason, "granted");
    cr_expect_not_null(strstr(answer.message.data, "dynamic"));
    asking_close(&asking);
}

/* The same answer to requests that it does not cover. */
Test(dynauth, denies_what_the_das_does_not_grant)
{
    static const char *const others[] = {
        "{'fr':'Cpump','to':'cnt1','op':4," ASKING_TIME "}",
        "{'fr':'Cpunk','to':'cnt1','op':2," ASKING_TIME "}",
        "{'fr':'/other/Cpump','to':'cnt1','op':2," ASKING_TIME "}",
        "{'fr':'Cpump','to':'cnt1','op':2,'fc':{'fu':1}," ASKING_TIME "}",
    };
    struct asking asking;

    asking_open(&asking, OPEN);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        cr_assert_eq(asking_begin(&asking, others[i]), POSTERN_DYNAUTH_ASK);
        cr_assert_eq(asking_answer(&asking, GRANT), POSTERN_OK);
        cr_expect_eq(asking_decide(&asking).rsc, 4103, "%s", others[i]);
        postern_dynauth_failed(asking.dynauth);
        cr_expect_eq(postern_dynauth_state_of(asking.dynauth),
                     POSTERN_DYNAUTH_DONE);
    }
    asking_close(&asking);
}

/* What was granted is gone with the next step. */
Test(dynauth, applies_a_grant_while_it_is_there)
{
    struct asking asking;
    postern_primitive primitive;

    asking_open(&asking, OPEN);
    (void)asking_begin(&asking, READ);
    primitive = asking.plant.primitive;
    postern_dynauth_apply(asking.dynauth, &primitive);
    cr_expect_eq(primitive.granted_count, 0, "nothing has come yet");
    cr_assert_eq(asking_answer(&asking, GRANT), POSTERN_OK);
    postern_dynauth_apply(asking.dynauth, &primitive);
    cr_expect_eq(primitive.granted_count, 1);
    cr_expect_eq(asking_answer(&asking, GRANT), POSTERN_ERR_ARGUMENT,
                 "one answer to one request");
    cr_expect_eq(postern_dynauth_state_of(asking.dynauth),
                 POSTERN_DYNAUTH_DECIDE);
    postern_dynauth_failed(asking.dynauth);
    primitive = asking.plant.primitive;
    postern_dynauth_apply(asking.dynauth, &primitive);
    cr_expect_eq(primitive.granted_count, 0);
    asking_close(&asking);
}

/* [DDA-19]: the representation, which can be stored as it is */
Test(dynauth, gives_the_policy_to_store)
{
    static const char *const parts[] = {
        "\"m2m:acp\"",           "\"ty\": 1",   "\"et\": \"20260318T000000\"",
        "\"acor\": [\"Cpump\"]", "\"acop\": 2", "\"acor\": [\"/plant-cse\"]",
        "\"acop\": 14"};
    struct asking asking;
    postern_dynauth_grant grant;
    uint64_t revision;
    postern_diag diag;

    asking_open(&asking, OPEN);
    (void)asking_begin(&asking, READ);
    cr_assert_eq(asking_answer(&asking, GRANT), POSTERN_OK);
    grant = postern_dynauth_grant_of(asking.dynauth);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        cr_expect_not_null(strstr(grant.acp.data, parts[i]), "%s in\n%s",
                           parts[i], grant.acp.data);
    }
    cr_expect_null(strstr(grant.acp.data, "\"ri\""));
    asking.options.acp_id = PST_STR("acpDyn");
    (void)asking_begin(&asking, READ);
    cr_assert_eq(asking_answer(&asking, GRANT), POSTERN_OK);
    grant = postern_dynauth_grant_of(asking.dynauth);
    cr_expect_not_null(strstr(asking_decide(&asking).message.data, "acpDyn"));
    cr_expect_eq(
        postern_store_put_text(asking.plant.store, grant.acp, &revision, &diag),
        POSTERN_OK, "%s", diag.message);
    asking_close(&asking);
}

/* [DDA-19]: the end that the DAS says, or that was asked for; never past */
Test(dynauth, lets_privileges_end)
{
    static const struct {
        const char *lifetime;
        int64_t now_s, max_s, expires_s; /* 0: nothing counts */
    } rows[] = {
        {",'pl':'20260318T000000'", ASKING_NOW_S, 0, GRANT_END_S},
        {",'pl':'20260318T000000'", GRANT_END_S - 1, 0, GRANT_END_S},
        {",'pl':'20260318T000000'", GRANT_END_S, 0, 0},
        {",'pl':'20260317T102030'", ASKING_NOW_S, 0, 0},
        {",'pl':'20260317T102031'", ASKING_NOW_S, 0, ASKING_NOW_S + 1},
        /* a clock that is behind does not bring it back */
        {",'pl':'20260317T102030'", ASKING_NOW_S - 60, 0, 0},
        {"", ASKING_NOW_S, 0, ASKING_NOW_S + 3600},
        {"", ASKING_NOW_S + 3599, 0, ASKING_NOW_S + 3600},
        {"", ASKING_NOW_S + 3600, 0, 0},
        {"", ASKING_NOW_S, 60, ASKING_NOW_S + 60},
        {",'pl':'20991231T000000'", ASKING_NOW_S, 60, ASKING_NOW_S + 60},
        {",'pl':'20260317T102031'", ASKING_NOW_S, 60, ASKING_NOW_S + 1},
        /* no time at all is no answer */
        {",'pl':'tomorrow'", ASKING_NOW_S, 0, 0},
        {",'pl':3600000", ASKING_NOW_S, 0, 0},
        {",'pl':null", ASKING_NOW_S, 0, 0},
    };
    struct asking asking;

    asking_open(&asking, OPEN);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static char answer[PLANT_TEXT];
        postern_status status;

        answer[0] = '\0';
        plant_add_json(answer, "{'sit':2,'dres':{'dai':{'gp':{'acr':[{'acor':["
                               "'Cpump'],'acop':2}]}");
        plant_add_json(answer, rows[i].lifetime);
        plant_add_json(answer, "}}}");
        asking.options.max_lifetime_s = rows[i].max_s;
        (void)asking_begin(&asking, READ);
        status = asking_answer_at(&asking, answer, rows[i].now_s);
        cr_expect_eq(status == POSTERN_OK, rows[i].expires_s != 0, "row %zu",
                     i);
        cr_expect_eq(postern_dynauth_grant_of(asking.dynauth).expires_s,
                     rows[i].expires_s, "row %zu", i);
    }
    asking_close(&asking);
}

/* [DDA-20] */
Test(dynauth, clamps_to_the_request_if_told_to)
{
    static const struct {
        const char *rules;
        int plain, clamped; /* response status codes; 0: nothing is granted */
        bool noted;
    } rows[] = {
        {"{'acor':['Cpump'],'acop':2}", 2000, 2000, false},
        {"{'acor':['/plant-cse/Cpump'],'acop':2}", 2000, 2000, false},
        {"{'acor':['Cpump'],'acop':63}", 2000, 2000, true},
        {"{'acor':['Cpump','Cx'],'acop':2}", 2000, 2000, true},
        {"{'acor':['all'],'acop':2}", 2000, 2000, true},
        {"{'acor':['//sp.example'],'acop':2}", 2000, 2000, true},
        {"{'acor':['Cp*'],'acop':2}", 2000, 2000, true},
        {"{'acor':['Cx'],'acop':2}", 4103, 0, true},
        {"{'acor':['Cpump'],'acop':4}", 4103, 0, true},
        {"{'acor':['op@das.example'],'acop':2}", 4103, 0, true},
        {"{'acor':['Cx'],'acop':2},{'acor':['Cpump'],'acop':3}", 2000, 2000,
         true},
        {"{'acor':['Cpump'],'acop':2,'acco':[{'acip':{'ipv4':['10.0.0.0/8']}}"
         "]}",
         4103, 4103, false},
        {"{'acor':['Cpump'],'acop':2},{'acor':['Cpump'],'acop':4}", 2000, 2000,
         true},
        {"{'acor':['Cpump'],'acop':2,'acaf':true}", 4103, 4103, false},
    };
    struct asking asking;

    asking_open(&asking, OPEN);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static char answer[PLANT_TEXT];

        answer[0] = '\0';
        plant_add_json(answer, "{'sit':2,'dres':{'dai':{'gp':{'acr':[");
        plant_add_json(answer, rows[i].rules);
        plant_add_json(answer, "]}}}}");
        for (int clamp = 0; clamp < 2; clamp++) {
            int rsc = 0;

            asking.options.clamp_to_request = clamp;
            (void)asking_begin(&asking, READ);
            if (asking_answer(&asking, answer) == POSTERN_OK) {
                rsc = asking_decide(&asking).rsc;
            }
            cr_expect_eq(rsc, clamp ? rows[i].clamped : rows[i].plain, "%s: %d",
                         rows[i].rules, rsc);
            cr_expect(clamp ||
                          asking_noted(&asking, "further") == rows[i].noted,
                      "%s", rows[i].rules);
        }
    }
    asking_close(&asking);
}

/* What is stored is what was clamped. [DDA-20] */
Test(dynauth, stores_the_clamped_rules)
{
    struct asking asking;
    postern_dynauth_grant grant;

    asking_open(&asking, OPEN);
    asking.options.clamp_to_request = true;
    (void)asking_begin(&asking, READ);
    cr_assert_eq(
        asking_answer(&asking,
                      "{'sit':2,'dres':{'dai':{'gp':{'acr':[{'acor':['Cx'],"
                      "'acop':2},{'acor':['all'],'acop':63}]}}}}"),
        POSTERN_OK);
    grant = postern_dynauth_grant_of(asking.dynauth);
    cr_expect_eq(grant.rules, 1);
    cr_expect_not_null(strstr(grant.acp.data, "//sp.example/plant-cse/Cpump"));
    cr_expect_not_null(strstr(grant.acp.data, "\"acop\": 2"));
    cr_expect_null(strstr(grant.acp.data, "all"));
    cr_expect_null(strstr(grant.acp.data, "63"));
    asking_close(&asking);
}

/* A subscription needs two operations, and keeps both. [PRP-06] */
Test(dynauth, clamps_a_subscription_to_what_it_needs)
{
    struct asking asking;

    asking_open(&asking, OPEN);
    asking.options.clamp_to_request = true;
    (void)asking_begin(
        &asking, "{'fr':'Cpump','to':'cnt1','op':1,'ty':23," ASKING_TIME "}");
    cr_assert_eq(asking_answer(&asking, "{'sit':2,'dres':{'dai':{'gp':{'acr':["
                                        "{'acor':['Cpump'],'acop':63}]}}}}"),
                 POSTERN_OK);
    cr_expect_eq(asking_decide(&asking).rsc, 2001);
    cr_expect_not_null(strstr(postern_dynauth_grant_of(asking.dynauth).acp.data,
                              "\"acop\": 3"));
    asking_close(&asking);
}

/* ---- answers that are none ----------------------------------------------- */

#define GP "{'acr':[{'acor':['Cpump'],'acop':2}]}"

static const char *const no_answers[] = {
    "",
    "{",
    "null",
    "[]",
    "2",
    "{}",
    "{'sit':2}",
    "{'dres':{'dai':{'gp':" GP "}}}",
    "{'sit':1,'dres':{'dai':{'gp':" GP "}}}",
    "{'sit':3,'dres':{'dai':{'gp':" GP "}}}",
    "{'sit':'2','dres':{'dai':{'gp':" GP "}}}",
    "{'sit':2.0,'dres':{'dai':{'gp':" GP "}}}",
    "{'sit':true,'dres':{'dai':{'gp':" GP "}}}",
    "{'sit':2,'sit':2,'dres':{'dai':{'gp':" GP "}}}",
    "{'sit':2,'dreq':{'dai':{'gp':" GP "}}}",
    "{'sit':2,'dreq':{},'dres':{'dai':{'gp':" GP "}}}",
    "{'sit':2,'dres':{'dai':{'gp':" GP "}},'more':1}",
    "{'sit':2,'dres':{'dai':{'gp':" GP "},'more':1}}",
    "{'sit':2,'dres':{'dai':{'gp':" GP ",'more':1}}}",
    "{'sit':2,'dres':{'gp':" GP "}}",
    "{'sit':2,'dres':[{'dai':{'gp':" GP "}}]}",
    "{'sit':2,'dres':{'dai':[{'gp':" GP "}]}}",
    "{'sit':2,'dres':{'dai':{'gp':[" GP "]}}}",
    "{'sit':2,'dres':{'dai':{'gp':'all'}}}",
    "{'sit':2,'dres':{'dai':{'gp':null}}}",
    "{'sit':2,'dres':{'dai':null}}",
    "{'sit':2,'dres':null}",
    "{'sit':2,'dres':{}}",
    "{'sit':2,'dres':{'dai':{}}}",
    "{'sit':2,'dres':{'dai':{'gp':{}}}}",
    "{'sit':2,'dres':{'dai':{'gp':{'acr':[]}}}}",
    "{'sit':2,'dres':{'dai':{'gp':{'acr':[{'acor':['Cpump']}]}}}}",
    "{'sit':2,'dres':{'dai':{'gp':{'acr':[{'acop':2}]}}}}",
    "{'sit':2,'dres':{'dai':{'gp':{'acr':[{'acor':['Cpump'],'acop':64}]}}}"
    "}",
    "{'sit':2,'dres':{'dai':{'gp':{'acr':[{'acor':['Cpump'],'acop':2},"
    "{'acor':['Cpump'],'acop':'x'}]}}}}",
    "{'sit':2,'dres':{'dai':{'pl':'20260318T000000'}}}",
    "{'sit':2,'dres':{'tkns':[]}}",
    "{'sit':2,'dres':{'tkns':['x']}}",
    "{'sit':2,'dres':{'tkns':'x'}}",
    "{'sit':2,'dres':{'tkns':[7],'dai':{'gp':" GP "}}}",
    "{'sit':2,'dres':{'tkns':[''],'dai':{'gp':" GP "}}}",
    "{'sit':2,'dres':{'tkns':['x'],'dai':{'gp':" GP ",'tkns':['x']}}}",
    "{'sit':2,'dres':{'asri':true,'dai':{'gp':" GP "}}}",
    "{'m2m:seci':{'sit':1,'dres':{'dai':{'gp':" GP "}}}}",
    "{'m2m:seci':{'sit':2,'dres':{'dai':{'gp':" GP "}}},'more':1}",
    "{'m2m:sgn':{'sit':2,'dres':{'dai':{'gp':" GP "}}}}",
    "{'sit':2,'dres':{'dai':{'gp':" GP "}}} x",
    "\xEF\xBB\xBF{'sit':2,'dres':{'dai':{'gp':" GP "}}}x",
    "{'sit':2,'dres':{'dai':{'gp':{'acr':[{'acor':['\xFF'],'acop':2}]}}}}",
};

/* [DDA-08] [DDA-09] [DDA-25] */
Test(dynauth, takes_nothing_from_what_is_no_answer)
{
    struct asking asking;

    asking_open(&asking, OPEN);
    for (size_t i = 0; i < sizeof no_answers / sizeof *no_answers; i++) {
        postern_primitive before;

        (void)asking_begin(&asking, READ);
        before = asking.plant.primitive;
        cr_expect_neq(asking_answer(&asking, no_answers[i]), POSTERN_OK, "%s",
                      no_answers[i]);
        cr_expect(asking.diag.message[0], "%s", no_answers[i]);
        cr_expect_eq(postern_dynauth_state_of(asking.dynauth),
                     POSTERN_DYNAUTH_DONE);
        postern_dynauth_apply(asking.dynauth, &asking.plant.primitive);
        cr_expect_eq(asking.plant.primitive.granted_count,
                     before.granted_count);
        cr_expect_eq(asking.plant.primitive.tokens.count, before.tokens.count);
    }
    asking_close(&asking);
}

/* The neighbours of these that are answers. */
Test(dynauth, takes_an_answer_in_every_form_that_is_one)
{
    static const char *const texts[] = {
        "{'sit':2,'dres':{'dai':{'gp':" GP "}}}",
        "{'m2m:seci':{'sit':2,'dres':{'dai':{'gp':" GP "}}}}",
        "{'dres':{'dai':{'gp':" GP "}},'sit':2}",
        "{'sit':2,'dres':{'asri':false,'dai':{'gp':" GP "}}}",
        "{'sit':2,'dres':{'tkns':[],'dai':{'gp':" GP "}}}",
        "{'sit':2,'dres':{'tkns':['x'],'dai':{'gp':" GP "}}}",
        "{'sit':2,'dres':{'dai':{'gp':" GP ",'tkns':['x']}}}",
    };
    struct asking asking;

    asking_open(&asking, OPEN);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        (void)asking_begin(&asking, READ);
        cr_expect_eq(asking_answer(&asking, texts[i]), POSTERN_OK, "%s: %s",
                     texts[i], asking.diag.message);
    }
    cr_expect(asking_noted(&asking, "its identity is not known"));
    asking_close(&asking);
}

/* One that grants nothing, and then the next one. [DDA-06] */
Test(dynauth, goes_on_after_an_answer_that_grants_nothing)
{
    struct asking asking;

    open_with_servers(&asking, OPEN);
    (void)asking_begin(&asking, READ);
    cr_expect_neq(asking_answer(&asking, "{'sit':2,'dres':{}}"), POSTERN_OK);
    cr_expect_eq(postern_dynauth_state_of(asking.dynauth), POSTERN_DYNAUTH_ASK);
    cr_expect(is_text(postern_dynauth_server_of(asking.dynauth).identity,
                      "//sp.example/other-cse"));
    cr_expect_eq(asking_answer(&asking, GRANT), POSTERN_OK);
    cr_expect_eq(asking_decide(&asking).rsc, 2000);
    asking_close(&asking);
}

/* Long, deep and many. */
Test(dynauth, refuses_answers_that_are_too_large)
{
    enum { SIZE = 600 << 10, DEEP = 20000 };
    char *text = malloc(SIZE + 1);
    struct asking asking;

    cr_assert_not_null(text);
    asking_open(&asking, OPEN);
    memset(text, ' ', SIZE);
    memcpy(text, "{\"sit\":2,\"dres\":{}}", 19);
    (void)asking_begin(&asking, READ);
    cr_expect_eq(postern_dynauth_answer(asking.dynauth,
                                        (postern_str){text, SIZE}, ASKING_NOW_S,
                                        NULL),
                 POSTERN_ERR_LIMIT);
    memset(text, '[', DEEP);
    (void)asking_begin(&asking, READ);
    cr_expect_neq(postern_dynauth_answer(asking.dynauth,
                                         (postern_str){text, DEEP},
                                         ASKING_NOW_S, NULL),
                  POSTERN_OK);
    free(text);
    (void)asking_begin(&asking, READ);
    cr_expect_eq(asking_answer(&asking, "{'sit':2,'dres':{'tkns':['1','2','3',"
                                        "'4','5','6','7','8','9']}}"),
                 POSTERN_ERR_LIMIT);
    asking_close(&asking);
}

/* An ACP is protected by its self-privileges, which no DAS grants. [DDA-19] */
Test(dynauth, grants_nothing_on_a_policy)
{
    struct asking asking;

    asking_open(&asking,
                DAC("dac1", "true", "https://z.example",
                    "") ","
                        "{'m2m:acp':{'ri':'acpA','pi':'cb0','daci':['dac1'],'"
                        "pv':{'acr':"
                        "[]},'pvs':{'acr':[{'acor':['Cowner'],'acop':63}]}}}");
    if (asking_begin(&asking, "{'fr':'Cpump','to':'acpA','op':2," ASKING_TIME
                              "}") == POSTERN_DYNAUTH_ASK) {
        cr_assert_eq(asking_answer(&asking, GRANT), POSTERN_OK);
        cr_expect_eq(asking_decide(&asking).rsc, 4103);
    }
    asking_close(&asking);
}

Test(dynauth, refuses_options_that_are_none)
{
    struct asking asking;
    postern_dynauth *dynauth;

    asking_open(&asking, OPEN);
    (void)plant_rsc(&asking.plant, READ);
    asking.options.server_count = 1;
    cr_expect_eq(postern_dynauth_begin(&dynauth, asking.plant.reader,
                                       &asking.plant.primitive,
                                       &asking.options),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_null(dynauth);
    cr_expect_eq(postern_dynauth_begin(&dynauth, asking.plant.reader,
                                       &asking.plant.primitive, NULL),
                 POSTERN_OK);
    cr_expect_eq(postern_dynauth_state_of(dynauth), POSTERN_DYNAUTH_ASK);
    postern_dynauth_free(dynauth);
    postern_dynauth_free(NULL);
    asking_close(&asking);
}

/* [DDA-04] [IDA-08] */
Test(dynauth, finds_the_server_of_an_identifier_by_its_domain)
{
    static const struct {
        const char *id;
        const postern_das_server *server;
    } rows[] = {
        {"op@das.example", &servers[0]},
        {"op@DAS.example", &servers[0]},
        {"7@other.example", &servers[1]},
        {"7@elsewhere.example", &servers[1]},
        {"op@xdas.example", NULL},
        {"op@das.example.org", NULL},
        {"das.example", NULL},
        {"@das.example", NULL},
        {"op@", NULL},
        {"op@x@das.example", NULL},
        {"", NULL},
    };
    postern_dynauth_options options;

    postern_dynauth_options_init(&options);
    options.servers = servers;
    options.server_count = 2;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(
            postern_das_server_of(&options, postern_str_of(rows[i].id)),
            rows[i].server, "%s", rows[i].id);
    }
}
