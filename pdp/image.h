/*
 * A block as bytes: its checksum, and whether bytes from elsewhere are one. The
 * checksum finds accidents; it proves nothing about who wrote the block.
 */
#ifndef PST_IMAGE_H
#define PST_IMAGE_H

#include "pdp/acp_set.h"

enum { PST_IMAGE_ALIGN = 64, PST_CHECKSUM_LANES = 4 };

/* Of all that follows the member `checksum`, up to `size`, which is a multiple
 * of 8 and no less than a struct pst_block. Any change within one word of eight
 * bytes changes it. Several bytes per cycle. */
uint64_t pst_block_checksum(const struct pst_block *block);

/* The same of a block that is read for something else as well, piece by piece
 * while it is near. */
struct pst_checksum {
    const char *at; /* the next byte */
    const char *end;
    uint64_t size;
    uint64_t lanes[PST_CHECKSUM_LANES];
};

struct pst_checksum pst_checksum_of(const struct pst_block *block);

/* Up to there, but for a few bytes; nothing if that was passed already. */
void pst_checksum_upto(struct pst_checksum *checksum, const void *end);

/* All that is left. */
uint64_t pst_checksum_end(struct pst_checksum *checksum);

/* Whether the block of a handle that somebody else made, of `size` bytes, is
 * one; it is aligned. For the time of the call memory of the handle's
 * allocator. POSTERN_OK, POSTERN_ERR_MEMORY; POSTERN_ERR_SYNTAX with a
 * sentence. */
POSTERN_NODISCARD postern_status pst_image_check(const postern_acp_set *set,
                                                 size_t size,
                                                 postern_diag *diag);

#endif
