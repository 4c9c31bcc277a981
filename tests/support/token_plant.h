/*
 * A plant whose requests carry tokens, issued as the test says.
 *
 *   struct gate gate;
 *
 *   gate_open(&gate, "{'ri':'c1','ty':3}");
 *   gate_show(&gate, "'tkps':{'pm':[{'rids':['op@auth.example']}]}");
 *   cr_expect_eq(gate_rsc(&gate, "{'fr':'Cpump7','to':'c1','op':2}"), 2000);
 *   gate_close(&gate);
 *
 * Tokens are of DAS for Cpump7, with tokenIDs g1@das.example, g2 and so on; a
 * request has those that were shown since gate_hide(), and is of TOKEN_NOW if
 * it says no time.
 */
#ifndef TESTS_SUPPORT_TOKEN_PLANT_H
#define TESTS_SUPPORT_TOKEN_PLANT_H

#include "support/engines.h"
#include "support/token_world.h"

enum { GATE_TOKENS = 12, GATE_TEXT = 4096 };

struct gate {
    struct plant plant;
    struct token_world world;
    postern_token_cache *cache;
    char texts[GATE_TOKENS][GATE_TEXT];
    postern_str tokens[GATE_TOKENS];
    size_t count;
    unsigned made;
};

/* Others, though of the same document: what they verified counts no more. */
static inline void gate_renew_issuers(struct gate *gate)
{
    postern_issuers *issuers = token_issuers(TOKEN_ISSUERS, &gate->world.cse);

    cr_assert_eq(postern_engine_set_issuers(gate->plant.engine, issuers),
                 POSTERN_OK);
}

/* With the options of the plant as they are now, and all issuers. */
static inline void gate_start(struct gate *gate)
{
    plant_start_engine(&gate->plant);
    gate_renew_issuers(gate);
}

static inline void gate_open(struct gate *gate, const char *resources)
{
    memset(gate, 0, sizeof *gate);
    plant_open(&gate->plant, resources);
    gate->world = token_world(NULL);
    cr_assert_eq(postern_token_cache_new(&gate->cache, NULL), POSTERN_OK);
    gate->plant.options.token_cache = gate->cache;
    gate_start(gate);
}

static inline void gate_close(struct gate *gate)
{
    plant_close(&gate->plant);
    token_world_end(&gate->world);
    postern_token_cache_free(gate->cache);
}

/* Signs claims, with ' for ", that begin with those of every token. */
static inline postern_str gate_sign(struct gate *gate, const char *head,
                                    const char *rest)
{
    static char claims[PLANT_TEXT];
    postern_str token;
    char *copy = gate->texts[gate->made % GATE_TOKENS];

    claims[0] = '\0';
    plant_add_json(claims, "{'tkvr':'1.0.0','iss':'" DAS "',");
    plant_add_json(claims, head);
    plant_add_json(claims, ",'nbf':1893456000,'exp':1924992000");
    plant_add_json(claims, *rest ? "," : "");
    plant_add_json(claims, rest);
    plant_add_json(claims, "}");
    token = token_sign(&gate->world, "51-a", claims);
    cr_assert_lt(token.len, GATE_TEXT);
    memcpy(copy, token.data, token.len);
    gate->made++;
    return (postern_str){copy, token.len};
}

/* One more token in the requests to come. */
static inline void gate_carry(struct gate *gate, postern_str token)
{
    cr_assert_lt(gate->count, GATE_TOKENS);
    gate->tokens[gate->count++] = token;
}

static inline void gate_show(struct gate *gate, const char *rest)
{
    char head[128];

    (void)snprintf(head, sizeof head, "'jti':'g%u@das.example','azp':'%s'",
                   gate->made + 1, TOKEN_HOLDER);
    gate_carry(gate, gate_sign(gate, head, rest));
}

static inline void gate_hide(struct gate *gate)
{
    gate->count = 0;
}

static inline void gate_read(struct gate *gate, const char *json)
{
    postern_primitive *primitive = &gate->plant.primitive;

    cr_assert_eq(plant_read(&gate->plant, json), POSTERN_OK, "%s: %s", json,
                 gate->plant.diag.message);
    if (gate->count > 0) {
        primitive->tokens = (postern_texts){gate->tokens, gate->count};
    }
    if (!primitive->time_known) {
        primitive->time_known = true;
        primitive->time_s = TOKEN_NOW;
    }
}

/* The texts of the answer are good until the next one. */
static inline postern_answer gate_decide(struct gate *gate, const char *json)
{
    postern_answer answer;

    gate_read(gate, json);
    answer = plant_authorize(&gate->plant);
    cr_expect_eq(answer.effect == POSTERN_PERMIT, answer.rsc < 4000, "%s",
                 json);
    return answer;
}

static inline int gate_rsc(struct gate *gate, const char *json)
{
    return gate_decide(gate, json).rsc;
}

/* A permission as a claim. */
#define PERMISSION(members) "'tkps':{'pm':[{" members "}]}"
#define ROLE "'rids':['op@auth.example']"
#define RULE(who, may) "'pv':{'acr':[{'acor':['" who "'],'acop':" may "}]}"

#endif
