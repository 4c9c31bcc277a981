/*
 * Images in files. A file is read, not mapped: who maps a file has checked what
 * it held, not what it will hold when a page is next brought in, and dies of
 * SIGBUS when it was cut short. Checking reads all of it anyway.
 *
 * The bytes belong to the set: its allocator is theirs, and what it gives back
 * last takes them along.
 */
#define _DEFAULT_SOURCE /* fstat, madvise */

#include "policy-lang/files.h"

#include <postern/policy.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    ALIGN = 64, /* of an image */
    LARGE = 4 << 20
};

static postern_status refuse(postern_diag *diag, postern_status status,
                             const char *path, const char *message)
{
    (void)pst_diag_refuse(diag, status, "", message, NULL);
    if (diag) {
        pst_diag_copy(diag->source, sizeof diag->source, path);
    }
    return status;
}

/* Bytes read; fewer than `size` when the file ends there, or *error is set. */
static size_t read_all(int file, char *bytes, size_t size, int *error)
{
    size_t done = 0;

    while (done < size) {
        ssize_t count = read(file, bytes + done, size - done);

        if (count == 0) {
            break;
        }
        if (count < 0 && errno != EINTR) {
            *error = errno;
            break;
        }
        done += count > 0 ? (size_t)count : 0;
    }
    return done;
}

/* In front of the bytes. */
struct room {
    postern_allocator allocator; /* the caller's */
    size_t size;                 /* of all that was allocated */
    size_t live;                 /* pieces of memory that the set has */
};

static void *take(void *user, size_t size)
{
    struct room *room = user;
    void *block = pst_alloc(&room->allocator, size);

    room->live += block != NULL;
    return block;
}

static void free_room(struct room *room)
{
    postern_allocator allocator = room->allocator;

    pst_release(&allocator, room, room->size);
}

static void give_back(void *user, void *block, size_t size)
{
    struct room *room = user;

    pst_release(&room->allocator, block, size);
    room->live--;
    if (room->live == 0) {
        free_room(room);
    }
}

/* The first place behind it where an image may stand. */
static char *bytes_of(struct room *room)
{
    char *bytes = (char *)(room + 1);

    return bytes + (ALIGN - (uintptr_t)bytes % ALIGN) % ALIGN;
}

/* Much memory comes in fewer, larger pages if the system has them: getting it
 * takes half as long, and so does finding it again. Of advice only: nothing is
 * lost where it is not taken. */
static void ask_for_large_pages(struct room *room, size_t size)
{
#ifdef MADV_HUGEPAGE
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *bytes = bytes_of(room);
    size_t skipped = (page - (uintptr_t)bytes % page) % page;

    if (size >= LARGE) {
        (void)madvise(bytes + skipped, (size - skipped) / page * page,
                      MADV_HUGEPAGE);
    }
#else
    (void)room;
    (void)size;
#endif
}

/* The set, which has the room then; otherwise nobody has. */
static postern_status open_room(postern_acp_set **set, struct room *room,
                                size_t size, postern_diag *diag)
{
    postern_allocator ours = {room, take, give_back};
    postern_status status = POSTERN_ERR_MEMORY;
    void *first = take(room, 1); /* kept, so that the room outlives a refusal */

    if (first) {
        status =
            postern_acp_set_open_image(set, bytes_of(room), size, &ours, diag);
        give_back(room, first, 1);
    } else {
        free_room(room);
    }
    return status;
}

static postern_status read_file(struct room *room, int file, size_t size,
                                const char *path, postern_diag *diag)
{
    int error = 0;
    size_t done = read_all(file, bytes_of(room), size, &error);

    if (error) {
        return pst_file_refuse(diag, path, error);
    }
    return done == size ? POSTERN_OK
                        : refuse(diag, POSTERN_ERR_IO, path,
                                 "the file became shorter while it was read");
}

/* What is to be read: a file of a known size. */
static postern_status measure(int file, size_t *size, const char *path,
                              postern_diag *diag)
{
    struct stat about;

    if (fstat(file, &about) != 0) {
        return pst_file_refuse(diag, path, errno);
    }
    if (!S_ISREG(about.st_mode) || about.st_size < 0 ||
        (uint64_t)about.st_size > SIZE_MAX / 2) {
        return refuse(diag, POSTERN_ERR_IO, path,
                      "an image is in a file of its own");
    }
    *size = (size_t)about.st_size;
    return POSTERN_OK;
}

static postern_status load(postern_acp_set **set, int file, const char *path,
                           const postern_allocator *allocator,
                           postern_diag *diag)
{
    size_t size = 0;
    struct room *room;
    postern_status status;

    PST_TRY(measure(file, &size, path, diag));
    room = pst_alloc(allocator, sizeof *room + ALIGN + size);
    if (!room) {
        return refuse(diag, POSTERN_ERR_MEMORY, path, "out of memory");
    }
    *room = (struct room){*allocator, sizeof *room + ALIGN + size, 0};
    ask_for_large_pages(room, size);
    status = read_file(room, file, size, path, diag);
    if (status != POSTERN_OK) {
        free_room(room);
        return status;
    }
    status = open_room(set, room, size, diag);
    if (status != POSTERN_OK && diag) {
        (void)pst_diag_plain(diag, status); /* unless told why */
        pst_diag_copy(diag->source, sizeof diag->source, path);
    }
    return status;
}

postern_status postern_acp_set_load_image(postern_acp_set **set,
                                          const char *path,
                                          const postern_allocator *allocator,
                                          postern_diag *diag)
{
    postern_allocator memory = pst_allocator_of(allocator);
    postern_status status;
    int file;

    *set = NULL;
    pst_diag_clear(diag);
    file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return pst_file_refuse(diag, path, errno);
    }
    status = load(set, file, path, &memory, diag);
    (void)close(file); /* nothing was written */
    return status;
}
