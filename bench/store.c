/*
 * A simulated CSE: what a resource and an ACP cost in memory, what a request
 * costs from its texts to the answer, how many changes a second go on beside
 * it, and what discovery costs.
 */
#define _POSIX_C_SOURCE 200809L /* clock_nanosleep */

#include "bench/store.h"

#include "bench/allocations.h"
#include "bench/machine.h"
#include "bench/world.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    RESOURCES_PER_SIZE = 25, /* 10,000,000 by default */
    READERS = 2,
    SAMPLES = 4000000, /* of one reader in one phase */
    HOT_REQUESTS = BENCH_HASHED_TEXTS,
    SINGLE_CALLS = 200000,
    CHAIN_BYTES = 256 * 1024 * 1024,
    NS_PER_S = 1000000000,
    PACE_PER_S = 10000,
    BURST = 10, /* changes between two pauses */
    PHASE_MS = 5000,
    SMALL_PHASE_MS = 300,
    SMALL_SIZE = 100000 /* below it phases are short */
};

struct bed {
    const struct bench_options *options;
    struct bench_clock clock;
    struct bench_yardsticks yardsticks;
    struct world world;
    postern_engine *engine;
    postern_store_size size;
    double puts_per_s;
    double bytes_per_resource;
    double bytes_per_acp;
};

struct measurement {
    const char *words; /* of --case */
    bool (*run)(struct bed *bed, const struct measurement *self);
    uint32_t pace; /* changes a second; 0: none; UINT32_MAX: no pause */
    bool archive;  /* what is discovered */
};

/* ---- one request ------------------------------------------------------- */

struct asker {
    postern_reader *reader;
    struct world_request *request;
    bool wrong;
};

static uint32_t authorize(void *subject)
{
    struct asker *asker = subject;
    postern_answer answer;

    postern_authorize(asker->reader, &asker->request->primitive, NULL, &answer);
    asker->wrong = asker->wrong || (answer.effect == POSTERN_PERMIT) !=
                                       asker->request->permitted;
    return (uint32_t)answer.effect;
}

static void hear(void *user, const char *operation,
                 const postern_rule_explanation *rule)
{
    (void)user;
    (void)operation;
    (void)rule;
}

/* The same with an explanation: every rule of every policy linked. */
static uint32_t explain(void *subject)
{
    static const postern_listener listener = {.rule = hear};
    struct asker *asker = subject;
    postern_answer answer;

    postern_authorize(asker->reader, &asker->request->primitive, &listener,
                      &answer);
    return (uint32_t)answer.effect;
}

/* ---- rows -------------------------------------------------------------- */

struct row {
    const char *of; /* the case, where a row is one of several; or NULL */
    const char *what;
    size_t calls;
    struct bench_times times;
    double per_second;
    double updates_per_s;
    double reference_ns; /* the explaining path, or single calls */
    uint64_t allocations;
};

static void print_row(struct bed *bed, const struct row *row)
{
    double hash = bench_hash_ns(&bed->yardsticks);
    double miss = bench_miss_ns(&bed->yardsticks);
    char machine[512];

    if (bed->options->format == BENCH_FORMAT_TEXT) {
        printf("%-44s %9zu %8.0f %9.0f %6.1f %6.0f %11.0f %9.0f %8.0f %6llu\n",
               row->what, row->calls, row->times.p50_ns, row->times.p99_ns,
               hash, miss, row->per_second, row->updates_per_s,
               row->reference_ns, (unsigned long long)row->allocations);
        (void)fflush(stdout);
        return;
    }
    bench_machine(machine, sizeof machine);
    printf("{\"bench\":\"store\",\"case\":\"%s%s%s\",\"resources\":%llu,"
           "\"acps\":%llu,\"calls\":%zu,\"p50_ns\":%.1f,\"p99_ns\":%.1f,"
           "\"per_second\":%.0f,\"updates_per_s\":%.0f,",
           row->of ? row->of : "", row->of ? "; " : "",
           row->what + strspn(row->what, " "),
           (unsigned long long)bed->size.resources,
           (unsigned long long)bed->size.acps, row->calls, row->times.p50_ns,
           row->times.p99_ns, row->per_second, row->updates_per_s);
    printf("\"bytes_per_resource\":%.1f,\"bytes_per_acp\":%.1f,"
           "\"hash_ns\":%.1f,\"miss_ns\":%.1f,\"reference_ns\":%.1f,",
           bed->bytes_per_resource, bed->bytes_per_acp, hash, miss,
           row->reference_ns);
    printf(bench_allocations_are_counted() ? "\"allocs\":%llu,"
                                           : "\"allocs\":null,",
           (unsigned long long)row->allocations);
    printf("\"machine\":\"%s\"}\n", machine);
    (void)fflush(stdout);
}

static void print_head(const struct bed *bed)
{
    char machine[512];

    if (bed->options->format != BENCH_FORMAT_TEXT) {
        return;
    }
    bench_machine(machine, sizeof machine);
    printf("%s\n%llu resources, %llu of them ACPs (4 rules each): %.0f bytes "
           "a resource without\nits policy, %.0f bytes an ACP on top of that; "
           "%.0f put a second.\n",
           machine, (unsigned long long)bed->size.resources,
           (unsigned long long)bed->size.acps, bed->bytes_per_resource,
           bed->bytes_per_acp, bed->puts_per_s);
    printf("Times in ns of single calls of postern_authorize(), from texts to "
           "answer, every\nanswer checked. Targets: any resource, half of "
           "them by structured addresses; of\nten originators five are the "
           "owner, two may by a rule with a time window, three\nmay not. "
           "ref: the explaining path; of discovery: single calls. Changes "
           "are of\none resource each, a quarter of them ACPs that are "
           "compiled anew; at 10,000/s they\ncome in bursts of ten.\n\n");
    printf("%-44s %9s %8s %9s %6s %6s %11s %9s %8s %6s\n", "", "calls", "p50",
           "p99", "hash", "miss", "per s", "changes/s", "ref", "allocs");
}

/* ---- one thread -------------------------------------------------------- */

static struct bench_times time_calls(struct bed *bed, struct asker *asker,
                                     bench_call *call, size_t count,
                                     uint64_t *allocations)
{
    struct bench_samples samples = {malloc(count * sizeof(uint64_t)), 0, count};
    struct world_request request;
    struct rng rng = {bed->options->seed};
    struct bench_times times = {0};

    asker->request = &request;
    *allocations = 0;
    for (size_t i = 0; samples.ticks && i < count; i++) {
        uint64_t before = bench_allocations();

        world_draw(&bed->world, &rng, &request);
        (void)bench_time_call(&samples, call, asker);
        *allocations += bench_allocations() - before;
    }
    times = bench_times_of(&bed->clock, &samples);
    free(samples.ticks);
    return times;
}

static struct bench_times time_hot(struct bed *bed, struct asker *asker,
                                   uint64_t *allocations)
{
    static struct world_request requests[HOT_REQUESTS];
    struct bench_samples samples = {malloc(SINGLE_CALLS * sizeof(uint64_t)), 0,
                                    SINGLE_CALLS};
    struct rng rng = {bed->options->seed};
    struct bench_times times = {0};
    uint64_t before;

    for (size_t i = 0; i < HOT_REQUESTS; i++) {
        world_draw(&bed->world, &rng, &requests[i]);
    }
    before = bench_allocations();
    for (size_t i = 0; samples.ticks && i < SINGLE_CALLS; i++) {
        asker->request = &requests[rng_below(&rng, HOT_REQUESTS)];
        (void)bench_time_call(&samples, authorize, asker);
    }
    *allocations = bench_allocations() - before;
    times = bench_times_of(&bed->clock, &samples);
    free(samples.ticks);
    return times;
}

static double rate(const struct bench_times *times)
{
    return times->mean_ns > 0.0 ? NS_PER_S / times->mean_ns : 0.0;
}

static bool measure_single(struct bed *bed, const struct measurement *self)
{
    struct row cold = {.what = "one thread, every request another",
                       .calls = SINGLE_CALLS};
    struct row hot = {.what = "one thread, 256 requests",
                      .calls = SINGLE_CALLS};
    struct asker asker = {.wrong = false};
    uint64_t ignored;

    (void)self;
    if (postern_reader_new(bed->engine, &asker.reader) != POSTERN_OK) {
        return false;
    }
    cold.reference_ns =
        time_calls(bed, &asker, explain, SINGLE_CALLS / 4, &ignored).p50_ns;
    hot.reference_ns = cold.reference_ns;
    cold.times =
        time_calls(bed, &asker, authorize, SINGLE_CALLS, &cold.allocations);
    cold.per_second = rate(&cold.times);
    print_row(bed, &cold);
    hot.times = time_hot(bed, &asker, &hot.allocations);
    hot.per_second = rate(&hot.times);
    print_row(bed, &hot);
    postern_reader_free(asker.reader);
    return !asker.wrong;
}

/* ---- readers beside a writer ------------------------------------------- */

struct stage {
    struct bed *bed;
    atomic_bool over;
    atomic_bool failed;
    uint32_t pace; /* changes a second; 0: none; UINT32_MAX: no pause */
    struct bench_samples changes;
};

struct seat {
    pthread_t thread;
    struct stage *stage;
    uint64_t seed;
    struct bench_samples samples;
    uint64_t calls;
    uint64_t allocations;
};

static void *read_on(void *user)
{
    struct seat *seat = user;
    struct stage *stage = seat->stage;
    struct world_request request;
    struct asker asker = {.request = &request};
    struct rng rng = {seat->seed};

    if (postern_reader_new(stage->bed->engine, &asker.reader) != POSTERN_OK) {
        atomic_store(&stage->failed, true);
        return NULL;
    }
    while (!atomic_load(&stage->over)) {
        uint64_t before = bench_allocations();

        world_draw(&stage->bed->world, &rng, &request);
        (void)bench_time_call(&seat->samples, authorize, &asker);
        seat->calls++;
        seat->allocations += bench_allocations() - before;
    }
    if (asker.wrong) {
        atomic_store(&stage->failed, true);
    }
    postern_reader_free(asker.reader);
    return NULL;
}

static uint32_t change(void *subject)
{
    struct stage *stage = ((void **)subject)[0];
    struct world_writer *writer = ((void **)subject)[1];

    return world_change(&stage->bed->world, writer);
}

static void pause_until(struct timespec *due, uint32_t pace)
{
    due->tv_nsec += NS_PER_S / pace * BURST;
    if (due->tv_nsec >= NS_PER_S) {
        due->tv_nsec -= NS_PER_S;
        due->tv_sec++;
    }
    (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, due, NULL);
}

static void *write_on(void *user)
{
    static struct world_writer writer = {.rng = {77}};
    struct stage *stage = user;
    void *subject[2] = {stage, &writer};
    struct timespec due;

    (void)clock_gettime(CLOCK_MONOTONIC, &due);
    while (!atomic_load(&stage->over)) {
        if (!bench_time_call(&stage->changes, change, subject)) {
            atomic_store(&stage->failed, true);
            break;
        }
        if (stage->pace != UINT32_MAX && stage->changes.count % BURST == 0) {
            pause_until(&due, stage->pace);
        }
    }
    return NULL;
}

static bool start_readers(struct seat *seats, struct stage *stage)
{
    bool started = true;

    for (uint32_t i = 0; i < READERS; i++) {
        seats[i] = (struct seat){
            .stage = stage,
            .seed = 1000 + i,
            .samples = {malloc(SAMPLES * sizeof(uint64_t)), 0, SAMPLES}};
        started =
            started && seats[i].samples.ticks &&
            pthread_create(&seats[i].thread, NULL, read_on, &seats[i]) == 0;
    }
    return started;
}

/* One series of both readers, so that p99 is that of all calls. */
static struct bench_times join_readers(struct bed *bed, struct seat *seats,
                                       struct row *row)
{
    struct bench_samples all = {
        malloc(READERS * (size_t)SAMPLES * sizeof(uint64_t)), 0,
        READERS * (size_t)SAMPLES};
    struct bench_times times = {0};

    for (uint32_t i = 0; i < READERS; i++) {
        pthread_join(seats[i].thread, NULL);
        if (all.ticks) {
            memcpy(all.ticks + all.count, seats[i].samples.ticks,
                   seats[i].samples.count * sizeof(uint64_t));
            all.count += seats[i].samples.count;
        }
        row->calls += seats[i].calls;
        row->allocations += seats[i].allocations;
        free(seats[i].samples.ticks);
    }
    times = bench_times_of(&bed->clock, &all);
    free(all.ticks);
    return times;
}

static bool measure_together(struct bed *bed, const struct measurement *self)
{
    bool small = bed->options->size < SMALL_SIZE;
    long ms = small ? SMALL_PHASE_MS : PHASE_MS;
    struct timespec length = {ms / 1000, ms % 1000 * 1000000};
    struct stage stage = {
        .bed = bed,
        .pace = self->pace,
        .changes = {malloc(SAMPLES * sizeof(uint64_t)), 0, SAMPLES}};
    struct row row = {.what = self->words};
    struct row changes = {.of = self->words,
                          .what = "  a change of it, committed"};
    struct seat seats[READERS];
    pthread_t writer;
    double seconds = (double)ms / 1000.0;

    if (!stage.changes.ticks || !start_readers(seats, &stage) ||
        (self->pace && pthread_create(&writer, NULL, write_on, &stage) != 0)) {
        return false; /* the program ends: nothing is given back */
    }
    (void)nanosleep(&length, NULL);
    atomic_store(&stage.over, true);
    row.times = join_readers(bed, seats, &row);
    if (self->pace) {
        pthread_join(writer, NULL);
    }
    row.per_second = (double)row.calls / seconds;
    row.updates_per_s = (double)stage.changes.count / seconds;
    print_row(bed, &row);
    if (self->pace) {
        changes.calls = stage.changes.count;
        changes.times = bench_times_of(&bed->clock, &stage.changes);
        changes.updates_per_s = row.updates_per_s;
        print_row(bed, &changes);
    }
    free(stage.changes.ticks);
    return !atomic_load(&stage.failed);
}

/* ---- discovery --------------------------------------------------------- */

/* Everything in the first hall, or in the archive. */
struct branch {
    const char *root;
    char *texts;
    postern_str *targets;  /* in the order of creation */
    postern_str *shuffled; /* ... and in none */
    bool *permitted;
    size_t count;
};

static void shuffle(postern_str *texts, size_t count)
{
    struct rng rng = {1};

    for (size_t i = count; i > 1; i--) {
        size_t k = rng_below(&rng, (uint32_t)i);
        postern_str last = texts[i - 1];

        texts[i - 1] = texts[k];
        texts[k] = last;
    }
}

static bool draw_branch(const struct world *world, bool archive,
                        struct branch *branch)
{
    uint32_t groups = world->groups < WORLD_HALL ? world->groups : WORLD_HALL;
    size_t count = archive ? (size_t)WORLD_SHELVES * WORLD_SHELF
                           : (size_t)groups * WORLD_GROUP;

    *branch = (struct branch){.root = archive ? WORLD_ARCHIVE : WORLD_HALL_0,
                              .texts = malloc(count * WORLD_TEXT),
                              .targets = malloc(count * sizeof(postern_str)),
                              .shuffled = malloc(count * sizeof(postern_str)),
                              .permitted = malloc(count),
                              .count = count};
    if (!branch->texts || !branch->targets || !branch->shuffled ||
        !branch->permitted) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        char *text = branch->texts + i * WORLD_TEXT;

        (archive ? world_shelf_id : world_id)(text, (uint32_t)(i / WORLD_GROUP),
                                              (uint32_t)(i % WORLD_GROUP));
        branch->targets[i] = postern_str_of(text);
        branch->shuffled[i] = branch->targets[i];
    }
    shuffle(branch->shuffled, count);
    return true;
}

static void free_branch(struct branch *branch)
{
    free(branch->texts);
    free(branch->targets);
    free(branch->shuffled);
    free(branch->permitted);
}

static bool count_grant(void *user, const postern_grant *grant)
{
    size_t *granted = user;

    *granted += grant->resource != NULL;
    return true;
}

/* What is timed, of a whole branch; the number permitted. */
static size_t by_single_calls(postern_reader *reader,
                              postern_primitive *primitive,
                              struct branch *branch)
{
    size_t permitted = 0;

    for (size_t i = 0; i < branch->count; i++) {
        postern_answer answer;

        primitive->to = branch->targets[i];
        postern_authorize(reader, primitive, NULL, &answer);
        permitted += answer.effect == POSTERN_PERMIT;
    }
    return permitted;
}

static size_t by_list(postern_reader *reader, postern_primitive *primitive,
                      struct branch *branch)
{
    return postern_authorize_each(reader, primitive, branch->targets,
                                  branch->count, branch->permitted);
}

static size_t by_shuffled(postern_reader *reader, postern_primitive *primitive,
                          struct branch *branch)
{
    return postern_authorize_each(reader, primitive, branch->shuffled,
                                  branch->count, branch->permitted);
}

static size_t by_tree(postern_reader *reader, postern_primitive *primitive,
                      struct branch *branch)
{
    size_t granted = 0;

    primitive->to = postern_str_of(branch->root);
    (void)postern_permitted(reader, primitive, count_grant, &granted);
    return granted;
}

typedef size_t discover_fn(postern_reader *reader, postern_primitive *primitive,
                           struct branch *branch);

struct discovery {
    postern_reader *reader;
    postern_primitive primitive;
    struct branch branch;
    size_t permitted;    /* by single calls */
    double reference_ns; /* these, for each resource */
};

enum { DISCOVERIES = 5 };

/* The median of some times, for each resource; of the processor, since a whole
 * takes long enough for others to come in between. */
static bool discover(struct discovery *all, discover_fn *how, struct row *row)
{
    double times[DISCOVERIES];
    uint64_t before = bench_allocations();
    bool agree = true;

    for (size_t i = 0; i < DISCOVERIES; i++) {
        double start = bench_cpu_s();
        size_t permitted = how(all->reader, &all->primitive, &all->branch);

        times[i] = (bench_cpu_s() - start) * (double)NS_PER_S /
                   (double)all->branch.count;
        all->permitted = how == by_single_calls ? permitted : all->permitted;
        agree = agree && permitted == all->permitted;
    }
    row->allocations = bench_allocations() - before;
    row->calls = all->branch.count;
    row->times.p50_ns = bench_median(times, DISCOVERIES);
    row->times.p99_ns = row->times.p50_ns; /* of a whole, not of one call */
    row->times.mean_ns = row->times.p50_ns;
    row->per_second = rate(&row->times);
    row->reference_ns = all->reference_ns;
    return agree;
}

static bool measure_discovery(struct bed *bed, const struct measurement *self)
{
    static const struct {
        const char *what;
        discover_fn *how;
    } ways[] = {
        {"  single calls, each", by_single_calls},
        {"  as a list of addresses, each", by_list},
        {"  as a list in no order, each", by_shuffled},
        {"  by walking the tree, each", by_tree},
    };
    struct discovery all = {.permitted = 0};
    bool done = draw_branch(&bed->world, self->archive, &all.branch) &&
                postern_reader_new(bed->engine, &all.reader) == POSTERN_OK;

    if (bed->options->format == BENCH_FORMAT_TEXT) {
        printf("%s\n", self->words);
    }
    postern_primitive_init(&all.primitive);
    all.primitive.from = postern_str_of("Cae0000007");
    all.primitive.operation = 2;
    all.primitive.filter_usage = 1;
    all.primitive.time_known = true;
    all.primitive.time_s = WORLD_TIME_S;
    for (size_t i = 0; done && i < sizeof ways / sizeof *ways; i++) {
        struct row row = {.of = self->words, .what = ways[i].what};

        done = discover(&all, ways[i].how, &row);
        all.reference_ns = i == 0 ? row.times.p50_ns : all.reference_ns;
        print_row(bed, &row);
    }
    postern_reader_free(all.reader);
    free_branch(&all.branch);
    return done;
}

/* ---- all of it --------------------------------------------------------- */

static bool fill(struct bed *bed)
{
    size_t resources = bed->options->size * RESOURCES_PER_SIZE;
    postern_engine_options options;
    double start = bench_cpu_s();

    if (!world_fill(&bed->world, (uint32_t)(resources / WORLD_GROUP))) {
        return false;
    }
    postern_store_measure(bed->world.store, &bed->size);
    bed->puts_per_s = (double)bed->size.resources / (bench_cpu_s() - start);
    bed->bytes_per_acp = (double)bed->world.acp_bytes / (double)bed->size.acps;
    bed->bytes_per_resource = (double)(bed->size.bytes - bed->world.acp_bytes) /
                              (double)bed->size.resources;
    postern_engine_options_init(&options);
    options.prp = postern_store_prp(bed->world.store);
    return postern_engine_new(&bed->engine, &options) == POSTERN_OK;
}

static const struct measurement measurements[] = {
    {"one thread", measure_single, 0, false},
    {"discovery: 100,000 resources, 100 policies", measure_discovery, 0, true},
    {"discovery: 100,000 resources, 10,000 policies", measure_discovery, 0,
     false},
    {"two threads decide, nothing changes", measure_together, 0, false},
    {"two threads decide, 10,000 changes/s", measure_together, PACE_PER_S,
     false},
    {"two threads decide, changes without pause", measure_together, UINT32_MAX,
     false},
};

enum { MEASUREMENTS = sizeof measurements / sizeof *measurements };

static bool is_wanted(const struct bed *bed, const struct measurement *one)
{
    return strstr(one->words, bed->options->only) != NULL;
}

static bool any_wanted(const struct bed *bed)
{
    bool any = false;

    for (size_t i = 0; i < MEASUREMENTS; i++) {
        any = any || is_wanted(bed, &measurements[i]);
    }
    return any;
}

static bool measure(struct bed *bed)
{
    bool done = true;

    print_head(bed);
    for (size_t i = 0; done && i < MEASUREMENTS; i++) {
        done = !is_wanted(bed, &measurements[i]) ||
               measurements[i].run(bed, &measurements[i]);
    }
    return done;
}

enum bench_result bench_store(const struct bench_options *options)
{
    static struct bed bed;
    bool done;

    bed = (struct bed){.options = options};
    if (!any_wanted(&bed)) {
        (void)fputs("postern-bench: no case has these words\n", stderr);
        return BENCH_USAGE;
    }
    bench_clock_start(&bed.clock);
    if (!bench_yardsticks_start(&bed.yardsticks, &bed.clock, CHAIN_BYTES)) {
        (void)fputs("postern-bench: no memory\n", stderr);
        return BENCH_FAILED;
    }
    for (size_t i = 0; i < BENCH_HASHED_TEXTS; i++) {
        (void)snprintf(bed.yardsticks.texts[i], 64, "Cae%07zu", i * 7919);
        bed.yardsticks.hashed[i] = postern_str_of(bed.yardsticks.texts[i]);
    }
    done = fill(&bed) && measure(&bed);
    if (!done) {
        (void)fputs("postern-bench: a wrong answer, or no memory\n", stderr);
    }
    postern_engine_free(bed.engine);
    postern_store_free(bed.world.store);
    bench_yardsticks_stop(&bed.yardsticks);
    return done ? BENCH_DONE : BENCH_FAILED;
}
