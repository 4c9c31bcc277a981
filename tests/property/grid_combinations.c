#include "grid_combinations.h"

#include "support/grid_world.h"

#include <stdio.h>
#include <string.h>

enum {
    VERBS = 12,
    LAWS = 4, /* kinds */
    VOICES = VERBS * VERBS,
    TEXT = 512
};

#define TODAY_S INT64_C(1577836800) /* 2020-01-01 */

/* One row; what a law or parents, a user, a provider may say there, ended by
 * NULL. "" is nothing. */
struct combination {
    const char *key;
    const char *said[VERBS];
    const char *wished[VERBS];
    const char *stated[VERBS];
    const char *beside; /* what the user always says, or "" */
    const char *dear;   /* what the provider always states, or "" */
};

#define ALLOW "{\"allow\":true}"
#define FORBID "{\"forbid\":true}"
#define REQUIRE "{\"require\":true}"
#define PLAIN                                                                  \
    {                                                                          \
        "", ALLOW, FORBID, REQUIRE                                             \
    }
#define PLAIN_WISHES                                                           \
    {                                                                          \
        "", "\"Yes\"", "\"No\"", ALLOW, FORBID, REQUIRE                        \
    }
#define YES_OR_NO                                                              \
    {                                                                          \
        "", "\"No\"", "\"Yes\""                                                \
    }

static const struct combination all[] = {
    {"7.0/ancillary",
     {"", ALLOW, FORBID, REQUIRE, "{\"within\":{\"scope\":[\"a\"]}}",
      "{\"require_within\":{\"scope\":[\"b\"]}}"},
     {"", "\"Yes\"", "\"No\"", REQUIRE, "{\"within\":{\"scope\":[\"a\"]}}",
      "{\"require_within\":{\"scope\":[\"b\",\"c\"]}}"},
     {"", "\"No\"", "{\"scope\":[\"a\"],\"reason\":[\"legal\"]}",
      "{\"scope\":[\"a\",\"b\"],\"reason\":[\"legal\"]}",
      "{\"scope\":\"as need be\",\"reason\":[\"legal\"]}"},
     "",
     ""},
    {"7.0/na", PLAIN, PLAIN_WISHES, YES_OR_NO, "", ""},
    {"7.0/na",
     {"", ALLOW, REQUIRE},
     {"", "\"Yes\"", "\"No\"", REQUIRE},
     {"", "\"No\""},
     "\"7.0/ancillary\":\"Yes\"",
     "\"7.0/ancillary\":{\"scope\":[\"a\"],\"reason\":[\"legal\"]}"},
    {"2.0/personal", PLAIN, PLAIN_WISHES, YES_OR_NO, "", ""},
    {"8.0/post", PLAIN, PLAIN_WISHES, YES_OR_NO, "", ""},
    {"8.0/post", PLAIN, PLAIN_WISHES, YES_OR_NO, "\"8.0/email\":\"Yes\"",
     "\"8.0/email\":\"Yes\""},
    {"8.0/post", PLAIN, PLAIN_WISHES, YES_OR_NO, "\"8.0/email\":\"Yes\"",
     "\"8.0/email\":\"No\""},
    {"10.0/level3",
     {"", ALLOW, REQUIRE},
     {"", "\"Yes\"", "\"No\"", ALLOW, REQUIRE},
     YES_OR_NO,
     "",
     ""},
    {"6.0/forever", PLAIN, PLAIN_WISHES, YES_OR_NO, "", ""},
    {"6.0/month",
     {"", ALLOW, FORBID, REQUIRE, "{\"cap\":3}", "{\"cap\":6}", "{\"floor\":3}",
      "{\"floor\":6}"},
     {"", "\"Yes\"", "\"No\"", REQUIRE, "3", "6", "{\"floor\":3}",
      "{\"floor\":6}", "{\"floor\":2,\"cap\":4}"},
     {"", "\"No\"", "1", "3", "6", "12"},
     "",
     ""},
    {"6.0/month",
     {"", FORBID, "{\"cap\":6}", "{\"floor\":6}"},
     {"", "\"No\"", "3", "{\"floor\":6}"},
     {"", "\"No\""},
     "\"6.0/day\":2",
     "\"6.0/year\":1"},
    {"3.0/hourly",
     {"", FORBID, REQUIRE, "{\"cap\":6}", "{\"floor\":6}", "{\"floor\":2}"},
     {"", "\"Yes\"", "\"No\"", "6", "{\"floor\":6}", "{\"floor\":2}"},
     {"", "\"No\"", "1", "6", "24"},
     "",
     ""},
    {"4.0/nation",
     {"", ALLOW, FORBID, REQUIRE, "{\"within\":[\"EU\"]}",
      "{\"require_within\":[\"US\"]}", "{\"within\":[\"US\",\"DE\"]}"},
     {"", "\"Yes\"", "\"No\"", "[\"EU\"]", "{\"require_within\":[\"US\"]}",
      "[\"US\",\"DE\"]", "{\"require_within\":[\"DE\"]}"},
     {"", "\"No\"", "[\"DE\"]", "[\"US\"]", "[\"EU\"]"},
     "",
     ""},
    {"4.0/nation",
     {"", FORBID, "{\"within\":[\"EU\"]}", "{\"require_within\":[\"US\"]}"},
     {"", "\"No\"", "[\"EU\"]"},
     {"", "\"No\"", "[\"DE\"]"},
     "\"4.0/local\":\"Yes\"",
     "\"4.0/local\":\"Yes\""},
    {"11.0/min_age",
     {"", FORBID, REQUIRE, "{\"cap\":12}", "{\"floor\":12}", "{\"floor\":18}"},
     {"", "\"Yes\"", "\"No\"", "12", "{\"cap\":12}", "{\"floor\":18}"},
     {"", "\"No\"", "12", "16", "18"},
     "\"11.0/dob\":\"2004-01-01\"",
     ""},
    {"1.0/company",
     {"", "{\"deny\":[\"Evil\"]}"},
     {"", "{\"deny\":[\"Evil\",\"Acme\"]}"},
     {"", "\"Evil\"", "\"Acme\""},
     "",
     ""},
    {"1.1/approval_countries",
     {"", "{\"contains\":[\"DE\"]}"},
     {"", "{\"contains\":[\"FR\"]}"},
     {"", "[\"DE\"]", "[\"DE\",\"FR\"]"},
     "",
     ""},
    {"4.1/feed",
     {"", ALLOW, FORBID, "{\"substitute\":[\"a\"]}",
      "{\"substitute\":[\"b\"]}"},
     {"", "\"No\"", "{\"substitute\":[\"a\"]}", "{\"substitute\":[\"b\"]}"},
     {"", "\"No\"", "\"a\"", "\"b\""},
     "",
     ""},
};

/* Everything loaded once. */
struct loaded {
    postern_ppm_frame *laws[LAWS][VERBS];
    postern_ppm_frame *parents[VERBS];
    postern_ppm_frame *users[VERBS];
    postern_ppm_frame *terms[VERBS];
    uint32_t law_count;
    uint32_t user_count;
    uint32_t term_count;
};

static postern_ppm_frame *load(postern_ppm_kind kind, const char *key,
                               const char *value, const char *beside)
{
    char text[TEXT];
    postern_ppm_frame *frame;

    (void)snprintf(text, sizeof text,
                   "{\"kind\":\"%s\",\"rows\":{%s%s%s%s%s%s}}",
                   postern_ppm_kind_word(kind), beside,
                   beside[0] && value[0] ? "," : "", value[0] ? "\"" : "",
                   value[0] ? key : "", value[0] ? "\":" : "", value);
    return postern_ppm_frame_load(&frame, postern_str_of(text), NULL, NULL) ==
                   POSTERN_OK
               ? frame
               : NULL;
}

/* What contradicts itself is left out. */
static uint32_t load_side(postern_ppm_frame **frames, postern_ppm_kind kind,
                          const struct combination *from,
                          const char *const *values, const char *beside)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < VERBS && values[i]; i++) {
        postern_ppm_frame *frame = load(kind, from->key, values[i], beside);

        if (frame) {
            frames[count++] = frame;
        }
    }
    return count;
}

static void load_all(struct loaded *loaded, const struct combination *from)
{
    memset(loaded, 0, sizeof *loaded);
    for (uint32_t kind = 0; kind < LAWS; kind++) {
        loaded->law_count =
            load_side(loaded->laws[kind],
                      (postern_ppm_kind)(POSTERN_PPM_LEGAL_REGION + kind), from,
                      from->said, "");
    }
    (void)load_side(loaded->parents, POSTERN_PPM_PARENTAL, from, from->said,
                    "");
    loaded->user_count = load_side(loaded->users, POSTERN_PPM_USER, from,
                                   from->wished, from->beside);
    loaded->term_count = load_side(loaded->terms, POSTERN_PPM_PROVIDER, from,
                                   from->stated, from->dear);
}

static void unload(struct loaded *loaded)
{
    for (uint32_t i = 0; i < VERBS; i++) {
        for (uint32_t kind = 0; kind < LAWS; kind++) {
            postern_ppm_frame_free(loaded->laws[kind][i]);
        }
        postern_ppm_frame_free(loaded->parents[i]);
        postern_ppm_frame_free(loaded->users[i]);
        postern_ppm_frame_free(loaded->terms[i]);
    }
}

/* One jurisdiction, a column for each of the terms, a user for each voice. */
struct field {
    const struct loaded *loaded;
    postern_ppm_stack_options options;
    postern_grid *grid;
    struct grid_side laws;
    struct grid_side voices[VOICES];
    struct grid_side terms[VERBS];
    uint64_t places[VERBS][VOICES];
    uint32_t voice_count;
    uint32_t from; /* rows of the tag */
    uint32_t to;
    uint64_t cells;
};

static void make_voices(struct field *self)
{
    for (uint32_t i = 0; i < self->loaded->law_count * self->loaded->user_count;
         i++) {
        struct grid_side *voice = &self->voices[self->voice_count++];

        voice->frames[0] = self->loaded->parents[i % self->loaded->law_count];
        voice->frames[1] = self->loaded->users[i / self->loaded->law_count];
        voice->count = 2;
    }
}

static bool subscribe(struct field *self, uint32_t column)
{
    bool done = true;

    for (uint32_t i = 0; done && i < self->voice_count; i++) {
        postern_grid_subscription subscription = {i, column, 0, 0};
        postern_grid_frames voice = grid_frames(&self->voices[i]);

        done = postern_grid_add_voice(self->grid, column, &voice,
                                      &subscription.voice) == POSTERN_OK &&
               postern_grid_add(self->grid, &subscription,
                                &self->places[column][i]) == POSTERN_OK;
    }
    return done;
}

static bool plant(struct field *self)
{
    postern_grid_frames none = {NULL, 0};
    postern_grid_options options;
    uint32_t number;
    bool done;

    postern_grid_options_init(&options);
    options.time_known = self->options.time_known = true;
    options.time_s = self->options.time_s = TODAY_S;
    done =
        postern_grid_new(&self->grid, &options) == POSTERN_OK &&
        postern_grid_add_jurisdiction(self->grid, &none, &number) == POSTERN_OK;
    make_voices(self);
    for (uint32_t i = 0; done && i < self->loaded->term_count; i++) {
        postern_grid_frames terms;

        self->terms[i] = (struct grid_side){{self->loaded->terms[i]}, 1};
        terms = grid_frames(&self->terms[i]);
        done = postern_grid_add_column(self->grid, &terms, NULL, &number) ==
                   POSTERN_OK &&
               subscribe(self, i);
    }
    return done;
}

static bool compare_one(struct field *self, uint32_t column, uint32_t voice)
{
    const struct grid_case of = {&self->laws, &self->voices[voice],
                                 &self->terms[column], &self->options, NULL};
    postern_grid_red expected;
    postern_grid_red red;

    self->cells += self->to - self->from;
    return grid_case_red(&of, self->from, self->to, &expected) &&
           postern_grid_read(self->grid, self->places[column][voice], &red) &&
           red.words[0] == expected.words[0] &&
           red.words[1] == expected.words[1];
}

static bool compare(struct field *self)
{
    for (uint32_t column = 0; column < self->loaded->term_count; column++) {
        for (uint32_t voice = 0; voice < self->voice_count; voice++) {
            if (!compare_one(self, column, voice)) {
                fprintf(stderr, "terms %u, parents %u, user %u\n", column,
                        voice % self->loaded->law_count,
                        voice / self->loaded->law_count);
                return false;
            }
        }
    }
    return true;
}

/* The laws with a number, each kind one digit. */
static bool enact(struct field *self, uint64_t number)
{
    postern_grid_frames frames;

    self->laws.count = 0;
    for (uint32_t kind = 0; kind < LAWS; kind++) {
        self->laws.frames[self->laws.count++] =
            self->loaded->laws[kind][number % self->loaded->law_count];
        number /= self->loaded->law_count;
    }
    frames = grid_frames(&self->laws);
    return postern_grid_set_laws(self->grid, 0, &frames) == POSTERN_OK &&
           postern_grid_evaluate(self->grid, NULL, NULL) == POSTERN_OK;
}

static bool try_all(struct field *self, uint64_t laws)
{
    uint64_t count = 1;
    uint64_t step;
    bool agree = plant(self) && compare(self);

    for (uint32_t kind = 0; kind < LAWS; kind++) {
        count *= self->loaded->law_count;
    }
    step = count / (laws ? laws : 1) + 1;
    for (uint64_t i = 0; agree && i < count; i += step) {
        agree = enact(self, i) && compare(self);
        if (!agree) {
            fprintf(stderr, "laws %llu\n", (unsigned long long)i);
        }
    }
    return agree;
}

bool grid_combinations_agree(uint64_t laws, uint64_t *cells)
{
    bool agree = true;

    for (size_t i = 0; agree && i < sizeof all / sizeof *all; i++) {
        static struct field field;
        struct loaded loaded;
        const postern_ppm_tag *tag = postern_ppm_tag_at(
            postern_ppm_row_at(postern_ppm_row_find(postern_str_of(all[i].key)))
                ->tag);

        load_all(&loaded, &all[i]);
        memset(&field, 0, sizeof field);
        postern_ppm_stack_options_init(&field.options);
        field.laws = (struct grid_side){{NULL}, 0};
        field.loaded = &loaded;
        field.from = tag->first_row;
        field.to = tag->first_row + tag->row_count;
        agree = loaded.law_count > 1 && loaded.user_count > 1 &&
                loaded.term_count > 1 && try_all(&field, laws);
        if (!agree) {
            fprintf(stderr, "%s: %u, %u and %u verbs\n", all[i].key,
                    loaded.law_count, loaded.user_count, loaded.term_count);
        }
        *cells += field.cells;
        postern_grid_free(field.grid);
        unload(&loaded);
    }
    return agree;
}
