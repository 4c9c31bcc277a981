/*
 * A folder of a test's own, gone with what is in it when it is closed. In
 * memory where there is a place for that: a test that is killed leaves a disk
 * no other than memory, and syncing takes time.
 *
 *   struct temp_folder folder;
 *   temp_folder_open(&folder);
 *   temp_folder_path(&folder, "a.db", path, sizeof path);
 *   temp_folder_close(&folder);
 */
#ifndef TESTS_SUPPORT_TEMP_FOLDER_H
#define TESTS_SUPPORT_TEMP_FOLDER_H

#if !defined(_XOPEN_SOURCE) && !defined(_GNU_SOURCE)
#error "define _XOPEN_SOURCE 700 before the first header, for mkdtemp()"
#endif

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct temp_folder {
    char path[64];
};

static inline bool temp_folder_make(struct temp_folder *folder,
                                    const char *where)
{
    (void)snprintf(folder->path, sizeof folder->path, "%s/postern-test-XXXXXX",
                   where);
    return mkdtemp(folder->path) != NULL;
}

static inline void temp_folder_open(struct temp_folder *folder)
{
    if (!temp_folder_make(folder, "/dev/shm") &&
        !temp_folder_make(folder, "/tmp")) {
        abort();
    }
}

static inline void temp_folder_open_on_disk(struct temp_folder *folder)
{
    if (!temp_folder_make(folder, "/tmp")) {
        abort();
    }
}

static inline void temp_folder_path(const struct temp_folder *folder,
                                    const char *name, char *path, size_t size)
{
    (void)snprintf(path, size, "%s/%s", folder->path, name);
}

/* How many files are in it. */
static inline size_t temp_folder_count(const struct temp_folder *folder)
{
    DIR *files = opendir(folder->path);
    size_t count = 0;

    while (files && readdir(files)) {
        count++;
    }
    if (files) {
        closedir(files);
    }
    return count < 2 ? 0 : count - 2; /* "." and ".." */
}

static inline void temp_folder_close(const struct temp_folder *folder)
{
    DIR *files = opendir(folder->path);
    const struct dirent *file;
    char path[512];

    while (files && (file = readdir(files)) != NULL) {
        temp_folder_path(folder, file->d_name, path, sizeof path);
        (void)unlink(path);
    }
    if (files) {
        closedir(files);
    }
    (void)rmdir(folder->path);
}

/* ---- files in it ----------------------------------------------------------
 */

static inline void temp_file_write(const char *path, const void *bytes,
                                   size_t size)
{
    FILE *file = fopen(path, "wb");

    if (!file || (size && fwrite(bytes, 1, size, file) != size) ||
        fclose(file) != 0) {
        abort();
    }
}

/* All of its bytes and a NUL; free them. */
static inline char *temp_file_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    struct stat about;
    char *bytes;

    if (!file || fstat(fileno(file), &about) != 0) {
        abort();
    }
    *size = (size_t)about.st_size;
    bytes = malloc(*size + 1);
    if (!bytes || fread(bytes, 1, *size, file) != *size) {
        abort();
    }
    bytes[*size] = '\0';
    (void)fclose(file);
    return bytes;
}

#endif
