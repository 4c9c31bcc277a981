/* Target functions: pst_message_open, pst_das_request_read,
 * pst_das_request_write, postern_das_answer, postern_das_codec_read,
 * postern_das_codec_answer */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "dynauth/das_request.h"
#include "dynauth/das_response.h"

#include <postern/dynauth.h>

#include <string.h>

/* Cpump may read cnt1, and nobody else may do anything. */
static const char das_text[] =
    "{\"das\":{\"identity\":\"//sp.example/das-cse\"},\"policy\":{\"cse\":{"
    "\"spid\":\"//sp.example\",\"csi\":\"/plant\",\"cb_ri\":\"cb0\",\"cb_rn\":"
    "\"base\"},\"resources\":[{\"ri\":\"cb0\",\"rn\":\"base\",\"ty\":5},"
    "{\"m2m:acp\":{\"ri\":\"acpD\",\"pi\":\"cb0\",\"pv\":{\"acr\":[{\"acor\":["
    "\"Cpump\"],\"acop\":2}]},\"pvs\":{\"acr\":[{\"acor\":[\"Cowner\"],"
    "\"acop\":63}]}}},"
    "{\"ri\":\"cnt1\",\"rn\":\"one\",\"ty\":3,\"pi\":\"cb0\",\"acpi\":["
    "\"acpD\"]}]}}";

enum { NOW_S = 1773742830 };

static postern_das *das;

static postern_status read_request(struct pst_das_request *request,
                                   postern_str text, struct pst_arena *arena,
                                   postern_diag *diag)
{
    struct pst_message message = {.arena = arena, .diag = diag};
    const struct pst_node *body;

    PST_TRY(pst_message_open(&message, text, PST_DAS_REQUEST, &body));
    return pst_das_request_read(request, &message, body);
}

static bool same_texts(const postern_texts *a, const postern_texts *b)
{
    bool same = a->count == b->count;

    for (size_t i = 0; same && i < a->count; i++) {
        same = pst_str_equal(a->items[i], b->items[i]);
    }
    return same;
}

static size_t write_request(const struct pst_das_request *request, char *buffer,
                            size_t size)
{
    struct pst_json_text json = {.wants_comma = false};

    pst_text_init(&json.text, buffer, size);
    pst_json_open(&json, NULL, '{');
    pst_json_int(&json, "sit", 1);
    pst_das_request_write(&json, "dreq", request);
    pst_json_close(&json, '}');
    return json.text.len;
}

/* What was read is written as what is read as the same. */
static void claim_round_trip(const struct pst_das_request *request,
                             struct pst_arena *arena)
{
    char none[1];
    size_t len = write_request(request, none, sizeof none);
    char *text = pst_arena_alloc(arena, len + 1, 1);
    struct pst_das_request again;
    postern_diag diag = {.status = POSTERN_OK};

    FUZZ_CLAIM(text && write_request(request, text, len + 1) == len);
    FUZZ_CLAIM(read_request(&again, (postern_str){text, len}, arena, &diag) ==
                   POSTERN_OK ||
               diag.status == POSTERN_ERR_LIMIT);
    if (diag.status == POSTERN_OK) {
        FUZZ_CLAIM(pst_str_equal(again.originator, request->originator));
        FUZZ_CLAIM(pst_str_equal(again.target, request->target));
        FUZZ_CLAIM(again.operation == request->operation);
        FUZZ_CLAIM(again.target_type == request->target_type);
        FUZZ_CLAIM(again.ip.family == request->ip.family);
        FUZZ_CLAIM(same_texts(&again.role_ids, &request->role_ids));
        FUZZ_CLAIM(same_texts(&again.helping_ids, &request->helping_ids));
        FUZZ_CLAIM(same_texts(&again.token_ids, &request->token_ids));
    }
}

/* What is granted for a request is an answer that says so and no more. */
static void claim_grant(postern_das_codec *codec, postern_str originator)
{
    static const postern_str countries[] = {{"NL", 2}, {"DE", 2}};
    postern_das_privileges grant = {.originator = originator,
                                    .operations = POSTERN_ACOP_RETRIEVE,
                                    .authentication_flag = true,
                                    .countries = {countries, 2},
                                    .expires_s = NOW_S + 60};
    struct pst_das_response response;
    struct pst_message message = {.diag = NULL};
    const struct pst_node *body;
    struct pst_arena arena;
    postern_str answer;

    FUZZ_CLAIM(postern_das_codec_answer(codec, &grant, &answer) == POSTERN_OK);
    pst_arena_init(&arena, NULL, SIZE_MAX);
    message.arena = &arena;
    FUZZ_CLAIM(pst_message_open(&message, answer, PST_DAS_RESPONSE, &body) ==
               POSTERN_OK);
    FUZZ_CLAIM(pst_das_response_read(&response, &message, body) == POSTERN_OK);
    FUZZ_CLAIM(response.privileges && response.tokens.count == 0);
    pst_arena_release(&arena);
    grant.operations = 0;
    FUZZ_CLAIM(postern_das_codec_answer(codec, &grant, &answer) ==
               POSTERN_ERR_ARGUMENT);
    FUZZ_CLAIM(!answer.data);
    FUZZ_CLAIM(postern_das_codec_answer(codec, NULL, &answer) == POSTERN_OK);
}

/* The codec reads what the DAS reads. */
static void claim_codec(postern_str text, bool is_request)
{
    postern_das_codec *codec;
    postern_das_request request;
    postern_diag diag;
    postern_status status;

    FUZZ_CLAIM(postern_das_codec_new(&codec, NULL) == POSTERN_OK);
    status = postern_das_codec_read(codec, text, &request, &diag);
    FUZZ_CLAIM((status == POSTERN_OK) == is_request);
    FUZZ_CLAIM(diag.status == status);
    if (is_request) {
        FUZZ_CLAIM(request.originator.len > 0 && request.operation > 0);
        claim_grant(codec, request.originator);
    } else {
        FUZZ_CLAIM(!request.originator.data && request.operation == 0);
    }
    postern_das_codec_free(codec);
}

static void claim_answer(postern_str text, bool is_request,
                         const struct pst_das_request *request,
                         struct pst_arena *arena)
{
    postern_das_question question = {
        .text = text, .asker = PST_STR("/plant"), .now_s = NOW_S};
    postern_das_reply reply;
    struct pst_das_response response;
    struct pst_message message = {.arena = arena};
    const struct pst_node *body;
    postern_status status = postern_das_answer(das, &question, &reply, NULL);

    FUZZ_CLAIM(is_request || status != POSTERN_OK);
    if (status != POSTERN_OK) {
        return;
    }
    FUZZ_CLAIM(pst_message_open(&message, reply.text, PST_DAS_RESPONSE,
                                &body) == POSTERN_OK);
    FUZZ_CLAIM(pst_das_response_read(&response, &message, body) == POSTERN_OK);
    FUZZ_CLAIM(reply.privileges == (response.privileges != NULL));
    FUZZ_CLAIM(reply.tokens == 0);
    FUZZ_CLAIM(
        !reply.privileges ||
        (request->operation == 2 &&
         strstr(reply.text.data, "[\"//sp.example/plant/Cpump\"],\"acop\":2")));
}

/* A question is refused, or read and written alike; and the DAS grants what its
 * policy permits, and that alone. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    postern_str text = {(const char *)data, size};
    struct pst_das_request request;
    struct pst_arena arena;
    postern_diag diag = {.status = POSTERN_OK};
    bool is_request;

    if (!das) {
        FUZZ_CLAIM(postern_das_load(&das, postern_str_of(das_text), NULL,
                                    NULL) == POSTERN_OK);
    }
    pst_arena_init(&arena, NULL, SIZE_MAX);
    is_request = read_request(&request, text, &arena, &diag) == POSTERN_OK;
    FUZZ_CLAIM(is_request == (diag.status == POSTERN_OK));
    FUZZ_CLAIM(is_request || diag.message[0]);
    if (is_request) {
        claim_round_trip(&request, &arena);
    }
    claim_codec(text, is_request);
    claim_answer(text, is_request, &request, &arena);
    pst_arena_release(&arena);
    return 0;
}
