/* What verbs share about their command lines. */
#include "cli/command.h"

#include "cli/plain.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

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

int pst_next_option(const struct pst_command *command, int argc, char **argv,
                    const char *letters, const struct option *options)
{
    char letter[3];
    int option;

    opterr = 0;
    option = getopt_long(argc, argv, letters, options, NULL);
    if (option == ':') {
        (void)pst_misused(command, "an argument is missing after",
                          culprit(argc, argv, letter));
        return '?';
    }
    if (option == '?') {
        (void)pst_misused(command, "unknown option",
                          culprit(argc, argv, letter));
    }
    return option;
}

int pst_print_help(const struct pst_command *command)
{
    fputs(command->help, stdout);
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
