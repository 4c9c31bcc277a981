/* Target functions: pst_json_read, pst_primitive_read, postern_authorize,
 * postern_decision_line */
#include "fuzz/fuzz.h"

#include "engine/admission.h"
#include "prp/loading.h"
#include "reference/reference.h"

#include <postern/policy.h>

#include <string.h>

/* Cpump7 and the AEs C98* of /gate may use cnt1, Cowner1 has made everything,
 * Cadmin may change the policy; nobody else may do anything. */
static const char policy_text[] =
    "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant\",\"cb_ri\":\"cb0\","
    "\"cb_rn\":\"base\"},\"resources\":["
    "{\"ri\":\"cb0\",\"rn\":\"base\",\"ty\":5,\"pi\":\"\","
    "\"acpi\":[\"acpA\"]},"
    "{\"m2m:acp\":{\"ri\":\"acpA\",\"rn\":\"acpA\",\"ty\":1,\"pi\":\"cb0\","
    "\"pv\":{\"acr\":[{\"acor\":[\"Cpump7\",\"/gate/C98*\"],\"acop\":63},"
    "{\"acor\":[\"12-op@auth.example\"],\"acop\":63}]},"
    "\"pvs\":{\"acr\":[{\"acor\":[\"Cadmin\"],\"acop\":63}]}}},"
    "{\"ri\":\"Cowner1\",\"rn\":\"owner\",\"ty\":2,\"pi\":\"cb0\","
    "\"aei\":\"Cowner1\",\"_creator\":\"Cowner1\"},"
    "{\"ri\":\"cnt1\",\"rn\":\"one\",\"ty\":3,\"pi\":\"Cowner1\","
    "\"acpi\":[\"acpA\"],\"_creator\":\"Cowner1\"},"
    "{\"ri\":\"cnt2\",\"rn\":\"two\",\"ty\":3,\"pi\":\"Cowner1\","
    "\"_creator\":\"Cowner1\"},"
    "{\"ri\":\"cin1\",\"rn\":\"x\",\"ty\":4,\"pi\":\"cnt1\"}]}";

static const struct ref_cse host = {"//sp.example", "/plant"};

static const char *const let_in[] = {
    "//sp.example/plant/Cpump7", "//sp.example/gate/C98*",
    "//sp.example/plant/Cowner1", "//sp.example/plant/Cadmin"};

enum { TEXT_BYTES = 1 << 16 };

/* Made with the first input, and used by all. */
static struct {
    postern_policy *policy;
    postern_store *store;
    postern_engine *engine;
    postern_reader *reader;
} site;

static void make_store(void)
{
    postern_change *change;

    FUZZ_CLAIM(pst_store_for(&site.store, site.policy, NULL) == POSTERN_OK);
    FUZZ_CLAIM(postern_change_begin(site.store, &change) == POSTERN_OK);
    FUZZ_CLAIM(postern_change_put_policy(change, site.policy, NULL) ==
               POSTERN_OK);
    FUZZ_CLAIM(postern_change_commit(change, NULL) == POSTERN_OK);
}

static void make_site(void)
{
    postern_load_options loading;
    postern_engine_options options;

    postern_load_options_init(&loading);
    loading.format = POSTERN_FORMAT_JSON;
    FUZZ_CLAIM(postern_policy_load(&site.policy, postern_str_of(policy_text),
                                   &loading, NULL) == POSTERN_OK);
    make_store();
    postern_engine_options_init(&options);
    options.prp = postern_store_prp(site.store);
    options.admit = pst_admit_node;
    options.admit_user = site.policy;
    FUZZ_CLAIM(postern_engine_new(&site.engine, &options) == POSTERN_OK);
    FUZZ_CLAIM(postern_reader_new(site.engine, &site.reader) == POSTERN_OK);
}

static bool may_be_let_in(const postern_primitive *primitive)
{
    char from[REF_TEXT_SIZE];
    char canonical[REF_TEXT_SIZE];

    if (!primitive->from.data || primitive->from.len >= REF_TEXT_SIZE) {
        return false;
    }
    memcpy(from, primitive->from.data, primitive->from.len);
    from[primitive->from.len] = '\0';
    if (!ref_entity(&host, from, canonical)) {
        return false;
    }
    for (size_t i = 0; i < sizeof let_in / sizeof let_in[0]; i++) {
        if (ref_pattern_fits(let_in[i], canonical)) {
            return true;
        }
    }
    return false;
}

static bool is_success(int rsc)
{
    return rsc == 2000 || rsc == 2001 || rsc == 2002 || rsc == 2004;
}

/* What is kept of an answer when the next one is made. */
struct verdict {
    postern_effect effect;
    int rsc;
    const char *reason;
};

static void ignore_rule(void *user, const char *operation,
                        const postern_rule_explanation *rule)
{
    (void)user;
    FUZZ_CLAIM(operation && memchr(rule->why, '\0', sizeof rule->why));
}

static void ignore_note(void *user, const char *text)
{
    (void)user;
    FUZZ_CLAIM(text[0] != '\0');
}

/* A line that is read as the same request, however little room there is. */
static void claim_line(const postern_primitive *primitive,
                       const postern_answer *answer, struct pst_arena *arena)
{
    char none[1];
    size_t len = postern_decision_line(primitive, answer, none, sizeof none);
    char *line = pst_arena_alloc(arena, len + 1, 1);
    struct pst_document document = {.format = PST_FORMAT_JSON,
                                    .text = {line, len}};
    postern_limits limits = pst_limits_of(NULL);
    postern_primitive again;

    FUZZ_CLAIM(line && len > 0 && none[0] == '\0');
    FUZZ_CLAIM(postern_decision_line(primitive, answer, line, len + 1) == len);
    FUZZ_CLAIM(line[len - 1] == '\n' && line[len] == '\0');
    FUZZ_CLAIM(pst_json_read(&document, arena, &limits, NULL) == POSTERN_OK);
    FUZZ_CLAIM(pst_primitive_read(&again, &document, document.root,
                                  PST_PRIMITIVE_OF_LOG, arena,
                                  NULL) == POSTERN_OK);
    FUZZ_CLAIM(again.operation == primitive->operation);
    FUZZ_CLAIM(!again.from.data == !primitive->from.data);
    FUZZ_CLAIM(pst_str_equal(again.from, primitive->from));
    FUZZ_CLAIM(pst_str_equal(again.to, primitive->to));
}

static struct verdict authorize(const postern_primitive *primitive,
                                const postern_listener *listener,
                                struct pst_arena *arena)
{
    postern_answer answer;

    postern_authorize(site.reader, primitive, listener, &answer);
    FUZZ_CLAIM((answer.effect == POSTERN_PERMIT) == is_success(answer.rsc));
    FUZZ_CLAIM(answer.effect == POSTERN_PERMIT ||
               (answer.rsc >= 4000 && answer.rsc < 6000));
    FUZZ_CLAIM(answer.reason != NULL);
    FUZZ_CLAIM(answer.message.data[answer.message.len] == '\0');
    claim_line(primitive, &answer, arena);
    return (struct verdict){answer.effect, answer.rsc, answer.reason};
}

static void judge(const postern_primitive *primitive, struct pst_arena *arena)
{
    static const postern_listener listener = {NULL, ignore_rule, ignore_note};
    struct verdict plain = authorize(primitive, NULL, arena);
    struct verdict explained = authorize(primitive, &listener, arena);

    FUZZ_CLAIM(plain.effect == explained.effect);
    FUZZ_CLAIM(plain.rsc == explained.rsc);
    FUZZ_CLAIM(strcmp(plain.reason, explained.reason) == 0);
    FUZZ_CLAIM(plain.effect == POSTERN_DENY || may_be_let_in(primitive));
}

/* A request as JSON: refused with a reason, or judged, and then nobody is let
 * in whom no rule names. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pst_document document = {.format = PST_FORMAT_JSON,
                                    .source = "input",
                                    .text = {(const char *)data, size}};
    postern_limits limits = pst_limits_of(NULL);
    postern_primitive primitive;
    postern_answer answer;
    struct pst_arena arena;
    postern_diag diag;
    postern_status status;

    if (!site.reader) {
        make_site();
    }
    limits.text_bytes = TEXT_BYTES;
    pst_diag_clear(&diag);
    pst_arena_init(&arena, NULL, SIZE_MAX);
    status = pst_json_read(&document, &arena, &limits, &diag);
    if (status == POSTERN_OK) {
        status = pst_primitive_read(&primitive, &document, document.root,
                                    PST_PRIMITIVE_PLAIN, &arena, &diag);
    }
    if (status == POSTERN_OK) {
        judge(&primitive, &arena);
    } else {
        FUZZ_CLAIM(diag.message[0] != '\0');
        pst_answer_malformed(&answer, &diag);
        FUZZ_CLAIM(answer.effect == POSTERN_DENY);
    }
    pst_arena_release(&arena);
    return 0;
}
