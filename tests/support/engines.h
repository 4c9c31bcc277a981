/*
 * A policy with its engine, and decisions on requests, in few words. JSON is
 * written with ' for ", so that it can be read in C. What fails here fails the
 * test that asked.
 *
 *   struct plant plant = plant_of("{'ri':'cnt1','ty':3,'pi':'cb0'}");
 *   cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'cnt1','op':2}"), 4103);
 *   plant_close(&plant);
 */
#ifndef TESTS_SUPPORT_ENGINES_H
#define TESTS_SUPPORT_ENGINES_H

#include "base/str.h"
#include "engine/authorize.h"

#include <criterion/criterion.h>

enum { PLANT_TEXT = 16 * 1024 };

struct plant {
    postern_policy *policy;
    struct pst_engine engine;
    struct pst_authorize_options options;
    struct pst_arena arena;         /* of the requests */
    struct pst_primitive primitive; /* of the last one */
    postern_diag diag;              /* of the last one that was malformed */
};

/* ' as ", at the end of what `buffer` holds already. */
static inline void plant_add_json(char *buffer, const char *json)
{
    size_t at = strlen(buffer);

    cr_assert_lt(at + strlen(json), PLANT_TEXT);
    while (*json) {
        buffer[at++] = *json == '\'' ? '"' : *json;
        json++;
    }
    buffer[at] = '\0';
}

static inline struct plant plant_load(const char *json)
{
    static char text[PLANT_TEXT];
    struct plant plant = {.policy = NULL};
    postern_load_options options;
    postern_diag diag;

    text[0] = '\0';
    plant_add_json(text, json);
    postern_load_options_init(&options);
    options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    cr_assert_eq(postern_policy_load(&plant.policy, postern_str_of(text),
                                     &options, &diag),
                 POSTERN_OK, "%s at %s", diag.message, diag.path);
    pst_arena_init(&plant.arena, NULL, SIZE_MAX);
    return plant;
}

/* The engine points into itself, so it is made where it stays. */
static inline void plant_start(struct plant *plant)
{
    cr_assert_eq(pst_engine_init(&plant->engine, plant->policy), POSTERN_OK);
}

/* Resources of //sp.example/plant-cse, whose CSEBase is cb0, "base". */
static inline void plant_open(struct plant *plant, const char *resources)
{
    static char text[PLANT_TEXT];

    text[0] = '\0';
    plant_add_json(text, "{'cse':{'spid':'//sp.example','csi':'/plant-cse',"
                         "'cb_ri':'cb0','cb_rn':'base'},"
                         "'trust':{'role_issuers':['//sp.example/auth-cse']},"
                         "'resources':[{'ri':'cb0','rn':'base','ty':5}");
    plant_add_json(text, *resources ? "," : "");
    plant_add_json(text, resources);
    plant_add_json(text, "]}");
    *plant = plant_load(text);
    plant_start(plant);
}

static inline void plant_close(struct plant *plant)
{
    pst_engine_release(&plant->engine);
    pst_arena_release(&plant->arena);
    postern_policy_free(plant->policy);
}

/* Reads a request into plant->primitive. */
static inline postern_status plant_read(struct plant *plant, const char *json)
{
    struct pst_document *document =
        pst_arena_alloc(&plant->arena, 1, sizeof *document);
    char *text = pst_arena_alloc(&plant->arena, PLANT_TEXT, 1);
    postern_limits limits = pst_limits_of(NULL);

    cr_assert(document && text);
    plant_add_json(text, json);
    document->text = postern_str_of(text);
    memset(&plant->diag, 0, sizeof plant->diag);
    cr_assert_eq(pst_json_read(document, &plant->arena, &limits, &plant->diag),
                 POSTERN_OK, "%s: %s", json, plant->diag.message);
    return pst_primitive_read(&plant->primitive, document, document->root,
                              PST_PRIMITIVE_PLAIN, &plant->arena, &plant->diag);
}

static inline struct pst_verdict plant_decide(struct plant *plant,
                                              const char *json)
{
    if (plant_read(plant, json) != POSTERN_OK) {
        return pst_verdict_of_malformed(&plant->diag);
    }
    return pst_authorize(&plant->engine, &plant->primitive, &plant->options,
                         &plant->arena);
}

/* The response status code, which has to go with the effect. */
static inline int plant_rsc(struct plant *plant, const char *json)
{
    struct pst_verdict verdict = plant_decide(plant, json);

    cr_expect_eq(verdict.effect == POSTERN_PERMIT, verdict.rsc < 4000,
                 "%s: effect %d with %d", json, (int)verdict.effect,
                 verdict.rsc);
    cr_expect_not_null(verdict.reason);
    return verdict.rsc;
}

#define AE(name)                                                               \
    "{'ri':'" name "','rn':'ae-" name "','ty':2,'pi':'cb0','aei':'" name       \
    "','_creator':'" name "'}"

/* An ACP with one rule in each attribute. */
#define ACP(ri, who, may, self_who, self_may)                                  \
    "{'m2m:acp':{'ri':'" ri "','rn':'" ri "','pi':'cb0','pv':{'acr':["         \
    "{'acor':['" who "'],'acop':" may "}]},'pvs':{'acr':[{'acor':['" self_who  \
    "'],'acop':" self_may "}]}}}"

#endif
