/* A customised privacy policy, made of a stack. [PPM-04] */
#include "customised/document.h"

#include "base/character.h"
#include "base/diag.h"
#include "base/sized.h"
#include "base/str.h"
#include "base/time_text.h"
#include "ppm/statement_words.h"

struct maker {
    postern_customised *made;
    const postern_ppm_stack *stack;
    const postern_customised_options *options;
};

/* ---- texts --------------------------------------------------------------- */

/* Room for a text of `len` bytes and a NUL. */
static postern_status room(postern_customised *made, size_t len, char **bytes)
{
    if (len > PST_CUSTOMISED_TEXT ||
        len > PST_CUSTOMISED_TEXTS - made->text_bytes) {
        return POSTERN_ERR_LIMIT;
    }
    made->text_bytes += len;
    *bytes = pst_arena_alloc(&made->arena, len + 1, 1);
    return *bytes ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

/* What the provider does in a row; absent when it leaves the tag out. */
static postern_status keep_practice(struct maker *self, uint32_t column,
                                    uint32_t row, postern_str *words)
{
    char none;
    char *bytes;
    struct pst_text text;
    size_t len;

    pst_text_init(&text, &none, 1);
    pst_ppm_add_practice(&text, self->stack, column, row);
    len = text.len;
    if (len == 0) {
        return POSTERN_OK;
    }
    PST_TRY(room(self->made, len, &bytes));
    pst_text_init(&text, bytes, len + 1);
    pst_ppm_add_practice(&text, self->stack, column, row);
    *words = (postern_str){bytes, len};
    return POSTERN_OK;
}

static postern_status keep_preference(struct maker *self,
                                      const struct pst_ppm_statement *said,
                                      postern_str *words)
{
    char none;
    char *bytes;
    struct pst_text text;
    size_t len;

    pst_text_init(&text, &none, 1);
    pst_ppm_add_preference(&text, said);
    len = text.len;
    if (len == 0) { /* a text of no length */
        *words = PST_STR("given");
        return POSTERN_OK;
    }
    PST_TRY(room(self->made, len, &bytes));
    pst_text_init(&text, bytes, len + 1);
    pst_ppm_add_preference(&text, said);
    *words = (postern_str){bytes, len};
    return POSTERN_OK;
}

static postern_status keep_sentence(struct maker *self,
                                    const postern_ppm_cell *cell,
                                    postern_str *sentence)
{
    size_t len = postern_ppm_sentence(self->stack, cell, NULL, NULL, 0);
    char *bytes;

    PST_TRY(room(self->made, len, &bytes));
    (void)postern_ppm_sentence(self->stack, cell, NULL, bytes, len + 1);
    *sentence = (postern_str){bytes, len};
    return POSTERN_OK;
}

/* ---- the head ------------------------------------------------------------ */

static postern_status keep_day(struct maker *self)
{
    char day[PST_TIME_TEXT];

    if (!self->options->time_known) {
        return POSTERN_OK;
    }
    pst_time_text(day, PST_DATE_ISO, self->options->time_s);
    return pst_customised_keep(self->made, postern_str_of(day),
                               &self->made->day);
}

static postern_status keep_head(struct maker *self)
{
    postern_customised *made = self->made;
    const postern_customised *previous = self->options->previous;
    postern_str none = {NULL, 0};

    made->profile = self->options->profile;
    made->table = POSTERN_PPM_TABLE;
    PST_TRY(pst_customised_keep(made, self->options->subscriber,
                                &made->subscriber));
    PST_TRY(
        pst_customised_keep(made, self->options->provider, &made->provider));
    PST_TRY(pst_customised_keep(made, postern_str_of(postern_ppm_table_hash()),
                                &made->table_hash));
    PST_TRY(keep_day(self));
    return pst_customised_keep(made,
                               previous ? postern_str_of(previous->hash) : none,
                               &made->previous);
}

/* The user is who the pseudonym stands for: the name of the preferences stays
 * where they are. */
static postern_status keep_frame(struct maker *self, uint32_t place,
                                 postern_ppm_frame_head *out)
{
    postern_ppm_frame_head head;
    postern_customised *made = self->made;

    postern_ppm_frame_look(self->stack->frames[place], &head);
    out->kind = head.kind;
    PST_TRY(pst_customised_keep(made, head.owner, &out->owner));
    PST_TRY(pst_customised_keep(made, head.id, &out->id));
    PST_TRY(pst_customised_keep(made, head.version, &out->version));
    PST_TRY(pst_customised_keep(made, head.link, &out->link));
    return head.kind == POSTERN_PPM_USER
               ? POSTERN_OK
               : pst_customised_keep(made, head.name, &out->name);
}

static postern_status keep_frames(struct maker *self)
{
    postern_customised *made = self->made;

    made->frame_count = self->stack->frame_count;
    made->frames =
        pst_arena_alloc(&made->arena, made->frame_count, sizeof *made->frames);
    if (!made->frames) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t place = 0; place < made->frame_count; place++) {
        PST_TRY(keep_frame(self, place, &made->frames[place]));
    }
    return POSTERN_OK;
}

static postern_status keep_columns(struct maker *self)
{
    postern_customised *made = self->made;

    made->column_count = postern_ppm_stack_columns(self->stack);
    made->columns = pst_arena_alloc(&made->arena, made->column_count,
                                    sizeof *made->columns);
    if (!made->columns) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t i = 0; i < made->column_count; i++) {
        postern_ppm_column from = postern_ppm_stack_column(self->stack, i);
        postern_ppm_column *to = &made->columns[i];

        PST_TRY(pst_customised_keep(made, from.application, &to->application));
        PST_TRY(pst_customised_keep(made, from.device, &to->device));
        PST_TRY(pst_customised_keep(made, from.data, &to->data));
    }
    return POSTERN_OK;
}

/* ---- cells --------------------------------------------------------------- */

static postern_status keep_others(struct maker *self,
                                  struct pst_customised_cell *cell)
{
    struct pst_ppm_view view = {self->stack, cell->column, 0};
    struct pst_customised_say *says;

    for (uint32_t place = 0; place < self->stack->preferences; place++) {
        cell->other_count += pst_ppm_said(&view, place, cell->row) != NULL;
    }
    says = pst_arena_alloc(&self->made->arena, cell->other_count, sizeof *says);
    if (!says) {
        return POSTERN_ERR_MEMORY;
    }
    cell->others = says;
    for (uint32_t place = 0; place < self->stack->preferences; place++) {
        const struct pst_ppm_statement *said =
            pst_ppm_said(&view, place, cell->row);

        if (said) {
            says->frame = place;
            PST_TRY(keep_preference(self, said, &says->words));
            says++;
        }
    }
    return POSTERN_OK;
}

static postern_status keep_cell(struct maker *self, uint32_t column,
                                uint32_t row)
{
    postern_customised *made = self->made;
    struct pst_customised_cell cell = {.column = column, .row = row};
    postern_ppm_cell shown;

    postern_ppm_evaluate(self->stack, column, row, made->profile, &shown);
    if (!shown.stated && shown.state == POSTERN_PPM_GREEN) {
        return POSTERN_OK;
    }
    cell.state = shown.state;
    cell.code = shown.code;
    cell.frame = shown.frame;
    cell.differs = shown.differs;
    PST_TRY(keep_practice(self, column, row, &cell.statement));
    PST_TRY(keep_others(self, &cell));
    PST_TRY(keep_sentence(self, &shown, &cell.sentence));
    return pst_vec_push(&made->cells, &made->allocator, &cell, 1);
}

static postern_status keep_cells(struct maker *self)
{
    for (uint32_t column = 0; column < self->made->column_count; column++) {
        for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
            PST_TRY(keep_cell(self, column, row));
        }
    }
    return POSTERN_OK;
}

static postern_status make(struct maker *self)
{
    PST_TRY(keep_head(self));
    PST_TRY(keep_frames(self));
    PST_TRY(keep_columns(self));
    PST_TRY(keep_cells(self));
    if (self->options->previous) {
        PST_TRY(pst_customised_compare(self->made, self->options->previous));
    }
    return pst_customised_seal(self->made);
}

static bool are_usable(const postern_customised_options *options)
{
    return options->subscriber.data && options->subscriber.len &&
           options->provider.data && options->provider.len &&
           pst_is_text(options->subscriber) && pst_is_text(options->provider) &&
           (unsigned)options->profile < POSTERN_PPM_PROFILES;
}

/* What somebody else was shown says nothing about what has changed. */
static bool is_of_the_same(const postern_customised_options *options)
{
    const postern_customised *previous = options->previous;

    return !previous ||
           (pst_str_equal(previous->subscriber, options->subscriber) &&
            pst_str_equal(previous->provider, options->provider));
}

postern_status postern_customised_new(postern_customised **document,
                                      const postern_ppm_stack *stack,
                                      const postern_customised_options *options,
                                      postern_diag *diag)
{
    postern_customised_options own;
    postern_allocator allocator;
    struct maker self = {.stack = stack, .options = &own};
    postern_status status;

    *document = NULL;
    pst_diag_clear(diag);
    if (!stack || !pst_sized_copy(&own, sizeof own, options) ||
        !are_usable(&own)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    if (!is_of_the_same(&own)) {
        return pst_diag_refuse(diag, POSTERN_ERR_ARGUMENT, "",
                               "the previous document is of another "
                               "subscriber or provider",
                               NULL);
    }
    allocator = pst_allocator_of(own.allocator);
    self.made = pst_customised_begin(&allocator);
    status = self.made ? make(&self) : POSTERN_ERR_MEMORY;
    if (status != POSTERN_OK) {
        postern_customised_free(self.made);
        return pst_diag_plain(diag, status);
    }
    *document = self.made;
    return POSTERN_OK;
}
