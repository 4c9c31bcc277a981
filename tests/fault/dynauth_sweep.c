/*
 * Dynamic authorization from the denial to the second decision, at both ends,
 * with every allocation refused once: whoever lacked memory says so, nothing is
 * granted by it, and nothing is left when all is freed. [DDA-21] [IDA-05]
 */
#include <postern/dynauth.h>

#include "base/str.h"
#include "support/claim.h"
#include "support/faulty.h"

#define EC_KEY                                                                 \
    "\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"das-1\",\"alg\":\"ES256\","    \
    "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","                   \
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""
#define CSE                                                                    \
    "\"cse\":{\"spid\":\"//sp.example\",\"csi\":\"/plant-cse\","               \
    "\"cb_ri\":\"cb0\",\"cb_rn\":\"base\"}"

static const char plant_text[] =
    "{" CSE ",\"resources\":[{\"ri\":\"cb0\",\"rn\":\"base\",\"ty\":5},"
    "{\"m2m:acp\":{\"ri\":\"acpA\",\"pi\":\"cb0\",\"pv\":{\"acr\":[{\"acor\":["
    "\"op@das.example\"],\"acop\":2}]},\"pvs\":{\"acr\":[{\"acor\":[\"Cowner\"]"
    ",\"acop\":63}]}}},"
    "{\"m2m:dac\":{\"ri\":\"dac1\",\"pi\":\"cb0\",\"dae\":true,\"dap\":["
    "\"https://other.example\"]}},"
    "{\"ri\":\"cnt1\",\"ty\":3,\"pi\":\"cb0\",\"acpi\":[\"acpA\"],"
    "\"daci\":[\"dac1\"]}],"
    "\"trust\":{\"token_issuers\":{\"//sp.example/das-cse\":{\"algs\":["
    "\"ES256\"],\"role_domains\":[\"das.example\"],\"keys\":[{" EC_KEY "}]}}}}";

static const char das_text[] =
    "{\"das\":{\"identity\":\"//sp.example/das-cse\",\"tokens\":{\"domain\":"
    "\"das.example\",\"sign\":{\"key_file\":\"k\"}},\"roles\":[{"
    "\"originators\":[\"Cpump\"],\"roles\":[\"op@das.example\"]}]},"
    "\"policy\":{" CSE ",\"resources\":[{\"ri\":\"cb0\",\"rn\":\"base\","
    "\"ty\":5},{\"m2m:acp\":{\"ri\":\"acpD\",\"pi\":\"cb0\",\"pv\":{\"acr\":[{"
    "\"acor\":[\"Cpump\"],\"acop\":2}]},\"pvs\":{\"acr\":[{\"acor\":["
    "\"Cowner\"],\"acop\":63}]}}},"
    "{\"ri\":\"cnt1\",\"ty\":3,\"pi\":\"cb0\",\"acpi\":[\"acpD\"]}]}}";

enum { NOW_S = 1773742830, TEXT_SIZE = 4096 };

/* Made with memory that is always there. */
struct plant {
    postern_policy *policy;
    postern_store *store;
    postern_engine *engine;
    postern_reader *reader;
    postern_primitive primitive;
};

static void open_plant(struct plant *plant)
{
    postern_engine_options options;

    claim(postern_policy_load(&plant->policy, postern_str_of(plant_text), NULL,
                              NULL) == POSTERN_OK,
          "the policy");
    claim(postern_store_of_policy(&plant->store, plant->policy, NULL, NULL) ==
              POSTERN_OK,
          "the store");
    postern_engine_options_init(&options);
    options.prp = postern_store_prp(plant->store);
    claim(postern_engine_new(&plant->engine, &options) == POSTERN_OK,
          "the engine");
    claim(postern_engine_set_trust_of(plant->engine, plant->policy, NULL) ==
              POSTERN_OK,
          "the trust");
    claim(postern_reader_new(plant->engine, &plant->reader) == POSTERN_OK,
          "the reader");
    postern_primitive_init(&plant->primitive);
    plant->primitive.from = PST_STR("Cpump");
    plant->primitive.to = PST_STR("cnt1");
    plant->primitive.operation = 2;
    plant->primitive.time_known = true;
    plant->primitive.time_s = NOW_S;
    plant->primitive.wants_token_info = true;
}

static void close_plant(struct plant *plant)
{
    postern_reader_free(plant->reader);
    postern_engine_free(plant->engine);
    postern_store_free(plant->store);
    postern_policy_free(plant->policy);
}

/* ---- one pass ------------------------------------------------------------ */

struct pass {
    const struct plant *plant;
    postern_allocator allocator;
    postern_das *das;
    postern_dynauth *dynauth;
    bool permitted;
};

static postern_status read_key(void *user, postern_str name, postern_str *text,
                               postern_diag *diag)
{
    (void)user;
    (void)name;
    (void)diag;
    *text = PST_STR("{" EC_KEY
                    ",\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"}");
    return POSTERN_OK;
}

static postern_status open_das(struct pass *pass)
{
    postern_das_options options;

    postern_das_options_init(&options);
    options.allocator = &pass->allocator;
    options.read_file = read_key;
    return postern_das_load(&pass->das, postern_str_of(das_text), &options,
                            NULL);
}

static postern_status begin(struct pass *pass)
{
    static const postern_str point = {"https://das.example", 19};
    static const postern_str domain = {"das.example", 11};
    static const postern_das_server server = {
        .identity = {"//sp.example/das-cse", 20},
        .points = {&point, 1},
        .domains = {&domain, 1}};
    postern_dynauth_options options;

    postern_dynauth_options_init(&options);
    options.allocator = &pass->allocator;
    options.servers = &server;
    options.server_count = 1;
    options.clamp_to_request = true;
    return postern_dynauth_begin(&pass->dynauth, pass->plant->reader,
                                 &pass->plant->primitive, &options);
}

static postern_status exchange(struct pass *pass)
{
    char text[TEXT_SIZE];
    postern_das_question question = {.asker = PST_STR("/plant-cse"),
                                     .now_s = NOW_S};
    postern_das_reply reply;
    postern_status status;

    question.text = (postern_str){
        text, postern_dynauth_request(pass->dynauth, text, sizeof text)};
    status = postern_das_answer(pass->das, &question, &reply, NULL);
    if (status != POSTERN_OK) {
        return status;
    }
    claim(reply.privileges && reply.tokens == 1, "the DAS grants both");
    status = postern_dynauth_answer(pass->dynauth, reply.text, NOW_S, NULL);
    claim((status == POSTERN_OK) == (postern_dynauth_state_of(pass->dynauth) ==
                                     POSTERN_DYNAUTH_DECIDE),
          "only an answer is decided with");
    return status;
}

static void decide(struct pass *pass)
{
    postern_primitive primitive = pass->plant->primitive;
    postern_answer answer;

    postern_dynauth_apply(pass->dynauth, &primitive);
    postern_authorize(pass->plant->reader, &primitive, NULL, &answer);
    pass->permitted = answer.effect == POSTERN_PERMIT;
}

/* The first refusal, or OK. */
static postern_status go(struct pass *pass)
{
    postern_str info;
    postern_status status = open_das(pass);

    status = status == POSTERN_OK ? begin(pass) : status;
    if (status != POSTERN_OK) {
        return status;
    }
    claim(postern_dynauth_state_of(pass->dynauth) == POSTERN_DYNAUTH_ASK,
          "there is somebody to ask");
    status = postern_dynauth_token_info(pass->dynauth, &info, NULL);
    claim((status == POSTERN_OK) == (info.data != NULL), "information or not");
    status = status == POSTERN_OK ? exchange(pass) : status;
    decide(pass);
    claim(pass->permitted == (status == POSTERN_OK),
          "permitted when all went well, and then alone");
    return status;
}

int main(void)
{
    struct plant plant;

    open_plant(&plant);
    for (size_t n = 1;; n++) {
        struct faulty heap = {.fail_at = n};
        struct pass pass = {.plant = &plant,
                            .allocator = faulty_allocator(&heap)};
        postern_status status = go(&pass);

        postern_dynauth_free(pass.dynauth);
        postern_das_free(pass.das);
        claim(heap.live == 0, "something is left");
        claim(heap.wrong_sizes == 0, "freed with another size");
        if (heap.calls < n) {
            claim(status == POSTERN_OK, "all memory was there");
            break;
        }
        claim(status == POSTERN_ERR_MEMORY, "who lacked memory says so");
    }
    close_plant(&plant);
    return claims_failed();
}
