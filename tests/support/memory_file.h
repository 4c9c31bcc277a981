/*
 * Bytes as a file with a path, for loaders that take nothing else; it is gone
 * when it is closed. Linux: a file without a name, reached by /proc.
 */
#ifndef TESTS_SUPPORT_MEMORY_FILE_H
#define TESTS_SUPPORT_MEMORY_FILE_H

#ifndef _GNU_SOURCE
#error "define _GNU_SOURCE before the first header, for memfd_create()"
#endif

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

struct memory_file {
    int number;
    char path[64];
};

static inline bool memory_file_open(struct memory_file *file, const void *bytes,
                                    size_t size)
{
    const char *from = (const char *)bytes;

    file->number = memfd_create("memory_file", MFD_CLOEXEC);
    if (file->number < 0) {
        return false;
    }
    (void)snprintf(file->path, sizeof file->path, "/proc/self/fd/%d",
                   file->number);
    while (size > 0) {
        ssize_t done = write(file->number, from, size);

        if (done <= 0) {
            close(file->number);
            return false;
        }
        from += done;
        size -= (size_t)done;
    }
    return true;
}

static inline void memory_file_close(const struct memory_file *file)
{
    close(file->number);
}

#endif
