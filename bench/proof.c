/* The proof against compiling, by the number of rules. */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include "bench/proof.h"

#include "bench/machine.h"
#include "bench/workload.h"

#include <postern/proof.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    RUNS = 5,
    RULES_OF_ACP = 11, /* halves: one to ten, 5.5 on average */
    LARGEST_SHARE = 4  /* of the size: rules */
};

static const struct proof_case {
    const char *words;
    uint32_t rules;
    bool one_acp;
} cases[] = {
    {"1,000 rules, 1 to 10 an ACP", 1000, false},
    {"1,000 rules in one ACP", 1000, true},
    {"10,000 rules, 1 to 10 an ACP", 10000, false},
    {"10,000 rules in one ACP", 10000, true},
    {"100,000 rules, 1 to 10 an ACP", 100000, false},
    {"100,000 rules in one ACP", 100000, true},
};

/* The rules of the workload in a row, as an ACP has them. */
struct source {
    const struct bench_workload *workload;
    postern_rule *rules;
};

static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void give_acp(void *user, uint32_t acp, postern_source_acp *out)
{
    const struct source *source = user;
    const uint32_t *first = source->workload->first_rule;

    out->id = postern_acp_set_name(source->workload->set, acp);
    out->rules = source->rules + first[acp];
    out->rule_count = first[acp + 1] - first[acp];
}

static bool take_rules(struct source *source)
{
    const struct bench_workload *workload = source->workload;

    source->rules = calloc(workload->rule_count, sizeof *source->rules);
    for (uint32_t i = 0; source->rules && i < workload->rule_count; i++) {
        source->rules[i] = workload->rules[i].rule;
    }
    return source->rules != NULL;
}

/* Milliseconds, or less than 0. */
static double prove(struct source *source)
{
    const postern_acp_source given = {.struct_size = sizeof given,
                                      .cse = &source->workload->cse,
                                      .acp_count = source->workload->acp_count,
                                      .acp = give_acp,
                                      .user = source};
    double start = now_ms();
    postern_diag diag;

    if (postern_acp_set_verify(source->workload->set, &given, NULL, &diag) !=
        POSTERN_OK) {
        (void)fprintf(stderr, "postern-bench: %s\n", diag.message);
        return -1;
    }
    return now_ms() - start;
}

static void print_case(const struct bench_options *options,
                       const struct proof_case *self,
                       const struct bench_workload *workload,
                       const double times[2])
{
    char machine[512];

    if (options->format == BENCH_FORMAT_TEXT) {
        printf("%-34s %9.2f %9.2f %9.0f\n", self->words, times[0], times[1],
               times[1] * 1e6 / workload->rule_count);
        (void)fflush(stdout);
        return;
    }
    bench_machine(machine, sizeof machine);
    printf("{\"bench\":\"proof\",\"case\":\"%s\",\"rules\":%u,"
           "\"compile_ms\":%.3f,\"prove_ms\":%.3f,\"machine\":\"%s\"}\n",
           self->words, (unsigned)workload->rule_count, times[0], times[1],
           machine);
    (void)fflush(stdout);
}

static bool measure(struct bench_workload *workload, double times[2])
{
    struct source source = {.workload = workload};
    double runs[2][RUNS];
    bool done = take_rules(&source);

    for (size_t i = 0; done && i < RUNS; i++) {
        double start = now_ms();

        done = bench_workload_compile(workload);
        runs[0][i] = now_ms() - start;
        runs[1][i] = done ? prove(&source) : -1;
        done = runs[1][i] >= 0;
    }
    free(source.rules);
    if (done) {
        times[0] = bench_median(runs[0], RUNS);
        times[1] = bench_median(runs[1], RUNS);
    }
    return done;
}

static bool run_case(const struct bench_options *options,
                     const struct proof_case *self)
{
    const struct bench_mix mix = {
        .seed = options->seed,
        .acps = self->one_acp ? 1 : self->rules * 2 / RULES_OF_ACP,
        .rules_of_acp = self->one_acp ? self->rules : 0};
    struct bench_workload workload;
    double times[2];
    bool done =
        bench_workload_make(&workload, &mix) && measure(&workload, times);

    if (done) {
        print_case(options, self, &workload, times);
    }
    bench_workload_free(&workload);
    return done;
}

static void print_head(const struct bench_options *options)
{
    char machine[512];

    if (options->format == BENCH_FORMAT_TEXT) {
        bench_machine(machine, sizeof machine);
        printf("%s\nMilliseconds, medians of %d runs.\n\n%-34s %9s %9s %9s\n",
               machine, RUNS, "", "compile", "prove", "ns a rule");
    }
}

static bool is_wanted(const struct bench_options *options,
                      const struct proof_case *self)
{
    return self->rules <= options->size / LARGEST_SHARE &&
           strstr(self->words, options->only);
}

enum bench_result bench_proof(const struct bench_options *options)
{
    enum bench_result result = BENCH_USAGE;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (!is_wanted(options, &cases[i]) || result == BENCH_FAILED) {
            continue;
        }
        if (result == BENCH_USAGE) {
            print_head(options);
        }
        result = run_case(options, &cases[i]) ? BENCH_DONE : BENCH_FAILED;
    }
    if (result == BENCH_USAGE) {
        (void)fprintf(stderr, "postern-bench: no case is named: %s\n",
                      options->only);
    }
    return result;
}
