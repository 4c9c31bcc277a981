/* From frames to wishes: who stands where, and what each says of the rows of a
 * column. */
#include "grid/grid.h"

#include "base/diag.h"

static bool are_frames(const postern_grid_frames *frames, size_t most)
{
    if (!frames || frames->count > most || (frames->count && !frames->list)) {
        return false;
    }
    for (size_t i = 0; i < frames->count; i++) {
        if (!frames->list[i]) {
            return false;
        }
    }
    return true;
}

/* What a frame says stands behind what is there; true when it says something
 * of this column. */
static bool stand(struct pst_grid_side *side, const postern_ppm_frame *frame,
                  const postern_str name[PST_PPM_AXES])
{
    memset(side->rows[side->count], 0, sizeof side->rows[side->count]);
    return pst_ppm_resolve(side->rows[side->count++], frame, name);
}

static postern_status find_wishes(postern_grid *grid,
                                  uint32_t wishes[POSTERN_PPM_TAGS])
{
    for (uint32_t tag = 0; tag < POSTERN_PPM_TAGS; tag++) {
        PST_TRY(pst_grid_wish_number(&grid->tables.wishes[tag],
                                     &grid->tables.ground, tag, &grid->side,
                                     &wishes[tag]));
    }
    return POSTERN_OK;
}

static void begin(struct pst_grid_side *side)
{
    side->count = 0;
    side->kept = 0;
}

/* A provider that speaks of the column and leaves a tag out has not declared
 * it: that is not the silence of one who does not speak. */
postern_status pst_grid_read_terms(postern_grid *grid,
                                   const postern_grid_frames *terms,
                                   const postern_str name[PST_PPM_AXES],
                                   uint32_t wishes[POSTERN_PPM_TAGS])
{
    struct pst_grid_side *side = &grid->side;

    if (!are_frames(terms, SIZE_MAX)) {
        return POSTERN_ERR_ARGUMENT;
    }
    if (terms->count > POSTERN_GRID_MAX_TERMS) {
        return POSTERN_ERR_LIMIT;
    }
    begin(side);
    for (size_t i = 0; i < terms->count; i++) {
        if (terms->list[i]->head.kind != POSTERN_PPM_PROVIDER) {
            return POSTERN_ERR_POLICY;
        }
        if (stand(side, terms->list[i], name)) {
            side->kept |= 1U << (side->count - 1);
        } else {
            side->count--;
        }
    }
    return side->count ? find_wishes(grid, wishes) : POSTERN_ERR_POLICY;
}

postern_status pst_grid_read_laws(
    postern_grid *grid, const struct pst_grid_jurisdiction *jurisdiction,
    const postern_str name[PST_PPM_AXES], uint32_t wishes[POSTERN_PPM_TAGS])
{
    begin(&grid->side);
    for (uint32_t i = 0; i < jurisdiction->law_count; i++) {
        (void)stand(&grid->side, jurisdiction->laws[i], name);
    }
    return find_wishes(grid, wishes);
}

/* The parents in front, the user always there: channels that are liked are the
 * user's alone. */
postern_status pst_grid_read_voice(postern_grid *grid,
                                   const postern_grid_frames *frames,
                                   const postern_str name[PST_PPM_AXES],
                                   uint32_t wishes[POSTERN_PPM_TAGS])
{
    struct pst_grid_side *side = &grid->side;
    const postern_ppm_frame *user = NULL;

    if (!are_frames(frames, SIZE_MAX)) {
        return POSTERN_ERR_ARGUMENT;
    }
    if (frames->count > POSTERN_GRID_MAX_PARENTS + 1) {
        return POSTERN_ERR_LIMIT;
    }
    begin(side);
    for (size_t i = 0; i < frames->count; i++) {
        const postern_ppm_frame *frame = frames->list[i];

        if (frame->head.kind == POSTERN_PPM_PARENTAL) {
            (void)stand(side, frame, name);
        } else if (frame->head.kind == POSTERN_PPM_USER && !user) {
            user = frame;
        } else {
            return POSTERN_ERR_POLICY;
        }
    }
    if (!user) {
        return POSTERN_ERR_POLICY;
    }
    (void)stand(side, user, name);
    side->kept = 1U << (side->count - 1);
    return find_wishes(grid, wishes);
}

/* ---- laws --------------------------------------------------------------- */

static bool is_law(const postern_ppm_frame *frame)
{
    return frame->head.kind >= POSTERN_PPM_LEGAL_REGION &&
           frame->head.kind <= POSTERN_PPM_LEGAL_STATE;
}

static postern_status check_laws(const postern_grid_frames *laws)
{
    if (!are_frames(laws, SIZE_MAX)) {
        return POSTERN_ERR_ARGUMENT;
    }
    if (laws->count > POSTERN_GRID_MAX_LAWS) {
        return POSTERN_ERR_LIMIT;
    }
    for (size_t i = 0; i < laws->count; i++) {
        if (!is_law(laws->list[i])) {
            return POSTERN_ERR_POLICY;
        }
    }
    return POSTERN_OK;
}

postern_status pst_grid_sort_laws(postern_grid *grid,
                                  const postern_grid_frames *laws,
                                  struct pst_grid_jurisdiction *jurisdiction)
{
    PST_TRY(check_laws(laws));
    *jurisdiction = (struct pst_grid_jurisdiction){NULL, 0};
    if (laws->count == 0) {
        return POSTERN_OK;
    }
    jurisdiction->laws =
        pst_alloc(pst_grid_memory(grid), laws->count * sizeof(void *));
    if (!jurisdiction->laws) {
        return POSTERN_ERR_MEMORY;
    }
    for (size_t k = 0; k < POSTERN_PPM_USER; k++) {
        for (size_t i = 0; i < laws->count; i++) {
            if (laws->list[i]->head.kind == grid->order[k]) {
                jurisdiction->laws[jurisdiction->law_count++] = laws->list[i];
            }
        }
    }
    return POSTERN_OK;
}

void pst_grid_free_laws(postern_grid *grid,
                        struct pst_grid_jurisdiction *jurisdiction)
{
    pst_release(pst_grid_memory(grid), (void *)jurisdiction->laws,
                jurisdiction->law_count * sizeof(void *));
    *jurisdiction = (struct pst_grid_jurisdiction){NULL, 0};
}
