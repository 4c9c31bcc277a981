/*
 * One SQLite file as the manager uses it: opened with care, its refusals put
 * into words. What is kept in it is in sqlite.c.
 */
#ifndef PST_CONSENT_SQLITE_H
#define PST_CONSENT_SQLITE_H

#include <postern/base.h>

struct sqlite3;

/* How long a transaction waits for that of another program. */
enum { PST_SQLITE_WAIT_MS = 5000 };

/*
 * Opens a file that holds nothing but the table `record`, and makes it when it
 * is not there or empty. *file is to be closed whatever the answer.
 *
 * Statuses as of postern_sqlite_open().
 */
POSTERN_NODISCARD postern_status pst_sqlite_file_open(struct sqlite3 **file,
                                                      const char *path,
                                                      postern_diag *diag);
void pst_sqlite_file_close(struct sqlite3 *file);

/* Records what SQLite has just answered about a file, named as the user knows
 * it. Gives the status that stands for it. */
postern_status pst_sqlite_refuse(struct sqlite3 *file, const char *path,
                                 postern_diag *diag);

/* Records a sentence about a file. */
postern_status pst_sqlite_say(const char *path, postern_status status,
                              const char *message, postern_diag *diag);

#endif
