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
    "{" R ",'rq_authn':true}",
    "{" R ",'sa':{'kind':'none'}}",
    "{" R ",'sa':{'kind':'ae','id':'Cx'}}",
    "{" R ",'sa':{'kind':'ae','id':['Cx','Cy']}}",
    "{" R ",'sa':{'kind':'cse','id':'/gate-cse'}}",
    "{" R ",'esprim_id':'Cx'}",
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
    {"{" R ",'rids':'a@b.example'}", "/rids"},
    {"{" R ",'tkns':'x'}", "/tkns"},
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
    {"{" R ",'esprim_id':''}", "/esprim_id"},
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

static bool has_attributes(const struct pst_primitive *primitive,
                           const char *const *names, uint32_t count)
{
    for (uint32_t i = 0; i < primitive->attributes.count && i < count; i++) {
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

Test(primitive, a_case_may_say_what_it_expects)
{
    struct plant plant;
    struct pst_document document = {
        .text = PST_STR("{\"to\":\"c\",\"op\":2,\"name\":\"a\",\"rsc\":2000,"
                        "\"expect\":\"permit\",\"why\":\"so\"}")};
    postern_limits limits = pst_limits_of(NULL);

    plant_open(&plant, "");
    cr_assert_eq(pst_json_read(&document, &plant.arena, &limits, NULL),
                 POSTERN_OK);
    cr_expect_eq(pst_primitive_read(&plant.primitive, &document, document.root,
                                    PST_PRIMITIVE_OF_CASE, &plant.arena, NULL),
                 POSTERN_OK);
    cr_expect_eq(pst_primitive_read(&plant.primitive, &document, document.root,
                                    PST_PRIMITIVE_PLAIN, &plant.arena, NULL),
                 POSTERN_ERR_POLICY);
    plant_close(&plant);
}
