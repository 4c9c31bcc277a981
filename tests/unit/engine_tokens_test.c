/* Tokens in the decision: what they permit, for which target, and what one that
 * is refused costs. */
#include "support/pips.h"
#include "support/token_plant.h"

#include "engine/reader.h"
#include "tokens/cache.h"

/* c1 and c2 are for whoever holds a role, and for Cother. */
#define TARGETS                                                                \
    "{'ri':'c1','rn':'one','pi':'cb0','ty':3,'acpi':['acpA']},"                \
    "{'ri':'c2','rn':'two','pi':'cb0','ty':3,'acpi':['acpA']},"                \
    "{'ri':'i1','rn':'i','pi':'c1','ty':4},"                                   \
    "{'ri':'s1','rn':'s','pi':'c1','ty':3,'acpi':['acpA']},"                   \
    "{'ri':'d1','rn':'d','pi':'cb0','ty':3,'_creator':'Cmaker'},"              \
    "{'m2m:acp':{'ri':'acpA','rn':'acpA','pi':'cb0','pv':{'acr':["             \
    "{'acor':['op@auth.example'],'acop':2},"                                   \
    "{'acor':['Cother'],'acop':63}]},"                                         \
    "'pvs':{'acr':[{'acor':['Cother'],'acop':63},"                             \
    "{'acor':['boss@auth.example'],'acop':63}]}}}"

#define GET(to) "{'fr':'Cpump7','to':'" to "','op':2}"

/* ---- roles --------------------------------------------------------------- */

/* [TOK-11] */
Test(tokens, a_token_gives_a_role)
{
    struct gate gate;
    postern_answer answer;

    gate_open(&gate, TARGETS);
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 4103);
    gate_show(&gate, PERMISSION(ROLE));
    answer = gate_decide(&gate, GET("c1"));
    cr_expect_eq(answer.rsc, 2000);
    cr_expect_str_eq(answer.reason, "rule", "the rule is that of an ACP");
    cr_expect(pst_str_is(answer.acp, "acpA"));
    cr_expect_null(answer.token.data);
    cr_assert_eq(answer.token_ids.count, 1);
    cr_expect(pst_str_is(answer.token_ids.items[0], "g1@das.example"));
    cr_expect_eq(gate_rsc(&gate, "{'fr':'Cpump7','to':'c1','op':4}"), 4103,
                 "that role may not delete");
    gate_hide(&gate);
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 4103, "it was for that decision");
    cr_expect_eq(gate_rsc(&gate,
                          "{'fr':'Cpump7','to':'c1','op':2,'rids':['op@auth."
                          "example']}"),
                 4103);
    gate_close(&gate);
}

/* A role counts with rules wherever they are, but only if its issuer may speak
 * for it. [TOK-15] */
Test(tokens, a_role_of_another_domain_does_not_count)
{
    struct gate gate;

    gate_open(&gate, TARGETS);
    gate_show(&gate, PERMISSION("'rids':['op@other.example']"));
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 4103);
    gate_show(&gate, PERMISSION("'rids':['op@other.example',"
                                "'op@auth.example']"));
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 2000);
    gate_close(&gate);
}

/* [ROLE-06] */
Test(tokens, the_subscription_profile_may_forbid_a_role_of_a_token)
{
    struct oracle oracle = {.role_allowed = POSTERN_REPLY_NO};
    postern_pip pip = oracle_pip(&oracle);
    struct gate gate;

    gate_open(&gate, TARGETS);
    pip.role_allowed = oracle_role_allowed;
    gate.plant.options.pip = &pip;
    gate_start(&gate);
    gate_show(&gate, PERMISSION(ROLE));
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 4103);
    oracle.role_allowed = POSTERN_REPLY_YES;
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 2000);
    cr_expect_eq(oracle.calls.role, 0, "nobody else is asked who holds it");
    oracle.role_allowed = POSTERN_REPLY_LATER;
    cr_expect_eq(gate_decide(&gate, GET("c1")).stage, POSTERN_STAGE_WAITING);
    gate_close(&gate);
}

/* ---- rules --------------------------------------------------------------- */

/* [TOK-10] [TOK-12] */
Test(tokens, a_token_brings_rules)
{
    struct gate gate;
    postern_answer answer;

    gate_open(&gate, TARGETS);
    gate_show(&gate, PERMISSION("'ris':['c1']," RULE("Cpump7", "4")));
    answer = gate_decide(&gate, "{'fr':'Cpump7','to':'c1','op':3,'attrs':["
                                "'lbl']}");
    cr_expect_eq(answer.rsc, 2004);
    cr_expect_eq(answer.stage, POSTERN_STAGE_RULES);
    cr_expect_str_eq(answer.reason, "token-rule");
    cr_expect_null(answer.acp.data);
    cr_expect(pst_str_is(answer.token, "g1@das.example"));
    cr_expect_eq(answer.rule, 0);
    cr_expect_str_eq(answer.message.data, "token g1@das.example rule 0");
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 4103, "another operation");
    cr_expect_eq(gate_rsc(&gate, "{'fr':'Cpump7','to':'c2','op':3,'attrs':["
                                 "'lbl']}"),
                 4103, "another target");
    gate_hide(&gate);
    gate_show(&gate, PERMISSION("'ris':['c1']," RULE("Cother", "2")));
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 4103, "a rule about another one");
    gate_show(&gate, PERMISSION("'ris':['c1']," RULE("all", "2")));
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 2000);
    gate_close(&gate);
}

/* A permission with rules says for what they are. [TOK-09] */
Test(tokens, rules_without_resources_do_not_count)
{
    struct gate gate;

    gate_open(&gate, TARGETS);
    gate_show(&gate, PERMISSION(RULE("Cpump7", "2")));
    cr_expect_neq(gate_rsc(&gate, GET("c1")), 2000);
    gate_hide(&gate);
    gate_show(&gate, PERMISSION("'ris':['c1']," RULE("Cpump7", "2")));
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 2000);
    gate_close(&gate);
}

static const struct {
    const char *named;
    const char *target;
    bool counts;
} named_targets[] = {
    {"c1", "c1", true},
    {"c1", "base/one", true},
    {"c1", "-/one", true},
    {"c1", "/plant-cse/c1", true},
    {"c1", "//sp.example/plant-cse/base/one", true},
    {"base/one", "c1", true},
    {"-/one", "c1", true},
    {"/plant-cse/c1", "c1", true},
    {"//sp.example/plant-cse/c1", "c1", true},
    {"//SP.example/plant-cse/base/one", "c1", true},
    {"//sp.example/plant-cse/c1", "base/one", true},
    {"c2", "c1", false},
    {"C1", "c1", false},
    {"base", "c1", false},
    {"cb0", "c1", false},
    {"*", "c1", false},
    {"base/*", "c1", false},
    {"/other-cse/c1", "c1", false},
    {"//other.example/plant-cse/c1", "c1", false},
    {"c1/", "c1", false},
    {"c1", "i1", false}, /* a child, though it has c1's policies */
    {"c1", "base/one/i", false},
    {"c1", "s1", false},
    {"i1", "i1", true},
    {"i1", "c1", false},
    {"c1", "c1/la", false}, /* a virtual child */
    {"c1/la", "c1", false},
    {"c1/la", "c1/la", true},
    {"base/one/la", "c1/la", true},
    {"c1/la", "base/one/la", true},
    {"c1/la", "c1/ol", false},
    {"c1/ol", "c1/ol", true},
    {"c2/la", "c1/la", false},
};

/* [TOK-09] [TOK-14] */
Test(tokens, a_permission_is_for_the_resources_it_names)
{
    struct gate gate;

    gate_open(&gate, TARGETS);
    for (size_t i = 0; i < sizeof named_targets / sizeof *named_targets; i++) {
        char claim[256];
        char request[128];
        int rsc = named_targets[i].counts ? 2000 : 4103;

        (void)snprintf(request, sizeof request,
                       "{'fr':'Cpump7','to':'%s','op':2}",
                       named_targets[i].target);
        (void)snprintf(claim, sizeof claim,
                       PERMISSION("'ris':['%s']," RULE("Cpump7", "2")),
                       named_targets[i].named);
        gate_hide(&gate);
        gate_show(&gate, claim);
        cr_expect_eq(gate_rsc(&gate, request), rsc, "rule: %s for %s",
                     named_targets[i].named, named_targets[i].target);
        (void)snprintf(claim, sizeof claim, PERMISSION("'ris':['%s']," ROLE),
                       named_targets[i].named);
        gate_hide(&gate);
        gate_show(&gate, claim);
        cr_expect_eq(gate_rsc(&gate, request), rsc, "role: %s for %s",
                     named_targets[i].named, named_targets[i].target);
    }
    gate_close(&gate);
}

/* Permissions are looked at one after the other, of all tokens. [TOK-08] */
Test(tokens, one_permission_of_many_is_enough)
{
    struct gate gate;

    gate_open(&gate, TARGETS);
    gate_show(&gate, "'tkps':{'pm':[{'ris':['c2']," ROLE "},{'ris':['c2',"
                     "'s1']," RULE("Cpump7", "2") "}]}");
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 4103);
    cr_expect_eq(gate_rsc(&gate, GET("c2")), 2000);
    cr_expect_eq(gate_rsc(&gate, GET("s1")), 2000);
    gate_show(&gate, "");
    gate_show(&gate, PERMISSION("'ris':['c1']," ROLE));
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 2000);
    gate_close(&gate);
}

/* `count` permissions of a role that helps nobody, then one that does. */
static void show_many(struct gate *gate, size_t count, const char *last)
{
    char claims[PLANT_TEXT] = "'tkps':{'pm':[";

    for (size_t i = 0; i < count; i++) {
        plant_add_json(claims, "{'rids':['a@b']},");
    }
    plant_add_json(claims, last);
    plant_add_json(claims, "]}");
    gate_show(gate, claims);
}

/* What is looked at for one target has a bound; the rest does not count. */
Test(tokens, permissions_beyond_a_bound_do_not_count)
{
    struct gate gate;

    gate_open(&gate, TARGETS);
    show_many(&gate, 79, "{'rids':['a@b']}");
    show_many(&gate, PST_PERMISSIONS_MAX - 80 - 1, "{" ROLE "}");
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 2000, "the last that counts");
    gate_hide(&gate);
    show_many(&gate, 79, "{'rids':['a@b']}");
    show_many(&gate, PST_PERMISSIONS_MAX - 80, "{" ROLE "}");
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 4103, "one too many");
    gate_close(&gate);
}

/* [TOK-10] [PRP-04] */
Test(tokens, rules_count_where_there_is_no_policy)
{
    struct gate gate;
    postern_answer answer;

    gate_open(&gate, TARGETS);
    answer = gate_decide(&gate, GET("d1"));
    cr_expect_eq(answer.stage, POSTERN_STAGE_DEFAULT);
    cr_expect_eq(answer.rsc, 4103);
    gate_show(&gate, PERMISSION("'ris':['d1']," RULE("Cpump7", "2")));
    answer = gate_decide(&gate, GET("d1"));
    cr_expect_eq(answer.rsc, 2000);
    cr_expect_str_eq(answer.reason, "token-rule");
    cr_expect_eq(answer.stage, POSTERN_STAGE_RULES);
    answer = gate_decide(&gate, "{'fr':'Cpump7','to':'d1','op':4}");
    cr_expect_eq(answer.rsc, 4103);
    cr_expect_eq(answer.stage, POSTERN_STAGE_DEFAULT);
    cr_expect_str_eq(answer.reason, "default-policy");
    gate_hide(&gate);
    gate_show(&gate, PERMISSION("'ris':['d1']," ROLE));
    cr_expect_eq(gate_rsc(&gate, GET("d1")), 4103, "a role is no policy");
    gate_hide(&gate);
    cr_expect_eq(gate_rsc(&gate, "{'fr':'Cmaker','to':'d1','op':2}"), 2000);
    gate_close(&gate);
}

/* What an ACP says of itself, who polls, and what nobody knows the policy of,
 * are out of the reach of any token. [PRP-01] [PRP-05] */
Test(tokens, rules_do_not_reach_what_is_protected_otherwise)
{
    static const struct {
        const char *named;
        const char *request;
    } rows[] = {
        {"acpA", GET("acpA")},
        {"acpA", "{'fr':'Cpump7','to':'acpA','op':3,'attrs':['pv']}"},
        {"acpA", "{'fr':'Cpump7','to':'acpA','op':4}"},
        {"c1", "{'fr':'Cpump7','to':'c1','op':3,'attrs':['acpi']}"},
        {"d1", "{'fr':'Cpump7','to':'d1','op':3,'attrs':['acpi']}"},
        {"p1", GET("p1")},
        {"p1/pcu", GET("p1/pcu")},
        {"lost", GET("lost")},
    };
    struct gate gate;

    gate_open(&gate, TARGETS ",{'ri':'lost','ty':4},"
                             "{'ri':'p1','ty':15,'pi':'a9'}," AE("a9"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char claim[256];

        (void)snprintf(claim, sizeof claim,
                       PERMISSION("'ris':['%s']," RULE("Cpump7", "63")),
                       rows[i].named);
        gate_hide(&gate);
        gate_show(&gate, claim);
        cr_expect_eq(gate_rsc(&gate, rows[i].request), 4103, "%s",
                     rows[i].request);
    }
    gate_hide(&gate);
    gate_show(&gate, PERMISSION("'ris':['c1']," RULE("Cpump7", "63")));
    cr_expect_eq(
        gate_rsc(&gate, "{'fr':'Cpump7','to':'c1','op':3,'attrs':['lbl']}"),
        2004);
    /* A role is the originator's, whichever rule asks for it. */
    gate_hide(&gate);
    gate_show(&gate, PERMISSION("'rids':['boss@auth.example']"));
    cr_expect_eq(gate_rsc(&gate, GET("acpA")), 2000);
    gate_close(&gate);
}

/* Each for its attributes, as rules of linked ACPs are. */
Test(tokens, rules_of_token_and_acp_count_together)
{
    static const char both[] =
        "{'fr':'Cpump7','to':'c1','op':2,'attrs':['lbl','cni']}";
    static const char limited[] =
        "{'ri':'c1','pi':'cb0','ty':3,'acpi':['acpA']},"
        "{'m2m:acp':{'ri':'acpA','pi':'cb0','pv':{'acr':["
        "{'acor':['Cpump7'],'acop':2,'aca':['lbl']}]},"
        "'pvs':{'acr':[{'acor':['Cother'],'acop':63}]}}}";
    struct gate gate;
    postern_answer answer;

    gate_open(&gate, limited);
    cr_expect_eq(gate_rsc(&gate, both), 4103);
    gate_show(&gate, PERMISSION("'ris':['c1'],'pv':{'acr':[{'acor':['Cpump7'],"
                                "'acop':2,'aca':['cni']}]}"));
    answer = gate_decide(&gate, both);
    cr_expect_eq(answer.rsc, 2000);
    cr_expect_str_eq(answer.reason, "rules");
    cr_expect_eq(gate_rsc(&gate, "{'fr':'Cpump7','to':'c1','op':2,'attrs':["
                                 "'lbl','cni','cbs']}"),
                 4103);
    gate_close(&gate);
}

/* A subscriber has to be able to read what it subscribes to. [PRP-06] */
Test(tokens, a_subscription_takes_the_right_to_retrieve)
{
    static const char subscribe[] = "{'fr':'Cpump7','to':'c1','op':1,'ty':23}";
    struct gate gate;

    gate_open(&gate, TARGETS);
    gate_show(&gate, PERMISSION("'ris':['c1']," RULE("Cpump7", "1")));
    cr_expect_eq(gate_rsc(&gate, subscribe), 4103);
    gate_show(&gate, PERMISSION("'ris':['c1']," RULE("Cpump7", "2")));
    cr_expect_eq(gate_rsc(&gate, subscribe), 2001);
    gate_close(&gate);
}

/* ---- refusals ------------------------------------------------------------ */

/* [IDA-12] [IDA-13] */
Test(tokens, a_bad_token_refuses_what_policies_permit)
{
    struct gate gate;
    postern_answer answer;

    gate_open(&gate, TARGETS);
    cr_expect_eq(gate_rsc(&gate, "{'fr':'Cother','to':'c1','op':2}"), 2000);
    gate_show(&gate, PERMISSION(ROLE)); /* of Cpump7 */
    answer = gate_decide(&gate, "{'fr':'Cother','to':'c1','op':2}");
    cr_expect_eq(answer.rsc, 4103);
    cr_expect_eq(answer.stage, POSTERN_STAGE_TOKENS);
    cr_expect_eq(answer.refusal, POSTERN_REFUSAL_WRONG_HOLDER);
    cr_expect_str_eq(answer.reason, "token-wrong-holder");
    cr_expect_eq(strncmp(answer.message.data, "token 1: ", 9), 0);
    gate.plant.options.ignore_bad_tokens = true;
    gate_start(&gate);
    gate.plant.explain = true;
    answer = gate_decide(&gate, "{'fr':'Cother','to':'c1','op':2}");
    cr_expect_eq(answer.rsc, 2000);
    cr_expect_eq(answer.refusal, POSTERN_REFUSAL_NONE);
    cr_assert_eq(gate.plant.heard.note_count, 1);
    cr_expect_eq(
        strncmp(gate.plant.heard.notes[0], "token 1 does not count: ", 24), 0);
    gate_close(&gate);
}

Test(tokens, one_bad_token_among_good_ones_is_too_many)
{
    static const char bad[] = "'jti':'b@das.example','azp':"
                              "'//sp.example/plant-cse/Cother'";
    struct gate gate;

    gate_open(&gate, TARGETS);
    gate_show(&gate, PERMISSION(ROLE));
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 2000);
    gate_carry(&gate, gate_sign(&gate, bad, PERMISSION(ROLE)));
    gate_show(&gate, PERMISSION(ROLE));
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 4103);
    gate.plant.options.ignore_bad_tokens = true;
    gate_start(&gate);
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 2000, "the others count");
    gate_close(&gate);
}

/* [JWT-12] [JWT-13] [TOK-02] */
Test(tokens, what_is_no_token_is_a_bad_request)
{
    static const struct {
        const char *token;
        int rsc;
        const char *reason;
    } rows[] = {
        {"", 4000, "token-not-dynauthjwt"},
        {"x", 4000, "token-not-dynauthjwt"},
        {"a.b.c.d", 4000, "token-not-dynauthjwt"},
        {"....", 4000, "token-not-dynauthjwt"},
        {"..", 4000, "token-not-dynauthjwt"},
        {".e30.", 4000, "token-not-dynauthjwt"},
        {"e30.e30.AA+A", 4000, "token-not-dynauthjwt"},
        {"bm8.e30.AAAA", 4000, "token-bad-header"},
        /* {"alg":"none"} and the like: discarded like what is forged */
        {"eyJhbGciOiJub25lIn0.e30.", 4103, "token-alg-not-permitted"},
        {"eyJhbGciOiJub25lIn0..", 4103, "token-alg-not-permitted"},
    };
    struct gate gate;

    gate_open(&gate, TARGETS);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        postern_answer answer;

        gate_hide(&gate);
        gate_carry(&gate, postern_str_of(rows[i].token));
        answer = gate_decide(&gate, "{'fr':'Cother','to':'c1','op':2}");
        cr_expect_eq(answer.rsc, rows[i].rsc, "%s", rows[i].token);
        cr_expect_str_eq(answer.reason, rows[i].reason, "%s", rows[i].token);
    }
    gate_close(&gate);
}

Test(tokens, eight_are_enough)
{
    struct gate gate;
    postern_answer answer;

    gate_open(&gate, TARGETS);
    for (int i = 0; i < 8; i++) {
        gate_show(&gate, PERMISSION(ROLE));
    }
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 2000);
    answer = gate_decide(&gate, "{'fr':'Cpump7','to':'c1','op':2,'tids':['g1@"
                                "das.example']}");
    cr_expect_eq(answer.rsc, 4000);
    cr_expect_eq(answer.refusal, POSTERN_REFUSAL_TOO_MANY);
    gate_show(&gate, PERMISSION(ROLE));
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 4000);
    gate.plant.options.ignore_bad_tokens = true;
    gate_start(&gate);
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 4000);
    gate_close(&gate);
}

Test(tokens, without_issuers_or_time_none_is_good)
{
    struct gate gate;

    gate_open(&gate, TARGETS);
    gate_show(&gate, PERMISSION(ROLE));
    gate_read(&gate, GET("c1"));
    gate.plant.primitive.time_known = false;
    cr_expect_eq(plant_authorize(&gate.plant).rsc, 4103);
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 2000);
    cr_assert_eq(postern_engine_set_issuers(gate.plant.engine, NULL),
                 POSTERN_OK);
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 4103, "also if it is remembered");
    gate_close(&gate);
}

static const struct {
    postern_refusal refusal;
    const char *word;
} words[] = {{POSTERN_REFUSAL_EXPIRED, "token-expired"},
             {POSTERN_REFUSAL_NOT_YET_VALID, "token-not-yet-valid"}};

/* [TOK-06] */
Test(tokens, have_their_time)
{
    struct gate gate;
    postern_answer answer;

    gate_open(&gate, TARGETS);
    gate_show(&gate, PERMISSION(ROLE));
    for (int times = 0; times < 2; times++) { /* anew, and remembered */
        gate_read(&gate, GET("c1"));
        gate.plant.primitive.time_s = 1893456000 - 1;
        answer = plant_authorize(&gate.plant);
        cr_expect_eq(answer.refusal, words[1].refusal);
        cr_expect_str_eq(answer.reason, words[1].word);
        gate.plant.primitive.time_s = 1893456000;
        cr_expect_eq(plant_authorize(&gate.plant).rsc, 2000);
        gate.plant.primitive.time_s = 1924992000 - 1;
        cr_expect_eq(plant_authorize(&gate.plant).rsc, 2000);
    }
    gate.plant.primitive.time_s = 1924992000;
    answer = plant_authorize(&gate.plant);
    cr_expect_eq(answer.refusal, words[0].refusal);
    cr_expect_str_eq(answer.reason, words[0].word);
    gate.plant.primitive.time_s = TOKEN_NOW; /* the clock is set back */
    cr_expect_eq(plant_authorize(&gate.plant).refusal, words[0].refusal);
    gate_close(&gate);
}

/* [TOK-17] */
struct registrar {
    postern_reply revoked;
    unsigned calls;
    /* of tokens that are fetched */
    postern_reply fetched;
    postern_str token;
    size_t claimed; /* size, when not that of the token */
    unsigned fetches;
};

static postern_reply is_revoked(void *user, postern_str token_id)
{
    struct registrar *self = user;

    cr_expect(pst_str_is(token_id, "g1@das.example"));
    self->calls++;
    return self->revoked;
}

static postern_reply fetch(void *user, const postern_id *originator,
                           postern_str token_id, char *buffer, size_t *size)
{
    struct registrar *self = user;

    (void)token_id;
    cr_expect_eq(originator->kind, POSTERN_ID_ENTITY);
    cr_assert_geq(*size, self->token.len);
    self->fetches++;
    if (self->token.len) {
        memcpy(buffer, self->token.data, self->token.len);
    }
    *size = self->claimed ? self->claimed : self->token.len;
    return self->fetched;
}

Test(tokens, may_be_revoked)
{
    static const postern_reply replies[] = {
        POSTERN_REPLY_UNKNOWN, POSTERN_REPLY_YES, POSTERN_REPLY_LATER};
    struct registrar registrar = {.revoked = POSTERN_REPLY_NO};
    postern_pip pip = {.struct_size = sizeof pip,
                       .user = &registrar,
                       .token_revoked = is_revoked};
    struct gate gate;

    gate_open(&gate, TARGETS);
    gate.plant.options.pip = &pip;
    gate_start(&gate);
    gate_show(&gate, PERMISSION(ROLE));
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 2000);
    for (size_t i = 0; i < 3; i++) {
        postern_answer answer;

        registrar.revoked = replies[i];
        answer = gate_decide(&gate, GET("c1"));
        cr_expect_eq(answer.rsc, 4103);
        cr_expect_eq(answer.refusal, POSTERN_REFUSAL_REVOKED);
    }
    registrar.revoked = POSTERN_REPLY_NO;
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 2000);
    cr_expect_eq(registrar.calls, 5);
    gate_close(&gate);
}

/* Reasons are words for programs: "token-" and that of the refusal. */
Test(tokens, reasons_are_those_of_the_refusals)
{
    struct gate gate;
    postern_answer answer;

    gate_open(&gate, TARGETS);
    gate_carry(&gate, PST_STR("eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiIsImtpZCI6Ing"
                              "ifQ.e30.AAAA"));
    answer = gate_decide(&gate, GET("c1"));
    cr_expect_eq(answer.refusal, POSTERN_REFUSAL_UNKNOWN_KID);
    cr_expect_eq(strncmp(answer.reason, "token-", 6), 0);
    cr_expect_str_eq(answer.reason + 6, postern_refusal_word(answer.refusal));
    cr_expect_eq(answer.assigned_count, 0);
    cr_expect_eq(answer.token_ids.count, 0);
    gate_close(&gate);
}

/* ---- by their identifiers ------------------------------------------------ */

#define BY_ID(from, id) "{'fr':'" from "','to':'c1','op':2,'tids':['" id "']}"

/* [IDA-07] [IDA-10] */
Test(tokens, one_shown_before_may_be_named)
{
    struct gate gate;
    postern_answer answer;

    gate_open(&gate, TARGETS);
    answer = gate_decide(&gate, BY_ID("Cpump7", "g1@das.example"));
    cr_expect_eq(answer.rsc, 4103);
    cr_expect_eq(answer.refusal, POSTERN_REFUSAL_TOKEN_NOT_FOUND);
    cr_expect(pst_str_is(answer.token, "g1@das.example"));
    gate_show(&gate, PERMISSION(ROLE));
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 2000);
    gate_hide(&gate);
    cr_expect_eq(gate_rsc(&gate, BY_ID("Cpump7", "g1@das.example")), 2000);
    cr_expect_eq(gate_rsc(&gate, BY_ID("Cother", "g1@das.example")), 4103,
                 "it is another's");
    cr_expect_eq(gate_rsc(&gate, BY_ID("Cpump7", "g2@das.example")), 4103);
    cr_expect_eq(gate_rsc(&gate, GET("c1")), 4103, "it has to be named");
    gate_close(&gate);
}

/* [IDA-14] [IDA-15] [IDA-17] */
Test(tokens, one_shown_before_has_a_local_id)
{
    char request[128];
    char stolen[128];
    struct gate gate;
    postern_answer answer;

    gate_open(&gate, TARGETS);
    gate_show(&gate, PERMISSION(ROLE));
    answer = gate_decide(&gate, GET("c1"));
    cr_assert_eq(answer.assigned_count, 1);
    cr_expect(pst_str_is(answer.assigned[0].token_id, "g1@das.example"));
    (void)snprintf(request, sizeof request,
                   "{'fr':'Cpump7','to':'c1','op':2,'ltids':['%s']}",
                   answer.assigned[0].local_id.data);
    (void)snprintf(stolen, sizeof stolen,
                   "{'fr':'Cother','to':'c1','op':2,'ltids':['%s']}",
                   answer.assigned[0].local_id.data);
    cr_expect_eq(gate_decide(&gate, GET("c1")).assigned_count, 0,
                 "that was told");
    gate_hide(&gate);
    answer = gate_decide(&gate, request);
    cr_expect_eq(answer.rsc, 2000);
    cr_expect_eq(answer.assigned_count, 0);
    answer = gate_decide(&gate, stolen);
    cr_expect_eq(answer.rsc, 4103);
    cr_expect_eq(answer.refusal, POSTERN_REFUSAL_TOKEN_NOT_FOUND);
    cr_expect_null(answer.token.data);
    cr_expect_null(strstr(answer.message.data, stolen + 37),
                   "what stands for a token is not told");
    /* New issuers: it was verified by the old ones. */
    gate_renew_issuers(&gate);
    cr_expect_eq(gate_rsc(&gate, request), 4103);
    gate_close(&gate);
}

/* A request that is denied may well bring a token that will be of use. */
Test(tokens, local_ids_are_told_with_a_denial_as_well)
{
    struct gate gate;
    postern_answer answer;

    gate_open(&gate, TARGETS);
    gate_show(&gate, PERMISSION("'ris':['c2']," ROLE));
    gate_show(&gate, PERMISSION("'ris':['c2']," ROLE));
    answer = gate_decide(&gate, GET("c1"));
    cr_expect_eq(answer.rsc, 4103);
    cr_expect_eq(answer.assigned_count, 2);
    gate_close(&gate);
}

/* What is fetched is verified like what is carried. [IDA-08] [IDA-09] [IDA-11]
 */
Test(tokens, one_that_is_named_may_be_fetched)
{
    struct registrar registrar = {.fetched = POSTERN_REPLY_YES};
    postern_pip pip = {
        .struct_size = sizeof pip, .user = &registrar, .token = fetch};
    struct gate gate;
    postern_answer answer;

    gate_open(&gate, TARGETS);
    gate.plant.options.pip = &pip;
    gate_start(&gate);
    gate_show(&gate, PERMISSION(ROLE));
    gate_show(&gate, PERMISSION(ROLE));
    gate_hide(&gate);
    registrar.token = gate.tokens[1];
    answer = gate_decide(&gate, BY_ID("Cpump7", "g1@das.example"));
    cr_expect_eq(answer.rsc, 4103);
    cr_expect_eq(answer.refusal, POSTERN_REFUSAL_TOKEN_NOT_FOUND,
                 "that is another token");
    registrar.token = gate.tokens[0];
    registrar.claimed = 1 << 20;
    cr_expect_eq(gate_rsc(&gate, BY_ID("Cpump7", "g1@das.example")), 4103);
    registrar.claimed = 0;
    registrar.fetched = POSTERN_REPLY_NO;
    cr_expect_eq(gate_rsc(&gate, BY_ID("Cpump7", "g1@das.example")), 4103);
    registrar.fetched = POSTERN_REPLY_YES;
    cr_expect_eq(gate_rsc(&gate, BY_ID("Cother", "g1@das.example")), 4103);
    answer = gate_decide(&gate, BY_ID("Cpump7", "g1@das.example"));
    cr_expect_eq(answer.rsc, 2000);
    cr_expect_eq(answer.assigned_count, 1);
    cr_expect_eq(registrar.fetches, 5);
    cr_expect_eq(gate_rsc(&gate, BY_ID("Cpump7", "g1@das.example")), 2000);
    cr_expect_eq(registrar.fetches, 5, "it is remembered");
    gate_close(&gate);
}

/* [ARC-03] */
Test(tokens, one_that_takes_time_is_waited_for)
{
    struct registrar registrar = {.fetched = POSTERN_REPLY_LATER};
    postern_pip pip = {
        .struct_size = sizeof pip, .user = &registrar, .token = fetch};
    struct gate gate;
    postern_answer answer;
    postern_known known[2];

    gate_open(&gate, TARGETS);
    gate.plant.options.pip = &pip;
    gate_start(&gate);
    gate_show(&gate, PERMISSION(ROLE));
    gate_hide(&gate);
    answer = gate_decide(&gate, "{'fr':'Cpump7','to':'c1','op':2,'tids':["
                                "'g1@das.example','g2@das.example',"
                                "'g1@das.example']}");
    cr_expect_eq(answer.stage, POSTERN_STAGE_WAITING);
    cr_expect_eq(answer.rsc, 4103);
    cr_assert_eq(answer.need_count, 2);
    cr_expect_eq(answer.needs[0].kind, POSTERN_NEED_TOKEN);
    cr_expect(pst_str_is(answer.needs[0].id, "g1@das.example"));
    cr_expect(pst_str_is(answer.needs[1].id, "g2@das.example"));

    gate_read(&gate, BY_ID("Cpump7", "g1@das.example"));
    known[0] = (postern_known){.kind = POSTERN_NEED_TOKEN,
                               .id = PST_STR("g2@das.example"),
                               .reply = POSTERN_REPLY_YES,
                               .token = gate.tokens[0],
                               .valid_until_s = INT64_MAX};
    gate.plant.primitive.known = known;
    gate.plant.primitive.known_count = 1;
    cr_expect_eq(plant_authorize(&gate.plant).stage, POSTERN_STAGE_WAITING,
                 "an answer to another question");
    known[0].id = PST_STR("g1@das.example");
    known[0].reply = POSTERN_REPLY_NO;
    answer = plant_authorize(&gate.plant);
    cr_expect_eq(answer.stage, POSTERN_STAGE_TOKENS);
    cr_expect_eq(answer.refusal, POSTERN_REFUSAL_TOKEN_NOT_FOUND);
    known[0].reply = POSTERN_REPLY_YES;
    known[1] = known[0];
    known[1].token = PST_STR("other");
    gate.plant.primitive.known_count = 2;
    cr_expect_eq(plant_authorize(&gate.plant).rsc, 4103, "which of the two?");
    gate.plant.primitive.known_count = 1;
    cr_expect_eq(plant_authorize(&gate.plant).rsc, 2000);
    gate_close(&gate);
}

/* Without a cache nothing is remembered, and nobody is told otherwise. */
Test(tokens, without_a_cache_none_is_remembered)
{
    struct gate gate;
    postern_answer answer;

    gate_open(&gate, TARGETS);
    gate.plant.options.token_cache = NULL;
    gate_start(&gate);
    gate_show(&gate, PERMISSION(ROLE));
    answer = gate_decide(&gate, GET("c1"));
    cr_expect_eq(answer.rsc, 2000);
    cr_expect_eq(answer.assigned_count, 0);
    gate_hide(&gate);
    cr_expect_eq(gate_rsc(&gate, BY_ID("Cpump7", "g1@das.example")), 4103);
    gate_close(&gate);
}

/* ---- many targets -------------------------------------------------------- */

static const char *const many[] = {"c1", "c2", "i1",   "base/one", "s1",   "d1",
                                   "e1", "e2", "acpA", "e1",       "c1/la"};
enum { MANY = sizeof many / sizeof *many };

/* Siblings that take their policies from one parent; d1 has none. */
#define HEIRS ",{'ri':'e1','pi':'s1','ty':4},{'ri':'e2','pi':'s1','ty':4}"

/* What a token gives for one target is not for the next. [TOK-09] */
static void check_each(struct gate *gate, const char *request)
{
    postern_str targets[MANY];
    bool permitted[MANY];
    size_t count = 0;

    gate_read(gate, request);
    for (size_t i = 0; i < MANY; i++) {
        targets[i] = postern_str_of(many[i]);
    }
    cr_assert_leq(postern_authorize_each(gate->plant.reader,
                                         &gate->plant.primitive, targets, MANY,
                                         permitted),
                  MANY);
    for (size_t i = 0; i < MANY; i++) {
        postern_primitive single = gate->plant.primitive;
        postern_answer answer;

        single.to = targets[i];
        postern_authorize(gate->plant.reader, &single, NULL, &answer);
        cr_expect_eq(permitted[i], answer.effect == POSTERN_PERMIT, "%s",
                     many[i]);
        count += permitted[i];
    }
    cr_expect_gt(count, 0);
    cr_expect_lt(count, MANY);
}

struct listed {
    char ids[256];
};

static bool hear_grant(void *user, const postern_grant *grant)
{
    struct listed *self = user;
    size_t at = strlen(self->ids);

    (void)snprintf(self->ids + at, sizeof self->ids - at, "%.*s:%s%.*s ",
                   (int)grant->resource->id.len, grant->resource->id.data,
                   grant->reason, (int)grant->token.len,
                   grant->token.data ? grant->token.data : "");
    return true;
}

Test(tokens, nothing_is_carried_from_target_to_target)
{
    static const char *const permissions[] = {
        PERMISSION("'ris':['c1']," ROLE),
        PERMISSION("'ris':['e1']," ROLE),
        PERMISSION("'ris':['e2','c2']," RULE("Cpump7", "2")),
        PERMISSION("'ris':['d1']," RULE("Cpump7", "2")),
        "'tkps':{'pm':[{'ris':['i1']," ROLE
        "},{'ris':['c2']," RULE("Cpump7", "2") "}]}",
    };
    struct listed listed = {""};
    struct gate gate;

    gate_open(&gate, TARGETS HEIRS);
    for (size_t i = 0; i < sizeof permissions / sizeof *permissions; i++) {
        gate_hide(&gate);
        gate_show(&gate, permissions[i]);
        check_each(&gate, GET("base"));
    }
    gate_hide(&gate);
    gate_show(&gate, PERMISSION("'ris':['e1']," ROLE));
    gate_show(&gate, PERMISSION("'ris':['c2']," RULE("Cpump7", "2")));
    gate_read(&gate, GET("base"));
    gate.plant.primitive.to = (postern_str){NULL, 0};
    cr_expect_eq(postern_permitted(gate.plant.reader, &gate.plant.primitive,
                                   hear_grant, &listed),
                 2);
    cr_expect_not_null(strstr(listed.ids, "e1:rule "), "%s", listed.ids);
    cr_expect_not_null(strstr(listed.ids, "c2:token-ruleg7@das.example "), "%s",
                       listed.ids);
    gate_close(&gate);
}

/* ---- roles that would help ----------------------------------------------- */

static void hear_role(void *user, const postern_id *role)
{
    char *text = user;
    size_t at = strlen(text);

    at += postern_id_text(role, text + at, 200 - at);
    (void)snprintf(text + at, 200 - at, " ");
}

/* Those that a token gives are there already. */
Test(tokens, roles_that_help_are_not_those_of_tokens)
{
    static const char request[] = "{'fr':'Cpump7','to':'c1','op':4}";
    static const char policy[] =
        "{'ri':'c1','pi':'cb0','ty':3,'acpi':['acpA']},"
        "{'m2m:acp':{'ri':'acpA','pi':'cb0','pv':{'acr':["
        "{'acor':['op@auth.example'],'acop':8,'acco':[{'actw':"
        "['0 0 0 1 1 * 1999']}]},"
        "{'acor':['boss@auth.example'],'acop':8}]},"
        "'pvs':{'acr':[{'acor':['Cother'],'acop':63}]}}}";
    struct gate gate;
    char roles[200] = "";

    gate_open(&gate, policy);
    gate_show(&gate, PERMISSION(ROLE));
    gate_read(&gate, request);
    cr_expect_eq(gate_rsc(&gate, request), 4103);
    (void)postern_roles_that_help(gate.plant.reader, &gate.plant.primitive,
                                  hear_role, roles);
    cr_expect_str_eq(roles, "boss@auth.example ");
    gate_hide(&gate);
    gate_show(&gate, PERMISSION("'rids':['boss@auth.example']"));
    cr_expect_eq(gate_rsc(&gate, request), 2002);
    gate_close(&gate);
}

/* A request that is refused for its tokens was never held against rules. */
Test(tokens, no_role_helps_where_a_token_is_refused)
{
    struct registrar registrar = {.fetched = POSTERN_REPLY_LATER};
    postern_pip pip = {
        .struct_size = sizeof pip, .user = &registrar, .token = fetch};
    struct gate gate;
    char roles[200] = "";

    gate_open(&gate, TARGETS);
    gate.plant.options.pip = &pip;
    gate_start(&gate);
    gate_read(&gate, GET("c1"));
    cr_expect_eq(postern_roles_that_help(gate.plant.reader,
                                         &gate.plant.primitive, hear_role,
                                         roles),
                 1);
    gate_read(&gate, BY_ID("Cpump7", "g1@das.example"));
    cr_expect_eq(postern_roles_that_help(gate.plant.reader,
                                         &gate.plant.primitive, hear_role,
                                         roles),
                 0);
    gate_close(&gate);
}

/* ---- rules that dynamic authorization granted ---------------------------- */

static postern_acp_set *set_of(const postern_cse *cse, const char *who,
                               const char *attribute)
{
    postern_str originator = postern_str_of(who);
    postern_str limited = postern_str_of(attribute);
    postern_rule rule = {.originators = &originator,
                         .originator_count = 1,
                         .operations = POSTERN_ACOP_RETRIEVE,
                         .attributes = attribute ? &limited : NULL,
                         .attribute_count = attribute ? 1 : 0};
    postern_acp_builder *builder;
    postern_acp_set *set;

    cr_assert_eq(postern_acp_builder_new(&builder, cse, NULL), POSTERN_OK);
    cr_assert_eq(
        postern_acp_builder_add_acp(builder, PST_STR("das"), INT64_MAX),
        POSTERN_OK);
    cr_assert_eq(
        postern_acp_builder_add_rule(builder, POSTERN_PRIVILEGES, &rule, NULL),
        POSTERN_OK);
    cr_assert_eq(postern_acp_builder_finish(builder, &set, NULL), POSTERN_OK);
    postern_acp_builder_free(builder);
    return set;
}

/* [DDA-19] [DDA-21] */
Test(tokens, granted_rules_count_as_if_linked)
{
    struct gate gate;
    postern_acp_set *set;
    postern_acp_link links[2] = {{NULL, {0, POSTERN_PRIVILEGES}}};
    postern_answer answer;

    gate_open(&gate, TARGETS);
    set = set_of(&gate.world.cse, "Cpump7", NULL);
    links[1] = (postern_acp_link){set, {0, POSTERN_PRIVILEGES}};
    gate_read(&gate, GET("c1"));
    gate.plant.primitive.granted = links;
    gate.plant.primitive.granted_count = 1;
    cr_expect_eq(plant_authorize(&gate.plant).rsc, 4103, "a link to nothing");
    gate.plant.primitive.granted_count = 2;
    answer = plant_authorize(&gate.plant);
    cr_expect_eq(answer.rsc, 2000);
    cr_expect_str_eq(answer.reason, "granted");
    cr_expect_null(answer.acp.data);
    cr_expect_null(answer.token.data);
    cr_expect_eq(answer.rule, 0);
    cr_expect_str_eq(answer.message.data, "granted: das rule 0");
    gate.plant.primitive.operation = 4;
    cr_expect_eq(plant_authorize(&gate.plant).rsc, 4103);
    gate.plant.primitive.operation = 2;
    gate.plant.primitive.to = PST_STR("d1");
    cr_expect_eq(plant_authorize(&gate.plant).rsc, 2000, "without a policy");
    gate.plant.primitive.to = PST_STR("acpA");
    cr_expect_eq(plant_authorize(&gate.plant).rsc, 4103, "an ACP");
    gate.plant.primitive.from = PST_STR("Celse");
    gate.plant.primitive.to = PST_STR("c1");
    cr_expect_eq(plant_authorize(&gate.plant).rsc, 4103, "somebody else");
    postern_acp_set_free(set);
    gate_close(&gate);
}

/* More than fit at once, and the one that counts is the last. */
Test(tokens, any_number_of_granted_rules_is_looked_at)
{
    enum { LINKS = 600 };
    static postern_acp_link links[LINKS];
    postern_str attributes[] = {PST_STR("lbl"), PST_STR("cni")};
    struct gate gate;
    postern_acp_set *other;
    postern_acp_set *first;
    postern_acp_set *last;

    gate_open(&gate, TARGETS);
    other = set_of(&gate.world.cse, "Celse", NULL);
    first = set_of(&gate.world.cse, "Cpump7", "lbl");
    last = set_of(&gate.world.cse, "Cpump7", "cni");
    for (size_t i = 0; i < LINKS; i++) {
        links[i] = (postern_acp_link){other, {0, POSTERN_PRIVILEGES}};
    }
    gate_read(&gate, GET("c1"));
    gate.plant.primitive.attributes = (postern_texts){attributes, 2};
    gate.plant.primitive.granted = links;
    gate.plant.primitive.granted_count = LINKS;
    cr_expect_eq(plant_authorize(&gate.plant).rsc, 4103);
    links[0].set = first;
    cr_expect_eq(plant_authorize(&gate.plant).rsc, 4103);
    links[LINKS - 1].set = last;
    cr_expect_eq(plant_authorize(&gate.plant).rsc, 2000);
    postern_acp_set_free(other);
    postern_acp_set_free(first);
    postern_acp_set_free(last);
    gate_close(&gate);
}

/* ---- explanations -------------------------------------------------------- */

struct heard {
    char rules[256];
    char notes[512];
};

static void hear_rule(void *user, const char *operation,
                      const postern_rule_explanation *rule)
{
    struct heard *self = user;
    size_t at = strlen(self->rules);

    (void)operation;
    (void)snprintf(self->rules + at, sizeof self->rules - at, "%.*s#%u%s ",
                   (int)rule->acp_id.len, rule->acp_id.data,
                   (unsigned)rule->rule,
                   rule->result == POSTERN_TRUE ? "+" : "-");
}

static void hear_note(void *user, const char *text)
{
    struct heard *self = user;
    size_t at = strlen(self->notes);

    (void)snprintf(self->notes + at, sizeof self->notes - at, "%s\n", text);
}

Test(tokens, an_explanation_names_the_token)
{
    struct heard heard = {"", ""};
    postern_listener listener = {&heard, hear_rule, hear_note};
    struct gate gate;
    postern_answer answer;

    gate_open(&gate, TARGETS);
    gate_show(&gate, PERMISSION("'ris':['c1']," RULE("Cpump7", "4")));
    gate_show(&gate, PERMISSION("'ris':['c1']," ROLE));
    gate_show(&gate, PERMISSION("'rids':['x@other.example']"));
    gate_read(&gate, GET("c1"));
    postern_authorize(gate.plant.reader, &gate.plant.primitive, &listener,
                      &answer);
    cr_expect_eq(answer.rsc, 2000);
    cr_expect_str_eq(heard.rules, "acpA#0+ acpA#1- g1@das.example#0- ");
    cr_expect_not_null(strstr(heard.notes, "\"g3@das.example\""));
    cr_expect_null(strstr(heard.notes, "\"g2@das.example\""));
    heard.rules[0] = '\0';
    gate.plant.primitive.to = PST_STR("d1");
    postern_authorize(gate.plant.reader, &gate.plant.primitive, &listener,
                      &answer);
    cr_expect_eq(answer.rsc, 4103);
    cr_expect_str_eq(heard.rules, "", "no token is about d1");
    gate_close(&gate);
}

/* ---- settings ------------------------------------------------------------ */

/* The "trust" of a policy document tells issuers, too. */
Test(tokens, issuers_may_stand_in_the_policy)
{
    static char text[PLANT_TEXT];
    struct gate gate;
    struct plant plant;

    gate_open(&gate, TARGETS);
    gate_show(&gate, PERMISSION(ROLE));
    text[0] = '\0';
    plant_add_json(text, "{'cse':{'spid':'//sp.example','csi':'/plant-cse',"
                         "'cb_ri':'cb0','cb_rn':'base'},'resources':[{'ri':"
                         "'cb0','rn':'base','ty':5}," TARGETS "],'trust':");
    plant_add_json(text, TOKEN_ISSUERS);
    plant_add_json(text, "}");
    plant = plant_load(text);
    plant_start(&plant);
    cr_assert_eq(plant_read(&plant, GET("c1")), POSTERN_OK);
    plant.primitive.tokens = (postern_texts){gate.tokens, 1};
    plant.primitive.time_known = true;
    plant.primitive.time_s = TOKEN_NOW;
    cr_expect_eq(plant_authorize(&plant).rsc, 2000);
    cr_assert_eq(
        postern_engine_set_trust_of(plant.engine, gate.plant.policy, NULL),
        POSTERN_OK);
    cr_expect_eq(plant_authorize(&plant).rsc, 4103, "that names none");
    plant_close(&plant);
    gate_close(&gate);
}

/* A place in the cache for each reader, or it is told at once. */
Test(tokens, readers_have_a_place_in_the_cache)
{
    postern_token_cache_options options;
    postern_token_cache *small;
    postern_reader *reader;
    struct gate gate;

    gate_open(&gate, TARGETS);
    postern_token_cache_options_init(&options);
    options.max_verifiers = 1;
    cr_assert_eq(postern_token_cache_new(&small, &options), POSTERN_OK);
    gate.plant.options.token_cache = small;
    gate_start(&gate);
    cr_expect_eq(postern_reader_new(gate.plant.engine, &reader),
                 POSTERN_ERR_LIMIT);
    cr_expect_null(reader);
    plant_stop_engine(&gate.plant);
    postern_token_cache_free(small);
    gate_close(&gate);
}

/* Whoever may not know what exists learns nothing from the answer to a token.
 */
Test(tokens, hidden_targets_stay_hidden)
{
    static const char *const tokens[] = {"x", "eyJhbGciOiJub25lIn0.e30."};
    struct gate gate;

    gate_open(&gate, TARGETS);
    gate.plant.options.hide_missing_targets = true;
    gate_start(&gate);
    for (size_t i = 0; i < 2; i++) {
        postern_answer there;
        postern_answer gone;

        gate_hide(&gate);
        gate_carry(&gate, postern_str_of(tokens[i]));
        there = gate_decide(&gate, GET("c1"));
        gone = gate_decide(&gate, GET("gone"));
        cr_expect_eq(there.rsc, gone.rsc, "%s", tokens[i]);
    }
    gate_hide(&gate);
    gate_show(&gate, "");
    cr_expect_eq(gate_decide(&gate, GET("gone")).assigned_count, 1);
    gate_show(&gate, "");
    cr_expect_eq(gate_decide(&gate, GET("c1")).assigned_count, 1);
    gate_close(&gate);
}
