/*
 * One engine, many threads: requests that are permitted and requests that are
 * denied at the same time, each with an arena of its own. ThreadSanitizer says
 * whether anything is shared that is written. [ARC-07]
 */
#include "engine/authorize.h"

#include "base/str.h"

#include <pthread.h>
#include <stdio.h>

enum { THREADS = 4, ROUNDS = 200 };

static const char policy_text[] =
    "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\"},"
    "\"resources\":["
    "{\"ri\":\"Cx\",\"ty\":2,\"aei\":\"Cx\"},"
    "{\"ri\":\"g1\",\"ty\":9,\"mid\":[\"Cx\"]},"
    "{\"ri\":\"c1\",\"ty\":3,\"acpi\":[\"acpA\"]},"
    "{\"m2m:acp\":{\"ri\":\"acpA\","
    "\"pv\":{\"acr\":[{\"acor\":[\"g1\"],\"acop\":3}]},"
    "\"pvs\":{\"acr\":[{\"acor\":[\"Cx\"],\"acop\":63}]}}}]}";

struct probe {
    const char *json;
    int rsc;
};

static const struct probe probes[] = {
    {"{\"fr\":\"Cx\",\"to\":\"c1\",\"op\":1,\"ty\":23}", 2001},
    {"{\"fr\":\"Cy\",\"to\":\"c1\",\"op\":2}", 4103},
    {"{\"fr\":\"Cx\",\"to\":\"acpA\",\"op\":3,\"content\":"
     "{\"pv\":{\"acr\":[]}}}",
     2004},
    {"{\"fr\":\"Cx\",\"to\":\"acpA\",\"op\":3,\"content\":{\"pvs\":null}}",
     4000},
};

static int decide(const struct pst_engine *engine, const struct probe *probe)
{
    const struct pst_authorize_options options = {.explain = true};
    struct pst_document document = {.text = postern_str_of(probe->json)};
    postern_limits limits = pst_limits_of(NULL);
    struct pst_primitive primitive;
    struct pst_arena arena;
    int rsc = 0;

    pst_arena_init(&arena, NULL, SIZE_MAX);
    if (pst_json_read(&document, &arena, &limits, NULL) == POSTERN_OK &&
        pst_primitive_read(&primitive, &document, document.root,
                           PST_PRIMITIVE_PLAIN, &arena, NULL) == POSTERN_OK) {
        rsc = pst_authorize(engine, &primitive, &options, &arena).rsc;
    }
    pst_arena_release(&arena);
    return rsc;
}

struct worker {
    pthread_t thread;
    const struct pst_engine *engine;
    int wrong;
};

static void *work(void *user)
{
    struct worker *self = user;

    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
            self->wrong += decide(self->engine, &probes[i]) != probes[i].rsc;
        }
    }
    return NULL;
}

static int run(const struct pst_engine *engine)
{
    struct worker workers[THREADS];
    int started = 0;
    int wrong = 0;

    while (started < THREADS) {
        workers[started] = (struct worker){.engine = engine};
        if (pthread_create(&workers[started].thread, NULL, work,
                           &workers[started]) != 0) {
            printf("a thread could not be started\n");
            wrong++;
            break;
        }
        started++;
    }
    for (int i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
        wrong += workers[i].wrong;
    }
    return wrong;
}

int main(void)
{
    postern_policy *policy;
    struct pst_engine engine;
    int wrong;

    if (postern_policy_load(&policy, PST_STR(policy_text), NULL, NULL) !=
        POSTERN_OK) {
        printf("the policy does not load\n");
        return 1;
    }
    if (pst_engine_init(&engine, policy) != POSTERN_OK) {
        postern_policy_free(policy);
        return 1;
    }
    wrong = run(&engine);
    printf("%d decisions by %d threads, %d wrong\n",
           THREADS * ROUNDS * (int)(sizeof probes / sizeof *probes), THREADS,
           wrong);
    pst_engine_release(&engine);
    postern_policy_free(policy);
    return wrong != 0;
}
