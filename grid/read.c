/* What a grid holds, told to others. */
#include "grid/grid.h"

static bool tell_64(const struct pst_grid_run *run,
                    const struct pst_grid_block *block, uint32_t from,
                    bool (*take)(void *listener,
                                 const postern_grid_subscription *subscription,
                                 const postern_grid_red *red),
                    void *listener)
{
    postern_grid_red red[PST_GRID_WORD];
    uint64_t live = block->live[from / PST_GRID_WORD];

    if (!live) {
        return true;
    }
    pst_grid_get_64(block, from, red);
    for (; live; live &= live - 1) {
        uint32_t i = (uint32_t)__builtin_ctzll(live);
        const postern_grid_subscription subscription = {
            block->users[from + i], run->column, run->jurisdiction,
            block->voices[from + i]};

        if (!take(listener, &subscription, &red[i])) {
            return false;
        }
    }
    return true;
}

void postern_grid_each(
    const postern_grid *grid, uint32_t from, uint32_t to,
    bool (*take)(void *listener, const postern_grid_subscription *subscription,
                 const postern_grid_red *red),
    void *listener)
{
    bool more = true;

    to = to < grid->blocks.count ? to : grid->blocks.count;
    for (uint32_t i = from; more && i < to; i++) {
        const struct pst_grid_block *block = pst_grid_block_at(grid, i);
        const struct pst_grid_run *run = pst_grid_run_at(grid, block->run);

        for (uint32_t slot = 0; more && slot < block->slots;
             slot += PST_GRID_WORD) {
            more = tell_64(run, block, slot, take, listener);
        }
    }
}

void postern_grid_measure(const postern_grid *grid, postern_grid_size *size)
{
    *size = (postern_grid_size){
        .columns = grid->columns.count,
        .jurisdictions = grid->jurisdictions.count,
        .blocks = grid->blocks.count,
        .voices = grid->voices.keys.count,
        .users = grid->users,
        .subscriptions = grid->subscriptions,
        .bytes = grid->bytes + sizeof *grid,
    };
    for (uint32_t tag = 0; tag < POSTERN_PPM_TAGS; tag++) {
        /* One of each tag is what nobody says. */
        size->wishes += grid->tables.wishes[tag].list.count - 1;
    }
    for (uint32_t i = 0; i < grid->tables.list.count; i++) {
        const struct pst_grid_table *table =
            pst_grid_item(&grid->tables.list, i);

        size->strays += table->strays;
    }
    for (uint32_t i = 0; i < grid->blocks.count; i++) {
        size->block_bytes += pst_grid_block_at(grid, i)->size;
    }
}
