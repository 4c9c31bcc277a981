#include "support/grid_world.h"

#include "support/ppm_pairs.h"

#include <stdlib.h>
#include <string.h>

enum { BYTES = 512, ROUNDS = 60, MOST_AGE = 40, REST = 512 };

/* ---- frames ------------------------------------------------------------- */

/* The rows that the twin does not look at, by who speaks. */
static const char *const stated[] = {
    ("\"1.0/company\":\"Acme\",\"1.0/country\":\"DE\","
     "\"1.1/approval_countries\":[\"DE\",\"FR\"],"
     "\"11.0/shelf_life\":\"2020-06-01\","),
    ("\"1.0/company\":\"Evil\",\"1.0/country\":\"US\","
     "\"11.0/shelf_life\":\"2019-06-01\","),
    "\"1.1/model\":\"m1\",\"1.1/approval_countries\":[\"US\"],", ""};
static const char *const preferred[] = {
    "\"1.0/company\":{\"deny\":[\"Evil\"]},",
    "\"1.0/country\":{\"within\":[\"EU\"]},",
    "\"1.1/approval_countries\":{\"contains\":[\"FR\"]},",
    ("\"1.0/country\":{\"within\":[\"US\"]},"
     "\"1.1/approval_countries\":{\"contains\":[\"DE\"]},"),
    "",
    ""};

enum {
    STATED = sizeof stated / sizeof *stated,
    PREFERRED = sizeof preferred / sizeof *preferred
};

static bool take_tag(struct ref_ppm_frame *frame,
                     const struct ref_ppm_frame *from, int row)
{
    struct ref_ppm_frame next = *frame;
    int end;

    for (ref_ppm_tag(row, &row, &end); row < end; row++) {
        next.cells[row] = from->cells[row];
    }
    if (!ref_ppm_is_consistent(&next)) {
        return false;
    }
    *frame = next;
    return true;
}

/* Tags from random stacks, as long as the frame does not contradict itself. */
static void choose(struct ref_ppm_frame *frame, struct rng *rng)
{
    for (int i = 0; i < ROUNDS; i++) {
        uint8_t buffer[BYTES];
        struct bytes bytes = bytes_random(buffer, sizeof buffer, rng);
        struct ppm_pair pair;

        ppm_pair_choose(&pair, &bytes);
        for (int f = 0; f <= pair.stack.count; f++) {
            if (pair.frames[f].kind == frame->kind) {
                (void)take_tag(frame, &pair.frames[f], pair.tags[0]);
                (void)take_tag(frame, &pair.frames[f], pair.tags[1]);
            }
        }
    }
}

static postern_ppm_frame *load_with(const char *text, const char *rest)
{
    static const char mark[] = "\"rows\":{";
    char whole[PPM_PAIR_TEXT + REST];
    const char *rows = strstr(text, mark);
    size_t head = (size_t)(rows - text) + sizeof mark - 1;
    postern_ppm_frame *frame;
    size_t len = 0;

    memcpy(whole, text, head);
    len = head;
    memcpy(whole + len, rest, strlen(rest));
    len += strlen(rest);
    if (text[head] == '}' && whole[len - 1] == ',') {
        len--;
    }
    memcpy(whole + len, text + head, strlen(text + head) + 1);
    return postern_ppm_frame_load(&frame, postern_str_of(whole), NULL, NULL) ==
                   POSTERN_OK
               ? frame
               : NULL;
}

static postern_ppm_frame *make_frame(enum ref_ppm_kind kind, struct rng *rng)
{
    for (;;) {
        struct ref_ppm_frame twin = {.kind = kind};
        char text[PPM_PAIR_TEXT];
        int age = rng_below(rng, 4) ? (int)rng_below(rng, MOST_AGE)
                                    : PPM_PAIR_AGE_UNKNOWN;
        postern_ppm_frame *frame;

        choose(&twin, rng);
        ppm_pair_write(&twin, age, text);
        frame = load_with(text, kind == REF_PPM_PROVIDER
                                    ? stated[rng_below(rng, STATED)]
                                    : preferred[rng_below(rng, PREFERRED)]);
        if (frame) {
            return frame;
        }
    }
}

static void make_all(postern_ppm_frame **frames, uint32_t count,
                     enum ref_ppm_kind first, uint32_t kinds, struct rng *rng)
{
    for (uint32_t i = 0; i < count; i++) {
        frames[i] =
            make_frame((enum ref_ppm_kind)((unsigned)first + i % kinds), rng);
    }
}

void grid_world_make(struct grid_world *world, struct rng *rng)
{
    make_all(world->terms, GRID_WORLD_TERMS, REF_PPM_PROVIDER, 1, rng);
    make_all(world->laws, GRID_WORLD_LAWS, REF_PPM_REGION, 4, rng);
    make_all(world->parents, GRID_WORLD_PARENTS, REF_PPM_PARENTS, 1, rng);
    make_all(world->users, GRID_WORLD_USERS, REF_PPM_USER, 1, rng);
}

static void free_all(postern_ppm_frame **frames, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        postern_ppm_frame_free(frames[i]);
    }
}

void grid_world_free(struct grid_world *world)
{
    free_all(world->terms, GRID_WORLD_TERMS);
    free_all(world->laws, GRID_WORLD_LAWS);
    free_all(world->parents, GRID_WORLD_PARENTS);
    free_all(world->users, GRID_WORLD_USERS);
}

void grid_world_draw(struct grid_side *side, postern_ppm_frame *const *from,
                     uint32_t available, uint32_t count, struct rng *rng)
{
    uint32_t start = rng_below(rng, available);

    side->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        side->frames[side->count++] = from[(start + i * 3) % available];
    }
}

/* ---- stacks ------------------------------------------------------------- */

static void append(const postern_ppm_frame **frames, size_t *count,
                   const struct grid_side *side)
{
    for (size_t i = 0; i < side->count; i++) {
        frames[(*count)++] = side->frames[i];
    }
}

static bool is_equal(postern_str a, postern_str b)
{
    return (a.data != NULL) == (b.data != NULL) && a.len == b.len &&
           (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static uint32_t column_of(const postern_ppm_stack *stack,
                          const postern_ppm_column *name)
{
    uint32_t count = postern_ppm_stack_columns(stack);

    for (uint32_t i = 0; name && i < count; i++) {
        postern_ppm_column column = postern_ppm_stack_column(stack, i);

        if (is_equal(column.application, name->application) &&
            is_equal(column.device, name->device) &&
            is_equal(column.data, name->data)) {
            return i;
        }
    }
    return name ? count : 0;
}

bool grid_case_red(const struct grid_case *self, uint32_t from, uint32_t to,
                   postern_grid_red *red)
{
    const postern_ppm_frame *frames[3 * GRID_WORLD_SOME];
    postern_ppm_stack *stack;
    size_t count = 0;
    uint32_t column;

    *red = (postern_grid_red){{0, 0}};
    append(frames, &count, self->laws);
    append(frames, &count, self->voice);
    append(frames, &count, self->terms);
    if (postern_ppm_stack_new(&stack, frames, count, self->options, NULL) !=
        POSTERN_OK) {
        return false;
    }
    column = column_of(stack, self->column);
    for (uint32_t row = from; row < to; row++) {
        postern_ppm_cell cell;

        postern_ppm_evaluate(stack, column, row, POSTERN_PPM_SOUND, &cell);
        if (cell.state == POSTERN_PPM_RED || cell.state == POSTERN_PPM_LOCKED) {
            red->words[row / 64] |= UINT64_C(1) << row % 64;
        }
    }
    postern_ppm_stack_free(stack);
    return true;
}
