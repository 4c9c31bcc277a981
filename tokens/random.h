/* Bytes that nobody can guess. */
#ifndef PST_RANDOM_H
#define PST_RANDOM_H

#include <stdbool.h>
#include <stddef.h>

/* False: there is no randomness, and the bytes are zero. */
bool pst_random(void *bytes, size_t size);

#endif
