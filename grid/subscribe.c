/* Subscriptions come, change and go. */
#include "grid/grid.h"

#include "base/diag.h"

enum { GROWTHS = 6 /* LEAST_SLOTS doubled so often is MOST_SLOTS */ };
_Static_assert(PST_GRID_LEAST_SLOTS << GROWTHS == PST_GRID_MOST_SLOTS,
               "the sizes of blocks");

/* ---- places ------------------------------------------------------------- */

static uint64_t place_of(uint32_t run, uint32_t slot)
{
    return (uint64_t)run << 32 | slot;
}

/* The block of a run that has a slot. */
static uint32_t block_of(uint32_t slot)
{
    uint32_t slots = PST_GRID_LEAST_SLOTS;

    for (uint32_t block = 0; block < GROWTHS; block++) {
        if (slot < slots) {
            return block;
        }
        slot -= slots;
        slots *= 2;
    }
    return GROWTHS + slot / PST_GRID_MOST_SLOTS;
}

/* One slot of one block. */
struct spot {
    struct pst_grid_run *run;
    struct pst_grid_block *block;
    uint32_t slot; /* in the block */
};

static struct spot spot_of(const postern_grid *grid, uint32_t run,
                           uint32_t slot)
{
    struct spot spot = {.run = pst_grid_run_at(grid, run)};

    spot.block = pst_grid_item(&spot.run->blocks, block_of(slot));
    spot.slot = slot - spot.block->first;
    return spot;
}

/* False when nobody lives there. */
static bool find(const postern_grid *grid, uint64_t place, struct spot *spot)
{
    uint32_t run = (uint32_t)(place >> 32);
    uint32_t slot = (uint32_t)place;

    if (run >= grid->runs.count || slot >= pst_grid_run_at(grid, run)->slots) {
        return false;
    }
    *spot = spot_of(grid, run, slot);
    return pst_grid_is_live(spot->block, spot->slot);
}

/* ---- runs and blocks ---------------------------------------------------- */

static postern_status judge_run(postern_grid *grid, struct pst_grid_run *run)
{
    const struct pst_grid_column *column =
        pst_grid_column_at(grid, run->column);
    uint32_t laws[POSTERN_PPM_TAGS];

    PST_TRY(pst_grid_read_laws(
        grid, pst_grid_jurisdiction_at(grid, run->jurisdiction), column->name,
        laws));
    return pst_grid_judgement_of(grid, laws, column->terms, &run->now);
}

static postern_status add_run(postern_grid *grid, postern_str pair,
                              uint32_t column, uint32_t jurisdiction)
{
    struct pst_grid_run *run =
        pst_arena_alloc(&grid->tables.ground.arena, 1, sizeof *run);
    postern_status status;

    if (!run) {
        return POSTERN_ERR_MEMORY;
    }
    run->column = column;
    run->jurisdiction = jurisdiction;
    run->free = PST_GRID_NONE;
    pst_vec_init(&run->blocks, sizeof(void *));
    PST_TRY(judge_run(grid, run));
    PST_TRY(pst_vec_push(&grid->runs, pst_grid_memory(grid), &run, 1));
    status = pst_grid_intern_add(&grid->pairs, &grid->tables.ground, pair);
    if (status != POSTERN_OK) {
        grid->runs.count--;
    }
    return status;
}

static postern_status find_run(postern_grid *grid, uint32_t column,
                               uint32_t jurisdiction, uint32_t *run)
{
    uint32_t pair[] = {column, jurisdiction};
    postern_str key = {(const char *)pair, sizeof pair};

    *run = pst_grid_intern_find(&grid->pairs, &grid->tables.ground, key);
    if (*run != PST_GRID_NONE) {
        return POSTERN_OK;
    }
    *run = grid->runs.count;
    return add_run(grid, key, column, jurisdiction);
}

static postern_status add_block(postern_grid *grid, uint32_t number)
{
    struct pst_grid_run *run = pst_grid_run_at(grid, number);
    uint32_t doubled =
        run->blocks.count < GROWTHS ? run->blocks.count : GROWTHS;
    uint32_t slots = (uint32_t)PST_GRID_LEAST_SLOTS << doubled;
    struct pst_grid_block *block;
    postern_status status;

    if (run->slots > UINT32_MAX - 1 - slots) {
        return POSTERN_ERR_LIMIT;
    }
    block = pst_grid_block_new(pst_grid_memory(grid), slots);
    if (!block) {
        return POSTERN_ERR_MEMORY;
    }
    block->run = number;
    block->first = run->slots;
    status = pst_vec_push(&run->blocks, pst_grid_memory(grid), &block, 1);
    if (status == POSTERN_OK) {
        status = pst_vec_push(&grid->blocks, pst_grid_memory(grid), &block, 1);
        run->blocks.count -= status != POSTERN_OK;
    }
    if (status != POSTERN_OK) {
        pst_grid_block_free(block, pst_grid_memory(grid));
    }
    return status;
}

/* A slot that is free now; nothing has happened until it is taken. */
static postern_status find_slot(postern_grid *grid, uint32_t number,
                                uint32_t *slot)
{
    struct pst_grid_run *run = pst_grid_run_at(grid, number);

    *slot = run->free != PST_GRID_NONE ? run->free : run->slots;
    if (*slot == run->slots && block_of(*slot) == run->blocks.count) {
        return add_block(grid, number);
    }
    return POSTERN_OK;
}

static void take(const struct spot *spot)
{
    uint64_t bit = UINT64_C(1) << spot->slot % PST_GRID_WORD;
    uint32_t slot = spot->block->first + spot->slot;

    if (slot == spot->run->slots) {
        spot->run->slots++;
    } else {
        spot->run->free = spot->block->voices[spot->slot];
    }
    spot->block->live[spot->slot / PST_GRID_WORD] |= bit;
}

/* What the voice comes to; it has been judged, and the slot is empty. */
static void speak(const postern_grid *grid, const struct spot *spot,
                  uint32_t voice)
{
    const struct pst_grid_column *column =
        pst_grid_column_at(grid, spot->run->column);
    postern_grid_red bits;

    pst_grid_judged(grid, &column->plain, voice, &bits);
    pst_grid_add_bits(spot->block->objections, spot->block, spot->slot, &bits);
    pst_grid_judged(grid, &spot->run->now, voice, &bits);
    pst_grid_add_bits(spot->block->red, spot->block, spot->slot, &bits);
    spot->block->voices[spot->slot] = voice;
}

static void fall_silent(const struct spot *spot)
{
    static const postern_grid_red none = {{0, 0}};

    pst_grid_put_bits(spot->block->objections, spot->block, spot->slot, &none);
    pst_grid_put_bits(spot->block->red, spot->block, spot->slot, &none);
}

/* ---- the calls ---------------------------------------------------------- */

postern_status postern_grid_add(postern_grid *grid,
                                const postern_grid_subscription *subscription,
                                uint64_t *place)
{
    struct spot spot;
    uint32_t run;
    uint32_t slot;

    if (subscription->user >= POSTERN_GRID_MAX_USERS ||
        subscription->column >= grid->columns.count ||
        subscription->jurisdiction >= grid->jurisdictions.count ||
        subscription->voice >= grid->voices.keys.count) {
        return POSTERN_ERR_ARGUMENT;
    }
    PST_TRY(
        find_run(grid, subscription->column, subscription->jurisdiction, &run));
    PST_TRY(pst_grid_judge_voice(grid, &pst_grid_run_at(grid, run)->now,
                                 subscription->voice));
    PST_TRY(find_slot(grid, run, &slot));
    spot = spot_of(grid, run, slot);
    take(&spot);
    spot.block->users[spot.slot] = subscription->user;
    speak(grid, &spot, subscription->voice);
    if (subscription->user >= grid->users) {
        grid->users = subscription->user + 1;
    }
    grid->subscriptions++;
    *place = place_of(run, slot);
    return POSTERN_OK;
}

postern_status postern_grid_change(postern_grid *grid, uint64_t place,
                                   uint32_t voice)
{
    struct spot spot;

    if (!find(grid, place, &spot) || voice >= grid->voices.keys.count) {
        return POSTERN_ERR_ARGUMENT;
    }
    PST_TRY(pst_grid_judge_voice(grid, &spot.run->now, voice));
    fall_silent(&spot);
    speak(grid, &spot, voice);
    return POSTERN_OK;
}

void postern_grid_remove(postern_grid *grid, uint64_t place)
{
    struct spot spot;

    if (!find(grid, place, &spot)) {
        return;
    }
    fall_silent(&spot);
    spot.block->live[spot.slot / PST_GRID_WORD] &=
        ~(UINT64_C(1) << spot.slot % PST_GRID_WORD);
    spot.block->users[spot.slot] = 0;
    spot.block->voices[spot.slot] = spot.run->free;
    spot.run->free = spot.block->first + spot.slot;
    grid->subscriptions--;
}

bool postern_grid_read(const postern_grid *grid, uint64_t place,
                       postern_grid_red *red)
{
    struct spot spot;

    *red = (postern_grid_red){{0, 0}};
    if (!find(grid, place, &spot)) {
        return false;
    }
    pst_grid_get_red(spot.block, spot.slot, red);
    return true;
}
