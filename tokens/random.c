#include "tokens/random.h"

#include <limits.h>
#include <openssl/rand.h>
#include <string.h>

bool pst_random(void *bytes, size_t size)
{
    if (size <= INT_MAX && RAND_bytes(bytes, (int)size) == 1) {
        return true;
    }
    memset(bytes, 0, size);
    return false;
}
