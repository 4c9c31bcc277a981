/*
 * The library against the twin: every combination of verbs for rows of each
 * sort, and random frames. [PPM-26] [ANK-05] [ANJ-09]
 *
 * ppm_property [--pairs N] [--seed N] [--combinations N]: N random stacks, and
 * of the combinations of each sort so many (ten times the stacks).
 */
#include "support/ppm_pairs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES = 512, VERBS_MAX = 8, KINDS = 6, MOST_TERMS = 6, AGE = 18 };

static uint64_t compared;

/* One row, the verbs that each preferring frame may have there, and the terms
 * that the provider may have: one column each. */
struct combinations {
    const char *key;
    int verb_count;
    struct ref_ppm_cell verbs[VERBS_MAX];
    int user_count; /* further ones, of the user alone */
    struct ref_ppm_cell user_verbs[2];
    int term_count;
    struct ref_ppm_cell terms[MOST_TERMS];
    const char *other_key; /* a row that the user always speaks of, or NULL */
    struct ref_ppm_cell other;
};

#define VERB(word)                                                             \
    {                                                                          \
        .verb = REF_PPM_##word                                                 \
    }
#define NUMBER(word, amount)                                                   \
    {                                                                          \
        .verb = REF_PPM_##word, .number = (amount)                             \
    }
#define NATIONS(word, set)                                                     \
    {                                                                          \
        .verb = REF_PPM_##word, .nations = (set)                               \
    }
#define USER_WORDS                                                             \
    2,                                                                         \
    {                                                                          \
        VERB(YES), VERB(NO)                                                    \
    }

static const struct combinations all[] = {
    {"7.0/subcontractor",
     4,
     {VERB(NOTHING), VERB(ALLOW), VERB(FORBID), VERB(REQUIRE)},
     USER_WORDS,
     3,
     {VERB(NOTHING), VERB(NO), VERB(YES)},
     NULL,
     VERB(NOTHING)},
    {"8.0/post",
     4,
     {VERB(NOTHING), VERB(ALLOW), VERB(FORBID), VERB(REQUIRE)},
     USER_WORDS,
     3,
     {VERB(NOTHING), VERB(NO), VERB(YES)},
     NULL,
     VERB(NOTHING)},
    {"10.0/level3",
     3,
     {VERB(NOTHING), VERB(ALLOW), VERB(REQUIRE)},
     USER_WORDS,
     3,
     {VERB(NOTHING), VERB(NO), VERB(YES)},
     NULL,
     VERB(NOTHING)},
    {"6.0/forever",
     4,
     {VERB(NOTHING), VERB(ALLOW), VERB(FORBID), VERB(REQUIRE)},
     USER_WORDS,
     3,
     {VERB(NOTHING), VERB(NO), VERB(YES)},
     NULL,
     VERB(NOTHING)},
    {"6.0/month",
     8,
     {VERB(NOTHING), VERB(ALLOW), VERB(FORBID), VERB(REQUIRE), NUMBER(CAP, 3),
      NUMBER(CAP, 6), NUMBER(FLOOR, 3), NUMBER(FLOOR, 6)},
     USER_WORDS,
     6,
     {VERB(NOTHING), VERB(NO), NUMBER(VALUE, 1), NUMBER(VALUE, 3),
      NUMBER(VALUE, 6), NUMBER(VALUE, 12)},
     NULL,
     VERB(NOTHING)},
    {"3.0/hourly",
     6,
     {VERB(NOTHING), VERB(FORBID), VERB(REQUIRE), NUMBER(CAP, 6),
      NUMBER(FLOOR, 6), NUMBER(FLOOR, 2)},
     USER_WORDS,
     5,
     {VERB(NOTHING), VERB(NO), NUMBER(VALUE, 1), NUMBER(VALUE, 6),
      NUMBER(VALUE, 24)},
     NULL,
     VERB(NOTHING)},
    {"4.0/nation",
     7,
     {VERB(NOTHING), VERB(ALLOW), VERB(FORBID), VERB(REQUIRE),
      NATIONS(VALUE, REF_PPM_EU), NATIONS(REQUIRE_VALUE, REF_PPM_US),
      NATIONS(VALUE, REF_PPM_US | REF_PPM_DE)},
     USER_WORDS,
     5,
     {VERB(NOTHING), VERB(NO), NATIONS(VALUE, REF_PPM_DE),
      NATIONS(VALUE, REF_PPM_US), NATIONS(VALUE, REF_PPM_EU)},
     NULL,
     VERB(NOTHING)},
    {"11.0/min_age",
     6,
     {VERB(NOTHING), VERB(FORBID), VERB(REQUIRE), NUMBER(CAP, 12),
      NUMBER(FLOOR, 12), NUMBER(FLOOR, 18)},
     USER_WORDS,
     5,
     {VERB(NOTHING), VERB(NO), NUMBER(VALUE, 12), NUMBER(VALUE, 16),
      NUMBER(VALUE, 18)},
     NULL,
     VERB(NOTHING)},
    {"6.0/year",
     4,
     {VERB(NOTHING), VERB(ALLOW), VERB(FORBID), VERB(REQUIRE)},
     USER_WORDS,
     4,
     {VERB(NOTHING), VERB(NO), NUMBER(VALUE, 1), NUMBER(VALUE, 2)},
     "6.0/month",
     NUMBER(VALUE, 12)},
};

/* Everything loaded once: frames by kind and verb, and the terms. */
struct loaded {
    struct ref_ppm_frame twins[KINDS][VERBS_MAX + 2];
    postern_ppm_frame *frames[KINDS][VERBS_MAX + 2];
    struct ref_ppm_frame terms[MOST_TERMS];
    postern_ppm_frame *providers[MOST_TERMS];
};

static int row_of(const char *key)
{
    return (int)postern_ppm_row_find(postern_str_of(key));
}

static struct ref_ppm_frame *load_one(struct ref_ppm_frame *twin,
                                      enum ref_ppm_kind kind, int row,
                                      const struct ref_ppm_cell *cell)
{
    memset(twin, 0, sizeof *twin);
    twin->kind = kind;
    twin->cells[row] = *cell;
    return twin;
}

static int verbs_of(const struct combinations *from, int kind)
{
    return from->verb_count + (kind == KINDS - 1 ? from->user_count : 0);
}

static const struct ref_ppm_cell *verb_at(const struct combinations *from,
                                          int verb)
{
    return verb < from->verb_count ? &from->verbs[verb]
                                   : &from->user_verbs[verb - from->verb_count];
}

static bool load_verbs(struct loaded *loaded, const struct combinations *from)
{
    int row = row_of(from->key);
    bool whole = true;

    for (int kind = 0; kind < KINDS; kind++) {
        for (int verb = 0; verb < verbs_of(from, kind); verb++) {
            struct ref_ppm_frame *twin = &loaded->twins[kind][verb];

            load_one(twin, (enum ref_ppm_kind)(kind + REF_PPM_REGION), row,
                     verb_at(from, verb));
            if (kind == KINDS - 1 && from->other_key) {
                twin->cells[row_of(from->other_key)] = from->other;
            }
            loaded->frames[kind][verb] = ppm_pair_load(twin, AGE);
            whole = whole && loaded->frames[kind][verb];
        }
    }
    for (int term = 0; term < from->term_count; term++) {
        loaded->providers[term] =
            ppm_pair_load(load_one(&loaded->terms[term], REF_PPM_PROVIDER, row,
                                   &from->terms[term]),
                          -1);
        whole = whole && loaded->providers[term];
    }
    return whole;
}

static void unload(struct loaded *loaded)
{
    for (int kind = 0; kind < KINDS; kind++) {
        for (int verb = 0; verb < VERBS_MAX + 2; verb++) {
            postern_ppm_frame_free(loaded->frames[kind][verb]);
        }
    }
    for (int term = 0; term < MOST_TERMS; term++) {
        postern_ppm_frame_free(loaded->providers[term]);
    }
}

static bool try_one(const struct combinations *from,
                    const struct loaded *loaded, const int verbs[KINDS],
                    int term)
{
    const postern_ppm_frame *frames[KINDS + 1];
    struct ref_ppm_stack twin = {
        .count = KINDS, .provider = &loaded->terms[term], .age = AGE};
    postern_ppm_stack_options options;
    postern_ppm_stack *stack;
    bool agree;

    for (int kind = 0; kind < KINDS; kind++) {
        twin.frames[kind] = &loaded->twins[kind][verbs[kind]];
        frames[kind] = loaded->frames[kind][verbs[kind]];
    }
    frames[KINDS] = loaded->providers[term];
    postern_ppm_stack_options_init(&options);
    options.time_known = true;
    options.time_s = PPM_PAIR_TODAY_S;
    if (postern_ppm_stack_new(&stack, frames, KINDS + 1, &options, NULL) !=
        POSTERN_OK) {
        return false;
    }
    agree = ppm_pair_compare(&twin, stack, 0, row_of(from->key));
    postern_ppm_stack_free(stack);
    compared++;
    return agree;
}

/* Counts through all combinations; every `step`-th is tried. */
static bool try_all(const struct combinations *from, uint64_t most)
{
    struct loaded loaded = {.frames = {{NULL}}};
    uint64_t count = (uint64_t)from->term_count;
    uint64_t step;
    bool agree = load_verbs(&loaded, from);

    for (int kind = 0; kind < KINDS; kind++) {
        count *= (uint64_t)verbs_of(from, kind);
    }
    step = count / most + 1;
    for (uint64_t i = 0; agree && i < count; i += step) {
        int verbs[KINDS];
        uint64_t rest = i / (uint64_t)from->term_count;

        for (int kind = 0; kind < KINDS; kind++) {
            verbs[kind] = (int)(rest % (uint64_t)verbs_of(from, kind));
            rest /= (uint64_t)verbs_of(from, kind);
        }
        agree = try_one(from, &loaded, verbs,
                        (int)(i % (uint64_t)from->term_count));
    }
    unload(&loaded);
    return agree;
}

static bool try_pairs(uint64_t pairs, uint64_t seed)
{
    struct rng rng = {seed};

    for (uint64_t i = 0; i < pairs; i++) {
        uint8_t buffer[BYTES];
        struct bytes bytes = bytes_random(buffer, sizeof buffer, &rng);
        struct ppm_pair pair;

        ppm_pair_choose(&pair, &bytes);
        if (!ppm_pair_agree(&pair, &compared)) {
            fprintf(stderr, "pair %llu of seed %llu\n", (unsigned long long)i,
                    (unsigned long long)seed);
            return false;
        }
    }
    return true;
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
    uint64_t pairs = 20000;
    uint64_t seed = 1;
    uint64_t each = 0; /* combinations of each sort; 0: ten times the pairs */

    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--pairs") == 0) {
            pairs = number_of(argv[i + 1]);
        } else if (strcmp(argv[i], "--seed") == 0) {
            seed = number_of(argv[i + 1]);
        } else if (strcmp(argv[i], "--combinations") == 0) {
            each = number_of(argv[i + 1]);
        }
    }
    if (!try_pairs(pairs, seed)) {
        printf("random frames: library and twin differ\n");
        return 1;
    }
    printf("%llu stacks, %llu cells\n", (unsigned long long)pairs,
           (unsigned long long)compared);
    compared = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (!try_all(&all[i], each ? each : pairs * 10)) {
            printf("%s: library and twin differ\n", all[i].key);
            return 1;
        }
    }
    printf("%llu combinations of verbs\n", (unsigned long long)compared);
    return 0;
}
