/* Target functions: pst_json_read, pst_primitive_read, pst_authorize */
#include "fuzz/fuzz.h"

#include "engine/authorize.h"
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
static const struct pst_engine *the_engine(void)
{
    static struct pst_engine engine;
    static postern_policy *policy;

    if (!policy) {
        postern_load_options options;
        postern_diag diag;

        postern_load_options_init(&options);
        options.format = POSTERN_FORMAT_JSON;
        FUZZ_CLAIM(postern_policy_load(&policy, postern_str_of(policy_text),
                                       &options, &diag) == POSTERN_OK);
        FUZZ_CLAIM(pst_engine_init(&engine, policy) == POSTERN_OK);
    }
    return &engine;
}

static bool may_be_let_in(const struct pst_primitive *primitive)
{
    char from[REF_TEXT_SIZE];
    char canonical[REF_TEXT_SIZE];

    if (!primitive->has_from || primitive->from.len >= REF_TEXT_SIZE) {
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

static struct pst_verdict authorize(const struct pst_primitive *primitive,
                                    bool explain, struct pst_arena *arena)
{
    struct pst_authorize_options options = {.explain = explain};
    struct pst_verdict verdict =
        pst_authorize(the_engine(), primitive, &options, arena);

    FUZZ_CLAIM((verdict.effect == POSTERN_PERMIT) == is_success(verdict.rsc));
    FUZZ_CLAIM(verdict.effect == POSTERN_PERMIT ||
               (verdict.rsc >= 4000 && verdict.rsc < 6000));
    FUZZ_CLAIM(verdict.reason != NULL);
    FUZZ_CLAIM(memchr(verdict.message, '\0', sizeof verdict.message));
    return verdict;
}

static void judge(const struct pst_primitive *primitive,
                  struct pst_arena *arena)
{
    struct pst_verdict plain = authorize(primitive, false, arena);
    struct pst_verdict explained = authorize(primitive, true, arena);

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
    struct pst_primitive primitive;
    struct pst_arena arena;
    postern_diag diag;
    postern_status status;

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
        FUZZ_CLAIM(pst_verdict_of_malformed(&diag).effect == POSTERN_DENY);
    }
    pst_arena_release(&arena);
    return 0;
}
