/*
 * All subscribers at once against single cells: after every change every cell
 * of every subscription is red when postern_ppm_evaluate() says so, what
 * changed is what the report says, and what a forecast said comes true. Every
 * combination of verbs for rows of each sort (a share that fits), and random
 * frames with random sequences of changes, by every way the processor has.
 *
 * grid_property [--pairs N] [--seed N]: N / 100 random worlds, and of the
 * combinations of laws N / 40 for each row.
 */
#include "grid_combinations.h"
#include "support/grid_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLUMNS = 3,
    JURISDICTIONS = 4,
    SUBSCRIPTIONS = 150,
    CHANGES = 10,
    USER_WORDS = (SUBSCRIPTIONS + 63) / 64,
    PAIRS_OF_WORLD = 100,
    PAIRS_OF_LAWS = 40,
    DAYS = 400
};

#define TODAY_S INT64_C(1577836800) /* 2020-01-01 */

/* A subscription as it should be. */
struct twin {
    struct grid_side voice;
    uint32_t column;
    uint32_t jurisdiction;
    uint64_t place;
    postern_grid_red red;
};

struct state {
    struct rng rng;
    struct grid_world world;
    postern_grid *grid;
    postern_ppm_stack_options options;
    struct grid_side terms[COLUMNS];
    struct grid_side laws[JURISDICTIONS];
    struct twin twins[SUBSCRIPTIONS];
    uint64_t cells;
};

static struct grid_case case_of(const struct state *self,
                                const struct twin *twin)
{
    return (struct grid_case){&self->laws[twin->jurisdiction], &twin->voice,
                              &self->terms[twin->column], &self->options, NULL};
}

static bool should_be(struct state *self, const struct twin *twin,
                      postern_grid_red *red)
{
    struct grid_case of = case_of(self, twin);

    self->cells += POSTERN_PPM_ROWS;
    return grid_case_red(&of, 0, POSTERN_PPM_ROWS, red);
}

static bool is_same(const postern_grid_red *a, const postern_grid_red *b)
{
    return a->words[0] == b->words[0] && a->words[1] == b->words[1];
}

static bool fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    return false;
}

/* ---- making ------------------------------------------------------------- */

static void draw_voice(struct state *self, struct grid_side *voice)
{
    grid_world_draw(voice, self->world.parents, GRID_WORLD_PARENTS,
                    rng_below(&self->rng, 4) ? 0 : 1 + rng_below(&self->rng, 2),
                    &self->rng);
    voice->frames[voice->count++] =
        self->world.users[rng_below(&self->rng, GRID_WORLD_USERS)];
}

static void draw_laws(struct state *self, struct grid_side *laws)
{
    grid_world_draw(laws, self->world.laws, GRID_WORLD_LAWS,
                    rng_below(&self->rng, 4), &self->rng);
}

static void draw_terms(struct state *self, struct grid_side *terms)
{
    grid_world_draw(terms, self->world.terms, GRID_WORLD_TERMS,
                    1 + rng_below(&self->rng, 2), &self->rng);
}

static bool subscribe(struct state *self, uint32_t user)
{
    struct twin *twin = &self->twins[user];
    postern_grid_subscription subscription = {
        user, rng_below(&self->rng, COLUMNS),
        rng_below(&self->rng, JURISDICTIONS), 0};
    postern_grid_frames frames;

    draw_voice(self, &twin->voice);
    twin->column = subscription.column;
    twin->jurisdiction = subscription.jurisdiction;
    frames = grid_frames(&twin->voice);
    return postern_grid_add_voice(self->grid, twin->column, &frames,
                                  &subscription.voice) == POSTERN_OK &&
           postern_grid_add(self->grid, &subscription, &twin->place) ==
               POSTERN_OK &&
           should_be(self, twin, &twin->red);
}

static bool fill(struct state *self)
{
    bool done = true;

    for (uint32_t i = 0; i < COLUMNS; i++) {
        postern_grid_frames frames;
        uint32_t number;

        draw_terms(self, &self->terms[i]);
        frames = grid_frames(&self->terms[i]);
        done = done && postern_grid_add_column(self->grid, &frames, NULL,
                                               &number) == POSTERN_OK;
    }
    for (uint32_t i = 0; i < JURISDICTIONS; i++) {
        postern_grid_frames frames;
        uint32_t number;

        draw_laws(self, &self->laws[i]);
        frames = grid_frames(&self->laws[i]);
        done = done && postern_grid_add_jurisdiction(self->grid, &frames,
                                                     &number) == POSTERN_OK;
    }
    for (uint32_t i = 0; done && i < SUBSCRIPTIONS; i++) {
        done = subscribe(self, i);
    }
    return done || fail("the grid cannot be filled");
}

/* ---- what a change should come to --------------------------------------- */

/* What the report should say. */
struct outcome {
    postern_grid_report report;
    uint64_t users[USER_WORDS];
};

static void count(struct outcome *out, uint32_t user,
                  const postern_grid_red *before, const postern_grid_red *after)
{
    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        bool was = before->words[row / 64] >> row % 64 & 1;
        bool is = after->words[row / 64] >> row % 64 & 1;

        out->report.red[row] += is;
        out->report.reddened[row] += is && !was;
        out->report.cleared[row] += was && !is;
    }
    if (!is_same(before, after)) {
        out->report.changed++;
        out->users[user / 64] |= UINT64_C(1) << user % 64;
    }
}

/* Notes what every subscription should be now. */
static bool expect(struct state *self, struct outcome *out)
{
    memset(out, 0, sizeof *out);
    for (uint32_t i = 0; i < SUBSCRIPTIONS; i++) {
        struct twin *twin = &self->twins[i];
        postern_grid_red red;

        if (!should_be(self, twin, &red)) {
            return fail("there is no such stack");
        }
        count(out, i, &twin->red, &red);
        twin->red = red;
    }
    return true;
}

struct reading {
    const struct state *state;
    uint32_t count;
    bool agree;
};

static bool read_one(void *listener,
                     const postern_grid_subscription *subscription,
                     const postern_grid_red *red)
{
    struct reading *self = listener;

    self->count++;
    self->agree = self->agree &&
                  is_same(red, &self->state->twins[subscription->user].red);
    return true;
}

static bool all_as_expected(const struct state *self)
{
    struct reading reading = {self, 0, true};

    for (uint32_t i = 0; i < SUBSCRIPTIONS; i++) {
        postern_grid_red red;

        if (!postern_grid_read(self->grid, self->twins[i].place, &red) ||
            !is_same(&red, &self->twins[i].red)) {
            fprintf(stderr, "user %u: %016llx%016llx is %016llx%016llx\n", i,
                    (unsigned long long)self->twins[i].red.words[1],
                    (unsigned long long)self->twins[i].red.words[0],
                    (unsigned long long)red.words[1],
                    (unsigned long long)red.words[0]);
            return false;
        }
    }
    postern_grid_each(self->grid, 0, UINT32_MAX, read_one, &reading);
    return (reading.agree && reading.count == SUBSCRIPTIONS) ||
           fail("what is read one by one and all at once differs");
}

/* ---- passes ------------------------------------------------------------- */

static void add(postern_grid_report *sum, const postern_grid_report *part)
{
    sum->cells += part->cells;
    sum->changed += part->changed;
    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        sum->red[row] += part->red[row];
        sum->reddened[row] += part->reddened[row];
        sum->cleared[row] += part->cleared[row];
    }
}

/* In one go, by halves, or one jurisdiction before the others. */
static bool run(struct state *self, postern_grid_extent extent,
                struct outcome *out)
{
    postern_grid_pass passes[2];
    postern_grid_report part;
    postern_grid_size size;
    uint32_t how = rng_below(&self->rng, 3);

    postern_grid_measure(self->grid, &size);
    for (int i = 0; i < 2; i++) {
        postern_grid_pass_init(&passes[i]);
        passes[i].extent = extent;
        passes[i].users = out->users;
        passes[i].user_words = USER_WORDS;
    }
    if (how == 1) {
        passes[0].to = size.blocks / 2;
        passes[1].from = passes[0].to;
    } else if (how == 2 && extent == POSTERN_GRID_PENDING) {
        passes[0].jurisdiction = rng_below(&self->rng, JURISDICTIONS);
    } else {
        passes[1].from = size.blocks;
    }
    memset(out, 0, sizeof *out);
    for (int i = 0; i < 2; i++) {
        if (postern_grid_evaluate(self->grid, &passes[i], &part) !=
            POSTERN_OK) {
            return fail("there is no pass");
        }
        add(&out->report, &part);
    }
    return true;
}

static bool same_counts(const uint64_t a[POSTERN_PPM_ROWS],
                        const uint64_t b[POSTERN_PPM_ROWS])
{
    return memcmp(a, b, POSTERN_PPM_ROWS * sizeof *a) == 0;
}

static bool check_pass(struct state *self)
{
    postern_grid_extent extent =
        (postern_grid_extent)rng_below(&self->rng, POSTERN_GRID_STORE + 1);
    struct outcome expected;
    struct outcome found;

    if (!expect(self, &expected) || !run(self, extent, &found) ||
        !all_as_expected(self)) {
        return false;
    }
    if (extent != POSTERN_GRID_PENDING &&
        !same_counts(found.report.red, expected.report.red)) {
        return fail("red cells are counted wrong");
    }
    if (extent == POSTERN_GRID_STORE) {
        return true;
    }
    return (found.report.changed == expected.report.changed &&
            same_counts(found.report.reddened, expected.report.reddened) &&
            same_counts(found.report.cleared, expected.report.cleared) &&
            memcmp(found.users, expected.users, sizeof found.users) == 0) ||
           fail("what changed is told wrong");
}

/* ---- changes ------------------------------------------------------------ */

static bool change_laws(struct state *self)
{
    uint32_t number = rng_below(&self->rng, JURISDICTIONS);
    postern_grid_frames frames;

    draw_laws(self, &self->laws[number]);
    frames = grid_frames(&self->laws[number]);
    return postern_grid_set_laws(self->grid, number, &frames) == POSTERN_OK;
}

static bool change_terms(struct state *self)
{
    uint32_t number = rng_below(&self->rng, COLUMNS);
    postern_grid_frames frames;

    draw_terms(self, &self->terms[number]);
    frames = grid_frames(&self->terms[number]);
    return postern_grid_set_terms(self->grid, number, &frames) == POSTERN_OK;
}

static bool change_day(struct state *self)
{
    self->options.time_known = rng_below(&self->rng, 5) > 0;
    self->options.time_s =
        TODAY_S + (int64_t)rng_below(&self->rng, DAYS * 8) * 86400;
    return postern_grid_set_time(self->grid, self->options.time_known,
                                 self->options.time_s) == POSTERN_OK;
}

/* A voice is heard at once; what laws have changed before shows then too. */
static bool change_voices(struct state *self)
{
    bool done = true;

    for (int i = 0; done && i < 5; i++) {
        uint32_t user = rng_below(&self->rng, SUBSCRIPTIONS);
        struct twin *twin = &self->twins[user];
        postern_grid_frames frames;
        uint32_t voice;

        if (rng_below(&self->rng, 2)) {
            postern_grid_remove(self->grid, twin->place);
            done = subscribe(self, user);
            continue;
        }
        draw_voice(self, &twin->voice);
        frames = grid_frames(&twin->voice);
        done =
            postern_grid_add_voice(self->grid, twin->column, &frames, &voice) ==
                POSTERN_OK &&
            postern_grid_change(self->grid, twin->place, voice) == POSTERN_OK &&
            should_be(self, twin, &twin->red);
    }
    return done;
}

/* A forecast, and then the change. */
static bool foretell(struct state *self)
{
    struct outcome before;
    struct outcome expected;
    postern_grid_forecast forecast;
    postern_grid_frames frames;
    bool laws = rng_below(&self->rng, 2) == 0;
    uint32_t number = rng_below(&self->rng, laws ? JURISDICTIONS : COLUMNS);
    postern_status status;

    if (!run(self, POSTERN_GRID_PENDING, &before) || !expect(self, &expected)) {
        return false;
    }
    if (laws) {
        draw_laws(self, &self->laws[number]);
        frames = grid_frames(&self->laws[number]);
        status = postern_grid_try_laws(self->grid, number, &frames, &forecast);
    } else {
        draw_terms(self, &self->terms[number]);
        frames = grid_frames(&self->terms[number]);
        status = postern_grid_try_terms(self->grid, number, &frames, &forecast);
    }
    if (status != POSTERN_OK || !all_as_expected(self)) {
        return fail("a forecast is refused, or changes something");
    }
    status = laws ? postern_grid_set_laws(self->grid, number, &frames)
                  : postern_grid_set_terms(self->grid, number, &frames);
    if (status != POSTERN_OK || !run(self, POSTERN_GRID_PENDING, &before) ||
        !expect(self, &expected) || !all_as_expected(self)) {
        return false;
    }
    return (same_counts(forecast.reddened, expected.report.reddened) &&
            same_counts(forecast.cleared, expected.report.cleared)) ||
           fail("a forecast has not come true");
}

/* ---- worlds ------------------------------------------------------------- */

static bool change(struct state *self)
{
    switch (rng_below(&self->rng, 6)) {
    case 0:
    case 1:
        return change_laws(self);
    case 2:
        return change_terms(self);
    case 3:
        return change_day(self);
    case 4:
        return change_voices(self);
    default:
        return foretell(self);
    }
}

/* Another order of laws, now and then. */
static const postern_ppm_kind other_order[] = {
    POSTERN_PPM_LEGAL_STATE,   POSTERN_PPM_LEGAL_CITY, POSTERN_PPM_LEGAL_REGION,
    POSTERN_PPM_LEGAL_COUNTRY, POSTERN_PPM_PARENTAL,   POSTERN_PPM_USER};

static postern_grid_path path_of(uint64_t number)
{
    postern_grid_path path =
        (postern_grid_path)(POSTERN_GRID_PORTABLE + number % 4);

    return postern_grid_path_exists(path) ? path : POSTERN_GRID_PORTABLE;
}

static bool make(struct state *self, uint64_t number)
{
    postern_grid_options options;

    grid_world_make(&self->world, &self->rng);
    postern_ppm_stack_options_init(&self->options);
    postern_grid_options_init(&options);
    options.path = path_of(number);
    self->options.time_known = options.time_known = number % 5 != 0;
    self->options.time_s = options.time_s = TODAY_S;
    if (number % 3 == 0) {
        self->options.order = options.order = other_order;
        self->options.order_count = options.order_count = 6;
    }
    return postern_grid_new(&self->grid, &options) == POSTERN_OK;
}

static bool try_world(uint64_t number, uint64_t seed, uint64_t *cells)
{
    struct state *self = calloc(1, sizeof *self);
    bool agree;

    if (!self) {
        return fail("no memory");
    }
    self->rng.state = seed * 1000003 + number;
    agree = make(self, number) && fill(self) && all_as_expected(self);
    for (int i = 0; agree && i < CHANGES; i++) {
        agree = change(self) && check_pass(self);
    }
    *cells += self->cells;
    postern_grid_free(self->grid);
    grid_world_free(&self->world);
    free(self);
    return agree;
}

static uint64_t number_of(const char *text)
{
    uint64_t value = 0;

    for (; *text >= '0' && *text <= '9'; text++) {
        value = value * 10 + (uint64_t)(*text - '0');
    }
    return value;
}

int main(int argc, char **argv)
{
    uint64_t pairs = 4000;
    uint64_t seed = 1;
    uint64_t cells = 0;

    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--pairs") == 0) {
            pairs = number_of(argv[i + 1]);
        } else if (strcmp(argv[i], "--seed") == 0) {
            seed = number_of(argv[i + 1]);
        }
    }
    if (!grid_combinations_agree(pairs / PAIRS_OF_LAWS, &cells)) {
        printf("combinations of verbs: grid and cells differ\n");
        return 1;
    }
    printf("%llu cells of combinations of verbs\n", (unsigned long long)cells);
    cells = 0;
    for (uint64_t i = 0; i < pairs / PAIRS_OF_WORLD; i++) {
        if (!try_world(i, seed, &cells)) {
            printf("world %llu of seed %llu: grid and cells differ\n",
                   (unsigned long long)i, (unsigned long long)seed);
            return 1;
        }
    }
    printf("%llu worlds, %llu cells\n",
           (unsigned long long)(pairs / PAIRS_OF_WORLD),
           (unsigned long long)cells);
    return 0;
}
