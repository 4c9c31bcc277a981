#include "bench/ppm_world.h"

#include "bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 4096, PIECES = 8, PARENTS_EACH = 8 };

/* What may be said about a tag; a frame draws one of each line. */
typedef const char *const pieces[PIECES];

static pieces user_says[] = {
    {"", "\"2.0/personal\":\"Yes\"", "\"2.0/sensitive\":\"No\"",
     "\"2.0/personal\":\"No\",\"2.0/medical\":\"No\"",
     "\"2.0/medical\":\"No\""},
    {"", "\"3.0/hourly\":1", "\"3.0/daily\":\"Yes\"", "\"3.0/hourly\":6",
     "\"3.0/minutes\":15"},
    {"", "\"4.0/nation\":[\"EU\"]", "\"4.0/nation\":[\"EU\",\"US\"]",
     "\"4.0/local\":\"Yes\"", "\"4.0/nation\":[\"DE\",\"FR\"]"},
    {"", "\"4.2/nation\":[\"EU\"]", "\"4.2/nation\":[\"DE\"]"},
    {"", "\"5.0/personalize\":\"No\"",
     "\"5.0/improve\":\"No\",\"5.0/personalize\":\"No\""},
    {"", "\"6.0/month\":3", "\"6.0/month\":6", "\"6.0/month\":12",
     "\"6.0/year\":2", "\"6.0/week\":1", "\"6.0/forever\":\"No\"",
     "\"6.0/month\":{\"floor\":2}"},
    {"", "\"6.1/year\":1", "\"6.1/month\":6", "\"6.1/forever\":\"No\""},
    {"", "\"7.0/subcontractor\":\"No\"",
     "\"7.0/affiliate\":{\"scope\":[\"a\"]}",
     "\"7.0/public\":\"No\",\"7.0/group\":\"No\"",
     "\"7.0/infrastructure\":\"No\",\"7.0/affiliate\":\"No\""},
    {"", "\"7.1/subcontractor\":\"No\"", "\"7.1/group\":\"No\""},
    {"", "\"8.0/email\":\"Yes\"", "\"8.0/post\":\"Yes\",\"8.0/sms\":\"No\"",
     "\"8.0/post\":\"Yes\""},
    {"", "\"9.0/signed\":\"Yes\"", "\"9.0/in_app\":\"Yes\""},
    {"", "\"10.0/level3\":\"Yes\"", "\"10.0/level2\":\"Yes\"",
     "\"10.0/level4\":\"Yes\""},
    {"", "\"11.0/dob\":\"1980-05-06\"", "\"11.0/dob\":\"2005-05-06\"",
     "\"11.0/dob\":\"1960-01-02\""},
};

static pieces parent_says[] = {
    {"\"2.0/sensitive\":\"No\"", "\"2.0/personal\":\"No\""},
    {"\"6.0/month\":1", "\"6.0/week\":2", ""},
    {"\"7.0/affiliate\":\"No\"", "", "\"7.0/public\":\"No\""},
};

static pieces provider_says[] = {
    {"\"2.0/personal\":\"Yes\"",
     "\"2.0/personal\":\"Yes\",\"2.0/sensitive\":"
     "\"Yes\"",
     "\"2.0/anonymized\":\"Yes\"", "\"2.0/medical\":\"Yes\""},
    {"\"3.0/hourly\":1", "\"3.0/daily\":\"Yes\"", "\"3.0/minutes\":15",
     "\"3.0/rt_full\":\"Yes\""},
    {"\"4.0/nation\":[\"DE\"]", "\"4.0/nation\":[\"DE\",\"US\"]",
     "\"4.0/local\":\"Yes\"", "\"4.0/nation\":[\"EU\"]"},
    {"\"4.2/nation\":[\"DE\"]", "\"4.2/nation\":[\"US\"]", ""},
    {"\"5.0/deliver\":\"Yes\"",
     "\"5.0/deliver\":\"Yes\",\"5.0/improve\":"
     "\"Yes\"",
     "\"5.0/personalize\":\"Yes\""},
    {"\"6.0/month\":6", "\"6.0/year\":2", "\"6.0/month\":12",
     "\"6.0/forever\":\"Yes\"", "\"6.0/week\":2"},
    {"\"6.1/year\":2", "\"6.1/month\":3", ""},
    {"\"7.0/subcontractor\":\"Yes\"",
     "\"7.0/affiliate\":{\"scope\":[\"a\",\"b\"],\"reason\":[\"improve\"]}",
     "\"7.0/affiliate\":{\"scope\":[\"a\"],\"reason\":[\"deliver\"]},"
     "\"7.0/infrastructure\":\"Yes\"",
     "\"7.0/na\":\"Yes\""},
    {"\"7.1/group\":{\"scope\":[\"a\"],\"reason\":[\"improve\"]}",
     "\"7.1/subcontractor\":\"Yes\"", ""},
    {"\"8.0/email\":\"Yes\"", "\"8.0/post\":\"Yes\"", "\"8.0/sms\":\"Yes\""},
    {"\"9.0/in_app\":\"Yes\"", "\"9.0/signed\":\"Yes\""},
    {"\"10.0/level2\":\"Yes\"", "\"10.0/level4\":\"Yes\"",
     "\"10.0/level1\":\"Yes\""},
    {"\"11.0/min_age\":18", "", "\"11.0/min_age\":13"},
};

/* The law of the region is one for all; of countries and states some say
 * nothing that a preference could meet, some demand. */
static const char region_says[] =
    "\"6.0/year\":{\"cap\":2},\"8.0/email\":{\"allow\":true},"
    "\"10.0/level2\":{\"require\":true},\"2.0/medical\":{\"forbid\":true}";
static pieces country_says[] = {
    {"\"7.0/public\":{\"allow\":true}",
     "\"7.0/subcontractor\":{\"forbid\":true}",
     "\"7.0/affiliate\":{\"within\":{\"scope\":[\"a\"]}}"},
    {"\"4.0/nation\":{\"within\":[\"EU\"]}", "",
     "\"4.2/nation\":{\"within\":"
     "[\"EU\"]}"},
};
static pieces state_says[] = {
    {"\"6.0/month\":{\"floor\":3}", "\"9.0/signed\":{\"require\":true}",
     "\"3.0/hourly\":{\"floor\":6}", ""},
};
static const char *const changes_say[PPM_WORLD_ERAS] = {
    "", "\"2.0/personal\":{\"forbid\":true}",
    ("\"2.0/personal\":{\"forbid\":true},\"5.0/improve\":{\"forbid\":true},"
     "\"7.1/subcontractor\":{\"forbid\":true}")};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static postern_ppm_frame *load(postern_ppm_kind kind, const char *rows)
{
    char text[TEXT + 64];
    postern_ppm_frame *frame;
    postern_diag diag;

    (void)snprintf(text, sizeof text, "{\"kind\":\"%s\",\"rows\":{%s}}",
                   postern_ppm_kind_word(kind), rows);
    if (postern_ppm_frame_load(&frame, postern_str_of(text), NULL, &diag) !=
        POSTERN_OK) {
        (void)fprintf(stderr, "postern-bench: %s: %s\n", diag.message, text);
        return NULL;
    }
    return frame;
}

static postern_ppm_frame *draw(postern_ppm_kind kind, pieces *lines,
                               size_t count, struct rng *rng)
{
    char rows[TEXT];
    size_t len = 0;

    rows[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        uint32_t choices = 0;
        const char *piece;

        while (choices < PIECES && lines[i][choices]) {
            choices++;
        }
        piece = lines[i][rng_below(rng, choices)];
        if (piece[0] && len + strlen(piece) + 2 < TEXT) {
            len += (size_t)snprintf(rows + len, TEXT - len, "%s%s",
                                    len ? "," : "", piece);
        }
    }
    return load(kind, rows);
}

static bool make_voices(struct ppm_world *world, struct rng *rng)
{
    for (uint32_t i = 0; i < world->voice_count; i++) {
        world->users[i] =
            draw(POSTERN_PPM_USER, user_says, COUNT(user_says), rng);
        if (!world->users[i]) {
            return false;
        }
        if (i % PARENTS_EACH == 0) {
            world->parents[i] = draw(POSTERN_PPM_PARENTAL, parent_says,
                                     COUNT(parent_says), rng);
            if (!world->parents[i]) {
                return false;
            }
        }
    }
    return true;
}

static bool make_laws(struct ppm_world *world, struct rng *rng)
{
    for (uint32_t i = 0; i < PPM_WORLD_SETS; i++) {
        world->laws[i][0] = load(POSTERN_PPM_LEGAL_REGION, region_says);
        world->laws[i][1] = draw(POSTERN_PPM_LEGAL_COUNTRY, country_says,
                                 COUNT(country_says), rng);
        world->laws[i][2] =
            draw(POSTERN_PPM_LEGAL_STATE, state_says, COUNT(state_says), rng);
        for (int law = 0; law < PPM_WORLD_LAWS; law++) {
            if (!world->laws[i][law]) {
                return false;
            }
        }
    }
    for (uint32_t i = 0; i < PPM_WORLD_ERAS; i++) {
        world->changes[i] = load(POSTERN_PPM_LEGAL_REGION, changes_say[i]);
        if (!world->changes[i]) {
            return false;
        }
    }
    return true;
}

bool ppm_world_make(struct ppm_world *world, uint32_t voices, uint64_t seed)
{
    struct rng rng = {seed};

    memset(world, 0, sizeof *world);
    world->voice_count = voices;
    world->cells = calloc((size_t)PPM_WORLD_SETS * PPM_WORLD_COLUMNS * voices,
                          sizeof *world->cells);
    for (uint32_t i = 0; i < PPM_WORLD_COLUMNS; i++) {
        world->terms[i] = draw(POSTERN_PPM_PROVIDER, provider_says,
                               COUNT(provider_says), &rng);
        if (!world->terms[i]) {
            return false;
        }
    }
    return world->cells && make_voices(world, &rng) && make_laws(world, &rng);
}

void ppm_world_free(struct ppm_world *world)
{
    for (uint32_t i = 0; i < PPM_WORLD_VOICES; i++) {
        postern_ppm_frame_free(world->users[i]);
        postern_ppm_frame_free(world->parents[i]);
    }
    for (uint32_t i = 0; i < PPM_WORLD_COLUMNS; i++) {
        postern_ppm_frame_free(world->terms[i]);
    }
    for (uint32_t i = 0; i < PPM_WORLD_SETS; i++) {
        for (int law = 0; law < PPM_WORLD_LAWS; law++) {
            postern_ppm_frame_free(world->laws[i][law]);
        }
    }
    for (uint32_t i = 0; i < PPM_WORLD_ERAS; i++) {
        postern_ppm_frame_free(world->changes[i]);
    }
    free(world->cells);
}

size_t ppm_world_laws(const struct ppm_world *world, uint32_t jurisdiction,
                      enum ppm_world_era era, const postern_ppm_frame **frames)
{
    frames[0] = world->changes[era];
    for (size_t law = 0; law < PPM_WORLD_LAWS; law++) {
        frames[law + 1] = world->laws[jurisdiction % PPM_WORLD_SETS][law];
    }
    return PPM_WORLD_LAWS + 1;
}

/* ---- single cells ------------------------------------------------------- */

static postern_grid_red *cells_at(const struct ppm_world *world, uint32_t set,
                                  uint32_t column, uint32_t voice)
{
    return world->cells +
           ((size_t)set * PPM_WORLD_COLUMNS + column) * world->voice_count +
           voice;
}

static bool evaluate_one(struct ppm_world *world, enum ppm_world_era era,
                         uint32_t set, uint32_t column, uint32_t voice)
{
    const postern_ppm_frame *frames[PPM_WORLD_LAWS + 4];
    size_t count = ppm_world_laws(world, set, era, frames);
    postern_grid_red *red = cells_at(world, set, column, voice);
    postern_ppm_stack_options options;
    postern_ppm_stack *stack;
    uint64_t start;

    frames[count++] = world->users[voice];
    frames[count++] = world->terms[column];
    if (world->parents[voice]) {
        frames[count++] = world->parents[voice];
    }
    postern_ppm_stack_options_init(&options);
    options.time_known = true;
    options.time_s = PPM_WORLD_TIME_S;
    if (postern_ppm_stack_new(&stack, frames, count, &options, NULL) !=
        POSTERN_OK) {
        return false;
    }
    *red = (postern_grid_red){{0, 0}};
    start = bench_ticks();
    for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
        postern_ppm_cell cell;

        postern_ppm_evaluate(stack, 0, row, POSTERN_PPM_SOUND, &cell);
        if (cell.state == POSTERN_PPM_RED || cell.state == POSTERN_PPM_LOCKED) {
            red->words[row / 64] |= UINT64_C(1) << row % 64;
        }
    }
    world->cell_ns += (double)(bench_ticks() - start);
    postern_ppm_stack_free(stack);
    return true;
}

bool ppm_world_evaluate(struct ppm_world *world, enum ppm_world_era era)
{
    uint64_t cells = 0;
    struct bench_clock clock;

    bench_clock_start(&clock);
    world->cell_ns = 0.0;
    for (uint32_t set = 0; set < PPM_WORLD_SETS; set++) {
        for (uint32_t column = 0; column < PPM_WORLD_COLUMNS; column++) {
            for (uint32_t voice = 0; voice < world->voice_count; voice++) {
                if (!evaluate_one(world, era, set, column, voice)) {
                    return false;
                }
                cells += POSTERN_PPM_ROWS;
            }
        }
    }
    world->cell_ns *= clock.ns_per_tick / (double)cells;
    return true;
}

const postern_grid_red *ppm_world_red(const struct ppm_world *world,
                                      uint32_t jurisdiction, uint32_t column,
                                      uint32_t voice)
{
    return cells_at(world, jurisdiction % PPM_WORLD_SETS, column, voice);
}
