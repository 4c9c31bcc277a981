/*
 * What a change would do: not user by user, but voice by voice, as often as
 * each is heard. The tables are prepared as for the change itself and then not
 * taken.
 */
#include "grid/grid.h"

#include "base/diag.h"

/* How often each voice is heard in a run. */
static uint64_t listen(const struct pst_grid_run *run, uint32_t *heard)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < run->blocks.count; i++) {
        const struct pst_grid_block *block = pst_grid_item(&run->blocks, i);

        for (uint32_t slot = 0; slot < block->slots; slot++) {
            if (pst_grid_is_live(block, slot)) {
                heard[block->voices[slot]]++;
                count++;
            }
        }
    }
    return count;
}

static void add(uint64_t counts[POSTERN_PPM_ROWS], const postern_grid_red *rows,
                uint64_t times)
{
    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        counts[row] += rows->words[row / 64] >> row % 64 & 1 ? times : 0;
    }
}

static void foresee(const postern_grid *grid, const struct pst_grid_run *run,
                    const uint32_t *heard, postern_grid_forecast *forecast)
{
    for (uint32_t voice = 0; voice < grid->voices.keys.count; voice++) {
        postern_grid_red now;
        postern_grid_red next;
        postern_grid_red worse;
        postern_grid_red better;

        if (!heard[voice]) {
            continue;
        }
        pst_grid_judged(grid, &run->now, voice, &now);
        pst_grid_judged(grid, &run->next, voice, &next);
        for (int i = 0; i < 2; i++) {
            worse.words[i] = next.words[i] & ~now.words[i];
            better.words[i] = now.words[i] & ~next.words[i];
        }
        forecast->worse += worse.words[0] || worse.words[1] ? heard[voice] : 0;
        forecast->better +=
            better.words[0] || better.words[1] ? heard[voice] : 0;
        add(forecast->reddened, &worse, heard[voice]);
        add(forecast->cleared, &better, heard[voice]);
    }
}

static postern_status try_change(postern_grid *grid,
                                 const struct pst_grid_change *change,
                                 postern_grid_forecast *forecast)
{
    size_t size = ((size_t)grid->voices.keys.count + 1) * sizeof(uint32_t);
    uint32_t *heard = pst_alloc(pst_grid_memory(grid), size);
    postern_status status =
        heard ? pst_grid_prepare(grid, change) : POSTERN_ERR_MEMORY;

    memset(forecast, 0, sizeof *forecast);
    for (uint32_t i = 0; status == POSTERN_OK && i < grid->runs.count; i++) {
        const struct pst_grid_run *run = pst_grid_run_at(grid, i);

        if (pst_grid_concerns(change, run)) {
            memset(heard, 0, size);
            forecast->subscriptions += listen(run, heard);
            foresee(grid, run, heard, forecast);
        }
    }
    pst_grid_forget(grid);
    pst_release(pst_grid_memory(grid), heard, size);
    return status;
}

postern_status postern_grid_try_laws(postern_grid *grid, uint32_t jurisdiction,
                                     const postern_grid_frames *laws,
                                     postern_grid_forecast *forecast)
{
    struct pst_grid_jurisdiction next;
    const struct pst_grid_change change = {POSTERN_GRID_ANY, jurisdiction,
                                           &next, NULL};
    postern_status status;

    if (jurisdiction >= grid->jurisdictions.count) {
        return POSTERN_ERR_ARGUMENT;
    }
    PST_TRY(pst_grid_sort_laws(grid, laws, &next));
    status = try_change(grid, &change, forecast);
    pst_grid_free_laws(grid, &next);
    return status;
}

postern_status postern_grid_try_terms(postern_grid *grid, uint32_t column,
                                      const postern_grid_frames *terms,
                                      postern_grid_forecast *forecast)
{
    const struct pst_grid_change change = {column, POSTERN_GRID_ANY, NULL,
                                           terms};

    if (column >= grid->columns.count || !terms) {
        return POSTERN_ERR_ARGUMENT;
    }
    return try_change(grid, &change, forecast);
}
