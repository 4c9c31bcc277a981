/* postern-bench NAME: how fast a part of Postern is, on this machine. */
#define _GNU_SOURCE /* getopt_long */

#include "bench/access_log.h"
#include "bench/constant_time.h"
#include "bench/country.h"
#include "bench/crowds.h"
#include "bench/decide.h"
#include "bench/diff.h"
#include "bench/gate.h"
#include "bench/image.h"
#include "bench/load.h"
#include "bench/patterns.h"
#include "bench/peers.h"
#include "bench/ppm.h"
#include "bench/proof.h"
#include "bench/store.h"
#include "bench/token.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum {
    SIZE_DEFAULT = 400000,
    SIZE_SMALL = 4000,
    SIZE_MIN = 1000,
    SIZE_MAX_ALLOWED = 10000000,
    SECONDS_MAX = 1000000
};

static const struct benchmark {
    const char *name;
    enum bench_result (*run)(const struct bench_options *options);
    const char *what;
} benchmarks[] = {
    {"access-log", bench_access_log,
     "the access log: adding, verifying, finding"},
    {"constant-time", bench_constant_time,
     "whether the time of a refusal tells why"},
    {"country", bench_country_lookup, "the country of an address"},
    {"crowds", bench_crowds, "many conditions on one originator"},
    {"decide", bench_decide, "the access decision, by the size of policies"},
    {"diff", bench_diff, "decisions against the reference, at volume"},
    {"gate", bench_gate, "decisions by consents, withdrawals, acceptances"},
    {"image", bench_image, "compiled sets written to files and opened again"},
    {"load", bench_load, "policies from rules, JSON and YAML; one ACP"},
    {"patterns", bench_patterns, "the patterns that an originator matches"},
    {"peers", bench_peers, "other policy engines on the same rules"},
    {"ppm", bench_ppm, "all subscribers at once, after a change of law"},
    {"proof", bench_proof, "compiled sets proved to mean what the rules say"},
    {"store", bench_store, "a simulated CSE: requests beside changes"},
    {"token", bench_token, "tokens: opened, verified, remembered, refused"},
};

enum { BENCHMARKS = sizeof benchmarks / sizeof benchmarks[0] };

static void print_list(void)
{
    for (size_t i = 0; i < BENCHMARKS; i++) {
        printf("%-14s %s\n", benchmarks[i].name, benchmarks[i].what);
    }
}

static void print_help(void)
{
    puts(
        "Usage: postern-bench NAME [OPTION]...\n"
        "Measures a part of Postern and compares what it answers with the "
        "reference.\n\n"
        "  -n, --size=N         distinct requests of the cold cases; policies "
        "of more\n"
        "                       than N/4 parts are left out. 1000 to "
        "10000000, or\n"
        "                       \"small\" for 4000. The default is 400000 and "
        "takes\n"
        "                       about two minutes and 1 GiB of memory\n"
        "  -s, --seed=S         policies and requests are drawn from it. 1\n"
        "  -c, --case=WORDS     only the cases with these words in their name\n"
        "  -d, --db=FILE        country: a MaxMind DB file instead of ranges "
        "that are\n"
        "                       drawn\n"
        "  -t, --seconds=N      diff: for so long, instead of --size cases\n"
        "  -r, --replay=S:R     diff: round R of seed S again\n"
        "  -b, --build=FOLDER   peers: where bench/peers/setup.sh has built "
        "the "
        "engines\n"
        "  -f, --format=FORMAT  text (a table) or json (one object per line)\n"
        "  -l, --list           names what can be measured\n"
        "  -h, --help           shows this\n\n"
        "Exit status: 0 measured, 1 an answer was wrong or memory ran out, 2 "
        "usage.");
}

/* Digits only; false for anything else and for what does not fit. */
static bool read_number(const char *text, uint64_t *number)
{
    *number = 0;
    for (const char *c = text; *c; c++) {
        if (*c < '0' || *c > '9' || *number > (UINT64_MAX - 9) / 10) {
            return false;
        }
        *number = *number * 10 + (uint64_t)(*c - '0');
    }
    return text[0] != '\0';
}

static bool read_size(const char *text, size_t *size)
{
    uint64_t number = SIZE_SMALL;

    if (strcmp(text, "small") != 0 && !read_number(text, &number)) {
        return false;
    }
    *size = (size_t)number;
    return number >= SIZE_MIN && number <= SIZE_MAX_ALLOWED;
}

static bool read_seconds(const char *text, uint64_t *seconds)
{
    return read_number(text, seconds) && *seconds >= 1 &&
           *seconds <= SECONDS_MAX;
}

static bool read_format(const char *text, enum bench_format *format)
{
    *format = strcmp(text, "json") == 0 ? BENCH_FORMAT_JSON : BENCH_FORMAT_TEXT;
    return *format == BENCH_FORMAT_JSON || strcmp(text, "text") == 0;
}

static bool read_option(int option, struct bench_options *options)
{
    switch (option) {
    case 'n':
        return read_size(optarg, &options->size);
    case 's':
        return read_number(optarg, &options->seed);
    case 'c':
        options->only = optarg;
        return true;
    case 'd':
        options->db = optarg;
        return true;
    case 't':
        return read_seconds(optarg, &options->seconds);
    case 'r':
        options->replay = optarg;
        return true;
    case 'b':
        options->build = optarg;
        return true;
    case 'f':
        return read_format(optarg, &options->format);
    default:
        return false;
    }
}

static int refuse(const char *what, const char *value)
{
    (void)fprintf(stderr,
                  "postern-bench: %s: %s\nTry \"postern-bench --help\".\n",
                  what, value);
    return BENCH_USAGE;
}

static int run(const char *name, const struct bench_options *options)
{
    if (options->db && strcmp(name, "country") != 0) {
        return refuse("--db is for country, not for", name);
    }
    if ((options->seconds || options->replay) && strcmp(name, "diff") != 0) {
        return refuse("--seconds and --replay are for diff, not for", name);
    }
    if (options->build && strcmp(name, "peers") != 0) {
        return refuse("--build is for peers, not for", name);
    }
    for (size_t i = 0; i < BENCHMARKS; i++) {
        if (strcmp(name, benchmarks[i].name) == 0) {
            return (int)benchmarks[i].run(options);
        }
    }
    return refuse("no such benchmark (see --list)", name);
}

int main(int argc, char **argv)
{
    static const struct option known[] = {
        {"size", required_argument, NULL, 'n'},
        {"seed", required_argument, NULL, 's'},
        {"case", required_argument, NULL, 'c'},
        {"db", required_argument, NULL, 'd'},
        {"seconds", required_argument, NULL, 't'},
        {"replay", required_argument, NULL, 'r'},
        {"build", required_argument, NULL, 'b'},
        {"format", required_argument, NULL, 'f'},
        {"list", no_argument, NULL, 'l'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct bench_options options = {
        .size = SIZE_DEFAULT, .seed = 1, .only = ""};
    int option;

    while ((option = getopt_long(argc, argv, "n:s:c:d:t:r:b:f:lh", known,
                                 NULL)) != -1) {
        if (option == 'l') {
            print_list();
            return 0;
        }
        if (option == 'h') {
            print_help();
            return 0;
        }
        if (option == '?') {
            return BENCH_USAGE; /* getopt_long() said why */
        }
        if (!read_option(option, &options)) {
            return refuse("not a value for this option", optarg);
        }
    }
    if (optind + 1 != argc) {
        return refuse("one NAME is expected",
                      optind < argc ? argv[optind + 1] : "none is there");
    }
    return run(argv[optind], &options);
}
