#define _XOPEN_SOURCE 700 /* realpath, mkstemp, fsync */

#include "cli/replace.h"

#include "base/diag.h"

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

static bool write_all(int file, postern_str text)
{
    size_t done = 0;

    while (done < text.len) {
        ssize_t count = write(file, text.data + done, text.len - done);

        if (count < 0 && errno != EINTR) {
            return false;
        }
        done += count > 0 ? (size_t)count : 0;
    }
    return true;
}

/* Fills the new file and puts it in the place of the old one. */
static bool fill_and_rename(int file, const char *temporary, const char *path,
                            postern_str text)
{
    struct stat about;
    bool filled = stat(path, &about) == 0 &&
                  fchmod(file, about.st_mode & 07777) == 0 &&
                  write_all(file, text) && fsync(file) == 0;

    /* Not retried: the state of the descriptor is not known after EINTR. */
    filled = close(file) == 0 && filled;
    return filled && rename(temporary, path) == 0;
}

static postern_status replace(const char *name, const char *path,
                              char *temporary, postern_str text,
                              postern_diag *diag)
{
    int file = mkstemp(temporary);

    if (file < 0) {
        return refuse(diag, POSTERN_ERR_IO, name,
                      "no file can be written beside this one");
    }
    if (!fill_and_rename(file, temporary, path, text)) {
        (void)unlink(temporary);
        return refuse(diag, POSTERN_ERR_IO, name,
                      "the file cannot be replaced");
    }
    return POSTERN_OK;
}

postern_status pst_replace_file(const char *name, postern_str text,
                                postern_diag *diag)
{
    char *path = realpath(name, NULL);
    size_t len = path ? strlen(path) : 0;
    char *temporary = path ? malloc(len + sizeof suffix) : NULL;
    postern_status status = POSTERN_ERR_IO;

    if (!path) {
        (void)refuse(diag, status, name, "there is no such file");
    } else if (!temporary) {
        status = refuse(diag, POSTERN_ERR_MEMORY, name, "out of memory");
    } else {
        memcpy(temporary, path, len);
        memcpy(temporary + len, suffix, sizeof suffix);
        status = replace(name, path, temporary, text, diag);
    }
    free(temporary);
    free(path);
    return status;
}
