/*
 * A slice on the heap that ends where its text does: no NUL behind it, so that
 * AddressSanitizer sees a reader that looks one byte too far.
 */
#ifndef TESTS_SUPPORT_EXACT_H
#define TESTS_SUPPORT_EXACT_H

#include <postern/base.h>

#include <stdlib.h>
#include <string.h>

static inline postern_str exact_copy(const char *text)
{
    size_t len = strlen(text);
    char *copy = malloc(len);

    if (len) {
        if (!copy) {
            abort();
        }
        memcpy(copy, text, len);
    }
    return (postern_str){copy, len};
}

static inline void exact_free(postern_str text)
{
    union {
        const char *data;
        void *block;
    } pointer = {text.data};

    free(pointer.block);
}

#endif
