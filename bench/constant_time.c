/*
 * Whether the time a refusal takes tells why, as dudect asks it (Reparaz,
 * Balasch and Verbauwhede, 2017): two classes of tokens in random order, and
 * Welch's t-test on their times. A value of t beyond the threshold says that
 * the classes can be told apart.
 *
 * Slow calls are mostly interrupts, so t is also taken of the fastest calls
 * alone, up to some percentiles of both classes together; the largest counts.
 */
#include "bench/constant_time.h"

#include "base/str.h"
#include "bench/machine.h"
#include "bench/token_world.h"
#include "jose/base64url.h"
#include "jose/key.h"
#include "support/rng.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CLASSES = 2,
    TEXTS = 32, /* of a class */
    TEXT = 4096,
    MACS = 0, /* numbers of bench_sorts */
    DIRS = 9,
    OAEPS = 13,
    SLOW_SHARE = 8, /* of the samples: where one takes a millisecond */
    COMPARED = 32,
    MACHINE_SIZE = 512
};

static const double threshold = 4.5; /* standard errors, as dudect has it */
static const double percentiles[] = {1.0, 0.99, 0.95, 0.9, 0.75, 0.5};

enum { CROPS = sizeof percentiles / sizeof percentiles[0] };

/* What is wrong with a token. */
enum flaw {
    LAST_PART_FIRST_BYTE, /* of the signature or the tag */
    LAST_PART_LAST_BYTE,
    KEY_PADDING, /* the encrypted key decrypts to no padding */
    KEY_SIZE     /* ... to a key of another size */
};

struct question {
    const char *words;
    size_t sort; /* of bench_sorts */
    enum flaw flaws[CLASSES];
    bool slow;
};

static const struct question questions[] = {
    {"HS256: wrong in the first or the last byte",
     MACS,
     {LAST_PART_FIRST_BYTE, LAST_PART_LAST_BYTE},
     false},
    {"GCM tag: wrong in the first or the last byte",
     DIRS,
     {LAST_PART_FIRST_BYTE, LAST_PART_LAST_BYTE},
     false},
    {"RSA-OAEP-256: wrong padding, or a wrong tag",
     OAEPS,
     {KEY_PADDING, LAST_PART_LAST_BYTE},
     true},
    {"RSA-OAEP-256: wrong padding, or a key too short",
     OAEPS,
     {KEY_PADDING, KEY_SIZE},
     true},
};

enum { QUESTIONS = sizeof questions / sizeof questions[0] };

struct bed {
    const struct bench_options *options;
    struct bench_clock clock;
    struct bench_tokens world;
    postern_jose *jose;
    char texts[CLASSES][TEXTS][TEXT];
    char given[TEXT]; /* both classes are handed over at the same place */
    size_t lengths[CLASSES][TEXTS];
    uint64_t *ticks;
    uint64_t *sorted;
    uint8_t *classes;
    size_t samples;
    size_t rows; /* printed */
    bool wrong;  /* another refusal than expected */
    bool told_apart;
};

/* ---- flawed tokens ------------------------------------------------------ */

/* The part between two dots, of which `number` come before. */
static postern_str part_of(postern_str token, size_t number)
{
    size_t from = 0;

    for (size_t i = 0; i < number; i++) {
        from = pst_str_find(token, from, '.') + 1;
    }
    return pst_str_slice(token, from, pst_str_find(token, from, '.'));
}

/* The bytes of a part, changed and written back over it. */
static bool change_part(char *text, postern_str part, bool at_end)
{
    uint8_t bytes[TEXT];
    size_t size = pst_base64url_bytes(part.len);

    if (size == 0 || !pst_base64url_decode(part, bytes)) {
        return false;
    }
    bytes[at_end ? size - 1 : 0] ^= 1;
    pst_base64url_encode((postern_str){(const char *)bytes, size},
                         text + (part.data - text));
    return true;
}

/* A key of 16 bytes where there should be one of 32, encrypted as it should
 * be. */
static bool put_short_key(const struct bench_tokens *world, char *text,
                          postern_str part)
{
    const struct pst_key *key =
        pst_keys_find(world->makers, postern_str_of("41-oaep"));
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key->pkey, NULL);
    uint8_t cek[16] = {1};
    uint8_t wrapped[PST_RSA_MAX];
    size_t size = sizeof wrapped;
    bool done =
        context && EVP_PKEY_encrypt_init(context) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
        EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1 &&
        EVP_PKEY_encrypt(context, wrapped, &size, cek, sizeof cek) == 1 &&
        pst_base64url_length(size) == part.len;

    EVP_PKEY_CTX_free(context);
    if (done) {
        pst_base64url_encode((postern_str){(const char *)wrapped, size},
                             text + (part.data - text));
    }
    return done;
}

static bool flaw_text(const struct bench_tokens *world, char *text, size_t len,
                      enum flaw flaw)
{
    postern_str token = {text, len};
    size_t last = pst_str_find(token, 0, '.');
    size_t parts = 1;

    for (; last < len; last = pst_str_find(token, last + 1, '.')) {
        parts++;
    }
    switch (flaw) {
    case LAST_PART_FIRST_BYTE:
        return change_part(text, part_of(token, parts - 1), false);
    case LAST_PART_LAST_BYTE:
        return change_part(text, part_of(token, parts - 1), true);
    case KEY_PADDING:
        return change_part(text, part_of(token, 1), true);
    case KEY_SIZE:
    default:
        return put_short_key(world, text, part_of(token, 1));
    }
}

static bool make_texts(struct bed *bed, const struct question *question)
{
    char claims[BENCH_CLAIMS];
    bool done = true;

    for (size_t i = 0; done && i < (size_t)CLASSES * TEXTS; i++) {
        size_t class = i / TEXTS;
        char *text = bed->texts[class][i % TEXTS];
        struct bench_token_wish wish = {.sort = &bench_sorts[question->sort],
                                        .number = i};
        postern_str token = bench_token_make(&bed->world, &wish, claims);

        done = token.data && token.len < TEXT;
        if (done) {
            memcpy(text, token.data, token.len);
            bed->lengths[class][i % TEXTS] = token.len;
            done =
                flaw_text(&bed->world, text, token.len, question->flaws[class]);
        }
        free((void *)(uintptr_t)token.data);
    }
    return done;
}

/* ---- what is timed ------------------------------------------------------ */

struct subject {
    struct bed *bed;
    size_t class;
    size_t text;
};

static uint32_t open_flawed(void *user)
{
    struct subject *subject = user;
    struct bed *bed = subject->bed;
    postern_str token = {bed->given,
                         bed->lengths[subject->class][subject->text]};
    postern_opened opened;
    postern_refusal refusal =
        postern_jose_open(bed->jose, bed->world.openers, NULL, token, &opened);

    bed->wrong = bed->wrong || refusal != POSTERN_REFUSAL_BAD_CRYPTO;
    return (uint32_t)refusal;
}

/* What everybody knows not to do: this is to be found. */
__attribute__((noinline)) static uint32_t compare_carelessly(void *user)
{
    struct subject *subject = user;
    const volatile char *given = subject->bed->given;
    uint32_t i = 0;

    while (i < COMPARED && given[i] == 'a') {
        i++;
    }
    return i;
}

static void hand_over(struct subject *subject)
{
    struct bed *bed = subject->bed;

    memcpy(bed->given, bed->texts[subject->class][subject->text], TEXT);
}

static void take_samples(struct bed *bed, bench_call *call)
{
    struct subject subject = {.bed = bed};
    struct rng rng = {bed->options->seed};
    struct bench_samples one = {NULL, 0, 1};

    for (size_t i = 0; i < bed->samples; i++) {
        uint64_t drawn = rng_bits(&rng);

        subject.class = drawn >> 40 & 1;
        subject.text = (drawn >> 20) % TEXTS;
        hand_over(&subject);
        one = (struct bench_samples){&bed->ticks[i], 0, 1};
        (void)bench_time_call(&one, call, &subject);
        bed->classes[i] = (uint8_t)subject.class;
    }
}

/* ---- Welch -------------------------------------------------------------- */

struct moments {
    double count;
    double mean;
    double squares; /* of the deviations */
};

static void add(struct moments *moments, double value)
{
    double delta = value - moments->mean;

    moments->count += 1.0;
    moments->mean += delta / moments->count;
    moments->squares += delta * (value - moments->mean);
}

static double error_of(const struct moments *moments)
{
    return moments->squares / (moments->count - 1.0) / moments->count;
}

/* Of the samples up to a limit. 0: too few. */
static double welch(const struct bed *bed, uint64_t limit, double means[2])
{
    struct moments all[CLASSES] = {{0.0, 0.0, 0.0}};
    double error;

    for (size_t i = 0; i < bed->samples; i++) {
        if (bed->ticks[i] <= limit) {
            add(&all[bed->classes[i]], (double)bed->ticks[i]);
        }
    }
    means[0] = all[0].mean;
    means[1] = all[1].mean;
    if (all[0].count < 2.0 || all[1].count < 2.0) {
        return 0.0;
    }
    error = error_of(&all[0]) + error_of(&all[1]);
    return error > 0.0 ? (means[0] - means[1]) / sqrt(error) : 0.0;
}

static int order(const void *left, const void *right)
{
    const uint64_t *a = left;
    const uint64_t *b = right;

    return (*a > *b) - (*a < *b);
}

struct verdict {
    double t; /* the largest by its size */
    double crop;
    double means_ns[CLASSES]; /* of all but the slowest tenth */
};

static struct verdict judge(struct bed *bed)
{
    struct verdict verdict = {0.0, 1.0, {0.0, 0.0}};

    memcpy(bed->sorted, bed->ticks, bed->samples * sizeof *bed->ticks);
    qsort(bed->sorted, bed->samples, sizeof *bed->sorted, order);
    for (size_t i = 0; i < CROPS; i++) {
        size_t at = (size_t)(percentiles[i] * (double)(bed->samples - 1));
        double means[CLASSES];
        double t = welch(bed, bed->sorted[at], means);

        if (fabs(t) > fabs(verdict.t)) {
            verdict.t = t;
            verdict.crop = percentiles[i];
        }
        if (percentiles[i] == 0.9) {
            verdict.means_ns[0] = means[0] * bed->clock.ns_per_tick;
            verdict.means_ns[1] = means[1] * bed->clock.ns_per_tick;
        }
    }
    return verdict;
}

/* ---- reporting ---------------------------------------------------------- */

static void print_row(const struct bed *bed, const char *words,
                      const struct verdict *verdict)
{
    char machine[MACHINE_SIZE];
    bool found = fabs(verdict->t) > threshold;

    if (bed->options->format == BENCH_FORMAT_TEXT) {
        printf("%-50s %8zu %10.1f %10.1f %8.2f %5.0f %% %s\n", words,
               bed->samples, verdict->means_ns[0], verdict->means_ns[1],
               verdict->t, 100.0 * verdict->crop,
               found ? "told apart" : "not told apart");
        return;
    }
    bench_machine(machine, sizeof machine);
    printf("{\"bench\":\"constant-time\",\"case\":\"%s\",\"samples\":%zu,"
           "\"first_ns\":%.1f,\"second_ns\":%.1f,\"t\":%.3f,"
           "\"percentile\":%.2f,\"threshold\":%.1f,\"told_apart\":%s,"
           "\"machine\":\"%s\"}\n",
           words, bed->samples, verdict->means_ns[0], verdict->means_ns[1],
           verdict->t, verdict->crop, threshold, found ? "true" : "false",
           machine);
}

static void print_head(void)
{
    char machine[MACHINE_SIZE];

    bench_machine(machine, sizeof machine);
    printf("%s\nTimes in ns of two classes of refused tokens, in random order, "
           "without the slowest\ntenth; t is Welch's, the largest over the "
           "fastest 50 to 100 %% of the calls. Beyond\n%.1f the classes can be "
           "told apart.\n\n%-50s %8s %10s %10s %8s %7s\n",
           machine, threshold, "", "samples", "first", "second", "t", "of");
}

static void print(struct bed *bed, const char *words,
                  const struct verdict *verdict)
{
    if (bed->rows++ == 0 && bed->options->format == BENCH_FORMAT_TEXT) {
        print_head();
    }
    print_row(bed, words, verdict);
    (void)fflush(stdout);
}

/* ---- all of it ---------------------------------------------------------- */

#define CONTROL "control: a careless comparison of 32 bytes"

static bool is_wanted(const struct bed *bed, const char *words)
{
    return strstr(words, bed->options->only) != NULL;
}

/* Whether this program finds what there is. */
static bool ask_control(struct bed *bed)
{
    struct verdict verdict;

    memset(bed->texts, 'a', sizeof bed->texts);
    for (size_t i = 0; i < TEXTS; i++) {
        bed->texts[0][i][0] = 'b';
    }
    bed->samples = bed->options->size;
    take_samples(bed, compare_carelessly);
    verdict = judge(bed);
    print(bed, CONTROL, &verdict);
    if (fabs(verdict.t) <= threshold) {
        (void)fputs("postern-bench: the control is not told apart\n", stderr);
        return false;
    }
    return true;
}

static bool ask(struct bed *bed, const struct question *question)
{
    struct verdict verdict;

    if (!make_texts(bed, question)) {
        return false;
    }
    bed->samples = bed->options->size / (question->slow ? SLOW_SHARE : 1);
    take_samples(bed, open_flawed);
    verdict = judge(bed);
    print(bed, question->words, &verdict);
    bed->told_apart = bed->told_apart || fabs(verdict.t) > threshold;
    return !bed->wrong;
}

static bool start(struct bed *bed)
{
    size_t size = bed->options->size;

    bed->ticks = malloc(size * sizeof *bed->ticks);
    bed->sorted = malloc(size * sizeof *bed->sorted);
    bed->classes = malloc(size);
    bench_clock_start(&bed->clock);
    return bed->ticks && bed->sorted && bed->classes &&
           bench_tokens_start(&bed->world) &&
           postern_jose_new(&bed->jose, NULL) == POSTERN_OK;
}

static void stop(struct bed *bed)
{
    postern_jose_free(bed->jose);
    bench_tokens_end(&bed->world);
    free(bed->ticks);
    free(bed->sorted);
    free(bed->classes);
}

enum bench_result bench_constant_time(const struct bench_options *options)
{
    static struct bed bed;
    bool done;

    bed = (struct bed){.options = options};
    done = start(&bed);
    if (done && is_wanted(&bed, CONTROL)) {
        done = ask_control(&bed);
    }
    for (size_t i = 0; done && i < QUESTIONS; i++) {
        done = !is_wanted(&bed, questions[i].words) || ask(&bed, &questions[i]);
    }
    stop(&bed);
    if (!done) {
        (void)fputs("postern-bench: a wrong answer, or no memory\n", stderr);
    } else if (bed.rows == 0) {
        (void)fputs("postern-bench: no case has these words\n", stderr);
        return BENCH_USAGE;
    }
    return done && !bed.told_apart ? BENCH_DONE : BENCH_FAILED;
}
