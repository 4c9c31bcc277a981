#define _POSIX_C_SOURCE 200809L /* clock_gettime */
/* What verbs share about their command lines. */
#include "cli/command.h"

#include "cli/plain.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int pst_misused(const struct pst_command *command, const char *problem,
                const char *argument)
{
    const char *space = command ? " " : "";
    const char *verb = command ? command->name : "";

    fprintf(stderr, "postern%s%s: %s", space, verb, problem);
    if (argument) {
        fputs(" '", stderr);
        pst_plain(stderr, postern_str_of(argument));
        fputs("'", stderr);
    }
    fprintf(stderr, " (try 'postern%s%s --help')\n", space, verb);
    return PST_EXIT_UNUSABLE;
}

/* The word of the command line that the last option was in. */
static const char *culprit(int argc, char **argv, char letter[3])
{
    if (optopt > 0 && optopt < 128) {
        letter[0] = '-';
        letter[1] = (char)optopt;
        letter[2] = '\0';
        return letter;
    }
    return optind > 0 && optind <= argc ? argv[optind - 1] : "";
}

/* As getopt_long(); an option that is unknown or lacks its argument is
 * reported, and '?' returned. */
static int next_option(const struct pst_options *options, int argc, char **argv)
{
    char letter[3];
    int option;

    opterr = 0;
    option = getopt_long(argc, argv, options->letters, options->options, NULL);
    if (option == ':') {
        (void)pst_misused(options->command, "an argument is missing after",
                          culprit(argc, argv, letter));
        return '?';
    }
    if (option == '?') {
        (void)pst_misused(options->command, "unknown option",
                          culprit(argc, argv, letter));
    }
    return option;
}

int pst_take_options(const struct pst_options *options, int argc, char **argv,
                     void *self)
{
    int option;

    while ((option = next_option(options, argc, argv)) != -1) {
        if (option == 'h') {
            return pst_print_help(options->command);
        }
        if (option == '?' || !options->take(self, option)) {
            return PST_EXIT_UNUSABLE;
        }
    }
    return PST_GO_ON;
}

bool pst_clock(int64_t *seconds)
{
    struct timespec now;
    bool known = clock_gettime(CLOCK_REALTIME, &now) == 0;

    *seconds = known ? (int64_t)now.tv_sec : 0;
    return known;
}

int pst_print_help(const struct pst_command *command)
{
    (void)fputs(command->help, stdout); /* pst_finish() notices */
    (void)fputs(command->more ? command->more : "", stdout);
    return pst_finish(command, PST_EXIT_YES);
}

bool pst_read_output(const struct pst_command *command, const char *argument,
                     enum pst_output *output)
{
    *output = strcmp(argument, "json") == 0 ? PST_OUTPUT_JSON : PST_OUTPUT_TEXT;
    if (*output == PST_OUTPUT_JSON || strcmp(argument, "text") == 0) {
        return true;
    }
    (void)pst_misused(command, "--format is text or json, not", argument);
    return false;
}

int pst_finish(const struct pst_command *command, int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return status;
    }
    fprintf(stderr, "postern %s: the output could not be written\n",
            command->name);
    return PST_EXIT_UNUSABLE;
}
