/* Target functions: postern_das_load, pst_das_settings_read, postern_das_answer
 *
 * A text as the document of a DAS server: refused with a reason and nothing
 * left behind, or a server that answers the CSE of its policy and nobody else,
 * and grants by its policy alone. */
#include "fuzz/fuzz.h"

#include "base/str.h"
#include "support/faulty.h"
#include "support/jose_keys.h"

#include <postern/dynauth.h>

enum { NOW_S = 1773742830 };

static const struct {
    const char *name;
    const char *text;
} files[] = {
    {"sign.jwk", EC256_PRIVATE("51-s", SIG("ES256"))},
    {"public.jwk", EC256_PUBLIC("51-s", SIG("ES256"))},
    {"mac.jwk", OCT_KEY("16-m", "HS256", OCT_32)},
    {"wrap.jwk", OCT_KEY("15-w", "A128KW", OCT_16)},
    {"cse.jwk", EC256_PUBLIC("41-e", ENC("ECDH-ES+A128KW"))},
    {"empty", ""},
};

static postern_status read_file(void *user, postern_str name, postern_str *text,
                                postern_diag *diag)
{
    (void)user;
    (void)diag;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (pst_str_is(name, files[i].name)) {
            *text = postern_str_of(files[i].text);
            return POSTERN_OK;
        }
    }
    return POSTERN_ERR_IO;
}

static const char *const questions[] = {
    "{\"sit\":1,\"dreq\":{\"or\":\"//sp.example/plant/Cpump\","
    "\"trt\":3,\"op\":2,\"trid\":\"//sp.example/plant/cnt1\"}}",
    "{\"sit\":1,\"dreq\":{\"or\":\"//sp.example/plant/Cpump\","
    "\"trt\":3,\"op\":2,\"trid\":\"//sp.example/plant/cnt1\","
    "\"rfa\":[\"op@das.example\",\"op@auth.example\"],"
    "\"ppl\":\"20260317T110000\"}}",
    "{\"sit\":1,\"dreq\":{\"or\":\"//sp.example/plant/Cpump\","
    "\"trt\":3,\"op\":2,\"trid\":\"//sp.example/plant/cnt1\","
    "\"rfa\":[\"op@das.example\"],"
    "\"olo\":[52.09,5.12],\"oip\":{\"ip4\":\"10.1.2.3\"}}}",
    "{\"sit\":1,\"dreq\":{\"or\":\"//sp.example/plant/Cpump\","
    "\"op\":4}}",
    "{\"sit\":2}",
};

static void ask(postern_das *das, postern_str text)
{
    postern_das_question question = {
        .text = text, .asker = postern_das_asker(das), .now_s = NOW_S};
    postern_das_reply reply;
    postern_diag diag;
    postern_status status = postern_das_answer(das, &question, &reply, &diag);

    FUZZ_CLAIM(reply.reason && reply.reason[0]);
    if (status == POSTERN_OK) {
        FUZZ_CLAIM(reply.text.len > 0);
        FUZZ_CLAIM(reply.text.data[reply.text.len] == '\0');
    } else {
        FUZZ_CLAIM(!reply.privileges && !reply.tokens);
        FUZZ_CLAIM(diag.status == status);
    }
    question.asker = PST_STR("//other.example/cse");
    FUZZ_CLAIM(pst_str_equal(question.asker, postern_das_asker(das)) ||
               postern_das_answer(das, &question, &reply, NULL) != POSTERN_OK ||
               (!reply.privileges && !reply.tokens));
}

static void try_with(postern_str text, bool files_are_there)
{
    struct faulty heap = {0};
    postern_allocator allocator = faulty_allocator(&heap);
    postern_das_options options;
    postern_das *das;
    postern_diag diag;
    postern_status status;

    postern_das_options_init(&options);
    options.allocator = &allocator;
    options.source = "input";
    options.read_file = files_are_there ? read_file : NULL;
    status = postern_das_load(&das, text, &options, &diag);
    FUZZ_CLAIM((status == POSTERN_OK) == (das != NULL));
    FUZZ_CLAIM(diag.status == status);
    FUZZ_CLAIM((status == POSTERN_OK) == (diag.message[0] == '\0'));
    if (das) {
        FUZZ_CLAIM(postern_das_asker(das).len > 0);
        for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
            ask(das, postern_str_of(questions[i]));
        }
    }
    postern_das_free(das);
    FUZZ_CLAIM(heap.live == 0);
    FUZZ_CLAIM(heap.wrong_sizes == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    postern_str text = {(const char *)data, size};

    try_with(text, true);
    try_with(text, false);
    return 0;
}
