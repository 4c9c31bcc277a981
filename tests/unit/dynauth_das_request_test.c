#include "dynauth/das_request.h"

#include "base/str.h"

#include <criterion/criterion.h>

enum { TEXT_SIZE = 4096 };

/* ' as " */
static postern_str quoted(char buffer[TEXT_SIZE], const char *json)
{
    size_t len = strlen(json);

    cr_assert_lt(len, (size_t)TEXT_SIZE);
    for (size_t i = 0; i <= len; i++) {
        buffer[i] = json[i] == '\'' ? '"' : json[i];
    }
    return (postern_str){buffer, len};
}

/* Slices of *request point into the arena. */
static postern_status read_text(struct pst_das_request *request,
                                struct pst_arena *arena, postern_str text)
{
    postern_diag diag = {.status = POSTERN_OK};
    struct pst_message message = {.arena = arena, .diag = &diag};
    const struct pst_node *body;
    postern_status status =
        pst_message_open(&message, text, PST_DAS_REQUEST, &body);

    if (status == POSTERN_OK) {
        status = pst_das_request_read(request, &message, body);
    }
    cr_expect((status == POSTERN_OK) == (diag.message[0] == '\0') ||
                  status == POSTERN_ERR_MEMORY,
              "%s", text.data);
    return status;
}

static bool reads(const char *json, struct pst_das_request *request)
{
    char buffer[TEXT_SIZE];
    struct pst_arena arena;
    postern_status status;

    pst_arena_init(&arena, NULL, SIZE_MAX);
    status = read_text(request, &arena, quoted(buffer, json));
    pst_arena_release(&arena);
    return status == POSTERN_OK;
}

static void expect_same_texts(postern_texts a, postern_texts b)
{
    cr_assert_eq(a.count, b.count);
    for (size_t i = 0; i < a.count; i++) {
        cr_expect(pst_str_equal(a.items[i], b.items[i]));
    }
}

/* Written, read, and the same: with and without each member. [DDA-07] */
Test(das_request, is_read_as_it_was_written)
{
    static const postern_str roles[] = {{"1@a.example", 11},
                                        {"2@b.example", 11}};
    static const postern_str tokens[] = {{"t\"1@a.example", 13}};

    for (unsigned bits = 0; bits < 1U << 9; bits++) {
        struct pst_das_request some = {.originator = PST_STR("//sp/cse/Cx"),
                                       .operation = 1 + (int)(bits % 5),
                                       .target = PST_STR("//sp/cse/cnt1")};
        struct pst_das_request read;
        struct pst_json_text json = {.wants_comma = false};
        struct pst_arena arena;
        char buffer[TEXT_SIZE];

        some.target_type = bits & 1 ? 70000 : 0;
        some.ip.family = bits & 2 ? (bits & 256 ? 4 : 6) : 0;
        some.ip.bytes[0] = bits & 2 ? 0x20 : 0;
        some.location.has_point = bits & 4;
        some.location.latitude_deg = bits & 4 ? -33.125 : 0.0;
        some.location.longitude_deg = bits & 4 ? 179.5 : 0.0;
        memcpy(some.location.country, bits & 4 || !(bits & 8) ? "\0\0" : "KR",
               3);
        some.role_ids = (postern_texts){roles, bits & 16 ? 2 : 0};
        some.dated = bits & 32;
        some.time_s = bits & 32 ? 1773742830 : 0;
        some.has_lifetime = bits & 64;
        some.lifetime_s = bits & 64 ? 1773792000 : 0;
        some.helping_ids = (postern_texts){roles, bits & 128 ? 1 : 0};
        some.token_ids = (postern_texts){tokens, bits & 256 ? 1 : 0};

        pst_text_init(&json.text, buffer, sizeof buffer);
        pst_json_open(&json, NULL, '{');
        pst_json_int(&json, "sit", 1);
        pst_das_request_write(&json, "dreq", &some);
        pst_json_close(&json, '}');
        pst_arena_init(&arena, NULL, SIZE_MAX);
        cr_assert_eq(read_text(&read, &arena, postern_str_of(buffer)),
                     POSTERN_OK, "%s", buffer);
        cr_expect(pst_str_equal(read.originator, some.originator));
        cr_expect(pst_str_equal(read.target, some.target));
        cr_expect_eq(read.operation, some.operation);
        cr_expect_eq(read.target_type, some.target_type);
        cr_expect_eq(memcmp(&read.ip, &some.ip, sizeof read.ip), 0, "%s",
                     buffer);
        cr_expect_eq(read.location.has_point, some.location.has_point);
        cr_expect_float_eq(read.location.latitude_deg,
                           some.location.latitude_deg, 0.0);
        cr_expect_float_eq(read.location.longitude_deg,
                           some.location.longitude_deg, 0.0);
        cr_expect_eq(memcmp(read.location.country, some.location.country, 3),
                     0);
        cr_expect_eq(read.dated, some.dated);
        cr_expect_eq(read.time_s, some.time_s);
        cr_expect_eq(read.has_lifetime, some.has_lifetime);
        cr_expect_eq(read.lifetime_s, some.lifetime_s);
        expect_same_texts(read.role_ids, some.role_ids);
        expect_same_texts(read.helping_ids, some.helping_ids);
        expect_same_texts(read.token_ids, some.token_ids);
        pst_arena_release(&arena);
    }
}

#define DREQ(more) "{'sit':1,'dreq':{'or':'Cx','op':2,'trid':'c1'" more "}}"

/* TS-0003 asks for a type, TS-0004 for a target: what both ask for is needed.
 * [DDA-07] */
Test(das_request, needs_originator_operation_and_target)
{
    struct pst_das_request request;

    cr_expect(reads(DREQ(""), &request));
    cr_expect(reads("{'m2m:seci':" DREQ("") "}", &request));
    cr_expect_not(reads("{'sit':1,'dreq':{'op':2,'trid':'c1'}}", &request));
    cr_expect_not(reads("{'sit':1,'dreq':{'or':'Cx','trid':'c1'}}", &request));
    cr_expect_not(reads("{'sit':1,'dreq':{'or':'Cx','op':2}}", &request));
    cr_expect_not(reads("{'sit':1,'dreq':{}}", &request));
    cr_expect_not(reads("{'sit':1}", &request));
    cr_expect_not(
        reads("{'sit':2,'dreq':{'or':'Cx','op':2,'trid':'c1'}}", &request));
    cr_expect_not(reads("{'sit':1,'dres':{},'dreq':{'or':'Cx','op':2,"
                        "'trid':'c1'}}",
                        &request));
}

static const struct {
    const char *json;
    bool good;
} das_members[] = {
    {DREQ(",'trt':3"), true},
    {DREQ(",'trt':0"), false},
    {DREQ(",'trt':-1"), false},
    {DREQ(",'trt':'3'"), false},
    {DREQ(",'trt':4294967295"), true},
    {DREQ(",'trt':4294967296"), false},
    {DREQ(",'oip':{'ip4':'203.0.113.9'}"), true},
    {DREQ(",'oip':{'ip6':'2001:db8::1'}"), true},
    {DREQ(",'oip':{'ip4':'2001:db8::1'}"), false},
    {DREQ(",'oip':{'ip4':'203.0.113'}"), false},
    {DREQ(",'oip':{'ip4':'1.2.3.4','ip6':'::1'}"), false},
    {DREQ(",'oip':{}"), false},
    {DREQ(",'oip':'203.0.113.9'"), false},
    {DREQ(",'olo':{'accr':[1,2,0]}"), true},
    {DREQ(",'olo':{'accr':[1,2.5,100]}"), true},
    {DREQ(",'olo':{'accr':[1,2]}"), false},
    {DREQ(",'olo':{'accr':[1,2,3,4]}"), false},
    {DREQ(",'olo':{'accr':['1',2,3]}"), false},
    {DREQ(",'olo':{'accr':{}}"), false},
    {DREQ(",'olo':{'accc':['KR']}"), true},
    {DREQ(",'olo':{'accc':['KR','DE']}"), true},
    {DREQ(",'olo':{'accc':['KOR']}"), false},
    {DREQ(",'olo':{'accc':'KR'}"), false},
    {DREQ(",'olo':{'accc':['KR'],'accr':[1,2,0]}"), false},
    {DREQ(",'olo':{}"), false},
    {DREQ(",'olo':7"), false},
    {DREQ(",'orid':['1@a.example']"), true},
    {DREQ(",'orid':[]"), true},
    {DREQ(",'orid':'1@a.example'"), false},
    {DREQ(",'orid':[1]"), false},
    {DREQ(",'orid':['']"), false},
    {DREQ(",'orid':null"), false},
    {DREQ(",'rts':'20260317T102030'"), true},
    {DREQ(",'rts':'20260317T102030,5'"), true},
    {DREQ(",'rts':'2026-03-17T10:20:30Z'"), false},
    {DREQ(",'rts':20260317"), false},
    {DREQ(",'ppl':'20260317T102030'"), true},
    {DREQ(",'ppl':''"), false},
    {DREQ(",'rfa':['1@a.example']"), true},
    {DREQ(",'rfa':{}"), false},
    {DREQ(",'tids':['1@a.example']"), true},
    {DREQ(",'tids':[['1@a.example']]"), false},
    {DREQ(",'asi':true"), true},
    {DREQ(",'asi':1"), false},
    {DREQ(",'more':1"), false},
    {DREQ(",'op':2"), false}, /* twice */
    {"{'sit':1,'dreq':{'or':7,'op':2,'trid':'c1'}}", false},
    {"{'sit':1,'dreq':{'or':'','op':2,'trid':'c1'}}", false},
    {"{'sit':1,'dreq':{'or':'Cx','op':0,'trid':'c1'}}", false},
    {"{'sit':1,'dreq':{'or':'Cx','op':6,'trid':'c1'}}", false},
    {"{'sit':1,'dreq':{'or':'Cx','op':2.0,'trid':'c1'}}", false},
    {"{'sit':1,'dreq':{'or':'Cx','op':'2','trid':'c1'}}", false},
    {"{'sit':1,'dreq':[]}", false},
    {"{'sit':1,'dreq':null}", false},
};

/* Of each member what is one and what is none. */
Test(das_request, takes_members_of_their_types_alone)
{
    struct pst_das_request request;

    for (size_t i = 0; i < sizeof das_members / sizeof *das_members; i++) {
        cr_expect_eq(reads(das_members[i].json, &request), das_members[i].good,
                     "%s", das_members[i].json);
    }
}

/* A region is not a place: who is somewhere in it is not known to be at its
 * centre. */
Test(das_request, knows_a_place_only_from_a_point_or_one_country)
{
    struct pst_das_request request;

    cr_assert(reads(DREQ(",'olo':{'accr':[1,2,0]}"), &request));
    cr_expect(request.location.has_point);
    cr_assert(reads(DREQ(",'olo':{'accr':[1,2,0.5]}"), &request));
    cr_expect_not(request.location.has_point);
    cr_assert(reads(DREQ(",'olo':{'accr':[1,2,-1]}"), &request));
    cr_expect_not(request.location.has_point);
    cr_assert(reads(DREQ(",'olo':{'accc':['KR']}"), &request));
    cr_expect_str_eq(request.location.country, "KR");
    cr_assert(reads(DREQ(",'olo':{'accc':['KR','DE']}"), &request));
    cr_expect_str_eq(request.location.country, "");
    cr_assert(reads(DREQ(",'olo':{'accc':[]}"), &request));
    cr_expect_str_eq(request.location.country, "");
}
