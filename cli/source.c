#include "cli/source.h"

#include "base/diag.h"
#include "cli/plain.h"
#include "policy-lang/files.h"

#include <string.h>

enum { CHUNK = 64 * 1024 };

bool pst_is_stdin(const char *name)
{
    return strcmp(name, "-") == 0;
}

static postern_status refuse(postern_diag *diag, postern_status status,
                             const char *name, const char *message)
{
    (void)pst_diag_refuse(diag, status, "", message, NULL);
    pst_diag_copy(diag->source, sizeof diag->source, name);
    return status;
}

static postern_status read_stdin(struct pst_vec *bytes, size_t limit,
                                 postern_diag *diag)
{
    postern_allocator heap = pst_allocator_of(NULL);
    char chunk[CHUNK];
    size_t count;

    while ((count = fread(chunk, 1, sizeof chunk, stdin)) > 0) {
        if (bytes->count + count > limit) {
            return refuse(diag, POSTERN_ERR_LIMIT, "-",
                          "standard input is longer than the limit");
        }
        if (pst_vec_push(bytes, &heap, chunk, (uint32_t)count) != POSTERN_OK) {
            return refuse(diag, POSTERN_ERR_MEMORY, "-", "out of memory");
        }
    }
    return ferror(stdin) ? refuse(diag, POSTERN_ERR_IO, "-",
                                  "standard input cannot be read")
                         : POSTERN_OK;
}

postern_status pst_source_read(struct pst_vec *bytes, const char *name,
                               postern_diag *diag)
{
    postern_allocator heap = pst_allocator_of(NULL);
    size_t limit = pst_limits_of(NULL).text_bytes;

    pst_diag_clear(diag);
    if (!pst_is_stdin(name)) {
        return pst_file_read(bytes, &heap, name, limit, diag);
    }
    pst_vec_init(bytes, 1);
    return read_stdin(bytes, limit, diag);
}

static postern_status load_stdin(postern_policy **policy,
                                 const postern_load_options *options,
                                 postern_diag *diag)
{
    postern_allocator heap = pst_allocator_of(NULL);
    postern_load_options named = *options;
    struct pst_vec bytes;
    postern_status status = pst_source_read(&bytes, "-", diag);

    *policy = NULL;
    named.source = "-";
    if (status == POSTERN_OK) {
        status = postern_policy_load(
            policy, (postern_str){bytes.data, bytes.count}, &named, diag);
    }
    pst_vec_release(&bytes, &heap);
    return status;
}

postern_status pst_source_load(postern_policy **policy,
                               const struct pst_source_list *list,
                               const postern_load_options *options,
                               postern_diag *diag)
{
    pst_diag_clear(diag);
    *policy = NULL;
    for (size_t i = 0; i < list->count; i++) {
        if (!pst_is_stdin(list->names[i])) {
            continue;
        }
        return list->count == 1
                   ? load_stdin(policy, options, diag)
                   : refuse(diag, POSTERN_ERR_ARGUMENT, "-",
                            "a policy on standard input stands alone");
    }
    return postern_policy_load_files(policy, list->names, list->count, options,
                                     diag);
}

static const char *severity_word(postern_severity severity)
{
    switch (severity) {
    case POSTERN_SEVERITY_WARNING:
        return "warning";
    case POSTERN_SEVERITY_NOTE:
        return "note";
    case POSTERN_SEVERITY_ERROR:
    default:
        return "error";
    }
}

void pst_print_diag(FILE *stream, const postern_diag *diag)
{
    const char *source = diag->source[0] ? diag->source : "postern";

    pst_plain(stream, postern_str_of(source));
    if (diag->line) {
        fprintf(stream, ":%u:%u", (unsigned)diag->line, (unsigned)diag->column);
    }
    fprintf(stream, ": %s: ", severity_word(diag->severity));
    pst_plain(stream, postern_str_of(diag->message));
    if (diag->clause) {
        fprintf(stream, " (%s)", diag->clause);
    }
    if (diag->lint[0]) {
        fprintf(stream, " [%s]", diag->lint);
    }
    fputc('\n', stream);
}
