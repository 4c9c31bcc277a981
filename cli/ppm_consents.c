/* postern ppm withdraw, look-again and status: what became of consents.
 * [PPM-25] */
#include "cli/ppm_consents.h"

#include "base/str.h"
#include "base/vec.h"
#include "cli/plain.h"
#include "cli/ppm_manager.h"
#include "consent/openness.h"
#include "consent/standing.h"

#include <getopt.h>

enum { COLUMN_TEXT = 1024 };

struct consents {
    struct pst_ppm_manager_words words;
    enum pst_output output;
    bool history;
    int (*act)(struct consents *self);
    const struct pst_ppm_opened *opened; /* while it acts */
    struct pst_json_out json;
    postern_diag diag;
};

/* ---- printing ------------------------------------------------------------ */

void pst_ppm_json_text(struct pst_json_out *out, const char *name,
                       postern_str text)
{
    if (text.data) {
        pst_json_out_name(out, name);
        pst_json_out_str(out, text);
    }
}

static void json_time(struct pst_json_out *out, const char *name,
                      int64_t time_s)
{
    char text[PST_TIME_TEXT];

    if (time_s != INT64_MAX) {
        pst_ppm_time(time_s, text);
        pst_json_out_text(out, name, text);
    }
}

void pst_ppm_json_consent(struct pst_json_out *out,
                          const postern_consent *consent)
{
    pst_ppm_json_text(out, "id", consent->id);
    pst_json_out_number(out, "version", consent->version);
    pst_ppm_json_text(out, "subscriber", consent->subscriber);
    pst_ppm_json_text(out, "provider", consent->provider);
    pst_json_out_text(out, "state", postern_consent_state_word(consent->state));
    json_time(out, "from", consent->from_s);
    json_time(out, "until", consent->until_s);
    json_time(out, "ended", consent->ended_s);
    pst_ppm_json_text(out, "hash", consent->hash);
    pst_ppm_json_text(out, "signature", consent->signature);
    pst_json_out_number(out, "columns", consent->columns);
    pst_json_out_number(out, "open", consent->open);
    pst_json_out_number(out, "exceptions", consent->exceptions);
}

static void print_time(const char *before, int64_t time_s)
{
    char text[PST_TIME_TEXT];

    if (time_s != INT64_MAX) {
        pst_ppm_time(time_s, text);
        printf(", %s %s", before, text);
    }
}

static void print_text(const postern_consent *consent)
{
    pst_plain(stdout, consent->id);
    printf(" version %u: ", (unsigned)consent->version);
    pst_plain(stdout, consent->subscriber);
    fputs(" ", stdout);
    pst_plain(stdout, consent->provider);
    printf(" %s, %u of %u column%s open, %u exception%s",
           postern_consent_state_word(consent->state), (unsigned)consent->open,
           (unsigned)consent->columns, consent->columns == 1 ? "" : "s",
           (unsigned)consent->exceptions, consent->exceptions == 1 ? "" : "s");
    print_time("from", consent->from_s);
    print_time("until", consent->until_s);
    if (consent->ended_s != consent->until_s) {
        print_time("ended", consent->ended_s);
    }
    fputs("\n", stdout);
}

void pst_ppm_print_consent(enum pst_output output,
                           const postern_consent *consent)
{
    struct pst_json_out json;

    if (output == PST_OUTPUT_TEXT) {
        print_text(consent);
        return;
    }
    pst_json_out_init(&json);
    pst_json_out_open(&json, '{');
    pst_ppm_json_consent(&json, consent);
    pst_json_out_close(&json, '}');
    (void)pst_json_out_line(&json, stdout); /* pst_finish() notices */
    pst_json_out_release(&json);
}

/* ---- options ------------------------------------------------------------- */

static const struct option long_options[] = {
    PST_PPM_MANAGER_OPTIONS,
    {"history", no_argument, NULL, PST_OPTION_HISTORY},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static bool read_option(void *user, int option)
{
    struct consents *self = user;

    if (pst_ppm_manager_has(option)) {
        return pst_ppm_manager_take(&self->words, option);
    }
    if (option == PST_OPTION_HISTORY) {
        self->history = true;
        return true;
    }
    return option == PST_OPTION_FORMAT &&
           pst_read_output(&pst_command_ppm, optarg, &self->output);
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

static int act(void *user, const struct pst_ppm_opened *opened, char **none)
{
    struct consents *self = user;
    int status;

    (void)none;
    self->opened = opened;
    pst_json_out_init(&self->json);
    status = self->act(self);
    pst_json_out_release(&self->json);
    return status;
}

static const struct pst_ppm_verb verb = {.options = &options, .work = act};
static const struct pst_ppm_verb verb_of_a_pair = {
    .options = &options, .of_a_pair = true, .work = act};

/* ---- withdraw, look-again ------------------------------------------------ */

static int withdraw(struct consents *self)
{
    postern_consent consent;

    if (postern_ppm_withdraw(self->opened->manager, self->words.subscriber,
                             self->words.provider, self->words.now_s, &consent,
                             &self->diag) != POSTERN_OK) {
        return pst_ppm_manager_refused(&self->diag);
    }
    pst_ppm_print_consent(self->output, &consent);
    return PST_EXIT_YES;
}

int pst_ppm_withdraw_run(int argc, char **argv)
{
    struct consents self = {.output = PST_OUTPUT_TEXT, .act = withdraw};

    return pst_ppm_run_verb(&verb_of_a_pair, argc, argv, &self);
}

static int look_again(struct consents *self)
{
    uint32_t changed;

    if (postern_ppm_look_again(self->opened->manager, self->words.now_s,
                               &changed, &self->diag) != POSTERN_OK) {
        return pst_ppm_manager_refused(&self->diag);
    }
    if (self->output == PST_OUTPUT_TEXT) {
        printf("%u consent%s changed\n", (unsigned)changed,
               changed == 1 ? "" : "s");
        return PST_EXIT_YES;
    }
    pst_json_out_open(&self->json, '{');
    pst_json_out_number(&self->json, "changed", changed);
    pst_json_out_close(&self->json, '}');
    (void)pst_json_out_line(&self->json, stdout);
    return PST_EXIT_YES;
}

int pst_ppm_look_again_run(int argc, char **argv)
{
    struct consents self = {.output = PST_OUTPUT_TEXT, .act = look_again};

    return pst_ppm_run_verb(&verb, argc, argv, &self);
}

/* ---- status -------------------------------------------------------------- */

/* The columns and exceptions of the newest version. */
struct shown {
    const struct pst_standing *standing;
    const struct pst_stored_consent *stored;
};

/* "open"; of the others, whether it was open when it was accepted. */
static const char *word_of(const struct shown *shown, uint32_t number)
{
    postern_ppm_column name =
        postern_ppm_stack_column(shown->standing->stack, number);

    if (shown->standing->open[number]) {
        return "open";
    }
    for (uint32_t i = 0; i < shown->stored->column_count; i++) {
        const struct pst_stored_column *column = &shown->stored->columns[i];

        if (column->suspended && pst_column_same(&column->name, &name)) {
            return "suspended";
        }
    }
    return "closed";
}

static void print_more(const struct shown *shown)
{
    char text[COLUMN_TEXT];

    for (uint32_t i = 0; i < shown->standing->consent.columns; i++) {
        postern_ppm_column name =
            postern_ppm_stack_column(shown->standing->stack, i);

        pst_ppm_column_text(&name, text, sizeof text);
        printf("  %-9s  ", word_of(shown, i));
        pst_plain(stdout, postern_str_of(text));
        fputs("\n", stdout);
    }
    for (uint32_t i = 0; i < shown->stored->exception_count; i++) {
        const struct pst_stored_exception *exception =
            &shown->stored->exceptions[i];

        pst_ppm_column_text(&exception->column, text, sizeof text);
        printf("  %-9s  ", "except");
        pst_plain(stdout, postern_str_of(text));
        printf(":%s (", postern_ppm_row_at(exception->row)->key);
        pst_plain(stdout, exception->statement);
        fputs(")\n", stdout);
    }
}

static void json_column(struct pst_json_out *out,
                        const postern_ppm_column *name)
{
    pst_ppm_json_text(out, "application", name->application);
    pst_ppm_json_text(out, "device", name->device);
    pst_ppm_json_text(out, "data", name->data);
}

static void json_more(struct pst_json_out *out, const struct shown *shown)
{
    pst_json_out_name(out, "by_column");
    pst_json_out_open(out, '[');
    for (uint32_t i = 0; i < shown->standing->consent.columns; i++) {
        postern_ppm_column name =
            postern_ppm_stack_column(shown->standing->stack, i);

        pst_json_out_open(out, '{');
        json_column(out, &name);
        pst_json_out_text(out, "access", word_of(shown, i));
        pst_json_out_close(out, '}');
    }
    pst_json_out_close(out, ']');
    pst_json_out_name(out, "accepted");
    pst_json_out_open(out, '[');
    for (uint32_t i = 0; i < shown->stored->exception_count; i++) {
        const struct pst_stored_exception *exception =
            &shown->stored->exceptions[i];

        pst_json_out_open(out, '{');
        json_column(out, &exception->column);
        pst_json_out_text(out, "row", postern_ppm_row_at(exception->row)->key);
        pst_ppm_json_text(out, "statement", exception->statement);
        pst_json_out_close(out, '}');
    }
    pst_json_out_close(out, ']');
}

/* What it is made of may be gone; then the consent alone is printed. */
static void print_newest(struct consents *self,
                         const struct pst_stored_consent *stored)
{
    postern_consent head = pst_stored_at(stored, self->words.now_s);
    struct shown shown = {NULL, stored};
    struct pst_standing *standing = NULL;

    if (pst_standing_load(self->opened->manager, head.subscriber, head.provider,
                          self->words.now_s, &standing, NULL) == POSTERN_OK) {
        head.columns = standing->consent.columns;
        head.open = standing->consent.open;
        shown.standing = standing;
    }
    if (self->output == PST_OUTPUT_TEXT) {
        print_text(&head);
        if (standing) {
            print_more(&shown);
        }
    } else {
        pst_json_out_open(&self->json, '{');
        pst_ppm_json_consent(&self->json, &head);
        if (standing) {
            json_more(&self->json, &shown);
        }
        pst_json_out_close(&self->json, '}');
        (void)pst_json_out_line(&self->json, stdout);
    }
    pst_standing_free(standing);
}

/* All versions before the newest, oldest first. */
static postern_status print_pair(struct consents *self, struct pst_arena *arena,
                                 const postern_str pair[2])
{
    postern_ppm_manager *manager = self->opened->manager;
    struct pst_stored_consent *newest;

    PST_TRY(pst_stored_get(manager, arena, pair, 0, &newest, &self->diag));
    for (uint32_t version = 1;
         self->history && newest && version < newest->head.version; version++) {
        struct pst_stored_consent *stored;

        PST_TRY(pst_stored_get(manager, arena, pair, version, &stored,
                               &self->diag));
        if (stored) {
            postern_consent head = pst_stored_at(stored, self->words.now_s);

            pst_ppm_print_consent(self->output, &head);
        }
    }
    if (newest) {
        print_newest(self, newest);
    }
    return POSTERN_OK;
}

static bool is_asked(postern_str asked, postern_str name)
{
    return !asked.data || pst_str_equal(asked, name);
}

struct pairs {
    const struct consents *of;
    postern_allocator heap;
    struct pst_arena arena;
    struct pst_vec names; /* postern_str, two for each */
    postern_status status;
};

static bool collect(void *user, postern_str subscriber, postern_str provider)
{
    struct pairs *self = user;
    postern_str names[2];

    if (!is_asked(self->of->words.subscriber, subscriber) ||
        !is_asked(self->of->words.provider, provider)) {
        return true;
    }
    names[0] = pst_arena_copy(&self->arena, subscriber);
    names[1] = pst_arena_copy(&self->arena, provider);
    self->status = names[0].data && names[1].data
                       ? pst_vec_push(&self->names, &self->heap, names, 2)
                       : POSTERN_ERR_MEMORY;
    return self->status == POSTERN_OK;
}

static postern_status print_pairs(struct consents *self, struct pairs *pairs)
{
    const postern_str *names;

    PST_TRY(
        pst_standing_pairs(self->opened->manager, collect, pairs, &self->diag));
    PST_TRY(pst_diag_plain(&self->diag, pairs->status));
    names = pairs->names.data;
    PST_TRY(pst_manager_begin(self->opened->manager, &self->diag));
    for (uint32_t i = 0; i < pairs->names.count; i += 2) {
        postern_status status = print_pair(self, &pairs->arena, names + i);

        if (status != POSTERN_OK) {
            return pst_manager_end(self->opened->manager, status, &self->diag);
        }
    }
    return pst_manager_end(self->opened->manager, POSTERN_OK, &self->diag);
}

static int show_status(struct consents *self)
{
    struct pairs pairs = {.of = self, .status = POSTERN_OK};
    postern_status status;

    pairs.heap = pst_allocator_of(NULL);
    pst_arena_init(&pairs.arena, &pairs.heap, SIZE_MAX);
    pst_vec_init(&pairs.names, sizeof(postern_str));
    pst_diag_clear(&self->diag);
    status = print_pairs(self, &pairs);
    pst_vec_release(&pairs.names, &pairs.heap);
    pst_arena_release(&pairs.arena);
    return status == POSTERN_OK ? PST_EXIT_YES
                                : pst_ppm_manager_refused(&self->diag);
}

int pst_ppm_status_run(int argc, char **argv)
{
    struct consents self = {.output = PST_OUTPUT_TEXT, .act = show_status};

    return pst_ppm_run_verb(&verb, argc, argv, &self);
}
