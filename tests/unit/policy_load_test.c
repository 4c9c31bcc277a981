/*
 * Loading documents: what is the same in every form, what is refused and where,
 * which rules are disabled, what is reported.
 */
#define _POSIX_C_SOURCE 200809L /* mkdtemp */

#include "support/policies.h"

#include "policy-lang/policy.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

#define S(text) postern_str_of(text)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct loaded in;

/* ---- one policy in three forms ---------------------------------------- */

static const char short_form[] =
    "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\","
    "\"cb_ri\":\"cb0\",\"cb_rn\":\"base\"},\"resources\":["
    "{\"m2m:acp\":{\"ri\":\"acpA\",\"rn\":\"a\",\"pi\":\"cb0\",\"ty\":1,"
    "\"et\":\"20270101T000000\",\"pv\":{\"acr\":["
    "{\"acor\":[\"Cpump7\",\"grp5\"],\"acop\":34,\"acaf\":true,\"acco\":["
    "{\"actw\":[\"* * 8-17 * * 1-5 *\"],"
    "\"acip\":{\"ipv4\":[\"10.1.0.0/16\"],\"ipv6\":[\"2001:db8::/32\"]}},"
    "{\"aclr\":{\"accc\":[\"NL\",\"BE\"]}},"
    "{\"aclr\":{\"accr\":[52.09,5.12,800]}}]},"
    "{\"acor\":[\"Cpump7\"],\"acop\":1,\"acod\":["
    "{\"ty\":3,\"chty\":[4]},{\"spty\":{\"cnd\":\"org.example.valve\"},"
    "\"chty\":[28]}]},"
    "{\"acor\":[\"12-op@auth.example\"],\"acop\":4,\"aca\":[\"lbl\"]}]},"
    "\"pvs\":{\"acr\":[{\"acor\":[\"Cowner1\"],\"acop\":63}]}}},"
    "{\"ri\":\"cb0\",\"rn\":\"base\",\"ty\":5},"
    "{\"m2m:grp\":{\"ri\":\"grp5\",\"rn\":\"team\",\"pi\":\"cb0\"}}]}";

static const char long_form[] =
    "cse: {spid: //sp.example, csi: /plant-cse, cb_ri: cb0, cb_rn: base}\n"
    "resources:\n"
    "- resourceType: 1\n"
    "  resourceID: acpA\n"
    "  resourceName: a\n"
    "  parentID: cb0\n"
    "  expirationTime: 20270101T000000\n"
    "  privileges:\n"
    "    accessControlRules:\n"
    "    - accessControlOriginators: [Cpump7, /plant-cse/-/team]\n"
    "      accessControlOperations: 34\n"
    "      accessControlAuthenticationFlag: true\n"
    "      accessControlContexts:\n"
    "      - accessControlWindow: ['* * 8-17 * * 1-5 *']\n"
    "        accessControlIpAddresses:\n"
    "          ipv4Addresses: [10.1.0.0/16]\n"
    "          ipv6Addresses: ['2001:db8::/32']\n"
    "      - accessControlLocationRegion: {countryCode: [NL, BE]}\n"
    "      - accessControlLocationRegion: {circRegion: [52.09, 5.12, 800]}\n"
    "    - accessControlOriginators: [Cpump7]\n"
    "      accessControlOperations: 1\n"
    "      accessControlObjectDetails:\n"
    "      - {resourceType: 3, childResourceType: [4]}\n"
    "      - specializationType: {containerDefinition: org.example.valve}\n"
    "        childResourceType: [28]\n"
    "    - accessControlOriginators: [12-op@auth.example]\n"
    "      accessControlOperations: 4\n"
    "      accessControlAttributes: [lbl]\n"
    "  selfPrivileges:\n"
    "    accessControlRule:\n"
    "    - {accessControlOriginators: [Cowner1], accessControlOperations: 63}\n"
    "- {ri: cb0, rn: base, ty: CSEBase}\n"
    "- m2m:grp: {ri: grp5, rn: team, pi: cb0}\n";

static const char people_form[] =
    "cse:\n"
    "  service provider: //sp.example\n"
    "  cse id: /plant-cse\n"
    "  base id: cb0\n"
    "  base name: base\n"
    "policies:\n"
    "- id: acpA\n"
    "  name: a\n"
    "  parent: cb0\n"
    "  expires: 20270101T000000\n"
    "  privileges:\n"
    "  - originators: [Cpump7, base/team]\n"
    "    operations: [retrieve, discover]\n"
    "    authenticated: true\n"
    "    contexts:\n"
    "    - time windows: '* * 8-17 * * 1-5 *'\n"
    "      ip: ['2001:db8::/32', 10.1.0.0/16]\n"
    "    - region: [NL, {latitude: 52.09, longitude: 5.12, radius: 800}, BE]\n"
    "  - originators: Cpump7\n"
    "    operations: create\n"
    "    object details:\n"
    "    - {parent type: container, child types: contentInstance}\n"
    "    - specialization: {cnd: org.example.valve}\n"
    "      child types: [flexContainer]\n"
    "  - originators: 12-op@auth.example\n"
    "    operations: update\n"
    "    attributes: lbl\n"
    "  self privileges: [{originators: Cowner1, operations: all}]\n"
    "resources:\n"
    "- {ri: cb0, rn: base, ty: 5}\n"
    "- m2m:grp: {ri: grp5, rn: team, pi: cb0}\n";

struct question {
    const char *from; /* NULL: only a member of the group, or a role */
    postern_operation operation;
    const char *ip;
    const char *country;
    double latitude_deg; /* 0: no point */
    bool not_authenticated;
    bool in_group;
    bool has_role;
    uint32_t target_type;
    uint32_t child_type;
    const char *definition;
    const char *attribute;
    int64_t time_s; /* 0: 2026-03-17T10:20:30, a Tuesday */
    bool permitted;
};

enum { TUESDAY_S = 1773742830, EVENING_S = TUESDAY_S + 10 * 3600 };

static const struct question questions[] = {
    {.from = "Cpump7",
     .operation = POSTERN_OP_RETRIEVE,
     .ip = "10.1.2.3",
     .permitted = true},
    {.from = "Cpump7", .operation = POSTERN_OP_RETRIEVE, .ip = "10.2.2.3"},
    {.from = "Cpump8", .operation = POSTERN_OP_RETRIEVE, .ip = "10.1.2.3"},
    {.from = "Cpump7", .operation = POSTERN_OP_UPDATE, .ip = "10.1.2.3"},
    {.from = "Cpump7",
     .operation = POSTERN_OP_RETRIEVE,
     .ip = "10.1.2.3",
     .not_authenticated = true},
    {.from = "Cpump7",
     .operation = POSTERN_OP_RETRIEVE,
     .ip = "10.1.2.3",
     .time_s = EVENING_S},
    {.from = "Cpump7",
     .operation = POSTERN_OP_DISCOVERY,
     .ip = "2001:db8::5",
     .permitted = true},
    {.from = "Cpump7", .operation = POSTERN_OP_DISCOVERY, .ip = "2001:db9::5"},
    {.from = "Cpump7",
     .operation = POSTERN_OP_RETRIEVE,
     .country = "BE",
     .time_s = EVENING_S,
     .permitted = true},
    {.from = "Cpump7",
     .operation = POSTERN_OP_RETRIEVE,
     .country = "NL",
     .permitted = true},
    {.from = "Cpump7", .operation = POSTERN_OP_RETRIEVE, .country = "DE"},
    {.from = "Cpump7",
     .operation = POSTERN_OP_RETRIEVE,
     .latitude_deg = 52.095,
     .permitted = true},
    {.from = "Cpump7", .operation = POSTERN_OP_RETRIEVE, .latitude_deg = 52.2},
    {.from = "Sother",
     .in_group = true,
     .operation = POSTERN_OP_RETRIEVE,
     .country = "NL",
     .permitted = true},
    {.from = "Sother",
     .in_group = true,
     .operation = POSTERN_OP_CREATE,
     .country = "NL"},
    {.from = "Cpump7",
     .operation = POSTERN_OP_CREATE,
     .target_type = 3,
     .child_type = 4,
     .permitted = true},
    {.from = "Cpump7",
     .operation = POSTERN_OP_CREATE,
     .target_type = 2,
     .child_type = 4},
    {.from = "Cpump7",
     .operation = POSTERN_OP_CREATE,
     .target_type = 2,
     .child_type = 28,
     .definition = "org.example.valve",
     .permitted = true},
    {.from = "Cpump7",
     .operation = POSTERN_OP_CREATE,
     .target_type = 2,
     .child_type = 28,
     .definition = "org.example.door"},
    {.from = "Sother",
     .has_role = true,
     .operation = POSTERN_OP_UPDATE,
     .attribute = "lbl",
     .permitted = true},
    {.from = "Sother",
     .has_role = true,
     .operation = POSTERN_OP_UPDATE,
     .attribute = "mni"},
    {.from = "Sother", .operation = POSTERN_OP_UPDATE, .attribute = "lbl"},
};

/* What the pointers of a request lead to. */
struct facts {
    postern_id role;
    postern_id group;
    postern_str attribute;
};

static void add_identities(postern_request *request, struct facts *facts,
                           const struct question *question,
                           const postern_cse *cse)
{
    cr_assert_eq(
        postern_id_parse_entity(&request->originator, cse, S(question->from)),
        POSTERN_OK);
    cr_assert_eq(postern_id_parse_role(&facts->role, S("12-op@auth.example")),
                 POSTERN_OK);
    cr_assert_eq(postern_id_parse_resource(&facts->group, cse,
                                           S("//sp.example/plant-cse/grp5")),
                 POSTERN_OK);
    request->roles = &facts->role;
    request->role_count = question->has_role;
    request->groups = &facts->group;
    request->group_count = question->in_group;
}

static postern_request request_of(struct facts *facts,
                                  const struct question *question,
                                  const postern_cse *cse)
{
    postern_request request;

    postern_request_init(&request);
    add_identities(&request, facts, question, cse);
    request.operation = question->operation;
    request.authenticated = !question->not_authenticated;
    request.time_known = true;
    request.time_s = question->time_s ? question->time_s : TUESDAY_S;
    (void)!postern_ip_parse(&request.ip, S(question->ip));
    if (question->country) {
        memcpy(request.location.country, question->country, 3);
    }
    request.location.has_point = question->latitude_deg > 0;
    request.location.latitude_deg = question->latitude_deg;
    request.location.longitude_deg = 5.12;
    request.target_type = question->target_type;
    request.child_type = question->child_type;
    request.container_definition = S(question->definition);
    facts->attribute = S(question->attribute);
    request.attributes = &facts->attribute;
    request.attribute_count = question->attribute != NULL;
    return request;
}

static void expect_answers(const char *form, const char *text)
{
    load_text(&in, text);
    cr_assert_eq(in.status, POSTERN_OK, "%s form: %u:%u %s", form, in.diag.line,
                 in.diag.column, in.diag.message);
    cr_expect_eq(in.warning_count, 0, "%s form", form);
    for (size_t i = 0; i < COUNT(questions); i++) {
        struct facts facts;
        postern_request request =
            request_of(&facts, &questions[i], postern_policy_cse(in.policy));
        postern_decision decision =
            postern_decide(postern_policy_acps(in.policy), &request);

        cr_expect_eq(decision.effect == POSTERN_PERMIT, questions[i].permitted,
                     "question %zu, %s form", i, form);
    }
    cr_expect_eq(loaded_release(&in), 0);
}

Test(policy_load, decides_the_same_from_short_long_and_people_forms)
{
    expect_answers("short", short_form);
    expect_answers("long", long_form);
    expect_answers("people", people_form);
}

/* ---- what is refused, and where --------------------------------------- */

struct refusal {
    const char *rules; /* of pv */
    uint32_t column;   /* in the rules, from 1 */
    const char *path;  /* below the rule */
    const char *part;  /* of the message */
};

#define R(members) "{\"acor\":[\"Cx\"],\"acop\":2," members "}"
#define C(members) R("\"acco\":[{" members "}]")

/* Columns are those of the value. The first rows are found by the reader, those
 * behind the line by the builder. */
static const struct refusal refusals[] = {
    {"7", 1, "", "a rule"},
    {"{\"acop\":2}", 1, "", "originators"},
    {"{\"acor\":[\"Cx\"]}", 1, "", "operations"},
    {"{\"acor\":\"Cx\",\"acop\":2}", 9, "/acor", "list of strings"},
    {"{\"acor\":[\"Cx\",7],\"acop\":2}", 15, "/acor/1", "a string"},
    {"{\"acor\":[\"\"],\"acop\":2}", 10, "/acor/0", "empty"},
    {"{\"acor\":[\"*\"],\"acop\":2}", 10, "/acor/0", "\"*\""},
    {"{\"acor\":[\"grp*\"],\"acop\":2}", 10, "/acor/0", "\"grp*\""},
    {"{\"acor\":[\"*@auth.example\"],\"acop\":2}", 10, "/acor/0", "Role-ID"},
    {"{\"acor\":[\"//*\"],\"acop\":2}", 10, "/acor/0", "domain"},
    {"{\"acor\":[\"Cx\"],\"acop\":0}", 23, "/acop", "found 0"},
    {"{\"acor\":[\"Cx\"],\"acop\":64}", 23, "/acop", "found 64"},
    {"{\"acor\":[\"Cx\"],\"acop\":-2}", 23, "/acop", "found -2"},
    {"{\"acor\":[\"Cx\"],\"acop\":2.0}", 23, "/acop", "a number"},
    {"{\"acor\":[\"Cx\"],\"acop\":\"2\"}", 23, "/acop", "\"2\""},
    {"{\"acor\":[\"Cx\"],\"acop\":[\"read\"]}", 24, "/acop/0", "\"read\""},
    {"{\"acor\":[\"Cx\"],\"acop\":[2]}", 24, "/acop/0", "found 2"},
    {"{\"acor\":[\"Cx\"],\"acop\":[]}", 23, "/acop", "operations"},
    {R("\"acaf\":1"), 32, "/acaf", "true or false"},
    {R("\"acaf\":\"TRUE\""), 32, "/acaf", "\"TRUE\""},
    {R("\"acaf\":null"), 32, "/acaf", "null"},
    {R("\"acco\":{}"), 32, "/acco", "a list of contexts"},
    {R("\"acco\":[7]"), 33, "/acco/0", "a context"},
    {C("\"actw\":\"* * * * * * *\""), 41, "/acco/0/actw", "a list"},
    {C("\"actw\":[\"every tuesday\"]"), 42, "/acco/0/actw/0", "seven"},
    {C("\"actw\":[\"* * * * * *\"]"), 42, "/acco/0/actw/0", "seven"},
    {C("\"acip\":[\"10.0.0.0/8\"]"), 41, "/acco/0/acip", "an object"},
    {C("\"acip\":{\"ipv4\":\"10.0.0.0/8\"}"), 49, "/acco/0/acip/ipv4",
     "a list"},
    {C("\"acip\":{\"ipv4\":[\"::1\"]}"), 50, "/acco/0/acip/ipv4/0", "IPv4"},
    {C("\"acip\":{\"ipv6\":[\"1.2.3.4\"]}"), 50, "/acco/0/acip/ipv6/0", "IPv6"},
    {C("\"aclr\":{}"), 41, "/acco/0/aclr", "either"},
    {C("\"aclr\":[]"), 41, "/acco/0/aclr", "region"},
    {C("\"aclr\":\"NL\""), 41, "/acco/0/aclr", "region"},
    {C("\"aclr\":{\"accc\":[]}"), 49, "/acco/0/aclr/accc", "country"},
    {C("\"aclr\":{\"accc\":\"NL\"}"), 49, "/acco/0/aclr/accc", "list"},
    {C("\"aclr\":{\"accc\":[\"NLD\"]}"), 50, "/acco/0/aclr/accc/0", "two"},
    {C("\"aclr\":{\"accr\":[1,2]}"), 49, "/acco/0/aclr/accr", "three numbers"},
    {C("\"aclr\":{\"accr\":[1,2,3,4]}"), 49, "/acco/0/aclr/accr", "three"},
    {C("\"aclr\":{\"accr\":[1,\"2\",3]}"), 52, "/acco/0/aclr/accr/1",
     "a number"},
    {C("\"aclr\":{\"accr\":[1,2,3],\"accc\":[\"NL\"]}"), 41, "/acco/0/aclr",
     "either"},
    {R("\"acod\":{\"chty\":[4]}"), 32, "/acod", "a list"},
    {R("\"acod\":[{\"chty\":4}]"), 41, "/acod/0/chty", "a list"},
    {R("\"acod\":[{\"chty\":[0]}]"), 42, "/acod/0/chty/0", "found 0"},
    {R("\"acod\":[{\"chty\":[\"box\"]}]"), 42, "/acod/0/chty/0", "\"box\""},
    {R("\"acod\":[{\"ty\":-3,\"chty\":[4]}]"), 39, "/acod/0/ty", "-3"},
    {R("\"acod\":[{\"spty\":{},\"chty\":[4]}]"), 41, "/acod/0/spty", "either"},
    {R("\"acod\":[{\"spty\":{\"cnd\":\"\"},\"chty\":[4]}]"), 48,
     "/acod/0/spty/cnd", "empty"},
    {R("\"acod\":[{\"spty\":{\"mgd\":\"1006\"},\"chty\":[4]}]"), 48,
     "/acod/0/spty/mgd", "number"},
    {R("\"acod\":[{\"spty\":{\"cnd\":\"x\"},\"spid\":\"y\",\"chty\":[4]}]"), 60,
     "/acod/0/spid", "together"},
    {R("\"aca\":\"lbl\""), 31, "/aca", "a list"},
    {R("\"aca\":[\"a b\"]"), 32, "/aca/0", "attribute"},
    {"{\"acor\":[\"Cx\"],\"originators\":[\"Cy\"],\"acop\":2}", 30,
     "/originators", "twice"},
    /* --- */
    {C("\"actw\":[\"* * * * * * *\",\"* * 22-4 * * * *\"]"), 58,
     "/acco/0/actw/1", "22-4"},
    {R("\"acco\":[{},{\"actw\":[\"* * 24 * * * *\"]}]"), 45, "/acco/1/actw/0",
     "24"},
    {C("\"acip\":{}"), 41, "/acco/0/acip", "empty"},
    {C("\"acip\":{\"ipv4\":[],\"ipv6\":[]}"), 41, "/acco/0/acip", "empty"},
    {C("\"acip\":{\"ipv4\":[\"10.0.0.0/8\",\"10.0.0.0/33\"]}"), 63,
     "/acco/0/acip/ipv4/1", "33"},
    {C("\"acip\":{\"ipv6\":[\"::1\",\"::/129\"],\"ipv4\":[\"1.2.3.4\"]}"), 56,
     "/acco/0/acip/ipv6/1", "129"},
    {C("\"aclr\":{\"accr\":[91,5,800]}"), 49, "/acco/0/aclr/accr", ""},
    {C("\"aclr\":[{\"accc\":[\"NL\"]},{\"accr\":[1,5,800]},"
       "{\"accr\":[1,5,-1]}]"),
     85, "/acco/0/aclr/2/accr", ""},
    {R("\"acod\":[{\"chty\":[4]},{}]"), 46, "/acod/1", "child"},
    {R("\"acod\":[{\"ty\":13,\"chty\":[13]}]"), 33, "/acod/0", "13"},
    {R("\"acod\":[{\"ty\":28,\"chty\":[28]}]"), 33, "/acod/0", "28"},
    {R("\"aca\":[]"), 31, "/aca", "empty"},
};

static void expect_refusal(const struct refusal *row)
{
    static const char before[] = "/resources/0/m2m:acp/pv/acr/0";
    char path[POSTERN_DIAG_PATH_SIZE];

    snprintf(path, sizeof path, "%s%s", before, row->path);
    load_rules(&in, row->rules);
    cr_expect_eq(in.status, POSTERN_ERR_POLICY, "%s", row->rules);
    cr_expect_null(in.policy);
    cr_expect_eq(in.diag.line, 1, "%s", row->rules);
    cr_expect_eq(in.diag.column, row->column + sizeof DOCUMENT_BEFORE_RULES - 1,
                 "%s: column %zu", row->rules,
                 in.diag.column - (sizeof DOCUMENT_BEFORE_RULES - 1));
    cr_expect_str_eq(in.diag.path, path, "%s", row->rules);
    cr_expect_not_null(strstr(in.diag.message, row->part), "%s: %s", row->rules,
                       in.diag.message);
    cr_expect_eq(loaded_release(&in), 0);
}

Test(policy_load,
     refuses_a_rule_that_the_standard_does_not_allow_and_says_where)
{
    for (size_t i = 0; i < COUNT(refusals); i++) {
        expect_refusal(&refusals[i]);
    }
}

static bool permits_retrieve(const postern_acp_set *set, const postern_cse *cse,
                             const char *from)
{
    postern_request request;

    postern_request_init(&request);
    cr_assert_eq(postern_id_parse_entity(&request.originator, cse, S(from)),
                 POSTERN_OK);
    request.operation = POSTERN_OP_RETRIEVE;
    request.authenticated = true;
    request.time_known = true;
    request.time_s = TUESDAY_S;
    return postern_decide(set, &request).effect == POSTERN_PERMIT;
}

static bool permits(const struct loaded *loaded, const char *from)
{
    return permits_retrieve(postern_policy_acps(loaded->policy),
                            postern_policy_cse(loaded->policy), from);
}

/* [A4 A5 A9]: the others count. */
Test(policy_load, can_disable_each_of_these_rules_instead)
{
    in.options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    for (size_t i = 0; i < COUNT(refusals); i++) {
        char rules[1024];

        snprintf(rules, sizeof rules, "%s,{\"acor\":[\"Cy\"],\"acop\":2}",
                 refusals[i].rules);
        load_rules(&in, rules);
        cr_assert_eq(in.status, POSTERN_OK, "%s: %s", rules, in.diag.message);
        cr_expect_eq(in.warning_count, 1, "%s", rules);
        cr_expect_str_eq(in.warnings[0].lint, "malformed-rule");
        cr_expect_eq(in.warnings[0].severity, POSTERN_SEVERITY_WARNING);
        cr_expect_eq(in.warnings[0].column,
                     refusals[i].column + sizeof DOCUMENT_BEFORE_RULES - 1,
                     "%s", rules);
        cr_expect_not_null(strstr(in.warnings[0].message, refusals[i].part),
                           "%s", rules);
        cr_expect_eq(postern_acp_set_rule_count(postern_policy_acps(in.policy),
                                                0, POSTERN_PRIVILEGES),
                     2, "%s", rules);
        cr_expect_not(permits(&in, "Cx"), "%s", rules);
        cr_expect(permits(&in, "Cy"), "%s", rules);
        cr_expect_eq(loaded_release(&in), 0);
    }
}

struct legal {
    const char *rule;
    bool permits; /* a Retrieve by Cx, in time, of unknown address */
};

/* The legal neighbours of the above. */
static const struct legal legal[] = {
    {"{\"acor\":[\"Cx\"],\"acop\":2}", true},
    {"{\"acor\":[\"Cx\"],\"acop\":1}", false},
    {"{\"acor\":[],\"acop\":63}", false},
    {"{\"acor\":[\"Cx\"],\"acop\":[\"retrieve\"]}", true},
    {R("\"acaf\":false"), true},
    {R("\"acco\":[]"), true},
    {R("\"acco\":[{}]"), true},
    {C("\"actw\":[]"), true},
    {C("\"actw\":[\"* * * * * * *\"]"), true},
    {C("\"actw\":[\"* * * * * * 2025\"]"), false},
    {C("\"acip\":{\"ipv4\":[\"0.0.0.0/0\"],\"ipv6\":[]}"), false},
    {C("\"aclr\":{\"accc\":[\"nl\"]}"), false},
    {C("\"aclr\":{\"accr\":[90,-180,0]}"), false},
    {R("\"acod\":[]"), true},
    {R("\"acod\":[{\"chty\":[4]}]"), true},
    {R("\"acod\":[{\"ty\":\"container\",\"chty\":[\"contentInstance\",500]}]"),
     true},
    {R("\"acod\":[{\"ty\":13,\"spty\":{\"mgd\":1006},\"chty\":[13]}]"), true},
    {R("\"acod\":[{\"ty\":28,\"spid\":\"org.example.valve\",\"chty\":[28]}]"),
     true},
    {R("\"aca\":[\"lbl\"]"), false},
};

Test(policy_load, takes_what_is_legal_without_a_warning)
{
    for (size_t i = 0; i < COUNT(legal); i++) {
        load_rules(&in, legal[i].rule);
        cr_assert_eq(in.status, POSTERN_OK, "%s: %s", legal[i].rule,
                     in.diag.message);
        cr_expect_eq(in.warning_count, 0, "%s", legal[i].rule);
        cr_expect_eq(permits(&in, "Cx"), legal[i].permits, "%s", legal[i].rule);
        cr_expect_eq(loaded_release(&in), 0);
    }
}

struct foreign {
    const char *rule;
    const char *path;
    const char *lint;
    const char *part;
};

/* [CTX-06]; A46 and A47 of the readings */
static const struct foreign foreign[] = {
    {R("\"colour\":1"), "/colour", "unknown-member", "\"colour\""},
    {R("\"acodd\":1"), "/acodd", "unknown-member", "\"acod\""},
    {R("\"acl\":5"), "/acl", "unsupported-member", "\"acl\""},
    {C("\"acui\":[\"u\"]"), "/acco/0/acui", "unsupported-member", "acui"},
    {C("\"acec\":{\"optr\":1}"), "/acco/0/acec", "unsupported-member", "acec"},
    {C("\"acl\":5"), "/acco/0/acl", "unsupported-member", "acl"},
    {C("\"temperature\":5"), "/acco/0/temperature", "unknown-member", ""},
    {C("\"acip\":{\"ipv4\":[\"1.2.3.4\"],\"ipv8\":[]}"), "/acco/0/acip/ipv8",
     "unknown-member", ""},
    {C("\"aclr\":{\"polygon\":[]}"), "/acco/0/aclr/polygon", "unknown-member",
     ""},
    {C("\"aclr\":{\"accc\":[\"NL\"],\"x\":1}"), "/acco/0/aclr/x",
     "unknown-member", ""},
    {R("\"acod\":[{\"chty\":[4],\"x\":1}]"), "/acod/0/x", "unknown-member", ""},
    {R("\"acod\":[{\"chty\":[4],\"spty\":{\"x\":1}}]"), "/acod/0/spty/x",
     "unknown-member", ""},
};

static void expect_foreign(const struct foreign *row,
                           postern_rule_errors rule_errors)
{
    char path[POSTERN_DIAG_PATH_SIZE];

    snprintf(path, sizeof path, "/resources/0/m2m:acp/pv/acr/0%s", row->path);
    in.options.rule_errors = rule_errors;
    load_rules(&in, row->rule);
    cr_assert_eq(in.status, POSTERN_OK, "%s: %s", row->rule, in.diag.message);
    cr_assert_eq(in.warning_count, 1, "%s", row->rule);
    cr_expect_str_eq(in.warnings[0].lint, row->lint);
    cr_expect_str_eq(in.warnings[0].path, path);
    cr_expect_not_null(strstr(in.warnings[0].message, row->part), "%s: %s",
                       row->rule, in.warnings[0].message);
    cr_expect_not(permits(&in, "Cx"), "%s", row->rule);
    cr_expect_eq(loaded_release(&in), 0);
}

Test(policy_load, makes_a_rule_with_a_foreign_member_false_and_says_so)
{
    for (size_t i = 0; i < COUNT(foreign); i++) {
        expect_foreign(&foreign[i], POSTERN_RULE_ERRORS_REFUSE);
        expect_foreign(&foreign[i], POSTERN_RULE_ERRORS_DISABLE);
    }
}

/* Line and column in YAML, for words of people. */
struct place {
    const char *text;
    uint32_t line;
    uint32_t column;
    const char *path;
    const char *part;
};

#define YAML_BEFORE                                                            \
    "cse: {spid: //sp.example, csi: /plant-cse}\n"                             \
    "policies:\n"                                                              \
    "- id: acpA\n"                                                             \
    "  self privileges: [{originators: Cowner1, operations: all}]\n"           \
    "  privileges:\n"                                                          \
    "  - originators: Cx\n"                                                    \
    "    operations: retrieve\n"

static const struct place places[] = {
    {YAML_BEFORE "    authenticated: yes\n", 8, 20,
     "/policies/0/privileges/0/authenticated", "\"yes\""},
    {YAML_BEFORE "    contexts:\n"
                 "      time windows:\n"
                 "        - '* * * * * * *'\n"
                 "        - '* * 22-4 * * * *'\n",
     11, 11, "/policies/0/privileges/0/contexts/time windows/1", "22-4"},
    {YAML_BEFORE "    contexts:\n"
                 "      - time windows: '* * 22-4 * * * *'\n",
     9, 23, "/policies/0/privileges/0/contexts/0/time windows", "22-4"},
    {YAML_BEFORE "    contexts:\n"
                 "      - ip: ['::/129', 10.0.0.0/8, 10.0.0.0/33]\n",
     9, 36, "/policies/0/privileges/0/contexts/0/ip/2", "33"},
    {YAML_BEFORE "    contexts:\n"
                 "      - ip: ['::/129', 10.0.0.0/8]\n",
     9, 14, "/policies/0/privileges/0/contexts/0/ip/0", "129"},
    {YAML_BEFORE "    contexts:\n"
                 "      - ip: 10.0.0.0/33\n",
     9, 13, "/policies/0/privileges/0/contexts/0/ip", "33"},
    {YAML_BEFORE "    contexts:\n"
                 "      - ip: {ipv4Addresses: 10.0.0.0/8, "
                 "ipv6Addresses: ['::1', '::/129']}\n",
     9, 64, "/policies/0/privileges/0/contexts/0/ip/ipv6Addresses/1", "129"},
    {YAML_BEFORE "    contexts:\n"
                 "      region:\n"
                 "        - NL\n"
                 "        - {latitude: 91, longitude: 5, radius: 800}\n",
     11, 11, "/policies/0/privileges/0/contexts/region/1", ""},
    {YAML_BEFORE "    contexts:\n"
                 "      region: {latitude: 51, radius: 800}\n",
     9, 15, "/policies/0/privileges/0/contexts/region", "longitude"},
    {YAML_BEFORE "    contexts:\n"
                 "      region: {country: NLD}\n",
     9, 25, "/policies/0/privileges/0/contexts/region/country", "two letters"},
    {YAML_BEFORE "    object details:\n"
                 "      parent type: flexContainer\n"
                 "      child types: container\n",
     9, 7, "/policies/0/privileges/0/object details", "28"},
    {YAML_BEFORE "  - originator: [Cx]\n"
                 "    operations: all\n",
     8, 5, "/policies/0/privileges/1", "\"originators\""},
    {"cse: {service provider: sp.example, cse id: /plant-cse}\n", 1, 25,
     "/cse/service provider", "//sp.example"},
    {"cse: {spid: //sp.example, csi: plant-cse}\n", 1, 32, "/cse/csi",
     "CSE-ID"},
    {"cse: {spid: //sp.example}\n", 1, 6, "/cse", "csi"},
    {"cse: {spid: //sp.example, csi: /a, cseid: /b}\n", 1, 43, "/cse/cseid",
     "\"cse id\""},
    {"policies: []\n", 1, 1, "", "hosting CSE"},
    {YAML_BEFORE "ressources: []\n", 8, 13, "/ressources", "\"resources\""},
    {YAML_BEFORE "policy: []\n", 8, 9, "/policy", "unknown"},
    {YAML_BEFORE "resources: {}\n", 8, 12, "/resources", "a list"},
    {YAML_BEFORE "resources: [7]\n", 8, 13, "/resources/0", "a resource"},
    {YAML_BEFORE "resources: [{ri: x}]\n", 8, 13, "/resources/0", "type"},
    {YAML_BEFORE "resources: [{ty: 3}]\n", 8, 13, "/resources/0", "ri"},
    {YAML_BEFORE "resources: [{ty: 3, id: x}]\n", 8, 13, "/resources/0", "ri"},
    {YAML_BEFORE "resources: [{ty: 3, ri: 7}]\n", 8, 25, "/resources/0/ri",
     "a string"},
    {YAML_BEFORE "resources: [{ty: 3, ri: a/b}]\n", 8, 25, "/resources/0/ri",
     "resource ID"},
    {YAML_BEFORE "resources: [{ty: 3, ri: a, rn: -}]\n", 8, 32,
     "/resources/0/rn", "resource name"},
    {YAML_BEFORE "resources: [{ty: box, ri: a}]\n", 8, 18, "/resources/0/ty",
     "\"box\""},
    {YAML_BEFORE "resources: [m2m:cnt: {ty: 1, ri: a}]\n", 8, 27,
     "/resources/0/m2m:cnt/ty", "name around"},
    {YAML_BEFORE "resources: [{ty: 3, ri: a}, {ty: 3, ri: b}, "
                 "{ty: 3, ri: a}]\n",
     8, 45, "/resources/2", "same resource ID"},
    {YAML_BEFORE "resources: [{ty: 3, ri: a, et: 20260230T000000}]\n", 8, 32,
     "/resources/0/et", "YYYYMMDDThhmmss"},
    {YAML_BEFORE "- {m2m:grp: {ri: x, ty: 9}}\n", 8, 13, "/policies/1/m2m:grp",
     "resources"},
    {YAML_BEFORE "- {id: x, privileges: []}\n", 8, 3, "/policies/1",
     "selfPrivileges"},
    {YAML_BEFORE "- {id: x, self privileges: []}\n", 8, 28,
     "/policies/1/self privileges", "selfPrivileges"},
    {YAML_BEFORE "- {id: x, ri: y}\n", 8, 15, "/policies/1/ri", "twice"},
    {YAML_BEFORE "- {id: x, pv: []}\n", 8, 15, "/policies/1/pv", "an object"},
    {YAML_BEFORE "- {id: x, privileges: {acr: 7}}\n", 8, 29,
     "/policies/1/privileges/acr", "a list of rules"},
    {YAML_BEFORE "trust: []\n", 8, 8, "/trust", "an object"},
    {"- a\n", 1, 1, "", "policy document"},
};

Test(policy_load, points_at_the_place_in_yaml_whatever_words_are_used)
{
    for (size_t i = 0; i < COUNT(places); i++) {
        const struct place *row = &places[i];

        in.options.source = "plant.yaml";
        load_text(&in, row->text);
        cr_expect_eq(in.status, POSTERN_ERR_POLICY, "%s", row->text);
        cr_expect_str_eq(in.diag.source, "plant.yaml");
        cr_expect_eq(in.diag.line, row->line, "line %u of %s", in.diag.line,
                     row->text);
        cr_expect_eq(in.diag.column, row->column, "column %u of %s",
                     in.diag.column, row->text);
        cr_expect_str_eq(in.diag.path, row->path, "%s", row->text);
        cr_expect_not_null(strstr(in.diag.message, row->part), "%s: %s",
                           row->text, in.diag.message);
        cr_expect_eq(loaded_release(&in), 0);
    }
}

Test(policy_load, points_at_the_line_in_json)
{
    load_text(&in, "{\n"
                   "  \"cse\": {\"spid\": \"//sp.example\", \"csi\": \"/c\"},\n"
                   "  \"resources\": [{\"m2m:acp\": {\"ri\": \"a\",\n"
                   "    \"pv\": {\"acr\": [\n"
                   "      {\"acor\": [\"all\",\n"
                   "                \"no way\"], \"acop\": 2}]}}}]}\n");
    cr_expect_eq(in.status, POSTERN_ERR_POLICY);
    cr_expect_eq(in.diag.line, 6);
    cr_expect_eq(in.diag.column, 17);
    cr_expect_str_eq(in.diag.path, "/resources/0/m2m:acp/pv/acr/0/acor/1");
    cr_expect_eq(loaded_release(&in), 0);
}

/* ---- attributes of an ACP --------------------------------------------- */

#define ACP_OF(members)                                                        \
    "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\"},"             \
    "\"resources\":[{\"ty\":1,\"ri\":\"acpA\"," members "}]}"
#define ALL_RULE "{\"acor\":[\"all\"],\"acop\":63}"
#define PVS "\"pvs\":{\"acr\":[" ALL_RULE "]}"
#define PV "\"pv\":{\"acr\":[" ALL_RULE "]}"

struct attribute {
    const char *text;
    postern_status strict;
    const char *lint; /* in DISABLE mode; NULL: no warning */
    bool permits;     /* in DISABLE mode */
};

/* [PRP-08] [PRP-09] */
static const struct attribute attributes[] = {
    {ACP_OF(PV "," PVS), POSTERN_OK, NULL, true},
    {ACP_OF(PVS), POSTERN_OK, NULL, false},
    {ACP_OF("\"pv\":null," PVS), POSTERN_OK, NULL, false},
    {ACP_OF("\"pv\":{}," PVS), POSTERN_OK, NULL, false},
    {ACP_OF("\"pv\":{\"acr\":[]}," PVS), POSTERN_OK, NULL, false},
    {ACP_OF(PV), POSTERN_ERR_POLICY, "no-self-privileges", true},
    {ACP_OF(PV ",\"pvs\":null"), POSTERN_ERR_POLICY, "no-self-privileges",
     true},
    {ACP_OF(PV ",\"pvs\":{\"acr\":[]}"), POSTERN_ERR_POLICY,
     "no-self-privileges", true},
    {ACP_OF("\"pv\":[" ALL_RULE "]," PVS), POSTERN_ERR_POLICY,
     "malformed-rules", false},
    {ACP_OF("\"pv\":{\"acr\":" ALL_RULE "}," PVS), POSTERN_ERR_POLICY,
     "malformed-rules", false},
    {ACP_OF("\"pv\":{\"acr\":[" ALL_RULE "],\"x\":1}," PVS), POSTERN_OK,
     "unknown-member", false},
    {ACP_OF("\"et\":\"20301231T000000\"," PV "," PVS), POSTERN_OK, NULL, true},
    {ACP_OF("\"et\":\"20251231T000000\"," PV "," PVS), POSTERN_OK, NULL, false},
    {ACP_OF("\"et\":\"tomorrow\"," PV "," PVS), POSTERN_ERR_POLICY,
     "malformed-time", false},
    {ACP_OF("\"et\":20301231," PV "," PVS), POSTERN_ERR_POLICY,
     "malformed-time", false},
    {ACP_OF("\"adri\":[\"pdp1\"]," PV "," PVS), POSTERN_OK, "distributed",
     true},
    {ACP_OF("\"lbl\":[\"x\"],\"ct\":\"20260101T000000\"," PV "," PVS),
     POSTERN_OK, NULL, true},
    {ACP_OF("\"exprires\":\"20200101T000000\"," PV "," PVS), POSTERN_OK,
     "unknown-member", true},
};

Test(policy_load, refuses_or_empties_malformed_attributes_of_an_acp)
{
    for (size_t i = 0; i < COUNT(attributes); i++) {
        const struct attribute *row = &attributes[i];

        in.options.rule_errors = POSTERN_RULE_ERRORS_REFUSE;
        load_text(&in, row->text);
        cr_expect_eq(in.status, row->strict, "%s: %s", row->text,
                     in.diag.message);
        cr_expect_eq(loaded_release(&in), 0);

        in.options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
        load_text(&in, row->text);
        cr_assert_eq(in.status, POSTERN_OK, "%s: %s", row->text,
                     in.diag.message);
        cr_expect_eq(in.warning_count, row->lint != NULL, "%s", row->text);
        if (row->lint) {
            cr_expect_str_eq(in.warnings[0].lint, row->lint, "%s", row->text);
        }
        cr_expect_eq(permits(&in, "Cx"), row->permits, "%s", row->text);
        cr_expect_eq(loaded_release(&in), 0);
    }
}

/* ---- groups ------------------------------------------------------------ */

struct group {
    const char *entry;
    bool is_group; /* grp5, whose path is base/plant/team */
};

static const struct group groups[] = {
    {"grp5", true},
    {"base/plant/team", true},
    {"-/plant/team", true},
    {"/plant-cse/grp5", true},
    {"/plant-cse/-/plant/team", true},
    {"/plant-cse/base/plant/team", true},
    {"//sp.example/plant-cse/grp5", true},
    {"//SP.example/plant-cse/-/plant/team", true},
    {"grp6", false},
    {"base/team", false},
    {"-/team", false},
    {"other/plant/team", false},
    {"base/plant/team/x", false},
    {"/other-cse/grp5", false},
    {"//other.example/plant-cse/grp5", false},
    {"cnt1", false}, /* there, and no group */
};

static bool matches_group(const char *entry)
{
    postern_request request;
    postern_id group;
    char text[1024];
    bool permitted;

    snprintf(text, sizeof text,
             "cse: {spid: //sp.example, csi: /plant-cse}\n"
             "policies:\n"
             "- {id: a, privileges: [{originators: '%s', operations: all}],"
             " self privileges: [{originators: Cx, operations: all}]}\n"
             "resources:\n"
             "- {ri: cb0, rn: base, ty: 5}\n"
             "- {ri: cnt1, rn: plant, ty: 3, pi: cb0}\n"
             "- m2m:grp: {ri: grp5, rn: team, pi: cnt1}\n"
             "- m2m:grp: {ri: loop1, rn: l, pi: loop2}\n"
             "- m2m:grp: {ri: loop2, rn: l, pi: loop1}\n"
             "- m2m:grp: {ri: twin1, rn: twin, pi: cb0}\n"
             "- m2m:grp: {ri: twin2, rn: twin, pi: cb0}\n",
             entry);
    load_text(&in, text);
    cr_assert_eq(in.status, POSTERN_OK, "%s: %s", entry, in.diag.message);
    postern_request_init(&request);
    cr_assert_eq(postern_id_parse_resource(&group,
                                           postern_policy_cse(in.policy),
                                           S("//sp.example/plant-cse/grp5")),
                 POSTERN_OK);
    cr_assert_eq(postern_id_parse_entity(&request.originator,
                                         postern_policy_cse(in.policy),
                                         S("Cmember")),
                 POSTERN_OK);
    request.operation = POSTERN_OP_RETRIEVE;
    request.groups = &group;
    request.group_count = 1;
    permitted =
        postern_decide(postern_policy_acps(in.policy), &request).effect ==
        POSTERN_PERMIT;
    cr_expect_eq(loaded_release(&in), 0);
    return permitted;
}

/* [ORI-11] [ORI-14] */
Test(policy_load, knows_a_group_by_every_form_of_its_address)
{
    for (size_t i = 0; i < COUNT(groups); i++) {
        cr_expect_eq(matches_group(groups[i].entry), groups[i].is_group, "%s",
                     groups[i].entry);
    }
}

/* ---- several documents ------------------------------------------------- */

static char folder[64];

static void write_file(const char *name, const char *text)
{
    char path[256];
    FILE *stream;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    stream = fopen(path, "wb");
    cr_assert_not_null(stream);
    cr_assert_eq(fwrite(text, 1, strlen(text), stream), strlen(text));
    cr_assert_eq(fclose(stream), 0);
}

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "policy-files-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(void)
{
    static const char *const names[] = {"a.json", "b.yaml", "c.yml", "d.txt",
                                        "e.json"};
    char path[256];

    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/nested.json", folder);
    rmdir(path);
    rmdir(folder);
}

TestSuite(policy_files, .init = make_folder, .fini = remove_folder);

#define ONE_ACP(id)                                                            \
    "policies: [{id: " id ", self privileges: [{originators: Cowner1, "        \
    "operations: all}]}]\n"
#define CSE_LINE "cse: {spid: //sp.example, csi: /plant-cse}\n"

static void load_folder(void)
{
    const char *paths[] = {folder};

    load_paths(&in, paths, 1);
}

Test(policy_files, of_a_folder_are_one_policy_in_the_order_of_their_names)
{
    char nested[256];
    const postern_acp_set *acps;

    write_file("c.yml", ONE_ACP("acpC"));
    write_file("b.yaml", CSE_LINE ONE_ACP("acpB"));
    write_file("a.json", "{\"resources\":[{\"ty\":1,\"ri\":\"acpA\"," PVS "}],"
                         "\"trust\":{}}");
    write_file("d.txt", "not a policy");
    snprintf(nested, sizeof nested, "%s/nested.json", folder);
    cr_assert_eq(mkdir(nested, 0700), 0);
    load_folder();
    cr_assert_eq(in.status, POSTERN_OK, "%s: %s", in.diag.source,
                 in.diag.message);
    acps = postern_policy_acps(in.policy);
    cr_expect_eq(postern_acp_set_count(acps), 3);
    cr_expect_eq(postern_acp_set_find(acps, S("acpA")), 0);
    cr_expect_eq(postern_acp_set_find(acps, S("acpB")), 1);
    cr_expect_eq(postern_acp_set_find(acps, S("acpC")), 2);
    cr_expect_eq(in.policy->document_count, 3);
    cr_expect_not_null(in.policy->trust);
    cr_expect_eq(loaded_release(&in), 0);
}

static void expect_folder_refused(postern_status status, const char *source,
                                  const char *part)
{
    load_folder();
    cr_expect_eq(in.status, status);
    cr_expect_null(in.policy);
    cr_expect_not_null(strstr(in.diag.source, source), "%s", in.diag.source);
    cr_expect_not_null(strstr(in.diag.message, part), "%s", in.diag.message);
    cr_expect_eq(loaded_release(&in), 0);
}

Test(policy_files, agree_on_the_cse)
{
    write_file("a.json", "{\"cse\":{\"spid\":\"//SP.example\","
                         "\"csi\":\"/plant-cse\",\"cb_ri\":\"cb0\"}}");
    write_file("b.yaml",
               "cse: {spid: //sp.example, csi: /plant-cse, cb_rn: base}\n");
    load_folder();
    cr_expect_eq(in.status, POSTERN_OK, "%s", in.diag.message);
    cr_expect_eq(loaded_release(&in), 0);

    write_file("c.yml", "cse: {spid: //sp.example, csi: /other-cse}\n");
    expect_folder_refused(POSTERN_ERR_POLICY, "c.yml", "another CSE");
    write_file("c.yml",
               "cse: {spid: //sp.example, csi: /plant-cse, cb_ri: cb1}\n");
    expect_folder_refused(POSTERN_ERR_POLICY, "c.yml", "another CSE");
}

Test(policy_files, have_one_opinion_on_trust_and_on_every_resource)
{
    write_file("a.json", "{\"trust\":{}}");
    write_file("b.yaml", CSE_LINE ONE_ACP("acpB"));
    write_file("c.yml", "trust: {}\n");
    expect_folder_refused(POSTERN_ERR_POLICY, "c.yml", "trust");
    write_file("c.yml", ONE_ACP("acpB"));
    expect_folder_refused(POSTERN_ERR_POLICY, "c.yml", "same resource ID");
    write_file("c.yml", "policies: [");
    expect_folder_refused(POSTERN_ERR_SYNTAX, "c.yml", "");
}

Test(policy_files, that_are_missing_or_too_long_are_named)
{
    const char *missing[] = {"/nonexistent/policy.yaml"};

    expect_folder_refused(POSTERN_ERR_IO, folder, ".yaml");
    load_paths(&in, missing, 1);
    cr_expect_eq(in.status, POSTERN_ERR_IO);
    cr_expect_str_eq(in.diag.source, missing[0]);
    cr_expect_eq(loaded_release(&in), 0);

    write_file("b.yaml", CSE_LINE ONE_ACP("acpB"));
    in.options.limits.text_bytes = strlen(CSE_LINE ONE_ACP("acpB"));
    load_folder();
    cr_expect_eq(in.status, POSTERN_OK, "%s", in.diag.message);
    cr_expect_eq(loaded_release(&in), 0);
    in.options.limits.text_bytes--;
    expect_folder_refused(POSTERN_ERR_LIMIT, "b.yaml", "longer");
}

Test(policy_files, leave_nothing_behind_whichever_allocation_fails)
{
    write_file("a.json", "{\"trust\":{}}");
    write_file("b.yaml", CSE_LINE ONE_ACP("acpB"));
    for (size_t n = 1;; n++) {
        in.heap = (struct faulty){.fail_at = n};
        load_folder();
        cr_expect_eq(loaded_release(&in), 0, "allocation %zu", n);
        if (in.status == POSTERN_OK) {
            break;
        }
        cr_expect_eq(in.status, POSTERN_ERR_MEMORY, "allocation %zu", n);
    }
}

/* ---- options, formats, memory ------------------------------------------ */

Test(policy_load, tells_the_format_by_name_then_by_the_first_character)
{
    static const char flow[] = "{cse: {spid: //sp.example, csi: /c}}";

    load_text(&in, " \n{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/c\"}}");
    cr_expect_eq(in.status, POSTERN_OK);
    cr_expect_eq(loaded_release(&in), 0);
    load_text(&in, flow);
    cr_expect_eq(in.status, POSTERN_ERR_SYNTAX, "this is JSON, and wrong");
    cr_expect_eq(loaded_release(&in), 0);
    in.options.source = "x.yml";
    load_text(&in, flow);
    cr_expect_eq(in.status, POSTERN_OK, "%s", in.diag.message);
    cr_expect_eq(loaded_release(&in), 0);
    in.options.format = POSTERN_FORMAT_JSON;
    load_text(&in, flow);
    cr_expect_eq(in.status, POSTERN_ERR_SYNTAX, "the option decides");
    cr_expect_eq(loaded_release(&in), 0);
}

Test(policy_load, takes_the_cse_of_the_options_when_no_document_names_one)
{
    char domain[] = "//sp.example";
    char name[] = "/plant-cse";
    postern_cse cse;

    cr_assert_eq(postern_cse_init(&cse, S(domain), S(name)), POSTERN_OK);
    in.options.cse = &cse;
    load_text(&in, "policies: []\n");
    cr_assert_eq(in.status, POSTERN_OK, "%s", in.diag.message);
    memset(domain, 'x', sizeof domain - 1);
    memset(name, 'x', sizeof name - 1);
    cr_expect(
        postern_policy_cse(in.policy)->name.len == 9 &&
        memcmp(postern_policy_cse(in.policy)->name.data, "plant-cse", 9) == 0);
    cr_expect_eq(loaded_release(&in), 0);

    load_text(&in, "cse: {spid: //sp.example, csi: /other}\n");
    cr_assert_eq(in.status, POSTERN_OK, "%s", in.diag.message);
    cr_expect_eq(postern_policy_cse(in.policy)->name.len, 5);
    cr_expect_eq(loaded_release(&in), 0);
}

struct larger_options {
    postern_load_options known;
    uint64_t unknown;
};

Test(policy_load, refuses_options_of_a_newer_release_that_are_in_use)
{
    static const char text[] = "cse: {spid: //sp.example, csi: /c}\n";
    struct larger_options larger;
    postern_policy *policy;
    postern_diag diag;

    memset(&larger, 0, sizeof larger);
    larger.known.struct_size = sizeof larger;
    cr_expect_eq(postern_policy_load(&policy, S(text), &larger.known, &diag),
                 POSTERN_OK);
    postern_policy_free(policy);
    larger.unknown = 1;
    cr_expect_eq(postern_policy_load(&policy, S(text), &larger.known, &diag),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_null(policy);
    cr_expect_eq(diag.status, POSTERN_ERR_ARGUMENT);
}

Test(policy_load, takes_shorter_options_and_fills_them_up)
{
    postern_load_options options;
    postern_policy *policy;

    postern_load_options_init(&options);
    options.rule_errors = (postern_rule_errors)77; /* behind the end */
    options.struct_size = offsetof(postern_load_options, rule_errors);
    cr_expect_eq(postern_policy_load(&policy,
                                     S("cse: {spid: //sp.example, csi: /c}\n"),
                                     &options, NULL),
                 POSTERN_OK);
    postern_policy_free(policy);
    options.struct_size = sizeof options;
    cr_expect_eq(postern_policy_load(&policy,
                                     S("cse: {spid: //sp.example, csi: /c}\n"),
                                     &options, NULL),
                 POSTERN_ERR_ARGUMENT);
    options.struct_size = 3;
    cr_expect_eq(postern_policy_load(&policy, S(""), &options, NULL),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_eq(postern_policy_load_files(&policy, NULL, 0, NULL, NULL),
                 POSTERN_ERR_ARGUMENT);
    cr_expect_null(policy);
}

Test(policy_load, works_without_options_and_without_diag)
{
    postern_policy *policy;

    cr_expect_eq(postern_policy_load(&policy, S(people_form), NULL, NULL),
                 POSTERN_OK);
    cr_expect_eq(postern_acp_set_count(postern_policy_acps(policy)), 1);
    postern_policy_free(policy);
    cr_expect_eq(postern_policy_load(&policy, S(""), NULL, NULL),
                 POSTERN_ERR_SYNTAX);
    cr_expect_null(policy);
    postern_policy_free(policy);
}

Test(policy_load, gives_the_set_alone_to_who_wants_no_more)
{
    postern_acp_set *set;
    postern_cse cse;
    postern_diag diag;

    cr_assert_eq(postern_cse_init(&cse, S("//sp.example"), S("/plant-cse")),
                 POSTERN_OK);
    cr_assert_eq(
        postern_acp_set_load_json(&set,
                                  S(DOCUMENT_OF_RULES("{\"acor\":[\"Cx\"],"
                                                      "\"acop\":2}")),
                                  NULL, &diag),
        POSTERN_OK);
    cr_expect(permits_retrieve(set, &cse, "Cx"));
    cr_expect_not(permits_retrieve(set, &cse, "Cy"));
    postern_acp_set_free(set);
    cr_assert_eq(postern_acp_set_load_yaml(&set, S(people_form), NULL, &diag),
                 POSTERN_OK);
    cr_expect_eq(postern_acp_set_count(set), 1);
    postern_acp_set_free(set);
    cr_expect_eq(postern_acp_set_load_json(&set, S(people_form), NULL, &diag),
                 POSTERN_ERR_SYNTAX);
    cr_expect_null(set);
}

Test(policy_load, keeps_the_limits_it_is_given)
{
    in.options.limits.rules = 1;
    load_rules(&in, "");
    cr_expect_eq(in.status, POSTERN_OK, "%s", in.diag.message);
    cr_expect_eq(loaded_release(&in), 0);
    load_rules(&in, ALL_RULE);
    cr_expect_eq(in.status, POSTERN_ERR_LIMIT);
    cr_expect_null(in.policy);
    cr_expect_eq(loaded_release(&in), 0);
}

static void expect_no_leak(const char *text)
{
    for (size_t n = 1;; n++) {
        in.heap = (struct faulty){.fail_at = n};
        load_text(&in, text);
        if (in.status == POSTERN_OK) {
            cr_expect_eq(loaded_release(&in), 0);
            cr_expect_lt(in.heap.calls, n, "every allocation was tried");
            return;
        }
        cr_expect_eq(in.status, POSTERN_ERR_MEMORY, "allocation %zu", n);
        cr_expect_eq(in.diag.status, POSTERN_ERR_MEMORY);
        cr_expect_null(in.policy);
        cr_expect_eq(loaded_release(&in), 0, "allocation %zu", n);
    }
}

Test(policy_load, leaves_nothing_behind_whichever_allocation_fails)
{
    in.options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    expect_no_leak(short_form);
    expect_no_leak(people_form);
    expect_no_leak(DOCUMENT_OF_RULES("{\"acor\":[\"Cx\"],\"acop\":0}"));
}
