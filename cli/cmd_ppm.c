/* postern ppm: terms of providers against preferences, laws and parents. */
#include "cli/ppm.h"

#include <stdio.h>
#include <string.h>

static const char help[] =
    "usage: postern ppm tags [--words FILE] [--format FORMAT]\n"
    "       postern ppm check [--strict] [--format FORMAT] FRAME...\n"
    "       postern ppm evaluate [OPTIONS] FRAME...\n"
    "       postern ppm test [-v] [--format FORMAT] FILE...\n"
    "\n"
    "Privacy policies (TS-0003 clause 11, annexes J and K).\n"
    "\n"
    "tags      prints the table of annex J: 21 tags, 110 rows\n"
    "check     reads frames, each by itself, as they are registered\n"
    "evaluate  says for every cell green, red, locked or overruled, who "
    "decided,\n"
    "          and why; FRAMEs are those of one user, one provider, and any of "
    "laws\n"
    "          and parents\n"
    "test      runs cases under all three profiles, and prints what differs\n"
    "\n"
    "      --profile PROFILE  sound (default), literal or annexk\n"
    "      --order KINDS      who overrules whom, front first (default:\n"
    "                         legal_region,legal_country,legal_city,"
    "legal_state,\n"
    "                         parental,user)\n"
    "      --today DATE       YYYY-MM-DD (default: the clock)\n"
    "      --all              also cells about which nobody says anything\n"
    "      --conflicts        only red, locked and overruled cells\n"
    "      --words FILE       labels in another language\n"
    "      --format FORMAT    text (default) or json: one object a line\n"
    "      --strict           of check: warnings make the exit status 1\n"
    "  -v, --verbose          of test: print every cell, also those that pass\n"
    "  -h, --help             this text\n"
    "\n"
    "Exit status: 0 no conflict, nothing failed; 1 some; 2 a file cannot be "
    "used.\n";

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} verbs[] = {{"tags", pst_ppm_tags_run},
             {"check", pst_ppm_check_run},
             {"evaluate", pst_ppm_evaluate_run},
             {"test", pst_ppm_test_run}};

static int run(int argc, char **argv)
{
    if (argc < 2) {
        return pst_misused(&pst_command_ppm,
                           "tags, check, evaluate or test is expected", NULL);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        return pst_print_help(&pst_command_ppm);
    }
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(argv[1], verbs[i].name) == 0) {
            return verbs[i].run(argc - 1, argv + 1);
        }
    }
    return pst_misused(&pst_command_ppm,
                       "tags, check, evaluate or test is expected, not",
                       argv[1]);
}

const struct pst_command pst_command_ppm = {
    "ppm", "compare terms of providers with preferences", help, run};
