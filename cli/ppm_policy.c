/* postern ppm policy: the customised privacy policy, as JSON or laid out.
 * [PPM-04] [PPM-21] */
#include "base/str.h"
#include "cli/ppm_manager.h"
#include "cli/source.h"

#include <postern/customised.h>

#include <getopt.h>

enum form { FORM_TEXT, FORM_JSON, FORM_HTML, FORM_HASH };

struct policy {
    enum form form;
    const char *words_name;
    const char *previous_name;
    struct pst_ppm_manager_words manager; /* also of frames without one */
    postern_ppm_words *words;
    postern_customised *previous;
    struct pst_ppm_frame_list frames;
};

static const struct option long_options[] = {
    PST_PPM_MANAGER_OPTIONS,
    {"previous", required_argument, NULL, PST_OPTION_PREVIOUS},
    {"today", required_argument, NULL, PST_OPTION_TODAY},
    {"words", required_argument, NULL, PST_OPTION_WORDS},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"hash", no_argument, NULL, PST_OPTION_HASH},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* ---- printing ------------------------------------------------------------ */

/* pst_finish() notices when it fails. */
static postern_status print_piece(void *user, postern_str piece)
{
    (void)user;
    (void)fwrite(piece.data, 1, piece.len, stdout);
    return POSTERN_OK;
}

static int show(const struct policy *self, const postern_customised *document)
{
    postern_customised_head head;

    postern_customised_look(document, &head);
    switch (self->form) {
    case FORM_HASH:
        printf("%s\n", postern_customised_hash(document));
        break;
    case FORM_JSON:
        (void)print_piece(NULL, postern_customised_json(document));
        break;
    case FORM_HTML:
    case FORM_TEXT:
    default:
        if (postern_customised_write(
                document,
                self->form == FORM_HTML ? POSTERN_LAYOUT_HTML
                                        : POSTERN_LAYOUT_TEXT,
                self->words, print_piece, NULL) != POSTERN_OK) {
            return PST_EXIT_UNUSABLE;
        }
        break;
    }
    return head.count[POSTERN_PPM_RED] || head.count[POSTERN_PPM_LOCKED]
               ? PST_EXIT_NO
               : PST_EXIT_YES;
}

/* ---- of frames ----------------------------------------------------------- */

static bool open_previous(struct policy *self)
{
    postern_allocator heap = pst_allocator_of(NULL);
    postern_ppm_load_options how;
    struct pst_vec bytes;
    postern_diag diag;

    if (!self->previous_name) {
        return true;
    }
    postern_ppm_load_options_init(&how);
    how.source = self->previous_name;
    if (pst_source_read(&bytes, self->previous_name, &diag) != POSTERN_OK ||
        postern_customised_load(&self->previous,
                                (postern_str){bytes.data, bytes.count}, &how,
                                &diag) != POSTERN_OK) {
        pst_print_diag(stderr, &diag);
    }
    pst_vec_release(&bytes, &heap);
    return self->previous != NULL;
}

/* Whose the frame of a kind is: as the frame says, or a word for it. */
static postern_str owner_of(const postern_ppm_stack *stack,
                            postern_ppm_kind kind, const char *otherwise)
{
    for (uint32_t i = 0; i < postern_ppm_stack_frames(stack); i++) {
        postern_ppm_frame_head head;

        postern_ppm_frame_look(postern_ppm_stack_frame(stack, i), &head);
        if (head.kind == kind && head.owner.data) {
            return head.owner;
        }
    }
    return postern_str_of(otherwise);
}

static int show_stack(const struct policy *self, const postern_ppm_stack *stack)
{
    const struct pst_ppm_manager_words *words = &self->manager;
    postern_customised_options how;
    postern_customised *document;
    postern_diag diag;
    int result = PST_EXIT_UNUSABLE;

    postern_customised_options_init(&how);
    how.subscriber = words->subscriber.data
                         ? words->subscriber
                         : owner_of(stack, POSTERN_PPM_USER, "subscriber");
    how.provider = words->provider.data
                       ? words->provider
                       : owner_of(stack, POSTERN_PPM_PROVIDER, "provider");
    how.profile = words->profile;
    how.time_known = words->now_s > 0; /* 1970: there is no clock */
    how.time_s = words->now_s;
    how.previous = self->previous;
    if (postern_customised_new(&document, stack, &how, &diag) == POSTERN_OK) {
        result = show(self, document);
    } else {
        pst_print_diag(stderr, &diag);
    }
    postern_customised_free(document);
    return result;
}

static int show_frames(const struct policy *self)
{
    postern_ppm_stack_options how;
    postern_ppm_stack *stack;
    postern_diag diag;
    int result = PST_EXIT_UNUSABLE;

    postern_ppm_stack_options_init(&how);
    how.time_known = self->manager.now_s > 0;
    how.time_s = self->manager.now_s;
    if (self->manager.has_order) {
        how.order = self->manager.order;
        how.order_count = POSTERN_PPM_USER;
    }
    if (postern_ppm_stack_new(
            &stack, (const postern_ppm_frame *const *)self->frames.frames,
            self->frames.count, &how, &diag) == POSTERN_OK) {
        result = show_stack(self, stack);
    } else {
        pst_print_diag(stderr, &diag);
    }
    postern_ppm_stack_free(stack);
    return result;
}

static int of_frames(struct policy *self, int argc, char **argv)
{
    int result = PST_EXIT_UNUSABLE;

    if (argc == 0) {
        return pst_misused(&pst_command_ppm, "FRAME or --db is missing", NULL);
    }
    if (open_previous(self) && pst_ppm_frames_open(&self->frames, argc, argv)) {
        result = show_frames(self);
    }
    pst_ppm_frames_close(&self->frames);
    postern_customised_free(self->previous);
    return result;
}

/* ---- of a manager -------------------------------------------------------- */

/* The previous one is that which was accepted last. */
static int of_manager(const struct policy *self)
{
    const struct pst_ppm_manager_words *words = &self->manager;
    struct pst_ppm_opened opened;
    postern_customised *document = NULL;
    postern_diag diag;
    int result;

    if (self->previous_name) {
        return pst_misused(&pst_command_ppm,
                           "--db knows what was accepted before, so not with",
                           "--previous");
    }
    if (!pst_ppm_manager_has_pair(words) ||
        !pst_ppm_manager_open(&opened, words)) {
        return PST_EXIT_UNUSABLE;
    }
    if (postern_ppm_present(opened.manager, words->subscriber, words->provider,
                            words->now_s, &document, &diag) == POSTERN_OK) {
        result = show(self, document);
    } else {
        pst_print_diag(stderr, &diag);
        result = PST_EXIT_UNUSABLE;
    }
    postern_customised_free(document);
    pst_ppm_manager_close(&opened);
    return result;
}

static int run(struct policy *self, int argc, char **argv)
{
    int result = PST_EXIT_UNUSABLE;

    if (self->manager.db && argc) {
        return pst_misused(&pst_command_ppm,
                           "--db holds the frames, so there is no place for",
                           argv[0]);
    }
    if (!self->words_name ||
        pst_ppm_open_words(self->words_name, &self->words)) {
        result =
            self->manager.db ? of_manager(self) : of_frames(self, argc, argv);
    }
    postern_ppm_words_free(self->words);
    return pst_finish(&pst_command_ppm, result);
}

/* ---- the command line ---------------------------------------------------- */

static bool take_form(struct policy *self, const char *argument)
{
    static const char *const names[] = {"text", "json", "html"};

    for (int i = FORM_TEXT; i <= FORM_HTML; i++) {
        if (pst_str_is(postern_str_of(argument), names[i])) {
            self->form = (enum form)i;
            return true;
        }
    }
    (void)pst_misused(&pst_command_ppm, "--format is text, json or html, not",
                      argument);
    return false;
}

static bool read_option(void *user, int option)
{
    struct policy *self = user;

    if (pst_ppm_manager_has(option)) {
        return pst_ppm_manager_take(&self->manager, option);
    }
    switch (option) {
    case PST_OPTION_PREVIOUS:
        self->previous_name = optarg;
        return true;
    case PST_OPTION_TODAY:
        return pst_ppm_take_today(optarg, &self->manager.now_s);
    case PST_OPTION_WORDS:
        self->words_name = optarg;
        return true;
    case PST_OPTION_FORMAT:
        return take_form(self, optarg);
    case PST_OPTION_HASH:
        self->form = FORM_HASH;
        return true;
    default:
        return false;
    }
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

int pst_ppm_policy_run(int argc, char **argv)
{
    struct policy self = {.form = FORM_TEXT};
    int status;

    pst_ppm_manager_init(&self.manager);
    status = pst_take_options(&options, argc, argv, &self);
    if (status != PST_GO_ON) {
        return status;
    }
    return run(&self, argc - optind, argv + optind);
}
