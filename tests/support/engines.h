/*
 * A policy in a store with its engine, and decisions on requests, in few words.
 * JSON is written with ' for ", so that it can be read in C. What fails here
 * fails the test that asked.
 *
 *   struct plant plant;
 *
 *   plant_open(&plant, "{'ri':'cnt1','ty':3,'pi':'cb0'}");
 *   cr_expect_eq(plant_rsc(&plant, "{'fr':'Cx','to':'cnt1','op':2}"), 4103);
 *   plant_close(&plant);
 */
#ifndef TESTS_SUPPORT_ENGINES_H
#define TESTS_SUPPORT_ENGINES_H

#include "base/str.h"
#include "engine/admission.h"
#include "prp/loading.h"

#include <postern/engine.h>

#include <criterion/criterion.h>

enum {
    PLANT_TEXT = 16 * 1024,
    PLANT_RULES = 32,
    PLANT_NOTES = 16,
    PLANT_NOTE = 256
};

/* What an explanation has said. */
struct plant_heard {
    postern_rule_explanation rules[PLANT_RULES];
    const char *operations[PLANT_RULES]; /* each rule was looked at for */
    size_t rule_count;
    char notes[PLANT_NOTES][PLANT_NOTE];
    size_t note_count;
};

struct plant {
    postern_policy *policy;
    postern_store *store;
    postern_engine *engine;
    postern_reader *reader;
    /* May be changed between decisions; its prp and admit are set already. */
    postern_engine_options options;
    postern_engine_options made_with;
    bool explain;
    struct plant_heard heard;    /* of the last decision, with explain */
    struct pst_arena arena;      /* of the requests */
    postern_primitive primitive; /* the last one */
    postern_diag diag;           /* of the last one that was malformed */
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
    struct plant plant;
    postern_load_options options;
    postern_diag diag;

    memset(&plant, 0, sizeof plant);
    text[0] = '\0';
    plant_add_json(text, json);
    postern_load_options_init(&options);
    options.rule_errors = POSTERN_RULE_ERRORS_DISABLE;
    cr_assert_eq(postern_policy_load(&plant.policy, postern_str_of(text),
                                     &options, &diag),
                 POSTERN_OK, "%s at %s", diag.message, diag.path);
    postern_engine_options_init(&plant.options);
    pst_arena_init(&plant.arena, NULL, SIZE_MAX);
    return plant;
}

/* Puts the policy into the store, all of it. */
static inline postern_status plant_fill(struct plant *plant, postern_diag *diag)
{
    postern_change *change;
    postern_status status;

    cr_assert_eq(postern_change_begin(plant->store, &change), POSTERN_OK);
    status = postern_change_put_policy(change, plant->policy, diag);
    if (status == POSTERN_OK) {
        return postern_change_commit(change, NULL);
    }
    postern_change_abort(change);
    return status;
}

static inline void plant_stop_engine(struct plant *plant)
{
    postern_reader_free(plant->reader);
    postern_engine_free(plant->engine);
    plant->reader = NULL;
    plant->engine = NULL;
}

/* With the options as they are now. */
static inline void plant_start_engine(struct plant *plant)
{
    postern_diag diag;

    plant_stop_engine(plant);
    plant->made_with = plant->options;
    cr_assert_eq(postern_engine_new(&plant->engine, &plant->options),
                 POSTERN_OK);
    cr_assert_eq(
        postern_engine_set_trust_of(plant->engine, plant->policy, &diag),
        POSTERN_OK, "%s at %s", diag.message, diag.path);
    cr_assert_eq(postern_reader_new(plant->engine, &plant->reader), POSTERN_OK);
}

/* The store and the engine for a policy that was loaded. */
static inline void plant_start(struct plant *plant)
{
    postern_diag diag;

    cr_assert_eq(pst_store_for(&plant->store, plant->policy, &diag), POSTERN_OK,
                 "%s", diag.message);
    cr_assert_eq(plant_fill(plant, &diag), POSTERN_OK, "%s at %s", diag.message,
                 diag.path);
    plant->options.prp = postern_store_prp(plant->store);
    plant->options.admit = pst_admit_node;
    plant->options.admit_user = plant->policy;
    plant_start_engine(plant);
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
    plant_stop_engine(plant);
    postern_store_free(plant->store);
    pst_arena_release(&plant->arena);
    postern_policy_free(plant->policy);
}

/* Reads a request into plant->primitive. */
static inline postern_status plant_read_as(struct plant *plant,
                                           enum pst_primitive_form form,
                                           const char *json)
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
    return pst_primitive_read(&plant->primitive, document, document->root, form,
                              &plant->arena, &plant->diag);
}

static inline postern_status plant_read(struct plant *plant, const char *json)
{
    return plant_read_as(plant, PST_PRIMITIVE_PLAIN, json);
}

static inline void plant_hear_rule(void *user, const char *operation,
                                   const postern_rule_explanation *rule)
{
    struct plant_heard *heard = user;

    cr_assert_lt(heard->rule_count, PLANT_RULES);
    heard->operations[heard->rule_count] = operation;
    heard->rules[heard->rule_count++] = *rule;
}

static inline void plant_hear_note(void *user, const char *text)
{
    struct plant_heard *heard = user;

    cr_assert_lt(heard->note_count, PLANT_NOTES);
    cr_assert_lt(strlen(text), PLANT_NOTE);
    memcpy(heard->notes[heard->note_count++], text, strlen(text) + 1);
}

/* Decides plant->primitive. */
static inline postern_answer plant_authorize(struct plant *plant)
{
    postern_listener listener = {&plant->heard, plant_hear_rule,
                                 plant_hear_note};
    postern_answer answer;

    if (memcmp(&plant->options, &plant->made_with, sizeof plant->options) !=
        0) {
        plant_start_engine(plant);
    }
    memset(&plant->heard, 0, sizeof plant->heard);
    postern_authorize(plant->reader, &plant->primitive,
                      plant->explain ? &listener : NULL, &answer);
    return answer;
}

/* The texts of the answer are good until the next one. */
static inline postern_answer plant_decide(struct plant *plant, const char *json)
{
    postern_answer answer;

    if (plant_read(plant, json) != POSTERN_OK) {
        pst_answer_malformed(&answer, &plant->diag);
        return answer;
    }
    return plant_authorize(plant);
}

/* The response status code, which has to go with the effect. */
static inline int plant_rsc(struct plant *plant, const char *json)
{
    postern_answer answer = plant_decide(plant, json);

    cr_expect_eq(answer.effect == POSTERN_PERMIT, answer.rsc < 4000,
                 "%s: effect %d with %d", json, (int)answer.effect, answer.rsc);
    cr_expect_not_null(answer.reason);
    cr_expect_not_null(answer.message.data);
    return answer.rsc;
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
