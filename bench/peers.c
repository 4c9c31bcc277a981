/*
 * postern-bench peers is bench/peers/run.py, which asks one engine after the
 * other: each is a program of its own, in its own language.
 */
#define _POSIX_C_SOURCE 200809L /* access, execvp */

#include "bench/peers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    LARGEST_SHARE = 4, /* of the size: rules */
    NUMBER_SIZE = 24
};

static const char script[] = BENCH_SOURCE "/bench/peers/run.py";

enum bench_result bench_peers(const struct bench_options *options)
{
    char seed[NUMBER_SIZE];
    char most[NUMBER_SIZE];
    const char *format = options->format == BENCH_FORMAT_JSON ? "json" : "text";
    const char *words[] = {
        "python3",     script,     "--seed", seed, "--most", most, "--case",
        options->only, "--format", format,   NULL, NULL,     NULL};
    char *given[sizeof words / sizeof *words]; /* which execvp() leaves alone */
    size_t count = 10;

    (void)snprintf(seed, sizeof seed, "%" PRIu64, options->seed);
    (void)snprintf(most, sizeof most, "%zu", options->size / LARGEST_SHARE);
    if (options->build) {
        words[count] = "--build";
        words[count + 1] = options->build;
    }
    if (access(script, R_OK) == 0) {
        memcpy(given, words, sizeof given);
        (void)execvp(given[0], given);
    }
    (void)fprintf(stderr,
                  "postern-bench: peers needs python3 and the sources that "
                  "this program was built from: %s\n",
                  script);
    return BENCH_USAGE;
}
