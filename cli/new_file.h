/* Files written as a whole: whoever reads them finds the old content or the new
 * one, whatever happens. */
#ifndef PST_NEW_FILE_H
#define PST_NEW_FILE_H

#include <postern/base.h>

/*
 * Writes a file beside it, brings it to the disk and gives it the name. A file
 * that is there keeps its permissions; a new one has those of any new file. Of
 * a symbolic link, the file it leads to.
 *
 * POSTERN_OK; POSTERN_ERR_IO with the name as source, what was there is there;
 * POSTERN_ERR_MEMORY.
 */
POSTERN_NODISCARD postern_status pst_new_file_write(const char *name,
                                                    postern_str bytes,
                                                    postern_diag *diag);

/* As above; POSTERN_ERR_IO when the file is not there. */
POSTERN_NODISCARD postern_status pst_new_file_replace(const char *name,
                                                      postern_str bytes,
                                                      postern_diag *diag);

#endif
