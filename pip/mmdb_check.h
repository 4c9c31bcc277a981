/*
 * What libmaxminddb takes for granted of a MaxMind DB file, looked at before it
 * does. Up to release 1.12 (Debian 12 has 1.7.1) it steps over nested values
 * with recursion that nothing bounds, multiplies sizes in 32 bits and reads
 * behind a metadata section that is too short; every release follows pointers
 * in the metadata as often as they are there.
 *
 * Nothing here allocates or recurses. Bytes outside a section are not touched.
 */
#ifndef PST_MMDB_CHECK_H
#define PST_MMDB_CHECK_H

#include <postern/base.h>

/* Offsets and pointers count from its first byte. */
struct pst_mmdb_section {
    const uint8_t *bytes;
    uint32_t size;
};

enum {
    /* Where the metadata can begin, counted from the end of a file. */
    PST_MMDB_END_SIZE = 128 * 1024,
    /* Zeros between the tree and the data. */
    PST_MMDB_SEPARATOR_SIZE = 16
};

/* Whether a file of `file_size` bytes with this end can be opened: it has
 * metadata as the description of the format asks for, in which lists and maps
 * hold texts alone, and is as long as they say at least. */
bool pst_mmdb_end_is_sound(struct pst_mmdb_section end, uint64_t file_size);

/*
 * Whether the value at `offset`, or the one that a pointer there leads to, is
 * inside the section and not nested too deeply. Pointers inside it are not
 * followed, as libmaxminddb does not when it steps over a value. Takes one off
 * *budget for each value looked at; false when it is used up.
 */
bool pst_mmdb_value_is_sound(struct pst_mmdb_section data, uint32_t offset,
                             uint64_t *budget);

#endif
