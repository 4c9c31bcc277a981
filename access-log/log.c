/*
 * Adding to an access log. [PPM-02]
 *
 * Lines are put into a buffer and handed to the system as whole lines, at its
 * end. So a crash leaves whole lines and at most one that is torn; of those
 * that postern_access_log_sync() has answered for all are there.
 *
 * Who adds holds a lock of the file, by its open file description: it goes with
 * the process, and reading the file elsewhere in it does not give it up.
 */
#define _GNU_SOURCE /* flock */

#include "access-log/walk.h"
#include "base/diag.h"
#include "base/sized.h"
#include "base/str.h"
#include "policy-lang/files.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/file.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024, RANDOM = PST_DIGEST / 2 };

struct postern_access_log {
    postern_allocator allocator;
    struct pst_log_chain chain;
    int file;
    char *buffer; /* whole lines that the system has not got yet */
    size_t size;  /* of it: PST_LOG_LINE or more */
    size_t used;
    postern_status failed; /* why nothing can be added any more */
};

/* ---- writing ------------------------------------------------------------- */

static postern_status fail(postern_access_log *self, postern_status status)
{
    self->failed = status;
    return status;
}

/* Hands the buffer over. What was written of it when that fails is not known to
 * be on disk, nor known not to be: it is not tried again. */
static postern_status flush(postern_access_log *self)
{
    size_t done = 0;

    while (done < self->used) {
        ssize_t count =
            write(self->file, self->buffer + done, self->used - done);

        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return fail(self, POSTERN_ERR_IO);
        }
        done += (size_t)count;
    }
    self->used = 0;
    return POSTERN_OK;
}

/* Ends a body that was written behind what is in the buffer. */
static postern_status end_line(postern_access_log *self, size_t body_len)
{
    char *body = self->buffer + self->used;

    if (!pst_log_chain_add(&self->chain, (postern_str){body, body_len},
                           body + body_len)) {
        return fail(self, POSTERN_ERR_INTERNAL);
    }
    self->used += body_len + PST_LOG_TAIL + 1;
    return POSTERN_OK;
}

postern_status postern_access_log_add(postern_access_log *log,
                                      const postern_access *access)
{
    postern_access known;
    size_t len;

    if (log->failed != POSTERN_OK) {
        return log->failed;
    }
    if (!access || !pst_sized_copy(&known, sizeof known, access)) {
        return POSTERN_ERR_ARGUMENT;
    }
    if (log->size - log->used < PST_LOG_LINE) {
        PST_TRY(flush(log));
    }
    len = pst_log_write_access(log->buffer + log->used, &known);
    return len ? end_line(log, len) : POSTERN_ERR_ARGUMENT;
}

postern_status postern_access_log_sync(postern_access_log *log)
{
    if (log->failed != POSTERN_OK) {
        return log->failed;
    }
    PST_TRY(flush(log));
    /* After a failure the system may have given up what it could not write:
     * asking again would answer yes. */
    return fdatasync(log->file) == 0 ? POSTERN_OK : fail(log, POSTERN_ERR_IO);
}

postern_access_head postern_access_log_head(const postern_access_log *log)
{
    return log->chain.head;
}

/* ---- opening ------------------------------------------------------------- */

/* What opening is about. */
struct opening {
    postern_access_log *log;
    const char *path;
    const postern_access_log_options *options;
    postern_diag *diag;
};

static postern_status refuse(const struct opening *self, postern_status status,
                             const char *message)
{
    return pst_log_refuse(self->path, 0, status, message, self->diag);
}

/* At once: to add lines somebody else has not seen would break the chain. */
static postern_status lock(const struct opening *self)
{
    if (flock(self->log->file, LOCK_EX | LOCK_NB) == 0) {
        return POSTERN_OK;
    }
    return errno == EWOULDBLOCK
               ? refuse(self, POSTERN_ERR_POLICY,
                        "somebody else has this log open to add to it")
               : refuse(self, POSTERN_ERR_IO, "the file cannot be locked");
}

/* The folder of a file, so that a new name in it survives a crash. */
static postern_status sync_folder(const struct opening *self)
{
    size_t len = strlen(self->path);
    postern_status status;
    char *name;
    int folder;

    while (len > 0 && self->path[len - 1] != '/') {
        len--;
    }
    name = pst_alloc(&self->log->allocator, len + sizeof ".");
    if (!name) {
        return pst_diag_plain(self->diag, POSTERN_ERR_MEMORY);
    }
    memcpy(name, self->path, len);
    memcpy(name + len, ".", sizeof ".");
    folder = open(name, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    status = folder >= 0 && fsync(folder) == 0
                 ? POSTERN_OK
                 : refuse(self, POSTERN_ERR_IO, "the folder cannot be synced");
    if (folder >= 0) {
        close(folder);
    }
    pst_release(&self->log->allocator, name, len + sizeof ".");
    return status;
}

/* No two logs have the same beginning, unless their user says so. */
static bool draw_id(char digits[PST_DIGEST_HEX])
{
    uint8_t bytes[PST_DIGEST] = {0};

    if (RAND_bytes(bytes, RANDOM) != 1) {
        return false;
    }
    pst_digest_hex(bytes, digits);
    digits[2 * RANDOM] = '\0';
    return true;
}

static postern_status write_first(const struct opening *self)
{
    postern_access_log *log = self->log;
    postern_str id = self->options->id;
    char digits[PST_DIGEST_HEX];

    if (!id.data) {
        if (!draw_id(digits)) {
            return refuse(self, POSTERN_ERR_INTERNAL,
                          "OpenSSL gives no random bytes");
        }
        id = postern_str_of(digits);
    }
    PST_TRY(end_line(log, pst_log_write_first(log->buffer, id)));
    if (postern_access_log_sync(log) != POSTERN_OK) {
        return refuse(self, POSTERN_ERR_IO,
                      "the first line of the log cannot be written");
    }
    return sync_folder(self);
}

static postern_status check(const struct opening *self)
{
    const struct pst_log_chain *chain = &self->log->chain;
    postern_str id = self->options->id;

    if (!chain->was_expected) {
        return refuse(self, POSTERN_ERR_POLICY, PST_LOG_NOT_EXPECTED);
    }
    if (chain->head.lines > 0 && id.data && !pst_str_is(id, chain->head.id)) {
        return refuse(self, POSTERN_ERR_POLICY,
                      "this log has another name than is expected");
    }
    return POSTERN_OK;
}

static postern_status cut(const struct opening *self,
                          const struct pst_log_walk *walk)
{
    if (ftruncate(walk->file, (off_t)walk->good) != 0 ||
        fsync(walk->file) != 0) {
        return refuse(self, POSTERN_ERR_IO,
                      "a torn line at the end cannot be cut off");
    }
    if (self->options->note) {
        self->options->note(self->options->note_user,
                            "a line at the end was torn by a crash: it is cut "
                            "off");
    }
    return POSTERN_OK;
}

static postern_status open_log(const struct opening *self)
{
    postern_access_log *log = self->log;
    struct pst_log_walk walk = {
        .path = self->path, .allocator = log->allocator, .chain = &log->chain};
    /* What has to hold a line already is there. */
    int flags = self->options->expected.data ? 0 : O_CREAT;

    PST_TRY(pst_log_open_file(&log->file, self->path, flags | O_RDWR | O_APPEND,
                              self->diag));
    PST_TRY(lock(self));
    walk.file = log->file;
    PST_TRY(pst_log_walk(&walk, self->diag));
    PST_TRY(check(self));
    if (walk.end == PST_LOG_TORN) {
        PST_TRY(cut(self, &walk));
    }
    return log->chain.head.lines == 0 ? write_first(self) : POSTERN_OK;
}

/* ---- the handle ---------------------------------------------------------- */

static void release(postern_access_log *log)
{
    postern_allocator allocator = log->allocator;

    if (log->file >= 0) {
        close(log->file); /* and gives up the lock */
    }
    pst_log_chain_release(&log->chain);
    pst_release(&allocator, log->buffer, log->size);
    pst_release(&allocator, log, sizeof *log);
}

/* NULL: no memory. */
static postern_access_log *new_log(const postern_access_log_options *options)
{
    postern_allocator allocator = pst_allocator_of(options->allocator);
    size_t size = options->buffer_size ? options->buffer_size : BUFFER;
    postern_access_log *log = pst_alloc(&allocator, sizeof *log);

    if (!log) {
        return NULL;
    }
    *log = (postern_access_log){.allocator = allocator, .file = -1};
    log->size = size < PST_LOG_LINE ? PST_LOG_LINE : size;
    log->buffer = pst_alloc(&allocator, log->size);
    if (!log->buffer) {
        release(log);
        return NULL;
    }
    return log;
}

postern_status
postern_access_log_open(postern_access_log **log, const char *path,
                        const postern_access_log_options *options,
                        postern_diag *diag)
{
    postern_access_log_options known;
    struct opening self = {NULL, path, &known, diag};
    postern_status status;

    *log = NULL;
    pst_diag_clear(diag);
    if (!path || !pst_sized_copy(&known, sizeof known, options) ||
        (known.id.data && !pst_log_is_id(known.id))) {
        return pst_diag_plain(diag, POSTERN_ERR_ARGUMENT);
    }
    self.log = new_log(&known);
    if (!self.log) {
        return pst_diag_plain(diag, POSTERN_ERR_MEMORY);
    }
    status = pst_log_chain_init(&self.log->chain, known.expected);
    if (status == POSTERN_OK) {
        status = open_log(&self);
    }
    if (status != POSTERN_OK) {
        release(self.log);
        return pst_diag_plain(diag, status); /* unless there is a reason */
    }
    *log = self.log;
    return POSTERN_OK;
}

postern_status postern_access_log_close(postern_access_log *log)
{
    postern_status status;

    if (!log) {
        return POSTERN_OK;
    }
    status = postern_access_log_sync(log);
    release(log);
    return status;
}
