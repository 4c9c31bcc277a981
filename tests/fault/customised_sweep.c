/*
 * Every allocation that making and reading a customised privacy policy asks for
 * refused once: nothing leaks, and nothing is half a document. Laying it out
 * asks for no memory, and stops where the writer stops.
 */
#include "support/claim.h"
#include "support/customised.h"
#include "support/faulty.h"

#include <stdio.h>

#define USER                                                                   \
    "kind: user\nrows: {6.0/month: 3, 2.0/medical: no, 11.0/dob: "             \
    "1980-02-03}\n"

static const char *const before_texts[] = {
    "kind: provider\nname: Acme\nrows: {6.0/month: 3, 2.0/personal: yes}\n",
    USER, NULL};
static const char *const texts[] = {
    "kind: provider\nname: Acme\nversion: 4\nlink: https://a.example/\n"
    "rows: {6.0/month: 6, 2.0/medical: yes, 11.0/min_age: 16}\n"
    "columns:\n- application: a\n  rows: {}\n- application: b\n  rows: {}\n",
    USER,
    "kind: legal_country\nname: the act\nlink: https://law.example/\n"
    "rows: {6.0/month: {floor: 6}}\n",
    NULL};

enum { ENOUGH = 4 };

/* False when the n-th allocation is not reached any more. */
static bool sweep_new(const struct shown *sample, const struct shown *before,
                      size_t n)
{
    struct faulty heap = {.fail_at = n};
    postern_allocator allocator = faulty_allocator(&heap);
    postern_customised_options options = shown_options();
    postern_customised *document;
    postern_status status;

    options.allocator = &allocator;
    options.previous = before->document;
    status = postern_customised_new(&document, sample->stack, &options, NULL);
    claim((status == POSTERN_OK) == (document != NULL), "new %zu", n);
    claim(status == POSTERN_OK || status == POSTERN_ERR_MEMORY, "new %zu: %s",
          n, postern_status_name(status));
    claim((status == POSTERN_OK) == (heap.calls < n), "new %zu of %zu", n,
          heap.calls);
    postern_customised_free(document);
    claim(heap.live == 0 && heap.wrong_sizes == 0, "new %zu: %zu bytes left", n,
          heap.live);
    return heap.calls >= n;
}

static bool sweep_load(const struct shown *sample, const struct shown *before,
                       size_t n)
{
    struct faulty heap = {.fail_at = n};
    postern_allocator allocator = faulty_allocator(&heap);
    postern_ppm_load_options options;
    postern_customised *document;
    postern_status status;

    (void)before;
    postern_ppm_load_options_init(&options);
    options.allocator = &allocator;
    status = postern_customised_load(
        &document, postern_customised_json(sample->document), &options, NULL);
    claim((status == POSTERN_OK) == (document != NULL), "load %zu", n);
    claim(status == POSTERN_OK || status == POSTERN_ERR_MEMORY, "load %zu: %s",
          n, postern_status_name(status));
    claim((status == POSTERN_OK) == (heap.calls < n), "load %zu of %zu", n,
          heap.calls);
    postern_customised_free(document);
    claim(heap.live == 0 && heap.wrong_sizes == 0, "load %zu: %zu bytes left",
          n, heap.live);
    return heap.calls >= n;
}

static void sweep(bool (*run)(const struct shown *sample,
                              const struct shown *before, size_t n),
                  const struct shown *sample, const struct shown *before)
{
    size_t n = 1;

    while (claims_lost == 0 && run(sample, before, n)) {
        n++;
    }
    printf("%zu allocations refused, one after another\n", n - 1);
    claim(n > ENOUGH, "too few allocations to be true");
}

/* Takes a number of pieces, then refuses. */
struct writer {
    size_t pieces;
    size_t take;
};

static postern_status take_piece(void *user, postern_str piece)
{
    struct writer *writer = user;

    claim(piece.len > 0, "an empty piece");
    writer->pieces++;
    return writer->pieces > writer->take ? POSTERN_ERR_IO : POSTERN_OK;
}

static void write_out(const postern_customised *document,
                      postern_customised_layout layout)
{
    struct writer all = {.take = SIZE_MAX};

    claim(postern_customised_write(document, layout, NULL, take_piece, &all) ==
              POSTERN_OK,
          "layout %d", (int)layout);
    claim(all.pieces > 1, "layout %d is one piece", (int)layout);
    for (size_t take = 0; take < all.pieces; take++) {
        struct writer some = {.take = take};

        claim(postern_customised_write(document, layout, NULL, take_piece,
                                       &some) == POSTERN_ERR_IO,
              "layout %d, %zu pieces", (int)layout, take);
        claim(some.pieces == take + 1, "layout %d goes on after %zu pieces",
              (int)layout, take);
    }
    claim(postern_customised_write(document, (postern_customised_layout)2, NULL,
                                   take_piece, &all) == POSTERN_ERR_ARGUMENT,
          "a layout that is none");
}

int main(void)
{
    struct shown before;
    struct shown sample;

    claim(shown_make(&before, before_texts, NULL) == POSTERN_OK, "%s",
          before.diag.message);
    claim(shown_make(&sample, texts, before.document) == POSTERN_OK, "%s",
          sample.diag.message);
    if (claims_lost == 0) {
        sweep(sweep_new, &sample, &before);
        sweep(sweep_load, &sample, &before);
        write_out(sample.document, POSTERN_LAYOUT_TEXT);
        write_out(sample.document, POSTERN_LAYOUT_HTML);
    }
    shown_end(&sample);
    shown_end(&before);
    return claims_failed();
}
