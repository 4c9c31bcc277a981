/*
 * Every allocation of the engine refused once: nothing leaks, and whatever has
 * no memory is denied, not permitted.
 */
#include "engine/authorize.h"

#include "base/str.h"
#include "support/faulty.h"

#include <stdio.h>

static const char policy_text[] =
    "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\","
    "\"cb_ri\":\"cb0\",\"cb_rn\":\"base\"},"
    "\"trust\":{\"role_issuers\":[\"//sp.example/auth-cse\"]},"
    "\"resources\":["
    "{\"ri\":\"cb0\",\"rn\":\"base\",\"ty\":5},"
    "{\"ri\":\"Cx\",\"rn\":\"x\",\"ty\":2,\"pi\":\"cb0\",\"aei\":\"Cx\"},"
    "{\"ri\":\"g1\",\"rn\":\"g\",\"ty\":9,\"pi\":\"cb0\",\"mid\":[\"Cx\"]},"
    "{\"ri\":\"r1\",\"ty\":31,\"rlid\":\"op@a.example\",\"tkhd\":\"Cx\","
    "\"tkis\":\"//sp.example/auth-cse\",\"tknb\":\"20260101T000000\","
    "\"tkna\":\"20261231T235959\"},"
    "{\"ri\":\"c1\",\"rn\":\"c\",\"ty\":3,\"pi\":\"cb0\","
    "\"acpi\":[\"acpA\",\"gone\"],\"_attrs\":[\"lbl\"]},"
    "{\"m2m:acp\":{\"ri\":\"acpA\","
    "\"pv\":{\"acr\":[{\"acor\":[\"g1\"],\"acop\":3}]},"
    "\"pvs\":{\"acr\":[{\"acor\":[\"op@a.example\"],\"acop\":63}]}}}]}";

struct probe {
    const char *json;
    postern_effect effect; /* with memory */
};

static const struct probe probes[] = {
    {"{\"fr\":\"Cx\",\"to\":\"c1\",\"op\":1,\"ty\":23}", POSTERN_PERMIT},
    {"{\"fr\":\"Cy\",\"to\":\"c1\",\"op\":2}", POSTERN_DENY},
    {"{\"fr\":\"Cx\",\"to\":\"acpA\",\"op\":3,\"rids\":[\"op@a.example\","
     "\"x@a.example\"],\"rq_time\":\"20260317T102030\",\"content\":"
     "{\"pv\":{\"acr\":[]}}}",
     POSTERN_PERMIT},
    {"{\"fr\":\"Cx\",\"to\":\"acpA\",\"op\":3,\"content\":{\"pvs\":null}}",
     POSTERN_DENY},
};

static int failures;

static void claim(bool holds, const char *what, size_t n)
{
    if (!holds) {
        printf("allocation %zu refused: %s\n", n, what);
        failures++;
    }
}

/* POSTERN_OK when a verdict was reached. */
static postern_status decide(struct pst_verdict *verdict,
                             const struct pst_engine *engine,
                             const struct probe *probe, struct pst_arena *arena)
{
    const struct pst_authorize_options options = {.explain = true};
    struct pst_document document = {.text = postern_str_of(probe->json)};
    postern_limits limits = pst_limits_of(NULL);
    struct pst_primitive primitive;
    postern_diag diag = {.status = POSTERN_OK};

    PST_TRY(pst_json_read(&document, arena, &limits, &diag));
    PST_TRY(pst_primitive_read(&primitive, &document, document.root,
                               PST_PRIMITIVE_PLAIN, arena, &diag));
    *verdict = pst_authorize(engine, &primitive, &options, arena);
    return POSTERN_OK;
}

static void run_probe(const struct pst_engine *engine,
                      const struct probe *probe, struct faulty *heap)
{
    struct pst_verdict verdict = {.effect = POSTERN_DENY};
    postern_allocator allocator = faulty_allocator(heap);
    struct pst_arena arena;
    postern_status status;

    pst_arena_init(&arena, &allocator, SIZE_MAX);
    status = decide(&verdict, engine, probe, &arena);
    claim(status == POSTERN_OK || status == POSTERN_ERR_MEMORY,
          "neither a verdict nor a status", heap->fail_at);
    claim(verdict.effect == POSTERN_DENY || probe->effect == POSTERN_PERMIT,
          "permitted for want of memory", heap->fail_at);
    if (heap->calls < heap->fail_at) {
        claim(status == POSTERN_OK && verdict.effect == probe->effect,
              "not decided as usual", heap->fail_at);
    }
    pst_arena_release(&arena);
}

/* False when the policy or the engine could not be made. */
static bool run(struct faulty *heap)
{
    postern_allocator allocator = faulty_allocator(heap);
    postern_load_options options;
    postern_policy *policy;
    struct pst_engine engine;
    bool made = false;

    postern_load_options_init(&options);
    options.allocator = &allocator;
    if (postern_policy_load(&policy, PST_STR(policy_text), &options, NULL) !=
        POSTERN_OK) {
        return false;
    }
    if (pst_engine_init(&engine, policy) == POSTERN_OK) {
        made = true;
        for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
            run_probe(&engine, &probes[i], heap);
        }
        pst_engine_release(&engine);
    }
    postern_policy_free(policy);
    return made;
}

int main(void)
{
    size_t n = 0;
    size_t calls;

    do {
        struct faulty heap = {.fail_at = ++n};
        bool made = run(&heap);

        calls = heap.calls;
        claim(made || calls >= n, "refused without a reason", n);
        claim(heap.live == 0, "a leak", n);
        claim(heap.wrong_sizes == 0, "released with another size", n);
    } while (calls >= n && failures == 0);
    printf("%zu allocations refused, one after another: %d failures\n", n - 1,
           failures);
    return failures || n < 20;
}
