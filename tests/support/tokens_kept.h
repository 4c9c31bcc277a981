/*
 * Tokens as verification would hand them to the cache, without any of its work:
 * the text is made up, and so are the claims.
 */
#ifndef TESTS_SUPPORT_TOKENS_KEPT_H
#define TESTS_SUPPORT_TOKENS_KEPT_H

#include "base/str.h"
#include "tokens/cache.h"

#include <stdio.h>

struct sample {
    char text[1024];
    char holder_text[80];
    char token_id[80];
    char issuer[80];
    postern_id holder;
    postern_token token;
    struct pst_token_to_keep what;
};

static inline postern_cse sample_cse(void)
{
    postern_cse cse;
    postern_status status =
        postern_cse_init(&cse, PST_STR("//sp.example"), PST_STR("/plant-cse"));

    return status == POSTERN_OK ? cse : (postern_cse){.domain = {NULL, 0}};
}

/* A token of `holder` ("Ca"), the bytes of which end in `tail`, for all time.
 */
static inline void sample_make(struct sample *sample, const postern_cse *cse,
                               const char *holder, const char *tail)
{
    int len;

    memset(sample, 0, sizeof *sample);
    (void)snprintf(sample->holder_text, sizeof sample->holder_text, "%s",
                   holder);
    if (postern_id_parse_entity(&sample->holder, cse,
                                postern_str_of(sample->holder_text)) !=
        POSTERN_OK) {
        return;
    }
    (void)snprintf(sample->token_id, sizeof sample->token_id, "%s@das.example",
                   tail);
    (void)snprintf(sample->issuer, sizeof sample->issuer,
                   "//sp.example/das-cse");
    len =
        snprintf(sample->text, sizeof sample->text,
                 "eyJhbGciOiJFUzI1NiJ9.%s-%0800d.%0120d%s", holder, 0, 0, tail);
    sample->token.claims.token_id = postern_str_of(sample->token_id);
    sample->token.claims.issuer = postern_str_of(sample->issuer);
    sample->token.claims.holder = postern_str_of(sample->holder_text);
    sample->token.claims.not_after_s = (int64_t)1 << 40;
    sample->what = (struct pst_token_to_keep){
        .text = {sample->text, (size_t)len},
        .token = &sample->token,
        .holder = &sample->holder,
        .generation = 7,
        .keys_end_s = INT64_MAX,
    };
}

#endif
