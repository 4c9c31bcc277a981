/* Files replaced as a whole: either the old content or the new one is there,
 * whatever happens. */
#ifndef PST_REPLACE_H
#define PST_REPLACE_H

#include <postern/base.h>

/*
 * Writes a new file beside the old one, with its permissions, and gives it the
 * old one's name; of a symbolic link, the file it leads to.
 *
 * POSTERN_OK; POSTERN_ERR_IO with the name as source, the file is as before;
 * POSTERN_ERR_MEMORY.
 */
POSTERN_NODISCARD postern_status pst_replace_file(const char *name,
                                                  postern_str text,
                                                  postern_diag *diag);

#endif
