/* Decisions that are put off, and the answers they are made with. */
#include "support/engines.h"
#include "support/pips.h"

static struct oracle oracle;
static postern_pip pip;

#define PV(rules)                                                              \
    "{'ri':'c1','ty':3,'acpi':['acpA']},{'m2m:acp':{'ri':'acpA','pv':{'acr':"  \
    "[" rules "]},'pvs':{'acr':[{'acor':['Ca'],'acop':63}]}}}"
#define GROUP9 "//sp.example/other-cse/grp9"
#define RULE(who) "{'acor':['" who "'],'acop':2}"
#define IN_CIRCLE(who)                                                         \
    "{'acor':['" who "'],'acop':2,'acco':[{'aclr':{'accr':[52.0,5.0,1000]}}]}"
#define IN_NL(who)                                                             \
    "{'acor':['" who "'],'acop':2,'acco':[{'aclr':{'accc':['NL']}}]}"

static void open(struct plant *plant, const char *resources)
{
    memset(&oracle, 0, sizeof oracle);
    pip = oracle_pip(&oracle);
    plant_open(plant, resources);
    plant->options.pip = &pip;
    postern_primitive_init(&plant->primitive);
    plant->primitive.from = PST_STR("Cx");
    plant->primitive.to = PST_STR("c1");
    plant->primitive.operation = 2;
}

static postern_answer tell(struct plant *plant, const postern_known *known,
                           size_t count)
{
    plant->primitive.known = known;
    plant->primitive.known_count = count;
    return plant_authorize(plant);
}

static postern_known known_of(postern_need_kind kind, const char *id,
                              postern_reply reply)
{
    return (postern_known){.kind = kind,
                           .id = postern_str_of(id),
                           .reply = reply,
                           .valid_until_s = INT64_MAX};
}

Test(known, a_decision_waits_for_what_could_permit)
{
    struct plant plant;
    postern_answer answer;

    open(&plant, PV(RULE("/other-cse/grp9")));
    oracle.group = POSTERN_REPLY_LATER;
    answer = plant_authorize(&plant);
    cr_expect_eq(answer.effect, POSTERN_DENY);
    cr_expect_eq(answer.rsc, 4103);
    cr_expect_eq(answer.stage, POSTERN_STAGE_WAITING);
    cr_expect_str_eq(answer.reason, "waiting");
    cr_expect_str_eq(answer.message.data, "to be found out: group " GROUP9);
    cr_assert_eq(answer.need_count, 1);
    cr_expect_eq(answer.needs[0].kind, POSTERN_NEED_GROUP);
    cr_expect(pst_str_is(answer.needs[0].id, GROUP9));

    oracle.group = POSTERN_REPLY_NO;
    answer = plant_authorize(&plant);
    cr_expect_eq(answer.stage, POSTERN_STAGE_RULES);
    cr_expect_str_eq(answer.reason, "no-rule");
    cr_expect_eq(answer.need_count, 0);
    cr_expect_null(answer.needs);
    plant_close(&plant);
}

/* ... and not when another rule permits, or for what could not. */
Test(known, a_decision_that_is_made_waits_for_nothing)
{
    struct plant plant;
    postern_answer answer;

    open(&plant, PV(RULE("/other-cse/grp9") "," IN_CIRCLE("Cx")));
    oracle.group = POSTERN_REPLY_LATER;
    oracle.location = POSTERN_REPLY_YES;
    oracle.whereabouts.location = (postern_location){true, 52.0, 5.0, ""};
    answer = plant_authorize(&plant);
    cr_expect_eq(answer.effect, POSTERN_PERMIT);
    cr_expect_eq(answer.stage, POSTERN_STAGE_RULES);
    cr_expect_eq(answer.need_count, 0);
    oracle.whereabouts.location.latitude_deg = 53.0;
    answer = plant_authorize(&plant);
    cr_expect_eq(answer.stage, POSTERN_STAGE_WAITING);
    plant.primitive.operation = 4;
    answer = plant_authorize(&plant);
    cr_expect_eq(answer.stage, POSTERN_STAGE_RULES);
    plant_close(&plant);
}

Test(known, needs_are_told_once_each)
{
    struct plant plant;
    postern_answer answer;
    static const postern_str roles[] = {{"op@a.example", 12}};

    open(
        &plant,
        PV(RULE("/other-cse/grp9") "," RULE("/other-cse/grp9") "," RULE(
            "op@a."
            "exampl"
            "e") "," RULE("/other-cse/grp8") "," IN_CIRCLE("Cx") "," IN_NL("Cx") "," IN_CIRCLE("Cx")));
    oracle.group = POSTERN_REPLY_LATER;
    oracle.role = POSTERN_REPLY_LATER;
    oracle.location = POSTERN_REPLY_LATER;
    plant.primitive.role_ids = (postern_texts){roles, 1};
    answer = plant_authorize(&plant);
    cr_assert_eq(answer.need_count, 4);
    cr_expect_eq(answer.needs[0].kind, POSTERN_NEED_GROUP);
    cr_expect_eq(answer.needs[1].kind, POSTERN_NEED_ROLE);
    cr_expect(pst_str_is(answer.needs[1].id, "op@a.example"));
    cr_expect_eq(answer.needs[2].kind, POSTERN_NEED_GROUP);
    cr_expect_eq(answer.needs[3].kind, POSTERN_NEED_LOCATION);
    cr_expect_null(answer.needs[3].id.data);
    cr_expect_eq(oracle_calls(&oracle), 4);
    plant_close(&plant);
}

/* The answers, one by one: yes permits, and nothing else does. */
Test(known, answers_count_when_they_are_a_clear_yes)
{
    static const struct {
        const char *id;
        postern_need_kind kind;
        int reply;
        bool permits;
    } rows[] = {
        {GROUP9, POSTERN_NEED_GROUP, POSTERN_REPLY_YES, true},
        {"/other-cse/grp9", POSTERN_NEED_GROUP, POSTERN_REPLY_YES, true},
        {"//SP.example/other-cse/grp9", POSTERN_NEED_GROUP, POSTERN_REPLY_YES,
         true},
        {GROUP9, POSTERN_NEED_GROUP, POSTERN_REPLY_NO, false},
        {GROUP9, POSTERN_NEED_GROUP, POSTERN_REPLY_UNKNOWN, false},
        {GROUP9, POSTERN_NEED_GROUP, POSTERN_REPLY_LATER, false},
        {GROUP9, POSTERN_NEED_GROUP, 77, false},
        {GROUP9, POSTERN_NEED_ROLE, POSTERN_REPLY_YES, false},
        {GROUP9, POSTERN_NEED_NONE, POSTERN_REPLY_YES, false},
        {"//sp.example/other-cse/grp8", POSTERN_NEED_GROUP, POSTERN_REPLY_YES,
         false},
        {"grp9", POSTERN_NEED_GROUP, POSTERN_REPLY_YES, false},
        {NULL, POSTERN_NEED_GROUP, POSTERN_REPLY_YES, false},
    };
    struct plant plant;

    open(&plant, PV(RULE("/other-cse/grp9")));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_known known =
            known_of(rows[i].kind, rows[i].id, (postern_reply)rows[i].reply);

        cr_expect_eq(tell(&plant, &known, 1).effect == POSTERN_PERMIT,
                     rows[i].permits, "row %zu", i);
    }
    plant_close(&plant);
}

/* An answer, even one that says nothing, is not asked for again: a host whose
 * lookup has failed would wait for ever. */
Test(known, what_is_told_is_not_asked)
{
    struct plant plant;

    open(&plant, PV(RULE("/other-cse/grp9") "," IN_CIRCLE("Cx")));
    oracle.group = POSTERN_REPLY_LATER;
    oracle.location = POSTERN_REPLY_LATER;
    for (int reply = 0; reply < 4; reply++) {
        postern_known known[] = {
            known_of(POSTERN_NEED_GROUP, GROUP9, (postern_reply)reply),
            known_of(POSTERN_NEED_LOCATION, NULL, (postern_reply)reply)};

        memset(&oracle.calls, 0, sizeof oracle.calls);
        cr_expect_neq(tell(&plant, known, 2).stage, POSTERN_STAGE_WAITING);
        cr_expect_eq(oracle_calls(&oracle), 0);
        cr_expect_eq(tell(&plant, known, 1).stage, reply == POSTERN_REPLY_YES
                                                       ? POSTERN_STAGE_RULES
                                                       : POSTERN_STAGE_WAITING);
    }
    plant_close(&plant);
}

Test(known, answers_that_contradict_each_other_are_none)
{
    struct plant plant;
    postern_known twice[] = {
        known_of(POSTERN_NEED_GROUP, GROUP9, POSTERN_REPLY_YES),
        known_of(POSTERN_NEED_GROUP, "/other-cse/grp9", POSTERN_REPLY_YES),
        known_of(POSTERN_NEED_GROUP, GROUP9, POSTERN_REPLY_NO)};

    open(&plant, PV(RULE("/other-cse/grp9")));
    cr_expect_eq(tell(&plant, twice, 2).effect, POSTERN_PERMIT);
    cr_expect_eq(tell(&plant, twice, 3).effect, POSTERN_DENY);
    cr_expect_eq(tell(&plant, twice + 1, 2).effect, POSTERN_DENY);
    twice[2].reply = POSTERN_REPLY_UNKNOWN;
    cr_expect_eq(tell(&plant, twice, 3).effect, POSTERN_DENY);
    twice[2].reply = POSTERN_REPLY_YES;
    twice[2].valid_until_s = 0; /* over: says nothing */
    cr_expect_eq(tell(&plant, twice, 3).effect, POSTERN_DENY);
    plant_close(&plant);
}

Test(known, places_and_countries_that_contradict_each_other_are_none)
{
    struct plant plant;
    postern_known places[] = {
        known_of(POSTERN_NEED_LOCATION, NULL, POSTERN_REPLY_YES),
        known_of(POSTERN_NEED_LOCATION, NULL, POSTERN_REPLY_YES)};
    postern_known countries[] = {
        known_of(POSTERN_NEED_COUNTRY_OF_IP, NULL, POSTERN_REPLY_YES),
        known_of(POSTERN_NEED_COUNTRY_OF_IP, NULL, POSTERN_REPLY_YES)};

    open(&plant, PV(IN_CIRCLE("Cx") "," IN_NL("Cx")));
    places[0].whereabouts.location = (postern_location){true, 52.0, 5.0, ""};
    places[1] = places[0];
    cr_expect_eq(tell(&plant, places, 2).effect, POSTERN_PERMIT);
    places[1].whereabouts.location.longitude_deg = 5.0001;
    cr_expect_eq(tell(&plant, places, 2).effect, POSTERN_DENY);
    cr_expect_eq(tell(&plant, places, 1).effect, POSTERN_PERMIT);

    cr_assert_eq(postern_ip_parse(&plant.primitive.ip, PST_STR("192.0.2.1")),
                 POSTERN_OK);
    memcpy(countries[0].country, "NL", 3);
    memcpy(countries[1].country, "NL", 3);
    cr_expect_eq(tell(&plant, countries, 2).effect, POSTERN_PERMIT);
    memcpy(countries[1].country, "DE", 3);
    cr_expect_eq(tell(&plant, countries, 2).effect, POSTERN_DENY);
    memcpy(countries[0].country, "usa", 3);
    cr_expect_eq(tell(&plant, countries, 1).effect, POSTERN_DENY);
    plant_close(&plant);
}

Test(known, answers_are_good_until_their_last_second)
{
    struct plant plant;
    postern_known known =
        known_of(POSTERN_NEED_GROUP, GROUP9, POSTERN_REPLY_YES);

    open(&plant, PV(RULE("/other-cse/grp9")));
    cr_expect_eq(tell(&plant, &known, 1).effect, POSTERN_PERMIT);
    known.valid_until_s = 1000;
    cr_expect_eq(tell(&plant, &known, 1).effect,
                 POSTERN_DENY); /* when is it? */
    plant.primitive.time_known = true;
    plant.primitive.time_s = 1000;
    cr_expect_eq(tell(&plant, &known, 1).effect, POSTERN_PERMIT);
    plant.primitive.time_s = 1001;
    cr_expect_eq(tell(&plant, &known, 1).effect, POSTERN_DENY);
    plant_close(&plant);
}

/* [ROLE-06] */
Test(known, roles_wait_for_their_allowance_too)
{
    static const postern_str roles[] = {{"op@a.example", 12}};
    struct plant plant;
    postern_answer answer;
    postern_known known[] = {
        known_of(POSTERN_NEED_ROLE, "op@a.example", POSTERN_REPLY_YES),
        known_of(POSTERN_NEED_ROLE_ALLOWED, "op@A.example", POSTERN_REPLY_YES)};

    open(&plant, PV(RULE("op@a.example")));
    plant.primitive.role_ids = (postern_texts){roles, 1};
    oracle.role = POSTERN_REPLY_LATER;
    oracle.role_allowed = POSTERN_REPLY_LATER;
    cr_expect_eq(tell(&plant, known, 1).effect,
                 POSTERN_PERMIT); /* no profile */
    pip.role_allowed = oracle_role_allowed;
    plant_start_engine(&plant);
    answer = plant_authorize(&plant);
    cr_assert_eq(answer.need_count, 1);
    cr_expect_eq(answer.needs[0].kind, POSTERN_NEED_ROLE_ALLOWED);
    cr_expect(pst_str_is(answer.needs[0].id, "op@a.example"));
    cr_expect_eq(tell(&plant, known, 2).effect, POSTERN_PERMIT);
    known[1].reply = POSTERN_REPLY_NO;
    answer = tell(&plant, known, 2);
    cr_expect_eq(answer.effect, POSTERN_DENY);
    cr_expect_eq(answer.stage, POSTERN_STAGE_RULES);
    /* a no counts even where nobody would be asked */
    pip.role_allowed = NULL;
    plant_start_engine(&plant);
    cr_expect_eq(tell(&plant, known, 2).effect, POSTERN_DENY);
    plant_close(&plant);
}

/* Countries come in turn: each need follows from the answer before. [LOC-03] */
Test(known, a_country_may_take_three_rounds)
{
    struct plant plant;
    postern_answer answer;
    postern_known known[3] = {
        known_of(POSTERN_NEED_COUNTRY_OF_IP, NULL, POSTERN_REPLY_UNKNOWN),
        known_of(POSTERN_NEED_LOCATION, NULL, POSTERN_REPLY_YES),
        known_of(POSTERN_NEED_COUNTRY_OF_POINT, NULL, POSTERN_REPLY_YES)};

    open(&plant, PV(IN_NL("Cx")));
    cr_assert_eq(postern_ip_parse(&plant.primitive.ip, PST_STR("192.0.2.1")),
                 POSTERN_OK);
    oracle.country_of_ip = POSTERN_REPLY_LATER;
    oracle.location = POSTERN_REPLY_LATER;
    oracle.country_of_point = POSTERN_REPLY_LATER;
    known[1].whereabouts.location = (postern_location){true, 52.0, 5.0, ""};
    memcpy(known[2].country, "NL", 3);
    for (size_t count = 0; count < 3; count++) {
        answer = tell(&plant, known, count);
        cr_assert_eq(answer.need_count, 1, "%zu", count);
        cr_expect_eq(answer.needs[0].kind, known[count].kind);
    }
    cr_expect_eq(tell(&plant, known, 3).effect, POSTERN_PERMIT);
    memcpy(known[2].country, "DE", 3);
    answer = tell(&plant, known, 3);
    cr_expect_eq(answer.effect, POSTERN_DENY);
    cr_expect_eq(answer.need_count, 0);
    plant_close(&plant);
}

/* The location that was told is no better than one that was asked for. */
Test(known, locations_are_as_old_and_as_trustworthy_as_they_are)
{
    struct plant plant;
    postern_known known =
        known_of(POSTERN_NEED_LOCATION, NULL, POSTERN_REPLY_YES);

    open(&plant, PV(IN_CIRCLE("Cx")));
    known.whereabouts.location = (postern_location){true, 52.0, 5.0, ""};
    cr_expect_eq(tell(&plant, &known, 1).effect, POSTERN_PERMIT);
    known.whereabouts.source = POSTERN_SOURCE_DEVICE;
    cr_expect_eq(tell(&plant, &known, 1).effect, POSTERN_DENY);
    known.whereabouts.source = POSTERN_SOURCE_NETWORK;
    known.whereabouts.dated = true;
    known.whereabouts.observed_s = 999;
    plant.primitive.time_known = true;
    plant.primitive.time_s = 1000;
    cr_expect_eq(tell(&plant, &known, 1).effect, POSTERN_DENY);
    plant.primitive.time_s = 999;
    cr_expect_eq(tell(&plant, &known, 1).effect, POSTERN_PERMIT);
    plant_close(&plant);
}

/* However long names are, the answer has room or goes without. */
Test(known, needs_that_do_not_fit_are_left_for_the_next_round)
{
    enum { NAME = 400, COUNT = 12 };
    static char text[PLANT_TEXT];
    struct plant plant;
    postern_answer answer;

    text[0] = '\0';
    plant_add_json(text, "{'ri':'c1','ty':3,'acpi':['acpA']},{'m2m:acp':{'ri':"
                         "'acpA','pv':{'acr':[");
    for (int i = 0; i < COUNT; i++) {
        char name[NAME + 1];

        memset(name, 'a' + i, NAME);
        name[NAME] = '\0';
        plant_add_json(text, i ? ",{'acor':['/o/" : "{'acor':['/o/");
        plant_add_json(text, name);
        plant_add_json(text, "'],'acop':2}");
    }
    plant_add_json(text, "]},'pvs':{'acr':[{'acor':['Ca'],'acop':63}]}}}");
    open(&plant, text);
    oracle.group = POSTERN_REPLY_LATER;
    answer = plant_authorize(&plant);
    cr_expect_eq(answer.stage, POSTERN_STAGE_WAITING);
    cr_expect_gt(answer.need_count, 3);
    cr_expect_lt(answer.need_count, COUNT);
    for (size_t i = 0; i < answer.need_count; i++) {
        cr_expect_eq(answer.needs[i].id.len, NAME + strlen("//sp.example/o/"));
    }
    plant_close(&plant);
}
