/* A grid from its beginning to its end; columns, jurisdictions, voices. */
#include "grid/grid.h"

#include "base/civil_time.h"
#include "base/diag.h"
#include "base/sized.h"
#include "ppm/nations.h"

void postern_grid_options_init_sized(postern_grid_options *options,
                                     size_t struct_size)
{
    pst_sized_init(options, struct_size);
}

/* ---- memory, counted ---------------------------------------------------- */

static void *counted_alloc(void *user, size_t size)
{
    postern_grid *grid = user;
    void *block = pst_alloc(&grid->outer, size);

    grid->bytes += block ? size : 0;
    return block;
}

static void counted_release(void *user, void *block, size_t size)
{
    postern_grid *grid = user;

    grid->bytes -= size;
    pst_release(&grid->outer, block, size);
}

/* ---- beginning ---------------------------------------------------------- */

static const postern_ppm_kind default_order[POSTERN_PPM_USER] = {
    POSTERN_PPM_LEGAL_REGION, POSTERN_PPM_LEGAL_COUNTRY, POSTERN_PPM_LEGAL_CITY,
    POSTERN_PPM_LEGAL_STATE,  POSTERN_PPM_PARENTAL,      POSTERN_PPM_USER};

enum { LAWS = POSTERN_PPM_LEGAL_STATE /* kinds of them */ };

/* Each law once, then the parents, then the user: what a voice says stands
 * together. */
static bool is_order(const postern_ppm_kind *order, size_t count)
{
    unsigned seen = 0;

    if (count != POSTERN_PPM_USER) {
        return false;
    }
    for (size_t i = 0; i < LAWS; i++) {
        unsigned kind = (unsigned)order[i];

        if (kind < POSTERN_PPM_LEGAL_REGION || kind > POSTERN_PPM_LEGAL_STATE) {
            return false;
        }
        seen |= 1U << kind;
    }
    return seen == (2U << LAWS) - 2 && order[LAWS] == POSTERN_PPM_PARENTAL &&
           order[LAWS + 1] == POSTERN_PPM_USER;
}

int64_t pst_grid_day_of(bool known, int64_t time_s)
{
    int64_t rest = time_s % PST_SECONDS_PER_DAY;

    return known ? (time_s - rest) / PST_SECONDS_PER_DAY - (rest < 0)
                 : PST_PPM_NO_DAY;
}

static void begin(postern_grid *grid, const postern_grid_options *options)
{
    struct pst_grid_ground *ground = &grid->tables.ground;

    ground->allocator =
        (postern_allocator){grid, counted_alloc, counted_release};
    ground->hash_key =
        (struct pst_hash_key){{options->hash_key[0], options->hash_key[1]}};
    pst_arena_init(&ground->arena, &ground->allocator, SIZE_MAX / 2);
    memcpy(grid->order, options->order ? options->order : default_order,
           sizeof grid->order);
    grid->way = pst_grid_way_of(options->path);
    grid->tables.stack.day =
        pst_grid_day_of(options->time_known, options->time_s);
    pst_grid_intern_init(&grid->voices);
    pst_grid_intern_init(&grid->pairs);
    pst_vec_init(&grid->columns, sizeof(void *));
    pst_vec_init(&grid->jurisdictions, sizeof(void *));
    pst_vec_init(&grid->runs, sizeof(void *));
    pst_vec_init(&grid->blocks, sizeof(void *));
}

postern_status postern_grid_new(postern_grid **grid,
                                const postern_grid_options *options)
{
    postern_grid_options own;
    postern_allocator allocator;
    postern_grid *made;
    postern_status status;

    *grid = NULL;
    if (!pst_sized_copy(&own, sizeof own, options) ||
        (own.order && !is_order(own.order, own.order_count)) ||
        !pst_grid_way_of(own.path)) {
        return POSTERN_ERR_ARGUMENT;
    }
    allocator = pst_allocator_of(own.allocator);
    made = pst_alloc(&allocator, sizeof *made);
    if (!made) {
        return POSTERN_ERR_MEMORY;
    }
    memset(made, 0, sizeof *made);
    made->outer = allocator;
    begin(made, &own);
    status = pst_grid_tables_init(&made->tables);
    if (status != POSTERN_OK) {
        postern_grid_free(made);
        return status;
    }
    *grid = made;
    return POSTERN_OK;
}

/* ---- end ---------------------------------------------------------------- */

static void free_runs(postern_grid *grid)
{
    const postern_allocator *allocator = pst_grid_memory(grid);

    for (uint32_t i = 0; i < grid->blocks.count; i++) {
        pst_grid_block_free(pst_grid_block_at(grid, i), allocator);
    }
    for (uint32_t i = 0; i < grid->runs.count; i++) {
        pst_vec_release(&pst_grid_run_at(grid, i)->blocks, allocator);
    }
}

void postern_grid_free(postern_grid *grid)
{
    postern_allocator outer;

    if (!grid) {
        return;
    }
    free_runs(grid);
    for (uint32_t i = 0; i < grid->jurisdictions.count; i++) {
        pst_grid_free_laws(grid, pst_grid_jurisdiction_at(grid, i));
    }
    pst_grid_intern_release(&grid->voices, &grid->tables.ground);
    pst_grid_intern_release(&grid->pairs, &grid->tables.ground);
    pst_vec_release(&grid->columns, pst_grid_memory(grid));
    pst_vec_release(&grid->jurisdictions, pst_grid_memory(grid));
    pst_vec_release(&grid->runs, pst_grid_memory(grid));
    pst_vec_release(&grid->blocks, pst_grid_memory(grid));
    pst_grid_tables_release(&grid->tables);
    outer = grid->outer;
    pst_release(&outer, grid, sizeof *grid);
}

/* ---- columns, jurisdictions, voices ------------------------------------- */

static postern_status copy_name(postern_grid *grid,
                                const postern_ppm_column *name,
                                struct pst_grid_column *column)
{
    const postern_str parts[PST_PPM_AXES] = {[PST_PPM_APPLICATION] =
                                                 name->application,
                                             [PST_PPM_DEVICE] = name->device,
                                             [PST_PPM_DATA] = name->data};

    for (int axis = 0; axis < PST_PPM_AXES; axis++) {
        if (parts[axis].data) {
            column->name[axis] =
                pst_arena_copy(&grid->tables.ground.arena, parts[axis]);
            if (!column->name[axis].data) {
                return POSTERN_ERR_MEMORY;
            }
        }
    }
    return POSTERN_OK;
}

postern_status postern_grid_add_column(postern_grid *grid,
                                       const postern_grid_frames *terms,
                                       const postern_ppm_column *name,
                                       uint32_t *number)
{
    struct pst_grid_column *column =
        pst_arena_alloc(&grid->tables.ground.arena, 1, sizeof *column);

    if (!column) {
        return POSTERN_ERR_MEMORY;
    }
    if (name) {
        PST_TRY(copy_name(grid, name, column));
    }
    PST_TRY(pst_grid_read_terms(grid, terms, column->name, column->terms));
    PST_TRY(pst_grid_judgement_of(grid, NULL, column->terms, &column->plain));
    PST_TRY(pst_vec_push(&grid->columns, pst_grid_memory(grid), &column, 1));
    *number = grid->columns.count - 1;
    return POSTERN_OK;
}

postern_status postern_grid_add_jurisdiction(postern_grid *grid,
                                             const postern_grid_frames *laws,
                                             uint32_t *number)
{
    struct pst_grid_jurisdiction *jurisdiction =
        pst_arena_alloc(&grid->tables.ground.arena, 1, sizeof *jurisdiction);
    postern_status status;

    if (!jurisdiction) {
        return POSTERN_ERR_MEMORY;
    }
    PST_TRY(pst_grid_sort_laws(grid, laws, jurisdiction));
    status = pst_vec_push(&grid->jurisdictions, pst_grid_memory(grid),
                          &jurisdiction, 1);
    if (status != POSTERN_OK) {
        pst_grid_free_laws(grid, jurisdiction);
        return status;
    }
    *number = grid->jurisdictions.count - 1;
    return POSTERN_OK;
}

postern_status postern_grid_add_voice(postern_grid *grid, uint32_t column,
                                      const postern_grid_frames *frames,
                                      uint32_t *voice)
{
    struct pst_grid_voice says;
    postern_str key = {(const char *)&says, sizeof says};
    uint32_t number;

    if (column >= grid->columns.count) {
        return POSTERN_ERR_ARGUMENT;
    }
    PST_TRY(pst_grid_read_voice(
        grid, frames, pst_grid_column_at(grid, column)->name, says.wishes));
    number = pst_grid_intern_find(&grid->voices, &grid->tables.ground, key);
    if (number == PST_GRID_NONE) {
        number = grid->voices.keys.count;
        PST_TRY(pst_grid_intern_add(&grid->voices, &grid->tables.ground, key));
    }
    *voice = number;
    return POSTERN_OK;
}
