/*
 * Images: compiling against opening what was compiled, by the number of rules.
 * Files are in the page cache, as they are when a service starts again.
 */
#define _POSIX_C_SOURCE 200809L /* mkstemp, fsync, posix_fadvise */

#include "bench/image.h"

#include "bench/machine.h"
#include "bench/workload.h"

#include <postern/policy.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum {
    RUNS = 5,
    RULES_OF_ACP = 11, /* halves: one to ten, 5.5 on average */
    LARGEST_SHARE = 4  /* of the size: rules */
};

static const struct image_case {
    const char *words;
    uint32_t rules;
    bool one_acp;
} cases[] = {
    {"1,000 rules, 1 to 10 an ACP", 1000, false},
    {"1,000 rules in one ACP", 1000, true},
    {"100,000 rules, 1 to 10 an ACP", 100000, false},
    {"100,000 rules in one ACP", 100000, true},
    {"1,000,000 rules, 1 to 10 an ACP", 1000000, false},
};

/* Medians of a few runs. */
struct times {
    double compile_ms;
    double write_ms; /* to the disk */
    double check_ms; /* opened where it is in memory */
    double load_ms;  /* postern_acp_set_load_image() */
    double map_ms;   /* mapped and opened */
    double cold_ms;  /* the same of a file that is not in the page cache */
    double read_ms;  /* reading each word where it is in memory: the least */
    double first_ns; /* the first decision after loading */
};

struct bed {
    const struct bench_options *options;
    struct bench_workload workload;
    postern_request request;
    char path[64];
    const void *image;
    size_t size;
    volatile uint64_t sum; /* so that it is taken */
};

static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* ---- the steps; each returns milliseconds, or less than 0 ---------------- */

static double compile(struct bed *bed)
{
    double start = now_ms();

    if (!bench_workload_compile(&bed->workload)) {
        return -1;
    }
    return now_ms() - start;
}

static bool write_all(int file, const char *bytes, size_t size)
{
    while (size) {
        ssize_t count = write(file, bytes, size);

        if (count <= 0) {
            return false;
        }
        bytes += count;
        size -= (size_t)count;
    }
    return fsync(file) == 0;
}

static double write_file(struct bed *bed)
{
    double start = now_ms();
    int file = open(bed->path, O_WRONLY | O_TRUNC);
    bool done = file >= 0 && write_all(file, bed->image, bed->size);

    done = file >= 0 && close(file) == 0 && done;
    return done ? now_ms() - start : -1;
}

/* The set is freed outside the measured part. */
static double open_bytes(const void *bytes, size_t size)
{
    double start = now_ms();
    postern_acp_set *set;
    postern_diag diag;
    double took;

    if (postern_acp_set_open_image(&set, bytes, size, NULL, &diag) !=
        POSTERN_OK) {
        (void)fprintf(stderr, "postern-bench: %s\n", diag.message);
        return -1;
    }
    took = now_ms() - start;
    postern_acp_set_free(set);
    return took;
}

static double check(struct bed *bed)
{
    void *copy;
    double took;

    if (posix_memalign(&copy, 64, bed->size) != 0) {
        return -1;
    }
    memcpy(copy, bed->image, bed->size);
    took = open_bytes(copy, bed->size);
    free(copy);
    return took;
}

/* What a plain sum of its words takes. */
static double read_words(struct bed *bed)
{
    const uint64_t *words = bed->image;
    double start = now_ms();
    uint64_t sum = 0;

    for (size_t i = 0; i < bed->size / sizeof *words; i++) {
        sum += words[i];
    }
    bed->sum = sum;
    return now_ms() - start;
}

static double map(struct bed *bed, bool is_cold)
{
    int file = open(bed->path, O_RDONLY);
    double start;
    void *bytes;
    double took = -1;

    if (file < 0 ||
        (is_cold && posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) != 0)) {
        if (file >= 0) {
            (void)close(file);
        }
        return -1;
    }
    start = now_ms();
    bytes = mmap(NULL, bed->size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes != MAP_FAILED && open_bytes(bytes, bed->size) >= 0) {
        took = now_ms() - start;
    }
    if (bytes != MAP_FAILED) {
        (void)munmap(bytes, bed->size);
    }
    (void)close(file);
    return took;
}

/* Also takes the time of the first decision, which has to be the same. */
static double load(struct bed *bed, double *first_ns)
{
    double start = now_ms();
    postern_acp_set *set;
    postern_decision decision;
    double took;

    if (postern_acp_set_load_image(&set, bed->path, NULL, NULL) != POSTERN_OK) {
        return -1;
    }
    took = now_ms() - start;
    start = now_ms();
    decision =
        postern_decide_acps(set, (postern_acp_ref[]){{0}}, 1, &bed->request);
    *first_ns = (now_ms() - start) * 1e6;
    if (decision.effect != postern_decide_acps(bed->workload.set,
                                               (postern_acp_ref[]){{0}}, 1,
                                               &bed->request)
                               .effect) {
        (void)fprintf(stderr, "postern-bench: an image decides otherwise\n");
        took = -1;
    }
    postern_acp_set_free(set);
    return took;
}

/* ---- one case ---------------------------------------------------------- */

static bool measure(struct bed *bed, struct times *out)
{
    double runs[8][RUNS];

    for (size_t i = 0; i < RUNS; i++) {
        runs[0][i] = compile(bed);
        if (runs[0][i] < 0) {
            return false;
        }
        bed->image = postern_acp_set_image(bed->workload.set, &bed->size);
        runs[1][i] = write_file(bed);
        runs[2][i] = check(bed);
        runs[3][i] = load(bed, &runs[5][i]);
        runs[4][i] = map(bed, false);
        runs[6][i] = map(bed, true);
        runs[7][i] = read_words(bed);
        for (size_t k = 1; k <= 7; k++) {
            if (runs[k][i] < 0) {
                return false;
            }
        }
    }
    *out = (struct times){
        bench_median(runs[0], RUNS), bench_median(runs[1], RUNS),
        bench_median(runs[2], RUNS), bench_median(runs[3], RUNS),
        bench_median(runs[4], RUNS), bench_median(runs[6], RUNS),
        bench_median(runs[7], RUNS), bench_median(runs[5], RUNS)};
    return true;
}

static void print_case(const struct bed *bed, const struct image_case *self,
                       const struct times *times)
{
    double mb = (double)bed->size / 1e6;
    char machine[512];

    if (bed->options->format == BENCH_FORMAT_TEXT) {
        printf("%-32s %7.1f %8.1f %7.1f %8.2f %7.2f %7.2f %7.2f %7.2f %5.0f"
               " %5.1f %8.0f\n",
               self->words, mb, times->compile_ms, times->write_ms,
               times->check_ms, times->load_ms, times->map_ms, times->cold_ms,
               times->read_ms,
               times->check_ms * 1e6 / (double)bed->workload.rule_count,
               mb / times->check_ms, times->first_ns);
        (void)fflush(stdout);
        return;
    }
    bench_machine(machine, sizeof machine);
    printf("{\"bench\":\"image\",\"case\":\"%s\",\"acps\":%u,\"rules\":%u,"
           "\"originators\":%u,\"bytes\":%zu,\"compile_ms\":%.3f,"
           "\"write_ms\":%.3f,\"check_ms\":%.3f,\"load_ms\":%.3f,"
           "\"map_ms\":%.3f,\"cold_ms\":%.3f,\"read_ms\":%.3f,"
           "\"mb_per_s\":%.0f,\"first_ns\":%.0f,"
           "\"machine\":\"%s\"}\n",
           self->words, (unsigned)bed->workload.acp_count,
           (unsigned)bed->workload.rule_count,
           (unsigned)bed->workload.originator_count, bed->size,
           times->compile_ms, times->write_ms, times->check_ms, times->load_ms,
           times->map_ms, times->cold_ms, times->read_ms,
           mb / times->check_ms * 1e3, times->first_ns, machine);
    (void)fflush(stdout);
}

static void make_request(struct bed *bed)
{
    postern_request_init(&bed->request);
    (void)!postern_id_parse_entity(
        &bed->request.originator, &bed->workload.cse,
        postern_str_of("/plant-000012/Cpump-000123"));
    bed->request.operation = POSTERN_OP_RETRIEVE;
    bed->request.authenticated = true;
}

static bool run_case(struct bed *bed, const struct image_case *self)
{
    const struct bench_mix mix = {
        .seed = bed->options->seed,
        .acps = self->one_acp ? 1 : self->rules * 2 / RULES_OF_ACP,
        .rules_of_acp = self->one_acp ? self->rules : 0};
    struct times times;
    bool done = false;

    if (bench_workload_make(&bed->workload, &mix)) {
        make_request(bed);
        done = measure(bed, &times);
    }
    if (done) {
        print_case(bed, self, &times);
    }
    bench_workload_free(&bed->workload);
    return done;
}

static void print_head(const struct bench_options *options)
{
    char machine[512];

    if (options->format != BENCH_FORMAT_TEXT) {
        return;
    }
    bench_machine(machine, sizeof machine);
    printf("%s\nMilliseconds, medians of %d runs; the file is in the page "
           "cache but for \"cold\".\n\"read\": adding up its words.\n\n"
           "%-32s %7s %8s %7s %8s %7s %7s %7s %7s %5s %5s %8s\n",
           machine, RUNS, "", "MB", "compile", "write", "check", "load", "map",
           "cold", "read", "ns/r.", "GB/s", "first ns");
}

static bool is_wanted(const struct bench_options *options,
                      const struct image_case *self)
{
    return self->rules <= options->size / LARGEST_SHARE &&
           strstr(self->words, options->only);
}

enum bench_result bench_image(const struct bench_options *options)
{
    struct bed bed = {.options = options, .path = "/tmp/postern-bench-XXXXXX"};
    enum bench_result result = BENCH_USAGE;
    int file = mkstemp(bed.path);

    if (file < 0) {
        (void)fprintf(stderr,
                      "postern-bench: no file can be written in /tmp\n");
        return BENCH_FAILED;
    }
    (void)close(file);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (!is_wanted(options, &cases[i]) || result == BENCH_FAILED) {
            continue;
        }
        if (result == BENCH_USAGE) {
            print_head(options);
        }
        result = run_case(&bed, &cases[i]) ? BENCH_DONE : BENCH_FAILED;
    }
    (void)unlink(bed.path);
    if (result == BENCH_USAGE) {
        (void)fprintf(stderr, "postern-bench: no case is named: %s\n",
                      options->only);
    }
    return result;
}
