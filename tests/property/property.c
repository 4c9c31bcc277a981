/*
 * decision_property [--pairs N] [--seed S] [--only NAME]
 *
 * Runs every claim. The seed is printed first: a failure is repeated with it.
 * Exits 0 when all hold, 1 at the first that does not, 2 when none was meant.
 */
#include "property/property.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { DEFAULT_PAIRS = 200000, DEFAULT_SEED = 20180301 };

static const struct claim {
    const char *name;
    bool (*holds)(struct rng *rng, size_t count);
    size_t per_mille; /* of the number of pairs; 0: once */
} claims[] = {
    {"every cell is as the standard says", every_cell_is_as_the_standard_says,
     0},
    {"windows agree", windows_agree, 200},
    {"prefixes agree", prefixes_agree, 500},
    {"identifiers agree", identifiers_agree, 500},
    {"originators agree", originators_agree, 200},
    {"circles agree", circles_agree, 500},
    {"decisions agree", decisions_agree, 1000},
    {"one more rule never denies", one_more_rule_never_denies, 10},
    {"order makes no difference", order_makes_no_difference, 10},
    {"a fact less never permits", a_fact_less_never_permits, 25},
    {"a request without facts is denied", a_request_without_facts_is_denied, 5},
    {"requests of other releases are not guessed at",
     requests_of_other_releases_are_not_guessed_at, 10},
    {"other operations are denied", other_operations_are_denied, 0},
    {"a star never crosses a slash", a_star_never_crosses_a_slash, 100},
    {"a longer prefix is inside a shorter one",
     a_longer_prefix_is_inside_a_shorter_one, 2},
    {"building is deterministic", building_is_deterministic, 10},
    {"what is missing agrees", what_is_missing_agrees, 400},
    {"learning what is missing permits", learning_what_is_missing_permits, 400},
    {"learning anything else does not permit",
     learning_anything_else_does_not_permit, 400},
    {"what suffices permits", what_suffices_permits, 100},
};

struct arguments {
    uint64_t pairs;
    uint64_t seed;
    const char *only;
};

static bool read_uint(const char *text, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; text && text[i] != '\0'; i++) {
        if (text[i] < '0' || text[i] > '9' || *value > UINT64_MAX / 10 - 1) {
            return false;
        }
        *value = *value * 10 + (uint64_t)(text[i] - '0');
    }
    return text && text[0] != '\0';
}

static bool read_arguments(struct arguments *out, int argc, char **argv)
{
    for (int i = 1; i < argc; i += 2) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;

        if (strcmp(argv[i], "--only") == 0 && value) {
            out->only = value;
        } else if (strcmp(argv[i], "--pairs") == 0) {
            if (!read_uint(value, &out->pairs)) {
                return false;
            }
        } else if (strcmp(argv[i], "--seed") != 0 ||
                   !read_uint(value, &out->seed)) {
            return false;
        }
    }
    return true;
}

/* Every claim has random numbers of its own, so that one can be repeated
 * without the others. */
static bool run(const struct claim *claim, size_t number,
                const struct arguments *arguments)
{
    struct rng rng = {arguments->seed + number};
    size_t count = claim->per_mille
                       ? (size_t)(arguments->pairs * claim->per_mille / 1000)
                       : 1;

    printf("%s (%zu)\n", claim->name, count ? count : 1);
    fflush(stdout);
    if (claim->holds(&rng, count ? count : 1)) {
        return true;
    }
    printf("FAILED: %s, with --seed %" PRIu64 "\n", claim->name,
           arguments->seed);
    return false;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {DEFAULT_PAIRS, DEFAULT_SEED, NULL};
    size_t ran = 0;

    if (!read_arguments(&arguments, argc, argv)) {
        fputs("usage: decision_property [--pairs N] [--seed S] [--only NAME]\n",
              stderr);
        return 2;
    }
    printf("seed %" PRIu64 "\n", arguments.seed);
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        if (arguments.only && strcmp(arguments.only, claims[i].name) != 0) {
            continue;
        }
        if (!run(&claims[i], i, &arguments)) {
            return 1;
        }
        ran++;
    }
    return ran > 0 ? 0 : 2;
}
