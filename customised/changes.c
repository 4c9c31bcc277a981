/*
 * What has changed since another document, and who did it. [PPM-04]
 *
 * Columns are compared by their names, points by the keys of their rows: the
 * numbers of columns say nothing. Whoever says something else about a point has
 * changed it, the provider first; if nobody does, whoever says something else
 * about the tag, of which a row may be one step; if nobody does that, a day has
 * come.
 */
#include "customised/document.h"

#include "base/diag.h"
#include "base/str.h"
#include "ppm/annex_j.h"
#include "ppm/frame.h"

enum { NO_COLUMN = -1 };

/* A point in both documents; NULL: nobody says anything there. */
struct pair {
    const struct pst_customised_cell *now;
    const struct pst_customised_cell *before;
};

/* A column in both documents. */
struct comparison {
    postern_customised *now;
    const postern_customised *before;
    int64_t now_column; /* or NO_COLUMN */
    int64_t before_column;
};

/* ---- columns ------------------------------------------------------------- */

static bool is_inside(const postern_ppm_column *a, const postern_ppm_column *b)
{
    const postern_str names_a[PST_PPM_AXES] = {a->application, a->device,
                                               a->data};
    const postern_str names_b[PST_PPM_AXES] = {b->application, b->device,
                                               b->data};

    return pst_ppm_column_inside(names_a, names_b);
}

static bool are_same(const postern_ppm_column *a, const postern_ppm_column *b)
{
    return is_inside(a, b) && is_inside(b, a);
}

static int64_t same_column(const postern_customised *in,
                           const postern_ppm_column *column)
{
    for (uint32_t i = 0; i < in->column_count; i++) {
        if (are_same(&in->columns[i], column)) {
            return i;
        }
    }
    return NO_COLUMN;
}

/* The narrowest column that says what this one does: itself, or the one it was
 * divided from. */
static int64_t column_around(const postern_customised *in,
                             const postern_ppm_column *column)
{
    int64_t best = NO_COLUMN;

    for (uint32_t i = 0; i < in->column_count; i++) {
        if (is_inside(column, &in->columns[i]) &&
            (best == NO_COLUMN ||
             is_inside(&in->columns[i], &in->columns[best]))) {
            best = i;
        }
    }
    return best;
}

/* ---- who ----------------------------------------------------------------- */

static postern_customised_change who_is(postern_ppm_kind kind)
{
    switch (kind) {
    case POSTERN_PPM_USER:
        return POSTERN_CHANGE_BY_YOU;
    case POSTERN_PPM_PARENTAL:
        return POSTERN_CHANGE_BY_PARENTS;
    default:
        return POSTERN_CHANGE_BY_LAW;
    }
}

/* The next thing, from *at on, that somebody such says; NULL: no more. */
static const struct pst_customised_say *
next_of(const postern_customised *in, const struct pst_customised_cell *cell,
        postern_customised_change who, uint32_t *at)
{
    while (cell && *at < cell->other_count) {
        const struct pst_customised_say *say = &cell->others[(*at)++];

        if (who_is(in->frames[say->frame].kind) == who) {
            return say;
        }
    }
    return NULL;
}

static bool says_the_same(const struct comparison *self,
                          const struct pair *point,
                          postern_customised_change who)
{
    uint32_t now_at = 0;
    uint32_t before_at = 0;

    for (;;) {
        const struct pst_customised_say *now =
            next_of(self->now, point->now, who, &now_at);
        const struct pst_customised_say *before =
            next_of(self->before, point->before, who, &before_at);

        if (!now || !before) {
            return !now && !before;
        }
        if (!pst_str_equal(now->words, before->words)) {
            return false;
        }
    }
}

static postern_str statement_of(const struct pst_customised_cell *cell)
{
    return cell ? cell->statement : (postern_str){NULL, 0};
}

/* A point of which the provider says nothing of its own, in a tag of which it
 * says something, is no different from one that is not listed. */
static bool is_practice(postern_str statement)
{
    return statement.data && !pst_str_is(statement, "no");
}

static bool practises_the_same(const struct pair *point)
{
    postern_str now = statement_of(point->now);
    postern_str before = statement_of(point->before);

    if (!point->now || !point->before) {
        return is_practice(now) == is_practice(before);
    }
    return (now.data != NULL) == (before.data != NULL) &&
           pst_str_equal(now, before);
}

/* Of one row: who says something else, or NONE. */
static postern_customised_change who_of_row(const struct comparison *self,
                                            const struct pair *point)
{
    if (!practises_the_same(point)) {
        return POSTERN_CHANGE_BY_PROVIDER;
    }
    for (int who = POSTERN_CHANGE_BY_LAW; who <= POSTERN_CHANGE_BY_YOU; who++) {
        if (!says_the_same(self, point, (postern_customised_change)who)) {
            return (postern_customised_change)who;
        }
    }
    return POSTERN_CHANGE_NONE;
}

static const struct pst_customised_cell *find(const postern_customised *in,
                                              int64_t column, uint32_t row)
{
    return column < 0 ? NULL : pst_customised_find(in, (uint32_t)column, row);
}

/* Of all rows of the tag: the first, in the order of the numbers of changes,
 * who says something else, or NONE. */
static postern_customised_change who_of_tag(const struct comparison *self,
                                            uint32_t row)
{
    const postern_ppm_tag *tag = &pst_ppm_tags[pst_ppm_rows[row].tag];
    postern_customised_change first = POSTERN_CHANGE_NONE;

    for (uint32_t i = 0; i < tag->row_count; i++) {
        struct pair point = {
            find(self->now, self->now_column, tag->first_row + i),
            find(self->before, self->before_column, tag->first_row + i)};
        postern_customised_change who = who_of_row(self, &point);

        if (who != POSTERN_CHANGE_NONE &&
            (first == POSTERN_CHANGE_NONE || who < first)) {
            first = who;
        }
    }
    return first;
}

/* A birth date is said by nobody here. Where it is not a day that has come, it
 * is the date that has changed. */
static bool is_birth_date(const struct comparison *self, uint32_t row)
{
    return pst_ppm_rows[row].comparison == POSTERN_PPM_COMPARE_AGE_GE &&
           self->now->day.data &&
           pst_str_equal(self->now->day, self->before->day);
}

static postern_ppm_state state_of(const struct pst_customised_cell *cell)
{
    return cell ? cell->state : POSTERN_PPM_GREEN;
}

static postern_customised_change who(const struct comparison *self,
                                     const struct pair *point, uint32_t row)
{
    postern_customised_change by = who_of_row(self, point);

    if (by != POSTERN_CHANGE_NONE ||
        state_of(point->now) == state_of(point->before)) {
        return by;
    }
    by = who_of_tag(self, row);
    if (by == POSTERN_CHANGE_NONE) {
        by = is_birth_date(self, row) ? POSTERN_CHANGE_BY_YOU
                                      : POSTERN_CHANGE_BY_TIME;
    }
    return by;
}

/* ---- points -------------------------------------------------------------- */

static void compare_cell(const struct comparison *self,
                         struct pst_customised_cell *cell)
{
    struct pair point = {cell,
                         find(self->before, self->before_column, cell->row)};

    cell->changed.by = self->before_column < 0 ? POSTERN_CHANGE_BY_PROVIDER
                                               : who(self, &point, cell->row);
    if (cell->changed.by == POSTERN_CHANGE_NONE) {
        return;
    }
    cell->changed.before = state_of(point.before);
    cell->changed.statement_before = statement_of(point.before);
}

/* The texts of the previous document, which may be freed before this one. */
static postern_status keep_text(postern_customised *made, postern_str *text)
{
    return pst_customised_keep(made, *text, text);
}

static postern_status compare_cells(struct comparison *self)
{
    struct pst_customised_cell *cells = self->now->cells.data;
    uint32_t last = UINT32_MAX;

    for (uint32_t i = 0; i < self->now->cells.count; i++) {
        if (cells[i].column != last) {
            last = cells[i].column;
            self->now_column = last;
            self->before_column =
                column_around(self->before, &self->now->columns[last]);
        }
        compare_cell(self, &cells[i]);
        PST_TRY(keep_text(self->now, &cells[i].changed.statement_before));
    }
    return POSTERN_OK;
}

static postern_status lose(struct comparison *self,
                           const struct pst_customised_cell *cell)
{
    postern_customised *made = self->now;
    struct pair point = {NULL, cell};
    postern_customised_lost lost = {
        .column = self->before->columns[cell->column],
        .row = cell->row,
        .change = self->now_column < 0 ? POSTERN_CHANGE_BY_PROVIDER
                                       : who(self, &point, cell->row),
        .before = cell->state,
        .statement_before = cell->statement,
    };

    if (lost.change == POSTERN_CHANGE_NONE) {
        return POSTERN_OK; /* nobody had said anything of its own */
    }
    PST_TRY(keep_text(made, &lost.column.application));
    PST_TRY(keep_text(made, &lost.column.device));
    PST_TRY(keep_text(made, &lost.column.data));
    PST_TRY(keep_text(made, &lost.statement_before));
    return pst_vec_push(&made->lost, &made->allocator, &lost, 1);
}

static postern_status find_lost(struct comparison *self)
{
    const struct pst_customised_cell *cells =
        pst_customised_cells(self->before);
    uint32_t last = UINT32_MAX;

    for (uint32_t i = 0; i < self->before->cells.count; i++) {
        if (cells[i].column != last) {
            last = cells[i].column;
            self->before_column = last;
            self->now_column =
                same_column(self->now, &self->before->columns[last]);
        }
        if (!find(self->now, self->now_column, cells[i].row)) {
            PST_TRY(lose(self, &cells[i]));
        }
    }
    return POSTERN_OK;
}

postern_status pst_customised_compare(postern_customised *made,
                                      const postern_customised *previous)
{
    struct comparison self = {.now = made, .before = previous};

    PST_TRY(compare_cells(&self));
    return find_lost(&self);
}
