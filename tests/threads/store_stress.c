/*
 * Readers decide while one thread changes resources, policies and their links,
 * and another one takes and gives readers back. Whatever is changed together is
 * seen together: each decision below would differ if it saw half a change.
 * [PRP-11] [ARC-07]
 *
 *   both_N    links to p_N and q_N; at any revision one of the two permits
 *   none_N    links to x_N while x_N denies, else to y_N while y_N does
 *   home_N    is below left or below right, never both, never neither
 *   now_N     is there and permitted, or is not there
 */
#include <postern/engine.h>

#include "base/str.h"
#include "support/rng.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#if defined(__SANITIZE_THREAD__)
enum { SECONDS = 20 };
#else
enum { SECONDS = 5 };
#endif

enum { READERS = 3, KINDS = 100, NAME_SIZE = 32 };

static struct {
    postern_store *store;
    postern_engine *engine;
    _Atomic uint64_t revision; /* that everybody may demand */
    atomic_bool over;
    atomic_ulong decisions;
    atomic_ulong changes;
    atomic_ulong wrong;
} stage;

struct name {
    char text[NAME_SIZE];
};

static struct name name_of(const char *kind, uint32_t number)
{
    struct name name;

    snprintf(name.text, sizeof name.text, "%s%u", kind, number);
    return name;
}

static void must(postern_status status, const char *what,
                 const postern_diag *diag)
{
    if (status != POSTERN_OK) {
        printf("%s: %s %s\n", what, postern_status_name(status), diag->message);
        exit(1);
    }
}

/* ---- the writer -------------------------------------------------------- */

static void put_acp(postern_change *change, const char *kind, uint32_t number,
                    bool permits)
{
    char text[512];
    postern_diag diag = {0};

    snprintf(text, sizeof text,
             "{\"m2m:acp\":{\"ri\":\"%s%u\",\"rn\":\"%s%u\",\"pi\":\"cb0\","
             "\"pv\":{\"acr\":[{\"acor\":[\"%s\"],\"acop\":2}]},"
             "\"pvs\":{\"acr\":[{\"acor\":[\"Cadmin\"],\"acop\":63}]}}}",
             kind, number, kind, number, permits ? "Cx" : "Cother");
    must(postern_change_put_text(change, postern_str_of(text), NULL, &diag),
         text, &diag);
}

static void put_container(postern_change *change, postern_str id,
                          const char *parent, const postern_str *links,
                          size_t link_count)
{
    postern_resource resource;
    postern_diag diag = {0};

    postern_resource_init(&resource);
    resource.id = id;
    resource.name = id;
    resource.parent_id = postern_str_of(parent);
    resource.type = 3;
    resource.creator = PST_STR("Cowner");
    resource.policy_ids = (postern_texts){links, link_count};
    must(postern_change_put(change, &resource, &diag), "put", &diag);
}

static void put_none(postern_change *change, uint32_t number, bool turn)
{
    struct name none = name_of("none_", number);
    struct name acp = name_of(turn ? "x_" : "y_", number);
    postern_str link = postern_str_of(acp.text);

    put_acp(change, "x_", number, !turn);
    put_acp(change, "y_", number, turn);
    put_container(change, postern_str_of(none.text), "cb0", &link, 1);
}

static void put_both(postern_change *change, uint32_t number, bool turn)
{
    struct name both = name_of("both_", number);
    struct name p = name_of("p_", number);
    struct name q = name_of("q_", number);
    postern_str links[2] = {postern_str_of(p.text), postern_str_of(q.text)};

    put_acp(change, "p_", number, turn);
    put_acp(change, "q_", number, !turn);
    put_container(change, postern_str_of(both.text), "cb0", links, 2);
}

static void move_home(postern_change *change, uint32_t number, bool turn)
{
    struct name home = name_of("home_", number);
    postern_diag diag = {0};

    must(postern_change_move(change, postern_str_of(home.text),
                             postern_str_of(turn ? "left" : "right"),
                             (postern_str){NULL, 0}, &diag),
         "move", &diag);
}

static void put_now(postern_change *change, uint32_t number, bool turn)
{
    static const postern_str open = {"open0", 5};
    struct name now = name_of("now_", number);
    postern_diag diag = {0};

    if (turn) {
        put_container(change, postern_str_of(now.text), "cb0", &open, 1);
    } else {
        must(postern_change_delete(change, postern_str_of(now.text), &diag),
             "delete", &diag);
    }
}

static void fill(void)
{
    static const postern_str open = {"open0", 5};
    postern_change *change;
    postern_diag diag = {0};
    uint64_t revision;

    must(postern_change_begin(stage.store, &change), "begin", &diag);
    put_acp(change, "open", 0, true);
    put_container(change, PST_STR("left"), "cb0", &open, 1);
    put_container(change, PST_STR("right"), "cb0", &open, 1);
    for (uint32_t i = 0; i < KINDS; i++) {
        struct name home = name_of("home_", i);

        put_container(change, postern_str_of(home.text), "left", &open, 1);
        put_none(change, i, true);
        put_both(change, i, true);
        put_now(change, i, true);
    }
    must(postern_change_commit(change, &revision), "commit", &diag);
    atomic_store(&stage.revision, revision);
}

static void *write_changes(void *user)
{
    static bool turns[4][KINDS];
    static void (*const put[4])(postern_change *, uint32_t, bool) = {
        put_none, put_both, move_home, put_now};
    struct rng rng = {1};
    postern_diag diag = {0};

    (void)user;
    for (uint32_t i = 0; i < KINDS; i++) {
        turns[0][i] = turns[1][i] = turns[2][i] = turns[3][i] = true;
    }
    while (!atomic_load(&stage.over)) {
        uint32_t which = rng_below(&rng, 4);
        uint32_t number = rng_below(&rng, KINDS);
        bool keep = rng_below(&rng, 10) > 0;
        postern_change *change;
        uint64_t revision;

        must(postern_change_begin(stage.store, &change), "begin", &diag);
        put[which](change, number, !turns[which][number]);
        if (!keep) {
            postern_change_abort(change);
            continue;
        }
        turns[which][number] = !turns[which][number];
        must(postern_change_commit(change, &revision), "commit", &diag);
        atomic_store(&stage.revision, revision);
        atomic_fetch_add(&stage.changes, 1);
    }
    return NULL;
}

/* ---- the readers ------------------------------------------------------- */

static void expect(bool right, const char *what)
{
    if (!right && atomic_fetch_add(&stage.wrong, 1) < 10) {
        printf("wrong: %s\n", what);
    }
}

static postern_answer ask(postern_reader *reader, const char *kind,
                          uint32_t number, uint64_t min_revision)
{
    struct name target = name_of(kind, number);
    postern_primitive primitive;
    postern_answer answer;

    postern_primitive_init(&primitive);
    primitive.from = PST_STR("Cx");
    primitive.to = postern_str_of(target.text);
    primitive.operation = 2;
    primitive.min_revision = min_revision;
    postern_authorize(reader, &primitive, NULL, &answer);
    return answer;
}

static void ask_home(postern_reader *reader, uint32_t number)
{
    char left[64];
    char right[64];
    postern_primitive primitive;
    bool permitted[2];

    snprintf(left, sizeof left, "base/left/home_%u", number);
    snprintf(right, sizeof right, "-/right/home_%u", number);
    postern_primitive_init(&primitive);
    primitive.from = PST_STR("Cx");
    primitive.operation = 2;
    expect(postern_authorize_each(
               reader, &primitive,
               (postern_str[]){postern_str_of(left), postern_str_of(right)}, 2,
               permitted) == 1,
           "home is at one place");
}

static void ask_all(postern_reader *reader, uint32_t number, uint64_t *last)
{
    uint64_t demanded = atomic_load(&stage.revision);
    postern_answer both = ask(reader, "both_", number, demanded);
    postern_answer none;
    postern_answer now;

    expect(both.revision >= demanded && both.revision >= *last, "revision");
    *last = both.revision;
    expect(both.effect == POSTERN_PERMIT, "one of two policies permits");
    none = ask(reader, "none_", number, 0);
    expect(none.effect == POSTERN_DENY && none.rsc == POSTERN_RSC_NO_PRIVILEGE,
           "the policy linked denies");
    now = ask(reader, "now_", number, 0);
    expect(now.effect == POSTERN_PERMIT || now.rsc == POSTERN_RSC_NOT_FOUND,
           "it is there and permitted, or not there");
    ask_home(reader, number);
    atomic_fetch_add(&stage.decisions, 5);
}

static void *decide(void *user)
{
    struct rng rng = {(uintptr_t)user + 2};
    postern_reader *reader;
    uint64_t last = 0;

    if (postern_reader_new(stage.engine, &reader) != POSTERN_OK) {
        expect(false, "a reader can be had");
        return NULL;
    }
    while (!atomic_load(&stage.over)) {
        ask_all(reader, rng_below(&rng, KINDS), &last);
    }
    postern_reader_free(reader);
    return NULL;
}

/* Readers that come and go. */
static void *come_and_go(void *user)
{
    struct rng rng = {99};

    (void)user;
    while (!atomic_load(&stage.over)) {
        postern_reader *reader;
        uint64_t last = 0;

        if (postern_reader_new(stage.engine, &reader) != POSTERN_OK) {
            expect(false, "a reader can be had");
            return NULL;
        }
        ask_all(reader, rng_below(&rng, KINDS), &last);
        postern_reader_free(reader);
    }
    return NULL;
}

/* ---- the stage --------------------------------------------------------- */

static void set_up(void)
{
    postern_store_options store;
    postern_engine_options engine;
    postern_cse cse;
    postern_diag diag = {0};

    must(postern_cse_init(&cse, PST_STR("//sp.example"), PST_STR("/plant")),
         "cse", &diag);
    postern_store_options_init(&store);
    store.cse = &cse;
    store.base_id = PST_STR("cb0");
    store.base_name = PST_STR("base");
    must(postern_store_new(&stage.store, &store, &diag), "store", &diag);
    fill();
    postern_engine_options_init(&engine);
    engine.prp = postern_store_prp(stage.store);
    must(postern_engine_new(&stage.engine, &engine), "engine", &diag);
}

static void run(void)
{
    struct timespec pause = {SECONDS, 0};
    pthread_t threads[READERS + 2];
    int started = 0;

    for (uintptr_t i = 0; i < READERS + 2; i++) {
        void *(*work)(void *) = i == 0   ? write_changes
                                : i == 1 ? come_and_go
                                         : decide;

        if (pthread_create(&threads[i], NULL, work, (void *)i) != 0) {
            expect(false, "threads can be started");
            break;
        }
        started++;
    }
    nanosleep(&pause, NULL);
    atomic_store(&stage.over, true);
    for (int i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
}

int main(void)
{
    postern_store_size size;

    set_up();
    run();
    postern_store_measure(stage.store, &size);
    printf("%lu decisions, %lu changes, %lu wrong; %lu bytes, %lu waiting\n",
           atomic_load(&stage.decisions), atomic_load(&stage.changes),
           atomic_load(&stage.wrong), (unsigned long)size.bytes,
           (unsigned long)size.waiting_bytes);
    postern_engine_free(stage.engine);
    postern_store_free(stage.store);
    return atomic_load(&stage.wrong) != 0 || atomic_load(&stage.changes) == 0 ||
           atomic_load(&stage.decisions) == 0;
}
