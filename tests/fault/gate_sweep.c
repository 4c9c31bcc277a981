/*
 * Every allocation of a gate refused once: what was asked is refused, nothing
 * is left when all is closed, and readers see what was before. Decisions
 * allocate nothing. [PPM-05] [PPM-24]
 */
#include "base/str.h"
#include "support/claim.h"
#include "support/fake_manager.h"
#include "support/faulty.h"

#include <postern/gate.h>

#define NOW INT64_C(1795348800)
#define ACME "//acme.example/in-cse/Cmeter"

enum { DECISIONS = 2000, TRIES = 5000 };

struct scene {
    struct faulty heap;
    postern_allocator allocator;
    postern_cse cse;
    struct fake_pair pair;
    struct postern_ppm_manager manager;
    postern_gate_options options;
    postern_gate *gate;
    postern_gate_reader *reader;
    postern_diag diag;
};

static const postern_str originators[] = {{ACME, sizeof ACME - 1}};
static const struct pst_subscriber_resource resources[] = {
    {{"cnt1", 4}, {"meter", 5}, {"energy", 6}, PST_CLASS_PERSONAL},
    {{"cnt2", 4}, {"meter", 5}, {NULL, 0}, PST_CLASS_PERSONAL}};
static const struct pst_asp_application application = {
    {"R01", 3}, {"acme-meter", 10}, {originators, 1}, NULL, 0};

static void begin(struct scene *scene, size_t fail_at)
{
    memset(scene, 0, sizeof *scene);
    scene->heap.fail_at = fail_at;
    scene->allocator = faulty_allocator(&scene->heap);
    claim(postern_cse_init(&scene->cse, PST_STR("//sp.example"),
                           PST_STR("/plant-cse")) == POSTERN_OK,
          "the CSE");
    scene->pair.asp = (struct pst_asp){.id = PST_STR("acme"),
                                       .applications = &application,
                                       .application_count = 1};
    scene->pair.subscriber =
        (struct pst_subscriber){.pseudonym = PST_STR("p-1"),
                                .resources = resources,
                                .resource_count = 2};
    scene->pair.terms[0] =
        "kind: provider\nrows: {2.0/personal: yes, 4.3/nation: [NL, EFTA], "
        "6.0/month: 6}\n";
    scene->pair.wishes = "kind: user\nrows: {}\n";
    scene->pair.consent = (postern_consent){.id = PST_STR("c-1"),
                                            .version = 1,
                                            .subscriber = PST_STR("p-1"),
                                            .provider = PST_STR("acme"),
                                            .state = POSTERN_CONSENT_ACTIVE,
                                            .until_s = NOW + 100000};
    scene->manager.pairs = &scene->pair;
    scene->manager.count = 1;
    scene->manager.allocator = &scene->allocator;
    postern_gate_options_init(&scene->options);
    scene->options.allocator = &scene->allocator;
    scene->options.cse = &scene->cse;
}

static bool permits(struct scene *scene)
{
    postern_gate_question question;
    postern_gate_answer answer;

    postern_gate_question_init(&question);
    question.originator = PST_STR(ACME);
    question.target = PST_STR("cnt1");
    question.operation = POSTERN_OP_RETRIEVE;
    question.time_known = true;
    question.time_s = NOW;
    question.country_known = true;
    memcpy(question.country, "NL", 3);
    postern_gate_decide(scene->reader, &question, &answer);
    return answer.permitted;
}

static postern_status reply(struct scene *scene)
{
    postern_gate_reply said;

    return postern_gate_reply_to(scene->reader,
                                 PST_STR("{\"sit\":1,\"dreq\":{\"or\":\"" ACME
                                         "\",\"op\":2,\"trid\":\"cnt1\"}}"),
                                 PST_STR("/plant-cse"), NOW, &said,
                                 &scene->diag);
}

static postern_status drop(void *user, postern_str piece)
{
    (void)user;
    (void)piece;
    return POSTERN_OK;
}

static postern_status compile(struct scene *scene)
{
    postern_gate_listener listener = {.write = drop};

    return postern_gate_compile(&scene->manager, &scene->options, NOW,
                                &listener, &scene->diag);
}

/* A change, which is seen when it was taken, and else is not. */
static postern_status change(struct scene *scene, postern_consent_state state,
                             bool before, bool after)
{
    const size_t number = 0;
    postern_status status;

    scene->pair.consent.state = state;
    status = fake_announce(&scene->manager, &number, 1, NOW);
    claim(permits(scene) == (status == POSTERN_OK ? after : before),
          "a change is half there");
    return status;
}

static postern_status use(struct scene *scene)
{
    postern_status status;

    claim(permits(scene), "what was accepted is not permitted");
    status = reply(scene);
    if (status == POSTERN_OK) {
        status = change(scene, POSTERN_CONSENT_WITHDRAWN, true, false);
    }
    if (status == POSTERN_OK) {
        status = change(scene, POSTERN_CONSENT_ACTIVE, false, true);
    }
    return status == POSTERN_OK ? compile(scene) : status;
}

static postern_status open_and_use(struct scene *scene)
{
    postern_status status = postern_gate_open(
        &scene->gate, &scene->manager, &scene->options, NOW, &scene->diag);

    if (status == POSTERN_OK) {
        status = postern_gate_reader_new(&scene->reader, scene->gate);
        if (status == POSTERN_OK) {
            status = use(scene);
        }
        postern_gate_reader_free(scene->reader);
        postern_gate_close(scene->gate);
    }
    return status;
}

static void sweep(void)
{
    size_t n = 1;

    for (; n < TRIES; n++) {
        struct scene scene;
        postern_status status;

        begin(&scene, n);
        status = open_and_use(&scene);
        claim(scene.heap.live == 0, "allocation %zu: %zu bytes are left", n,
              scene.heap.live);
        claim(scene.heap.wrong_sizes == 0, "allocation %zu: wrong sizes", n);
        if (scene.heap.calls < n) {
            claim(status == POSTERN_OK, "nothing was refused: %d", (int)status);
            break;
        }
        claim(status == POSTERN_ERR_MEMORY, "allocation %zu: %d", n,
              (int)status);
    }
    claim(n < TRIES, "the sweep has no end");
    printf("%zu allocations\n", n - 1);
}

static void decide_without_memory(void)
{
    struct scene scene;
    size_t calls;

    begin(&scene, 0);
    if (!claim(postern_gate_open(&scene.gate, &scene.manager, &scene.options,
                                 NOW, &scene.diag) == POSTERN_OK &&
                   postern_gate_reader_new(&scene.reader, scene.gate) ==
                       POSTERN_OK,
               "not opened")) {
        return;
    }
    calls = scene.heap.calls;
    scene.heap.fail_at = calls + 1;
    for (int i = 0; i < DECISIONS; i++) {
        claim(permits(&scene), "not permitted");
    }
    claim(scene.heap.calls == calls, "decisions have allocated");
    postern_gate_reader_free(scene.reader);
    postern_gate_close(scene.gate);
    claim(scene.heap.live == 0, "%zu bytes are left", scene.heap.live);
}

int main(void)
{
    sweep();
    decide_without_memory();
    return claims_failed();
}
