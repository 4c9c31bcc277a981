/*
 * What it costs to decide by consents: a question, next to the decision of the
 * policy alone that it leads to; an answer as a DAS; how long a withdrawal
 * takes to return and to reach a thread that asks without pause; an acceptance;
 * and a law that concerns every consent. Each answer has to be the one
 * expected.
 */
#define _XOPEN_SOURCE 700 /* mkdtemp */

#include "bench/gate.h"

#include "bench/allocations.h"
#include "bench/gate_world.h"
#include "bench/machine.h"
#include "gate/gate.h"
#include "support/rng.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    PER_SUBSCRIBER = 80,     /* of --size: 5,000 by default */
    SUBSCRIBERS_MAX = 20000, /* so that preparing takes no hours */
    PER_DISK = 20,           /* of the subscribers: 250 by default */
    DISK_MIN = 20,
    ON_DISK_MAX = 500,
    HOT = 256,
    HOT_CALLS = 20000,
    ROUNDS = 40,
    MEANWHILE = 200, /* questions of the reader between two changes */
    LAWS = BENCH_SEGMENTS,
    CHAIN_BYTES = 64 * 1024 * 1024,
    TEXT_SIZE = 512,
    MACHINE_SIZE = 512,
    NS_PER_S = 1000000000
};

struct row {
    const char *words;
    size_t calls;
    struct bench_times times;
    double max_ns;      /* 0: not looked at */
    double baseline_ns; /* of the policy alone; 0: nothing to compare with */
    int64_t lifetime_s; /* of what was granted */
    uint64_t allocations;
};

struct bed {
    const struct bench_options *options;
    struct bench_clock clock;
    struct bench_yardsticks yardsticks;
    struct bench_samples samples;
    uint32_t *order; /* of the cold questions */
    size_t subscribers;
    double baseline_ns;
};

static bool fail(const char *what)
{
    (void)fprintf(stderr, "postern-bench: %s\n", what);
    return false;
}

/* Of each call, rounded up: any at all is seen. */
static uint64_t allocated(uint64_t before, size_t calls)
{
    return (bench_allocations() - before + calls - 1) / calls;
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
    printf("%s\nTimes in ns on one thread, of %zu subscribers of two resources "
           "each. x: times the\ndecision of the policy alone. Every answer was "
           "the one expected.\n\n",
           machine, bed->subscribers);
    printf("%-40s %6s %8s %8s %8s %5s %6s %5s %9s %6s\n", "", "calls", "p50",
           "p99", "max", "x", "hash", "miss", "per s", "allocs");
}

static void print_text(const struct row *row, double hash_ns, double miss_ns)
{
    printf("%-40s %6zu %8.0f %8.0f %8.0f %5.1f %6.1f %5.0f %9.0f %6llu\n",
           row->words, row->calls, row->times.p50_ns, row->times.p99_ns,
           row->max_ns, ratio(row->times.p50_ns, row->baseline_ns), hash_ns,
           miss_ns, ratio(NS_PER_S, row->times.mean_ns),
           (unsigned long long)row->allocations);
    if (row->lifetime_s) {
        printf("  privileges granted for %lld s: a withdrawal takes effect "
               "when they end\n",
               (long long)row->lifetime_s);
    }
}

static void print_row(struct bed *bed, const struct row *row)
{
    char machine[MACHINE_SIZE];
    double hash_ns = bench_hash_ns(&bed->yardsticks);
    double miss_ns = bench_miss_ns(&bed->yardsticks);

    if (bed->options->format == BENCH_FORMAT_TEXT) {
        print_text(row, hash_ns, miss_ns);
        return;
    }
    bench_machine(machine, sizeof machine);
    printf("{\"bench\":\"gate\",\"case\":\"%s\",\"subscribers\":%zu,"
           "\"resources\":%zu,\"calls\":%zu,\"p50_ns\":%.1f,\"p99_ns\":%.1f,"
           "\"max_ns\":%.1f,\"per_second\":%.0f,",
           row->words, bed->subscribers, 2 * bed->subscribers, row->calls,
           row->times.p50_ns, row->times.p99_ns, row->max_ns,
           ratio(NS_PER_S, row->times.mean_ns));
    printf("\"baseline_ns\":%.1f,\"ratio\":%.2f,\"lifetime_s\":%lld,",
           row->baseline_ns, ratio(row->times.p50_ns, row->baseline_ns),
           (long long)row->lifetime_s);
    printf(bench_allocations_are_counted() ? "\"allocs\":%llu,"
                                           : "\"allocs\":null,",
           (unsigned long long)row->allocations);
    printf("\"hash_ns\":%.1f,\"miss_ns\":%.1f,\"machine\":\"%s\"}\n", hash_ns,
           miss_ns, machine);
}

/* ---- deciding ---------------------------------------------------------- */

struct asking {
    const char *words;
    const char *reason; /* expected */
    const char *originator;
    enum gate_resource resource;
    bool cold;
};

struct asker {
    postern_gate_reader *reader;
    postern_gate_question question;
    postern_gate_answer answer;
    char target[32];
};

static uint32_t decide(void *subject)
{
    struct asker *asker = subject;

    postern_gate_decide(asker->reader, &asker->question, &asker->answer);
    return asker->answer.permitted;
}

/* The address is at hand, as if just received. */
static void aim(struct asker *asker, enum gate_resource resource, size_t number)
{
    gate_world_target(asker->target, sizeof asker->target, resource, number);
    asker->question.target = postern_str_of(asker->target);
}

static size_t next(const struct bed *bed, bool cold, size_t i, struct rng *rng)
{
    size_t hot = bed->subscribers < HOT ? bed->subscribers : HOT;

    return cold ? bed->order[i] : bed->order[rng_below(rng, (uint32_t)hot)];
}

static bool time_asking(struct bed *bed, struct gate_world *world,
                        const struct asking *asking)
{
    struct asker asker = {.reader = world->reader};
    struct rng rng = {bed->options->seed};
    size_t calls = asking->cold ? bed->subscribers : HOT_CALLS;
    struct row row = {.words = asking->words,
                      .calls = calls,
                      .baseline_ns = bed->baseline_ns};
    uint64_t before = bench_allocations();

    gate_world_question(&asker.question, asking->originator);
    bed->samples.count = 0;
    for (size_t i = 0; i < calls; i++) {
        aim(&asker, asking->resource, next(bed, asking->cold, i, &rng));
        (void)bench_time_call(&bed->samples, decide, &asker);
        if (strcmp(asker.answer.reason, asking->reason) != 0) {
            return fail("WRONG: a decision is not the one expected");
        }
    }
    row.allocations = allocated(before, calls);
    row.times = bench_times_of(&bed->clock, &bed->samples);
    print_row(bed, &row);
    return true;
}

/* ---- the policy alone -------------------------------------------------- */

struct alone {
    postern_acp_link link;
    postern_request request;
};

static uint32_t decide_alone(void *subject)
{
    const struct alone *alone = subject;

    return postern_decide_links(&alone->link, 1, &alone->request).effect ==
           POSTERN_PERMIT;
}

static bool make_request(const struct gate_world *world,
                         const postern_gate_question *question,
                         postern_request *request)
{
    postern_request_init(request);
    request->operation = question->operation;
    request->authenticated = true;
    request->time_known = true;
    request->time_s = question->time_s;
    memcpy(request->location.country, question->country,
           sizeof question->country);
    return postern_id_parse_entity(&request->originator, &world->cse,
                                   question->originator) == POSTERN_OK;
}

/* The policy that permits, as the gate's store has it. */
static bool find_policy(struct gate_world *world, struct alone *alone)
{
    const postern_prp *prp = world->gate->prp;
    struct asker asker = {.reader = world->reader};
    postern_resource resource;
    bool found;

    gate_world_question(&asker.question, GATE_ORIGINATOR);
    aim(&asker, GATE_OPEN, 0);
    if (!decide(&asker)) {
        return false;
    }
    postern_resource_init(&resource);
    prp->enter(prp->user, world->reader->prp_reader);
    found = prp->find(prp->user, world->reader->prp_reader, asker.answer.acp,
                      &resource) == POSTERN_FOUND;
    prp->leave(prp->user, world->reader->prp_reader);
    /* It stays as it is while nothing is changed. */
    alone->link = (postern_acp_link){resource.acp_set,
                                     {resource.acp, POSTERN_PRIVILEGES}};
    return make_request(world, &asker.question, &alone->request) && found;
}

static bool time_alone(struct bed *bed, struct gate_world *world)
{
    struct row row = {.words = "the policy alone", .calls = HOT_CALLS};
    struct alone alone;
    uint64_t before;
    size_t permitted = 0;

    if (!find_policy(world, &alone)) {
        return fail("WRONG: there is no policy that permits");
    }
    before = bench_allocations();
    bed->samples.count = 0;
    for (size_t i = 0; i < HOT_CALLS; i++) {
        permitted += bench_time_call(&bed->samples, decide_alone, &alone);
    }
    row.allocations = allocated(before, HOT_CALLS);
    row.times = bench_times_of(&bed->clock, &bed->samples);
    bed->baseline_ns = row.times.p50_ns;
    print_row(bed, &row);
    return permitted == HOT_CALLS ||
           fail("WRONG: the policy alone does not permit");
}

static bool time_decisions(struct bed *bed, struct gate_world *world)
{
    static const struct asking askings[] = {
        {"permitted, hot", "consent", GATE_ORIGINATOR, GATE_OPEN, false},
        {"permitted, cold", "consent", GATE_ORIGINATOR, GATE_OPEN, true},
        {"closed column, hot", "closed", GATE_ORIGINATOR, GATE_CLOSED, false},
        {"closed column, cold", "closed", GATE_ORIGINATOR, GATE_CLOSED, true},
        {"unknown originator, hot", "no-provider", GATE_STRANGER, GATE_OPEN,
         false},
        {"unknown originator, cold", "no-provider", GATE_STRANGER, GATE_OPEN,
         true},
    };

    if (!time_alone(bed, world)) {
        return false;
    }
    for (size_t i = 0; i < sizeof askings / sizeof *askings; i++) {
        if (!time_asking(bed, world, &askings[i])) {
            return false;
        }
    }
    return true;
}

/* ---- as a DAS ---------------------------------------------------------- */

struct replying {
    postern_gate_reader *reader;
    char text[TEXT_SIZE];
    postern_gate_reply reply;
};

static uint32_t reply(void *subject)
{
    struct replying *self = subject;
    postern_diag diag;

    return postern_gate_reply_to(self->reader, postern_str_of(self->text),
                                 postern_str_of("/plant-cse"), GATE_NOW,
                                 &self->reply, &diag) == POSTERN_OK &&
           self->reply.granted;
}

static bool time_replies(struct bed *bed, struct gate_world *world)
{
    struct replying self = {.reader = world->reader};
    struct rng rng = {bed->options->seed};
    struct row row = {.words = "answered as a DAS, hot", .calls = HOT_CALLS};
    size_t granted = 0;
    uint64_t before;

    bed->samples.count = 0;
    before = bench_allocations();
    for (size_t i = 0; i < HOT_CALLS; i++) {
        char target[32];

        gate_world_target(target, sizeof target, GATE_OPEN,
                          next(bed, false, i, &rng));
        (void)snprintf(self.text, sizeof self.text,
                       "{\"m2m:seci\":{\"sit\":1,\"dreq\":{\"or\":\"%s\","
                       "\"op\":2,\"trid\":\"%s\",\"olo\":{\"accc\":[\"NL\"]}}}"
                       "}",
                       GATE_ORIGINATOR, target);
        granted += bench_time_call(&bed->samples, reply, &self);
    }
    row.allocations = allocated(before, HOT_CALLS);
    row.times = bench_times_of(&bed->clock, &bed->samples);
    row.lifetime_s = self.reply.until_s - GATE_NOW;
    print_row(bed, &row);
    return granted == HOT_CALLS || fail("WRONG: a privilege is not granted");
}

/* ---- withdrawals ------------------------------------------------------- */

/* Twice the round, and one more while the consent is in force; 0 while it is
 * being changed. */
struct race {
    struct gate_world *world;
    _Atomic uint64_t state;
    _Atomic uint64_t answers;     /* of the present state */
    _Atomic uint64_t last_permit; /* ticks */
    _Atomic uint64_t wrong;
    _Atomic bool over;
};

static void *read_on(void *user)
{
    struct race *race = user;
    struct asker asker = {.reader = race->world->reader};

    gate_world_question(&asker.question, GATE_ORIGINATOR);
    aim(&asker, GATE_OPEN, 0);
    while (!atomic_load(&race->over)) {
        uint64_t before = atomic_load(&race->state);

        if (decide(&asker)) {
            atomic_store(&race->last_permit, bench_ticks());
        }
        if (before && before == atomic_load(&race->state)) {
            atomic_fetch_add(&race->answers, 1);
            atomic_fetch_add(&race->wrong,
                             asker.answer.permitted != (before % 2 == 1));
        }
    }
    return NULL;
}

/* Until the reader has asked long enough in a state. */
static void stay(struct race *race, uint64_t state)
{
    uint64_t until = atomic_load(&race->answers) + MEANWHILE;

    atomic_store(&race->state, state);
    while (atomic_load(&race->answers) < until) {
        (void)sched_yield();
    }
    atomic_store(&race->state, 0);
}

static bool withdraw_once(struct race *race, uint64_t round, uint64_t *returned,
                          uint64_t *last)
{
    uint64_t called;

    if (!gate_world_show(race->world, 0) || !gate_world_accept(race->world)) {
        return false;
    }
    stay(race, 2 * round + 1);
    called = bench_ticks();
    if (!gate_world_withdraw(race->world, 0)) {
        return false;
    }
    *returned = bench_ticks() - called;
    stay(race, 2 * round);
    /* A permit in the same instant counts as one at once. */
    *last = atomic_load(&race->last_permit);
    *last = *last > called ? *last - called : 0;
    return true;
}

static bool time_race(struct race *race, uint64_t *returned, uint64_t *last)
{
    pthread_t thread;
    bool done = true;

    if (pthread_create(&thread, NULL, read_on, race) != 0) {
        return fail("there is no thread");
    }
    for (size_t i = 0; done && i < ROUNDS; i++) {
        done = withdraw_once(race, i + 1, &returned[i], &last[i]);
    }
    atomic_store(&race->over, true);
    (void)pthread_join(thread, NULL);
    return done;
}

static void print_waits(struct bed *bed, const char *words,
                        const uint64_t *ticks)
{
    struct row row = {.words = words, .calls = ROUNDS};
    double ns[ROUNDS];

    for (size_t i = 0; i < ROUNDS; i++) {
        ns[i] = (double)ticks[i] * bed->clock.ns_per_tick;
    }
    row.times.p50_ns = bench_median(ns, ROUNDS);
    row.times.mean_ns = row.times.p50_ns;
    row.times.p99_ns = row.max_ns = ns[ROUNDS - 1];
    print_row(bed, &row);
}

static bool time_withdrawals(struct bed *bed, struct gate_world *world)
{
    struct race race = {.world = world};
    uint64_t returned[ROUNDS];
    uint64_t last[ROUNDS];

    if (!time_race(&race, returned, last)) {
        return false;
    }
    print_waits(bed, "withdrawn: until the call returns", returned);
    print_waits(bed, "withdrawn: until the last permit", last);
    return atomic_load(&race.wrong) == 0 ||
           fail("WRONG: an answer after a withdrawal, or after an acceptance");
}

/* ---- acceptances and laws ---------------------------------------------- */

static uint32_t accept(void *subject)
{
    return gate_world_accept(subject);
}

static bool time_acceptances(struct bed *bed, struct gate_world *world)
{
    struct row row = {.words = "accepted, on disk", .calls = world->count};
    uint64_t before = bench_allocations();

    bed->samples.count = 0;
    for (size_t i = 0; i < world->count; i++) {
        if (!gate_world_show(world, i) ||
            !bench_time_call(&bed->samples, accept, world)) {
            return false;
        }
    }
    row.allocations = allocated(before, world->count);
    row.times = bench_times_of(&bed->clock, &bed->samples);
    print_row(bed, &row);
    return true;
}

static bool time_laws(struct bed *bed, struct gate_world *world)
{
    struct row row = {.words = "a law, for each consent it concerns",
                      .calls = world->count};
    double ns[LAWS];
    uint64_t before = bench_allocations();

    for (uint32_t i = 0; i < LAWS; i++) {
        uint64_t from = bench_ticks();

        if (!gate_world_law(world, LAWS - i)) {
            return false;
        }
        ns[i] = (double)(bench_ticks() - from) * bed->clock.ns_per_tick /
                (double)world->count;
    }
    row.allocations = allocated(before, LAWS * world->count);
    row.times.p50_ns = bench_median(ns, LAWS);
    row.times.mean_ns = row.times.p50_ns;
    row.times.p99_ns = row.max_ns = ns[LAWS - 1];
    print_row(bed, &row);
    return true;
}

/* ---- all of it --------------------------------------------------------- */

static bool run_in_memory(struct bed *bed)
{
    struct gate_world world;
    bool done = gate_world_open_in_memory(&world) &&
                gate_world_fill(&world, bed->subscribers) &&
                gate_world_accept_all(&world) && gate_world_guard(&world) &&
                time_decisions(bed, &world) && time_replies(bed, &world);

    gate_world_close(&world);
    return done;
}

/* Few: each is on disk before the next. */
static bool run_on_disk(struct bed *bed)
{
    struct gate_world world;
    size_t count = bed->subscribers / PER_DISK;
    bool done;

    count = count < DISK_MIN ? DISK_MIN : count;
    count = count > ON_DISK_MAX ? ON_DISK_MAX : count;
    done = gate_world_open_on_disk(&world) && gate_world_fill(&world, count) &&
           gate_world_guard(&world) && time_acceptances(bed, &world) &&
           time_laws(bed, &world) && time_withdrawals(bed, &world);
    gate_world_close(&world);
    return done;
}

/* Neighbours in the store are not asked about one after the other. */
static void shuffle(struct bed *bed)
{
    struct rng rng = {bed->options->seed};

    for (uint32_t i = 0; i < bed->subscribers; i++) {
        uint32_t at = rng_below(&rng, i + 1);

        bed->order[i] = bed->order[at];
        bed->order[at] = i;
    }
}

static bool take_memory(struct bed *bed)
{
    size_t calls =
        bed->subscribers > HOT_CALLS ? bed->subscribers : (size_t)HOT_CALLS;

    bed->order = calloc(bed->subscribers, sizeof *bed->order);
    bed->samples.ticks = calloc(calls, sizeof *bed->samples.ticks);
    bed->samples.capacity = calls;
    for (size_t i = 0; i < BENCH_HASHED_TEXTS; i++) {
        (void)snprintf(bed->yardsticks.texts[i],
                       sizeof bed->yardsticks.texts[i], "Cae%07zu", i * 7919);
        bed->yardsticks.hashed[i] = postern_str_of(bed->yardsticks.texts[i]);
    }
    return (bed->order && bed->samples.ticks &&
            bench_yardsticks_start(&bed->yardsticks, &bed->clock,
                                   CHAIN_BYTES)) ||
           fail("no memory");
}

enum bench_result bench_gate(const struct bench_options *options)
{
    static struct bed bed;
    bool done = false;

    if (options->only[0]) {
        (void)fprintf(stderr, "postern-bench: no case is named: %s\n",
                      options->only);
        return BENCH_USAGE;
    }
    bed = (struct bed){.options = options,
                       .subscribers = options->size / PER_SUBSCRIBER};
    if (bed.subscribers > SUBSCRIBERS_MAX) {
        bed.subscribers = SUBSCRIBERS_MAX;
    }
    bench_clock_start(&bed.clock);
    if (take_memory(&bed)) {
        shuffle(&bed);
        print_head(&bed);
        done = run_in_memory(&bed) && run_on_disk(&bed);
    }
    bench_yardsticks_stop(&bed.yardsticks);
    free(bed.samples.ticks);
    free(bed.order);
    return done ? BENCH_DONE : BENCH_FAILED;
}
