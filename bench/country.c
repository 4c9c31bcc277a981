/*
 * What it takes to look the country of an address up, and to load a database
 * of countries: one from a file, compared with libmaxminddb's lookups of the
 * same file, or one that is drawn, compared with a plain binary search.
 */
#define _POSIX_C_SOURCE 200809L /* stat */

#include "bench/country.h"

#include "bench/allocations.h"
#include "bench/country_ranges.h"
#include "bench/machine.h"
#include "support/country_reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum {
    HOT_ADDRESSES = BENCH_HASHED_TEXTS,
    HOT_SHARE = 20,        /* of the size: calls of one hot segment */
    CHAIN_BYTES_PER = 671, /* of the size: 256 MiB by default */
    MACHINE_SIZE = 512,
    MIB = 1024 * 1024,
    NS_PER_S = 1000000000
};

static const struct country_case {
    const char *words;
    uint8_t family;
    bool cold;
} cases[] = {
    {"IPv4, 256 addresses", 4, false},
    {"IPv4, every address another", 4, true},
    {"IPv6, 256 addresses", 6, false},
    {"IPv6, every address another", 6, true},
};

enum { CASES = sizeof cases / sizeof cases[0] };

/* A lookup; also what the twin answers from. */
struct lookup {
    const postern_country_db *db;
    const struct country_reference *file; /* NULL: the ranges */
    const struct bench_ranges *ranges;
    const postern_ip *ip;
};

struct bed {
    const struct bench_options *options;
    struct bench_clock clock;
    struct bench_yardsticks yardsticks;
    struct bench_ranges ranges;
    struct country_reference file;
    postern_country_db *db;
    postern_country_db_size size;
    double load_s;
    uint64_t file_bytes;
    postern_ip *ips;
    struct bench_samples samples;
    struct lookup lookup;
};

/* ---- what is timed ----------------------------------------------------- */

static uint32_t packed(const char country[3])
{
    return (uint32_t)(unsigned char)country[0] << 8 | (unsigned char)country[1];
}

static uint32_t look_up(void *subject)
{
    const struct lookup *lookup = subject;
    char country[3];

    (void)postern_country_of_ip(lookup->db, lookup->ip, country);
    return packed(country);
}

static uint32_t look_up_otherwise(void *subject)
{
    const struct lookup *lookup = subject;
    char country[3];

    if (lookup->file) {
        (void)country_reference_find(lookup->file, lookup->ip, country);
    } else {
        (void)bench_ranges_find(lookup->ranges, lookup->ip, country);
    }
    return packed(country);
}

/* ---- addresses --------------------------------------------------------- */

static void put_number(uint8_t *bytes, uint64_t number)
{
    for (size_t i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(number >> (56 - 8 * i));
    }
}

/* IPv6: behind the beginning of some range, as nearly all of 128 bits is
 * nobody's. */
static void draw_addresses(struct bed *bed, uint8_t family)
{
    const postern_country_db *db = bed->db;
    struct rng rng = {bed->options->seed + family};

    for (size_t i = 0; i < bed->options->size; i++) {
        postern_ip *ip = &bed->ips[i];
        uint64_t high = rng_bits(&rng);

        *ip = (postern_ip){.family = family};
        if (family == 6 && db->count6 > 0) {
            high = db->high6[rng_below(&rng, db->count6)] + (high >> 44);
        }
        put_number(ip->bytes, high);
        put_number(ip->bytes + 8, rng_bits(&rng));
    }
}

/* Every address twice; how many have a country, or SIZE_MAX. */
static size_t compare(struct bed *bed)
{
    size_t known = 0;

    for (size_t i = 0; i < bed->options->size; i++) {
        uint32_t country;

        bed->lookup.ip = &bed->ips[i];
        country = look_up(&bed->lookup);
        if (country != look_up_otherwise(&bed->lookup)) {
            (void)fprintf(stderr,
                          "postern-bench: WRONG: address %zu of IPv%u is found "
                          "in another country\n",
                          i, bed->ips[i].family);
            return SIZE_MAX;
        }
        known += country != 0;
    }
    return known;
}

/* ---- series of calls --------------------------------------------------- */

struct row {
    const struct country_case *current;
    size_t calls;
    struct bench_times times;
    double hash_ns;
    double miss_ns;
    double reference_ns;
    uint64_t allocations;
    double known_share;
};

static struct bench_times time_segment(struct bed *bed, bench_call *call,
                                       bool cold, size_t segment)
{
    size_t share = bed->options->size / BENCH_SEGMENTS;
    size_t calls = cold ? share : bed->options->size / HOT_SHARE;
    struct rng rng = {segment};

    for (size_t i = 0; !cold && i < HOT_ADDRESSES; i++) {
        bed->lookup.ip = &bed->ips[i];
        (void)call(&bed->lookup);
    }
    bed->samples.count = 0;
    for (size_t i = 0; i < calls; i++) {
        size_t number =
            cold ? segment * share + i : rng_below(&rng, HOT_ADDRESSES);

        bed->lookup.ip = &bed->ips[number];
        (void)bench_time_call(&bed->samples, call, &bed->lookup);
    }
    return bench_times_of(&bed->clock, &bed->samples);
}

static struct bench_times median_of(struct bench_times *segments)
{
    double values[BENCH_SEGMENTS];
    struct bench_times times;

    for (size_t i = 0; i < BENCH_SEGMENTS; i++) {
        values[i] = segments[i].p50_ns;
    }
    times.p50_ns = bench_median(values, BENCH_SEGMENTS);
    for (size_t i = 0; i < BENCH_SEGMENTS; i++) {
        values[i] = segments[i].p99_ns;
    }
    times.p99_ns = bench_median(values, BENCH_SEGMENTS);
    for (size_t i = 0; i < BENCH_SEGMENTS; i++) {
        values[i] = segments[i].mean_ns;
    }
    times.mean_ns = bench_median(values, BENCH_SEGMENTS);
    return times;
}

/* Ours and the twin's by turns: what the machine does meanwhile meets both. */
static void time_case(struct bed *bed, struct row *row)
{
    bool cold = row->current->cold;
    struct bench_times ours[BENCH_SEGMENTS];
    struct bench_times other[BENCH_SEGMENTS];

    row->miss_ns = bench_miss_ns(&bed->yardsticks);
    row->hash_ns = bench_hash_ns(&bed->yardsticks);
    for (size_t i = 0; i < BENCH_SEGMENTS; i++) {
        uint64_t before = bench_allocations();

        ours[i] = time_segment(bed, look_up, cold, i);
        row->allocations += bench_allocations() - before;
        row->calls += bed->samples.count;
        other[i] = time_segment(bed, look_up_otherwise, cold, i);
    }
    row->times = median_of(ours);
    row->reference_ns = median_of(other).p50_ns;
}

/* ---- output ------------------------------------------------------------ */

static const char *reference_name(const struct bed *bed)
{
    return bed->options->db ? "libmaxminddb" : "binary search";
}

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
    printf("%s\n%llu IPv4 and %llu IPv6 ranges in %.1f MiB; ", machine,
           (unsigned long long)bed->size.ranges4,
           (unsigned long long)bed->size.ranges6,
           (double)bed->size.bytes / MIB);
    printf(bed->options->db ? "the file has %.1f MiB and takes %.3f s to load\n"
                            : "drawn, for lack of a file (%.1f, %.1f)\n",
           (double)bed->file_bytes / MIB, bed->load_s);
    printf("Times in ns of single calls of postern_country_of_ip() on one "
           "thread. ref: %s\nfor the same addresses; all %zu of a family are "
           "found in the same country by both.\n\n",
           reference_name(bed), bed->options->size);
    printf("%-30s %8s %6s %6s %6s %6s %10s %6s %6s %7s\n", "", "calls", "p50",
           "p99", "hash", "miss", "per s", "ref", "allocs", "known");
}

static void print_json(const struct bed *bed, const struct row *row)
{
    char machine[MACHINE_SIZE];

    bench_machine(machine, sizeof machine);
    printf("{\"bench\":\"country\",\"case\":\"%s\",\"state\":\"%s\","
           "\"ranges4\":%llu,\"ranges6\":%llu,\"bytes\":%llu,"
           "\"file_bytes\":%llu,\"load_s\":%.6f,\"addresses\":%zu,",
           row->current->words, row->current->cold ? "cold" : "hot",
           (unsigned long long)bed->size.ranges4,
           (unsigned long long)bed->size.ranges6,
           (unsigned long long)bed->size.bytes,
           (unsigned long long)bed->file_bytes, bed->load_s,
           bed->options->size);
    printf("\"calls\":%zu,\"p50_ns\":%.1f,\"p99_ns\":%.1f,"
           "\"per_second\":%.0f,\"overhead_ns\":%.1f,",
           row->calls, row->times.p50_ns, row->times.p99_ns, per_second(row),
           bed->clock.overhead_ns);
    printf(bench_allocations_are_counted() ? "\"allocs\":%llu,"
                                           : "\"allocs\":null,",
           (unsigned long long)row->allocations);
    printf("\"hash_ns\":%.1f,\"miss_ns\":%.1f,\"reference\":\"%s\","
           "\"reference_ns\":%.1f,\"checked_by_reference\":%zu,"
           "\"known_share\":%.4f,\"machine\":\"%s\"}\n",
           row->hash_ns, row->miss_ns, reference_name(bed), row->reference_ns,
           bed->options->size, row->known_share, machine);
}

static void print_row(const struct bed *bed, const struct row *row)
{
    if (bed->options->format == BENCH_FORMAT_JSON) {
        print_json(bed, row);
    } else {
        printf(
            "%-30s %8zu %6.0f %6.0f %6.1f %6.0f %10.0f %6.0f %6llu %6.1f%%\n",
            row->current->words, row->calls, row->times.p50_ns,
            row->times.p99_ns, row->hash_ns, row->miss_ns, per_second(row),
            row->reference_ns, (unsigned long long)row->allocations,
            100.0 * row->known_share);
    }
    (void)fflush(stdout);
}

/* ---- all of it --------------------------------------------------------- */

static bool run_case(struct bed *bed, const struct country_case *current)
{
    struct row row = {.current = current};
    size_t known;

    draw_addresses(bed, current->family);
    known = compare(bed);
    if (known == SIZE_MAX) {
        return false;
    }
    row.known_share = (double)known / (double)bed->options->size;
    time_case(bed, &row);
    print_row(bed, &row);
    return true;
}

static enum bench_result run_cases(struct bed *bed)
{
    print_head(bed);
    for (size_t i = 0; i < CASES; i++) {
        if (strstr(cases[i].words, bed->options->only) &&
            !run_case(bed, &cases[i])) {
            return BENCH_FAILED;
        }
    }
    return BENCH_DONE;
}

/* BENCH_USAGE for a file that is none of ours. */
static enum bench_result load(struct bed *bed)
{
    const char *path = bed->options->db;
    double start_s = bench_cpu_s();
    postern_diag diag;
    struct stat about;

    if (postern_country_db_load(&bed->db, path, NULL, &diag) != POSTERN_OK) {
        (void)fprintf(stderr, "%s: error: %s\n", path, diag.message);
        return BENCH_USAGE;
    }
    bed->load_s = bench_cpu_s() - start_s;
    if (stat(path, &about) != 0 || !country_reference_open(&bed->file, path)) {
        (void)fprintf(stderr, "%s: error: cannot be read again\n", path);
        return BENCH_USAGE;
    }
    bed->file_bytes = (uint64_t)about.st_size;
    bed->lookup.file = &bed->file;
    return BENCH_DONE;
}

static enum bench_result draw(struct bed *bed)
{
    if (bench_ranges_draw(&bed->ranges, bed->options->size,
                          bed->options->seed)) {
        bed->db = bench_ranges_db(&bed->ranges);
    }
    bed->lookup.ranges = &bed->ranges;
    return bed->db ? BENCH_DONE : BENCH_FAILED;
}

static enum bench_result make(struct bed *bed)
{
    enum bench_result result = bed->options->db ? load(bed) : draw(bed);

    if (result != BENCH_DONE) {
        return result;
    }
    postern_country_db_measure(bed->db, &bed->size);
    bed->lookup.db = bed->db;
    for (size_t i = 0; i < BENCH_HASHED_TEXTS; i++) {
        (void)snprintf(bed->yardsticks.texts[i],
                       sizeof bed->yardsticks.texts[i], "Cae%07zu", i * 7919);
        bed->yardsticks.hashed[i] = postern_str_of(bed->yardsticks.texts[i]);
    }
    return BENCH_DONE;
}

static bool take_memory(struct bed *bed)
{
    size_t size = bed->options->size;

    bed->ips = calloc(size, sizeof *bed->ips);
    bed->samples.ticks = calloc(size, sizeof *bed->samples.ticks);
    bed->samples.capacity = size;
    return bed->ips && bed->samples.ticks &&
           bench_yardsticks_start(&bed->yardsticks, &bed->clock,
                                  size * CHAIN_BYTES_PER);
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

enum bench_result bench_country_lookup(const struct bench_options *options)
{
    static struct bed bed;
    enum bench_result result = BENCH_FAILED;

    if (!names_a_case(options->only)) {
        (void)fprintf(stderr, "postern-bench: no case is named: %s\n",
                      options->only);
        return BENCH_USAGE;
    }
    bed = (struct bed){.options = options};
    bench_clock_start(&bed.clock);
    if (take_memory(&bed)) {
        result = make(&bed);
        result = result == BENCH_DONE ? run_cases(&bed) : result;
    } else {
        (void)fputs("postern-bench: no memory\n", stderr);
    }
    if (bed.lookup.file) {
        country_reference_close(&bed.file);
    }
    postern_country_db_free(bed.db);
    bench_ranges_free(&bed.ranges);
    bench_yardsticks_stop(&bed.yardsticks);
    free(bed.ips);
    free(bed.samples.ticks);
    return result;
}
