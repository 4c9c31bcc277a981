/*
 * One engine, many threads: requests that are permitted and requests that are
 * denied at the same time, each with a reader and an arena of its own, while
 * the settings of the engine are replaced. ThreadSanitizer says whether
 * anything is shared that is written. [ARC-07]
 */
#include "base/str.h"
#include "engine/admission.h"
#include "prp/loading.h"

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

static void ignore_rule(void *user, const char *operation,
                        const postern_rule_explanation *rule)
{
    (void)user;
    (void)operation;
    (void)rule;
}

static int decide(postern_reader *reader, const struct probe *probe)
{
    static const postern_listener listener = {NULL, ignore_rule, NULL};
    struct pst_document document = {.text = postern_str_of(probe->json)};
    postern_limits limits = pst_limits_of(NULL);
    postern_primitive primitive;
    postern_answer answer = {.rsc = 0};
    struct pst_arena arena;

    pst_arena_init(&arena, NULL, SIZE_MAX);
    if (pst_json_read(&document, &arena, &limits, NULL) == POSTERN_OK &&
        pst_primitive_read(&primitive, &document, document.root,
                           PST_PRIMITIVE_PLAIN, &arena, NULL) == POSTERN_OK) {
        postern_authorize(reader, &primitive, &listener, &answer);
    }
    pst_arena_release(&arena);
    return answer.rsc;
}

struct worker {
    pthread_t thread;
    postern_reader *reader;
    int wrong;
};

static void *work(void *user)
{
    struct worker *self = user;

    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
            self->wrong += decide(self->reader, &probes[i]) != probes[i].rsc;
        }
    }
    return NULL;
}

static bool start(struct worker *self, postern_engine *engine)
{
    *self = (struct worker){.reader = NULL};
    if (postern_reader_new(engine, &self->reader) != POSTERN_OK) {
        return false;
    }
    if (pthread_create(&self->thread, NULL, work, self) != 0) {
        postern_reader_free(self->reader);
        return false;
    }
    return true;
}

/* Whom the CSE trusts makes no difference to these requests. */
static int replace_settings(postern_engine *engine)
{
    static const postern_str issuer = {"//sp.example/auth-cse", 21};
    int wrong = 0;

    for (int round = 0; round < ROUNDS; round++) {
        postern_trust trust = {.role_issuers = &issuer,
                               .role_issuer_count = (size_t)(round % 2)};

        wrong += postern_engine_set_trust(engine, &trust, NULL) != POSTERN_OK;
    }
    return wrong;
}

static int run(postern_engine *engine)
{
    struct worker workers[THREADS];
    int started = 0;
    int wrong = 0;

    while (started < THREADS && start(&workers[started], engine)) {
        started++;
    }
    if (started < THREADS) {
        printf("a thread could not be started\n");
        wrong++;
    }
    wrong += replace_settings(engine);
    for (int i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
        postern_reader_free(workers[i].reader);
        wrong += workers[i].wrong;
    }
    return wrong;
}

/* NULL, and nothing is left, when it could not be made. */
static postern_store *store_of(const postern_policy *policy)
{
    postern_store *store;
    postern_change *change;
    postern_status status;

    if (pst_store_for(&store, policy, NULL) != POSTERN_OK) {
        return NULL;
    }
    status = postern_change_begin(store, &change);
    if (status == POSTERN_OK) {
        status = postern_change_put_policy(change, policy, NULL);
        if (postern_change_commit(change, NULL) == status &&
            status == POSTERN_OK) {
            return store;
        }
    }
    postern_store_free(store);
    return NULL;
}

int main(void)
{
    postern_policy *policy;
    postern_store *store;
    postern_engine *engine;
    postern_engine_options options;
    int wrong = 1;

    if (postern_policy_load(&policy, PST_STR(policy_text), NULL, NULL) !=
        POSTERN_OK) {
        printf("the policy does not load\n");
        return 1;
    }
    store = store_of(policy);
    postern_engine_options_init(&options);
    options.prp = store ? postern_store_prp(store) : NULL;
    options.admit = pst_admit_node;
    options.admit_user = policy;
    if (postern_engine_new(&engine, &options) == POSTERN_OK) {
        wrong = run(engine);
        postern_engine_free(engine);
    }
    printf("%d decisions by %d threads, %d wrong\n",
           THREADS * ROUNDS * (int)(sizeof probes / sizeof *probes), THREADS,
           wrong);
    postern_store_free(store);
    postern_policy_free(policy);
    return wrong != 0;
}
