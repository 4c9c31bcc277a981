#include "base/sized.h"

#include <string.h>

void pst_sized_init(void *sized, size_t size)
{
    memset(sized, 0, size);
    memcpy(sized, &size, sizeof size);
}

bool pst_sized_copy(void *out, size_t size, const void *given)
{
    size_t given_size;

    pst_sized_init(out, size);
    if (!given) {
        return true;
    }
    memcpy(&given_size, given, sizeof given_size);
    if (given_size < sizeof given_size) {
        return false; /* not from an _init() */
    }
    for (size_t i = size; i < given_size; i++) {
        if (((const unsigned char *)given)[i]) {
            return false; /* what we would ignore might forbid */
        }
    }
    memcpy(out, given, given_size < size ? given_size : size);
    memcpy(out, &size, sizeof size);
    return true;
}
