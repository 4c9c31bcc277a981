/* Files, standard input and policies as the command line names them. */
#ifndef PST_SOURCE_H
#define PST_SOURCE_H

#include "base/vec.h"

#include <postern/policy.h>

#include <stdio.h>

/* Whether a name stands for standard input. */
bool pst_is_stdin(const char *name);

/*
 * Reads a file, or standard input for "-", whole. `bytes` is for the caller to
 * release with malloc's allocator, whatever the answer.
 *
 * POSTERN_OK; POSTERN_ERR_IO, POSTERN_ERR_LIMIT, POSTERN_ERR_MEMORY with the
 * name as source.
 */
POSTERN_NODISCARD postern_status pst_source_read(struct pst_vec *bytes,
                                                 const char *name,
                                                 postern_diag *diag);

struct pst_source_list {
    const char *const *names;
    size_t count;
};

/* Loads policies as one: files, folders, or standard input alone. As
 * postern_policy_load_files(). */
POSTERN_NODISCARD postern_status
pst_source_load(postern_policy **policy, const struct pst_source_list *list,
                const postern_load_options *options, postern_diag *diag);

/* Writes "FILE:LINE:COLUMN: error: sentence [lint]" on a stream. */
void pst_print_diag(FILE *stream, const postern_diag *diag);

#endif
