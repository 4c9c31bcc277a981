/* A file as a text on the heap, for tests. */
#ifndef TESTS_SUPPORT_FILE_TEXT_H
#define TESTS_SUPPORT_FILE_TEXT_H

#include <postern/base.h>

#include <stdio.h>
#include <stdlib.h>

enum { FILE_TEXT_MAX = 64 * 1024 };

/* Ends the program when the file cannot be read or is longer than that. Free
 * the bytes with free(). */
static inline char *file_text(const char *path, size_t *len)
{
    FILE *stream = fopen(path, "rb");
    char *bytes = malloc(FILE_TEXT_MAX);

    if (!stream || !bytes) {
        printf("%s cannot be read\n", path);
        exit(1);
    }
    *len = fread(bytes, 1, FILE_TEXT_MAX, stream);
    if (ferror(stream) || *len == FILE_TEXT_MAX) {
        printf("%s cannot be read, or is too long\n", path);
        exit(1);
    }
    fclose(stream);
    return bytes;
}

#endif
