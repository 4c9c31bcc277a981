/*
 * The pass over the planes. Nothing is judged here: a row's plane of red is
 * made of its plane of objections by the rule of the run, and strays have their
 * bits put over it.
 *
 * Only blocks of the range are written, so that ranges that do not overlap may
 * be worked through at the same time.
 */
#include "grid/grid.h"

#include "base/sized.h"

static const postern_grid_red every_row = {
    {UINT64_MAX, (UINT64_C(1) << (POSTERN_PPM_ROWS - 64)) - 1}};

void postern_grid_pass_init_sized(postern_grid_pass *pass, size_t struct_size)
{
    pst_sized_init(pass, struct_size);
    if (struct_size >= sizeof *pass) {
        pass->jurisdiction = POSTERN_GRID_ANY;
        pass->to = UINT32_MAX;
    }
}

/* One block under the hands of a pass. */
struct work {
    const postern_grid *grid;
    const postern_grid_pass *pass;
    postern_grid_report *report;
    const struct pst_grid_judgement *now;
    struct pst_grid_block *block;
};

static bool is_looked_at(const postern_grid_red *rows, uint32_t row)
{
    return rows->words[row / 64] >> row % 64 & 1;
}

static struct pst_grid_plane plane_of(const struct work *work, uint32_t row)
{
    struct pst_grid_block *block = work->block;
    const struct pst_grid_table *table =
        work->now->tables[pst_ppm_rows[row].tag];
    uint32_t bit = row - pst_ppm_tags[pst_ppm_rows[row].tag].first_row;

    return (struct pst_grid_plane){
        .objections = pst_grid_plane_at(block->objections, block, row),
        .live = block->live,
        .red = pst_grid_plane_at(block->red, block, row),
        .changed = block->changed,
        .words = block->words,
        .keep = table->keep >> bit & 1 ? UINT64_MAX : 0,
        .base = table->base >> bit & 1 ? UINT64_MAX : 0,
    };
}

static void count(const struct work *work, uint32_t row,
                  const struct pst_grid_tally *tally)
{
    work->report->red[row] += tally->red;
    work->report->reddened[row] += tally->reddened;
    work->report->cleared[row] += tally->cleared;
}

static void do_row(const struct work *work, uint32_t row)
{
    struct pst_grid_plane plane = plane_of(work, row);
    struct pst_grid_tally tally = {0, 0, 0};

    if (work->pass->extent == POSTERN_GRID_STORE) {
        work->grid->way->store(&plane, &tally);
    } else {
        work->grid->way->compare(&plane, &tally);
    }
    count(work, row, &tally);
}

static uint64_t population(uint64_t word)
{
    return (uint64_t)__builtin_popcountll(word);
}

/* ---- strays ------------------------------------------------------------- */

enum { LANE = 16 /* bits of a wish in a table */, LANES = 4 };
_Static_assert(LANE *LANES == PST_GRID_WORD, "64 slots fill 16 words");

/* Each of the four squares of 16 bits by 16 words: bit b of word w becomes bit
 * w of word b. */
static void transpose(uint64_t words[LANE])
{
    uint64_t mask = UINT64_C(0x00ff00ff00ff00ff);

    for (unsigned half = LANE / 2; half; half >>= 1, mask ^= mask << half) {
        for (unsigned w = 0; w < LANE; w = (w + half + 1) & ~half) {
            uint64_t swap = (words[w] >> half ^ words[w + half]) & mask;

            words[w] ^= swap << half;
            words[w + half] ^= swap;
        }
    }
}

/* What a table has of the wishes in 64 slots, as planes: words[r] of row r of
 * the tag, the last word of who is a stray. */
static void gather(const struct work *work, const struct pst_grid_table *table,
                   uint32_t from, uint64_t words[LANE])
{
    const struct pst_grid_block *block = work->block;
    uint64_t live = block->live[from / PST_GRID_WORD];

    memset(words, 0, LANE * sizeof *words);
    for (uint32_t i = 0; i < PST_GRID_WORD; i++) {
        if (live >> i & 1) {
            const struct pst_grid_voice *says =
                pst_grid_voice_at(work->grid, block->voices[from + i]);
            uint64_t bits = table->bits[says->wishes[table->tag]];

            words[i % LANE] |= bits << i / LANE * LANE;
        }
    }
    transpose(words);
}

/* A row of a tag under the hands. */
struct stray_row {
    bool looked_at;
    struct pst_grid_plane plane;
    struct pst_grid_tally tally;
};

static void do_word(struct stray_row *row, uint32_t word, uint64_t strays,
                    uint64_t bits, bool compared)
{
    const struct pst_grid_plane *plane = &row->plane;
    uint64_t before = plane->red[word];
    uint64_t after = pst_grid_red(plane->objections[word], plane->live[word],
                                  plane->keep, plane->base);

    after = (after & ~strays) | (bits & strays);
    plane->red[word] = after;
    row->tally.red += population(after);
    if (compared) {
        plane->changed[word] |= before ^ after;
        row->tally.reddened += population(after & ~before);
        row->tally.cleared += population(before & ~after);
    }
}

static void do_stray_tag(const struct work *work, uint32_t tag,
                         const postern_grid_red *rows)
{
    const postern_ppm_tag *of = &pst_ppm_tags[tag];
    bool compared = work->pass->extent != POSTERN_GRID_STORE;
    struct stray_row all[PST_GRID_TAG_ROWS] = {{.looked_at = false}};

    for (uint32_t i = 0; i < of->row_count; i++) {
        all[i].looked_at = is_looked_at(rows, of->first_row + i);
        all[i].plane = plane_of(work, of->first_row + i);
    }
    for (uint32_t word = 0; word < work->block->words; word++) {
        uint64_t bits[LANE];

        gather(work, work->now->tables[tag], word * PST_GRID_WORD, bits);
        for (uint32_t i = 0; i < of->row_count; i++) {
            if (all[i].looked_at) {
                do_word(&all[i], word, bits[LANE - 1], bits[i], compared);
            }
        }
    }
    for (uint32_t i = 0; i < of->row_count; i++) {
        count(work, of->first_row + i, &all[i].tally);
    }
}

/* ---- blocks ------------------------------------------------------------- */

static bool any_row(const postern_grid_red *rows, const postern_ppm_tag *tag)
{
    for (uint32_t i = 0; i < tag->row_count; i++) {
        if (is_looked_at(rows, tag->first_row + i)) {
            return true;
        }
    }
    return false;
}

static void do_tag(const struct work *work, uint32_t tag,
                   const postern_grid_red *rows)
{
    const postern_ppm_tag *of = &pst_ppm_tags[tag];

    if (work->now->tables[tag]->strays && any_row(rows, of)) {
        do_stray_tag(work, tag, rows);
        return;
    }
    for (uint32_t i = 0; i < of->row_count; i++) {
        if (is_looked_at(rows, of->first_row + i)) {
            do_row(work, of->first_row + i);
        }
    }
}

static void tell_users(const struct work *work)
{
    for (uint32_t word = 0; word < work->block->words; word++) {
        uint64_t changed = work->block->changed[word];
        const uint32_t *users = work->block->users + word * PST_GRID_WORD;

        work->report->changed += population(changed);
        for (; work->pass->users && changed; changed &= changed - 1) {
            uint32_t user = users[__builtin_ctzll(changed)];

            work->pass->users[user / 64] |= UINT64_C(1) << user % 64;
        }
    }
}

static void do_block(const struct work *work)
{
    struct pst_grid_block *block = work->block;
    postern_grid_red rows =
        work->pass->extent == POSTERN_GRID_PENDING ? block->pending : every_row;
    uint64_t live = 0;

    if (!rows.words[0] && !rows.words[1]) {
        return;
    }
    memset(block->changed, 0, block->words * sizeof *block->changed);
    for (uint32_t tag = 0; tag < POSTERN_PPM_TAGS; tag++) {
        do_tag(work, tag, &rows);
    }
    tell_users(work);
    for (uint32_t word = 0; word < block->words; word++) {
        live += population(block->live[word]);
    }
    work->report->cells +=
        live * (population(rows.words[0]) + population(rows.words[1]));
    block->pending = (postern_grid_red){{0, 0}};
}

static bool is_usable(const postern_grid *grid, const postern_grid_pass *pass)
{
    return (unsigned)pass->extent <= POSTERN_GRID_STORE &&
           (!pass->users || pass->user_words >= (grid->users + 63) / 64);
}

static void do_blocks(const postern_grid *grid, const postern_grid_pass *pass,
                      postern_grid_report *report)
{
    uint32_t to = pass->to < grid->blocks.count ? pass->to : grid->blocks.count;

    for (uint32_t i = pass->from; i < to; i++) {
        struct pst_grid_block *block = pst_grid_block_at(grid, i);
        const struct pst_grid_run *run = pst_grid_run_at(grid, block->run);
        const struct work work = {grid, pass, report, &run->now, block};

        if (pass->jurisdiction == POSTERN_GRID_ANY ||
            pass->jurisdiction == run->jurisdiction) {
            do_block(&work);
        }
    }
}

postern_status postern_grid_evaluate(postern_grid *grid,
                                     const postern_grid_pass *pass,
                                     postern_grid_report *report)
{
    postern_grid_report unasked = {0};
    postern_grid_pass own;

    postern_grid_pass_init(&own);
    if (pass && !pst_sized_copy(&own, sizeof own, pass)) {
        return POSTERN_ERR_ARGUMENT;
    }
    report = report ? report : &unasked;
    *report = (postern_grid_report){0};
    if (!is_usable(grid, &own)) {
        return POSTERN_ERR_ARGUMENT;
    }
    do_blocks(grid, &own, report);
    return POSTERN_OK;
}
