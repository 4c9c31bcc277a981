/* Until when an answer holds. [CTX-18] */
#include "support/engines.h"
#include "support/fake_prp.h"
#include "support/pips.h"
#include "support/token_plant.h"

#define NEVER INT64_MAX
#define ASK "'fr':'Cx','to':'c1','op':2,'rq_time':'20260317T102030'"
#define ROLE_ID "12-op@auth.example"
#define RIDS ",'rids':['" ROLE_ID "']"
#define ACP_OF(rest, rules)                                                    \
    "{'ri':'c1','ty':3,'acpi':['acpA'],'_creator':'Ca'},"                      \
    "{'m2m:acp':{'ri':'acpA'" rest ",'pv':{'acr':[" rules "]},"                \
    "'pvs':{'acr':[{'acor':['Ca'],'acop':63}]}}}"
#define ENTRY(who) "{'acor':['" who "'],'acop':2}"
#define AT(who, window)                                                        \
    "{'acor':['" who "'],'acop':2,'acco':[{'actw':['" window "']}]}"
#define HELD(from, to, rest)                                                   \
    ",{'m2m:rol':{'ri':'r1','rlid':'" ROLE_ID                                  \
    "','tkis':'//sp.example/auth-cse','tkhd':'Cx','tknb':'" from               \
    "','tkna':'" to "'" rest "}}"
#define GROUP(rest)                                                            \
    ",{'ri':'g1','rn':'g1','ty':9,'pi':'cb0','mid':['x1']" rest "}"
#define AE_X(rest) ",{'ri':'x1','rn':'x1','ty':2,'pi':'cb0','aei':'Cx'" rest "}"

static int64_t at(const char *text)
{
    int64_t time_s;

    cr_assert_eq(postern_time_parse(&time_s, postern_str_of(text)), POSTERN_OK,
                 "%s", text);
    return time_s;
}

/* What is claimed of every answer: a second before its end it is the same. */
static int64_t until(struct plant *plant, postern_effect effect,
                     const char *name)
{
    postern_answer answer;
    postern_answer later;

    plant->primitive.wants_lease = true;
    answer = plant_authorize(plant);
    cr_expect_eq(answer.effect, effect, "%s: %s", name, answer.message.data);
    if (answer.until_s != NEVER && answer.until_s != 0) {
        int64_t asked_s = plant->primitive.time_s;

        cr_assert_gt(answer.until_s, asked_s, "%s", name);
        plant->primitive.time_s = answer.until_s - 1;
        later = plant_authorize(plant);
        cr_expect_eq(later.effect, answer.effect, "%s", name);
        plant->primitive.time_s = asked_s;
    }
    return answer.until_s;
}

struct row {
    const char *name;
    const char *resources;
    const char *request;
    postern_effect effect;
    const char *until; /* NULL: for ever */
};

static const struct row rows[] = {
    {"no time anywhere", ACP_OF("", ENTRY("Cx")), ASK, POSTERN_PERMIT, NULL},
    {"denied at any time", ACP_OF("", ENTRY("Cy")), ASK, POSTERN_DENY, NULL},
    {"the creator", "{'ri':'c1','ty':3,'_creator':'Cx'}", ASK, POSTERN_PERMIT,
     NULL},
    {"there is no target", "{'ri':'c2','ty':3}", ASK, POSTERN_DENY, NULL},
    {"an open window", ACP_OF("", AT("Cx", "* * 8-11 * * * *")), ASK,
     POSTERN_PERMIT, "20260317T120000"},
    {"a closed window", ACP_OF("", AT("Cx", "* * 12-13 * * * *")), ASK,
     POSTERN_DENY, "20260317T120000"},
    {"of somebody else", ACP_OF("", AT("Cy", "* * 12-13 * * * *")), ASK,
     POSTERN_DENY, NULL},
    {"a group that nobody has asked for yet",
     ACP_OF("", AT("base/g1", "* * 12-13 * * * *")) GROUP("") AE_X(""), ASK,
     POSTERN_DENY, "20260317T120000"},
    {"the policy expires", ACP_OF(",'et':'20260317T110000'", ENTRY("Cx")), ASK,
     POSTERN_PERMIT, "20260317T110000"},
    {"the policy has expired", ACP_OF(",'et':'20260317T100000'", ENTRY("Cx")),
     ASK, POSTERN_DENY, NULL},
    /* A role is valid to the end of its last second. [ROLE-12] */
    {"a role ends",
     ACP_OF("", ENTRY(ROLE_ID)) HELD("20260101T000000", "20260318T000000", ""),
     ASK RIDS, POSTERN_PERMIT, "20260318T000001"},
    {"a role begins",
     ACP_OF("", ENTRY(ROLE_ID)) HELD("20260318T000000", "20260401T000000", ""),
     ASK RIDS, POSTERN_DENY, "20260318T000000"},
    {"a role is over",
     ACP_OF("", ENTRY(ROLE_ID)) HELD("20260101T000000", "20260201T000000", ""),
     ASK RIDS, POSTERN_DENY, NULL},
    {"the resource of a role ends",
     ACP_OF("", ENTRY(ROLE_ID))
         HELD("20260101T000000", "20260401T000000", ",'et':'20260319T000000'"),
     ASK RIDS, POSTERN_PERMIT, "20260319T000000"},
    {"a role that no rule asks for",
     ACP_OF("", ENTRY("Cx")) HELD("20260101T000000", "20260318T000000", ""),
     ASK RIDS, POSTERN_PERMIT, NULL},
    {"a group ends",
     ACP_OF("", ENTRY("base/g1")) GROUP(",'et':'20260320T000000'") AE_X(""),
     ASK, POSTERN_PERMIT, "20260320T000000"},
    {"a member ends",
     ACP_OF("", ENTRY("base/g1")) GROUP("") AE_X(",'et':'20260321T000000'"),
     ASK, POSTERN_PERMIT, "20260321T000000"},
};

Test(engine_lease, is_the_first_edge_of_what_was_looked_at)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        char json[PLANT_TEXT] = "{";
        struct plant plant;

        plant_add_json(json, row->request);
        plant_add_json(json, "}");
        plant_open(&plant, row->resources);
        cr_assert_eq(plant_read(&plant, json), POSTERN_OK);
        cr_expect_eq(until(&plant, row->effect, row->name),
                     row->until ? at(row->until) : NEVER, "%s", row->name);
        plant_close(&plant);
    }
}

Test(engine_lease, is_given_to_those_who_ask)
{
    struct plant plant;

    plant_open(&plant, ACP_OF("", AT("Cx", "* * 8-11 * * * *")));
    cr_assert_eq(plant_read(&plant, "{" ASK "}"), POSTERN_OK);
    cr_expect_eq(plant_authorize(&plant).until_s, 0);
    cr_expect_eq(until(&plant, POSTERN_PERMIT, "asked"), at("20260317T120000"));
    plant.primitive.wants_lease = false;
    cr_expect_eq(plant_authorize(&plant).until_s, 0);
    plant_close(&plant);
}

Test(engine_lease, without_a_time_is_for_ever)
{
    struct plant plant;

    plant_open(&plant, ACP_OF("", AT("Cx", "* * 8-11 * * * *")));
    cr_assert_eq(plant_read(&plant, "{'fr':'Cx','to':'c1','op':2}"),
                 POSTERN_OK);
    cr_expect_eq(until(&plant, POSTERN_DENY, "no time"), NEVER);
    plant_close(&plant);
}

/* [SAEF-13] */
Test(engine_lease, ends_with_the_session)
{
    static postern_str me = {"Cx", 2};
    struct plant plant;

    plant_open(&plant, ACP_OF("", "{'acor':['Cx'],'acop':2,'acaf':true}"));
    cr_assert_eq(plant_read(&plant, "{" ASK "}"), POSTERN_OK);
    plant.primitive.association =
        (postern_association){.kind = POSTERN_ASSOCIATION_AE,
                              .identities = {&me, 1},
                              .expires = true,
                              .expires_s = at("20260317T103000")};
    cr_expect_eq(until(&plant, POSTERN_PERMIT, "session"),
                 at("20260317T103000"));
    plant.primitive.association.expires = false;
    cr_expect_eq(until(&plant, POSTERN_PERMIT, "no end"), NEVER);
    plant_close(&plant);
}

/* [LOC-10] */
Test(engine_lease, ends_when_a_location_is_too_old_or_not_too_early_any_more)
{
    struct plant plant;

    plant_open(&plant, ACP_OF("", "{'acor':['Cx'],'acop':2,'acco':[{'aclr':"
                                  "{'accr':[52.0,5.0,1000]}}]}"));
    plant.options.max_location_age_s = 60;
    cr_assert_eq(plant_read(&plant, "{" ASK "}"), POSTERN_OK);
    plant.primitive.whereabouts =
        (postern_whereabouts){.location = {.has_point = true,
                                           .latitude_deg = 52.0,
                                           .longitude_deg = 5.0},
                              .dated = true,
                              .observed_s = plant.primitive.time_s - 10};
    cr_expect_eq(until(&plant, POSTERN_PERMIT, "fresh"),
                 plant.primitive.time_s + 51);
    plant.primitive.whereabouts.observed_s = plant.primitive.time_s + 10;
    cr_expect_eq(until(&plant, POSTERN_DENY, "ahead"),
                 plant.primitive.time_s + 10);
    plant.primitive.whereabouts.observed_s = INT64_MAX;
    cr_expect_eq(until(&plant, POSTERN_DENY, "far ahead"), NEVER);
    plant_close(&plant);
}

/* What was told is good until its last second; what is waited for is no answer
 * to keep. */
Test(engine_lease, ends_with_what_was_told)
{
    struct oracle oracle = {.group = POSTERN_REPLY_LATER};
    postern_pip pip = oracle_pip(&oracle);
    postern_known known = {.kind = POSTERN_NEED_GROUP,
                           .id = PST_STR("//sp.example/other-cse/grp9"),
                           .reply = POSTERN_REPLY_YES};
    struct plant plant;

    plant_open(&plant, ACP_OF("", ENTRY("/other-cse/grp9")));
    plant.options.pip = &pip;
    cr_assert_eq(plant_read(&plant, "{" ASK "}"), POSTERN_OK);
    cr_expect_eq(until(&plant, POSTERN_DENY, "waiting"), 0);
    plant.primitive.known = &known;
    plant.primitive.known_count = 1;
    known.valid_until_s = plant.primitive.time_s + 5;
    cr_expect_eq(until(&plant, POSTERN_PERMIT, "told"),
                 plant.primitive.time_s + 6);
    known.valid_until_s = NEVER;
    cr_expect_eq(until(&plant, POSTERN_PERMIT, "for good"), NEVER);
    plant_close(&plant);
}

/* A host whose resources cannot be read may read them a second later. */
Test(engine_lease, is_none_where_something_went_wrong)
{
    struct fake_prp fake;
    struct plant plant;

    plant_open(&plant, ACP_OF("", ENTRY("Cx")));
    cr_assert(fake_prp_open(&fake, plant.policy));
    plant.options.prp = &fake.prp;
    cr_assert_eq(plant_read(&plant, "{" ASK "}"), POSTERN_OK);
    cr_expect_eq(until(&plant, POSTERN_PERMIT, "readable"), NEVER);
    fake.unreadable = "c1";
    cr_expect_eq(until(&plant, POSTERN_DENY, "not readable"), 0);
    plant_close(&plant);
    fake_prp_close(&fake);
}

/* [TOK-06]: the tokens of this issuer have no leeway. */
Test(engine_lease, ends_with_a_token_and_where_one_begins)
{
    static const char get[] = "{'fr':'Cpump7','to':'c1','op':2}";
    enum { BEGIN = 1893456000, END = 1924992000 };
    struct gate gate;
    struct plant *plant = &gate.plant;

    gate_open(&gate, "{'ri':'c1','ty':3,'acpi':['acpA']},"
                     "{'m2m:acp':{'ri':'acpA','pv':{'acr':["
                     "{'acor':['op@auth.example'],'acop':2}]},'pvs':{'acr':["
                     "{'acor':['Cother'],'acop':63}]}}}");
    gate_show(&gate, PERMISSION("'rids':['op@auth.example']"));
    gate_read(&gate, get);
    cr_expect_eq(until(plant, POSTERN_PERMIT, "good"), END);
    cr_expect_eq(until(plant, POSTERN_PERMIT, "remembered"), END);
    plant->primitive.time_s = BEGIN - 9;
    cr_expect_eq(until(plant, POSTERN_DENY, "too early"), BEGIN);
    plant->primitive.time_s = END;
    cr_expect_eq(until(plant, POSTERN_DENY, "over"), NEVER);
    gate_close(&gate);
}
