/* What one cell shows: the evaluators, and the worst that the frames of the
 * provider come to. [PPM-07] [PPM-10] [PPM-11] [PPM-12] [PPM-14]
 * [PPM-26] */
#include "ppm/finding.h"

#include <string.h>

static struct pst_ppm_finding find(const struct pst_ppm_view *view,
                                   uint32_t row, postern_ppm_profile profile)
{
    switch (profile) {
    case POSTERN_PPM_LITERAL:
        return pst_ppm_literal(view, row);
    case POSTERN_PPM_ANNEX_K:
        return pst_ppm_annex_k(view, row);
    case POSTERN_PPM_SOUND:
    default:
        return pst_ppm_sound(view, row);
    }
}

static postern_ppm_state state_of(const postern_ppm_stack *stack,
                                  const struct pst_ppm_finding *found)
{
    if (found->red) {
        return found->place == (int32_t)stack->preferences - 1
                   ? POSTERN_PPM_RED
                   : POSTERN_PPM_LOCKED;
    }
    return found->code == POSTERN_PPM_OVERRULES_PREFERENCE
               ? POSTERN_PPM_OVERRULED
               : POSTERN_PPM_GREEN;
}

/* Green least, locked most. */
static int severity(postern_ppm_state state)
{
    switch (state) {
    case POSTERN_PPM_LOCKED:
        return 3;
    case POSTERN_PPM_RED:
        return 2;
    case POSTERN_PPM_OVERRULED:
        return 1;
    case POSTERN_PPM_GREEN:
    default:
        return 0;
    }
}

/* Each frame of the provider has to be acceptable by itself. */
static struct pst_ppm_finding find_worst(const postern_ppm_stack *stack,
                                         uint32_t column, uint32_t row,
                                         postern_ppm_profile profile)
{
    struct pst_ppm_view view = {stack, column, 0};
    struct pst_ppm_finding worst = {.code = POSTERN_PPM_NO_PREF,
                                    .place = POSTERN_PPM_NO_FRAME};

    for (uint32_t place = stack->preferences; place < stack->frame_count;
         place++) {
        struct pst_ppm_finding found;
        int more;

        if (!(stack->columns[column].providers >> place & 1)) {
            continue;
        }
        view.provider = place;
        found = find(&view, row, profile);
        more = severity(state_of(stack, &found)) -
               severity(state_of(stack, &worst));
        if (more > 0 || (more == 0 && worst.code == POSTERN_PPM_NO_PREF)) {
            worst = found;
        }
    }
    return worst;
}

static bool is_stated(const postern_ppm_stack *stack, uint32_t column,
                      uint32_t row)
{
    struct pst_ppm_view view = {stack, column, 0};

    for (uint32_t place = 0; place < stack->frame_count; place++) {
        if (pst_ppm_said(&view, place, row)) {
            return true;
        }
    }
    return false;
}

static void fill(const postern_ppm_stack *stack,
                 const struct pst_ppm_finding *found, postern_ppm_cell *cell)
{
    cell->state = state_of(stack, found);
    cell->code = found->code;
    cell->overruled = found->overruled;
    cell->frame = found->place;
    cell->decided_by = found->place < 0
                           ? POSTERN_PPM_NOBODY
                           : stack->frames[found->place]->head.kind;
    cell->user_can_accept = cell->state == POSTERN_PPM_RED;
}

void postern_ppm_evaluate(const postern_ppm_stack *stack, uint32_t column,
                          uint32_t row, postern_ppm_profile profile,
                          postern_ppm_cell *cell)
{
    memset(cell, 0, sizeof *cell);
    cell->column = column;
    cell->row = row;
    cell->state = POSTERN_PPM_LOCKED;
    cell->code = POSTERN_PPM_UNDECLARED;
    cell->frame = POSTERN_PPM_NO_FRAME;
    if (column >= stack->column_count || row >= POSTERN_PPM_ROWS ||
        (unsigned)profile >= POSTERN_PPM_PROFILES) {
        return;
    }
    for (unsigned each = 0; each < POSTERN_PPM_PROFILES; each++) {
        struct pst_ppm_finding found =
            find_worst(stack, column, row, (postern_ppm_profile)each);

        cell->red_in |= found.red ? 1U << each : 0;
        if (each == (unsigned)profile) {
            fill(stack, &found, cell);
        }
    }
    cell->differs =
        cell->red_in != 0 && cell->red_in != (1U << POSTERN_PPM_PROFILES) - 1;
    cell->stated = is_stated(stack, column, row);
}

uint32_t postern_ppm_count(const postern_ppm_stack *stack, uint32_t column,
                           postern_ppm_profile profile, postern_ppm_state state)
{
    uint32_t count = 0;

    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        postern_ppm_cell cell;

        postern_ppm_evaluate(stack, column, row, profile, &cell);
        count += cell.state == state;
    }
    return count;
}
