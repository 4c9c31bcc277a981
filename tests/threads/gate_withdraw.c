/*
 * Threads decide while a person accepts and withdraws, over and over, by a
 * manager on a file: a question asked after the withdrawal has returned is
 * never permitted, one asked after the acceptance has returned always is. How
 * long it takes from the call to the last permit is printed. [PPM-05] [PPM-25]
 */
#include <postern/gate.h>

#include "base/str.h"
#include "support/claim.h"
#include "support/temp_folder.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum { READERS = 3, ROUNDS = 40, MEANWHILE = 200, NS_PER_S = 1000000000 };

#define NOW INT64_C(1795348800) /* 2026-11-22T12:00:00Z */

static const char *const documents[] = {
    "kind: asp\nowner: acme\nname: Acme\napplications:\n"
    "- app_id: R01.acme.meter\n  application: acme-meter\n"
    "  originators: [//acme.example/in-cse/Cmeter]\n",
    "kind: subscriber\nowner: p-anna\nresidence: {legal_country: NL}\n"
    "devices:\n- {device: meter}\nresources:\n"
    "- {id: cnt-energy, device: meter, data: energy, class: personal}\n",
    "kind: provider\nowner: acme\nname: Acme\nrows:\n"
    "  1.1/app_id: R01.acme.meter\n  2.0/personal: yes\n"
    "  4.3/nation: [NL]\n"};

/* In another order no frame has an owner that is known. */
static const char wishes[] =
    "kind: user\nowner: p-anna\nrows: {2.0/personal: yes}\n";

/* Twice the round, and one more while the consent is in force; 0 while it is
 * being changed. */
static _Atomic uint64_t state;
static _Atomic bool over;
static _Atomic int64_t last_permit_ns;
static _Atomic uint64_t permits;
static _Atomic uint64_t denials;
static _Atomic uint64_t wrong;

static int64_t clock_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void note_permit(void)
{
    int64_t now_ns = clock_ns();
    int64_t last_ns = atomic_load(&last_permit_ns);

    while (last_ns < now_ns &&
           !atomic_compare_exchange_weak(&last_permit_ns, &last_ns, now_ns)) {
    }
}

static void ask(postern_gate_reader *reader)
{
    uint64_t before = atomic_load(&state);
    postern_gate_question question;
    postern_gate_answer answer;

    postern_gate_question_init(&question);
    question.originator = PST_STR("//acme.example/in-cse/Cmeter");
    question.target = PST_STR("cnt-energy");
    question.operation = POSTERN_OP_RETRIEVE;
    question.time_known = true;
    question.time_s = NOW;
    question.country_known = true;
    memcpy(question.country, "NL", 3);
    postern_gate_decide(reader, &question, &answer);
    if (answer.permitted) {
        note_permit();
    }
    if (before && before == atomic_load(&state)) {
        bool expected = before % 2 == 1;

        atomic_fetch_add(expected ? &permits : &denials, 1);
        if (answer.permitted != expected) {
            atomic_fetch_add(&wrong, 1);
        }
    }
}

static void *read_on(void *gate)
{
    postern_gate_reader *reader;

    if (postern_gate_reader_new(&reader, gate) != POSTERN_OK) {
        atomic_fetch_add(&wrong, 1);
        return NULL;
    }
    while (!atomic_load(&over)) {
        ask(reader);
    }
    postern_gate_reader_free(reader);
    return NULL;
}

static bool register_one(postern_ppm_manager *manager, const char *text)
{
    postern_ppm_registered registered;
    postern_diag diag;

    return claim(postern_ppm_register(manager, postern_str_of(text), NULL, NOW,
                                      &registered, &diag) == POSTERN_OK,
                 "%s", diag.message);
}

static bool register_all(postern_ppm_manager *manager)
{
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        if (!register_one(manager, documents[i])) {
            return false;
        }
    }
    return register_one(manager, wishes);
}

static bool accept(postern_ppm_manager *manager)
{
    postern_ppm_acceptance acceptance;
    postern_customised *document;
    postern_diag diag;
    bool accepted;

    postern_ppm_acceptance_init(&acceptance);
    acceptance.subscriber = PST_STR("p-anna");
    acceptance.provider = PST_STR("acme");
    acceptance.now_s = NOW;
    if (!claim(postern_ppm_present(manager, acceptance.subscriber,
                                   acceptance.provider, NOW, &document,
                                   &diag) == POSTERN_OK,
               "%s", diag.message)) {
        return false;
    }
    acceptance.hash = postern_str_of(postern_customised_hash(document));
    accepted = claim(postern_ppm_accept(manager, &acceptance, NULL, &diag) ==
                         POSTERN_OK,
                     "%s", diag.message);
    postern_customised_free(document);
    return accepted;
}

/* Long enough for every thread to have asked. */
static void wait_for(const _Atomic uint64_t *count)
{
    uint64_t until = atomic_load(count) + MEANWHILE;

    while (atomic_load(count) < until && atomic_load(&wrong) == 0) {
    }
}

static int by_value(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

/* The time from the call to the last permit; less than 0: there was none. */
static bool round_of(postern_ppm_manager *manager, uint64_t number,
                     int64_t *latency_ns)
{
    postern_diag diag;
    int64_t called_ns;
    bool withdrawn;

    atomic_store(&state, 0);
    if (!accept(manager)) {
        return false;
    }
    atomic_store(&state, 2 * number + 1);
    wait_for(&permits);
    atomic_store(&state, 0);
    called_ns = clock_ns();
    withdrawn =
        claim(postern_ppm_withdraw(manager, PST_STR("p-anna"), PST_STR("acme"),
                                   NOW, NULL, &diag) == POSTERN_OK,
              "%s", diag.message);
    atomic_store(&state, 2 * number);
    wait_for(&denials);
    *latency_ns = atomic_load(&last_permit_ns) - called_ns;
    return withdrawn;
}

static void race(postern_ppm_manager *manager, postern_gate *gate)
{
    pthread_t threads[READERS];
    int64_t latencies[ROUNDS] = {0};
    bool goes_on = true;

    for (int i = 0; i < READERS; i++) {
        if (pthread_create(&threads[i], NULL, read_on, gate) != 0) {
            abort();
        }
    }
    for (uint64_t round = 0; goes_on && round < ROUNDS; round++) {
        goes_on = round_of(manager, round + 1, &latencies[round]);
    }
    atomic_store(&over, true);
    for (int i = 0; i < READERS; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    qsort(latencies, ROUNDS, sizeof *latencies, by_value);
    printf("%d withdrawals: from the call to the last permit %.3f ms in the "
           "middle, %.3f ms at most; %llu permits, %llu denials\n",
           ROUNDS, (double)latencies[ROUNDS / 2] / 1e6,
           (double)latencies[ROUNDS - 1] / 1e6,
           (unsigned long long)atomic_load(&permits),
           (unsigned long long)atomic_load(&denials));
    claim(atomic_load(&wrong) == 0, "%llu answers were of another state",
          (unsigned long long)atomic_load(&wrong));
}

static void run(postern_ppm_manager *manager)
{
    postern_gate_options options;
    postern_gate *gate;
    postern_cse cse;
    postern_diag diag;

    postern_gate_options_init(&options);
    options.cse = &cse;
    if (register_all(manager) &&
        claim(postern_cse_init(&cse, PST_STR("//sp.example"),
                               PST_STR("/plant-cse")) == POSTERN_OK,
              "the CSE") &&
        claim(postern_gate_open(&gate, manager, &options, NOW, &diag) ==
                  POSTERN_OK,
              "%s", diag.message)) {
        race(manager, gate);
        postern_gate_close(gate);
    }
}

int main(void)
{
    postern_ppm_manager_options options;
    struct temp_folder folder;
    postern_ppm_manager *manager;
    postern_sqlite *sqlite;
    postern_diag diag;
    char path[512];

    temp_folder_open(&folder);
    temp_folder_path(&folder, "manager.db", path, sizeof path);
    postern_ppm_manager_options_init(&options);
    options.unsigned_terms = true;
    if (claim(postern_sqlite_open(&sqlite, path, &diag) == POSTERN_OK, "%s",
              diag.message)) {
        if (claim(postern_ppm_manager_open(&manager,
                                           postern_sqlite_storage(sqlite),
                                           &options, &diag) == POSTERN_OK,
                  "%s", diag.message)) {
            run(manager);
            postern_ppm_manager_close(manager);
        }
        postern_sqlite_close(sqlite);
    }
    temp_folder_close(&folder);
    return claims_failed();
}
