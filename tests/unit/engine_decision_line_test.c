/* Decisions as lines of a log: valid JSON, and the request reads back. */
#include "support/engines.h"

#include <float.h>

enum { LINE = 8192 };

static const postern_answer denied = {.effect = POSTERN_DENY,
                                      .rsc = 4103,
                                      .reason = "no-rule",
                                      .rule = POSTERN_NO_RULE,
                                      .revision = 42};

static const char *line_of(const postern_primitive *primitive,
                           const postern_answer *answer)
{
    static char line[LINE];
    size_t len = postern_decision_line(primitive, answer, line, sizeof line);

    cr_assert_lt(len, sizeof line);
    cr_expect_eq(strlen(line), len);
    cr_expect_eq(line[len - 1], '\n');
    return line;
}

Test(decision_line, holds_request_and_answer)
{
    struct plant plant;
    postern_answer answer;

    plant_open(&plant, "{'ri':'c1','ty':3,'acpi':['acpA']}," ACP(
                           "acpA", "Cx", "2", "Ca", "63"));
    answer = plant_decide(&plant, "{'fr':'Cx','to':'c1','op':2,"
                                  "'rq_time':'20260317T102030'}");
    cr_expect_str_eq(
        line_of(&plant.primitive, &answer),
        "{\"fr\":\"Cx\",\"to\":\"c1\",\"op\":2,\"rq_time\":\"20260317T102030\","
        "\"decision\":\"permit\",\"rsc\":2000,\"reason\":\"rule\","
        "\"acp\":\"acpA\",\"rule\":0,\"authn\":\"none\",\"revision\":2}\n");
    answer = plant_decide(&plant, "{'to':'c1','op':4}");
    cr_expect_str_eq(
        line_of(&plant.primitive, &answer),
        "{\"to\":\"c1\",\"op\":4,\"decision\":\"deny\",\"rsc\":4000,"
        "\"reason\":\"no-originator\",\"authn\":\"none\",\"revision\":2}\n");
    plant_close(&plant);
}

/* Every member of a request, as postern decide reads it. */
static const char *const requests[] = {
    "{'fr':'Cx','to':'c1','op':2}",
    "{'to':'c1','op':1,'ty':2}",
    "{'fr':'Cx','to':'c1','op':1,'ty':28,'content':{'cnd':'org.a'}}",
    "{'fr':'Cx','to':'c1','op':1,'ty':13,'content':{'mgd':1001,'cnd':'x'}}",
    "{'fr':'Cx','to':'c1','op':2,'fc':{'fu':1}}",
    "{'fr':'Cx','to':'c1','op':2,'fc':{'fu':2,'lbl':['a']}}",
    "{'fr':'Cx','to':'c1','op':2,'rcn':4}",
    "{'fr':'Cx','to':'c1','op':3,'attrs':['lbl','acpi']}",
    "{'fr':'Cx','to':'c1','op':2,'rids':['op@a.example','b@b.example']}",
    "{'fr':'Cx','to':'c1','op':2,'tkns':['abc','d']}",
    "{'fr':'Cx','to':'c1','op':2,'tkns':'abc d e'}",
    "{'fr':'Cx','to':'c1','op':2,'tids':['t1@das.example','t2@das.example']}",
    "{'fr':'Cx','to':'c1','op':2,'ltids':['t0123','t4567'],'tqi':true}",
    "{'fr':'Cx','to':'c1','op':5,'rq_time':'19700101T000000'}",
    "{'fr':'Cx','to':'c1','op':5,'rq_time':'99991231T235959'}",
    "{'fr':'Cx','to':'c1','op':2,'rq_ip':'10.0.255.1'}",
    "{'fr':'Cx','to':'c1','op':2,'rq_ip':'2001:db8::1:0'}",
    "{'fr':'Cx','to':'c1','op':2,'rq_ip':'::'}",
    "{'fr':'Cx','to':'c1','op':2,'rq_loc':{'cc':'NL'}}",
    "{'fr':'Cx','to':'c1','op':2,'rq_loc':{'lat':52.09,'lon':-5.1234567890123}"
    "}",
    "{'fr':'Cx','to':'c1','op':2,'rq_loc':{'lat':-90,'lon':180,'cc':'KR',"
    "'source':'device','observed':'20260317T102030'}}",
    "{'fr':'Cx','to':'c1','op':2,'rq_loc':{'lat':1e-300,'lon':0,'source':"
    "'network'}}",
    "{'fr':'Cx','to':'c1','op':2,'rq_authn':true}",
    "{'fr':'Cx','to':'c1','op':2,'rq_authn':false}",
    "{'fr':'Cx','to':'c1','op':2,'sa':{'kind':'none'}}",
    "{'fr':'Cx','to':'c1','op':2,'sa':{'kind':'none','trust':'trusted'}}",
    "{'fr':'Cx','to':'c1','op':2,'sa':{'kind':'ae','id':'Cx'}}",
    "{'fr':'Cx','to':'c1','op':2,'sa':{'kind':'ae','id':['Cx','Cy'],"
    "'credential':'31-a','expires':'20260317T102030','trust':'never'}}",
    "{'fr':'Cx','to':'c1','op':2,'sa':{'kind':'ae','id':[]}}",
    "{'fr':'Cx','to':'c1','op':2,'sa':{'kind':'cse','id':'/gate'}}",
    "{'fr':'Cx','to':'c1','op':2,'sa':{'kind':'credential','id':'12-a@b',"
    "'expires':'20260317T102030'}}",
    "{'fr':'Cx','to':'c1','op':2,'esprim_id':'Cx'}",
    "{'fr':'Cx','to':'c1','op':2,'min_revision':7}",
};

static bool same_texts(const postern_texts *a, const postern_texts *b)
{
    bool same = a->count == b->count;

    for (size_t i = 0; same && i < a->count; i++) {
        same = pst_str_equal(a->items[i], b->items[i]);
    }
    return same;
}

static bool same_place(const postern_whereabouts *a,
                       const postern_whereabouts *b)
{
    return a->location.has_point == b->location.has_point &&
           memcmp(&a->location.latitude_deg, &b->location.latitude_deg,
                  sizeof(double)) == 0 &&
           memcmp(&a->location.longitude_deg, &b->location.longitude_deg,
                  sizeof(double)) == 0 &&
           memcmp(a->location.country, b->location.country, 3) == 0 &&
           a->source == b->source && a->dated == b->dated &&
           a->observed_s == b->observed_s;
}

static bool same_association(const postern_association *a,
                             const postern_association *b)
{
    return a->kind == b->kind && same_texts(&a->identities, &b->identities) &&
           pst_str_equal(a->credential, b->credential) &&
           a->expires == b->expires && a->expires_s == b->expires_s &&
           a->local_trust == b->local_trust;
}

static void expect_same(const postern_primitive *a, const postern_primitive *b,
                        const char *what)
{
    cr_expect(pst_str_equal(a->from, b->from) &&
                  !a->from.data == !b->from.data && pst_str_equal(a->to, b->to),
              "%s", what);
    cr_expect(a->operation == b->operation && a->child_type == b->child_type &&
                  a->filter_usage == b->filter_usage &&
                  a->has_filter == b->has_filter,
              "%s", what);
    cr_expect(pst_str_equal(a->container_definition, b->container_definition) &&
                  a->mgmt_definition == b->mgmt_definition,
              "%s", what);
    cr_expect(same_texts(&a->role_ids, &b->role_ids) &&
                  a->tokens.count == b->tokens.count &&
                  same_texts(&a->token_ids, &b->token_ids) &&
                  a->local_token_ids.count == b->local_token_ids.count &&
                  a->wants_token_info == b->wants_token_info,
              "%s", what);
    cr_expect(a->operation == 1 || same_texts(&a->attributes, &b->attributes),
              "%s", what);
    cr_expect(a->time_known == b->time_known && a->time_s == b->time_s &&
                  memcmp(&a->ip, &b->ip, sizeof a->ip) == 0,
              "%s", what);
    cr_expect(same_place(&a->whereabouts, &b->whereabouts), "%s", what);
    cr_expect(a->authn == b->authn &&
                  same_association(&a->association, &b->association),
              "%s", what);
    cr_expect(a->has_esprim == b->has_esprim &&
                  pst_str_equal(a->esprim_id, b->esprim_id) &&
                  a->min_revision == b->min_revision,
              "%s", what);
}

Test(decision_line, reads_back_as_the_request)
{
    struct plant plant;

    plant_open(&plant, "{'ri':'c1','ty':3}");
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        postern_primitive before;
        const char *line;

        cr_assert_eq(plant_read(&plant, requests[i]), POSTERN_OK, "%s: %s",
                     requests[i], plant.diag.message);
        before = plant.primitive;
        line = line_of(&before, &denied);
        cr_assert_eq(plant_read_as(&plant, PST_PRIMITIVE_OF_LOG, line),
                     POSTERN_OK, "%s: %s", line, plant.diag.message);
        expect_same(&before, &plant.primitive, line);
    }
    plant_close(&plant);
}

#define STR(text)                                                              \
    {                                                                          \
        (text), sizeof(text) - 1                                               \
    }

/* Nothing of a token is in it, nor of what stands for one. */
Test(decision_line, keeps_tokens_secret)
{
    postern_str used = PST_STR("t1@das.example");
    postern_answer answer = {.effect = POSTERN_PERMIT,
                             .rsc = 2000,
                             .reason = "token-rule",
                             .token = used,
                             .token_ids = {&used, 1},
                             .rule = 3};
    struct plant plant;
    const char *line;

    plant_open(&plant, "");
    (void)plant_read(&plant, "{'fr':'Cx','to':'c1','op':2,'tkns':['SECRET','S'"
                             "],'ltids':['LOCAL'],'tids':['t1@das.example']}");
    line = line_of(&plant.primitive, &answer);
    cr_expect_null(strstr(line, "SECRET"));
    cr_expect_null(strstr(line, "LOCAL"));
    cr_expect_not_null(strstr(line, "\"tkns\":[\"-\",\"-\"]"));
    cr_expect_not_null(strstr(line, "\"ltids\":[\"-\"]"));
    cr_expect_not_null(strstr(line, "\"tids\":[\"t1@das.example\"]"));
    cr_expect_not_null(
        strstr(line, "\"rule\":3,\"token\":\"t1@das.example\",\"verified\":["
                     "\"t1@das.example\"]"));
    answer = (postern_answer){.rsc = 4103,
                              .reason = "token-expired",
                              .refusal = POSTERN_REFUSAL_EXPIRED,
                              .rule = POSTERN_NO_RULE};
    line = line_of(&plant.primitive, &answer);
    cr_expect_not_null(strstr(line, "\"refusal\":\"expired\""));
    cr_expect_null(strstr(line, "\"token\""));
    plant_close(&plant);
}

/* Names are any bytes that somebody has sent. */
Test(decision_line, is_valid_json_whatever_the_names)
{
    static const struct {
        postern_str from;
        const char *written;
    } rows[] = {
        {STR("a\"b\\c"), "a\\\"b\\\\c"},
        {STR("\x01\x1f\n\t\x7f"), "\\u0001\\u001f\\u000a\\u0009\\u007f"},
        {STR("a\0b"), "a\\u0000b"},
        {STR("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"),
         "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"},
        {STR("\xff"), "\\ufffd"},
        {STR("\xc3"), "\\ufffd"},
        {STR("\xc3("), "\\ufffd("},
        {STR("\xc0\xaf"), "\\ufffd\\ufffd"},            /* overlong */
        {STR("\xed\xa0\x80"), "\\ufffd\\ufffd\\ufffd"}, /* surrogate */
        {STR("\xf4\x90\x80\x80"), "\\ufffd\\ufffd\\ufffd\\ufffd"},
        {STR("\xe2\x82"), "\\ufffd\\ufffd"},
        {STR("\xf0\x9f\x98"), "\\ufffd\\ufffd\\ufffd"},
        {STR(""), ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char expected[128] = "{\"fr\":\"";
        postern_primitive primitive;
        struct pst_text text = {expected, sizeof expected, strlen(expected)};
        const char *line;

        postern_primitive_init(&primitive);
        primitive.from = rows[i].from;
        primitive.to = PST_STR("c1");
        pst_text_add(&text, rows[i].written);
        pst_text_add(&text, "\",\"to\":\"c1\",");
        line = line_of(&primitive, &denied);
        cr_expect_eq(strncmp(line, expected, strlen(expected)), 0, "%s", line);
    }
}

/* As snprintf(): the length of the whole, and nothing that is half a line. */
Test(decision_line, is_cut_to_nothing)
{
    postern_primitive primitive;
    char line[LINE];
    size_t len;

    postern_primitive_init(&primitive);
    primitive.from = PST_STR("Cx");
    len = postern_decision_line(&primitive, &denied, line, sizeof line);
    for (size_t size = 0; size <= len; size++) {
        char *exact = malloc(size ? size : 1);

        cr_assert_not_null(exact);
        exact[0] = 'x';
        cr_expect_eq(postern_decision_line(&primitive, &denied, exact, size),
                     len);
        cr_expect_eq(exact[0], size ? '\0' : 'x', "%zu", size);
        free(exact);
    }
    cr_expect_eq(postern_decision_line(&primitive, &denied, NULL, 0), len);
    cr_expect_eq(postern_decision_line(&primitive, &denied, line, len + 1),
                 len);
    cr_expect_eq(strlen(line), len);
}

/* What cannot be written in the form of a request is left out. */
Test(decision_line, leaves_out_what_is_none)
{
    postern_primitive primitive;

    postern_primitive_init(&primitive);
    primitive.from = PST_STR("Cx");
    primitive.operation = -3;
    primitive.time_known = true;
    primitive.time_s = INT64_MAX;
    primitive.ip.family = 9;
    primitive.whereabouts.location =
        (postern_location){true, DBL_MAX, 5.0, {'u', 's', 'a'}};
    primitive.whereabouts.dated = true;
    primitive.whereabouts.observed_s = INT64_MIN;
    cr_expect_str_eq(line_of(&primitive, &denied),
                     "{\"fr\":\"Cx\",\"op\":-3,\"decision\":\"deny\","
                     "\"rsc\":4103,\"reason\":\"no-rule\",\"authn\":\"none\","
                     "\"revision\":42}\n");
    cr_expect_str_eq(line_of(NULL, &denied),
                     "{\"op\":0,\"decision\":\"deny\",\"rsc\":4103,"
                     "\"reason\":\"no-rule\",\"authn\":\"none\","
                     "\"revision\":42}\n");
}

/* [AUTHN-05] */
Test(decision_line, says_how_the_originator_was_authenticated)
{
    static const char *const words[] = {"none",    "stated", "session",
                                        "trusted", "esprim", "none"};
    postern_primitive primitive;

    postern_primitive_init(&primitive);
    for (int level = 0; level < 6; level++) {
        postern_answer answer = denied;
        char expected[32];
        struct pst_text text;

        answer.authn.level = (postern_authn_level)level;
        pst_text_init(&text, expected, sizeof expected);
        pst_text_add(&text, "\"authn\":\"");
        pst_text_add(&text, words[level]);
        pst_text_add(&text, "\"");
        cr_expect_not_null(strstr(line_of(&primitive, &answer), expected));
    }
}
