/*
 * Images for tests: copies of exactly their size, so that AddressSanitizer sees
 * a reader that looks one byte too far; a checksum that fits; and everything
 * that can be asked of a set, so that each table is read.
 */
#ifndef TESTS_SUPPORT_IMAGES_H
#define TESTS_SUPPORT_IMAGES_H

#include "pdp/acp_set.h"

/* Aligned as an image has to be. Free it with free(). */
void *image_copy(const void *bytes, size_t size);

/* Of bytes that are enough for a header: magic, byte order, version, size and
 * checksum become right. */
void image_repair(void *bytes, size_t size);

/* Asks for everything by those whom the set names itself. Whether what explains
 * itself agrees with what decides, in every case that was tried: an image that
 * was made to lie may answer false. */
bool image_asking(const postern_acp_set *set);

#endif
