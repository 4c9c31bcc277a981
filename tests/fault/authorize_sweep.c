/*
 * Every allocation on the way from a policy to a decision refused once: nothing
 * leaks, and whatever has no memory is denied, not permitted.
 */
#include "base/str.h"
#include "engine/admission.h"
#include "prp/loading.h"
#include "support/faulty.h"
#include "support/one_token.h"

#include <stdio.h>

static const char policy_text[] =
    "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\","
    "\"cb_ri\":\"cb0\",\"cb_rn\":\"base\"},"
    "\"trust\":{\"role_issuers\":[\"//sp.example/auth-cse\"]," ONE_ISSUER "},"
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

#define HEAD_OF_CX ONE_HEAD "\"azp\":\"//sp.example/plant-cse/Cx\",\"jti\":"

/* One by which c1 may be deleted; the other is fetched. */
static const char claims[] =
    HEAD_OF_CX "\"t1@a.example\",\"tkps\":{\"pm\":[{\"ris\":[\"c1\"],"
               "\"pv\":{\"acr\":[{\"acor\":[\"Cx\"],\"acop\":8}]}}]}}";
static const char other_claims[] =
    HEAD_OF_CX "\"t2@a.example\",\"tkps\":{\"pm\":[{\"rids\":["
               "\"op@a.example\"]}]}}";

static char token[ONE_TOKEN_SIZE];
static char other_token[ONE_TOKEN_SIZE];
static char with_token[ONE_TOKEN_SIZE + 256];
static char not_permitted[ONE_TOKEN_SIZE + 256];

static const struct probe probes[] = {
    {with_token, POSTERN_PERMIT},
    {not_permitted, POSTERN_DENY},
    {"{\"fr\":\"Cx\",\"to\":\"acpA\",\"op\":4,\"tids\":["
     "\"t2@a.example\"],\"rq_time\":\"20260317T102030\"}",
     POSTERN_PERMIT},
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
static bool with_cache;

static void claim(bool holds, const char *what, size_t n)
{
    if (!holds) {
        printf("allocation %zu refused: %s\n", n, what);
        failures++;
    }
}

static void ignore_rule(void *user, const char *operation,
                        const postern_rule_explanation *rule)
{
    (void)user;
    (void)operation;
    (void)rule;
}

static void ignore_note(void *user, const char *text)
{
    (void)user;
    (void)text;
}

/* POSTERN_OK when there is an answer. */
static postern_status decide(postern_answer *answer, postern_reader *reader,
                             const struct probe *probe, struct pst_arena *arena)
{
    static const postern_listener listener = {NULL, ignore_rule, ignore_note};
    struct pst_document document = {.text = postern_str_of(probe->json)};
    postern_limits limits = pst_limits_of(NULL);
    postern_primitive primitive;
    postern_diag diag = {.status = POSTERN_OK};

    PST_TRY(pst_json_read(&document, arena, &limits, &diag));
    PST_TRY(pst_primitive_read(&primitive, &document, document.root,
                               PST_PRIMITIVE_PLAIN, arena, &diag));
    postern_authorize(reader, &primitive, &listener, answer);
    return POSTERN_OK;
}

static void run_probe(postern_reader *reader, const struct probe *probe,
                      struct faulty *heap)
{
    postern_answer answer = {.effect = POSTERN_DENY};
    postern_allocator allocator = faulty_allocator(heap);
    struct pst_arena arena;
    postern_status status;

    pst_arena_init(&arena, &allocator, SIZE_MAX);
    status = decide(&answer, reader, probe, &arena);
    claim(status == POSTERN_OK || status == POSTERN_ERR_MEMORY,
          "neither an answer nor a status", heap->fail_at);
    claim(answer.effect == POSTERN_DENY || probe->effect == POSTERN_PERMIT,
          "permitted for want of memory", heap->fail_at);
    if (heap->calls < heap->fail_at) {
        claim(status == POSTERN_OK && answer.effect == probe->effect,
              "not decided as usual", heap->fail_at);
    }
    pst_arena_release(&arena);
}

static postern_reply fetch(void *user, const postern_id *originator,
                           postern_str token_id, char *buffer, size_t *size)
{
    (void)user;
    (void)originator;
    (void)token_id;
    *size = strlen(other_token);
    memcpy(buffer, other_token, *size);
    return POSTERN_REPLY_YES;
}

/* What a CSE holds on to; whatever could not be made is NULL. */
struct site {
    postern_token_cache *cache;
    postern_policy *policy;
    postern_store *store;
    postern_engine *engine;
    postern_reader *reader;
};

static postern_status fill(struct site *site)
{
    postern_change *change;

    PST_TRY(pst_store_for(&site->store, site->policy, NULL));
    PST_TRY(postern_change_begin(site->store, &change));
    if (postern_change_put_policy(change, site->policy, NULL) != POSTERN_OK) {
        postern_change_abort(change);
        return POSTERN_ERR_MEMORY;
    }
    return postern_change_commit(change, NULL);
}

static postern_status open_site(struct site *site,
                                const postern_allocator *allocator)
{
    postern_load_options loading;
    postern_engine_options options;
    postern_token_cache_options caching;
    postern_pip pip = {.struct_size = sizeof pip, .token = fetch};

    postern_token_cache_options_init(&caching);
    caching.allocator = allocator;
    caching.max_tokens = 64;
    PST_TRY(postern_token_cache_new(&site->cache, &caching));
    postern_load_options_init(&loading);
    loading.allocator = allocator;
    PST_TRY(postern_policy_load(&site->policy, PST_STR(policy_text), &loading,
                                NULL));
    PST_TRY(fill(site));
    postern_engine_options_init(&options);
    options.allocator = allocator;
    options.prp = postern_store_prp(site->store);
    options.pip = &pip;
    options.token_cache = with_cache ? site->cache : NULL;
    options.admit = pst_admit_node;
    options.admit_user = site->policy;
    PST_TRY(postern_engine_new(&site->engine, &options));
    PST_TRY(postern_engine_set_trust_of(site->engine, site->policy, NULL));
    return postern_reader_new(site->engine, &site->reader);
}

static void close_site(struct site *site)
{
    postern_reader_free(site->reader);
    postern_engine_free(site->engine);
    postern_token_cache_free(site->cache);
    postern_store_free(site->store);
    postern_policy_free(site->policy);
}

/* False when there was nothing to decide with. */
static bool run(struct faulty *heap)
{
    postern_allocator allocator = faulty_allocator(heap);
    struct site site = {.reader = NULL};
    postern_status status = open_site(&site, &allocator);

    claim(status == POSTERN_OK || status == POSTERN_ERR_MEMORY,
          postern_status_name(status), heap->fail_at);
    for (size_t i = 0;
         status == POSTERN_OK && i < sizeof probes / sizeof *probes; i++) {
        run_probe(site.reader, &probes[i], heap);
    }
    close_site(&site);
    return status == POSTERN_OK;
}

static bool make_tokens(void)
{
    static const char request[] =
        "{\"fr\":\"Cx\",\"to\":\"c1\",\"op\":%d,\"rq_time\":"
        "\"20260317T102030\",\"tkns\":[\"%s\"]}";

    if (!one_token(token, claims) || !one_token(other_token, other_claims)) {
        return false;
    }
    (void)snprintf(with_token, sizeof with_token, request, 4, token);
    (void)snprintf(not_permitted, sizeof not_permitted, request, 5, token);
    return true;
}

static void sweep(void)
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
    claim(n >= 50, "there are few allocations", n);
}

int main(void)
{
    claim(make_tokens(), "a token cannot be made", 0);
    sweep();
    with_cache = true;
    sweep();
    return failures != 0;
}
