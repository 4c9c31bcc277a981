/*
 * What a token costs, from its text to its claims: opened, verified, remembered
 * and refused, next to the bare primitive of OpenSSL and to what reading the
 * claims with a JSON library costs besides.
 */
#include "bench/token.h"

#include "bench/openssl_memory.h"
#include "bench/token_bed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHAIN_BYTES = 256 * 1024 * 1024,
    SMALL_CHAIN_BYTES = 16 * 1024 * 1024,
    SMALL_SIZE = 100000,
    SAMPLES = 400000, /* of one segment */
    WORDS = 96
};

/* ---- each algorithm ----------------------------------------------------- */

static uint32_t open_token(void *user)
{
    struct bench_token_subject *subject = user;
    struct bench_token_bed *bed = subject->bed;
    static postern_jose_rules rules;
    postern_opened opened;
    postern_refusal refusal;

    if (rules.struct_size == 0) {
        postern_jose_rules_init(&rules);
        rules.onem2m = true;
    }
    refusal = postern_jose_open(bed->jose, bed->world.openers, &rules,
                                subject->token->text, &opened);
    subject->wrong = subject->wrong || refusal != subject->expected ||
                     opened.payload.len != strlen(subject->token->claims);
    return (uint32_t)refusal;
}

static bool measure_row(struct bench_token_bed *bed, const char *alg,
                        const char *words, bench_call *call)
{
    struct bench_token_subject subject = {.bed = bed,
                                          .verifier = bed->verifier};
    struct bench_token_row row = {.words = words, .alg = alg};

    bench_token_time(&subject, call, call == bench_token_verify, &row);
    bench_token_print(bed, &row);
    return !subject.wrong;
}

static bool measure_sort(struct bench_token_bed *bed,
                         const struct bench_sort *sort)
{
    struct bench_token_wish wish = {.sort = sort};
    char opened[WORDS];
    char verified[WORDS];
    bool opens;
    bool verifies;

    (void)snprintf(opened, sizeof opened, "%s, opened", sort->words);
    (void)snprintf(verified, sizeof verified, "%s, verified with its claims",
                   sort->words);
    opens = bench_token_is_wanted(bed, opened);
    verifies = sort->issuer && bench_token_is_wanted(bed, verified);
    if (!opens && !verifies) {
        return true;
    }
    return bench_token_draw(bed, &wish, true) &&
           (!opens || measure_row(bed, sort->alg, opened, open_token)) &&
           (!verifies ||
            measure_row(bed, sort->alg, verified, bench_token_verify));
}

static bool measure_sorts(struct bench_token_bed *bed)
{
    bool done = true;

    for (size_t i = 0; done && i < BENCH_SORTS; i++) {
        done = measure_sort(bed, &bench_sorts[i]);
    }
    return done;
}

/* ---- remembered --------------------------------------------------------- */

/* The verifier of another thread, in which every token of the bed was seen. */
struct keeper {
    postern_token_cache *cache;
    postern_verifier *verifier;
};

static bool keeper_start(struct bench_token_bed *bed, size_t most,
                         struct keeper *keeper)
{
    postern_token_cache_options options;

    *keeper = (struct keeper){NULL, NULL};
    postern_token_cache_options_init(&options);
    options.max_tokens = (uint32_t)most;
    options.max_per_holder = (uint32_t)most;
    return postern_token_cache_new(&keeper->cache, &options) == POSTERN_OK &&
           postern_verifier_new(&keeper->verifier, &bed->world.cse,
                                keeper->cache, NULL) == POSTERN_OK;
}

static void keeper_end(struct keeper *keeper)
{
    postern_verifier_free(keeper->verifier);
    postern_token_cache_free(keeper->cache);
}

/* Verifies a token for the first time, and notes how it may be named. */
static bool show(struct bench_token_bed *bed, struct keeper *keeper,
                 struct bench_token *shown)
{
    postern_token token;
    bool kept;

    postern_verifier_begin(keeper->verifier);
    kept =
        postern_token_verify(keeper->verifier, bed->world.issuers, &bed->check,
                             shown->text, &token) == POSTERN_REFUSAL_NONE &&
        token.local_id.len > 0 && token.local_id.len < sizeof shown->local_id;
    if (kept) {
        memcpy(shown->local_id, token.local_id.data, token.local_id.len);
        shown->local_id[token.local_id.len] = '\0';
    }
    postern_verifier_end(keeper->verifier);
    return kept;
}

static bool show_all(struct bench_token_bed *bed, struct keeper *keeper)
{
    bool kept = true;

    for (size_t i = 0; kept && i < BENCH_TOKENS; i++) {
        kept = show(bed, keeper, &bed->tokens[i]);
    }
    return kept;
}

static bool measure_kept(struct bench_token_bed *bed)
{
    static const struct {
        const char *words;
        bench_call *call;
    } rows[] = {
        {"ES256, remembered", bench_token_verify},
        {"ES256, by its Local-Token-ID", bench_token_recall},
    };
    struct bench_token_wish wish = {.sort = &bench_sorts[6]};
    struct keeper keeper = {NULL, NULL};
    bool wanted = bench_token_is_wanted(bed, rows[0].words) ||
                  bench_token_is_wanted(bed, rows[1].words);
    bool done = !wanted ||
                (keeper_start(bed, BENCH_TOKENS * 2, &keeper) &&
                 bench_token_draw(bed, &wish, false) && show_all(bed, &keeper));

    for (size_t i = 0; wanted && done && i < 2; i++) {
        struct bench_token_subject subject = {
            .bed = bed, .verifier = keeper.verifier, .kept = true};
        struct bench_token_row row = {.words = rows[i].words, .alg = "ES256"};

        if (bench_token_is_wanted(bed, row.words)) {
            bench_token_time(&subject, rows[i].call, false, &row);
            bench_token_print(bed, &row);
        }
        done = !subject.wrong;
    }
    keeper_end(&keeper);
    return done;
}

/* ---- all of it ---------------------------------------------------------- */

static bool start(struct bench_token_bed *bed)
{
    postern_token_check_init(&bed->check);
    bed->check.time_known = true;
    bed->check.time_s = BENCH_TOKEN_NOW;
    bed->samples =
        (struct bench_samples){malloc(SAMPLES * sizeof(uint64_t)), 0, SAMPLES};
    bed->raw_samples =
        (struct bench_samples){malloc(SAMPLES * sizeof(uint64_t)), 0, SAMPLES};
    bed->plain_samples =
        (struct bench_samples){malloc(SAMPLES * sizeof(uint64_t)), 0, SAMPLES};
    return bed->samples.ticks && bed->raw_samples.ticks &&
           bed->plain_samples.ticks && bench_tokens_start(&bed->world) &&
           postern_jose_new(&bed->jose, NULL) == POSTERN_OK &&
           postern_verifier_new(&bed->verifier, &bed->world.cse, NULL, NULL) ==
               POSTERN_OK &&
           postern_id_parse_entity(&bed->check.holder, &bed->world.cse,
                                   postern_str_of(BENCH_TOKEN_HOLDER)) ==
               POSTERN_OK;
}

static void stop(struct bench_token_bed *bed)
{
    bench_token_forget(bed);
    postern_verifier_free(bed->verifier);
    postern_jose_free(bed->jose);
    bench_tokens_end(&bed->world);
    bench_yardsticks_stop(&bed->yardsticks);
    free(bed->samples.ticks);
    free(bed->raw_samples.ticks);
    free(bed->plain_samples.ticks);
}

static void start_yardsticks(struct bench_token_bed *bed)
{
    for (size_t i = 0; i < BENCH_HASHED_TEXTS; i++) {
        (void)snprintf(bed->yardsticks.texts[i], 64, "Cpump%zu", i * 7919);
        bed->yardsticks.hashed[i] = postern_str_of(bed->yardsticks.texts[i]);
    }
}

enum bench_result bench_token(const struct bench_options *options)
{
    static struct bench_token_bed bed;
    bool done;

    if (!bench_openssl_memory_start()) {
        (void)fputs("postern-bench: OpenSSL was used before\n", stderr);
        return BENCH_FAILED;
    }
    bed = (struct bench_token_bed){.options = options};
    bench_clock_start(&bed.clock);
    if (!bench_yardsticks_start(&bed.yardsticks, &bed.clock,
                                options->size < SMALL_SIZE ? SMALL_CHAIN_BYTES
                                                           : CHAIN_BYTES)) {
        (void)fputs("postern-bench: no memory\n", stderr);
        return BENCH_FAILED;
    }
    start_yardsticks(&bed);
    done = start(&bed) && measure_sorts(&bed) && measure_kept(&bed) &&
           bench_token_refused(&bed) && bench_token_by_threads(&bed) &&
           bench_token_in_requests(&bed);
    stop(&bed);
    if (!done) {
        (void)fputs("postern-bench: a wrong answer, or no memory\n", stderr);
        return BENCH_FAILED;
    }
    if (bed.rows == 0) {
        (void)fputs("postern-bench: no case has these words\n", stderr);
        return BENCH_USAGE;
    }
    return BENCH_DONE;
}
