#include "consent/openness.h"

#include "ppm/statement_words.h"

/* ---- columns ------------------------------------------------------------- */

static bool same_text(postern_str a, postern_str b)
{
    return (a.data != NULL) == (b.data != NULL) && pst_str_equal(a, b);
}

bool pst_column_same(const postern_ppm_column *a, const postern_ppm_column *b)
{
    return same_text(a->application, b->application) &&
           same_text(a->device, b->device) && same_text(a->data, b->data);
}

static bool part_inside(postern_str part, postern_str of)
{
    return !of.data || (part.data && pst_str_equal(part, of));
}

bool pst_column_inside(const postern_ppm_column *name,
                       const postern_ppm_column *of)
{
    return part_inside(name->application, of->application) &&
           part_inside(name->device, of->device) &&
           part_inside(name->data, of->data);
}

int pst_column_width(const postern_ppm_column *name)
{
    return (name->application.data != NULL) + (name->device.data != NULL) +
           (name->data.data != NULL);
}

uint32_t pst_column_find(const postern_ppm_stack *stack,
                         const postern_ppm_column *name)
{
    uint32_t count = postern_ppm_stack_columns(stack);

    for (uint32_t i = 0; i < count; i++) {
        postern_ppm_column column = postern_ppm_stack_column(stack, i);

        if (pst_column_same(&column, name)) {
            return i;
        }
    }
    return count;
}

/* Of several that are equally narrow each has to be open. */
bool pst_stored_is_open(const struct pst_stored_consent *stored,
                        const postern_ppm_column *name)
{
    int narrowest = -1;
    bool open = false;

    for (uint32_t i = 0; i < stored->column_count; i++) {
        const struct pst_stored_column *column = &stored->columns[i];
        int width = pst_column_width(&column->name);

        if (!pst_column_inside(name, &column->name) || width < narrowest) {
            continue;
        }
        open = column->open && (width > narrowest || open);
        narrowest = width;
    }
    return open;
}

/* ---- points -------------------------------------------------------------- */

bool pst_point_is_red(const postern_ppm_cell *point)
{
    return point->state == POSTERN_PPM_RED ||
           point->state == POSTERN_PPM_LOCKED;
}

static int severity(const postern_ppm_cell *point)
{
    return point->state == POSTERN_PPM_LOCKED ? 2 : pst_point_is_red(point);
}

postern_ppm_cell pst_point(const postern_ppm_stack *stack,
                           postern_ppm_profile shown, uint32_t column,
                           uint32_t row)
{
    postern_ppm_cell sound;
    postern_ppm_cell other;

    postern_ppm_evaluate(stack, column, row, POSTERN_PPM_SOUND, &sound);
    if (shown == POSTERN_PPM_SOUND) {
        return sound;
    }
    postern_ppm_evaluate(stack, column, row, shown, &other);
    return severity(&other) > severity(&sound) ? other : sound;
}

postern_str pst_point_statement(struct pst_arena *arena,
                                const postern_ppm_stack *stack, uint32_t column,
                                uint32_t row)
{
    char nothing;
    struct pst_text text;
    size_t len;
    char *bytes;

    pst_text_init(&text, &nothing, 1);
    pst_ppm_add_practice(&text, stack, column, row);
    len = text.len;
    bytes = pst_arena_alloc(arena, len + 1, 1);
    if (!bytes) {
        return (postern_str){NULL, 0};
    }
    pst_text_init(&text, bytes, len + 1);
    pst_ppm_add_practice(&text, stack, column, row);
    return (postern_str){bytes, len};
}

/* ---- open ---------------------------------------------------------------- */

struct look {
    struct pst_arena *arena;
    const postern_ppm_stack *stack;
    postern_ppm_profile shown;
    const struct pst_stored_consent *stored;
};

static const struct pst_stored_exception *
exception_of(const struct look *self, const postern_ppm_column *column,
             uint32_t row)
{
    const struct pst_stored_consent *stored = self->stored;

    for (uint32_t i = 0; i < stored->exception_count; i++) {
        const struct pst_stored_exception *exception = &stored->exceptions[i];

        if (exception->row == row &&
            pst_column_same(column, &exception->column)) {
            return exception;
        }
    }
    return NULL;
}

/* An exception is of what was red, for whom, and for what was stated then. */
static postern_status is_excepted(const struct look *self,
                                  const postern_ppm_cell *point, bool *excepted)
{
    postern_ppm_column column =
        postern_ppm_stack_column(self->stack, point->column);
    const struct pst_stored_exception *exception =
        exception_of(self, &column, point->row);
    postern_str statement;

    *excepted = false;
    if (!exception || !point->user_can_accept ||
        point->decided_by != exception->by) {
        return POSTERN_OK;
    }
    statement = pst_point_statement(self->arena, self->stack, point->column,
                                    point->row);
    *excepted = pst_str_equal(statement, exception->statement);
    return statement.data ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

static postern_status look_at_column(const struct look *self, uint32_t column,
                                     bool *open)
{
    *open = true;
    for (uint32_t row = 0; *open && row < POSTERN_PPM_ROWS; row++) {
        postern_ppm_cell point =
            pst_point(self->stack, self->shown, column, row);

        if (pst_point_is_red(&point)) {
            PST_TRY(is_excepted(self, &point, open));
        }
    }
    return POSTERN_OK;
}

/* What was closed stays closed also when its column is not told apart any more:
 * then that is closed which speaks of it now. */
static void close_heirs(const struct look *self, const postern_ppm_column *name,
                        bool *open)
{
    uint32_t count = postern_ppm_stack_columns(self->stack);
    int narrowest = -1;

    for (uint32_t i = 0; i < count; i++) {
        postern_ppm_column column = postern_ppm_stack_column(self->stack, i);
        int width = pst_column_width(&column);

        if (pst_column_inside(name, &column) && width > narrowest) {
            narrowest = width;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        postern_ppm_column column = postern_ppm_stack_column(self->stack, i);

        if (pst_column_inside(name, &column) &&
            pst_column_width(&column) == narrowest) {
            open[i] = false;
        }
    }
}

postern_status pst_openness(struct pst_arena *arena,
                            const postern_ppm_stack *stack,
                            postern_ppm_profile shown,
                            const struct pst_stored_consent *stored, bool *open)
{
    const struct look self = {arena, stack, shown, stored};
    uint32_t count = postern_ppm_stack_columns(stack);

    for (uint32_t i = 0; i < count; i++) {
        postern_ppm_column column = postern_ppm_stack_column(stack, i);

        open[i] = pst_stored_is_open(stored, &column);
        if (open[i]) {
            PST_TRY(look_at_column(&self, i, &open[i]));
        }
    }
    for (uint32_t i = 0; i < stored->column_count; i++) {
        if (!stored->columns[i].open) {
            close_heirs(&self, &stored->columns[i].name, open);
        }
    }
    return POSTERN_OK;
}
