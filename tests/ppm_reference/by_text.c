/* Rules a to f of 11.4.1.3 by equality, and the fold of annex K. */
#include "ppm_reference/ppm_reference.h"

#include <string.h>

/* What stands in a cell when only Yes, No and values are told apart. */
struct plain {
    enum { NA, NO, YES, VALUE } form;
    struct ref_ppm_cell cell;
};

static struct plain plain_of(const struct ref_ppm_cell *cell)
{
    switch (cell->verb) {
    case REF_PPM_NOTHING:
        return (struct plain){NA, *cell};
    case REF_PPM_NO:
    case REF_PPM_FORBID:
        return (struct plain){NO, *cell};
    case REF_PPM_VALUE:
    case REF_PPM_CAP:
    case REF_PPM_FLOOR:
        return (struct plain){VALUE, *cell};
    default:
        return (struct plain){YES, *cell};
    }
}

static bool is_equal(const struct plain *a, const struct plain *b)
{
    const struct ref_ppm_cell *left = &a->cell;
    const struct ref_ppm_cell *right = &b->cell;

    if (a->form != b->form) {
        return false;
    }
    return a->form != VALUE ||
           (left->number == right->number && left->nations == right->nations &&
            memcmp(left->parts, right->parts, sizeof left->parts) == 0 &&
            memcmp(left->is_text, right->is_text, sizeof left->is_text) == 0);
}

static bool is_declared(const struct ref_ppm_stack *stack, int row)
{
    int first;
    int end;

    ref_ppm_tag(row, &first, &end);
    for (int r = first; r < end; r++) {
        if (stack->provider->cells[r].verb != REF_PPM_NOTHING) {
            return true;
        }
    }
    return false;
}

struct ref_ppm_answer ref_ppm_literal(const struct ref_ppm_stack *stack,
                                      int row)
{
    struct ref_ppm_answer answer = {.decided = REF_PPM_NOBODY};
    struct plain stated = plain_of(&stack->provider->cells[row]);

    stated.form = stated.form == NA ? NO : stated.form; /* non-selection */
    for (int f = 0; f < stack->count; f++) {
        struct plain wanted = plain_of(&stack->frames[f]->cells[row]);

        if (wanted.form != NA) {
            answer.red = !is_equal(&stated, &wanted);
            answer.decided = answer.red ? f : REF_PPM_NOBODY;
            return answer;
        }
    }
    return answer;
}

struct ref_ppm_answer ref_ppm_annex_k(const struct ref_ppm_stack *stack,
                                      int row)
{
    struct ref_ppm_answer answer = {.decided = REF_PPM_NOBODY};
    struct plain summary = plain_of(&stack->provider->cells[row]);

    if (summary.form == NA && is_declared(stack, row)) {
        summary.form = NO;
    }
    for (int f = stack->count - 1; f >= 0; f--) {
        struct plain current = plain_of(&stack->frames[f]->cells[row]);

        if (current.form == NA || is_equal(&current, &summary)) {
            continue;
        }
        if (current.form == YES) {
            summary = summary.form == NA ? current : summary;
            continue;
        }
        summary = current;
        answer.red = true;
        answer.decided = f;
    }
    return answer;
}
