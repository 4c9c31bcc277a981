/* The server by itself, and both ends against each other. */
#include "support/das.h"

#include <stdio.h>

/* RFC 7515 A.3: a key that is no secret. */
#define PUBLIC                                                                 \
    "\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"das-1\",\"alg\":\"ES256\","    \
    "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","                   \
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""
#define PRIVATE                                                                \
    "{" PUBLIC ",\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"}"
#define SECRET                                                                 \
    "{\"kty\":\"oct\",\"kid\":\"plant-1\",\"alg\":\"A256KW\",\"k\":"           \
    "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"}"

#define DAS "//sp.example/das-cse"

/* Of cnt1 the DAS lets Cpump read; Cpump is an operator, Cboss both. */
#define POLICY                                                                 \
    "policy:\n"                                                                \
    "  cse: {spid: //sp.example, csi: /plant-cse, cb_ri: cb0, cb_rn: base}\n"  \
    "  policies:\n"                                                            \
    "    - {ri: acpDas,\n"                                                     \
    "       pv: {acr: [{acor: [Cpump], acop: 2},\n"                            \
    "                  {acor: [Cnight], acop: 2,\n"                            \
    "                   acco: [{actw: ['* * 22-23 * * * *']}]},\n"             \
    "                  {acor: [Clocal], acop: 2,\n"                            \
    "                   acco: [{acip: {ipv4: [10.0.0.0/8]}}]}]},\n"            \
    "       pvs: {acr: [{acor: [Cadmin], acop: 63}]}}\n"                       \
    "  resources:\n"                                                           \
    "    - {ri: cb0, rn: base, ty: 5}\n"                                       \
    "    - {ri: cnt1, rn: n-cnt1, ty: 3, pi: cb0, acpi: [acpDas]}\n"
#define TOKENS "  tokens: {domain: das.example, sign: {key_file: das.jwk}}\n"
#define ROLES                                                                  \
    "  roles:\n"                                                               \
    "    - {originators: [/plant-cse/Cpump, Cboss], roles: "                   \
    "[op@das.example]}\n"                                                      \
    "    - originators: [Cboss]\n"                                             \
    "      roles: [boss@das.example, night@das.example]\n"                     \
    "      lifetime: 60\n"

static const char plain_das[] =
    "das:\n  identity: " DAS "\n  lifetime: 600\n" POLICY;
static const char token_das[] =
    "das:\n  identity: " DAS "\n  lifetime: 600\n" TOKENS ROLES POLICY;

static postern_status read_file(void *user, postern_str name, postern_str *text,
                                postern_diag *diag)
{
    (void)user;
    (void)diag;
    if (pst_str_is(name, "das.jwk")) {
        *text = PST_STR(PRIVATE);
        return POSTERN_OK;
    }
    if (pst_str_is(name, "plant.jwk")) {
        *text = PST_STR(SECRET);
        return POSTERN_OK;
    }
    return POSTERN_ERR_IO;
}

static postern_status load(postern_das **das, const char *text,
                           postern_diag *diag)
{
    postern_das_options options;

    postern_das_options_init(&options);
    options.source = "das.yaml";
    options.read_file = read_file;
    return postern_das_load(das, postern_str_of(text), &options, diag);
}

static postern_das *open_das(const char *text)
{
    postern_das *das;
    postern_diag diag;

    cr_assert_eq(load(&das, text, &diag), POSTERN_OK, "%u:%u: %s %s", diag.line,
                 diag.column, diag.path, diag.message);
    return das;
}

/* ' for ". */
static postern_status ask_at(postern_das *das, const char *json, int64_t now_s,
                             postern_das_reply *reply)
{
    static char text[PLANT_TEXT];
    postern_das_question question = {.asker = PST_STR("/plant-cse"),
                                     .now_s = now_s};
    postern_diag diag;

    text[0] = '\0';
    plant_add_json(text, json);
    question.text = postern_str_of(text);
    return postern_das_answer(das, &question, reply, &diag);
}

static postern_das_reply ask(postern_das *das, const char *json)
{
    postern_das_reply reply;

    cr_assert_eq(ask_at(das, json, ASKING_NOW_S, &reply), POSTERN_OK, "%s",
                 json);
    return reply;
}

#define DREQ(or, op, trid, more)                                               \
    "{'sit':1,'dreq':{'or':'" or "','op':" op ",'trid':'" trid "'" more "}}"
#define PUMP "//sp.example/plant-cse/Cpump"
#define TARGET "//sp.example/plant-cse/cnt1"
#define NOTHING "{\"m2m:seci\":{\"sit\":2,\"dres\":{}}}"

/* ---- privileges ---------------------------------------------------------- */

/* [DDA-09] [PPM-06] */
Test(das, grants_what_was_asked_and_no_more)
{
    postern_das *das = open_das(plain_das);
    postern_das_reply reply = ask(das, DREQ(PUMP, "2", TARGET, ""));

    cr_expect_str_eq(
        reply.text.data,
        "{\"m2m:seci\":{\"sit\":2,\"dres\":{\"dai\":{\"gp\":{\"acr\":[{"
        "\"acor\":[\"" PUMP "\"],\"acop\":2}]},\"pl\":\"20260317T103030\"}}}}");
    cr_expect(reply.privileges);
    cr_expect_eq(reply.tokens, 0);
    cr_expect_str_eq(reply.reason, "the policy permits it");
    reply =
        ask(das, DREQ("Cpump", "2", "base/n-cnt1", ",'ppl':'20260317T102100'"));
    cr_expect_not_null(strstr(reply.text.data, PUMP), "canonical");
    cr_expect_not_null(strstr(reply.text.data, "\"pl\":\"20260317T102100\""),
                       "no longer than was asked for");
    postern_das_free(das);
}

Test(das, grants_nothing_that_its_policy_does_not_permit)
{
    static const char *const others[] = {
        DREQ(PUMP, "4", TARGET, ""),
        DREQ(PUMP, "1", TARGET, ""),
        DREQ("//sp.example/plant-cse/Cother", "2", TARGET, ""),
        DREQ("//sp.example/other-cse/Cpump", "2", TARGET, ""),
        DREQ(PUMP, "2", "//sp.example/plant-cse/cnt2", ""),
        DREQ(PUMP, "2", "//sp.example/other-cse/cnt1", ""),
        DREQ("//sp.example/plant-cse/Cnight", "2", TARGET, ""),
        DREQ("//sp.example/plant-cse/Clocal", "2", TARGET, ""),
        DREQ("//sp.example/plant-cse/Clocal", "2", TARGET,
             ",'oip':{'ip4':'203.0.113.9'}"),
        DREQ(PUMP, "2", TARGET, ",'ppl':'20260317T102030'"),
    };
    postern_das *das = open_das(token_das);
    postern_das_reply reply;

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        reply = ask(das, others[i]);
        cr_expect_str_eq(reply.text.data, NOTHING, "%s", others[i]);
        cr_expect_not(reply.privileges);
    }
    reply = ask(das, DREQ("//sp.example/plant-cse/Clocal", "2", TARGET,
                          ",'oip':{'ip4':'10.1.2.3'}"));
    cr_expect(reply.privileges);
    cr_assert_eq(ask_at(das,
                        DREQ("//sp.example/plant-cse/Cnight", "2", TARGET, ""),
                        ASKING_NOW_S + 12 * 3600, &reply),
                 POSTERN_OK);
    cr_expect(reply.privileges);
    postern_das_free(das);
}

/* It is for one CSE, and hears no other. */
Test(das, answers_nothing_to_who_is_not_the_cse)
{
    static const char *const others[] = {"", "/other-cse",
                                         "//other.example/plant-cse",
                                         "//sp.example/plant-cse/Cx", "Cpump"};
    static const char *const names[] = {"/plant-cse", "//sp.example/plant-cse",
                                        "//SP.example/plant-cse"};
    static const char text[] = "{\"sit\":1,\"dreq\":{\"or\":\"" PUMP
                               "\",\"op\":2,\"trid\":\"" TARGET "\"}}";
    postern_das *das = open_das(plain_das);
    postern_das_question question = {.text = PST_STR(text),
                                     .now_s = ASKING_NOW_S};
    postern_das_reply reply;

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        question.asker = postern_str_of(others[i]);
        cr_assert_eq(postern_das_answer(das, &question, &reply, NULL),
                     POSTERN_OK);
        cr_expect_str_eq(reply.text.data, NOTHING, "%s", others[i]);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        question.asker = postern_str_of(names[i]);
        cr_assert_eq(postern_das_answer(das, &question, &reply, NULL),
                     POSTERN_OK);
        cr_expect(reply.privileges, "%s", names[i]);
    }
    question.asker = (postern_str){NULL, 0};
    cr_assert_eq(postern_das_answer(das, &question, &reply, NULL), POSTERN_OK);
    cr_expect_str_eq(reply.text.data, NOTHING);
    postern_das_free(das);
}

Test(das, refuses_what_is_no_request)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{}",
        "{'sit':2,'dres':{}}",
        "{'sit':1,'dreq':{}}",
        DREQ("C*", "2", TARGET, ""),
        DREQ("//", "2", TARGET, ""),
        DREQ(PUMP, "2", TARGET, ",'more':1"),
    };
    postern_das *das = open_das(plain_das);
    postern_das_reply reply;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        cr_expect_neq(ask_at(das, texts[i], ASKING_NOW_S, &reply), POSTERN_OK,
                      "%s", texts[i]);
        cr_expect_null(reply.text.data);
        cr_expect_not_null(reply.reason);
    }
    cr_expect_eq(ask_at(das, DREQ(PUMP, "2", TARGET, ""), INT64_MAX, &reply),
                 POSTERN_ERR_ARGUMENT);
    postern_das_free(das);
}

/* ---- tokens -------------------------------------------------------------- */

Test(das, issues_a_token_for_roles_that_help_and_are_assigned)
{
    static const struct {
        const char *question;
        size_t tokens;
    } rows[] = {
        {DREQ(PUMP, "4", TARGET, ",'rfa':['op@das.example']"), 1},
        {DREQ(PUMP, "4", TARGET, ",'rfa':['boss@das.example']"), 0},
        {DREQ(PUMP, "4", TARGET,
              ",'rfa':['boss@das.example','op@das.example']"),
         1},
        {DREQ(PUMP, "4", TARGET, ",'rfa':[]"), 0},
        {DREQ(PUMP, "4", TARGET, ""), 0},
        {DREQ(PUMP, "4", TARGET, ",'rfa':['op']"), 0},
        {DREQ("//sp.example/other-cse/Cpump", "4", TARGET,
              ",'rfa':['op@das.example']"),
         0},
        {DREQ("Cboss", "4", TARGET, ",'rfa':['boss@das.example']"), 1},
    };
    postern_das *das = open_das(token_das);
    postern_das *without = open_das(plain_das);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_das_reply reply = ask(das, rows[i].question);

        cr_expect_eq(reply.tokens, rows[i].tokens, "%s", rows[i].question);
        cr_expect_eq(strstr(reply.text.data, "\"tkns\"") != NULL,
                     rows[i].tokens != 0);
        cr_expect_null(strstr(reply.text.data, "dai"));
        cr_expect_eq(ask(without, rows[i].question).tokens, 0);
    }
    postern_das_free(das);
    postern_das_free(without);
}

/* The claims of the token in an answer, read by a verifier of the CSE. */
struct cse {
    postern_cse cse;
    postern_issuers *issuers;
    postern_verifier *verifier;
};

#define ISSUERS                                                                \
    "{\"token_issuers\":{\"" DAS "\":{\"algs\":[\"ES256\"],\"keys\":[{" PUBLIC \
    "}],\"role_domains\":[\"das.example\"]}}}"

/* The same, and the key comes to its end soon. */
#define SHORT_LIVED                                                            \
    "{\"token_issuers\":{\"" DAS "\":{\"algs\":[\"ES256\"],\"keys\":[{" PUBLIC \
    ",\"exp\":1773742840}],\"role_domains\":[\"das.example\"]}}}"

static postern_issuers *load_issuers(const postern_cse *cse, const char *text)
{
    postern_issuers_options options;
    postern_issuers *issuers;
    postern_diag diag;

    postern_issuers_options_init(&options);
    options.cse = cse;
    cr_assert_eq(
        postern_issuers_load(&issuers, postern_str_of(text), &options, &diag),
        POSTERN_OK, "%s %s", diag.path, diag.message);
    return issuers;
}

static void open_cse(struct cse *self)
{
    cr_assert_eq(postern_cse_init(&self->cse, PST_STR("//sp.example"),
                                  PST_STR("/plant-cse")),
                 POSTERN_OK);
    self->issuers = load_issuers(&self->cse, ISSUERS);
    cr_assert_eq(postern_verifier_new(&self->verifier, &self->cse, NULL, NULL),
                 POSTERN_OK);
}

static void close_cse(struct cse *self)
{
    postern_verifier_free(self->verifier);
    postern_issuers_free(self->issuers);
}

static postern_str token_in(postern_das_reply reply)
{
    const char *start = strstr(reply.text.data, "\"tkns\":[\"");

    cr_assert_not_null(start, "%s", reply.text.data);
    start += strlen("\"tkns\":[\"");
    return (postern_str){start, strcspn(start, "\"")};
}

static postern_token open_token(struct cse *self, postern_str text)
{
    postern_token_check check;
    postern_token token;
    postern_refusal refusal;

    postern_token_check_init(&check);
    cr_assert_eq(
        postern_id_parse_entity(&check.holder, &self->cse, PST_STR("Cboss")),
        POSTERN_OK);
    check.time_known = true;
    check.time_s = ASKING_NOW_S;
    check.das = PST_STR(DAS);
    postern_verifier_begin(self->verifier);
    refusal = postern_token_verify(self->verifier, self->issuers, &check, text,
                                   &token);
    cr_assert_eq(refusal, POSTERN_REFUSAL_NONE, "%s",
                 postern_refusal_text(refusal));
    return token;
}

/* [DDA-10] [DDA-11]: for this holder, this CSE, this target and these roles,
 * for as long as all of them are assigned */
Test(das, says_in_a_token_what_it_is_for)
{
    struct cse cse;
    postern_das *das = open_das(token_das);
    postern_das_reply reply;
    postern_token token;
    const postern_permission *permission;
    char first[128];

    open_cse(&cse);
    reply = ask(das, DREQ("Cboss", "4", TARGET,
                          ",'rts':'20260317T102000','rfa':['boss@das.example',"
                          "'x@das.example','op@das.example']"));
    token = open_token(&cse, token_in(reply));
    cr_expect(pst_str_is(token.claims.issuer, DAS));
    cr_expect(pst_str_is(token.claims.holder, "//sp.example/plant-cse/Cboss"));
    cr_assert_eq(token.claims.audience_count, 1);
    cr_expect(pst_str_is(token.claims.audience[0], "//sp.example/plant-cse"));
    cr_expect_eq(token.claims.not_before_s, ASKING_NOW_S - 30, "rts");
    cr_expect_eq(token.claims.not_after_s, ASKING_NOW_S + 60, "the shortest");
    cr_assert_eq(token.claims.permission_count, 1);
    permission = &token.claims.permissions[0];
    cr_assert_eq(permission->resource_id_count, 1);
    cr_expect(pst_str_is(permission->resource_ids[0], TARGET));
    cr_assert_eq(permission->role_id_count, 2);
    cr_expect(pst_str_is(permission->role_ids[0], "boss@das.example"));
    cr_expect(pst_str_is(permission->role_ids[1], "op@das.example"));
    cr_expect_null(permission->privileges.data);
    cr_expect_eq(token.claims.token_id.len, 32 + strlen("@das.example"));
    memcpy(first, token.claims.token_id.data, token.claims.token_id.len);
    postern_verifier_end(cse.verifier);

    /* another one for the same question; a time long ago is not believed */
    reply = ask(das, DREQ("Cboss", "4", TARGET,
                          ",'rts':'20260317T090000','rfa':['op@das.example']"));
    token = open_token(&cse, token_in(reply));
    cr_expect_neq(memcmp(first, token.claims.token_id.data, 32), 0);
    cr_expect_eq(token.claims.not_before_s, ASKING_NOW_S);
    cr_expect_eq(token.claims.not_after_s, ASKING_NOW_S + 600);
    postern_verifier_end(cse.verifier);
    close_cse(&cse);
    postern_das_free(das);
}

/* ---- documents ----------------------------------------------------------- */

Test(das, refuses_documents_that_are_none)
{
    static const char *const texts[] = {
        "",
        "[]",
        "das: {}\n",
        "das: {identity: " DAS "}\n",
        POLICY,
        "das: {identity: Cx}\n" POLICY,
        "das: {identity: /das-cse}\n" POLICY,
        "das: {identity: 7}\n" POLICY,
        "das: {identity: " DAS ", lifetime: 0}\n" POLICY,
        "das: {identity: " DAS ", lifetime: -1}\n" POLICY,
        "das: {identity: " DAS ", lifetime: 1.5}\n" POLICY,
        "das: {identity: " DAS ", lifetime: 99999999}\n" POLICY,
        "das: {identity: " DAS ", more: 1}\n" POLICY,
        "das: {identity: " DAS "}\nmore: 1\n" POLICY,
        "das: {identity: " DAS ", tokens: {}}\n" POLICY,
        "das: {identity: " DAS ", tokens: {domain: das.example}}\n" POLICY,
        "das: {identity: " DAS
        ", tokens: {sign: {key_file: das.jwk}}}\n" POLICY,
        "das: {identity: " DAS
        ", tokens: {domain: das.example, sign: {}}}\n" POLICY,
        "das: {identity: " DAS ", tokens: {domain: das.example, sign: "
        "{key_file: none.jwk}}}\n" POLICY,
        "das: {identity: " DAS ", roles: [{originators: [Cx]}]}\n" POLICY,
        "das: {identity: " DAS ", roles: [{roles: [a@b.example]}]}\n" POLICY,
        "das: {identity: " DAS
        ", roles: [{originators: [Cx], roles: [a]}]}\n" POLICY,
        "das: {identity: " DAS ", roles: [{originators: ['C*'], roles: "
        "[a@b.example]}]}\n" POLICY,
        "das: {identity: " DAS ", roles: {}}\n" POLICY,
        "das: {identity: " DAS "}\npolicy: {}\n",
        "das: {identity: " DAS "}\npolicy: []\n",
        "das: {identity: " DAS "}\npolicy: {cse: {spid: //sp.example, csi: "
        "/plant-cse}, policies: [{ri: acp1}]}\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        postern_das *das;
        postern_diag diag;

        cr_expect_neq(load(&das, texts[i], &diag), POSTERN_OK, "%s", texts[i]);
        cr_expect_null(das);
        cr_expect(diag.message[0], "%s", texts[i]);
    }
}

/* Mistakes are found where they stand, also in the policy. */
Test(das, says_where_a_document_is_wrong)
{
    postern_das *das;
    postern_diag diag;

    cr_expect_eq(
        load(&das, "das:\n  identity: " DAS "\n  lifetime: no\n" POLICY, &diag),
        POSTERN_ERR_POLICY);
    cr_expect_eq(diag.line, 3);
    cr_expect_str_eq(diag.path, "/das/lifetime");
    cr_expect_str_eq(diag.source, "das.yaml");
    cr_expect_eq(
        load(&das, "das:\n  identity: " DAS "\npolicy:\n  cse: 1\n", &diag),
        POSTERN_ERR_POLICY);
    cr_expect_eq(diag.line, 4);
    cr_expect_str_eq(diag.path, "/policy/cse");
}

Test(das, reads_no_file_unless_it_may)
{
    postern_das *das;
    postern_diag diag;

    cr_expect_eq(postern_das_load(&das, postern_str_of(token_das), NULL, &diag),
                 POSTERN_ERR_POLICY);
    cr_expect_null(das);
    cr_expect_eq(postern_das_load(&das, postern_str_of(plain_das), NULL, &diag),
                 POSTERN_OK);
    postern_das_free(das);
    postern_das_free(NULL);
}

/* ---- both ends ----------------------------------------------------------- */

#define PLANT                                                                  \
    "{'m2m:acp':{'ri':'acpA','pi':'cb0','pv':{'acr':["                         \
    "{'acor':['op@das.example'],'acop':4},"                                    \
    "{'acor':['boss@das.example'],'acop':8}]},"                                \
    "'pvs':{'acr':[{'acor':['Cowner'],'acop':63}]}}},"                         \
    "{'m2m:dac':{'ri':'dac1','pi':'cb0','dae':true,"                           \
    "'dap':['https://das.example']}},"                                         \
    "{'ri':'cnt1','ty':3,'pi':'cb0','acpi':['acpA'],'daci':['dac1']},"         \
    "{'ri':'cnt2','ty':3,'pi':'cb0','acpi':['acpA']}"

static const postern_str das_points[] = {{"https://das.example", 19}};
static const postern_str das_domains[] = {{"das.example", 11}};

struct ends {
    struct asking asking;
    postern_das *das;
    postern_das_server server;
};

static void open_ends(struct ends *ends, const char *das, const char *issuers)
{
    const postern_cse *cse;

    asking_open(&ends->asking, PLANT);
    ends->das = open_das(das);
    ends->server = (postern_das_server){.identity = PST_STR(DAS),
                                        .points = {das_points, 1},
                                        .domains = {das_domains, 1}};
    ends->asking.options.servers = &ends->server;
    ends->asking.options.server_count = 1;
    cse = postern_policy_cse(ends->asking.plant.policy);
    cr_assert_eq(postern_engine_set_issuers(ends->asking.plant.engine,
                                            load_issuers(cse, issuers)),
                 POSTERN_OK);
}

static void close_ends(struct ends *ends)
{
    asking_close(&ends->asking);
    postern_das_free(ends->das);
}

/* From the denial to the answer of the second decision; 0: none was granted. */
static int go_through(struct ends *ends, const char *json)
{
    postern_das_question question = {.asker = PST_STR("/plant-cse"),
                                     .now_s = ASKING_NOW_S + 1};
    postern_das_reply reply;
    postern_diag diag;

    if (asking_begin(&ends->asking, json) != POSTERN_DYNAUTH_ASK) {
        return 0;
    }
    question.text = postern_str_of(asking_request(&ends->asking));
    cr_assert_eq(postern_das_answer(ends->das, &question, &reply, &diag),
                 POSTERN_OK, "%s", diag.message);
    if (postern_dynauth_answer(ends->asking.dynauth, reply.text, question.now_s,
                               &ends->asking.diag) != POSTERN_OK) {
        return 0;
    }
    return asking_decide(&ends->asking).rsc;
}

#define BY(who, op, to)                                                        \
    "{'fr':'" who "','to':'" to "','op':" op "," ASKING_TIME "}"

/* Privileges for Cpump to read, a role of Cpump to update, one of Cboss to
 * delete. [DDA-03] [DDA-21] */
Test(dynamic_authorization, goes_from_denial_to_permission)
{
    static const struct {
        const char *request;
        int rsc; /* 0: nobody helps */
    } rows[] = {
        {BY("Cpump", "2", "cnt1"), 2000}, /* by privileges */
        {BY("Cpump", "3", "cnt1"), 2004}, /* by a token */
        {BY("Cpump", "4", "cnt1"), 0},
        {BY("Cboss", "4", "cnt1"), 2002},
        {BY("Cboss", "2", "cnt1"), 0},
        {BY("Cother", "2", "cnt1"), 0},
        {BY("Cother", "3", "cnt1"), 0},
        {BY("/other-cse/Cpump", "3", "cnt1"), 0},
        {BY("Cpump", "2", "cnt2"), 0}, /* links to no consultation */
        {BY("Cpump", "3", "cnt2"), 2004},
        {BY("Cpump", "2", "acpA"), 0},
    };
    struct ends ends;

    open_ends(&ends, token_das, ISSUERS);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(go_through(&ends, rows[i].request), rows[i].rsc, "%s",
                     rows[i].request);
    }
    close_ends(&ends);
}

/* A token for one target is of no use for another, nor for another holder. */
Test(dynamic_authorization, keeps_a_token_to_what_it_is_for)
{
    struct ends ends;
    postern_primitive primitive;
    postern_answer answer;
    struct plant *plant = &ends.asking.plant;

    open_ends(&ends, token_das, ISSUERS);
    cr_assert_eq(go_through(&ends, BY("Cpump", "3", "cnt1")), 2004);
    primitive = plant->primitive;
    postern_dynauth_apply(ends.asking.dynauth, &primitive);
    cr_assert_eq(primitive.tokens.count, 1);
    primitive.to = PST_STR("cnt2");
    postern_authorize(plant->reader, &primitive, NULL, &answer);
    cr_expect_eq(answer.rsc, 4103);
    primitive.to = PST_STR("cnt1");
    primitive.from = PST_STR("Cother");
    postern_authorize(plant->reader, &primitive, NULL, &answer);
    cr_expect_eq(answer.rsc, 4103);
    primitive.from = PST_STR("Cpump");
    postern_authorize(plant->reader, &primitive, NULL, &answer);
    cr_expect_eq(answer.rsc, 2004);
    close_ends(&ends);
}

/* [DDA-17] */
Test(dynamic_authorization, remembers_a_token_where_the_engine_does)
{
    struct ends ends;
    struct plant *plant = &ends.asking.plant;
    const postern_cse *cse;
    postern_issuers *issuers;
    postern_verifier *verifier;
    postern_token_cache *cache;
    postern_token_check check;
    postern_token token;
    postern_primitive primitive;

    open_ends(&ends, token_das, ISSUERS);
    cse = postern_policy_cse(plant->policy);
    cr_assert_eq(postern_token_cache_new(&cache, NULL), POSTERN_OK);
    plant->options.token_cache = cache;
    plant_start_engine(plant);
    issuers = load_issuers(cse, ISSUERS);
    cr_assert_eq(postern_engine_set_issuers(plant->engine, issuers),
                 POSTERN_OK);
    cr_assert_eq(go_through(&ends, BY("Cpump", "3", "cnt1")), 2004);
    primitive = plant->primitive;
    postern_dynauth_apply(ends.asking.dynauth, &primitive);
    cr_assert_eq(primitive.tokens.count, 1);
    cr_assert_eq(postern_verifier_new(&verifier, cse, cache, NULL), POSTERN_OK);
    postern_token_check_init(&check);
    cr_assert_eq(postern_id_parse_entity(&check.holder, cse, PST_STR("Cpump")),
                 POSTERN_OK);
    check.time_known = true;
    check.time_s = ASKING_NOW_S;
    postern_verifier_begin(verifier);
    cr_assert_eq(postern_token_verify(verifier, issuers, &check,
                                      primitive.tokens.items[0], &token),
                 POSTERN_REFUSAL_NONE);
    cr_expect(token.from_cache);
    postern_verifier_end(verifier);
    postern_verifier_free(verifier);
    close_ends(&ends);
    postern_token_cache_free(cache);
}

static int answer_to(struct plant *plant, const char *from, const char *to,
                     int64_t later_s)
{
    postern_primitive primitive = plant->primitive;
    postern_answer answer;

    primitive.from = postern_str_of(from);
    primitive.to = postern_str_of(to);
    primitive.time_s += later_s;
    postern_authorize(plant->reader, &primitive, NULL, &answer);
    return answer.rsc;
}

static postern_reply revoked;

static postern_reply is_revoked(void *user, postern_str token_id)
{
    (void)user;
    return token_id.len ? revoked : POSTERN_REPLY_UNKNOWN;
}

/* A token that a DAS gave belongs to every request of its holder, for what it
 * says and as long as it lasts (7.1.2). [DDA-17] */
Test(dynamic_authorization, associates_a_token_with_its_holder)
{
    static const postern_str targets[] = {{"cnt2", 4}, {"cnt1", 4}};
    static const postern_str turned[] = {{"cnt1", 4}, {"cnt2", 4}};
    static const postern_pip pip = {.struct_size = sizeof pip,
                                    .token_revoked = is_revoked};
    bool permitted[2];
    struct ends ends;
    struct plant *plant = &ends.asking.plant;
    const postern_cse *cse;
    postern_token_cache *cache;

    open_ends(&ends, token_das, ISSUERS);
    cse = postern_policy_cse(plant->policy);
    cr_assert_eq(postern_token_cache_new(&cache, NULL), POSTERN_OK);
    revoked = POSTERN_REPLY_NO;
    plant->options.pip = &pip;
    plant->options.token_cache = cache;
    plant_start_engine(plant);
    cr_assert_eq(
        postern_engine_set_issuers(plant->engine, load_issuers(cse, ISSUERS)),
        POSTERN_OK);
    cr_assert_eq(go_through(&ends, BY("Cpump", "3", "cnt1")), 2004);
    cr_expect_eq(plant->primitive.tokens.count, 0);
    revoked = POSTERN_REPLY_YES;
    cr_expect_eq(answer_to(plant, "Cpump", "cnt1", 1), 4103, "revoked");
    revoked = POSTERN_REPLY_NO;
    cr_expect_eq(answer_to(plant, "Cpump", "cnt1", 1), 2004);
    cr_expect_eq(answer_to(plant, "/plant-cse/Cpump", "cnt1", 1), 2004);
    cr_expect_eq(answer_to(plant, "Cpump", "cnt2", 1), 4103);
    cr_expect_eq(answer_to(plant, "Cother", "cnt1", 1), 4103);
    cr_expect_eq(answer_to(plant, "/other-cse/Cpump", "cnt1", 1), 4103);
    cr_expect_eq(postern_authorize_each(plant->reader, &plant->primitive,
                                        targets, 2, permitted),
                 1);
    cr_expect(!permitted[0] && permitted[1]);
    cr_expect_eq(postern_authorize_each(plant->reader, &plant->primitive,
                                        turned, 2, permitted),
                 1);
    cr_expect(permitted[0] && !permitted[1]);
    cr_expect_eq(answer_to(plant, "Cpump", "cnt1", 100000), 4103, "it is over");
    cr_assert_eq(
        postern_engine_set_issuers(plant->engine, load_issuers(cse, ISSUERS)),
        POSTERN_OK);
    cr_expect_eq(answer_to(plant, "Cpump", "cnt1", 1), 4103,
                 "verified under issuers that are no more");
    close_ends(&ends);
    postern_token_cache_free(cache);
}

/* [KEY-04] */
Test(dynamic_authorization, associates_a_token_no_longer_than_its_key_lasts)
{
    struct ends ends;
    struct plant *plant = &ends.asking.plant;
    postern_token_cache *cache;

    open_ends(&ends, token_das, ISSUERS);
    cr_assert_eq(postern_token_cache_new(&cache, NULL), POSTERN_OK);
    plant->options.token_cache = cache;
    plant_start_engine(plant);
    cr_assert_eq(
        postern_engine_set_issuers(
            plant->engine,
            load_issuers(postern_policy_cse(plant->policy), SHORT_LIVED)),
        POSTERN_OK);
    cr_assert_eq(go_through(&ends, BY("Cpump", "3", "cnt1")), 2004);
    cr_expect_eq(answer_to(plant, "Cpump", "cnt1", 9), 2004);
    cr_expect_eq(answer_to(plant, "Cpump", "cnt1", 10), 4103);
    close_ends(&ends);
    postern_token_cache_free(cache);
}

/* One that was only shown is for the request that shows it. */
Test(dynamic_authorization, associates_no_token_that_was_shown)
{
    struct ends ends;
    struct plant *plant = &ends.asking.plant;
    const postern_cse *cse;
    postern_token_cache *cache;
    postern_primitive primitive;
    postern_answer answer;

    open_ends(&ends, token_das, ISSUERS);
    cse = postern_policy_cse(plant->policy);
    cr_assert_eq(go_through(&ends, BY("Cpump", "3", "cnt1")), 2004);
    primitive = plant->primitive;
    postern_dynauth_apply(ends.asking.dynauth, &primitive);
    cr_assert_eq(postern_token_cache_new(&cache, NULL), POSTERN_OK);
    plant->options.token_cache = cache;
    plant_start_engine(plant);
    cr_assert_eq(
        postern_engine_set_issuers(plant->engine, load_issuers(cse, ISSUERS)),
        POSTERN_OK);
    postern_authorize(plant->reader, &primitive, NULL, &answer);
    cr_expect_eq(answer.rsc, 2004);
    cr_expect_eq(answer_to(plant, "Cpump", "cnt1", 1), 4103);
    cr_expect_eq(go_through(&ends, BY("Cboss", "4", "cnt1")), 2002);
    cr_expect_eq(answer_to(plant, "Cboss", "cnt1", 1), 2002);
    plant->primitive.operation = 3;
    cr_expect_eq(answer_to(plant, "Cpump", "cnt1", 1), 4103,
                 "another has one that was given");
    close_ends(&ends);
    postern_token_cache_free(cache);
}

/* Who answers is not whom the CSE has a key of, or is another issuer.
 * [DDA-11] [DDA-12] [DDA-13] */
Test(dynamic_authorization, takes_no_token_of_another)
{
    static const char request[] = BY("Cpump", "3", "cnt1");
    struct ends ends;

    open_ends(&ends, token_das, ISSUERS);
    cr_expect_eq(go_through(&ends, request), 2004);
    ends.server.identity = PST_STR("//sp.example/other-das");
    cr_expect_eq(go_through(&ends, request), 0);
    cr_expect(asking_noted(&ends.asking, "is left out"));
    ends.server.identity = PST_STR("//sp.example/DAS-cse");
    cr_expect_eq(go_through(&ends, request), 0, "case counts");
    ends.server.identity = (postern_str){NULL, 0};
    cr_expect_eq(go_through(&ends, request), 0);
    cr_expect(asking_noted(&ends.asking, "its identity is not known"));
    close_ends(&ends);

    open_ends(&ends, token_das, "{\"token_issuers\":{}}");
    cr_expect_eq(go_through(&ends, request), 0);
    close_ends(&ends);
}

/* A bad one takes no good one with it, and no privileges. [DDA-18] */
Test(dynamic_authorization, leaves_out_bad_tokens_alone)
{
    struct ends ends;
    postern_das_question question = {.asker = PST_STR("/plant-cse"),
                                     .now_s = ASKING_NOW_S};
    postern_das_reply reply;
    postern_dynauth_grant grant;
    static char text[PLANT_TEXT];
    postern_str token;

    open_ends(&ends, token_das, ISSUERS);
    (void)asking_begin(&ends.asking, BY("Cpump", "3", "cnt1"));
    question.text = postern_str_of(asking_request(&ends.asking));
    cr_assert_eq(postern_das_answer(ends.das, &question, &reply, NULL),
                 POSTERN_OK);
    token = token_in(reply);
    cr_assert_lt(token.len, (size_t)2000);
    snprintf(text, sizeof text,
             "{\"sit\":2,\"dres\":{\"dai\":{\"tkns\":[\"x.y.z\",\"%.*s\","
             "\"%.*sA\"]}}}",
             (int)token.len, token.data, (int)token.len, token.data);
    cr_assert_eq(postern_dynauth_answer(ends.asking.dynauth,
                                        postern_str_of(text), ASKING_NOW_S,
                                        &ends.asking.diag),
                 POSTERN_OK, "%s", ends.asking.diag.message);
    grant = postern_dynauth_grant_of(ends.asking.dynauth);
    cr_expect_eq(grant.tokens, 1);
    cr_expect_eq(grant.ignored_tokens, 2);
    cr_expect_eq(asking_decide(&ends.asking).rsc, 2004);
    close_ends(&ends);
}

/* What is over when the answer comes does not count, though the decision is
 * made for the time of the request. [DDA-16] */
Test(dynamic_authorization, takes_no_token_that_is_over_by_now)
{
    static const struct {
        int64_t now_s;
        bool counts;
    } rows[] = {{ASKING_NOW_S + 59, true}, {ASKING_NOW_S + 60, false}};
    struct ends ends;

    open_ends(&ends, token_das, ISSUERS);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_das_question question = {.asker = PST_STR("/plant-cse"),
                                         .now_s = ASKING_NOW_S};
        postern_das_reply reply;

        (void)asking_begin(&ends.asking, BY("Cboss", "4", "cnt1"));
        question.text = postern_str_of(asking_request(&ends.asking));
        cr_assert_eq(postern_das_answer(ends.das, &question, &reply, NULL),
                     POSTERN_OK);
        cr_expect_eq(postern_dynauth_answer(ends.asking.dynauth, reply.text,
                                            rows[i].now_s, NULL) == POSTERN_OK,
                     rows[i].counts);
    }
    close_ends(&ends);
}

/* Tokens that only are encrypted prove who made them if the key is shared.
 * [DDA-11] */
Test(dynamic_authorization, takes_nested_tokens)
{
    static const char das[] =
        "das:\n  identity: " DAS "\n  tokens: {domain: das.example, sign: "
        "{key_file: das.jwk, kid: das-1}, encrypt: {key_file: "
        "plant.jwk}}\n" ROLES POLICY;
    static const char issuers[] =
        "{\"token_issuers\":{\"" DAS "\":{\"algs\":[\"ES256\",\"A256KW\"],"
        "\"classes\":[\"nested\"],\"keys\":[{" PUBLIC
        "}],\"role_domains\":[\"das.example\"]}},\"decryption_keys\":[" SECRET
        "]}";
    struct ends ends;

    open_ends(&ends, das, issuers);
    cr_expect_eq(go_through(&ends, BY("Cpump", "3", "cnt1")), 2004, "%s",
                 ends.asking.note_count ? ends.asking.notes[0] : "");
    close_ends(&ends);
    open_ends(&ends, token_das, issuers);
    cr_expect_eq(go_through(&ends, BY("Cpump", "3", "cnt1")), 0,
                 "of another class than it may issue");
    close_ends(&ends);
}
