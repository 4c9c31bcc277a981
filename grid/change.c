/*
 * Other laws, other terms, another day: prepared in full, then done at once.
 * What a change may touch is noted in the blocks, row by row, from what each
 * distinct wish came to before and comes to now.
 */
#include "grid/grid.h"

#include "base/diag.h"

/* ---- preparing ---------------------------------------------------------- */

static postern_status prepare_column(postern_grid *grid,
                                     const struct pst_grid_change *change,
                                     struct pst_grid_column *column)
{
    if (change->terms) {
        PST_TRY(pst_grid_read_terms(grid, change->terms, column->name,
                                    column->next_terms));
    } else {
        memcpy(column->next_terms, column->terms, sizeof column->terms);
    }
    return pst_grid_judgement_of(grid, NULL, column->next_terms, &column->next);
}

static postern_status prepare_run(postern_grid *grid,
                                  const struct pst_grid_change *change,
                                  struct pst_grid_run *run)
{
    const struct pst_grid_column *column =
        pst_grid_column_at(grid, run->column);
    const struct pst_grid_jurisdiction *laws =
        change->laws ? change->laws
                     : pst_grid_jurisdiction_at(grid, run->jurisdiction);
    uint32_t wishes[POSTERN_PPM_TAGS];

    PST_TRY(pst_grid_read_laws(grid, laws, column->name, wishes));
    PST_TRY(
        pst_grid_judgement_of(grid, wishes, column->next_terms, &run->next));
    return pst_grid_judge_all(grid, &run->next, &run->now);
}

postern_status pst_grid_prepare(postern_grid *grid,
                                const struct pst_grid_change *change)
{
    for (uint32_t i = 0; i < grid->columns.count; i++) {
        if (change->column == i || change->column == POSTERN_GRID_ANY) {
            PST_TRY(prepare_column(grid, change, pst_grid_column_at(grid, i)));
        }
    }
    for (uint32_t i = 0; i < grid->runs.count; i++) {
        struct pst_grid_run *run = pst_grid_run_at(grid, i);

        if (pst_grid_concerns(change, run)) {
            PST_TRY(prepare_run(grid, change, run));
        }
    }
    return POSTERN_OK;
}

/* ---- forgetting --------------------------------------------------------- */

static void use(const struct pst_grid_judgement *judgement, bool used)
{
    for (uint32_t tag = 0; tag < POSTERN_PPM_TAGS; tag++) {
        judgement->tables[tag]->used = used;
        judgement->tables[tag]->plain->used = used;
    }
}

static void use_all(postern_grid *grid, bool used)
{
    for (uint32_t i = 0; i < grid->columns.count; i++) {
        use(&pst_grid_column_at(grid, i)->plain, used);
    }
    for (uint32_t i = 0; i < grid->runs.count; i++) {
        use(&pst_grid_run_at(grid, i)->now, used);
    }
}

void pst_grid_forget(postern_grid *grid)
{
    use_all(grid, true);
    pst_grid_tables_empty(&grid->tables);
    use_all(grid, false);
}

/* ---- doing -------------------------------------------------------------- */

/* Rows of a tag for which some wish comes to something else. */
static uint32_t difference(const struct pst_grid_table *before,
                           const struct pst_grid_table *after)
{
    uint32_t rows = 0;

    for (uint32_t wish = 0; before != after && wish < before->size; wish++) {
        if (pst_grid_is_known(before, wish)) {
            rows |= pst_grid_bits(before, wish) ^ pst_grid_bits(after, wish);
        }
    }
    return rows;
}

static void note(postern_grid_red *rows, uint32_t tag, uint32_t bits)
{
    for (uint32_t i = 0; i < pst_ppm_tags[tag].row_count; i++) {
        uint32_t row = pst_ppm_tags[tag].first_row + i;

        rows->words[row / 64] |= (uint64_t)(bits >> i & 1) << row % 64;
    }
}

static postern_grid_red differences(const struct pst_grid_judgement *before,
                                    const struct pst_grid_judgement *after)
{
    postern_grid_red rows = {{0, 0}};

    for (uint32_t tag = 0; tag < POSTERN_PPM_TAGS; tag++) {
        note(&rows, tag, difference(before->tables[tag], after->tables[tag]));
    }
    return rows;
}

static void object(const postern_grid *grid, struct pst_grid_block *block,
                   const struct pst_grid_judgement *plain)
{
    for (uint32_t slot = 0; slot < block->slots; slot++) {
        postern_grid_red bits;

        if (pst_grid_is_live(block, slot)) {
            pst_grid_judged(grid, plain, block->voices[slot], &bits);
            pst_grid_put_bits(block->objections, block, slot, &bits);
        }
    }
}

/* The objections of a run follow from terms and day. */
static void do_run(postern_grid *grid, struct pst_grid_run *run,
                   bool other_objections)
{
    const struct pst_grid_column *column =
        pst_grid_column_at(grid, run->column);
    postern_grid_red rows = differences(&run->now, &run->next);

    for (uint32_t i = 0; i < run->blocks.count; i++) {
        struct pst_grid_block *block = pst_grid_item(&run->blocks, i);

        block->pending.words[0] |= rows.words[0];
        block->pending.words[1] |= rows.words[1];
        if (other_objections) {
            object(grid, block, &column->next);
        }
    }
    run->now = run->next;
}

static bool is_same(const struct pst_grid_judgement *a,
                    const struct pst_grid_judgement *b)
{
    for (uint32_t tag = 0; tag < POSTERN_PPM_TAGS; tag++) {
        if (a->tables[tag] != b->tables[tag]) {
            return false;
        }
    }
    return true;
}

static void do_all(postern_grid *grid, const struct pst_grid_change *change)
{
    for (uint32_t i = 0; i < grid->runs.count; i++) {
        struct pst_grid_run *run = pst_grid_run_at(grid, i);

        if (pst_grid_concerns(change, run)) {
            const struct pst_grid_column *column =
                pst_grid_column_at(grid, run->column);

            do_run(grid, run, !is_same(&column->plain, &column->next));
        }
    }
    for (uint32_t i = 0; i < grid->columns.count; i++) {
        struct pst_grid_column *column = pst_grid_column_at(grid, i);

        if (change->column == i || change->column == POSTERN_GRID_ANY) {
            memcpy(column->terms, column->next_terms, sizeof column->terms);
            column->plain = column->next;
        }
    }
    pst_grid_forget(grid);
}

/* ---- the calls ---------------------------------------------------------- */

postern_status postern_grid_set_laws(postern_grid *grid, uint32_t jurisdiction,
                                     const postern_grid_frames *laws)
{
    struct pst_grid_jurisdiction next;
    const struct pst_grid_change change = {POSTERN_GRID_ANY, jurisdiction,
                                           &next, NULL};
    postern_status status;

    if (jurisdiction >= grid->jurisdictions.count) {
        return POSTERN_ERR_ARGUMENT;
    }
    PST_TRY(pst_grid_sort_laws(grid, laws, &next));
    status = pst_grid_prepare(grid, &change);
    if (status != POSTERN_OK) {
        pst_grid_free_laws(grid, &next);
        pst_grid_forget(grid);
        return status;
    }
    do_all(grid, &change);
    pst_grid_free_laws(grid, pst_grid_jurisdiction_at(grid, jurisdiction));
    *pst_grid_jurisdiction_at(grid, jurisdiction) = next;
    return POSTERN_OK;
}

static postern_status change_columns(postern_grid *grid,
                                     const struct pst_grid_change *change)
{
    postern_status status = pst_grid_prepare(grid, change);

    if (status == POSTERN_OK) {
        do_all(grid, change);
    } else {
        pst_grid_forget(grid);
    }
    return status;
}

postern_status postern_grid_set_terms(postern_grid *grid, uint32_t column,
                                      const postern_grid_frames *terms)
{
    const struct pst_grid_change change = {column, POSTERN_GRID_ANY, NULL,
                                           terms};

    if (column >= grid->columns.count || !terms) {
        return POSTERN_ERR_ARGUMENT;
    }
    return change_columns(grid, &change);
}

postern_status postern_grid_set_time(postern_grid *grid, bool time_known,
                                     int64_t time_s)
{
    static const struct pst_grid_change change = {POSTERN_GRID_ANY,
                                                  POSTERN_GRID_ANY, NULL, NULL};
    int64_t before = grid->tables.stack.day;
    postern_status status;

    grid->tables.stack.day = pst_grid_day_of(time_known, time_s);
    status = change_columns(grid, &change);
    if (status != POSTERN_OK) {
        grid->tables.stack.day = before;
    }
    return status;
}
