/*
 * Structs of the public API that grow from release to release. Each begins with
 * `size_t struct_size`, its size in the release its user was compiled with.
 */
#ifndef PST_SIZED_H
#define PST_SIZED_H

#include <postern/base.h>

/* Zeroes `size` bytes and notes the size: for the _init_sized() functions. */
void pst_sized_init(void *sized, size_t size);

/*
 * Copies a caller's struct into *out, of this release's `size`: members that
 * the caller's release does not know become zero. `given` may be NULL: all are.
 *
 * False when it has members in use that this release does not know, or was
 * never initialised. *out is then as without a given struct.
 */
bool pst_sized_copy(void *out, size_t size, const void *given);

#endif
