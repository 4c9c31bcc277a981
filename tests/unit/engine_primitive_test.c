#include "engine/primitive.h"

#include "support/engines.h"

#define R "'fr':'Cx','to':'cnt1','op':2"

/* [REQ-01] [REQ-05] [REQ-06] [DRQ-01] */
static const char *const accepted[] = {
    "{" R "}",
    "{'fr':null,'to':'cnt1','op':2}", /* judged later */
    "{'to':'cnt1','op':2}",
    "{'fr':'','to':'cnt1','op':2}",
    "{'fr':'.*','to':'cnt1','op':2}",
    "{'fr':'Cx','to':'cnt1','op':1,'ty':4}",
    "{'fr':'Cx','to':'cnt1','op':5}",
    "{" R ",'fc':{'fu':1}}",
    "{" R ",'fc':{'fu':3,'lbl':['a']}}",
    "{" R ",'fc':{}}",
    "{" R ",'attrs':['lbl']}",
    "{" R ",'attrs':[]}",
    "{" R ",'content':{'m2m:atrl':['lbl','cni']}}",
    "{'fr':'Cx','to':'c','op':3,'content':{'lbl':['a']}}",
    "{'fr':'Cx','to':'c','op':3,'content':{'m2m:cnt':{'lbl':['a']}}}",
    "{'fr':'Cx','to':'c','op':3,'pc':{'m2m:cnt':{}}}",
    "{'fr':'Cx','to':'c','op':3,'content':{'m2m:cnt':{' ':1}}}",
    "{'fr':'Cx','to':'c','op':3,'content':{'m2m:cnt':{'mni':{'':1}}}}",
    "{'fr':'Cx','to':'c','op':5,'content':{'':1}}", /* no attributes */
    "{" R ",'rids':['a@b.example']}",
    "{" R ",'tkns':['x'],'tids':['y'],'ltids':['z'],'tqi':true}",
    "{" R ",'rq_time':'20260317T102030'}",
    "{" R ",'rq_time':'20260317T102030,123'}",
    "{" R ",'rq_ip':'10.1.2.3'}",
    "{" R ",'rq_ip':'2001:db8::1'}",
    "{" R ",'rq_loc':{'cc':'nl'}}",
    "{" R ",'rq_loc':{'cc':'AZ'}}",
    "{" R ",'rq_loc':{'lat':52,'lon':-5.5}}",
    "{" R ",'rq_loc':{'lat':-90,'lon':180,'cc':'NL'}}",
    "{" R ",'rq_loc':{'cc':'NL','source':'network'}}",
    "{" R ",'rq_loc':{'cc':'NL','observed':'20260317T102030'}}",
    "{" R ",'rq_loc':{'lat':1,'lon':2,'source':'device',"
    "'observed':'20260317T102030'}}",
    "{" R ",'rq_authn':true}",
    "{" R ",'sa':{'kind':'none'}}",
    "{" R ",'sa':{'kind':'ae','id':'Cx'}}",
    "{" R ",'sa':{'kind':'ae','id':['Cx','Cy']}}",
    "{" R ",'sa':{'kind':'cse','id':'/gate-cse'}}",
    "{" R ",'sa':{'kind':'none','trust':'trusted'}}",
    "{" R ",'sa':{'kind':'ae','id':'Cx','trust':'never'}}",
    "{" R ",'sa':{'kind':'ae','id':'Cx','credential':'12-77',"
    "'expires':'20260317T102030','trust':'session'}}",
    "{" R ",'sa':{'kind':'credential','id':'12-77'}}",
    "{" R ",'sa':{'kind':'credential','id':'12-77',"
    "'expires':'20260317T102030'}}",
    "{" R ",'esprim_id':'Cx'}",
    "{" R ",'min_revision':0}",
    "{" R ",'min_revision':9223372036854775807}",
    "{" R ",'rqi':'r1','rvi':'3','ot':'20260317T102030','rcn':1}",
    "{'Originator':'Cx','Resource':'cnt1','Operation':2,"
    "'AccessTime':'20260317T102030','IPAddress':'10.1.2.3',"
    "'LocationRegion':{'cc':'NL'}}",
    "{'from':'Cx','to':'cnt1','operation':1,'resourceType':4}",
};

struct refused {
    const char *json;
    const char *path;
};

static const struct refused refused[] = {
    {"[]", ""},
    {"{'op':2}", ""},
    {"{'to':'cnt1'}", ""},
    {"{'fr':7,'to':'cnt1','op':2}", "/fr"},
    {"{'fr':['Cx'],'to':'cnt1','op':2}", "/fr"},
    {"{'to':7,'op':2}", "/to"},
    {"{'to':'','op':2}", "/to"},
    {"{'to':null,'op':2}", "/to"},
    {"{'to':'c','op':0}", "/op"},
    {"{'to':'c','op':6}", "/op"},
    {"{'to':'c','op':-1}", "/op"},
    {"{'to':'c','op':'2'}", "/op"},
    {"{'to':'c','op':2.0}", "/op"},
    {"{'to':'c','op':4294967298}", "/op"},
    {"{'to':'c','op':null}", "/op"},
    {"{'to':'c','op':1}", ""},
    {"{'to':'c','op':1,'ty':0}", "/ty"},
    {"{'to':'c','op':1,'ty':'4'}", "/ty"},
    {"{'to':'c','op':1,'ty':65536}", "/ty"},
    {"{'to':'c','op':2,'ty':4}", ""},
    {"{" R ",'fc':1}", "/fc"},
    {"{" R ",'fc':{'fu':0}}", "/fc/fu"},
    {"{" R ",'fc':{'fu':4}}", "/fc/fu"},
    {"{" R ",'fc':{'fu':'1'}}", "/fc/fu"},
    {"{" R ",'fc':{'fu':2,'filterUsage':1}}", "/fc"},
    {"{" R ",'attrs':'lbl'}", "/attrs"},
    {"{" R ",'attrs':[1]}", "/attrs"},
    {"{" R ",'attrs':['']}", "/attrs"},
    {"{" R ",'content':{'lbl':1}}", "/content"},
    {"{" R ",'attrs':['cni'],'content':{'m2m:atrl':['lbl']}}",
     "/content/m2m:atrl"},
    {"{'to':'c','op':3,'content':[]}", "/content"},
    {"{'to':'c','op':3,'content':'x'}", "/content"},
    {"{'to':'c','op':3,'content':{'m2m:cnt':[]}}", "/content/m2m:cnt"},
    /* no second representation hides behind the first */
    {"{'to':'c','op':3,'content':{'m2m:cnt':{'acpi':[]},'lbl':1}}",
     "/content/m2m:cnt"},
    {"{'to':'c','op':3,'content':{'m2m:cnt':{'m2m:x':{'acpi':[]}}}}",
     "/content/m2m:cnt/m2m:x"},
    {"{'to':'c','op':3,'content':{'':1}}", "/content/"},
    {"{'to':'c','op':3,'content':{'m2m:cnt':{'mni':1,'':1}}}",
     "/content/m2m:cnt/"},
    {"{'to':'c','op':1,'ty':3,'content':{'m2m:cnt':{'':1}}}",
     "/content/m2m:cnt/"},
    {"{" R ",'rids':'a@b.example'}", "/rids"},
    {"{" R ",'tkns':''}", "/tkns"},
    {"{" R ",'tkns':7}", "/tkns"},
    {"{" R ",'tkns':['x',7]}", "/tkns"},
    {"{" R ",'tids':'x'}", "/tids"},
    {"{" R ",'tids':[1]}", "/tids"},
    {"{" R ",'ltids':{}}", "/ltids"},
    {"{" R ",'tqi':1}", "/tqi"},
    {"{" R ",'rq_time':'2026-03-17T10:20:30Z'}", "/rq_time"},
    {"{" R ",'rq_time':1773742830}", "/rq_time"},
    {"{" R ",'rq_time':'20260231T102030'}", "/rq_time"},
    {"{" R ",'rq_time':null}", "/rq_time"},
    {"{" R ",'rq_ip':'10.1.2'}", "/rq_ip"},
    {"{" R ",'rq_ip':'10.1.2.3/8'}", "/rq_ip"},
    {"{" R ",'rq_ip':''}", "/rq_ip"},
    {"{" R ",'rq_ip':null}", "/rq_ip"},
    {"{" R ",'rq_loc':{}}", "/rq_loc"},
    {"{" R ",'rq_loc':'NL'}", "/rq_loc"},
    {"{" R ",'rq_loc':{'cc':'NLD'}}", "/rq_loc/cc"},
    {"{" R ",'rq_loc':{'cc':'N1'}}", "/rq_loc/cc"},
    {"{" R ",'rq_loc':{'lat':52}}", "/rq_loc"},
    {"{" R ",'rq_loc':{'lat':52,'lon':5,'alt':1}}", "/rq_loc"},
    {"{" R ",'rq_loc':{'lat':90.1,'lon':5}}", "/rq_loc/lat"},
    {"{" R ",'rq_loc':{'lat':52,'lon':-180.1}}", "/rq_loc/lon"},
    {"{" R ",'rq_loc':{'lat':'52','lon':5}}", "/rq_loc/lat"},
    {"{" R ",'rq_loc':{'source':'network'}}", "/rq_loc"},
    {"{" R ",'rq_loc':{'cc':'NL','source':'gps'}}", "/rq_loc/source"},
    {"{" R ",'rq_loc':{'cc':'NL','source':1}}", "/rq_loc/source"},
    {"{" R ",'rq_loc':{'cc':'NL','observed':'now'}}", "/rq_loc/observed"},
    {"{" R ",'rq_loc':{'lat':52,'source':'network'}}", "/rq_loc"},
    {"{" R ",'rq_authn':'true'}", "/rq_authn"},
    {"{" R ",'rq_authn':1}", "/rq_authn"},
    {"{" R ",'sa':'Cx'}", "/sa"},
    {"{" R ",'sa':{'kind':'ae'}}", "/sa"},
    {"{" R ",'sa':{'kind':'none','id':'Cx'}}", "/sa"},
    {"{" R ",'sa':{'kind':'user','id':'Cx'}}", "/sa"},
    {"{" R ",'sa':{'id':'Cx'}}", "/sa"},
    {"{" R ",'sa':{'kind':'ae','id':7}}", "/sa/id"},
    {"{" R ",'sa':{'kind':'ae','id':'Cx','more':1}}", "/sa"},
    {"{" R ",'sa':{'kind':'cse','id':['/a','/b']}}", "/sa"},
    {"{" R ",'sa':{'kind':'cse','id':[]}}", "/sa"},
    {"{" R ",'sa':{'kind':'none','credential':'12-77'}}", "/sa"},
    {"{" R ",'sa':{'kind':'none','expires':'20260317T102030'}}", "/sa"},
    {"{" R ",'sa':{'kind':'none','trust':'always'}}", "/sa/trust"},
    {"{" R ",'sa':{'kind':'ae','id':'Cx','credential':''}}", "/sa/credential"},
    {"{" R ",'sa':{'kind':'ae','id':'Cx','expires':7}}", "/sa/expires"},
    {"{" R ",'sa':{'kind':'ae','id':'Cx','trust':true}}", "/sa/trust"},
    {"{" R ",'sa':{'kind':'ae','credential':'12-77'}}", "/sa"},
    {"{" R ",'sa':{'kind':'credential'}}", "/sa"},
    {"{" R ",'sa':{'kind':'credential','id':['12-77']}}", "/sa/id"},
    {"{" R ",'sa':{'kind':'credential','id':'12-77','credential':'12-77'}}",
     "/sa"},
    {"{" R ",'esprim_id':''}", "/esprim_id"},
    {"{" R ",'min_revision':-1}", "/min_revision"},
    {"{" R ",'min_revision':'1'}", "/min_revision"},
    {"{" R ",'revision':1}", "/revision"},
    {"{" R ",'decision':'permit'}", "/decision"},
    {"{" R ",'esprim_id':null}", "/esprim_id"},
    {"{" R ",'rcn':'1'}", "/rcn"},
    {"{" R ",'rq_authm':true}", "/rq_authm"}, /* misspelt */
    {"{" R ",'expect':'permit'}", "/expect"},
    {"{" R ",'from':'Cy'}", "/from"}, /* two names, one thing */
    {"{'content':{},'pc':{},'to':'c','op':3}", "/pc"},
};

Test(primitive, accepts_requests_in_short_and_long_names)
{
    struct plant plant;

    plant_open(&plant, "");
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        cr_expect_eq(plant_read(&plant, accepted[i]), POSTERN_OK, "%s: %s",
                     accepted[i], plant.diag.message);
    }
    plant_close(&plant);
}

Test(primitive, refuses_what_is_malformed_and_says_where)
{
    struct plant plant;

    plant_open(&plant, "");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const struct refused *row = &refused[i];

        cr_expect_eq(plant_read(&plant, row->json), POSTERN_ERR_POLICY, "%s",
                     row->json);
        cr_expect_str_eq(plant.diag.path, row->path, "%s: %s", row->json,
                         plant.diag.message);
        cr_expect_neq(plant.diag.message[0], '\0');
        cr_expect_gt(plant.diag.line, 0);
    }
    plant_close(&plant);
}

static bool has_attributes(const postern_primitive *primitive,
                           const char *const *names, size_t count)
{
    for (size_t i = 0; i < primitive->attributes.count && i < count; i++) {
        if (!pst_str_is(primitive->attributes.items[i], names[i])) {
            return false;
        }
    }
    return primitive->attributes.count == count;
}

/* An attribute in the content is written, whatever attrs says. */
Test(primitive, sees_every_attribute_that_is_written)
{
    static const char *const both[] = {"lbl", "acpi", "mni"};
    static const char *const listed[] = {"lbl"};
    static const char *const asked[] = {"cni", "cbs"};
    struct plant plant;

    plant_open(&plant, "");
    (void)plant_read(&plant, "{'to':'c','op':3,'attrs':['lbl'],"
                             "'content':{'m2m:cnt':{'acpi':[],'mni':1}}}");
    cr_expect(has_attributes(&plant.primitive, both, 3));
    (void)plant_read(&plant, "{'to':'c','op':3,'attrs':['lbl']}");
    cr_expect(has_attributes(&plant.primitive, listed, 1));
    (void)plant_read(&plant,
                     "{'to':'c','op':2,'content':{'m2m:atrl':['cni','cbs']}}");
    cr_expect(has_attributes(&plant.primitive, asked, 2));
    (void)plant_read(&plant, "{'to':'c','op':2}");
    cr_expect_eq(plant.primitive.attributes.count, 0);
    plant_close(&plant);
}

/* A list, or one text with a space between two; what is empty counts, too.
 * [IDA-01] */
Test(primitive, takes_tokens_apart)
{
    static const struct {
        const char *json;
        size_t count;
        const char *last;
    } rows[] = {
        {"{" R ",'tkns':['a.b.c','d.e.f']}", 2, "d.e.f"},
        {"{" R ",'tokens':'a.b.c d.e.f'}", 2, "d.e.f"},
        {"{" R ",'tkns':'a.b.c'}", 1, "a.b.c"},
        {"{" R ",'tkns':'a.b.c '}", 2, ""},
        {"{" R ",'tkns':'a  b'}", 3, "b"},
    };
    struct plant plant;

    plant_open(&plant, "");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const postern_texts *tokens = &plant.primitive.tokens;

        cr_assert_eq(plant_read(&plant, rows[i].json), POSTERN_OK);
        cr_assert_eq(tokens->count, rows[i].count, "%s", rows[i].json);
        cr_expect(pst_str_is(tokens->items[tokens->count - 1], rows[i].last),
                  "%s", rows[i].json);
    }
    (void)plant_read(&plant, "{" R ",'tids':['t@a'],'ltids':['t1','t2']}");
    cr_expect_eq(plant.primitive.tokens.count, 0);
    cr_expect_eq(plant.primitive.token_ids.count, 1);
    cr_expect_eq(plant.primitive.local_token_ids.count, 2);
    cr_expect(!plant.primitive.wants_token_info);
    (void)plant_read(&plant, "{" R ",'tqi':true}");
    cr_expect(plant.primitive.wants_token_info);
    plant_close(&plant);
}

/* [REQ-03] */
Test(primitive, names_the_operation)
{
    struct plant plant;

    plant_open(&plant, "");
    (void)plant_read(&plant, "{" R "}");
    cr_expect_str_eq(pst_primitive_operation_name(&plant.primitive),
                     "retrieve");
    (void)plant_read(&plant, "{" R ",'fc':{'fu':1}}");
    cr_expect_str_eq(pst_primitive_operation_name(&plant.primitive),
                     "discover");
    (void)plant_read(&plant, "{" R ",'fc':{'fu':2}}");
    cr_expect_str_eq(pst_primitive_operation_name(&plant.primitive),
                     "retrieve");
    (void)plant_read(&plant, "{'to':'c','op':5}");
    cr_expect_str_eq(pst_primitive_operation_name(&plant.primitive), "notify");
    (void)plant_read(&plant, "{'to':'c','op':9}");
    cr_expect_str_eq(pst_primitive_operation_name(&plant.primitive), "request");
    plant_close(&plant);
}

Test(primitive, shows_what_can_be_shown_of_a_malformed_request)
{
    struct plant plant;

    plant_open(&plant, "");
    (void)plant_read(&plant, "{'rq_ip':'x','to':'cnt1','fr':'Cx','op':3}");
    cr_expect(pst_str_is(plant.primitive.from, "Cx"));
    cr_expect(pst_str_is(plant.primitive.to, "cnt1"));
    cr_expect_str_eq(pst_primitive_operation_name(&plant.primitive), "update");
    plant_close(&plant);
}

struct form_row {
    const char *json;
    bool accepted[3]; /* plain, of a case, of a log */
};

static const struct form_row forms[] = {
    {"{" R "}", {true, true, true}},
    {"{" R ",'name':'a','expect':'permit','why':'so'}", {false, true, false}},
    {"{" R ",'rsc':2000}", {false, true, true}},
    {"{" R ",'decision':'deny','rsc':4103,'reason':'no-rule','revision':7}",
     {false, false, true}},
    {"{" R ",'decision':'permit','rsc':2000,'reason':'rule','acp':'a',"
     "'rule':0,'authn':{'level':'none'},'revision':7}",
     {false, false, true}},
    {"{" R
     ",'decision':'permit','rsc':2000,'reason':'token-rule','token':'t@a',"
     "'rule':0,'verified':['t@a'],'authn':'none','revision':7}",
     {false, false, true}},
    {"{" R ",'decision':'deny','rsc':4103,'reason':'token-expired',"
     "'refusal':'expired','authn':'none','revision':7}",
     {false, false, true}},
    {"{" R ",'decisio':'permit'}", {false, false, false}},
    {"{'decision':'permit','rsc':2000,'reason':'rule'}", {false, false, false}},
};

/* The verdict beside a request is for others to read. */
Test(primitive, a_case_and_a_log_may_hold_the_verdict)
{
    static const enum pst_primitive_form each[] = {
        PST_PRIMITIVE_PLAIN, PST_PRIMITIVE_OF_CASE, PST_PRIMITIVE_OF_LOG};
    struct plant plant;

    plant_open(&plant, "");
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        for (size_t k = 0; k < 3; k++) {
            cr_expect_eq(
                plant_read_as(&plant, each[k], forms[i].json) == POSTERN_OK,
                forms[i].accepted[k], "%s as form %zu", forms[i].json, k);
        }
    }
    plant_close(&plant);
}

/* [REQ-02] */
Test(primitive, tells_no_from_from_an_empty_one)
{
    struct plant plant;

    plant_open(&plant, "");
    (void)plant_read(&plant, "{'to':'c','op':2}");
    cr_expect_null(plant.primitive.from.data);
    (void)plant_read(&plant, "{'fr':null,'to':'c','op':2}");
    cr_expect_null(plant.primitive.from.data);
    (void)plant_read(&plant, "{'fr':'','to':'c','op':2}");
    cr_expect_not_null(plant.primitive.from.data);
    cr_expect_eq(plant.primitive.from.len, 0);
    plant_close(&plant);
}

/* [OBJ-06] */
Test(primitive, takes_the_specialization_from_the_content_of_a_create)
{
    struct plant plant;
    const postern_primitive *primitive = &plant.primitive;

    plant_open(&plant, "");
    (void)plant_read(&plant, "{'to':'c','op':1,'ty':28,'content':{'m2m:fcnt':"
                             "{'cnd':'org.lamp'}}}");
    cr_expect(pst_str_is(primitive->container_definition, "org.lamp"));
    cr_expect_eq(primitive->mgmt_definition, 0);
    (void)plant_read(&plant, "{'to':'c','op':1,'ty':13,'content':"
                             "{'mgmtDefinition':1001,'cnd':7}}");
    cr_expect_null(primitive->container_definition.data);
    cr_expect_eq(primitive->mgmt_definition, 1001);
    (void)plant_read(&plant, "{'to':'c','op':3,'content':"
                             "{'cnd':'org.lamp','mgd':1001}}");
    cr_expect_null(primitive->container_definition.data);
    cr_expect_eq(primitive->mgmt_definition, 0);
    plant_close(&plant);
}

/* [LOC-02] [LOC-10] */
Test(primitive, says_where_a_location_is_from_and_how_old_it_is)
{
    struct plant plant;
    const postern_whereabouts *where = &plant.primitive.whereabouts;

    plant_open(&plant, "");
    (void)plant_read(&plant, "{" R ",'rq_loc':{'cc':'nl','source':'device',"
                             "'observed':'20260317T102030'}}");
    cr_expect_str_eq(where->location.country, "nl");
    cr_expect_eq(where->source, POSTERN_SOURCE_DEVICE);
    cr_expect(where->dated);
    cr_expect_eq(where->observed_s, 1773742830);
    (void)plant_read(&plant, "{" R ",'rq_loc':{'lat':52.5,'lon':-1,"
                             "'source':'network'}}");
    cr_expect(where->location.has_point);
    cr_expect_eq(where->source, POSTERN_SOURCE_NETWORK);
    cr_expect_not(where->dated);
    (void)plant_read(&plant, "{" R "}");
    cr_expect_eq(where->source, POSTERN_SOURCE_UNSTATED);
    cr_expect_not(where->location.has_point);
    plant_close(&plant);
}

/* [IMP-01] [IMP-03] [SAEF-03] [SAEF-04] [SAEF-13] [AUTHN-01] */
Test(primitive, says_by_which_association_it_came)
{
    struct plant plant;
    const postern_association *by = &plant.primitive.association;

    plant_open(&plant, "");
    (void)plant_read(&plant, "{" R ",'sa':{'kind':'ae','id':['Cx','Cy'],"
                             "'credential':'12-77','trust':'trusted',"
                             "'expires':'20260317T102030'}}");
    cr_expect_eq(by->kind, POSTERN_ASSOCIATION_AE);
    cr_expect_eq(by->identities.count, 2);
    cr_expect(pst_str_is(by->identities.items[1], "Cy"));
    cr_expect(pst_str_is(by->credential, "12-77"));
    cr_expect_eq(by->local_trust, POSTERN_LOCAL_TRUSTED);
    cr_expect(by->expires);
    cr_expect_eq(by->expires_s, 1773742830);
    (void)plant_read(&plant, "{" R ",'sa':{'kind':'credential','id':'12-77'}}");
    cr_expect_eq(by->kind, POSTERN_ASSOCIATION_CREDENTIAL);
    cr_expect(pst_str_is(by->credential, "12-77"));
    cr_expect_eq(by->identities.count, 0);
    cr_expect_not(by->expires);
    cr_expect_eq(by->local_trust, POSTERN_LOCAL_BY_SESSION);
    (void)plant_read(&plant, "{" R ",'sa':{'kind':'none','trust':'never'}}");
    cr_expect_eq(by->kind, POSTERN_ASSOCIATION_NONE);
    cr_expect_eq(by->local_trust, POSTERN_LOCAL_NEVER);
    (void)plant_read(&plant, "{" R "}");
    cr_expect_eq(by->kind, POSTERN_ASSOCIATION_UNSTATED);
    plant_close(&plant);
}

Test(primitive, a_malformed_request_is_answered_with_4000_and_the_sentence)
{
    struct plant plant;
    postern_answer answer;

    plant_open(&plant, "");
    answer = plant_decide(&plant, "{" R ",'rq_ip':'x'}");
    cr_expect_eq(answer.effect, POSTERN_DENY);
    cr_expect_eq(answer.rsc, 4000);
    cr_expect_eq(answer.stage, POSTERN_STAGE_REQUEST);
    cr_expect_str_eq(answer.reason, "malformed");
    cr_expect_str_eq(answer.message.data, plant.diag.message);
    cr_expect_eq(answer.rule, POSTERN_NO_RULE);
    plant.diag.status = POSTERN_ERR_MEMORY;
    pst_answer_malformed(&answer, &plant.diag);
    cr_expect_eq(answer.effect, POSTERN_DENY);
    cr_expect_eq(answer.rsc, 5000);
    plant_close(&plant);
}
