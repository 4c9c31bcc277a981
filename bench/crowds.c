/*
 * What it takes to find, among many rules that list one originator, each with a
 * condition of its own, that none is true, or that the last one is: by their
 * index and one by one, by turns, with the same answers.
 */
#include "bench/crowds.h"

#include "bench/allocations.h"
#include "bench/crowds_world.h"
#include "bench/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CALLS = 1024,       /* by the index, in one segment */
    SCAN_WORK = 400000, /* rules tried one by one in one segment */
    SCANS_MIN = 3,
    CHAIN_BYTES_PER = 671, /* of the size: 256 MiB by default */
    MACHINE_SIZE = 512,
    NS_PER_S = 1000000000
};

static const struct crowd_case {
    const char *words;
    enum bench_crowd_kind kind;
} cases[] = {
    {"windows", BENCH_CROWD_WINDOWS},   {"prefixes", BENCH_CROWD_PREFIXES},
    {"circles", BENCH_CROWD_CIRCLES},   {"mixed", BENCH_CROWD_MIXED},
    {"one spot", BENCH_CROWD_ONE_SPOT},
};

static const uint32_t sizes[] = {100, 1000, 10000, 100000};

enum {
    CASES = sizeof cases / sizeof cases[0],
    SIZES = sizeof sizes / sizeof sizes[0]
};

struct bed {
    const struct bench_options *options;
    struct bench_clock clock;
    struct bench_yardsticks yardsticks;
    struct bench_crowd crowd;
    struct bench_samples samples;
    const postern_request *request; /* that is asked next */
    uint64_t allocations;           /* while calls were timed */
};

struct row {
    const struct crowd_case *current;
    bool one_holds;
    size_t calls;
    struct bench_times times;
    double scan_ns;
    double hash_ns;
    double miss_ns;
};

/* ---- series of calls -------------------------------------------------------
 */

static uint32_t find(void *subject)
{
    const struct bed *bed = subject;

    return bench_crowd_find(&bed->crowd, bed->request);
}

static uint32_t scan(void *subject)
{
    const struct bed *bed = subject;

    return bench_crowd_scan(&bed->crowd, bed->request);
}

static struct bench_times time_segment(struct bed *bed, bench_call *call,
                                       size_t calls)
{
    uint64_t before = bench_allocations();

    bed->samples.count = 0;
    for (size_t i = 0; i < calls; i++) {
        bed->request = &bed->crowd.requests[i % BENCH_CROWD_REQUESTS];
        (void)bench_time_call(&bed->samples, call, bed);
    }
    bed->allocations += bench_allocations() - before;
    return bench_times_of(&bed->clock, &bed->samples);
}

static size_t scans(const struct bed *bed)
{
    size_t calls = SCAN_WORK / bed->crowd.count;

    return calls < SCANS_MIN ? SCANS_MIN : calls > CALLS ? CALLS : calls;
}

/* By turns: what the machine does meanwhile meets both. */
static void time_row(struct bed *bed, struct row *row)
{
    double p50[BENCH_SEGMENTS];
    double p99[BENCH_SEGMENTS];
    double mean[BENCH_SEGMENTS];
    double scanned[BENCH_SEGMENTS];

    row->miss_ns = bench_miss_ns(&bed->yardsticks);
    row->hash_ns = bench_hash_ns(&bed->yardsticks);
    for (size_t i = 0; i < BENCH_SEGMENTS; i++) {
        struct bench_times times = time_segment(bed, find, CALLS);

        row->calls += bed->samples.count;
        p50[i] = times.p50_ns;
        p99[i] = times.p99_ns;
        mean[i] = times.mean_ns;
        scanned[i] = time_segment(bed, scan, scans(bed)).p50_ns;
    }
    row->times = (struct bench_times){bench_median(p50, BENCH_SEGMENTS),
                                      bench_median(p99, BENCH_SEGMENTS),
                                      bench_median(mean, BENCH_SEGMENTS)};
    row->scan_ns = bench_median(scanned, BENCH_SEGMENTS);
}

static bool agree(const struct bed *bed)
{
    for (size_t i = 0; i < BENCH_CROWD_REQUESTS; i++) {
        const postern_request *request = &bed->crowd.requests[i];

        if (bench_crowd_find(&bed->crowd, request) !=
            bench_crowd_scan(&bed->crowd, request)) {
            (void)fprintf(stderr,
                          "postern-bench: WRONG: request %zu finds "
                          "another rule one by one\n",
                          i);
            return false;
        }
    }
    return true;
}

/* ---- output ----------------------------------------------------------------
 */

static void print_head(const struct bed *bed)
{
    char machine[MACHINE_SIZE];

    if (bed->options->format != BENCH_FORMAT_TEXT) {
        return;
    }
    bench_machine(machine, sizeof machine);
    printf("%s\nRules for one originator, a condition each; times in ns until "
           "it is found that\nnone is true, or that the last one is, on one "
           "thread. one by one: p50 of trying\nrule after rule. most: rules "
           "that any request can have judged.\n\n",
           machine);
    printf("%-9s %7s %-5s %9s %9s %11s %6s %6s %6s %7s %6s\n", "", "rules",
           "true", "p50", "p99", "one by one", "build", "bytes", "most",
           "allocs", "miss");
}

static double per_clause(const struct bed *bed, double amount)
{
    return amount / bed->crowd.clauses;
}

static void print_json(const struct bed *bed, const struct row *row)
{
    const struct bench_crowd *crowd = &bed->crowd;
    struct pst_crowd_cost worst = pst_crowd_worst(crowd->words.data);
    char machine[MACHINE_SIZE];

    bench_machine(machine, sizeof machine);
    printf("{\"bench\":\"crowds\",\"case\":\"%s, %s\",\"rules\":%u,"
           "\"clauses\":%u,\"bytes_per_clause\":%.1f,"
           "\"build_ns_per_clause\":%.1f,\"calls\":%zu,",
           row->current->words, row->one_holds ? "one" : "none", crowd->count,
           crowd->clauses, per_clause(bed, 8.0 * crowd->words.count),
           per_clause(bed, crowd->build_s * NS_PER_S), row->calls);
    printf("\"p50_ns\":%.1f,\"p99_ns\":%.1f,\"per_second\":%.0f,"
           "\"reference_ns\":%.1f,\"checked_by_reference\":%d,"
           "\"worst_lines\":%llu,\"worst_tests\":%llu,",
           row->times.p50_ns, row->times.p99_ns,
           row->times.mean_ns > 0 ? NS_PER_S / row->times.mean_ns : 0.0,
           row->scan_ns, BENCH_CROWD_REQUESTS,
           (unsigned long long)worst.work.lines,
           (unsigned long long)worst.tests);
    printf(bench_allocations_are_counted() ? "\"allocs\":%llu,"
                                           : "\"allocs\":null,",
           (unsigned long long)bed->allocations);
    printf("\"hash_ns\":%.1f,\"miss_ns\":%.1f,\"machine\":\"%s\"}\n",
           row->hash_ns, row->miss_ns, machine);
}

static void print_row(const struct bed *bed, const struct row *row)
{
    const struct bench_crowd *crowd = &bed->crowd;

    if (bed->options->format == BENCH_FORMAT_JSON) {
        print_json(bed, row);
    } else {
        printf("%-9s %7u %-5s %9.0f %9.0f %11.0f %6.0f %6.1f %6llu %7llu "
               "%6.0f\n",
               row->current->words, crowd->count,
               row->one_holds ? "last" : "none", row->times.p50_ns,
               row->times.p99_ns, row->scan_ns,
               per_clause(bed, crowd->build_s * NS_PER_S),
               per_clause(bed, 8.0 * crowd->words.count),
               (unsigned long long)pst_crowd_worst(crowd->words.data).tests,
               (unsigned long long)bed->allocations, row->miss_ns);
    }
    (void)fflush(stdout);
}

/* ---- all of it --------------------------------------------------------------
 */

static bool run_row(struct bed *bed, const struct crowd_case *current,
                    uint32_t size, bool one_holds)
{
    struct row row = {.current = current, .one_holds = one_holds};
    bool done;

    bed->crowd.kind = current->kind;
    bed->allocations = 0;
    done = bench_crowd_make(&bed->crowd, size, one_holds, bed->options->seed);
    if (!done) {
        (void)fputs("postern-bench: no memory\n", stderr);
    }
    done = done && agree(bed);
    if (done) {
        time_row(bed, &row);
        print_row(bed, &row);
    }
    bench_crowd_free(&bed->crowd);
    return done;
}

static enum bench_result run_cases(struct bed *bed)
{
    print_head(bed);
    for (size_t i = 0; i < CASES; i++) {
        if (!strstr(cases[i].words, bed->options->only)) {
            continue;
        }
        for (size_t s = 0; s < SIZES && sizes[s] <= bed->options->size / 4;
             s++) {
            if (!run_row(bed, &cases[i], sizes[s], false) ||
                !run_row(bed, &cases[i], sizes[s], true)) {
                return BENCH_FAILED;
            }
        }
    }
    return BENCH_DONE;
}

static bool names_a_case(const char *words)
{
    for (size_t i = 0; i < CASES; i++) {
        if (strstr(cases[i].words, words)) {
            return true;
        }
    }
    return false;
}

static void name_texts(struct bench_yardsticks *yardsticks)
{
    for (size_t i = 0; i < BENCH_HASHED_TEXTS; i++) {
        (void)snprintf(yardsticks->texts[i], sizeof yardsticks->texts[i],
                       "Cae%07zu", i * 7919);
        yardsticks->hashed[i] = postern_str_of(yardsticks->texts[i]);
    }
}

enum bench_result bench_crowds(const struct bench_options *options)
{
    static uint64_t ticks[CALLS];
    static struct bed bed;
    enum bench_result result = BENCH_FAILED;

    if (!names_a_case(options->only)) {
        (void)fprintf(stderr, "postern-bench: no case is named: %s\n",
                      options->only);
        return BENCH_USAGE;
    }
    bed = (struct bed){.options = options, .samples = {ticks, 0, CALLS}};
    bench_clock_start(&bed.clock);
    if (bench_yardsticks_start(&bed.yardsticks, &bed.clock,
                               options->size * CHAIN_BYTES_PER)) {
        name_texts(&bed.yardsticks);
        result = run_cases(&bed);
    } else {
        (void)fputs("postern-bench: no memory\n", stderr);
    }
    bench_yardsticks_stop(&bed.yardsticks);
    return result;
}
