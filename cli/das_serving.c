/* postern das answer: the DAS that is asked. */
#include "cli/das.h"

#include "base/diag.h"
#include "base/str.h"
#include "cli/source.h"

#include <string.h>

enum { PATH_SIZE = 4096 };

/* Files that the configuration names, beside it. */
struct files {
    const char *config;
    struct pst_vec bytes; /* the last one */
};

static void forget_file(struct files *self)
{
    postern_allocator heap = pst_allocator_of(NULL);

    pst_vec_release(&self->bytes, &heap);
}

/* "keys/das.jwk" beside "/etc/das.yaml" is "/etc/keys/das.jwk". */
static bool path_of(const struct files *self, postern_str name,
                    char path[PATH_SIZE])
{
    const char *slash = strrchr(self->config, '/');
    struct pst_text text;

    pst_text_init(&text, path, PATH_SIZE);
    if (slash && name.len && name.data[0] != '/') {
        pst_text_add_str(
            &text,
            (postern_str){self->config, (size_t)(slash + 1 - self->config)});
    }
    pst_text_add_str(&text, name);
    return text.len < PATH_SIZE;
}

static postern_status read_file(void *user, postern_str name, postern_str *text,
                                postern_diag *diag)
{
    struct files *self = user;
    char path[PATH_SIZE];
    postern_status status;

    forget_file(self);
    if (!path_of(self, name, path)) {
        return pst_diag_plain(diag, POSTERN_ERR_LIMIT);
    }
    status = pst_source_read(&self->bytes, path, diag);
    *text = (postern_str){self->bytes.data, self->bytes.count};
    return status;
}

static postern_status load(postern_das **das, const char *config,
                           struct files *files, postern_diag *diag)
{
    postern_allocator heap = pst_allocator_of(NULL);
    postern_das_options options;
    struct pst_vec bytes;
    postern_status status = pst_source_read(&bytes, config, diag);

    *das = NULL;
    if (status == POSTERN_OK) {
        postern_das_options_init(&options);
        options.source = config;
        options.read_file = read_file;
        options.user = files;
        status = postern_das_load(das, (postern_str){bytes.data, bytes.count},
                                  &options, diag);
    }
    pst_vec_release(&bytes, &heap);
    return status;
}

static postern_status answer_file(postern_das *das,
                                  const struct pst_das_words *words,
                                  postern_das_reply *reply, postern_diag *diag)
{
    postern_allocator heap = pst_allocator_of(NULL);
    postern_das_question question = {.now_s = words->now_s};
    struct pst_vec bytes;
    postern_status status = pst_source_read(&bytes, words->request, diag);

    if (status == POSTERN_OK) {
        question.text = (postern_str){bytes.data, bytes.count};
        question.asker =
            words->from ? postern_str_of(words->from) : postern_das_asker(das);
        status = postern_das_answer(das, &question, reply, diag);
        pst_diag_copy(diag->source, sizeof diag->source, words->request);
    }
    pst_vec_release(&bytes, &heap);
    return status;
}

int pst_das_answer(const struct pst_das_words *words)
{
    struct files files = {.config = words->config};
    postern_das *das;
    postern_das_reply reply = {.privileges = false};
    postern_diag diag = {.status = POSTERN_OK};
    postern_status status;

    pst_vec_init(&files.bytes, 1);
    status = load(&das, words->config, &files, &diag);
    if (status == POSTERN_OK) {
        status = answer_file(das, words, &reply, &diag);
    }
    if (status == POSTERN_OK) {
        puts(reply.text.data);
        fprintf(stderr, "note: %s\n", reply.reason);
    } else {
        (void)pst_diag_plain(&diag, status);
        pst_print_diag(stderr, &diag);
    }
    postern_das_free(das);
    forget_file(&files);
    if (status != POSTERN_OK) {
        return PST_EXIT_UNUSABLE;
    }
    return pst_finish(&pst_command_das, reply.privileges || reply.tokens
                                            ? PST_EXIT_YES
                                            : PST_EXIT_NO);
}
