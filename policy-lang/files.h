/* Policy documents in the file system: which files, and what is in them. */
#ifndef PST_FILES_H
#define PST_FILES_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/vec.h"

/* The files to read, in the order in which they count. */
struct pst_file_list {
    const char **names;
    size_t count;
};

/*
 * The files a list of paths stands for: a folder for every document in it that
 * is named like one, by name; folders in it are not entered.
 *
 * POSTERN_OK; POSTERN_ERR_IO with the path as source; POSTERN_ERR_MEMORY.
 */
POSTERN_NODISCARD postern_status pst_files_find(struct pst_file_list *files,
                                                struct pst_arena *arena,
                                                const char *const *paths,
                                                size_t path_count,
                                                postern_diag *diag);

/*
 * Reads a file whole. `bytes` is for the caller to release, with the same
 * allocator, whatever the answer.
 *
 * POSTERN_OK, POSTERN_ERR_MEMORY; POSTERN_ERR_IO; POSTERN_ERR_LIMIT when it is
 * longer than `limit`; the two with the name as source.
 */
POSTERN_NODISCARD postern_status
pst_file_read(struct pst_vec *bytes, const postern_allocator *allocator,
              const char *name, size_t limit, postern_diag *diag);

/* Records what the system said (an errno) about a file. POSTERN_ERR_IO, or
 * POSTERN_ERR_MEMORY for want of it. */
postern_status pst_file_refuse(postern_diag *diag, const char *name, int error);

/* Whether a file name ends in .json; in .yaml or .yml. */
bool pst_is_json_name(const char *name);
bool pst_is_yaml_name(const char *name);

#endif
