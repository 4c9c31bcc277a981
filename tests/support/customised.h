/*
 * Customised privacy policies from texts of frames.
 *
 *   struct shown shown;
 *   shown_make(&shown, (const char *const[]){TERMS, USER, NULL}, NULL);
 *   ... shown.document ...
 *   shown_end(&shown);
 */
#ifndef TESTS_SUPPORT_CUSTOMISED_H
#define TESTS_SUPPORT_CUSTOMISED_H

#include <postern/customised.h>
#include <string.h>

/* 2026-11-22 */
#define SHOWN_TODAY_S INT64_C(1795305600)

enum { SHOWN_FRAMES = 8 };

struct shown {
    postern_ppm_frame *frames[SHOWN_FRAMES];
    size_t count;
    postern_ppm_stack *stack;
    postern_customised *document;
    postern_diag diag;
};

/* As shown_make(), of another day or profile. */
static inline postern_status
shown_make_as(struct shown *self, const char *const *texts,
              const postern_customised_options *given)
{
    postern_ppm_stack_options options;
    postern_status status = POSTERN_OK;

    memset(self, 0, sizeof *self);
    for (; texts[self->count] && status == POSTERN_OK; self->count++) {
        status = postern_ppm_frame_load(&self->frames[self->count],
                                        postern_str_of(texts[self->count]),
                                        NULL, &self->diag);
    }
    postern_ppm_stack_options_init(&options);
    options.time_known = given->time_known;
    options.time_s = given->time_s;
    if (status == POSTERN_OK) {
        status = postern_ppm_stack_new(
            &self->stack, (const postern_ppm_frame *const *)self->frames,
            self->count, &options, &self->diag);
    }
    return status == POSTERN_OK
               ? postern_customised_new(&self->document, self->stack, given,
                                        &self->diag)
               : status;
}

static inline postern_customised_options shown_options(void)
{
    postern_customised_options options;

    postern_customised_options_init(&options);
    options.subscriber = postern_str_of("p-77f1");
    options.provider = postern_str_of("acme");
    options.time_known = true;
    options.time_s = SHOWN_TODAY_S;
    return options;
}

/* Frames one after another, NULL ends them. */
static inline postern_status shown_make(struct shown *self,
                                        const char *const *texts,
                                        const postern_customised *previous)
{
    postern_customised_options options = shown_options();

    options.previous = previous;
    return shown_make_as(self, texts, &options);
}

static inline void shown_end(struct shown *self)
{
    postern_customised_free(self->document);
    postern_ppm_stack_free(self->stack);
    for (size_t i = 0; i < self->count; i++) {
        postern_ppm_frame_free(self->frames[i]);
    }
}

/* The cell of a column and a row; false when it is not in the document. */
static inline bool shown_cell(const postern_customised *document,
                              uint32_t column, const char *row,
                              postern_customised_cell *cell)
{
    uint32_t number = postern_ppm_row_find(postern_str_of(row));

    for (uint32_t n = 0; postern_customised_cell_at(document, n, cell); n++) {
        if (cell->column == column && cell->row == number) {
            return true;
        }
    }
    memset(cell, 0, sizeof *cell);
    return false;
}

/* Whether the JSON holds these bytes. */
static inline bool shown_says(const postern_customised *document,
                              const char *words)
{
    postern_str json = postern_customised_json(document);
    size_t len = strlen(words);

    for (size_t i = 0; i + len <= json.len; i++) {
        if (memcmp(json.data + i, words, len) == 0) {
            return true;
        }
    }
    return false;
}

#endif
