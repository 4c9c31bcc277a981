/*
 * postern ppm log add: accesses that a CSE reports. All of the input is read
 * before any of it is added: what cannot be used adds nothing. [PPM-02]
 */
#include "cli/ppm.h"
#include "cli/ppm_log.h"
#include "cli/source.h"

#include "access-log/line.h"
#include "base/diag.h"
#include "base/str.h"
#include "policy-lang/lines.h"

#include <getopt.h>

static const struct option long_options[] = {
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct add {
    const char *file;        /* the log */
    const char *input;       /* name of what is read */
    postern_access_log *log; /* NULL: it is looked at, and nothing added */
    uint32_t line;
    postern_diag *diag;
};

static postern_status refuse(const struct add *self,
                             const struct pst_document *document,
                             const struct pst_node *node, const char *message)
{
    return pst_node_refuse(document, node, self->diag, POSTERN_ERR_POLICY,
                           message, NULL);
}

/* Whoever reports has not decided, and says no more than a log has. */
static postern_status check(const struct add *self,
                            const struct pst_document *document,
                            const postern_access *access)
{
    const struct pst_node *root = document->root;
    char body[PST_LOG_ROOM];

    if (pst_node_member(root, "hash")) {
        return refuse(self, document, pst_node_member(root, "hash"),
                      "an access that is reported has no hash yet");
    }
    if (access->mode != POSTERN_ACCESS_REPORTED) {
        return refuse(self, document, pst_node_member(root, "mode"),
                      "only reported accesses can be added");
    }
    return pst_log_write_access(body, access)
               ? POSTERN_OK
               : refuse(self, document, root,
                        "the access is too long for a line of the log");
}

static postern_status read_access(const struct add *self,
                                  struct pst_arena *arena, postern_str text,
                                  postern_access *access)
{
    const struct pst_log_given given = {.mode = true, .permitted = true};
    const postern_limits limits = pst_limits_of(NULL);
    struct pst_document document = {.format = PST_FORMAT_JSON,
                                    .source = self->input,
                                    .text = text,
                                    .lines_before = self->line - 1};

    postern_access_init(access);
    access->mode = POSTERN_ACCESS_REPORTED;
    access->permitted = true;
    PST_TRY(pst_json_read(&document, arena, &limits, self->diag));
    PST_TRY(pst_log_read_access(&document, given, access, self->diag));
    return check(self, &document, access);
}

static postern_status take_line(const struct add *self, postern_str text)
{
    postern_allocator heap = pst_allocator_of(NULL);
    struct pst_arena arena;
    postern_access access;
    postern_status status;

    pst_arena_init(&arena, &heap, SIZE_MAX);
    status = read_access(self, &arena, text, &access);
    if (status == POSTERN_OK && self->log) {
        status = postern_access_log_add(self->log, &access);
    }
    pst_arena_release(&arena);
    return status;
}

static postern_status take_lines(struct add *self, postern_str text)
{
    size_t from = 0;

    for (self->line = 1; from < text.len; self->line++) {
        size_t end = pst_str_find(text, from, '\n');
        postern_str line = pst_str_slice(text, from, end);

        if (!pst_line_is_blank(line)) {
            PST_TRY(take_line(self, line));
        }
        from = end + 1;
    }
    return POSTERN_OK;
}

static void note(void *user, const char *text)
{
    const struct add *self = user;

    (void)fprintf(stderr, "%s: note: %s\n", self->file, text);
}

/* Opens the log, which verifies it, when all of the input can be used. */
static postern_status add(struct add *self, postern_str text)
{
    postern_access_log_options open_options;
    postern_status status;
    postern_status closed;

    PST_TRY(take_lines(self, text));
    postern_access_log_options_init(&open_options);
    open_options.note = note;
    open_options.note_user = self;
    PST_TRY(postern_access_log_open(&self->log, self->file, &open_options,
                                    self->diag));
    status = take_lines(self, text);
    closed = postern_access_log_close(self->log); /* and syncs */
    return status == POSTERN_OK ? closed : status;
}

static int run(struct add *self)
{
    postern_allocator heap = pst_allocator_of(NULL);
    struct pst_vec bytes;
    postern_status status = pst_source_read(&bytes, self->input, self->diag);

    if (status == POSTERN_OK) {
        status = add(self, (postern_str){bytes.data, bytes.count});
    }
    pst_vec_release(&bytes, &heap);
    if (status == POSTERN_OK) {
        return PST_EXIT_YES;
    }
    (void)pst_ppm_log_refused(self->file, status, self->diag);
    return PST_EXIT_UNUSABLE;
}

static bool read_option(void *user, int option)
{
    (void)user;
    (void)option;
    return false;
}

static const struct pst_options options = {&pst_command_ppm, ":h", long_options,
                                           read_option};

int pst_ppm_log_add_run(int argc, char **argv)
{
    postern_diag diag = {.status = POSTERN_OK};
    struct add self = {.input = "-", .diag = &diag};
    int status = pst_take_options(&options, argc, argv, &self);

    if (status != PST_GO_ON) {
        return status;
    }
    if (argc - optind < 1 || argc - optind > 2) {
        return pst_misused(&pst_command_ppm,
                           "log add takes a log and a file of accesses", NULL);
    }
    self.file = argv[optind];
    if (argc - optind == 2) {
        self.input = argv[optind + 1];
    }
    return run(&self);
}
