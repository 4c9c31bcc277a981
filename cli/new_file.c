#define _XOPEN_SOURCE 700 /* mkstemp, fsync, umask */

#include "cli/new_file.h"

#include "base/diag.h"
#include "cli/replace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char suffix[] = ".XXXXXX";

static postern_status refuse(postern_diag *diag, postern_status status,
                             const char *name, const char *message)
{
    (void)pst_diag_refuse(diag, status, "", message, NULL);
    if (diag) {
        pst_diag_copy(diag->source, sizeof diag->source, name);
    }
    return status;
}

static bool write_all(int file, postern_str bytes)
{
    size_t done = 0;

    while (done < bytes.len) {
        ssize_t count = write(file, bytes.data + done, bytes.len - done);

        if (count < 0 && errno != EINTR) {
            return false;
        }
        done += count > 0 ? (size_t)count : 0;
    }
    return true;
}

/* mkstemp() makes a file that only its owner may read. */
static mode_t usual_mode(void)
{
    mode_t mask = umask(0);

    (void)umask(mask);
    return 0666 & ~mask;
}

static bool fill_and_rename(int file, const char *temporary, const char *name,
                            postern_str bytes)
{
    bool filled = fchmod(file, usual_mode()) == 0 && write_all(file, bytes) &&
                  fsync(file) == 0;

    /* Not retried: the state of the descriptor is not known after EINTR. */
    filled = close(file) == 0 && filled;
    return filled && rename(temporary, name) == 0;
}

static postern_status create(const char *name, postern_str bytes,
                             postern_diag *diag)
{
    size_t len = strlen(name);
    char *temporary = malloc(len + sizeof suffix);
    postern_status status = POSTERN_OK;
    int file;

    if (!temporary) {
        return refuse(diag, POSTERN_ERR_MEMORY, name, "out of memory");
    }
    memcpy(temporary, name, len);
    memcpy(temporary + len, suffix, sizeof suffix);
    file = mkstemp(temporary);
    if (file < 0) {
        status =
            refuse(diag, POSTERN_ERR_IO, name, "no file can be written there");
    } else if (!fill_and_rename(file, temporary, name, bytes)) {
        (void)unlink(temporary);
        status =
            refuse(diag, POSTERN_ERR_IO, name, "the file cannot be written");
    }
    free(temporary);
    return status;
}

postern_status pst_new_file_write(const char *name, postern_str bytes,
                                  postern_diag *diag)
{
    struct stat about;

    return lstat(name, &about) == 0 ? pst_replace_file(name, bytes, diag)
                                    : create(name, bytes, diag);
}
