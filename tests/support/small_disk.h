/*
 * A disk that is soon full: a file system of a few hundred KiB, mounted where
 * nobody but this process sees it. Linux, and only where a user may have name
 * spaces of her own.
 *
 *   if (small_disk_mount(folder.path, 256)) ...
 */
#ifndef TESTS_SUPPORT_SMALL_DISK_H
#define TESTS_SUPPORT_SMALL_DISK_H

#ifndef _GNU_SOURCE
#error "define _GNU_SOURCE before the first header, for unshare()"
#endif

#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static inline bool small_disk_mount(const char *path, unsigned kib)
{
    char options[32];

    (void)snprintf(options, sizeof options, "size=%uk", kib);
    if (unshare(CLONE_NEWNS) != 0 &&
        unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
        return false;
    }
    /* What is mounted here is not to be seen outside. */
    (void)mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
    return mount("tmpfs", path, "tmpfs", 0, options) == 0;
}

/* Takes all the space that is left with a file; gives how much that was. */
static inline size_t small_disk_fill(const char *path)
{
    static const char block[4096];
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    size_t size = 0;

    while (file >= 0 && write(file, block, sizeof block) > 0) {
        size += sizeof block;
    }
    if (file >= 0) {
        close(file);
    }
    return size;
}

#endif
