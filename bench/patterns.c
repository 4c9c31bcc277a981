/*
 * What it takes to find the patterns that an originator matches which was not
 * seen before, to index them, and to hold the index. Compared with one match of
 * one segment, and with trying each pattern; for some of the identifiers it is
 * compared that both find the same.
 *
 * Two sorts of patterns: such as policies have, a tenth of them with several
 * stars in one segment, and hostile ones that all have the same beginning and
 * end, none, so that nothing but what is between their stars tells them apart.
 */
#include "bench/patterns.h"

#include "base/str.h"
#include "bench/allocations.h"
#include "bench/machine.h"
#include "support/pattern_pool.h"
#include "support/rng.h"

#include <stdio.h>

enum {
    TEXT_SIZE = 96,
    IDS_SHARE = 20, /* of the size */
    CHECKED = 100,  /* identifiers */
    TRIED_TWICE = 4,
    GLOBS = 4096,
    GLOB_PATTERNS = 16,
    BUILDS = 5,
    HOSTILE_LETTERS = 16,
    HOSTILE_LENGTH = 24,
    CHAIN_BYTES_PER = 671,
    MACHINE_SIZE = 512,
    WORST_LENGTH = 256,
    NS_PER_S = 1000000000
};

static const struct patterns_case {
    const char *words;
    uint32_t patterns;
    bool hostile;
} cases[] = {
    {"4 patterns of a policy", 4, false},
    {"5 patterns of a policy", 5, false},
    {"100 patterns of policies", 100, false},
    {"1,000 patterns of policies", 1000, false},
    {"5,000 patterns of policies", 5000, false},
    {"20,000 patterns of policies", 20000, false},
    {"5,000 hostile patterns", 5000, true},
    {"20,000 hostile patterns", 20000, true},
};

enum { CASES = sizeof cases / sizeof cases[0] };

/* An identifier, the pattern it was made from, and its texts. */
struct known {
    postern_id id;
    uint32_t pattern;
    char texts[3][TEXT_SIZE];
};

struct bed {
    const struct bench_options *options;
    struct bench_clock clock;
    struct bench_yardsticks yardsticks;
    struct bench_samples samples;
    struct pattern_pool pool;
    struct pst_patterns patterns;
    struct known *ids;
    size_t id_count;
    const struct known *current;
};

struct row {
    const struct patterns_case *current;
    struct bench_times times;
    double glob_ns;   /* one match of one segment */
    double trying_ns; /* all of them */
    double matches;   /* on average */
    double build_ns;  /* by pattern */
    double bytes;     /* of the index, by pattern */
    struct pst_pattern_cost worst;
    uint64_t allocations;
    size_t checked;
};

/* ---- patterns ---------------------------------------------------------- */

/* Of ten: four of AEs of other providers, two of kinds of plants, two of
 * serials of this provider, one by its end and one with several stars. */
static void add_usual(struct pattern_pool *pool, uint32_t number)
{
    char domain[TEXT_SIZE] = "sp.example";
    char first[TEXT_SIZE];
    char second[TEXT_SIZE] = "";
    uint32_t form = number % 10;

    (void)snprintf(first, sizeof first, "cse%u", number / 40);
    if (form < 4) {
        (void)snprintf(domain, sizeof domain, "sp%u.example", number / 10 % 90);
        (void)snprintf(second, sizeof second, "C%02u%u*", form, number % 70);
    } else if (form < 6) {
        (void)snprintf(first, sizeof first, "plant-%u-*", number);
        (void)snprintf(second, sizeof second, "C*");
    } else if (form < 8) {
        (void)snprintf(first, sizeof first, "S%05u*", number);
    } else if (form == 8) {
        (void)snprintf(second, sizeof second, "C*-%u", number % 100);
    } else {
        (void)snprintf(second, sizeof second, "C*p%u*-%u*", number % 97,
                       number / 97);
    }
    pool_add(pool, postern_str_of(domain), postern_str_of(first),
             second[0] ? postern_str_of(second) : (postern_str){NULL, 0});
}

/* "*ab*cd*": each number another. */
static void add_hostile(struct pattern_pool *pool, uint32_t number)
{
    char second[] = "*ab*cd*";
    uint32_t letters = number * 40503; /* odd: a permutation of 16 bits */

    second[1] = (char)('a' + (letters & 15));
    second[2] = (char)('a' + (letters >> 4 & 15));
    second[4] = (char)('a' + (letters >> 8 & 15));
    second[5] = (char)('a' + (letters >> 12 & 15));
    pool_add(pool, PST_STR("sp.example"), PST_STR("cse7"),
             postern_str_of(second));
}

/* ---- identifiers ------------------------------------------------------- */

/* Something in the place of each star. */
static postern_str fill_part(char text[TEXT_SIZE], const struct bed *bed,
                             struct pst_text_ref part, struct rng *rng)
{
    size_t len = 0;

    for (uint32_t i = 0; i < part.len; i++) {
        char c = bed->patterns.texts[part.offset + i];
        uint32_t more = c == '*' ? rng_below(rng, 7) : 1;

        for (uint32_t k = 0; k < more && len < TEXT_SIZE; k++) {
            text[len++] = c == '*' ? "0123456789pump-"[rng_below(rng, 15)] : c;
        }
    }
    return (postern_str){text, len};
}

/* As one pattern wants it; every second one has one character changed. */
static void draw_usual(const struct bed *bed, struct known *known,
                       struct rng *rng)
{
    const struct pst_pattern *pattern =
        &bed->patterns.patterns[rng_below(rng, bed->patterns.count)];
    postern_id *id = &known->id;

    known->pattern = (uint32_t)(pattern - bed->patterns.patterns);
    id->domain = fill_part(known->texts[0], bed, pattern->domain, rng);
    id->first = fill_part(known->texts[1], bed, pattern->first, rng);
    if (pattern->segments == 2) {
        id->second = fill_part(known->texts[2], bed, pattern->second, rng);
    }
    if (rng_below(rng, 2)) {
        uint32_t part = rng_below(rng, pattern->segments + 1);
        size_t len[] = {id->domain.len, id->first.len, id->second.len};

        known->texts[part][rng_below(rng, (uint32_t)len[part])] = '9';
    }
}

static void draw_hostile(const struct bed *bed, struct known *known,
                         struct rng *rng)
{
    postern_id *id = &known->id;

    known->pattern = rng_below(rng, bed->patterns.count);
    for (uint32_t i = 0; i < HOSTILE_LENGTH; i++) {
        known->texts[2][i] = (char)('a' + rng_below(rng, HOSTILE_LETTERS));
    }
    id->domain = PST_STR("sp.example");
    id->first = PST_STR("cse7");
    id->second = (postern_str){known->texts[2], HOSTILE_LENGTH};
}

/* ---- what is timed ----------------------------------------------------- */

static bool count_match(void *user, uint32_t pattern)
{
    uint32_t *sum = user;

    *sum += pattern + 1;
    return true;
}

/* Both: the numbers of the patterns found, from 1, added. */
static uint32_t find(void *subject)
{
    const struct bed *bed = subject;
    uint32_t sum = 0;

    (void)pst_pattern_index_find(&bed->patterns, &bed->current->id, count_match,
                                 &sum);
    return sum;
}

static uint32_t try_each(void *subject)
{
    const struct bed *bed = subject;
    struct pst_patterns one = bed->patterns;
    uint32_t sum = 0;

    one.count = 1;
    for (uint32_t i = 0; i < bed->patterns.count; i++) {
        uint32_t found = 0;

        one.patterns = &bed->patterns.patterns[i];
        (void)pst_pattern_index_find(&one, &bed->current->id, count_match,
                                     &found);
        sum += found ? i + 1 : 0;
    }
    return sum;
}

/* The first segment of an identifier and of the pattern it was made from. */
static uint32_t match_one(void *subject)
{
    const struct bed *bed = subject;
    const struct pst_pattern *pattern =
        &bed->patterns.patterns[bed->current->pattern];
    bool two = pattern->segments == 2;
    struct pst_text_ref part = two ? pattern->second : pattern->first;
    uint32_t skipped = pattern->domain.len + (two ? pattern->first.len : 0);

    return pst_wildcard_matches(
        (postern_str){bed->patterns.texts + part.offset, part.len},
        bed->patterns.failures + pattern->failures + skipped,
        two ? bed->current->id.second : bed->current->id.first);
}

/* Each identifier once, or so many of them. */
static struct bench_times time_each(struct bed *bed, bench_call *call,
                                    size_t count)
{
    bed->samples.count = 0;
    for (size_t i = 0; i < count; i++) {
        bed->current = &bed->ids[i];
        (void)bench_time_call(&bed->samples, call, bed);
    }
    return bench_times_of(&bed->clock, &bed->samples);
}

/* Many matches in a row, as one by one they are shorter than their timing; of
 * few patterns, as one that is at hand. */
static double time_globs(struct bed *bed)
{
    double rounds[BENCH_SEGMENTS];
    volatile uint32_t sink = 0;

    for (size_t r = 0; r < BENCH_SEGMENTS; r++) {
        uint64_t start = bench_ticks();

        for (size_t i = 0; i < GLOBS; i++) {
            bed->current = &bed->ids[i % GLOB_PATTERNS];
            sink += match_one(bed);
        }
        rounds[r] =
            (double)(bench_ticks() - start) * bed->clock.ns_per_tick / GLOBS;
    }
    (void)sink;
    return bench_median(rounds, BENCH_SEGMENTS);
}

static double time_building(struct bed *bed)
{
    struct pst_patterns view = pool_view(&bed->pool);
    double rounds[BUILDS];

    for (size_t r = 0; r < BUILDS; r++) {
        struct pst_vec out;
        double start_s;

        pst_vec_init(&out, sizeof(uint32_t));
        start_s = bench_cpu_s();
        if (pst_pattern_index_build(&view, &bed->pool.allocator, &out) !=
            POSTERN_OK) {
            return 0.0;
        }
        rounds[r] = (bench_cpu_s() - start_s) * NS_PER_S / view.count;
        pst_vec_release(&out, &bed->pool.allocator);
    }
    return bench_median(rounds, BUILDS);
}

/* ---- one case ---------------------------------------------------------- */

/* The same is found by trying each pattern; 0 if it is not. */
static size_t check(struct bed *bed)
{
    size_t checked = bed->id_count < CHECKED ? bed->id_count : CHECKED;

    for (size_t i = 0; i < checked; i++) {
        bed->current = &bed->ids[i];
        if (find(bed) != try_each(bed)) {
            (void)fprintf(stderr,
                          "postern-bench: WRONG: other patterns are "
                          "found for identifier %zu\n",
                          i);
            return 0;
        }
    }
    return checked;
}

static bool count_one(void *user, uint32_t pattern)
{
    uint64_t *count = user;

    (void)pattern;
    ++*count;
    return true;
}

static double mean_matches(const struct bed *bed)
{
    uint64_t count = 0;

    for (size_t i = 0; i < bed->id_count; i++) {
        (void)pst_pattern_index_find(&bed->patterns, &bed->ids[i].id, count_one,
                                     &count);
    }
    return (double)count / (double)bed->id_count;
}

static bool prepare(struct bed *bed, const struct patterns_case *current)
{
    struct rng rng = {bed->options->seed};

    for (uint32_t i = 0; i < current->patterns; i++) {
        if (current->hostile) {
            add_hostile(&bed->pool, i);
        } else {
            add_usual(&bed->pool, i);
        }
    }
    if (pool_build(&bed->pool) != POSTERN_OK) {
        (void)fprintf(stderr, "postern-bench: no index of the patterns\n");
        return false;
    }
    bed->patterns = pool_view(&bed->pool);
    for (size_t i = 0; i < bed->id_count; i++) {
        bed->ids[i] = (struct known){.id = {.kind = POSTERN_ID_ENTITY}};
        if (current->hostile) {
            draw_hostile(bed, &bed->ids[i], &rng);
        } else {
            draw_usual(bed, &bed->ids[i], &rng);
        }
    }
    return true;
}

static bool measure(struct bed *bed, struct row *row)
{
    uint64_t allocations;

    row->checked = check(bed);
    if (row->checked == 0 || !pool_is_sound(&bed->patterns) ||
        pst_pattern_index_worst(&bed->patterns, WORST_LENGTH,
                                &bed->pool.allocator,
                                &row->worst) != POSTERN_OK) {
        return false;
    }
    row->matches = mean_matches(bed);
    row->build_ns = time_building(bed);
    row->bytes = bed->patterns.index_words * (double)sizeof(uint32_t) /
                 bed->patterns.count;
    row->trying_ns = time_each(bed, try_each,
                               bed->id_count / TRIED_TWICE < row->checked
                                   ? bed->id_count / TRIED_TWICE
                                   : row->checked)
                         .p50_ns;
    row->glob_ns = time_globs(bed);
    allocations = bench_allocations();
    row->times = time_each(bed, find, bed->id_count);
    row->allocations = bench_allocations() - allocations;
    return true;
}

/* ---- output ------------------------------------------------------------ */

static double ratio(double a, double b)
{
    return b > 0.0 ? a / b : 0.0;
}

static void print_head(const struct bed *bed)
{
    char machine[MACHINE_SIZE];

    if (bed->options->format != BENCH_FORMAT_TEXT) {
        return;
    }
    bench_machine(machine, sizeof machine);
    printf("%s\nTimes in ns to find all patterns that an originator matches, "
           "on one thread; every\noriginator is another one. glob: one match "
           "of one segment with the pattern the\noriginator was made from. "
           "trying: all patterns one by one. build and bytes: of\nthe index, "
           "by pattern. worst: the most lookups and trials for any originator "
           "of\n%d characters.\n\n",
           machine, WORST_LENGTH);
    printf("%-28s %7s %7s %6s %6s %9s %7s %6s %6s %7s %7s %6s\n", "", "p50",
           "p99", "glob", "/glob", "trying", "match", "build", "bytes",
           "lookups", "trials", "allocs");
}

static void print_text(const struct row *row)
{
    printf("%-28s %7.0f %7.0f %6.1f %6.1f %9.0f %7.2f %6.0f %6.1f %7llu %7llu ",
           row->current->words, row->times.p50_ns, row->times.p99_ns,
           row->glob_ns, ratio(row->times.p50_ns, row->glob_ns), row->trying_ns,
           row->matches, row->build_ns, row->bytes,
           (unsigned long long)row->worst.lookups,
           (unsigned long long)row->worst.trials);
    printf(bench_allocations_are_counted() ? "%6llu\n" : "     ?\n",
           (unsigned long long)row->allocations);
}

static void print_json(struct bed *bed, const struct row *row)
{
    char machine[MACHINE_SIZE];

    bench_machine(machine, sizeof machine);
    printf("{\"bench\":\"patterns\",\"case\":\"%s\",\"patterns\":%u,"
           "\"calls\":%zu,\"p50_ns\":%.1f,\"p99_ns\":%.1f,"
           "\"per_second\":%.0f,\"glob_ns\":%.1f,\"ratio\":%.2f,",
           row->current->words, row->current->patterns, bed->id_count,
           row->times.p50_ns, row->times.p99_ns,
           ratio(NS_PER_S, row->times.mean_ns), row->glob_ns,
           ratio(row->times.p50_ns, row->glob_ns));
    printf("\"trying_ns\":%.1f,\"matches\":%.3f,\"build_ns\":%.1f,"
           "\"bytes_per_pattern\":%.1f,\"worst_lookups\":%llu,"
           "\"worst_trials\":%llu,\"checked\":%zu,",
           row->trying_ns, row->matches, row->build_ns, row->bytes,
           (unsigned long long)row->worst.lookups,
           (unsigned long long)row->worst.trials, row->checked);
    printf(bench_allocations_are_counted() ? "\"allocs\":%llu,"
                                           : "\"allocs\":null,",
           (unsigned long long)row->allocations);
    printf("\"hash_ns\":%.1f,\"miss_ns\":%.1f,\"machine\":\"%s\"}\n",
           bench_hash_ns(&bed->yardsticks), bench_miss_ns(&bed->yardsticks),
           machine);
}

/* ---- all of it --------------------------------------------------------- */

static bool run_case(struct bed *bed, const struct patterns_case *current)
{
    struct row row = {.current = current};
    bool done;

    pool_init(&bed->pool);
    done = prepare(bed, current) && measure(bed, &row);
    pool_release(&bed->pool);
    if (done && bed->options->format == BENCH_FORMAT_TEXT) {
        print_text(&row);
    } else if (done) {
        print_json(bed, &row);
    }
    (void)fflush(stdout);
    return done;
}

static enum bench_result run_cases(struct bed *bed)
{
    size_t run = 0;

    for (size_t i = 0; i < CASES; i++) {
        if (strstr(cases[i].words, bed->options->only)) {
            if (run++ == 0) {
                print_head(bed);
            }
            if (!run_case(bed, &cases[i])) {
                return BENCH_FAILED;
            }
        }
    }
    if (run == 0) {
        (void)fprintf(stderr, "postern-bench: no such case: %s\n",
                      bed->options->only);
        return BENCH_USAGE;
    }
    return BENCH_DONE;
}

static bool take_memory(struct bed *bed)
{
    size_t size = bed->options->size;

    bed->id_count = size / IDS_SHARE;
    bed->ids = calloc(bed->id_count, sizeof *bed->ids);
    bed->samples.ticks = calloc(bed->id_count, sizeof *bed->samples.ticks);
    bed->samples.capacity = bed->id_count;
    for (size_t i = 0; i < BENCH_HASHED_TEXTS; i++) {
        (void)snprintf(bed->yardsticks.texts[i],
                       sizeof bed->yardsticks.texts[i], "/cse%02zu/C%07zu",
                       i % 90, i * 7919);
        bed->yardsticks.hashed[i] = postern_str_of(bed->yardsticks.texts[i]);
    }
    return bed->ids && bed->samples.ticks;
}

enum bench_result bench_patterns(const struct bench_options *options)
{
    static struct bed bed;
    enum bench_result result = BENCH_FAILED;

    bed = (struct bed){.options = options};
    bench_clock_start(&bed.clock);
    if (bench_yardsticks_start(&bed.yardsticks, &bed.clock,
                               options->size * CHAIN_BYTES_PER) &&
        take_memory(&bed)) {
        result = run_cases(&bed);
    } else {
        (void)fprintf(stderr, "postern-bench: no memory\n");
    }
    bench_yardsticks_stop(&bed.yardsticks);
    free(bed.samples.ticks);
    free(bed.ids);
    return result;
}
