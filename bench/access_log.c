/*
 * What it takes to add lines to an access log, to sync them, to verify a log
 * and to find in it what one of a hundred subscribers asks for. Compared with
 * OpenSSL's SHA-256 of the same bytes alone; every line added has to be found
 * good.
 */
#define _XOPEN_SOURCE 700 /* mkdtemp */

#include "bench/access_log.h"

#include "bench/allocations.h"
#include "bench/machine.h"
#include "jose/digest.h"
#include "support/rng.h"
#include "support/temp_folder.h"

#include <postern/access_log.h>

enum {
    SUBSCRIBERS = 100,
    SYNCED = 200, /* lines, each synced */
    CHAIN_BYTES_PER = 671,
    MACHINE_SIZE = 512,
    NS_PER_S = 1000000000
};

struct row {
    const char *words;
    size_t calls; /* lines */
    struct bench_times times;
    uint64_t allocations;
};

struct bed {
    const struct bench_options *options;
    struct bench_clock clock;
    struct bench_yardsticks yardsticks;
    struct bench_samples samples;
    struct temp_folder folder;
    char path[128];
    char subscribers[SUBSCRIBERS][16];
    postern_access_log *log;
    postern_access access;
    double raw_ns;     /* SHA-256 of a line */
    double line_bytes; /* on average */
};

/* ---- what is timed ----------------------------------------------------- */

static uint32_t add(void *subject)
{
    struct bed *bed = subject;

    return postern_access_log_add(bed->log, &bed->access) == POSTERN_OK;
}

static uint32_t add_and_sync(void *subject)
{
    struct bed *bed = subject;

    return postern_access_log_add(bed->log, &bed->access) == POSTERN_OK &&
           postern_access_log_sync(bed->log) == POSTERN_OK;
}

/* As a gate writes it. */
static void draw(struct bed *bed, struct rng *rng)
{
    postern_access *access = &bed->access;

    access->time_s++;
    access->permitted = rng_below(rng, 8) != 0;
    access->subscriber =
        postern_str_of(bed->subscribers[rng_below(rng, SUBSCRIBERS)]);
    access->consent_version = 1 + rng_below(rng, 3);
}

static void begin(struct bed *bed)
{
    postern_access *access = &bed->access;

    postern_access_init(access);
    access->time_s = 1795341600;
    access->originator = postern_str_of("//acme.example/in-cse/Cmeter");
    access->provider = postern_str_of("acme");
    access->application = postern_str_of("acme-meter");
    access->device = postern_str_of("meter");
    access->data = postern_str_of("energy");
    access->operation = postern_str_of("retrieve");
    access->target = postern_str_of("cnt-meter-energy");
    access->reason = postern_str_of("consent");
    access->consent = postern_str_of("c-1");
    access->country = postern_str_of("NL");
    access->delete_by_s = access->time_s + 86400;
}

/* ---- adding ------------------------------------------------------------ */

static bool time_adding(struct bed *bed, bench_call *call, struct row *row)
{
    struct rng rng = {bed->options->seed};
    uint64_t allocations = bench_allocations();
    size_t added = 0;

    bed->samples.count = 0;
    for (size_t i = 0; i < row->calls; i++) {
        draw(bed, &rng);
        added += bench_time_call(&bed->samples, call, bed);
    }
    row->allocations = bench_allocations() - allocations;
    row->times = bench_times_of(&bed->clock, &bed->samples);
    return added == row->calls &&
           postern_access_log_sync(bed->log) == POSTERN_OK;
}

/* ---- reading ----------------------------------------------------------- */

static bool count_line(void *user, uint64_t line, const postern_access *access)
{
    size_t *count = user;

    (void)line;
    (void)access;
    ++*count;
    return true;
}

/* The lines of the log that are good, or that fit. */
static size_t read_log(struct bed *bed, bool finds)
{
    postern_access_query query;
    postern_access_head head;
    size_t count = 0;

    postern_access_query_init(&query);
    query.subscriber = postern_str_of(bed->subscribers[0]);
    if (finds) {
        return postern_access_log_query(bed->path, &query, count_line, &count,
                                        NULL) == POSTERN_OK
                   ? count
                   : 0;
    }
    return postern_access_log_verify(bed->path, (postern_str){NULL, 0}, &head,
                                     NULL) == POSTERN_OK
               ? (size_t)head.lines
               : 0;
}

/* Per line of whole passes: the median of some, and the slowest. */
static size_t time_reading(struct bed *bed, bool finds, struct row *row)
{
    double values[BENCH_SEGMENTS];
    size_t count = 0;

    for (size_t i = 0; i < BENCH_SEGMENTS; i++) {
        uint64_t from = bench_ticks();

        count = read_log(bed, finds);
        values[i] = (double)(bench_ticks() - from) * bed->clock.ns_per_tick /
                    (double)row->calls;
    }
    row->times.p50_ns = bench_median(values, BENCH_SEGMENTS);
    row->times.p99_ns = values[BENCH_SEGMENTS - 1];
    row->times.mean_ns = row->times.p50_ns;
    return count;
}

/* SHA-256 of as many bytes as a line has, and of the hash before. */
static bool time_raw(struct bed *bed, size_t calls)
{
    struct pst_digest *digest = pst_digest_new();
    char bytes[POSTERN_ACCESS_LINE_MAX] = {0};
    postern_str line = {bytes, (size_t)bed->line_bytes};
    uint8_t hash[PST_DIGEST] = {0};
    uint64_t from = bench_ticks();
    bool done = digest != NULL;

    for (size_t i = 0; i < calls && done; i++) {
        memcpy(bytes, hash, sizeof hash);
        done = pst_digest_of(digest, (postern_str){bytes, 64}, line, hash);
    }
    bed->raw_ns =
        (double)(bench_ticks() - from) * bed->clock.ns_per_tick / (double)calls;
    pst_digest_free(digest);
    return done;
}

/* ---- output ------------------------------------------------------------ */

static double per_second(const struct row *row)
{
    return row->times.mean_ns > 0.0 ? NS_PER_S / row->times.mean_ns : 0.0;
}

static void print_head(const struct bed *bed)
{
    char machine[MACHINE_SIZE];

    if (bed->options->format != BENCH_FORMAT_TEXT) {
        return;
    }
    bench_machine(machine, sizeof machine);
    printf("%s\nTimes in ns of a line on one thread, of %.0f bytes on average. "
           "raw: SHA-256 of\nit alone. Every line added was found good.\n\n",
           machine, bed->line_bytes);
    printf("%-34s %8s %8s %8s %6s %9s %6s %6s\n", "", "lines", "p50", "p99",
           "hash", "per s", "raw", "allocs");
}

static void print_row(struct bed *bed, const struct row *row)
{
    char machine[MACHINE_SIZE];
    double hash_ns = bench_hash_ns(&bed->yardsticks);
    double miss_ns = bench_miss_ns(&bed->yardsticks);

    if (bed->options->format == BENCH_FORMAT_TEXT) {
        printf("%-34s %8zu %8.0f %8.0f %6.1f %9.0f %6.0f %6llu\n", row->words,
               row->calls, row->times.p50_ns, row->times.p99_ns, hash_ns,
               per_second(row), bed->raw_ns,
               (unsigned long long)row->allocations);
        return;
    }
    bench_machine(machine, sizeof machine);
    printf("{\"bench\":\"access-log\",\"case\":\"%s\",\"calls\":%zu,"
           "\"line_bytes\":%.1f,\"p50_ns\":%.1f,\"p99_ns\":%.1f,"
           "\"per_second\":%.0f,\"raw_ns\":%.1f,",
           row->words, row->calls, bed->line_bytes, row->times.p50_ns,
           row->times.p99_ns, per_second(row), bed->raw_ns);
    printf(bench_allocations_are_counted() ? "\"allocs\":%llu,"
                                           : "\"allocs\":null,",
           (unsigned long long)row->allocations);
    printf("\"hash_ns\":%.1f,\"miss_ns\":%.1f,\"machine\":\"%s\"}\n", hash_ns,
           miss_ns, machine);
}

/* ---- all of it --------------------------------------------------------- */

static enum bench_result fail(const char *what)
{
    (void)fprintf(stderr, "postern-bench: %s\n", what);
    return BENCH_FAILED;
}

static bool measure_bytes(struct bed *bed, size_t lines)
{
    struct stat about;

    if (stat(bed->path, &about) != 0) {
        return false;
    }
    bed->line_bytes = (double)about.st_size / (double)lines;
    return time_raw(bed, lines);
}

static enum bench_result run_cases(struct bed *bed)
{
    size_t size = bed->options->size;
    struct row added = {.words = "added", .calls = size};
    struct row synced = {.words = "added and synced", .calls = SYNCED};
    struct row verified = {.words = "verified"};
    struct row found = {.words = "verified, one in 100 found"};
    size_t count;

    if (!time_adding(bed, add, &added) ||
        !time_adding(bed, add_and_sync, &synced)) {
        return fail("a line cannot be added");
    }
    verified.calls = found.calls = size + SYNCED + 1;
    if (time_reading(bed, false, &verified) != verified.calls) {
        return fail("WRONG: not every line is found good");
    }
    count = time_reading(bed, true, &found);
    if (count == 0 || count > found.calls / SUBSCRIBERS * 2) {
        return fail("WRONG: other lines are found than were written");
    }
    if (!measure_bytes(bed, verified.calls)) {
        return fail("the log cannot be looked at");
    }
    print_head(bed);
    print_row(bed, &added);
    print_row(bed, &synced);
    print_row(bed, &verified);
    print_row(bed, &found);
    return BENCH_DONE;
}

static enum bench_result open_and_run(struct bed *bed)
{
    postern_diag diag;
    enum bench_result result;

    if (postern_access_log_open(&bed->log, bed->path, NULL, &diag) !=
        POSTERN_OK) {
        return fail(diag.message);
    }
    begin(bed);
    result = run_cases(bed);
    (void)postern_access_log_close(bed->log);
    return result;
}

static bool take_memory(struct bed *bed)
{
    size_t size = bed->options->size;

    bed->samples.ticks = calloc(size, sizeof *bed->samples.ticks);
    bed->samples.capacity = size;
    for (size_t i = 0; i < BENCH_HASHED_TEXTS; i++) {
        (void)snprintf(bed->yardsticks.texts[i],
                       sizeof bed->yardsticks.texts[i], "Cae%07zu", i * 7919);
        bed->yardsticks.hashed[i] = postern_str_of(bed->yardsticks.texts[i]);
    }
    for (size_t i = 0; i < SUBSCRIBERS; i++) {
        (void)snprintf(bed->subscribers[i], sizeof bed->subscribers[i],
                       "p-%06zu", i * 7919);
    }
    return bed->samples.ticks &&
           bench_yardsticks_start(&bed->yardsticks, &bed->clock,
                                  size * CHAIN_BYTES_PER);
}

enum bench_result bench_access_log(const struct bench_options *options)
{
    static struct bed bed;
    enum bench_result result = BENCH_FAILED;

    if (options->only[0]) {
        (void)fprintf(stderr, "postern-bench: no case is named: %s\n",
                      options->only);
        return BENCH_USAGE;
    }
    bed = (struct bed){.options = options};
    bench_clock_start(&bed.clock);
    temp_folder_open_on_disk(&bed.folder);
    temp_folder_path(&bed.folder, "access.log", bed.path, sizeof bed.path);
    result = take_memory(&bed) ? open_and_run(&bed) : fail("no memory");
    temp_folder_close(&bed.folder);
    bench_yardsticks_stop(&bed.yardsticks);
    free(bed.samples.ticks);
    return result;
}
