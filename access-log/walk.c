/*
 * Reading: a buffer that is filled, cut into lines, and filled again. What is
 * left of an interrupted line may be followed by zeros, which a file system can
 * leave where it had made room for more.
 */
#define _POSIX_C_SOURCE 200809L /* O_CLOEXEC */

#include "access-log/walk.h"

#include "base/diag.h"
#include "base/str.h"
#include "policy-lang/files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024 };

/* Invariant: next <= end <= BUFFER; what is between was read and not cut. */
struct buffer {
    struct pst_log_walk *walk;
    postern_diag *diag;
    char *bytes;
    size_t next;
    size_t end;
    bool over; /* nothing more to read */
};

/* ---- refusals ------------------------------------------------------------ */

postern_status pst_log_refuse(const char *path, uint64_t line,
                              postern_status status, const char *message,
                              postern_diag *diag)
{
    bool first = diag && diag->status == POSTERN_OK;

    (void)pst_diag_refuse(diag, status, "", message, NULL);
    if (first) {
        pst_diag_copy(diag->source, sizeof diag->source, path);
        if (line) {
            pst_diag_locate(diag,
                            line < UINT32_MAX ? (uint32_t)line : UINT32_MAX, 1);
        }
    }
    return status;
}

/* About the line after those that are good. */
static postern_status refuse(const struct buffer *self, const char *message)
{
    return pst_log_refuse(self->walk->path, self->walk->chain->head.lines + 1,
                          POSTERN_ERR_POLICY, message, self->diag);
}

/* ---- the file ------------------------------------------------------------ */

postern_status pst_log_open_file(int *file, const char *path, int flags,
                                 postern_diag *diag)
{
    struct stat about;

    /* A pipe must not make us wait; of a file O_NONBLOCK says nothing. Only its
     * owner is to read what a person did. */
    *file = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0600);
    if (*file < 0) {
        return pst_file_refuse(diag, path, errno);
    }
    if (fstat(*file, &about) != 0 || !S_ISREG(about.st_mode)) {
        return pst_log_refuse(path, 0, POSTERN_ERR_IO,
                              "this is no regular file", diag);
    }
    return POSTERN_OK;
}

/* Makes room by moving what is left to the front, and fills it. */
static postern_status fill(struct buffer *self)
{
    ssize_t count;

    memmove(self->bytes, self->bytes + self->next, self->end - self->next);
    self->end -= self->next;
    self->next = 0;
    do {
        count =
            read(self->walk->file, self->bytes + self->end, BUFFER - self->end);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        return pst_file_refuse(self->diag, self->walk->path, errno);
    }
    self->end += (size_t)count;
    self->over = count == 0;
    return POSTERN_OK;
}

static postern_str unread(const struct buffer *self)
{
    return (postern_str){self->bytes + self->next, self->end - self->next};
}

/* The next line, with *whole; else what there is of it, which is all that is
 * left of the file, or longer than a line. */
static postern_status next_line(struct buffer *self, postern_str *line,
                                bool *whole)
{
    for (;;) {
        postern_str rest = unread(self);
        size_t end = pst_str_find(rest, 0, '\n');

        *whole = end < rest.len;
        if (*whole || self->over || rest.len >= PST_LOG_LINE) {
            *line = pst_str_slice(rest, 0, end);
            self->next += end + *whole;
            return POSTERN_OK;
        }
        PST_TRY(fill(self));
    }
}

/* ---- the end ------------------------------------------------------------- */

static size_t without_zeros(postern_str text)
{
    size_t len = text.len;

    while (len > 0 && text.data[len - 1] == '\0') {
        len--;
    }
    return len;
}

/* Whether the file has nothing but zeros from here on. */
static postern_status skip_zeros(struct buffer *self, bool *only_zeros)
{
    *only_zeros = true;
    while (*only_zeros && !self->over) {
        PST_TRY(fill(self));
        *only_zeros = without_zeros(unread(self)) == 0;
        self->next = self->end;
    }
    return POSTERN_OK;
}

/* `text` has no end of a line. */
static postern_status take_end(struct buffer *self, postern_str text)
{
    postern_str begun = pst_str_slice(text, 0, without_zeros(text));
    bool only_zeros = true;

    self->walk->end = text.len ? PST_LOG_TORN : PST_LOG_WHOLE;
    if (!pst_log_chain_is_torn(self->walk->chain, begun)) {
        return refuse(self, self->walk->chain->head.lines
                                ? "this line is not as it was written"
                                : "this is no access log of Postern");
    }
    if (text.len >= PST_LOG_LINE) {
        PST_TRY(skip_zeros(self, &only_zeros));
    }
    return only_zeros ? POSTERN_OK
                      : refuse(self, "this line is not as it was written");
}

/* ---- all of it ----------------------------------------------------------- */

static postern_status take_line(struct buffer *self, postern_str line,
                                bool *goes_on)
{
    struct pst_log_walk *walk = self->walk;
    const char *problem = pst_log_chain_take(walk->chain, line);

    if (problem) {
        return refuse(self, problem);
    }
    walk->good += line.len + 1;
    if (walk->take) {
        PST_TRY(walk->take(walk->user, walk->chain, line, goes_on, self->diag));
    }
    return POSTERN_OK;
}

static postern_status take_lines(struct buffer *self)
{
    bool goes_on = true;

    while (goes_on) {
        postern_str line;
        bool whole;

        PST_TRY(next_line(self, &line, &whole));
        if (!whole) {
            return take_end(self, line);
        }
        PST_TRY(take_line(self, line, &goes_on));
    }
    self->walk->end = PST_LOG_STOPPED;
    return POSTERN_OK;
}

postern_status pst_log_walk(struct pst_log_walk *walk, postern_diag *diag)
{
    struct buffer self = {.walk = walk, .diag = diag};
    postern_status status;

    walk->good = 0;
    walk->end = PST_LOG_WHOLE;
    self.bytes = pst_alloc(&walk->allocator, BUFFER);
    if (!self.bytes) {
        return pst_diag_plain(diag, POSTERN_ERR_MEMORY);
    }
    status = take_lines(&self);
    pst_release(&walk->allocator, self.bytes, BUFFER);
    return status;
}
