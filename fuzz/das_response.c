/* Target functions: pst_message_open, pst_das_response_read,
 * pst_take_privileges, pst_take_tokens, postern_dynauth_answer,
 * postern_dynauth_apply
 *
 * Once the DAS is known and its tokens count, once it is not. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "support/jose_keys.h"

#include <postern/dynauth.h>

#include <string.h>

/* Nobody but Cowner, and whoever has the role op@das.example, may do anything
 * with cnt1; a DAS may be asked. */
static const char policy_text[] =
    "{\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant\",\"cb_ri\":\"cb0\","
    "\"cb_rn\":\"base\"},\"resources\":[{\"ri\":\"cb0\",\"rn\":\"base\","
    "\"ty\":5},{\"m2m:acp\":{\"ri\":\"acpA\",\"pi\":\"cb0\",\"pv\":{\"acr\":[{"
    "\"acor\":[\"op@das.example\"],\"acop\":2}]}"
    ",\"pvs\":{\"acr\":[{\"acor\":[\"Cowner\"],\"acop\":63}]}}},"
    "{\"m2m:dac\":{\"ri\":\"dac1\",\"pi\":\"cb0\",\"dae\":true,\"dap\":["
    "\"https://das.example\"]}},"
    "{\"ri\":\"cnt1\",\"ty\":3,\"pi\":\"cb0\",\"acpi\":[\"acpA\"],"
    "\"daci\":[\"dac1\"]}]}";

enum { NOW_S = 1773742830, RETRIEVE = 2, DELETE = 4 };

#define DAS "//sp.example/das-cse"

static const char issuers_text[] =
    "{\"token_issuers\":{\"" DAS "\":{\"algs\":[\"HS256\"],"
    "\"role_domains\":[\"das.example\"],\"keys\":[" OCT_KEY("16-m", "HS256",
                                                            OCT_32) "]}}}";

static const postern_str points[] = {{"https://das.example", 19}};
static const postern_str domains[] = {{"das.example", 11}};
static const postern_das_server server = {.identity = {DAS, sizeof DAS - 1},
                                          .points = {points, 1},
                                          .domains = {domains, 1}};

static struct {
    postern_policy *policy;
    postern_store *store;
    postern_engine *engine;
    postern_reader *reader;
} site;

static void trust_issuers(void)
{
    postern_issuers_options options;
    postern_issuers *issuers;

    postern_issuers_options_init(&options);
    options.cse = postern_policy_cse(site.policy);
    FUZZ_CLAIM(postern_issuers_load(&issuers, postern_str_of(issuers_text),
                                    &options, NULL) == POSTERN_OK);
    FUZZ_CLAIM(postern_engine_set_issuers(site.engine, issuers) == POSTERN_OK);
}

static void make_site(void)
{
    postern_engine_options options;

    FUZZ_CLAIM(postern_policy_load(&site.policy, postern_str_of(policy_text),
                                   NULL, NULL) == POSTERN_OK);
    FUZZ_CLAIM(postern_store_of_policy(&site.store, site.policy, NULL, NULL) ==
               POSTERN_OK);
    postern_engine_options_init(&options);
    options.prp = postern_store_prp(site.store);
    FUZZ_CLAIM(postern_engine_new(&site.engine, &options) == POSTERN_OK);
    trust_issuers();
    FUZZ_CLAIM(postern_reader_new(site.engine, &site.reader) == POSTERN_OK);
}

static postern_primitive primitive_of(const char *from, int operation)
{
    postern_primitive primitive;

    postern_primitive_init(&primitive);
    primitive.from = postern_str_of(from);
    primitive.to = PST_STR("cnt1");
    primitive.operation = operation;
    primitive.time_known = true;
    primitive.time_s = NOW_S;
    return primitive;
}

/* With what was granted for another request, if anything was. */
static bool permits(const postern_dynauth *dynauth, const char *from,
                    int operation)
{
    postern_primitive primitive = primitive_of(from, operation);
    postern_answer answer;

    postern_dynauth_apply(dynauth, &primitive);
    postern_authorize(site.reader, &primitive, NULL, &answer);
    return answer.effect == POSTERN_PERMIT;
}

/* What is to be stored is an ACP that is admissible. */
static void claim_acp(const postern_dynauth *dynauth)
{
    postern_dynauth_grant grant = postern_dynauth_grant_of(dynauth);
    postern_primitive create = primitive_of("Cowner", 1);

    FUZZ_CLAIM(grant.acp.data || grant.tokens > 0);
    if (!grant.acp.data) {
        return;
    }
    create.child_type = 1;
    FUZZ_CLAIM(grant.rules > 0 && grant.expires_s > NOW_S);
    create.content = &grant.acp;
    FUZZ_CLAIM(postern_admit_json(NULL, &create, NULL, NULL) == POSTERN_OK);
}

/* Whether Cpump may read now. */
static bool answer(postern_str text, bool clamp, bool is_known)
{
    postern_primitive primitive = primitive_of("Cpump", RETRIEVE);
    postern_dynauth_options options;
    postern_dynauth *dynauth;
    postern_diag diag;
    postern_status status;
    bool permitted = false;

    postern_dynauth_options_init(&options);
    options.clamp_to_request = clamp;
    options.acp_id = PST_STR("dyn1");
    options.servers = &server;
    options.server_count = is_known ? 1 : 0;
    FUZZ_CLAIM(postern_dynauth_begin(&dynauth, site.reader, &primitive,
                                     &options) == POSTERN_OK);
    FUZZ_CLAIM(postern_dynauth_state_of(dynauth) == POSTERN_DYNAUTH_ASK);
    status = postern_dynauth_answer(dynauth, text, NOW_S, &diag);
    FUZZ_CLAIM((status == POSTERN_OK) ==
               (postern_dynauth_state_of(dynauth) == POSTERN_DYNAUTH_DECIDE));
    FUZZ_CLAIM(diag.status == status);
    if (status == POSTERN_OK) {
        FUZZ_CLAIM(is_known || postern_dynauth_grant_of(dynauth).tokens == 0);
        claim_acp(dynauth);
        permitted = permits(dynauth, "Cpump", RETRIEVE);
        FUZZ_CLAIM(!clamp || !permits(dynauth, "Cother", RETRIEVE));
        FUZZ_CLAIM(!clamp || !permits(dynauth, "Cpump", DELETE));
    } else {
        FUZZ_CLAIM(!permits(dynauth, "Cpump", RETRIEVE));
        FUZZ_CLAIM(diag.message[0]);
    }
    postern_dynauth_free(dynauth);
    return permitted;
}

/* Whatever a DAS answers: what is not an answer grants nothing, and what is
 * clamped grants nothing but the request, and no more than without. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    postern_str text = {(const char *)data, size};

    if (!site.reader) {
        make_site();
    }
    for (int is_known = 0; is_known < 2; is_known++) {
        bool whole = answer(text, false, is_known);

        FUZZ_CLAIM(!answer(text, true, is_known) || whole);
    }
    return 0;
}
