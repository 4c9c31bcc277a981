/* postern convert: a policy from JSON to YAML, or back. */
#include "cli/command.h"

#include "cli/rewrite.h"

#include <getopt.h>
#include <string.h>

static const char help[] =
    "usage: postern convert [--to json|yaml] [FILE]\n"
    "\n"
    "Writes a policy document on standard output, in canonical form: oneM2M "
    "JSON\n"
    "with short names, or YAML in the words of the standard. Without FILE "
    "reads\n"
    "standard input. Comments of YAML are not kept.\n"
    "\n"
    "      --to FORMAT        json or yaml (default: the other one)\n"
    "  -h, --help             this text\n"
    "\n"
    "Exit status: 0 done, 2 the file cannot be used.\n";

static const struct option long_options[] = {
    {"to", required_argument, NULL, PST_OPTION_TO},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static int convert(const char *name, int format)
{
    struct pst_rewriting rewriting;
    postern_diag diag;
    int result = PST_EXIT_YES;

    if (pst_rewrite(&rewriting, name, format, &diag) == POSTERN_OK) {
        fwrite(rewriting.text.data, 1, rewriting.text.len, stdout);
    } else {
        pst_print_diag(stderr, &diag);
        result = PST_EXIT_UNUSABLE;
    }
    pst_rewriting_release(&rewriting);
    return pst_finish(&pst_command_convert, result);
}

static bool read_format(const char *word, int *format)
{
    *format =
        strcmp(word, "yaml") == 0 ? POSTERN_FORMAT_YAML : POSTERN_FORMAT_JSON;
    if (*format == POSTERN_FORMAT_YAML || strcmp(word, "json") == 0) {
        return true;
    }
    (void)pst_misused(&pst_command_convert, "--to is json or yaml, not", word);
    return false;
}

static bool read_option(void *user, int option)
{
    int *format = user;

    return option == PST_OPTION_TO && read_format(optarg, format);
}

static const struct pst_options options = {&pst_command_convert, ":h",
                                           long_options, read_option};

static int run(int argc, char **argv)
{
    int format = PST_FORMAT_OTHER;
    int status;

    status = pst_take_options(&options, argc, argv, &format);
    if (status != PST_GO_ON) {
        return status;
    }
    if (argc - optind > 1) {
        return pst_misused(&pst_command_convert, "one FILE at a time, not also",
                           argv[optind + 1]);
    }
    return convert(optind < argc ? argv[optind] : "-", format);
}

const struct pst_command pst_command_convert = {
    "convert", "turn a policy from JSON into YAML, or back", help, run, NULL};
