#include "bench/token_bed.h"

#include "bench/allocations.h"
#include "bench/machine.h"
#include "bench/openssl_memory.h"
#include "support/rng.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MACHINE_SIZE = 512, FEWEST_CALLS = 5, SIZE_A_MS = 4000 };

static const double ns_a_ms = 1e6;

bool bench_token_is_wanted(const struct bench_token_bed *bed, const char *words)
{
    return strstr(words, bed->options->only) != NULL;
}

/* ---- tokens ------------------------------------------------------------- */

void bench_token_forget(struct bench_token_bed *bed)
{
    for (size_t i = 0; i < BENCH_TOKENS; i++) {
        struct bench_token *token = &bed->tokens[i];

        free((void *)(uintptr_t)token->text.data);
        bench_raw_end(&token->raw);
        token->text = (postern_str){NULL, 0};
        token->has_raw = false;
    }
}

bool bench_token_draw(struct bench_token_bed *bed,
                      const struct bench_token_wish *wish, bool raw)
{
    struct bench_token_wish each = *wish;

    bench_token_forget(bed);
    for (size_t i = 0; i < BENCH_TOKENS; i++) {
        struct bench_token *token = &bed->tokens[i];

        each.number = wish->number + i;
        token->text = bench_token_make(&bed->world, &each, token->claims);
        if (!token->text.data) {
            return false;
        }
        token->has_raw =
            raw && bench_raw_start(&token->raw, wish->sort, bed->world.openers,
                                   token->text);
        if (raw && !token->has_raw) {
            (void)fprintf(stderr, "postern-bench: %s: the plain way fails\n",
                          wish->sort->words);
            return false;
        }
    }
    return true;
}

/* ---- calls -------------------------------------------------------------- */

static uint32_t settle(struct bench_token_subject *subject,
                       postern_refusal refusal, const postern_token *token)
{
    subject->wrong = subject->wrong || refusal != subject->expected ||
                     token->from_cache != subject->kept;
    return (uint32_t)refusal;
}

uint32_t bench_token_verify(void *user)
{
    struct bench_token_subject *subject = user;
    struct bench_token_bed *bed = subject->bed;
    postern_token token;
    postern_refusal refusal;

    postern_verifier_begin(subject->verifier);
    refusal = postern_token_verify(subject->verifier, bed->world.issuers,
                                   &bed->check, subject->token->text, &token);
    (void)settle(subject, refusal, &token);
    postern_verifier_end(subject->verifier);
    return (uint32_t)refusal;
}

uint32_t bench_token_recall(void *user)
{
    struct bench_token_subject *subject = user;
    struct bench_token_bed *bed = subject->bed;
    postern_token token;
    postern_refusal refusal;

    postern_verifier_begin(subject->verifier);
    refusal = postern_token_recall_local(
        subject->verifier, bed->world.issuers, &bed->check,
        postern_str_of(subject->token->local_id), &token);
    (void)settle(subject, refusal, &token);
    postern_verifier_end(subject->verifier);
    return (uint32_t)refusal;
}

static uint32_t open_raw(void *user)
{
    struct bench_token_subject *subject = user;
    bool good = bench_raw_open(&subject->token->raw);

    subject->wrong = subject->wrong || !good;
    return good;
}

/* What many a program reads claims with. */
static uint32_t read_plainly(void *user)
{
    struct bench_token_subject *subject = user;
    const char *claims = subject->token->claims;
    json_t *value = json_loadb(claims, strlen(claims), 0, NULL);

    subject->wrong = subject->wrong || !value;
    json_decref(value);
    return 1;
}

/* ---- time --------------------------------------------------------------- */

/* So many that a segment takes about as many ms as the size says. */
static size_t calls_of_segment(struct bench_token_subject *subject,
                               bench_call *call)
{
    struct bench_token_bed *bed = subject->bed;
    double budget_ns = ns_a_ms * (double)bed->options->size / (double)SIZE_A_MS;
    uint64_t start = bench_ticks();
    double call_ns;
    double calls;

    (void)call(subject);
    call_ns = (double)(bench_ticks() - start) * bed->clock.ns_per_tick;
    calls = budget_ns / (call_ns > 1.0 ? call_ns : 1.0);
    if (calls < FEWEST_CALLS) {
        return FEWEST_CALLS;
    }
    return calls < (double)bed->samples.capacity ? (size_t)calls
                                                 : bed->samples.capacity;
}

struct segment {
    struct bench_times times;
    double raw_ns;
    double plain_ns;
    double hash_ns;
    double miss_ns;
};

static struct segment time_segment(struct bench_token_subject *subject,
                                   bench_call *call, bool plain,
                                   struct bench_token_row *row)
{
    struct bench_token_bed *bed = subject->bed;
    struct segment segment = {.hash_ns = bench_hash_ns(&bed->yardsticks),
                              .miss_ns = bench_miss_ns(&bed->yardsticks)};
    struct rng rng = {bed->options->seed};

    bed->samples.count = 0;
    bed->raw_samples.count = 0;
    bed->plain_samples.count = 0;
    for (size_t i = 0; i < row->calls / BENCH_SEGMENTS; i++) {
        uint64_t before = bench_allocations();
        uint64_t openssl = bench_openssl_allocations();

        subject->token = &bed->tokens[rng_below(&rng, BENCH_TOKENS)];
        (void)bench_time_call(&bed->samples, call, subject);
        openssl = bench_openssl_allocations() - openssl;
        row->openssl_allocations += openssl;
        row->allocations += bench_allocations() - before - openssl;
        if (subject->token->has_raw) {
            (void)bench_time_call(&bed->raw_samples, open_raw, subject);
        }
        if (plain) {
            (void)bench_time_call(&bed->plain_samples, read_plainly, subject);
        }
    }
    segment.times = bench_times_of(&bed->clock, &bed->samples);
    segment.raw_ns = bench_times_of(&bed->clock, &bed->raw_samples).p50_ns;
    segment.plain_ns = bench_times_of(&bed->clock, &bed->plain_samples).p50_ns;
    return segment;
}

/* The median over the segments of one member. */
static double median_of(const struct segment *segments, size_t offset)
{
    double values[BENCH_SEGMENTS];

    for (size_t i = 0; i < BENCH_SEGMENTS; i++) {
        memcpy(&values[i], (const char *)&segments[i] + offset, sizeof(double));
    }
    return bench_median(values, BENCH_SEGMENTS);
}

#define MEDIAN(member) median_of(segments, offsetof(struct segment, member))

void bench_token_time(struct bench_token_subject *subject, bench_call *call,
                      bool plain, struct bench_token_row *row)
{
    struct segment segments[BENCH_SEGMENTS];
    struct bench_token_bed *bed = subject->bed;
    double sum = 0.0;

    for (size_t i = 0; i < BENCH_TOKENS; i++) { /* contexts of keys and all */
        subject->token = &bed->tokens[i];
        (void)call(subject);
        sum += (double)subject->token->text.len;
    }
    row->tokens = BENCH_TOKENS;
    row->token_bytes = (size_t)(sum / BENCH_TOKENS);
    row->calls = BENCH_SEGMENTS * calls_of_segment(subject, call);
    row->allocations = 0;
    row->openssl_allocations = 0;
    for (size_t i = 0; i < BENCH_SEGMENTS; i++) {
        segments[i] = time_segment(subject, call, plain, row);
    }
    row->times.p50_ns = MEDIAN(times.p50_ns);
    row->times.p99_ns = MEDIAN(times.p99_ns);
    row->times.mean_ns = MEDIAN(times.mean_ns);
    row->per_second = row->times.mean_ns > 0.0 ? 1e9 / row->times.mean_ns : 0.0;
    row->raw_ns = MEDIAN(raw_ns);
    row->plain_ns = plain ? row->raw_ns + MEDIAN(plain_ns) : 0.0;
    row->hash_ns = MEDIAN(hash_ns);
    row->miss_ns = MEDIAN(miss_ns);
}

/* ---- reporting ---------------------------------------------------------- */

static const char *machine(void)
{
    static char line[MACHINE_SIZE];

    if (line[0] == '\0') {
        bench_machine(line, sizeof line);
    }
    return line;
}

static void print_head(const struct bench_token_bed *bed)
{
    printf("%s\n", machine());
    printf(
        "Times in ns of single calls, by %s; the %.1f ns of the timing\n"
        "itself are taken off. Tokens are %d in random order, all different, "
        "of claims of some\n600 bytes. raw: the bare primitive of OpenSSL, by "
        "the manual page, on input that is\ndecoded already, timed between "
        "the calls of the row; plain: that, and jansson reading\nthe claims. "
        "allocs: calls of malloc() and its family per token that are ours; "
        "ossl: those\nof OpenSSL for itself.\n\n",
        bed->clock.source, bed->clock.overhead_ns, BENCH_TOKENS);
    printf("%-51s %5s %8s %8s %8s %5s %4s %8s %5s %8s %6s %8s %6s %5s\n", "",
           "bytes", "calls", "p50", "p99", "hash", "miss", "raw", "/raw",
           "plain", "/plain", "per s", "allocs", "ossl");
}

static double ratio(double a, double b)
{
    return b > 0.0 ? a / b : 0.0;
}

static void print_text(const struct bench_token_row *row)
{
    double calls = (double)row->calls;

    printf("%-51s %5zu %8zu %8.0f %8.0f %5.1f %4.0f %8.0f %5.2f %8.0f %6.2f "
           "%8.0f %6.2f %5.1f\n",
           row->words, row->token_bytes, row->calls, row->times.p50_ns,
           row->times.p99_ns, row->hash_ns, row->miss_ns, row->raw_ns,
           ratio(row->times.p50_ns, row->raw_ns), row->plain_ns,
           ratio(row->times.p50_ns, row->plain_ns), row->per_second,
           (double)row->allocations / calls,
           (double)row->openssl_allocations / calls);
}

static void print_json(const struct bench_token_row *row)
{
    printf("{\"bench\":\"token\",\"case\":\"%s\",\"alg\":\"%s\",\"bytes\":%zu,"
           "\"tokens\":%zu,\"calls\":%zu,\"p50_ns\":%.1f,\"p99_ns\":%.1f,"
           "\"per_second\":%.0f,\"raw_ns\":%.1f,\"ratio\":%.3f,",
           row->words, row->alg, row->token_bytes, row->tokens, row->calls,
           row->times.p50_ns, row->times.p99_ns, row->per_second, row->raw_ns,
           ratio(row->times.p50_ns, row->raw_ns));
    printf("\"reference_ns\":%.1f,\"hash_ns\":%.1f,\"miss_ns\":%.1f,",
           row->plain_ns, row->hash_ns, row->miss_ns);
    if (bench_allocations_are_counted()) {
        printf("\"allocs\":%llu,\"openssl_allocs\":%llu,",
               (unsigned long long)row->allocations,
               (unsigned long long)row->openssl_allocations);
    } else {
        printf("\"allocs\":null,\"openssl_allocs\":null,");
    }
    printf("\"machine\":\"%s\"}\n", machine());
}

void bench_token_print(struct bench_token_bed *bed,
                       const struct bench_token_row *row)
{
    if (bed->options->format == BENCH_FORMAT_TEXT) {
        if (bed->rows == 0) {
            print_head(bed);
        }
        print_text(row);
    } else {
        print_json(row);
    }
    bed->rows++;
    (void)fflush(stdout);
}
