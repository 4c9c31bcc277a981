/*
 * postern ppm test: cases with the colours that cells have under each profile.
 *
 * A case has frames, what is expected of some rows, or the error that a frame
 * is refused with. Of a case whose frames are to be refused no cell is looked
 * at: there is no stack.
 */
#include "base/civil_time.h"
#include "base/diag.h"
#include "base/str.h"
#include "cli/json_out.h"
#include "cli/plain.h"
#include "cli/ppm.h"
#include "cli/source.h"
#include "policy-lang/files.h"
#include "ppm/frame_document.h"

#include <getopt.h>

enum { DIFFERENCE = 256 };

static const struct option long_options[] = {
    {"format", required_argument, NULL, PST_OPTION_FORMAT},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct test {
    enum pst_output output;
    bool verbose;
    struct pst_json_out json;
    uint64_t passed;
    uint64_t failed;
};

/* One case while it is run. */
struct run {
    struct test *test;
    const struct pst_document *document;
    const struct pst_node *node;
    postern_ppm_frame *frames[POSTERN_PPM_MAX_FRAMES];
    size_t frame_count;
    postern_ppm_kind order[POSTERN_PPM_USER];
    bool ordered;
};

static postern_str text_member(const struct pst_node *object, const char *name)
{
    const struct pst_node *node = pst_node_member(object, name);

    return node && node->type == PST_NODE_STRING ? node->text
                                                 : (postern_str){NULL, 0};
}

/* `difference` is "" for what passes. */
static void tell(const struct run *self, const char *what, const char *profile,
                 const char *difference)
{
    struct test *test = self->test;
    bool passed = difference[0] == '\0';

    *(passed ? &test->passed : &test->failed) += 1;
    if (passed && !test->verbose) {
        return;
    }
    if (test->output == PST_OUTPUT_JSON) {
        pst_json_out_open(&test->json, '{');
        pst_json_out_name(&test->json, "id");
        pst_json_out_str(&test->json, text_member(self->node, "id"));
        pst_json_out_text(&test->json, "row", what);
        pst_json_out_text(&test->json, "profile", profile);
        pst_json_out_text(&test->json, "result", passed ? "pass" : "fail");
        pst_json_out_text(&test->json, "difference", difference);
        pst_json_out_close(&test->json, '}');
        (void)pst_json_out_line(&test->json, stdout);
        return;
    }
    printf("%s ", passed ? "pass" : "FAIL");
    pst_plain(stdout, text_member(self->node, "id"));
    printf(" %s %s%s", what, profile, passed ? "" : ": ");
    pst_plain(stdout, postern_str_of(difference));
    printf("\n");
}

/* "NAME is GOT, not WANTED"; the first one is kept. */
static void differ(char difference[DIFFERENCE], const char *name,
                   const char *got, postern_str wanted)
{
    struct pst_text text;

    if (difference[0] || pst_str_is(wanted, got)) {
        return;
    }
    pst_text_init(&text, difference, DIFFERENCE);
    pst_text_add(&text, name);
    pst_text_add(&text, " is ");
    pst_text_add(&text, got);
    pst_text_add(&text, ", not ");
    pst_text_add_quoted(&text, wanted);
}

static void differ_bool(char difference[DIFFERENCE], const char *name, bool got,
                        const struct pst_node *wanted)
{
    bool is = wanted && wanted->type == PST_NODE_BOOLEAN && wanted->boolean;

    if (wanted) {
        differ(difference, name, got ? "true" : "false",
               is ? PST_STR("true") : PST_STR("false"));
    }
}

static bool is_red(const postern_ppm_cell *cell)
{
    return cell->state == POSTERN_PPM_RED || cell->state == POSTERN_PPM_LOCKED;
}

static void differ_colour(char difference[DIFFERENCE],
                          const postern_ppm_cell *cell, postern_str wanted)
{
    differ(difference, "the colour", is_red(cell) ? "red" : "green", wanted);
}

/* The kinds of the frames overruled, each followed by a blank. */
static void differ_overruled(char difference[DIFFERENCE],
                             const postern_ppm_stack *stack,
                             const postern_ppm_cell *cell,
                             const struct pst_node *wanted)
{
    const struct pst_node *entry = wanted ? wanted->children : NULL;

    for (uint32_t place = 0; place < postern_ppm_stack_frames(stack); place++) {
        postern_ppm_frame_head head;

        if (!(cell->overruled >> place & 1)) {
            continue;
        }
        postern_ppm_frame_look(postern_ppm_stack_frame(stack, place), &head);
        differ(difference, "overruled", postern_ppm_kind_word(head.kind),
               entry ? entry->text : PST_STR("nobody"));
        entry = entry ? entry->next : NULL;
    }
    if (entry) {
        differ(difference, "overruled", "nobody", entry->text);
    }
}

static void check_sound(char difference[DIFFERENCE],
                        const postern_ppm_stack *stack,
                        const postern_ppm_cell *cell,
                        const struct pst_node *wanted)
{
    const struct pst_node *decided = pst_node_member(wanted, "decided_by");
    bool locked = cell->state == POSTERN_PPM_LOCKED ||
                  cell->state == POSTERN_PPM_OVERRULED;

    differ_colour(difference, cell, text_member(wanted, "colour"));
    differ(difference, "the code", postern_ppm_code_word(cell->code),
           text_member(wanted, "code"));
    if (decided) {
        differ(difference, "decided_by",
               postern_ppm_kind_word(cell->decided_by),
               decided->type == PST_NODE_STRING ? decided->text
                                                : PST_STR("nobody"));
    }
    differ_bool(difference, "user_can_accept", cell->user_can_accept,
                pst_node_member(wanted, "user_can_accept"));
    differ_bool(difference, "locked", locked,
                pst_node_member(wanted, "locked"));
    differ_overruled(difference, stack, cell,
                     pst_node_member(wanted, "overruled"));
}

static void check_row(const struct run *self, const postern_ppm_stack *stack,
                      const struct pst_node *wanted)
{
    static const char *const colours[POSTERN_PPM_PROFILES] = {
        "colour", "literal_colour", "annexk_colour"};
    uint32_t row = postern_ppm_row_find(wanted->name);
    const char *key =
        row < POSTERN_PPM_ROWS ? postern_ppm_row_at(row)->key : "(no row)";

    for (int i = 0; i < POSTERN_PPM_PROFILES; i++) {
        postern_ppm_profile profile = (postern_ppm_profile)i;
        char difference[DIFFERENCE] = "";
        postern_ppm_cell cell;

        postern_ppm_evaluate(stack, 0, row, profile, &cell);
        if (profile == POSTERN_PPM_SOUND) {
            check_sound(difference, stack, &cell, wanted);
        } else {
            differ_colour(difference, &cell, text_member(wanted, colours[i]));
        }
        tell(self, key, postern_ppm_profile_word(profile), difference);
    }
}

static bool read_today(const struct run *self,
                       postern_ppm_stack_options *options)
{
    postern_str today = text_member(self->node, "today");
    int64_t days = 0;

    options->time_known = today.data != NULL;
    if (today.data && !pst_ppm_day(today, &days)) {
        return false;
    }
    options->time_s = days * PST_SECONDS_PER_DAY;
    return true;
}

static void check_rows(const struct run *self)
{
    const struct pst_node *wanted = pst_node_member(self->node, "expect");
    postern_ppm_stack_options options;
    postern_ppm_stack *stack = NULL;
    postern_diag diag = {.message = "today is no date"};

    postern_ppm_stack_options_init(&options);
    options.order = self->ordered ? self->order : NULL;
    options.order_count = self->ordered ? POSTERN_PPM_USER : 0;
    if (!wanted || wanted->count == 0) {
        tell(self, "-", "-", "nothing is expected");
    } else if (!read_today(self, &options) ||
               postern_ppm_stack_new(
                   &stack, (const postern_ppm_frame *const *)self->frames,
                   self->frame_count, &options, &diag) != POSTERN_OK) {
        tell(self, "-", "-", diag.message);
    } else {
        for (wanted = wanted->children; wanted; wanted = wanted->next) {
            check_row(self, stack, wanted);
        }
    }
    postern_ppm_stack_free(stack);
}

/* "E_RANGE 6.0/month": the error that is expected; absent for none. */
static postern_str expected_error(const struct pst_node *node)
{
    const struct pst_node *list = pst_node_member(node, "registration_errors");

    if (list && list->type == PST_NODE_LIST && list->children) {
        return list->children->text;
    }
    return text_member(node, "expect_error");
}

/* The code, and that the message begins with the tag or the row. */
static void check_error(const struct run *self, const postern_diag *diag)
{
    postern_str wanted = expected_error(self->node);
    size_t blank = pst_str_find(wanted, 0, ' ');
    postern_str code = pst_str_slice(wanted, 0, blank);
    postern_str where = pst_str_slice(wanted, blank + 1, wanted.len);
    postern_str message = postern_str_of(diag->message);
    char difference[DIFFERENCE] = "";

    if (!wanted.data) {
        tell(self, "-", "-", diag->message);
        return;
    }
    differ(difference, "the error", diag->lint, code);
    if (!pst_str_equal(pst_str_slice(message, 0, where.len), where)) {
        differ(difference, "the message", diag->message, where);
    }
    tell(self, "-", "registration", difference);
}

/* False when a frame is refused; *diag says why. */
static bool open_frames(struct run *self, postern_diag *diag)
{
    const struct pst_node *list = pst_node_member(self->node, "frames");
    const struct pst_node *node = list ? list->children : NULL;
    postern_ppm_load_options options;

    postern_ppm_load_options_init(&options);
    for (; node && self->frame_count < POSTERN_PPM_MAX_FRAMES;
         node = node->next) {
        if (pst_ppm_frame_of_node(&self->frames[self->frame_count],
                                  self->document, node, &options,
                                  diag) != POSTERN_OK) {
            return false;
        }
        self->frame_count++;
    }
    return true;
}

static void run_case(struct run *self)
{
    postern_diag diag;

    self->frame_count = 0;
    if (!open_frames(self, &diag)) {
        check_error(self, &diag);
    } else if (expected_error(self->node).data) {
        tell(self, "-", "registration", "no frame is refused");
    } else {
        check_rows(self);
    }
    while (self->frame_count > 0) {
        postern_ppm_frame_free(self->frames[--self->frame_count]);
    }
}

/* "precedence" (of a case also "order"): the kinds from front to back, which
 * are data; the user's may be left out, it is the last. [PPM-13] */
static bool read_order(const struct pst_node *list,
                       postern_ppm_kind order[POSTERN_PPM_USER])
{
    const struct pst_node *node = list->children;
    size_t count = 0;

    for (; node && count < POSTERN_PPM_USER; node = node->next) {
        order[count++] = node->type == PST_NODE_STRING
                             ? postern_ppm_kind_of(node->text)
                             : POSTERN_PPM_NOBODY;
    }
    if (count == POSTERN_PPM_USER - 1) {
        order[count++] = POSTERN_PPM_USER;
    }
    return count == POSTERN_PPM_USER && !node;
}

/* The order of a case, or that of all. False when it is none. */
static bool find_order(struct run *self, const struct pst_node *object)
{
    const struct pst_node *list = pst_node_member(object, "precedence");

    list = list ? list : pst_node_member(object, "order");
    if (!list) {
        return true;
    }
    self->ordered = read_order(list, self->order);
    return self->ordered;
}

static postern_status run_document(struct test *test,
                                   struct pst_document *document,
                                   struct pst_arena *arena, postern_diag *diag)
{
    postern_limits limits = pst_limits_of(NULL);
    struct run self = {.test = test, .document = document};
    const struct pst_node *list;

    PST_TRY(pst_document_read(document, arena, &limits, diag));
    list = pst_node_member(document->root, "cases");
    if (!list || list->type != PST_NODE_LIST ||
        !find_order(&self, document->root)) {
        return pst_node_refuse(document, document->root, diag,
                               POSTERN_ERR_POLICY,
                               "an object with a list \"cases\", and maybe the "
                               "five kinds of \"precedence\", is expected",
                               NULL);
    }
    for (const struct pst_node *node = list->children; node;
         node = node->next) {
        struct run one = self;

        one.node = node;
        if (find_order(&one, node)) {
            run_case(&one);
        } else {
            tell(&one, "-", "-", "the order is not one of the six kinds");
        }
    }
    return POSTERN_OK;
}

static bool run_file(struct test *test, const char *name)
{
    struct pst_document document = {.source = name};
    postern_allocator heap = pst_allocator_of(NULL);
    struct pst_arena arena;
    struct pst_vec bytes;
    postern_diag diag;
    postern_status status = pst_source_read(&bytes, name, &diag);

    pst_arena_init(&arena, NULL, SIZE_MAX);
    if (status == POSTERN_OK) {
        document.text = (postern_str){bytes.data, bytes.count};
        document.format =
            pst_is_yaml_name(name) ? PST_FORMAT_YAML : PST_FORMAT_JSON;
        status = run_document(test, &document, &arena, &diag);
    }
    if (status != POSTERN_OK) {
        (void)pst_diag_plain(&diag, status);
        pst_print_diag(stderr, &diag);
    }
    pst_arena_release(&arena);
    pst_vec_release(&bytes, &heap);
    return status == POSTERN_OK;
}

static void sum_up(struct test *test)
{
    if (test->output == PST_OUTPUT_JSON) {
        pst_json_out_open(&test->json, '{');
        pst_json_out_number(&test->json, "passed", (int64_t)test->passed);
        pst_json_out_number(&test->json, "failed", (int64_t)test->failed);
        pst_json_out_close(&test->json, '}');
        (void)pst_json_out_line(&test->json, stdout);
        return;
    }
    printf("%llu passed, %llu failed\n", (unsigned long long)test->passed,
           (unsigned long long)test->failed);
}

static int test(struct test *self, int argc, char **argv)
{
    int result = PST_EXIT_YES;

    if (argc == 0) {
        return pst_misused(&pst_command_ppm, "FILE is missing", NULL);
    }
    pst_json_out_init(&self->json);
    for (int i = 0; i < argc; i++) {
        if (!run_file(self, argv[i])) {
            result = PST_EXIT_UNUSABLE;
        }
    }
    sum_up(self);
    pst_json_out_release(&self->json);
    if (result == PST_EXIT_YES && self->failed) {
        result = PST_EXIT_NO;
    }
    return pst_finish(&pst_command_ppm, result);
}

static bool read_option(void *user, int option)
{
    struct test *self = user;

    if (option == 'v') {
        self->verbose = true;
        return true;
    }
    return option == PST_OPTION_FORMAT &&
           pst_read_output(&pst_command_ppm, optarg, &self->output);
}

static const struct pst_options options = {&pst_command_ppm, ":vh",
                                           long_options, read_option};

int pst_ppm_test_run(int argc, char **argv)
{
    struct test self = {.output = PST_OUTPUT_TEXT};
    int status;

    status = pst_take_options(&options, argc, argv, &self);
    if (status != PST_GO_ON) {
        return status;
    }
    return test(&self, argc - optind, argv + optind);
}
