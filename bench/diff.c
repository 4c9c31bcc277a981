/*
 * Policies and requests are drawn, decided by the reference evaluator and in
 * every way the library has, and compared: as many as there is time for. Round
 * n of a seed is always the same, whichever thread comes to it; n modulo
 * DIFF_KINDS is the kind of its policy.
 */
#define _DEFAULT_SOURCE /* sysconf(_SC_NPROCESSORS_ONLN), clock_gettime */

#include "bench/diff.h"

#include "bench/diff_round.h"
#include "bench/diff_ways.h"
#include "bench/machine.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SEATS_MAX = 64, MACHINE_SIZE = 256 };

/* Those that take their time get little of it. */
static const struct kind {
    const char *words;
    unsigned percent; /* of the time, or of the cases */
} kinds[DIFF_KINDS] = {
    [DIFF_SMALL] = {"small policies", 80},
    [DIFF_BIG] = {"big policies", 10},
    [DIFF_MANY_ACPS] = {"many ACPs", 10},
};

/* What the threads have in common. */
struct stage {
    uint64_t seed;
    enum diff_kind kind;
    double end_s;    /* of monotonic time; 0: rounds are what counts */
    uint64_t rounds; /* at most */
    atomic_uint_fast64_t next;
    atomic_bool over;
};

struct seat {
    pthread_t thread;
    struct stage *stage;
    struct diff_round *round;
    struct diff_counts counts;
    double processor_s;
    uint64_t differing; /* round; UINT64_MAX: none */
};

static double seconds_of(clockid_t clock)
{
    struct timespec now;

    (void)clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double now_s(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

/* ---- threads ----------------------------------------------------------- */

static bool is_over(const struct stage *stage, uint64_t index)
{
    return index >= stage->rounds || atomic_load(&stage->over) ||
           (stage->end_s > 0.0 && now_s() >= stage->end_s);
}

/* False when there is none left, or when something differs. */
static bool compare_next(struct seat *seat)
{
    struct stage *stage = seat->stage;
    uint64_t index = atomic_fetch_add(&stage->next, 1);
    uint64_t round = DIFF_KINDS * index + stage->kind;

    if (is_over(stage, index)) {
        return false;
    }
    if (!diff_round_run(seat->round, stage->seed, round, &seat->counts)) {
        seat->differing = round;
        atomic_store(&stage->over, true);
        return false;
    }
    return true;
}

static void *compare_on(void *user)
{
    struct seat *seat = user;

    while (compare_next(seat)) {
    }
    seat->processor_s = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    return NULL;
}

static size_t seats_wanted(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (processors < 1) {
        return 1;
    }
    return processors < SEATS_MAX ? (size_t)processors : SEATS_MAX;
}

/* How many there are in the end. */
static size_t take_seats(struct seat *seats, struct stage *stage)
{
    size_t wanted = seats_wanted();
    size_t count = 0;

    while (count < wanted) {
        struct seat *seat = &seats[count];

        *seat = (struct seat){.stage = stage, .differing = UINT64_MAX};
        seat->round = diff_round_new(DIFF_AT_VOLUME);
        if (!seat->round) {
            break;
        }
        if (pthread_create(&seat->thread, NULL, compare_on, seat) != 0) {
            diff_round_free(seat->round);
            break;
        }
        count++;
    }
    return count;
}

/* The first of the rounds that differ; NULL when none does. */
static const struct seat *first_difference(const struct seat *seats,
                                           size_t count)
{
    const struct seat *first = NULL;

    for (size_t i = 0; i < count; i++) {
        if (seats[i].differing != UINT64_MAX &&
            (!first || seats[i].differing < first->differing)) {
            first = &seats[i];
        }
    }
    return first;
}

/* ---- what is reported -------------------------------------------------- */

struct result {
    const char *words;
    uint64_t seed;
    size_t workers;
    double seconds;
    double processor_s;
    struct diff_counts counts;
};

static void add_result(struct result *sum, const struct result *more)
{
    sum->workers = more->workers;
    sum->seconds += more->seconds;
    sum->processor_s += more->processor_s;
    diff_counts_add(&sum->counts, &more->counts);
}

static double per(double count, double of)
{
    return of > 0.0 ? count / of : 0.0;
}

static void print_text(const struct result *result)
{
    const struct diff_counts *counts = &result->counts;
    double policies = (double)counts->policies;

    printf("%s: %.3g million cases/s, %.3g policies/s\n", result->words,
           per((double)counts->cases, result->seconds) / 1e6,
           per(policies, result->seconds));
    printf("  %" PRIu64 " cases, %" PRIu64
           " policies in %.1f s by %zu workers; nothing differs\n",
           counts->cases, counts->policies, result->seconds, result->workers);
    printf("  %.3g million cases for a second of one processor\n",
           per((double)counts->cases, result->processor_s) / 1e6);
    printf("  %.1f %% permitted; of a policy %.1f ACPs, %.1f rules, %.1f "
           "originators, %.1f contexts\n\n",
           100.0 * per((double)counts->permits, (double)counts->cases),
           per((double)counts->acps, policies),
           per((double)counts->rules, policies),
           per((double)counts->originators, policies),
           per((double)counts->contexts, policies));
}

/* How often each way was taken, and each member of a policy was what
 * decided. */
static void print_coverage(const struct diff_counts *counts)
{
    printf("  %-44s %14s\n  %-44s %14" PRIu64 "\n", "compared with", "cases",
           "the reference", counts->cases);
    for (size_t i = 0; i < DIFF_WAYS; i++) {
        printf("  %-44s %14" PRIu64 "\n", diff_ways[i].name, counts->ways[i]);
    }
    printf("\n  what decided, of %-19" PRIu64 " %12s %12s\n", counts->counted,
           "permits", "denials");
    for (size_t i = 0; i < DIFF_FEATURES; i++) {
        printf("  %-36s %12" PRIu64 " %12" PRIu64 "\n", diff_feature_names[i],
               counts->permitted_by[i], counts->denied_by[i]);
    }
}

static void print_json(const struct result *result)
{
    const struct diff_counts *counts = &result->counts;
    char machine[MACHINE_SIZE];

    bench_machine(machine, sizeof machine);
    printf("{\"bench\":\"diff\",\"case\":\"%s\",\"seed\":%" PRIu64
           ",\"workers\":%zu,\"seconds\":%.3f,\"processor_s\":%.3f"
           ",\"cases\":%" PRIu64 ",\"cases_per_s\":%.0f,\"policies\":%" PRIu64
           ",\"policies_per_s\":%.0f,\"permit_share\":%.4f",
           result->words, result->seed, result->workers, result->seconds,
           result->processor_s, counts->cases,
           per((double)counts->cases, result->seconds), counts->policies,
           per((double)counts->policies, result->seconds),
           per((double)counts->permits, (double)counts->cases));
    printf(",\"acps\":%" PRIu64 ",\"rules\":%" PRIu64
           ",\"originators\":%" PRIu64 ",\"contexts\":%" PRIu64
           ",\"counted\":%" PRIu64 ",\"ways\":{",
           counts->acps, counts->rules, counts->originators, counts->contexts,
           counts->counted);
    for (size_t i = 0; i < DIFF_WAYS; i++) {
        printf("%s\"%s\":%" PRIu64, i ? "," : "", diff_ways[i].name,
               counts->ways[i]);
    }
    printf("},\"decided_by\":{");
    for (size_t i = 0; i < DIFF_FEATURES; i++) {
        printf("%s\"%s\":[%" PRIu64 ",%" PRIu64 "]", i ? "," : "",
               diff_feature_names[i], counts->permitted_by[i],
               counts->denied_by[i]);
    }
    printf("},\"machine\":\"%s\"}\n", machine);
}

static void show_difference(const struct diff_round *round, uint64_t seed,
                            uint64_t number)
{
    (void)fprintf(stderr,
                  "postern-bench: WRONG: --replay=%" PRIu64 ":%" PRIu64
                  " shows it again\n",
                  seed, number);
    diff_round_show_difference(round, stderr);
}

/* ---- one kind of policies ---------------------------------------------- */

static struct stage stage_of(const struct bench_options *options,
                             enum diff_kind kind)
{
    struct stage stage = {.seed = options->seed, .kind = kind};
    double share = kinds[kind].percent / 100.0;

    stage.rounds =
        1 + (uint64_t)((double)options->size * share) / DIFF_REQUESTS;
    if (options->seconds > 0) {
        stage.rounds = UINT64_MAX / DIFF_KINDS - 1;
        stage.end_s = now_s() + (double)options->seconds * share;
    }
    return stage;
}

static void print(const struct bench_options *options,
                  const struct result *result)
{
    if (options->format == BENCH_FORMAT_JSON) {
        print_json(result);
    } else {
        print_text(result);
    }
}

/* False when something differs, or when there is nobody to do it. */
static bool run_kind(const struct bench_options *options, enum diff_kind kind,
                     struct result *sum)
{
    static struct seat seats[SEATS_MAX];
    struct result result = {.words = kinds[kind].words, .seed = options->seed};
    double start_s = now_s();
    struct stage stage = stage_of(options, kind);
    const struct seat *differing;

    result.workers = take_seats(seats, &stage);
    for (size_t i = 0; i < result.workers; i++) {
        pthread_join(seats[i].thread, NULL);
        diff_counts_add(&result.counts, &seats[i].counts);
        result.processor_s += seats[i].processor_s;
    }
    result.seconds = now_s() - start_s;
    differing = first_difference(seats, result.workers);
    if (differing) {
        show_difference(differing->round, stage.seed, differing->differing);
    } else if (result.workers > 0) {
        print(options, &result);
    }
    for (size_t i = 0; i < result.workers; i++) {
        diff_round_free(seats[i].round);
    }
    add_result(sum, &result);
    return result.workers > 0 && !differing;
}

/* ---- one round again --------------------------------------------------- */

static const char *read_number(const char *text, uint64_t *number)
{
    const char *at = text;

    *number = 0;
    while (*at >= '0' && *at <= '9' && *number <= (UINT64_MAX - 9) / 10) {
        *number = *number * 10 + (uint64_t)(*at++ - '0');
    }
    return at == text ? NULL : at;
}

static enum bench_result replay(const char *text)
{
    struct diff_counts counts = {.cases = 0};
    struct diff_round *round;
    uint64_t seed;
    uint64_t number = 0;
    const char *rest = read_number(text, &seed);
    bool same;

    rest = rest && *rest == ':' ? read_number(rest + 1, &number) : NULL;
    if (!rest || *rest != '\0') {
        (void)fprintf(stderr,
                      "postern-bench: --replay expects SEED:ROUND, not %s\n",
                      text);
        return BENCH_USAGE;
    }
    round = diff_round_new(DIFF_AT_VOLUME);
    if (!round) {
        return BENCH_FAILED;
    }
    same = diff_round_run(round, seed, number, &counts);
    if (same) {
        diff_round_show_policy(round, stdout);
        printf("%" PRIu64 " requests, %" PRIu64 " permitted; nothing differs\n",
               counts.cases, counts.permits);
    } else {
        show_difference(round, seed, number);
    }
    diff_round_free(round);
    return same ? BENCH_DONE : BENCH_FAILED;
}

static void print_sum(const struct bench_options *options,
                      const struct result *sum, size_t ran)
{
    if (ran > 1) {
        print(options, sum);
    }
    if (options->format == BENCH_FORMAT_TEXT) {
        print_coverage(&sum->counts);
    }
}

enum bench_result bench_diff(const struct bench_options *options)
{
    struct result sum = {.words = "all", .seed = options->seed};
    size_t ran = 0;

    if (options->replay) {
        return replay(options->replay);
    }
    for (size_t i = 0; i < DIFF_KINDS; i++) {
        if (!strstr(kinds[i].words, options->only)) {
            continue;
        }
        if (ran == 0 && options->format == BENCH_FORMAT_TEXT) {
            printf("seed %" PRIu64 "\n", options->seed);
        }
        ran++;
        if (!run_kind(options, (enum diff_kind)i, &sum)) {
            return BENCH_FAILED;
        }
    }
    if (ran == 0) {
        (void)fprintf(stderr, "postern-bench: no case is named: %s\n",
                      options->only);
        return BENCH_USAGE;
    }
    print_sum(options, &sum, ran);
    return BENCH_DONE;
}
