#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include "bench/peers/peer.h"

#include "bench/allocations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    CHAIN_BYTES = 64 * 1024 * 1024,
    LEAST_CALLS = 20000, /* of a segment, while there is time */
    RULE_FIELDS = 7,
    REQUEST_FIELDS = 8,
    NS_PER_S = 1000000000
};

#define ENOUGH_S 0.5  /* of a segment, once every request was decided */
#define LONG_NS 100e3 /* longer decisions count by processor time */

/* ---- files ------------------------------------------------------------- */

static char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    long size = -1;

    if (file && fseek(file, 0, SEEK_END) == 0) {
        size = ftell(file);
        rewind(file);
    }
    if (size >= 0) {
        text = malloc((size_t)size + 1);
    }
    if (text && fread(text, 1, (size_t)size, file) != (size_t)size) {
        free(text);
        text = NULL;
    }
    if (text) {
        text[size] = '\0';
    }
    if (file) {
        (void)fclose(file);
    }
    return text;
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;

    for (; *text; text++) {
        lines += *text == '\n';
    }
    return lines;
}

/* Cuts one line into its fields; where the next one begins, or NULL. */
static char *next_line(char *text, postern_str *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t len = strcspn(text, "\t\n");
        char wanted = i + 1 < count ? '\t' : '\n';

        if (text[len] != wanted) {
            return NULL;
        }
        text[len] = '\0';
        fields[i] = (postern_str){text, len};
        text += len + 1;
    }
    return text;
}

static int64_t number_of(postern_str text)
{
    int64_t number = 0;

    for (size_t i = 0; i < text.len; i++) {
        number = number * 10 + (text.data[i] - '0');
    }
    return number;
}

static uint32_t address_of(postern_str text)
{
    uint32_t address = 0;
    uint32_t byte = 0;

    for (size_t i = 0; i < text.len && text.data[i] != '/'; i++) {
        if (text.data[i] == '.') {
            address = address << 8 | byte;
            byte = 0;
        } else {
            byte = byte * 10 + (uint32_t)(text.data[i] - '0');
        }
    }
    return address << 8 | byte;
}

static uint32_t bits_of(postern_str prefix)
{
    const char *slash = strchr(prefix.data, '/');

    return slash ? (uint32_t)number_of(postern_str_of(slash + 1)) : 32;
}

static bool read_rules(struct peer_case *peers, char *text)
{
    postern_str f[RULE_FIELDS];

    for (size_t i = 0; i < peers->rule_count && text; i++) {
        text = next_line(text, f, RULE_FIELDS);
        if (text) {
            peers->rules[i] = (struct peer_rule){
                .target = f[0],
                .originator = f[1],
                .operations = (uint32_t)number_of(f[2]),
                .first = (uint32_t)number_of(f[3]),
                .end = (uint32_t)number_of(f[4]),
                .prefix = f[5],
                .address = address_of(f[5]),
                .bits = bits_of(f[5]),
                .windows = f[6],
            };
        }
    }
    return text != NULL;
}

static bool read_requests(struct peer_case *peers, char *text)
{
    postern_str f[REQUEST_FIELDS];

    for (size_t i = 0; i < peers->request_count && text; i++) {
        text = next_line(text, f, REQUEST_FIELDS);
        if (text) {
            peers->requests[i] = (struct peer_request){
                .target = f[0],
                .originator = f[1],
                .operation = (uint32_t)number_of(f[2]),
                .time_s = number_of(f[3]),
                .minute = (uint32_t)number_of(f[4]),
                .address_text = f[5],
                .address = address_of(f[5]),
                .expected = f[6].data[0] == '1',
                .kind = f[7],
            };
        }
    }
    return text != NULL;
}

static bool read_case(struct peer_case *peers, char **argv)
{
    peers->texts[0] = read_text(argv[1]);
    peers->texts[1] = read_text(argv[2]);
    if (!peers->texts[0] || !peers->texts[1]) {
        return false;
    }
    peers->rule_count = count_lines(peers->texts[0]);
    peers->request_count = count_lines(peers->texts[1]);
    peers->rules = calloc(peers->rule_count + 1, sizeof *peers->rules);
    peers->requests = calloc(peers->request_count + 1, sizeof *peers->requests);
    peers->wrong = calloc(peers->request_count + 1, sizeof *peers->wrong);
    return peers->rules && peers->requests && peers->wrong &&
           peers->request_count > 0 && read_rules(peers, peers->texts[0]) &&
           read_requests(peers, peers->texts[1]);
}

static void hash_their_originators(struct peer_case *peers)
{
    for (size_t i = 0; i < BENCH_HASHED_TEXTS; i++) {
        peers->yardsticks.hashed[i] =
            peers->requests[i % peers->request_count].originator;
    }
}

bool peer_case_open(struct peer_case *peers, int argc, char **argv)
{
    *peers = (struct peer_case){0};
    if (argc != 4) {
        (void)fprintf(stderr, "Usage: %s RULES REQUESTS BUDGET_S\n", argv[0]);
        return false;
    }
    peers->budget_s = (double)number_of(postern_str_of(argv[3]));
    if (!read_case(peers, argv)) {
        (void)fprintf(stderr, "%s: %s or %s cannot be read\n", argv[0], argv[1],
                      argv[2]);
        return false;
    }
    peers->samples.capacity = peers->request_count + LEAST_CALLS;
    peers->samples.ticks =
        calloc(peers->samples.capacity, sizeof *peers->samples.ticks);
    bench_clock_start(&peers->clock);
    if (!peers->samples.ticks ||
        !bench_yardsticks_start(&peers->yardsticks, &peers->clock,
                                CHAIN_BYTES)) {
        (void)fprintf(stderr, "%s: no memory\n", argv[0]);
        return false;
    }
    hash_their_originators(peers);
    return true;
}

void peer_case_close(struct peer_case *peers)
{
    bench_yardsticks_stop(&peers->yardsticks);
    free(peers->samples.ticks);
    free(peers->rules);
    free(peers->requests);
    free(peers->wrong);
    free(peers->texts[0]);
    free(peers->texts[1]);
}

/* ---- the machine ------------------------------------------------------- */

double peer_now_s(void)
{
    struct timespec now = {0, 0};

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / NS_PER_S;
}

/* ---- decisions --------------------------------------------------------- */

struct series {
    const struct peer_engine *engine;
    size_t calls;
    size_t next; /* decisions so far: from there the next request is taken */
    uint64_t allocations;
    bool slow; /* as the segment before has shown */
    double p50[BENCH_SEGMENTS];
    double p99[BENCH_SEGMENTS];
    double hash[BENCH_SEGMENTS];
    double miss[BENCH_SEGMENTS];
};

/* Of slow ones the processor time, so that what others use does not count; to
 * ask for it takes too long for quick ones. */
static uint32_t time_lot(struct peer_case *peers, const struct series *series)
{
    const struct peer_engine *engine = series->engine;
    double start_s = series->slow ? bench_cpu_s() : 0.0;
    uint32_t answers =
        bench_time_call(&peers->samples, engine->decide, engine->subject);

    if (series->slow) {
        peers->samples.ticks[peers->samples.count - 1] =
            (uint64_t)((bench_cpu_s() - start_s) * NS_PER_S /
                       peers->clock.ns_per_tick);
    }
    return answers;
}

static void decide_lot(struct peer_case *peers, struct series *series)
{
    const struct peer_engine *engine = series->engine;
    size_t places[PEER_LOT_MAX];
    uint32_t answers;

    for (uint32_t i = 0; i < engine->lot; i++) {
        places[i] = series->next++ % peers->request_count;
        engine->stage(engine->subject, &peers->requests[places[i]], i);
    }
    answers = time_lot(peers, series);
    series->calls++;
    for (uint32_t i = 0; i < engine->lot; i++) {
        bool permit = answers >> i & 1;

        if (permit != peers->requests[places[i]].expected) {
            peers->wrong[places[i]] = true;
        }
    }
}

/* Goes on where the segment before stopped, so that slow engines decide each
 * request once, and quick ones often. */
static void run_segment(struct peer_case *peers, struct series *series)
{
    double start_s = peer_now_s();
    uint64_t allocations = bench_allocations();
    size_t wanted =
        (peers->request_count + BENCH_SEGMENTS - 1) / BENCH_SEGMENTS;

    wanted = wanted > LEAST_CALLS ? wanted : LEAST_CALLS;
    peers->samples.count = 0;
    for (size_t done = 0; done < wanted; done += series->engine->lot) {
        double passed_s = peer_now_s() - start_s;

        if (passed_s > peers->budget_s / BENCH_SEGMENTS ||
            (passed_s > ENOUGH_S && series->next >= peers->request_count)) {
            break;
        }
        decide_lot(peers, series);
    }
    series->allocations += bench_allocations() - allocations;
}

static void print_wrong(const struct peer_case *peers)
{
    const char *before = "";

    printf(",\"wrong\":[");
    for (size_t i = 0; i < peers->request_count; i++) {
        if (peers->wrong[i]) {
            printf("%s%zu", before, i);
            before = ",";
        }
    }
    printf("]");
}

static void print_series(const struct peer_case *peers, struct series *series)
{
    const struct peer_engine *engine = series->engine;
    size_t checked = series->next < peers->request_count ? series->next
                                                         : peers->request_count;

    printf("{\"engine\":\"%s\",\"variant\":\"%s\",\"version\":\"%s\"",
           engine->engine, engine->variant, engine->version);
    printf(",\"timed\":\"%s\",\"calls\":%zu,\"checked\":%zu", engine->timed,
           series->calls, checked);
    printf(",\"p50_ns\":%.1f,\"p99_ns\":%.1f",
           bench_median(series->p50, BENCH_SEGMENTS) / engine->lot,
           bench_median(series->p99, BENCH_SEGMENTS) / engine->lot);
    printf(",\"hash_ns\":%.1f,\"miss_ns\":%.1f",
           bench_median(series->hash, BENCH_SEGMENTS),
           bench_median(series->miss, BENCH_SEGMENTS));
    if (bench_allocations_are_counted()) {
        printf(",\"allocs\":%llu", (unsigned long long)series->allocations);
    }
    printf(",\"load_s\":%.6f,\"bytes\":%zu,\"bytes_by\":\"%s\"", engine->load_s,
           engine->bytes, engine->bytes_by);
    print_wrong(peers);
    printf("}\n");
    (void)fflush(stdout);
}

void peer_measure(struct peer_case *peers, const struct peer_engine *engine)
{
    struct series series = {.engine = engine};

    memset(peers->wrong, 0, peers->request_count * sizeof *peers->wrong);
    for (size_t i = 0; i < BENCH_SEGMENTS; i++) {
        struct bench_times times;

        series.miss[i] = bench_miss_ns(&peers->yardsticks);
        series.hash[i] = bench_hash_ns(&peers->yardsticks);
        run_segment(peers, &series);
        times = bench_times_of(&peers->clock, &peers->samples);
        series.p50[i] = times.p50_ns;
        series.p99[i] = times.p99_ns;
        series.slow = times.p50_ns > LONG_NS;
    }
    print_series(peers, &series);
}
