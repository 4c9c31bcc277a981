/*
 * Decisions of one CSE, from a hundred ACPs to a million, and of one ACP, from
 * a thousand rules to a million. Requests name a resource; what it links is
 * looked up as part of the decision, as a CSE would.
 */
#define _POSIX_C_SOURCE 200809L /* pthread_barrier_t */

#include "bench/scale.h"

#include "bench/allocations.h"
#include "bench/scale_world.h"
#include "pdp/acp_set.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOT = BENCH_HASHED_TEXTS,
    REMEMBERED = 4 * HOT,
    BATCH = 16,
    CHECKED = 2000,
    LARGEST_SHARE = 4, /* of the size: ACPs or rules */
    HOT_CALLS = 20000, /* of a segment */
    THREADS = 2,
    THREAD_ROUNDS = 40,
    LINE = 64
};

static const struct scale_case {
    const char *words;
    struct scale_mix mix;
} cases[] = {
    {"100 ACPs", {.acps = 100, .originators = 500, .resources = 1000}},
    {"1,000 ACPs", {.acps = 1000, .originators = 5000, .resources = 10000}},
    {"10,000 ACPs", {.acps = 10000, .originators = 50000, .resources = 100000}},
    {"100,000 ACPs",
     {.acps = 100000, .originators = 500000, .resources = 1000000}},
    {"100,000 ACPs, no condition twice",
     {.acps = 100000,
      .originators = 500000,
      .resources = 1000000,
      .unique_conditions = true}},
    {"1,000,000 ACPs, 5,000,000 originators, 10,000,000 resources",
     {.acps = 1000000, .originators = 5000000, .resources = 10000000}},
    {"one ACP of 1,000 rules, 100,000 originators",
     {.acps = 1,
      .rules_of_acp = 1000,
      .originators = 100000,
      .resources = 1000}},
    {"one ACP of 10,000 rules, 100,000 originators",
     {.acps = 1,
      .rules_of_acp = 10000,
      .originators = 100000,
      .resources = 1000}},
    {"one ACP of 100,000 rules, 100,000 originators",
     {.acps = 1,
      .rules_of_acp = 100000,
      .originators = 100000,
      .resources = 1000}},
    {"one ACP of 1,000,000 rules, 100,000 originators",
     {.acps = 1,
      .rules_of_acp = 1000000,
      .originators = 100000,
      .resources = 1000}},
};

enum { CASES = sizeof cases / sizeof cases[0] };

struct bed {
    const struct bench_options *options;
    const struct bench_clock *clock;
    const struct scale_case *current;
    struct bench_yardsticks yardsticks;
    struct scale_world world;
    struct scale_request *requests;
    uint8_t *effects;
    size_t count;
    postern_principal *principals[HOT];
    postern_callers *callers;   /* of REMEMBERED */
    struct scale_stage *stages; /* BATCH, or HOT where they stay */
    struct bench_samples samples;
    struct rng rng;
    struct bench_subject subject;
};

/* ---- what is timed ----------------------------------------------------- */

/* A request and, for some, who asks, or who has asked lately. */
struct call {
    struct scale_stage *stage;
    const postern_principal *principal;
    postern_callers *callers;
};

static uint32_t decide(void *subject)
{
    const struct call *call = subject;
    const struct scale_world *world = call->stage->world;
    postern_acp_ref one;
    const postern_acp_ref *refs;
    size_t count = scale_links(world, call->stage->resource, &one, &refs);

    return postern_decide_as(world->set, call->principal, refs, count,
                             &call->stage->request)
        .effect;
}

static uint32_t read_and_decide(void *subject)
{
    const struct call *call = subject;
    struct scale_stage *stage = call->stage;

    (void)!postern_id_parse_entity(&stage->request.originator,
                                   &stage->world->cse, stage->from);
    return decide(subject);
}

/* From text, by whoever is remembered. */
static uint32_t decide_from(void *subject)
{
    const struct call *call = subject;
    const struct scale_world *world = call->stage->world;
    postern_acp_ref one;
    const postern_acp_ref *refs;
    size_t count = scale_links(world, call->stage->resource, &one, &refs);

    return postern_decide_from(call->callers, world->set, call->stage->from,
                               refs, count, &call->stage->request)
        .effect;
}

/* The answer with the number of the rule in it, which the others leave. */
static uint32_t decide_rule(void *subject)
{
    const struct call *call = subject;
    const struct scale_world *world = call->stage->world;
    postern_acp_ref one;
    const postern_acp_ref *refs;
    size_t count = scale_links(world, call->stage->resource, &one, &refs);
    postern_decision decision = postern_decide_as(
        world->set, call->principal, refs, count, &call->stage->request);

    return decision.effect + (decision.rule & 0) + (decision.acp & 0);
}

/* Sixteen at once. */
static uint32_t decide_batch(void *subject)
{
    struct scale_stage *stages = subject;
    const struct scale_world *world = stages->world;
    postern_acp_ref ones[BATCH];
    postern_question questions[BATCH];
    postern_decision decisions[BATCH];
    uint32_t permits = 0;

    for (size_t i = 0; i < BATCH; i++) {
        __builtin_prefetch(&world->links[stages[i].resource]);
    }
    for (size_t i = 0; i < BATCH; i++) {
        questions[i].principal = NULL;
        questions[i].request = &stages[i].request;
        questions[i].ref_count = scale_links(world, stages[i].resource,
                                             &ones[i], &questions[i].refs);
    }
    postern_decide_batch(world->set, questions, BATCH, decisions);
    for (size_t i = 0; i < BATCH; i++) {
        permits += decisions[i].effect;
    }
    return permits;
}

/* ---- series ------------------------------------------------------------ */

struct series {
    struct bench_row row;
    bench_call *call;
    bool cold;
    bool batch;
    bool principal;
    uint64_t permits;
    uint64_t expected;
    double p50[BENCH_SEGMENTS];
    double p99[BENCH_SEGMENTS];
    double mean[BENCH_SEGMENTS];
    double hash[BENCH_SEGMENTS];
    double miss[BENCH_SEGMENTS];
};

static size_t next_request(struct bed *bed, const struct series *series,
                           size_t i)
{
    return series->cold ? i : rng_below(&bed->rng, HOT);
}

static void run_one(struct bed *bed, struct series *series, size_t number)
{
    struct call call = {bed->stages, NULL, bed->callers};

    scale_request_stage(bed->stages, &bed->world, &bed->requests[number]);
    if (series->principal) {
        call.principal = bed->principals[number];
    }
    series->permits += bench_time_call(&bed->samples, series->call, &call);
    series->expected += bed->effects[number];
}

static void run_batch(struct bed *bed, struct series *series, size_t first)
{
    for (size_t i = 0; i < BATCH; i++) {
        size_t number = next_request(bed, series, first + i);

        scale_request_stage(&bed->stages[i], &bed->world,
                            &bed->requests[number]);
        series->expected += bed->effects[number];
    }
    series->permits +=
        bench_time_call(&bed->samples, decide_batch, bed->stages);
}

/* Cold: a fifth of the requests, each once. Hot: some of the first. */
static void run_segment(struct bed *bed, struct series *series, size_t segment)
{
    size_t share = bed->count / BENCH_SEGMENTS;
    size_t first = series->cold ? segment * share : 0;
    size_t calls = series->cold ? share : HOT_CALLS;
    uint64_t allocations = bench_allocations();

    bed->samples.count = 0;
    if (series->batch) {
        for (size_t i = 0; i + BATCH <= calls; i += BATCH) {
            run_batch(bed, series, first + i);
        }
    } else {
        for (size_t i = 0; i < calls; i++) {
            run_one(bed, series, next_request(bed, series, first + i));
        }
    }
    series->row.allocations += bench_allocations() - allocations;
    series->row.calls += bed->samples.count * (series->batch ? BATCH : 1);
}

static void warm_up(struct bed *bed)
{
    for (size_t i = 0; i < HOT; i++) {
        struct call call = {bed->stages, bed->principals[i], bed->callers};

        scale_request_stage(bed->stages, &bed->world, &bed->requests[i]);
        (void)decide(&call);
        call.principal = NULL;
        (void)decide(&call);
        (void)decide_from(&call);
    }
}

static void sum_up(struct series *series)
{
    double each = series->batch ? BATCH : 1;

    series->row.times = (struct bench_times){
        bench_median(series->p50, BENCH_SEGMENTS) / each,
        bench_median(series->p99, BENCH_SEGMENTS) / each,
        bench_median(series->mean, BENCH_SEGMENTS) / each,
    };
    series->row.hash_ns = bench_median(series->hash, BENCH_SEGMENTS);
    series->row.miss_ns = bench_median(series->miss, BENCH_SEGMENTS);
}

static bool run_series(struct bed *bed, struct series *series)
{
    for (size_t i = 0; i < BENCH_SEGMENTS; i++) {
        struct bench_times times;

        series->miss[i] = bench_miss_ns(&bed->yardsticks);
        series->hash[i] = bench_hash_ns(&bed->yardsticks);
        if (!series->cold) {
            warm_up(bed);
        }
        run_segment(bed, series, i);
        times = bench_times_of(bed->clock, &bed->samples);
        series->p50[i] = times.p50_ns;
        series->p99[i] = times.p99_ns;
        series->mean[i] = times.mean_ns;
    }
    sum_up(series);
    bench_report_row(bed->options, &bed->subject, &series->row);
    if (series->permits == series->expected) {
        return true;
    }
    (void)fprintf(stderr,
                  "postern-bench: WRONG: %llu timed decisions permit, %llu of "
                  "the same untimed\n",
                  (unsigned long long)series->permits,
                  (unsigned long long)series->expected);
    return false;
}

static bool run_decide(struct bed *bed, bool cold, bool text)
{
    struct series series = {.row = {.call = "decide",
                                    .state = cold ? "cold" : "hot",
                                    .string_to_decision = text},
                            .call = text ? read_and_decide : decide,
                            .cold = cold};

    return run_series(bed, &series);
}

/* Cold: nobody is remembered, and each of them is to be. */
static bool run_remembered(struct bed *bed, bool cold)
{
    struct series series = {.row = {.call = "remembered",
                                    .state = cold ? "cold" : "hot",
                                    .string_to_decision = true},
                            .call = decide_from,
                            .cold = cold};

    postern_callers_forget(bed->callers);
    return run_series(bed, &series);
}

static bool run_principal(struct bed *bed, bool with_rule)
{
    struct series series = {
        .row = {.call = with_rule ? "principal, rule read" : "principal",
                .state = "hot"},
        .call = with_rule ? decide_rule : decide,
        .principal = true};

    return run_series(bed, &series);
}

static bool run_batches(struct bed *bed, bool cold)
{
    struct series series = {
        .row = {.call = "batch of 16, each", .state = cold ? "cold" : "hot"},
        .cold = cold,
        .batch = true};

    return run_series(bed, &series);
}

/* ---- the scan, and two threads ------------------------------------------- */

static uint32_t scan(void *subject)
{
    struct bed *bed = subject;
    uint64_t *permitted = (uint64_t *)(void *)bed->samples.ticks;

    return postern_scan(bed->world.set, NULL, &bed->stages[0].request,
                        permitted + bed->samples.capacity / 2);
}

/* The time of an ACP, of which every one is looked at. */
static bool run_scan(struct bed *bed)
{
    enum { SCANS = 5 };
    struct bench_row row = {.call = "scan, each ACP", .state = "hot"};
    uint32_t acps = bed->world.mix.acps;
    double times[SCANS];

    if (acps < 100 || acps / 64 + 1 > bed->samples.capacity / 2) {
        return true;
    }
    for (size_t i = 0; i < SCANS; i++) {
        bed->samples.count = 0;
        scale_request_stage(bed->stages, &bed->world, &bed->requests[i]);
        (void)bench_time_call(&bed->samples, scan, bed);
        times[i] = bench_times_of(bed->clock, &bed->samples).p50_ns / acps;
    }
    row.calls = SCANS;
    row.times.p50_ns = bench_median(times, SCANS);
    row.times.p99_ns = times[SCANS - 1];
    row.times.mean_ns = row.times.p50_ns;
    row.hash_ns = bench_hash_ns(&bed->yardsticks);
    row.miss_ns = bench_miss_ns(&bed->yardsticks);
    bench_report_row(bed->options, &bed->subject, &row);
    return true;
}

struct worker {
    const struct bed *bed;
    pthread_barrier_t *start;
    uint64_t ticks;
    uint64_t permits;
};

/* Each takes its own half of the hot requests, staged beforehand. */
static void *work(void *user)
{
    struct worker *worker = user;
    const struct bed *bed = worker->bed;
    uint64_t start;

    (void)pthread_barrier_wait(worker->start);
    start = bench_ticks();
    for (size_t round = 0; round < THREAD_ROUNDS * HOT; round++) {
        struct call call = {&bed->stages[round % HOT], NULL, NULL};

        worker->permits += decide(&call);
    }
    worker->ticks = bench_ticks() - start;
    return NULL;
}

/* Nanoseconds for a decision of the slowest of so many threads. */
static double run_workers(struct bed *bed, size_t count)
{
    struct worker workers[THREADS] = {{0}};
    pthread_t threads[THREADS];
    pthread_barrier_t start;
    double slowest = 0.0;

    (void)pthread_barrier_init(&start, NULL, (unsigned)count);
    for (size_t i = 0; i < count; i++) {
        workers[i] = (struct worker){.bed = bed, .start = &start};
        if (pthread_create(&threads[i], NULL, work, &workers[i]) != 0) {
            abort();
        }
    }
    for (size_t i = 0; i < count; i++) {
        double ns;

        (void)pthread_join(threads[i], NULL);
        ns = (double)workers[i].ticks * bed->clock->ns_per_tick /
             (THREAD_ROUNDS * HOT);
        slowest = ns > slowest ? ns : slowest;
    }
    (void)pthread_barrier_destroy(&start);
    return slowest;
}

static bool run_threads(struct bed *bed, size_t count)
{
    enum { RUNS = 9 };
    struct bench_row row = {
        .call = count == 1 ? "one thread, back to back" : "each of two threads",
        .state = "hot",
        .calls = (size_t)RUNS * count * THREAD_ROUNDS * HOT};
    double times[RUNS];

    for (size_t i = 0; i < HOT; i++) {
        scale_request_stage(&bed->stages[i], &bed->world, &bed->requests[i]);
    }
    for (size_t i = 0; i < RUNS; i++) {
        times[i] = run_workers(bed, count);
    }
    row.times.p50_ns = bench_median(times, RUNS);
    row.times.p99_ns = times[RUNS - 1];
    row.times.mean_ns = row.times.p50_ns;
    row.hash_ns = bench_hash_ns(&bed->yardsticks);
    row.miss_ns = bench_miss_ns(&bed->yardsticks);
    bench_report_row(bed->options, &bed->subject, &row);
    return true;
}

/* ---- a case ------------------------------------------------------------ */

static void draw_requests(struct bed *bed)
{
    size_t permits = 0;

    for (size_t i = 0; i < bed->count; i++) {
        struct call call = {bed->stages, NULL, NULL};

        scale_request_draw(&bed->requests[i], &bed->world, &bed->rng);
        scale_request_stage(bed->stages, &bed->world, &bed->requests[i]);
        bed->effects[i] = (uint8_t)decide(&call);
        permits += bed->effects[i];
    }
    bed->subject.requests = bed->count;
    bed->subject.permit_share = (double)permits / (double)bed->count;
}

/* The explaining path has no index and no atoms of the originator. */
static bool check(struct bed *bed)
{
    size_t some = bed->world.mix.rules_of_acp > 1000 ? CHECKED / 40 : CHECKED;

    for (size_t i = 0; i < some && i < bed->count; i++) {
        postern_acp_ref one;
        const postern_acp_ref *refs;
        size_t count;

        scale_request_stage(bed->stages, &bed->world, &bed->requests[i]);
        count = scale_links(&bed->world, bed->stages->resource, &one, &refs);
        if (postern_explain_acps(bed->world.set, refs, count,
                                 &bed->stages->request, NULL, NULL)
                .effect != bed->effects[i]) {
            (void)fprintf(stderr, "postern-bench: WRONG: request %zu\n", i);
            return false;
        }
        bed->subject.checked_otherwise++;
    }
    return true;
}

static bool resolve(struct bed *bed)
{
    if (postern_callers_new(&bed->callers, &bed->world.cse, REMEMBERED, NULL) !=
        POSTERN_OK) {
        return false;
    }
    for (size_t i = 0; i < HOT; i++) {
        scale_request_stage(bed->stages, &bed->world, &bed->requests[i]);
        if (postern_principal_new(&bed->principals[i], bed->world.set,
                                  &bed->stages->request, NULL) != POSTERN_OK) {
            return false;
        }
    }
    return true;
}

static void forget(struct bed *bed)
{
    postern_callers_free(bed->callers);
    bed->callers = NULL;
    for (size_t i = 0; i < HOT; i++) {
        postern_principal_free(bed->principals[i]);
        bed->principals[i] = NULL;
    }
}

/* Names and what leads to them are the originators' part. */
static size_t originator_bytes(const postern_acp_set *set)
{
    return (size_t)pst_table_count(set, PST_TABLE_NAMES) *
               sizeof(struct pst_name) +
           (size_t)pst_table_count(set, PST_TABLE_HOMES) *
               sizeof(struct pst_homes) +
           (size_t)pst_table_count(set, PST_TABLE_LISTS) * sizeof(uint32_t);
}

static void describe(struct bed *bed)
{
    const struct scale_world *world = &bed->world;
    struct bench_subject *subject = &bed->subject;
    size_t names = originator_bytes(world->set);

    subject->acps = world->mix.acps;
    subject->rules = world->rules;
    subject->originators = pst_table_count(world->set, PST_TABLE_NAMES);
    subject->overhead_ns = bed->clock->overhead_ns;
    subject->bytes = postern_acp_set_size(world->set);
    subject->bytes_per_rule = (double)(subject->bytes - names) / world->rules;
    subject->bytes_per_originator = (double)names / subject->originators;
    subject->compile_rules_per_s = world->rules / world->compile_s;
}

static void hash_their_originators(struct bed *bed)
{
    for (size_t i = 0; i < BENCH_HASHED_TEXTS; i++) {
        struct bench_yardsticks *yardsticks = &bed->yardsticks;

        scale_request_stage(bed->stages, &bed->world, &bed->requests[i]);
        memcpy(yardsticks->texts[i], bed->stages->from_text,
               sizeof yardsticks->texts[i]);
        yardsticks->hashed[i] =
            (postern_str){yardsticks->texts[i], bed->stages->from.len};
    }
}

static bool measure(struct bed *bed)
{
    bool cold = run_decide(bed, true, false) && run_decide(bed, true, true) &&
                run_remembered(bed, true) && run_batches(bed, true);

    return cold && run_decide(bed, false, false) &&
           run_decide(bed, false, true) && run_remembered(bed, false) &&
           run_principal(bed, false) && run_principal(bed, true) &&
           run_batches(bed, false) && run_threads(bed, 1) &&
           run_threads(bed, THREADS) && run_scan(bed);
}

static bool run_made(struct bed *bed)
{
    size_t reach = postern_acp_set_size(bed->world.set) +
                   (size_t)bed->world.mix.resources * sizeof(uint32_t);
    bool done;

    draw_requests(bed);
    describe(bed);
    if (!check(bed) || !resolve(bed) ||
        !bench_yardsticks_start_in(&bed->yardsticks, bed->clock,
                                   reach > 64 * LINE ? reach : 64 * LINE)) {
        return false;
    }
    hash_their_originators(bed);
    bench_report_subject(bed->options, &bed->subject);
    done = measure(bed);
    bench_yardsticks_stop(&bed->yardsticks);
    return done;
}

static bool run_case(struct bed *bed)
{
    struct scale_mix mix = bed->current->mix;
    bool done;

    mix.seed = bed->options->seed;
    bed->rng = (struct rng){bed->options->seed + 1};
    bed->subject =
        (struct bench_subject){.bench = "decide", .words = bed->current->words};
    done = scale_world_make(&bed->world, &mix) && run_made(bed);
    forget(bed);
    scale_world_free(&bed->world);
    return done;
}

static bool is_wanted(const struct scale_case *one,
                      const struct bench_options *options)
{
    size_t largest = options->size / LARGEST_SHARE;

    return one->mix.acps <= largest && one->mix.rules_of_acp <= largest &&
           strstr(one->words, options->only);
}

size_t bench_scale_count(const struct bench_options *options)
{
    size_t count = 0;

    for (size_t i = 0; i < CASES; i++) {
        count += is_wanted(&cases[i], options);
    }
    return count;
}

static bool run_cases(struct bed *bed)
{
    for (size_t i = 0; i < CASES; i++) {
        bed->current = &cases[i];
        if (is_wanted(&cases[i], bed->options) && !run_case(bed)) {
            (void)fprintf(stderr, "postern-bench: %s: not measured\n",
                          cases[i].words);
            return false;
        }
    }
    return true;
}

bool bench_scale(const struct bench_options *options,
                 const struct bench_clock *clock)
{
    struct bed *bed = calloc(1, sizeof *bed);
    size_t count = options->size < 400000 ? options->size : 400000;
    bool done = false;

    if (bed) {
        bed->options = options;
        bed->clock = clock;
        bed->count = count;
        bed->requests = calloc(count, sizeof *bed->requests);
        bed->effects = calloc(count, sizeof *bed->effects);
        bed->stages = calloc(HOT, sizeof *bed->stages);
        bed->samples.ticks = calloc(count, sizeof *bed->samples.ticks);
        bed->samples.capacity = count;
        done = bed->requests && bed->effects && bed->stages &&
               bed->samples.ticks && run_cases(bed);
        free(bed->requests);
        free(bed->effects);
        free(bed->stages);
        free(bed->samples.ticks);
    }
    free(bed);
    return done;
}
