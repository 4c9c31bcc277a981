/*
 * A block as bytes: its checksum, and whether bytes from elsewhere are one. The
 * checksum finds accidents; it proves nothing about who wrote the block.
 */
#ifndef PST_IMAGE_H
#define PST_IMAGE_H

#include "pdp/acp_set.h"

enum { PST_IMAGE_ALIGN = 64 };

/* Of all that follows the member `checksum`, up to `size`, which is a multiple
 * of 8 and no less than a struct pst_block. Any change within one word of eight
 * bytes changes it. Several bytes per cycle. */
uint64_t pst_block_checksum(const struct pst_block *block);

/* Whether the block of a handle that somebody else made, of `size` bytes, is
 * one; it is aligned. For the time of the call memory of the handle's
 * allocator. POSTERN_OK, POSTERN_ERR_MEMORY; POSTERN_ERR_SYNTAX with a
 * sentence. */
POSTERN_NODISCARD postern_status pst_image_check(const postern_acp_set *set,
                                                 size_t size,
                                                 postern_diag *diag);

#endif
