/* What a frame may not say beside what else it says. */
#include "ppm_reference/ppm_reference.h"

#include <string.h>

static bool is_positive(const struct ref_ppm_cell *cell)
{
    return cell->verb != REF_PPM_NOTHING && cell->verb != REF_PPM_NO &&
           cell->verb != REF_PPM_FORBID;
}

/* Minutes that are kept, or minus seconds between two: rank enough for what is
 * compared here. Exact for all values of one tag. */
static long rank(int row, int number)
{
    static const struct {
        const char *key;
        long one;
    } units[] = {{"/zero", 0},      {"/minutes", 1},         {"/hour", 60},
                 {"/day", 1440},    {"/week", 10080},        {"/month", 44640},
                 {"/year", 535680}, {"/forever", 1000000000}},
      seconds[] = {
          {"/monthly", 5356800}, {"/weekly", 1209600}, {"/daily", 172800},
          {"/hourly", 7200},     {"/minutes", 120},    {"/rt_triggered", 1},
          {"/rt_full", 0},       {"/seconds", 2},      {"/streamed", 0}};
    const char *key = ref_ppm_row(row).key;
    const char *end = strchr(key, '/');

    number = number ? number : 1;
    for (size_t i = 0; key[0] == '6' && i < sizeof units / sizeof *units; i++) {
        if (strcmp(end, units[i].key) == 0) {
            return units[i].one * number;
        }
    }
    for (size_t i = 0; key[0] == '3' && i < sizeof seconds / sizeof *seconds;
         i++) {
        if (strcmp(end, seconds[i].key) == 0) {
            return -seconds[i].one * number;
        }
    }
    return row;
}

static bool is_step(int row)
{
    enum ref_ppm_sort sort = ref_ppm_row(row).sort;

    return sort == REF_PPM_STEP || sort == REF_PPM_NUMBERED;
}

static long extreme(int row, bool most)
{
    long one = rank(row, 1);
    long last = ref_ppm_row(row).sort == REF_PPM_NUMBERED
                    ? rank(row, ref_ppm_row(row).most)
                    : one;

    return (one > last) == most ? one : last;
}

static bool claims(const struct ref_ppm_frame *frame, int row)
{
    enum ref_ppm_verb verb = frame->cells[row].verb;

    return ref_ppm_row(row).sort == REF_PPM_CLAIM &&
           (verb == REF_PPM_YES || verb == REF_PPM_REQUIRE);
}

/* A number that spells a period. */
static bool spells(const struct ref_ppm_frame *frame, int row)
{
    enum ref_ppm_verb verb = frame->cells[row].verb;

    return is_step(row) && (frame->kind == REF_PPM_PROVIDER
                                ? verb == REF_PPM_YES || verb == REF_PPM_VALUE
                                : verb == REF_PPM_VALUE || verb == REF_PPM_CAP);
}

/* What a preference wants to be possible in a row. */
static long wanted(const struct ref_ppm_cell *cell, int row)
{
    return cell->verb == REF_PPM_VALUE || cell->verb == REF_PPM_CAP ||
                   cell->verb == REF_PPM_FLOOR
               ? rank(row, cell->number)
               : extreme(row, true);
}

static bool pair_is_consistent(const struct ref_ppm_frame *frame, int a, int b)
{
    const struct ref_ppm_cell *first = &frame->cells[a];
    const struct ref_ppm_cell *second = &frame->cells[b];
    bool provider = frame->kind == REF_PPM_PROVIDER;
    const char *end = strchr(ref_ppm_row(a).key, '/');

    if (claims(frame, a) && is_positive(second)) {
        return false;
    }
    if (spells(frame, a) && spells(frame, b) &&
        rank(a, first->number) == rank(b, second->number)) {
        return false;
    }
    if (provider && is_positive(first) && is_positive(second) &&
        (strcmp(end, "/zero") == 0 || strcmp(end, "/local") == 0)) {
        return false;
    }
    if (ref_ppm_row(a).sort == REF_PPM_LEVEL && a < b &&
        first->verb == REF_PPM_NO &&
        (second->verb == REF_PPM_YES || second->verb == REF_PPM_REQUIRE)) {
        return false;
    }
    return provider || !is_step(a) || !is_step(b) || is_positive(first) ||
           first->verb == REF_PPM_NOTHING || !is_positive(second) ||
           wanted(second, b) <= extreme(a, false);
}

/* A floor above all that is allowed. */
static bool leaves_something(const struct ref_ppm_frame *frame, int first,
                             int end)
{
    bool allowed = false;
    bool floor = false;
    long high = 0;
    long low = 0;

    for (int row = first; row < end; row++) {
        const struct ref_ppm_cell *cell = &frame->cells[row];

        if (!is_step(row) || !is_positive(cell)) {
            continue;
        }
        if (cell->verb == REF_PPM_FLOOR) {
            long of = rank(row, cell->number);

            low = floor && low > of ? low : of;
            floor = true;
        } else {
            long of = wanted(cell, row);

            high = allowed && high > of ? high : of;
            allowed = true;
        }
    }
    return !floor || !allowed || low <= high;
}

bool ref_ppm_is_consistent(const struct ref_ppm_frame *frame)
{
    for (int a = 0; a < REF_PPM_ROWS; a++) {
        int first;
        int end;

        ref_ppm_tag(a, &first, &end);
        for (int b = first; b < end; b++) {
            if (a != b && !pair_is_consistent(frame, a, b)) {
                return false;
            }
        }
        if (a == first && frame->kind != REF_PPM_PROVIDER &&
            !leaves_something(frame, first, end)) {
            return false;
        }
    }
    return true;
}
