/*
 * Putting frames together: who stands where, which columns there are, and which
 * column of which frame speaks of what. [PPM-08] [PPM-13]
 */
#include "ppm/stack.h"

#include "base/civil_time.h"
#include "base/sized.h"
#include "base/str.h"
#include "ppm/nations.h"

enum { PREFERRING = POSTERN_PPM_USER /* kinds that prefer */ };

/* The names on one axis. */
struct pool {
    postern_str *names;
    uint32_t count;
};

void postern_ppm_stack_options_init_sized(postern_ppm_stack_options *options,
                                          size_t struct_size)
{
    pst_sized_init(options, struct_size);
}

static postern_status refuse(postern_diag *diag, const char *message)
{
    return pst_diag_refuse(diag, POSTERN_ERR_POLICY, "", message, NULL);
}

/* [PPM-13] */
static const postern_ppm_kind default_order[PREFERRING] = {
    POSTERN_PPM_LEGAL_REGION, POSTERN_PPM_LEGAL_COUNTRY, POSTERN_PPM_LEGAL_CITY,
    POSTERN_PPM_LEGAL_STATE,  POSTERN_PPM_PARENTAL,      POSTERN_PPM_USER};

static bool is_order(const postern_ppm_kind *order, size_t count)
{
    unsigned seen = 0;

    if (count != PREFERRING || order[count - 1] != POSTERN_PPM_USER) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        unsigned kind = (unsigned)order[i];

        if (kind < POSTERN_PPM_LEGAL_REGION || kind > POSTERN_PPM_USER) {
            return false;
        }
        seen |= 1U << kind;
    }
    return seen == (2U << POSTERN_PPM_USER) - 2;
}

/* What was given, while it is put in order. */
struct given {
    const postern_ppm_frame *const *frames;
    size_t count;
    postern_ppm_stack_options options;
};

static void place_kind(postern_ppm_stack *stack, const struct given *given,
                       postern_ppm_kind kind)
{
    for (size_t i = 0; i < given->count; i++) {
        if (given->frames[i]->head.kind == kind) {
            stack->frames[stack->frame_count] = given->frames[i];
            stack->numbers[stack->frame_count++] = i;
        }
    }
}

static postern_status place_frames(postern_ppm_stack *stack,
                                   const struct given *given,
                                   const postern_ppm_kind *order,
                                   postern_diag *diag)
{
    uint32_t before_user = 0;

    for (size_t i = 0; i < PREFERRING; i++) {
        before_user = stack->frame_count;
        place_kind(stack, given, order[i]);
    }
    stack->preferences = stack->frame_count;
    if (stack->preferences != before_user + 1) {
        return refuse(diag, stack->preferences == before_user
                                ? "the frame of the user is missing"
                                : "more than one frame of a user");
    }
    place_kind(stack, given, POSTERN_PPM_PROVIDER);
    return stack->frame_count > stack->preferences
               ? POSTERN_OK
               : refuse(diag, "the terms of the provider are missing");
}

static postern_status add_name(struct pool *pool, postern_str name)
{
    for (uint32_t i = 0; i < pool->count; i++) {
        if (pst_str_equal(pool->names[i], name)) {
            return POSTERN_OK;
        }
    }
    if (pool->count == POSTERN_PPM_MAX_COLUMNS) {
        return POSTERN_ERR_LIMIT;
    }
    pool->names[pool->count++] = name;
    return POSTERN_OK;
}

static postern_status add_names(const postern_ppm_frame *frame, int axis,
                                struct pool *pool)
{
    for (uint32_t c = 0; c < frame->head.columns; c++) {
        postern_str name = frame->columns[c].name[axis];

        if (name.data) {
            PST_TRY(add_name(pool, name));
        }
    }
    return POSTERN_OK;
}

/* The names that any frame has on an axis. */
static postern_status find_names(const postern_ppm_stack *stack, int axis,
                                 struct pool *pool)
{
    for (uint32_t f = 0; f < stack->frame_count; f++) {
        PST_TRY(add_names(stack->frames[f], axis, pool));
    }
    return POSTERN_OK;
}

static bool has_column(const postern_ppm_stack *stack,
                       const postern_str name[PST_PPM_AXES])
{
    for (uint32_t i = 0; i < stack->column_count; i++) {
        if (pst_ppm_column_inside(stack->columns[i].name, name) &&
            pst_ppm_column_inside(name, stack->columns[i].name)) {
            return true;
        }
    }
    return false;
}

static void add_column(postern_ppm_stack *stack,
                       const postern_str name[PST_PPM_AXES])
{
    if (!has_column(stack, name)) {
        memcpy(stack->columns[stack->column_count].name, name,
               sizeof stack->columns->name);
        stack->column_count++;
    }
}

/* The name with a number among those a column of the provider is divided into:
 * its own, or one of the pool; behind the last the rest. */
static postern_str name_at(postern_str own, const struct pool *pool,
                           uint32_t number)
{
    postern_str rest = {NULL, 0};

    if (own.data) {
        return own;
    }
    return number < pool->count ? pool->names[number] : rest;
}

static uint32_t names_of(postern_str own, const struct pool *pool)
{
    return own.data ? 1 : pool->count + 1;
}

/* Into how many a column of the provider is divided. */
static uint64_t pieces_of(const postern_str own[PST_PPM_AXES],
                          const struct pool pools[PST_PPM_AXES])
{
    uint64_t pieces = 1;

    for (int axis = 0; axis < PST_PPM_AXES; axis++) {
        pieces *= names_of(own[axis], &pools[axis]);
    }
    return pieces;
}

/* Divides a column along every axis on which it names nothing. */
static void divide(postern_ppm_stack *stack,
                   const postern_str own[PST_PPM_AXES],
                   const struct pool pools[PST_PPM_AXES])
{
    uint64_t pieces = pieces_of(own, pools);

    for (uint64_t piece = 0; piece < pieces; piece++) {
        postern_str name[PST_PPM_AXES];
        uint64_t rest = piece;

        for (int axis = 0; axis < PST_PPM_AXES; axis++) {
            uint32_t count = names_of(own[axis], &pools[axis]);

            name[axis] =
                name_at(own[axis], &pools[axis], (uint32_t)(rest % count));
            rest /= count;
        }
        add_column(stack, name);
    }
}

static postern_status add_devices(const postern_ppm_stack_options *options,
                                  struct pool *pool)
{
    for (size_t i = 0; i < options->device_count; i++) {
        PST_TRY(add_name(pool, options->devices[i]));
    }
    return POSTERN_OK;
}

static postern_status find_pools(postern_ppm_stack *stack,
                                 const struct given *given,
                                 struct pool pools[PST_PPM_AXES])
{
    size_t most = 1 + given->options.device_count;

    for (uint32_t f = 0; f < stack->frame_count; f++) {
        most += stack->frames[f]->head.columns;
    }
    for (int axis = 0; axis < PST_PPM_AXES; axis++) {
        pools[axis].count = 0;
        pools[axis].names =
            pst_arena_alloc(&stack->arena, most, sizeof(postern_str));
        if (!pools[axis].names) {
            return POSTERN_ERR_MEMORY;
        }
        PST_TRY(find_names(stack, axis, &pools[axis]));
    }
    return add_devices(&given->options, &pools[PST_PPM_DEVICE]);
}

/* Memory for the columns; of those divided alike one is enough. */
static postern_status make_room(postern_ppm_stack *stack,
                                const struct pool pools[PST_PPM_AXES])
{
    uint64_t most = 0;

    for (uint32_t f = stack->preferences; f < stack->frame_count; f++) {
        const postern_ppm_frame *frame = stack->frames[f];

        for (uint32_t c = frame->first_listed; c < frame->head.columns; c++) {
            most += pieces_of(frame->columns[c].name, pools);
            if (most > POSTERN_PPM_MAX_COLUMNS) {
                return POSTERN_ERR_LIMIT;
            }
        }
    }
    stack->columns =
        pst_arena_alloc(&stack->arena, (size_t)most, sizeof *stack->columns);
    return stack->columns ? POSTERN_OK : POSTERN_ERR_MEMORY;
}

static postern_status find_columns(postern_ppm_stack *stack,
                                   const struct given *given)
{
    struct pool pools[PST_PPM_AXES];

    PST_TRY(find_pools(stack, given, pools));
    PST_TRY(make_room(stack, pools));
    for (uint32_t f = stack->preferences; f < stack->frame_count; f++) {
        const postern_ppm_frame *frame = stack->frames[f];

        for (uint32_t c = frame->first_listed; c < frame->head.columns; c++) {
            divide(stack, frame->columns[c].name, pools);
        }
    }
    return POSTERN_OK;
}

static int width_of(const struct pst_ppm_frame_column *column)
{
    int names = 0;

    for (int axis = 0; axis < PST_PPM_AXES; axis++) {
        names += column->name[axis].data != NULL;
    }
    return names;
}

/* What a column says, over what wider ones have said. */
static void speak(const struct pst_ppm_statement **rows, postern_ppm_kind kind,
                  const struct pst_ppm_frame_column *column)
{
    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        if (pst_ppm_is_one(kind, row)
                ? column->counts[pst_ppm_rows[row].tag] > 0
                : column->rows[row] != NULL) {
            rows[row] = column->rows[row];
        }
    }
}

bool pst_ppm_resolve(const struct pst_ppm_statement **rows,
                     const postern_ppm_frame *frame,
                     const postern_str name[PST_PPM_AXES])
{
    bool any = false;

    for (int width = 0; width <= PST_PPM_AXES; width++) {
        for (uint32_t c = 0; c < frame->head.columns; c++) {
            const struct pst_ppm_frame_column *column = &frame->columns[c];

            if (pst_ppm_column_inside(name, column->name) &&
                width_of(column) == width) {
                speak(rows, frame->head.kind, column);
                any = true;
            }
        }
    }
    return any;
}

/* Laws hold somewhere; what a provider states, it states. */
static bool holds(const postern_ppm_stack *stack, const struct given *given,
                  uint32_t place, uint32_t column)
{
    const postern_ppm_stack_options *options = &given->options;
    postern_ppm_column name;

    if (!options->holds || place >= stack->preferences) {
        return true;
    }
    name = postern_ppm_stack_column(stack, column);
    return options->holds(options->user, stack->numbers[place], &name);
}

static postern_status fill_cells(postern_ppm_stack *stack,
                                 const struct given *given)
{
    size_t count = (size_t)stack->column_count * stack->frame_count;
    size_t at = 0;

    stack->cells =
        pst_arena_alloc(&stack->arena, count,
                        POSTERN_PPM_ROWS * sizeof(struct pst_ppm_statement *));
    if (!stack->cells) {
        return POSTERN_ERR_MEMORY;
    }
    for (uint32_t c = 0; c < stack->column_count; c++) {
        struct pst_ppm_grid_column *column = &stack->columns[c];

        for (uint32_t f = 0; f < stack->frame_count; f++) {
            if (holds(stack, given, f, c) &&
                pst_ppm_resolve(stack->cells + at, stack->frames[f],
                                column->name) &&
                f >= stack->preferences) {
                column->providers |= UINT32_C(1) << f;
            }
            at += POSTERN_PPM_ROWS;
        }
    }
    return POSTERN_OK;
}

static postern_status fill(postern_ppm_stack *stack, const struct given *given,
                           postern_diag *diag)
{
    const postern_ppm_kind *order = given->options.order;

    PST_TRY(place_frames(stack, given, order ? order : default_order, diag));
    PST_TRY(find_columns(stack, given));
    return fill_cells(stack, given);
}

static bool are_usable(const struct given *given)
{
    const postern_ppm_stack_options *options = &given->options;

    if (!given->frames || given->count > POSTERN_PPM_MAX_FRAMES ||
        options->device_count > POSTERN_PPM_MAX_COLUMNS ||
        (options->device_count && !options->devices) ||
        (options->order && !is_order(options->order, options->order_count))) {
        return false;
    }
    for (size_t i = 0; i < given->count; i++) {
        if (!given->frames[i]) {
            return false;
        }
    }
    return true;
}

/* Whole days, also before 1970. */
static int64_t day_of(int64_t time_s)
{
    int64_t rest = time_s % PST_SECONDS_PER_DAY;

    return (time_s - rest) / PST_SECONDS_PER_DAY - (rest < 0);
}

static postern_ppm_stack *new_stack(const postern_ppm_stack_options *options)
{
    postern_allocator allocator = pst_allocator_of(options->allocator);
    postern_ppm_stack *stack = pst_alloc(&allocator, sizeof *stack);

    if (stack) {
        memset(stack, 0, sizeof *stack);
        stack->allocator = allocator;
        stack->day =
            options->time_known ? day_of(options->time_s) : PST_PPM_NO_DAY;
        pst_arena_init(&stack->arena, &allocator, SIZE_MAX);
    }
    return stack;
}

postern_status postern_ppm_stack_new(postern_ppm_stack **stack,
                                     const postern_ppm_frame *const *frames,
                                     size_t frame_count,
                                     const postern_ppm_stack_options *options,
                                     postern_diag *diag)
{
    struct given given = {frames, frame_count, {0}};
    postern_ppm_stack *made;
    postern_status status;

    *stack = NULL;
    pst_diag_clear(diag);
    if (!pst_sized_copy(&given.options, sizeof given.options, options) ||
        !are_usable(&given)) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    made = new_stack(&given.options);
    if (!made) {
        return pst_diag_plain(diag, POSTERN_ERR_MEMORY);
    }
    status = fill(made, &given, diag);
    if (status != POSTERN_OK) {
        postern_ppm_stack_free(made);
        return pst_diag_plain(diag, status);
    }
    *stack = made;
    return POSTERN_OK;
}

void postern_ppm_stack_free(postern_ppm_stack *stack)
{
    postern_allocator allocator;

    if (!stack) {
        return;
    }
    allocator = stack->allocator;
    pst_arena_release(&stack->arena);
    pst_release(&allocator, stack, sizeof *stack);
}

uint32_t postern_ppm_stack_columns(const postern_ppm_stack *stack)
{
    return stack->column_count;
}

postern_ppm_column postern_ppm_stack_column(const postern_ppm_stack *stack,
                                            uint32_t number)
{
    postern_ppm_column out = {{NULL, 0}, {NULL, 0}, {NULL, 0}};

    if (number < stack->column_count) {
        const postern_str *name = stack->columns[number].name;

        out = (postern_ppm_column){name[PST_PPM_APPLICATION],
                                   name[PST_PPM_DEVICE], name[PST_PPM_DATA]};
    }
    return out;
}

uint32_t postern_ppm_stack_frames(const postern_ppm_stack *stack)
{
    return stack->frame_count;
}

const postern_ppm_frame *postern_ppm_stack_frame(const postern_ppm_stack *stack,
                                                 uint32_t place)
{
    return place < stack->frame_count ? stack->frames[place] : NULL;
}
