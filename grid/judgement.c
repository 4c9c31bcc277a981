/* All tags of a column under some laws. */
#include "grid/grid.h"

#include "base/diag.h"

postern_status pst_grid_judgement_of(postern_grid *grid, const uint32_t *laws,
                                     const uint32_t *terms,
                                     struct pst_grid_judgement *judgement)
{
    struct pst_grid_tables *tables = &grid->tables;

    for (uint32_t tag = 0; tag < POSTERN_PPM_TAGS; tag++) {
        PST_TRY(pst_grid_table_of(tables, tag,
                                  laws ? laws[tag] : tables->silence[tag],
                                  terms[tag], &judgement->tables[tag]));
    }
    return POSTERN_OK;
}

postern_status pst_grid_judge_voice(postern_grid *grid,
                                    struct pst_grid_judgement *judgement,
                                    uint32_t voice)
{
    const struct pst_grid_voice *says = pst_grid_voice_at(grid, voice);

    for (uint32_t tag = 0; tag < POSTERN_PPM_TAGS; tag++) {
        if (!pst_grid_is_known(judgement->tables[tag], says->wishes[tag])) {
            PST_TRY(pst_grid_table_learn(&grid->tables, judgement->tables[tag],
                                         says->wishes[tag]));
        }
    }
    return POSTERN_OK;
}

postern_status pst_grid_judge_all(postern_grid *grid,
                                  struct pst_grid_judgement *judgement,
                                  const struct pst_grid_judgement *others)
{
    for (uint32_t tag = 0; tag < POSTERN_PPM_TAGS; tag++) {
        if (judgement->tables[tag] != others->tables[tag]) {
            PST_TRY(pst_grid_table_learn_all(
                &grid->tables, judgement->tables[tag], others->tables[tag]));
        }
    }
    return POSTERN_OK;
}

void pst_grid_judged(const postern_grid *grid,
                     const struct pst_grid_judgement *judgement, uint32_t voice,
                     postern_grid_red *bits)
{
    const struct pst_grid_voice *says = pst_grid_voice_at(grid, voice);

    *bits = (postern_grid_red){{0, 0}};
    for (uint32_t tag = 0; tag < POSTERN_PPM_TAGS; tag++) {
        uint32_t row = pst_ppm_tags[tag].first_row;
        uint64_t of = pst_grid_bits(judgement->tables[tag], says->wishes[tag]);

        bits->words[row / 64] |= of << row % 64;
        if (row < 64 && row + PST_GRID_TAG_ROWS > 64) {
            bits->words[1] |= of >> (64 - row);
        }
    }
}
