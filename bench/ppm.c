/*
 * All subscribers at once: `--size` users with 20 columns each, in 32
 * jurisdictions. Every cell of every user is compared with what the evaluator
 * of single cells shows, after the grid is filled, after passes over planes
 * that were spoiled before, and after changes of law.
 *
 * Bandwidth is measured in the same run, on buffers as large as the planes (at
 * most 1 GiB), as the passes use memory: one stream read and one written
 * (memcpy), or one read and one changed.
 */
#include "bench/ppm.h"

#include "bench/allocations.h"
#include "bench/machine.h"
#include "bench/ppm_world.h"
#include "grid/grid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    VOICES_SMALL = 8,
    VOICES = 32,
    VOICES_LARGE = 128,
    SMALL_SIZE = 10000,
    LARGE_SIZE = 1000000,
    ROUNDS = 5,
    VOICE_CALLS = 2000,
    MACHINE_SIZE = 512,
    SPOIL = 0x5a
};

#define MOST_STREAM ((size_t)1 << 30)
#define LEAST_STREAM ((size_t)1 << 20)

struct bed {
    const struct bench_options *options;
    struct ppm_world world;
    postern_grid *grid;
    uint32_t users;
    uint16_t *voice_of;       /* by user */
    uint8_t *jurisdiction_of; /* by user */
    uint32_t *voices;         /* of the grid, by column and voice */
    uint64_t *changed;        /* users */
    size_t changed_words;
    postern_grid_size size;
    double copy_gb_s;   /* one stream read, one written */
    double update_gb_s; /* one read, one read and written */
    double adds_per_s;
    double voices_per_s;
    uint64_t checked; /* cells */
    char machine[MACHINE_SIZE];
};

/* What a row of the output says. */
struct row {
    const char *what;
    const char *path;
    double seconds;
    uint64_t cells; /* that the pass is about; 0: not a pass */
    double bytes;   /* moved between memory and processor */
    double stream_gb_s;
    uint64_t changed; /* subscriptions */
    uint64_t allocations;
    double per_second;
};

/* ---- output ------------------------------------------------------------- */

static double ratio(double a, double b)
{
    return b > 0.0 ? a / b : 0.0;
}

static void print_head(const struct bed *bed)
{
    const postern_grid_size *size = &bed->size;

    if (bed->options->format != BENCH_FORMAT_TEXT) {
        return;
    }
    printf("%s\n", bed->machine);
    printf("%u users x %d columns x %d rows = %.2f G cells; %u voices, %u "
           "wishes, %d jurisdictions,\n%u blocks. %.0f bytes a user, %.1f a "
           "subscription; all memory of the grid %.2f GiB.\n",
           bed->users, PPM_WORLD_COLUMNS, POSTERN_PPM_ROWS,
           (double)size->subscriptions * POSTERN_PPM_ROWS / 1e9, size->voices,
           size->wishes, PPM_WORLD_JURISDICTIONS, size->blocks,
           (double)size->bytes / bed->users,
           (double)size->block_bytes / (double)size->subscriptions,
           (double)size->bytes / (double)((size_t)1 << 30));
    printf("Processor time, median of %d. Streams of as much memory: %.2f GB/s "
           "copied, %.2f GB/s changed.\nSingle cells: %.0f ns each by "
           "postern_ppm_evaluate().\n\n",
           ROUNDS, bed->copy_gb_s, bed->update_gb_s, bed->world.cell_ns);
    printf("%-44s %-9s %10s %9s %7s %6s %6s %7s %11s %6s\n", "", "path", "ms",
           "Gcells/s", "B/cell", "GB/s", "share", "single/", "changed",
           "allocs");
}

static void print_text(const struct bed *bed, const struct row *row)
{
    double per_s = ratio((double)row->cells, row->seconds);

    printf("%-44s %-9s %10.3f ", row->what, row->path, row->seconds * 1e3);
    if (row->cells) {
        double gb_s = ratio(row->bytes, row->seconds) / 1e9;

        printf("%9.2f %7.3f %6.2f %6.2f %7.0f %11llu ", per_s / 1e9,
               row->bytes / (double)row->cells, gb_s,
               ratio(gb_s, row->stream_gb_s), per_s * bed->world.cell_ns / 1e9,
               (unsigned long long)row->changed);
    } else {
        printf("%9.0f a second %45s", row->per_second, "");
    }
    if (bench_allocations_are_counted()) {
        printf("%6llu\n", (unsigned long long)row->allocations);
    } else {
        printf("%6s\n", "?");
    }
}

static void print_json(const struct bed *bed, const struct row *row)
{
    printf("{\"bench\":\"ppm\",\"case\":\"%s\",\"path\":\"%s\"", row->what,
           row->path);
    printf(",\"users\":%u,\"columns\":%d,\"rows\":%d,\"subscriptions\":%llu",
           bed->users, PPM_WORLD_COLUMNS, POSTERN_PPM_ROWS,
           (unsigned long long)bed->size.subscriptions);
    printf(",\"seconds\":%.9f,\"cells\":%llu,\"cells_per_s\":%.0f",
           row->seconds, (unsigned long long)row->cells,
           ratio((double)row->cells, row->seconds));
    printf(",\"bytes_per_cell\":%.4f,\"memory_bandwidth_share\":%.4f",
           ratio(row->bytes, (double)row->cells),
           ratio(ratio(row->bytes, row->seconds) / 1e9, row->stream_gb_s));
    printf(",\"stream_gb_s\":%.3f,\"changed\":%llu,\"per_second\":%.0f",
           row->stream_gb_s, (unsigned long long)row->changed, row->per_second);
    printf(",\"bytes_per_user\":%.1f,\"bytes_per_subscription\":%.2f",
           (double)bed->size.bytes / bed->users,
           (double)bed->size.block_bytes / (double)bed->size.subscriptions);
    printf(",\"reference_ns\":%.1f,\"checked_by_reference\":%llu",
           bed->world.cell_ns, (unsigned long long)bed->checked);
    if (bench_allocations_are_counted()) {
        printf(",\"allocs\":%llu", (unsigned long long)row->allocations);
    } else {
        printf(",\"allocs\":null");
    }
    printf(",\"machine\":\"%s\"}\n", bed->machine);
}

static void print_row(const struct bed *bed, const struct row *row)
{
    if (!strstr(row->what, bed->options->only)) {
        return;
    }
    if (bed->options->format == BENCH_FORMAT_TEXT) {
        print_text(bed, row);
    } else {
        print_json(bed, row);
    }
    (void)fflush(stdout);
}

/* ---- filling ------------------------------------------------------------ */

static bool add_jurisdictions(struct bed *bed)
{
    for (uint32_t i = 0; i < PPM_WORLD_JURISDICTIONS; i++) {
        const postern_ppm_frame *frames[PPM_WORLD_LAWS + 1];
        postern_grid_frames laws = {
            frames, ppm_world_laws(&bed->world, i, PPM_WORLD_NOW, frames)};
        uint32_t number;

        if (postern_grid_add_jurisdiction(bed->grid, &laws, &number) !=
            POSTERN_OK) {
            return false;
        }
    }
    return true;
}

static bool add_voice(struct bed *bed, uint32_t column, uint32_t i,
                      uint32_t *voice)
{
    const postern_ppm_frame *frames[] = {bed->world.users[i],
                                         bed->world.parents[i]};
    postern_grid_frames said = {frames, frames[1] ? 2 : 1};

    return postern_grid_add_voice(bed->grid, column, &said, voice) ==
           POSTERN_OK;
}

static bool add_columns(struct bed *bed)
{
    for (uint32_t i = 0; i < PPM_WORLD_COLUMNS; i++) {
        const postern_ppm_frame *frames[] = {bed->world.terms[i]};
        postern_grid_frames terms = {frames, 1};
        uint32_t number;

        if (postern_grid_add_column(bed->grid, &terms, NULL, &number) !=
            POSTERN_OK) {
            return false;
        }
        for (uint32_t v = 0; v < bed->world.voice_count; v++) {
            if (!add_voice(bed, i, v,
                           &bed->voices[i * bed->world.voice_count + v])) {
                return false;
            }
        }
    }
    return true;
}

static bool subscribe(struct bed *bed)
{
    for (uint32_t column = 0; column < PPM_WORLD_COLUMNS; column++) {
        for (uint32_t user = 0; user < bed->users; user++) {
            const postern_grid_subscription subscription = {
                user, column, bed->jurisdiction_of[user],
                bed->voices[column * bed->world.voice_count +
                            bed->voice_of[user]]};
            uint64_t place;

            if (postern_grid_add(bed->grid, &subscription, &place) !=
                POSTERN_OK) {
                return false;
            }
        }
    }
    return true;
}

static bool make_room(struct bed *bed)
{
    struct rng rng = {bed->options->seed};
    size_t voices = (size_t)PPM_WORLD_COLUMNS * bed->world.voice_count;

    bed->voice_of = calloc(bed->users, sizeof *bed->voice_of);
    bed->jurisdiction_of = calloc(bed->users, sizeof *bed->jurisdiction_of);
    bed->voices = calloc(voices, sizeof *bed->voices);
    bed->changed_words = bed->users / 64 + 1;
    bed->changed = calloc(bed->changed_words, sizeof *bed->changed);
    if (!bed->voice_of || !bed->jurisdiction_of || !bed->voices ||
        !bed->changed) {
        return false;
    }
    for (uint32_t user = 0; user < bed->users; user++) {
        bed->voice_of[user] = (uint16_t)rng_below(&rng, bed->world.voice_count);
        bed->jurisdiction_of[user] =
            (uint8_t)rng_below(&rng, PPM_WORLD_JURISDICTIONS);
    }
    return true;
}

static uint32_t voices_of(size_t size)
{
    if (size < SMALL_SIZE) {
        return VOICES_SMALL;
    }
    return size >= LARGE_SIZE ? VOICES_LARGE : VOICES;
}

static bool fill(struct bed *bed)
{
    postern_grid_options options;
    double start;

    postern_grid_options_init(&options);
    options.time_known = true;
    options.time_s = PPM_WORLD_TIME_S;
    if (!ppm_world_make(&bed->world, voices_of(bed->options->size),
                        bed->options->seed) ||
        !make_room(bed) ||
        postern_grid_new(&bed->grid, &options) != POSTERN_OK ||
        !add_jurisdictions(bed) || !add_columns(bed)) {
        return false;
    }
    start = bench_cpu_s();
    if (!subscribe(bed)) {
        return false;
    }
    postern_grid_measure(bed->grid, &bed->size);
    bed->adds_per_s =
        ratio((double)bed->size.subscriptions, bench_cpu_s() - start);
    return true;
}

/* ---- comparing ---------------------------------------------------------- */

struct comparison {
    struct bed *bed;
    uint64_t compared;
    uint64_t different;
};

static bool compare_one(void *listener,
                        const postern_grid_subscription *subscription,
                        const postern_grid_red *red)
{
    struct comparison *self = listener;
    const postern_grid_red *expected = ppm_world_red(
        &self->bed->world, subscription->jurisdiction, subscription->column,
        self->bed->voice_of[subscription->user]);

    self->compared++;
    self->different += red->words[0] != expected->words[0] ||
                       red->words[1] != expected->words[1];
    return true;
}

/* Every cell of every user, with what single cells show in this era. */
static bool compare(struct bed *bed, const char *when)
{
    struct comparison all = {bed, 0, 0};

    postern_grid_each(bed->grid, 0, UINT32_MAX, compare_one, &all);
    bed->checked += all.compared * POSTERN_PPM_ROWS;
    if (all.different || all.compared != bed->size.subscriptions) {
        (void)fprintf(stderr,
                      "postern-bench: %s: %llu of %llu subscriptions are not "
                      "as their cells\n",
                      when, (unsigned long long)all.different,
                      (unsigned long long)all.compared);
        return false;
    }
    return true;
}

static void spoil(struct bed *bed)
{
    for (uint32_t i = 0; i < bed->grid->blocks.count; i++) {
        struct pst_grid_block *block = pst_grid_block_at(bed->grid, i);

        memset(block->red, SPOIL,
               (size_t)block->stride * POSTERN_PPM_ROWS * sizeof *block->red);
    }
}

/* ---- yardsticks --------------------------------------------------------- */

/* Bytes of the planes of some rows: of all blocks, or of a jurisdiction. */
static double plane_bytes(const struct bed *bed, uint32_t rows,
                          uint32_t jurisdiction)
{
    double words = 0.0;

    for (uint32_t i = 0; i < bed->grid->blocks.count; i++) {
        const struct pst_grid_block *block = pst_grid_block_at(bed->grid, i);

        if (jurisdiction == POSTERN_GRID_ANY ||
            pst_grid_run_at(bed->grid, block->run)->jurisdiction ==
                jurisdiction) {
            words += block->words;
        }
    }
    return words * rows * sizeof(uint64_t);
}

static void change_stream(uint64_t *to, const uint64_t *from, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        to[i] ^= from[i];
    }
}

static bool measure_streams(struct bed *bed)
{
    double wanted = plane_bytes(bed, POSTERN_PPM_ROWS, POSTERN_GRID_ANY);
    size_t bytes = wanted < (double)MOST_STREAM ? (size_t)wanted : MOST_STREAM;
    double copied[ROUNDS];
    double changed[ROUNDS];
    uint64_t *from;
    uint64_t *to;

    bytes = (bytes > LEAST_STREAM ? bytes : LEAST_STREAM) / 64 * 64;
    from = malloc(bytes);
    to = malloc(bytes);
    if (from && to) {
        memset(from, 1, bytes);
        memset(to, 2, bytes);
        for (int i = 0; i < ROUNDS; i++) {
            double start = bench_cpu_s();

            memcpy(to, from, bytes);
            copied[i] = bench_cpu_s() - start;
            start = bench_cpu_s();
            change_stream(to, from, bytes / sizeof *to);
            changed[i] = bench_cpu_s() - start;
        }
        bed->copy_gb_s =
            ratio(2.0 * (double)bytes, bench_median(copied, ROUNDS)) / 1e9;
        bed->update_gb_s =
            ratio(3.0 * (double)bytes, bench_median(changed, ROUNDS)) / 1e9;
    }
    free(from);
    free(to);
    return from && to;
}

/* ---- passes ------------------------------------------------------------- */

static bool pass(struct bed *bed, const postern_grid_pass *how, struct row *row)
{
    double seconds[ROUNDS];
    postern_grid_report report;
    uint64_t before = bench_allocations();

    for (int i = 0; i < ROUNDS; i++) {
        double start = bench_cpu_s();

        if (postern_grid_evaluate(bed->grid, how, &report) != POSTERN_OK) {
            return false;
        }
        seconds[i] = bench_cpu_s() - start;
    }
    row->allocations = bench_allocations() - before;
    row->seconds = bench_median(seconds, ROUNDS);
    row->cells = report.cells;
    row->changed = report.changed;
    return true;
}

static bool measure_store(struct bed *bed, postern_grid_path path)
{
    struct row row = {
        .what = "every row, red stored",
        .path = postern_grid_path_word(path),
        .bytes = 2.0 * plane_bytes(bed, POSTERN_PPM_ROWS, POSTERN_GRID_ANY),
        .stream_gb_s = bed->copy_gb_s};
    postern_grid_pass how;

    postern_grid_pass_init(&how);
    how.extent = POSTERN_GRID_STORE;
    bed->grid->way = pst_grid_way_of(path);
    spoil(bed);
    if (!pass(bed, &how, &row) || !compare(bed, "after storing")) {
        return false;
    }
    print_row(bed, &row);
    return true;
}

static bool measure_compare(struct bed *bed, postern_grid_path path,
                            uint32_t jurisdiction)
{
    struct row row = {.path = postern_grid_path_word(path),
                      .bytes = 3.0 *
                               plane_bytes(bed, POSTERN_PPM_ROWS, jurisdiction),
                      .stream_gb_s = bed->update_gb_s};
    postern_grid_pass how;

    row.what = jurisdiction == POSTERN_GRID_ANY
                   ? "every row, compared, users asked"
                   : "one jurisdiction of 32, every row, compared";
    postern_grid_pass_init(&how);
    how.extent = POSTERN_GRID_ALL;
    how.jurisdiction = jurisdiction;
    how.users = bed->changed;
    how.user_words = bed->changed_words;
    bed->grid->way = pst_grid_way_of(path);
    if (!pass(bed, &how, &row) || !compare(bed, "after comparing")) {
        return false;
    }
    print_row(bed, &row);
    return true;
}

static bool measure_paths(struct bed *bed)
{
    static const postern_grid_path paths[] = {
        POSTERN_GRID_PORTABLE, POSTERN_GRID_AVX2, POSTERN_GRID_AVX512,
        POSTERN_GRID_NEON};
    bool done = true;

    for (size_t i = 0; done && i < sizeof paths / sizeof *paths; i++) {
        if (postern_grid_path_exists(paths[i])) {
            done = measure_store(bed, paths[i]) &&
                   measure_compare(bed, paths[i], POSTERN_GRID_ANY);
        }
    }
    bed->grid->way = pst_grid_way_of(POSTERN_GRID_BEST);
    return done && measure_compare(bed, POSTERN_GRID_BEST, 1);
}

/* ---- changes of law ----------------------------------------------------- */

static bool enact(struct bed *bed, enum ppm_world_era era)
{
    for (uint32_t i = 0; i < PPM_WORLD_JURISDICTIONS; i++) {
        const postern_ppm_frame *frames[PPM_WORLD_LAWS + 1];
        postern_grid_frames laws = {
            frames, ppm_world_laws(&bed->world, i, era, frames)};

        if (postern_grid_set_laws(bed->grid, i, &laws) != POSTERN_OK) {
            return false;
        }
    }
    return true;
}

/* There and back, as often as is measured: half of the changes are laws that
 * end. */
static bool measure_change(struct bed *bed, enum ppm_world_era era,
                           uint32_t rows, const char *what)
{
    struct row enacted = {.what = "  the laws of 32 jurisdictions set",
                          .path = "-"};
    struct row row = {.what = what,
                      .path = "best",
                      .bytes = 3.0 * plane_bytes(bed, rows, POSTERN_GRID_ANY),
                      .stream_gb_s = bed->update_gb_s};
    double set[ROUNDS];
    double passed[ROUNDS];
    postern_grid_report report;
    postern_grid_pass how;

    postern_grid_pass_init(&how);
    how.users = bed->changed;
    how.user_words = bed->changed_words;
    for (int i = 0; i < ROUNDS; i++) {
        double start = bench_cpu_s();
        uint64_t before;

        if (!enact(bed, i % 2 ? PPM_WORLD_NOW : era)) {
            return false;
        }
        set[i] = bench_cpu_s() - start;
        before = bench_allocations();
        start = bench_cpu_s();
        if (postern_grid_evaluate(bed->grid, &how, &report) != POSTERN_OK) {
            return false;
        }
        passed[i] = bench_cpu_s() - start;
        row.allocations += bench_allocations() - before;
    }
    enacted.seconds = bench_median(set, ROUNDS);
    enacted.per_second = ratio(1.0, enacted.seconds);
    row.seconds = bench_median(passed, ROUNDS);
    row.cells = report.cells;
    row.changed = report.changed;
    print_row(bed, &row);
    print_row(bed, &enacted);
    return ppm_world_evaluate(&bed->world, era) && compare(bed, what);
}

/* ---- the rest ----------------------------------------------------------- */

static bool measure_forecast(struct bed *bed)
{
    struct row row = {.what = "what if: other terms of a column", .path = "-"};
    const postern_ppm_frame *frames[] = {bed->world.terms[1]};
    postern_grid_frames terms = {frames, 1};
    postern_grid_forecast forecast;
    double start = bench_cpu_s();

    if (postern_grid_try_terms(bed->grid, 0, &terms, &forecast) != POSTERN_OK) {
        return false;
    }
    row.seconds = bench_cpu_s() - start;
    row.per_second = ratio(1.0, row.seconds);
    row.changed = forecast.worse;
    print_row(bed, &row);
    return true;
}

static bool measure_voices(struct bed *bed)
{
    struct row row = {.what = "a frame becomes a voice", .path = "-"};
    struct row add = {.what = "a subscription is added", .path = "-"};
    double start = bench_cpu_s();

    for (uint32_t i = 0; i < VOICE_CALLS; i++) {
        uint32_t voice;

        if (!add_voice(bed, i % PPM_WORLD_COLUMNS, i % bed->world.voice_count,
                       &voice)) {
            return false;
        }
    }
    row.seconds = (bench_cpu_s() - start) / VOICE_CALLS;
    row.per_second = ratio(1.0, row.seconds);
    add.per_second = bed->adds_per_s;
    add.seconds = ratio(1.0, bed->adds_per_s);
    print_row(bed, &row);
    print_row(bed, &add);
    return true;
}

static bool measure(struct bed *bed)
{
    if (!ppm_world_evaluate(&bed->world, PPM_WORLD_NOW) ||
        !compare(bed, "after filling") || !measure_streams(bed)) {
        return false;
    }
    print_head(bed);
    return measure_paths(bed) && measure_voices(bed) && measure_forecast(bed) &&
           measure_change(bed, PPM_WORLD_ONE_ROW, 1, "laws forbid one row") &&
           enact(bed, PPM_WORLD_NOW) &&
           postern_grid_evaluate(bed->grid, NULL, NULL) == POSTERN_OK &&
           measure_change(bed, PPM_WORLD_THREE_ROWS, 3,
                          "laws forbid three rows");
}

static bool any_wanted(const struct bed *bed)
{
    static const char *const names[] = {
        "every row, red stored",
        "every row, compared, users asked",
        "one jurisdiction of 32, every row, compared",
        "a frame becomes a voice",
        "a subscription is added",
        "what if: other terms of a column",
        "laws forbid one row",
        "laws forbid three rows",
        "  the laws of 32 jurisdictions set"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strstr(names[i], bed->options->only)) {
            return true;
        }
    }
    return false;
}

enum bench_result bench_ppm(const struct bench_options *options)
{
    static struct bed bed;
    bool done;

    bed = (struct bed){.options = options, .users = (uint32_t)options->size};
    if (!any_wanted(&bed)) {
        (void)fputs("postern-bench: no case has these words\n", stderr);
        return BENCH_USAGE;
    }
    bench_machine(bed.machine, sizeof bed.machine);
    done = fill(&bed) && measure(&bed);
    if (done && options->format == BENCH_FORMAT_TEXT) {
        printf("\n%llu cells compared with single cells: all alike.\n",
               (unsigned long long)bed.checked);
    }
    if (!done) {
        (void)fputs("postern-bench: a wrong answer, or no memory\n", stderr);
    }
    postern_grid_free(bed.grid);
    ppm_world_free(&bed.world);
    free(bed.voice_of);
    free(bed.jurisdiction_of);
    free(bed.voices);
    free(bed.changed);
    return done ? BENCH_DONE : BENCH_FAILED;
}
