/* A text file line by line, however long it is: for logs and for files of
 * resources. */
#ifndef PST_LINES_H
#define PST_LINES_H

#include "base/diag.h"
#include "base/vec.h"

#include <stdio.h>

struct pst_lines {
    const char *name; /* of the file */
    postern_allocator allocator;
    size_t limit; /* longest line */
    FILE *stream;
    struct pst_vec bytes; /* read, and not all given out */
    uint32_t next;        /* first of them that was not */
    uint32_t looked;      /* up to here there is no end of the line */
    uint32_t number;      /* of the line given last, from 1 */
    bool over;            /* nothing more to read */
    bool torn;            /* that line has no end: the file may grow yet */
};

/* POSTERN_OK, or POSTERN_ERR_IO with the name as source; then there is nothing
 * to close. */
POSTERN_NODISCARD postern_status pst_lines_open(
    struct pst_lines *lines, const char *name,
    const postern_allocator *allocator, size_t limit, postern_diag *diag);
void pst_lines_close(struct pst_lines *lines);

/*
 * The next line without its end, valid until the next call; text->data is NULL
 * behind the last.
 *
 * POSTERN_OK; POSTERN_ERR_IO, POSTERN_ERR_LIMIT with name and line;
 * POSTERN_ERR_MEMORY.
 */
POSTERN_NODISCARD postern_status pst_lines_next(struct pst_lines *lines,
                                                postern_str *text,
                                                postern_diag *diag);

/* Whether a line holds nothing but blanks. */
bool pst_line_is_blank(postern_str line);

#endif
