/*
 * Every allocation that loading frames and putting them together makes refused
 * once: nothing leaks. And evaluating asks for no memory at all.
 */
#include <postern/ppm.h>

#include "support/claim.h"
#include "support/faulty.h"

#include <stdio.h>

static const char provider[] =
    "kind: provider\nname: Acme\nversion: 4\nrows:\n  6.0/month: 6\n"
    "  4.0/nation: [DE, EU]\n  8.0/url: https://a.example/\ncolumns:\n"
    "- application: app\n  device: d\n  rows:\n"
    "    7.0/group: {scope: [a, b], reason: [legal]}\n"
    "    11.0/min_age: {min: 3, max: 90}\n";
static const char user[] =
    "{\"kind\":\"user\",\"rows\":{\"6.0/month\":3,\"11.0/dob\":\"1980-02-03\","
    "\"4.0/nation\":[\"EEA\"]},\"columns\":[{\"data\":\"health\",\"rows\":"
    "{\"7.0/group\":{\"scope\":[\"a\"]}}}]}";
static const char country[] =
    "kind: legal_country\nyes_means: require\nrows:\n  8.0/post: yes\n"
    "  6.0/month: {floor: 6, cap: 12}\n";
static const char *const texts[] = {provider, user, country};

enum { FRAMES = sizeof texts / sizeof *texts, ENOUGH = 8 };

struct sample {
    postern_ppm_frame *frames[FRAMES];
    postern_ppm_words *words;
    postern_ppm_stack *stack;
};

static postern_status load(struct sample *sample,
                           const postern_ppm_load_options *options)
{
    for (int i = 0; i < FRAMES; i++) {
        postern_status status = postern_ppm_frame_load(
            &sample->frames[i], postern_str_of(texts[i]), options, NULL);

        if (status != POSTERN_OK) {
            return status;
        }
    }
    return postern_ppm_words_load(
        &sample->words,
        postern_str_of("kind: descriptor\nlanguage: nl\n"
                       "rows: {6.0/month: {label: Maand}}\n"),
        options, NULL);
}

static postern_status make(struct sample *sample, struct faulty *heap)
{
    postern_allocator allocator = faulty_allocator(heap);
    postern_ppm_load_options options;
    postern_ppm_stack_options stack_options;
    postern_status status;

    postern_ppm_load_options_init(&options);
    options.allocator = &allocator;
    postern_ppm_stack_options_init(&stack_options);
    stack_options.allocator = &allocator;
    status = load(sample, &options);
    return status == POSTERN_OK
               ? postern_ppm_stack_new(
                     &sample->stack,
                     (const postern_ppm_frame *const *)sample->frames, FRAMES,
                     &stack_options, NULL)
               : status;
}

static void unmake(struct sample *sample)
{
    postern_ppm_stack_free(sample->stack);
    postern_ppm_words_free(sample->words);
    for (int i = 0; i < FRAMES; i++) {
        postern_ppm_frame_free(sample->frames[i]);
    }
}

static void evaluate(const struct sample *sample)
{
    for (uint32_t column = 0; column < postern_ppm_stack_columns(sample->stack);
         column++) {
        for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
            postern_ppm_cell cell;
            char text[100];

            postern_ppm_evaluate(sample->stack, column, row, POSTERN_PPM_SOUND,
                                 &cell);
            (void)postern_ppm_sentence(sample->stack, &cell, sample->words,
                                       text, sizeof text);
        }
    }
}

/* False when the n-th allocation is not reached any more. */
static bool run(size_t n)
{
    struct faulty heap = {.fail_at = n};
    struct sample sample = {.stack = NULL};
    postern_status status = make(&sample, &heap);

    if (status == POSTERN_OK) {
        size_t calls = heap.calls;

        evaluate(&sample);
        claim(heap.calls == calls, "evaluating asks for memory");
    }
    claim(status == POSTERN_OK || status == POSTERN_ERR_MEMORY,
          "allocation %zu: %s", n, postern_status_name(status));
    claim((status == POSTERN_OK) == (heap.calls < n), "allocation %zu of %zu",
          n, heap.calls);
    unmake(&sample);
    claim(heap.live == 0, "allocation %zu: %zu bytes are left", n, heap.live);
    claim(heap.wrong_sizes == 0, "allocation %zu: released with another size",
          n);
    return heap.calls >= n;
}

int main(void)
{
    size_t n = 1;

    while (claims_lost == 0 && run(n)) {
        n++;
    }
    printf("%zu allocations refused, one after another\n", n - 1);
    claim(n > ENOUGH, "too few allocations to be true");
    return claims_failed();
}
