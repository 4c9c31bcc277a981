/*
 * Sixteen threads decide while a seventeenth loads policies anew and puts each
 * in the place of the one before, which is freed when nobody uses it any more.
 * Every decision is the one that the policy it was taken on says. [ARC-07]
 * [PRP-11]
 *
 * How a policy is handed over is the host's business; here it is a mutex and a
 * count of users. What Postern promises is that a policy can be shared while it
 * is, and that loading another one does not disturb it.
 */
#include <postern/policy.h>

#include "support/rng.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { DECIDERS = 16, SECONDS = 3, GENERATIONS = 8, TEXT_SIZE = 1024 };

/* Generation g lets "Cg" in, and nobody else. */
struct generation {
    postern_policy *policy;
    uint32_t number;
    uint32_t users; /* guarded by the lock; the place itself counts as one */
};

static struct {
    pthread_mutex_t lock;
    struct generation *now; /* guarded by the lock */
    atomic_bool over;
    atomic_uint wrong;
    atomic_ulong decisions;
    atomic_ulong swaps;
    atomic_ulong freed;
} stage = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct generation *take(void)
{
    struct generation *taken;

    pthread_mutex_lock(&stage.lock);
    taken = stage.now;
    taken->users++;
    pthread_mutex_unlock(&stage.lock);
    return taken;
}

static void give_back(struct generation *generation)
{
    bool last;

    pthread_mutex_lock(&stage.lock);
    generation->users--;
    last = generation->users == 0;
    pthread_mutex_unlock(&stage.lock);
    if (last) {
        postern_policy_free(generation->policy);
        free(generation);
        atomic_fetch_add(&stage.freed, 1);
    }
}

static void publish(struct generation *next)
{
    struct generation *before;

    pthread_mutex_lock(&stage.lock);
    before = stage.now;
    stage.now = next;
    pthread_mutex_unlock(&stage.lock);
    if (before) {
        give_back(before);
    }
}

/* NULL after a refusal, which is counted. */
static struct generation *load(uint32_t number)
{
    struct generation *generation = malloc(sizeof *generation);
    char text[TEXT_SIZE];
    postern_diag diag;

    if (!generation) {
        abort();
    }
    *generation = (struct generation){NULL, number % GENERATIONS, 1};
    snprintf(text, sizeof text,
             "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\"},"
             "\"resources\":[{\"ty\":1,\"ri\":\"acp\",\"pvs\":{\"acr\":[{"
             "\"acor\":[\"Cowner\"],\"acop\":63}]},\"pv\":{\"acr\":[{"
             "\"acor\":[\"C%u\",\"/gate%u*\"],\"acop\":2,\"acco\":[{\"actw\":["
             "\"* * * * * * *\"],\"acip\":{\"ipv4\":[\"10.0.0.0/8\"]}}]}]}}]}",
             generation->number, generation->number);
    if (postern_policy_load(&generation->policy, postern_str_of(text), NULL,
                            &diag) != POSTERN_OK) {
        printf("%u:%u: %s\n", diag.line, diag.column, diag.message);
        free(generation);
        return NULL;
    }
    return generation;
}

static bool decides_right(const struct generation *taken, uint32_t who)
{
    const postern_acp_set *acps = postern_policy_acps(taken->policy);
    bool expected = who == taken->number;
    postern_request request;
    char name[16];

    snprintf(name, sizeof name, who % 2 ? "C%u" : "/gate%u0", who);
    postern_request_init(&request);
    if (postern_id_parse_entity(&request.originator,
                                postern_policy_cse(taken->policy),
                                postern_str_of(name)) != POSTERN_OK) {
        return false;
    }
    request.operation = POSTERN_OP_RETRIEVE;
    request.time_known = true;
    request.time_s = 1773742830;
    request.ip = (postern_ip){4, {10, 1, 2, 3}};
    return (postern_decide(acps, &request).effect == POSTERN_PERMIT) ==
               expected &&
           (postern_explain(acps, &request, NULL, NULL).effect ==
            POSTERN_PERMIT) == expected;
}

static void *decide(void *seed)
{
    struct rng rng = {*(const uint64_t *)seed};

    while (!atomic_load(&stage.over)) {
        struct generation *taken = take();

        for (int i = 0; i < 16; i++) {
            bool right = decides_right(taken, rng_below(&rng, GENERATIONS));

            atomic_fetch_add(&stage.wrong, right ? 0 : 1);
        }
        give_back(taken);
        atomic_fetch_add(&stage.decisions, 16);
    }
    return NULL;
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Broken documents come between the good ones: the old policy serves on. */
static void try_broken(void)
{
    postern_policy *policy;

    if (postern_policy_load(&policy, postern_str_of("{\"cse\":{}}"), NULL,
                            NULL) == POSTERN_OK) {
        atomic_fetch_add(&stage.wrong, 1);
    }
}

static void *swap(void *unused)
{
    double end_s = seconds() + SECONDS;

    (void)unused;
    for (uint32_t number = 1; seconds() < end_s; number++) {
        struct generation *next = load(number);

        if (!next) {
            atomic_fetch_add(&stage.wrong, 1);
            break;
        }
        publish(next);
        atomic_fetch_add(&stage.swaps, 1);
        try_broken();
    }
    atomic_store(&stage.over, true);
    return NULL;
}

static void start(pthread_t *thread, void *(*routine)(void *), void *argument)
{
    if (pthread_create(thread, NULL, routine, argument) != 0) {
        printf("no thread\n");
        exit(1);
    }
}

int main(void)
{
    uint64_t seeds[DECIDERS];
    pthread_t threads[DECIDERS];
    pthread_t swapper;
    unsigned long swaps;
    unsigned long freed;

    publish(load(0));
    if (!stage.now) {
        return 1;
    }
    for (uint32_t i = 0; i < DECIDERS; i++) {
        seeds[i] = i;
        start(&threads[i], decide, &seeds[i]);
    }
    start(&swapper, swap, NULL);
    for (uint32_t i = 0; i < DECIDERS; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_join(swapper, NULL);
    give_back(stage.now);
    swaps = atomic_load(&stage.swaps);
    freed = atomic_load(&stage.freed);
    printf("%lu decisions, %lu swaps, %u wrong\n",
           (unsigned long)atomic_load(&stage.decisions), swaps,
           atomic_load(&stage.wrong));
    /* The first policy was there before any swap. */
    return atomic_load(&stage.wrong) == 0 && swaps > 2 &&
                   atomic_load(&stage.decisions) > 1000 && freed == swaps + 1
               ? 0
               : 1;
}
