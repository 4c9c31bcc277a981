/*
 * What the cases of `postern-bench token` share: the world, one verifier of it,
 * a few tokens at hand, and how calls are timed and reported.
 */
#ifndef BENCH_TOKEN_BED_H
#define BENCH_TOKEN_BED_H

#include "bench/report.h"
#include "bench/token_raw.h"

#include <postern/engine.h>

enum { BENCH_TOKENS = 64, BENCH_TOKEN_THREADS = 2 };

struct bench_token {
    postern_str text; /* to be freed */
    char claims[BENCH_CLAIMS];
    char local_id[64];
    struct bench_raw raw;
    bool has_raw;
};

struct bench_token_bed {
    const struct bench_options *options;
    struct bench_clock clock;
    struct bench_yardsticks yardsticks;
    struct bench_tokens world;
    postern_jose *jose;
    postern_verifier *verifier; /* that remembers nothing */
    postern_token_check check;
    struct bench_samples samples;
    struct bench_samples raw_samples;
    struct bench_samples plain_samples;
    struct bench_token tokens[BENCH_TOKENS];
    size_t rows; /* printed */
};

/* What one call is about. */
struct bench_token_subject {
    struct bench_token_bed *bed;
    postern_verifier *verifier;
    postern_reader *reader; /* of an engine; NULL: there is none */
    const struct bench_token *token;
    postern_refusal expected;
    bool kept; /* it comes from the cache */
    bool wrong;
};

struct bench_token_row {
    const char *words;
    const char *alg;
    size_t token_bytes;
    size_t tokens;
    size_t calls;
    struct bench_times times;
    double raw_ns;   /* 0: there is nothing to compare with */
    double plain_ns; /* the primitive, and jansson on the claims; 0: likewise */
    double per_second;
    double hash_ns;
    double miss_ns;
    uint64_t allocations;         /* of ours */
    uint64_t openssl_allocations; /* ... and of OpenSSL for itself */
};

bool bench_token_is_wanted(const struct bench_token_bed *bed,
                           const char *words);

/* All tokens anew, of one sort; with `raw` also taken apart. False, after a
 * complaint, when that fails. */
bool bench_token_draw(struct bench_token_bed *bed,
                      const struct bench_token_wish *wish, bool raw);
void bench_token_forget(struct bench_token_bed *bed);

/* Times a call, and, where the tokens were taken apart, the primitive beside
 * it; fills in times, baselines and counts. With `plain` also jansson. */
void bench_token_time(struct bench_token_subject *subject, bench_call *call,
                      bool plain, struct bench_token_row *row);

void bench_token_print(struct bench_token_bed *bed,
                       const struct bench_token_row *row);

/* ---- calls -------------------------------------------------------------- */

/* Each begins and ends a request of one token; subject->wrong when the answer
 * is another than expected. */
uint32_t bench_token_verify(void *subject);
uint32_t bench_token_recall(void *subject);

/* ---- more cases --------------------------------------------------------- */

/* token_threads.c: two threads beside one. */
bool bench_token_by_threads(struct bench_token_bed *bed);
/* token_engine.c: requests with tokens. */
bool bench_token_in_requests(struct bench_token_bed *bed);
/* token_refusals.c: tokens that are refused. */
bool bench_token_refused(struct bench_token_bed *bed);

#endif
