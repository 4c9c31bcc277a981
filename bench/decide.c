/*
 * How long a decision takes, by the size of the policies and by what their
 * rules are about.
 */
#include "bench/decide.h"

#include "bench/allocations.h"
#include "bench/decide_check.h"
#include "bench/scale.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOT_REQUESTS = BENCH_HASHED_TEXTS,
    CHECKED_REQUESTS = 2000,
    CALLS_AT_ONCE = 64,   /* between two looks at the time used */
    HOT_SHARE = 20,       /* of the size: calls of one hot segment */
    LARGEST_SHARE = 4,    /* of the size: rules, ACPs, prefixes */
    CHAIN_BYTES_PER = 671 /* of the size: 256 MiB by default */
};

static const struct decide_case {
    const char *words;
    struct bench_mix mix;
    bool links;   /* postern_decide_acps() instead of postern_decide() */
    bool explain; /* the explaining path besides */
} cases[] = {
    {.words = "one ACP of 1 rule", .mix = {.acps = 1, .rules_of_acp = 1}},
    {.words = "one ACP of 10 rules",
     .mix = {.acps = 1, .rules_of_acp = 10},
     .explain = true},
    {.words = "one ACP of 1,000 rules",
     .mix = {.acps = 1, .rules_of_acp = 1000},
     .explain = true},
    {.words = "one ACP of 1,000 rules, literal originators",
     .mix = {.acps = 1, .rules_of_acp = 1000, .literal = true}},
    {.words = "one ACP of 100,000 rules",
     .mix = {.acps = 1, .rules_of_acp = 100000}},
    {.words = "one ACP of 100,000 rules, literal originators",
     .mix = {.acps = 1, .rules_of_acp = 100000, .literal = true}},
    {.words = "1 ACP, linked", .mix = {.acps = 1}, .links = true},
    {.words = "1,000 ACPs, 1 to 4 linked",
     .mix = {.acps = 1000},
     .links = true,
     .explain = true},
    {.words = "100,000 ACPs, 1 to 4 linked",
     .mix = {.acps = 100000},
     .links = true},
    {.words = "one rule with a time window",
     .mix = {.acps = 1, .rules_of_acp = 1, .only = BENCH_CONDITION_WINDOW}},
    {.words = "one rule with a circle",
     .mix = {.acps = 1, .rules_of_acp = 1, .only = BENCH_CONDITION_CIRCLE}},
    {.words = "one rule with 10 IPv4 prefixes",
     .mix = {.acps = 1,
             .rules_of_acp = 1,
             .only = BENCH_CONDITION_PREFIXES,
             .prefixes = 10}},
    {.words = "one rule with 1,000 IPv4 prefixes",
     .mix = {.acps = 1,
             .rules_of_acp = 1,
             .only = BENCH_CONDITION_PREFIXES,
             .prefixes = 1000}},
    {.words = "one rule with 100,000 IPv4 prefixes",
     .mix = {.acps = 1,
             .rules_of_acp = 1,
             .only = BENCH_CONDITION_PREFIXES,
             .prefixes = 100000}},
};

enum { CASES = sizeof cases / sizeof cases[0] };

/* What one case is measured with. */
struct bed {
    const struct bench_options *options;
    const struct bench_clock *clock;
    struct bench_yardsticks *yardsticks;
    const struct decide_case *current;
    struct bench_workload workload;
    struct bench_request *requests;
    uint8_t *effects; /* of each request, found out without timing */
    size_t count;     /* of both */
    struct bench_samples samples;
    struct rng rng;
    struct bench_subject subject;
};

/* ---- what is timed ----------------------------------------------------- */

static uint32_t decide(void *subject)
{
    const struct bench_stage *stage = subject;

    return postern_decide(stage->set, &stage->request).effect;
}

static uint32_t decide_links(void *subject)
{
    const struct bench_stage *stage = subject;

    return postern_decide_acps(stage->set, stage->refs, stage->ref_count,
                               &stage->request)
        .effect;
}

/* What is not read stays unset, and is denied. */
static uint32_t read_and_decide(void *subject)
{
    struct bench_stage *stage = subject;

    (void)!postern_id_parse_entity(&stage->request.originator, stage->cse,
                                   stage->from);
    return decide(subject);
}

static uint32_t read_and_decide_links(void *subject)
{
    struct bench_stage *stage = subject;

    (void)!postern_id_parse_entity(&stage->request.originator, stage->cse,
                                   stage->from);
    return decide_links(subject);
}

static void note_rule(void *user, const postern_rule_explanation *rule)
{
    uint32_t *true_rules = user;

    *true_rules += rule->result == POSTERN_TRUE;
}

static uint32_t explain(void *subject)
{
    const struct bench_stage *stage = subject;
    uint32_t true_rules = 0;

    (void)postern_explain_acps(stage->set, stage->refs, stage->ref_count,
                               &stage->request, note_rule, &true_rules);
    return true_rules > 0;
}

#define SHORTEST_S                                                             \
    0.02 /* of a segment, and of compiling as often as it takes */

/* ---- series of calls --------------------------------------------------- */

struct series {
    struct bench_row row;
    bench_call *call;
    bool cold;
    struct bench_stage stage;
    uint64_t permits;
    uint64_t expected;
    double p50[BENCH_SEGMENTS];
    double p99[BENCH_SEGMENTS];
    double mean[BENCH_SEGMENTS];
    double hash[BENCH_SEGMENTS];
    double miss[BENCH_SEGMENTS];
};

/* Processor time for one segment; longer ones are cut short. */
static double segment_s(const struct bed *bed)
{
    double seconds = (double)bed->options->size * 1e-6;

    return seconds > SHORTEST_S ? seconds : SHORTEST_S;
}

static void stage(const struct bed *bed, struct series *series, size_t number)
{
    bench_request_stage(&series->stage, &bed->workload, &bed->requests[number]);
    if (series->row.string_to_decision) {
        series->stage.request.originator =
            (postern_id){.kind = POSTERN_ID_UNSET};
    }
}

static void warm_up(const struct bed *bed, struct series *series)
{
    for (size_t i = 0; i < HOT_REQUESTS; i++) {
        stage(bed, series, i);
        (void)series->call(&series->stage);
    }
}

/* The requests of a cold segment come one after another, those of a hot one by
 * chance from the first few: a processor learns any order. */
static void run_segment(struct bed *bed, struct series *series, size_t segment)
{
    size_t first = segment * (bed->count / BENCH_SEGMENTS);
    size_t calls = series->cold ? bed->count / BENCH_SEGMENTS
                                : bed->options->size / HOT_SHARE;
    uint64_t allocations = bench_allocations();
    double start_s = bench_cpu_s();

    bed->samples.count = 0;
    for (size_t i = 0; i < calls; i++) {
        size_t number =
            series->cold ? first + i : rng_below(&bed->rng, HOT_REQUESTS);

        stage(bed, series, number);
        series->permits +=
            bench_time_call(&bed->samples, series->call, &series->stage);
        series->expected += bed->effects[number];
        if (i % CALLS_AT_ONCE == 0 &&
            bench_cpu_s() - start_s > segment_s(bed)) {
            break;
        }
    }
    series->row.allocations += bench_allocations() - allocations;
    series->row.calls += bed->samples.count;
}

static bool run_series(struct bed *bed, struct series *series)
{
    for (size_t i = 0; i < BENCH_SEGMENTS; i++) {
        struct bench_times times;

        series->miss[i] = bench_miss_ns(bed->yardsticks);
        series->hash[i] = bench_hash_ns(bed->yardsticks);
        if (!series->cold) {
            warm_up(bed, series);
        }
        run_segment(bed, series, i);
        times = bench_times_of(bed->clock, &bed->samples);
        series->p50[i] = times.p50_ns;
        series->p99[i] = times.p99_ns;
        series->mean[i] = times.mean_ns;
    }
    series->row.times = (struct bench_times){
        bench_median(series->p50, BENCH_SEGMENTS),
        bench_median(series->p99, BENCH_SEGMENTS),
        bench_median(series->mean, BENCH_SEGMENTS),
    };
    series->row.hash_ns = bench_median(series->hash, BENCH_SEGMENTS);
    series->row.miss_ns = bench_median(series->miss, BENCH_SEGMENTS);
    bench_report_row(bed->options, &bed->subject, &series->row);
    if (series->permits == series->expected) {
        return true;
    }
    (void)fprintf(
        stderr,
        "postern-bench: WRONG: %llu of %zu timed decisions permit, %llu "
        "of the same untimed\n",
        (unsigned long long)series->permits, series->row.calls,
        (unsigned long long)series->expected);
    return false;
}

static bool run_decide(struct bed *bed, bool cold, bool text)
{
    bench_call *const calls[2][2] = {{decide, read_and_decide},
                                     {decide_links, read_and_decide_links}};
    struct series series = {
        .row = {.call = "decide",
                .state = cold ? "cold" : "hot",
                .string_to_decision = text},
        .call = calls[bed->current->links][text],
        .cold = cold,
    };

    return run_series(bed, &series);
}

static bool run_explain(struct bed *bed)
{
    struct series series = {
        .row = {.call = "explain", .state = "hot"},
        .call = explain,
    };

    return !bed->current->explain || run_series(bed, &series);
}

/* ---- a case ------------------------------------------------------------ */

static bool compile(struct bed *bed)
{
    double start_s = bench_cpu_s();
    double passed_s = 0.0;
    size_t times = 0;

    while (passed_s < SHORTEST_S) {
        if (!bench_workload_compile(&bed->workload)) {
            return false;
        }
        passed_s = bench_cpu_s() - start_s;
        times++;
    }
    bed->subject.compile_rules_per_s =
        (double)times * bed->workload.rule_count / passed_s;
    return true;
}

/* Draws requests and decides each once; the hot ones, and as many more as there
 * is time for. */
static void draw_requests(struct bed *bed)
{
    struct bench_stage staged;
    double start_s = bench_cpu_s();
    size_t permits = 0;
    size_t i = 0;

    while (i < bed->options->size) {
        bench_request_draw(&bed->requests[i], &bed->workload, &bed->rng);
        bench_request_stage(&staged, &bed->workload, &bed->requests[i]);
        bed->effects[i] = (uint8_t)decide_links(&staged);
        permits += bed->effects[i++];
        if (i >= HOT_REQUESTS && i % CALLS_AT_ONCE == 0 &&
            bench_cpu_s() - start_s > BENCH_SEGMENTS * segment_s(bed)) {
            break;
        }
    }
    bed->count = i;
    bed->subject.requests = i;
    bed->subject.permit_share = (double)permits / (double)i;
}

static void hash_their_originators(struct bed *bed)
{
    struct bench_yardsticks *yardsticks = bed->yardsticks;

    for (size_t i = 0; i < BENCH_HASHED_TEXTS; i++) {
        struct pst_text text;

        pst_text_init(&text, yardsticks->texts[i], sizeof yardsticks->texts[i]);
        bench_name_write(&text, &bed->requests[i].from);
        yardsticks->hashed[i] = (postern_str){yardsticks->texts[i], text.len};
    }
}

static void describe(struct bed *bed)
{
    const struct bench_workload *workload = &bed->workload;
    struct bench_subject *subject = &bed->subject;

    subject->acps = workload->acp_count;
    subject->rules = workload->rule_count;
    subject->originators = workload->originator_count;
    subject->prefixes = workload->mix.prefixes;
    subject->overhead_ns = bed->clock->overhead_ns;
    subject->bytes = postern_acp_set_size(workload->set);
    subject->bytes_per_rule = (double)subject->bytes / workload->rule_count;
}

static bool measure(struct bed *bed)
{
    const struct bench_check check = {
        .workload = &bed->workload,
        .clock = bed->clock,
        .requests = bed->requests,
        .count = bed->count,
        .budget_s = BENCH_SEGMENTS * segment_s(bed),
    };

    if (!bench_check_run(&check, CHECKED_REQUESTS, &bed->subject)) {
        return false;
    }
    describe(bed);
    hash_their_originators(bed);
    bench_report_subject(bed->options, &bed->subject);
    return run_decide(bed, false, false) && run_decide(bed, false, true) &&
           run_decide(bed, true, false) && run_decide(bed, true, true) &&
           run_explain(bed);
}

static bool run_case(struct bed *bed)
{
    struct bench_mix mix = bed->current->mix;
    bool done;

    mix.seed = bed->options->seed;
    bed->rng = (struct rng){bed->options->seed + 1};
    bed->subject =
        (struct bench_subject){.bench = "decide", .words = bed->current->words};
    done = bench_workload_make(&bed->workload, &mix) && compile(bed);
    if (done) {
        draw_requests(bed);
        done = measure(bed);
    }
    bench_workload_free(&bed->workload);
    return done;
}

/* ---- all of them ------------------------------------------------------- */

static bool is_wanted(const struct decide_case *one,
                      const struct bench_options *options)
{
    size_t largest = options->size / LARGEST_SHARE;

    return one->mix.acps <= largest && one->mix.rules_of_acp <= largest &&
           one->mix.prefixes <= largest && strstr(one->words, options->only);
}

static size_t count_wanted(const struct bench_options *options)
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
            return false;
        }
    }
    return true;
}

static bool take_memory(struct bed *bed)
{
    size_t size = bed->options->size;

    bed->requests = calloc(size, sizeof *bed->requests);
    bed->effects = calloc(size, sizeof *bed->effects);
    bed->samples.ticks = calloc(size, sizeof *bed->samples.ticks);
    bed->samples.capacity = size;
    return bed->requests && bed->effects && bed->samples.ticks &&
           bench_yardsticks_start(bed->yardsticks, bed->clock,
                                  size * CHAIN_BYTES_PER);
}

enum bench_result bench_decide(const struct bench_options *options)
{
    static struct bench_yardsticks yardsticks;
    struct bench_clock clock;
    struct bed bed = {
        .options = options, .clock = &clock, .yardsticks = &yardsticks};
    bool done = false;

    if (count_wanted(options) + bench_scale_count(options) == 0) {
        (void)fprintf(stderr,
                      "postern-bench: no case of this size is named: %s\n",
                      options->only);
        return BENCH_USAGE;
    }
    bench_clock_start(&clock);
    if (take_memory(&bed)) {
        bench_report_begin(options, &clock, yardsticks.chain_bytes);
        done = run_cases(&bed) && bench_scale(options, &clock);
    } else {
        (void)fputs("postern-bench: no memory\n", stderr);
    }
    bench_yardsticks_stop(&yardsticks);
    free(bed.requests);
    free(bed.effects);
    free(bed.samples.ticks);
    return done ? BENCH_DONE : BENCH_FAILED;
}
