/*
 * Dynamic authorization over a plant: configured servers, what was noted, and
 * answers in few words.
 *
 *   struct asking asking;
 *
 *   asking_open(&asking, RESOURCES);
 *   asking_begin(&asking, "{'fr':'Cx','to':'cnt1','op':2,'rq_time':...}");
 *   cr_expect_eq(asking_answer(&asking, "{'sit':2,'dres':{}}"), ...);
 *   asking_close(&asking);
 */
#ifndef TESTS_SUPPORT_DAS_H
#define TESTS_SUPPORT_DAS_H

#include "support/engines.h"

#include <postern/dynauth.h>

/* 2026-03-17T10:20:30, the time of requests here. */
#define ASKING_TIME "'rq_time':'20260317T102030'"
#define ASKING_NOW_S 1773742830
enum { ASKING_TEXT = 8192, ASKING_NOTES = 16 };

struct asking {
    struct plant plant;
    postern_dynauth_options options;
    postern_dynauth *dynauth;
    postern_diag diag;
    char notes[ASKING_NOTES][PLANT_NOTE];
    size_t note_count;
    char request[ASKING_TEXT];
};

static inline void asking_hear(void *user, const char *text)
{
    struct asking *asking = user;

    cr_assert_lt(asking->note_count, (size_t)ASKING_NOTES);
    cr_assert_lt(strlen(text), (size_t)PLANT_NOTE);
    memcpy(asking->notes[asking->note_count++], text, strlen(text) + 1);
}

/* Whether a note has these words in it. */
static inline bool asking_noted(const struct asking *asking, const char *words)
{
    for (size_t i = 0; i < asking->note_count; i++) {
        if (strstr(asking->notes[i], words)) {
            return true;
        }
    }
    return false;
}

/* It is not moved afterwards: the options point into it. */
static inline void asking_open(struct asking *asking, const char *resources)
{
    memset(asking, 0, sizeof *asking);
    plant_open(&asking->plant, resources);
    postern_dynauth_options_init(&asking->options);
    asking->options.note = asking_hear;
    asking->options.note_user = asking;
}

static inline void asking_stop(struct asking *asking)
{
    postern_dynauth_free(asking->dynauth);
    asking->dynauth = NULL;
    asking->note_count = 0;
}

static inline void asking_close(struct asking *asking)
{
    asking_stop(asking);
    plant_close(&asking->plant);
}

/* Decides, which is to deny, and begins. */
static inline postern_dynauth_state asking_begin(struct asking *asking,
                                                 const char *json)
{
    asking_stop(asking);
    (void)plant_rsc(&asking->plant, json);
    cr_assert_eq(postern_dynauth_begin(&asking->dynauth, asking->plant.reader,
                                       &asking->plant.primitive,
                                       &asking->options),
                 POSTERN_OK);
    return postern_dynauth_state_of(asking->dynauth);
}

/* The request that is to be sent now, "" when there is none. */
static inline const char *asking_request(struct asking *asking)
{
    size_t len = postern_dynauth_request(asking->dynauth, NULL, 0);

    cr_assert_lt(len, sizeof asking->request);
    cr_expect_eq(postern_dynauth_request(asking->dynauth, asking->request,
                                         sizeof asking->request),
                 len);
    cr_expect_eq(strlen(asking->request), len);
    return asking->request;
}

/* Whether the request has this in it, ' for ". */
static inline bool asking_says(struct asking *asking, const char *json)
{
    static char text[PLANT_TEXT];

    text[0] = '\0';
    plant_add_json(text, json);
    return strstr(asking_request(asking), text) != NULL;
}

static inline postern_status asking_answer_at(struct asking *asking,
                                              const char *json, int64_t now_s)
{
    static char text[PLANT_TEXT];

    text[0] = '\0';
    plant_add_json(text, json);
    return postern_dynauth_answer(asking->dynauth, postern_str_of(text), now_s,
                                  &asking->diag);
}

static inline postern_status asking_answer(struct asking *asking,
                                           const char *json)
{
    return asking_answer_at(asking, json, ASKING_NOW_S);
}

/* Decides once more with what was granted. */
static inline postern_answer asking_decide(struct asking *asking)
{
    postern_primitive primitive = asking->plant.primitive;
    postern_answer answer;

    postern_dynauth_apply(asking->dynauth, &primitive);
    postern_authorize(asking->plant.reader, &primitive, NULL, &answer);
    return answer;
}

#endif
