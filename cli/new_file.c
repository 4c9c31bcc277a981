#define _XOPEN_SOURCE 700 /* realpath, mkstemp, fsync, umask */

#include "cli/new_file.h"

#include "base/diag.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char suffix[] = ".XXXXXX";

/* What is written: as whom the caller knows it, where, and as what. */
struct new_file {
    const char *name;
    const char *path; /* of a symbolic link, what it leads to */
    mode_t mode;
    postern_str bytes;
};

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

static bool fill_and_rename(const struct new_file *self, int file,
                            const char *temporary)
{
    bool filled = fchmod(file, self->mode) == 0 &&
                  write_all(file, self->bytes) && fsync(file) == 0;

    /* Not retried: the state of the descriptor is not known after EINTR. */
    filled = close(file) == 0 && filled;
    return filled && rename(temporary, self->path) == 0;
}

static postern_status write_beside(const struct new_file *self,
                                   postern_diag *diag)
{
    size_t len = strlen(self->path);
    char *temporary = malloc(len + sizeof suffix);
    postern_status status = POSTERN_OK;
    int file;

    if (!temporary) {
        return refuse(diag, POSTERN_ERR_MEMORY, self->name, "out of memory");
    }
    memcpy(temporary, self->path, len);
    memcpy(temporary + len, suffix, sizeof suffix);
    file = mkstemp(temporary);
    if (file < 0) {
        status = refuse(diag, POSTERN_ERR_IO, self->name,
                        "no file can be written there");
    } else if (!fill_and_rename(self, file, temporary)) {
        (void)unlink(temporary);
        status = refuse(diag, POSTERN_ERR_IO, self->name,
                        "the file cannot be written");
    }
    free(temporary);
    return status;
}

postern_status pst_new_file_replace(const char *name, postern_str bytes,
                                    postern_diag *diag)
{
    char *path = realpath(name, NULL);
    struct stat about;
    postern_status status = POSTERN_ERR_IO;

    if (path && stat(path, &about) == 0) {
        status = write_beside(
            &(struct new_file){name, path, about.st_mode & 07777, bytes}, diag);
    } else {
        (void)refuse(diag, status, name, "there is no such file");
    }
    free(path);
    return status;
}

postern_status pst_new_file_write(const char *name, postern_str bytes,
                                  postern_diag *diag)
{
    struct stat about;

    if (lstat(name, &about) == 0) {
        return pst_new_file_replace(name, bytes, diag);
    }
    return write_beside(&(struct new_file){name, name, usual_mode(), bytes},
                        diag);
}
