/* postern fmt: policies in canonical form. */
#include "cli/command.h"

#include "base/diag.h"
#include "base/str.h"
#include "cli/new_file.h"
#include "cli/plain.h"
#include "cli/rewrite.h"

#include <getopt.h>

static const char help[] =
    "usage: postern fmt [OPTIONS] [FILE...]\n"
    "\n"
    "Writes policy documents in canonical form, each in its own format: "
    "oneM2M\n"
    "JSON with short names, or YAML in the words of the standard. Without "
    "FILE\n"
    "reads standard input.\n"
    "\n"
    "  -w, --write            replace the files, instead of writing on "
    "standard\n"
    "                         output\n"
    "      --check            write nothing; name the files that are not in\n"
    "                         canonical form\n"
    "      --drop-comments    with --write: also YAML files that hold "
    "comments,\n"
    "                         which are lost\n"
    "  -h, --help             this text\n"
    "\n"
    "Exit status: 0 done, 1 --check has found some, 2 a file cannot be used.\n";

struct fmt {
    bool write;
    bool check;
    bool drop_comments;
};

static const struct option long_options[] = {
    {"write", no_argument, NULL, 'w'},
    {"check", no_argument, NULL, PST_OPTION_CHECK},
    {"drop-comments", no_argument, NULL, PST_OPTION_DROP_COMMENTS},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static bool is_canonical(const struct pst_rewriting *rewriting)
{
    return pst_str_equal(
        rewriting->text,
        (postern_str){rewriting->bytes.data, rewriting->bytes.count});
}

static int unusable(const postern_diag *diag)
{
    pst_print_diag(stderr, diag);
    return PST_EXIT_UNUSABLE;
}

static int replace(const struct fmt *self,
                   const struct pst_rewriting *rewriting)
{
    postern_diag diag = {.status = POSTERN_OK};

    if (is_canonical(rewriting)) {
        return PST_EXIT_YES;
    }
    if (!self->drop_comments && pst_may_hold_comments(rewriting)) {
        pst_diag_copy(diag.source, sizeof diag.source, rewriting->name);
        pst_diag_copy(diag.message, sizeof diag.message,
                      "the comments in this file would be lost; use "
                      "--drop-comments to have it so");
        return unusable(&diag);
    }
    return pst_new_file_replace(rewriting->name, rewriting->text, &diag) ==
                   POSTERN_OK
               ? PST_EXIT_YES
               : unusable(&diag);
}

static int deliver(const struct fmt *self,
                   const struct pst_rewriting *rewriting)
{
    if (self->write) {
        return replace(self, rewriting);
    }
    if (!self->check) {
        fwrite(rewriting->text.data, 1, rewriting->text.len, stdout);
        return PST_EXIT_YES;
    }
    if (is_canonical(rewriting)) {
        return PST_EXIT_YES;
    }
    pst_plain(stdout, postern_str_of(rewriting->name));
    fputc('\n', stdout);
    return PST_EXIT_NO;
}

static int format_file(const struct fmt *self, const char *name)
{
    struct pst_rewriting rewriting;
    postern_diag diag;
    int result;

    if (pst_rewrite(&rewriting, name, POSTERN_FORMAT_AUTO, &diag) ==
        POSTERN_OK) {
        result = deliver(self, &rewriting);
    } else {
        result = unusable(&diag);
    }
    pst_rewriting_release(&rewriting);
    return result;
}

static int format_files(const struct fmt *self, int argc, char **argv)
{
    int result = PST_EXIT_YES;

    for (int i = 0; i < argc; i++) {
        int one;

        if (self->write && pst_is_stdin(argv[i])) {
            return pst_misused(&pst_command_fmt,
                               "--write needs a file, not standard input",
                               NULL);
        }
        one = format_file(self, argv[i]);
        result = one > result ? one : result; /* the worst counts */
    }
    return pst_finish(&pst_command_fmt, result);
}

static bool read_option(void *user, int option)
{
    struct fmt *self = user;

    self->write = self->write || option == 'w';
    self->check = self->check || option == PST_OPTION_CHECK;
    self->drop_comments =
        self->drop_comments || option == PST_OPTION_DROP_COMMENTS;
    return true;
}

static const struct pst_options options = {&pst_command_fmt, ":wh",
                                           long_options, read_option};

static int run(int argc, char **argv)
{
    static char standard_input[] = "-";
    char *alone[] = {standard_input, NULL};
    struct fmt self = {false, false, false};
    int status;

    status = pst_take_options(&options, argc, argv, &self);
    if (status != PST_GO_ON) {
        return status;
    }
    if (self.write && self.check) {
        return pst_misused(&pst_command_fmt,
                           "--write and --check exclude each other", NULL);
    }
    return optind < argc ? format_files(&self, argc - optind, argv + optind)
                         : format_files(&self, 1, alone);
}

const struct pst_command pst_command_fmt = {
    "fmt", "write policies in canonical form", help, run, NULL};
