/* postern ppm accept: a person accepts what was shown. [PPM-24] */
#include "base/diag.h"
#include "base/str.h"
#include "base/vec.h"
#include "cli/arguments.h"
#include "cli/plain.h"
#include "cli/ppm_consents.h"
#include "cli/ppm_manager.h"

#include <getopt.h>

enum { COLUMN_TEXT = 1024 };

static const struct option long_options[] = {
    PST_PPM_MANAGER_OPTIONS,
    {"hash", required_argument, NULL, PST_OPTION_HASH},
    {"except", required_argument, NULL, PST_OPTION_EXCEPT},
    {"until", required_argument, NULL, PST_OPTION_UNTIL},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct accepting {
    struct pst_ppm_manager_words words;
    enum pst_output output;
    postern_allocator heap;
    postern_ppm_acceptance acceptance;
    struct pst_vec said;       /* const char *: the arguments of --except */
    struct pst_vec exceptions; /* postern_ppm_exception */
    postern_customised *document;
    postern_diag diag;
};

/* ---- exceptions ---------------------------------------------------------- */

static bool refuse(struct accepting *self, const char *code,
                   const char *message, const char *argument)
{
    char buffer[POSTERN_DIAG_MESSAGE_SIZE];
    struct pst_text text;

    pst_text_init(&text, buffer, sizeof buffer);
    pst_text_add(&text, "--except ");
    pst_text_add_quoted(&text, postern_str_of(argument));
    pst_text_add(&text, message);
    pst_diag_clear(&self->diag);
    (void)pst_diag_refuse(&self->diag, POSTERN_ERR_POLICY, "", buffer, NULL);
    pst_diag_copy(self->diag.lint, sizeof self->diag.lint, code);
    return false;
}

static bool add(struct accepting *self, uint32_t number, postern_str row)
{
    postern_ppm_column column =
        postern_customised_column(self->document, number);
    postern_ppm_exception exception = {column.application, column.device,
                                       column.data, row};

    return pst_vec_push(&self->exceptions, &self->heap, &exception, 1) ==
           POSTERN_OK;
}

/* A row alone: every column in which the person may accept it. */
static bool add_row(struct accepting *self, const char *argument)
{
    postern_str row = postern_str_of(argument);
    postern_customised_cell cell;
    bool any = false;
    bool locked = false;

    if (postern_ppm_row_find(row) == POSTERN_PPM_ROWS) {
        return refuse(self, "E_ROW", ": annex J has no such row", argument);
    }
    for (uint32_t n = 0; postern_customised_cell_at(self->document, n, &cell);
         n++) {
        if (cell.row != postern_ppm_row_find(row)) {
            continue;
        }
        locked = locked || cell.state == POSTERN_PPM_LOCKED;
        if (cell.user_can_accept) {
            any = true;
            if (!add(self, cell.column, row)) {
                return false;
            }
        }
    }
    if (!any && locked) {
        return refuse(self, "E_LOCKED", ": it is not the person's to accept",
                      argument);
    }
    return any || refuse(self, "E_NOT_RED", ": there is no conflict to accept",
                         argument);
}

/* Columns are compared as they are printed: their names may hold anything. */
static bool add_point(struct accepting *self, const char *argument,
                      size_t column_length)
{
    postern_str row = postern_str_of(argument + column_length + 1);
    postern_str said = {argument, column_length};
    postern_customised_head head;
    uint32_t found = 0;
    uint32_t at = 0;

    postern_customised_look(self->document, &head);
    for (uint32_t i = 0; i < head.columns; i++) {
        postern_ppm_column column =
            postern_customised_column(self->document, i);
        char text[COLUMN_TEXT];

        pst_ppm_column_text(&column, text, sizeof text);
        if (pst_str_is(said, text)) {
            found++;
            at = i;
        }
    }
    if (found != 1) {
        return refuse(self, "E_COLUMN",
                      found ? ": more than one column is called so"
                            : ": the policy has no such column",
                      argument);
    }
    return add(self, at, row);
}

static bool add_exception(struct accepting *self, const char *argument)
{
    size_t colon = strlen(argument);

    while (colon > 0 && argument[colon] != ':') {
        colon--;
    }
    return argument[colon] == ':' ? add_point(self, argument, colon)
                                  : add_row(self, argument);
}

static bool add_exceptions(struct accepting *self)
{
    const char *const *said = self->said.data;

    pst_diag_clear(&self->diag);
    for (uint32_t i = 0; i < self->said.count; i++) {
        if (!add_exception(self, said[i])) {
            (void)pst_diag_plain(&self->diag, POSTERN_ERR_MEMORY);
            return false;
        }
    }
    self->acceptance.exceptions = self->exceptions.data;
    self->acceptance.exception_count = self->exceptions.count;
    return true;
}

/* ---- accepting ----------------------------------------------------------- */

static bool accept(struct accepting *self, postern_ppm_manager *manager,
                   postern_consent *consent)
{
    postern_ppm_acceptance *acceptance = &self->acceptance;

    acceptance->subscriber = self->words.subscriber;
    acceptance->provider = self->words.provider;
    acceptance->now_s = self->words.now_s;
    return postern_ppm_present(manager, acceptance->subscriber,
                               acceptance->provider, acceptance->now_s,
                               &self->document, &self->diag) == POSTERN_OK &&
           add_exceptions(self) &&
           postern_ppm_accept(manager, acceptance, consent, &self->diag) ==
               POSTERN_OK;
}

static const char *lacks_hash(const void *user)
{
    const struct accepting *self = user;

    return self->acceptance.hash.data ? NULL : "--hash HASH is missing";
}

static int work(void *user, const struct pst_ppm_opened *opened, char **none)
{
    struct accepting *self = user;
    postern_consent consent;
    int result = PST_EXIT_YES;

    (void)none;
    if (accept(self, opened->manager, &consent)) {
        pst_ppm_print_consent(self->output, &consent);
    } else {
        result = pst_ppm_manager_refused(&self->diag);
    }
    postern_customised_free(self->document);
    return result;
}

static bool read_option(void *user, int option)
{
    struct accepting *self = user;
    const char *argument = optarg;

    if (pst_ppm_manager_has(option)) {
        return pst_ppm_manager_take(&self->words, option);
    }
    switch (option) {
    case PST_OPTION_HASH:
        self->acceptance.hash = postern_str_of(optarg);
        return true;
    case PST_OPTION_EXCEPT:
        return pst_vec_push(&self->said, &self->heap, &argument, 1) ==
               POSTERN_OK;
    case PST_OPTION_UNTIL:
        return pst_take_time(&pst_command_ppm, "--until", optarg,
                             &self->acceptance.until_s);
    case PST_OPTION_FORMAT:
        return pst_read_output(&pst_command_ppm, optarg, &self->output);
    default:
        return false;
    }
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

int pst_ppm_accept_run(int argc, char **argv)
{
    static const struct pst_ppm_verb verb = {.options = &options,
                                             .of_a_pair = true,
                                             .lacks = lacks_hash,
                                             .work = work};
    struct accepting self = {.output = PST_OUTPUT_TEXT};
    int status;

    self.heap = pst_allocator_of(NULL);
    pst_vec_init(&self.said, sizeof(const char *));
    pst_vec_init(&self.exceptions, sizeof(postern_ppm_exception));
    postern_ppm_acceptance_init(&self.acceptance);
    status = pst_ppm_run_verb(&verb, argc, argv, &self);
    pst_vec_release(&self.said, &self.heap);
    pst_vec_release(&self.exceptions, &self.heap);
    return status;
}
