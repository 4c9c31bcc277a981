/* The manager in the place of a DAS, and both ends against each other.
 * [PPM-06] [DDA-07] [DDA-09] */
#include "support/meters.h"

#include "base/text.h"
#include "gate/gate.h"

enum { TEXT = 4096 };

static postern_status reply_at(struct meters *meters, const char *json,
                               int64_t now_s, postern_gate_reply *reply)
{
    char text[TEXT];
    size_t len = strlen(json);

    cr_assert_lt(len, sizeof text);
    for (size_t i = 0; i <= len; i++) {
        text[i] = json[i] == '\'' ? '"' : json[i];
    }
    return postern_gate_reply_to(meters->reader, (postern_str){text, len},
                                 PST_STR("/plant-cse"), now_s, reply,
                                 &meters->diag);
}

#define ASK(members)                                                           \
    "{'m2m:seci':{'sit':1,'dreq':{'or':'" ACME "','op':2,"                     \
    "'trid':'cnt-energy','olo':{'accc':['NL']}" members "}}}"

Test(gate_das, grants_what_is_asked_for_and_no_more)
{
    struct meters meters;
    postern_gate_reply reply;

    meters_open(&meters);
    cr_assert_eq(reply_at(&meters, ASK(""), METERS_NOW, &reply), POSTERN_OK);
    cr_expect(reply.granted);
    cr_expect_eq(reply.until_s, METERS_NOW + 60);
    cr_expect_str_eq(reply.text.data,
                     "{\"m2m:seci\":{\"sit\":2,\"dres\":{\"dai\":{\"gp\":{"
                     "\"acr\":[{\"acor\":[\"" ACME "\"],\"acop\":2,\"acco\":"
                     "[{\"aclr\":{\"accc\":[\"BE\",\"NL\"]}}],\"acaf\":true}]},"
                     "\"pl\":\"20261122T120100\"}}}}");
    cr_expect(pst_str_is(reply.answer.consent, "c-1"));
    cr_expect(pst_str_is(reply.asked.originator, ACME));
    meters_close(&meters);
}

Test(gate_das, an_answer_of_nothing_is_one)
{
    static const char nothing[] = "{\"m2m:seci\":{\"sit\":2,\"dres\":{}}}";
    static const struct {
        const char *json;
        const char *reason;
    } rows[] = {
        {"{'sit':1,'dreq':{'or':'" ACME "','op':2,'trid':'cnt-energy',"
         "'olo':{'accc':['US']}}}",
         "context"},
        {"{'sit':1,'dreq':{'or':'" ACME "','op':3,'trid':'cnt-energy'}}",
         "operation"},
        {"{'sit':1,'dreq':{'or':'Cx','op':2,'trid':'cnt-energy'}}",
         "no-provider"},
        {"{'sit':1,'dreq':{'or':'" ACME "','op':2,'trid':'cnt-x'}}",
         "no-target"},
        {ASK(",'ppl':'20261122T120000'"), "ended"},
    };
    struct meters meters;
    postern_gate_reply reply;

    meters_open(&meters);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert_eq(reply_at(&meters, rows[i].json, METERS_NOW, &reply),
                     POSTERN_OK, "%zu", i);
        cr_expect_not(reply.granted);
        cr_expect_not(reply.answer.permitted);
        cr_expect_str_eq(reply.text.data, nothing);
        cr_expect_str_eq(reply.answer.reason, rows[i].reason, "%zu", i);
        cr_expect_eq(reply.until_s, INT64_MAX);
    }
    meters_close(&meters);
}

Test(gate_das, answers_the_hosting_cse_alone)
{
    static const struct {
        const char *asker;
        bool granted;
    } rows[] = {{"/plant-cse", true},
                {"//sp.example/plant-cse", true},
                {"/other-cse", false},
                {"//other.example/plant-cse", false},
                {"/plant-cse/Cae", false},
                {"Cae", false},
                {"", false}};
    static const char text[] = "{\"sit\":1,\"dreq\":{\"or\":\"" TICK
                               "\",\"op\":2,\"trid\":\"cnt-energy\"}}";
    struct meters meters;
    postern_gate_reply reply;

    meters_open(&meters);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert_eq(postern_gate_reply_to(meters.reader, postern_str_of(text),
                                           postern_str_of(rows[i].asker),
                                           METERS_NOW, &reply, &meters.diag),
                     POSTERN_OK);
        cr_expect_eq(reply.granted, rows[i].granted, "%s", rows[i].asker);
        cr_expect_str_eq(reply.answer.reason,
                         rows[i].granted ? "consent" : "no-asker");
    }
    meters_close(&meters);
}

Test(gate_das, lasts_no_longer_than_anything_allows)
{
    static const struct {
        enum pst_data_class data_class;
        int64_t until_s; /* of the consent */
        const char *members;
        int64_t lasts_s;
    } rows[] = {
        {PST_CLASS_PERSONAL, INT64_MAX, "", 60},
        {PST_CLASS_SENSITIVE, INT64_MAX, "", 10},
        {PST_CLASS_MEDICAL, INT64_MAX, "", 10},
        {PST_CLASS_UNKNOWN, INT64_MAX, "", 10},
        {PST_CLASS_ANONYMISED, INT64_MAX, "", 300},
        {PST_CLASS_PERSONAL, METERS_NOW + 7, "", 7},
        {PST_CLASS_PERSONAL, INT64_MAX, ",'ppl':'20261122T120003'", 3},
        {PST_CLASS_PERSONAL, INT64_MAX, ",'ppl':'20261122T130000'", 60},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct meters meters;
        postern_gate_reply reply;
        char json[TEXT];
        struct pst_text text;

        meters_init(&meters);
        meters.pairs[1].terms[0] =
            "kind: provider\nrows: {2.0/personal: yes, 2.0/sensitive: yes, "
            "2.0/medical: yes, 2.0/anonymized: yes}\n";
        meters.anna[0].data_class = rows[i].data_class;
        meters.pairs[1].consent.until_s = rows[i].until_s;
        meters_start(&meters);
        pst_text_init(&text, json, sizeof json);
        pst_text_add(&text, "{'sit':1,'dreq':{'or':'" TICK
                            "','op':2,'trid':'cnt-energy'");
        pst_text_add(&text, rows[i].members);
        pst_text_add(&text, "}}");
        cr_assert_eq(reply_at(&meters, json, METERS_NOW, &reply), POSTERN_OK);
        cr_expect(reply.granted, "%zu", i);
        cr_expect_eq(reply.until_s, METERS_NOW + rows[i].lasts_s, "%zu", i);
        meters_close(&meters);
    }
}

Test(gate_das, what_is_no_request_is_refused)
{
    static const struct {
        const char *json;
        postern_status status;
    } rows[] = {
        {"", POSTERN_ERR_SYNTAX},
        {"{", POSTERN_ERR_SYNTAX},
        {"{}", POSTERN_ERR_POLICY},
        {"{'sit':2,'dres':{}}", POSTERN_ERR_POLICY},
        {"{'sit':1,'dreq':{'or':'Cx','op':2}}", POSTERN_ERR_POLICY},
        {"{'sit':1,'dreq':{'or':'Cx','op':9,'trid':'x'}}", POSTERN_ERR_POLICY},
    };
    struct meters meters;
    postern_gate_reply reply;

    meters_open(&meters);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(reply_at(&meters, rows[i].json, METERS_NOW, &reply),
                     rows[i].status, "%s", rows[i].json);
        cr_expect_null(reply.text.data);
        cr_expect_not(reply.granted);
    }
    meters_close(&meters);
}

Test(gate_das, a_codec_writes_no_grant_that_is_none)
{
    static const postern_str country = {"NL", 2};
    postern_das_privileges good = {
        .originator = PST_STR("Cx"), .operations = 2, .expires_s = METERS_NOW};
    postern_das_privileges bad[6];
    postern_das_codec *codec;
    postern_str text;

    cr_assert_eq(postern_das_codec_new(&codec, NULL), POSTERN_OK);
    for (size_t i = 0; i < 6; i++) {
        bad[i] = good;
    }
    bad[0].originator = PST_STR("");
    bad[1].operations = 0;
    bad[2].operations = 64;
    bad[3].countries = (postern_texts){&country, 0};
    bad[4].expires_s = INT64_MAX;
    bad[5].expires_s = INT64_MIN;
    for (size_t i = 0; i < 6; i++) {
        cr_expect_eq(postern_das_codec_answer(codec, &bad[i], &text),
                     POSTERN_ERR_ARGUMENT, "%zu", i);
        cr_expect_null(text.data);
    }
    cr_expect_eq(postern_das_codec_answer(codec, &good, &text), POSTERN_OK);
    cr_expect_str_eq(text.data,
                     "{\"m2m:seci\":{\"sit\":2,\"dres\":{\"dai\":{\"gp\":{"
                     "\"acr\":[{\"acor\":[\"Cx\"],\"acop\":2}]},\"pl\":"
                     "\"20261122T120000\"}}}}");
    postern_das_codec_free(codec);
    postern_das_codec_free(NULL);
}

/* ---- with a CSE at the other end ----------------------------------------- */

static const char cse_policy[] =
    "cse: {spid: //sp.example, csi: /plant-cse, cb_ri: cb0, cb_rn: base}\n"
    "policies: []\n"
    "resources:\n"
    "  - {ri: cb0, rn: base, ty: 5}\n"
    "  - {ri: dac1, ty: 34, pi: cb0, dae: true, dap: ['https://ppm.example']}\n"
    "  - {ri: cnt-energy, rn: energy, ty: 3, pi: cb0, cr: Cmeter,\n"
    "     daci: [dac1]}\n";

struct cse {
    postern_policy *policy;
    postern_store *store;
    postern_engine *engine;
    postern_reader *reader;
    postern_primitive primitive;
    postern_answer answer;
    postern_dynauth_options options;
    postern_dynauth *dynauth;
};

static void open_cse(struct cse *cse)
{
    postern_engine_options options;
    postern_diag diag;

    memset(cse, 0, sizeof *cse);
    cr_assert_eq(postern_policy_load(&cse->policy, postern_str_of(cse_policy),
                                     NULL, &diag),
                 POSTERN_OK, "%s", diag.message);
    cr_assert_eq(postern_store_of_policy(&cse->store, cse->policy, NULL, &diag),
                 POSTERN_OK, "%s", diag.message);
    postern_engine_options_init(&options);
    options.prp = postern_store_prp(cse->store);
    options.trust_device_location = true;
    cr_assert_eq(postern_engine_new(&cse->engine, &options), POSTERN_OK);
    cr_assert_eq(postern_reader_new(cse->engine, &cse->reader), POSTERN_OK);
    postern_primitive_init(&cse->primitive);
    cse->primitive.from = PST_STR(ACME);
    cse->primitive.to = PST_STR("cnt-energy");
    cse->primitive.operation = 2;
    cse->primitive.time_known = true;
    cse->primitive.time_s = METERS_NOW;
    cse->primitive.authn = POSTERN_AUTHN_TRUE;
    memcpy(cse->primitive.whereabouts.location.country, "NL", 3);
    postern_dynauth_options_init(&cse->options);
}

static void close_cse(struct cse *cse)
{
    postern_dynauth_free(cse->dynauth);
    postern_reader_free(cse->reader);
    postern_engine_free(cse->engine);
    postern_store_free(cse->store);
    postern_policy_free(cse->policy);
}

/* One consultation, as a CSE does it. */
static postern_status consult(struct cse *cse, struct meters *meters,
                              postern_gate_reply *reply)
{
    char request[TEXT];
    size_t len;

    postern_dynauth_free(cse->dynauth);
    cr_assert_eq(postern_dynauth_begin(&cse->dynauth, cse->reader,
                                       &cse->primitive, &cse->options),
                 POSTERN_OK);
    cr_assert_eq(postern_dynauth_state_of(cse->dynauth), POSTERN_DYNAUTH_ASK);
    len = postern_dynauth_request(cse->dynauth, request, sizeof request);
    cr_assert_lt(len, sizeof request);
    cr_assert_eq(
        postern_gate_reply_to(meters->reader, (postern_str){request, len},
                              PST_STR("/plant-cse"), cse->primitive.time_s,
                              reply, &meters->diag),
        POSTERN_OK, "%s: %s", request, meters->diag.message);
    return postern_dynauth_answer(cse->dynauth, reply->text,
                                  cse->primitive.time_s, &meters->diag);
}

static bool reads(struct cse *cse, int64_t time_s)
{
    postern_primitive primitive = cse->primitive;

    primitive.time_s = time_s;
    postern_dynauth_apply(cse->dynauth, &primitive);
    postern_authorize(cse->reader, &primitive, NULL, &cse->answer);
    return cse->answer.effect == POSTERN_PERMIT;
}

Test(gate_das, a_cse_is_let_through_until_the_privileges_end)
{
    const size_t anna_acme = 0;
    struct meters meters;
    struct cse cse;
    postern_gate_reply reply;

    meters_open(&meters);
    open_cse(&cse);
    postern_authorize(cse.reader, &cse.primitive, NULL, &cse.answer);
    cr_expect_eq(cse.answer.effect, POSTERN_DENY);
    cr_assert_eq(consult(&cse, &meters, &reply), POSTERN_OK, "%s",
                 meters.diag.message);
    cr_expect_eq(postern_dynauth_state_of(cse.dynauth), POSTERN_DYNAUTH_DECIDE);
    cr_expect(reads(&cse, METERS_NOW));
    /* Where the originator is was not told: the privileges say where. */
    memcpy(cse.primitive.whereabouts.location.country, "US", 3);
    cr_expect_not(reads(&cse, METERS_NOW));
    memcpy(cse.primitive.whereabouts.location.country, "BE", 3);
    cr_expect(reads(&cse, METERS_NOW));
    /* Withdrawn: what was granted goes on until its end, and no longer. */
    meters.pairs[0].consent.state = POSTERN_CONSENT_WITHDRAWN;
    cr_assert_eq(fake_announce(&meters.manager, &anna_acme, 1, METERS_NOW + 1),
                 POSTERN_OK);
    cr_expect(reads(&cse, METERS_NOW + 59));
    cr_expect_not(reads(&cse, METERS_NOW + 60));
    cse.primitive.time_s = METERS_NOW + 60;
    cr_expect_neq(consult(&cse, &meters, &reply), POSTERN_OK);
    cr_expect_str_eq(reply.answer.reason, "no-consent");
    close_cse(&cse);
    meters_close(&meters);
}
