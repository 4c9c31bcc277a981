/*
 * MaxMind DB files put together by hand, right and wrong ones: a tree of 24-bit
 * records, the separator, data, metadata.
 *
 *   struct mmdb_writer w = {.size = 0};
 *   mmdb_node(&w, left, right);      as many as the metadata say
 *   mmdb_separator(&w);
 *   mmdb_map(&w, 1); mmdb_text(&w, "country_code"); mmdb_text(&w, "NL");
 *   mmdb_metadata(&w, &(struct mmdb_facts){.node_count = 1, ...});
 */
#ifndef TESTS_SUPPORT_MMDB_WRITER_H
#define TESTS_SUPPORT_MMDB_WRITER_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    MMDB_WRITER_SIZE = 1 << 20,
    MMDB_WRITER_SEPARATOR = 16,
    /* Types. */
    MMDB_WRITER_UINT16 = 5,
    MMDB_WRITER_UINT32 = 6,
    MMDB_WRITER_UINT64 = 9
};

struct mmdb_writer {
    size_t size;
    uint8_t bytes[MMDB_WRITER_SIZE];
};

static inline void mmdb_bytes(struct mmdb_writer *w, const void *bytes,
                              size_t size)
{
    if (size > sizeof w->bytes - w->size) {
        abort(); /* the test wants more than this is made for */
    }
    memcpy(w->bytes + w->size, bytes, size);
    w->size += size;
}

static inline void mmdb_byte(struct mmdb_writer *w, unsigned byte)
{
    uint8_t one = (uint8_t)byte;

    mmdb_bytes(w, &one, 1);
}

/* The lowest `count` bytes of a number, the highest of them first. */
static inline void mmdb_number(struct mmdb_writer *w, uint64_t number,
                               unsigned count)
{
    while (count-- > 0) {
        mmdb_byte(w, (unsigned)(number >> (8 * count)) & 0xFF);
    }
}

static inline void mmdb_node(struct mmdb_writer *w, uint32_t left,
                             uint32_t right)
{
    mmdb_number(w, left, 3);
    mmdb_number(w, right, 3);
}

static inline void mmdb_separator(struct mmdb_writer *w)
{
    mmdb_number(w, 0, 8);
    mmdb_number(w, 0, 8);
}

/* ---- values ------------------------------------------------------------ */

/* Of at most 28 bytes. */
static inline void mmdb_text(struct mmdb_writer *w, const char *text)
{
    mmdb_byte(w, 2u << 5 | (unsigned)strlen(text));
    mmdb_bytes(w, text, strlen(text));
}

/* Of at most 28 members; they follow. */
static inline void mmdb_map(struct mmdb_writer *w, unsigned members)
{
    mmdb_byte(w, 7u << 5 | members);
}

static inline void mmdb_array(struct mmdb_writer *w, unsigned members)
{
    mmdb_byte(w, members);
    mmdb_byte(w, 11 - 7);
}

static inline void mmdb_boolean(struct mmdb_writer *w, unsigned value)
{
    mmdb_byte(w, value);
    mmdb_byte(w, 14 - 7);
}

static inline void mmdb_uint(struct mmdb_writer *w, unsigned type,
                             uint64_t value)
{
    unsigned size = type == MMDB_WRITER_UINT16   ? 2
                    : type == MMDB_WRITER_UINT32 ? 4
                                                 : 8;

    if (type < 8) {
        mmdb_byte(w, type << 5 | size);
    } else {
        mmdb_byte(w, size);
        mmdb_byte(w, type - 7);
    }
    mmdb_number(w, value, size);
}

/* To less than 2,048. */
static inline void mmdb_pointer(struct mmdb_writer *w, unsigned target)
{
    mmdb_byte(w, 1u << 5 | target >> 8);
    mmdb_byte(w, target & 0xFF);
}

/* ---- metadata ---------------------------------------------------------- */

/* Zero: 24 bits, IPv4, version 2. */
struct mmdb_facts {
    uint32_t node_count;
    unsigned record_size;
    unsigned ip_version;
    unsigned major_version;
    void (*languages)(struct mmdb_writer *w); /* NULL: an empty list */
};

static inline void mmdb_marker(struct mmdb_writer *w)
{
    mmdb_bytes(w, "\xAB\xCD\xEFMaxMind.com", 14);
}

static inline unsigned mmdb_or(unsigned value, unsigned otherwise)
{
    return value ? value : otherwise;
}

static inline void mmdb_metadata(struct mmdb_writer *w,
                                 const struct mmdb_facts *facts)
{
    mmdb_marker(w);
    mmdb_map(w, 9);
    mmdb_text(w, "binary_format_major_version");
    mmdb_uint(w, MMDB_WRITER_UINT16, mmdb_or(facts->major_version, 2));
    mmdb_text(w, "binary_format_minor_version");
    mmdb_uint(w, MMDB_WRITER_UINT16, 0);
    mmdb_text(w, "build_epoch");
    mmdb_uint(w, MMDB_WRITER_UINT64, 1700000000);
    mmdb_text(w, "database_type");
    mmdb_text(w, "Test-Country");
    mmdb_text(w, "description");
    mmdb_map(w, 1);
    mmdb_text(w, "en");
    mmdb_text(w, "made by hand");
    mmdb_text(w, "ip_version");
    mmdb_uint(w, MMDB_WRITER_UINT16, mmdb_or(facts->ip_version, 4));
    mmdb_text(w, "languages");
    if (facts->languages) {
        facts->languages(w);
    } else {
        mmdb_array(w, 0);
    }
    mmdb_text(w, "node_count");
    mmdb_uint(w, MMDB_WRITER_UINT32, facts->node_count);
    mmdb_text(w, "record_size");
    mmdb_uint(w, MMDB_WRITER_UINT16, mmdb_or(facts->record_size, 24));
}

#endif
