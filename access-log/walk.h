/*
 * An access log from its first line to its last, each verified. For opening,
 * verifying and asking alike.
 */
#ifndef PST_ACCESS_LOG_WALK_H
#define PST_ACCESS_LOG_WALK_H

#include "access-log/chain.h"
#include "base/memory.h"

enum pst_log_end {
    PST_LOG_WHOLE,  /* the last line is finished */
    PST_LOG_TORN,   /* behind it is the beginning of another */
    PST_LOG_STOPPED /* `take` had enough */
};

struct pst_log_walk {
    const char *path; /* for diagnostics */
    int file;         /* read from where it stands */
    postern_allocator allocator;
    struct pst_log_chain *chain;
    /* Hears of each line that was taken into the chain; NULL: nobody. Not
     * POSTERN_OK: as the walk. */
    postern_status (*take)(void *user, const struct pst_log_chain *chain,
                           postern_str line, bool *goes_on, postern_diag *diag);
    void *user;
    /* Answers. */
    uint64_t good; /* bytes of the lines that are finished and good */
    enum pst_log_end end;
};

/*
 * POSTERN_OK; POSTERN_ERR_POLICY with the line that is not good; _IO, _MEMORY;
 * as `take`.
 */
POSTERN_NODISCARD postern_status pst_log_walk(struct pst_log_walk *walk,
                                              postern_diag *diag);

/* Records a refusal about a file, and about a line of it unless 0. */
postern_status pst_log_refuse(const char *path, uint64_t line,
                              postern_status status, const char *message,
                              postern_diag *diag);

/*
 * Opens a log with `flags` of open(), and nothing but a regular file.
 * POSTERN_OK, POSTERN_ERR_IO; -1 when it could not be opened.
 */
POSTERN_NODISCARD postern_status pst_log_open_file(int *file, const char *path,
                                                   int flags,
                                                   postern_diag *diag);

#endif
