/* The postern command: finds the verb. */
#include "cli/command.h"

#include <postern/base.h>

#include <stdio.h>
#include <string.h>

static bool is_one_of(const char *word, const char *letter, const char *name)
{
    return strcmp(word, letter) == 0 || strcmp(word, name) == 0;
}

int main(int argc, char **argv)
{
    const struct pst_command *command;

    if (argc < 2) {
        return pst_misused(NULL, "a verb is missing", NULL);
    }
    if (is_one_of(argv[1], "-V", "--version")) {
        printf("postern %s\n", postern_version());
        return pst_finish(&pst_command_help, PST_EXIT_YES);
    }
    if (is_one_of(argv[1], "-h", "--help")) {
        char *help[] = {argv[1], NULL};

        return pst_command_help.run(1, help);
    }
    command = pst_find_command(argv[1]);
    return command ? command->run(argc - 1, argv + 1)
                   : pst_misused(NULL,
                                 argv[1][0] == '-' ? "unknown option"
                                                   : "there is no verb",
                                 argv[1]);
}
