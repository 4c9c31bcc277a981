/* postern ppm evaluate: every cell of a stack. [PPM-07] [PPM-08] [PPM-21] */
#include "cli/json_out.h"
#include "cli/plain.h"
#include "cli/ppm.h"
#include "cli/source.h"

#include <getopt.h>

enum { SENTENCE = 1024, STATES = POSTERN_PPM_OVERRULED + 1 };

enum show { SHOW_STATED, SHOW_ALL, SHOW_CONFLICTS };

struct evaluate {
    enum pst_output output;
    enum show show;
    postern_ppm_profile profile;
    postern_ppm_stack_options options;
    postern_ppm_kind order[POSTERN_PPM_USER];
    const char *words_name;
    postern_ppm_words *words;
    struct pst_ppm_frame_list frames;
    postern_ppm_stack *stack;
    struct pst_json_out json;
    uint64_t counts[STATES];
    uint64_t differing;
};

static const struct option long_options[] = {
    {"profile", required_argument, NULL, PST_OPTION_PROFILE},
    {"order", required_argument, NULL, PST_OPTION_ORDER},
    {"today", required_argument, NULL, PST_OPTION_TODAY},
    {"all", no_argument, NULL, PST_OPTION_ALL},
    {"conflicts", no_argument, NULL, PST_OPTION_CONFLICTS},
    {"words", required_argument, NULL, PST_OPTION_WORDS},
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static bool is_shown(const struct evaluate *self, const postern_ppm_cell *cell)
{
    switch (self->show) {
    case SHOW_CONFLICTS:
        return cell->state != POSTERN_PPM_GREEN;
    case SHOW_ALL:
        return true;
    case SHOW_STATED:
    default:
        return cell->stated || cell->state != POSTERN_PPM_GREEN;
    }
}

static void print_part(postern_str part, const char *before)
{
    fputs(before, stdout);
    if (part.data) {
        pst_plain(stdout, part);
    } else {
        fputs("*", stdout);
    }
}

static void print_column(const postern_ppm_column *column)
{
    print_part(column->application, "");
    print_part(column->device, " / ");
    print_part(column->data, " / ");
    fputs("\n", stdout);
}

/* ", red under literal" for profiles that show another colour. */
static void print_others(const struct evaluate *self,
                         const postern_ppm_cell *cell)
{
    bool red = cell->red_in >> self->profile & 1;

    for (int i = 0; i < POSTERN_PPM_PROFILES; i++) {
        if ((cell->red_in >> i & 1) != red) {
            printf(", %s under %s", red ? "green" : "red",
                   postern_ppm_profile_word((postern_ppm_profile)i));
        }
    }
}

static void print_cell(const struct evaluate *self, uint32_t row,
                       const postern_ppm_cell *cell, const char *sentence)
{
    printf("  %-9s  %-20s  ", postern_ppm_state_word(cell->state),
           postern_ppm_row_at(row)->key);
    pst_plain(stdout, postern_str_of(sentence));
    printf(" (%s", postern_ppm_code_word(cell->code));
    if (cell->decided_by != POSTERN_PPM_NOBODY) {
        printf(", by %s", postern_ppm_kind_word(cell->decided_by));
    }
    print_others(self, cell);
    printf(")\n");
}

static void json_part(struct pst_json_out *out, const char *name,
                      postern_str part)
{
    if (part.data) {
        pst_json_out_name(out, name);
        pst_json_out_str(out, part);
    }
}

static void json_overruled(struct evaluate *self, const postern_ppm_cell *cell)
{
    pst_json_out_name(&self->json, "overruled");
    pst_json_out_open(&self->json, '[');
    for (uint32_t place = 0; cell->overruled >> place; place++) {
        postern_ppm_frame_head head;

        if (cell->overruled >> place & 1) {
            postern_ppm_frame_look(postern_ppm_stack_frame(self->stack, place),
                                   &head);
            pst_json_out_str(&self->json,
                             postern_str_of(postern_ppm_kind_word(head.kind)));
        }
    }
    pst_json_out_close(&self->json, ']');
}

static void json_red_in(struct evaluate *self, const postern_ppm_cell *cell)
{
    pst_json_out_name(&self->json, "red_in");
    pst_json_out_open(&self->json, '[');
    for (int i = 0; i < POSTERN_PPM_PROFILES; i++) {
        if (cell->red_in >> i & 1) {
            pst_json_out_str(&self->json,
                             postern_str_of(postern_ppm_profile_word(
                                 (postern_ppm_profile)i)));
        }
    }
    pst_json_out_close(&self->json, ']');
}

/* Who decided: the kind, and what the frame says of itself. */
static void json_decided(struct evaluate *self, const postern_ppm_cell *cell)
{
    const postern_ppm_frame *frame =
        cell->frame < 0
            ? NULL
            : postern_ppm_stack_frame(self->stack, (uint32_t)cell->frame);
    postern_ppm_frame_head head;

    if (!frame) {
        return;
    }
    postern_ppm_frame_look(frame, &head);
    pst_json_out_text(&self->json, "decided_by",
                      postern_ppm_kind_word(cell->decided_by));
    json_part(&self->json, "name", head.name);
    json_part(&self->json, "link", head.link);
}

static void json_cell(struct evaluate *self, const postern_ppm_column *column,
                      uint32_t row, const postern_ppm_cell *cell,
                      const char *sentence)
{
    struct pst_json_out *out = &self->json;
    bool red =
        cell->state == POSTERN_PPM_RED || cell->state == POSTERN_PPM_LOCKED;

    pst_json_out_open(out, '{');
    json_part(out, "application", column->application);
    json_part(out, "device", column->device);
    json_part(out, "data", column->data);
    pst_json_out_text(out, "row", postern_ppm_row_at(row)->key);
    pst_json_out_number(out, "ord", row);
    pst_json_out_text(out, "state", postern_ppm_state_word(cell->state));
    pst_json_out_text(out, "colour", red ? "red" : "green");
    pst_json_out_text(out, "code", postern_ppm_code_word(cell->code));
    json_decided(self, cell);
    pst_json_out_name(out, "user_can_accept");
    pst_json_out_bool(out, cell->user_can_accept);
    json_overruled(self, cell);
    pst_json_out_name(out, "differs");
    pst_json_out_bool(out, cell->differs);
    json_red_in(self, cell);
    pst_json_out_name(out, "label");
    pst_json_out_str(out, postern_ppm_row_label(self->words, row));
    pst_json_out_text(out, "sentence", sentence);
    pst_json_out_close(out, '}');
    (void)pst_json_out_line(out, stdout); /* pst_finish() notices */
}

static void show_row(struct evaluate *self, uint32_t number, uint32_t row,
                     bool *headed)
{
    postern_ppm_column column = postern_ppm_stack_column(self->stack, number);
    char sentence[SENTENCE];
    postern_ppm_cell cell;

    postern_ppm_evaluate(self->stack, number, row, self->profile, &cell);
    self->counts[cell.state]++;
    self->differing += cell.differs;
    if (!is_shown(self, &cell)) {
        return;
    }
    (void)postern_ppm_sentence(self->stack, &cell, self->words, sentence,
                               sizeof sentence);
    if (self->output == PST_OUTPUT_JSON) {
        json_cell(self, &column, row, &cell, sentence);
        return;
    }
    if (!*headed) {
        print_column(&column);
        *headed = true;
    }
    print_cell(self, row, &cell, sentence);
}

static void sum_up(struct evaluate *self, uint32_t columns)
{
    if (self->output == PST_OUTPUT_JSON) {
        pst_json_out_open(&self->json, '{');
        pst_json_out_text(&self->json, "profile",
                          postern_ppm_profile_word(self->profile));
        pst_json_out_number(&self->json, "columns", columns);
        for (int i = 0; i < STATES; i++) {
            pst_json_out_number(&self->json,
                                postern_ppm_state_word((postern_ppm_state)i),
                                (int64_t)self->counts[i]);
        }
        pst_json_out_number(&self->json, "differ", (int64_t)self->differing);
        pst_json_out_close(&self->json, '}');
        (void)pst_json_out_line(&self->json, stdout);
        return;
    }
    printf("%u column%s, %s: %llu red, %llu locked, %llu overruled, %llu "
           "green; %llu differ between profiles\n",
           (unsigned)columns, columns == 1 ? "" : "s",
           postern_ppm_profile_word(self->profile),
           (unsigned long long)self->counts[POSTERN_PPM_RED],
           (unsigned long long)self->counts[POSTERN_PPM_LOCKED],
           (unsigned long long)self->counts[POSTERN_PPM_OVERRULED],
           (unsigned long long)self->counts[POSTERN_PPM_GREEN],
           (unsigned long long)self->differing);
}

static int show(struct evaluate *self)
{
    uint32_t columns = postern_ppm_stack_columns(self->stack);

    pst_json_out_init(&self->json);
    for (uint32_t number = 0; number < columns; number++) {
        bool headed = false;

        for (uint32_t row = 0; row < POSTERN_PPM_ROWS; row++) {
            show_row(self, number, row, &headed);
        }
    }
    sum_up(self, columns);
    pst_json_out_release(&self->json);
    return self->counts[POSTERN_PPM_RED] || self->counts[POSTERN_PPM_LOCKED]
               ? PST_EXIT_NO
               : PST_EXIT_YES;
}

static int evaluate(struct evaluate *self, int argc, char **argv)
{
    int result = PST_EXIT_UNUSABLE;
    postern_diag diag;

    if (argc == 0) {
        return pst_misused(&pst_command_ppm, "FRAME is missing", NULL);
    }
    if ((!self->words_name ||
         pst_ppm_open_words(self->words_name, &self->words)) &&
        pst_ppm_frames_open(&self->frames, argc, argv)) {
        if (postern_ppm_stack_new(
                &self->stack,
                (const postern_ppm_frame *const *)self->frames.frames,
                self->frames.count, &self->options, &diag) == POSTERN_OK) {
            result = show(self);
        } else {
            pst_print_diag(stderr, &diag);
        }
    }
    postern_ppm_stack_free(self->stack);
    pst_ppm_frames_close(&self->frames);
    postern_ppm_words_free(self->words);
    return pst_finish(&pst_command_ppm, result);
}

static bool read_option(void *user, int option)
{
    struct evaluate *self = user;
    switch (option) {
    case PST_OPTION_PROFILE:
        return pst_ppm_take_profile(optarg, &self->profile);
    case PST_OPTION_ORDER:
        self->options.order = self->order;
        self->options.order_count = POSTERN_PPM_USER;
        return pst_ppm_take_order(optarg, self->order);
    case PST_OPTION_TODAY:
        self->options.time_known = true;
        return pst_ppm_take_today(optarg, &self->options.time_s);
    case PST_OPTION_ALL:
        self->show = SHOW_ALL;
        return true;
    case PST_OPTION_CONFLICTS:
        self->show = SHOW_CONFLICTS;
        return true;
    case PST_OPTION_WORDS:
        self->words_name = optarg;
        return true;
    case PST_OPTION_FORMAT:
        return pst_read_output(&pst_command_ppm, optarg, &self->output);
    default:
        return false;
    }
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

int pst_ppm_evaluate_run(int argc, char **argv)
{
    struct evaluate self = {.output = PST_OUTPUT_TEXT};
    int status;

    postern_ppm_stack_options_init(&self.options);
    self.options.time_known = pst_clock(&self.options.time_s);
    status = pst_take_options(&options, argc, argv, &self);
    if (status != PST_GO_ON) {
        return status;
    }
    return evaluate(&self, argc - optind, argv + optind);
}
