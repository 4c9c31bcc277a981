/* postern help: which verbs there are, and what each does. */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

const struct pst_command *const pst_commands[] = {
    &pst_command_decide, &pst_command_permitted, &pst_command_who,
    &pst_command_replay, &pst_command_test,      &pst_command_check,
    &pst_command_fmt,    &pst_command_convert,   &pst_command_compile,
    &pst_command_das,    &pst_command_token,     &pst_command_jose,
    &pst_command_ppm,    &pst_command_help,      NULL,
};

const struct pst_command *pst_find_command(const char *name)
{
    for (size_t i = 0; pst_commands[i]; i++) {
        if (strcmp(pst_commands[i]->name, name) == 0) {
            return pst_commands[i];
        }
    }
    return NULL;
}

static int print_verbs(void)
{
    printf("usage: postern VERB [OPTIONS]\n"
           "\n"
           "Access control policies of oneM2M (TS-0003): who may do what.\n"
           "\n");
    for (size_t i = 0; pst_commands[i]; i++) {
        printf("  %-9s %s\n", pst_commands[i]->name, pst_commands[i]->summary);
    }
    printf(
        "\n"
        "postern help VERB, or postern VERB --help: more about one of them.\n"
        "postern --version: the version of this program.\n"
        "\n"
        "\"-\" is standard input. Exit status: 0 answered (permit), 1 denied "
        "or failed,\n"
        "2 the input cannot be used.\n");
    return pst_finish(&pst_command_help, PST_EXIT_YES);
}

static int run(int argc, char **argv)
{
    const struct pst_command *command;

    if (argc < 2) {
        return print_verbs();
    }
    if (argc > 2) {
        return pst_misused(&pst_command_help, "too many words, as of", argv[2]);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        return pst_print_help(&pst_command_help);
    }
    command = pst_find_command(argv[1]);
    return command
               ? pst_print_help(command)
               : pst_misused(&pst_command_help, "there is no verb", argv[1]);
}

const struct pst_command pst_command_help = {
    "help", "explain a verb",
    "usage: postern help [VERB]\n"
    "\n"
    "Prints what VERB does and its options; without VERB, all verbs.\n",
    run, NULL};
